import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Duty, Post, StaffingGaps } from '../../api/contract/staffing.ts'
import { createDraft, editPlan } from '../../api/plans/drafts.ts'
import { publishPlan } from '../../api/plans/publish.ts'
import { listPlanGrids } from '../../api/plans/queries.ts'
import { instantOf, planDuties } from '../../api/staffing/calendar.ts'
import { seedSchemes } from '../../api/staffing/queries.ts'
import { createSigningOff } from '../../api/staffing/signing.ts'
import { staffingSchemes } from '../../seeds/reference/staffing.ts'
import { databases } from '../setup/database.ts'
import { type Caller, openTown, type TestTown } from '../setup/town.ts'

describe('duties', () => {
  const plan = {
    officerIds: [1, 2],
    from: '2026-09-28',
    to: '2026-10-11',
    slots: [
      { label: '白班', from: '08:00', to: '20:00' },
      { label: '夜班', from: '20:00', to: '08:00' },
    ],
    days: 'every' as const,
    turns: 'by-day' as const,
  }
  const zone = { special: new Map<string, 'holiday' | 'workday'>(), timeZone: 'Asia/Shanghai' }

  test('people go round the slots, nights end on the next day', () => {
    const duties = planDuties(plan, zone)
    expect(duties).toHaveLength(28)
    expect(
      duties
        .slice(0, 4)
        .map(({ officerId, label, startsAt, endsAt }) => [
          officerId,
          label,
          startsAt.toISOString(),
          endsAt.toISOString(),
        ]),
    ).toEqual([
      [1, '白班', '2026-09-28T00:00:00.000Z', '2026-09-28T12:00:00.000Z'],
      [2, '夜班', '2026-09-28T12:00:00.000Z', '2026-09-29T00:00:00.000Z'],
      [1, '夜班', '2026-09-29T12:00:00.000Z', '2026-09-30T00:00:00.000Z'],
      [2, '白班', '2026-09-29T00:00:00.000Z', '2026-09-29T12:00:00.000Z'],
    ])
  })

  test('a person who is named twice stands there once', () => {
    const one = planDuties({ ...plan, officerIds: [1, 1], to: plan.from }, zone)
    expect(one.map(({ officerId, label }) => [officerId, label])).toEqual([[1, '白班']])
  })

  test('workdays leave out weekends and holidays, and take in worked weekends', () => {
    const special = new Map<string, 'holiday' | 'workday'>(
      ['2026-10-01', '2026-10-02', '2026-10-05', '2026-10-06', '2026-10-07'].map((day) => [day, 'holiday']),
    )
    special.set('2026-10-10', 'workday')
    const days = (want: 'workdays' | 'weekends' | 'holidays') => [
      ...new Set(
        planDuties({ ...plan, officerIds: [1], turns: 'all', days: want }, { ...zone, special }).map(
          ({ startsAt }) => startsAt.toISOString().slice(5, 10),
        ),
      ),
    ]
    expect(days('workdays')).toEqual(['09-28', '09-29', '09-30', '10-08', '10-09', '10-10'])
    expect(days('weekends')).toEqual(['10-03', '10-04', '10-10', '10-11'])
    expect(days('holidays')).toEqual(['10-01', '10-02', '10-05', '10-06', '10-07'])
  })

  test('wall clocks are those of the zone, summer time and all', () => {
    expect(instantOf('2026-07-01', '08:30', 'America/New_York').toISOString()).toBe(
      '2026-07-01T12:30:00.000Z',
    )
    expect(instantOf('2026-12-01', '08:30', 'America/New_York').toISOString()).toBe(
      '2026-12-01T13:30:00.000Z',
    )
    expect(instantOf('2026-12-01', '08:30', 'Asia/Shanghai').toISOString()).toBe('2026-12-01T00:30:00.000Z')
  })
})

