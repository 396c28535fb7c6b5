import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Plan } from '../../api/contract/plan.ts'
import type { Db } from '../../api/db/connect.ts'
import { createDraft, editPlan, ensureBaseline } from '../../api/plans/drafts.ts'
import { publishPlan, putDuePlans } from '../../api/plans/publish.ts'
import { listPlanGrids } from '../../api/plans/queries.ts'
import { databases } from '../setup/database.ts'
import { type Caller, openTown, type TestTown } from '../setup/town.ts'

// Two people draw at the same time: whoever publishes second must not undo the first without being told.

const actor = { name: '张三', role: 'admin' as const }

describe.each(databases)('plans beside each other on $name', ({ open }) => {
  let town: TestTown
  let db: Db
  let admin: Caller
  beforeAll(async () => {
    town = await openTown(open)
    db = town.running.db
    admin = await town.as('admin')
  })
  afterAll(() => town?.close())

  const at = () => new Date()
  const later = (hours: number) => new Date(Date.now() + hours * 3_600_000)
  const draftThat = async (name: string, renames: string, basedOn?: number) => {
    const draft = await createDraft(db, { name, note: '', actor, at: at(), ...(basedOn ? { basedOn } : {}) })
    const grid = (await listPlanGrids(db, draft.id)).find((one) => one.code === renames)
    const operation = { kind: 'attributes' as const, uid: grid?.uid ?? 0, name }
    await editPlan(db, draft.id, { revision: 0, operation, actor, at: at() })
    return draft.id
  }
  const nameOf = async (code: string) =>
    (await db.query<{ name: string }>('select name from grids where code = $1', [code]))[0]?.name
  const stateOf = async (id: number) =>
    (await db.query<{ state: string }>('select state from grid_plans where id = $1', [id]))[0]?.state
  const publish = async (id: number, body: object = {}) => {
    const answer = await admin('POST', `/api/plans/${id}/publish`, body)
    return [answer.status, (await answer.json()) as Plan & { code: string; detail: string }] as const
  }

  it('refuses the second of two, now or later, until somebody says so', async () => {
    const [first, second] = [await draftThat('甲案', 'G000'), await draftThat('乙案', 'G001')]
    expect((await publish(first))[0]).toBe(200)
    for (const body of [{}, { effectiveAt: later(1).toISOString() }]) {
      const [status, { code, detail }] = await publish(second, body)
      expect([status, code, detail]).toEqual([409, 'plan-outdated', expect.stringContaining('甲案')])
    }
    expect([await nameOf('G000'), await nameOf('G001')]).toEqual(['甲案', '网格G001'])
    const [status, { state }] = await publish(second, { force: true })
    expect([status, state]).toEqual([200, 'in-force'])
    expect([await nameOf('G000'), await nameOf('G001')]).toEqual(['网格G000', '乙案'])
    // An old plan that is begun again under the plan in force knows what it undoes.
    expect((await publish(await draftThat('旧案', 'G002', first)))[0]).toBe(200)
    expect(await nameOf('G000')).toBe('甲案')
  })

  it('refuses one behind a scheduled one, and makes a scheduled one a draft again that has been overtaken', async () => {
    const scheduled = await draftThat('先案', 'G010')
    const behind = await draftThat('后案', 'G011')
    expect((await publish(scheduled, { effectiveAt: later(1).toISOString() }))[0]).toBe(200)
    const [status, { code, detail }] = await publish(behind, { effectiveAt: later(2).toISOString() })
    expect([status, code, detail]).toEqual([409, 'plan-outdated', expect.stringContaining('先案')])
    expect((await publish(behind, { effectiveAt: later(2).toISOString(), force: true }))[0]).toBe(200)

    const now = await draftThat('即案', 'G012')
    await publishPlan(db, now, { actor, at: at(), effectiveAt: at() })
    expect(await putDuePlans(db, later(1.5))).toEqual([])
    expect(await stateOf(scheduled)).toBe('draft')
    expect(await nameOf('G012')).toBe('即案')
    expect(await putDuePlans(db, later(2.5))).toHaveLength(1)
    expect([await stateOf(behind), await nameOf('G011')]).toEqual(['in-force', '后案'])
  })

  it('takes changed attributes for a change of the grids, so that no draft brings the old ones back', async () => {
    const color = (value: string) =>
      db.query(`update grids set attributes = $1::jsonb where code = 'G333'`, [
        JSON.stringify({ color: value }),
      ])
    await color('red')
    expect(await ensureBaseline(db, at())).toBe(true)
    const draft = await draftThat('红时', 'G020')
    await color('green')
    expect(await ensureBaseline(db, at())).toBe(true)
    expect((await publish(draft))[0]).toBe(409)
    expect((await publish(await draftThat('绿时', 'G020')))[0]).toBe(200)
    expect(await db.query(`select attributes from grids where code = 'G333'`)).toEqual([
      { attributes: { color: 'green' } },
    ])
  })
})
