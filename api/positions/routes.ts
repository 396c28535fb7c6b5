import { z } from '@hono/zod-openapi'
import type { Services } from '../app.ts'
import { callerOf, scopeOf } from '../auth.ts'
import type { Bounds } from '../contract/geo.ts'
import { fixBatch, fixOutcome, fixReport, livePosition } from '../contract/position.ts'
import { type Caller, people } from '../contract/roles.ts'
import { invalid, Refusal } from '../errors.ts'
import { body, json, route, router } from '../route.ts'
import { wire } from './live.ts'

const reporters = ['device', 'officer', 'member'] as const
const boxQuery = z.object({
  bbox: z
    .string()
    .regex(/^-?[\d.]{1,20}(,-?[\d.]{1,20}){3}$/, 'west,south,east,north in degrees')
    .transform((text) => text.split(',').map(Number) as Bounds)
    .refine(
      ([west, south, east, north]) => west <= east && south <= north,
      'west,south,east,north in degrees',
    )
    .optional(),
})
const nearestQuery = z.object({
  lng: z.coerce.number().min(-180).max(180),
  lat: z.coerce.number().min(-90).max(90),
  limit: z.coerce.number().int().min(1).max(100).default(5),
})
const nearPosition = livePosition.extend({ meters: z.number() }).openapi('NearPosition')

export function positionRoutes({ live, recordFixes }: Services) {
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
        const outcome = await recordFixes(reporterOf(callerOf(c)), [c.req.valid('json')], 'http')
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
      async (c) => c.json(await recordFixes(reporterOf(callerOf(c)), c.req.valid('json').fixes, 'http'), 200),
    )
    .openapi(
      route({
        method: 'get',
        path: '/positions',
        access: people,
        summary: 'Where everybody on shift is now',
        request: { query: boxQuery },
        responses: { 200: json(z.object({ positions: z.array(livePosition) })) },
      }),
      (c) => c.json({ positions: live.list(scopeOf(callerOf(c)), c.req.valid('query').bbox) }, 200),
    )
    .openapi(
      route({
        method: 'get',
        path: '/positions/nearest',
        access: people,
        summary: 'Who is nearest to a place, as the crow flies',
        request: { query: nearestQuery },
        responses: { 200: json(z.object({ positions: z.array(nearPosition) })) },
      }),
      (c) => {
        const near = live.nearest(scopeOf(callerOf(c)), c.req.valid('query'))
        return c.json({ positions: near.map(({ one, meters }) => ({ ...wire(one), meters })) }, 200)
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
