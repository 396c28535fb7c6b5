import type { ReportKind } from '../contract/report-rules.ts'

// Days are texts like 2026-11-22 by the town's calendar; weeks are ISO 8601's, Monday to Sunday.

export interface Span {
  from: string
  to: string
}

const dayMs = 86_400_000
const asDay = (ms: number) => new Date(ms).toISOString().slice(0, 10)
const at = (day: string) => Date.parse(`${day}T00:00:00Z`)
export const addDays = (day: string, days: number) => asDay(at(day) + days * dayMs)
/** Both ends included. */
export const daysIn = ({ from, to }: Span) => Math.round((at(to) - at(from)) / dayMs) + 1
export const partsOf = (day: string) => day.split('-').map(Number) as [number, number, number]
const day = (year: number, month: number, date: number) => asDay(Date.UTC(year, month - 1, date))
/** 1 Monday … 7 Sunday. */
export const weekdayOf = (one: string) => ((new Date(at(one)).getUTCDay() + 6) % 7) + 1

/** The same day some years ago; 29 February becomes the 28th. */
function yearsBefore(one: string, years: number): string {
  const [year, month, date] = partsOf(one)
  return day(year - years, month, Math.min(date, new Date(Date.UTC(year - years, month, 0)).getUTCDate()))
}
const monthsOf = { month: 1, quarter: 3 } as const

/** The week, month or quarter that a day lies in. */
export function periodOf(kind: Exclude<ReportKind, 'range'>, one: string): Span {
  if (kind === 'week') {
    const from = addDays(one, 1 - weekdayOf(one))
    return { from, to: addDays(from, 6) }
  }
  const [year, month] = partsOf(one)
  const first = month - ((month - 1) % monthsOf[kind])
  return { from: day(year, first, 1), to: day(year, first + monthsOf[kind], 0) }
}

/** The period before, of the calendar's own length. */
export function before(kind: ReportKind, span: Span): Span {
  const to = addDays(span.from, -1)
  return kind === 'range' ? { from: addDays(span.from, -daysIn(span)), to } : periodOf(kind, to)
}

/** The same period a year before: 52 weeks for a week, so that it has the same weekdays. */
export function yearBefore(kind: ReportKind, span: Span): Span {
  if (kind === 'week') return { from: addDays(span.from, -364), to: addDays(span.to, -364) }
  const from = yearsBefore(span.from, 1)
  return kind === 'range' ? { from, to: yearsBefore(span.to, 1) } : periodOf(kind, from)
}

/** ISO 8601: the week with the year's first Thursday is its first. */
export function weekNumber(one: string): { year: number; week: number } {
  const thursday = addDays(one, 4 - weekdayOf(one))
  const [year] = partsOf(thursday)
  return { year, week: Math.floor((at(thursday) - at(day(year, 1, 1))) / dayMs / 7) + 1 }
}

const formats = new Map<string, Intl.DateTimeFormat>()
function localMs(instant: number, timeZone: string): number {
  const held =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' })
  formats.set(timeZone, held)
  return Date.parse(`${held.format(new Date(instant)).replace(' ', 'T')}Z`)
}
/** The day it is in a time zone. */
export const dayAt = (instant: Date, timeZone: string) => asDay(localMs(instant.getTime(), timeZone))

/** The instant of an hour of a day in a time zone; what the clock skips in spring is the first moment after, of what comes twice the first. */
export function instantOf(one: string, hour: number, timeZone: string): Date {
  const wanted = at(one) + hour * 3_600_000
  const offsets = [wanted - dayMs, wanted + dayMs].map((near) => localMs(near, timeZone) - near)
  const fits = offsets.map((offset) => wanted - offset).filter((found) => localMs(found, timeZone) === wanted)
  return new Date(fits.length > 0 ? Math.min(...fits) : wanted - Math.min(...offsets))
}

/** When a period's briefing is due: at an hour of the day after its last. */
export const dueAt = (span: Span, hour: number, timeZone: string) =>
  instantOf(addDays(span.to, 1), hour, timeZone)

/** The first period whose briefing falls due after an instant. */
export function nextPeriod(
  kind: Exclude<ReportKind, 'range'>,
  { hour, timeZone, after }: { hour: number; timeZone: string; after: Date },
): Span {
  let span = before(kind, periodOf(kind, dayAt(after, timeZone)))
  while (dueAt(span, hour, timeZone) <= after) span = periodOf(kind, addDays(span.to, 1))
  return span
}
