import { type Evaluation, evaluationQuery, type HotSpotMap } from '../contract/evaluation.ts'
import { measures } from '../contract/measure-rules.ts'
import type { Db } from '../db/connect.ts'
import type { Scope } from '../db/scope.ts'
import { Refusal } from '../errors.ts'
import { isLeft } from '../evaluation/blank.ts'
import type { Forecast } from '../evaluation/forecast.ts'
import { evaluate } from '../evaluation/measures.ts'
import type { Statistics } from '../evaluation/statistics.ts'
import { changesIn, tellComing } from '../evaluation/when.ts'
import { mapHotSpots } from '../evaluation/where.ts'
import { addDays, before, dayAt, daysIn, instantOf, type Span, yearBefore } from './periods.ts'
import {
  findFirstHour,
  findFoldedSeq,
  findPlace,
  findTownId,
  type GridFacts,
  listClassNames,
  listDuePromises,
  listGridFacts,
  listOutlines,
  listPlaces,
  listUnitNames,
  listWeekHours,
  type RunRow,
} from './queries.ts'

export type Group = Evaluation['groups'][number]
export interface Place {
  classCode: string
  gridId: number
  cases: number
  recurred: number
  open: number
}
export interface Checked {
  words: string
  measure: string
  target: number
  value: number | null
  title: string
  about: string
}
/** The numbers of a briefing, before any word is said about them. */
export interface Gathered {
  run: Pick<RunRow, 'kind' | 'from' | 'to' | 'language' | 'advice' | 'askedBy'>
  place: NonNullable<Awaited<ReturnType<typeof findPlace>>>
  madeAt: Date
  today: string
  spans: { now: Span; before: Span; year: Span }
  /** Whether there was data already when the period began. */
  known: { before: boolean; year: boolean }
  /** The period is not over. */
  running: boolean
  /** It is over for longer than a forecast reaches. */
  past: boolean
  counting: boolean
  all: { now: Group | null; before: Group | null; year: Group | null }
  grids: { now: Group[]; before: Group[] }
  classes: { now: Group[]; before: Group[] }
  units: Group[]
  days: { now: number[]; before: number[] }
  hours: number[][]
  /** Valid cases of the weeks before the period, the oldest first: how much they vary. */
  weeks: number[]
  forecast: Forecast | null
  /** Days of the period from which on the daily level was another, week's rhythm apart. */
  changes: { day: string; before: number; after: number }[]
  /** Classes that came far more often in the period's last seven days than could be told before. */
  warnings: { code: string; observed: number; expected: number }[]
  places: { now: Place[]; before: Place[] }
  gridFacts: Map<number, GridFacts>
  unitNames: Map<number, string>
  classNames: Map<string, { name: string; nameEn: string }>
  map: { cells: HotSpotMap['cells']; shapes: Map<number, string>; rate: number } | null
  promises: Checked[]
  /** How far the timeline was counted. */
  seq: number
}

/** A map of more grids than this cannot be read on paper. */
const mostGrids = 600
const historyDays = 730
const spreadWeeks = 12
const forecastDays = 7
/** So far back the daily level is looked at. */
const levelDays = 364

interface Ground {
  db: Db
  statistics: Statistics
}
/**
 * Collects the numbers of a run, of its grid alone, of one state of the facts if the town gives it the time; `now` is when it is made. Throws when
 * its grid is not there any more.
 */
export async function gather(ground: Ground, run: RunRow, now: Date): Promise<Gathered> {
  for (let turn = 1; ; turn += 1) {
    const told = await gatherOnce(ground, run, now)
    if (turn === mostTurns || (await findFoldedSeq(ground.db)) === told.seq) return told
  }
}
const mostTurns = 3

