import type { Services } from '../app.ts'
import { usualNeeds } from '../contract/abilities.ts'
import type { Journey, Recommendation } from '../contract/dispatch.ts'
import { sosClass } from '../contract/squad-rules.ts'
import { inScope, type Scope } from '../db/scope.ts'
import { notFound, Refusal } from '../errors.ts'
import type { LiveOfficer } from '../positions/live.ts'
import type { Mode } from './network.ts'
import { findAsked, listLoads, listSent } from './queries.ts'
import {
  crowSeconds,
  type Load,
  leastMinutes,
  mostProposed,
  type Person,
  recommend,
  weightOf,
} from './recommend.ts'
import type { Cost } from './thread.ts'

/** So many of the nearest are looked at first (of 10,000 people, 400 take 4 ms less than 1,600), and so many if somebody farther may be better. */
const firstLooked = 400
const mostLooked = 1600
/** Of these the nearest, who are told of also when they cannot go, and as many of those who could be there soonest, ask for their way first. */
const nearestFirst = 100
const firstAsked = 200
const idle = { open: 0, pressing: 0 }

type Network = Recommendation['network']
type Place = { lng: number; lat: number }
type Near = { one: LiveOfficer; meters: number }
const placeOf = ({ lng, lat }: Place) => ({ lng, lat })

type Ground = Pick<Services, 'db' | 'now' | 'live' | 'locator' | 'roads' | 'roster' | 'settings'>

