import { z } from '@hono/zod-openapi'
import type { Services } from '../app.ts'
import { callerOf, scopeOf } from '../auth.ts'
import { id, instant } from '../contract/geo.ts'
import { lineage, lineageKinds, overlap, planCount, planJob, stampRequest } from '../contract/plan.ts'
import { people } from '../contract/roles.ts'
import { invalid, notFound } from '../errors.ts'
import { body, idParam, json, route, router } from '../route.ts'
import { findGridNames, listGridHistory, listLineage, listLineageOf } from './history.ts'
import { createJobs } from './jobs.ts'
import { shareMatrix } from './lineage.ts'
import { listPlanGrids } from './queries.ts'
import { editors, readers, rightsOf } from './rights.ts'
import { apportion, countByPoint, stampCases } from './stamps.ts'

const level = z.coerce.number().int().min(1).max(3)
const year = 366 * 86_400_000

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
  spokenIn: id.optional().describe('for by=area: the plan whose grids the counts are apportioned to'),
})

/** One plan beside another: what became of grids, and cases counted in a plan that is not theirs. */
export function planAnalysisRoutes(services: Services) {
  const { db, now } = services
  const { getPlan, editor } = rightsOf(services)
  const stampings = createJobs<number>()
  return router()
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
