// Days of the town's calendar as strings (2026-11-21): no clock, no zone. A span has both ends.

const dayMs = 86_400_000
export interface Span {
  from: string
  to: string
}

/** Whole days since 1970; NaN where it is no day. */
export const numberOf = (day: string): number => Math.round(Date.parse(`${day}T00:00:00Z`) / dayMs)
export const dayOf = (number: number): string => new Date(number * dayMs).toISOString().slice(0, 10)
export const addDays = (day: string, days: number): string => dayOf(numberOf(day) + days)
/** 1 is Monday (ISO 8601). */
export const weekdayOf = (day: string): number => ((((numberOf(day) + 3) % 7) + 7) % 7) + 1
export const lengthOf = ({ from, to }: Span): number => numberOf(to) - numberOf(from) + 1
export const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && Number.isFinite(numberOf(text)) && dayOf(numberOf(text)) === text
/** The first and the last day that a page may ask for, and how many at once (as the server bounds it). */
export const [firstDay, lastDay] = ['1990-01-01', '2199-12-31']
const mostDays = 3661
export const isSpan = (span: Span): boolean =>
  isDay(span.from) &&
  isDay(span.to) &&
  firstDay <= span.from &&
  span.from <= span.to &&
  span.to <= lastDay &&
  lengthOf(span) <= mostDays

export const daysOf = (span: Span): string[] =>
  Array.from({ length: lengthOf(span) }, (_, i) => addDays(span.from, i))

const firstOf = (day: string) => `${day.slice(0, 8)}01`
const monthsOf = (day: string) => Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1
const firstOfMonth = (months: number) =>
  `${String(Math.floor(months / 12)).padStart(4, '0')}-${String((months % 12) + 1).padStart(2, '0')}-01`
const lastOf = (day: string) => addDays(firstOfMonth(monthsOf(day) + 1), -1)

/** The same day so many months on; the last of the month where it has none such (29 February a year on: the 28th). */
export function addMonths(day: string, months: number): string {
  const first = firstOfMonth(monthsOf(day) + months)
  const wanted = addDays(first, Number(day.slice(8)) - 1)
  return wanted > lastOf(first) ? lastOf(first) : wanted
}

export const presets = [
  'this-week',
  'last-week',
  'this-month',
  'last-month',
  'this-quarter',
  'last-quarter',
  'this-year',
  'last-year',
] as const
export type Preset = (typeof presets)[number]

/** What a preset means on a day; what is not over ends today. */
export function spanOf(preset: Preset, today: string): Span {
  const monday = addDays(today, 1 - weekdayOf(today))
  const quarter = firstOfMonth(Math.floor(monthsOf(today) / 3) * 3)
  const year = `${today.slice(0, 4)}-01-01`
  const before = (first: string, months: number) => ({
    from: addMonths(first, -months),
    to: addDays(first, -1),
  })
  return {
    'this-week': () => ({ from: monday, to: today }),
    'last-week': () => ({ from: addDays(monday, -7), to: addDays(monday, -1) }),
    'this-month': () => ({ from: firstOf(today), to: today }),
    'last-month': () => before(firstOf(today), 1),
    'this-quarter': () => ({ from: quarter, to: today }),
    'last-quarter': () => before(quarter, 3),
    'this-year': () => ({ from: year, to: today }),
    'last-year': () => before(year, 12),
  }[preset]()
}

/** What a page begins with: this month, once there is a week of it. */
export const usualSpan = (today: string): Span =>
  spanOf(Number(today.slice(8)) > 7 ? 'this-month' : 'last-month', today)

/**
 * The period before: of a week (from Monday) the week before, of months the months before, as far into them; of anything else the
 * same number of days before.
 */
export function before(span: Span): Span {
  const { from, to } = span
  const length = lengthOf(span)
  if (weekdayOf(from) === 1 && length <= 7) return { from: addDays(from, -7), to: addDays(to, -7) }
  if (from === firstOf(from)) {
    const months = monthsOf(to) - monthsOf(from) + 1
    const whole = to === lastOf(to)
    return { from: addMonths(from, -months), to: whole ? addDays(from, -1) : addMonths(to, -months) }
  }
  return { from: addDays(from, -length), to: addDays(from, -1) }
}

/** The same days a year ago. */
export const yearBefore = ({ from, to }: Span): Span => ({
  from: addMonths(from, -12),
  to: addMonths(to, -12),
})

/** The part of `other` that lies in it as `part` lies in `span`, day by day; null where it has no such days. */
export function alongside(part: Span, span: Span, other: Span): Span | null {
  const from = addDays(other.from, numberOf(part.from) - numberOf(span.from))
  const to = addDays(from, lengthOf(part) - 1)
  if (from > other.to) return null
  return { from, to: to > other.to ? other.to : to }
}
