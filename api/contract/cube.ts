// Every case as a row of typed columns, and the analysis page's questions to them: the same code on the server and in the browser. How it
// goes over the wire: cube-wire.ts; what it can be told by: cube-axes.ts; quantiles: cube-quantiles.ts. Plain TypeScript without the schema library.
import { type Axis, axisOf, type Dimension } from './cube-axes.ts'
import { addBlocks, countRows, isPlain } from './cube-blocks.ts'
import { createCounters, kindsOf, readKinds, toldBy, toldOfAll, width } from './cube-counter.ts'
import { mostBits, sizeOf, walk } from './cube-walk.ts'
import { type Tallies, type Tally, tallies } from './measure-rules.ts'

/** Columns may be longer than `rows`. A number of a column named like a dictionary is a place in that dictionary. */
export interface Cube {
  rows: number
  /** Rows before this one are in the order of hour and incident; those after it (on the server only) in none. */
  sorted: number
  /** Hours lie in [base, base + span). */
  base: number
  span: number
  incidentId: Uint32Array
  /** Hours since 1970 by the town's wall clock, as if it were UTC: day = ⌊hour / 24⌋. */
  hour: Int32Array
  grid: Uint16Array
  classCode: Uint16Array
  source: Uint16Array
  unit: Uint16Array
  officer: Uint16Array
  state: Uint16Array
  /** All tallies that are no times: in `marks`. */
  mark: Uint16Array
  /** 0 where the tally `responses`, `handles`, `totals` is. */
  responseSeconds: Int32Array
  handleSeconds: Int32Array
  totalSeconds: Int32Array
  dictionaries: {
    /** Grid ids from the town down. */
    paths: number[][]
    classes: string[]
    sources: string[]
    /** 0: none. */
    units: number[]
    /** Of each of the units; '0': none. */
    departments: string[]
    officers: number[]
    /** Of each of the officers: the code of their post, or what they are; '0': nobody. */
    posts: string[]
    states: string[]
    /** Sums of 2 ** i for each `marked[i]`, and of reworks × `reworkUnit`. */
    marks: number[]
  }
}

export interface Filter {
  /** Hours since 1970 by the wall clock (`hourOfDate`), `to` not included. */
  from: number
  to: number
  keys: Partial<Record<Dimension, readonly string[]>>
  /** By path: 1 where its cases count (`within`); all do where it is left out. */
  seen?: Uint8Array
}

/** The paths that hold one of some grids: all cases of a grid, whatever its level. */
export const within = ({ dictionaries }: Cube, grids: readonly number[]): Uint8Array =>
  Uint8Array.from(dictionaries.paths, (path) => (path.some((id) => grids.includes(id)) ? 1 : 0))

const whole = (cube: Cube): Axis => ({
  column: 'source',
  base: 0,
  of: new Uint32Array(cube.dictionaries.sources.length),
  keys: [''],
})

/** Sums of what passes a filter, by the groups of an axis; `width` numbers a group. */
function sumsOf(cube: Cube, filter: Filter, axis: Axis, needs: readonly Tally[]): Float64Array {
  const all = new Float64Array(axis.keys.length * width)
  const ranges = isPlain(cube, filter, axis) ? addBlocks(cube, filter, axis, all) : undefined
  if (ranges && cube.sorted < cube.rows) ranges.push([cube.sorted, cube.rows])
  if (ranges?.length === 0) return all
  const counted = countRows(cube, filter, axis, { size: sizeOf(cube, filter), needs, ranges })
  for (let i = 0; i < all.length; i++) all[i] = (all[i] as number) + (counted[i] as number)
  return all
}

/**
 * Sums by the keys of a dimension, in their order; of everything under '' where none is given. Only keys that have a case. Tallies that
 * nobody `needs` may be left 0, which saves their time.
 */
export function sumUp(
  cube: Cube,
  filter: Filter,
  dimension: Dimension | null,
  needs: readonly Tally[] = tallies,
): Map<string, Tallies> {
  const axis = dimension ? axisOf(cube, dimension) : whole(cube)
  return toldBy(axis, sumsOf(cube, filter, axis, needs))
}

