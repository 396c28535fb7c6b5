import { z } from '@hono/zod-openapi'
import type { Services } from '../app.ts'
import { callerOf, scopeOf } from '../auth.ts'
import {
  type Assignment,
  answerRequest,
  assignment,
  assignmentList,
  ownAssignment,
  progressRequest,
  recallRequest,
  sendRequest,
  sosRequest,
} from '../contract/assignment.ts'
import { journey, recommendation } from '../contract/dispatch.ts'
import { incident as wireSchema } from '../contract/incident.ts'
import { type Caller, command, desks, street } from '../contract/roles.ts'
import { sosClass, underWay } from '../contract/squad-rules.ts'
import type { Scope } from '../db/scope.ts'
import { notFound, Refusal } from '../errors.ts'
import { carryOut, finishStep, ownerOf, reportIncident } from '../incidents/lifecycle.ts'
import { findIncident, wireIncident } from '../incidents/queries.ts'
import { metersBetween } from '../positions/nearby.ts'
import { body, idParam, json, route, router } from '../route.ts'
import {
  type AssignmentRow,
  findAssignment,
  findOpenCall,
  findSeen,
  listAssignments,
  listPeople,
  listUnderWay,
  type OwnRow,
} from './queries.ts'
import { createDispatcher } from './recommendation.ts'
import { createSender } from './sending.ts'
import { answerOffer, hand, progressSquad, recallSquad } from './squads.ts'

type Eta = Assignment['officers'][number]['eta']

const iso = (at: Date | null) => at?.toISOString() ?? null
function wire(
  { next: _next, ...row }: AssignmentRow,
  etas: ReadonlyMap<number, Eta> = new Map(),
): Assignment {
  return {
    ...row,
    officers: row.officers.map((one) => ({ ...one, eta: etas.get(one.officerId) ?? null })),
    offeredAt: row.offeredAt.toISOString(),
    lapsesAt: row.lapsesAt.toISOString(),
    answeredAt: iso(row.answeredAt),
    enrouteAt: iso(row.enrouteAt),
    onsceneAt: iso(row.onsceneAt),
    endedAt: iso(row.endedAt),
  }
}

