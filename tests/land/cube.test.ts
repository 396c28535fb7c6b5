import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Cube, crossFilter, type Filter, listRows, sumUp, within } from '../../api/contract/cube.ts'
import { type Dimension, dimensions, hourOfDate, weekOf } from '../../api/contract/cube-axes.ts'
import { marked, reworkUnit } from '../../api/contract/cube-counter.ts'
import { quantiles } from '../../api/contract/cube-quantiles.ts'
import { cutCube, emptyCube, packCube, readCube } from '../../api/contract/cube-wire.ts'
import { type Tallies, tallies } from '../../api/contract/measure-rules.ts'
import { chance } from '../../api/evaluation/chance.ts'
import { createCubeStore, type Fact } from '../../api/evaluation/cube-store.ts'

// The cube of the analysis page against a recount, row by row, that knows nothing of its tables and bits.

interface Row {
  id: number
  hour: number
  path: number[]
  code: string
  source: string
  unit: number
  officer: number
  state: string
  marks: boolean[]
  reworks: number
  seconds: [number, number, number]
}
const start = hourOfDate('2024-12-20')
/** Two squads of one department; nobody has said whose the third is. */
const departments: Record<number, string> = { 11: '执法局', 12: '执法局' }
const posts: Record<number, string> = { 21: 'leader', 22: 'member' }
const row = fc.record({
  id: fc.nat(1_000_000),
  hour: fc.integer({ min: start, max: start + 1000 }),
  path: fc.constantFrom<number[][]>([1], [1, 2], [1, 2, 4], [1, 2, 4, 7], [1, 2, 4, 8], [1, 3, 5, 9]),
  code: fc.constantFrom('01', '02', '03'),
  source: fc.constantFrom('hotline', 'member'),
  unit: fc.constantFrom(0, 11, 12),
  officer: fc.constantFrom(0, 21, 22),
  state: fc.constantFrom('closed', 'handling'),
  marks: fc.array(fc.boolean(), { minLength: marked.length, maxLength: marked.length }),
  reworks: fc.constantFrom(0, 0, 0, 1, 32_767),
  seconds: fc.tuple(fc.nat(2_147_483_647), fc.nat(9), fc.nat(100_000)),
})

/** As the server would hold it: the first rows in order, the rest as they came. */
function toCube(rows: Row[], sorted: number): Cube {
  const order = (a: Row, b: Row) => a.hour - b.hour || a.id - b.id
  const all = [...rows.slice(0, sorted).sort(order), ...rows.slice(sorted)]
  const cube = emptyCube(rows.length + 3)
  const hours = all.map(({ hour }) => hour)
  Object.assign(cube, { rows: all.length, sorted })
  if (all.length > 0) cube.base = Math.min(...hours)
  cube.span = all.length > 0 ? Math.max(...hours) - cube.base + 1 : 0
  const learn = <T>(list: T[], value: T) => {
    const at = list.findIndex((one) => JSON.stringify(one) === JSON.stringify(value))
    return at < 0 ? list.push(value) - 1 : at
  }
  const { paths, classes, sources, units, officers, states, marks } = cube.dictionaries
  all.forEach((one, i) => {
    cube.incidentId[i] = one.id
    cube.hour[i] = one.hour
    cube.grid[i] = learn(paths, one.path)
    cube.classCode[i] = learn(classes, one.code)
    cube.source[i] = learn(sources, one.source)
    cube.unit[i] = learn(units, one.unit)
    cube.officer[i] = learn(officers, one.officer)
    cube.state[i] = learn(states, one.state)
    const mark = one.marks.reduce((sum, on, bit) => sum + (on ? 2 ** bit : 0), one.reworks * reworkUnit)
    cube.mark[i] = learn(marks, mark)
    cube.dictionaries.departments = units.map((id) => departments[id] ?? '0')
    cube.dictionaries.posts = officers.map((id) => posts[id] ?? '0')
    ;[cube.responseSeconds[i], cube.handleSeconds[i], cube.totalSeconds[i]] = one.seconds
  })
  return cube
}

