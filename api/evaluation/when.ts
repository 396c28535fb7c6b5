import type { ForecastQuery, Forecasts, StudyQuery, Trend } from '../contract/study.ts'
import type { Db } from '../db/connect.ts'
import type { Scope } from '../db/scope.ts'
import { invalid } from '../errors.ts'
import { isLeft } from './blank.ts'
import { findPeriods, type Periods } from './queries.ts'
import type { Statistics } from './statistics.ts'
import { type Chosen, findFirst, isSeen, listDays } from './study-queries.ts'
import { listNames } from './sum-queries.ts'

const dayMs = 86_400_000
const dayOf = (number: number) => new Date(number * dayMs).toISOString().slice(0, 10)
const numberOf = (day: string) => Date.parse(day) / dayMs
/** The day it is by a town's clock. */
const todayIn = (timeZone: string, now: Date) =>
  numberOf(new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(now))

export interface Parts {
  db: Db
  statistics: Statistics
  now: () => Date
}

/** The town's periods of a question; refuses (422) a grid that is not there for the caller. */
export async function findSpan(
  db: Db,
  scope: Scope,
  query: { from: string; to: string; gridId?: number | undefined },
): Promise<Periods> {
  const periods = await findPeriods(db, query)
  if (!periods) throw new Error('there is no town')
  const { gridId } = query
  if (gridId !== undefined && !(await db.scoped(scope, (tx) => isSeen(tx, gridId))))
    throw invalid('gridId', 'there is no such grid')
  return periods
}
export const studied = ({ from, to, timeZone }: Periods) => ({
  from: new Date(from).toISOString(),
  to: new Date(to).toISOString(),
  timeZone,
})

/** The rhythm of the week in daily cases, and where their level changes once it is taken out; or why there is none to tell. */
export async function changesIn(statistics: Statistics, daily: Float64Array) {
  const season = await statistics.ask('seasonOf', daily)
  if (isLeft(season)) return { season, changes: season }
  const even = daily.map((cases, i) => cases - (season.season[i] ?? 0))
  return { season, changes: await statistics.ask('changesOf', even) }
}

/** Daily cases with the week's rhythm taken out, where their level changed, and whether the weeks rise or fall by more than chance. */
export async function studyTrend(
  { db, statistics, now }: Parts,
  scope: Scope,
  query: StudyQuery,
): Promise<Trend> {
  const periods = await findSpan(db, scope, query)
  const which: Chosen = { ...query, from: periods.from, to: periods.to, timeZone: periods.timeZone }
  const { rows, earliest } = await db.scoped(scope, async (tx) => ({
    rows: await listDays(tx, which, 'all'),
    earliest: await findFirst(tx),
  }))
  // Before the town's first case nothing was counted, which is not the same as nothing having happened.
  const begun = earliest === null ? numberOf(query.from) : todayIn(periods.timeZone, new Date(earliest))
  const first = Math.min(numberOf(query.to), Math.max(numberOf(query.from), begun))
  const length = numberOf(query.to) - first + 1
  // Today is not over, and what is to come is not known: neither is a fall.
  const over = Math.max(0, Math.min(length, todayIn(periods.timeZone, now()) - first))
  const series = new Float64Array(length).fill(Number.NaN).fill(0, 0, over)
  for (const { day, cases } of rows) {
    const i = numberOf(day) - first
    if (i < over) series[i] = cases
  }
  const known = series.slice(0, over)
  const { season, changes } = await changesIn(statistics, known)
  const weeks = Float64Array.from({ length: Math.floor(over / 7) }, (_, week) => {
    // Whole weeks counted back from the last day that is over.
    const end = over - 7 * (Math.floor(over / 7) - 1 - week)
    return known.slice(end - 7, end).reduce((sum, one) => sum + one, 0)
  })
  const [test, slope] = [await statistics.ask('mannKendall', weeks), await statistics.ask('senSlope', weeks)]
  const told = !isLeft(test) && !isLeft(slope)
  return {
    ...studied(periods),
    days: Array.from(series, (cases, i) => ({
      day: dayOf(first + i),
      cases: i < over ? cases : null,
      level: !isLeft(changes) && i < over ? (changes.level[i] ?? null) : null,
      usual:
        isLeft(season) || i >= over
          ? null
          : Math.max(0, (season.trend[i] as number) + (season.season[i] as number)),
    })),
    changes: !isLeft(changes)
      ? changes.changes.map(({ at, before, after, p }) => ({ day: dayOf(first + at), before, after, p }))
      : [],
    trend: told
      ? { perWeek: slope.slope, low: slope.low, high: slope.high, p: test.p, weeks: weeks.length }
      : null,
    blank: isLeft(changes) ? changes.blank : isLeft(test) ? test.blank : null,
  }
}