/** Squads at cases: sent, answering, on their way; and the call for help. */
export function squadRoutes(services: Services) {
  const { db, now, live, locator, roster } = services
  const { send, acting, life, committed } = createSender(services)
  const { costsTo, recommendFor, wayOf } = createDispatcher(services)
  const town = (): Scope => ({ role: 'admin', grids: [locator().townId] })

  /** How long those who are on their way still take. */
  async function etasOf(scope: Scope, rows: readonly AssignmentRow[], to: { lng: number; lat: number }) {
    const going = rows.filter(
      ({ state }) => state === 'accepted' || state === 'enroute' || state === 'offered',
    )
    const ids = going.flatMap(({ officers }) => officers.map(({ officerId }) => officerId))
    const people = ids.flatMap((officerId) => {
      const at = live.find(scope, officerId)
      const mode = roster.posting(officerId)?.mode
      return at && mode
        ? [
            {
              officerId,
              lng: at.lng,
              lat: at.lat,
              mode,
              meters: Math.round(metersBetween(at.lng, at.lat, to.lng, to.lat)),
            },
          ]
        : []
    })
    if (people.length === 0) return new Map<number, Eta>()
    const { network, costs } = await costsTo(to, people)
    return new Map(
      people.flatMap(({ officerId, meters }, i): [number, Eta][] => {
        const seconds = costs[i]
        return typeof seconds === 'number'
          ? [[officerId, { seconds, meters, network: network === 'roads' ? 'roads' : 'crow' }]]
          : []
      }),
    )
  }

  /** The assignment, if its case is in the caller's grids or they are sent themselves. */
  async function mine(caller: Caller, id: number): Promise<AssignmentRow> {
    const found = await findAssignment(db, id)
    const own = found?.officers.some(({ officerId }) => officerId === caller.officerId)
    const seen =
      found && (own || (await db.scoped(scopeOf(caller), (tx) => findIncident(tx, found.incidentId))))
    if (!seen) throw notFound('assignment')
    return found
  }

  return router()
    .openapi(
      route({
        method: 'get',
        path: '/incidents/{id}/squads',
        access: [...desks, ...street],
        summary: 'Who was sent to a case, how they stand, and when they will be there',
        request: { params: idParam },
        responses: { 200: json(assignmentList) },
      }),
      async (c) => {
        const scope = scopeOf(callerOf(c))
        const { id } = c.req.valid('param')
        const incident = await db.scoped(scope, (tx) => findIncident(tx, id))
        if (!incident) throw notFound('incident')
        const rows = await listAssignments(db, id)
        const etas = await etasOf(scope, rows, incident)
        return c.json(
          { assignments: rows.map((row) => wire(row, underWay.includes(row.state) ? etas : undefined)) },
          200,
        )
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/incidents/{id}/squads',
        access: command,
        summary: 'Send a squad to a case: first, in support, or instead of another',
        request: { params: idParam, body: body(sendRequest) },
        responses: { 201: json(assignment, 'Offered') },
      }),
      async (c) => {
        const caller = callerOf(c)
        const { id } = c.req.valid('param')
        const seen = await recommendFor(scopeOf(caller), id)
        const sent = await send(caller, { id, request: c.req.valid('json'), seen })
        committed()
        const row = await findAssignment(db, sent.id)
        if (!row) throw notFound('assignment')
        return c.json(wire(row), 201)
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/assignments/{id}/answer',
        access: [...street, ...command],
        summary: 'Take a case that was offered, or decline it with a reason; the desk may answer for a squad',
        request: { params: idParam, body: body(answerRequest) },
        responses: { 200: json(assignment) },
      }),
      async (c) => {
        const caller = callerOf(c)
        const { id } = await mine(caller, c.req.valid('param').id)
        const { accept, reason } = c.req.valid('json')
        const row = await db.scoped(acting(caller), (tx) =>
          answerOffer(tx, life(), { doer: caller, id, accept, reason }),
        )
        committed()
        return c.json(wire(row), 200)
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/assignments/{id}/progress',
        access: [...street, ...command],
        summary: 'On the way, on the scene, done',
        request: { params: idParam, body: body(progressRequest) },
        responses: { 200: json(assignment) },
      }),
      async (c) => {
        const caller = callerOf(c)
        const { id } = await mine(caller, c.req.valid('param').id)
        const { state } = c.req.valid('json')
        const row = await db.scoped(acting(caller), (tx) =>
          progressSquad(tx, { doer: caller, id, state, at: now() }),
        )
        committed()
        return c.json(wire(row), 200)
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/assignments/{id}/recall',
        access: command,
        summary: 'Call a squad back',
        request: { params: idParam, body: body(recallRequest) },
        responses: { 200: json(assignment) },
      }),
      async (c) => {
        const caller = callerOf(c)
        const { id } = await mine(caller, c.req.valid('param').id)
        const { reason } = c.req.valid('json')
        const row = await db.scoped(acting(caller), (tx) =>
          recallSquad(tx, { doer: caller, id, reason, at: now() }),
        )
        committed()
        return c.json(wire(row), 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/assignments/{id}/recommendation',
        access: desks,
        summary: 'What was recommended when a squad was sent, kept for review',
        request: { params: idParam },
        responses: { 200: json(recommendation) },
      }),
      async (c) => {
        const { id } = await mine(callerOf(c), c.req.valid('param').id)
        const seen = await findSeen(db, id)
        if (!seen) throw notFound('recommendation')
        return c.json(seen, 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/my/squads',
        access: street,
        summary: 'What I am sent to now',
        responses: { 200: json(z.object({ assignments: z.array(ownAssignment) })) },
      }),
      async (c) => {
        const { officerId } = callerOf(c)
        const rows = officerId === null ? [] : await listUnderWay(db, officerId)
        return c.json({ assignments: rows.map((row: OwnRow) => ({ ...row, ...wire(row) })) }, 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/my/squads/{id}/way',
        access: street,
        summary: 'My way to a case that I am sent to',
        request: { params: idParam },
        responses: { 200: json(journey) },
      }),
      async (c) => {
        const { officerId } = callerOf(c)
        const { id } = c.req.valid('param')
        const row =
          officerId === null ? undefined : (await listUnderWay(db, officerId)).find((one) => one.id === id)
        const [person] = row && officerId !== null ? await listPeople(db, [officerId]) : []
        if (!row || !person) throw notFound('assignment')
        return c.json(await wayOf(town(), person, row), 200)
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/sos',
        access: street,
        summary: 'Call for help: a case above all others, filed at once',
        request: { body: body(sosRequest) },
        responses: {
          201: json(wireSchema, 'Called'),
          200: json(wireSchema, 'Called before, by the same key'),
        },
      }),
      async (c) => {
        const caller = callerOf(c)
        if (caller.officerId === null)
          throw new Refusal(403, 'no-officer', 'This account belongs to no officer.')
        const { lng, lat, note, key } = c.req.valid('json')
        const { officerId } = caller
        const { row, repeated } = await db.scoped(acting(caller), async (tx) => {
          // Whoever calls again is still the one who called.
          const open = await findOpenCall(tx, officerId)
          const held = open === null ? null : await findIncident(tx, open)
          if (held) return { row: held, repeated: true }
          const made = await reportIncident(tx, life(), caller, {
            report: {
              classCode: sosClass,
              title: `${caller.name} 遇险求助`,
              description: note,
              address: '',
              lng,
              lat,
              sourceKey: `sos:${caller.officerId}:${key}`,
              mediaIds: [],
            },
            source: 'officer',
            owner: ownerOf(caller),
            sos: true,
          })
          if (made.repeated || made.row.state !== 'reported') return made
          const filed = await carryOut(tx, life(), {
            before: made.row,
            action: 'file',
            doer: hand,
            command: {},
          })
          await finishStep(tx, filed)
          return { row: filed.row, repeated: false }
        })
        committed()
        return repeated ? c.json(wireIncident(row), 200) : c.json(wireIncident(row), 201)
      },
    )
}
