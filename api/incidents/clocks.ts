import type { Calendar, Limit, TimeKind } from '../contract/clock.ts'
import { Refusal } from '../errors.ts'

// The clocks of an incident's stages. What counts, by the wall clock of the town's zone:
//
//   natural  every minute
//   work     minutes within the season's slots on working days: Monday to Friday, less the holidays, plus the make-up days
//   urgent   minutes within the urgent slots, every day of the year
//   workday  whole working days; the day it begins is not counted (期间开始之日不计). Shares, pauses and lights of such a limit
//            are measured in work minutes.
//
// Where summer time begins, a slot loses what the wall clock skips; where it ends, what the wall clock shows twice counts twice.
// Each year is one table of the instants between which time counts, made when first asked for; questions are then binary searches.

/** The share of the counted time after which a light turns yellow. */
export const warnShare = 0.8

/** All instants are Unix milliseconds; those outside the years 1970 to 2200, NaN included, are refused with a RangeError. */
export interface Clock {
  /**
   * When a limit that begins now ends. Hours: once so many have been counted. Days: at the end of the last slot of the N-th working
   * day after the day of the start; of a fraction (2.5) when that share of the next working day's (the third's) own minutes has
   * passed. Never earlier for a later start or a longer limit.
   */
  deadline(startMs: number, limit: Limit): number
  /** Minutes counted between two instants; 0 where the second is not later. */
  worked(fromMs: number, toMs: number, kind: TimeKind): number
  /** The earliest instant by which so many minutes (kept to the millisecond) have been counted: the end of a slot, not the begin of the next; for 0 the start. */
  after(startMs: number, minutes: number, kind: TimeKind): number
  /** The instant by which 80 % of the counted time between start and due has passed. */
  warnAt(startMs: number, dueMs: number, kind: TimeKind): number
  /**
   * Where a due (or a warnAt) lies after a pause: what was left at its begin, laid out again from its end, and never before the old
   * due. A pause in which nothing counts moves nothing. What was overdue stays so by as many counted minutes, by 1 ms at least.
   */
  resumeDue(pausedAtMs: number, dueMs: number, resumedAtMs: number, kind: TimeKind): number
  /** The due after an approved 延期: the extra counted from the old due like any other limit. */
  extended(dueMs: number, extra: Limit): number
}

/** The state of a limit: green, yellow from its warning on, red once it is past its due. */
export function light(now: number, { warnAt, dueAt }: { warnAt: number; dueAt: number }) {
  return now > dueAt ? 'red' : now >= warnAt ? 'yellow' : 'green'
}

/**
 * The clock of a calendar. Throws a RangeError for a zone nobody knows; its functions refuse (409) a limit that finds nothing to count
 * in its year and the five after.
 */