const two = (value: number) => String(value).padStart(2, '0')
/** Weeks counted one by one from a Monday that everybody knows: 2018-01-01 was the first day of 2018-W01. */
function slowWeek(date: Date): string {
  let monday = Date.UTC(2018, 0, 1)
  let [year, week] = [2018, 1]
  while (monday + 7 * 86_400_000 <= date.getTime()) {
    monday += 7 * 86_400_000
    week++
    // A week with 4 January in it is the year's first.
    const fourth = Date.UTC(year + 1, 0, 4)
    if (monday <= fourth && fourth < monday + 7 * 86_400_000) [year, week] = [year + 1, 1]
  }
  return `${year}-W${two(week)}`
}
function keyOf(one: Row, dimension: Dimension): string {
  const at = new Date(one.hour * 3_600_000)
  const date = `${at.getUTCFullYear()}-${two(at.getUTCMonth() + 1)}-${two(at.getUTCDate())}`
  const weekday = String(at.getUTCDay() || 7)
  const keys: Record<Dimension, string> = {
    grid1: String(one.path[1] ?? ''),
    grid2: String(one.path[2] ?? ''),
    grid3: String(one.path[3] ?? ''),
    unit: String(one.unit),
    department: departments[one.unit] ?? '0',
    officer: String(one.officer),
    post: posts[one.officer] ?? '0',
    class: one.code,
    source: one.source,
    state: one.state,
    hour: two(at.getUTCHours()),
    weekday,
    hourOfWeek: `${weekday}-${two(at.getUTCHours())}`,
    day: date,
    week: slowWeek(at),
    month: date.slice(0, 7),
  }
  return keys[dimension]
}
function recount(rows: Row[], dimension: Dimension | null): Map<string, Tallies> {
  const sums = new Map<string, Tallies>()
  for (const one of rows) {
    const key = dimension ? keyOf(one, dimension) : ''
    const sum = sums.get(key) ?? (Object.fromEntries(tallies.map((name) => [name, 0])) as Tallies)
    sum.cases += 1
    sum.reworks += one.reworks
    marked.forEach((name, bit) => {
      sum[name] += one.marks[bit] ? 1 : 0
    })
    sum.responseSeconds += one.seconds[0]
    sum.handleSeconds += one.seconds[1]
    sum.totalSeconds += one.seconds[2]
    sums.set(key, sum)
  }
  return new Map([...sums].sort(([a], [b]) => (a < b ? -1 : 1)))
}
const passes = (one: Row, { from, to, keys }: Filter, but: Dimension | null = null) =>
  one.hour >= from &&
  one.hour < to &&
  dimensions.every(
    (dimension) => dimension === but || (keys[dimension]?.includes(keyOf(one, dimension)) ?? true),
  )

const anyTown = fc
  .record({
    rows: fc.array(row, { maxLength: 120 }),
    part: fc.double({ min: 0, max: 1, noNaN: true }),
    from: fc.integer({ min: start - 50, max: start + 1000 }),
    length: fc.integer({ min: -10, max: 1100 }),
    filtered: fc.uniqueArray(fc.constantFrom(...dimensions), { maxLength: 4 }),
    asked: fc.uniqueArray(fc.constantFrom(...dimensions), { maxLength: 7 }),
    seen: fc.option(fc.subarray([2, 3, 7, 8])),
    seed: fc.nat(100),
  })
  .map(({ rows, part, from, length, filtered, asked, seen, seed }) => {
    const cube = toCube(rows, Math.round(part * rows.length))
    const keys: Filter['keys'] = {}
    for (const dimension of filtered)
      keys[dimension] = [
        ...new Set(rows.filter((_, i) => (i + seed) % 3 > 0).map((one) => keyOf(one, dimension))),
        'nothing',
      ]
    const filter: Filter = { from, to: from + length, keys }
    if (seen) filter.seen = within(cube, seen)
    const visible = rows.filter(({ path }) => !seen || path.some((id) => seen.includes(id)))
    return { cube, visible, filter, asked }
  })

