import { afterAll, describe, expect, it } from 'vitest'
import type { Db } from '../../api/db/connect.ts'
import { ensureTown } from '../../api/grids/queries.ts'
import { databases } from '../setup/database.ts'

describe.each(databases)('the database on $name', ({ open }) => {
  let db: Db
  afterAll(() => db?.close())

  it('answers PostGIS, and counts as numbers', async () => {
    db = await open()
    const rows = await db.query<{ n: number; d: number }>(
      `select count(*) as n, round(st_distance(st_point(120, 31)::geography, st_point(121, 31)::geography)) as d from grids`,
    )
    expect(rows[0]?.n).toBe(0)
    expect(rows[0]?.d).toBe(95504)
  })

  it('shows nothing to a transaction without scope, and all to the town', async () => {
    const town = await db.transaction((tx) => ensureTown(tx, { code: '1', name: '镇', nameEn: 'Town' }))
    const seen = (grids: number[]) =>
      db.scoped({ role: 'leader', grids }, (tx) => tx.query('select id from grids'))
    expect(await seen([])).toEqual([])
    expect(await seen([town])).toEqual([{ id: town }])
    await expect(
      db.scoped({ role: 'leader', grids: [town] }, (tx) => tx.query('select * from accounts')),
    ).rejects.toThrow(/permission denied/)
  })

  it('reads one statement in scope and in one go, and neither writes nor leaves its rights behind', async () => {
    const town = await db.transaction((tx) => ensureTown(tx, { code: '1', name: '镇', nameEn: 'Town' }))
    const within = (grids: number[], text: string, values?: unknown[]) =>
      db.read({ role: 'leader', grids }, (tx) => tx.query(text, values))
    expect(await within([], 'select id from grids')).toEqual([])
    // Ten at once: more than there are connections for it, whose order must not matter.
    const many = Array.from({ length: 10 }, (_, i) =>
      within(i % 2 ? [town] : [], 'select id from grids where id = $1', [town]),
    )
    expect(await Promise.all(many)).toEqual(many.map((_, i) => (i % 2 ? [{ id: town }] : [])))
    await expect(within([town], 'select * from accounts')).rejects.toThrow(/permission denied/)
    await expect(within([town], 'select nonsense')).rejects.toThrow(/nonsense/)
    const write = 'update grids set name = name where id = $1 returning 1'
    await expect(within([town], write, [town])).rejects.toThrow(/permission denied|read-only/)
    const twice = db.read({ role: 'leader', grids: [town] }, async (tx) => {
      await tx.query('select 1')
      return await tx.query('select 1 from accounts')
    })
    await expect(twice).rejects.toThrow('a read is one statement')
    expect(await db.read({ role: 'leader', grids: [] }, async () => 'nothing asked')).toBe('nothing asked')
    // Whoever comes after has the owner's rights.
    expect(await db.query<{ who: boolean }>(`select current_user <> 'xiake_app' as who`)).toEqual([
      { who: true },
    ])
    expect(await within([town], 'select id from grids')).toEqual([{ id: town }])
  })

  it('undoes a transaction that fails and goes on', async () => {
    await expect(
      db.transaction(async (tx) => {
        await tx.query(`insert into monitoring_systems (code, name) values ('x', 'x')`)
        throw new Error('no')
      }),
    ).rejects.toThrow('no')
    expect(await db.query(`select 1 from monitoring_systems where code = 'x'`)).toEqual([])
  })

  it('keeps sixty transfers at once apart', async () => {
    await db.query('create table purses (id int primary key, coins int not null)')
    await db.query('insert into purses select i, 100 from generate_series(0, 9) i')
    await Promise.all(
      Array.from({ length: 60 }, (_, i) =>
        db.transaction(async (tx) => {
          await tx.query('select 1 from purses where id in ($1, $2) order by id for update', [
            i % 10,
            (i * 7 + 3) % 10,
          ])
          await tx.query('update purses set coins = coins - 1 where id = $1', [i % 10])
          await tx.query('update purses set coins = coins + 1 where id = $1', [(i * 7 + 3) % 10])
        }),
      ),
    )
    expect(await db.query('select sum(coins)::int as sum from purses')).toEqual([{ sum: 1000 }])
  })
})
