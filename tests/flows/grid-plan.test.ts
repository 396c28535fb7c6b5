import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeColumns } from '../../api/contract/columns.ts'
import type { Incident } from '../../api/contract/incident.ts'
import type { Plan, PlanEdit, PlanJob } from '../../api/contract/plan.ts'
import { databases } from '../setup/database.ts'
import { openTown, south, type TestTown, until, west } from '../setup/town.ts'

// A plan of the grid from its draft to its taking effect, and what stays as it was. Read this after the first two.

interface Feature {
  id: number
  properties: { code: string; gridId: number | null; households: number; parentUid: number | null }
}
interface Outcome {
  revision: number
  edit: PlanEdit
  changed: Feature[]
  gone: number[]
}

describe.each(databases)('a plan of the grid on $name', ({ open }) => {
  let town: TestTown
  let draft: Plan
  let first: Plan
  let incident: Incident
  let early: Incident
  const uids = new Map<string, number>()
  beforeAll(async () => {
    town = await openTown(open)
    // Case one lies in what will be cut off from G000, case two in what stays.
    const desk = await town.as('dispatcher')
    const report = async (title: string, x: number) =>
      (await (
        await desk('POST', '/api/incidents', { classCode: '01', title, lng: west + x, lat: south + 0.002 })
      ).json()) as Incident
    incident = await report('将划出', 0.0045)
    early = await report('不动', 0.001)
  })
  afterAll(() => town?.close())

  const ask = async <T>(
    method: string,
    path: string,
    body?: unknown,
    who = 'admin',
  ): Promise<[number, T]> => {
    const answer = await (await town.as(who))(method, path, body)
    return [answer.status, (await answer.json()) as T]
  }
  const edit = (operation: Record<string, unknown>, revision: number) =>
    ask<Outcome & { code?: string; detail?: string }>('POST', `/api/plans/${draft.id}/edits`, {
      revision,
      operation,
    })
  const features = async (plan: number) =>
    (await ask<{ features: Feature[] }>('GET', `/api/plans/${plan}/grids`))[1].features
  const perGrid = async (plan: string) => {
    const answer = await (await town.as('leader'))('GET', `/api/incidents/columns?plan=${plan}`)
    return answer.ok
      ? [...decodeColumns(await answer.arrayBuffer()).gridId].sort((a, b) => a - b)
      : answer.status
  }

  it('finds the grids as they stand taken as the first plan', async () => {
    const [, { plans }] = await ask<{ plans: Plan[] }>('GET', '/api/plans')
    expect(plans).toMatchObject([{ state: 'in-force', grids: 84, revision: 0 }])
    first = plans[0] as Plan
  })

  it('begins as a draft that others of the command see and that rules nothing', async () => {
    const [status, made] = await ask<Plan>('POST', '/api/plans', { name: '二〇二七年网格' })
    draft = made
    expect([status, made.state, made.basedOn, made.grids]).toEqual([201, 'draft', first.id, 84])
    expect((await ask('GET', `/api/plans/${draft.id}`, undefined, 'leader'))[0]).toBe(200)
    expect((await ask('GET', `/api/plans/${draft.id}`, undefined, 'screen'))[0]).toBe(404)
    expect((await ask('POST', '/api/plans', { name: 'x' }, 'leader'))[0]).toBe(403)
    for (const one of await features(draft.id)) uids.set(one.properties.code, one.id)
  })

  it('is split along a line: the larger piece stays what it was, the other is new', async () => {
    const line = [
      [west + 0.004, south - 0.001],
      [west + 0.004, south + 0.006],
    ]
    const [status, outcome] = await edit({ kind: 'split', uid: uids.get('G000'), line }, 0)
    expect([status, outcome.revision, outcome.edit.summary]).toMatchObject([
      200,
      1,
      { kind: 'split', codes: ['G000'], made: ['G004'] },
    ])
    const pieces = outcome.changed.filter((one) => ['G000', 'G004'].includes(one.properties.code))
    expect(pieces.map((one) => [one.properties.gridId, one.properties.households])).toEqual([
      [town.grid('G000'), 8],
      [null, 2],
    ])
    // Nothing of it rules yet.
    expect(await town.running.db.query('select 1 from grids where code = $1', ['G004'])).toEqual([])
  })

  it('tells two editors of a conflict when they meet, and lets them be when they do not', async () => {
    const [met, conflict] = await edit({ kind: 'attributes', uid: uids.get('G000'), name: '新名' }, 0)
    expect([met, conflict.code, conflict.detail]).toEqual([
      409,
      'plan-conflict',
      'admin has done a split of G000 since you loaded the plan: load it again.',
    ])
    const [apart, renamed] = await edit({ kind: 'attributes', uid: uids.get('G333'), name: '新名' }, 0)
    expect([apart, renamed.revision]).toEqual([200, 2])
  })

  it('is taken back and brought again, step by step', async () => {
    const [, undone] = await ask<Outcome>('POST', `/api/plans/${draft.id}/undo`)
    expect([undone.edit.summary.kind, undone.edit.undone, undone.edit.undoneBy]).toEqual([
      'attributes',
      true,
      'admin',
    ])
    const [, again] = await ask<Outcome>('POST', `/api/plans/${draft.id}/redo`)
    expect([again.revision, again.edit.undone]).toEqual([4, false])
    expect((await ask('POST', `/api/plans/${draft.id}/redo`))[0]).toBe(409)
    const [, { edits }] = await ask<{ edits: PlanEdit[] }>('GET', `/api/plans/${draft.id}/edits`)
    expect(edits.map((one) => one.summary.kind)).toEqual(['attributes', 'split'])
  })

  it('merges two more, and takes effect', async () => {
    const merged = await edit({ kind: 'merge', uids: [uids.get('G001'), uids.get('G003')] }, 4)
    expect([merged[0], merged[1].gone]).toEqual([200, [uids.get('G003')]])
    const [status, plan] = await ask<Plan>('POST', `/api/plans/${draft.id}/publish`, {})
    expect([status, plan.state, plan.publishedBy]).toEqual([200, 'in-force', 'admin'])
    expect((await ask<Plan>('GET', `/api/plans/${first.id}`))[1].state).toBe('past')
    const [{ id: made } = { id: 0 }] = await town.running.db.query<{ id: number }>(
      `select id from grids where code = 'G004'`,
    )
    const [, { lineage }] = await ask<{ lineage: Record<string, unknown>[] }>(
      'GET',
      `/api/plans/${draft.id}/lineage`,
    )
    expect(lineage.filter((one) => one.kind !== 'same')).toMatchObject([
      { fromCode: 'G000', toCode: 'G000', kind: 'split' },
      { fromCode: 'G000', toGrid: made, kind: 'split' },
      { fromCode: 'G001', toCode: 'G001', kind: 'merged', share: 1 },
      { fromCode: 'G003', toCode: 'G001', kind: 'merged', share: 1 },
    ])
  })

  it('leaves an old case its stamp, and last year’s statistics as they were', async () => {
    const [row] = await town.running.db.query<{ path: number[]; stamp: number[] }>(
      'select path, stamp from incidents where id = $1',
      [incident.id],
    )
    const [other] = await town.running.db.query('select stamp from incidents where id = $1', [early.id])
    const [made] = await town.running.db.query<{ id: number }>(`select id from grids where code = 'G004'`)
    expect([row?.path.at(-1), row?.stamp.at(-1), other]).toEqual([
      made?.id,
      town.grid('G000'),
      { stamp: null },
    ])
    expect(await perGrid('then')).toEqual([town.grid('G000'), town.grid('G000')])
    expect(await perGrid('now')).toEqual([town.grid('G000'), made?.id])
    // Spoken in the old plan: first to be stamped, then the same as it was.
    expect(await perGrid(String(first.id))).toBe(409)
    expect((await ask('POST', `/api/plans/${first.id}/stamps`, {}))[0]).toBe(202)
    await until('the stamping', async () => {
      const [, job] = await ask<PlanJob>('GET', `/api/plans/${first.id}/stamps`)
      return job.state === 'done'
    })
    expect(await perGrid(String(first.id))).toEqual([town.grid('G000'), town.grid('G000')])
  })

  it('counts in both plans, by point and by area', async () => {
    const counts = async (plan: number, query: string) => {
      const [, answer] = await ask<{ counts: { code: string; cases: number }[] }>(
        'GET',
        `/api/plans/${plan}/counts?${query}`,
      )
      return Object.fromEntries(
        answer.counts
          .filter((one) => ['G000', 'G004', 'G00'].includes(one.code))
          .map((one) => [one.code, one.cases]),
      )
    }
    expect(await counts(first.id, 'by=point')).toEqual({ G00: 2, G000: 2 })
    expect(await counts(draft.id, 'by=point')).toEqual({ G00: 2, G000: 1, G004: 1 })
    const apportioned = await counts(first.id, `by=area&spokenIn=${draft.id}`)
    expect(apportioned).toMatchObject({ G00: 2 })
    expect(apportioned.G000).toBeCloseTo(1.6, 6)
    expect(apportioned.G004).toBeCloseTo(0.4, 6)
  })

  it('shows the history of an old case to the member of its new grid, and to no stranger', async () => {
    const { db } = town.running
    const [made] = await db.query<{ id: number }>(`select id from grids where code = 'G004'`)
    await db.query('update accounts set grids = $1 where username = $2', [[made?.id], 'member'])
    const detail = (who: string) =>
      ask<{ timeline?: unknown[] }>('GET', `/api/incidents/${incident.id}`, undefined, who)
    // Callers are remembered for ten seconds.
    await until(
      'the new right',
      async () =>
        (await ask<{ incidents: unknown[] }>('GET', '/api/incidents', undefined, 'member'))[1].incidents
          .length === 1,
      12_000,
    )
    expect((await detail('member'))[1].timeline).toHaveLength(1)
    expect((await ask('GET', `/api/incidents/${early.id}`, undefined, 'member'))[0]).toBe(404)
    expect((await detail('nobody'))[0]).toBe(404)
  })

  it('tells a retired grid’s name and history still', async () => {
    const retired = town.grid('G003')
    const [, { names }] = await ask<{ names: unknown[] }>('GET', `/api/grids/names?ids=${retired}`)
    expect(names).toEqual([{ id: retired, code: 'G003', name: '网格G003', level: 3 }])
    const [, history] = await ask<Record<string, unknown[]>>('GET', `/api/grids/${retired}/history`)
    expect(history).toMatchObject({
      plans: [{ planId: first.id, code: 'G003' }],
      lineage: [{ planId: draft.id, toGrid: town.grid('G001'), kind: 'merged', share: 1 }],
    })
  })
})
