import type { Forecasts, NearRepeats, Trend } from '../../api/contract/study.ts'
import { figure } from '../format.ts'
import type { StudyDictionary } from '../locales/study-zh.ts'

// Numbers of the study as sentences that say no more than the numbers do.

type Words = StudyDictionary
type Group = Forecasts['groups'][number]

/** Above this chance may have done it. */
const mostP = 0.05

/** 4.2, 128; never −0.0. */
export function oneDecimal(value: number): string {
  if (Math.abs(value) >= 99.95) return figure(Math.round(value)).replace('-', '−')
  const rounded = Math.round(value * 10) / 10 || 0
  return rounded.toFixed(1).replace('-', '−')
}
const signed = (value: number): string => `${Math.round(value * 10) > 0 ? '+' : ''}${oneDecimal(value)}`
export const percent = (share: number): string => `${Math.round(share * 100)} %`
/** Whole hours, tenths of few. */
export const hoursText = (hours: number): string =>
  hours >= 9.95 ? figure(Math.round(hours)) : oneDecimal(hours)

export function chanceText(p: number): string {
  if (p < 0.001) return 'p<0.001'
  if (p < 0.01) return 'p<0.01'
  // What lies above the bar must not be rounded onto it.
  return `p=${p > mostP && p < 0.055 ? p.toFixed(3) : p.toFixed(2)}`
}

/** A day in words; with its year where the days shown are of more than one. */
function dayText(day: string, words: Words, withYear: boolean): string {
  const [year = '', month = '1', date = '1'] = day.split('-')
  return words.day(withYear ? year : '', Number(month), Number(date))
}

/** The changes of level, in the order of their days. */
export function sayChanges({ changes, days }: Pick<Trend, 'changes' | 'days'>, words: Words): string[] {
  const years = new Set(days.map(({ day }) => day.slice(0, 4)))
  return changes.map(({ day, before, after, p }) =>
    words.trend[after > before ? 'rose' : 'fell'](
      dayText(day, words, years.size > 1),
      oneDecimal(before),
      oneDecimal(after),
      chanceText(p),
    ),
  )
}

/** Whether the weeks rise or fall by more than chance; null where it was not tested. */
export function sayTrend(trend: Trend['trend'], words: Words): string | null {
  if (!trend) return null
  const { perWeek, low, high, p, weeks } = trend
  const range = `${signed(low)} ${words.to} ${signed(high)}`
  // A slope that is written as 0.0 is no rise, whatever the ranks say.
  if (p > mostP || oneDecimal(perWeek) === '0.0') return words.trend.untold(weeks, range, chanceText(p))
  return words.trend[perWeek > 0 ? 'rises' : 'falls'](
    weeks,
    oneDecimal(Math.abs(perWeek)),
    range,
    chanceText(p),
  )
}

const ratioText = (ratio: number, words: Words) => words.forecast.times(ratio.toFixed(2))
/** As it is written: 1.00 is no worse. */
export const isWorse = (test: Group['backTest']): boolean => Math.round((test?.ratio ?? 0) * 100) > 100

/** How far off the forecast was when it told weeks that are known. */
export function sayBackTest(test: NonNullable<Group['backTest']>, words: Words): string {
  const [error, covered] = [oneDecimal(test.error), percent(test.covered)]
  const own = words.forecast
  if (test.ratio === null) return own.testPlain(test.weeks, error, covered)
  return own.testLong(test.weeks, error, ratioText(test.ratio, words), covered)
}
export const sayBackTestShort = (test: NonNullable<Group['backTest']>, words: Words): string =>
  words.forecast.test(test.ratio === null ? '—' : ratioText(test.ratio, words), percent(test.covered))

/** Why there is a warning, or none. */
export function sayWarning({ warned, because, q }: Group['warning'], words: Words): string {
  const own = words.forecast
  if (!warned || q === null) return own.because[because]
  return `${own.because[because]} ${q < 0.01 ? own.rateLeast : own.rate(percent(q))}`
}

/** Those that are warned of first, then the most cases. */
export const orderGroups = (groups: readonly Group[]): Group[] =>
  groups.toSorted(
    (a, b) =>
      Number(b.warning.warned) - Number(a.warning.warned) ||
      (b.total?.mean ?? -1) - (a.total?.mean ?? -1) ||
      b.lastWeek - a.lastWeek,
  )

type Band = NearRepeats['bands'][number]
export interface NearCell extends Band {
  fromMeters: number
  fromDays: number
  /** More than chance gives in any of the bands. */
  marked: boolean
}
/** Bands by distance, then by days; each begins where the one before ends. As many are looked at as may deceive (Bonferroni). */
export function nearRows(bands: readonly Band[]): NearCell[][] {
  const ends = (of: (band: Band) => number) => [...new Set(bands.map(of))].sort((a, b) => a - b)
  const [meters, days] = [ends((band) => band.toMeters), ends((band) => band.toDays)]
  const before = (list: readonly number[], end: number) => list[list.indexOf(end) - 1] ?? 0
  return meters.map((end) =>
    bands
      .filter(({ toMeters }) => toMeters === end)
      .toSorted((a, b) => a.toDays - b.toDays)
      .map((band) => ({
        ...band,
        fromMeters: before(meters, end),
        fromDays: before(days, band.toDays),
        marked: band.p <= mostP / bands.length && (band.ratio === null || band.ratio > 1),
      })),
  )
}

/** The nearest of what is marked, in place and then in time. */
export function sayNear(rows: readonly (readonly NearCell[])[], words: Words): string {
  const own = words.near
  const found = rows.flat().find(({ marked, ratio }) => marked && ratio !== null)
  if (!found || found.ratio === null) return own.nothing
  return own.found(
    own.meters(found.fromMeters, found.toMeters),
    own.days(found.fromDays, found.toDays),
    oneDecimal(found.ratio),
    chanceText(found.p),
  )
}
