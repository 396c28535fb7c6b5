import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Db } from '../../api/db/connect.ts'
import { createDraft, editPlan } from '../../api/plans/drafts.ts'
import { publishPlan } from '../../api/plans/publish.ts'
import { listPlanGrids } from '../../api/plans/queries.ts'
import { databases } from '../setup/database.ts'
import { type Caller, openTown, type TestTown } from '../setup/town.ts'

// What a caller of a part of the town learns of plans: their own grids, and no others.

const actor = { name: '张三', role: 'admin' as const }

describe.each(databases)('plans and the grids of a caller on $name', ({ open }) => {
  let town: TestTown
  let db: Db
  let planId: number
  let leader: Caller
  let retired: { inside: number; outside: number }
  beforeAll(async () => {
    town = await openTown(open)
    db = town.running.db
    await db.query(`update accounts set grids = $1 where username = 'nobody'`, [[town.grid('G3')]])
    leader = await town.as('nobody')
    const at = new Date()
    const draft = await createDraft(db, { name: '新案', note: '', actor, at })
    planId = draft.id
    const grids = await listPlanGrids(db, planId)
    const uid = (code: string) => grids.find((one) => one.code === code)?.uid ?? 0
    for (const [revision, operation] of [
      { kind: 'attributes' as const, uid: uid('G300'), name: '三格' },
      { kind: 'attributes' as const, uid: uid('G000'), name: '零格' },
      { kind: 'remove' as const, uid: uid('G330') },
      { kind: 'remove' as const, uid: uid('G110') },
    ].entries())
      await editPlan(db, planId, { revision, operation, actor, at })
    await publishPlan(db, planId, { actor, at, effectiveAt: at })
    retired = { inside: town.grid('G330'), outside: town.grid('G110') }
  })
  afterAll(() => town?.close())
  const get = async <T>(caller: Caller, path: string) =>
    (await (await caller('GET', `/api/${path}`)).json()) as T
  const namesFor = async (caller: Caller, ids: number[]) => {
    const { names } = await get<{ names: { code: string }[] }>(caller, `grids/names?ids=${ids.join(',')}`)
    return names.map(({ code }) => code).sort()
  }

  it('shows a leader of G3 the grids of G3 in every plan, and to the whole town all of them', async () => {
    const [first] = await db.query<{ id: number }>('select min(id) as id from grid_plans')
    for (const [id, n] of [
      [planId, 1 + 4 + 15],
      [first?.id, 1 + 4 + 16],
    ]) {
      const { features } = await get<{ features: { properties: { code: string } }[] }>(
        leader,
        `plans/${id}/grids`,
      )
      expect(features).toHaveLength(n ?? 0)
      for (const { properties } of features) expect(properties.code).toMatch(/^G3/)
    }
    const all = await get<{ features: unknown[] }>(await town.as('leader'), `plans/${planId}/grids`)
    expect(all.features).toHaveLength(82)
  })

  it('shows a leader of G3 the edits of G3', async () => {
    const edits = async (caller: Caller) =>
      (await get<{ edits: { summary: { codes: string[] } }[] }>(caller, `plans/${planId}/edits`)).edits.map(
        ({ summary }) => summary.codes[0],
      )
    expect(await edits(await town.as('dispatcher'))).toEqual(['G110', 'G330', 'G000', 'G300'])
    expect(await edits(leader)).toEqual(['G300'])
  })

  it('tells of the whole town to those who answer for it, and shows the wall no grids', async () => {
    const paths = ['lineage', `overlaps?to=${planId}`, 'counts', 'check', 'stamps']
    for (const path of paths) {
      const answer = await leader('GET', `/api/plans/${planId}/${path}`)
      expect([path, answer.status, await answer.text()]).toEqual([
        path,
        403,
        expect.not.stringContaining('G0'),
      ])
      expect((await (await town.as('leader'))('GET', `/api/plans/${planId}/${path}`)).status).toBe(200)
    }
    const wall = await town.as('screen')
    for (const path of ['grids', 'edits', ...paths])
      expect([path, (await wall('GET', `/api/plans/${planId}/${path}`)).status]).toEqual([path, 403])
    expect((await wall('GET', `/api/plans/${planId}`)).status).toBe(200)
  })

  it('names grids and tells their history within the caller’s grids, also those that are no more', async () => {
    const ids = ['G000', 'G00', 'G0', 'G300', 'G3'].map((code) => town.grid(code))
    const asked = [...ids, retired.inside, retired.outside]
    expect(await namesFor(leader, asked)).toEqual(['G3', 'G300', 'G330'])
    const member = await town.as('member')
    expect(await namesFor(member, asked)).toEqual(['G00', 'G000'])
    expect(await namesFor(await town.as('admin'), asked)).toHaveLength(7)
    const history = async (caller: Caller, id: number) =>
      (await caller('GET', `/api/grids/${id}/history`)).status
    expect([await history(leader, retired.inside), await history(leader, retired.outside)]).toEqual([
      200, 404,
    ])
    expect([await history(member, town.grid('G000')), await history(member, town.grid('G3'))]).toEqual([
      200, 404,
    ])
  })
})
