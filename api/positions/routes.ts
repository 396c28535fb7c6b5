import { z } from '@hono/zod-openapi'
import type { Services } from '../app.ts'
import { callerOf, scopeOf } from '../auth.ts'
import { instant } from '../contract/geo.ts'
import { fixBatch, fixOutcome, fixReport, livePosition, trackPoint } from '../contract/position.ts'
import { type Caller, command, people } from '../contract/roles.ts'
import { invalid, notFound, Refusal } from '../errors.ts'
import { body, idParam, json, route, router } from '../route.ts'
import { findOfficer } from '../units/queries.ts'
import { listTrack } from './queries.ts'

const reporters = ['device', 'officer', 'member'] as const
const trackQuery = z.object({
  from: instant.optional(),
  to: instant.optional(),
  limit: z.coerce.number().int().min(1).max(50_000).default(20_000),
})

export function positionRoutes({ db, now, live, recordFixes }: Services) {
  return router()
    .openapi(
      route({
        method: 'post',
        path: '/positions',
        access: reporters,
        summary: 'Report where I am',
        request: { body: body(fixReport) },
        responses: { 200: json(fixOutcome) },
      }),
      async (c) => {
        const outcome = await recordFixes(reporterOf(callerOf(c)), [c.req.valid('json')])
        const why = outcome.refused[0]
        if (why && why.code !== 'off-shift') throw invalid('recordedAt', why.detail)
        return c.json(outcome, 200)
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/positions/batch',
        access: reporters,
        summary: 'Report up to 1,000 fixes, in any order',
        request: { body: body(fixBatch) },
        responses: { 200: json(fixOutcome) },
      }),
      async (c) => c.json(await recordFixes(reporterOf(callerOf(c)), c.req.valid('json').fixes), 200),
    )
    .openapi(
      route({
        method: 'get',
        path: '/positions',
        access: people,
        summary: 'Where everybody on shift is now',
        responses: { 200: json(z.object({ positions: z.array(livePosition) })) },
      }),
      (c) => c.json({ positions: live.list(scopeOf(callerOf(c))) }, 200),
    )
    .openapi(
      route({
        method: 'get',
        path: '/officers/{id}/track',
        access: [...command, 'leader', 'officer', 'member'],
        summary: "An officer's track; the last two hours unless asked otherwise",
        request: { params: idParam, query: trackQuery },
        responses: { 200: json(z.object({ points: z.array(trackPoint) })) },
      }),
      async (c) => {
        const caller = callerOf(c)
        const { id } = c.req.valid('param')
        const query = c.req.valid('query')
        const to = query.to ? new Date(query.to) : now()
        const from = query.from ? new Date(query.from) : new Date(to.getTime() - 2 * 3_600_000)
        if (from > to) throw invalid('from', 'must not lie after to')
        const points = await db.scoped(scopeOf(caller), async (tx) => {
          if (!(await findOfficer(tx, id))) throw notFound('officer')
          return listTrack(tx, { officerId: id, from, to, limit: query.limit })
        })
        return c.json({ points }, 200)
      },
    )
}

function reporterOf(caller: Caller): number {
  if (caller.officerId === null)
    throw new Refusal(
      403,
      'no-officer',
      'This account belongs to no officer, so it has no position to report.',
    )
  return caller.officerId
}
