import type { Db } from '../db/connect.ts'
import { notFound, Refusal } from '../errors.ts'
import { buildLocator, type Locator } from '../grids/locate.ts'
import { checkShapes } from '../grids/queries.ts'
import { restampIncidents } from '../incidents/queries.ts'
import { listPoints, restampPoints } from '../monitoring/queries.ts'
import { replaceScopes } from '../people/queries.ts'
import { listLastPositions, restampPositions } from '../positions/queries.ts'
import { movePosts } from '../staffing/queries.ts'
import { type Act, ensureBaseline, tell, withdrawPlan } from './drafts.ts'
import { insertLineage, listCasePoints } from './history.ts'
import { type Descent, findSuccessors, shareMatrix, traceLineage } from './lineage.ts'
import {
  assignGridIds,
  deleteRetiredGrids,
  findPlan,
  findPlanInForce,
  findScheduledBefore,
  findTownId,
  followDutyGrids,
  listDuePlans,
  listPlanGrids,
  lockPlan,
  moveOfficers,
  type PlanRow,
  putPlanIntoGrids,
  setPlanState,
} from './queries.ts'
import type { PlanGrid } from './topology.ts'

interface Options extends Act {
  effectiveAt: Date
  /** Although another plan took effect since the draft was begun. */
  force?: boolean
  progress?: (share: number) => void
  /** Cases a statement. */
  stampBatch?: number
}

/** How the grids of a plan become those that everything is stamped with. */
export interface Published {
  state: 'scheduled' | 'in-force'
  cases: number
  lineage: number
  /** The newest case that was looked at: see `restampLate`. */
  lastCase: number
}

/**
 * Publishes a draft: at once, or at a later instant, when `putDuePlans` puts it in force. Owner.
 * Throws 404, 409 when it is no draft, and 409 `plan-outdated` when it would undo a plan that took effect since it was begun,
 * unless forced. Whether its problems are let pass is the caller's business.
 */
export async function publishPlan(db: Db, planId: number, options: Options): Promise<Published> {
  const { effectiveAt, actor, at, force = false } = options
  if (effectiveAt <= at) return putInForce(db, planId, { ...options, from: 'draft' })
  await db.transaction(async (tx) => {
    const plan = await lockPlan(tx, planId)
    if (!plan) throw notFound('plan')
    if (plan.state !== 'draft') throw notIn('draft', plan)
    if (!force) await refuseOutdated(tx, plan, effectiveAt)
    await setPlanState(tx, planId, {
      state: 'scheduled',
      forced: force,
      publishedBy: actor.name,
      publishedAt: at,
      effectiveAt,
    })
    await tell(tx, 'plan:scheduled', { plan, revision: plan.revision, actor, at })
  })
  return { state: 'scheduled', cases: 0, lineage: 0, lastCase: 0 }
}

/** Refuses (409 `plan-outdated`) a plan that knows nothing of what has taken effect since it was begun, or will before `until`. */
async function refuseOutdated(db: Db, plan: PlanRow, until: Date | null): Promise<void> {
  const inForce = await findPlanInForce(db)
  const since = plan.begunUnder !== null && inForce?.id !== plan.begunUnder ? inForce : null
  const other = since ?? (until && (await findScheduledBefore(db, { id: plan.id, until })))
  if (!other) return
  const took = other.state === 'scheduled' ? 'is to take effect' : 'took effect'
  throw new Refusal(
    409,
    'plan-outdated',
    `${plan.name} knows nothing of ${other.name}, which ${took} at ${other.effectiveAt?.toISOString()}, and would undo it: begin a new draft from that plan, or publish all the same.`,
  )
}

/** Refuses (409 `plan-problems`) a plan that could not be lived in: codes twice, parents of a wrong level, shapes that cross themselves. */
export async function refuseBlocked(db: Db, planId: number): Promise<void> {
  const grids = await listPlanGrids(db, planId)
  const [byUid, codes] = [new Map(grids.map((grid) => [grid.uid, grid])), new Set<string>()]
  const block = (sentence: string) =>
    new Refusal(409, 'plan-problems', `The plan cannot take effect: ${sentence}`)
  if (grids.length === 0) throw block('it holds no grids.')
  for (const { code, name, level, parentUid } of grids) {
    if (codes.has(code)) throw block(`the code ${code} is given twice.`)
    codes.add(code)
    if ((parentUid === null ? 0 : byUid.get(parentUid)?.level) !== level - 1)
      throw block(`${code} ${name} of level ${level} has no parent of level ${level - 1}.`)
  }
  const reasons = await checkShapes(
    db,
    grids.map((grid) => grid.geometry),
  )
  const crossing = reasons.findIndex((reason) => reason !== null)
  if (crossing >= 0) throw block(`the shape of ${grids[crossing]?.code} is unsound: ${reasons[crossing]}.`)
}

