import type { Lineage, Overlap } from '../contract/plan.ts'
import type { Db } from '../db/connect.ts'
import { listOverlaps, listSameShapes } from './history.ts'
import type { PlanGrid } from './topology.ts'

export type Descent = Pick<Lineage, 'fromGrid' | 'toGrid' | 'kind' | 'share'>

/** Overlays answer a little where shapes only touch; so little of a grid has gone nowhere. */
const noise = 1e-6
/** Grids a statement: the embedded database answers others between two. */
const batch = 50

/** How much of each grid's area lies in which grid of another plan, of its own level; shapes that are equal are not overlaid. */
export async function shareMatrix(
  db: Db,
  {
    from,
    to,
    uids,
    progress = () => {},
  }: { from: number; to: number; uids: readonly number[]; progress?: (share: number) => void },
): Promise<Overlap[]> {
  const same = new Map((await listSameShapes(db, from, to)).map((pair) => [pair.fromUid, pair.toUid]))
  const shares: Overlap[] = []
  const others: number[] = []
  for (const uid of uids) {
    const toUid = same.get(uid)
    if (toUid === undefined) others.push(uid)
    else shares.push({ fromUid: uid, toUid, share: 1 })
  }
  for (let start = 0; start < others.length; start += batch) {
    const found = await listOverlaps(db, from, to, others.slice(start, start + batch))
    shares.push(...found.filter((one) => one.share > noise))
    progress((start + batch) / others.length)
  }
  return shares
}

/** What became of each grid: area says how much went where, the edits' origins say why. Both plans' grids have their ids. */
export function traceLineage(
  old: readonly PlanGrid[],
  next: readonly PlanGrid[],
  shares: readonly Overlap[],
): Descent[] {
  const [oldOf, nextOf] = [
    new Map(old.map((one) => [one.uid, one])),
    new Map(next.map((one) => [one.uid, one])),
  ]
  const alive = new Set<number | null>(next.map((one) => one.gridId))
  const known = new Set<number | null>(old.map((one) => one.gridId))
  const parentId = (of: ReadonlyMap<number, PlanGrid>, grid: PlanGrid) =>
    grid.parentUid === null ? null : (of.get(grid.parentUid)?.gridId ?? null)
  const offspring = new Set<number | null>(next.flatMap((one) => (known.has(one.gridId) ? [] : one.origins)))
  const descents: Descent[] = []
  for (const { fromUid, toUid, share } of shares) {
    const [from, to] = [oldOf.get(fromUid), nextOf.get(toUid)]
    if (!from?.gridId || !to?.gridId) continue
    const fromId = from.gridId
    const kind = (): Descent['kind'] => {
      if (from.gridId === to.gridId) {
        if (parentId(oldOf, from) !== parentId(nextOf, to)) return 'moved'
        if (offspring.has(from.gridId)) return 'split'
        if (to.origins.some((id) => known.has(id) && !alive.has(id))) return 'merged'
        return share > 1 - noise ? 'same' : 'reshaped'
      }
      if (to.origins.includes(fromId)) return known.has(to.gridId) ? 'merged' : 'split'
      return alive.has(from.gridId) ? 'reshaped' : 'replaced'
    }
    descents.push({ fromGrid: from.gridId, toGrid: to.gridId, kind: kind(), share })
  }
  return descents
}

/** For each grid that is no more: who has most of its area, or the parent that is still there. */
export function findSuccessors(
  old: readonly PlanGrid[],
  next: readonly PlanGrid[],
  descents: readonly Descent[],
): Map<number, number> {
  const alive = new Set(next.map((one) => one.gridId))
  const oldOf = new Map(old.map((one) => [one.uid, one]))
  const successors = new Map<number, number>()
  for (const grid of old) {
    if (grid.gridId === null || alive.has(grid.gridId)) continue
    const heirs = descents.filter((one) => one.fromGrid === grid.gridId).sort((a, b) => b.share - a.share)
    let parent = grid.parentUid === null ? undefined : oldOf.get(grid.parentUid)
    while (parent && !alive.has(parent.gridId))
      parent = parent.parentUid === null ? undefined : oldOf.get(parent.parentUid)
    const heir = heirs[0]?.toGrid ?? parent?.gridId
    if (heir) successors.set(grid.gridId, heir)
  }
  return successors
}
