import { setImmediate } from 'node:timers/promises'
import type { Db } from '../db/connect.ts'
import type { Scope } from '../db/scope.ts'
import { notFound, Refusal } from '../errors.ts'
import { countCases, insertStamps, listCasePoints, setStamped } from './history.ts'
import type { Working } from './jobs.ts'
import { shareMatrix } from './lineage.ts'
import { locatorOf } from './publish.ts'
import { assignGridIds, findPlan, findTownId, listPlanGrids } from './queries.ts'
import type { PlanGrid } from './topology.ts'

interface Span {
  from: Date
  to: Date
}
const batch = 2000

/**
 * Stamps the cases of a span as they would be under a plan, by their points, a batch at a time; then
 * `incidents/columns?plan=` speaks in it. Owner. Throws 404, or 409 when the plan was edited meanwhile.
 */
export async function stampCases(
  db: Db,
  planId: number,
  { from, to, progress, signal }: Span & Working,
): Promise<number> {
  const plan = await findPlan(db, planId)
  if (!plan) throw notFound('plan')
  await assignGridIds(db, planId)
  const { locate, pathOf } = locatorOf(await listPlanGrids(db, planId), await findTownId(db))
  const total = await countCases(db, from, to)
  let [done, after] = [0, 0]
  for (;;) {
    signal.throwIfAborted()
    const part = await listCasePoints(db, { after, limit: batch, from, to })
    if (part.length === 0) break
    await insertStamps(
      db,
      planId,
      part.map(({ id, lng, lat }) => ({ id, path: pathOf(locate(lng, lat)) })),
    )
    after = part.at(-1)?.id ?? after
    done += part.length
    progress(done / Math.max(1, total))
  }
  if (!(await setStamped(db, planId, { revision: plan.revision, from, to })))
    throw new Refusal(409, 'plan-state', 'The plan was edited while its cases were stamped: begin again.')
  return done
}

export interface Count {
  uid: number
  gridId: number | null
  code: string
  name: string
  cases: number
}

/** How many of the cases that a caller sees lie in each grid of a plan, everything inside included; by their points. */
export async function countByPoint(
  db: Db,
  planId: number,
  { from, to, scope }: Span & { scope: Scope },
): Promise<Count[]> {
  // Ids of their own: a draft's new grids have none yet.
  const grids = (await listPlanGrids(db, planId)).map((grid) => ({
    ...grid,
    known: grid.gridId,
    gridId: grid.uid,
  }))
  const { locate, pathOf } = locatorOf(grids, 0)
  const counts = new Map<number, number>()
  let after = 0
  for (;;) {
    const part = await db.scoped(scope, (tx) => listCasePoints(tx, { after, limit: batch, from, to }))
    if (part.length === 0) break
    for (const { lng, lat } of part)
      for (const uid of pathOf(locate(lng, lat))) counts.set(uid, (counts.get(uid) ?? 0) + 1)
    after = part.at(-1)?.id ?? after
    await setImmediate()
  }
  return grids.map(({ uid, known, code, name }) => ({
    uid,
    gridId: known,
    code,
    name,
    cases: counts.get(uid) ?? 0,
  }))
}

/**
 * One plan's counts spoken in another plan by shares of area: where points are not known, or as a second opinion.
 * What lay outside all of the other plan's grids is lost.
 */
export async function apportion(
  db: Db,
  counts: readonly Count[],
  { from, to }: { from: number; to: number },
): Promise<Count[]> {
  const grids: PlanGrid[] = await listPlanGrids(db, to)
  const shares = await shareMatrix(db, { from, to, uids: counts.map((one) => one.uid) })
  const casesOf = new Map(counts.map((one) => [one.uid, one.cases]))
  const sums = new Map<number, number>()
  for (const { fromUid, toUid, share } of shares)
    sums.set(toUid, (sums.get(toUid) ?? 0) + share * (casesOf.get(fromUid) ?? 0))
  return grids.map(({ uid, gridId, code, name }) => ({ uid, gridId, code, name, cases: sums.get(uid) ?? 0 }))
}
