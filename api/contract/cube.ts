// Every case as a row of typed columns, and the analysis page's questions to them: the same code on the server and in the browser. How it
// goes over the wire: cube-wire.ts; what it can be told by: cube-axes.ts; quantiles: cube-quantiles.ts. Plain TypeScript without the schema library.
import { type Axis, axisOf, type Dimension } from './cube-axes.ts'
import { createCounter } from './cube-counter.ts'
import { sizeOf, walk } from './cube-walk.ts'
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
    officers: number[]
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
  const counter = createCounter(cube, axis, sizeOf(cube, filter), needs)
  walk(cube, filter, new Map(), (rows) => {
    counter.add(rows)
    return false
  })
  return counter.told()
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
  const bits = new Map<Dimension, number>()
  for (const one of dimensions) if (filter.keys[one]) bits.set(one, 1 << bits.size)
  const size = sizeOf(cube, filter)
  const total = createCounter(cube, whole(cube), size, needs)
  const counters = dimensions.map((dimension) => ({
    dimension,
    bit: bits.get(dimension) ?? 0,
    counter: createCounter(cube, axisOf(cube, dimension), size, needs),
  }))
  walk(cube, filter, bits, (rows, bit) => {
    if (bit === 0) total.add(rows)
    for (const one of counters) if (bit === 0 || one.bit === bit) one.counter.add(rows)
    return false
  })
  const all = total.sum()
  return {
    total: all,
    rows: all.cases,
    by: Object.fromEntries(counters.map(({ dimension, counter }) => [dimension, counter.told()])) as Record<
      D,
      Map<string, Tallies>
    >,
  }
}

/** Every row of a filter: those in order first, then the rest. */
export function rowsOf(cube: Cube, filter: Filter): Uint32Array {
  const all = new Uint32Array(sizeOf(cube, filter))
  let count = 0
  walk(cube, filter, new Map(), ({ list, first, n }) => {
    if (list) all.set(list.subarray(0, n), count)
    else for (let k = 0; k < n; k++) all[count + k] = first + k
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
    new Map(),
    ({ list: chosen, first, n }) => {
      const list = (chosen?.[0] ?? first) < cube.sorted ? near : rest
      for (let k = 0; k < n; k++) list.push(chosen ? (chosen[k] as number) : first + k)
      return list === near && near.length >= limit
    },
    order === 'newest',
  )
  const sorted = [...near, ...rest].sort(before)
  return order === 'newest' ? sorted.reverse().slice(0, limit) : sorted.slice(0, limit)
}
