import Flatbush from 'flatbush'
import type { MultiPolygon, Position } from 'geojson'
import { Refusal } from '../errors.ts'
import { boxOf, metersPerDegree } from '../grids/locate.ts'
import { atOnce, linkRings, nestRings, positionsOf, type Steps } from './rings.ts'
import { eachSegment, numberPoints, numberSegments, type Points, type Segments } from './segments.ts'

export interface PlanGrid {
  uid: number
  gridId: number | null
  code: string
  name: string
  level: 1 | 2 | 3
  parentUid: number | null
  leaderName: string | null
  households: number
  attributes: Record<string, unknown>
  geometry: MultiPolygon
  origins: number[]
}
export interface Shape {
  uid: number
  geometry: MultiPolygon
}

/** Length of a segment in metres, on a sphere laid flat at its own latitude. */
export const metersBetween = (ax: number, ay: number, bx: number, by: number) =>
  Math.hypot((bx - ax) * Math.cos((((ay + by) / 2) * Math.PI) / 180), by - ay) * metersPerDegree

/** The metres of border that two shapes share segment for segment, from either side; shapes without such a border are absent. */
export function sharedBorders(shapes: readonly Shape[]): Map<number, Map<number, number>> {
  const [points, segments] = [numberPoints(), numberSegments()]
  const owners: number[][] = []
  for (const { uid, geometry } of shapes)
    eachSegment(geometry, points, (a, b) => {
      const met = (owners[segments.add(a, b)] ??= [])
      if (!met.includes(uid)) met.push(uid)
    })
  const borders = new Map<number, Map<number, number>>()
  owners.forEach((uids, i) => {
    if (uids.length < 2) return
    const [a, b] = [segments.lows[i] ?? 0, segments.highs[i] ?? 0]
    const { xs, ys } = points
    const meters = metersBetween(xs[a] ?? 0, ys[a] ?? 0, xs[b] ?? 0, ys[b] ?? 0)
    for (const one of uids) {
      const others = borders.get(one) ?? new Map<number, number>()
      borders.set(one, others)
      for (const other of uids) if (other !== one) others.set(other, (others.get(other) ?? 0) + meters)
    }
  })
  return borders
}

/**
 * The union of shapes that fit segment for segment: a segment that two have in opposite directions is gone, the rest is
 * linked into rings, and no coordinate is new. Shapes that overlap do not fit; see `checkPlan`.
 */
export function dissolve(geometries: readonly MultiPolygon[]): MultiPolygon {
  const [points, segments] = [numberPoints(), numberSegments()]
  const net: number[] = []
  for (const geometry of geometries)
    eachSegment(geometry, points, (a, b) => {
      const i = segments.add(a, b)
      net[i] = (net[i] ?? 0) + (a < b ? 1 : -1)
    })
  return atOnce(shapeOf(points, segments, net))
}

/** The shape that directed segments bound: `net` counts each from its lower to its higher point, minus the other way. */
export function* shapeOf(points: Points, segments: Segments, net: readonly number[]): Steps<MultiPolygon> {
  const [from, to]: [number[], number[]] = [[], []]
  net.forEach((times, i) => {
    const [low = 0, high = 0] = [segments.lows[i], segments.highs[i]]
    for (let n = Math.abs(times); n > 0; n -= 1) {
      from.push(times > 0 ? low : high)
      to.push(times > 0 ? high : low)
    }
  })
  const rings = yield* linkRings(points, from, to)
  const groups = yield* nestRings(points, rings)
  const coordinates = groups.map((group) => group.map((i) => positionsOf(points, rings[i] ?? [])))
  return { type: 'MultiPolygon', coordinates }
}

/** Whether two shapes have the same borders, wherever their rings begin and however they are wound. */
export function sameBorders(one: MultiPolygon, other: MultiPolygon): boolean {
  const [points, segments] = [numberPoints(), numberSegments()]
  const net: number[] = []
  for (const [geometry, sign] of [[one, 1] as const, [other, -1] as const])
    eachSegment(geometry, points, (a, b) => {
      const i = segments.add(a, b)
      net[i] = (net[i] ?? 0) + (a < b ? sign : -sign)
    })
  return net.every((times) => times === 0)
}

