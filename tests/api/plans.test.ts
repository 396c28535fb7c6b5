import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Plan, PlanOperation } from '../../api/contract/plan.ts'
import type { Db } from '../../api/db/connect.ts'
import { createDraft, editPlan, ensureBaseline, stepPlan, withdrawPlan } from '../../api/plans/drafts.ts'
import { publishPlan, putDuePlans } from '../../api/plans/publish.ts'
import { listPlanGrids } from '../../api/plans/queries.ts'
import type { PlanGrid } from '../../api/plans/topology.ts'
import { databases } from '../setup/database.ts'
import { openTown, south, type TestTown, until, west } from '../setup/town.ts'

// The edits of a plan one by one, what they refuse, and what publication does to people, points and cases.

const actor = { name: '张三', role: 'admin' as const }
const at = new Date()

describe.each(databases)('a draft on $name', ({ open }) => {
  let town: TestTown
  let db: Db
  let planId: number
  let grids: PlanGrid[]
  beforeAll(async () => {
    town = await openTown(open)
    db = town.running.db
  })
  afterAll(() => town?.close())

  const begin = async () => {
    planId = (await createDraft(db, { name: '草稿', note: '', actor, at })).id
    grids = await listPlanGrids(db, planId)
  }
  const uid = (code: string) => {
    const found = grids.find((grid) => grid.code === code)
    if (!found) throw new Error(`no ${code}`)
    return found.uid
  }
  const edit = async (operation: PlanOperation) => {
    const outcome = await editPlan(db, planId, { revision: 1e9 - 1e9, operation, actor, at }).catch(
      async (error: { code?: string }) => {
        if (error.code !== 'plan-conflict') throw error
        const [plan] = await db.query<{ revision: number }>('select revision from grid_plans where id = $1', [
          planId,
        ])
        return editPlan(db, planId, { revision: plan?.revision ?? 0, operation, actor, at })
      },
    )
    grids = await listPlanGrids(db, planId)
    return outcome
  }
  const rows = () =>
    db.query(
      `select uid, grid_id, code, name, level, parent_uid, leader_name, households, attributes, st_asewkb(geom)::text as geom, area_km2, origins
       from plan_grids where plan_id = $1 order by uid`,
      [planId],
    )
  /** Per level: the union is the town's square, and nothing is counted twice. */
  const tiling = () =>
    db.query<{ level: number; whole: number; sum: number; households: number; unsound: number }>(
      `select level, st_area(st_union(geom)) as whole, sum(st_area(geom)) as sum, sum(households)::int as households,
         count(*) filter (where not st_isvalid(geom))::int as unsound
       from plan_grids where plan_id = $1 group by level order by level`,
      [planId],
    )
  /** Every inner border is met by exactly two grids of its level, segment for segment. */
  const openSegments = async (level: number) => {
    const seen = new Map<string, number>()
    for (const { geometry } of (await listPlanGrids(db, planId)).filter((one) => one.level === level)) {
      for (const ring of geometry.coordinates.flat()) {
        for (let i = 1; i < ring.length; i += 1) {
          const key = [String(ring[i - 1]), String(ring[i])].sort().join(' ')
          seen.set(key, (seen.get(key) ?? 0) + 1)
        }
      }
    }
    const edge = (text: string) =>
      text.split(' ').map((point) => point.split(',').map(Number)) as [number, number][]
    return [...seen].filter(([key, n]) => {
      const [a = [0, 0], b = [0, 0]] = edge(key)
      const outer = [0, 1].some((i) =>
        [west, west + 0.04, south, south + 0.04].some(
          (side) => Math.abs(a[i as 0] - side) < 1e-9 && Math.abs(b[i as 0] - side) < 1e-9,
        ),
      )
      return n !== (outer ? 1 : 2)
    })
  }
  const refusal = (operation: PlanOperation) =>
    edit(operation).then(
      () => 'accepted',
      (error: Error) => error.message,
    )

  it('keeps the tiling exact through every kind of edit, and undo brings back the very same rows', async () => {
    await begin()
    const snapshots = [await rows()]
    const [x, y] = [west, south]
    const steps: (() => PlanOperation)[] = [
      () => ({
        kind: 'split',
        uid: uid('G000'),
        line: [
          [x + 0.0021, y + 0.002],
          [x + 0.0033, y + 0.0031],
        ],
      }),
      // A crooked line through a village and its member grids.
      () => ({
        kind: 'split',
        uid: uid('G01'),
        line: [
          [x + 0.0099, y + 0.0031],
          [x + 0.0137, y + 0.0042],
          [x + 0.0171, y + 0.0068],
          [x + 0.0203, y + 0.0061],
        ],
      }),
      () => ({
        kind: 'split',
        uid: uid('G3'),
        line: [
          [x + 0.0313, y + 0.019],
          [x + 0.0297, y + 0.041],
        ],
      }),
      () => ({
        kind: 'reshape',
        moves: [{ from: [x + 0.005, y + 0.005], to: [x + 0.0056, y + 0.0047] }],
        inserts: [],
        removes: [],
      }),
      () => ({
        kind: 'reshape',
        inserts: [[x + 0.02, y + 0.0277]],
        moves: [{ from: [x + 0.02, y + 0.0277], to: [x + 0.0207, y + 0.0279] }],
        removes: [],
      }),
      () => ({ kind: 'merge', uids: [uid('G100'), uid('G101'), uid('G103')], name: '并格' }),
      () => ({ kind: 'merge', uids: [uid('G20'), uid('G21')] }),
      () => ({ kind: 'move', uids: [uid('G113')], parentUid: uid('G13') }),
      () => ({ kind: 'move', uids: [uid('G12')], parentUid: uid('G0') }),
      () => ({
        kind: 'add',
        parentUid: uid('G22'),
        name: '新格',
        leaderName: null,
        geometry: {
          type: 'Polygon',
          coordinates: [
            [
              [x + 0.003, y + 0.033],
              [x + 0.0071, y + 0.0322],
              [x + 0.0066, y + 0.0371],
              [x + 0.003, y + 0.033],
            ],
          ],
        },
      }),
      () => ({
        kind: 'add',
        parentUid: uid('G2'),
        name: '新村',
        leaderName: null,
        geometry: {
          type: 'Polygon',
          coordinates: [
            [
              [x + 0.008, y + 0.031],
              [x + 0.0151, y + 0.0322],
              [x + 0.0141, y + 0.0371],
              [x + 0.0062, y + 0.0366],
              [x + 0.008, y + 0.031],
            ],
          ],
        },
      }),
      () => ({ kind: 'remove', uid: uid('G110') }),
      () => ({
        kind: 'recode',
        codes: [
          { uid: uid('G330'), code: 'G331' },
          { uid: uid('G331'), code: 'G330' },
        ],
      }),
      () => ({ kind: 'attributes', uid: uid('G332'), name: '改名', leaderName: null, households: 12 }),
    ]
    const [before] = await tiling()
    for (const [i, step] of steps.entries()) {
      const operation = step()
      const outcome = await edit(operation)
      expect([i, operation.kind, outcome.changed.length > 0]).toEqual([i, operation.kind, true])
      for (const level of await tiling()) {
        const said = [i, operation.kind, level.level]
        expect([...said, level.unsound]).toEqual([...said, 0])
        expect(Math.abs(level.whole / (before?.whole ?? 0) - 1)).toBeLessThan(1e-12)
        expect(Math.abs(level.sum / (before?.whole ?? 0) - 1)).toBeLessThan(1e-12)
        expect([...said, await openSegments(level.level)]).toEqual([...said, []])
      }
      snapshots.push(await rows())
    }
    const orphans = grids.filter(
      (one) => one.level > 1 && !grids.some((other) => other.uid === one.parentUid),
    )
    expect(orphans).toEqual([])
    for (let i = steps.length - 1; i >= 0; i -= 1) {
      await stepPlan(db, planId, { way: 'undo', actor, at })
      expect(await rows()).toEqual(snapshots[i])
    }
    for (let i = 1; i <= steps.length; i += 1) {
      await stepPlan(db, planId, { way: 'redo', actor, at })
      expect(await rows()).toEqual(snapshots[i])
    }
  })

  it('refuses with a sentence what cannot be', async () => {
    await begin()
    const [x, y] = [west, south]
    const cases: [PlanOperation, RegExp][] = [
      [
        {
          kind: 'split',
          uid: uid('G000'),
          line: [
            [x - 0.01, y - 0.01],
            [x - 0.01, y + 0.01],
          ],
        },
        /does not divide G000/,
      ],
      [{ kind: 'merge', uids: [uid('G000'), uid('G003')] }, /G003 .* no border in common/],
      [{ kind: 'merge', uids: [uid('G001'), uid('G010')] }, /different parents/],
      [{ kind: 'merge', uids: [uid('G00'), uid('G000')] }, /different levels/],
      [{ kind: 'move', uids: [uid('G000')], parentUid: uid('G1') }, /level 3 and cannot lie below G1/],
      [
        { kind: 'move', uids: ['G000', 'G001', 'G002', 'G003'].map(uid), parentUid: uid('G01') },
        /Nothing would be left of G00/,
      ],
      [{ kind: 'attributes', uid: uid('G000'), code: 'G001' }, /code G001 is taken/],
      [{ kind: 'attributes', uid: uid('G000') }, /changes nothing/],
      [{ kind: 'remove', uid: uid('G00') }, /has grids below it/],
      [{ kind: 'remove', uid: 999_999 }, /no grid 999999/],
      // The corner pushed across the far side of its neighbour.
      [
        {
          kind: 'reshape',
          moves: [{ from: [x + 0.005, y + 0.005], to: [x + 0.012, y + 0.012] }],
          inserts: [],
          removes: [],
        },
        /would (be unsound|lie over)/,
      ],
      [
        { kind: 'reshape', moves: [{ from: [x, y + 1], to: [x, y] }], inserts: [], removes: [] },
        /No border has a vertex/,
      ],
    ]
    for (const [operation, sentence] of cases) expect(await refusal(operation)).toMatch(sentence)
    expect((await rows()).length).toBe(84)
  })

  it('keeps drafts apart: withdrawn ones are laid aside, scheduled ones come back', async () => {
    await begin()
    await publishPlan(db, planId, { actor, at, effectiveAt: new Date(at.getTime() + 3_600_000) })
    expect(await refusal({ kind: 'attributes', uid: uid('G000'), name: 'x' })).toMatch(
      /scheduled: withdraw it/,
    )
    expect((await withdrawPlan(db, planId, { actor, at })).state).toBe('draft')
    expect((await withdrawPlan(db, planId, { actor, at })).state).toBe('withdrawn')
    await expect(withdrawPlan(db, planId, { actor, at })).rejects.toThrow(/is withdrawn and cannot/)
  })

  it('is checked beside the requests, and published with errors only when that is said', async () => {
    await begin()
    const admin = await town.as('admin')
    await edit({ kind: 'replace', removed: [uid('G000')], added: [], reason: '' })
    const check = `/api/plans/${planId}/check`
    expect((await admin('POST', check, { rule: 'town-17' })).status).toBe(202)
    const found = await until('the check', async () => {
      const answer = (await (await admin('GET', check)).json()) as {
        job: { state: string }
        problems: { kind: string; severity: string; uids: number[] }[]
      }
      return answer.job.state === 'done' && answer.problems
    })
    const errors = found.filter((one) => one.severity === 'error')
    expect(errors.map((one) => one.kind)).toEqual(['gap'])
    expect(new Set(found.map((one) => one.kind))).toContain('no-member')
    const publish = `/api/plans/${planId}/publish`
    const effectiveAt = new Date(Date.now() + 3_600_000).toISOString()
    const refused = (await (await admin('POST', publish, { effectiveAt })).json()) as {
      code: string
      detail: string
    }
    expect([refused.code, refused.detail]).toEqual([
      'plan-problems',
      expect.stringContaining('1 error (gap)'),
    ])
    const forced = (await (await admin('POST', publish, { effectiveAt, force: true })).json()) as Plan
    expect(forced.state).toBe('scheduled')
    await withdrawPlan(db, planId, { actor, at })
  })

  it('refuses to publish codes that are given twice, whatever is said', async () => {
    await begin()
    await db.query(`update plan_grids set code = 'G001' where plan_id = $1 and code = 'G000'`, [planId])
    const admin = await town.as('admin')
    const answer = await admin('POST', `/api/plans/${planId}/publish`, { force: true })
    expect([answer.status, await answer.text()]).toEqual([
      409,
      expect.stringContaining('G001 is given twice'),
    ])
  })

  it('tells the other screens of every edit', async () => {
    await begin()
    const seen: { event: string; data: unknown }[] = []
    const screen = await town.socket('leader')
    screen.on('timeline:appended', (events) => seen.push(...events))
    await screen.emitWithAck('subscribe', {})
    const admin = await town.as('admin')
    const operation = { kind: 'attributes', uid: uid('G000'), name: '改名' }
    expect((await admin('POST', `/api/plans/${planId}/edits`, { revision: 0, operation })).status).toBe(200)
    const told = await until('the edit', () =>
      seen.find((one) => one.event === 'plan:edited' && (one.data as { planId: number }).planId === planId),
    )
    expect(told.data).toMatchObject({ planId, revision: 1, summary: { kind: 'attributes', codes: ['G000'] } })
  })
})

