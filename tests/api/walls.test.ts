import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Wall, WallPicture, WallReplay } from '../../api/contract/wall.ts'
import { usualLayout, usualProfiles } from '../../api/contract/wall-rules.ts'
import { databases } from '../setup/database.ts'
import { openTown, south, type TestTown, until, west } from '../setup/town.ts'
import { knownRoutes } from './routes.ts'

// The walls of the command hall: put up, steered from elsewhere, signed in with a key, told no names, and every number true.

describe.each(databases)('walls on $name', ({ open }) => {
  let town: TestTown
  beforeAll(async () => {
    town = await openTown(open)
  })
  afterAll(() => town?.close())

  const ask = async <T = Wall>(who: string, method: string, path: string, body?: unknown) => {
    const answer = await (await town.as(who))(method, path, body)
    const text = await answer.text()
    return { status: answer.status, body: (text ? JSON.parse(text) : null) as T & { detail?: string } }
  }
  const put = async (name: string) =>
    (await ask('admin', 'POST', '/api/walls', { name, profile: usualProfiles['5760×1080'] })).body
  const report = async (title: string, more: object = {}) =>
    (
      await ask<{ id: number }>('dispatcher', 'POST', '/api/incidents', {
        classCode: '01',
        source: 'hotline',
        title,
        description: '报告人王一，电话 13812345678',
        address: '东街 1 号',
        lng: west + 0.001,
        lat: south + 0.001,
        ...more,
      })
    ).body.id
  const kiosk = async (wall: Wall) => {
    const { key } = (await ask<{ key: string }>('admin', 'PUT', `/api/walls/${wall.id}/key`)).body
    const signedIn = await fetch(`${town.running.url}/api/kiosk`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ key }),
    })
    expect(signedIn.status).toBe(200)
    return { key, cookie: signedIn.headers.get('set-cookie')?.split(';')[0] ?? '' }
  }
  const get = (cookie: string, path: string) => fetch(`${town.running.url}${path}`, { headers: { cookie } })

  it('are put up under a name of their own, and laid out only so that they can be read', async () => {
    const wall = await put('东墙')
    expect(wall).toMatchObject({ name: '东墙', version: 1, keyed: false, seen: null, layouts: {} })
    expect(wall.state).toMatchObject({ module: 'dispatch', theme: 'dark', tour: true })
    expect((await ask('admin', 'POST', '/api/walls', { name: '东墙', profile: wall.profile })).status).toBe(
      409,
    )
    const grid = usualLayout(wall.profile, 'grid')
    const change = (layouts: object, version = 1) =>
      ask('admin', 'PUT', `/api/walls/${wall.id}`, { version, layouts })
    const [first, ...others] = grid.map((one) => ({ ...one }))
    const broken = { grid: [{ ...first, panel: 'situation', x: 22, y: 4, w: 6, h: 4 }, ...others] }
    expect(await change(broken)).toMatchObject({
      status: 422,
      body: {
        detail: 'In the module grid the panel situation lies over a seam between two panels of glass.',
      },
    })
    expect(await change({ grid })).toMatchObject({ status: 200, body: { version: 2, layouts: { grid } } })
    expect((await change({ grid })).status).toBe(409)
    // On other glass a layout that no longer fits goes back to the usual one.
    const other = { version: 2, profile: usualProfiles['1920×1080'] }
    expect((await ask('admin', 'PUT', `/api/walls/${wall.id}`, other)).body.layouts).toEqual({})
    expect((await ask('admin', 'DELETE', `/api/walls/${wall.id}`)).status).toBe(204)
    expect((await ask('admin', 'GET', `/api/walls/${wall.id}`)).status).toBe(404)
  })

  it('are steered from a desk: what is named changes, is kept, and is on the screen at once', async () => {
    const wall = await put('北墙')
    const { cookie } = await kiosk(wall)
    const screen = await town.socketOf(cookie)
    const desk = await town.socket('dispatcher')
    const shown: Wall[] = []
    screen.on('wall:changed', (told) => shown.push(told))
    const answer = await screen.emitWithAck('wall:watch', { wallId: wall.id, behindMs: 40 })
    expect(answer).toMatchObject({ ok: true, data: { id: wall.id } })
    // The stream is asked for again after a lost frame: the wall is still steered.
    await screen.emitWithAck('subscribe', {})
    expect(await desk.emitWithAck('wall:watch', { wallId: wall.id })).toMatchObject({
      ok: true,
      data: { seen: { connected: true, behindMs: 40 } },
    })
    const steer = (change: object) => ask('dispatcher', 'PUT', `/api/walls/${wall.id}/state`, change)
    await steer({ module: 'grid', layers: { heat: true } })
    await until('the wall to be told', () => shown.at(-1)?.state.module === 'grid')
    const { body } = await steer({ theme: 'light' })
    expect(body.state).toMatchObject({ module: 'grid', theme: 'light', layers: { heat: true } })
    expect((await steer({ module: 'circus' })).status).toBe(422)
    expect((await ask('officer', 'PUT', `/api/walls/${wall.id}/state`, { theme: 'dark' })).status).toBe(403)
    screen.close()
    desk.close()
  })

  it('play saved sequences until a hand steers', async () => {
    const wall = await put('南墙')
    const steps = [
      { seconds: 20, change: { module: 'party' } },
      { seconds: 30, change: { module: 'economy', tour: false } },
    ]
    const saved = await ask<{ id: number }>('leader', 'POST', '/api/wall-sequences', { name: '晨会', steps })
    expect(saved.status).toBe(201)
    expect((await ask('leader', 'POST', '/api/wall-sequences', { name: '晨会', steps })).status).toBe(409)
    const sequence = { id: saved.body.id, startedAt: new Date().toISOString(), loop: true }
    const steer = (change: object) => ask('leader', 'PUT', `/api/walls/${wall.id}/state`, change)
    expect((await steer({ sequence })).body.state.sequence).toEqual(sequence)
    expect((await steer({ module: 'grid' })).body.state.sequence).toBeNull()
    await steer({ sequence })
    expect((await ask('leader', 'DELETE', `/api/wall-sequences/${saved.body.id}`)).status).toBe(204)
    expect((await ask('leader', 'GET', `/api/walls/${wall.id}`)).body.state.sequence).toBeNull()
  })

  it('know a kiosk by its key alone; a new key ends the old one, and it sees its own wall only', async () => {
    const [mine, other] = [await put('甲'), await put('乙')]
    const { key, cookie } = await kiosk(mine)
    expect(await (await get(cookie, '/api/wall')).json()).toMatchObject({ id: mine.id, keyed: true })
    expect((await get(cookie, `/api/walls/${other.id}`)).status).toBe(404)
    expect((await get(cookie, '/api/walls')).status).toBe(403)
    const socket = await town.socketOf(cookie)
    expect(await socket.emitWithAck('wall:watch', { wallId: other.id })).toMatchObject({
      ok: false,
      problem: { status: 404 },
    })
    socket.close()
    await kiosk(mine)
    expect((await get(cookie, '/api/wall')).status).toBe(401)
    const again = await fetch(`${town.running.url}/api/kiosk`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ key }),
    })
    expect([again.status, ((await again.json()) as { detail: string }).detail]).toEqual([
      401,
      expect.stringContaining('a newer one was made'),
    ])
  })

  it('are told nobody’s name and no telephone number, whatever they ask for', async () => {
    const wall = await put('大厅')
    const { cookie } = await kiosk(wall)
    const socket = await town.socketOf(cookie)
    const heard: unknown[] = []
    socket.onAny((...told) => heard.push(told))
    heard.push(await socket.emitWithAck('subscribe', {}))
    const id = await report('井盖破损，电话 13912345678')
    const steps = [
      { action: 'file', note: '王一已核实' },
      { action: 'dispatch', unitId: 1, officerId: town.officer('O1'), note: '请王一处置 0512-66668888' },
    ]
    for (const step of steps)
      expect((await ask('dispatcher', 'POST', `/api/incidents/${id}/transitions`, step)).status).toBe(200)
    await until('the events', () => JSON.stringify(heard).includes('incident:dispatched'))
    const paths = knownRoutes
      .filter(({ method, access }) => method === 'GET' && access !== 'public' && access.includes('screen'))
      .map(({ path, query }) => `${path.replaceAll('{id}', String(id))}${query ? `?${query}` : ''}`)
    expect(paths.length).toBeGreaterThan(25)
    const said = await Promise.all(
      paths.map(async (path) => `${path} ${await (await get(cookie, path)).text()}`),
    )
    const all = [...said, ...heard.map((one) => JSON.stringify(one))]
    // Officers, grid leaders, accounts, and numbers that somebody wrote into a text.
    for (const secret of [
      '王一',
      '王二',
      '李三',
      '张三',
      '"actorName":"dispatcher"',
      '1990000',
      '13812345678',
      '13912345678',
      '66668888',
    ])
      expect(all.filter((one) => one.includes(secret)).map((one) => one.slice(0, 80))).toEqual([])
    expect(all.some((one) => one.includes('井盖破损，电话 •••'))).toBe(true)
    socket.close()
  })

  it('show numbers that a slow count of the same cases agrees with', async () => {
    const move = (id: number, action: string, more: object = {}) =>
      ask('dispatcher', 'POST', `/api/incidents/${id}/transitions`, { action, ...more })
    const over = await report('甲')
    for (const [action, more] of [
      ['file', {}],
      ['dispatch', { unitId: 1 }],
      ['settle', { note: '好了' }],
    ] as const)
      await move(over, action, more)
    await report('乙', { classCode: '02', lng: west + 0.031, lat: south + 0.031 })
    const { body } = await ask<WallPicture>('dispatcher', 'GET', '/api/walls/picture')
    const { incidents } = (
      await ask<{ incidents: { state: string; classCode: string; reportedAt: string; gridId: number }[] }>(
        'dispatcher',
        'GET',
        '/api/incidents?limit=200',
      )
    ).body
    const openOnes = incidents.filter(
      ({ state }) => !['closed', 'archived', 'evaluated', 'voided', 'merged'].includes(state),
    )
    expect(body.situation.reported).toBe(incidents.length)
    expect(body.situation.open).toBe(openOnes.length)
    expect(body.classes.find(({ code }) => code === '02')?.reported).toBe(
      incidents.filter(({ classCode }) => classCode === '02').length,
    )
    expect(body.rhythm.reduce((sum, { reported }) => sum + reported, 0)).toBe(incidents.length)
    expect(body.loop).toHaveLength(9)
    expect(body.loop[0]?.entered).toBe(incidents.length)
    const states = Map.groupBy(openOnes, ({ state }) => state)
    for (const step of body.loop.slice(0, 6)) expect(step.now).toBe(states.get(step.state)?.length ?? 0)
    expect(body.loop[0]?.medianSeconds).toBeGreaterThanOrEqual(0)
    expect(body.newest).toHaveLength(Math.min(12, incidents.length))
    expect(body.ranking.map(({ reported }) => reported).reduce((a, b) => a + b, 0)).toBe(incidents.length)
  })

  // A case of our own has no deadline any more when it is over: its clock has stopped.
  it('count a case that was closed without its clock running out as closed in time', async () => {
    const id = await report('准时')
    const steps = [
      ['dispatcher', { action: 'settle', note: '好了' }],
      ['admin', { action: 'check' }],
      ['admin', { action: 'close' }],
    ] as const
    for (const [who, step] of steps)
      expect((await ask(who, 'POST', `/api/incidents/${id}/transitions`, step)).status).toBe(200)
    const { situation, ranking } = (await ask<WallPicture>('leader', 'GET', '/api/walls/picture')).body
    expect([situation.closed, situation.onTime]).toEqual([1, 1])
    expect(ranking.find(({ due }) => due > 0)).toMatchObject({ due: 1, onTime: 1, share: 1 })
  })

  it('replay a past day: people by nobody’s name, cases by their states, and who looked is written down', async () => {
    const device = await town.device('O2')
    const start = Date.now() - 300_000
    await ask('dispatcher', 'POST', `/api/officers/${town.officer('O2')}/shift`, {
      on: true,
      at: new Date(start).toISOString(),
    })
    const fixes = Array.from({ length: 60 }, (_, i) => ({
      lng: west + 0.03 + i * 1e-5,
      lat: south + 0.03,
      recordedAt: new Date(start + 1000 + i * 1000).toISOString(),
    }))
    expect((await device('POST', '/api/positions/batch', { fixes })).ok).toBe(true)
    const { day } = (await ask<WallPicture>('leader', 'GET', '/api/walls/picture')).body
    const { status, body } = await ask<WallReplay>('leader', 'GET', `/api/walls/replay?day=${day}`)
    expect(status).toBe(200)
    expect(body).toMatchObject({ day, seconds: 86_400, stepSeconds: 20 })
    const [one] = body.people
    expect(one?.at).toHaveLength(4)
    expect(one?.lng[0]).toBe(Math.round((west + 0.03) * 1e6))
    const over = body.cases.find(({ steps }) => steps.length > 2)
    expect(over?.steps.map(([, state]) => state)[0]).toBe('reported')
    const times = over?.steps.map(([at]) => at) ?? []
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    const { looks } = (
      await ask<{ looks: { reason: string }[] }>('admin', 'GET', '/api/track-looks?limit=10')
    ).body
    expect(looks.some(({ reason }) => reason === 'briefing')).toBe(true)
    expect((await ask('leader', 'GET', '/api/walls/replay?day=2099-01-01')).status).toBe(422)
    expect((await ask('leader', 'GET', '/api/walls/replay?day=2026-02-30')).status).toBe(422)
  })
})