export interface Crossed<D extends Dimension> {
  /** Of what passes all filters; and how many cases that are. */
  total: Tallies
  rows: number
  by: Record<D, Map<string, Tallies>>
}
/** Sums by several dimensions in one pass, each with the filters of all others but without its own, so that what was left out can be chosen. */
export function crossFilter<D extends Dimension>(
  cube: Cube,
  filter: Filter,
  asked: readonly D[],
  needs: readonly Tally[] = tallies,
): Crossed<D> {
  const dimensions = [...new Set(asked)]
  const chosen = Object.keys(filter.keys).filter((name) => filter.keys[name as Dimension])
  const by = new Map<D, Map<string, Tallies>>()
  const bits = new Map<Dimension, number>()
  const walked: { axis: Axis; dimension: D; bit: number }[] = []
  for (const dimension of dimensions) {
    const axis = axisOf(cube, dimension)
    // Nothing else is chosen: known from the blocks.
    const alone = { ...filter, keys: {} }
    if (chosen.every((name) => name === dimension) && isPlain(cube, alone, axis)) {
      by.set(dimension, toldBy(axis, sumsOf(cube, alone, axis, needs)))
      continue
    }
    if (filter.keys[dimension] && bits.size === mostBits) {
      const { [dimension]: _, ...keys } = filter.keys
      by.set(dimension, sumUp(cube, { ...filter, keys }, dimension, needs))
      continue
    }
    if (filter.keys[dimension]) bits.set(dimension, 1 << bits.size)
    walked.push({ axis, dimension, bit: bits.get(dimension) ?? 0 })
  }
  const all = whole(cube)
  const kinds = kindsOf(cube, needs)
  const size = sizeOf(cube, filter)
  // What has a filter of its own also counts what only that leaves out.
  const shared = walked.filter(({ bit }) => bit === 0).map(({ axis }) => axis)
  const isTotalled = chosen.length > 0 && shared.length === 0
  const counters = new Map(createCounters(cube, isTotalled ? [all] : shared, size, kinds))
  for (const { axis, bit } of walked)
    if (bit > 0)
      for (const [one, counter] of createCounters(cube, [axis], size, kinds)) counters.set(one, counter)
  const own = new Map(walked.filter(({ bit }) => bit > 0).map(({ axis, bit }) => [counters.get(axis), bit]))
  const each = [...new Set(counters.values())]
  if (each.length > 0)
    walk(
      cube,
      filter,
      (rows, bit) => {
        readKinds(cube, kinds, rows)
        for (const counter of each) if (bit === 0 || own.get(counter) === bit) counter.add(rows)
        return false
      },
      { bits },
    )
  const sums = new Map(walked.map(({ axis }) => [axis, counters.get(axis)?.sumsOf(axis) as Float64Array]))
  for (const { axis, dimension } of walked) by.set(dimension, toldBy(axis, sums.get(axis) as Float64Array))
  const total = toldOfAll(
    (isTotalled ? counters.get(all)?.sumsOf(all) : shared[0] && sums.get(shared[0])) ??
      sumsOf(cube, filter, all, needs),
  )
  return {
    total,
    rows: total.cases,
    by: Object.fromEntries(dimensions.map((one) => [one, by.get(one)])) as Record<D, Map<string, Tallies>>,
  }
}

/** Every row of a filter: those in order first, then the rest. */
export function rowsOf(cube: Cube, filter: Filter): Uint32Array {
  const all = new Uint32Array(sizeOf(cube, filter))
  let count = 0
  walk(cube, filter, ({ list, n }) => {
    all.set(list.subarray(0, n), count)
    count += n
    return false
  })
  return all.subarray(0, count)
}

export type Order = 'newest' | 'oldest'
/** The first rows of a filter, as places in the columns. */
export function listRows(
  cube: Cube,
  filter: Filter,
  { limit, order = 'newest' }: { limit: number; order?: Order },
): number[] {
  const { hour, incidentId } = cube
  const before = (a: number, b: number) =>
    (hour[a] as number) - (hour[b] as number) || (incidentId[a] as number) - (incidentId[b] as number)
  const near: number[] = []
  const rest: number[] = []
  walk(
    cube,
    filter,
    ({ list: chosen, n }) => {
      const list = (chosen[0] as number) < cube.sorted ? near : rest
      for (let k = 0; k < n; k++) list.push(chosen[k] as number)
      return list === near && near.length >= limit
    },
    { backwards: order === 'newest' },
  )
  const sorted = [...near, ...rest].sort(before)
  return order === 'newest' ? sorted.reverse().slice(0, limit) : sorted.slice(0, limit)
}
