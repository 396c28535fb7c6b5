import { type Cube, type Filter, rowsOf } from '../../api/contract/cube.ts'
import { hasMark } from '../../api/contract/cube-counter.ts'
import { quantiles } from '../../api/contract/cube-quantiles.ts'

/** Handling times are told in these hours: the limits of the classes are 2, 4, 8 hours and days. */
export const timeBins = [1, 2, 4, 8, 24, 72, 168] as const
export interface Times {
  /** Cases up to each of `timeBins`, and above; null: not known of single cases. */
  counts: number[] | null
  total: number
  median: number | null
  late: number | null
}
/** How long handling took, in natural time from dispatch to handled. */
export function timesOf(cube: Cube, filter: Filter): Times {
  const counts = Array.from({ length: timeBins.length + 1 }, () => 0)
  const told = cube.dictionaries.marks.map((mark) => hasMark(mark, 'handles'))
  let total = 0
  for (const row of rowsOf(cube, filter)) {
    if (!told[cube.mark[row] ?? 0]) continue
    const hours = (cube.handleSeconds[row] ?? 0) / 3600
    const bin = timeBins.findIndex((end) => hours <= end)
    const at = bin < 0 ? timeBins.length : bin
    counts[at] = (counts[at] ?? 0) + 1
    total += 1
  }
  const [median = null, late = null] = quantiles(cube, filter, 'handle', [0.5, 0.9]).get('') ?? []
  return { counts, total, median, late }
}