describe('the cube of cases', () => {
  it('sums as a recount does, by every dimension, whatever is filtered', () => {
    fc.assert(
      fc.property(anyTown, ({ cube, visible, filter }) => {
        for (const dimension of [null, ...dimensions])
          expect(sumUp(cube, filter, dimension)).toEqual(
            recount(
              visible.filter((one) => passes(one, filter)),
              dimension,
            ),
          )
      }),
      { numRuns: 60 },
    )
  })

  it('crosses: each dimension with the filters of all others', () => {
    fc.assert(
      fc.property(anyTown, ({ cube, visible, filter, asked }) => {
        const { total, rows, by } = crossFilter(cube, filter, asked)
        const passing = visible.filter((one) => passes(one, filter))
        expect(rows).toBe(passing.length)
        if (rows > 0) expect(total).toEqual(recount(passing, null).get(''))
        for (const dimension of asked)
          expect(by[dimension]).toEqual(
            recount(
              visible.filter((one) => passes(one, filter, dimension)),
              dimension,
            ),
          )
      }),
      { numRuns: 100 },
    )
  })

  it('crosses with all dimensions chosen at once, and what is not seen counts for none of them', () => {
    const store = createCubeStore()
    const fact = (incidentId: number, path: string, classCode: string): Fact => ({
      incidentId,
      hour: start + 30,
      path,
      classCode,
      source: 'hotline',
      unit: 1,
      officer: 1,
      state: 'closed',
      mark: 0,
      responseSeconds: 0,
      handleSeconds: 0,
      totalSeconds: 0,
    })
    store.put(fact(1, '{1,2,3,4}', 'A'))
    for (let id = 2; id < 12; id++) store.put(fact(id, '{1,5,6,7}', 'B'))
    const { cube } = store
    const keys: Filter['keys'] = {}
    for (const dimension of dimensions)
      keys[dimension] = [...sumUp(cube, { from: -1e9, to: 1e9, keys: {} }, dimension).keys()]
    const filter = { from: -1e9, to: 1e9, keys, seen: within(cube, [2]) }
    for (const order of [dimensions, [...dimensions].reverse()]) {
      const { by, rows } = crossFilter(cube, filter, order)
      expect(rows).toBe(1)
      for (const dimension of dimensions)
        expect(
          [...by[dimension].values()].map(({ cases }) => cases),
          dimension,
        ).toEqual([1])
    }
  })

  it('lists rows in order, and takes a part as it would the whole', () => {
    fc.assert(
      fc.property(anyTown, fc.nat(20), ({ cube, visible, filter }, limit) => {
        const passing = visible
          .filter((one) => passes(one, filter))
          .sort((a, b) => a.hour - b.hour || a.id - b.id)
          .map(({ id }) => id)
        const ids = (rows: number[]) => rows.map((at) => cube.incidentId[at])
        expect(ids(listRows(cube, filter, { limit: 999, order: 'oldest' }))).toEqual(passing)
        expect(ids(listRows(cube, filter, { limit, order: 'oldest' }))).toEqual(passing.slice(0, limit))
        expect(ids(listRows(cube, filter, { limit }))).toEqual(passing.toReversed().slice(0, limit))
        // Over the wire, from an odd place in a buffer, nothing is different, and nothing else is named.
        const packed = packCube(cutCube(cube, filter))
        const moved = new Uint8Array(packed.length + 1)
        moved.set(packed, 1)
        const back = readCube(moved.subarray(1))
        const all = { from: -1e9, to: 1e9, keys: {} }
        expect(back.rows).toBe(passing.length)
        for (const dimension of dimensions)
          expect(sumUp(back, all, dimension)).toEqual(sumUp(cube, filter, dimension))
        expect(new Set(back.grid).size).toBe(back.dictionaries.paths.length)
        expect(new Set(back.officer).size).toBe(back.dictionaries.officers.length)
      }),
      { numRuns: 100 },
    )
  })

  it('finds quantiles as a sorted list has them', () => {
    fc.assert(
      fc.property(anyTown, fc.constantFrom('unit', 'week', null), ({ cube, visible, filter }, dimension) => {
        const passing = visible.filter((one) => passes(one, filter) && one.marks[marked.indexOf('totals')])
        const expected = new Map(
          [...recount(passing, dimension).keys()].map((key) => {
            const own = passing
              .filter((one) => !dimension || keyOf(one, dimension) === key)
              .map(({ seconds }) => seconds[2])
              .sort((a, b) => a - b)
            const at = (share: number) => {
              const place = share * (own.length - 1)
              const low = own[Math.floor(place)] as number
              return low + (place - Math.floor(place)) * ((own[Math.ceil(place)] as number) - low)
            }
            return [key, [at(0.5), at(0.9), at(1)]]
          }),
        )
        expect(quantiles(cube, filter, 'total', [0.5, 0.9, 1], dimension)).toEqual(expected)
      }),
      { numRuns: 100 },
    )
  })

  it('knows ISO weeks around new year, and before 1970', () => {
    const known: [string, string][] = [
      ['2018-12-31', '2019-W01'],
      ['2020-12-31', '2020-W53'],
      ['2021-01-03', '2020-W53'],
      ['2021-01-04', '2021-W01'],
      ['2024-02-29', '2024-W09'],
      ['2024-12-29', '2024-W52'],
      ['2024-12-30', '2025-W01'],
      ['2026-01-01', '2026-W01'],
      ['2026-12-31', '2026-W53'],
      ['2027-01-03', '2026-W53'],
      ['1969-12-29', '1970-W01'],
      ['1969-12-28', '1969-W52'],
    ]
    for (const [date, week] of known) expect([date, weekOf(hourOfDate(date) / 24)]).toEqual([date, week])
  })

  it('knows that it was told nothing of a newcomer yet', () => {
    const store = createCubeStore()
    const fact: Fact = {
      incidentId: 1,
      hour: start,
      path: '{1}',
      classCode: 'A',
      source: 'hotline',
      unit: 1,
      officer: 0,
      state: 'closed',
      mark: 0,
      responseSeconds: 0,
      handleSeconds: 0,
      totalSeconds: 0,
    }
    const departments = new Map([[1, '环保站']])
    store.describe({ departments, posts: new Map() })
    store.put(fact)
    expect(store.hasStrangers()).toBe(false)
    store.put({ ...fact, incidentId: 2, officer: 9 })
    expect(store.hasStrangers()).toBe(true)
    store.describe({ departments, posts: new Map([[9, 'leader']]) })
    expect(store.hasStrangers()).toBe(false)
    expect(store.cube.dictionaries.posts).toEqual(['0', 'leader'])
  })

  it('answers of nothing with nothing', () => {
    const nothing = emptyCube()
    const all = { from: -1e9, to: 1e9, keys: { day: ['2026-01-01'] } }
    expect(sumUp(nothing, all, 'day').size).toBe(0)
    expect(crossFilter(nothing, all, ['grid3', 'day']).total.cases).toBe(0)
    expect(listRows(nothing, all, { limit: 10 })).toEqual([])
    expect(quantiles(nothing, all, 'handle', [0.5]).size).toBe(0)
    expect(readCube(packCube(nothing))).toEqual(nothing)
  })

  it('tells by blocks what it tells row by row, also after cases have changed, gone and come', () => {
    const random = chance(7)
    const pick = (below: number) => Math.floor(random() * below)
    const store = createCubeStore()
    const fact = (incidentId: number, hour: number): Fact => ({
      incidentId,
      hour,
      path: `{1,${2 + pick(3)},${10 + pick(9)}}`,
      classCode: `0${1 + pick(4)}`,
      source: ['hotline', 'member'][pick(2)] ?? '',
      unit: pick(5),
      officer: pick(30),
      state: ['closed', 'handling'][pick(2)] ?? '',
      mark: pick(40) * 7919,
      responseSeconds: pick(999),
      handleSeconds: pick(99_999),
      totalSeconds: pick(999_999),
    })
    // Three days are a block, and 32 of those a second one.
    const rows = 110_000
    const hourOf = (id: number) => start + Math.floor(id / 40)
    for (let id = 0; id < rows; id++) store.put(fact(id, hourOf(id)))
    const check = () => {
      const { cube } = store
      // Paths of two districts, and all that there are; the first is of cases that are gone.
      const some = within(cube, [2, 4])
      const all = Uint8Array.from(cube.dictionaries.paths, (path) => (path.length > 0 ? 1 : 0))
      for (const [from, to] of [
        [start - 9, start + 9999],
        [start + 24, start + 24 * 31],
        [start + 500, start + 501],
        [hourOf(rows) - 30, hourOf(rows) + 30],
      ] as const)
        for (const seen of [some, all])
          for (const dimension of [null, ...dimensions]) {
            const plain = { from, to, seen, keys: {} }
            // Everything is chosen: counted row by row.
            const chosen = { ...plain, keys: { state: cube.dictionaries.states } }
            expect(sumUp(cube, plain, dimension)).toEqual(sumUp(cube, chosen, dimension))
          }
      const asked = ['grid2', 'class', 'source', 'unit', 'hourOfWeek', 'day', 'state'] as const
      const keys = { class: ['01', '03'] }
      const told = crossFilter(cube, { from: start, to: start + 999, seen: all, keys }, asked)
      for (const dimension of asked) {
        const own = dimension === 'class' ? {} : keys
        const filter = {
          from: start,
          to: start + 999,
          seen: all,
          keys: { ...own, state: cube.dictionaries.states },
        }
        expect(told.by[dimension]).toEqual(sumUp(cube, filter, dimension))
      }
    }
    check()
    for (let i = 0; i < 300; i++) {
      const id = pick(rows)
      if (i % 5 === 0) store.drop(id)
      else store.put(fact(id, i % 7 === 0 ? hourOf(pick(rows)) : hourOf(id)))
      store.put(fact(rows + i, hourOf(rows) + Math.floor(i / 40) - 3))
    }
    check()
    store.tidy(true)
    check()
    // Cases of before the first hour move the base of all hours.
    store.put(fact(rows + 999, start - 5000))
    check()
  })
})