/** Days that a forecast rests on. */
const history = 730
const ahead = 7
const mostGroups = 2000

/**
 * The coming week of each group with its interval and back-test, and whether the week before it was so far above what could have been told
 * of it that somebody should be warned.
 */
export async function tellComing(
  { db, statistics, now }: Parts,
  scope: Scope,
  { until, by, level, gridId, classCode }: ForecastQuery,
): Promise<Forecasts> {
  const zone = (await findPeriods(db, { from: '2000-01-01', to: '2000-01-01' }))?.timeZone ?? 'UTC'
  const today = todayIn(zone, now())
  const last = until ? numberOf(until) : today - 1
  if (last >= today) throw invalid('until', 'must be a day that is over')
  const first = last - history + 1
  const periods = await findSpan(db, scope, { from: dayOf(first), to: dayOf(last), gridId })
  const which: Chosen = { from: periods.from, to: periods.to, timeZone: zone, gridId, classCode }
  const { rows, names } = await db.scoped(scope, async (tx) => {
    const found = await listDays(tx, which, by, level + 1)
    return { rows: found, names: await listNames(tx, by, [...new Set(found.map(({ key }) => key))]) }
  })
  const grouped = [...Map.groupBy(rows, ({ key }) => key)].filter(([key]) => by === 'all' || key !== '')
  if (grouped.length > mostGroups)
    throw invalid('by', `there are ${grouped.length} groups; at most ${mostGroups} are told at once`)
  // A town that began a year ago has no cases before: its days before the first case are not known, not empty.
  const begun = rows.reduce((least, { day }) => Math.min(least, numberOf(day)), Number.POSITIVE_INFINITY)
  const series = grouped.map(([, own]) => {
    const values = new Float64Array(history).fill(0, Math.max(0, begun - first))
    values.fill(Number.NaN, 0, Math.max(0, begun - first))
    for (const { day, cases } of own) values[numberOf(day) - first] = cases
    return values
  })
  const told = await statistics.ask('forecastAll', series, { days: ahead })
  const before = await statistics.ask(
    'forecastAll',
    series.map((one) => one.slice(0, -ahead)),
    { days: ahead },
  )
  const lastWeeks = series.map((one) =>
    one.slice(-ahead).reduce((sum, value) => sum + (Number.isNaN(value) ? 0 : value), 0),
  )
  const warnings = await statistics.ask(
    'earlyWarnings',
    before.map((forecast, i) => ({ observed: lastWeeks[i] ?? 0, forecast })),
  )
  const spoken = told.find((one) => !isLeft(one))
  return {
    from: dayOf(last + 1),
    to: dayOf(last + ahead),
    confidence: spoken && !isLeft(spoken) ? spoken.confidence : 0.9,
    groups: grouped.map(([key], i) => {
      const forecast = told[i]
      const warning = warnings[i]
      const known = forecast && !isLeft(forecast) ? forecast : null
      const earlier = before[i]
      return {
        key,
        name: names.get(key)?.name ?? null,
        nameEn: names.get(key)?.nameEn ?? null,
        lastWeek: lastWeeks[i] ?? 0,
        total: known?.total ?? null,
        days: known?.days ?? [],
        backTest: known?.backTest ?? null,
        warning: {
          warned: warning?.warned ?? false,
          because: warning?.because ?? 'no-history',
          q: warning?.q ?? null,
          expected: earlier && !isLeft(earlier) ? earlier.total.mean : null,
        },
        blank: forecast && isLeft(forecast) ? forecast.blank : null,
      }
    }),
  }
}
