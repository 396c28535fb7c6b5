import type { MultiPolygon, Position } from 'geojson'
import type { PlanOperation } from '../../api/contract/plan.ts'
import { type Features, keyOf } from './feature.ts'

// Borders under the hand: a vertex belongs to every grid that has it, on all levels, and moves in all of them. Nothing
// is sent before it is applied; then the steps become one edit.

/** Which grids have a vertex. */
export type Holders = ReadonlyMap<string, readonly number[]>

export interface Reshaping {
  readonly features: Features
  readonly holders: Holders
  /** Grids as they are now under the hand; those that are as they were are missing. */
  readonly shapes: ReadonlyMap<number, MultiPolygon>
  /** By where it is now: where a vertex was in the plan, and whether it was put in. */
  readonly moved: ReadonlyMap<string, { from: Position; inserted: boolean }>
  readonly removed: readonly Position[]
}

export function holdersOf(features: Features): Holders {
  const holders = new Map<string, number[]>()
  for (const { id, geometry } of features.values())
    for (const ring of geometry.coordinates.flat())
      for (let i = 1; i < ring.length; i += 1) {
        const key = keyOf(ring[i] ?? [])
        const known = holders.get(key)
        if (!known) holders.set(key, [id])
        else if (known.at(-1) !== id) known.push(id)
      }
  return holders
}

export const beginReshaping = (features: Features, holders: Holders): Reshaping => ({
  features,
  holders,
  shapes: new Map(),
  moved: new Map(),
  removed: [],
})

export const shapeOf = ({ shapes, features }: Reshaping, uid: number): MultiPolygon | undefined =>
  shapes.get(uid) ?? features.get(uid)?.geometry

/** The grids that have a vertex where it is now, of all levels. */
export function sharing(work: Reshaping, at: Position): readonly number[] {
  const key = keyOf(at)
  const known = work.moved.get(key)
  if (known?.inserted) return [...work.shapes].filter(([, shape]) => has(shape, key)).map(([uid]) => uid)
  return work.holders.get(known ? keyOf(known.from) : key) ?? []
}

/** Moves a vertex; onto another one it does not go. */
export function moveVertex(work: Reshaping, at: Position, to: Position): Reshaping {
  const [key, next] = [keyOf(at), keyOf(to)]
  if (key === next) return work
  const uids = sharing(work, at)
  if (uids.some((uid) => has(shapeOf(work, uid), next))) return work
  const moved = new Map(work.moved)
  const known = moved.get(key) ?? { from: at, inserted: false }
  moved.delete(key)
  // Back where it was in the plan: as if it had never been moved.
  if (known.inserted || keyOf(known.from) !== next) moved.set(next, known)
  return { ...work, shapes: rewritten(work, uids, (ring) => swap(ring, key, [to])), moved }
}

/** Puts a vertex into a border at a share of the stretch from `a` to `b`; answers where it is now. */
export function insertVertex(
  work: Reshaping,
  { a, b, share }: { a: Position; b: Position; share: number },
): { work: Reshaping; at: Position } {
  const at = along(a, b, share)
  const origin = (place: Position) => work.moved.get(keyOf(place))?.from ?? place
  const second = new Set(sharing(work, b))
  const uids = sharing(work, a).filter((uid) => second.has(uid))
  const [one, other] = [keyOf(a), keyOf(b)]
  const put = (ring: Position[]) =>
    ring.flatMap((place, i): Position[] => {
      const [here, after] = [keyOf(place), keyOf(ring[i + 1] ?? [])]
      const here2 = (here === one && after === other) || (here === other && after === one)
      return here2 ? [place, at] : [place]
    })
  const moved = new Map(work.moved).set(keyOf(at), {
    from: along(origin(a), origin(b), share),
    inserted: true,
  })
  return { work: { ...work, shapes: rewritten(work, uids, put), moved }, at }
}

/** Takes a vertex out of every border; null where a ring would be left with too few. */
export function removeVertex(work: Reshaping, at: Position): Reshaping | null {
  const key = keyOf(at)
  const uids = sharing(work, at)
  const shapes = rewritten(work, uids, (ring) => swap(ring, key, []))
  if (
    uids.some((uid) =>
      shapes
        .get(uid)
        ?.coordinates.flat()
        .some((ring) => ring.length < 4),
    )
  )
    return null
  const moved = new Map(work.moved)
  const known = moved.get(key) ?? { from: at, inserted: false }
  moved.delete(key)
  return { ...work, shapes, moved, removed: known.inserted ? work.removed : [...work.removed, known.from] }
}

/** What was done, as the one edit that is sent. */
export function reshapeOf({ moved, removed }: Reshaping): Extract<PlanOperation, { kind: 'reshape' }> {
  const place = (key: string) => key.split(',').map(Number) as [number, number]
  const pair = ([x = 0, y = 0]: Position): [number, number] => [x, y]
  const all = [...moved].map(([key, { from, inserted }]) => ({ from: pair(from), to: place(key), inserted }))
  return {
    kind: 'reshape',
    inserts: all.filter((one) => one.inserted).map((one) => one.from),
    moves: all.filter((one) => keyOf(one.from) !== keyOf(one.to)).map(({ from, to }) => ({ from, to })),
    removes: removed.map(pair),
  }
}

export const isUntouched = ({ moved, removed }: Reshaping) => moved.size === 0 && removed.length === 0

const along = ([ax = 0, ay = 0]: Position, [bx = 0, by = 0]: Position, share: number): Position => [
  ax + (bx - ax) * share,
  ay + (by - ay) * share,
]

const has = (shape: MultiPolygon | undefined, key: string) =>
  shape?.coordinates.some((part) => part.some((ring) => ring.some((at) => keyOf(at) === key))) ?? false

function rewritten(work: Reshaping, uids: readonly number[], ringOf: (ring: Position[]) => Position[]) {
  const shapes = new Map(work.shapes)
  for (const uid of uids) {
    const shape = shapeOf(work, uid)
    if (shape) shapes.set(uid, { ...shape, coordinates: shape.coordinates.map((rings) => rings.map(ringOf)) })
  }
  return shapes
}

/** A ring with one vertex put elsewhere or left out, and closed again where it was its first. */
function swap(ring: Position[], key: string, by: Position[]): Position[] {
  if (!ring.some((at) => keyOf(at) === key)) return ring
  const open = ring.slice(0, -1).flatMap((at) => (keyOf(at) === key ? by : [at]))
  const [first] = open
  return first ? [...open, first] : open
}
