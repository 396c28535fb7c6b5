import type { PlanEventData } from '../contract/plan.ts'
import type { Caller } from '../contract/roles.ts'
import type { Db } from '../db/connect.ts'
import { appendTimeline } from '../db/timeline.ts'
import { notFound, Refusal } from '../errors.ts'
import { checkShapes } from '../grids/queries.ts'
import { refuse } from './draft.ts'
import { type Operation, workOut } from './edits.ts'
import {
  adjustShape,
  copyGrids,
  copyPlanGrids,
  countGrids,
  cutFaces,
  type EditRow,
  findConflict,
  findPlan,
  findPlanInForce,
  findStep,
  findTownId,
  gridsDiffer,
  insertEdit,
  insertPlan,
  listOverlapping,
  listPlanGrids,
  lockPlan,
  type PlanRow,
  setPlanState,
  setUndone,
  stepRevision,
  writePlanGrids,
} from './queries.ts'
import type { PlanGrid } from './topology.ts'

/** Who acts, and when. */
export interface Act {
  actor: Pick<Caller, 'name' | 'role'>
  at: Date
}

/**
 * Sees to it that the grids as they stand are the plan in force: the first time as it was found, and again
 * after an import has changed them. Answers true when a plan was taken. Owner.
 */
export const ensureBaseline = (db: Db, at: Date): Promise<boolean> =>
  db.transaction(async (tx) => {
    const inForce = await findPlanInForce(tx)
    if (inForce ? !(await gridsDiffer(tx, inForce.id)) : (await countGrids(tx)) === 0) return false
    const id = await insertPlan(tx, {
      name: inForce ? '导入后的网格 / as imported' : '现行网格 / as found',
      note: '',
      basedOn: inForce?.id ?? null,
      begunUnder: inForce?.id ?? null,
      by: '',
      at,
    })
    await copyGrids(tx, id, inForce?.id ?? null)
    if (inForce) await setPlanState(tx, inForce.id, { state: 'past', endedAt: at })
    await setPlanState(tx, id, { state: 'in-force', effectiveAt: at, publishedAt: at })
    return true
  })

/** Begins a draft as a copy of the plan in force, or of any other. Owner. Throws 404, or 409 before there are grids. */
export const createDraft = (
  db: Db,
  { name, note, basedOn, actor, at }: { name: string; note: string; basedOn?: number } & Act,
): Promise<PlanRow> =>
  db.transaction(async (tx) => {
    const inForce = await findPlanInForce(tx)
    const base = basedOn === undefined ? inForce : await findPlan(tx, basedOn)
    if (!base && basedOn !== undefined) throw notFound('plan')
    if (!base) throw new Refusal(409, 'plan-state', 'There are no grids yet: import them first.')
    const begunUnder = inForce?.id ?? null
    const id = await insertPlan(tx, { name, note, basedOn: base.id, begunUnder, by: actor.name, at })
    await copyPlanGrids(tx, base.id, id)
    return found(await findPlan(tx, id))
  })

export interface Outcome {
  revision: number
  edit: Omit<EditRow, 'before' | 'after'>
  changed: number[]
  gone: number[]
}

/**
 * Edits a draft. An editor whose `revision` is older is refused with 409 `plan-conflict` only when somebody has
 * changed the same grids since; otherwise both edits stand. Owner; whether the caller may is the route's.
 */
