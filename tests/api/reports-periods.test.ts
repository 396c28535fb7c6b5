import { describe, expect, it } from 'vitest'
import {
  before,
  dueAt,
  instantOf,
  nextPeriod,
  periodOf,
  weekNumber,
  yearBefore,
} from '../../api/reports/periods.ts'
import { countChance, createJury, shareChance, spreadOf } from '../../api/reports/telling.ts'

describe('periods of briefings', () => {
  it('are ISO weeks, whole months and quarters, leap years included', () => {
    expect(periodOf('week', '2026-01-01')).toEqual({ from: '2025-12-29', to: '2026-01-04' })
    expect(weekNumber('2026-01-01')).toEqual({ year: 2026, week: 1 })
    expect(weekNumber('2027-01-03')).toEqual({ year: 2026, week: 53 })
    expect(weekNumber('2024-12-30')).toEqual({ year: 2025, week: 1 })
    expect(periodOf('month', '2024-02-10')).toEqual({ from: '2024-02-01', to: '2024-02-29' })
    expect(periodOf('quarter', '2026-11-22')).toEqual({ from: '2026-10-01', to: '2026-12-31' })
    expect(before('month', periodOf('month', '2024-03-31'))).toEqual({ from: '2024-02-01', to: '2024-02-29' })
    expect(before('range', { from: '2026-03-01', to: '2026-03-03' })).toEqual({
      from: '2026-02-26',
      to: '2026-02-28',
    })
    expect(yearBefore('month', periodOf('month', '2024-02-01'))).toEqual({
      from: '2023-02-01',
      to: '2023-02-28',
    })
    expect(yearBefore('range', { from: '2024-02-29', to: '2024-02-29' })).toEqual({
      from: '2023-02-28',
      to: '2023-02-28',
    })
    expect(yearBefore('week', periodOf('week', '2026-11-11'))).toEqual({
      from: '2025-11-10',
      to: '2025-11-16',
    })
  })

  it('fall due by the town’s clock, whatever daylight saving does', () => {
    const chicago = 'America/Chicago'
    // The clock goes forward on 8 March 2026 and back on 1 November.
    expect(dueAt({ from: '2026-02-23', to: '2026-03-01' }, 8, chicago).toISOString()).toBe(
      '2026-03-02T14:00:00.000Z',
    )
    expect(dueAt({ from: '2026-03-02', to: '2026-03-08' }, 8, chicago).toISOString()).toBe(
      '2026-03-09T13:00:00.000Z',
    )
    expect(dueAt({ from: '2026-10-26', to: '2026-11-01' }, 8, chicago).toISOString()).toBe(
      '2026-11-02T14:00:00.000Z',
    )
    // Half past what does not exist, and the first of what comes twice.
    expect(instantOf('2026-03-08', 2, chicago).toISOString()).toBe('2026-03-08T08:00:00.000Z')
    expect(instantOf('2026-11-01', 1, chicago).toISOString()).toBe('2026-11-01T06:00:00.000Z')
    let after = new Date('2026-01-01T00:00:00Z')
    const seen: string[] = []
    for (let i = 0; i < 60; i += 1) {
      const span = nextPeriod('week', { hour: 8, timeZone: chicago, after })
      after = dueAt(span, 8, chicago)
      seen.push(span.from)
      expect(
        new Intl.DateTimeFormat('en-GB', { timeZone: chicago, weekday: 'short', hour: '2-digit' }).format(
          after,
        ),
      ).toMatch(/Mon.*08/)
    }
    expect(new Set(seen).size).toBe(60)
    expect(
      nextPeriod('month', { hour: 8, timeZone: 'Asia/Shanghai', after: new Date('2026-02-28T23:59:59Z') }),
    ).toEqual({
      from: '2026-02-01',
      to: '2026-02-28',
    })
    expect(
      nextPeriod('month', { hour: 8, timeZone: 'Asia/Shanghai', after: new Date('2026-03-01T00:00:00Z') }),
    ).toEqual({
      from: '2026-03-01',
      to: '2026-03-31',
    })
  })
})

describe('what a briefing calls a change', () => {
  it('is judged as the tables have it', () => {
    // Fisher’s tea (3 of 4 against 1 of 4) and scipy’s example (8/10 against 1/6).
    expect(shareChance({ over: 3, of: 4 }, { over: 1, of: 4 })).toBeCloseTo(0.4857, 4)
    expect(shareChance({ over: 8, of: 10 }, { over: 1, of: 6 })).toBeCloseTo(0.03497, 5)
    expect(shareChance({ over: 500_000, of: 1_000_000 }, { over: 500_000, of: 1_000_000 })).toBeCloseTo(1, 6)
    expect(shareChance({ over: 510_000, of: 1_000_000 }, { over: 500_000, of: 1_000_000 })).toBeLessThan(
      1e-12,
    )
    expect(countChance(100, 100)).toBeGreaterThan(0.9)
    expect(countChance(160, 100)).toBeLessThan(0.001)
    expect(countChance(160, 100, { spread: 0.1 })).toBeGreaterThan(0.05)
    expect(spreadOf([10, 10, 10, 10, 10, 10])).toBe(0)
  })

  it('is chance in no more than the stated share of towns where nothing changes', () => {
    let state = 11
    const random = () => {
      state = (state * 48271) % 2147483647
      return state / 2147483647
    }
    const poisson = (mean: number) => {
      const least = Math.exp(-mean)
      let [k, product] = [0, random()]
      while (product > least) {
        k += 1
        product *= random()
      }
      return k
    }
    let called = 0
    const towns = 300
    for (let town = 0; town < towns; town += 1) {
      const jury = createJury()
      const verdicts = Array.from({ length: 30 }, () => {
        const mean = 5 + 60 * random()
        const [now, then] = [poisson(mean), poisson(mean)]
        return jury.hear({ p: countChance(now, then), up: now > then })
      })
      jury.decide()
      if (verdicts.some((one) => one() !== 'usual')) called += 1
    }
    expect(called / towns).toBeLessThan(0.07)
  })
})
