import type { ClassNeeds } from '../contract/abilities.ts'
import type { DispatchSettings, StormProposal } from '../contract/dispatch.ts'
import { assign } from './assignment.ts'
import type { WaitingRow } from './queries.ts'
import { freeSquads, type Person, teamOf } from './recommend.ts'
import type { Cost } from './thread.ts'

/** A case of a storm: what it takes, and how heavy it is (see `weightOf`). */
export interface StormCase extends WaitingRow {
  needs: ClassNeeds
  weight: number
}
type Free = ReturnType<typeof freeSquads>['squads'] extends Map<number, (infer F)[]> ? F : never

/** Each step of weight makes a minute of waiting so many times worse. */
const worse = 4

/**
 * Who goes where so that all cases together wait the least, the weightier ones counted more: the assignment problem, with minutes times
 * weight for a cost. A case for several people is given one of them by the assignment, who brings the nearest of the squad; where two
 * such cases want the same colleague, the weightier has them and the other is assigned anew. `costs` by case, then by person.
 */
export function proposeStorm(
  cases: readonly StormCase[],
  people: readonly Person[],
  { costs, settings }: { costs: readonly (readonly Cost[])[]; settings: DispatchSettings },
): Pick<StormProposal, 'people' | 'items' | 'left' | 'meanSeconds' | 'greedySeconds'> {
  const columnOf = new Map(people.map(({ officerId }, i) => [officerId, i]))
  // Whoever is on something is left at it: a storm is for those who are free. That there is a way is asked case by case.
  const free = [
    ...freeSquads(
      people.map((one) => ({ ...one, cost: 0 })),
      { weight: -1, settings },
    ).squads.values(),
  ]
    .flat()
    .filter(({ open }) => open === 0)
  const squadOf = Map.groupBy(free, ({ unitId }) => unitId)
  const seconds = (i: number, one: Free): number => {
    if (one.officerId === cases[i]?.inDanger) return Number.POSITIVE_INFINITY
    const cost = costs[i]?.[columnOf.get(one.officerId) ?? -1]
    return typeof cost === 'number' && cost <= settings.stormMinutes * 60 ? cost : Number.POSITIVE_INFINITY
  }
  // No case needs to look farther than so many: the others cannot take all of these.
  const enough = cases.reduce((sum, { needs }) => sum + needs.people + needs.certified, 0)
  const takesOne = ({ needs }: StormCase) => needs.people <= 1 && needs.certified <= 1
  /** Those who would go of some people, if they are enough and able. */
  const teamIn = ({ needs }: StormCase, some: readonly Free[]): Free[] | null => {
    const { going, lacks } = teamOf(some, needs)
    return lacks.length === 0 && going.length >= needs.people ? going : null
  }
  /** Who can come to a case, the nearest first: as many as could matter, and by squad. */
  const near = cases.map((one, i) => {
    const sorted = free
      .filter((person) => seconds(i, person) < Number.POSITIVE_INFINITY)
      .sort((a, b) => seconds(i, a) - seconds(i, b) || a.officerId - b.officerId)
    const able = takesOne(one) ? sorted.filter((person) => teamIn(one, [person])) : sorted
    return { first: able.slice(0, enough), byUnit: Map.groupBy(sorted, ({ unitId }) => unitId) }
  })
  /** Who would go to a case together, of those not yet used: one alone, or the first of a squad. */
  const teamsFor = (i: number, used: ReadonlySet<number>): Free[][] => {
    const one = cases[i] as StormCase
    const isFree = (person: Free) => !used.has(person.officerId)
    if (takesOne(one)) return (near[i]?.first ?? []).filter(isFree).map((person) => [person])
    return [...(near[i]?.byUnit.values() ?? [])].flatMap((squad) => {
      const team = teamIn(one, squad.filter(isFree))
      return team ? [team] : []
    })
  }
  const arrival = (i: number, team: readonly Free[]) => Math.max(...team.map((one) => seconds(i, one)))

  function solve(): Map<number, Free[]> {
    const used = new Set<number>()
    const found = new Map<number, Free[]>()
    for (let open = cases.map((_, i) => i); open.length > 0; ) {
      const there = [...new Set(open.flatMap((i) => near[i]?.first ?? []))].filter(
        ({ officerId }) => !used.has(officerId),
      )
      // A column for each case more: to go without, which costs nothing where a served case costs less than nothing.
      const width = there.length + open.length
      const table = new Float64Array(open.length * width)
      const columnAt = new Map(there.map(({ officerId }, column) => [officerId, column]))
      const teams = open.map(
        (i) => new Map(teamsFor(i, used).flatMap((team) => team.map((one) => [one.officerId, team]))),
      )
      open.forEach((i, row) => {
        const { weight } = cases[i] as StormCase
        table.fill(1e6, row * width, row * width + there.length)
        for (const [officerId, team] of teams[row] ?? []) {
          const column = columnAt.get(officerId)
          const minutes = arrival(i, team) / 60 - 2 * settings.stormMinutes
          if (column !== undefined) table[row * width + column] = worse ** weight * minutes
        }
      })
      const taken = assign(table, open.length, width)
      const again: number[] = []
      let placed = 0
      for (const row of open.keys()) {
        const i = open[row] as number
        const one = there[taken[row] ?? -1]
        if (!one || (table[row * width + (taken[row] ?? 0)] ?? 0) >= 0) continue
        const team = teams[row]?.get(one.officerId)
        if (!team || team.some(({ officerId }) => used.has(officerId))) {
          again.push(i)
          continue
        }
        for (const { officerId } of team) used.add(officerId)
        found.set(i, team)
        placed += 1
      }
      open = placed > 0 ? again : []
    }
    return found
  }
  function nearestFirst(): Map<number, Free[]> {
    const used = new Set<number>()
    const found = new Map<number, Free[]>()
    for (const i of cases.keys()) {
      const [best] = teamsFor(i, used).sort((a, b) => arrival(i, a) - arrival(i, b))
      if (!best) continue
      for (const { officerId } of best) used.add(officerId)
      found.set(i, best)
    }
    return found
  }
  const meanOf = (found: ReadonlyMap<number, Free[]>) =>
    found.size === 0
      ? 0
      : Math.round([...found].reduce((sum, [i, team]) => sum + arrival(i, team), 0) / found.size)

  const found = solve()
  const brief = ({ id, number, title, severity }: StormCase) => ({ incidentId: id, number, title, severity })
  return {
    people: free.length,
    items: [...found]
      .sort(([a], [b]) => a - b)
      .map(([i, team]) => ({
        ...brief(cases[i] as StormCase),
        version: (cases[i] as StormCase).version,
        unitId: team[0]?.unitId ?? 0,
        unitName: team[0]?.unitName ?? '',
        officers: team.map((one) => ({ officerId: one.officerId, name: one.name, seconds: seconds(i, one) })),
        seconds: arrival(i, team),
      })),
    left: cases.flatMap((one, i) => (found.has(i) ? [] : [{ ...brief(one), why: whyLeft(i) }])),
    meanSeconds: meanOf(found),
    greedySeconds: meanOf(nearestFirst()),
  }

  function whyLeft(i: number): StormProposal['left'][number]['why'] {
    const able = [...squadOf.values()].filter((squad) => teamIn(cases[i] as StormCase, squad))
    if (free.length > 0 && able.length === 0) return 'nobody-able'
    const near = able.flat().some((one) => seconds(i, one) < Number.POSITIVE_INFINITY)
    return near || free.length === 0 ? 'nobody-left' : 'too-far'
  }
}
