import { type Cube, type Filter, rowsOf } from './cube.ts'
import { axisOf, type Dimension } from './cube-axes.ts'
import { hasMark } from './cube-counter.ts'

const times = {
  response: ['responses', 'responseSeconds'],
  handle: ['handles', 'handleSeconds'],
  total: ['totals', 'totalSeconds'],
} as const
export type TimeOf = keyof typeof times

/** Brings the kth smallest to place k, smaller ones before it, larger ones behind (Hoare's FIND, 1961); in place. */
function select(values: Int32Array, k: number, low: number, high: number) {
  let [left, right] = [low, high]
  while (left < right) {
    const pivot = values[(left + right) >>> 1] as number
    let [i, j] = [left, right]
    while (i <= j) {
      while ((values[i] as number) < pivot) i++
      while ((values[j] as number) > pivot) j--
      if (i <= j) {
        const held = values[i] as number
        values[i++] = values[j] as number
        values[j--] = held
      }
    }
    if (j < k) left = i
    if (k < i) right = j
  }
}

/** Between the two nearest in proportion, as SQL's percentile_cont (type 7 of Hyndman and Fan 1996). */
function quantileOf(values: Int32Array, share: number): number {
  const at = share * (values.length - 1)
  const k = Math.floor(at)
  select(values, k, 0, values.length - 1)
  const low = values[k] as number
  if (at === k) return low
  select(values, k + 1, k + 1, values.length - 1)
  return low + (at - k) * ((values[k + 1] as number) - low)
}

/** Quantiles of a time in seconds, by key (under '' without a dimension): one number a share; keys without such a time are left out. */
export function quantiles(
  cube: Cube,
  filter: Filter,
  which: TimeOf,
  shares: readonly number[],
  dimension: Dimension | null = null,
): Map<string, number[]> {
  const [tally, column] = times[which]
  const { [column]: seconds, mark } = cube
  const told = Uint8Array.from(cube.dictionaries.marks, (one) => (hasMark(one, tally) ? 1 : 0))
  const axis = dimension ? axisOf(cube, dimension) : null
  const values = axis ? cube[axis.column] : null
  const groupOf = (row: number) =>
    axis && values ? (axis.of[(values[row] as number) - axis.base] as number) : 0
  const rows = rowsOf(cube, filter).filter((row) => told[mark[row] as number] === 1)
  const keys = axis ? axis.keys : ['']
  // Room for each group, one after the other.
  const ends = new Uint32Array(keys.length + 1)
  for (const row of rows) ends[groupOf(row) + 1] = (ends[groupOf(row) + 1] as number) + 1
  for (let group = 0; group < keys.length; group++)
    ends[group + 1] = (ends[group + 1] as number) + (ends[group] as number)
  const next = ends.slice()
  const held = new Int32Array(rows.length)
  for (const row of rows) {
    const group = groupOf(row)
    held[next[group] as number] = seconds[row] as number
    next[group] = (next[group] as number) + 1
  }
  const answers = keys.flatMap((key, group): [string, number[]][] => {
    const own = held.subarray(ends[group], ends[group + 1])
    return own.length === 0 ? [] : [[key, shares.map((share) => quantileOf(own, share))]]
  })
  return new Map(answers.sort(([a], [b]) => (a < b ? -1 : 1)))
}
