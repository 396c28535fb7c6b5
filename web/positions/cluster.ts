import type { Grid } from '../../api/contract/grid.ts'
import { crowded, type Fleet } from './fleet.ts'
import { metersPerDegree } from './motion.ts'

/** A place where so many officers stand that a number says more than their wedges. */
export interface Crowd {
  lng: number
  lat: number
  count: number
}

/** Below this many on the whole map everyone is drawn: a wedge tells more than a number. */
export const crowdAbove = 300
/** The squares are twice as wide where there are more than so many: a city's numbers must leave the map to be seen. */
const squarePixels = 64
const cityOf = 3000
const fewest = 5
/** From here on everyone is drawn: they stand apart. */
const nearZoom = 15
/** Numbers rest so long, unless many come or go at once; a city's, whose squares nobody leaves sooner, longer. */
const restMs = 4000
const cityRestMs = 10_000
const many = 50

// Kept between calls: a table of squares with open addressing (four for an officer at most, so that it never fills).
let keys = new Int32Array(1024)
let counts = new Int32Array(1024)
let sums = new Float64Array(2048)
let squares = new Int32Array(256)

function makeRoom(length: number) {
  while (squares.length < length) squares = new Int32Array(squares.length * 2)
  if (keys.length >= squares.length * 4) return keys.fill(0)
  keys = new Int32Array(squares.length * 4)
  counts = new Int32Array(squares.length * 4)
  sums = new Float64Array(squares.length * 8)
}

/**
 * Who is drawn alone and where numbers stand, by squares of some pixels at the whole zoom below, so that numbers hold still while the
 * map moves. Marks those behind a number in the fleet; whoever has not been heard since `heardSince` counts for nothing.
 */
export function crowdsOf(fleet: Fleet, zoom: number, heardSince: number, above = crowdAbove): Crowd[] {
  const { length, ids, steps, looks, recordedAt, origin } = fleet
  if (fleet.size <= above || zoom >= nearZoom) {
    for (let slot = 0; slot < length; slot++)
      if ((looks[slot * 4 + 3] ?? 0) & crowded) fleet.crowd(slot, false)
    return []
  }
  makeRoom(length)
  counts.fill(0)
  sums.fill(0)
  const mask = keys.length - 1
  const perDegree = (512 * 2 ** Math.floor(zoom)) / 360 / (squarePixels * (fleet.size > cityOf ? 2 : 1))
  const perLat = perDegree / Math.cos((origin[1] * Math.PI) / 180)
  for (let slot = 0; slot < length; slot++) {
    squares[slot] = -1
    if (ids[slot] === 0 || (recordedAt[slot] ?? 0) <= heardSince) continue
    const x = steps[slot * 4 + 2] ?? 0
    const y = steps[slot * 4 + 3] ?? 0
    // Never 0, which is a free place.
    const key =
      ((Math.floor(x * perDegree) + 0x4000) << 16) | ((Math.floor(y * perLat) + 0x4000) & 0xffff) | 0
    let at = Math.imul(key, 0x9e3779b1) & mask
    while (keys[at] !== 0 && keys[at] !== key) at = (at + 1) & mask
    keys[at] = key
    counts[at] = (counts[at] ?? 0) + 1
    sums[at * 2] = (sums[at * 2] ?? 0) + x
    sums[at * 2 + 1] = (sums[at * 2 + 1] ?? 0) + y
    squares[slot] = at
  }
  for (let slot = 0; slot < length; slot++) {
    const at = squares[slot] ?? -1
    const hidden = at >= 0 && (counts[at] ?? 0) >= fewest
    if (((looks[slot * 4 + 3] ?? 0) & crowded) !== (hidden ? crowded : 0)) fleet.crowd(slot, hidden)
  }
  const crowds: Crowd[] = []
  for (let at = 0; at < keys.length; at++) {
    const count = counts[at] ?? 0
    if (count < fewest) continue
    crowds.push({
      lng: origin[0] + (sums[at * 2] ?? 0) / count,
      lat: origin[1] + (sums[at * 2 + 1] ?? 0) / count,
      count,
    })
  }
  return crowds
}

let held: { fleet: Fleet | null; zoom: number; at: number; version: number; size: number; crowds: Crowd[] } =
  {
    fleet: null,
    zoom: 0,
    at: 0,
    version: 0,
    size: 0,
    crowds: [],
  }
const stepOf = (zoom: number) => Math.min(nearZoom, Math.floor(zoom))

/** Whether `crowdsNow` would count anew. */
export function areCrowdsOld(fleet: Fleet, zoom: number, now: number): boolean {
  if (fleet !== held.fleet || stepOf(zoom) !== held.zoom) return true
  if (fleet.version === held.version || (fleet.size <= crowdAbove && held.crowds.length === 0)) return false
  return (
    now - held.at >= (fleet.size > cityOf ? cityRestMs : restMs) || Math.abs(fleet.size - held.size) > many
  )
}

/** The crowds as last counted, or counted anew where that is old; by the server's clock. */
export function crowdsNow(fleet: Fleet, zoom: number, now: number, offlineSeconds: number): Crowd[] {
  if (!areCrowdsOld(fleet, zoom, now)) return held.crowds
  const crowds = crowdsOf(fleet, zoom, now - offlineSeconds * 1000)
  held = { fleet, zoom: stepOf(zoom), at: now, version: fleet.version, size: fleet.size, crowds }
  return crowds
}

/** Where a grid is at least so wide on the screen, its number has room. */
const roomPixels = 90

/** One number a grid, of the smallest level whose grids are wide enough at this zoom; never finer than what stands there. */
export function gridNumbers(
  counts: readonly (readonly [id: number, count: number])[],
  grids: ReadonlyMap<number, Pick<Grid, 'level' | 'center' | 'areaKm2'>>,
  zoom: number,
): Crowd[] {
  const pixels = (512 * 2 ** zoom) / 360 / metersPerDegree
  const widthOf = (level: number) => {
    const areas = [...grids.values()].filter((grid) => grid.level === level).map(({ areaKm2 }) => areaKm2)
    const mean = areas.reduce((sum, area) => sum + area, 0) / areas.length
    return Math.sqrt(mean) * 1000 * pixels
  }
  const level = [3, 2, 1].find((one) => widthOf(one) >= roomPixels) ?? 1
  return counts.flatMap(([id, count]) => {
    const grid = grids.get(id)
    if (grid?.level !== level || count === 0) return []
    const [lng, lat] = grid.center
    return [{ lng, lat, count }]
  })
}