export const editPlan = (
  db: Db,
  planId: number,
  { revision, operation, actor, at }: { revision: number; operation: Operation } & Act,
): Promise<Outcome> =>
  db.transaction(async (tx) => {
    const plan = await lockDraft(tx, planId)
    if (revision > plan.revision)
      throw new Refusal(409, 'plan-conflict', `The plan stands at revision ${plan.revision}: load it again.`)
    const named = namedIn(operation)
    await refuseConflict(tx, planId, revision, named)
    const grids = await listPlanGrids(tx, planId)
    const overlay = {
      cut: (borders: Parameters<typeof cutFaces>[1], lines: Parameters<typeof cutFaces>[2]) =>
        cutFaces(tx, borders, lines),
      adjust: (base: PlanGrid['geometry'], change: Parameters<typeof adjustShape>[2]) =>
        adjustShape(tx, base, change),
    }
    const edit = await workOut(grids, operation, { overlay, nextUid: plan.nextUid })
    if (edit.before.length === 0 && edit.after.length === 0) throw refuse('The edit changes nothing.')
    await refuseConflict(tx, planId, revision, edit.touched)
    await refuseUnsound(tx, planId, edit)
    const gone = uidsOf(edit.before).filter((uid) => !uidsOf(edit.after).includes(uid))
    await writePlanGrids(tx, planId, { gone, rows: edit.after })
    const next = await stepRevision(tx, planId, edit.nextUid)
    const number = await insertEdit(tx, planId, {
      ...edit,
      operation,
      touched: [...new Set([...named, ...edit.touched])],
      actor: actor.name,
      at,
      revision: next,
    })
    await tell(tx, 'plan:edited', { plan, revision: next, summary: edit.summary, actor, at })
    const { summary } = edit
    return {
      revision: next,
      edit: { number, summary, actorName: actor.name, at, undone: false, undoneBy: null },
      changed: uidsOf(edit.after),
      gone,
    }
  })

/** Takes the last edit back, whoever made it, or brings the last undone one again. Owner. Throws 409 when there is none. */
export const stepPlan = (
  db: Db,
  planId: number,
  { way, actor, at }: { way: 'undo' | 'redo' } & Act,
): Promise<Outcome> =>
  db.transaction(async (tx) => {
    const plan = await lockDraft(tx, planId)
    const step = await findStep(tx, planId, way)
    if (!step) throw new Refusal(409, 'plan-state', `There is nothing to ${way} in this plan.`)
    const [old, now] = way === 'undo' ? [step.after, step.before] : [step.before, step.after]
    const gone = uidsOf(old).filter((uid) => !uidsOf(now).includes(uid))
    await writePlanGrids(tx, planId, { gone, rows: now })
    const revision = await stepRevision(tx, planId, plan.nextUid)
    const undoneBy = way === 'undo' ? actor.name : null
    await setUndone(tx, planId, { number: step.number, undoneBy, revision })
    const summary = { ...step.summary, reason: way }
    await tell(tx, 'plan:edited', { plan, revision, summary, actor, at })
    const { before: _, after: __, ...edit } = step
    return { revision, edit: { ...edit, undone: way === 'undo', undoneBy }, changed: uidsOf(now), gone }
  })

/** Takes a scheduled plan back to a draft; a draft is laid aside for good. Owner. */
export const withdrawPlan = (db: Db, planId: number, { actor, at }: Act): Promise<PlanRow> =>
  db.transaction(async (tx) => {
    const plan = await lockPlan(tx, planId)
    if (!plan) throw notFound('plan')
    if (plan.state !== 'draft' && plan.state !== 'scheduled')
      throw new Refusal(409, 'plan-state', `The plan is ${plan.state} and cannot be withdrawn.`)
    await setPlanState(tx, planId, { state: plan.state === 'scheduled' ? 'draft' : 'withdrawn' })
    await tell(tx, 'plan:withdrawn', { plan, revision: plan.revision, actor, at })
    return found(await findPlan(tx, planId))
  })

/** Writes what happened to a plan on the timeline; last in its transaction. */
export const tell = async (
  tx: Db,
  event: 'plan:edited' | 'plan:scheduled' | 'plan:published' | 'plan:withdrawn',
  { plan, actor, at, ...rest }: { plan: PlanRow } & Act & Pick<PlanEventData, 'revision' | 'summary'>,
) => {
  const data: PlanEventData = { planId: plan.id, name: plan.name, ...rest }
  await appendTimeline(tx, [{ event, at, actor, path: [await findTownId(tx)], data: { ...data } }])
}

