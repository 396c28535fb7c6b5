import type { Closure, NewClosure } from '../../api/contract/roads.ts'
import { metersPerDegree } from '../positions/motion.ts'

// A closure as it is drawn by hand, point by point.

export type Place = readonly [number, number]
export interface Sketch {
  kind: 'line' | 'outline'
  places: readonly Place[]
  /** Where the next point would be. */
  next: Place | null
  done: boolean
}

/** Written again here: the contract's file loads the schema library. */
const mostPoints = 200
const fewest = { line: 2, outline: 3 } as const

export const emptySketch = (kind: Sketch['kind']): Sketch => ({ kind, places: [], next: null, done: false })

export const canEnd = ({ kind, places }: Sketch): boolean => places.length >= fewest[kind]

/** With one more point; the second press of a double click, which falls on the same place, adds none. */
export function withPlace(sketch: Sketch, place: Place): Sketch {
  const last = sketch.places.at(-1)
  const same = last && last[0] === place[0] && last[1] === place[1]
  const room = sketch.places.length < mostPoints - 1
  return sketch.done || same || !room ? sketch : { ...sketch, places: [...sketch.places, place] }
}

/** Without its last point; one that was ended is taken up again. */
export const withoutLast = (sketch: Sketch): Sketch =>
  sketch.done ? { ...sketch, done: false } : { ...sketch, places: sketch.places.slice(0, -1) }

export const ended = (sketch: Sketch): Sketch =>
  canEnd(sketch) ? { ...sketch, next: null, done: true } : sketch

/** As it is sent: an outline ends where it begins. */
export function shapeOf({ kind, places }: Sketch): NewClosure['shape'] {
  const points = places.map(([lng, lat]): [number, number] => [lng, lat])
  const [first] = points
  return kind === 'line'
    ? { type: 'LineString', coordinates: points }
    : { type: 'Polygon', coordinates: [first ? [...points, first] : points] }
}

/** About the middle of what is closed; of what was drawn where it meets no road. */
export function middleOf({ lines, shape }: Pick<Closure, 'lines' | 'shape'>): Place {
  const longest = lines.coordinates.toSorted((a, b) => b.length - a.length)[0]
  const places = longest ?? (shape.type === 'Polygon' ? shape.coordinates[0] : shape.coordinates) ?? []
  const at = (places.length - 1) / 2
  const [x1, y1] = places[Math.floor(at)] ?? [0, 0]
  const [x2, y2] = places[Math.ceil(at)] ?? [x1, y1]
  return [(x1 + x2) / 2, (y1 + y2) / 2]
}

const shortestDash = 15
const longestDash = 150

/** The pieces of some lines that are drawn when they are dashed: about five on each closure, whatever its length. */
export function dashes(lines: readonly (readonly Place[])[]): Place[][] {
  const meters = ([x1, y1]: Place, [x2, y2]: Place) =>
    Math.hypot((x2 - x1) * Math.cos((y1 * Math.PI) / 180), y2 - y1) * metersPerDegree
  const pairs = lines.flatMap((line) =>
    line.slice(1).map((to, i) => ({ from: line[i] ?? to, to, begins: i === 0 })),
  )
  const total = pairs.reduce((sum, { from, to }) => sum + meters(from, to), 0)
  const dash = Math.min(longestDash, Math.max(shortestDash, total / 10))
  const made: Place[][] = []
  let [drawn, left] = [true, dash]
  for (const { from, to, begins } of pairs) {
    if (begins) [drawn, left] = [true, dash]
    if (drawn && begins) made.push([from])
    const length = meters(from, to)
    let done = 0
    while (length - done > left) {
      done += left
      const share = done / length
      const here: Place = [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share]
      if (drawn) made.at(-1)?.push(here)
      else made.push([here])
      drawn = !drawn
      left = dash
    }
    left -= length - done
    if (drawn) made.at(-1)?.push(to)
  }
  return made.filter((piece) => piece.length > 1)
}
