import type { MultiPolygon } from 'geojson'
import type { MapBlock } from './briefing.ts'
import type { Gathered } from './gather.ts'

const size = { width: 640, most: 560 }
const margin = 8
const metresPerDegree = 111_320

/** The grids' shapes as outlines in a drawing's own units, as wide as the page; true to shape at the middle's latitude. */
export function outlineMap(
  map: NonNullable<Gathered['map']>,
  { caption, legend }: Pick<MapBlock, 'caption' | 'legend'>,
): MapBlock | null {
  const shapes = map.cells.flatMap((cell) => {
    const shape = map.shapes.get(cell.gridId)
    return shape ? [{ cell, rings: (JSON.parse(shape) as MultiPolygon).coordinates.flat() }] : []
  })
  let [west, south, east, north] = [180, 90, -180, -90]
  for (const { rings } of shapes)
    for (const [lng = 0, lat = 0] of rings.flat()) {
      west = Math.min(west, lng)
      east = Math.max(east, lng)
      south = Math.min(south, lat)
      north = Math.max(north, lat)
    }
  if (shapes.length === 0 || east <= west || north <= south) return null
  const narrow = Math.cos((((south + north) / 2) * Math.PI) / 180)
  const scale = Math.min(
    (size.width - 2 * margin) / ((east - west) * narrow),
    (size.most - 2 * margin) / (north - south),
  )
  const left = (size.width - (east - west) * narrow * scale) / 2
  const place = ([lng = 0, lat = 0]: readonly number[]) =>
    [left + (lng - west) * narrow * scale, margin + (north - lat) * scale].map(
      (one) => Math.round(one * 10) / 10,
    ) as [number, number]
  return {
    kind: 'map',
    caption,
    width: size.width,
    height: Math.ceil((north - south) * scale) + 2 * margin,
    perKm: (scale * 1000) / metresPerDegree,
    legend,
    grids: shapes.map(({ cell, rings }) => {
      const placed = rings.map((ring) => ring.map(place))
      const outer = placed.reduce((most, ring) => (ring.length > most.length ? ring : most), placed[0] ?? [])
      const middle = (axis: 0 | 1) => {
        const all = outer.map((one) => one[axis])
        return all.reduce((sum, one) => sum + one, 0) / (all.length || 1)
      }
      return {
        key: String(cell.gridId),
        name: cell.name,
        outline: placed.map((ring) => `M${ring.map((one) => one.join(' ')).join('L')}Z`).join(''),
        value: cell.cases,
        heat: cell.heat,
        x: Math.round(middle(0)),
        y: Math.round(middle(1)),
      }
    }),
  }
}
