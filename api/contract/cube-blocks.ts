import type { Cube, Filter } from './cube.ts'
import { type Axis, type Column, widthOf } from './cube-axes.ts'
import { createCounters, kindsOf, readKinds, width } from './cube-counter.ts'
import { type Range, rangeOf, rowAt, walk } from './cube-walk.ts'
import { type Tally, tallies } from './measure-rules.ts'

// Sums of whole blocks of rows, kept from one question to the next. A block is some whole days, as nearly every question is of whole days: then
// nothing is left over at its ends. And 32 blocks are summed up once more, as a year has many.

/** A day of fewer rows goes together with the next ones. */
const leastRows = 2048
const perUpper = 32
/** Of so many groups at most: of 5,000 officers 300 blocks would hold half a gigabyte. */
const mostGroups = 1024

/** What a case may count more than once, or a second at a time; all other tallies of a block are small. */
const isWide = (tally: Tally) => tally === 'reworks' || tally.endsWith('Seconds')
const placesOf = (wide: boolean) => tallies.flatMap((tally, place) => (isWide(tally) === wide ? [place] : []))
const [narrowPlaces, widePlaces] = [placesOf(false), placesOf(true)]
const narrow = narrowPlaces.length
const wide = widePlaces.length
const casesPlace = narrowPlaces.indexOf(tallies.indexOf('cases'))

/** A third of what `width` numbers a group would take. */
interface Sums {
  /** The first hour; 0 for all other columns, whose groups are places in their dictionaries. */
  base: number
  groups: number
  /** `narrow` and `wide` numbers a group. */
  small: Uint16Array | Float64Array
  large: Float64Array
}
interface Blocks {
  /** The row after each block; the next one begins there. */
  ends: number[]
  columns: Map<Column, (Sums | undefined)[]>
  uppers: Map<Column, (Sums | undefined)[]>
}
const known = new WeakMap<Cube, Blocks>()

/** The blocks of the rows in order; those that have come since are taken in. */
function blocksOf(cube: Cube): Blocks {
  const blocks: Blocks = known.get(cube) ?? { ends: [], columns: new Map(), uppers: new Map() }
  known.set(cube, blocks)
  for (;;) {
    const most = (blocks.ends.at(-1) ?? 0) + leastRows
    if (most >= cube.sorted) return blocks
    const midnight = 24 * (Math.floor((cube.hour[most - 1] as number) / 24) + 1)
    const end = rowAt(cube, midnight)
    // More of its last day may come.
    if (end >= cube.sorted) return blocks
    blocks.ends.push(end)
  }
}
/** The block of a row; their number where it is in none. */
function blockAt({ ends }: Blocks, row: number): number {
  let [low, high] = [0, ends.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((ends[middle] as number) <= row) low = middle + 1
    else high = middle
  }
  return low
}
const beginOf = ({ ends }: Blocks, at: number) => (at === 0 ? 0 : (ends[at - 1] as number))

