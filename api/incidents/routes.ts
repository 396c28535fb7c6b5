import { z } from '@hono/zod-openapi'
import type { Services } from '../app.ts'
import { callerOf, scopeOf } from '../auth.ts'
import { instant } from '../contract/geo.ts'
import {
  incident,
  incidentClass,
  incidentDetail,
  incidentQuery,
  incidentReport,
  spokenIn,
  timelineEvent,
  transitionRequest,
} from '../contract/incident.ts'
import { allowedActions } from '../contract/lifecycle.ts'
import { command, people, street } from '../contract/roles.ts'
import { listTimelineAfter, listTimelineOf } from '../db/timeline.ts'
import { invalid, notFound, Refusal } from '../errors.ts'
import { body, idParam, json, route, router } from '../route.ts'
import { packColumns } from './columns.ts'
import { changeState, reportIncident } from './lifecycle.ts'
import {
  findIncident,
  findStampedSpan,
  listClasses,
  listIncidents,
  packRows,
  wireIncident,
} from './queries.ts'

const columnsQuery = z.object({ from: instant.optional(), to: instant.optional(), plan: spokenIn })
const timelineQuery = z.object({
  after: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
})
const year = 366 * 86_400_000

export function incidentRoutes({ db, now, locator, stream }: Services) {
  return router()
    .openapi(
      route({
        method: 'get',
        path: '/incidents/classes',
        access: [...people, 'device'],
        summary: 'The catalogue of classes',
        responses: { 200: json(z.object({ classes: z.array(incidentClass) })) },
      }),
      async (c) => c.json({ classes: await db.scoped(scopeOf(callerOf(c)), listClasses) }, 200),
    )
    .openapi(
      route({
        method: 'get',
        path: '/incidents/columns',
        access: people,
        summary:
          'Many incidents as typed columns (binary, see contract/columns); the past year unless asked otherwise',
        request: { query: columnsQuery },
        responses: {
          200: {
            description: 'application/octet-stream',
            content: { 'application/octet-stream': { schema: z.any() } },
          },
        },
      }),
      async (c) => {
        const query = c.req.valid('query')
        const to = query.to ? new Date(query.to) : new Date(now().getTime() + 60_000)
        const from = query.from ? new Date(query.from) : new Date(to.getTime() - year)
        if (from > to) throw invalid('from', 'must not lie after to')
        const packed = await db.scoped(scopeOf(callerOf(c)), async (tx) => {
          const { plan } = query
          if (typeof plan !== 'number') return packRows(tx, { from, to, spokenIn: plan })
          const span = await findStampedSpan(tx, plan)
          if (!span) throw notFound('plan')
          if (span.inForce) return packRows(tx, { from, to })
          if (!span.from || !span.to || span.to <= from)
            throw new Refusal(
              409,
              'not-stamped',
              'The cases are not stamped for this plan yet: begin a stamping.',
            )
          if (query.from && span.from > from)
            throw new Refusal(
              409,
              'not-stamped',
              `Cases before ${span.from.toISOString()} are not stamped for this plan.`,
            )
          return packRows(tx, { from, to, spokenIn: plan })
        })
        return c.body(packColumns(packed), 200, { 'content-type': 'application/octet-stream' }) as never
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/incidents',
        access: people,
        summary: 'Incidents, newest first',
        request: { query: incidentQuery },
        responses: { 200: json(z.object({ incidents: z.array(incident), next: z.number().nullable() })) },
      }),
      async (c) => {
        const query = c.req.valid('query')
        const rows = await db.scoped(scopeOf(callerOf(c)), (tx) => listIncidents(tx, query))
        const next = rows.length === query.limit ? (rows.at(-1)?.id ?? null) : null
        return c.json({ incidents: rows.map(wireIncident), next }, 200)
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/incidents',
        access: [...command, ...street, 'device'],
        summary: 'Report an incident',
        request: { body: body(incidentReport) },
        responses: {
          201: json(incident, 'Reported'),
          200: json(incident, 'Reported before, by the same source key'),
        },
      }),
      async (c) => {
        const report = c.req.valid('json')
        const { row, repeated } = await reportIncident(db, {
          caller: callerOf(c),
          report,
          at: now(),
          locator: locator(),
        })
        stream.wake()
        return repeated ? c.json(wireIncident(row), 200) : c.json(wireIncident(row), 201)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/incidents/{id}',
        access: people,
        summary: 'One incident, its timeline, and what the caller may do with it',
        request: { params: idParam },
        responses: { 200: json(incidentDetail) },
      }),
      async (c) => {
        const caller = callerOf(c)
        const { id } = c.req.valid('param')
        const detail = await db.scoped(scopeOf(caller), async (tx) => {
          const row = await findIncident(tx, id)
          if (!row) throw notFound('incident')
          return {
            ...wireIncident(row),
            actions: allowedActions(row.state, caller.role),
            timeline: await listTimelineOf(tx, id),
          }
        })
        return c.json(detail, 200)
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/incidents/{id}/transitions',
        access: [...command, ...street],
        summary: 'Move an incident along its life',
        request: { params: idParam, body: body(transitionRequest) },
        responses: { 200: json(incident) },
      }),
      async (c) => {
        const caller = callerOf(c)
        const { id } = c.req.valid('param')
        const request = c.req.valid('json')
        const row = await db.scoped(scopeOf(caller), (tx) =>
          changeState(tx, { caller, id, request, at: now() }),
        )
        stream.wake()
        return c.json(wireIncident(row), 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/timeline',
        access: people,
        summary: 'Numbered events after a number',
        request: { query: timelineQuery },
        responses: { 200: json(z.object({ events: z.array(timelineEvent) })) },
      }),
      async (c) => {
        const { after, limit } = c.req.valid('query')
        return c.json(
          { events: await db.scoped(scopeOf(callerOf(c)), (tx) => listTimelineAfter(tx, after, limit)) },
          200,
        )
      },
    )
}
