import type { MultiPolygon, Position } from 'geojson'
import { areaOf, type Cover, coverOf, isNoise, keeperOf, type Spot, takerOf } from './cover.ts'
import type { Steps } from './rings.ts'
import { numberPoints, numberSegments } from './segments.ts'
import { type Shape, shapeOf } from './topology.ts'

export interface Mended {
  /** The shapes that are not what they were, by uid. */
  changed: Map<number, MultiPolygon>
  /** Spots that could not be given to anybody, and why. */
  left: { at: Position; reason: 'no-neighbour' | 'nothing-would-remain' | 'same-land-twice' }[]
}

/** Who may get a gap, of those around it; for an overlap, whether it is to be mended. Undefined: nothing is to be done. */
export type Takers = (spot: Spot, uids: number[]) => number[] | undefined

/**
 * Makes shapes fit: each gap goes to the neighbour with the longest border, each overlap to one of those who claim it
 * (`keeperOf`), for the spots that `wanted` names and those too small to be seen. Neighbours get the new corners, so that
 * borders stay shared segment for segment. Shapes in `laid` are of pieces that are joined.
 */
export function* mend(shapes: readonly Shape[], takers: Takers, laid: ReadonlySet<number>): Steps<Mended> {
  const cover = yield* coverOf(shapes)
  const areas = new Map<number, number>()
  const areaAt = (n: number) => {
    const known = areas.get(n) ?? areaOf(shapes[n]?.geometry ?? { type: 'MultiPolygon', coordinates: [] })
    areas.set(n, known)
    return known
  }
  const moves = new Map<number, { ring: number[]; gained: boolean }[]>()
  for (const [n, { uid }] of shapes.entries()) if (laid.has(uid)) moves.set(n, [])
  const left: Mended['left'] = []
  const move = (n: number, spot: Spot, gained: boolean) => {
    const list = moves.get(n) ?? []
    moves.set(n, list)
    for (const ring of spot.face.rings) list.push({ ring, gained })
  }
  for (const spot of cover.spots) {
    const people = spot.coverers.length > 0 ? spot.coverers : [...spot.around.keys()]
    const uids = people.map((n) => shapes[n]?.uid ?? 0)
    const allowed = takers(spot, uids) ?? (isNoise(spot) ? uids : [])
    if (allowed.length === 0) continue
    yield
    if (spot.coverers.length === 0) {
      const taker = takerOf(spot, (n) => allowed.includes(shapes[n]?.uid ?? 0))
      if (taker === undefined) left.push({ at: spot.at, reason: 'no-neighbour' })
      else move(taker, spot, true)
      continue
    }
    const keeper = keeperOf(spot, areaAt)
    const losers = spot.coverers.filter((n) => n !== keeper)
    // 1e-6: the same land but for the rounding of the sums.
    if (losers.some((n) => spot.areaM2 > areaAt(n) * (1 - 1e-6)))
      left.push({ at: spot.at, reason: 'same-land-twice' })
    else for (const n of losers) move(n, spot, false)
  }
  return yield* rebuild(shapes, cover, moves, left)
}

function* rebuild(
  shapes: readonly Shape[],
  cover: Cover,
  moves: ReadonlyMap<number, { ring: number[]; gained: boolean }[]>,
  left: Mended['left'],
): Steps<Mended> {
  const { points, borders, faces } = cover
  const changed = new Map<number, MultiPolygon>()
  const used = new Set<number>()
  for (const [n, rings] of moves) {
    const pairs: number[] = []
    eachPiece(n, (a, b) => pairs.push(a, b))
    for (const { ring, gained } of rings)
      ring.forEach((u, i) => {
        const v = ring[(i + 1) % ring.length] ?? 0
        if (gained) pairs.push(u, v)
        else pairs.push(v, u)
      })
    for (const v of pairs) used.add(v)
    yield
    const shape = yield* linked(pairs)
    const uid = shapes[n]?.uid ?? 0
    if (shape.coordinates.length > 0) changed.set(uid, shape)
    else
      left.push({
        at: shapes[n]?.geometry.coordinates[0]?.[0]?.[0] ?? [0, 0],
        reason: 'nothing-would-remain',
      })
  }
  // The other side of a border that was cut.
  for (const n of borders.keys()) {
    if (moves.has(n)) continue
    const pairs: number[] = []
    let cut = false
    eachPiece(
      n,
      (a, b, fresh) => {
        cut ||= fresh
        pairs.push(a, b)
      },
      used,
    )
    yield
    if (cut) changed.set(shapes[n]?.uid ?? 0, yield* linked(pairs))
  }
  return { changed, left }

  /** The border of a shape as it is cut now; with `only`, at those points alone. */
  function eachPiece(n: number, visit: (a: number, b: number, fresh: boolean) => void, only?: Set<number>) {
    const border = borders[n] ?? new Int32Array()
    for (let i = 0; i < border.length; i += 2) {
      const [a = 0, b = 0] = [border[i], border[i + 1]]
      const chain = faces.cut(a, b)
      const along = chain ? (a < b ? chain : [...chain].reverse()) : [faces.rootOf(a), faces.rootOf(b)]
      const kept = only
        ? [a, ...along.slice(1, -1).filter((v) => only.has(v)), b].map((v) =>
            only.has(faces.rootOf(v)) ? faces.rootOf(v) : v,
          )
        : along
      const fresh = kept.length > 2 || kept[0] !== a || kept[1] !== b
      for (let k = 1; k < kept.length; k += 1)
        if (kept[k] !== kept[k - 1]) visit(kept[k - 1] ?? 0, kept[k] ?? 0, fresh)
    }
  }

  function* linked(pairs: readonly number[]): Steps<MultiPolygon> {
    const [own, segments, net] = [numberPoints(), numberSegments(), [] as number[]]
    const place = (v = 0) => own.add(points.xs[v] ?? 0, points.ys[v] ?? 0)
    for (let i = 0; i < pairs.length; i += 2) {
      const [a, b] = [place(pairs[i]), place(pairs[i + 1])]
      if (a === b) continue
      const s = segments.add(a, b)
      net[s] = (net[s] ?? 0) + (a < b ? 1 : -1)
    }
    return yield* shapeOf(own, segments, net)
  }
}
