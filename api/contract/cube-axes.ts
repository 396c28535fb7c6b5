import type { Cube } from './cube.ts'

/** What cases can be told by; keys are what people know: a grid's, squad's or officer's id ('0': none), a department, a code, '07', '1' (Monday), '1-07', '2026-11-21', '2026-W47', '2026-11'. */
export const dimensions = [
  'grid1',
  'grid2',
  'grid3',
  'unit',
  'department',
  'officer',
  'post',
  'class',
  'source',
  'state',
  'hour',
  'weekday',
  'hourOfWeek',
  'day',
  'week',
  'month',
] as const
export type Dimension = (typeof dimensions)[number]
export type Column = 'grid' | 'classCode' | 'source' | 'unit' | 'officer' | 'state' | 'hour'

/** A dimension as a table: the group of each value of a column; of hours, the first is `base`. */
export interface Axis {
  column: Column
  base: number
  of: Uint32Array
  keys: readonly string[]
}

const columns: Record<Dimension, Column> = {
  grid1: 'grid',
  grid2: 'grid',
  grid3: 'grid',
  unit: 'unit',
  department: 'unit',
  officer: 'officer',
  post: 'officer',
  class: 'classCode',
  source: 'source',
  state: 'state',
  hour: 'hour',
  weekday: 'hour',
  hourOfWeek: 'hour',
  day: 'hour',
  week: 'hour',
  month: 'hour',
}
export const columnOf = (dimension: Dimension): Column => columns[dimension]

const two = (value: number) => String(value).padStart(2, '0')
/** Days since 1970-01-01, a Thursday. */
const dayOf = (hour: number) => Math.floor(hour / 24)
const hourOfDay = (hour: number) => hour - 24 * dayOf(hour)
/** 1 Monday to 7 Sunday. */
const weekdayOf = (day: number) => ((((day + 3) % 7) + 7) % 7) + 1
const nameOfDay = (day: number) => new Date(day * 86_400_000).toISOString().slice(0, 10)

/** The ISO 8601 week of a day (days since 1970): the week belongs to the year of its Thursday. */
export function weekOf(day: number): string {
  const thursday = day - weekdayOf(day) + 4
  const year = new Date(thursday * 86_400_000).getUTCFullYear()
  const first = Date.UTC(year, 0, 1) / 86_400_000
  return `${String(year).padStart(4, '0')}-W${two(Math.floor((thursday - first) / 7) + 1)}`
}

/** The first hour (since 1970, by the wall clock) of a day 'YYYY-MM-DD'. */
export const hourOfDate = (date: string): number => Date.parse(`${date}T00:00:00Z`) / 3_600_000

type OfDay = (day: number) => string
const ofDay: Partial<Record<Dimension, OfDay>> = {
  weekday: (day) => String(weekdayOf(day)),
  day: nameOfDay,
  week: weekOf,
  month: (day) => nameOfDay(day).slice(0, 7),
}
/** The keys of the hours from `base` on; what a whole day shares is worked out once. */
function keysOfHours(dimension: Dimension, base: number, span: number): string[] {
  const said: string[] = []
  const nameDay = ofDay[dimension]
  let [day, name] = [Number.NaN, '']
  for (let hour = base; hour < base + span; hour++) {
    if (dayOf(hour) !== day) {
      day = dayOf(hour)
      name = nameDay ? nameDay(day) : String(weekdayOf(day))
    }
    said.push(
      nameDay ? name : dimension === 'hour' ? two(hourOfDay(hour)) : `${name}-${two(hourOfDay(hour))}`,
    )
  }
  return said
}

function keysOf(cube: Cube, dimension: Dimension): readonly string[] {
  const { paths, classes, sources, units, departments, officers, posts, states } = cube.dictionaries
  // The town is the first of a path.
  const atLevel = (level: number) => paths.map((path) => String(path[level] ?? ''))
  if (dimension === 'grid1') return atLevel(1)
  if (dimension === 'grid2') return atLevel(2)
  if (dimension === 'grid3') return atLevel(3)
  if (dimension === 'unit') return units.map(String)
  if (dimension === 'officer') return officers.map(String)
  if (dimension === 'department') return departments
  if (dimension === 'post') return posts
  if (dimension === 'class') return classes
  if (dimension === 'source') return sources
  if (dimension === 'state') return states
  return keysOfHours(dimension, cube.base, cube.span)
}

const known = new WeakMap<Cube, Map<Dimension, Axis & { told: readonly string[] | undefined }>>()
/** What is told anew of the same values. */
const toldOf = ({ dictionaries }: Cube, dimension: Dimension) =>
  dimension === 'department'
    ? dictionaries.departments
    : dimension === 'post'
      ? dictionaries.posts
      : undefined
/** How many values a column of the cube may have. */
export function widthOf(cube: Cube, column: Column): number {
  const { paths, classes, sources, units, officers, states } = cube.dictionaries
  const lists = {
    grid: paths,
    classCode: classes,
    source: sources,
    unit: units,
    officer: officers,
    state: states,
  }
  return column === 'hour' ? cube.span : lists[column].length
}

/** The table of a dimension; made again when the cube has learned new values. */
export function axisOf(cube: Cube, dimension: Dimension): Axis {
  const column = columnOf(dimension)
  const base = column === 'hour' ? cube.base : 0
  const axes = known.get(cube) ?? new Map<Dimension, Axis & { told: readonly string[] | undefined }>()
  const told = toldOf(cube, dimension)
  known.set(cube, axes)
  const made = axes.get(dimension)
  if (made && made.base === base && made.told === told && made.of.length === widthOf(cube, column))
    return made
  const keys: string[] = []
  const placeOf = new Map<string, number>()
  const of = Uint32Array.from(keysOf(cube, dimension), (key) => {
    const place = placeOf.get(key) ?? keys.push(key) - 1
    placeOf.set(key, place)
    return place
  })
  const axis = { column, base, of, keys, told }
  axes.set(dimension, axis)
  return axis
}
