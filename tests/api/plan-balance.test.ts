import type { MultiPolygon } from 'geojson'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { proposeBalance } from '../../api/plans/balance.ts'
import { checkPlan } from '../../api/plans/check.ts'
import { townRule } from '../../api/plans/codes.ts'
import { areaOf } from '../../api/plans/cover.ts'
import { divideGraph, type Piece } from '../../api/plans/partition.ts'
import { findPlanInForce, listPlanGrids } from '../../api/plans/queries.ts'
import { dissolve } from '../../api/plans/topology.ts'
import { databases } from '../setup/database.ts'
import { type Caller, openTown, south, type TestTown, until, west } from '../setup/town.ts'

function finish<T>(steps: Generator<unknown, T>): T {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

/** A field of n × n squares of 100 m, all of the same weight. */
function field(n: number): Piece[] {
  return Array.from({ length: n * n }, (_, i) => {
    const [x, y] = [i % n, Math.floor(i / n)]
    const beside = new Map<number, number>()
    if (x > 0) beside.set(i - 1, 100)
    if (x < n - 1) beside.set(i + 1, 100)
    if (y > 0) beside.set(i - n, 100)
    if (y < n - 1) beside.set(i + n, 100)
    return { weight: 1, areaM2: 10_000, x: x * 100, y: y * 100, beside }
  })
}

function isContiguous(pieces: readonly Piece[], of: readonly number[], part: number): boolean {
  const own = new Set(of.flatMap((p, i) => (p === part ? [i] : [])))
  const [first] = own
  if (first === undefined) return false
  const queue = [first]
  own.delete(first)
  for (let at = queue.pop(); at !== undefined; at = queue.pop())
    for (const other of pieces[at]?.beside.keys() ?? []) if (own.delete(other)) queue.push(other)
  return own.size === 0
}

describe('dividing a graph', () => {
  test.each([2, 3, 4, 6, 9])(
    'a field of 12 × 12 falls into %i even, contiguous parts, the same every time',
    (parts) => {
      const pieces = field(12)
      const of = finish(divideGraph(pieces, parts, { even: 8, borders: 0.5, round: 0.6 }))
      expect(new Set(of).size).toBe(parts)
      for (let part = 0; part < parts; part += 1) {
        expect(isContiguous(pieces, of, part)).toBe(true)
        const share = (of.filter((one) => one === part).length * parts) / pieces.length
        expect(Math.abs(share - 1)).toBeLessThan(0.1)
      }
      expect(finish(divideGraph(pieces, parts, { even: 8, borders: 0.5, round: 0.6 }))).toEqual(of)
    },
  )

  test('a cheap border is taken, though the parts are less even for it', () => {
    // A road runs after the fourth column of twelve.
    const pieces = field(12).map((piece, i) => ({
      ...piece,
      beside: new Map(
        [...piece.beside].map(([other, cost]) => {
          const columns = [i % 12, other % 12].sort((a, b) => a - b)
          return [other, columns[0] === 4 && columns[1] === 5 ? cost * 0.05 : cost]
        }),
      ),
    }))
    const of = finish(divideGraph(pieces, 2, { even: 1, borders: 2.5, round: 0.1 }))
    const left = new Set(of.filter((_, i) => i % 12 <= 4))
    const right = new Set(of.filter((_, i) => i % 12 > 4))
    expect([left.size, right.size, [...left][0] === [...right][0]]).toEqual([1, 1, false])
  })
})

describe.each(databases)('balance on $name', ({ open }) => {
  let town: TestTown
  let admin: Caller
  beforeAll(async () => {
    town = await openTown(open)
    admin = await town.as('admin')
    const { db } = town.running
    // The first of four has most of the people; a road runs across all.
    await db.query(
      `update grids set households = case when code = 'G000' then 400 else 40 end where level = 3`,
    )
    await db.query(
      `insert into road_nodes (id, geom) values (1, st_setsrid(st_makepoint($1, $2), 4326)), (2, st_setsrid(st_makepoint($3, $2), 4326))`,
      [west - 0.01, south + 0.0031, west + 0.05],
    )
    await db.query(
      `insert into road_edges (source, target, osm_way, segment, class, oneway, drive, walk, length_m, geom)
       select 1, 2, 1, 0, 'secondary', false, true, true, 1000, st_makeline(a.geom, b.geom)
       from road_nodes a, road_nodes b where a.id = 1 and b.id = 2`,
    )
    await town.running.reload()
  })
  afterAll(() => town?.close())

  test('five grids are divided anew: the same land, contiguous, sound, evener than today', async () => {
    const { db } = town.running
    const plan = await findPlanInForce(db)
    const grids = await listPlanGrids(db, plan?.id ?? 0)
    const uids = grids.filter(({ code }) => /^G00\d$/.test(code)).map(({ uid }) => uid)
    const { today, proposals } = await proposeBalance(db, grids, {
      uids,
      mostHouseholds: 150,
      by: 'households',
      along: [],
    })
    expect(today.parts.map(({ households }) => households).sort((a, b) => a - b)).toEqual([40, 40, 40, 400])
    expect(proposals.map(({ wish }) => wish)).toEqual(['even', 'along-roads', 'compact'])
    const land = areaOf(
      dissolve(grids.filter(({ uid }) => uids.includes(uid)).map(({ geometry }) => geometry)),
    )
    for (const { wish, measures, removed, added } of proposals) {
      const gone = new Set(removed)
      const changed = new Map(added.map((grid) => [grid.uid, grid]))
      const after = [
        ...grids.filter(({ uid }) => !gone.has(uid)).map((grid) => changed.get(grid.uid) ?? grid),
        ...added.filter(({ uid }) => !grids.some((grid) => grid.uid === uid)),
      ]
      const problems = await checkPlan(db, after, { rule: townRule })
      expect([
        wish,
        problems.filter(({ kind }) => /gap|overlap|sliver|crossing|outside|level|duplicate/.test(kind)),
      ]).toEqual([wish, []])
      const mine = measures.parts.map(({ uid }) => changed.get(uid)?.geometry as MultiPolygon)
      expect(measures.parts).toHaveLength(4)
      // Measured from another corner: some millionths. That nothing is lost is what the check above says.
      expect(Math.abs(areaOf(dissolve(mine)) / land - 1)).toBeLessThan(1e-5)
      for (const geometry of mine) expect(geometry.coordinates).toHaveLength(1)
      expect(measures.parts.reduce((sum, { households }) => sum + households, 0)).toBeCloseTo(520, -1)
      expect(measures.unevenness).toBeLessThan(today.unevenness)
    }
    const [even, along] = proposals
    expect(even?.measures.unevenness).toBeLessThan(0.25)
    expect(along?.measures.alongShare).toBeGreaterThanOrEqual(even?.measures.alongShare ?? 1)
  })

  test('a proposal is worked out over HTTP, accepted as an edit, and undone', async () => {
    const draft = (await (await admin('POST', '/api/plans', { name: '重划' })).json()) as { id: number }
    const grids = await listPlanGrids(town.running.db, draft.id)
    const uids = grids.filter(({ code }) => /^G01\d$/.test(code)).map(({ uid }) => uid)
    const path = `/api/plans/${draft.id}/balance`
    expect((await admin('POST', path, { uids, parts: 3, by: 'area' })).status).toBe(202)
    const found = await until(
      'proposals',
      async () => {
        const said = (await (await admin('GET', path)).json()) as {
          proposals: { wish: string; features: unknown[] }[]
        }
        return said.proposals.length > 0 && said
      },
      20_000,
    )
    expect(found.proposals.map(({ features }) => features.length)).toEqual([3, 3, 3])
    const before = await listPlanGrids(town.running.db, draft.id)
    const accepted = await admin('POST', `${path}/accept`, { revision: 0, wish: 'compact' })
    expect(accepted.status).toBe(200)
    expect((await listPlanGrids(town.running.db, draft.id)).length).toBe(before.length - 1)
    expect((await admin('POST', `/api/plans/${draft.id}/undo`, { revision: 1 })).status).toBe(200)
    expect(await listPlanGrids(town.running.db, draft.id)).toEqual(before)
    const wrong = await admin('POST', `${path}/accept`, { revision: 2, wish: 'even' })
    expect(wrong.status).toBe(409)
  })

  test('what cannot be divided is said', async () => {
    const { db } = town.running
    const grids = await listPlanGrids(db, (await findPlanInForce(db))?.id ?? 0)
    const uid = (code: string) => grids.find((grid) => grid.code === code)?.uid ?? 0
    const refused = (uids: number[], more: object = {}) =>
      expect(proposeBalance(db, grids, { uids, mostHouseholds: 150, by: 'area', along: [], ...more })).rejects
    await refused([]).toThrow('Choose the grids')
    await refused([uid('G000')]).toThrow('One grid of the lowest level')
    await refused([uid('G000'), uid('G010')]).toThrow('of one level and one parent')
    await refused([uid('G00')], { parts: 4 }).toThrow('divided further')
    await refused([uid('G000'), uid('G001')], { parts: 61 }).toThrow('This would be 61 grids')
  })
})