/**
 * Puts scheduled plans in force whose time has come, in the order of their times; one that would undo what took effect
 * since becomes a draft again. Owner.
 */
export async function putDuePlans(db: Db, at: Date): Promise<Published[]> {
  const published: Published[] = []
  const due = await listDuePlans(db, at)
  for (const { id, effectiveAt } of due) {
    const plan = await findPlan(db, id)
    const actor = { name: plan?.publishedBy ?? '', role: 'admin' as const }
    // One that cannot take effect must keep neither the others nor the server from starting.
    await putInForce(db, id, {
      effectiveAt,
      actor,
      at,
      force: plan?.forced ?? false,
      from: 'scheduled',
    }).then(
      (one) => published.push(one),
      async (error: Error) => {
        console.error(`plan ${id} could not take effect: ${error.message}`)
        if (error instanceof Refusal && error.code === 'plan-outdated')
          await withdrawPlan(db, id, { actor, at })
      },
    )
  }
  return published
}

interface Prepared {
  plan: PlanRow
  inForce: PlanRow | null
  locator: Locator
  descents: Descent[]
  successors: Map<number, number>
  retired: number[]
  stamps: { id: number; gridId: number }[]
  lastCase: number
}

/**
 * What needs no lock is worked out before (shares of area, the grid of every case), so that the transaction only writes:
 * on the embedded database everybody else waits for as long as it lasts.
 */
async function putInForce(
  db: Db,
  planId: number,
  options: Options & { from: 'draft' | 'scheduled' },
): Promise<Published> {
  const { progress = () => {}, stampBatch = 5000, effectiveAt, actor, at, force, from: state } = options
  const given = await findPlan(db, planId)
  if (!given) throw notFound('plan')
  if (given.state !== state) throw notIn(state, given)
  if (!force) await refuseOutdated(db, given, null)
  const ready = await prepare(db, planId, options)
  let written = 0
  await db.transaction(async (tx) => {
    const plan = await lockPlan(tx, planId)
    if (plan?.state !== state || plan.revision !== ready.plan.revision) throw notIn(state, plan)
    if ((await findPlanInForce(tx))?.id !== ready.inForce?.id)
      throw new Refusal(409, 'plan-state', 'Another plan took effect at this moment: try again.')
    const moving = [...ready.stamps]
    // Those who came while the others were being located.
    for (const one of await listCasePoints(tx, { after: ready.lastCase, limit: 100_000 }))
      moving.push(located(ready.locator, one))
    await putPlanIntoGrids(tx, planId)
    await moveOfficers(tx, ready.retired, ready.successors)
    await deleteRetiredGrids(tx, planId)
    await followDutyGrids(tx)
    // Rights follow the land only: a parent who inherits nothing in particular would widen them.
    const heirs = new Map(
      [...ready.successors].filter(([from, to]) =>
        ready.descents.some((one) => one.fromGrid === from && one.toGrid === to),
      ),
    )
    await replaceScopes(tx, ready.retired, heirs)
    await movePosts(tx, { retired: ready.retired, successors: ready.successors, at: effectiveAt })
    await restampPoints(
      tx,
      (await listPoints(tx)).map((one) => located(ready.locator, one)),
    )
    await restampPositions(
      tx,
      (await listLastPositions(tx)).map((one) => located(ready.locator, one)),
    )
    for (let start = 0; start < moving.length; start += stampBatch) {
      await restampIncidents(tx, moving.slice(start, start + stampBatch))
      progress(0.5 + (0.5 * start) / moving.length)
    }
    written = moving.length
    await insertLineage(tx, planId, ready.descents)
    if (ready.inForce) await setPlanState(tx, ready.inForce.id, { state: 'past', endedAt: effectiveAt })
    await setPlanState(tx, planId, {
      state: 'in-force',
      effectiveAt,
      publishedBy: actor.name,
      publishedAt: state === 'draft' ? at : null,
    })
    await tell(tx, 'plan:published', { plan, revision: plan.revision, actor, at })
  })
  progress(1)
  return { state: 'in-force', cases: written, lineage: ready.descents.length, lastCase: ready.lastCase }
}

