import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sumUp } from '../../api/contract/cube.ts'
import { marked, reworkUnit } from '../../api/contract/cube-counter.ts'
import { readCube } from '../../api/contract/cube-wire.ts'
import type { CrossedAnswer, Evaluation, EvaluationQuery } from '../../api/contract/evaluation.ts'
import { type Grouping, groupings, type Tallies } from '../../api/contract/measure-rules.ts'
import type { Scope } from '../../api/db/scope.ts'
import { createTownCube, type TownCube } from '../../api/evaluation/cube.ts'
import { evaluate } from '../../api/evaluation/measures.ts'
import { databases } from '../setup/database.ts'
import { openTown, type TestTown } from '../setup/town.ts'

// The cube in memory answers what the sums in the database answer, after whatever happened to the facts, and for whoever asks.

describe.each(databases)('the cube on $name', ({ open }) => {
  let town: TestTown
  let cube: TownCube
  let seed = 5
  const pick = (below: number) => {
    seed = (seed * 48271) % 2147483647
    return Math.floor((seed / 2147483647) * below)
  }
  beforeAll(async () => {
    town = await openTown(open, () => new Date('2026-11-16T09:00:00+08:00'))
    await insert(300)
    // One squad has a department; somebody leads a grid as well, since yesterday.
    await database().query(`update units set department = case when id = 1 then '执法局' else '' end`)
    await database().query(
      `insert into posts (grid_id, role, officer_id, valid_from, path)
       select g.id, 'leader', 2, now() - interval '1 day', g.path from grids g where g.level = 3 order by g.id limit 1`,
    )
    const { catchUp } = town.running.services.facts
    cube = createTownCube(town.running.services.db, { most: 100_000, patienceMs: 20_000, catchUp })
  })
  afterAll(async () => {
    await cube.stop()
    await town.close()
  })
  const database = () => town.running.services.db

  /** Cases of two years with facts by chance, as nothing but the facts is of interest here. */
  async function insert(count: number, since = '2024-11-20') {
    await database().query(
      `insert into incidents (town_id, id, number, class_code, source, title, geom, path, state, reported_at)
       select t.id, nextval('incident_ids'), $2 || n, '01', 'hotline', '一件', st_setsrid(st_makepoint(120.4, 31.7), 4326), t_path.path, 'closed', now()
       from generate_series(1, $1::int) n cross join towns t
       join lateral (select path from grids where level = 3 order by md5(id::text || n) limit 1) t_path on true`,
      [count, `c${pick(1e9)}-`],
    )
    await database().query(
      `insert into case_facts (town_id, incident_id, hour, path, class_code, source, unit_id, officer_id, state, cases, reworks,
         response_seconds, handle_seconds, total_seconds, ${marked.map(snake)})
       select i.town_id, i.id, date_trunc('hour', timestamptz '${since} 00:00+08' + interval '1 hour' * (r.x * 17000)::int), i.path,
         '0' || 1 + (r.x * 7919)::int % 2, (array['hotline', 'member', 'citizen'])[1 + (r.x * 104729)::int % 3], (r.x * 1299709)::int % 3, (r.x * 15485863)::int % 4,
         (array['closed', 'handling'])[1 + (r.x * 611953)::int % 2], 1, (r.x * 91193)::int % 3, 5, (r.x * 100000)::int, (r.x * 400000)::int,
         ${marked.map((_, bit) => `((r.x * ${(bit + 3) * 7727})::int % 2)::smallint`)}
       from incidents i cross join lateral (select (hashint4(i.id + ${pick(1e6)})::bigint + 2147483648) / 4294967296.0 as x) r
       where not exists (select from case_facts f where f.incident_id = i.id)`,
    )
  }
  const query = (more: Partial<EvaluationQuery>): EvaluationQuery => ({
    from: '2025-12-01',
    to: '2026-11-30',
    by: 'all',
    heldOut: 'false',
    quantiles: 'true',
    ...more,
  })
  const scopes = (): Scope[] => [
    { role: 'leader', grids: [town.townId] },
    { role: 'leader', grids: [town.grid('G0'), town.grid('G21')] },
    { role: 'leader', grids: [] },
  ]
  async function expectSame(by: readonly Grouping[] = ['all', 'officer', 'week']) {
    for (const scope of scopes())
      for (const more of [
        ...by.map((one) => ({ by: one })),
        { by: 'grid', gridId: town.grid('G0') },
        { by: 'grid', gridId: town.grid('G00'), classCode: '01' },
        { by: 'officer', unitId: 1, source: 'member' },
        { by: 'unit', officerId: 2, from: '2026-02-28', to: '2026-03-01' },
        { by: 'week', from: '2024-12-25', to: '2025-01-07' },
      ] as const) {
        if ('gridId' in more && scope.grids.length === 0) continue
        const told = await evaluate(database(), scope, query(more), cube.fresh)
        const slow = await evaluate(database(), scope, query(more))
        const known = ({ groups }: Evaluation) => JSON.parse(JSON.stringify(groups)) as Evaluation['groups']
        expect([scope.grids, more, known(told)]).toEqual([scope.grids, more, known(slow)])
      }
    expect((await cube.fresh())?.store.cube.rows).toBeGreaterThan(0)
  }

  it('answers as the database does, for everybody who asks', async () => {
    await expectSame(groupings)
    const all = await evaluate(database(), scopes()[0] as Scope, query({ by: 'day' }), cube.fresh)
    expect(all.groups.length).toBeGreaterThan(50)
  })

  it('has each bit where the database has it', async () => {
    for (const [bit, name] of marked.entries()) {
      await database().query(
        `update case_facts set ${marked.map((one) => `${snake(one)} = ${one === name ? 1 : 0}`)}, reworks = 2
         where incident_id = (select min(incident_id) from case_facts)`,
      )
      const [row] = await database().query<{ mark: number }>(
        'select mark from case_facts order by incident_id limit 1',
      )
      expect([name, row?.mark]).toEqual([name, 2 ** bit + 2 * reworkUnit])
    }
  })

  it('follows what is changed, corrected, moved, deleted, and what comes late', async () => {
    const some = () => `incident_id % 7 = ${pick(7)}`
    const steps = [
      () =>
        database().query(
          `update case_facts set closed = 1 - closed, total_seconds = total_seconds + 7 where ${some()}`,
        ),
      () =>
        database().query(
          `update case_facts set hour = hour - interval '40 days', state = 'handling' where ${some()}`,
        ),
      () => insert(25, '2023-01-01'),
      () =>
        database().query(
          `delete from incidents where id in (select incident_id from case_facts where ${some()})`,
        ),
      () => database().query(`delete from case_facts where ${some()}`),
      () => insert(40),
      () =>
        database().query(
          `update incidents set path = (select path from grids where level = 3 order by md5(id::text || $1) limit 1) where id % 3 = 1`,
          [String(pick(99))],
        ),
    ]
    for (const step of steps) {
      await step()
      await expectSame()
    }
    // Two of them at once, one of which commits after the other was read.
    const { db } = town.running.services
    if (db.kind === 'server') {
      let commit = () => {}
      const open = new Promise<void>((resolve) => {
        commit = resolve
      })
      const late = db.transaction(async (tx) => {
        await tx.query('update case_facts set filed = 1 - filed where incident_id % 5 = 0')
        await open
      })
      await db.query('update case_facts set closed = 1 - closed where incident_id % 5 = 1')
      await expectSame()
      commit()
      await late
    }
    await expectSame()
    ;(await cube.fresh())?.store.tidy(true)
    await expectSame()
  })

  it('tells the departments of squads and the posts that people hold now', async () => {
    const scope = scopes()[0] as Scope
    const keys = async (by: Grouping) =>
      (await evaluate(database(), scope, query({ by }), cube.fresh)).groups.map(({ key }) => key)
    expect(await keys('department')).toEqual(['0', '执法局'])
    expect(await keys('post')).toEqual(expect.arrayContaining(['0', 'leader']))
    const told = (await cube.fresh())?.store
    told?.describe({ departments: new Map([[1, '环保站']]), posts: new Map() })
    expect(await keys('department')).toEqual(['0', '环保站'])
    expect(await keys('post')).toEqual(['0'])
  })

  it('leaves the answers to the database where it may not hold so many', async () => {
    const small = createTownCube(database(), { most: 10, catchUp: () => Promise.resolve() })
    expect(await small.fresh()).toBeNull()
    expect(small.isTooLarge()).toBe(true)
    await small.stop()
  })

  it('goes to the browser with what the caller sees, and is crossed for those who cannot hold it', async () => {
    const leader = await town.as('leader')
    const span = 'from=2025-12-01&to=2026-11-30'
    const answer = await leader('GET', `/api/evaluation/facts?${span}&gridId=${town.grid('G0')}`)
    expect(answer.status).toBe(200)
    const own = readCube(new Uint8Array(await answer.arrayBuffer()))
    const asked = await leader('GET', `/api/evaluation?${span}&by=month&gridId=${town.grid('G0')}`)
    const { groups } = (await asked.json()) as Evaluation
    const sums = sumUp(own, { from: -1e9, to: 1e9, keys: {} }, 'month')
    expect(groups.map(({ key, sums: of }) => [key, of])).toEqual([...sums])
    expect(groups.length).toBeGreaterThan(5)
    const cross = await leader(
      'GET',
      `/api/evaluation/cross?${span}&by=class,source&class=01&rows=3&tallies=cases,closed`,
    )
    const crossed = (await cross.json()) as CrossedAnswer
    const closed = async (more: string) => {
      const { groups: told } = (await (
        await leader('GET', `/api/evaluation?${span}&${more}`)
      ).json()) as Evaluation
      return told.map(({ key, sums: of }) => ({ key, sums: { cases: of.cases, closed: of.closed } }))
    }
    expect(crossed.by.class).toEqual(await closed('by=class'))
    expect(crossed.by.source).toEqual(await closed('by=source&classCode=01'))
    expect(crossed.total).toEqual((await closed('classCode=01'))[0]?.sums)
    expect(crossed.incidents).toHaveLength(3)
    for (const bad of ['by=nothing', 'by=', 'by=class&tallies=x', 'by=class&rows=-1'])
      expect((await leader('GET', `/api/evaluation/cross?${span}&${bad}`)).status).toBe(422)
  })

  it('stands beside targets and own schemes', async () => {
    const [admin, leader] = [await town.as('admin'), await town.as('leader')]
    const put = (targets: object[]) => admin('PUT', '/api/evaluation/targets', { targets })
    const closing = { measure: 'closing', value: 0.9 }
    for (const bad of [
      [{ ...closing, value: 90 }],
      [closing, closing],
      [{ ...closing, gridId: 999_999 }],
      [{ ...closing, gridId: town.grid('G0'), unitId: 1 }],
    ])
      expect((await put(bad)).status).toBe(422)
    const own = { ...closing, gridId: town.grid('G1'), value: 0.8 }
    expect((await put([closing, { measure: 'totalTime', value: 86_400 }, own])).status).toBe(200)
    const told = async (more: string) =>
      (await (
        await leader('GET', `/api/evaluation?from=2025-12-01&to=2026-11-30&${more}`)
      ).json()) as Evaluation
    for (const { key, targets } of (await told('by=grid')).groups)
      expect([key, targets]).toEqual([
        key,
        { closing: key === String(town.grid('G1')) ? 0.8 : 0.9, totalTime: 86_400 },
      ])
    const rule = {
      name: '本镇',
      parts: [
        { measure: 'closing', points: 50 },
        { measure: 'rework', points: 50, inverted: true },
      ],
    }
    const made = await admin('POST', '/api/evaluation/schemes', rule)
    expect(made.status).toBe(201)
    const { id } = (await made.json()) as { id: string }
    expect((await admin('POST', '/api/evaluation/schemes', rule)).status).toBe(409)
    expect((await admin('POST', '/api/evaluation/schemes', { ...rule, name: 'b', parts: [] })).status).toBe(
      422,
    )
    const [first] = (await told(`scheme=${id}`)).groups
    const sums = first?.sums as Tallies
    const share = (over: number) => Math.min(1, Math.max(0, over))
    expect(first?.score).toBeCloseTo(
      50 * share(sums.closed / sums.dueClose) + 50 * share(1 - sums.reworkedDue / sums.dueClose),
      9,
    )
    const path = `/api/evaluation/schemes/${id.slice(4)}`
    expect((await admin('PUT', path, { ...rule, name: '新' })).status).toBe(200)
    expect((await admin('DELETE', path)).status).toBe(200)
    expect((await admin('DELETE', path)).status).toBe(404)
    expect((await leader('GET', `/api/evaluation?from=2025-12-01&to=2026-11-30&scheme=${id}`)).status).toBe(
      422,
    )
  })
})

const snake = (tally: string) => tally.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
