import { z } from '@hono/zod-openapi'
import type { Services } from '../app.ts'
import { editOutcome, planJob } from '../contract/plan.ts'
import type { PlanProblem } from '../contract/plan-check.ts'
import { Refusal } from '../errors.ts'
import { body, idParam, json, route, router } from '../route.ts'
import { ruleFor } from './checking.ts'
import { editPlan } from './drafts.ts'
import { createJobs, type Jobs } from './jobs.ts'
import { listPlanGrids } from './queries.ts'
import { proposeRepair, type Repair } from './repair.ts'
import { editors, readers, rightsOf } from './rights.ts'
import { outcomeFeatures } from './routes.ts'

const repairRequest = z
  .strictObject({
    problems: z
      .array(z.string().max(200))
      .min(1)
      .max(10_000)
      .optional()
      .describe('all that were found unless given'),
  })
  .openapi('PlanRepairRequest')
const acceptRequest = z
  .strictObject({ revision: z.number().int().min(0).max(2_147_483_647) })
  .openapi('PlanRepairAccept')
const repairView = z
  .object({
    job: planJob,
    changed: z.array(z.looseObject({ type: z.literal('Feature'), id: z.number() })),
    removed: z.array(z.number()),
    told: z.array(z.looseObject({ problemId: z.string(), action: z.string() })),
    left: z.array(z.looseObject({ problemId: z.string(), reason: z.string() })),
  })
  .openapi('PlanRepair')

/** Repairs of what a check found, previewed before they become an edit. Kept in memory, for the revision they fit. */
export function planRepairRoutes(services: Services, checks: Jobs<PlanProblem[]>) {
  const { db, stream } = services
  const { getPlan, editor } = rightsOf(services)
  const repairs = createJobs<Repair>()
  return router()
    .openapi(
      route({
        method: 'post',
        path: '/plans/{id}/repair',
        access: editors,
        summary: 'Begin to work out a repair of what the check found',
        request: { params: idParam, body: body(repairRequest) },
        responses: { 202: json(planJob, 'Begun') },
      }),
      async (c) => {
        const { id } = c.req.valid('param')
        await editor(c, id)
        const { revision } = await getPlan(c, id)
        const found = checks.result(id, revision)
        if (!found) throw new Refusal(409, 'not-checked', 'Check the plan as it stands first.')
        const chosen = c.req.valid('json').problems
        const problems = chosen ? found.filter((one) => chosen.includes(one.id)) : found
        const job = repairs.start(id, revision, async (working) => {
          const grids = await listPlanGrids(db, id)
          return proposeRepair(db, grids, problems, { ...working, rule: ruleFor(grids) })
        })
        return c.json(job, 202)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/plans/{id}/repair',
        access: readers,
        summary: 'The repair as proposed, to be looked at',
        request: { params: idParam },
        responses: { 200: json(repairView) },
      }),
      async (c) => {
        const { id } = c.req.valid('param')
        const { revision } = await getPlan(c, id)
        const { changed = [], removed = [], told = [], left = [] } = repairs.result(id, revision) ?? {}
        const features = changed.map(({ uid, geometry, ...properties }) => ({
          type: 'Feature' as const,
          id: uid,
          properties,
          geometry,
        }))
        return c.json(
          {
            job: repairs.look(id),
            changed: features,
            removed,
            told: told.map((one) => ({ ...one })),
            left: left.map((one) => ({ ...one })),
          },
          200,
        )
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/plans/{id}/repair/accept',
        access: editors,
        summary: 'Make the proposed repair an edit of the draft; it can be undone',
        request: { params: idParam, body: body(acceptRequest) },
        responses: { 200: json(editOutcome) },
      }),
      async (c) => {
        const { id } = c.req.valid('param')
        const act = await editor(c, id)
        const { revision } = c.req.valid('json')
        const proposal = repairs.result(id, (await getPlan(c, id)).revision)
        if (!proposal)
          throw new Refusal(
            409,
            'not-checked',
            'The plan has changed since the repair was worked out: check it again.',
          )
        const operation = {
          kind: 'replace' as const,
          removed: proposal.removed,
          added: proposal.changed,
          reason: 'repair',
        }
        const outcome = await editPlan(db, id, { revision, operation, ...act })
        stream.wake()
        return c.json(await outcomeFeatures(db, id, outcome), 200)
      },
    )
}