async function prepare(
  db: Db,
  planId: number,
  { progress = () => {}, stampBatch = 5000 }: Pick<Options, 'progress' | 'stampBatch'>,
): Promise<Prepared> {
  const plan = await findPlan(db, planId)
  if (!plan) throw notFound('plan')
  await assignGridIds(db, planId)
  const inForce = await findPlanInForce(db)
  const [next, old] = [await listPlanGrids(db, planId), inForce ? await listPlanGrids(db, inForce.id) : []]
  const townId = await findTownId(db)
  const [nextPaths, oldPaths] = [pathsOf(next, townId), pathsOf(old, townId)]
  const locator = locatorOf(next, townId)
  const shares = inForce
    ? await shareMatrix(db, {
        from: inForce.id,
        to: planId,
        uids: old.map((grid) => grid.uid),
        progress: (share) => progress(share / 4),
      })
    : []
  const descents = traceLineage(old, next, shares)
  const successors = findSuccessors(old, next, descents)
  const alive = new Set(next.map((grid) => grid.gridId))
  const retired = old.flatMap((grid) => (grid.gridId && !alive.has(grid.gridId) ? [grid.gridId] : []))
  const ready: Prepared = { plan, inForce, locator, descents, successors, retired, stamps: [], lastCase: 0 }
  const stays = (id: number) => String(nextPaths.get(id)) === String(oldPaths.get(id))
  for (;;) {
    const part = await listCasePoints(db, { after: ready.lastCase, limit: stampBatch })
    for (const one of part) {
      const to = located(locator, one)
      if (to.gridId !== one.gridId || !stays(one.gridId)) ready.stamps.push(to)
    }
    ready.lastCase = part.at(-1)?.id ?? ready.lastCase
    if (part.length < stampBatch) break
    progress(0.4)
  }
  return ready
}

/**
 * After an import has changed the grids themselves: they become the plan in force, and what lies in them follows as it
 * does at a publication. Answers the plan's id; null when nothing had changed. Owner, within the import's transaction.
 */
export async function takeImported(tx: Db, at: Date): Promise<number | null> {
  const before = await findPlanInForce(tx)
  if (!(await ensureBaseline(tx, at))) return null
  const plan = await findPlanInForce(tx)
  if (!plan) throw new Error('a plan was taken and is not there')
  if (!before) return plan.id
  const [next, old] = [await listPlanGrids(tx, plan.id), await listPlanGrids(tx, before.id)]
  const locator = locatorOf(next, await findTownId(tx))
  await followDutyGrids(tx)
  await movePosts(tx, { retired: [], successors: new Map(), at })
  await restampPoints(
    tx,
    (await listPoints(tx)).map((one) => located(locator, one)),
  )
  await restampPositions(
    tx,
    (await listLastPositions(tx)).map((one) => located(locator, one)),
  )
  for (let after = 0; ; ) {
    const part = await listCasePoints(tx, { after, limit: 5000 })
    await restampIncidents(
      tx,
      part.map((one) => located(locator, one)),
    )
    after = part.at(-1)?.id ?? after
    if (part.length < 5000) break
  }
  const shares = await shareMatrix(tx, { from: before.id, to: plan.id, uids: old.map((grid) => grid.uid) })
  await insertLineage(tx, plan.id, traceLineage(old, next, shares))
  return plan.id
}

/** Stamps cases anew that came in under the old grids while a plan took effect; call it with the new locator in place. Owner. */
export async function restampLate(db: Db, locator: Locator, { lastCase }: Published): Promise<void> {
  // Ids are given before the commit: a slower report may have one that is a little lower.
  const late = await listCasePoints(db, { after: lastCase - 1000, limit: 100_000 })
  if (late.length > 0)
    await restampIncidents(
      db,
      late.map((one) => located(locator, one)),
    )
}

/** A locator of a plan's grids, under the ids they have or will have. */
export function locatorOf(grids: readonly PlanGrid[], townId: number): Locator {
  const paths = pathsOf(grids, townId)
  return buildLocator([
    { id: townId, level: 0, path: [townId], geometry: null },
    ...grids.flatMap(({ gridId, level, geometry }) =>
      gridId === null ? [] : [{ id: gridId, level, path: paths.get(gridId) ?? [], geometry }],
    ),
  ])
}

function pathsOf(grids: readonly PlanGrid[], townId: number): Map<number, number[]> {
  const byUid = new Map(grids.map((grid) => [grid.uid, grid]))
  const pathOf = ({ gridId, parentUid }: PlanGrid): number[] => {
    const parent = parentUid === null ? undefined : byUid.get(parentUid)
    return [...(parent ? pathOf(parent) : [townId]), gridId ?? 0]
  }
  return new Map([
    [townId, [townId]],
    ...grids.flatMap((grid): [number, number[]][] =>
      grid.gridId === null ? [] : [[grid.gridId, pathOf(grid)]],
    ),
  ])
}

const located = (locator: Locator, { id, lng, lat }: { id: number; lng: number; lat: number }) => ({
  id,
  gridId: locator.locate(lng, lat),
})

const notIn = (state: string, plan: PlanRow | null) =>
  plan
    ? new Refusal(
        409,
        'plan-state',
        `The plan is ${plan.state} at revision ${plan.revision}; it was to be a ${state}. Load it again.`,
      )
    : notFound('plan')
