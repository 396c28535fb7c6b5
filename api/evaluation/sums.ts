import { type Filter, sumUp } from '../contract/cube.ts'
import type { Dimension } from '../contract/cube-axes.ts'
import { quantiles } from '../contract/cube-quantiles.ts'
import type { EvaluationQuery } from '../contract/evaluation.ts'
import type { Grouping, Tallies } from '../contract/measure-rules.ts'
import type { Db } from '../db/connect.ts'
import type { Scope } from '../db/scope.ts'
import { seenBy } from './cube.ts'
import type { CubeStore } from './cube-store.ts'
import type { Periods } from './queries.ts'
import { listQuantiles, listSums, type QuantileRow } from './sum-queries.ts'

type PeriodName = 'now' | 'before' | 'year'
type Quantiles = Omit<QuantileRow, 'key'>
/** Where sums come from: the cube, or the database where there is none. Both answer the same. */
export interface Sums {
  by(period: PeriodName): Promise<Map<string, Tallies>>
  quantiles(): Promise<Map<string, Quantiles>>
}

export type Asked = EvaluationQuery & { depth: number }
const byKey = ([a]: [string, unknown], [b]: [string, unknown]) => (a < b ? -1 : 1)

/** In the caller's scope: `tx` runs in it. */
export function sumsOfDatabase(tx: Db, asked: Asked, periods: Periods): Sums {
  const { timeZone } = periods
  const spans: Record<PeriodName, { from: number; to: number }> = {
    now: { from: periods.from, to: periods.to },
    before: { from: periods.beforeFrom, to: periods.from },
    year: { from: periods.yearFrom, to: periods.yearTo },
  }
  return {
    async by(period) {
      const rows = await listSums(tx, { ...asked, ...spans[period], timeZone }, asked.by)
      return new Map(rows.map(({ key, ...sums }): [string, Tallies] => [key, sums]).sort(byKey))
    },
    async quantiles() {
      const rows = await listQuantiles(tx, { ...asked, ...spans.now, timeZone }, asked.by)
      return new Map(rows.map(({ key, ...row }) => [key, row]))
    },
  }
}

/** The dimension of a grouping; grids are those at a place in the path, of which the town is the first. */
function dimensionOf(by: Grouping, depth: number): Dimension | null {
  if (by === 'all') return null
  if (by !== 'grid') return by
  return ([null, null, 'grid1', 'grid2', 'grid3'] as const)[depth] ?? null
}
const only = (value: string | number | undefined) => (value === undefined ? undefined : [String(value)])

/** Everything is worked out at once, of one state of the store. */
export function sumsOfCube(store: CubeStore, scope: Scope, asked: Asked, { hours }: Periods): Sums {
  const dimension = dimensionOf(asked.by, asked.depth)
  const given = {
    class: only(asked.classCode),
    source: only(asked.source),
    unit: only(asked.unitId),
    officer: only(asked.officerId),
  }
  const keys = Object.fromEntries(Object.entries(given).filter(([, one]) => one)) as Filter['keys']
  const seen = seenBy(store, scope, asked.gridId)
  const spans: Record<PeriodName, { from: number; to: number }> = {
    now: { from: hours.from, to: hours.to },
    before: { from: hours.beforeFrom, to: hours.from },
    year: { from: hours.yearFrom, to: hours.yearTo },
  }
  const sumOf = (period: PeriodName) => sumUp(store.cube, { ...spans[period], ...seen, keys }, dimension)
  const isCompared = !isOfTime(asked.by)
  const sums = {
    now: sumOf('now'),
    before: isCompared ? sumOf('before') : new Map<string, Tallies>(),
    year: isCompared ? sumOf('year') : new Map<string, Tallies>(),
  }
  const timesOf = (which: 'handle' | 'total') =>
    quantiles(store.cube, { ...spans.now, ...seen, keys }, which, [0.5, 0.9], dimension)
  const told = new Map<string, Quantiles>()
  if (asked.quantiles === 'true') {
    const [handle, total] = [timesOf('handle'), timesOf('total')]
    for (const key of sums.now.keys()) {
      const [[handleP50 = null, handleP90 = null] = [], [totalP50 = null, totalP90 = null] = []] = [
        handle.get(key),
        total.get(key),
      ]
      told.set(key, { handleP50, handleP90, totalP50, totalP90 })
    }
  }
  return {
    by: (period) => Promise.resolve(sums[period]),
    quantiles: () => Promise.resolve(told),
  }
}

/** A day is in one period only: there is nothing to compare it with. */
export const isOfTime = (by: Grouping) => by === 'day' || by === 'week' || by === 'month'
