import type {
  BinsQuery,
  CaseBins,
  Density,
  DensityQuery,
  EmergingMap,
  EmergingQuery,
  LevelQuery,
  MoranMap,
  NearRepeats,
  StudyQuery,
} from '../contract/study.ts'
import type { Db } from '../db/connect.ts'
import type { Scope } from '../db/scope.ts'
import { invalid } from '../errors.ts'
import { binned, outlineOf } from './bins.ts'
import { isLeft } from './blank.ts'
import { adjusted } from './discovery.ts'
import { planeAround } from './plane.ts'
import { listCells } from './queries.ts'
import type { Statistics } from './statistics.ts'
import { type Chosen, findBox, listDays, listPlaces } from './study-queries.ts'
import { findSpan, studied } from './when.ts'

interface Parts {
  db: Db
  statistics: Statistics
}
const dayMs = 86_400_000
const dayOf = (number: number) => new Date(number * dayMs).toISOString().slice(0, 10)
const numberOf = (day: string) => Date.parse(day) / dayMs
const told = { case: 1, household: 1000, km2: 1 } as const

/** The first days of the steps of a period, the last step whole: weeks counted back from its end, or the calendar's months. */
function stepsOf(from: string, to: string, step: 'week' | 'month'): number[] {
  const [first, end] = [numberOf(from), numberOf(to) + 1]
  if (step === 'week')
    return Array.from(
      { length: Math.floor((end - first) / 7) },
      (_, i, n = Math.floor((end - first) / 7)) => end - 7 * (n - i),
    )
  const starts: number[] = []
  for (let at = end; ; ) {
    const before = new Date(at * dayMs)
    // The same day a month earlier; from the 31st back to a shorter month's last.
    const day = before.getUTCDate()
    const month = new Date(Date.UTC(before.getUTCFullYear(), before.getUTCMonth() - 1, 1))
    const days = new Date(Date.UTC(month.getUTCFullYear(), month.getUTCMonth() + 1, 0)).getUTCDate()
    month.setUTCDate(Math.min(day, days))
    at = month.getTime() / dayMs
    if (at < first) return starts.reverse()
    starts.push(at)
  }
}

const leastSteps = 10
const mostValues = 400_000

/** Grids by how they came to be hot or cold over the steps of a period: newly, for long, more and more. */
export async function mapEmerging(
  { db, statistics }: Parts,
  scope: Scope,
  { level, step, ...query }: EmergingQuery,
): Promise<EmergingMap> {
  const periods = await findSpan(db, scope, query)
  const starts = stepsOf(query.from, query.to, step)
  if (starts.length < leastSteps)
    throw invalid('from', `must leave ${leastSteps} whole ${step}s at least: a pattern in time needs them`)
  const cells = await listCells(db, level, scope.grids, query.gridId)
  if (cells.length * starts.length > mostValues)
    throw invalid('from', `${cells.length} grids over ${starts.length} steps are too many: choose fewer`)
  const which: Chosen = { ...query, from: periods.from, to: periods.to, timeZone: periods.timeZone }
  const rows = await db.scoped(scope, (tx) => listDays(tx, which, 'grid', level + 1))
  const cellOf = new Map(cells.map(({ id }, i) => [String(id), i]))
  const values = new Float64Array(starts.length * cells.length)
  // Which step each day belongs to; days before the first step to none.
  const stepOf = new Map<string, number>()
  starts.forEach((start, at) => {
    for (let n = start; n < (starts[at + 1] ?? numberOf(query.to) + 1); n += 1) stepOf.set(dayOf(n), at)
  })
  for (const { key, day, cases } of rows) {
    const cell = cellOf.get(key)
    const at = stepOf.get(day) ?? -1
    if (cell !== undefined && at >= 0)
      values[at * cells.length + cell] = (values[at * cells.length + cell] as number) + cases
  }
  const found = await statistics.ask(
    'emergingGrids',
    cells.map(({ shape }) => shape),
    values,
    starts.length,
  )
  return {
    ...studied(periods),
    steps: starts.map(dayOf),
    cells: cells.map(({ id, name }, i) => {
      const column = starts.map((_, at) => at * cells.length + i)
      return {
        gridId: id,
        name,
        cases: column.reduce((sum, at) => sum + (values[at] as number), 0),
        pattern: found.cells[i]?.pattern ?? null,
        trendZ: found.cells[i]?.trend?.z ?? null,
        heat: column.map((at) => (found.heat[at] ?? 0) as -1 | 0 | 1),
        blank: found.cells[i]?.blank ?? null,
      }
    }),
  }
}

