import { z } from '@hono/zod-openapi'
import type { Services } from '../app.ts'
import { callerOf, scopeOf } from '../auth.ts'
import { editOutcome, editRequest, newPlan, plan, planEdit, publishRequest } from '../contract/plan.ts'
import type { PlanProblem } from '../contract/plan-check.ts'
import type { Db } from '../db/connect.ts'
import { Refusal } from '../errors.ts'
import { body, idParam, json, route, router } from '../route.ts'
import { createDraft, editPlan, type Outcome, stepPlan, withdrawPlan } from './drafts.ts'
import type { Jobs } from './jobs.ts'
import { publishPlan, refuseBlocked } from './publish.ts'
import { listEdits, listPlanFeatures, listPlans, wireEdit, wirePlan } from './queries.ts'
import { editors, readers, rightsOf } from './rights.ts'

const level = z.coerce.number().int().min(1).max(3)

const feature = z.looseObject({ type: z.literal('Feature'), id: z.number() })
const planFeatures = z
  .object({ type: z.literal('FeatureCollection'), revision: z.number().int(), features: z.array(feature) })
  .openapi('PlanFeatures')

/** Drafts, their edits and their publication. */
export function planRoutes(services: Services, checks: Jobs<PlanProblem[]>) {
  const { db, stream } = services
  const { visible, seePlan, getPlan, editor, refuseWall } = rightsOf(services)
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
      async (c) => c.json(wirePlan((await seePlan(c, c.req.valid('param').id)).plan), 200),
    )
    .openapi(
      route({
        method: 'get',
        path: '/plans/{id}/grids',
        access: readers,
        summary:
          'The grids of a plan within the caller’s, as GeoJSON; a feature’s id is its uid within the plan',
        request: { params: idParam, query: z.object({ level: level.optional() }) },
        responses: { 200: json(planFeatures) },
      }),
      async (c) => {
        const { id: planId } = c.req.valid('param')
        refuseWall(c)
        const { plan: found, within } = await seePlan(c, planId)
        const rows = await listPlanFeatures(db, planId, { ...c.req.valid('query'), within })
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
        summary: 'The edits of a plan within the caller’s grids, newest first',
        request: { params: idParam },
        responses: { 200: json(z.object({ edits: z.array(planEdit) })) },
      }),
      async (c) => {
        const { id: planId } = c.req.valid('param')
        refuseWall(c)
        const { within } = await seePlan(c, planId)
        return c.json({ edits: (await listEdits(db, planId, within)).map(wireEdit) }, 200)
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
        return c.json(await outcomeFeatures(db, planId, outcome), 200)
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
        return c.json(await outcomeFeatures(db, planId, outcome), 200)
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
        return c.json(await outcomeFeatures(db, planId, outcome), 200)
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
        const { effectiveAt, force } = c.req.valid('json')
        const act = await editor(c, planId)
        const found = checks.result(planId, (await getPlan(c, planId)).revision) ?? []
        const errors = found.filter((one) => one.severity === 'error')
        if (errors.length > 0 && !force)
          throw new Refusal(
            409,
            'plan-problems',
            `The check has found ${errors.length} ${errors.length === 1 ? 'error' : 'errors'} (${[...new Set(errors.map((one) => one.kind))].join(', ')}): repair them, or publish all the same.`,
          )
        await refuseBlocked(db, planId)
        const published = await publishPlan(db, planId, {
          ...act,
          effectiveAt: effectiveAt ? new Date(effectiveAt) : act.at,
          force,
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
}

/** An edit's outcome as it goes out: the changed grids with their shapes. */
export async function outcomeFeatures(db: Db, planId: number, { revision, edit, changed, gone }: Outcome) {
  const rows = await listPlanFeatures(db, planId, { uids: changed })
  return { revision, edit: wireEdit(edit), changed: rows.map(featureOf), gone }
}

function featureOf({ geometry, uid, ...properties }: Awaited<ReturnType<typeof listPlanFeatures>>[number]) {
  return { type: 'Feature' as const, id: uid, properties, geometry: JSON.parse(geometry) as unknown }
}