/** Moves every vertex that lies exactly at `from`, in all shapes, so that shared borders stay shared; answers the shapes that changed. */
export function moveVertices(
  shapes: readonly Shape[],
  moves: readonly { from: Position; to: Position }[],
): Map<number, MultiPolygon> {
  const targets = lookup(moves.map(({ from, to }) => [from, to] as const))
  return mapRings(shapes, (ring) => {
    if (!ring.some((at) => targets(at))) return ring
    return tidy(ring.map((at) => targets(at) ?? at))
  })
}

/**
 * Puts each point into every segment that passes within `toleranceDegrees` of it and has no vertex there; answers the
 * shapes that changed.
 */
export function insertVertices(
  shapes: readonly Shape[],
  points: readonly Position[],
  toleranceDegrees = 1e-9,
): Map<number, MultiPolygon> {
  if (points.length === 0) return new Map()
  const index = new Flatbush(points.length)
  for (const [x = 0, y = 0] of points) index.add(x, y)
  index.finish()
  return mapRings(shapes, (ring) => {
    const [west, south, east, north] = boxOf(ring)
    const margin = toleranceDegrees
    if (index.search(west - margin, south - margin, east + margin, north + margin).length === 0) return ring
    const whole = ring.flatMap((at, i): Position[] => {
      const next = ring[i + 1]
      if (!next) return [at]
      const [[ax = 0, ay = 0], [bx = 0, by = 0]] = [at, next]
      const [dx, dy] = [bx - ax, by - ay]
      const length = Math.hypot(dx, dy)
      const near = index.search(
        Math.min(ax, bx) - toleranceDegrees,
        Math.min(ay, by) - toleranceDegrees,
        Math.max(ax, bx) + toleranceDegrees,
        Math.max(ay, by) + toleranceDegrees,
      )
      const on = near.flatMap((n) => {
        const [x = 0, y = 0] = points[n] ?? []
        const along = ((x - ax) * dx + (y - ay) * dy) / length
        const aside = Math.abs((x - ax) * dy - (y - ay) * dx) / length
        const inside =
          along > toleranceDegrees && along < length - toleranceDegrees && aside <= toleranceDegrees
        return inside ? [{ along, at: [x, y] }] : []
      })
      return [at, ...on.sort((a, b) => a.along - b.along).map((one) => one.at)]
    })
    return whole.length === ring.length ? ring : tidy(whole)
  })
}

/**
 * Takes vertices out of every ring that has them; answers the shapes that changed.
 * Throws a Refusal when a ring would be left with fewer than four positions.
 */
export function removeVertices(
  shapes: readonly Shape[],
  points: readonly Position[],
): Map<number, MultiPolygon> {
  const gone = lookup(points.map((at) => [at, true] as const))
  return mapRings(shapes, (ring) =>
    ring.some((at) => gone(at)) ? tidy(ring.filter((at) => !gone(at))) : ring,
  )
}

function lookup<T>(entries: readonly (readonly [Position, T])[]): (at: Position) => T | undefined {
  const byX = new Map<number, Map<number, T>>()
  for (const [[x = 0, y = 0], value] of entries) {
    const byY = byX.get(x) ?? new Map<number, T>()
    byX.set(x, byY.set(y, value))
  }
  return ([x = 0, y = 0]) => byX.get(x)?.get(y)
}

/** Without repeated positions and closed again, whichever vertex went. */
function tidy(ring: readonly Position[]): Position[] {
  const same = (a?: Position, b?: Position) => a?.[0] === b?.[0] && a?.[1] === b?.[1]
  const kept = ring.filter((at, i) => i === 0 || !same(at, ring[i - 1]))
  if (!same(kept[0], kept.at(-1)) && kept[0]) kept.push(kept[0])
  if (kept.length < 4)
    throw new Refusal(
      422,
      'ring-too-short',
      'A border needs at least three different corners: fewer would be left.',
    )
  return kept
}

function mapRings(
  shapes: readonly Shape[],
  change: (ring: Position[]) => Position[],
): Map<number, MultiPolygon> {
  const changed = new Map<number, MultiPolygon>()
  for (const { uid, geometry } of shapes) {
    let touched = false
    const coordinates = geometry.coordinates.map((rings) =>
      rings.map((ring) => {
        const made = change(ring)
        touched ||= made !== ring
        return made
      }),
    )
    if (touched) changed.set(uid, { type: 'MultiPolygon', coordinates })
  }
  return changed
}
