import type { Services } from '../app.ts'
import { callerOf, scopeOf } from '../auth.ts'
import {
  journey,
  journeyQuery,
  type Recommendation,
  recommendation,
  roadState,
} from '../contract/dispatch.ts'
import { type Caller, people as signedIn } from '../contract/roles.ts'
import { notFound, Refusal } from '../errors.ts'
import { findIncident } from '../incidents/queries.ts'
import { idParam, json, route, router } from '../route.ts'
import { listLoads, listPeople } from './queries.ts'
import { crowSeconds, type Load, mostProposed, type Person, recommend, usualWeights } from './recommend.ts'
import type { Cost } from './thread.ts'

const desks = ['admin', 'dispatcher', 'leader'] as const
/** So many of the nearest are looked at, and more while somebody beyond them could still be among the first. */
const looked = 200
const mostLooked = 1600
const dayMs = 86_400_000

export function dispatchRoutes({ db, now, live, locator, roads }: Services) {
  /** Seconds of some people to a place; by the crow where no roads are known. */
  async function costsTo(
    to: { lng: number; lat: number },
    asked: readonly { lng: number; lat: number; mode: Person['mode']; meters: number }[],
  ): Promise<{ network: Recommendation['network']; costs: Cost[] }> {
    const crow = (network: Recommendation['network']) => ({
      network,
      costs: asked.map(({ meters, mode }) => crowSeconds(meters, mode)),
    })
    const { state } = roads.state()
    if (state !== 'ready') return crow(state === 'loading' ? 'loading' : 'crow')
    const answer = await roads.ask({
      ask: 'costs',
      to: { lng: to.lng, lat: to.lat },
      people: asked.map(({ lng, lat, mode }) => ({ lng, lat, mode })),
    })
    // A case far from every road is walked to.
    return answer ? { network: 'roads', costs: answer.costs } : crow('off')
  }

  async function recommendFor(caller: Caller, id: number): Promise<Recommendation> {
    const incident = await db.scoped(scopeOf(caller), (tx) => findIncident(tx, id))
    if (!incident) throw notFound('incident')
    const { townId } = locator()
    const at = now()
    const loads = new Map<number, Load>()
    const busy = new Map<number, { open: number; pressing: number }>()
    for (const { unitId, officerId, open, pressing, today } of await listLoads(db, {
      townId,
      without: id,
      since: new Date(at.getTime() - dayMs),
    })) {
      const held = loads.get(unitId) ?? { open: 0, today: 0 }
      loads.set(unitId, { open: held.open + open, today: held.today + today })
      if (officerId !== null) {
        const had = busy.get(officerId) ?? { open: 0, pressing: 0 }
        busy.set(officerId, { open: had.open + open, pressing: had.pressing + pressing })
      }
    }
    const needed = 1
    const onMap = live.countsByUnit()
    for (const [unitId, load] of loads) load.people = Math.max(1, onMap.get(unitId) ?? 1)
    const people = new Map<number, Person>()
    let network: Recommendation['network'] = 'roads'
    for (let limit = looked; ; limit *= 2) {
      const near = live.nearest(scopeOf(caller), { lng: incident.lng, lat: incident.lat, limit })
      const fresh = near.filter(({ officerId }) => !people.has(officerId))
      const ids = fresh.map(({ officerId }) => officerId)
      const rows = await db.scoped(scopeOf(caller), (tx) => listPeople(tx, ids))
      const rowOf = new Map(rows.map((row) => [row.officerId, row]))
      const known = fresh.flatMap((one) => {
        const row = rowOf.get(one.officerId)
        return row ? [{ ...one, ...row }] : []
      })
      const answered = await costsTo(incident, known)
      network = answered.network
      known.forEach((one, i) => {
        people.set(one.officerId, {
          officerId: one.officerId,
          name: one.name,
          unitId: one.unitId,
          unitName: one.unitName,
          mode: one.mode,
          meters: one.meters,
          cost: answered.costs[i] ?? 'no-way',
          ageSeconds: (at.getTime() - Date.parse(one.recordedAt)) / 1000,
          ownGrid:
            one.dutyGridId !== null && incident.path.includes(one.dutyGridId) && one.dutyGridId !== townId,
          ...(busy.get(one.officerId) ?? { open: 0, pressing: 0 }),
        })
      })
      const answer = recommend([...people.values()], { needed, loads, crow: network !== 'roads' })
      // Whoever is farther than all these cannot come before the last of those proposed, however fast and free they are.
      const farthest = near.at(-1)?.meters ?? 0
      const last = answer.candidates[mostProposed - 1]
      const soonest = farthest / roads.state().fastest / 60 + usualWeights.ownGrid
      if (near.length < limit || (last && soonest > last.score) || limit >= mostLooked)
        return { incidentId: id, at: at.toISOString(), network, considered: people.size, needed, ...answer }
    }
  }

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
      async (c) => c.json(await recommendFor(callerOf(c), c.req.valid('param').id), 200),
    )
    .openapi(
      route({
        method: 'get',
        path: '/incidents/{id}/journey',
        access: desks,
        summary: 'The way from where an officer is now to a case, by road',
        request: { params: idParam, query: journeyQuery },
        responses: { 200: json(journey) },
      }),
      async (c) => {
        const caller = callerOf(c)
        const { officerId } = c.req.valid('query')
        const { incident, person } = await db.scoped(scopeOf(caller), async (tx) => ({
          incident: await findIncident(tx, c.req.valid('param').id),
          person: (await listPeople(tx, [officerId]))[0],
        }))
        if (!incident) throw notFound('incident')
        if (!person) throw notFound('officer')
        const here = live.find(scopeOf(caller), officerId)
        if (!here)
          throw new Refusal(
            409,
            'no-position',
            `${person.name} has no position now: not on shift, or not heard.`,
          )
        const { state } = roads.state()
        if (state === 'loading')
          throw new Refusal(409, 'roads-loading', 'The roads are being read. Try again in a moment.')
        if (state !== 'ready')
          throw new Refusal(
            409,
            'no-roads',
            'There is no road network here. Import one: npm run import -- roads <file>.',
          )
        const { lng, lat } = incident
        const way = await roads.ask({
          ask: 'route',
          from: { lng: here.lng, lat: here.lat },
          to: { lng, lat },
          mode: person.mode,
        })
        if (way === 'off-network')
          throw new Refusal(409, 'off-network', 'One of the two is more than 500 m from every road.')
        if (way === 'no-way') throw new Refusal(409, 'no-way', 'No road leads from there to here.')
        return c.json({ ...way, mode: person.mode }, 200)
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
}