export function createClock(calendar: Calendar): Clock {
  const offsetAt = offsetsOf(calendar.timeZone)
  const years = new Map<number, Year>()
  const yearOf = (number: number): Year => {
    let year = years.get(number)
    if (year) return year
    if (number < 1969 || number > lastYear + 1)
      throw new RangeError(`Clocks run from 1970 to ${lastYear}, not in ${number}.`)
    year = buildYear(number, calendar, offsetAt)
    years.set(number, year)
    return year
  }
  const yearAt = (at: number): Year => {
    checkInstant(at)
    let year = yearOf(1970 + Math.floor(at / meanYearMs))
    while (at < year.begin) year = yearOf(year.number - 1)
    while (at >= year.end) year = yearOf(year.number + 1)
    return year
  }

  /** The year in which a count is reached, looking on from one, and how much of it is left there. */
  const reach = (from: Year, count: number, holds: (year: Year) => number): [Year, number] => {
    let [year, left] = [from, count]
    for (let empty = 0; left > holds(year); year = yearOf(year.number + 1)) {
      empty = holds(year) ? 0 : empty + 1
      if (empty > patienceYears) throw nothingCounts(year.number)
      left -= holds(year)
    }
    return [year, left]
  }

  const workedMs = (fromMs: number, toMs: number, kind: TimeKind): number => {
    checkInstant(fromMs)
    checkInstant(toMs)
    if (toMs <= fromMs) return 0
    if (kind === 'natural') return toMs - fromMs
    const [first, last, track] = [yearAt(fromMs), yearAt(toMs), trackOf[kind]]
    let ms = countAt(last[track], toMs) - countAt(first[track], fromMs)
    for (let number = first.number; number < last.number; number += 1) ms += yearOf(number)[track].total
    return ms
  }
  const afterMs = (startMs: number, ms: number, kind: TimeKind): number => {
    checkInstant(startMs)
    if (!(ms >= 0 && ms < lastInstant)) throw new RangeError(`${ms / minuteMs} minutes cannot be counted.`)
    if (ms === 0 || kind === 'natural') return startMs + ms
    const [first, track] = [yearAt(startMs), trackOf[kind]]
    const [year, count] = reach(first, countAt(first[track], startMs) + ms, (one) => one[track].total)
    return firstAt(year[track], count)
  }
  /** The latest instant from which so much is counted up to an end. */
  const beforeMs = (endMs: number, ms: number, track: Counted): number => {
    let year = yearAt(endMs)
    let count = countAt(year[track], endMs) - ms
    for (; count < 0; count += year[track].total) year = yearOf(year.number - 1)
    const { begins, before } = year[track]
    const i = lastAtMost(before, count)
    return (begins[i] ?? 0) + count - (before[i] ?? 0)
  }
  const afterDays = (startMs: number, amount: number): number => {
    const first = yearAt(startMs)
    const begun = first.daysUntil[dayOf(first, startMs)] ?? 0
    const [{ work, firsts }, day] = reach(
      first,
      begun + Math.ceil(amount),
      ({ firsts: { length } }) => length,
    )
    const begin = work.before[firsts[day - 1] ?? 0] ?? 0
    const end = work.before[firsts[day] ?? Number.NaN] ?? work.total
    return firstAt(work, begin + Math.max(1, Math.round((end - begin) * (amount % 1 || 1))))
  }
  const deadline = (startMs: number, { amount, kind }: Limit): number => {
    if (!(amount > 0)) throw new RangeError(`A limit of ${amount} cannot be counted.`)
    if (kind === 'workday') return afterDays(startMs, amount)
    return afterMs(startMs, Math.round(amount * hourMs), kind)
  }

  return {
    deadline,
    extended: deadline,
    worked: (fromMs, toMs, kind) => workedMs(fromMs, toMs, kind) / minuteMs,
    after: (startMs, minutes, kind) => afterMs(startMs, Math.round(minutes * minuteMs), kind),
    warnAt: (startMs, dueMs, kind) =>
      afterMs(startMs, Math.round(workedMs(startMs, dueMs, kind) * warnShare), kind),
    resumeDue(pausedAtMs, dueMs, resumedAtMs, kind) {
      for (const at of [pausedAtMs, dueMs, resumedAtMs]) checkInstant(at)
      if (resumedAtMs < pausedAtMs) throw new RangeError('A pause ends after it begins.')
      if (kind === 'natural') return dueMs + resumedAtMs - pausedAtMs
      if (dueMs >= pausedAtMs)
        return Math.max(dueMs, afterMs(resumedAtMs, workedMs(pausedAtMs, dueMs, kind), kind))
      const over = workedMs(dueMs, pausedAtMs, kind)
      return Math.max(dueMs, Math.min(resumedAtMs - 1, beforeMs(resumedAtMs, over, trackOf[kind])))
    },
  }
}

const minuteMs = 60_000
const hourMs = 3_600_000
const dayMs = 86_400_000
const meanYearMs = 31_556_952_000
const lastYear = 2200
const lastInstant = Date.UTC(lastYear + 1, 0, 1)
const patienceYears = 5

type Counted = 'work' | 'urgent'
type Piece = [begin: number, end: number]
const trackOf = { work: 'work', workday: 'work', urgent: 'urgent' } as const

/** The pieces of a year in which time counts, in their order, what was counted before each, and in all; milliseconds. */
interface Track {
  begins: Float64Array
  ends: Float64Array
  before: Float64Array
  total: number
}
/** A year of the town's wall clock. */
interface Year extends Record<Counted, Track> {
  number: number
  begin: number
  end: number
  stretches: readonly Stretch[]
  /** The first piece of work of each working day, and how many such days there are up to the end of each day of the year. */
  firsts: readonly number[]
  daysUntil: Int16Array
}
/** A time during which the zone's clock is off UTC by the same. */
interface Stretch {
  begin: number
  end: number
  offset: number
}

function checkInstant(at: number) {
  if (!(at >= 0 && at < lastInstant))
    throw new RangeError(`Clocks run from 1970 to ${lastYear}; ${at} is no instant of those years.`)
}

const nothingCounts = (number: number) =>
  new Refusal(
    409,
    'no-working-time',
    `The calendar has no working time at all from ${number - patienceYears} to ${number}: no limit can end there.`,
  )

function countAt({ begins, ends, before }: Track, at: number): number {
  const i = lastAtMost(begins, at)
  return i < 0 ? 0 : (before[i] ?? 0) + Math.min(at, ends[i] ?? 0) - (begins[i] ?? 0)
}

/** The earliest instant at which so much, more than nothing, has been counted. */
function firstAt({ begins, before }: Track, count: number): number {
  const i = lastAtMost(before, Math.ceil(count) - 1)
  return (begins[i] ?? 0) + count - (before[i] ?? 0)
}

/** The last place with at most this value, −1 where all are more. */
function lastAtMost(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] ?? 0) <= value) low = middle + 1
    else high = middle
  }
  return low - 1
}

