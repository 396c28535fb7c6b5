import type { MultiPolygon, Position } from 'geojson'
import pointInPolygon from 'point-in-polygon-hao'
import { Refusal } from '../errors.ts'
import { metersPerDegree } from '../grids/locate.ts'
import { insertVertices, type PlanGrid } from './topology.ts'

/** A plan while it is being edited: reads see what has changed so far, and nothing is written anywhere. */
export interface Draft {
  /** Throws a Refusal for a uid that is not there. */
  get(uid: number): PlanGrid
  find(uid: number): PlanGrid | undefined
  all(): PlanGrid[]
  childrenOf(uid: number | null): PlanGrid[]
  /** The grids below that have none below them; the grid itself when it has none. */
  leavesOf(uid: number): PlanGrid[]
  put(grid: PlanGrid): void
  drop(uid: number): void
  newUid(): number
  nextUid(): number
  before(): PlanGrid[]
  after(): PlanGrid[]
}

export const refuse = (sentence: string) => new Refusal(422, 'plan-edit', sentence)

export function openDraft(grids: readonly PlanGrid[], firstUid: number): Draft {
  const held = new Map(grids.map((grid) => [grid.uid, grid]))
  const original = new Map(held)
  const changed = new Set<number>()
  let next = firstUid
  const childrenOf = (uid: number | null) => [...held.values()].filter((grid) => grid.parentUid === uid)
  const get = (uid: number) => {
    const grid = held.get(uid)
    if (!grid) throw new Refusal(422, 'no-grid', `There is no grid ${uid} in this plan any more.`)
    return grid
  }
  const leavesOf = (uid: number): PlanGrid[] => {
    const below = childrenOf(uid)
    return below.length === 0 ? [get(uid)] : below.flatMap((child) => leavesOf(child.uid))
  }
  const byUid = (a: PlanGrid, b: PlanGrid) => a.uid - b.uid
  return {
    get,
    find: (uid) => held.get(uid),
    all: () => [...held.values()],
    childrenOf,
    leavesOf,
    put(grid) {
      held.set(grid.uid, grid)
      changed.add(grid.uid)
    },
    drop(uid) {
      held.delete(uid)
      changed.add(uid)
    },
    newUid: () => next++,
    nextUid: () => next,
    before: () => [...changed].flatMap((uid) => original.get(uid) ?? []).sort(byUid),
    after: () => [...changed].flatMap((uid) => held.get(uid) ?? []).sort(byUid),
  }
}

export const keyOf = ([x = 0, y = 0]: Position) => `${x},${y}`
export const verticesOf = (geometry: MultiPolygon): Position[] => geometry.coordinates.flat(2)
export const same = (a: MultiPolygon, b: MultiPolygon) =>
  a === b || JSON.stringify(a.coordinates) === JSON.stringify(b.coordinates)

/** Whether a point lies in a shape or on its border. */
export const holds = (geometry: MultiPolygon, at: Position) =>
  geometry.coordinates.some(
    (rings) => pointInPolygon(at as [number, number], rings as [number, number][][]) !== false,
  )

/** Area and outline of a shape in m² and m, on a plane laid at its latitude: for ranking, not for the record. */
export function measure(geometry: MultiPolygon): { area: number; outline: number } {
  const across = Math.cos(((geometry.coordinates[0]?.[0]?.[0]?.[1] ?? 0) * Math.PI) / 180)
  let [area, outline] = [0, 0]
  for (const rings of geometry.coordinates) {
    rings.forEach((ring, index) => {
      const [x0 = 0, y0 = 0] = ring[0] ?? []
      let sum = 0
      for (let i = 1; i < ring.length; i += 1) {
        const [ax = 0, ay = 0] = ring[i - 1] ?? []
        const [bx = 0, by = 0] = ring[i] ?? []
        sum += (ax - x0) * (by - y0) - (bx - x0) * (ay - y0)
        outline += Math.hypot((bx - ax) * across, by - ay) * metersPerDegree
      }
      area += (index === 0 ? 1 : -1) * Math.abs(sum / 2) * across * metersPerDegree ** 2
    })
  }
  return { area, outline }
}

/** The first free code below a parent: the highest of the siblings, counted on in its own width. */
export function nextCode(draft: Draft, parentUid: number | null): string {
  const taken = new Set(draft.all().map((grid) => grid.code))
  const siblings = draft.childrenOf(parentUid).map((grid) => grid.code)
  const parent = parentUid === null ? '' : draft.get(parentUid).code
  const highest =
    siblings
      .filter((code) => /\d$/.test(code))
      .sort()
      .at(-1) ?? `${parent}000`
  const digits = highest.match(/\d{1,9}$/)?.[0] ?? '0'
  // Counting stays behind the parent's own code: 009 is followed by 010, never by the next parent's number.
  const own = highest.startsWith(parent) && highest !== parent ? highest.slice(parent.length) : digits
  const width = Math.min(digits.length, own.length)
  const stem = highest.slice(0, highest.length - width)
  for (let n = Number(highest.slice(stem.length)) + 1; ; n += 1) {
    const code = stem + String(n).padStart(width, '0')
    if (!taken.has(code)) return code
  }
}

/** Gives every vertex that an edit brought to all the other shapes whose border it lies on, so that borders stay shared. */
export function shareVertices(draft: Draft): void {
  // Told by level: what is old to a child is new to its parent's neighbour.
  const known = new Set(
    draft.before().flatMap((grid) => verticesOf(grid.geometry).map((at) => `${grid.level} ${keyOf(at)}`)),
  )
  const fresh = new Map<string, Position>()
  for (const grid of draft.after())
    for (const at of verticesOf(grid.geometry))
      if (!known.has(`${grid.level} ${keyOf(at)}`)) fresh.set(keyOf(at), at)
  if (fresh.size === 0) return
  for (const [uid, geometry] of insertVertices(draft.all(), [...fresh.values()])) {
    const grid = draft.get(uid)
    if (!same(grid.geometry, geometry)) draft.put({ ...grid, geometry })
  }
}
