import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Calendar, type Limit, limit, timeKinds, workHours } from '../../api/contract/clock.ts'
import { createClock, light, warnShare } from '../../api/incidents/clocks.ts'
import { calendars, createSlowClock } from './slow-clock.ts'

const slots = (...times: [string, string][]) => times.map(([from, to]) => ({ from, to }))
const days = (from: string, count: number) =>
  Array.from({ length: count }, (_, i) =>
    new Date(Date.parse(from) + i * 86_400_000).toISOString().slice(0, 10),
  )
/** A town with a lunch break, other hours in winter than in summer, and the National Day of 2026. */
const town: Calendar = {
  timeZone: 'Asia/Shanghai',
  hours: workHours.parse({
    seasons: [
      { name: '夏季', from: '05-01', to: '09-30', slots: slots(['08:30', '12:00'], ['14:00', '18:00']) },
      { name: '冬季', from: '10-01', to: '04-30', slots: slots(['08:30', '12:00'], ['13:30', '17:30']) },
    ],
    urgent: slots(['07:00', '22:00']),
  }),
  special: new Map([
    ...days('2026-10-01', 7).map((day) => [day, 'holiday'] as const),
    ['2026-09-20', 'workday'],
    ['2026-10-10', 'workday'],
  ]),
}
const clock = createClock(town)
/** `2026-11-20 16:00` by the town's wall clock, and back. */
const at = (wall: string) => Date.parse(`${wall.replace(' ', 'T')}:00+08:00`)
const wall = (ms: number) => new Date(ms + 8 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ')
const due = (start: string, amount: number, kind: Limit['kind']) =>
  wall(clock.deadline(at(start), { amount, kind }))

describe('the clock of a town', () => {
  it('carries four working hours of a Friday afternoon over to Monday', () =>
    expect(due('2026-11-20 16:00', 4, 'work')).toBe('2026-11-23 11:00'))

  it('does not count the lunch break', () =>
    expect(due('2026-11-20 11:00', 2, 'work')).toBe('2026-11-20 14:30'))

  it('ends with a slot rather than with the begin of the next', () =>
    expect(due('2026-11-20 08:30', 3.5, 'work')).toBe('2026-11-20 12:00'))

  it('counts from the first slot what comes in the night or at a weekend', () => {
    expect(due('2026-11-19 23:10', 1, 'work')).toBe('2026-11-20 09:30')
    expect(due('2026-11-21 10:00', 1, 'work')).toBe('2026-11-23 09:30')
  })

  it('counts seven working days across National Day, its make-up Saturday among them, without the day it begins', () =>
    expect(due('2026-09-28 10:00', 7, 'workday')).toBe('2026-10-13 17:30'))

  it('begins with the next working day whenever on a day, or a weekend, it came', () => {
    for (const start of ['2026-11-20 00:00', '2026-11-20 23:59', '2026-11-21 12:00', '2026-11-22 23:59'])
      expect(due(start, 1, 'workday')).toBe('2026-11-23 17:30')
  })

  it('takes half a working day as half of its minutes', () => {
    expect(due('2026-11-20 16:00', 0.5, 'workday')).toBe('2026-11-23 13:45')
    expect(due('2026-11-20 16:00', 2.5, 'workday')).toBe('2026-11-25 13:45')
  })

  it('works by the hours of the season of each day', () => {
    expect(due('2026-09-30 16:00', 4, 'work')).toBe('2026-10-08 10:30')
    expect(due('2026-09-29 10:00', 1, 'workday')).toBe('2026-09-30 18:00')
    expect(due('2026-09-30 10:00', 1, 'workday')).toBe('2026-10-08 17:30')
  })

  it('runs urgent hours on holidays too, and natural hours always', () => {
    expect(due('2026-10-01 21:30', 2, 'urgent')).toBe('2026-10-02 08:30')
    expect(due('2026-10-01 21:30', 2, 'natural')).toBe('2026-10-01 23:30')
  })

  it('turns yellow when four fifths are used and red after the due, not at it', () => {
    const [start, dueAt] = [at('2026-11-20 09:00'), at('2026-11-20 15:30')]
    const warnAt = clock.warnAt(start, dueAt, 'work')
    expect(wall(warnAt)).toBe('2026-11-20 14:30')
    const lights = [warnAt - 1, warnAt, dueAt, dueAt + 1].map((now) => light(now, { warnAt, dueAt }))
    expect(lights).toEqual(['green', 'yellow', 'yellow', 'red'])
  })

  it('lays out again after a pause what was left at its begin', () => {
    const resumed = (paused: string, dueAt: string, again: string, kind: Limit['kind'] = 'work') =>
      wall(clock.resumeDue(at(paused), at(dueAt), at(again), kind))
    expect(resumed('2026-11-20 11:00', '2026-11-20 14:30', '2026-11-23 17:00')).toBe('2026-11-24 10:00')
    expect(resumed('2026-11-20 12:10', '2026-11-20 14:30', '2026-11-20 13:00')).toBe('2026-11-20 14:30')
    expect(resumed('2026-11-20 16:30', '2026-11-23 17:30', '2026-11-24 16:30', 'workday')).toBe(
      '2026-11-25 17:30',
    )
    expect(resumed('2026-11-20 11:00', '2026-11-20 14:30', '2026-11-21 11:00', 'natural')).toBe(
      '2026-11-21 14:30',
    )
  })

  it('leaves overdue by as much what was overdue before a pause', () => {
    const back = clock.resumeDue(
      at('2026-11-20 14:30'),
      at('2026-11-20 11:00'),
      at('2026-11-23 09:30'),
      'work',
    )
    expect(wall(back)).toBe('2026-11-20 16:30')
    const overnight = clock.resumeDue(
      at('2026-11-20 20:00'),
      at('2026-11-20 17:30'),
      at('2026-11-23 09:30'),
      'work',
    )
    expect(light(at('2026-11-23 09:30'), { warnAt: 0, dueAt: overnight })).toBe('red')
  })

  it('counts an approved extension from the old due', () => {
    expect(wall(clock.extended(at('2026-11-20 17:30'), { amount: 2, kind: 'workday' }))).toBe(
      '2026-11-24 17:30',
    )
    expect(wall(clock.extended(at('2026-11-20 17:30'), { amount: 2, kind: 'work' }))).toBe('2026-11-23 10:30')
  })
})

describe('a clock where summer time comes and goes', () => {
  const berlin = (...urgent: [string, string][]) =>
    createClock({ ...town, timeZone: 'Europe/Berlin', hours: { ...town.hours, urgent: slots(...urgent) } })
  const counted = (one: ReturnType<typeof berlin>, day: string) =>
    one.worked(Date.parse(`${day}T00:00:00Z`) - 7_200_000, Date.parse(`${day}T23:00:00Z`), 'urgent') / 60

  it('loses the hour that is skipped and counts the one that comes twice', () => {
    expect(counted(berlin(['02:00', '03:00']), '2026-03-28')).toBe(1)
    expect(counted(berlin(['02:00', '03:00']), '2026-03-29')).toBe(0)
    expect(counted(berlin(['02:00', '03:00']), '2026-10-25')).toBe(2)
    expect(counted(berlin(['02:00', '02:30']), '2026-10-25')).toBe(1)
  })

  it('takes a working day on which the clocks change for one day', () => {
    const nights = [{ name: 'night', from: '01-01', to: '12-31', slots: slots(['00:00', '06:00']) }]
    const special = new Map([['2026-03-29', 'workday'] as const])
    const hours = { ...town.hours, seasons: nights }
    const { deadline } = createClock({ timeZone: 'Europe/Berlin', hours, special })
    const dueIn = (amount: number) =>
      new Date(deadline(Date.parse('2026-03-27T10:00:00Z'), { amount, kind: 'workday' })).toISOString()
    expect(dueIn(1)).toBe('2026-03-29T04:00:00.000Z')
    expect(dueIn(1.5)).toBe('2026-03-30T01:00:00.000Z')
    expect(dueIn(2)).toBe('2026-03-30T04:00:00.000Z')
  })

  it('keeps working hours at the same time of the wall clock', () => {
    const { deadline } = berlin(['07:00', '22:00'])
    const dueOn = (start: string) =>
      new Date(deadline(Date.parse(start), { amount: 1, kind: 'workday' })).toISOString()
    expect(dueOn('2026-03-27T10:00:00Z')).toBe('2026-03-30T15:30:00.000Z')
    expect(dueOn('2026-03-26T10:00:00Z')).toBe('2026-03-27T16:30:00.000Z')
  })
})

describe('a clock refuses', () => {
  const without = (from: string, count: number) =>
    createClock({ ...town, special: new Map(days(from, count).map((day) => [day, 'holiday'])) })

  it('a calendar without any working time for six years, and waits for one that has some again', () => {
    const never = without('2026-01-01', 7 * 366)
    for (const kind of ['work', 'workday'] as const)
      expect(() => never.deadline(at('2026-11-20 10:00'), { amount: 1, kind })).toThrow(
        'no working time at all from 2026 to 2031',
      )
    expect(wall(never.deadline(at('2026-11-20 10:00'), { amount: 1, kind: 'urgent' }))).toBe(
      '2026-11-20 11:00',
    )
    const again = without('2026-01-01', 5 * 365)
    expect(wall(again.deadline(at('2026-11-20 10:00'), { amount: 1, kind: 'work' }))).toBe('2030-12-31 09:30')
  })

  it('instants that are none, far ones, limits of nothing and pauses that end before they begin', () => {
    const one: Limit = { amount: 1, kind: 'work' }
    const [now, later] = [at('2026-11-20 10:00'), at('2026-11-20 11:00')]
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, -1, Date.UTC(2300, 0, 1)]) {
      for (const kind of timeKinds) {
        expect(() => clock.deadline(bad, { amount: 1, kind })).toThrow(RangeError)
        expect(() => clock.after(bad, 1, kind)).toThrow(RangeError)
        expect(() => clock.worked(bad, later, kind)).toThrow(RangeError)
        expect(() => clock.worked(now, bad, kind)).toThrow(RangeError)
        expect(() => clock.resumeDue(now, bad, later, kind)).toThrow(RangeError)
      }
      expect(() => clock.extended(bad, one)).toThrow(RangeError)
      expect(() => clock.warnAt(now, bad, 'work')).toThrow(RangeError)
    }
    for (const amount of [Number.NaN, 0, -1])
      expect(() => clock.deadline(now, { ...one, amount })).toThrow(RangeError)
    expect(() => clock.after(now, Number.NaN, 'work')).toThrow(RangeError)
    expect(() => clock.resumeDue(later, later, now, 'work')).toThrow('A pause ends after it begins.')
    expect(() => createClock({ ...town, timeZone: 'Asia/Nowhere' })).toThrow(RangeError)
  })
})

