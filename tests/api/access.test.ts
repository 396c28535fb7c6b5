import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApp } from '../../api/app.ts'
import { decodeColumns } from '../../api/contract/columns.ts'
import type { Incident } from '../../api/contract/incident.ts'
import { people } from '../../api/contract/roles.ts'
import { socketAccess } from '../../api/realtime.ts'
import { databases } from '../setup/database.ts'
import { openTown, south, type TestTown, west } from '../setup/town.ts'
import { knownRoutes, openFiles } from './routes.ts'

const accounts = ['admin', 'leader', 'dispatcher', 'screen', 'officer', 'member'] as const

describe.each(databases)('rights on $name', ({ open }) => {
  let town: TestTown
  let incident: Incident
  beforeAll(async () => {
    town = await openTown(open)
    const desk = await town.as('dispatcher')
    const made = await desk('POST', '/api/incidents', {
      classCode: '01',
      title: '在一格',
      lng: west + 0.001,
      lat: south + 0.001,
    })
    incident = (await made.json()) as Incident
    await desk('POST', '/api/incidents', {
      classCode: '01',
      title: '在三格',
      lng: west + 0.031,
      lat: south + 0.031,
    })
    for (const code of ['O1', 'O2']) {
      const phone = await town.device(code)
      await phone('POST', `/api/officers/${town.officer(code)}/shift`, {
        on: true,
        at: new Date(Date.now() - 60_000).toISOString(),
      })
      const off = code === 'O1' ? 0.001 : 0.031
      await phone('POST', '/api/positions', {
        lng: west + off,
        lat: south + off,
        recordedAt: new Date().toISOString(),
      })
    }
  })
  afterAll(() => town?.close())
  const pathOf = (path: string) =>
    path.replace(
      '{id}',
      String(path.includes('officers') ? town.officer('O1') : path.includes('points') ? 1 : incident.id),
    )

  it('lists every route there is, each with its roles', async () => {
    const doc = (await (await fetch(`${town.running.url}/api/openapi.json`)).json()) as {
      paths: Record<string, Record<string, { 'x-roles': string[] }>>
    }
    const said = Object.entries(doc.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(
        ([method, operation]) => `${method.toUpperCase()} ${path} ${[...operation['x-roles']].sort()}`,
      ),
    )
    const expected = knownRoutes.map(
      ({ method, path, access }) =>
        `${method} ${path} ${access === 'public' ? 'public' : [...access].sort()}`,
    )
    expect(said.sort()).toEqual(expected.sort())

    const documented = new Set(
      knownRoutes.map(({ method, path }) => `${method} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
    )
    const others = createApp(town.running.services)
      .routes.filter((route) => route.method !== 'ALL' && !documented.has(`${route.method} ${route.path}`))
      .map((route) => route.path)
    expect(others.filter((path) => !openFiles.includes(path))).toEqual([])
    const [callers, desk] = [
      ['admin', 'dispatcher', 'officer', 'member'],
      ['admin', 'dispatcher'],
    ]
    const may = (who: string[], room: string, names: string[]) =>
      names.map((name) => [`${room}:${name}`, who] as const)
    expect(socketAccess).toEqual({
      subscribe: people,
      report: ['officer', 'member'],
      'wall:watch': ['admin', 'dispatcher', 'leader', 'screen'],
      ...Object.fromEntries([
        ...may(callers, 'call', ['ring', 'join', 'decline', 'leave', 'show', 'signal', 'consent']),
        ...may(callers, 'talk', ['listen', 'stop', 'take', 'give', 'sound']),
        ...may(desk, 'call', ['invite', 'ask-picture']),
      ]),
    })
  })

  it('asks everybody to sign in first', async () => {
    for (const { method, path, access, body } of knownRoutes.filter((route) => route.access !== 'public')) {
      const answer = await fetch(town.running.url + pathOf(path), {
        method,
        headers: { 'content-type': 'application/json' },
        body: body && JSON.stringify(body()),
      })
      expect([path, access && answer.status]).toEqual([path, 401])
      expect(answer.headers.get('content-type')).toBe('application/problem+json')
    }
  })

  const read = async (username: string, path: string, list: string, query = '') => {
    const answer = await (await town.as(username))('GET', `${path}?${query}`)
    return ((await answer.json()) as Record<string, unknown[]>)[list] ?? []
  }
  const lists = knownRoutes.filter((route) => route.list)

  it.each(lists.map(({ path, list, query }) => [path, list ?? '', query] as const))(
    'shows nothing of %s to a caller without grids',
    async (path, list, query) => {
      expect(await read('nobody', path, list, query)).toEqual([])
      expect((await read('admin', path, list, query)).length).toBeGreaterThan(0)
    },
  )

  it('shows each caller what lies in their grids, in every list', async () => {
    const inside = { grids: 1 + 1 + 4 + 16, officers: 2, positions: 1, points: 1, incidents: 1 }
    for (const [list, n] of Object.entries(inside)) {
      const path = `/api/${list}`
      expect([list, (await read('officer', path, list)).length]).toEqual([list, n])
      expect((await read('leader', path, list)).length).toBeGreaterThan(n)
    }
    const events = (await read('officer', '/api/timeline', 'events')) as { path: number[] }[]
    expect(events.length).toBeGreaterThan(0)
    for (const event of events) expect(event.path).toContain(town.grid('G0'))

    const columns = async (username: string) =>
      decodeColumns(await (await (await town.as(username))('GET', '/api/incidents/columns')).arrayBuffer())
        .length
    expect([await columns('admin'), await columns('officer'), await columns('nobody')]).toEqual([2, 1, 0])
    const town404 = await (await town.as('nobody'))('GET', '/api/town')
    expect(town404.status).toBe(404)
  })

  it.each(accounts)('lets %s into what its role may do and nothing else', async (username) => {
    const caller = await town.as(username)
    for (const { method, path, access, body, query } of knownRoutes) {
      if (path === '/api/session') continue
      const allowed = access === 'public' || access.includes(username)
      const answer = await caller(
        method,
        `${pathOf(path)}${query ? `?${query}` : ''}`,
        allowed ? body?.() : (body?.() ?? undefined),
      )
      const problem = answer.ok ? {} : ((await answer.json().catch(() => ({}))) as { code?: string })
      expect([method, path, 'code' in problem && problem.code === 'role']).toEqual([method, path, !allowed])
      expect(answer.status).toBeLessThan(500)
    }
  })

  it('lets people sign on and off themselves, wherever their duty lies now', async () => {
    const { db } = town.running
    const id = town.officer('M1')
    const [held] = await db.query<{ path: number[] }>('select path from officers where id = $1', [id])
    await db.query('update officers set path = $2 where id = $1', [id, [town.townId, town.grid('G3')]])
    const member = await town.as('member')
    await member('POST', `/api/officers/${id}/shift`, { on: false })
    for (const on of [true, false])
      expect((await member('POST', `/api/officers/${id}/shift`, { on })).status).toBe(200)
    await db.query('update officers set path = $2 where id = $1', [id, held?.path])
  })

  it('opens nobody else’s incident to a guessed source key', async () => {
    const place = { lng: west + 0.031, lat: south + 0.031 }
    const report = { classCode: '01', title: '他处的事', sourceKey: 'case-7', ...place }
    expect((await (await town.as('dispatcher'))('POST', '/api/incidents', report)).status).toBe(201)
    const officer = await town.as('officer')
    const guess = await officer('POST', '/api/incidents', { ...report, title: 'x' })
    expect([guess.status, await guess.text()]).toEqual([409, expect.not.stringContaining('他处的事')])
    // The very same report is a repetition, even of what lies elsewhere.
    expect((await officer('POST', '/api/incidents', report)).status).toBe(200)
  })

  it('hides telephone numbers from the wall', async () => {
    const officers = (await read('screen', '/api/officers', 'officers')) as { phone: string | null }[]
    expect(officers.map((one) => one.phone)).toEqual([null, null, null])
  })

  it('shows no table without a policy or beyond its grants to the restricted role', async () => {
    const open = await town.running.db.query<{ name: string }>(
      `select c.relname as name from pg_class c
       where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace and not c.relrowsecurity and not c.relispartition
         and has_table_privilege('xiake_app', c.oid, 'select') and c.relname not in ('spatial_ref_sys', 'timeline_head')`,
    )
    expect(open).toEqual([])
    const partitions = await town.running.db.query(
      `select c.relname from pg_class c where c.relispartition and has_table_privilege('xiake_app', c.oid, 'select')`,
    )
    expect(partitions).toEqual([])
  })
})
