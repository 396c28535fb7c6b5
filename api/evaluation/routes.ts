import { z } from '@hono/zod-openapi'
import type { Services } from '../app.ts'
import { callerOf, scopeOf } from '../auth.ts'
import { pack } from '../compress.ts'
import {
  crossed,
  crossQuery,
  evaluation,
  evaluationQuery,
  factsQuery,
  hotSpotMap,
  hotSpotQuery,
} from '../contract/evaluation.ts'
import { json, route, router } from '../route.ts'
import { crossFacts, packFacts } from './cross.ts'
import { evaluate } from './measures.ts'
import { mapHotSpots } from './where.ts'

/** Of shares and seconds: a millionth is nobody's concern, and a third of the answer. */
const places = 6

/** The week and the month in numbers. */
export function evaluationRoutes({
  db,
  facts,
  cube,
  statistics,
}: Pick<Services, 'db' | 'facts' | 'cube' | 'statistics'>) {
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
      async (c) =>
        c.json(await evaluate(db, scopeOf(callerOf(c)), c.req.valid('query'), cube.fresh, places), 200),
    )
    .openapi(
      route({
        method: 'get',
        path: '/evaluation/facts',
        access: ['dispatcher', 'leader', 'admin'],
        summary: 'The cases of a period one by one, as typed columns, for cross-filtering in the browser',
        request: { query: factsQuery },
        responses: {
          200: {
            description: 'Columns (api/contract/cube-wire.ts)',
            content: { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } },
          },
        },
      }),
      async (c) => {
        const bytes = await packFacts(cube, scopeOf(callerOf(c)), c.req.valid('query'))
        // The app's own compression leaves bytes alone, but columns shrink to a third.
        const packed = await pack(c.req.header('accept-encoding'), bytes)
        return c.body(packed?.packed ?? (bytes as Uint8Array<ArrayBuffer>), 200, {
          'content-type': 'application/octet-stream',
          vary: 'accept-encoding',
          ...(packed && { 'content-encoding': packed.encoding }),
        })
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/evaluation/cross',
        access: ['dispatcher', 'leader', 'admin'],
        summary: 'Sums by several dimensions, each filtered by the keys of all others',
        request: { query: crossQuery },
        responses: { 200: json(crossed) },
      }),
      async (c) => c.json(await crossFacts(cube, scopeOf(callerOf(c)), c.req.valid('query')), 200),
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
        await facts.catchUp()
        return c.json(await mapHotSpots({ db, statistics }, scopeOf(callerOf(c)), c.req.valid('query')), 200)
      },
    )
}
