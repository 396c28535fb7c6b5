import { z } from '@hono/zod-openapi'
import type { Services } from '../app.ts'
import { callerOf, requireWholeTown, scopeOf } from '../auth.ts'
import { officerAbilities, usualNeeds } from '../contract/abilities.ts'
import {
  dispatchSettings,
  journey,
  journeyQuery,
  recommendation,
  stormAnswer,
  stormProposal,
  stormQuery,
  stormRequest,
} from '../contract/dispatch.ts'
import { roadState } from '../contract/roads.ts'
import { command, desks, people as signedIn } from '../contract/roles.ts'
import { sosClass } from '../contract/squad-rules.ts'
import { notFound, problemOf } from '../errors.ts'
import { findIncident, listClasses } from '../incidents/queries.ts'
import { metersBetween } from '../positions/nearby.ts'
import { body, idParam, json, route, router } from '../route.ts'
import { findOfficer, putAbilities } from '../units/queries.ts'
import { findSettings, listPeople, listWaiting, putSettings } from './queries.ts'
import { crowSeconds, weightOf } from './recommend.ts'
import { createDispatcher } from './recommendation.ts'
import { createSender } from './sending.ts'
import { proposeStorm } from './storm.ts'
import type { Cost } from './thread.ts'

/** A storm beyond these is taken in parts. */
const mostCases = 300
const mostPeople = 2000

