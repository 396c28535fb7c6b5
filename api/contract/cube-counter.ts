import type { Cube } from './cube.ts'
import type { Axis, Column } from './cube-axes.ts'
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

/** Sums of a group are so many numbers, in the order of `tallies`. */
export const width = tallies.length
const placeOf = (tally: Tally) => tallies.indexOf(tally)
const [casesPlace, reworksPlace] = [placeOf('cases'), placeOf('reworks')]
const timesOf = ['responseSeconds', 'handleSeconds', 'totalSeconds'] as const
const placesOfTimes = timesOf.map(placeOf)

/** Rows: the first `n` of a list. */
export interface Rows {
  list: Uint32Array
  n: number
}
/** At most so many rows are told at once. */
export const block = 8192

/** Marks that count the same for what is needed, as kinds: 300 marks are 16 for one measure, and a table of 16 stays near the processor. */
export interface Kinds {
  count: number
  /** By mark. */
  of: Uint16Array
  /** What kind k counts: bits[first[k]] … bits[first[k + 1] − 1] are places in `tallies`; and its reworks. */
  first: Uint32Array
  bits: Uint8Array
  reworks: Float64Array
  times: boolean
}
const known = new WeakMap<Cube, { marks: number; kinds: Kinds }>()
export function kindsOf(cube: Cube, needs: readonly Tally[] = tallies): Kinds {
  const { marks } = cube.dictionaries
  if (needs !== tallies) return kindsFor(marks, needs)
  const held = known.get(cube)
  if (held?.marks === marks.length) return held.kinds
  const kinds = kindsFor(marks, needs)
  known.set(cube, { marks: marks.length, kinds })
  return kinds
}
function kindsFor(marks: readonly number[], needs: readonly Tally[]): Kinds {
  const wanted = marked.flatMap((name, bit) => (needs.includes(name) ? [[bit, placeOf(name)] as const] : []))
  const known = new Map<string, number>()
  const bits: number[] = []
  const first = [0]
  const reworks: number[] = []
  const of = Uint16Array.from(marks, (mark) => {
    const own = wanted.flatMap(([bit, place]) => (Math.floor(mark / 2 ** bit) % 2 === 1 ? [place] : []))
    const times = needs.includes('reworks') ? Math.floor(mark / reworkUnit) : 0
    const key = `${times} ${own.join()}`
    const held = known.get(key)
    if (held !== undefined) return held
    known.set(key, reworks.length)
    bits.push(...own)
    first.push(bits.length)
    return reworks.push(times) - 1
  })
  return {
    count: reworks.length,
    of,
    first: Uint32Array.from(first),
    bits: Uint8Array.from(bits),
    reworks: Float64Array.from(reworks),
    times: timesOf.some((name) => needs.includes(name)),
  }
}

const kind = new Uint16Array(block)
const cell = new Uint32Array(block)
/** The kinds of rows, for all counters that take them next. */
export function readKinds({ mark }: Cube, { of }: Kinds, { list, n }: Rows) {
  for (let k = 0; k < n; k++) kind[k] = of[mark[list[k] as number] as number] as number
}
// One kind of array in each loop: machine code for one is twice as fast as for several.
function cellsByKey(column: Uint16Array, of: Uint32Array, { list, n }: Rows) {
  for (let k = 0; k < n; k++) cell[k] = of[column[list[k] as number] as number] as number
}
function cellsByKeyToo(column: Uint16Array, of: Uint32Array, { list, n }: Rows) {
  for (let k = 0; k < n; k++)
    cell[k] = (cell[k] as number) + (of[column[list[k] as number] as number] as number)
}
function cellsByHour(column: Int32Array, base: number, of: Uint32Array, { list, n }: Rows) {
  for (let k = 0; k < n; k++) cell[k] = of[(column[list[k] as number] as number) - base] as number
}
function count(counts: Uint32Array, kinds: number, n: number) {
  for (let k = 0; k < n; k++) {
    const at = (cell[k] as number) * kinds + (kind[k] as number)
    counts[at] = (counts[at] as number) + 1
  }
}
/** All three times at once: their sums wait for memory side by side. */
function time(sums: Float64Array, { responseSeconds, handleSeconds, totalSeconds }: Cube, rows: Rows) {
  const { list, n } = rows
  for (let k = 0; k < n; k++) {
    const i = list[k] as number
    const at = 3 * (cell[k] as number)
    sums[at] = (sums[at] as number) + (responseSeconds[i] as number)
    sums[at + 1] = (sums[at + 1] as number) + (handleSeconds[i] as number)
    sums[at + 2] = (sums[at + 2] as number) + (totalSeconds[i] as number)
  }
}

/** A table of groups side by side with others: its place in the number of a cell is `step`. */
interface Part {
  column: Column
  base: number
  of: Uint32Array
  groups: number
  step: number
}
export interface Counter {
  /** Counts rows whose kinds were read. */
  add(rows: Rows): void
  /** The sums of each group of an axis that was given: `width` numbers a group. */
  sumsOf(axis: Axis): Float64Array
}

/** So many cells are counted side by side: they stay near the processor. */
const mostCells = 65_536

/**
 * Counts rows by cell and kind, one step a row, and takes the kinds apart at the end. Several axes share their steps: a cell stands for one
 * group of each, or, of hours, for one hour. `size`: how many rows may come.
 */
