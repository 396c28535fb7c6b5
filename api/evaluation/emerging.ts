import { type Blank, isLeft } from './blank.ts'
import { hotSpots } from './hotspots.ts'
import type { Weights } from './neighbours.ts'
import { mannKendall } from './trend.ts'

export type Pattern =
  | 'new'
  | 'consecutive'
  | 'intensifying'
  | 'persistent'
  | 'diminishing'
  | 'sporadic'
  | 'oscillating'
  | 'historical'
export interface Emerging {
  cells: {
    /** Null: no pattern, or a blank. */
    pattern: `${Pattern}-${'hot' | 'cold'}` | null
    /** z of the trend of Gi* over time, and its p. */
    trend: { z: number; p: number } | null
    blank: Blank | null
  }[]
  /** Steps × cells, step by step: Gi*, and 1 hot, −1 cold, 0 neither. */
  z: (number | null)[]
  heat: Int8Array
}

/**
 * Emerging hot spots: Gi* in a cube of steps × cells (values step by step), where a cell's neighbours are those of the map at its own step and
 * at `lag` steps before, beside itself then; against the whole cube, hot and cold as `hotSpots` calls them; then Mann–Kendall on each cell's
 * z, and the categories as ArcGIS Pro defines them (How Emerging Hot Spot Analysis works, 2016). NaN: unknown.
 */
export function emergingHotSpots(
  values: Float64Array,
  steps: number,
  map: Weights,
  {
    lag = 1,
    trendRate = 0.05,
    ...control
  }: { lag?: number; trendRate?: number; rate?: number; permutations?: number; seed?: number } = {},
): Emerging {
  const { n } = map
  if (values.length !== steps * n) throw new RangeError('A cube has a value for every step and cell.')
  const { z, heat: called, blanks } = hotSpots(values, cube(map, steps, lag), control)
  const heat = Int8Array.from(called, (one) => (one === 'hot' ? 1 : one === 'cold' ? -1 : 0))
  const cells = Array.from({ length: n }, (_, cell): Emerging['cells'][number] => {
    const at = (step: number) => step * n + cell
    const series = Float64Array.from({ length: steps }, (_, step) => z[at(step)] ?? Number.NaN)
    const test = mannKendall(series)
    if (isLeft(test) && test.blank !== 'all-equal')
      return { pattern: null, trend: null, blank: blanks[cell] ?? (steps < 3 ? 'too-few' : test.blank) }
    const trend = isLeft(test) ? { z: 0, p: 1 } : { z: test.z, p: test.p }
    const own = Array.from({ length: steps }, (_, step) => heat[at(step)] as number)
    return { pattern: patternOf(own, trend, trendRate), trend, blank: null }
  })
  return { cells, z, heat }
}

/** The map repeated for each step, every step linked to those before it. */
function cube({ n, starts, others, values }: Weights, steps: number, lag: number): Weights {
  const links = Array.from({ length: steps }, (_, step) => (others.length + n) * (Math.min(step, lag) + 1))
  const total = links.reduce((sum, one) => sum + one, 0)
  const made: Weights = {
    n: n * steps,
    starts: new Int32Array(n * steps + 1),
    others: new Int32Array(total),
    values: new Float64Array(total),
  }
  let put = 0
  const add = (other: number, value: number) => {
    made.others[put] = other
    made.values[put++] = value
  }
  for (let step = 0; step < steps; step++)
    for (let i = 0; i < n; i++) {
      for (let then = Math.max(0, step - lag); then <= step; then++) {
        let own = false
        for (let at = starts[i] as number; at < (starts[i + 1] as number); at++) {
          const j = others[at] as number
          if (!own && j >= i) {
            own = true
            add(then * n + i, j === i ? (values[at] as number) : 1)
            if (j === i) continue
          }
          add(then * n + j, values[at] as number)
        }
        if (!own) add(then * n + i, 1)
      }
      made.starts[step * n + i + 1] = put
    }
  return { ...made, others: made.others.subarray(0, put), values: made.values.subarray(0, put) }
}

/** The category of one cell: heat by step (1, −1, 0) and the trend of its z. */
export function patternOf(
  heat: readonly number[],
  trend: { z: number; p: number },
  trendRate = 0.05,
): Emerging['cells'][number]['pattern'] {
  const last = heat.at(-1)
  if (last === undefined) return null
  const most = (side: number) => heat.filter((one) => one === side).length >= 0.9 * heat.length
  if (last === 0) return most(1) ? 'historical-hot' : most(-1) ? 'historical-cold' : null
  const side = last > 0 ? 'hot' : 'cold'
  if (most(last)) {
    const rising = trend.p <= trendRate ? Math.sign(trend.z) * last : 0
    return `${rising > 0 ? 'intensifying' : rising < 0 ? 'diminishing' : 'persistent'}-${side}`
  }
  // The run that lasts until now, and what was before it.
  const run = heat.length - 1 - heat.findLastIndex((one) => one !== last)
  const before = heat.slice(0, heat.length - run)
  if (before.includes(-last)) return `oscillating-${side}`
  if (before.includes(last)) return `sporadic-${side}`
  return `${run === 1 ? 'new' : 'consecutive'}-${side}`
}
