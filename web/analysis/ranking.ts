import type { Dimension } from '../../api/contract/cube-axes.ts'
import type { Grid } from '../../api/contract/grid.ts'
import { measures, type Scheme, scoreOf, type Tallies, valueOf } from '../../api/contract/measure-rules.ts'
import type { Names } from './names.ts'

export interface Ranked {
  key: string
  name: string
  sums: Tallies
  /** By column: `cases`, `km2`, `household`, `score`, and every measure; null where nothing can be told. */
  values: Readonly<Record<string, number | null>>
  /** 1 is the best score; the same score has the same rank. */
  rank: number | null
}

interface Ranking {
  by: Dimension
  grids: ReadonlyMap<number, Grid>
  names: Names
  scheme: Scheme | undefined
  heldOut: boolean
  sort: string
}

/** Of some days nothing but their cases is known: what cannot be reckoned is not told. */
const told = (value: number | null): number | null => (Number.isFinite(value) ? value : null)

/** Groups in the order of a column; those of which it cannot be told come last, whichever way it runs. */
export function rankingOf(sums: ReadonlyMap<string, Tallies>, ranking: Ranking): Ranked[] {
  const { by, grids, names, scheme, heldOut, sort } = ranking
  const isGrid = by.startsWith('grid')
  const rows = [...sums].flatMap(([key, own]): Ranked[] => {
    if (key === '') return []
    const values: Record<string, number | null> = { cases: own.cases }
    if (isGrid) {
      const grid = grids.get(Number(key))
      values.km2 = grid && grid.areaKm2 > 0 ? own.cases / grid.areaKm2 : null
      values.household = grid && grid.households > 0 ? (own.cases * 1000) / grid.households : null
    }
    for (const measure of measures) values[measure.id] = told(valueOf(measure, own, { heldOut }))
    values.score = scheme ? told(scoreOf(scheme, own).score) : null
    return [{ key, name: names(by, key), sums: own, values, rank: null }]
  })
  const scores = rows.flatMap(({ values: { score } }) => (typeof score === 'number' ? [score] : []))
  const places = new Map<number, number>()
  scores.sort((a, b) => b - a).forEach((score, i) => places.has(score) || places.set(score, i + 1))
  for (const row of rows) row.rank = places.get(row.values.score ?? Number.NaN) ?? null
  const [column, turn] = sort.startsWith('-') ? [sort.slice(1), -1] : [sort, 1]
  const keyed = column === 'name'
  return rows.sort((a, b) => {
    if (keyed) return turn * a.key.localeCompare(b.key, 'en', { numeric: true })
    const [x, y] = [a.values[column] ?? null, b.values[column] ?? null]
    if (x === null || y === null) return x === y ? 0 : x === null ? 1 : -1
    return turn * (x - y) || a.key.localeCompare(b.key, 'en', { numeric: true })
  })
}