describe.each(databases)('a plan taking effect on $name', ({ open }) => {
  let town: TestTown
  let db: Db
  beforeAll(async () => {
    town = await openTown(open)
    db = town.running.db
  })
  afterAll(() => town?.close())
  const stands = async (table: string, where: string) =>
    (await db.query<{ path: number[] }>(`select path from ${table} where ${where}`))[0]?.path.at(-1)

  it('moves people, posts, points and rights to whoever has the land, at its time', async () => {
    const device = await town.device('M1')
    const shift = { on: true, at: new Date(Date.now() - 60_000).toISOString() }
    await device('POST', `/api/officers/${town.officer('M1')}/shift`, shift)
    const fix = { lng: west + 0.002, lat: south + 0.002, recordedAt: new Date().toISOString() }
    await device('POST', '/api/positions', fix)
    // The member's village is merged into its larger neighbour; the member grids all go below that.
    const draft = await createDraft(db, { name: '并村', note: '', actor, at })
    const grids = await listPlanGrids(db, draft.id)
    const uid = (code: string) => grids.find((one) => one.code === code)?.uid ?? 0
    const merge = { kind: 'merge' as const, uids: [uid('G01'), uid('G00')] }
    const cut = { kind: 'move' as const, uids: [uid('G010')], parentUid: uid('G00') }
    for (const [revision, operation] of [cut, merge].entries())
      await editPlan(db, draft.id, { revision, operation: { ...operation }, actor, at })
    const survivor = (await listPlanGrids(db, draft.id)).find((one) =>
      [uid('G00'), uid('G01')].includes(one.uid),
    )
    const soon = new Date(Date.now() + 1500)
    expect((await publishPlan(db, draft.id, { actor, at: new Date(), effectiveAt: soon })).state).toBe(
      'scheduled',
    )
    expect(await putDuePlans(db, new Date())).toEqual([])
    const admin = await town.as('admin')
    await until(
      'the plan to take effect',
      async () => {
        const plan = (await (await admin('GET', `/api/plans/${draft.id}`)).json()) as Plan
        return plan.state === 'in-force' && plan.effectiveAt === soon.toISOString()
      },
      12_000,
    )
    const kept = survivor?.gridId ?? 0
    expect(kept).toBe(town.grid('G00'))
    expect(await db.query('select 1 from grids where code = $1', ['G01'])).toEqual([])
    expect(await stands('officers', `code = 'M1'`)).toBe(kept)
    expect(await stands('shifts', 'ended_at is null')).toBe(kept)
    const paths = await db.query<{ path: number[] }>('select path from officer_positions')
    expect(paths).toEqual([{ path: [town.townId, town.grid('G0'), kept, town.grid('G000')] }])
    // A fix keeps the grid of its time.
    expect(await db.query('select grid_id as "gridId" from fixes')).toEqual([{ gridId: town.grid('G000') }])
    const below = await db.query<{ n: number }>('select count(*)::int as n from grids where parent_id = $1', [
      kept,
    ])
    expect(below).toEqual([{ n: 8 }])
  })

  it('gives an account of a retired grid its successor, and takes what went to nobody', async () => {
    const draft = await createDraft(db, { name: '撤格', note: '', actor, at })
    const grids = await listPlanGrids(db, draft.id)
    const uid = (code: string) => grids.find((one) => one.code === code)?.uid ?? 0
    await db.query('update accounts set grids = $1 where username = $2', [
      [town.grid('G330'), town.grid('G0')],
      'member',
    ])
    await editPlan(db, draft.id, { revision: 0, operation: { kind: 'remove', uid: uid('G330') }, actor, at })
    const heir = (await listPlanGrids(db, draft.id)).find((one) => one.origins.includes(town.grid('G330')))
    await publishPlan(db, draft.id, { actor, at: new Date(), effectiveAt: new Date() })
    const [member] = await db.query<{ grids: number[] }>('select grids from accounts where username = $1', [
      'member',
    ])
    expect(member?.grids).toEqual([town.grid('G0'), heir?.gridId].sort((a, b) => (a ?? 0) - (b ?? 0)))
  })

  it('takes the grids anew as a plan after an import has changed them, and only then', async () => {
    expect(await ensureBaseline(db, new Date())).toBe(false)
    await db.query('update grids set name = $1 where code = $2', ['导入的名', 'G000'])
    expect(await ensureBaseline(db, new Date())).toBe(true)
    const plans = await db.query<{ state: string }>('select state from grid_plans order by id')
    expect(plans.map((one) => one.state)).toEqual(['past', 'past', 'past', 'in-force'])
    expect(await ensureBaseline(db, new Date())).toBe(false)
  })

  it('puts an old plan back in force as a new draft of it, ids and all', async () => {
    const [first] = await db.query<{ id: number }>('select min(id) as id from grid_plans')
    const draft = await createDraft(db, { name: '恢复', note: '', basedOn: first?.id, actor, at })
    await publishPlan(db, draft.id, { actor, at: new Date(), effectiveAt: new Date() })
    const [back] = await db.query<{ id: number; n: number }>(
      `select (select id from grids where code = 'G01') as id, (select count(*)::int from grids) as n`,
    )
    expect(back).toEqual({ id: town.grid('G01'), n: 85 })
  })
})