/** Moran's I over the grids of a level, and each grid's own, with false alarms held to 5 % of what is called. */
export async function mapMoran(
  { db, statistics }: Parts,
  scope: Scope,
  { level, per, ...query }: LevelQuery,
): Promise<MoranMap> {
  const periods = await findSpan(db, scope, query)
  const cells = await listCells(db, level, scope.grids, query.gridId)
  const which: Chosen = { ...query, from: periods.from, to: periods.to, timeZone: periods.timeZone }
  const rows = await db.scoped(scope, (tx) => listDays(tx, which, 'grid', level + 1))
  const casesOf = new Map<string, number>()
  for (const { key, cases } of rows) casesOf.set(key, (casesOf.get(key) ?? 0) + cases)
  const counts = cells.map(({ id }) => casesOf.get(String(id)) ?? 0)
  const values = Float64Array.from(cells, ({ households, areaKm2 }, i) => {
    const size = per === 'case' ? 1 : per === 'household' ? households : areaKm2
    return size > 0 ? ((counts[i] as number) / size) * told[per] : Number.NaN
  })
  const { global, local } = await statistics.ask(
    'moranGrids',
    cells.map(({ shape }) => shape),
    values,
  )
  const q = adjusted(local.permuted)
  return {
    ...studied(periods),
    global: isLeft(global)
      ? null
      : {
          i: global.i,
          expected: global.expected,
          z: global.randomisation.z,
          p: global.permuted ?? global.randomisation.p,
        },
    cells: cells.map(({ id, name }, i) => ({
      gridId: id,
      name,
      cases: counts[i] as number,
      i: local.i[i] ?? null,
      p: local.permuted[i] ?? null,
      q: q[i] ?? null,
      quadrant: local.quadrant[i] ?? null,
      called: (q[i] ?? 1) <= 0.05,
    })),
    blank: isLeft(global) ? global.blank : null,
  }
}

const mostPlaces = 200_000
/** The cases of a question with their places as metres; refuses (422) more than can be looked at. */
export async function findPlaces(db: Db, scope: Scope, query: StudyQuery) {
  const periods = await findSpan(db, scope, query)
  const which: Chosen = { ...query, from: periods.from, to: periods.to, timeZone: periods.timeZone }
  const cases = await db.scoped(scope, (tx) => listPlaces(tx, which, mostPlaces + 1))
  if (cases.length > mostPlaces)
    throw invalid(
      'from',
      `more than ${mostPlaces} cases are too many to compare: choose a shorter period or a class`,
    )
  const middle = (axis: 'lng' | 'lat') => cases.reduce((sum, one) => sum + one[axis], 0) / (cases.length || 1)
  const plane = planeAround(middle('lng'), middle('lat'))
  const flat = plane.flat(cases.flatMap(({ lng, lat }) => [lng, lat]))
  return { periods, cases, plane, flat }
}

const nearMeters = [100, 200, 400, 800]
const nearDays = [3, 7, 14, 28]
/** Whether a case makes another near it more likely in the days after (Knox, permuted). */
export async function studyNearRepeats(
  { db, statistics }: Parts,
  scope: Scope,
  query: StudyQuery,
): Promise<NearRepeats> {
  const { periods, cases, flat } = await findPlaces(db, scope, query)
  const days = Float64Array.from(cases, ({ at }) => (at - periods.from) / dayMs)
  const found = await statistics.ask('nearRepeat', flat, days, {
    meters: nearMeters,
    days: nearDays,
    permutations: cases.length > 20_000 ? 99 : 999,
  })
  return {
    ...studied(periods),
    cases: cases.length,
    bands: isLeft(found) ? [] : found.bands,
    blank: isLeft(found) ? found.blank : null,
  }
}

/** Cells along the longer side. */
const fineness = 200
/** Cases per km² around each place (quartic kernel) over the caller's grids. */
export async function mapDensity(
  { db, statistics }: Parts,
  scope: Scope,
  { bandwidth, ...query }: DensityQuery,
): Promise<Density> {
  const { periods, cases, plane, flat } = await findPlaces(db, scope, query)
  const none = { ...studied(periods), cases: cases.length, kernel: 'quartic' as const, bandwidth }
  const empty = { ...none, bounds: null, columns: 0, rows: 0, values: [] }
  const around = await findBox(db, scope.grids, query.gridId)
  if (cases.length === 0 || !around) return { ...empty, blank: 'too-few' }
  const [west = 0, south = 0, east = 0, north = 0] = plane.flat([
    around.west,
    around.south,
    around.east,
    around.north,
  ])
  const cell = Math.max(east - west, north - south) / fineness
  const found = await statistics.ask('densityGrid', flat, {
    kernel: 'quartic',
    bandwidth: Math.max(bandwidth, cell),
    cell,
    box: [west, south, east, north],
  })
  if (isLeft(found)) return { ...empty, blank: found.blank }
  const { columns, rows, x, y, values } = found
  const low = plane.round(x - cell / 2, y - cell / 2)
  const high = plane.round(x + (columns - 0.5) * cell, y + (rows - 0.5) * cell)
  return {
    ...none,
    bandwidth: found.bandwidth,
    bounds: [...low, ...high],
    columns,
    rows,
    values: Array.from(values, (value) => Number(value.toPrecision(4))),
    blank: null,
  }
}

/** Cases in hexagons or squares of one size; only those that hold some. */
export async function mapBins(
  { db }: Pick<Parts, 'db'>,
  scope: Scope,
  { kind, size, ...query }: BinsQuery,
): Promise<CaseBins> {
  const { periods, plane, flat } = await findPlaces(db, scope, query)
  const { areaKm2, bins } = binned(flat, kind, size)
  return {
    ...studied(periods),
    kind,
    size,
    areaKm2,
    bins: bins.map((bin) => ({
      count: bin.count,
      outline: outlineOf(kind, size, bin).map(([x, y]) => plane.round(x, y)),
    })),
  }
}
