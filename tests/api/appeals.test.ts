import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Evaluation } from '../../api/contract/evaluation.ts'
import type { IncidentDetail } from '../../api/contract/incident.ts'
import type { Tallies } from '../../api/contract/measure-rules.ts'
import { databases } from '../setup/database.ts'
import { openTown, south, type TestTown, west } from '../setup/town.ts'

// An appeal puts the record right, and every number follows from the record: nobody changes a number.

describe.each(databases)('an appeal on $name', ({ open }) => {
  let town: TestTown
  let now = Date.parse('2026-11-16T09:00:00+08:00')
  beforeAll(async () => {
    town = await openTown(open, () => new Date(now))
  })
  afterAll(() => town?.close())

  const send = async <T>(who: string, method: string, path: string, body?: unknown) => {
    const answer = await (await town.as(who))(method, path, body)
    return { status: answer.status, data: (await answer.json()) as T & { detail?: string; code?: string } }
  }
  const sums = async () =>
    (await send<Evaluation>('leader', 'GET', '/api/evaluation?from=2026-11-01&to=2026-11-30')).data.groups[0]
      ?.sums as Tallies
  const detail = async (id: number) =>
    (await send<IncidentDetail>('admin', 'GET', `/api/incidents/${id}`)).data
  const move = (who: string, id: number, action: string, more: Record<string, unknown> = {}) =>
    send<{ state: string }>(who, 'POST', `/api/incidents/${id}/transitions`, { action, ...more })

  it('against a limit and a failed check is asked for, granted by who answers for it, and stays in the history', async () => {
    const { data: made } = await send<{ id: number }>('dispatcher', 'POST', '/api/incidents', {
      classCode: '01',
      source: 'hotline',
      title: '占道',
      lng: west + 0.001,
      lat: south + 0.001,
    })
    await move('dispatcher', made.id, 'file')
    await move('dispatcher', made.id, 'dispatch', { unitId: 1, officerId: town.officer('O1') })
    await move('officer', made.id, 'accept')
    // Nothing stands against anybody yet.
    expect((await move('leader', made.id, 'correct', { note: '没有超时', mark: 'handle' })).status).toBe(409)
    now += 5 * 3_600_000
    await town.running.services.queue.runDue()
    const isLate = (await detail(made.id)).timeline.some(
      ({ event, data }) => event === 'incident:overdue' && data.stage === 'handle',
    )
    expect(isLate).toBe(true)
    await move('officer', made.id, 'finish', { note: '已清理' })
    await move('dispatcher', made.id, 'rework', { note: '照片不清' })
    await move('officer', made.id, 'accept')
    await move('officer', made.id, 'finish', { note: '再清理' })
    await move('admin', made.id, 'check')
    expect((await move('admin', made.id, 'close')).status).toBe(200)
    expect(await sums()).toMatchObject({
      dueHandle: 1,
      handledOnTime: 0,
      closedOnTime: 0,
      reworks: 1,
      reworked: 1,
    })

    const ask = (mark: string | undefined, note = '系统停电，非中队责任') =>
      send<{ asks: number }>('officer', 'POST', `/api/incidents/${made.id}/requests`, {
        action: 'correct',
        note,
        ...(mark && { mark }),
      })
    expect((await ask(undefined)).status).toBe(422)
    expect((await ask('return')).data.code).toBe('no-mark')
    expect((await ask('handle')).status).toBe(201)
    expect((await move('officer', made.id, 'correct', { note: '自己改', mark: 'handle' })).status).toBe(403)
    const pending = (await detail(made.id)).requests.find(({ state }) => state === 'pending')
    expect(pending).toMatchObject({ action: 'correct', data: { mark: 'handle' } })
    // Asking changes no number.
    expect((await sums()).handledOnTime).toBe(0)
    const decide = (who: string) =>
      send(who, 'POST', `/api/incidents/${made.id}/requests/${pending?.id}/decision`, {
        grant: true,
        note: '情况属实',
      })
    expect((await decide('dispatcher')).status).toBe(403)
    expect((await decide('leader')).status).toBe(200)
    expect(await sums()).toMatchObject({
      dueHandle: 1,
      handledOnTime: 1,
      closedOnTime: 1,
      overdueHandle: 0,
      reworks: 1,
    })
    const told = (await detail(made.id)).timeline
    expect(told.filter(({ event }) => event === 'incident:overdue').length).toBeGreaterThan(0)
    expect(told.find(({ event }) => event === 'incident:corrected')?.data).toMatchObject({
      mark: 'handle',
      note: '系统停电，非中队责任',
      decision: '情况属实',
      askedBy: 'officer',
    })
    // Once; and who answers for it may do it without being asked.
    expect((await ask('handle')).data.code).toBe('no-mark')
    expect((await move('leader', made.id, 'correct', { note: '误退', mark: 'rework' })).status).toBe(200)
    expect(await sums()).toMatchObject({ reworks: 0, reworked: 0, reworkedDue: 0 })
    expect((await detail(made.id)).state).toBe('closed')
  })
})
