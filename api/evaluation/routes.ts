import type { Services } from '../app.ts'
import { callerOf, scopeOf } from '../auth.ts'
import { evaluation, evaluationQuery, hotSpotMap, hotSpotQuery } from '../contract/evaluation.ts'
import { json, route, router } from '../route.ts'
import { evaluate } from './measures.ts'
import { mapHotSpots } from './where.ts'

/** So long a question waits for what is still being counted: after a great import the rest is told later. */
const patienceMs = 2000

/** The week and the month in numbers. */
export function evaluationRoutes({ db, facts, statistics }: Pick<Services, 'db' | 'facts' | 'statistics'>) {
  /** What was committed a moment ago counts as well; a count that fails is tried again by the upkeep. */
  const catchUp = () =>
    Promise.race([
      facts.follow().catch(() => {}),
      new Promise((resolve) => setTimeout(resolve, patienceMs).unref()),
    ])
  return router()
    .openapi(
      route({
        method: 'get',
        path: '/evaluation',
        access: ['dispatcher', 'leader', 'admin'],
        summary: 'Measures of a period by group, beside the period before and the same days a year ago',
        request: { query: evaluationQuery },
        responses: { 200: json(evaluation) },
      }),
      async (c) => {
        await catchUp()
        return c.json(await evaluate(db, scopeOf(callerOf(c)), c.req.valid('query')), 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/evaluation/hot-spots',
        access: ['dispatcher', 'leader', 'admin'],
        summary: 'Where more cases are than chance would have it, and where fewer',
        request: { query: hotSpotQuery },
        responses: { 200: json(hotSpotMap) },
      }),
      async (c) => {
        await catchUp()
        return c.json(await mapHotSpots({ db, statistics }, scopeOf(callerOf(c)), c.req.valid('query')), 200)
      },
    )
}
