import { setImmediate } from 'node:timers/promises'
import Flatbush from 'flatbush'
import type { Position } from 'geojson'
import pointInPolygon from 'point-in-polygon-hao'
import { boxOf } from '../grids/locate.ts'
import { type Points, signedArea } from './segments.ts'

/** Work cut into steps of well under a millisecond, so that it can run at once or between requests. */
export type Steps<T> = Generator<void, T>

export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

/** Runs the steps 10 ms at a time and lets others in between. Throws the signal's reason once it is aborted. */
export async function paced<T>(steps: Steps<T>, signal?: AbortSignal): Promise<T> {
  for (;;) {
    const until = performance.now() + 10
    while (performance.now() < until) {
      const step = steps.next()
      if (step.done) return step.value
    }
    await setImmediate()
    signal?.throwIfAborted()
  }
}

/**
 * Links directed segments (land to their left) into simple rings of point numbers, not closed: at a point where several
 * go on, the next one clockwise from where it came, so that what hangs together stays one. Spikes vanish.
 */
export function* linkRings(
  points: Points,
  from: ArrayLike<number>,
  to: ArrayLike<number>,
): Steps<number[][]> {
  const { xs, ys, count } = points
  const starts = new Int32Array(count + 1)
  for (let e = 0; e < from.length; e += 1) bump(starts, (from[e] ?? 0) + 1, 1)
  for (let v = 0; v < count; v += 1) bump(starts, v + 1, starts[v] ?? 0)
  yield
  const out = new Int32Array(from.length)
  const filled = starts.slice()
  for (let e = 0; e < from.length; e += 1) out[bump(filled, from[e] ?? 0, 1) - 1] = e
  yield
  const used = new Uint8Array(from.length)
  const angle = (a: number, b: number) => Math.atan2((ys[b] ?? 0) - (ys[a] ?? 0), (xs[b] ?? 0) - (xs[a] ?? 0))

  const nextAt = (v: number, before: number, unusedOnly: boolean): number => {
    const [first, last] = [starts[v] ?? 0, starts[v + 1] ?? 0]
    const [one = -1, other = -1] = [out[first], out[first + 1]]
    if (last - first === 1) return unusedOnly && used[one] ? -1 : one
    if (last - first === 2 && !unusedOnly) {
      if (to[one] === before && to[other] !== before) return other
      if (to[other] === before && to[one] !== before) return one
    }
    const back = angle(v, before)
    let [best, least] = [-1, Infinity]
    for (let i = first; i < last; i += 1) {
      const e = out[i] ?? 0
      if (unusedOnly && used[e]) continue
      let turn = back - angle(v, to[e] ?? 0)
      while (turn <= 0) turn += 2 * Math.PI
      if (to[e] === before) turn = 7 // straight back comes last
      if (turn < least || (turn === least && used[best])) [best, least] = [e, turn]
    }
    return best
  }

  const rings: number[][] = []
  const place = new Int32Array(count).fill(-1)
  let steps = 0
  for (let start = 0; start < from.length; start += 1) {
    if (used[start]) continue
    const path = [from[start] ?? 0]
    place[path[0] ?? 0] = 0
    for (let e = start; e >= 0; ) {
      if (++steps % 2048 === 0) yield
      used[e] = 1
      const [before, v] = [from[e] ?? 0, to[e] ?? 0]
      const met = place[v] ?? -1
      if (met >= 0) {
        if (path.length - met > 2) rings.push(path.slice(met))
        for (const passed of path.splice(met + 1)) place[passed] = -1
      } else {
        place[v] = path.length
        path.push(v)
      }
      e = nextAt(v, before, false)
      if (e >= 0 && used[e]) e = path.length > 1 ? nextAt(v, before, true) : -1
    }
    for (const passed of path) place[passed] = -1
  }
  return rings
}

/** Adds to one number of an array and answers the sum. */
function bump(array: Int32Array, i: number, by: number): number {
  const sum = (array[i] ?? 0) + by
  array[i] = sum
  return sum
}

export const positionsOf = ({ xs, ys }: Points, ring: readonly number[]): Position[] =>
  [...ring, ring[0] ?? 0].map((v) => [xs[v] ?? 0, ys[v] ?? 0])

/**
 * Groups rings that do not cross, by their place in the list: each counter-clockwise one with the clockwise ones that
 * are its holes (the smallest ring around them has them). Holes of nothing are left out.
 */
export function* nestRings(points: Points, rings: readonly number[][]): Steps<number[][]> {
  const closed: Position[][] = []
  for (const ring of rings) {
    closed.push(positionsOf(points, ring))
    if (closed.length % 64 === 0) yield
  }
  const areas = closed.map(signedArea)
  yield
  const groups = closed.flatMap((_, i) => ((areas[i] ?? 0) > 0 ? [[i]] : []))
  if (groups.length === closed.length || groups.length === 0) return groups
  const index = new Flatbush(groups.length)
  for (const [shell = 0] of groups) index.add(...boxOf(closed[shell] ?? []))
  index.finish()
  yield
  for (const [i, ring] of closed.entries()) {
    const area = -(areas[i] ?? 0)
    if (area <= 0) continue
    const [[ax = 0, ay = 0] = [], [bx = 0, by = 0] = []] = ring
    const at: [number, number] = [(ax + bx) / 2, (ay + by) / 2]
    const around = index
      .search(at[0], at[1], at[0], at[1])
      .map((n) => groups[n] ?? [])
      // What it encloses itself is smaller; the margin is for the rounding of the sums.
      .filter(([shell = 0]) => (areas[shell] ?? 0) > area * (1 + 1e-9))
      .sort(([a = 0], [b = 0]) => (areas[a] ?? 0) - (areas[b] ?? 0))
    around
      .find(([shell = 0]) => pointInPolygon(at, [closed[shell]] as [number, number][][]) !== false)
      ?.push(i)
    yield
  }
  return groups
}
