import commonJs from 'gcoord'
import type { Row } from '../formats/source.ts'
import { type Columns, textOf } from './columns.ts'

// Its types speak of a default export that Node sees as the module itself.
const gcoord = commonJs as unknown as typeof commonJs.default

export const systems = ['wgs84', 'gcj02', 'bd09'] as const
export type System = (typeof systems)[number]
/** [west, south, east, north] */
export type Box = readonly [number, number, number, number]

/** Answers a function from the file's coordinates to WGS 84. There and back is under a millimetre. */
export function toWgs84(system: System): (lng: number, lat: number) => [number, number] {
  if (system === 'wgs84') return (lng, lat) => [lng, lat]
  const back = converter(gcs[system], gcoord.WGS84)
  const there = fromWgs84(system)
  return (lng, lat) => {
    let [x, y] = back(lng, lat)
    // gcoord stops at 1e-6°, up to 0.24 m off; each further step gains some two digits.
    for (let step = 0; step < 3; step += 1) {
      const [u, v] = there(x, y)
      // At the edge of China the formula jumps: there its own answer stands.
      if (Math.abs(u - lng) > 1e-4 || Math.abs(v - lat) > 1e-4) break
      x += lng - u
      y += lat - v
    }
    return [x, y]
  }
}
export const fromWgs84 = (system: System) => converter(gcoord.WGS84, gcs[system])

type Gcs = Parameters<typeof gcoord.transform>[1]
const gcs: Record<System, Gcs> = { wgs84: gcoord.WGS84, gcj02: gcoord.GCJ02, bd09: gcoord.BD09 }
function converter(from: Gcs, to: Gcs): (lng: number, lat: number) => [number, number] {
  if (from === to) return (lng, lat) => [lng, lat]
  return (lng, lat) => {
    const [x, y] = gcoord.transform([lng, lat], from, to)
    return [x, y]
  }
}

/** Why these cannot be degrees, or null. `near` is where the town lies (null: not known yet): in it, a swapped pair shows. */
export function coordinateFault(lng: number, lat: number, near: Box | null): string | null {
  if (!Number.isFinite(lng) || !Number.isFinite(lat)) return 'the coordinates are not numbers'
  if (Math.abs(lat) > 90 && Math.abs(lng) <= 90 && Math.abs(lat) <= 180) {
    return `longitude and latitude are swapped (${lng}, ${lat})`
  }
  if (Math.abs(lng) > 180 || Math.abs(lat) > 90) {
    const metres = Math.abs(lng) > 1000 || Math.abs(lat) > 1000
    return `(${lng}, ${lat}) is outside the world${metres ? ': these look like projected metres, not degrees' : ''}`
  }
  if (lng === 0 && lat === 0) return 'the coordinates are 0, 0'
  if (near && !holds(near, lng, lat) && holds(near, lat, lng))
    return `longitude and latitude are swapped (${lng}, ${lat})`
  return null
}

/** The point of a row, in WGS 84: from its geometry or from its two columns; or why there is none. */
export function pointOf(
  row: Row,
  columns: Columns,
  system: System,
  near: Box | null,
): { lng: number; lat: number } | { fault: string } {
  const pair = row.geometry ? pairOfGeometry(row.geometry) : pairOfColumns(row, columns)
  if ('fault' in pair) return pair
  const fault = coordinateFault(pair.lng, pair.lat, near)
  if (fault) return { fault }
  const [lng, lat] = toWgs84(system)(pair.lng, pair.lat)
  return { lng, lat }
}

function pairOfColumns(row: Row, columns: Columns): { lng: number; lat: number } | { fault: string } {
  const lng = textOf(row, columns, 'lng')
  const lat = textOf(row, columns, 'lat')
  if (lng === '' || lat === '') return { fault: 'has no coordinates' }
  if (!isDecimal(lng) || !isDecimal(lat))
    return { fault: `the coordinates are not numbers (${lng.slice(0, 40)}, ${lat.slice(0, 40)})` }
  return { lng: Number(lng), lat: Number(lat) }
}

function pairOfGeometry(geometry: unknown): { lng: number; lat: number } | { fault: string } {
  const { type, coordinates } = geometry as { type?: unknown; coordinates?: unknown }
  if (type !== 'Point') return { fault: `is a ${String(type)}, not a Point` }
  const [lng, lat] = Array.isArray(coordinates) ? (coordinates as unknown[]) : []
  if (typeof lng !== 'number' || typeof lat !== 'number') return { fault: 'the coordinates are not numbers' }
  return { lng, lat }
}

// Number('') is 0 and Number('0x10') is 16: neither is a coordinate.
const isDecimal = (text: string) => /^[+-]?\d+(\.\d*)?([eE][+-]?\d+)?$/.test(text)
const holds = ([west, south, east, north]: Box, lng: number, lat: number) =>
  lng >= west && lng <= east && lat >= south && lat <= north

/** The town's box with about 55 km around it. */
export const around = (bounds: readonly number[] | null): Box | null => {
  const [west, south, east, north] = bounds ?? []
  if (west === undefined || south === undefined || east === undefined || north === undefined) return null
  return [west - 0.5, south - 0.5, east + 0.5, north + 0.5]
}
