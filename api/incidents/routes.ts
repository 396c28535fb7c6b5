import { z } from '@hono/zod-openapi'
import type { Services } from '../app.ts'
import { callerOf, newToken, scopeOf, tokenHash } from '../auth.ts'
import { instant } from '../contract/geo.ts'
import {
  ask,
  askDecision,
  askRequest,
  batchAnswer,
  batchRequest,
  incident,
  incidentClass,
  incidentDetail,
  incidentQuery,
  incidentReport,
  similarIncident,
  similarQuery,
  spokenIn,
  timelineEvent,
  transitionRequest,
} from '../contract/incident.ts'
import { openActions } from '../contract/lifecycle.ts'
import { type Caller, command, people, street } from '../contract/roles.ts'
import type { Scope } from '../db/scope.ts'
import { listTimelineAfter, listTimelineOf } from '../db/timeline.ts'
import { invalid, notFound, problemOf, Refusal } from '../errors.ts'
import { listMedia, wireMedium } from '../media/queries.ts'
import { body, idParam, json, route, router } from '../route.ts'
import { findOfficer } from '../units/queries.ts'
import { askFor, decideAbout } from './asks.ts'
import { packColumns } from './columns.ts'
import { changeState, ownerOf, reportIncident } from './lifecycle.ts'
import { openLoop } from './loop.ts'
import {
  findIncident,
  findStampedSpan,
  insertReporter,
  listAsks,
  listChildren,
  listClasses,
  listIncidents,
  listMerged,
  packRows,
  wireAsk,
  wireIncident,
} from './queries.ts'
import { findSimilar } from './similar.ts'

const columnsQuery = z.object({ from: instant.optional(), to: instant.optional(), plan: spokenIn })
const timelineQuery = z.object({
  after: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
})
const year = 366 * 86_400_000

export function incidentRoutes(services: Services) {
  const { db, now, locator } = services
  const { life, committed } = openLoop(services)
  const movers = [...command, ...street, 'leader'] as const
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
        const caller = callerOf(c)
        const report = c.req.valid('json')
        // Whoever may report may report anything in the town.
        const scope: Scope = { role: caller.role, grids: [locator().townId], officerId: caller.officerId }
        const { row, repeated } = await db.scoped(scope, async (tx) => {
          const reporter = caller.officerId === null ? null : await findOfficer(tx, caller.officerId)
          const made = await reportIncident(tx, life(), caller, {
            report,
            // Whoever stands in the street is the source; the desk says on whose behalf it writes.
            source: reporter?.kind ?? report.source ?? 'hotline',
            owner: ownerOf(caller),
          })
          // Whoever called is reached by the desk; nobody else reads the number, and no code was given.
          if (report.callerPhone && command.includes(caller.role) && !made.repeated)
            await insertReporter(tx, {
              incidentId: made.row.id,
              codeHash: tokenHash(newToken()).toString('hex'),
              phone: report.callerPhone,
              contact: '',
            })
          return made
        })
        committed()
        return repeated ? c.json(wireIncident(row), 200) : c.json(wireIncident(row), 201)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/incidents/similar',
        access: [...command, ...street, 'leader'],
        summary: 'Incidents that a report may repeat: near in place, time and class',
        request: { query: similarQuery },
        responses: { 200: json(z.object({ incidents: z.array(similarIncident) })) },
      }),
      async (c) =>
        c.json(
          {
            incidents: await db.scoped(scopeOf(callerOf(c)), (tx) =>
              findSimilar(tx, c.req.valid('query'), now()),
            ),
          },
          200,
        ),
    )
    .openapi(
      route({
        method: 'get',
        path: '/incidents/requests',
        access: movers,
        summary: 'What waits for a decision, the oldest first',
        responses: { 200: json(z.object({ requests: z.array(ask) })) },
      }),
      async (c) =>
        c.json(
          { requests: (await db.scoped(scopeOf(callerOf(c)), (tx) => listAsks(tx, null))).map(wireAsk) },
          200,
        ),
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
            ...detailsOf(row, caller),
            requests: (await listAsks(tx, id)).map(wireAsk),
            media: (await listMedia(tx, id)).map(wireMedium),
            children: await listChildren(tx, id),
            merged: await listMerged(tx, id),
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
        access: movers,
        summary: 'Move an incident along its life',
        request: { params: idParam, body: body(transitionRequest) },
        responses: { 200: json(incident) },
      }),
      async (c) => {
        const caller = callerOf(c)
        const { id } = c.req.valid('param')
        const request = c.req.valid('json')
        const row = await db.scoped(scopeOf(caller), (tx) =>
          changeState(tx, life(), { doer: caller, id, request }),
        )
        committed()
        return c.json(wireIncident(row), 200)
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/incidents/batch',
        access: [...command, 'leader'],
        summary: 'The same step for many incidents; each is answered for itself',
        request: { body: body(batchRequest) },
        responses: { 200: json(batchAnswer) },
      }),
      async (c) => {
        const caller = callerOf(c)
        const { ids, key, ...request } = c.req.valid('json')
        const answer: z.infer<typeof batchAnswer> = { done: [], refused: [] }
        for (const id of new Set(ids)) {
          const own = { ...request, ...(key && { key: `${key}:${id}` }) }
          try {
            const row = await db.scoped(scopeOf(caller), (tx) =>
              changeState(tx, life(), { doer: caller, id, request: own }),
            )
            answer.done.push({ id, version: row.version, state: row.state })
          } catch (error) {
            // One that may not does not hold up the rest; what is broken on our side does.
            const { status, code, detail } = problemOf(error)
            if (status >= 500) throw error
            answer.refused.push({ id, code, detail })
          }
        }
        committed()
        return c.json(answer, 200)
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/incidents/{id}/requests',
        access: [...street, 'dispatcher'],
        summary: 'Ask for a step that somebody else must grant',
        request: { params: idParam, body: body(askRequest) },
        responses: { 201: json(incident, 'Asked, or asked before by the same key') },
      }),
      async (c) => {
        const caller = callerOf(c)
        const row = await db.scoped(scopeOf(caller), (tx) =>
          askFor(tx, life(), { doer: caller, id: c.req.valid('param').id, request: c.req.valid('json') }),
        )
        committed()
        return c.json(wireIncident(row), 201)
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/incidents/{id}/requests/{request}/decision',
        access: [...command, 'leader'],
        summary: 'Grant a request, which does the step, or refuse it',
        request: {
          params: idParam.extend({ request: z.coerce.number().int().min(1).max(2_147_483_647) }),
          body: body(askDecision),
        },
        responses: { 200: json(incident) },
      }),
      async (c) => {
        const caller = callerOf(c)
        const { id, request: askId } = c.req.valid('param')
        const row = await db.scoped(scopeOf(caller), (tx) =>
          decideAbout(tx, life(), { doer: caller, id, askId, decision: c.req.valid('json') }),
        )
        committed()
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

/** What the caller may do, and what they may ask for. */
function detailsOf(row: Parameters<typeof wireIncident>[0], caller: Caller) {
  const { actions, asks } = openActions(row, caller)
  return { actions, mayAsk: asks }
}