/** Something in a row has changed: its block is summed up anew when it is asked for. */
export function forgetBlock(cube: Cube, row: number) {
  const blocks = known.get(cube)
  if (!blocks) return
  const at = blockAt(blocks, row)
  for (const held of blocks.columns.values()) if (at < held.length) held[at] = undefined
  const upper = Math.floor(at / perUpper)
  for (const held of blocks.uppers.values()) if (upper < held.length) held[upper] = undefined
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

/** `all`: `width` numbers a group. */
function packed(base: number, all: Float64Array, rows: number): Sums {
  const groups = all.length / width
  const small = rows > 65_535 ? new Float64Array(groups * narrow) : new Uint16Array(groups * narrow)
  const large = new Float64Array(groups * wide)
  for (let group = 0; group < groups; group++) {
    for (let i = 0; i < narrow; i++)
      small[group * narrow + i] = all[group * width + (narrowPlaces[i] as number)] as number
    for (let i = 0; i < wide; i++)
      large[group * wide + i] = all[group * width + (widePlaces[i] as number)] as number
  }
  return { base, groups, small, large }
}
/** Adds a group of a block to one of a sum that is laid out as blocks are. */
function addGroup(all: Sums, to: number, { small, large }: Sums, group: number) {
  const [from, at] = [group * narrow, to * narrow]
  for (let i = 0; i < narrow; i++)
    all.small[at + i] = (all.small[at + i] as number) + (small[from + i] as number)
  const [wideFrom, wideAt] = [group * wide, to * wide]
  for (let i = 0; i < wide; i++)
    all.large[wideAt + i] = (all.large[wideAt + i] as number) + (large[wideFrom + i] as number)
}
const noSums = (groups: number): Sums => ({
  base: 0,
  groups,
  small: new Float64Array(groups * narrow),
  large: new Float64Array(groups * wide),
})

function sumBlock(cube: Cube, blocks: Blocks, column: Column, at: number): Sums {
  const [from, to] = [beginOf(blocks, at), blocks.ends[at] as number]
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
  return packed(base, countRows(cube, all, axis, { size: to - from, ranges: [[from, to]] }), to - from)
}
function sumUpper(cube: Cube, blocks: Blocks, column: Column, upper: number): Sums {
  const parts = Array.from({ length: perUpper }, (_, i) => sumsAt(cube, blocks, column, upper * perUpper + i))
  const all = noSums(Math.max(...parts.map(({ groups }) => groups)))
  for (const part of parts)
    for (let group = 0; group < part.groups; group++) addGroup(all, group, part, group)
  return all
}
const held = (of: Map<Column, (Sums | undefined)[]>, column: Column) => {
  const sums = of.get(column) ?? []
  of.set(column, sums)
  return sums
}
function sumsAt(cube: Cube, blocks: Blocks, column: Column, at: number): Sums {
  const sums = held(blocks.columns, column)
  return (sums[at] ??= sumBlock(cube, blocks, column, at))
}
function uppersAt(cube: Cube, blocks: Blocks, column: Column, upper: number): Sums {
  const sums = held(blocks.uppers, column)
  return (sums[upper] ??= sumUpper(cube, blocks, column, upper))
}

/**
 * Writes what whole blocks know of a plain filter into `all`, `width` numbers a group of the axis; answers the rows in order that are still to be
 * counted. Those in no order are not among them.
 */
export function addBlocks(cube: Cube, filter: Filter, axis: Axis, all: Float64Array): Range[] {
  const column = columnFor(cube, filter, axis)
  const [first, last] = rangeOf(cube, filter)
  if (first >= last) return []
  const blocks = blocksOf(cube)
  const hourly = column === 'hour'
  // Of a block at the ends of a period the hours are known as well; of all other columns only whole ones are of use.
  const begin = hourly ? blockAt(blocks, first) : first === 0 ? 0 : blockAt(blocks, first - 1) + 1
  const end = hourly ? Math.min(blocks.ends.length, blockAt(blocks, last - 1) + 1) : blockAt(blocks, last)
  if (begin >= end) return [[first, last]]
  const groupOf = isWhole(axis) ? () => 0 : (place: number) => axis.of[place] as number
  const summed = noSums(axis.keys.length)
  const add = (sums: Sums) => {
    const [low, high] = hourly ? [filter.from - sums.base, filter.to - sums.base] : [0, sums.groups]
    for (let place = Math.max(0, low); place < Math.min(sums.groups, high); place++) {
      if (column === 'grid' && filter.seen?.[place] === 0) continue
      if (sums.small[place * narrow + casesPlace] === 0) continue
      addGroup(summed, groupOf(hourly ? sums.base + place - axis.base : place), sums, place)
    }
  }
  for (let at = begin; at < end; )
    if (!hourly && at % perUpper === 0 && at + perUpper <= end) {
      add(uppersAt(cube, blocks, column, at / perUpper))
      at += perUpper
    } else add(sumsAt(cube, blocks, column, at++))
  for (let group = 0; group < summed.groups; group++) {
    for (let i = 0; i < narrow; i++)
      all[group * width + (narrowPlaces[i] as number)] = summed.small[group * narrow + i] as number
    for (let i = 0; i < wide; i++)
      all[group * width + (widePlaces[i] as number)] = summed.large[group * wide + i] as number
  }
  const ends: Range[] = [
    [first, hourly ? first : beginOf(blocks, begin)],
    [Math.max(first, blocks.ends[end - 1] as number), last],
  ]
  return ends.filter(([from, to]) => from < to)
}

/** Sums up what is not known yet, block by block, to be gone on with between other work; officers are many and seldom asked for. */
export function* sumBlocks(cube: Cube): Generator<void> {
  const blocks = blocksOf(cube)
  for (let at = 0; at < blocks.ends.length; at++)
    for (const column of ['hour', 'grid', 'classCode', 'source', 'unit', 'state'] as const) {
      if (!isKept(cube, column)) continue
      sumsAt(cube, blocks, column, at)
      if (column !== 'hour' && (at + 1) % perUpper === 0)
        uppersAt(cube, blocks, column, Math.floor(at / perUpper))
      yield
    }
}
