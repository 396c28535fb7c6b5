import pointInPolygon from 'point-in-polygon-hao'
import type { Closure } from '../contract/roads.ts'
import { perDegree } from './polyline.ts'

type Shape = Closure['shape']
type Place = [number, number]

/** Metres from one place looked at to the next, along a drawing and inside an outline. */
const [along, inside] = [10, 100]

/** The line, or the ring around. */
export const strokeOf = (shape: Shape): readonly Place[] =>
  shape.type === 'LineString' ? shape.coordinates : (shape.coordinates[0] ?? [])

/** Moves a place by so many metres east and north. */
export const moved = ([lng, lat]: Place, east: number, north: number): Place => [
  lng + east / (perDegree * Math.cos((lat * Math.PI) / 180)),
  lat + north / perDegree,
]

/** Places all over a drawing, every 10 m along it and every 100 m inside: its corners alone say nothing of what lies between. */
export function placesOver(shape: Shape): Place[] {
  const stroke = strokeOf(shape)
  const places: Place[] = stroke.slice(0, 1)
  stroke.forEach(([lng, lat], i) => {
    const [fromLng, fromLat] = stroke[i - 1] ?? [lng, lat]
    const across = Math.cos((lat * Math.PI) / 180)
    const count = Math.ceil((Math.hypot((lng - fromLng) * across, lat - fromLat) * perDegree) / along)
    for (let n = 1; n <= count; n++)
      places.push([fromLng + ((lng - fromLng) * n) / count, fromLat + ((lat - fromLat) * n) / count])
  })
  if (shape.type === 'LineString') return places
  const [lngs, lats] = [stroke.map(([lng]) => lng), stroke.map(([, lat]) => lat)]
  const [east, north] = [Math.max(...lngs), Math.max(...lats)]
  for (let lat = Math.min(...lats); lat < north; lat = moved([0, lat], 0, inside)[1])
    for (let lng = Math.min(...lngs); lng < east; lng = moved([lng, lat], inside, 0)[0])
      if (pointInPolygon([lng, lat], shape.coordinates as Place[][]) !== false) places.push([lng, lat])
  return places
}
