import type { Cube } from './cube.ts'
import type { Axis } from './cube-axes.ts'
import { type Tallies, type Tally, tallies } from './measure-rules.ts'

type Time = 'responseSeconds' | 'handleSeconds' | 'totalSeconds'
/** Tallies that are 0 or 1 for each case, in the order of their bits; `cases` is 1 for all. */
export const marked = tallies.filter(
  (tally): tally is Exclude<Tally, 'cases' | 'reworks' | Time> =>
    !['cases', 'reworks', 'responseSeconds', 'handleSeconds', 'totalSeconds'].includes(tally),
)
/** A mark is the sum of its bits and of so much for each rework: a whole number below 2^53. */
export const reworkUnit = 2 ** marked.length
export const hasMark = (mark: number, tally: (typeof marked)[number]) =>
  Math.floor(mark / 2 ** marked.indexOf(tally)) % 2 === 1

const placeOf = (tally: Tally) => tallies.indexOf(tally)
const [casesPlace, reworksPlace] = [placeOf('cases'), placeOf('reworks')]
const timesOf = ['responseSeconds', 'handleSeconds', 'totalSeconds'] as const
const placesOfTimes = timesOf.map(placeOf)

interface Bits {
  /** The places in `tallies` of what mark m counts: bits[first[m]] … bits[first[m + 1] − 1]. */
  first: Uint32Array
  bits: Uint8Array
  reworks: Float64Array
}
function bitsOf(marks: readonly number[], needs: readonly Tally[]): Bits {
  const wanted = marked.flatMap((name, bit) => (needs.includes(name) ? [[bit, placeOf(name)] as const] : []))
  const all: number[] = []
  const first = Uint32Array.from([...marks, 0], (mark) => {
    const at = all.length
    for (const [bit, place] of wanted) if (Math.floor(mark / 2 ** bit) % 2 === 1) all.push(place)
    return at
  })
  const reworks = Float64Array.from(marks, (mark) =>
    needs.includes('reworks') ? Math.floor(mark / reworkUnit) : 0,
  )
  return { first, bits: Uint8Array.from(all), reworks }
}

function toTallies(sums: Float64Array, at: number): Tallies {
  const made = {} as Tallies
  for (let i = 0; i < tallies.length; i++) made[tallies[i] as Tally] = sums[at + i] as number
  return made
}

/** Rows: the first `n` of a list, or `n` from `first` on. One kind of array in each loop, as in cube-walk.ts. */
export interface Rows {
  list: Uint32Array | null
  first: number
  n: number
}
type Keyed = (
  counts: Uint32Array,
  of: Uint32Array,
  column: Uint16Array,
  mark: Uint16Array,
  rows: Rows,
) => void
const countByKey: Keyed = (counts, of, column, mark, { list, first, n }) => {
  if (list)
    for (let k = 0; k < n; k++) {
      const i = list[k] as number
      const at = (of[column[i] as number] as number) + (mark[i] as number)
      counts[at] = (counts[at] as number) + 1
    }
  else
    for (let i = first; i < first + n; i++) {
      const at = (of[column[i] as number] as number) + (mark[i] as number)
      counts[at] = (counts[at] as number) + 1
    }
}
function countByHour(
  counts: Uint32Array,
  of: Uint32Array,
  column: Int32Array,
  base: number,
  mark: Uint16Array,
  { list, first, n }: Rows,
) {
  if (list)
    for (let k = 0; k < n; k++) {
      const i = list[k] as number
      const at = (of[(column[i] as number) - base] as number) + (mark[i] as number)
      counts[at] = (counts[at] as number) + 1
    }
  else
    for (let i = first; i < first + n; i++) {
      const at = (of[(column[i] as number) - base] as number) + (mark[i] as number)
      counts[at] = (counts[at] as number) + 1
    }
}
/** All three times at once: their sums wait for memory side by side. */
function timeByKey(
  sums: Float64Array,
  of: Uint32Array,
  column: Uint16Array,
  cube: Cube,
  { list, first, n }: Rows,
) {
  const { responseSeconds, handleSeconds, totalSeconds } = cube
  if (list)
    for (let k = 0; k < n; k++) {
      const i = list[k] as number
      const at = 3 * (of[column[i] as number] as number)
      sums[at] = (sums[at] as number) + (responseSeconds[i] as number)
      sums[at + 1] = (sums[at + 1] as number) + (handleSeconds[i] as number)
      sums[at + 2] = (sums[at + 2] as number) + (totalSeconds[i] as number)
    }
  else
    for (let i = first; i < first + n; i++) {
      const at = 3 * (of[column[i] as number] as number)
      sums[at] = (sums[at] as number) + (responseSeconds[i] as number)
      sums[at + 1] = (sums[at + 1] as number) + (handleSeconds[i] as number)
      sums[at + 2] = (sums[at + 2] as number) + (totalSeconds[i] as number)
    }
}
function timeByHour(
  sums: Float64Array,
  of: Uint32Array,
  column: Int32Array,
  base: number,
  cube: Cube,
  { list, first, n }: Rows,
) {
  const { responseSeconds, handleSeconds, totalSeconds } = cube
  if (list)
    for (let k = 0; k < n; k++) {
      const i = list[k] as number
      const at = 3 * (of[(column[i] as number) - base] as number)
      sums[at] = (sums[at] as number) + (responseSeconds[i] as number)
      sums[at + 1] = (sums[at + 1] as number) + (handleSeconds[i] as number)
      sums[at + 2] = (sums[at + 2] as number) + (totalSeconds[i] as number)
    }
  else
    for (let i = first; i < first + n; i++) {
      const at = 3 * (of[(column[i] as number) - base] as number)
      sums[at] = (sums[at] as number) + (responseSeconds[i] as number)
      sums[at + 1] = (sums[at + 1] as number) + (handleSeconds[i] as number)
      sums[at + 2] = (sums[at + 2] as number) + (totalSeconds[i] as number)
    }
}

