import type { Cube, Filter } from './cube.ts'
import { axisOf, type Column, columnOf, type Dimension, widthOf } from './cube-axes.ts'
import { block, type Rows } from './cube-counter.ts'

/** A row that counts for nothing; the bits below are for filters of their own. */
const outside = 0x8000
export const mostBits = 15
const fails = new Uint16Array(block)
const near = new Uint32Array(block)
const chosen = new Uint32Array(block)
const passes = new Uint8Array(65_536)

/** The first row of the sorted ones at or after an hour. */
export function rowAt({ hour, sorted }: Cube, at: number): number {
  let [low, high] = [0, sorted]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((hour[middle] as number) < at) low = middle + 1
    else high = middle
  }
  return low
}

interface Test {
  column: Column
  base: number
  /** Bits of the filters that a value fails. */
  of: Uint16Array
}
/** What each value of a column fails; the filter of a dimension in `bits` fails with its bit, every other with `outside`. */
function testsOf(cube: Cube, { from, to, keys, seen }: Filter, bits: ReadonlyMap<Dimension, number>): Test[] {
  const tests = new Map<Column, Test>()
  const testOf = (column: Column) => {
    const test = tests.get(column) ?? {
      column,
      base: column === 'hour' ? cube.base : 0,
      of: new Uint16Array(widthOf(cube, column)),
    }
    tests.set(column, test)
    return test.of
  }
  for (const [name, wanted] of Object.entries(keys)) {
    const dimension = name as Dimension
    const axis = axisOf(cube, dimension)
    const set = new Set(wanted)
    const fail = Uint16Array.from(axis.keys, (key) => (set.has(key) ? 0 : (bits.get(dimension) ?? outside)))
    const of = testOf(columnOf(dimension))
    for (let value = 0; value < of.length; value++)
      of[value] = (of[value] as number) | (fail[axis.of[value] as number] as number)
  }
  if (seen?.includes(0)) {
    const of = testOf('grid')
    for (let path = 0; path < of.length; path++) if (!seen[path]) of[path] = outside
  }
  if (cube.sorted < cube.rows) {
    const of = testOf('hour')
    for (let i = 0; i < of.length; i++) if (cube.base + i < from || cube.base + i >= to) of[i] = outside
  }
  return [...tests.values()]
}

// One kind of array in each loop: machine code for one is twice as fast as for several.
function failByKey(from: number, n: number, column: Uint16Array, of: Uint16Array) {
  for (let i = 0; i < n; i++) fails[i] = (fails[i] as number) | (of[column[from + i] as number] as number)
}
function failByHour(from: number, n: number, column: Int32Array, base: number, of: Uint16Array) {
  for (let i = 0; i < n; i++)
    fails[i] = (fails[i] as number) | (of[(column[from + i] as number) - base] as number)
}
// Without a branch that chance would decide: half of the time.
/** The rows whose failures are in `passes`, into `near`. */
function chooseNear(from: number, n: number): number {
  let count = 0
  for (let i = 0; i < n; i++) {
    near[count] = from + i
    count += passes[fails[i] as number] as number
  }
  return count
}
/** The same where one column tells it: in one step a row instead of three. */
function chooseByKey(from: number, n: number, column: Uint16Array, of: Uint16Array): number {
  let count = 0
  for (let row = from; row < from + n; row++) {
    near[count] = row
    count += ((of[column[row] as number] as number) - 1) >>> 31
  }
  return count
}
/** Of those near, the rows that fail exactly `bit`. */
function choose(from: number, n: number, bit: number): number {
  let count = 0
  for (let i = 0; i < n; i++) {
    const row = near[i] as number
    chosen[count] = row
    count += (((fails[row - from] as number) ^ bit) - 1) >>> 31
  }
  return count
}

/** The hours between the first and the last that pass: of two weeks chosen in five years no other rows are looked at. */
function narrowed({ base }: Cube, { from, to }: Filter, tests: readonly Test[]): Pick<Filter, 'from' | 'to'> {
  const hours = tests.find(({ column }) => column === 'hour')?.of
  if (!hours) return { from, to }
  const first = hours.indexOf(0)
  if (first < 0) return { from, to: from }
  return { from: Math.max(from, base + first), to: Math.min(to, base + hours.lastIndexOf(0) + 1) }
}

/** Rows from one up to another, the last not included. */
export type Range = readonly [number, number]
/** The sorted rows of the hours of a filter. */
export const rangeOf = (cube: Cube, { from, to }: Pick<Filter, 'from' | 'to'>): Range => [
  rowAt(cube, from),
  rowAt(cube, to),
]

interface Way {
  /** Bits of filters. */
  bits?: ReadonlyMap<Dimension, number>
  /** The last of those in order first. */
  backwards?: boolean
  /** Instead of all rows: these, of those in order. */
  ranges?: readonly Range[]
}
/**
 * Tells the rows of a filter block by block, those that fail nothing (bit 0) and those that fail only one bit of `bits`:
 * `take(rows, bit)`, and goes no further in this part when it answers true. Those in order come first, then the rest.
 */
export function walk(
  cube: Cube,
  filter: Filter,
  take: (rows: Rows, bit: number) => boolean | undefined,
  { bits = new Map(), backwards = false, ranges }: Way = {},
) {
  const tests = testsOf(cube, filter, bits)
  const wanted = [0, ...bits.values()]
  passes.fill(0)
  for (const bit of wanted) passes[bit] = 1
  const [only] = tests
  const isEnough = (from: number, n: number) => {
    if (tests.length === 1 && bits.size === 0 && only && only.column !== 'hour') {
      const count = chooseByKey(from, n, cube[only.column], only.of)
      return count > 0 && take({ list: near, n: count }, 0)
    }
    fails.fill(0, 0, n)
    for (const { column, base, of } of tests)
      if (column === 'hour') failByHour(from, n, cube.hour, base, of)
      else failByKey(from, n, cube[column], of)
    const all = chooseNear(from, n)
    if (bits.size === 0) return all > 0 && take({ list: near, n: all }, 0)
    let enough = false
    for (const bit of wanted) {
      const count = choose(from, all, bit)
      if (count > 0 && take({ list: chosen, n: count }, bit)) enough = true
    }
    return enough
  }
  const forwards = (first: number, last: number) => {
    for (let from = first; from < last; from += block) if (isEnough(from, Math.min(block, last - from))) break
  }
  const [first, last] = rangeOf(cube, bits.size === 0 ? narrowed(cube, filter, tests) : filter)
  if (ranges) for (const [from, to] of ranges) forwards(from, to)
  else if (backwards) {
    for (let to = last; to > first; to -= block)
      if (isEnough(Math.max(first, to - block), Math.min(block, to - first))) break
  } else forwards(first, last)
  if (!ranges) forwards(cube.sorted, cube.rows)
}

/** How many rows a filter passes at most. */
export const sizeOf = (cube: Cube, { from, to }: Filter) =>
  Math.max(0, rowAt(cube, to) - rowAt(cube, from)) + cube.rows - cube.sorted
