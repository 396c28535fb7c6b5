import { type ClassNeeds, type OfficerAbilities, usualNeeds } from '../contract/abilities.ts'
import { type Candidate, type DispatchSettings, type NearMiss, usualSettings } from '../contract/dispatch.ts'
import { metersBetween } from '../positions/nearby.ts'
import type { Mode } from './network.ts'
import type { Cost } from './thread.ts'

/** Somebody on shift with a position, as the recommendation sees them. */
export interface Person extends OfficerAbilities {
  officerId: number
  name: string
  unitId: number | null
  unitName: string | null
  mode: Mode
  lng: number
  lat: number
  /** As the crow flies. */
  meters: number
  cost: Cost
  /** Since the last fix. */
  ageSeconds: number
  /** Since the shift began. */
  shiftSeconds: number
  ownGrid: boolean
  /** The grid they stand in, one level above the smallest: what is left uncovered when the last one goes. */
  areaId: number
  /** Open cases that name them, and how many of those are urgent and under way: nobody is called away from these. */
  open: number
  pressing: number
  /** The weight of the case they are sent to now. */
  sent: number | null
}
/** Cases of a unit that are open, and those it was given today. */
export interface Load {
  open: number
  today: number
  /** People of the unit who are on shift with a position; as many as were looked at where that is not said. */
  people?: number
}
/** What a case weighs: who is on one of less may be called away. A colleague in danger outweighs everything. */
export const weightOf = (severity: 'minor' | 'usual' | 'urgent', sos = false) =>
  sos ? sosWeight : { minor: 0, usual: 1, urgent: 2 }[severity]
export const sosWeight = 3

export interface Question {
  needs?: ClassNeeds
  weight?: number
  loads: ReadonlyMap<number, Load>
  /** How many people are in each area now. */
  areas?: ReadonlyMap<number, number>
  crow?: boolean
  settings?: DispatchSettings
}

export const mostProposed = 5
const mostMisses = 8
const workingDay = 8 * 3600

/** How long somebody takes where no roads are known: a third more than the crow flies, at a usual speed. */
export const crowSeconds = (meters: number, mode: Mode): number =>
  Math.round((meters * 1.3) / ((mode === 'drive' ? 25 : 4.5) / 3.6))

type Free = Person & { cost: number; unitId: number }
const later = (one: Free, { weights }: DispatchSettings) =>
  one.cost / 60 + weights.interrupts * leaves(one) + weights.stale * (one.ageSeconds / 60)
/** What lies when they go: open cases that name them, and the one they are sent to. */
const leaves = ({ open, sent }: Pick<Person, 'open' | 'sent'>) => open + (sent === null ? 0 : 1)

/** Minutes that whoever goes with somebody counts at least, on a road as fast as the fastest (m/s). No weight but that of the own grid is negative. */
export const leastMinutes = (
  one: Pick<Person, 'meters' | 'ageSeconds' | 'shiftSeconds' | 'open' | 'sent'>,
  ownGrid: boolean,
  { weights }: DispatchSettings,
  fastest: number,
) =>
  one.meters / fastest / 60 +
  (ownGrid ? weights.ownGrid : 0) +
  weights.interrupts * leaves(one) +
  (one.ageSeconds > 60 ? (weights.stale * one.ageSeconds) / 60 : 0) +
  (weights.rest * Math.max(0, one.shiftSeconds - workingDay)) / 3600

