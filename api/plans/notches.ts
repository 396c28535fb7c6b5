import Flatbush from 'flatbush'
import { boxOf } from '../grids/locate.ts'
import { type Cover, isNoise, locator, push, type Spot, spotOf } from './cover.ts'
import { facesBetween, measurePolygon, type Pieces, pointInside } from './faces.ts'
import { positionsOf, type Steps } from './rings.ts'
import { numberSegments } from './segments.ts'
import { metersBetween, type Shape, shapeOf } from './topology.ts'

/**
 * Narrow strips between two shapes that are open at their end: from every outer corner a bridge is laid to the nearest
 * border of another shape within `reachMeters`, and what the bridges close off is a notch when it is at least ten times
 * as long as wide; a sharp bay of the coast is not.
 */
export function* notchesOf(
  { points, faces: { edges, uses } }: Cover,
  shapes: readonly Shape[],
  reachMeters: number,
): Steps<Spot[]> {
  const outer: { low: number; high: number; owner: number; right: boolean }[] = []
  const owners = new Map<number, Set<number>>()
  for (let e = 0; e < edges.count; e += 1) {
    const [low = 0, high = 0] = [edges.lows[e], edges.highs[e]]
    const met = uses[e] ?? []
    if (met.reduce((net, use) => net + (use % 2 === 0 ? 1 : -1), 0) === 0) continue
    for (const use of met) {
      const owner = use >> 1
      outer.push({ low, high, owner, right: use % 2 === 1 })
      for (const v of [low, high]) owners.set(v, (owners.get(v) ?? new Set()).add(owner))
    }
    if (e % 1024 === 0) yield
  }
  if (outer.length === 0) return []
  const { xs, ys } = points
  const x = (v: number) => xs[v] ?? 0
  const y = (v: number) => ys[v] ?? 0
  const index = new Flatbush(outer.length)
  for (const { low, high } of outer)
    index.add(
      Math.min(x(low), x(high)),
      Math.min(y(low), y(high)),
      Math.max(x(low), x(high)),
      Math.max(y(low), y(high)),
    )
  index.finish()
  yield
  const bridge = Math.max(...outer.map((one) => one.owner)) + 1
  const bridges = numberSegments()
  for (const [v, own] of owners) {
    const [px, py] = [x(v), y(v)]
    const up = reachMeters / metersBetween(0, 0, 0, 1)
    const across = reachMeters / metersBetween(0, py, 1, py)
    let best: { meters: number; x: number; y: number } | undefined
    for (const n of index.search(px - across, py - up, px + across, py + up)) {
      const one = outer[n]
      if (!one || own.has(one.owner)) continue
      const [ax, ay, dx, dy] = [x(one.low), y(one.low), x(one.high) - x(one.low), y(one.high) - y(one.low)]
      const squeeze = across / up
      const along = ((px - ax) * dx) / squeeze ** 2 + (py - ay) * dy
      const share = Math.min(1, Math.max(0, along / ((dx / squeeze) ** 2 + dy ** 2)))
      const [qx, qy] = share === 1 ? [x(one.high), y(one.high)] : [ax + share * dx, ay + share * dy]
      const meters = metersBetween(px, py, qx, qy)
      if (meters > 0 && meters <= reachMeters && meters < (best?.meters ?? Infinity))
        best = { meters, x: qx, y: qy }
    }
    yield
    if (!best) continue
    const end = points.add(best.x, best.y)
    bridges.add(v, end)
  }
  if (bridges.count === 0) return []
  const pieces: Pieces = { from: [], to: [], owners: [] }
  const beside = new Set<number>()
  for (let b = 0; b < bridges.count; b += 1) {
    const [low = 0, high = 0] = [bridges.lows[b], bridges.highs[b]]
    push(pieces, low, high, bridge)
    push(pieces, high, low, bridge)
    for (const n of index.search(...boxOf(positionsOf(points, [low, high])))) beside.add(n)
    yield
  }
  for (const n of beside) {
    const { low = 0, high = 0, owner = 0, right } = outer[n] ?? {}
    if (right) push(pieces, high, low, owner)
    else push(pieces, low, high, owner)
  }
  const closed = yield* facesBetween(points, pieces, true)
  const locate = locator(shapes)
  const spots: Spot[] = []
  for (const face of closed.faces) {
    const spot = spotOf(points, closed, face)
    if (locate(spot.at).length === 0) spots.push(spot)
    yield
  }
  return yield* joined(spots)

  /** Pieces on both sides of a bridge are one notch. */
  function* joined(all: readonly Spot[]): Steps<Spot[]> {
    const segments = numberSegments()
    const net: number[] = []
    for (const { face } of all)
      for (const ring of face.rings)
        ring.forEach((u, i) => {
          const v = ring[(i + 1) % ring.length] ?? 0
          const s = segments.add(u, v)
          net[s] = (net[s] ?? 0) + (u < v ? 1 : -1)
        })
    const whole = yield* shapeOf(points, segments, net)
    return whole.coordinates.flatMap((rings): Spot[] => {
      const { areaM2, outlineMeters } = measurePolygon(rings)
      const widthMeters = (2 * areaM2) / outlineMeters
      const around = new Map<number, number>()
      for (const ring of rings)
        for (let i = 1; i < ring.length; i += 1) {
          const [[ax = 0, ay = 0] = [], [bx = 0, by = 0] = []] = [ring[i - 1], ring[i]]
          const [u, v] = [points.add(ax, ay), points.add(bx, by)]
          for (const use of closed.uses[closed.edges.find(u, v)] ?? [])
            if (use >> 1 !== bridge)
              around.set(use >> 1, (around.get(use >> 1) ?? 0) + metersBetween(ax, ay, bx, by))
        }
      const shape = { type: 'MultiPolygon' as const, coordinates: [rings] }
      const [face] = all
      if (!face || around.size < 2 || isNoise({ areaM2, widthMeters }) || outlineMeters < 20 * widthMeters)
        return []
      return [
        {
          ...face,
          shape,
          at: pointInside(rings),
          areaM2,
          widthMeters,
          around,
          within: new Map(),
          coverers: [],
        },
      ]
    })
  }
}
