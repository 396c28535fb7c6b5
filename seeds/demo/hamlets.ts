import type { Grain } from './grain.ts'
import type { Street } from './lattice.ts'
import type { Line, Point } from './plane.ts'
import { along, distance, inside, offsetLine } from './plane.ts'
import type { Random } from './random.ts'
import { stream } from './random.ts'
import type { Raster } from './raster.ts'
import { WATER } from './raster.ts'
import type { Waters } from './waters.ts'
import type { Zones } from './zones.ts'

/** A natural village: houses in rows along an axis, which is its main lane. */
export type Hamlet = { name: string; at: Point; axis: Line; rows: number }

type Ground = { outline: Line; grain: Grain; zones: Zones; waters: Waters; streets: Street[]; raster: Raster }
type Candidate = { line: Line; beside: number }

const SPACING = 430 // metres between the middles of two hamlets
const WANTED = 330

/** Finds room for the hamlets: along canals first, then along country roads, none in town, works or water. */
export function settleHamlets(seed: number, ground: Ground, names: string[]): Hamlet[] {
  const random = stream(seed, 'hamlets')
  const hamlets: Hamlet[] = []
  for (const { line, beside } of random.shuffle(candidates(random, ground))) {
    if (hamlets.length === WANTED) break
    const axis = offsetLine(line, beside)
    const at = axis[axis.length >> 1]!
    if (!isRoomFor(ground, axis, at) || hamlets.some((h) => distance(h.at, at) < SPACING)) continue
    hamlets.push({ name: names[hamlets.length]!, at, axis, rows: random.pick([1, 2, 2, 3, 3, 4]) })
  }
  return hamlets
}

/** The lanes of a hamlet: the main lane, a back lane where there are many rows, and lanes across. */
export function lanesOf(random: Random, hamlet: Hamlet): Street[] {
  const lanes: Street[] = [{ line: hamlet.axis, class: 'residential', name: '' }]
  const depth = hamlet.rows * 26
  const back = offsetLine(hamlet.axis, depth)
  if (hamlet.rows >= 3) lanes.push({ line: back, class: 'service', name: '' })
  const ends = along(hamlet.axis, random.between(110, 170), random.between(10, 40))
  for (const { at, dir } of ends) {
    const reach = depth + random.between(0, 30)
    lanes.push({ line: [at, [at[0] - dir[1] * reach, at[1] + dir[0] * reach]], class: 'service', name: '' })
  }
  return lanes
}

function candidates(random: Random, { waters, streets }: Ground): Candidate[] {
  const found: Candidate[] = []
  const take = (line: Line, nearest: number, step: number) => {
    const points = along(line, 30)
    for (let i = 0; i < points.length; i += Math.ceil(step / 30)) {
      const piece = points.slice(i, i + random.int(6, 15)).map((p) => p.at)
      if (piece.length < 5) continue
      // rows are built to the left of the axis, away from the bank
      found.push(
        random.chance(0.5) ? { line: piece, beside: nearest } : { line: piece.toReversed(), beside: nearest },
      )
    }
  }
  for (const course of waters.courses) take(course.line, course.width / 2 + 17, 190)
  for (const street of streets)
    if (street.class === 'secondary' || street.class === 'tertiary') take(street.line, 24, 420)
  return found
}

function isRoomFor({ outline, grain, zones, raster }: Ground, axis: Line, at: Point): boolean {
  if (!axis.every((p) => inside(p, outline) && !(raster.at(p) & WATER))) return false
  // the middle must be well inside the border, and in the fields
  const room = [
    [0, 0],
    [130, 0],
    [-130, 0],
    [0, 130],
    [0, -130],
  ]
  return room.every(([dx, dy]) => {
    const p: Point = [at[0] + dx!, at[1] + dy!]
    return inside(p, outline) && ['farmland', 'ponds'].includes(zones.zoneAt(grain.unbend(p)))
  })
}