export interface Counter {
  add(rows: Rows): void
  /** By key, in the order of keys; only keys that have a case. */
  told(): Map<string, Tallies>
  /** Of everything. */
  sum(): Tallies
}

/**
 * Counts rows by group and mark, one step a row, and takes the marks apart at the end; `size`: how many rows may come; tallies that nobody
 * `needs` stay 0.
 */
export function createCounter(
  cube: Cube,
  axis: Axis,
  size: number,
  needs: readonly Tally[] = tallies,
): Counter {
  const { marks } = cube.dictionaries
  const { of, base, keys } = axis
  const cells = keys.length * marks.length
  // Of few rows in many cells only those that are met are kept.
  const counts = cells <= 65_536 + 16 * size ? new Uint32Array(cells) : null
  const rowOf = of.map((group) => group * marks.length)
  const met = new Map<number, number>()
  const seconds = timesOf.some((name) => needs.includes(name)) ? new Float64Array(3 * keys.length) : null
  function addFew({ list, first, n }: Rows) {
    const column = cube[axis.column]
    for (let k = 0; k < n; k++) {
      const i = list ? (list[k] as number) : first + k
      const at = (rowOf[(column[i] as number) - base] as number) + (cube.mark[i] as number)
      met.set(at, (met.get(at) ?? 0) + 1)
    }
  }
  function sums(): Float64Array {
    const all = new Float64Array(tallies.length * keys.length)
    const { first, bits, reworks } = bitsOf(marks, needs)
    const tell = (group: number, mark: number, count: number) => {
      const at = group * tallies.length
      all[at + casesPlace] = (all[at + casesPlace] as number) + count
      all[at + reworksPlace] = (all[at + reworksPlace] as number) + count * (reworks[mark] as number)
      for (let bit = first[mark] as number; bit < (first[mark + 1] as number); bit++)
        all[at + (bits[bit] as number)] = (all[at + (bits[bit] as number)] as number) + count
    }
    for (const [at, count] of met) tell(Math.floor(at / marks.length), at % marks.length, count)
    for (let group = 0; counts && group < keys.length; group++)
      for (let mark = 0; mark < marks.length; mark++) {
        const count = counts[group * marks.length + mark] as number
        if (count > 0) tell(group, mark, count)
      }
    for (let i = 0; seconds && i < seconds.length; i++)
      all[Math.floor(i / 3) * tallies.length + (placesOfTimes[i % 3] as number)] = seconds[i] as number
    return all
  }
  return {
    add(rows) {
      const { column } = axis
      if (!counts) addFew(rows)
      else if (column === 'hour') countByHour(counts, rowOf, cube.hour, base, cube.mark, rows)
      else countByKey(counts, rowOf, cube[column], cube.mark, rows)
      if (seconds && column === 'hour') timeByHour(seconds, of, cube.hour, base, cube, rows)
      else if (seconds && column !== 'hour') timeByKey(seconds, of, cube[column], cube, rows)
    },
    told() {
      const all = sums()
      const groups = Array.from(keys.keys()).filter(
        (group) => (all[group * tallies.length + casesPlace] as number) > 0,
      )
      groups.sort((a, b) => ((keys[a] as string) < (keys[b] as string) ? -1 : 1))
      return new Map(
        groups.map((group): [string, Tallies] => [
          keys[group] as string,
          toTallies(all, group * tallies.length),
        ]),
      )
    },
    sum() {
      const all = sums()
      const sum = new Float64Array(tallies.length)
      for (let i = 0; i < all.length; i++)
        sum[i % tallies.length] = (sum[i % tallies.length] as number) + (all[i] as number)
      return toTallies(sum, 0)
    },
  }
}
