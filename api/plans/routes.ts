import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Services } from '../app.ts'
import { callerOf, type Env, scopeOf } from '../auth.ts'
import { id, instant } from '../contract/geo.ts'
import {
  editOutcome,
  editRequest,
  lineage,
  lineageKinds,
  newPlan,
  overlap,
  plan,
  planCount,
  planEdit,
  planJob,
  publishRequest,
  stampRequest,
} from '../contract/plan.ts'
import type { Caller, Role } from '../contract/roles.ts'
import { people } from '../contract/roles.ts'
import { invalid, notFound, Refusal } from '../errors.ts'
import { body, idParam, json, route, router } from '../route.ts'
import { createDraft, editPlan, type Outcome, stepPlan, withdrawPlan } from './drafts.ts'
import { createJobs } from './jobs.ts'
import { shareMatrix } from './lineage.ts'
import { publishPlan } from './publish.ts'
import {
  findGridNames,
  findPlan,
  listEdits,
  listGridHistory,
  listLineage,
  listLineageOf,
  listPlanFeatures,
  listPlanGrids,
  listPlans,
  type PlanRow,
  wireEdit,
  wirePlan,
} from './queries.ts'
import { apportion, countByPoint, stampCases } from './stamps.ts'

const readers: readonly Role[] = ['admin', 'leader', 'dispatcher', 'screen']
const editors: readonly Role[] = ['admin']
const level = z.coerce.number().int().min(1).max(3)
const year = 366 * 86_400_000

const feature = z.looseObject({ type: z.literal('Feature'), id: z.number() })
const planFeatures = z
  .object({ type: z.literal('FeatureCollection'), revision: z.number().int(), features: z.array(feature) })
  .openapi('PlanFeatures')
const gridHistory = z
  .object({
    plans: z.array(
      z.object({
        planId: z.number(),
        planName: z.string(),
        effectiveAt: z.string(),
        endedAt: z.string().nullable(),
        code: z.string(),
        name: z.string(),
      }),
    ),
    lineage: z.array(
      z.object({
        planId: z.number(),
        fromGrid: z.number(),
        toGrid: z.number(),
        kind: z.enum(lineageKinds),
        share: z.number(),
      }),
    ),
  })
  .openapi('GridHistory')
const gridName = z
  .object({ id: z.number(), code: z.string(), name: z.string(), level: z.number() })
  .openapi('GridName')
const idList = z
  .string()
  .regex(/^\d{1,10}(,\d{1,10}){0,999}$/, 'must be ids, comma separated')
  .transform((value) => value.split(',').map(Number))
  .pipe(z.array(z.number().int().min(1).max(2_147_483_647)))
const countQuery = z.object({
  from: instant.optional(),
  to: instant.optional(),
  by: z.enum(['point', 'area']).default('point'),
  spokenIn: id.optional().describe('with by=area: the plan whose grids the counts are apportioned to'),
})

