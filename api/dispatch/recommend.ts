import type { Candidate, NearMiss } from '../contract/dispatch.ts'
import type { Cost } from './thread.ts'

/** Somebody on shift with a position, as the recommendation sees them. */
export interface Person {
  officerId: number
  name: string
  unitId: number | null
  unitName: string | null
  mode: 'drive' | 'walk'
  /** As the crow flies. */
  meters: number
  cost: Cost
  /** Since the last fix. */
  ageSeconds: number
  ownGrid: boolean
  /** Open cases that name them, and how many of those are urgent and under way: nobody is called away from these. */
  open: number
  pressing: number
}
/** Cases of a unit that are open, and those it was given today. */
export interface Load {
  open: number
  today: number
  /** People of the unit who are on shift with a position; as many as were looked at where that is not said. */
  people?: number
}
/** What speaks for or against, in minutes of road. */
export interface Weights {
  ownGrid: number
  /** For each open case per person there. */
  open: number
  /** For each case of today per person there. */
  today: number
  /** For each open case that somebody who goes leaves lying. */
  interrupts: number
  /** For each minute since the last fix. */
  stale: number
}
export const usualWeights: Weights = { ownGrid: -2, open: 0.5, today: 0.2, interrupts: 6, stale: 0.5 }

export const mostProposed = 5
const mostMisses = 8
/** A phone that was silent so long may be anywhere. */
const silentSeconds = 300

/** How long somebody takes where no roads are known: a third more than the crow flies, at a usual speed. */
export const crowSeconds = (meters: number, mode: Person['mode']): number =>
  Math.round((meters * 1.3) / ((mode === 'drive' ? 25 : 4.5) / 3.6))

/**
 * Squads in the order in which they should be sent, with what speaks for and against each, and who was near but is not among them.
 * A squad is there when `needed` of it are. The same question has the same answer: ties go by the unit's id.
 */
export function recommend(
  people: readonly Person[],
  {
    needed,
    loads,
    crow = false,
    weights = usualWeights,
  }: { needed: number; loads: ReadonlyMap<number, Load>; crow?: boolean; weights?: Weights },
): { candidates: Candidate[]; nearMisses: NearMiss[] } {
  const nearMisses: NearMiss[] = []
  const miss = (one: Person, why: NearMiss['why'], value: number | null = null) =>
    nearMisses.push({
      officerId: one.officerId,
      unitId: one.unitId,
      name: one.name,
      meters: one.meters,
      why,
      value,
    })
  const squads = new Map<number, (Person & { cost: number; unitId: number })[]>()
  for (const one of people) {
    const { unitId, cost } = one
    if (unitId === null) miss(one, 'no-unit')
    else if (one.ageSeconds > silentSeconds) miss(one, 'silent', Math.round(one.ageSeconds))
    else if (one.pressing > 0) miss(one, 'busy', one.pressing)
    else if (typeof cost === 'string') miss(one, cost)
    else squads.set(unitId, [...(squads.get(unitId) ?? []), { ...one, unitId, cost }])
  }
  const candidates: Candidate[] = []
  for (const [unitId, squad] of squads) {
    const later = (one: Person & { cost: number }) => one.cost / 60 + weights.interrupts * one.open
    squad.sort((a, b) => later(a) - later(b) || a.officerId - b.officerId)
    const going = squad.slice(0, needed)
    const last = going.toSorted((a, b) => a.cost - b.cost).at(-1)
    if (!last) continue
    if (going.length < needed) {
      miss(last, 'too-few', going.length)
      continue
    }
    const load = loads.get(unitId) ?? { open: 0, today: 0 }
    const reasons: Candidate['reasons'] = [
      {
        code: crow ? 'crow' : 'minutes',
        value: last.cost,
        minutes: last.cost / 60,
      },
    ]
    const add = (code: Candidate['reasons'][number]['code'], value: number, minutes: number) =>
      reasons.push({ code, value, minutes: Math.round(minutes * 100) / 100 })
    const own = going.filter((one) => one.ownGrid).length
    if (own > 0) add('own-grid', own, weights.ownGrid)
    if (load.open === 0) add('free', 0, 0)
    else add('load', load.open, (weights.open * load.open) / (load.people ?? squad.length))
    if (load.today > 0) add('today', load.today, (weights.today * load.today) / (load.people ?? squad.length))
    const left = going.reduce((sum, one) => sum + one.open, 0)
    if (left > 0) add('interrupts', left, weights.interrupts * left)
    const age = Math.max(...going.map((one) => one.ageSeconds))
    if (age > 60) add('stale', Math.round(age), (weights.stale * age) / 60)
    candidates.push({
      unitId,
      unitName: last.unitName ?? '',
      officers: going.map(({ officerId, name, cost, meters }) => ({
        officerId,
        name,
        seconds: cost,
        meters,
      })),
      seconds: last.cost,
      score: Math.round(reasons.reduce((sum, { minutes }) => sum + minutes, 0) * 100) / 100,
      reasons: reasons.map((one) => ({ ...one, minutes: Math.round(one.minutes * 100) / 100 })),
    })
  }
  candidates.sort((a, b) => a.score - b.score || a.unitId - b.unitId)
  nearMisses.sort((a, b) => a.meters - b.meters || (a.officerId ?? 0) - (b.officerId ?? 0))
  return { candidates: candidates.slice(0, mostProposed), nearMisses: nearMisses.slice(0, mostMisses) }
}
