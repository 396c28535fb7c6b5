import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Db } from '../../api/db/connect.ts'
import { buildLocator, type Locator } from '../../api/grids/locate.ts'
import { listGridShapes } from '../../api/grids/queries.ts'
import { databases } from '../setup/database.ts'
import { seedTown, south, west } from '../setup/town.ts'

// The grid of a point from memory must be the one the database gives: borders included, the lowest id where two share one.

describe.each(databases)('the locator on $name', ({ open }) => {
  let db: Db
  let locator: Locator
  let townId: number
  beforeAll(async () => {
    db = await open()
    townId = (await seedTown(db)).townId
    locator = buildLocator(await listGridShapes(db))
  })
  afterAll(() => db?.close())

  const bySql = (points: [number, number][]) =>
    db.query<{ id: number }>(
      `select coalesce((
         select g.id from grids g
         where st_intersects(g.geom, st_setsrid(st_makepoint(i.x, i.y), 4326))
         order by g.level desc, g.id limit 1), $3) as id
       from unnest($1::float8[], $2::float8[]) with ordinality as i (x, y, n)
       order by n`,
      [points.map(([x]) => x), points.map(([, y]) => y), townId],
    )

  it('agrees on points inside, outside, on borders and on corners', async () => {
    let state = 7
    const random = () => (state = (state * 48271) % 2147483647) / 2147483647
    const points: [number, number][] = Array.from({ length: 4000 }, () => [
      west - 0.005 + random() * 0.05,
      south - 0.005 + random() * 0.05,
    ])
    for (let i = 0; i <= 8; i += 1) {
      for (let j = 0; j <= 8; j += 1) {
        // The corners as the shapes hold them (rounded to 1e-7), and the middles of sides.
        const corner = (n: number, from: number) => Math.round((from + n * 0.005) * 1e7) / 1e7
        points.push([corner(i, west), corner(j, south)], [corner(i, west), south + j * 0.005 + 0.0023])
      }
    }
    const expected = (await bySql(points)).map((row) => row.id)
    expect(points.map(([x, y]) => locator.locate(x, y))).toEqual(expected)
    expect(new Set(expected).size).toBe(1 + 64)
  })

  it('gives the town to what lies in no grid, and paths from the town down', () => {
    expect(locator.locate(0, 0)).toBe(townId)
    const leaf = locator.locate(west + 0.001, south + 0.001)
    expect(locator.pathOf(leaf)).toHaveLength(4)
    expect(locator.pathOf(leaf)[0]).toBe(townId)
    expect(() => locator.pathOf(999_999)).toThrow('no grid 999999')
  })
})