async function gatherOnce({ db, statistics }: Ground, run: RunRow, now: Date): Promise<Gathered> {
  const townId = await findTownId(db)
  const scope: Scope = { role: 'leader', grids: [run.gridId ?? townId] }
  const place = await findPlace(db, run.gridId, scope.grids)
  if (!place) throw new Error('its grid is not there any more')
  const { timeZone } = place
  const span = { from: run.from, to: run.to }
  const spans = { now: span, before: before(run.kind, span), year: yearBefore(run.kind, span) }
  const today = dayAt(now, timeZone)
  const ask = async (asked: Span, by: string, more: Record<string, unknown> = {}) =>
    evaluate(
      db,
      scope,
      evaluationQuery.parse({ ...asked, by, ...(run.gridId ? { gridId: run.gridId } : {}), ...more }),
    )
  const groups = async (asked: Span, by: string, more: Record<string, unknown> = {}) =>
    (await ask(asked, by, more)).groups
  const firstHour = await db.scoped(scope, (tx) => findFirstHour(tx, run.gridId))
  const firstDay = firstHour === null ? null : dayAt(new Date(firstHour), timeZone)
  const known = (asked: Span) => firstDay !== null && firstDay <= asked.from
  const seq = await findFoldedSeq(db)
  const whole = await ask(span, 'all')

  const historyFrom = [firstDay ?? span.from, addDays(span.to, -historyDays), spans.before.from].reduce(
    (a, b, i) => (i === 1 ? (a > b ? a : b) : a < b ? a : b),
  )
  const byDay = new Map(
    (await groups({ from: historyFrom, to: span.to }, 'day')).map((one) => [one.key, one.sums.valid ?? 0]),
  )
  const daysOf = ({ from, to }: Span) =>
    Array.from({ length: daysIn({ from, to }) }, (_, i) => byDay.get(addDays(from, i)) ?? 0)
  const weeks: number[] = []
  for (let week = 1; week <= spreadWeeks; week += 1) {
    const from = addDays(span.from, -7 * week)
    if (!known({ from, to: from }) || from < historyFrom) break
    weeks.unshift(daysOf({ from, to: addDays(from, 6) }).reduce((sum, one) => sum + one, 0))
  }
  const running = today <= span.to
  // The week after a period long past is no forecast.
  const past = addDays(span.to, forecastDays) < today
  const told =
    running || past || firstDay === null
      ? null
      : await statistics.ask(
          'forecastOf',
          Float64Array.from(daysOf({ from: historyFrom < firstDay ? firstDay : historyFrom, to: span.to })),
          { days: forecastDays },
        )

  const looked = addDays(span.to, 1 - levelDays)
  const start = looked < span.from ? looked : span.from
  const daily = daysOf({ from: firstDay && firstDay > start ? firstDay : start, to: span.to })
  const { changes: levels } = await changesIn(statistics, Float64Array.from(running ? [] : daily))
  // What is left of a rhythm that is taken out of days without cases is no negative case.
  const level = (cases: number) => Math.max(0, cases)
  const changes = (isLeft(levels) ? [] : levels.changes)
    .map(({ at, ...one }) => ({
      day: addDays(span.to, at + 1 - daily.length),
      before: level(one.before),
      after: level(one.after),
    }))
    .filter(({ day }) => day >= span.from)
  // The seven days warned of must be the period's own.
  const coming =
    running || daysIn(span) < forecastDays
      ? []
      : (
          await tellComing({ db, statistics, now: () => now }, scope, {
            until: span.to,
            by: 'class',
            level: 1,
            ...(run.gridId ? { gridId: run.gridId } : {}),
          })
        ).groups
  const warnings = coming.flatMap(({ key, lastWeek, warning: { warned, expected } }) =>
    warned && expected !== null ? [{ code: key, observed: lastWeek, expected }] : [],
  )

  const within = (asked: Span) => ({
    from: instantOf(asked.from, 0, timeZone).getTime(),
    to: instantOf(addDays(asked.to, 1), 0, timeZone).getTime(),
    gridId: run.gridId,
  })
  const [hourRows, placesNow, placesBefore, classNames] = await db.scoped(
    scope,
    async (tx) =>
      [
        await listWeekHours(tx, within(span), timeZone),
        await listPlaces(tx, within(span)),
        await listPlaces(tx, within(spans.before)),
        await listClassNames(tx),
      ] as const,
  )
  const hours = Array.from({ length: 7 }, () => Array.from({ length: 24 }, () => 0))
  for (const { weekday, hour, cases } of hourRows) (hours[weekday - 1] as number[])[hour] = cases

  const grids = { now: await groups(span, 'grid'), before: await groups(spans.before, 'grid') }
  const units = await groups(span, 'unit', { scheme: 'jinniu' })
  const due = await listDuePromises(db, { kind: run.kind, gridId: run.gridId, day: span.from })
  const promises: Checked[] = []
  for (const { words, measure, target, gridId, unitId, title } of due) {
    const [found] = await groups(span, 'all', {
      ...(gridId ? { gridId } : {}),
      ...(unitId ? { unitId } : {}),
    }).catch((error: unknown) => {
      if (error instanceof Refusal) return [null]
      throw error
    })
    // Of a grid that is not there, or not of this briefing's, nothing is known: that is not none.
    const value =
      found === null
        ? null
        : measure === 'validCases'
          ? (found?.sums.valid ?? 0)
          : (found?.values[measure] ?? null)
    promises.push({ words, measure, target, value, title, about: [gridId, unitId].filter(Boolean).join('/') })
  }
  const ids = new Set([...grids.now, ...grids.before].map(({ key }) => Number(key)))
  for (const one of placesNow) ids.add(one.gridId)
  const [gridFacts, unitNames] = await db.scoped(
    scope,
    async (tx) =>
      [
        await listGridFacts(tx, [...ids]),
        await listUnitNames(
          tx,
          units.map(({ key }) => Number(key)),
        ),
      ] as const,
  )
  return {
    run,
    place,
    madeAt: now,
    today,
    spans,
    known: { before: known(spans.before), year: known(spans.year) },
    running,
    past,
    counting: whole.counting,
    all: {
      now: whole.groups[0] ?? null,
      before: (await groups(spans.before, 'all'))[0] ?? null,
      year: (await groups(spans.year, 'all'))[0] ?? null,
    },
    grids,
    classes: { now: await groups(span, 'class'), before: await groups(spans.before, 'class') },
    units,
    days: { now: daysOf(span), before: daysOf(spans.before) },
    hours,
    weeks,
    forecast: told === null || isLeft(told) ? null : told,
    changes,
    warnings: warnings.sort((a, b) => b.observed - a.observed || (a.code < b.code ? -1 : 1)),
    places: { now: placesNow, before: placesBefore },
    gridFacts: new Map(gridFacts.map((one) => [one.id, one])),
    unitNames: new Map(unitNames.map(({ id, name }) => [id, name])),
    classNames: new Map(classNames.map(({ code, ...names }) => [code, names])),
    map: await mapOf({ db, statistics }, { scope, span, level: place.level, gridId: run.gridId }),
    promises,
    seq,
  }
}

/** The cases by the smallest grids that can still be read on paper, with what is hot. Null: none of them has a shape. */
async function mapOf(
  { db, statistics }: Ground,
  { scope, span, level, gridId }: { scope: Scope; span: Span; level: number; gridId: number | null },
): Promise<Gathered['map']> {
  for (let fine = 3; fine > level; fine -= 1) {
    const outlines = await db.scoped(scope, (tx) => listOutlines(tx, fine, gridId))
    if (outlines.length === 0 || (outlines.length > mostGrids && fine > level + 1)) continue
    const { cells, rate } = await mapHotSpots({ db, statistics }, scope, {
      ...span,
      level: fine,
      per: 'case',
      rate: 0.05,
    })
    return { cells, rate, shapes: new Map(outlines.map(({ id, shape }) => [id, shape])) }
  }
  return null
}

export const measureOf = (id: string) => measures.find((one) => one.id === id)
