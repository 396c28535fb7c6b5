import type { Cube } from '../contract/cube.ts'
import { forgetBlock } from '../contract/cube-blocks.ts'
import { columnsOf, emptyCube, type Values } from '../contract/cube-wire.ts'

/** A case as the database tells it: its hour by the wall clock, its path as text (`{1,2}`), its tallies as a mark (cube-counter.ts). */
export interface Fact {
  incidentId: number
  hour: number
  path: string
  classCode: string
  source: string
  unit: number
  officer: number
  state: string
  mark: number
  responseSeconds: number
  handleSeconds: number
  totalSeconds: number
}

/** Places in a dictionary and hours that the columns have room for; incidents have numbers out of one sequence. */
const mostValues = 65_535
const mostHours = 1_000_000
const mostIds = 200_000_000

export interface Described {
  departments: ReadonlyMap<number, string>
  posts: ReadonlyMap<number, string>
}
/** Of squads and officers. */
const none = '0'

/** The path that is in nobody's scope: of cases that are gone. */
const nowhere = 0

export interface CubeStore {
  cube: Cube
  /** Whether rows of cases that are gone still lie there, in the path `nowhere`. */
  hasDead(): boolean
  /** Takes in a case, or what became of it. False: it has no room here, and the cube is of no use any more. */
  put(fact: Fact): boolean
  /** Tells the departments of squads and the posts of officers, by id: who is not among them has none. */
  describe(told: Described): void
  /** Whether a squad or an officer has cases who was in nothing that was told. */
  hasStrangers(): boolean
  /** A case is there no more. */
  drop(incidentId: number): void
  /** Puts everything in order when much lies out of it; true: it has. */
  tidy(force?: boolean): boolean
}

