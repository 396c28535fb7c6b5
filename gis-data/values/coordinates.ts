import commonJs from 'gcoord'
import { type Cells, isDecimal } from './cells.ts'

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

/** How a file's coordinates become WGS 84, and where the town lies (null: not known yet). */
export interface Ground {
  toWgs84(x: number, y: number): [number, number]
  geographic: boolean
  near: Box | null
}

/** The point of a row in WGS 84, from its geometry or its two columns; null when there is none, with the reason found. */
export function pointOf(cells: Cells, ground: Ground): { lng: number; lat: number } | null {
  const pair = cells.row.geometry ? pairOfGeometry(cells) : pairOfColumns(cells)
  if (!pair) return null
  const read = convert(pair, ground)
  if ('fault' in read) {
    cells.find('coordinates', 'lng', read.fault)
    return null
  }
  const [lng, lat] = read.at
  if (read.swapped) {
    const how = `longitude and latitude are swapped (${pair[0]}, ${pair[1]})`
    cells.find('swapped', 'lng', how, `${pair[1]}, ${pair[0]}`)
  }
  return { lng, lat }
}

/** A pair of the file in WGS 84; `swapped` when only the other order makes sense here. */
export function convert(
  [x, y]: readonly [number, number],
  ground: Ground,
): { at: [number, number]; swapped: boolean } | { fault: string } {
  if (!Number.isFinite(x) || !Number.isFinite(y)) return { fault: 'the coordinates are not numbers' }
  if (ground.geographic) {
    const fault = coordinateFault(x, y, ground.near)
    if (!fault) return { at: ground.toWgs84(x, y), swapped: false }
    return fault.includes('swapped') ? { at: ground.toWgs84(y, x), swapped: true } : { fault }
  }
  const at = ground.toWgs84(x, y)
  const sound = isPlace(at) && (!ground.near || holds(ground.near, ...at))
  if (sound) return { at, swapped: false }
  // Chinese surveys write north first: then x and y are the other way round.
  const turned = ground.toWgs84(y, x)
  if (ground.near && isPlace(turned) && holds(ground.near, ...turned)) return { at: turned, swapped: true }
  if (isPlace(at)) return { at, swapped: false }
  return { fault: `(${x}, ${y}) is outside the coordinate system` }
}

function pairOfColumns(cells: Cells): [number, number] | null {
  const lng = cells.plain('lng')
  const lat = cells.plain('lat')
  if (lng === '' || lat === '') {
    cells.find('no-coordinates', 'lng', 'has no coordinates')
    return null
  }
  const long = lng.length > 40 || lat.length > 40
  if (!long && isDecimal(lng) && isDecimal(lat)) return [Number(lng), Number(lat)]
  const [x, y] = [readDegrees(lng), readDegrees(lat)]
  if (x === null || y === null) {
    cells.find(
      'coordinates',
      'lng',
      `the coordinates are not numbers (${lng.slice(0, 40)}, ${lat.slice(0, 40)})`,
    )
    return null
  }
  const proposal = `${x.toFixed(7)}, ${y.toFixed(7)}`
  cells.find(
    'degrees-minutes',
    'lng',
    `${lng.slice(0, 40)}, ${lat.slice(0, 40)} are degrees, minutes, seconds`,
    proposal,
  )
  return [x, y]
}

function pairOfGeometry(cells: Cells): [number, number] | null {
  const { type, coordinates } = cells.row.geometry as { type?: unknown; coordinates?: unknown }
  if (type !== 'Point') {
    cells.find('geometry', 'geometry', `is a ${String(type)}, not a Point`)
    return null
  }
  const [lng, lat] = Array.isArray(coordinates) ? (coordinates as unknown[]) : []
  if (typeof lng === 'number' && typeof lat === 'number') return [lng, lat]
  cells.find('coordinates', 'geometry', 'the coordinates are not numbers')
  return null
}

const sexagesimal =
  /^([NSEW东西南北])?(?:纬|经)?\s*([+-]?\d{1,3}(?:\.\d+)?)\s*(?:°|度|º|d|\s|:)\s*(?:(\d{1,2}(?:\.\d+)?)\s*(?:′|'|’|分|m|\s|:)?\s*(?:(\d{1,2}(?:\.\d+)?)\s*(?:″|"|”|''|′′|秒|s)?)?)?\s*([NSEW东西南北])?$/i

/** Degrees, minutes and seconds as surveys write them: 31°15′20.5″N, 120度24分18秒, E120 24 18; null when it is none. */
export function readDegrees(text: string): number | null {
  // No angle is longer; what is might keep the expression busy for minutes.
  if (text.length > 40) return null
  if (isDecimal(text)) return Number(text)
  const match = sexagesimal.exec(text)
  if (!match) return null
  const [, before = '', degrees = '', minutes = '0', seconds = '0', behind = ''] = match
  if (Number(minutes) >= 60 || Number(seconds) >= 60) return null
  const size = Math.abs(Number(degrees)) + Number(minutes) / 60 + Number(seconds) / 3600
  return degrees.startsWith('-') || /[SW西南]/i.test(before + behind) ? -size : size
}

const isPlace = ([lng, lat]: readonly number[]) =>
  Math.abs(lng ?? Number.NaN) <= 180 && Math.abs(lat ?? Number.NaN) <= 90
const holds = ([west, south, east, north]: Box, lng: number, lat: number) =>
  lng >= west && lng <= east && lat >= south && lat <= north

/** The town's box with about 55 km around it. */
export const around = (bounds: readonly number[] | null): Box | null => {
  const [west, south, east, north] = bounds ?? []
  if (west === undefined || south === undefined || east === undefined || north === undefined) return null
  return [west - 0.5, south - 0.5, east + 0.5, north + 0.5]
}
