import { z } from '@hono/zod-openapi'
import type { Services } from '../app.ts'
import { planJob } from '../contract/plan.ts'
import { type PlanProblem, problemKinds } from '../contract/plan-check.ts'
import { listGrids } from '../grids/queries.ts'
import { body, idParam, json, route, router } from '../route.ts'
import { checkPlan } from './check.ts'
import { type CodeRule, checkCodes, districtRule, numberGrids, townRule } from './codes.ts'
import type { Jobs } from './jobs.ts'
import { listPlanGrids } from './queries.ts'
import { editors, readers, rightsOf } from './rights.ts'
import { paced } from './rings.ts'
import type { PlanGrid } from './topology.ts'

const problem = z
  .looseObject({
    id: z.string(),
    kind: z.enum(problemKinds),
    severity: z.enum(['error', 'warning']),
    uids: z.array(z.number()),
  })
  .openapi('PlanProblem')
const rules = { [districtRule.name]: districtRule, [townRule.name]: townRule }
const ruleName = z
  .enum([districtRule.name, townRule.name])
  .describe('how codes are built; the rule that most codes follow already unless given')
const checkRequest = z.strictObject({ rule: ruleName.optional() }).openapi('PlanCheckRequest')
const codesQuery = z.object({ rule: ruleName.optional(), keep: z.enum(['true', 'false']).default('true') })

/** Checking a plan, and codes by the rule. What was found is kept in memory, for the revision it was found in. */
export function planCheckRoutes(services: Services, checks: Jobs<PlanProblem[]>) {
  const { db } = services
  const { getPlan, editor } = rightsOf(services)
  return router()
    .openapi(
      route({
        method: 'post',
        path: '/plans/{id}/check',
        access: editors,
        summary: 'Begin to check a plan: gaps, overlaps, slivers, crossings, parents, codes, leaders',
        request: { params: idParam, body: body(checkRequest) },
        responses: { 202: json(planJob, 'Begun') },
      }),
      async (c) => {
        const { id } = c.req.valid('param')
        await editor(c, id)
        const { revision } = await getPlan(c, id)
        const { rule } = c.req.valid('json')
        const job = checks.start(id, revision, async (working) => {
          const members = new Map((await listGrids(db)).map((grid) => [grid.id, grid.members]))
          const grids = await listPlanGrids(db, id)
          return checkPlan(db, grids, { ...working, members, rule: ruleFor(grids, rule) })
        })
        return c.json(job, 202)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/plans/{id}/check',
        access: readers,
        summary: 'How far the check is, and what it found in this revision of the plan',
        request: { params: idParam },
        responses: { 200: json(z.object({ job: planJob, problems: z.array(problem) })) },
      }),
      async (c) => {
        const { id } = c.req.valid('param')
        const { revision } = await getPlan(c, id)
        const problems = (checks.result(id, revision) ?? []).map((one) => ({ ...one }))
        return c.json({ job: checks.look(id), problems }, 200)
      },
    )
    .openapi(
      route({
        method: 'delete',
        path: '/plans/{id}/check',
        access: editors,
        summary: 'Stop the check',
        request: { params: idParam },
        responses: { 200: json(planJob) },
      }),
      async (c) => {
        const { id } = c.req.valid('param')
        await editor(c, id)
        return c.json(checks.cancel(id), 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/plans/{id}/codes',
        access: readers,
        summary: 'Codes by the rule, for grids whose code is another; accepted by a recode edit',
        request: { params: idParam, query: codesQuery },
        responses: {
          200: json(z.object({ codes: z.array(z.object({ uid: z.number(), code: z.string() })) })),
        },
      }),
      async (c) => {
        const { id } = c.req.valid('param')
        await getPlan(c, id)
        const { rule, keep } = c.req.valid('query')
        const grids = await listPlanGrids(db, id)
        const codes = await paced(numberGrids(grids, ruleFor(grids, rule), { keep: keep === 'true' }))
        return c.json({ codes: [...codes].map(([uid, code]) => ({ uid, code })) }, 200)
      },
    )
}

export function ruleFor(grids: readonly PlanGrid[], name?: string): CodeRule {
  const given = name === undefined ? undefined : rules[name]
  const faults = (rule: CodeRule) => checkCodes(grids, rule).length
  return given ?? (faults(townRule) < faults(districtRule) ? townRule : districtRule)
}
