import Flatbush from 'flatbush'
import type { MultiPolygon, Position } from 'geojson'
import pointInPolygon from 'point-in-polygon-hao'
import { StartError } from '../errors.ts'
import { buildRaster, untold } from './raster.ts'

export interface GridShape {
  id: number
  level: number
  path: number[]
  geometry: MultiPolygon | null
}

export interface Locator {
  townId: number
  /** The id of the deepest grid that holds the point, borders included; the lowest id where two share it; the town where none does. */
  locate(lng: number, lat: number): number
  /** From the town to the grid itself; a retired grid's is its successor's. Throws for an unknown id. */
  pathOf(gridId: number): readonly number[]
  /** The same, and the town's for what is no grid any more and has no successor. */
  pathOrTown(gridId: number): readonly number[]
  has(gridId: number): boolean
}

/**
 * Answers which grid a point lies in, from memory: a table of cells, and an exact test (robust predicates) only against the borders
 * that run through the point's cell. `successors` of retired grids: what was located just before a new plan took effect still finds
 * its path. Same answer as `st_intersects` in the database; how much faster, tests/bench/positions says.
 */
export function buildLocator(
  shapes: readonly GridShape[],
  successors: ReadonlyMap<number, number> = new Map(),
): Locator {
  const town = shapes.find((shape) => shape.level === 0)
  if (!town) throw new StartError('There is no town in the database yet.')
  const paths = new Map(shapes.map((shape) => [shape.id, shape.path]))
  const parts: Part[] = []
  for (const { id, level, geometry } of shapes) {
    if (level === 0) continue
    for (const rings of geometry?.coordinates ?? [])
      parts.push({
        id,
        level,
        rings: rings as [number, number][][],
        flat: rings.map(flatten),
        box: boxOf(rings[0] ?? []),
      })
  }
  // The deepest first, then the lowest id: the first that holds a point is its grid.
  parts.sort((one, two) => two.level - one.level || one.id - two.id)
  const index = new Flatbush(Math.max(1, parts.length))
  for (const { box } of parts) index.add(box[0], box[1], box[2], box[3])
  if (parts.length === 0) index.add(0, 0, 0, 0)
  index.finish()
  const point: [number, number] = [0, 0]
  const holds = (i: number) => {
    const part = parts[i]
    if (!part) return false
    const { box, rings } = part
    if (point[0] < box[0] || point[0] > box[2] || point[1] < box[1] || point[1] > box[3]) return false
    const quick = crosses(part.flat, point[0], point[1])
    // 0 means on the border, which belongs to the grid.
    return quick ?? pointInPolygon(point, rings) !== false
  }
  /** The first part that holds the point, those of `skip` aside. */
  const search = (skip: Int32Array) => {
    let best = nowhere
    for (const i of index.search(point[0], point[1], point[0], point[1]))
      if (i < best && !skip.includes(i) && holds(i)) best = i
    return best
  }

  const raster = buildRaster(
    parts,
    boxOf(
      parts.flatMap(({ box: [w, s, e, n] }) => [
        [w, s],
        [e, n],
      ]),
    ),
  )
  const { table, records, columns } = raster
  // What no border touches: told by a neighbour, or searched.
  for (let cell = 0; cell < table.length; cell += 1) {
    if (table[cell] !== untold) continue
    const beside = cell % columns > 0 ? (table[cell - 1] ?? untold) : untold
    const below = cell >= columns ? (table[cell - columns] ?? untold) : untold
    table[cell] = Math.max(beside, below)
    if ((table[cell] ?? untold) > untold) continue
    ;[point[0], point[1]] = raster.middleOf(cell)
    table[cell] = search(none)
  }

  return {
    townId: town.id,
    locate(lng, lat) {
      const cell = raster.cellAt(lng, lat)
      if (cell < 0) return town.id
      const told = table[cell] ?? nowhere
      if (told >= 0) return parts[told]?.id ?? town.id
      point[0] = lng
      point[1] = lat
      const record = -2 - told
      const end = record + 2 + (records[record + 1] ?? 0)
      // What holds the cell whole, its borders aside, is searched when it is first asked for.
      if (records[record] === untold) records[record] = search(records.subarray(record + 2, end))
      let best = records[record] ?? nowhere
      for (let i = record + 2; i < end; i += 1) {
        const part = records[i] ?? nowhere
        if (part > best) break
        if (!holds(part)) continue
        best = part
        break
      }
      return parts[best]?.id ?? town.id
    },
    pathOf(gridId) {
      const path = paths.get(gridId) ?? paths.get(successors.get(gridId) ?? 0)
      if (!path) throw new Error(`no grid ${gridId}`)
      return path
    },
    pathOrTown: (gridId) => paths.get(gridId) ?? paths.get(successors.get(gridId) ?? 0) ?? town.path,
    has: (gridId) => paths.has(gridId),
  }
}

interface Part {
  id: number
  level: number
  rings: [number, number][][]
  /** The same, each ring as x, y, x, y. */
  flat: Float64Array[]
  box: [number, number, number, number]
}
const flatten = (ring: readonly Position[]) => Float64Array.from(ring.flatMap(([x = 0, y = 0]) => [x, y]))

/** Closer to a border than this (degrees squared; rounding is 1e-19 at most here), only the exact test may say. */
const doubtful = 1e-15

/** Whether the point lies inside, by counting crossings; undefined where rounding might decide. */
function crosses(rings: readonly Float64Array[], x: number, y: number): boolean | undefined {
  let inside = false
  for (const ring of rings) {
    let ax = ring[0] ?? 0
    let ay = ring[1] ?? 0
    if (ay === y) return undefined
    for (let i = 2; i < ring.length; i += 2) {
      const bx = ring[i] ?? 0
      const by = ring[i + 1] ?? 0
      if (by === y) return undefined
      if (ay > y !== by > y) {
        const side = (bx - ax) * (y - ay) - (x - ax) * (by - ay)
        if (side < doubtful && side > -doubtful) return undefined
        if (side > 0 === by > ay) inside = !inside
      }
      ax = bx
      ay = by
    }
  }
  return inside
}

const none = new Int32Array(0)
/** No part holds it. */
const nowhere = 2_147_483_647

/** Of latitude, on a sphere of the earth's mean radius. */
export const metersPerDegree = 111_195

/** [west, south, east, north] of a ring, or of any positions. */
export function boxOf(ring: readonly Position[]): [number, number, number, number] {
  const box: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const [x = 0, y = 0] of ring) {
    box[0] = Math.min(box[0], x)
    box[1] = Math.min(box[1], y)
    box[2] = Math.max(box[2], x)
    box[3] = Math.max(box[3], y)
  }
  return box
}
