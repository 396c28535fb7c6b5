import { z } from '@hono/zod-openapi'
import type { Services } from '../app.ts'
import { callerOf, scopeOf } from '../auth.ts'
import { people } from '../contract/roles.ts'
import { patrol, patrolQuery } from '../contract/track.ts'
import { invalid } from '../errors.ts'
import { json, route, router } from '../route.ts'
import { listPatrols } from './queries.ts'

export function patrolRoutes({ db }: Services) {
  return router().openapi(
    route({
      method: 'get',
      path: '/patrols',
      access: people,
      summary: 'How long and how often each grid was walked, by days of the calendar',
      request: { query: patrolQuery },
      responses: { 200: json(z.object({ grids: z.array(patrol) })) },
    }),
    async (c) => {
      const query = c.req.valid('query')
      if (query.from > query.to) throw invalid('from', 'must not lie after to')
      return c.json({ grids: await db.scoped(scopeOf(callerOf(c)), (tx) => listPatrols(tx, query)) }, 200)
    },
  )
}