/** Who could be sent where, from the live picture, the roads and the work there is. */
export function createDispatcher({ db, now, live, locator, roads, roster, settings: set }: Ground) {
  const knownRoads = (): Network => {
    const { state } = roads.state()
    return state === 'ready' ? 'roads' : state === 'loading' ? 'loading' : 'crow'
  }
  /** Seconds of some people to a place; by the crow where no roads are known. */
  async function costsTo(
    to: Place,
    asked: readonly (Place & { mode: Mode; meters: number })[],
  ): Promise<{ network: Network; costs: Cost[] }> {
    const crow = (network: Network) => ({
      network,
      costs: asked.map(({ meters, mode }) => crowSeconds(meters, mode)),
    })
    const network = knownRoads()
    if (network !== 'roads') return crow(network)
    const answer = await roads.ask({
      ask: 'costs',
      to: { lng: to.lng, lat: to.lat },
      people: asked.map(({ lng, lat, mode }) => ({ lng, lat, mode })),
    })
    // A case far from every road is walked to.
    return answer ? { network, costs: answer.costs } : crow('off')
  }

  /** What there is to do, by squad and by person, but for one case; and who is sent where now. */
  async function readWork(without: number) {
    const [rows, sent] = await Promise.all([
      listLoads(db, { townId: locator().townId, without, at: now() }),
      listSent(db),
    ])
    const loads = new Map<number, Load>()
    const busy = new Map<number, { open: number; pressing: number }>()
    for (const { unitId, officerId, open, pressing, today } of rows) {
      const held = loads.get(unitId) ?? { open: 0, today: 0 }
      loads.set(unitId, { open: held.open + open, today: held.today + today })
      if (officerId !== null) {
        const had = busy.get(officerId) ?? { open: 0, pressing: 0 }
        busy.set(officerId, { open: had.open + open, pressing: had.pressing + pressing })
      }
    }
    const onMap = live.countsByUnit()
    for (const [unitId, load] of loads) load.people = Math.max(1, onMap.get(unitId) ?? 1)
    return {
      loads,
      busy,
      weights: new Map(
        sent.map(({ officerId, severity, classCode }) => [
          officerId,
          weightOf(severity, classCode === sosClass),
        ]),
      ),
    }
  }
  type Work = Awaited<ReturnType<typeof readWork>>

  /** What somebody's place, shift and work say before any way is known. `at`: now, in milliseconds. */
  function standingOf({ one: { officerId, recordedAt }, meters }: Near, work: Work, at: number) {
    const { open, pressing } = work.busy.get(officerId) ?? idle
    return {
      meters,
      open,
      pressing,
      sent: work.weights.get(officerId) ?? null,
      ageSeconds: (at - recordedAt) / 1000,
      shiftSeconds: Math.max(0, (at - (roster.since(officerId) ?? at)) / 1000),
    }
  }

  /** Those who are near as people, without what the way costs; whom the scope does not know is left out. */
  function peopleAt(scope: Scope, near: readonly Near[], work: Work) {
    const at = now().getTime()
    return near.flatMap((held) => {
      const { officerId, lng, lat, path } = held.one
      const posting = roster.posting(officerId)
      if (!posting || !inScope(scope, posting.path)) return []
      const areaId = path.at(path.length > 2 ? -2 : -1) ?? 0
      return [{ ...posting, officerId, lng, lat, areaId, ...standingOf(held, work, at) }]
    })
  }

  /** Who should be sent to a case; `without` some units. */
  async function recommendFor(
    scope: Scope,
    id: number,
    without: ReadonlySet<number> = new Set(),
  ): Promise<Recommendation> {
    const at = now()
    const settings = set.now()
    const reading = readWork(id)
    reading.catch(() => {})
    const incident = await db.read(scope, (tx) => findAsked(tx, id))
    if (!incident) throw notFound('incident')
    const needs = incident.needs ?? usualNeeds
    // While the database counts the work.
    const first = live.nearest(scope, { ...placeOf(incident), limit: firstLooked })
    const work = await reading
    const { townId } = locator()
    const question = {
      needs,
      settings,
      weight: weightOf(incident.severity, incident.classCode === sosClass),
      loads: work.loads,
      areas: live.counts(scope),
    }
    const ownGrids = new Set(incident.path.filter((gridId) => gridId !== townId))
    const inOwnGrid = (dutyGridId: number | null | undefined) =>
      dutyGridId != null && ownGrids.has(dutyGridId)
    const { fastest } = roads.state()
    const leastOf = (one: Near) =>
      leastMinutes(
        standingOf(one, work, at.getTime()),
        inOwnGrid(roster.posting(one.one.officerId)?.dutyGridId),
        settings,
        fastest,
      )
    const own = live.among(scope, incident, [...ownGrids].flatMap(roster.onDuty))
    /** The nearest and those of the case's own grids, who is to be asked first in front; and minutes that nobody else can be there in less. */
    function rank(near: readonly Near[], limit: number) {
      const held = new Set(near.map(({ one }) => one.officerId))
      const others = own.filter(({ one }) => !held.has(one.officerId))
      const last = near.length < limit || limit >= mostLooked ? undefined : near.at(-1)
      return {
        ranked: [...near, ...others]
          .map((one, i) => ({ near: one, least: i < nearestFirst ? -1e9 + i : leastOf(one) }))
          .sort((a, b) => a.least - b.least),
        // Metres are whole ones.
        beyond: last ? (last.meters - 1) / fastest / 60 : Number.POSITIVE_INFINITY,
      }
    }
    // With a colleague of the case's own grid a whole team has those minutes less.
    const { people: many, certified, skills, powers, equipment } = needs
    const team = many + certified + skills.length + powers.length + equipment.length > 1
    const shared = team ? Math.min(0, settings.weights.ownGrid) : 0
    let { ranked, beyond } = rank(first, firstLooked)
    const asked = new Set<number>()
    const people: Person[] = []
    for (let [more, better] = [firstAsked, firstAsked]; ; more *= 3) {
      const some = ranked.splice(0, Math.min(more, better)).map(({ near }) => near)
      for (const { one } of some) asked.add(one.officerId)
      const known = peopleAt(scope, some, work).filter(
        ({ officerId, unitId }) =>
          officerId !== incident.inDanger && (unitId === null || !without.has(unitId)),
      )
      const { network, costs } = await costsTo(incident, known)
      known.forEach((one, i) =>
        people.push({ ...one, cost: costs[i] ?? 'no-way', ownGrid: inOwnGrid(one.dutyGridId) }),
      )
      const answer = recommend(people, { ...question, crow: network !== 'roads' })
      // Nobody of the others can come before the last of those proposed, however fast their roads are.
      const last = answer.candidates[mostProposed - 1]
      const worse = (least: number) => last !== undefined && least + shared > last.score
      if (!worse(beyond) && beyond < Number.POSITIVE_INFINITY) {
        const within = last ? (last.score - shared) * 60 * fastest + 1 : Number.POSITIVE_INFINITY
        const wider = live.nearest(scope, { ...placeOf(incident), limit: mostLooked, within })
        ;({ ranked, beyond } = rank(wider, mostLooked))
        ranked = ranked.filter(({ near }) => !asked.has(near.one.officerId))
        // The last score may rise yet: with one more of them asked, another of a squad may be sent, who has less of his own grid.
        if (wider.length < mostLooked) beyond = within / fastest / 60
      }
      const worst = ranked.findIndex(({ least }) => worse(least))
      better = worst < 0 ? ranked.length : worst
      if (better === 0)
        return {
          incidentId: id,
          at: at.toISOString(),
          network,
          considered: people.length,
          needed: needs.people,
          needs,
          ...answer,
        }
    }
  }

  /** The way of somebody from where they are now. Refuses (409) where none can be told. */
  async function wayOf(
    scope: Scope,
    { officerId, name, mode }: { officerId: number; name: string; mode: Mode },
    { lng, lat }: Place,
  ): Promise<Journey> {
    const here = live.find(scope, officerId)
    if (!here)
      throw new Refusal(409, 'no-position', `${name} has no position now: not on shift, or not heard.`)
    const network = knownRoads()
    if (network === 'loading')
      throw new Refusal(409, 'roads-loading', 'The roads are being read. Try again in a moment.')
    if (network !== 'roads')
      throw new Refusal(
        409,
        'no-roads',
        'There is no road network here. Import one: npm run import -- roads <file>.',
      )
    const way = await roads.ask({
      ask: 'route',
      from: { lng: here.lng, lat: here.lat },
      to: { lng, lat },
      mode,
    })
    if (way === 'off-network')
      throw new Refusal(409, 'off-network', 'One of the two is more than 500 m from every road.')
    if (way === 'no-way') throw new Refusal(409, 'no-way', 'No road leads from there to here.')
    return { ...way, mode }
  }

  return { costsTo, readWork, peopleAt, recommendFor, wayOf, knownRoads }
}