/** A cube that changes: a changed case stays in its place, a new one comes to the end, in order or not. */
export function createCubeStore(): CubeStore {
  let cube = emptyCube(1024)
  cube.dictionaries.paths.push([])
  let rowOf = new Int32Array(1024).fill(-1)
  let dead = 0
  let full = false
  let described: Described = { departments: new Map(), posts: new Map() }
  let strangers = false
  const learned = {
    grid: new Map<string | number, number>([['', nowhere]]),
    classCode: new Map<string | number, number>(),
    source: new Map<string | number, number>(),
    unit: new Map<string | number, number>(),
    officer: new Map<string | number, number>(),
    state: new Map<string | number, number>(),
    mark: new Map<string | number, number>(),
  }
  function place<V extends string | number, T>(
    known: Map<string | number, number>,
    list: T[],
    value: V,
    made: (value: V) => T,
  ): number {
    const at = known.get(value)
    if (at !== undefined) return at
    if (list.length >= mostValues) full = true
    known.set(value, list.length)
    return list.push(made(value)) - 1
  }
  const same = <T>(value: T) => value
  /** The case has the row, or the next one. */
  function write(row: number, fact: Fact): boolean {
    const { paths, classes, sources, units, departments, officers, posts, states, marks } = cube.dictionaries
    cube.grid[row] = place(
      learned.grid,
      paths,
      fact.path,
      (text) => JSON.parse(`[${text.slice(1, -1)}]`) as number[],
    )
    cube.classCode[row] = place(learned.classCode, classes, fact.classCode, same)
    cube.source[row] = place(learned.source, sources, fact.source, same)
    cube.unit[row] = place(learned.unit, units, fact.unit, same)
    cube.officer[row] = place(learned.officer, officers, fact.officer, same)
    if (departments.length < units.length) {
      departments.push(described.departments.get(fact.unit) ?? none)
      strangers ||= fact.unit !== 0 && !described.departments.has(fact.unit)
    }
    if (posts.length < officers.length) {
      posts.push(described.posts.get(fact.officer) ?? none)
      strangers ||= fact.officer !== 0 && !described.posts.has(fact.officer)
    }
    cube.state[row] = place(learned.state, states, fact.state, same)
    cube.mark[row] = place(learned.mark, marks, fact.mark, same)
    cube.incidentId[row] = fact.incidentId
    cube.hour[row] = fact.hour
    cube.responseSeconds[row] = fact.responseSeconds
    cube.handleSeconds[row] = fact.handleSeconds
    cube.totalSeconds[row] = fact.totalSeconds
    return !full
  }
  /** Widens the hours to hold one more, by a month at a time, as tables are made for all of them. */
  function hold(hour: number): boolean {
    if (cube.span === 0) Object.assign(cube, { base: hour, span: 1 })
    const month = 31 * 24
    if (hour < cube.base) {
      cube.span += cube.base - (hour - month)
      cube.base = hour - month
    } else if (hour >= cube.base + cube.span) cube.span = hour - cube.base + month
    return cube.span <= mostHours
  }
  function grow() {
    if (cube.rows < cube.hour.length) return
    const wider = columnsOf(Math.ceil(cube.rows * 1.25))
    for (const name of Object.keys(wider) as (keyof Values)[]) wider[name].set(cube[name])
    Object.assign(cube, wider)
  }
  function remember(incidentId: number, row: number) {
    if (incidentId >= rowOf.length) {
      const wider = new Int32Array(Math.ceil(incidentId * 1.25) + 1).fill(-1)
      wider.set(rowOf)
      rowOf = wider
    }
    rowOf[incidentId] = row
  }
  function append(fact: Fact): boolean {
    grow()
    const row = cube.rows
    const last = row - 1
    const isNext =
      row === 0 ||
      (cube.hour[last] as number) < fact.hour ||
      ((cube.hour[last] as number) === fact.hour && (cube.incidentId[last] as number) < fact.incidentId)
    if (cube.sorted === row && isNext) cube.sorted++
    cube.rows++
    remember(fact.incidentId, row)
    return write(row, fact)
  }
  function drop(incidentId: number) {
    const row = rowOf[incidentId] ?? -1
    if (row < 0) return
    cube.grid[row] = nowhere
    forgetBlock(cube, row)
    rowOf[incidentId] = -1
    dead++
  }
  return {
    get cube() {
      return cube
    },
    hasDead: () => dead > 0,
    drop,
    hasStrangers: () => strangers,
    describe(told) {
      described = told
      strangers = false
      const { dictionaries } = cube
      const { units, officers } = dictionaries
      dictionaries.departments = units.map((id) => told.departments.get(id) ?? none)
      dictionaries.posts = officers.map((id) => told.posts.get(id) ?? none)
    },
    put(fact) {
      if (fact.incidentId > mostIds || !hold(fact.hour)) return false
      const row = rowOf[fact.incidentId] ?? -1
      if (row >= 0 && cube.hour[row] === fact.hour) {
        forgetBlock(cube, row)
        return write(row, fact)
      }
      drop(fact.incidentId)
      return append(fact)
    },
    tidy(force = false) {
      const { rows, sorted } = cube
      if (!force && rows - sorted + dead <= 20_000 + rows / 20) return false
      const order = inOrder(cube)
      const made = columnsOf(Math.ceil(order.length * 1.1) + 1024)
      for (const name of Object.keys(made) as (keyof Values)[]) pick(cube[name], order, made[name])
      cube = { ...cube, ...made, rows: order.length, sorted: order.length }
      for (let i = 0; i < order.length; i++) rowOf[made.incidentId[i] as number] = i
      dead = 0
      return true
    },
  }
}

function pick(from: Values[keyof Values], order: Uint32Array, into: Values[keyof Values]) {
  for (let i = 0; i < order.length; i++) into[i] = from[order[i] as number] as number
}

/** The rows that are there, by hour and incident: those in order merged with the others. */
function inOrder({ rows, sorted, hour, incidentId, grid }: Cube): Uint32Array {
  const before = (a: number, b: number) =>
    (hour[a] as number) - (hour[b] as number) || (incidentId[a] as number) - (incidentId[b] as number)
  const loose = Uint32Array.from({ length: rows - sorted }, (_, i) => sorted + i).sort(before)
  const order = new Uint32Array(rows)
  let [count, next] = [0, 0]
  const take = (row: number) => {
    if (grid[row] !== nowhere) order[count++] = row
  }
  for (let row = 0; row < sorted; row++) {
    while (next < loose.length && before(loose[next] as number, row) < 0) take(loose[next++] as number)
    take(row)
  }
  while (next < loose.length) take(loose[next++] as number)
  return order.slice(0, count)
}