function createCounter(cube: Cube, axes: readonly Axis[], size: number, kinds: Kinds): Counter {
  const hourly = axes.length > 1 && axes[0]?.column === 'hour'
  const parts: Part[] = []
  let cells = 1
  for (const { column, base, of, keys } of hourly ? axes.slice(0, 1) : axes) {
    const groups = hourly ? of.length : keys.length
    const step = cells
    parts.push({ column, base, of: hourly ? of.map((_, i) => i) : of.map((one) => one * step), groups, step })
    cells *= groups
  }
  const table = cells * kinds.count
  // Of few rows in many cells only those that are met are kept.
  const counts = table <= mostCells + 16 * size ? new Uint32Array(table) : null
  const met = new Map<number, number>()
  const seconds = kinds.times ? new Float64Array(3 * cells) : null
  /** The group of a cell on an axis. */
  function groupsOf(axis: Axis): (cell: number) => number {
    if (hourly) return (cell) => axis.of[cell] as number
    const part = parts[axes.indexOf(axis)] as Part
    return (cell) => Math.floor(cell / part.step) % part.groups
  }
  return {
    add(rows) {
      parts.forEach(({ column, base, of }, i) => {
        if (column === 'hour') cellsByHour(cube.hour, base, of, rows)
        else if (i === 0) cellsByKey(cube[column], of, rows)
        else cellsByKeyToo(cube[column], of, rows)
      })
      if (counts) count(counts, kinds.count, rows.n)
      else
        for (let k = 0; k < rows.n; k++) {
          const at = (cell[k] as number) * kinds.count + (kind[k] as number)
          met.set(at, (met.get(at) ?? 0) + 1)
        }
      if (seconds) time(seconds, cube, rows)
    },
    sumsOf(axis) {
      const groupOf = groupsOf(axis)
      const all = new Float64Array(axis.keys.length * width)
      const tell = (group: number, which: number, n: number) => {
        const at = group * width
        all[at + casesPlace] = (all[at + casesPlace] as number) + n
        all[at + reworksPlace] = (all[at + reworksPlace] as number) + n * (kinds.reworks[which] as number)
        for (let bit = kinds.first[which] as number; bit < (kinds.first[which + 1] as number); bit++)
          all[at + (kinds.bits[bit] as number)] = (all[at + (kinds.bits[bit] as number)] as number) + n
      }
      for (const [at, n] of met) tell(groupOf(Math.floor(at / kinds.count)), at % kinds.count, n)
      if (counts) {
        const sums = axes.length === 1 ? counts : new Uint32Array(axis.keys.length * kinds.count)
        for (let one = 0; sums !== counts && one < cells; one++) {
          const [from, to] = [one * kinds.count, groupOf(one) * kinds.count]
          for (let which = 0; which < kinds.count; which++)
            sums[to + which] = (sums[to + which] as number) + (counts[from + which] as number)
        }
        for (let at = 0, group = 0; group < axis.keys.length; group++)
          for (let which = 0; which < kinds.count; which++, at++) {
            const n = sums[at] as number
            if (n > 0) tell(group, which, n)
          }
      }
      for (let one = 0; seconds && one < cells; one++) {
        const to = groupOf(one) * width
        placesOfTimes.forEach((place, i) => {
          all[to + place] = (all[to + place] as number) + (seconds[3 * one + i] as number)
        })
      }
      return all
    },
  }
}

/** Counters for some axes, as few as may be: axes that are counted in the same steps share one. */
export function createCounters(
  cube: Cube,
  axes: readonly Axis[],
  size: number,
  kinds: Kinds,
): ReadonlyMap<Axis, Counter> {
  const made = new Map<Axis, Counter>()
  const put = (some: readonly Axis[]) => {
    const counter = createCounter(cube, some, size, kinds)
    for (const axis of some) made.set(axis, counter)
  }
  const hours = axes.filter(({ column }) => column === 'hour')
  if (hours.length > 1 && (hours[0] as Axis).of.length * kinds.count <= size) put(hours)
  else for (const axis of hours) put([axis])
  const most = Math.min(mostCells, size)
  let [together, cells]: [Axis[], number] = [[], kinds.count]
  const rest = axes.filter(({ column }) => column !== 'hour')
  for (const axis of rest.toSorted((a, b) => a.keys.length - b.keys.length)) {
    if (together.length > 0 && cells * axis.keys.length > most) {
      put(together)
      ;[together, cells] = [[], kinds.count]
    }
    together.push(axis)
    cells *= axis.keys.length
  }
  if (together.length > 0) put(together)
  return made
}

/** Objects made from one are made in half of the time that it takes to put them together. */
const blank = Object.fromEntries(tallies.map((tally) => [tally, 0])) as Tallies
const toTallies = (sums: Float64Array, at: number): Tallies => {
  const made = { ...blank }
  for (let i = 0; i < width; i++) made[tallies[i] as Tally] = sums[at + i] as number
  return made
}
/** By key, in their order; only keys that have a case. */
export function toldBy({ keys }: Axis, sums: Float64Array): Map<string, Tallies> {
  const groups = Array.from(keys.keys()).filter((group) => (sums[group * width + casesPlace] as number) > 0)
  groups.sort((a, b) => ((keys[a] as string) < (keys[b] as string) ? -1 : 1))
  return new Map(
    groups.map((group): [string, Tallies] => [keys[group] as string, toTallies(sums, group * width)]),
  )
}
/** Of everything. */
export function toldOfAll(sums: Float64Array): Tallies {
  const all = new Float64Array(width)
  for (let i = 0; i < sums.length; i++) all[i % width] = (all[i % width] as number) + (sums[i] as number)
  return toTallies(all, 0)
}