export function dispatchRoutes(services: Services) {
  const { db, now, live, locator, roads, roster, settings } = services
  const { send, committed } = createSender(services)
  const { recommendFor, wayOf, readWork, peopleAt, knownRoads } = createDispatcher(services)

  return router()
    .openapi(
      route({
        method: 'get',
        path: '/incidents/{id}/recommendation',
        access: desks,
        summary: 'Who should be sent, by road, with the reasons, and who was near but is not among them',
        request: { params: idParam },
        responses: { 200: json(recommendation) },
      }),
      async (c) => c.json(await recommendFor(scopeOf(callerOf(c)), c.req.valid('param').id), 200),
    )
    .openapi(
      route({
        method: 'get',
        path: '/incidents/{id}/journey',
        access: [...desks, 'screen'],
        summary: 'The way from where an officer is now to a case, by road',
        request: { params: idParam, query: journeyQuery },
        responses: { 200: json(journey) },
      }),
      async (c) => {
        const caller = callerOf(c)
        const scope = scopeOf(caller)
        const { officerId } = c.req.valid('query')
        const { incident, person } = await db.scoped(scope, async (tx) => ({
          incident: await findIncident(tx, c.req.valid('param').id),
          person: (await listPeople(tx, [officerId]))[0],
        }))
        if (!incident) throw notFound('incident')
        if (!person) throw notFound('officer')
        // A refusal names whoever has no position: a wall names nobody.
        const named = caller.role === 'screen' ? { ...person, name: 'The officer' } : person
        return c.json(await wayOf(scope, named, incident), 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/roads',
        access: signedIn,
        summary: 'Whether the road network is here, and how large it is',
        responses: { 200: json(roadState) },
      }),
      (c) => {
        const { state, roads: count, seconds, quick } = roads.state()
        return c.json({ state, roads: count, seconds, quick }, 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/dispatch/settings',
        access: desks,
        summary: 'What speaks for and against a squad, and how long an offer stands',
        responses: { 200: json(dispatchSettings) },
      }),
      async (c) => c.json(await findSettings(db), 200),
    )
    .openapi(
      route({
        method: 'put',
        path: '/dispatch/settings',
        access: ['admin'],
        summary: 'Set them',
        request: { body: body(dispatchSettings) },
        responses: { 200: json(dispatchSettings) },
      }),
      async (c) => {
        requireWholeTown(callerOf(c), locator().townId)
        await db.scoped(scopeOf(callerOf(c)), (tx) => putSettings(tx, c.req.valid('json')))
        await settings.reload()
        return c.json(c.req.valid('json'), 200)
      },
    )
    .openapi(
      route({
        method: 'put',
        path: '/officers/{id}/abilities',
        access: ['admin'],
        summary: 'What somebody can do, may do and has with them',
        request: { params: idParam, body: body(officerAbilities) },
        responses: { 200: json(officerAbilities) },
      }),
      async (c) => {
        const { id } = c.req.valid('param')
        const found = await db.scoped(scopeOf(callerOf(c)), (tx) => findOfficer(tx, id))
        if (!found) throw notFound('officer')
        await putAbilities(db, id, c.req.valid('json'))
        await roster.reload()
        return c.json(c.req.valid('json'), 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/dispatch/storm',
        access: desks,
        summary: 'Many cases at once: who goes where so that all together wait the least',
        request: { query: stormQuery },
        responses: { 200: json(stormProposal) },
      }),
      async (c) => {
        const scope = scopeOf(callerOf(c))
        const ids = c.req.valid('query').ids?.split(',').map(Number) ?? null
        const [{ waiting, classes }, work] = await Promise.all([
          db.scoped(scope, async (tx) => ({
            waiting: await listWaiting(tx, { ids, limit: mostCases }),
            classes: await listClasses(tx),
          })),
          readWork(0),
        ])
        const needsOf = new Map(classes.map(({ code, needs }) => [code, needs]))
        const cases = waiting.map((one) => ({
          ...one,
          needs: needsOf.get(one.classCode) ?? usualNeeds,
          weight: weightOf(one.severity, one.classCode === sosClass),
        }))
        const middle = middleOf(cases)
        const near = live.nearest(scope, { ...middle, limit: mostPeople })
        const found = cases.length > 0 ? peopleAt(scope, near, work) : []
        const people = found.map((one) => ({ ...one, cost: 0, ownGrid: false }))
        const network = knownRoads()
        const byRoad: (Cost[] | null)[] =
          network === 'roads' && people.length > 0
            ? await roads.ask({
                ask: 'matrix',
                to: cases.map(({ lng, lat }) => ({ lng, lat })),
                people: people.map(({ lng, lat, mode }) => ({ lng, lat, mode })),
              })
            : cases.map(() => null)
        const costs = cases.map(
          (one, i) =>
            byRoad[i] ??
            people.map((person) =>
              crowSeconds(metersBetween(one.lng, one.lat, person.lng, person.lat), person.mode),
            ),
        )
        return c.json(
          {
            at: now().toISOString(),
            network,
            ...proposeStorm(cases, people, { costs, settings: settings.now() }),
          },
          200,
        )
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/dispatch/storm',
        access: command,
        summary: 'Accept a proposal in whole or in part; each case is answered for itself',
        request: { body: body(stormRequest) },
        responses: { 200: json(stormAnswer) },
      }),
      async (c) => {
        const caller = callerOf(c)
        const answer: z.infer<typeof stormAnswer> = { done: [], refused: [] }
        for (const { incidentId, ...item } of c.req.valid('json').items) {
          try {
            const request = { ...item, next: true, interrupt: false }
            const seen = await recommendFor(scopeOf(caller), incidentId)
            const sent = await send(caller, { id: incidentId, request, seen })
            answer.done.push({ incidentId, assignmentId: sent.id })
          } catch (error) {
            // One that may not does not hold up the rest; what is broken on our side does.
            const { status, code, detail } = problemOf(error)
            if (status >= 500) throw error
            answer.refused.push({ incidentId, code, detail })
          }
        }
        committed()
        return c.json(answer, 200)
      },
    )
}

const middleOf = (places: readonly { lng: number; lat: number }[]) => ({
  lng: places.reduce((sum, { lng }) => sum + lng, 0) / Math.max(1, places.length),
  lat: places.reduce((sum, { lat }) => sum + lat, 0) / Math.max(1, places.length),
})