describe.each(databases)('staffing on $name', ({ open }) => {
  let town: TestTown
  let admin: Caller
  // Monday, nine o'clock in the town.
  let clock = new Date('2026-11-23T01:00:00Z')
  beforeAll(async () => {
    town = await openTown(open, () => clock)
    admin = await town.as('admin')
    await seedSchemes(town.running.db, staffingSchemes)
  })
  afterAll(() => town?.close())
  const get = async <T>(path: string, caller = admin) =>
    (await (await caller('GET', `/api/${path}`)).json()) as T
  const gaps = () => get<StaffingGaps>('staffing/gaps')

  test('a level follows a scheme; what is missing and what is too much is counted from the posts', async () => {
    expect((await gaps()).vacancies).toEqual([])
    expect((await admin('PUT', '/api/staffing/levels/1', { scheme: '1-2-2' })).status).toBe(200)
    expect((await admin('PUT', '/api/staffing/levels/1', { scheme: 'nothing' })).status).toBe(422)
    const grid = town.grid('G0')
    const mine = async () => (await gaps()).vacancies.filter(({ gridId }) => gridId === grid)
    expect((await mine()).map(({ role, held, wanted }) => [role, held, wanted])).toEqual([
      ['leader', 0, 1],
      ['full-time', 0, 2],
      ['part-time', 0, 2],
    ])
    const put = (code: string, role: string, officerCode: string) =>
      admin('POST', '/api/staffing/posts', {
        gridId: town.grid(code),
        role,
        officerId: town.officer(officerCode),
        from: '2026-01-01T00:00:00Z',
      })
    const first = (await (await put('G0', 'leader', 'O1')).json()) as Post
    expect(first).toMatchObject({ officerName: '王一', role: 'leader', to: null })
    expect((await put('G0', 'leader', 'O1')).status).toBe(409)
    expect((await put('G0', 'king', 'O1')).status).toBe(422)
    await put('G0', 'leader', 'O2')
    await put('G1', 'full-time', 'O2')
    expect((await mine()).map(({ role }) => role)).toEqual(['full-time', 'part-time'])
    const now = await gaps()
    expect(now.surplus).toEqual([{ gridId: grid, role: 'leader', held: 2, most: 1 }])
    expect(now.doubles.map(({ officerName, posts }) => [officerName, posts.length])).toEqual([['王二', 2]])

    const ended = await admin('POST', `/api/staffing/posts/${first.id}/end`, { at: '2026-11-01T00:00:00Z' })
    expect(await ended.json()).toMatchObject({ to: '2026-11-01T00:00:00.000Z' })
    expect((await gaps()).surplus).toEqual([])
    const then = await get<{ posts: Post[] }>(`staffing/posts?at=2026-10-01T00:00:00Z&grid=${grid}`)
    expect(then.posts.map(({ officerName }) => officerName)).toEqual(['王一', '王二'])
    expect((await get<{ posts: Post[] }>('staffing/posts', await town.as('member'))).posts).toEqual([])
  })

  test('whoever stands in the calendar signs on within their duty only, and is signed off after it', async () => {
    const id = town.officer('O1')
    const sign = (on: boolean) => admin('POST', `/api/officers/${id}/shift`, { on })
    // Nobody has planned anything: signing on is free.
    expect((await sign(true)).status).toBe(200)
    expect((await sign(false)).status).toBe(200)

    const planned = await admin('POST', '/api/duties', {
      officerIds: [id],
      from: '2026-11-23',
      to: '2026-11-24',
      slots: [{ label: '中班', from: '14:00', to: '18:00' }],
    })
    expect(await planned.json()).toEqual({ created: 2, skipped: 0 })
    const again = await admin('POST', '/api/duties', {
      officerIds: [id],
      from: '2026-11-24',
      to: '2026-11-24',
      slots: [{ label: '早班', from: '13:00', to: '15:00' }],
    })
    expect(await again.json()).toEqual({ created: 0, skipped: 1 })
    const early = await sign(true)
    expect([early.status, ((await early.json()) as { detail: string }).detail]).toEqual([
      409,
      'This officer is not on duty now; the next duty begins at 2026-11-23T06:00:00.000Z.',
    ])
    clock = new Date('2026-11-23T05:50:00Z')
    expect((await sign(true)).status).toBe(200)

    const signOff = createSigningOff({ db: town.running.db, now: () => clock, ended: () => {} })
    clock = new Date('2026-11-23T10:10:00Z')
    expect(await signOff()).toBe(0)
    clock = new Date('2026-11-23T10:16:00Z')
    expect(await signOff()).toBe(1)
    expect((await sign(false)).status).toBe(409)
    const { events } = await get<{ events: { event: string; at: string }[] }>('timeline?after=0&limit=200')
    expect(events.at(-1)).toMatchObject({ event: 'shift:ended', at: '2026-11-23T10:00:00.000Z' })

    const duties = await get<{ duties: Duty[] }>('duties?from=2026-11-23T00:00:00Z&to=2026-11-30T00:00:00Z')
    expect(duties.duties.map(({ label }) => label)).toEqual(['中班', '中班'])
    const [, second] = duties.duties
    expect((await (await town.as('dispatcher'))('DELETE', `/api/duties/${second?.id}`)).status).toBe(204)
    expect((await admin('DELETE', `/api/duties/${second?.id}`)).status).toBe(404)
  })

  test('holidays are set by hand and asked for by span', async () => {
    expect((await admin('PUT', '/api/calendar/2026-12-31', { kind: 'holiday', name: '镇庆' })).status).toBe(
      204,
    )
    expect((await admin('PUT', '/api/calendar/2026-13-31', { kind: 'holiday', name: 'x' })).status).toBe(422)
    expect(await get('calendar?from=2026-12-01&to=2026-12-31')).toEqual({
      days: [{ day: '2026-12-31', kind: 'holiday', name: '镇庆' }],
    })
    expect((await admin('DELETE', '/api/calendar/2026-12-31')).status).toBe(204)
    expect(await get('calendar?from=2026-12-01&to=2026-12-31')).toEqual({ days: [] })
  })

  test('a whole day on duty is an hour longer where summer time ends', async () => {
    const { db } = town.running
    await db.query(`update towns set time_zone = 'America/New_York'`)
    const planned = await admin('POST', '/api/duties', {
      officerIds: [town.officer('M1')],
      from: '2026-10-31',
      to: '2026-10-31',
      days: 'every',
      slots: [{ label: '全天', from: '08:00', to: '08:00' }],
    })
    await db.query(`update towns set time_zone = 'Asia/Shanghai'`)
    expect([planned.status, await planned.json()]).toEqual([201, { created: 1, skipped: 0 }])
    const [long] = await db.query<{ hours: number }>(
      `select extract(epoch from ends_at - starts_at)::int / 3600 as hours from duties where label = '全天'`,
    )
    expect(long?.hours).toBe(25)
  })

  test('gaps are those of the caller’s own grids, not of the grids above', async () => {
    const { db } = town.running
    await db.query(`update accounts set grids = $1 where username = 'nobody'`, [[town.grid('G30')]])
    await admin('PUT', '/api/staffing/levels/2', { scheme: '1-2-2' })
    const leader = await town.as('nobody')
    const mine = new Set(
      (await get<StaffingGaps>('staffing/gaps', leader)).vacancies.map((one) => one.gridId),
    )
    expect([...mine]).toEqual([town.grid('G30')])
  })

  test('posts and duties of a grid that is no more keep their times at its successor', async () => {
    const { db } = town.running
    const [officerId, from] = [town.officer('M1'), town.grid('G11')]
    const at = clock
    const later = (days: number) => new Date(at.getTime() + days * 86_400_000).toISOString()
    for (const span of [
      { role: 'leader', from: later(-30), to: later(90) },
      { role: 'full-time', from: later(30), to: later(60) },
      { role: 'part-time', from: later(-30) },
    ])
      expect((await admin('POST', '/api/staffing/posts', { gridId: from, officerId, ...span })).status).toBe(
        201,
      )
    // One that stays, but in a village under another parent: its path changes, and it has an end.
    const moved = { gridId: town.grid('G12'), role: 'leader', officerId, from: later(5), to: later(6) }
    await admin('POST', '/api/staffing/posts', moved)
    for (const [gridId, day] of [
      [from, '2026-12-10'],
      [moved.gridId, '2026-12-11'],
      [from, '2026-11-02'],
    ])
      await admin('POST', '/api/duties', {
        officerIds: [officerId],
        gridId,
        from: day,
        to: day,
        slots: [{ label: `在格 ${day}`, from: '08:00', to: '12:00' }],
      })
    const actor = { name: '张三', role: 'admin' as const }
    const draft = await createDraft(db, { name: '撤村', note: '', actor, at })
    const grids = await listPlanGrids(db, draft.id)
    const uid = (code: string) => grids.find((one) => one.code === code)?.uid ?? 0
    for (const [revision, operation] of [
      { kind: 'merge' as const, uids: [uid('G10'), uid('G11')] },
      { kind: 'move' as const, uids: [uid('G12')], parentUid: uid('G0') },
    ].entries())
      await editPlan(db, draft.id, { revision, operation, actor, at })
    const left = (await listPlanGrids(db, draft.id)).map((one) => one.gridId)
    const [gone, heir] = left.includes(from) ? [0, 0] : [from, town.grid('G10')]
    expect([gone, heir]).toEqual([from, town.grid('G10')])
    await publishPlan(db, draft.id, { actor, at, effectiveAt: at })

    const held = await db.query<{ role: string; valid_from: Date; valid_to: Date | null; path: number[] }>(
      'select role, valid_from, valid_to, path from posts where grid_id = $1 and officer_id = $2 order by role',
      [heir, officerId],
    )
    const path = [town.townId, town.grid('G1'), heir]
    expect(held).toEqual([
      { role: 'full-time', valid_from: new Date(later(30)), valid_to: new Date(later(60)), path },
      { role: 'leader', valid_from: at, valid_to: new Date(later(90)), path },
      { role: 'part-time', valid_from: at, valid_to: null, path },
    ])
    const under = [town.townId, town.grid('G0'), town.grid('G12')]
    expect(await db.query('select path from posts where grid_id = $1', [moved.gridId])).toEqual([
      { path: under },
    ])
    const duties = await db.query(
      `select label, grid_id as "gridId", path from duties where label like '在格%' order by starts_at`,
    )
    expect(duties).toEqual([
      { label: '在格 2026-11-02', gridId: from, path: [town.townId, town.grid('G1'), from] },
      { label: '在格 2026-12-10', gridId: heir, path },
      { label: '在格 2026-12-11', gridId: moved.gridId, path: under },
    ])
  })
})
