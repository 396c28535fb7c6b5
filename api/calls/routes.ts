import { z } from '@hono/zod-openapi'
import type { Services } from '../app.ts'
import { callerOf, scopeOf } from '../auth.ts'
import { callEntry, callQuery, iceSettings } from '../contract/call.ts'
import { command, people } from '../contract/roles.ts'
import { json, route, router } from '../route.ts'
import { iceFor } from './ice.ts'
import { wireEntry } from './log.ts'
import { listCalls } from './queries.ts'

export function callRoutes({ db, now, config }: Pick<Services, 'db' | 'now' | 'config'>) {
  return router()
    .openapi(
      route({
        method: 'get',
        path: '/calls',
        access: command,
        summary: 'Calls with officers of your grids, newest first; of what was said nothing is kept',
        request: { query: callQuery },
        responses: { 200: json(z.object({ calls: z.array(callEntry) })) },
      }),
      async (c) => {
        const rows = await db.scoped(scopeOf(callerOf(c)), (tx) => listCalls(tx, c.req.valid('query')))
        return c.json({ calls: rows.map(wireEntry) }, 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/calls/ice',
        access: people,
        summary: 'Servers between two browsers (STUN, TURN) with credentials that end by themselves',
        responses: { 200: json(iceSettings) },
      }),
      (c) => c.json(iceFor(config, callerOf(c).accountId ?? 0, now()), 200),
    )
}