/** Why somebody cannot be sent; null: they can. */
function missOf(one: Person, weight: number, silentSeconds: number): [NearMiss['why'], number | null] | null {
  if (one.unitId === null) return ['no-unit', null]
  if (one.ageSeconds > silentSeconds) return ['silent', Math.round(one.ageSeconds)]
  if (one.sent !== null && one.sent >= weight) return ['sent', null]
  if (one.pressing > 0 && weight < sosWeight) return ['busy', one.pressing]
  return typeof one.cost === 'string' ? [one.cost, null] : null
}
/** Those who can be sent, by squad, each squad in the order in which its people should go; and those who cannot. */
export function freeSquads(
  people: readonly Person[],
  { weight = weightOf('usual'), settings = usualSettings }: Pick<Question, 'weight' | 'settings'>,
) {
  const squads = new Map<number, Free[]>()
  const missed: { one: Person; why: NearMiss['why']; value: number | null }[] = []
  for (const one of people) {
    const miss = missOf(one, weight, settings.silentSeconds)
    if (miss) {
      missed.push({ one, why: miss[0], value: miss[1] })
      continue
    }
    const free = one as Free
    const squad = squads.get(free.unitId)
    if (squad) squad.push(free)
    else squads.set(free.unitId, [free])
  }
  for (const squad of squads.values())
    squad.sort((a, b) => later(a, settings) - later(b, settings) || a.officerId - b.officerId)
  return { squads, missed }
}

const kinds = ['skills', 'powers', 'equipment'] as const
/** Who of a squad goes: first whoever has what is needed, then the certified, then the next; and what is lacking. */
export function teamOf<P extends Pick<Person, 'certified' | 'skills' | 'powers' | 'equipment'>>(
  squad: readonly P[],
  needs: ClassNeeds,
): { going: P[]; lacks: string[] } {
  const going: P[] = []
  const lacks: string[] = []
  const take = (fits: (one: P) => boolean) => {
    const found = squad.find((one) => !going.includes(one) && fits(one))
    if (found) going.push(found)
    return found !== undefined
  }
  for (const kind of kinds)
    for (const word of needs[kind]) {
      const has = (one: P) => one[kind].includes(word)
      if (!going.some(has) && !take(has)) lacks.push(word)
    }
  while (going.filter((one) => one.certified).length < needs.certified)
    if (!take((one) => one.certified)) {
      lacks.push('certified')
      break
    }
  while (going.length < needs.people && take(() => true));
  return { going, lacks }
}

/**
 * Squads in the order in which they should be sent, with what speaks for and against each, what they leave uncovered, and who was
 * near but is not among them. A squad is there when all whom the case takes are. The same question has the same answer: ties go by
 * the unit's id.
 */
export function recommend(
  people: readonly Person[],
  question: Question,
): { candidates: Candidate[]; nearMisses: NearMiss[] } {
  const { needs = usualNeeds, loads, areas = new Map(), crow = false, settings = usualSettings } = question
  const { squads, missed } = freeSquads(people, question)
  const nearMisses: NearMiss[] = []
  const miss = (one: Person, why: NearMiss['why'], value: number | null, lacks: string[] = []) =>
    nearMisses.push({
      officerId: one.officerId,
      unitId: one.unitId,
      name: one.name,
      meters: one.meters,
      why,
      value,
      lacks,
    })
  for (const { one, why, value } of missed) miss(one, why, value)
  const proposed: { candidate: Candidate; going: Free[] }[] = []
  for (const [unitId, squad] of squads) {
    const { going, lacks } = teamOf(squad, needs)
    const [nearest] = squad
    if (!nearest) continue
    if (lacks.length > 0) miss(nearest, 'unable', null, lacks)
    else if (going.length < needs.people) miss(nearest, 'too-few', going.length)
    else
      proposed.push({
        going,
        candidate: judge(unitId, going, { squad, needs, loads, areas, crow, settings }),
      })
  }
  proposed.sort(({ candidate: a }, { candidate: b }) => a.score - b.score || a.unitId - b.unitId)
  nearMisses.sort((a, b) => a.meters - b.meters || (a.officerId ?? 0) - (b.officerId ?? 0))
  const free = [...squads.values()].flat()
  return {
    candidates: proposed.slice(0, mostProposed).map(({ candidate, going }) => ({
      ...candidate,
      gaps: gapsOf(going, areas).map((areaId) => ({
        gridId: areaId,
        moveUp: whoMovesUp(areaId, { going, free, areas }),
      })),
    })),
    nearMisses: nearMisses.slice(0, mostMisses),
  }
}