async function lockDraft(tx: Db, id: number): Promise<PlanRow> {
  const plan = await lockPlan(tx, id)
  if (!plan) throw notFound('plan')
  if (plan.state !== 'draft')
    throw new Refusal(
      409,
      'plan-state',
      plan.state === 'scheduled'
        ? 'The plan is scheduled: withdraw it before you edit it.'
        : `The plan is ${plan.state} and can no longer be edited: begin a draft from it.`,
    )
  return plan
}

async function refuseConflict(tx: Db, planId: number, revision: number, uids: readonly number[]) {
  const other = await findConflict(tx, planId, revision, uids)
  if (!other) return
  const { kind, codes } = other.summary
  const who = other.undone
    ? `${other.undoneBy} has undone the ${kind}`
    : `${other.actorName} has done a ${kind}`
  throw new Refusal(
    409,
    'plan-conflict',
    `${who} of ${codes.slice(0, 5).join(', ')} since you loaded the plan: load it again.`,
  )
}

/** Noise of overlays; less land than this belongs to both of two neighbours without anybody noticing. */
const noiseSquareMeters = 0.01

/** Refuses an edit that leaves a shape crossing itself, or lying over a neighbour more than it did before. */
async function refuseUnsound(tx: Db, planId: number, edit: { before: PlanGrid[]; after: PlanGrid[] }) {
  const old = new Map(edit.before.map((grid) => [grid.uid, JSON.stringify(grid.geometry)]))
  const shapes = edit.after.filter((grid) => old.get(grid.uid) !== JSON.stringify(grid.geometry))
  if (shapes.length === 0) return
  const codeOf = new Map([...edit.before, ...edit.after].map((grid) => [grid.uid, grid.code]))
  const reasons = await checkShapes(
    tx,
    shapes.map((grid) => grid.geometry),
  )
  const crossing = reasons.findIndex((reason) => reason !== null)
  if (crossing >= 0)
    throw refuse(
      `${shapes[crossing]?.code} ${shapes[crossing]?.name} would be unsound: ${reasons[crossing]}.`,
    )
  const except = uidsOf(edit.before).filter((uid) => !uidsOf(edit.after).includes(uid))
  const over = await listOverlapping(tx, planId, { shapes, except })
  if (over.length === 0) return
  const key = (a: number, b: number) => (a < b ? `${a} ${b}` : `${b} ${a}`)
  const met = new Set(over.flatMap((one) => [one.uid, one.other]))
  const held = await listOverlapping(tx, planId, {
    shapes: edit.before.filter((grid) => met.has(grid.uid)),
    except: [],
  })
  const was = new Map(held.map((one) => [key(one.uid, one.other), one.squareMeters]))
  const worse = over.find(
    (one) => one.squareMeters > (was.get(key(one.uid, one.other)) ?? 0) + noiseSquareMeters,
  )
  if (!worse) return
  const other = codeOf.get(worse.other) ?? (await listPlanGrids(tx, planId, [worse.other]))[0]?.code
  throw refuse(
    `${codeOf.get(worse.uid)} would lie over ${other} by ${Math.ceil(worse.squareMeters)} m²: move the border less far.`,
  )
}

function namedIn(operation: Operation): number[] {
  if ('uid' in operation) return [operation.uid]
  if ('uids' in operation) return operation.uids
  if (operation.kind === 'recode') return operation.codes.map((one) => one.uid)
  if (operation.kind === 'replace') return [...operation.removed, ...operation.added.map((one) => one.uid)]
  return []
}

const uidsOf = (grids: readonly PlanGrid[]) => grids.map((grid) => grid.uid)

function found<T>(row: T | null): T {
  if (!row) throw new Error('the plan was not found after it was written')
  return row
}
