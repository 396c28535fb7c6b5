import { z } from '@hono/zod-openapi'
import type { Services } from '../app.ts'
import { editOutcome, planJob } from '../contract/plan.ts'
import { balanceWishes } from '../contract/plan-balance.ts'
import { Refusal } from '../errors.ts'
import { body, idParam, json, route, router } from '../route.ts'
import { type Balance, proposeBalance } from './balance.ts'
import { editPlan } from './drafts.ts'
import { createJobs } from './jobs.ts'
import { listPlanGrids } from './queries.ts'
import { editors, readers, rightsOf } from './rights.ts'
import { outcomeFeatures } from './routes.ts'

const uid = z.number().int().min(0).max(2_147_483_647)
const place = z.tuple([z.number().min(-180).max(180), z.number().min(-90).max(90)])
const balanceRequest = z
  .strictObject({
    uids: z.array(uid).min(1).max(60).describe('grids of one parent, or one that has none below it'),
    parts: z
      .number()
      .int()
      .min(1)
      .max(60)
      .optional()
      .describe('as many as the most households allow, unless given'),
    mostHouseholds: z
      .number()
      .int()
      .min(10)
      .max(10_000)
      .default(150)
      .describe('150 in villages, 300 in town (柯桥)'),
    by: z.enum(['households', 'cases', 'area']).default('households'),
    along: z
      .array(z.array(place).min(2).max(2000))
      .max(500)
      .default([])
      .describe('rivers and other lines that make good borders, beside the roads'),
  })
  .openapi('PlanBalanceRequest')
const acceptRequest = z
  .strictObject({ revision: z.number().int().min(0).max(2_147_483_647), wish: z.enum(balanceWishes) })
  .openapi('PlanBalanceAccept')
const measures = z.looseObject({
  parts: z.array(z.looseObject({ uid: z.number(), code: z.string(), households: z.number() })),
  unevenness: z.number(),
  alongShare: z.number(),
})
const balanceView = z
  .object({
    job: planJob,
    today: measures.nullable(),
    proposals: z.array(
      z.object({
        wish: z.enum(balanceWishes),
        measures,
        features: z.array(z.looseObject({ type: z.literal('Feature'), id: z.number() })),
        removed: z.array(z.number()),
      }),
    ),
  })
  .openapi('PlanBalance')

/** Divisions of land into grids of like weight, previewed side by side before one becomes an edit. */
export function planBalanceRoutes(services: Services) {
  const { db, stream } = services
  const { getPlan, editor } = rightsOf(services)
  const balances = createJobs<Balance>()
  return router()
    .openapi(
      route({
        method: 'post',
        path: '/plans/{id}/balance',
        access: editors,
        summary: 'Begin to work out how these grids could be divided',
        request: { params: idParam, body: body(balanceRequest) },
        responses: { 202: json(planJob, 'Begun') },
      }),
      async (c) => {
        const { id } = c.req.valid('param')
        await editor(c, id)
        const { revision } = await getPlan(c, id)
        const { parts, ...request } = c.req.valid('json')
        const job = balances.start(id, revision, async (working) =>
          proposeBalance(
            db,
            await listPlanGrids(db, id),
            { ...request, ...(parts === undefined ? {} : { parts }) },
            working,
          ),
        )
        return c.json(job, 202)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/plans/{id}/balance',
        access: readers,
        summary: 'The divisions as proposed, and how they compare with today',
        request: { params: idParam },
        responses: { 200: json(balanceView) },
      }),
      async (c) => {
        const { id } = c.req.valid('param')
        const { revision } = await getPlan(c, id)
        const found = balances.result(id, revision)
        const proposals = (found?.proposals ?? []).map(({ wish, measures: measured, removed, added }) => {
          const mine = new Set(measured.parts.map((part) => part.uid))
          const features = added
            .filter((grid) => mine.has(grid.uid))
            .map(({ uid: own, code, name, households, geometry }) => ({
              type: 'Feature' as const,
              id: own,
              properties: { code, name, households },
              geometry,
            }))
          return { wish, measures: { ...measured }, removed, features }
        })
        return c.json({ job: balances.look(id), today: found ? { ...found.today } : null, proposals }, 200)
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/plans/{id}/balance/accept',
        access: editors,
        summary: 'Make one of the divisions an edit of the draft; it can be undone',
        request: { params: idParam, body: body(acceptRequest) },
        responses: { 200: json(editOutcome) },
      }),
      async (c) => {
        const { id } = c.req.valid('param')
        const act = await editor(c, id)
        const { revision, wish } = c.req.valid('json')
        const found = balances.result(id, (await getPlan(c, id)).revision)
        const proposal = found?.proposals.find((one) => one.wish === wish)
        if (!proposal)
          throw new Refusal(
            409,
            'not-balanced',
            'The plan has changed since this division was worked out: work it out again.',
          )
        const { removed, added } = proposal
        const operation = { kind: 'replace' as const, removed, added, reason: 'balance' }
        const outcome = await editPlan(db, id, { revision, operation, ...act })
        stream.wake()
        return c.json(await outcomeFeatures(db, id, outcome), 200)
      },
    )
}