function dayOf({ number, stretches }: Year, at: number): number {
  const offset = stretches.findLast(({ begin }) => begin <= at)?.offset ?? 0
  return Math.floor((at + offset - Date.UTC(number, 0, 1)) / dayMs)
}

function buildYear(number: number, calendar: Calendar, offsetAt: (at: number) => number): Year {
  const [begin, end] = [Date.UTC(number, 0, 1), Date.UTC(number + 1, 0, 1)]
  const stretches = stretchesOf(begin, end, offsetAt)
  const dayHours = hoursOf(calendar)
  const pieces: Record<Counted, Piece[]> = { work: [], urgent: [] }
  const firsts: number[] = []
  const daysUntil = new Int16Array(Math.round((end - begin) / dayMs))
  let lastWorked = -1
  for (const { begin: from, end: to, offset } of stretches) {
    const cut = (into: Piece[], midnight: number, slots: readonly Piece[]) => {
      for (const [opens, closes] of slots) {
        const piece: Piece = [Math.max(from, midnight + opens), Math.min(to, midnight + closes)]
        if (piece[0] < piece[1]) into.push(piece)
      }
    }
    for (let day = Math.floor((from + offset - begin) / dayMs); begin + day * dayMs - offset < to; day += 1) {
      const { work, urgent } = dayHours(begin + day * dayMs)
      const known = pieces.work.length
      cut(pieces.work, begin + day * dayMs - offset, work)
      cut(pieces.urgent, begin + day * dayMs - offset, urgent)
      // A day cut in two by a change of the clocks is one day.
      if (pieces.work.length > known && day > lastWorked) {
        firsts.push(known)
        lastWorked = day
      }
      daysUntil[day] = firsts.length
    }
  }
  return {
    number,
    begin: stretches[0]?.begin ?? begin,
    end: stretches.at(-1)?.end ?? end,
    stretches,
    firsts,
    daysUntil,
    work: lay(pieces.work),
    urgent: lay(pieces.urgent),
  }
}

function lay(pieces: readonly Piece[]): Track {
  const before = new Float64Array(pieces.length)
  let total = 0
  for (const [i, [begin, end]] of pieces.entries()) {
    before[i] = total
    total += end - begin
  }
  const [begins, ends] = [Float64Array.from(pieces, ([at]) => at), Float64Array.from(pieces, ([, at]) => at)]
  return { begins, ends, before, total }
}

/** The slots of a date, given as its midnight UTC: milliseconds after midnight. */
function hoursOf({ hours, special }: Calendar): (wallMidnight: number) => Record<Counted, Piece[]> {
  const ms = (time: string) => Number(time.slice(0, 2)) * hourMs + Number(time.slice(3)) * minuteMs
  const cut = (slots: readonly { from: string; to: string }[]) =>
    slots.map(({ from, to }): Piece => [ms(from), ms(to)])
  const seasons = hours.seasons.map((season) => ({ ...season, slots: cut(season.slots) }))
  const urgent = cut(hours.urgent)
  return (wallMidnight) => {
    const midnight = new Date(wallMidnight)
    const date = midnight.toISOString().slice(0, 10)
    const day = date.slice(5)
    const isWeekend = midnight.getUTCDay() % 6 === 0
    const isWorked = (special.get(date) ?? (isWeekend ? 'holiday' : 'workday')) === 'workday'
    const season = seasons.find(({ from, to }) =>
      from <= to ? from <= day && day <= to : day >= from || day <= to,
    )
    return { urgent, work: isWorked ? ((season ?? seasons[0])?.slots ?? []) : [] }
  }
}

/** The stretches of a year given as its wall clock; looked for day by day, because a zone may change twice within a month (Ramadan in Casablanca). */
function stretchesOf(wallBegin: number, wallEnd: number, offsetAt: (at: number) => number): Stretch[] {
  const [first, last] = [wallBegin - dayMs, wallEnd + dayMs]
  const changes: [number, number][] = [[first, offsetAt(first)]]
  for (let at = first + dayMs; at <= last; at += dayMs) {
    const offset = offsetAt(at)
    if (offset === changes.at(-1)?.[1]) continue
    let [low, high] = [at - dayMs, at]
    while (high - low > 1000) {
      const middle = Math.floor((low + high) / 2000) * 1000
      if (offsetAt(middle) === offset) high = middle
      else low = middle
    }
    changes.push([high, offset])
  }
  return changes
    .map(([at, offset], i) => ({
      begin: Math.max(at, wallBegin - offset),
      end: Math.min(changes[i + 1]?.[0] ?? last, wallEnd - offset),
      offset,
    }))
    .filter(({ begin, end }) => begin < end)
}

function offsetsOf(timeZone: string): (at: number) => number {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' })
  return (at) => Date.parse(`${format.format(at)}Z`) - at
}
