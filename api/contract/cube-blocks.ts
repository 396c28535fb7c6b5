import type { Cube, Filter } from './cube.ts'
import { type Axis, type Column, widthOf } from './cube-axes.ts'
import { createCounters, kindsOf, readKinds, width } from './cube-counter.ts'
import { type Range, rangeOf, walk } from './cube-walk.ts'
import { type Tally, tallies } from './measure-rules.ts'

// Sums of whole blocks of rows, kept from one question to the next: the sums of a year are those of its sixty blocks and of a few rows at both
// ends. Of hours, each block knows every hour of its own, so that nothing is left over.

const rowsPerBlock = 16_384
/** Of so many groups at most: of 5,000 officers 300 blocks would hold half a gigabyte. */
const mostGroups = 1024
interface Sums {
  /** The first hour; 0 for all other columns, whose groups are places in their dictionaries. */
  base: number
  /** `width` numbers a group. */
  sums: Float64Array
}
const known = new WeakMap<Cube, Map<Column, (Sums | undefined)[]>>()

/** Something in a row has changed: its block is summed up anew when it is asked for. */
export function forgetBlock(cube: Cube, row: number) {
  const at = Math.floor(row / rowsPerBlock)
  for (const blocks of known.get(cube)?.values() ?? []) if (at < blocks.length) blocks[at] = undefined
}

/** Whether a path is one: on the server the first is none, of cases that are gone. */
const isPath = (path: readonly number[]) => path.length > 0
const isWhole = ({ keys }: Axis) => keys.length === 1 && keys[0] === ''

const seesAll = ({ dictionaries: { paths } }: Cube, { seen }: Filter) =>
  !seen || paths.every((path, i) => !isPath(path) || seen[i] === 1)
/** Whether blocks tell a filter: nothing is chosen, and everything is seen or told by path. */
export const isPlain = (cube: Cube, filter: Filter, axis: Axis): boolean =>
  Object.values(filter.keys).every((one) => one === undefined) &&
  isKept(cube, columnFor(cube, filter, axis)) &&
  (axis.column === 'grid' || isWhole(axis) || seesAll(cube, filter))
const isKept = (cube: Cube, column: Column) => column === 'hour' || widthOf(cube, column) <= mostGroups
/** Everything together is told by hours, which need no ends, where everything is seen. */
const columnFor = (cube: Cube, filter: Filter, axis: Axis): Column =>
  isWhole(axis) ? (seesAll(cube, filter) ? 'hour' : 'grid') : axis.column

interface Counting {
  /** How many rows may come. */
  size: number
  needs?: readonly Tally[]
  /** Instead of all rows of the filter. */
  ranges?: readonly Range[] | undefined
}
/** Counts the rows of a filter by the groups of one axis; `width` numbers a group. */
export function countRows(
  cube: Cube,
  filter: Filter,
  axis: Axis,
  { size, needs = tallies, ranges }: Counting,
): Float64Array {
  const kinds = kindsOf(cube, needs)
  const counter = createCounters(cube, [axis], size, kinds).get(axis)
  walk(
    cube,
    filter,
    (rows) => {
      readKinds(cube, kinds, rows)
      counter?.add(rows)
      return false
    },
    ranges ? { ranges } : {},
  )
  return counter?.sumsOf(axis) ?? new Float64Array(axis.keys.length * width)
}

function sumBlock(cube: Cube, column: Column, at: number): Sums {
  const [from, to] = [at * rowsPerBlock, (at + 1) * rowsPerBlock]
  const base = column === 'hour' ? (cube.hour[from] as number) : 0
  const groups = column === 'hour' ? (cube.hour[to - 1] as number) - base + 1 : widthOf(cube, column)
  const axis: Axis = {
    column,
    base,
    of: Uint32Array.from({ length: groups }, (_, i) => i),
    keys: Array.from({ length: groups }, String),
  }
  const seen = Uint8Array.from(cube.dictionaries.paths, (path) => (isPath(path) ? 1 : 0))
  const all = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY, keys: {}, seen }
  return { base, sums: countRows(cube, all, axis, { size: rowsPerBlock, ranges: [[from, to]] }) }
}

function blockOf(cube: Cube, column: Column, at: number): Sums {
  const columns = known.get(cube) ?? new Map<Column, (Sums | undefined)[]>()
  known.set(cube, columns)
  const blocks = columns.get(column) ?? []
  columns.set(column, blocks)
  const held = blocks[at]
  if (held) return held
  const made = sumBlock(cube, column, at)
  blocks[at] = made
  return made
}

/**
 * Adds what whole blocks know of a plain filter to `all`, `width` numbers a group of the axis; answers the rows in order that are still to be
 * counted. Those in no order are not among them.
 */
export function addBlocks(cube: Cube, filter: Filter, axis: Axis, all: Float64Array): Range[] {
  const column = columnFor(cube, filter, axis)
  const [first, last] = rangeOf(cube, filter)
  const hourly = column === 'hour'
  const begin = hourly ? Math.floor(first / rowsPerBlock) : Math.ceil(first / rowsPerBlock)
  const end = hourly
    ? Math.min(Math.ceil(last / rowsPerBlock), Math.floor(cube.sorted / rowsPerBlock))
    : Math.floor(last / rowsPerBlock)
  if (begin >= end) return first < last ? [[first, last]] : []
  const groupOf = isWhole(axis) ? () => 0 : (place: number) => axis.of[place] as number
  for (let at = begin; at < end; at++) {
    const { base, sums } = blockOf(cube, column, at)
    const groups = sums.length / width
    const [low, high] = hourly ? [filter.from - base, filter.to - base] : [0, groups]
    for (let place = Math.max(0, low); place < Math.min(groups, high); place++) {
      if (column === 'grid' && filter.seen?.[place] === 0) continue
      const from = place * width
      if (sums[from] === 0) continue
      const to = groupOf(hourly ? base + place - axis.base : place) * width
      for (let i = 0; i < width; i++) all[to + i] = (all[to + i] as number) + (sums[from + i] as number)
    }
  }
  const ends: Range[] = [
    [first, hourly ? first : begin * rowsPerBlock],
    [Math.max(first, end * rowsPerBlock), last],
  ]
  return ends.filter(([from, to]) => from < to)
}

/** Sums up what is not known yet, block by block, to be gone on with between other work; officers are many and seldom asked for. */
export function* sumBlocks(cube: Cube): Generator<void> {
  for (let at = 0; at < Math.floor(cube.sorted / rowsPerBlock); at++)
    for (const column of ['hour', 'grid', 'classCode', 'source', 'unit', 'state'] as const) {
      if (!isKept(cube, column)) continue
      blockOf(cube, column, at)
      yield
    }
}
