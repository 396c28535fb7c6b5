import type { Grid } from '../../api/contract/grid.ts'
import type { Duty } from '../../api/contract/staffing.ts'
import type { Officer, Unit } from '../../api/contract/unit.ts'
import { dayDate, hourMinute } from '../format.ts'

// Rows and bars of the duty calendar: people by squad, their duties by the day on which they begin.

export interface Group {
  id: string
  name: string
  /** Of the squad, in the categorical palette. */
  color: number | null
  officers: readonly Officer[]
}

const byCode = (a: Officer, b: Officer) => (a.code < b.code ? -1 : 1)

/** Squads with their officers, then members by the level-1 grid of their duty; whoever has neither comes last. */
export function groupsOf(
  officers: Iterable<Officer>,
  { units, grids, noUnit }: { units: readonly Unit[]; grids: ReadonlyMap<number, Grid>; noUnit: string },
): Group[] {
  const all = [...officers].toSorted(byCode)
  // A squad may have hundreds of members who walk their own grids: they are looked for by grid.
  const inUnit = Map.groupBy(all, ({ kind, unitId, dutyGridId }) =>
    kind === 'member' && dutyGridId !== null ? null : unitId,
  )
  const groups = units.map(
    ({ id, name, color }): Group => ({ id: `unit-${id}`, name, color, officers: inUnit.get(id) ?? [] }),
  )
  const others = Map.groupBy(
    inUnit.get(null) ?? [],
    ({ dutyGridId }) => grids.get(dutyGridId ?? 0)?.path[1] ?? 0,
  )
  const members = [...others].map(
    ([gridId, of]): Group => ({
      id: `grid-${gridId}`,
      name: grids.get(gridId)?.name ?? noUnit,
      color: null,
      officers: of,
    }),
  )
  const code = ({ id }: Group) => grids.get(Number(id.slice(5)))?.code ?? '~'
  return [...groups, ...members.toSorted((a, b) => (code(a) < code(b) ? -1 : 1))].filter(
    (group) => group.officers.length > 0,
  )
}

/** What one choice of the calendar shows. `squads`, `planned`, or the id of one group. */
export function shownGroups(groups: readonly Group[], choice: string, planned: ReadonlySet<number>): Group[] {
  if (choice === 'squads') return groups.filter(({ color }) => color !== null)
  if (choice !== 'planned') return groups.filter(({ id }) => id === choice)
  return groups
    .map((group) => ({ ...group, officers: group.officers.filter(({ id }) => planned.has(id)) }))
    .filter(({ officers }) => officers.length > 0)
}

export interface Bar {
  duty: Duty
  from: string
  to: string
  /** A slot keeps its hue wherever it stands. */
  hue: number
}

/** Hues that are told apart from each other and from what they stand on. */
const hues = [0, 4, 2, 1, 5, 6]

/** Duties by person and by the day on which they begin: `${officerId} ${day}`. */
export function barsOf(duties: readonly Duty[], timeZone: string): ReadonlyMap<string, readonly Bar[]> {
  const labels = [...new Set(duties.map(({ label }) => label))]
  return Map.groupBy(
    duties.map((duty) => ({
      duty,
      from: hourMinute(Date.parse(duty.startsAt), timeZone),
      to: hourMinute(Date.parse(duty.endsAt), timeZone),
      hue: hues[labels.indexOf(duty.label) % hues.length] ?? 0,
    })),
    ({ duty }) => `${duty.officerId} ${dayDate(Date.parse(duty.startsAt), timeZone)}`,
  )
}

/** Whole and half hours that somebody is on duty. */
export const hoursOf = ({ startsAt, endsAt }: Duty): number =>
  (Date.parse(endsAt) - Date.parse(startsAt)) / 3_600_000
