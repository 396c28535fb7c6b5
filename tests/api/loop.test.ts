import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Ask, Incident, IncidentDetail } from '../../api/contract/incident.ts'
import type { RoutingRule, WhoAnswer } from '../../api/contract/routing.ts'
import { insertPastIncidents, type PastIncident } from '../../api/incidents/history.ts'
import { startMissing } from '../../api/incidents/stages.ts'
import { databases } from '../setup/database.ts'
import { openTown, south, type TestTown, west } from '../setup/town.ts'

// The side flows of an incident, its clocks, who gets it, and what is the same.

const hour = 3_600_000

describe.each(databases)('the loop on $name', ({ open }) => {
  let town: TestTown
  // A Friday, nine in the morning in the town.
  const start = Date.parse('2026-11-20T09:00:00+08:00')
  let now = start
  beforeAll(async () => {
    town = await openTown(open, () => new Date(now))
  })
  afterAll(() => town?.close())

  const send = async <T>(who: string, method: string, path: string, body?: unknown) => {
    const answer = await (await town.as(who))(method, path, body)
    return { status: answer.status, data: (await answer.json()) as T }
  }
  let reports = 0
  const report = async (more: Record<string, unknown> = {}, who = 'dispatcher') => {
    reports += 1
    const { status, data } = await send<Incident>(who, 'POST', '/api/incidents', {
      classCode: '01',
      title: `第 ${reports} 件`,
      lng: west + 0.001,
      lat: south + 0.002,
      ...more,
    })
    expect(status).toBe(201)
    return data
  }
  const move = (who: string, id: number, action: string, more: Record<string, unknown> = {}) =>
    send<Incident & { code: string; detail: string }>(who, 'POST', `/api/incidents/${id}/transitions`, {
      action,
      ...more,
    })
  const moved = async (who: string, id: number, action: string, more: Record<string, unknown> = {}) => {
    const { status, data } = await move(who, id, action, more)
    expect([action, status, data.detail]).toEqual([action, 200, undefined])
    return data
  }
  const detail = async (id: number, who = 'dispatcher') =>
    (await send<IncidentDetail>(who, 'GET', `/api/incidents/${id}`)).data
  const atWork = async (more: Record<string, unknown> = {}) => {
    const { id } = await report(more)
    await moved('dispatcher', id, 'file')
    await moved('dispatcher', id, 'dispatch', { unitId: 1, officerId: town.officer('O1') })
    await moved('officer', id, 'accept')
    return id
  }
  const ask = (who: string, id: number, action: string, more: Record<string, unknown> = {}) =>
    send<Incident & { code: string }>(who, 'POST', `/api/incidents/${id}/requests`, {
      action,
      note: '原因',
      ...more,
    })
  const pending = async (id: number) => {
    const request = (await detail(id)).requests.find(({ state }) => state === 'pending')
    if (!request) throw new Error('nothing is asked for')
    return request
  }
  const decide = async (who: string, id: number, body: Record<string, unknown>) =>
    send<Incident & { code: string }>(
      who,
      'POST',
      `/api/incidents/${id}/requests/${(await pending(id)).id}/decision`,
      body,
    )

  it('asks before it gives back, and the third time the owner of the grid decides whose it is', async () => {
    const id = await atWork()
    expect((await move('officer', id, 'return', { note: '不归我' })).data.code).toBe('ask')
    expect((await ask('officer', id, 'return')).data.asks).toBe(1)
    expect((await ask('officer', id, 'return')).data.code).toBe('asked')
    expect((await decide('officer', id, { grant: true })).status).toBe(403)
    expect((await decide('dispatcher', id, { grant: false, note: '就是你的' })).data.state).toBe('handling')
    for (const round of [1, 2]) {
      await ask('officer', id, 'return')
      const { data } = await decide('dispatcher', id, { grant: true })
      expect(data).toMatchObject({ state: 'filed', unitId: null, returns: round, asks: 0 })
      await moved('dispatcher', id, 'dispatch', { unitId: 1, officerId: town.officer('O1') })
    }
    expect((await ask('officer', id, 'return')).data.code).toBe('arbitration')
    expect((await move('dispatcher', id, 'return', { note: 'x' })).data.code).toBe('arbitration')
    expect((await ask('officer', id, 'arbitrate')).status).toBe(201)
    expect((await decide('dispatcher', id, { grant: true, unitId: 1 })).status).toBe(403)
    expect((await decide('leader', id, { grant: true })).status).toBe(422)
    const decided = await decide('leader', id, { grant: true, unitId: 1 })
    expect(decided.data).toMatchObject({ state: 'dispatched', arbitrated: true, unitId: 1 })
    expect((await ask('officer', id, 'return')).data.code).toBe('arbitration')
    const { timeline } = await detail(id)
    expect(timeline.at(-1)).toMatchObject({
      event: 'incident:arbitrated',
      actorName: 'leader',
      data: { askedBy: 'officer', note: '原因' },
    })
  })

  it('lets nobody decide about their own request, and a request lapse when its time has passed', async () => {
    const { id } = await report()
    await ask('dispatcher', id, 'void')
    expect((await decide('dispatcher', id, { grant: true })).status).toBe(409)
    await moved('dispatcher', id, 'file')
    expect((await detail(id)).asks).toBe(1)
    await moved('dispatcher', id, 'dispatch', { unitId: 1 })
    const { asks, requests } = await detail(id)
    expect([asks, requests.map(({ state }: Ask) => state)]).toEqual([0, ['lapsed']])
    const { id: other } = await report()
    await ask('dispatcher', other, 'void')
    expect((await decide('leader', other, { grant: true })).data).toMatchObject({
      state: 'voided',
      dueAt: null,
    })
  })

  it('lets nobody check or close what they handled', async () => {
    const id = await atWork()
    await moved('dispatcher', id, 'finish', { note: '电话里说好了' })
    expect((await move('dispatcher', id, 'check')).data.code).toBe('four-eyes')
    await moved('admin', id, 'check')
    expect((await move('dispatcher', id, 'close')).data.code).toBe('four-eyes')
    await moved('admin', id, 'close')
    expect((await detail(id, 'dispatcher')).closedAt).not.toBeNull()
  })

  it('settles on the spot what the desk confirms, handled by who settled it', async () => {
    const { id } = await report({}, 'member')
    expect((await ask('member', id, 'settle')).status).toBe(201)
    const { data } = await decide('dispatcher', id, { grant: true })
    expect(data).toMatchObject({ state: 'handled', officerId: town.officer('M1') })
    expect((await move('member', id, 'check')).data.code).toBe('four-eyes')
    await moved('dispatcher', id, 'check')
  })

  it('runs a clock for each stage, stops it while suspended, moves it when extended', async () => {
    now = start
    const made = await report()
    // 2 working hours to file, from nine on a Friday.
    expect([made.stageAt, made.warnAt, made.dueAt].map((at) => Date.parse(at ?? '') - start)).toEqual([
      0,
      1.6 * hour,
      2 * hour,
    ])
    const filed = await moved('dispatcher', made.id, 'file')
    expect(Date.parse(filed.dueAt ?? '') - now).toBe(hour)
    const sent = await moved('dispatcher', made.id, 'dispatch', { unitId: 1 })
    expect(Date.parse(sent.dueAt ?? '') - now).toBe(4 * hour)
    now += hour
    await moved('dispatcher', made.id, 'suspend', { note: '等配件' })
    now += 5 * hour
    await town.running.services.queue.runDue()
    const resumed = await moved('dispatcher', made.id, 'resume')
    expect(resumed).toMatchObject({ state: 'dispatched' })
    expect(Date.parse(resumed.dueAt ?? '') - now).toBe(3 * hour)
    await moved('dispatcher', made.id, 'accept')
    await ask('officer', made.id, 'extend', { extra: { amount: 2, kind: 'natural' } })
    const extended = await decide('dispatcher', made.id, {
      grant: true,
      extra: { amount: 1, kind: 'natural' },
    })
    expect(Date.parse(extended.data.dueAt ?? '') - now).toBe(4 * hour)
    const events = (await detail(made.id)).timeline.map(({ event }) => event)
    expect(events).not.toContain('incident:overdue')
  })

  it('reminds at four fifths, says when it is overdue, and goes up the grid, once each', async () => {
    now = start
    const { id } = await report({ classCode: '02' })
    const run = async (at: number) => {
      now = at
      await town.running.services.queue.runDue()
      const rows = await town.running.db.query<{ event: string; level: number | null }>(
        `select event, (data->>'level')::int as level from timeline where incident_id = $1 order by seq`,
        [id],
      )
      return rows.slice(1).map(({ event, level }) => event.replace('incident:', '') + (level ? level : ''))
    }
    expect(await run(start + hour)).toEqual([])
    expect(await run(start + 1.7 * hour)).toEqual(['warned'])
    expect(await run(start + 1.9 * hour)).toEqual(['warned'])
    expect(await run(start + 2 * hour)).toEqual(['warned', 'overdue'])
    // Half of the limit again: an hour of work after eleven, which is noon.
    expect(await run(start + 3.1 * hour)).toEqual(['warned', 'overdue', 'escalated1'])
    await run(start + 5.6 * hour)
    expect(await run(start + 6.7 * hour)).toEqual([
      'warned',
      'overdue',
      'escalated1',
      'escalated2',
      'escalated3',
    ])
    expect(await run(start + 11 * hour)).toHaveLength(5)
  })

  it('has limits one after the other: secured first, then repaired', async () => {
    now = start
    const classes = (
      await send<{ classes: Record<string, unknown>[] }>('admin', 'GET', '/api/incidents/classes')
    ).data
    const staged = {
      ...classes.classes[0],
      code: 'ST',
      limits: {
        file: { amount: 1, kind: 'work' },
        dispatch: { amount: 1, kind: 'work' },
        handle: [
          { name: '围护', amount: 3, kind: 'urgent' },
          { name: '修复', amount: 8, kind: 'urgent' },
        ],
        check: { amount: 1, kind: 'workday' },
      },
    }
    expect((await send('admin', 'PUT', '/api/incidents/classes/ST', staged)).status).toBe(200)
    expect((await send('dispatcher', 'PUT', '/api/incidents/classes/ST', staged)).status).toBe(403)
    const id = await atWork({ classCode: 'ST' })
    expect(await detail(id)).toMatchObject({ part: 0, partsLeft: 1 })
    now += hour
    const advanced = await moved('officer', id, 'advance')
    expect(advanced).toMatchObject({ part: 1, partsLeft: 0, state: 'handling' })
    expect(Date.parse(advanced.dueAt ?? '') - now).toBe(8 * hour)
    expect((await move('officer', id, 'advance')).data.code).toBe('part')
  })

  it('starts the clocks of open cases that came with their history, and makes no news of old ones', async () => {
    now = start
    const past = (sourceKey: string, at: number): PastIncident => ({
      sourceKey,
      classCode: '01',
      source: 'import',
      title: '来自旧系统',
      lng: west + 0.001,
      lat: south + 0.001,
      gridId: town.grid('G000'),
      state: 'filed',
      reportedAt: new Date(at),
      events: [
        { event: 'incident:reported', at: new Date(at), actorName: 'x', actorRole: 'system' },
        { event: 'incident:filed', at: new Date(at), actorName: 'x', actorRole: 'system' },
      ],
    })
    const { db } = town.running
    await db.transaction((tx) =>
      insertPastIncidents(tx, [past('new', start), past('old', start - 40 * 24 * hour)]),
    )
    expect(await startMissing(db, town.running.services.clock(), new Date(now))).toBe(2)
    const rows = await db.query<{ stage: string; job: boolean }>(
      `select i.stage, exists (select 1 from jobs j where j.kind = 'incident:clock' and j.key = i.id::text) as job
       from incidents i where source_key in ('new', 'old') order by source_key`,
    )
    expect(rows).toEqual([
      { stage: 'dispatch', job: true },
      { stage: 'dispatch', job: false },
    ])
    expect(await startMissing(db, town.running.services.clock(), new Date(now))).toBe(0)
  })

  it('takes over a catalogue of two levels as it was published, beside what is there', async () => {
    const { data } = await send<{ catalogues: { code: string; classes: { parentCode: string | null }[] }[] }>(
      'admin',
      'GET',
      '/api/incidents/catalogues',
    )
    const sizes = data.catalogues.map(({ code, classes }) => [
      code,
      classes.filter(({ parentCode }) => parentCode === null).length,
      classes.filter(({ parentCode }) => parentCode !== null).length,
    ])
    expect(sizes).toEqual([
      ['yangxunqiao', 10, 42],
      ['wangting', 9, 0],
      ['cjt214', 5, 54],
    ])
    expect(
      (await send<{ added: number }>('admin', 'POST', '/api/incidents/catalogues/yangxunqiao', {})).data
        .added,
    ).toBe(52)
    expect(
      (await send<{ added: number }>('admin', 'POST', '/api/incidents/catalogues/yangxunqiao', {})).data
        .added,
    ).toBe(0)
    const made = await report({ classCode: 'Y0803' })
    expect([made.severity, made.title]).toEqual(['urgent', `第 ${reports} 件`])
  })

  it('is split into parts that go their own ways, and handled when the last of them is over', async () => {
    const id = await atWork()
    await moved('dispatcher', id, 'split', {
      parts: [
        { title: '清运', unitId: 1 },
        { title: '修路', classCode: '02' },
      ],
    })
    const parent = await detail(id)
    expect(parent.children.map(({ state }) => state)).toEqual(['dispatched', 'filed'])
    const [first, second] = parent.children.map((child) => child.id)
    if (!first || !second) throw new Error('no parts')
    await moved('officer', first, 'accept')
    await moved('officer', first, 'finish', { note: '已清运' })
    await moved('dispatcher', first, 'check')
    await moved('dispatcher', first, 'close')
    expect((await detail(id)).state).toBe('split')
    await moved('leader', second, 'void', { note: '不需要' })
    const gathered = await detail(id)
    expect([gathered.state, gathered.timeline.at(-1)?.event]).toEqual(['handled', 'incident:gathered'])
  })

  it('shows what may be the same before it is filed, merges it with one click, and takes it back', async () => {
    const first = await report({ lng: west + 0.03, lat: south + 0.03 })
    const second = await report({ lng: west + 0.0303, lat: south + 0.03 })
    expect(second.recurrence).toBe(1)
    const { data } = await send<{ incidents: { id: number; meters: number; sameClass: boolean }[] }>(
      'dispatcher',
      'GET',
      `/api/incidents/similar?lng=${west + 0.0303}&lat=${south + 0.03}&classCode=01`,
    )
    expect(data.incidents.map(({ id, meters }) => [id, Math.abs(meters - 28) < 3 || meters === 0])).toEqual([
      [second.id, true],
      [first.id, true],
    ])
    expect((await move('dispatcher', second.id, 'merge', { intoId: second.id })).status).toBe(422)
    await moved('dispatcher', second.id, 'merge', { intoId: first.id })
    expect((await detail(first.id)).merged.map(({ id }) => id)).toEqual([second.id])
    expect((await detail(first.id)).timeline.at(-1)?.event).toBe('incident:joined')
    await moved('dispatcher', second.id, 'unmerge', { note: '不是一件事' })
    expect((await detail(first.id)).merged).toEqual([])
    expect((await detail(second.id)).dueAt).not.toBeNull()
  })

  it('does a command once, however often it is sent', async () => {
    const { id } = await report()
    const key = 'phone-1:command-7'
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => move('dispatcher', id, 'file', { key })),
    )
    expect(answers.map(({ status, data }) => [status, data.version])).toEqual(Array(5).fill([200, 2]))
    expect((await detail(id)).timeline).toHaveLength(2)
    const asked = await Promise.all(
      Array.from({ length: 3 }, () => ask('dispatcher', id, 'void', { key: 'phone-1:command-8' })),
    )
    expect(asked.map(({ status }) => status)).toEqual([201, 201, 201])
  })

  it('closes nothing that nobody handled: parts that were merged away or voided bring the whole back to the desk', async () => {
    const id = await atWork()
    await moved('dispatcher', id, 'split', { parts: [{ title: '甲' }, { title: '乙' }] })
    const [first = 0, second = 0] = (await detail(id)).children.map((child) => child.id)
    expect((await move('dispatcher', first, 'merge', { intoId: id })).status).toBe(422)
    await moved('dispatcher', first, 'merge', { intoId: second })
    expect((await move('leader', second, 'void', { note: '不需要' })).data.code).toBe('has-merged')
    await moved('dispatcher', first, 'unmerge', { note: '各办各的' })
    for (const part of [first, second]) await moved('leader', part, 'void', { note: '不需要' })
    expect(await detail(id)).toMatchObject({ state: 'filed', unitId: null })
  })

  it('lets nobody check a whole whose part they handled', async () => {
    const id = await atWork()
    await moved('dispatcher', id, 'split', {
      parts: [
        { title: '甲', unitId: 1 },
        { title: '乙', unitId: 1 },
      ],
    })
    for (const { id: part } of (await detail(id)).children) {
      await moved('dispatcher', part, 'accept')
      await moved('dispatcher', part, 'finish', { note: '好了' })
      await moved('admin', part, 'check')
      await moved('admin', part, 'close')
    }
    expect((await detail(id)).state).toBe('handled')
    expect((await move('dispatcher', id, 'check')).data.code).toBe('four-eyes')
    await moved('admin', id, 'check')
    const part = (await detail(id)).children[0]?.id ?? 0
    expect((await move('dispatcher', part, 'reopen', { note: 'x' })).data.code).toBe('parent')
  })

  it('keeps the class, the hands and the keys of a command what they are', async () => {
    const id = await atWork()
    expect((await move('officer', id, 'finish', { note: 'x', classCode: '02' })).status).toBe(422)
    expect((await move('officer', id, 'finish', { note: 'x', officerId: town.officer('M1') })).status).toBe(
      422,
    )
    expect((await move('member', id, 'finish', { note: 'x' })).data.code).toBe('not-yours')
    const { id: one } = await report()
    const { id: other } = await report()
    const key = 'one-key-for-two'
    await moved('dispatcher', one, 'file', { key })
    expect((await move('dispatcher', other, 'file', { key })).data.code).toBe('key')
    expect((await move('dispatcher', one, 'dispatch', { key, unitId: 1 })).data.code).toBe('key')
    expect((await detail(other)).state).toBe('reported')
    const first = await report({ sourceKey: 'phone-9' })
    const second = await send<{ code: string }>('member', 'POST', '/api/incidents', {
      classCode: '01',
      lng: west + 0.001,
      lat: south + 0.002,
      title: '别的事',
      sourceKey: 'phone-9',
    })
    expect([first.state, second.status, second.data.code]).toEqual(['reported', 409, 'source-key'])
  })

  it('merges two into each other only one way, and takes along what was merged before', async () => {
    for (let round = 0; round < 8; round += 1) {
      const [a, b] = [await report(), await report()]
      const answers = await Promise.all([
        move('dispatcher', a.id, 'merge', { intoId: b.id }),
        move('admin', b.id, 'merge', { intoId: a.id }),
      ])
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 422])
    }
    const [a, b, c] = [await report(), await report(), await report()]
    await moved('dispatcher', a.id, 'merge', { intoId: b.id })
    await moved('dispatcher', b.id, 'merge', { intoId: c.id })
    expect((await detail(c.id)).merged.map(({ id }) => id)).toEqual([a.id, b.id])
    await moved('dispatcher', c.id, 'file')
    const closed = await atWork()
    await moved('dispatcher', closed, 'finish', { note: 'x' })
    await moved('admin', closed, 'check')
    await moved('admin', closed, 'close')
    expect((await move('dispatcher', c.id, 'merge', { intoId: closed })).status).toBe(422)
  })

  it('says once that it is overdue, whatever is asked for in between', async () => {
    now = start
    const id = await atWork()
    const told = async (at: number) => {
      now = at
      await town.running.services.queue.runDue()
      const rows = await town.running.db.query<{ event: string }>(
        `select event from timeline where incident_id = $1 and actor_role = 'system' order by seq`,
        [id],
      )
      return rows.map(({ event }) => event.replace('incident:', ''))
    }
    await told(start + 3.3 * hour)
    await ask('officer', id, 'suspend')
    await decide('dispatcher', id, { grant: false })
    expect(await told(start + 4 * hour)).toEqual(['warned', 'overdue'])
    for (let n = 0; n < 2; n += 1) {
      await ask('officer', id, 'suspend')
      await decide('dispatcher', id, { grant: false })
    }
    expect(await told(start + 4.5 * hour)).toEqual(['warned', 'overdue'])
    expect(await told(start + 6.1 * hour)).toEqual(['warned', 'overdue', 'escalated'])
    now = start
  })

  it('moves many at once and answers for each', async () => {
    const ids = [await report(), await report(), await report()].map(({ id }) => id)
    await moved('dispatcher', ids[1] ?? 0, 'file')
    const { data } = await send<{ done: { id: number }[]; refused: { id: number; code: string }[] }>(
      'dispatcher',
      'POST',
      '/api/incidents/batch',
      { ids: [...ids, 999_999], action: 'file', key: 'batch-000001' },
    )
    expect(data.done.map(({ id }) => id)).toEqual([ids[0], ids[2]])
    expect(data.refused.map(({ id, code }) => [id, code])).toEqual([
      [ids[1], 'state'],
      [999_999, 'not-found'],
    ])
  })

  it('routes by class, grid, time and source, says why, and sends at once what a rule says so of', async () => {
    const add = async (rule: Record<string, unknown>) =>
      (await send<RoutingRule>('admin', 'POST', '/api/incidents/routing', rule)).data
    const any = await add({ basis: 'territory', target: 'unit', unitId: 1, rank: 900 })
    const night = await add({
      basis: 'territory',
      target: 'unit',
      unitId: 1,
      classCode: '02',
      gridId: town.grid('G3'),
      fromMinute: 1140,
      toMinute: 360,
      auto: true,
    })
    const owner = await add({ basis: 'owner', target: 'unit', unitId: 1, classCode: '02' })
    const who = async (query: string) =>
      (await send<WhoAnswer>('dispatcher', 'GET', `/api/incidents/routing/who?${query}`)).data
    const place = `lng=${west + 0.03}&lat=${south + 0.03}`
    const day = await who(`classCode=02&${place}&at=2026-11-20T10:00:00%2B08:00`)
    expect([day.ruleId, day.first, day.rules]).toEqual([
      any.id,
      'territory',
      [
        { id: night.id, fit: 'other-hours' },
        { id: any.id, fit: 'taken' },
        { id: owner.id, fit: 'fits-later' },
      ],
    ])
    const dark = await who(`classCode=02&${place}&at=2026-11-20T19:30:00%2B08:00`)
    expect([dark.ruleId, dark.auto]).toEqual([night.id, true])
    now = Date.parse('2026-11-20T19:30:00+08:00')
    const sent = await report({ classCode: '02', lng: west + 0.03, lat: south + 0.03 })
    expect(sent).toMatchObject({ state: 'dispatched', unitId: 1 })
    expect((await detail(sent.id)).timeline.map(({ event, actorRole }) => [event, actorRole])).toEqual([
      ['incident:reported', 'dispatcher'],
      ['incident:filed', 'system'],
      ['incident:dispatched', 'system'],
    ])
    for (const { id } of [any, night, owner])
      expect((await send('admin', 'DELETE', `/api/incidents/routing/${id}`)).status).toBe(200)
    const nobody = await who(`classCode=02&${place}`)
    expect([nobody.target, nobody.unitId]).toEqual(['desk', null])
    now = start
  })

  it('refuses a rule, a class, and hours that make no sense, in a sentence', async () => {
    const refused = async (method: string, path: string, body: unknown) =>
      (await send<{ detail: string }>('admin', method, path, body)).status
    expect(await refused('POST', '/api/incidents/routing', { basis: 'owner', target: 'unit' })).toBe(422)
    expect(
      await refused('POST', '/api/incidents/routing', { basis: 'owner', target: 'unit', unitId: 9999 }),
    ).toBe(422)
    expect(
      await refused('PUT', '/api/incidents/hours', {
        seasons: [{ name: '', from: '01-01', to: '12-31', slots: [{ from: '12:00', to: '08:00' }] }],
        urgent: [{ from: '00:00', to: '24:00' }],
      }),
    ).toBe(422)
  })
})
