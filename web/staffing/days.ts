import type { DutyPlan } from '../../api/contract/staffing.ts'

// Days of the town as they are written, 2026-11-21: counted in Greenwich, where no day is longer than another.

export interface SpecialDay {
  kind: 'holiday' | 'workday'
  name: string
}
type Special = ReadonlyMap<string, SpecialDay>

const dayMs = 86_400_000
const at = (day: string) => Date.parse(`${day}T00:00:00Z`)
export const isDay = (day: string) => /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(at(day))
export const addDays = (day: string, n: number) => new Date(at(day) + n * dayMs).toISOString().slice(0, 10)
/** 0 is Sunday. */
export const weekdayOf = (day: string) => new Date(at(day)).getUTCDay()

/** Every day from one to another; none when they lie the wrong way round. */
export const daysBetween = (from: string, to: string): string[] =>
  Array.from({ length: Math.max(0, (at(to) - at(from)) / dayMs + 1) }, (_, i) => addDays(from, i))

export type View = 'week' | 'month'
/** The week from its Monday, or the month from its first, that a day lies in. */
export function daysOf(view: View, day: string): string[] {
  if (view === 'week') {
    const monday = addDays(day, -((weekdayOf(day) + 6) % 7))
    return daysBetween(monday, addDays(monday, 6))
  }
  const first = `${day.slice(0, 7)}-01`
  return daysBetween(first, addDays(`${addDays(first, 31).slice(0, 7)}-01`, -1))
}

/** A day in the week or month before or after. */
export function turn(view: View, day: string, by: 1 | -1): string {
  const days = daysOf(view, day)
  return addDays((by < 0 ? days[0] : days.at(-1)) ?? day, by)
}

/** Whether nobody works that day by the calendar: a weekend that is not worked, or a holiday. */
export function isFree(day: string, special: Special): boolean {
  const kind = special.get(day)?.kind
  return kind ? kind === 'holiday' : [0, 6].includes(weekdayOf(day))
}

/** The days that a plan falls on, as the server counts them. */
export const wantedDays = (
  { from, to, days }: Pick<DutyPlan, 'from' | 'to' | 'days'>,
  special: Special,
): string[] =>
  daysBetween(from, to).filter((day) => {
    if (days === 'every') return true
    if (days === 'weekends') return [0, 6].includes(weekdayOf(day))
    return days === 'holidays' ? special.get(day)?.kind === 'holiday' : !isFree(day, special)
  })