/** Drafts, their edits and publication, and what became of grids. */
export function planRoutes(services: Services) {
  const { db, now, stream, locator } = services
  const stampings = createJobs<number>()
  const seesTown = (caller: Caller) => caller.grids.includes(locator().townId)

  /** What is in force, or was, is known to all readers; drafts to those who answer for the whole town. */
  const visible = (caller: Caller, one: PlanRow) =>
    one.state === 'in-force' || one.state === 'past' || (seesTown(caller) && caller.role !== 'screen')
  const getPlan = async (c: Context<Env>, planId: number) => {
    const caller = callerOf(c)
    const found = await db.scoped(scopeOf(caller), (tx) => findPlan(tx, planId))
    if (!found || !visible(caller, found)) throw notFound('plan')
    return found
  }
  /** Editing works as the owner, so the right to it is looked at here. */
  const editor = async (c: Context<Env>, planId?: number) => {
    const caller = callerOf(c)
    if (!seesTown(caller))
      throw new Refusal(403, 'scope', 'Plans of the grid are drawn by those who answer for the whole town.')
    if (planId !== undefined) await getPlan(c, planId)
    return { actor: caller, at: now() }
  }
  const answer = async (planId: number, outcome: Outcome) => {
    const rows = await listPlanFeatures(db, planId, { uids: outcome.changed })
    return {
      revision: outcome.revision,
      edit: wireEdit(outcome.edit),
      changed: rows.map(featureOf),
      gone: outcome.gone,
    }
  }

  return router()
    .openapi(
      route({
        method: 'get',
        path: '/plans',
        access: readers,
        summary: 'Plans of the grid: in force, past, scheduled, drafts; newest first',
        responses: { 200: json(z.object({ plans: z.array(plan) })) },
      }),
      async (c) => {
        const caller = callerOf(c)
        const rows = await db.scoped(scopeOf(caller), listPlans)
        return c.json({ plans: rows.filter((one) => visible(caller, one)).map(wirePlan) }, 200)
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/plans',
        access: editors,
        summary: 'Begin a draft from the plan in force, or from any other',
        request: { body: body(newPlan) },
        responses: { 201: json(plan, 'Begun') },
      }),
      async (c) => {
        const act = await editor(c)
        return c.json(wirePlan(await createDraft(db, { ...c.req.valid('json'), ...act })), 201)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/plans/{id}',
        access: readers,
        summary: 'One plan',
        request: { params: idParam },
        responses: { 200: json(plan) },
      }),
      async (c) => c.json(wirePlan(await getPlan(c, c.req.valid('param').id)), 200),
    )
    .openapi(
      route({
        method: 'get',
        path: '/plans/{id}/grids',
        access: readers,
        summary: 'The grids of a plan, as GeoJSON; a feature’s id is its uid within the plan',
        request: { params: idParam, query: z.object({ level: level.optional() }) },
        responses: { 200: json(planFeatures) },
      }),
      async (c) => {
        const { id: planId } = c.req.valid('param')
        const found = await getPlan(c, planId)
        const rows = await listPlanFeatures(db, planId, c.req.valid('query'))
        return c.json(
          { type: 'FeatureCollection' as const, revision: found.revision, features: rows.map(featureOf) },
          200,
        )
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/plans/{id}/edits',
        access: readers,
        summary: 'The edits of a plan, newest first',
        request: { params: idParam },
        responses: { 200: json(z.object({ edits: z.array(planEdit) })) },
      }),
      async (c) => {
        const { id: planId } = c.req.valid('param')
        await getPlan(c, planId)
        return c.json({ edits: (await listEdits(db, planId)).map(wireEdit) }, 200)
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/plans/{id}/edits',
        access: editors,
        summary: 'Edit a draft: reshape, split, merge, move, add, remove, rename, recode, replace',
        request: { params: idParam, body: body(editRequest) },
        responses: { 200: json(editOutcome) },
      }),
      async (c) => {
        const { id: planId } = c.req.valid('param')
        const act = await editor(c, planId)
        const outcome = await editPlan(db, planId, { ...c.req.valid('json'), ...act })
        stream.wake()
        return c.json(await answer(planId, outcome), 200)
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/plans/{id}/undo',
        access: editors,
        summary: 'Take the last edit back, whoever made it',
        request: { params: idParam },
        responses: { 200: json(editOutcome) },
      }),
      async (c) => {
        const { id: planId } = c.req.valid('param')
        const outcome = await stepPlan(db, planId, { way: 'undo', ...(await editor(c, planId)) })
        stream.wake()
        return c.json(await answer(planId, outcome), 200)
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/plans/{id}/redo',
        access: editors,
        summary: 'Bring the last undone edit again',
        request: { params: idParam },
        responses: { 200: json(editOutcome) },
      }),
      async (c) => {
        const { id: planId } = c.req.valid('param')
        const outcome = await stepPlan(db, planId, { way: 'redo', ...(await editor(c, planId)) })
        stream.wake()
        return c.json(await answer(planId, outcome), 200)
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/plans/{id}/publish',
        access: editors,
        summary: 'Put a draft in force, now or at a later instant',
        request: { params: idParam, body: body(publishRequest) },
        responses: { 200: json(plan) },
      }),
      async (c) => {
        const { id: planId } = c.req.valid('param')
        const { effectiveAt } = c.req.valid('json')
        const act = await editor(c, planId)
        const published = await publishPlan(db, planId, {
          ...act,
          effectiveAt: effectiveAt ? new Date(effectiveAt) : act.at,
        })
        stream.wake()
        if (published.state === 'in-force') await services.followPlan(published)
        return c.json(wirePlan(await getPlan(c, planId)), 200)
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/plans/{id}/withdraw',
        access: editors,
        summary: 'Make a scheduled plan a draft again; lay a draft aside',
        request: { params: idParam },
        responses: { 200: json(plan) },
      }),
      async (c) => {
        const { id: planId } = c.req.valid('param')
        const row = await withdrawPlan(db, planId, await editor(c, planId))
        stream.wake()
        return c.json(wirePlan(row), 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/plans/{id}/lineage',
        access: readers,
        summary: 'What became of each grid when the plan took effect',
        request: { params: idParam },
        responses: { 200: json(z.object({ lineage: z.array(lineage) })) },
      }),
      async (c) => {
        const { id: planId } = c.req.valid('param')
        await getPlan(c, planId)
        return c.json({ lineage: await listLineage(db, planId) }, 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/plans/{id}/overlaps',
        access: readers,
        summary: 'How much of each grid’s area lies in which grid of another plan',
        request: { params: idParam, query: z.object({ to: id, level: level.default(3) }) },
        responses: { 200: json(z.object({ overlaps: z.array(overlap) })) },
      }),
      async (c) => {
        const { id: from } = c.req.valid('param')
        const { to, level: wanted } = c.req.valid('query')
        await getPlan(c, from)
        await getPlan(c, to)
        const rows = await listPlanGrids(db, from)
        const uids = rows.filter((one) => one.level === wanted).map((one) => one.uid)
        return c.json({ overlaps: await shareMatrix(db, { from, to, uids }) }, 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/plans/{id}/counts',
        access: readers,
        summary: 'Cases in each grid of a plan: by their points, or apportioned to another plan by area',
        request: { params: idParam, query: countQuery },
        responses: { 200: json(z.object({ counts: z.array(planCount) })) },
      }),
      async (c) => {
        const { id: planId } = c.req.valid('param')
        const { by, spokenIn, ...given } = c.req.valid('query')
        const span = spanOf(given, now())
        await getPlan(c, planId)
        const counts = await countByPoint(db, planId, { ...span, scope: scopeOf(callerOf(c)) })
        if (by === 'point' || spokenIn === undefined) return c.json({ counts }, 200)
        await getPlan(c, spokenIn)
        return c.json({ counts: await apportion(db, counts, { from: planId, to: spokenIn }) }, 200)
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/plans/{id}/stamps',
        access: editors,
        summary: 'Begin to stamp the cases of a span as they would be under a plan',
        request: { params: idParam, body: body(stampRequest) },
        responses: { 202: json(planJob, 'Begun') },
      }),
      async (c) => {
        const { id: planId } = c.req.valid('param')
        await editor(c, planId)
        const { revision } = await getPlan(c, planId)
        const { from, to } = spanOf(c.req.valid('json'), now())
        const job = stampings.start(planId, revision, (working) =>
          stampCases(db, planId, { from, to, ...working }),
        )
        return c.json(job, 202)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/plans/{id}/stamps',
        access: readers,
        summary: 'How far the stamping of cases is',
        request: { params: idParam },
        responses: { 200: json(planJob) },
      }),
      async (c) => {
        const { id: planId } = c.req.valid('param')
        await getPlan(c, planId)
        return c.json(stampings.look(planId), 200)
      },
    )
    .openapi(
      route({
        method: 'delete',
        path: '/plans/{id}/stamps',
        access: editors,
        summary: 'Stop the stamping of cases',
        request: { params: idParam },
        responses: { 200: json(planJob) },
      }),
      async (c) => {
        const { id: planId } = c.req.valid('param')
        await editor(c, planId)
        return c.json(stampings.cancel(planId), 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/grids/names',
        access: people,
        summary: 'Last code and name of grids, retired ones too',
        request: { query: z.object({ ids: idList }) },
        responses: { 200: json(z.object({ names: z.array(gridName) })) },
      }),
      async (c) => {
        const { ids } = c.req.valid('query')
        return c.json({ names: await db.scoped(scopeOf(callerOf(c)), (tx) => findGridNames(tx, ids)) }, 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/grids/{id}/history',
        access: people,
        summary: 'A grid through the plans, and what it came from and became',
        request: { params: idParam },
        responses: { 200: json(gridHistory) },
      }),
      async (c) => {
        const { id: gridId } = c.req.valid('param')
        const [plans, descents] = await db.scoped(scopeOf(callerOf(c)), async (tx) => [
          await listGridHistory(tx, gridId),
          await listLineageOf(tx, gridId),
        ])
        if (plans.length === 0) throw notFound('grid')
        return c.json(
          {
            plans: plans.map(({ effectiveAt, endedAt, ...one }) => ({
              ...one,
              effectiveAt: effectiveAt.toISOString(),
              endedAt: endedAt?.toISOString() ?? null,
            })),
            lineage: descents,
          },
          200,
        )
      },
    )
}

function spanOf(given: { from?: string; to?: string }, at: Date) {
  const to = given.to ? new Date(given.to) : at
  const from = given.from ? new Date(given.from) : new Date(to.getTime() - year)
  if (from > to) throw invalid('from', 'must not lie after to')
  return { from, to }
}

function featureOf({ geometry, uid, ...properties }: Awaited<ReturnType<typeof listPlanFeatures>>[number]) {
  return { type: 'Feature' as const, id: uid, properties, geometry: JSON.parse(geometry) as unknown }
}
