import { describe, expect, it } from 'vitest'
import { studyEn } from '../../web/locales/study-en.ts'
import { studyZh } from '../../web/locales/study-zh.ts'
import {
  chanceText,
  isWorse,
  nearRows,
  oneDecimal,
  orderGroups,
  sayBackTest,
  sayChanges,
  sayNear,
  sayTrend,
  sayWarning,
} from '../../web/study/sentences.ts'

describe('the sentences of the study', () => {
  const day = (one: string) => ({ day: one, cases: 1, level: 1, usual: 1 })
  it('tell a change of level in both languages, with its year where there are two', () => {
    const changes = [{ day: '2026-10-12', before: 4.2, after: 6.84, p: 0.004 }]
    const days = [day('2026-10-01'), day('2026-10-12')]
    expect(sayChanges({ changes, days }, studyZh)).toEqual([
      '自10月12日起，日均由 4.2 件升至 6.8 件（p<0.01）。',
    ])
    expect(sayChanges({ changes, days: [day('2025-12-31'), ...days] }, studyEn)).toEqual([
      'From 12 October 2026 on, cases a day rose from 4.2 to 6.8 (p<0.01).',
    ])
    expect(
      sayChanges({ changes: [{ day: '2026-10-12', before: 5, after: 2, p: 0.02 }], days }, studyZh),
    ).toEqual(['自10月12日起，日均由 5.0 件降至 2.0 件（p=0.02）。'])
  })

  it('tell no trend that chance may have made', () => {
    const trend = { perWeek: 1.2, low: -0.3, high: 2.6, p: 0.052, weeks: 9 }
    expect(sayTrend(trend, studyEn)).toBe(
      'No trend can be told from 9 weeks (p=0.052); the change with every week lies within −0.3 to +2.6 cases.',
    )
    expect(sayTrend({ ...trend, perWeek: -0.01, p: 0.01 }, studyZh)).toContain('看不出升降')
    expect(sayTrend({ ...trend, perWeek: -1.2, low: -2, high: -0.4, p: 0.0004 }, studyZh)).toBe(
      '9 周来逐周下降：每过一周约少 1.2 件（95% 区间 −2.0 至 −0.4，p<0.001）。',
    )
    expect(sayTrend(null, studyZh)).toBeNull()
  })

  it('write numbers without a minus nought', () => {
    expect([-0.04, 0, 4.25, 128.4, -3.21, 1234].map(oneDecimal)).toEqual([
      '0.0',
      '0.0',
      '4.3',
      '128',
      '−3.2',
      '1,234',
    ])
    expect([0.0009, 0.009, 0.05, 0.051, 0.3].map(chanceText)).toEqual([
      'p<0.001',
      'p<0.01',
      'p=0.05',
      'p=0.051',
      'p=0.30',
    ])
  })

  const test = { weeks: 12, error: 1.04, naiveError: 1.3, ratio: 0.8, squaredRatio: 0.7, covered: 0.915 }
  const group = {
    key: '1',
    name: null,
    nameEn: null,
    lastWeek: 1,
    total: null,
    days: [],
    backTest: test,
    warning: { warned: false, because: 'not-rare' as const, q: 0.4, expected: 4 },
    blank: null,
  }
  it('say how good a forecast was, and why there is a warning or none', () => {
    expect(sayBackTest(test, studyZh)).toBe(
      '回测 12 周：每天平均差 1.0 件，是照搬上周同日的 0.80 倍；92 % 的日子落在区间内。',
    )
    expect(sayBackTest({ ...test, ratio: null }, studyEn)).not.toMatch(/null|NaN/)
    expect([0.99, 1.001, 1.02, null].map((ratio) => isWorse({ ...test, ratio }))).toEqual([
      false,
      false,
      true,
      false,
    ])
    expect(sayWarning(group.warning, studyZh)).toBe('近七天的件数在按以往能预计的范围内。')
    const warned = { warned: true, because: 'passed' as const, q: 0.031, expected: 4 }
    expect(sayWarning(warned, studyEn)).toMatch(/clearly above.*About 3 %/)
    expect(sayWarning({ ...warned, q: 0.001 }, studyEn)).toMatch(/Fewer than 1 %/)
    const many = { ...group, key: '2', total: { mean: 9, low: 4, high: 15 } }
    const ordered = orderGroups([group, many, { ...group, key: '3', warning: warned }])
    expect(ordered.map(({ key }) => key)).toEqual(['3', '2', '1'])
  })

  it('mark near repeats where they are more than chance alone', () => {
    const band = (toMeters: number, toDays: number, p: number, ratio: number | null) => ({
      toMeters,
      toDays,
      observed: 5,
      expected: 2,
      ratio,
      p,
    })
    const rows = nearRows([
      band(100, 3, 0.2, 1.4),
      band(100, 7, 0.004, 2.44),
      // Of four bands each may be so by chance in one of eighty.
      band(200, 3, 0.0125, 1.6),
      band(200, 7, 0.013, 2.1),
    ])
    expect(rows.map((row) => row.map(({ marked }) => marked))).toEqual([
      [false, true],
      [true, false],
    ])
    expect(rows[1]?.[1]).toMatchObject({ fromMeters: 100, fromDays: 3 })
    expect(sayNear(rows, studyZh)).toBe('相距 0–100 米、间隔 3–7 天的案件是偶然情形的 2.4 倍（p<0.01）。')
    expect(sayNear([], studyEn)).toBe(studyEn.near.nothing)
  })

  it('are in English without Chinese', () => {
    expect(JSON.stringify(studyEn)).not.toMatch(/\p{Script=Han}/u)
  })
})
