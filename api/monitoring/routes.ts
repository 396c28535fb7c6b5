import { z } from '@hono/zod-openapi'
import type { Services } from '../app.ts'
import { callerOf, scopeOf } from '../auth.ts'
import { monitoringPoint, monitoringSystem, readingReport } from '../contract/monitoring.ts'
import { people } from '../contract/roles.ts'
import { appendTimeline } from '../db/timeline.ts'
import { invalid, notFound } from '../errors.ts'
import { body, idParam, json, route, router } from '../route.ts'
import { findPointPath, insertReading, listPoints, listSystems, setPointState } from './queries.ts'

export function monitoringRoutes({ db, now, stream }: Services) {
  return router()
    .openapi(
      route({
        method: 'get',
        path: '/points',
        access: people,
        summary: 'Monitoring points and their state',
        responses: { 200: json(z.object({ points: z.array(monitoringPoint) })) },
      }),
      async (c) => c.json({ points: await db.scoped(scopeOf(callerOf(c)), listPoints) }, 200),
    )
    .openapi(
      route({
        method: 'get',
        path: '/points/systems',
        access: people,
        summary: 'Monitoring systems and their health',
        responses: { 200: json(z.object({ systems: z.array(monitoringSystem) })) },
      }),
      async (c) => c.json({ systems: await db.scoped(scopeOf(callerOf(c)), listSystems) }, 200),
    )
    .openapi(
      route({
        method: 'post',
        path: '/points/{id}/readings',
        access: ['admin'],
        summary: 'Report a reading of a point, and the state it means',
        request: { params: idParam, body: body(readingReport) },
        responses: { 200: json(z.object({ repeated: z.boolean(), changed: z.boolean() })) },
      }),
      async (c) => {
        const caller = callerOf(c)
        const { id } = c.req.valid('param')
        const { recordedAt, state, message, values } = c.req.valid('json')
        const at = new Date(recordedAt)
        const age = now().getTime() - at.getTime()
        if (age < -120_000) throw invalid('recordedAt', 'lies more than two minutes in the future')
        if (age > 7 * 86_400_000) throw invalid('recordedAt', 'is older than seven days')
        const outcome = await db.scoped(scopeOf(caller), async (tx) => {
          const path = await findPointPath(tx, id)
          if (!path) throw notFound('monitoring point')
          const fresh = await insertReading(tx, {
            pointId: id,
            recordedAt: at,
            receivedAt: now(),
            state,
            values,
          })
          const changed = fresh
            ? await setPointState(tx, { id, state, since: at, message: message ?? null })
            : null
          if (changed)
            await appendTimeline(tx, [
              { event: 'point:changed', at, actor: caller, path, data: { point: changed } },
            ])
          return { repeated: !fresh, changed: changed !== null }
        })
        if (outcome.changed) stream.wake()
        return c.json(outcome, 200)
      },
    )
}