describe('any clock', () => {
  const quarter = 900_000
  const instant = fc.oneof(
    fc.integer({ min: Date.UTC(2025, 0, 1), max: Date.UTC(2027, 11, 31) }),
    fc
      .integer({ min: Date.UTC(2025, 0, 1) / quarter, max: Date.UTC(2027, 11, 31) / quarter })
      .map((n) => n * quarter),
  )
  const kind = fc.constantFrom(...timeKinds)
  const amount = fc.oneof(
    fc.integer({ min: 1, max: 60 }).map((halves) => halves / 2),
    fc.double({ min: 0.001, max: 30, noNaN: true }),
  )
  const someLimit: fc.Arbitrary<Limit> = fc.record({ amount, kind })
  const minutes = fc.integer({ min: 0, max: 3000 })
  const span = fc.oneof(
    fc.nat(5e8),
    fc.nat(40).map((quarters) => quarters * quarter),
  )

  it('is only ever asked what the contract lets in', () =>
    fc.assert(
      fc.property(calendars, someLimit, ({ hours }, one) => {
        expect(workHours.safeParse(hours).error).toBeUndefined()
        expect(limit.safeParse(one).error).toBeUndefined()
      }),
    ))

  it('agrees with the slow, obvious one', () =>
    fc.assert(
      fc.property(
        calendars,
        fc.array(fc.tuple(instant, someLimit), { minLength: 8, maxLength: 8 }),
        (calendar, asked) => {
          const [fast, slow] = [createClock(calendar), createSlowClock(calendar)]
          for (const [start, one] of asked) {
            const end = slow.deadline(start, one)
            expect(fast.deadline(start, one)).toBe(end)
            expect(fast.after(start, one.amount * 60, one.kind)).toBe(
              slow.after(start, one.amount * 60, one.kind),
            )
            expect(fast.worked(start, end, one.kind)).toBe(slow.worked(start, end, one.kind))
          }
        },
      ),
      { numRuns: 60 },
    ))

  it('has counted after some minutes just these minutes, and none fewer a moment before', () =>
    fc.assert(
      fc.property(calendars, instant, minutes, kind, (calendar, start, count, of) => {
        const { after, worked } = createClock(calendar)
        const end = after(start, count, of)
        expect(worked(start, end, of)).toBe(count)
        if (count > 0) expect(worked(start, end - 1, of)).toBeLessThan(count)
      }),
    ))

  it('never ends earlier for a later start or a longer limit', () =>
    fc.assert(
      fc.property(calendars, instant, span, someLimit, amount, (calendar, start, later, one, more) => {
        const { deadline } = createClock(calendar)
        const end = deadline(start, one)
        expect(deadline(start + later, one)).toBeGreaterThanOrEqual(end)
        expect(deadline(start, { ...one, amount: one.amount + more })).toBeGreaterThanOrEqual(end)
      }),
    ))

  // A due a millisecond after the last slot of the year: found by chance.
  const narrow: Calendar = {
    hours: {
      seasons: [{ name: '', from: '01-01', to: '01-01', slots: [{ from: '00:00', to: '00:30' }] }],
      urgent: [{ from: '00:00', to: '00:30' }],
    },
    timeZone: 'Asia/Shanghai',
    special: new Map(),
  }
  it('gives back after a pause what was left, and moves nothing while nothing counts', () =>
    fc.assert(
      fc.property(calendars, instant, span, span, span, kind, (calendar, start, due, till, gap, of) => {
        const { worked, resumeDue } = createClock(calendar)
        const [dueAt, paused, resumed] = [start + due, start + till, start + till + gap]
        const moved = resumeDue(paused, dueAt, resumed, of)
        expect(moved).toBeGreaterThanOrEqual(dueAt)
        if (dueAt >= paused) expect(worked(resumed, moved, of)).toBe(worked(paused, dueAt, of))
        else {
          expect(light(resumed, { warnAt: 0, dueAt: moved })).toBe('red')
          expect(worked(moved, resumed, of) - worked(dueAt, paused, of)).toBeCloseTo(0, 4)
        }
        if (worked(paused, resumed, of) === 0 && dueAt >= resumed) expect(moved).toBe(dueAt)
      }),
      { numRuns: 500, examples: [[narrow, 1_830_184_200_001, 0, 1, 0, 'work']] },
    ))

  it('warns when four fifths of the counted time have passed', () =>
    fc.assert(
      fc.property(calendars, instant, someLimit, (calendar, start, one) => {
        const { deadline, worked, warnAt } = createClock(calendar)
        const end = deadline(start, one)
        const warn = warnAt(start, end, one.kind)
        expect(warn).toBeLessThanOrEqual(end)
        expect(worked(start, warn, one.kind)).toBeCloseTo(worked(start, end, one.kind) * warnShare, 4)
      }),
    ))
})
