import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Incident, IncidentDetail, TimelineEvent } from '../../api/contract/incident.ts'
import { databases } from '../setup/database.ts'
import { openTown, south, type TestTown, until, west } from '../setup/town.ts'

// Flow B: an incident from its report to the archive, each step seen on a screen. Read this second.

describe.each(databases)('an incident on $name', ({ open }) => {
  let town: TestTown
  let incident: Incident
  const seen: TimelineEvent[] = []
  beforeAll(async () => {
    town = await openTown(open)
    const screen = await town.socket('screen')
    screen.on('timeline:appended', (events) => seen.push(...events))
    await screen.emitWithAck('subscribe', {})
  })
  afterAll(() => town?.close())

  const move = async (username: string, request: Record<string, unknown>) =>
    (await town.as(username))('POST', `/api/incidents/${incident.id}/transitions`, request)

  it('is reported by a grid member and on the screen within a second', async () => {
    const member = await town.as('member')
    const report = {
      classCode: '01',
      title: '河边倾倒垃圾',
      description: '约两车',
      lng: west + 0.001,
      lat: south + 0.002,
      sourceKey: 'phone-1',
    }
    const answer = await member('POST', '/api/incidents', report)
    expect(answer.status).toBe(201)
    incident = (await answer.json()) as Incident
    expect(incident).toMatchObject({
      state: 'reported',
      source: 'member',
      gridId: town.grid('G000'),
      version: 1,
    })
    const event = await until(
      'the report on the screen',
      () => seen.find((one) => one.incidentId === incident.id),
      1000,
    )
    expect(event).toMatchObject({
      event: 'incident:reported',
      // A wall is not told who.
      actorName: '',
      data: { incident: { id: incident.id } },
    })
    const again = await member('POST', '/api/incidents', report)
    expect([again.status, ((await again.json()) as Incident).id]).toEqual([200, incident.id])
  })

  it('is refused a step that is not its next, by somebody who may not, or without what the step needs', async () => {
    expect((await move('dispatcher', { action: 'close' })).status).toBe(409)
    expect((await move('member', { action: 'file' })).status).toBe(403)
    expect((await move('leader', { action: 'file' })).status).toBe(403)
    await move('dispatcher', { action: 'file' })
    const missing = await move('dispatcher', { action: 'dispatch' })
    expect([missing.status, ((await missing.json()) as { fields: unknown }).fields]).toEqual([
      422,
      [{ path: 'unitId', message: 'is needed to dispatch an incident' }],
    ])
    expect((await move('dispatcher', { action: 'dispatch', unitId: 99_999 })).status).toBe(422)
    expect((await move('dispatcher', { action: 'dispatch', unitId: 1, version: 1 })).status).toBe(409)
  })

  it('goes step by step to the archive', async () => {
    const steps: [string, Record<string, unknown>, string][] = [
      ['dispatcher', { action: 'dispatch', unitId: 1, officerId: town.officer('O1') }, 'dispatched'],
      ['officer', { action: 'accept' }, 'handling'],
      ['officer', { action: 'finish', note: '已清运' }, 'handled'],
      ['member', { action: 'check' }, 'checked'],
      ['dispatcher', { action: 'close' }, 'closed'],
      ['dispatcher', { action: 'evaluate' }, 'evaluated'],
      ['dispatcher', { action: 'archive' }, 'archived'],
    ]
    for (const [who, request, state] of steps) {
      const answer = await move(who, request)
      expect([request.action, answer.status, ((await answer.json()) as Incident).state]).toEqual([
        request.action,
        200,
        state,
      ])
    }
    const detail = (await (
      await (
        await town.as('leader')
      )('GET', `/api/incidents/${incident.id}`)
    ).json()) as IncidentDetail
    expect(detail.timeline.map((one) => one.event.replace('incident:', ''))).toEqual([
      'reported',
      'filed',
      'dispatched',
      'accepted',
      'handled',
      'checked',
      'closed',
      'evaluated',
      'archived',
    ])
    // Nothing goes on from here; an appeal may still correct what the file says.
    expect(detail.actions).toEqual(['correct'])
    await until(
      'all nine on the screen',
      () => seen.filter((one) => one.incidentId === incident.id).length === 9,
    )
    const numbers = seen.map((one) => one.seq)
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b))
  })

  it('gives a screen that was away the rest, by number', async () => {
    const back = await town.socket('leader')
    const first = seen[0]?.seq ?? 0
    const answer = await back.emitWithAck('subscribe', { lastSeq: first })
    if (!answer.ok) throw new Error(answer.problem.detail)
    expect(answer.data.complete).toBe(true)
    expect(answer.data.events.map((one) => one.seq)).toEqual(seen.slice(1).map((one) => one.seq))
  })

  it('lets exactly one of twenty dispatchers win, and tells the others', async () => {
    const desk = await town.as('dispatcher')
    const made = (await (
      await desk('POST', '/api/incidents', {
        classCode: '02',
        title: '电线落地',
        lng: west + 0.03,
        lat: south + 0.03,
      })
    ).json()) as Incident
    incident = made
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => move('dispatcher', { action: 'file' })),
    )
    expect(answers.map((one) => one.status).sort()).toEqual([200, ...Array(19).fill(409)])
  })

  it('is not there for those whose grids do not hold it', async () => {
    const officer = await town.as('officer')
    expect((await officer('GET', `/api/incidents/${incident.id}`)).status).toBe(404)
    expect(
      (await officer('POST', `/api/incidents/${incident.id}/transitions`, { action: 'return', note: 'x' }))
        .status,
    ).toBe(404)
  })

  it('never changes what was written', async () => {
    await expect(town.running.db.query('update timeline set at = now()')).rejects.toThrow(/append-only/)
  })
})
