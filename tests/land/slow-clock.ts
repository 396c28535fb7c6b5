import fc from 'fast-check'
import type { Calendar, Limit, TimeKind } from '../../api/contract/clock.ts'

// The clocks again, slow and obvious: quarter of an hour after quarter of an hour, each asked for its wall clock.
// Every zone's clock since 1972 moves by whole quarters, so a quarter lies within one slot or in none.

const quarter = 900_000
type Slots = readonly { from: string; to: string }[]

/** The same promises as `createClock`, kept by walking. What a quarter is, is remembered: nothing else. */
export function createSlowClock({ hours, timeZone, special }: Calendar) {
  const wall = wallOf(timeZone)
  const within = (time: string, list: Slots) => list.some(({ from, to }) => from <= time && time < to)
  const slotsOf = (date: string) => {
    const day = date.slice(5)
    const season = hours.seasons.find(({ from, to }) =>
      from <= to ? from <= day && day <= to : from <= day || day <= to,
    )
    return (season ?? hours.seasons[0])?.slots ?? []
  }
  const isWorked = (at: number) => {
    const { date, time, weekday } = wall(at)
    const worked = special.get(date) ?? (['Sat', 'Sun'].includes(weekday) ? 'holiday' : 'workday')
    return worked === 'workday' && within(time, slotsOf(date))
  }
  const counted = {
    natural: () => true,
    urgent: remembered((at) => within(wall(at).time, hours.urgent)),
    work: remembered(isWorked),
    workday: (at: number): boolean => counted.work(at),
  } satisfies Record<TimeKind, (at: number) => boolean>

  const worked = (from: number, to: number, kind: TimeKind) => {
    let sum = 0
    for (let at = floor(from); at < to; at += quarter)
      if (counted[kind](at)) sum += Math.min(to, at + quarter) - Math.max(from, at)
    return sum / 60_000
  }
  const afterMs = (start: number, ms: number, kind: TimeKind) => {
    let left = ms
    for (let at = floor(start); left > 0; at += quarter) {
      if (!counted[kind](at)) continue
      const begin = Math.max(start, at)
      if (left <= at + quarter - begin) return begin + left
      left -= at + quarter - begin
    }
    return start
  }
  const after = (start: number, minutes: number, kind: TimeKind) =>
    afterMs(start, Math.round(minutes * 60_000), kind)
  const deadline = (start: number, { amount, kind }: Limit) => {
    if (kind !== 'workday') return after(start, amount * 60, kind)
    let [date, left] = [wall(start).date, Math.ceil(amount)]
    let at = floor(start)
    for (; left > 0; at += quarter) {
      if (wall(at).date <= date || !counted.work(at)) continue
      date = wall(at).date
      left -= 1
    }
    let quarters = 1
    for (let next = at; wall(next).date === date; next += quarter) if (counted.work(next)) quarters += 1
    return afterMs(at - quarter, Math.round(quarters * quarter * (amount % 1 || 1)), 'work')
  }
  return { worked, after, deadline }
}

const floor = (at: number) => Math.floor(at / quarter) * quarter

const walls = new Map<string, (at: number) => { date: string; time: string; weekday: string }>()
function wallOf(timeZone: string) {
  const known = walls.get(timeZone)
  if (known) return known
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  const wall = remembered((at) => {
    const [weekday = '', day = '', time = ''] = format.format(at).split(', ')
    return { weekday, date: day.split('/').reverse().join('-'), time }
  })
  walls.set(timeZone, wall)
  return wall
}

const firstQuarter = Date.UTC(2024, 11, 1) / quarter
function remembered<Answer>(of: (at: number) => Answer): (at: number) => Answer {
  const known: Answer[] = []
  return (at) => {
    const i = floor(at) / quarter - firstQuarter
    const answer = known[i]
    if (answer !== undefined) return answer
    return (known[i] = of(floor(at)))
  }
}

const zones = [
  'Asia/Shanghai',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
  'Asia/Kathmandu',
]
const years = [2025, 2026, 2027, 2028]
const two = (value: number) => String(value).padStart(2, '0')
const slots = fc.uniqueArray(fc.integer({ min: 0, max: 48 }), { minLength: 2, maxLength: 8 }).map((halves) =>
  halves
    .sort((a, b) => a - b)
    .map((half) => `${two(half >> 1)}:${half % 2 ? '30' : '00'}`)
    .flatMap((from, i, all) => (i % 2 === 0 && all[i + 1] ? [{ from, to: all[i + 1] as string }] : [])),
)
const monthDay = fc
  .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 31 }))
  .map(([month, day]) => `${two(month)}-${two(day)}`)
const season = fc.record({ name: fc.constant('season'), from: monthDay, to: monthDay, slots })
/** Sundays on which a zone's clocks change: a make-up day there is cut in two. */
const changes = [
  '2025-03-30',
  '2025-10-26',
  '2026-03-08',
  '2026-03-29',
  '2026-10-25',
  '2026-11-01',
  '2027-03-28',
]
const date = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.tuple(fc.constantFrom(...years), monthDay).map(([year, day]) => `${year}-${day}`),
  },
  { weight: 1, arbitrary: fc.constantFrom(...changes) },
)

/** Calendars nobody would write but some town might: seasons that overlap or pass the new year, slots at night, clocks that jump. */
export const calendars: fc.Arbitrary<Calendar> = fc.record({
  hours: fc.record({ seasons: fc.array(season, { minLength: 1, maxLength: 4 }), urgent: slots }),
  timeZone: fc.constantFrom(...zones),
  special: fc
    .array(fc.tuple(date, fc.constantFrom('holiday' as const, 'workday' as const)), { maxLength: 120 })
    .map((days) => new Map(days)),
})