function judge(
  unitId: number,
  going: readonly Free[],
  {
    squad,
    needs,
    loads,
    areas,
    crow,
    settings: { weights },
  }: Required<Omit<Question, 'weight'>> & { squad: readonly Free[] },
): Candidate {
  const last = going.reduce((a, b) => (b.cost > a.cost ? b : a))
  const load = loads.get(unitId) ?? { open: 0, today: 0 }
  const inUnit = load.people ?? squad.length
  const reasons: Candidate['reasons'] = []
  let score = 0
  const add = (code: Candidate['reasons'][number]['code'], value: number, minutes: number) => {
    score += minutes
    reasons.push({ code, value, minutes: hundredths(minutes) })
  }
  add(crow ? 'crow' : 'minutes', last.cost, last.cost / 60)
  const asked = needs.certified + kinds.reduce((sum, kind) => sum + needs[kind].length, 0)
  if (asked > 0) add('able', asked, 0)
  const own = going.filter((one) => one.ownGrid).length
  if (own > 0) add('own-grid', own, weights.ownGrid)
  if (load.open === 0) add('free', 0, 0)
  else add('load', load.open, (weights.open * load.open) / inUnit)
  if (load.today > 0) add('today', load.today, (weights.today * load.today) / inUnit)
  const left = going.reduce((sum, one) => sum + leaves(one), 0)
  if (left > 0) add('interrupts', left, weights.interrupts * left)
  const age = Math.max(...going.map((one) => one.ageSeconds))
  if (age > 60) add('stale', Math.round(age), (weights.stale * age) / 60)
  const shift = Math.max(...going.map((one) => one.shiftSeconds))
  if (shift > workingDay) add('rest', Math.round(shift), (weights.rest * (shift - workingDay)) / 3600)
  const gaps = gapsOf(going, areas).length
  if (gaps > 0) add('gap', gaps, weights.gap * gaps)
  return {
    unitId,
    unitName: last.unitName ?? '',
    officers: going.map(({ officerId, name, cost, meters }) => ({ officerId, name, seconds: cost, meters })),
    seconds: last.cost,
    score: hundredths(score),
    reasons,
    gaps: [],
  }
}
const hundredths = (minutes: number) => Math.round(minutes * 100) / 100

/** Areas in which nobody is left when some people go. */
function gapsOf(going: readonly Person[], areas: ReadonlyMap<number, number>): number[] {
  const gone = Map.groupBy(going, (one) => one.areaId)
  return [...gone].flatMap(([areaId, some]) =>
    (areas.get(areaId) ?? Number.POSITIVE_INFINITY) - some.length <= 0 ? [areaId] : [],
  )
}
/** The nearest to an area who is sent nowhere and leaves somebody behind where they stand. */
function whoMovesUp(
  areaId: number,
  {
    going,
    free,
    areas,
  }: { going: readonly Free[]; free: readonly Free[]; areas: ReadonlyMap<number, number> },
) {
  const goes = going.find((one) => one.areaId === areaId)
  if (!goes) return null
  let nearest: { officerId: number; name: string; meters: number } | null = null
  for (const one of free) {
    const there = (areas.get(one.areaId) ?? 0) - going.filter((other) => other.areaId === one.areaId).length
    if (going.includes(one) || one.sent !== null || one.areaId === areaId || there < 2) continue
    const meters = Math.round(metersBetween(one.lng, one.lat, goes.lng, goes.lat))
    if (
      !nearest ||
      meters < nearest.meters ||
      (meters === nearest.meters && one.officerId < nearest.officerId)
    )
      nearest = { officerId: one.officerId, name: one.name, meters }
  }
  return nearest
}
