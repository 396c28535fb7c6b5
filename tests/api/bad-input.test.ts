import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bodyLimitBytes } from '../../api/app.ts'
import { databases } from '../setup/database.ts'
import { type Caller, openTown, type TestTown } from '../setup/town.ts'
import { type KnownRoute, knownRoutes } from './routes.ts'

// One table: what is wrong, for every route with a body. Always a 4xx problem that names the field, never a 5xx, nothing written.

const shared = join(import.meta.dirname, '../../../shared/data/badinput')
const withBody = knownRoutes.filter(
  (route): route is KnownRoute & { body: () => Record<string, unknown> } =>
    !!route.body && route.path !== '/api/session',
)

/** Values that no field of ours takes, by the type of the good one. */
const wrong: Record<string, unknown[]> = {
  number: ['1', null, true, [], {}, 1e308, -1e308],
  string: [1, null, true, [], {}, 'x'.repeat(5000)],
  boolean: ['true', 1, null],
  object: [1, 'x', true, null],
}
const special: Record<string, unknown[]> = {
  lng: [180.0001, -181, 1000],
  lat: [90.0001, -91, 121.47],
  recordedAt: [
    'yesterday',
    '2026-13-01T00:00:00Z',
    '2026-11-20 12:00:00',
    '20/11/2026',
    '1582-10-10T00:00:00Z',
    '9999-12-31T23:59:59Z',
    '2999-01-01T00:00:00Z',
    '0000-01-01T00:00:00Z',
    '',
  ],
  at: ['yesterday', '1999-01-01T00:00:00Z', '2999-01-01T00:00:00Z'],
  title: ['', '   ', 'a\u0000b', '\ud800'],
  classCode: ['99', '', "'; drop table incidents; --"],
  action: ['', 'explode', '__proto__', 'constructor'],
  state: ['broken', ''],
  version: [0, 1.5, -1],
  battery: [-0.1, 1.1],
  heading: [-1, 361],
  speed: [-1, 1e9],
  scheme: ['', 'no such scheme'],
  fixes: [
    [],
    [{}],
    [{ lng: 1, lat: 1 }],
    Array.from({ length: 1001 }, () => ({ lng: 1, lat: 1, recordedAt: '2026-01-01T00:00:00Z' })),
  ],
}
const tables = ['fixes', 'incidents', 'timeline', 'readings', 'shifts', 'devices']

describe.each(databases)('bad input on $name', ({ open }) => {
  let town: TestTown
  let callers: Record<'admin' | 'device' | 'dispatcher' | 'officer', Caller>
  beforeAll(async () => {
    town = await openTown(open)
    const device = await town.device('O1')
    await device('POST', `/api/officers/${town.officer('O1')}/shift`, {
      on: true,
      at: new Date(Date.now() - 3600_000).toISOString(),
    })
    const admin = await town.as('admin')
    await admin('POST', '/api/incidents', { classCode: '01', title: '事件', lng: 120.401, lat: 31.701 })
    callers = {
      admin,
      device,
      dispatcher: await town.as('dispatcher'),
      officer: await town.as('officer'),
    }
  })
  afterAll(() => town?.close())

  const callerFor = ({ access }: KnownRoute) =>
    access.includes('admin')
      ? callers.admin
      : access.includes('dispatcher')
        ? callers.dispatcher
        : access.includes('officer') && !access.includes('device')
          ? callers.officer
          : callers.device
  const pathOf = (route: KnownRoute) =>
    route.path
      .replace('{id}', route.path.includes('officers') ? String(town.officer('O2')) : '1')
      .replace('{level}', '1')
      .replace('{day}', '2026-12-31')
      .replace('{request}', '1')
      .replace('{code}', 'AAAABBBBCCCC')
  const count = async () => {
    const rows = await Promise.all(
      tables.map((table) => town.running.db.query<{ n: number }>(`select count(*) as n from ${table}`)),
    )
    return rows.map(([row]) => row?.n)
  }
  async function refused(route: KnownRoute, body: unknown, field?: string, headers?: Record<string, string>) {
    const answer = await callerFor(route)(route.method, pathOf(route), body, headers)
    const said = (await answer.json()) as { code?: string; detail?: string; fields?: { path: string }[] }
    const shown = `${route.path} ${typeof body === 'string' ? body.slice(0, 60) : JSON.stringify(body)?.slice(0, 120)}`
    expect([shown, answer.status >= 400 && answer.status < 500, answer.headers.get('content-type')]).toEqual([
      shown,
      true,
      'application/problem+json',
    ])
    expect(said.detail).toBeTruthy()
    if (field)
      expect([
        shown,
        said.fields?.some((one) => one.path === field || one.path.startsWith(`${field}.`)),
      ]).toEqual([shown, true])
  }

  it.each(withBody.map((route) => [route.path, route] as const))(
    '%s refuses every field gone wrong',
    async (_, route) => {
      const before = await count()
      for (const [field, value] of Object.entries(route.body())) {
        for (const bad of [
          ...(wrong[Array.isArray(value) ? 'object' : typeof value] ?? []),
          ...(special[field] ?? []),
        ]) {
          // A phone's clock that runs ahead is set back, however far.
          if (route.path === '/api/positions' && /^[29]999/.test(String(bad))) continue
          await refused(route, { ...route.body(), [field]: bad }, field)
        }
      }
      for (const whole of [[], 'x', 1, null, true]) await refused(route, JSON.stringify(whole))
      expect(await count()).toEqual(before)
    },
  )

  it.each(withBody.map((route) => [route.path, route] as const))(
    '%s refuses what is not JSON, not told as JSON, or too large',
    async (_, route) => {
      const before = await count()
      for (const raw of [
        '',
        '{',
        '{"lng":NaN}',
        '{"lat":1e999}',
        '{"lng":Infinity}',
        '[',
        '\u0000',
        '{"a":1}}',
        '['.repeat(100_000),
      ])
        await refused(route, raw)
      const large = JSON.stringify({ ...route.body(), padding: 'x'.repeat(bodyLimitBytes) })
      await refused(route, large)
      const required = Object.keys(route.body()).length > 0 && route.path !== '/api/officers/{id}/devices'
      if (required)
        await refused(route, JSON.stringify(route.body()), undefined, { 'content-type': 'text/plain' })
      expect(await count()).toEqual(before)
    },
  )

  it('answers 404 or 422 for ids that are not there, and for ids that are none', async () => {
    for (const route of knownRoutes.filter((one) => one.path.includes('{id}'))) {
      for (const id of [
        '0',
        '-1',
        '1.5',
        'x',
        '999999',
        '2147483648',
        '9'.repeat(30),
        '%00',
        "1'--",
        '..%2f1',
        '1e3',
        'NaN',
      ]) {
        const answer = await callers.admin(route.method, route.path.replace('{id}', id), route.body?.())
        expect([route.path, id, answer.status >= 400 && answer.status < 500]).toEqual([route.path, id, true])
      }
    }
  })

  it('refuses queries that cannot be meant', async () => {
    const bad = [
      '/api/grids/geometry',
      '/api/grids/geometry?level=0',
      '/api/grids/geometry?level=x',
      '/api/grids/geometry?level=1&level=2x',
      '/api/incidents?limit=0',
      '/api/incidents?limit=1e9',
      '/api/incidents?state=broken',
      '/api/incidents?from=yesterday',
      '/api/incidents?before=-1',
      '/api/incidents?gridId=x',
      '/api/incidents/columns?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z',
      '/api/timeline?after=-1',
      '/api/timeline?limit=x',
      `/api/officers/${town.officer('O1')}/track?limit=0`,
      `/api/officers/${town.officer('O1')}/track?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z`,
    ]
    for (const path of bad) {
      const answer = await callers.admin('GET', path)
      expect([path, answer.status]).toEqual([path, 422])
    }
    expect((await callers.admin('GET', '/api/nothing')).status).toBe(404)
    expect((await callers.admin('PUT', '/api/incidents', {})).status).toBe(404)
  })

  it('refuses another site, a made-up token and a guessed password', async () => {
    const foreign = await callers.admin(
      'POST',
      '/api/incidents',
      { classCode: '01', title: 'x', lng: 1, lat: 1 },
      { origin: 'http://evil.example' },
    )
    expect(foreign.status).toBe(403)
    for (const token of [
      '',
      'null',
      'Bearer',
      'x'.repeat(40),
      'x'.repeat(5000),
      'eyJhbGciOiJub25lIn0.e30.',
    ]) {
      const answer = await fetch(`${town.running.url}/api/incidents/classes`, {
        headers: { authorization: `Bearer ${token}`, cookie: `xiake_session=${token}` },
      })
      expect([token.slice(0, 9), answer.status]).toEqual([token.slice(0, 9), 401])
    }
    const guess = (username: unknown) =>
      fetch(`${town.running.url}/api/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username, password: 'x' }),
      })
    for (const name of ["' or 1=1 --", 'a\u0000', '\ud800', 1, null, 'x'.repeat(65)])
      expect((await guess(name)).status).toBeGreaterThanOrEqual(400)
    const statuses: number[] = []
    for (let i = 0; i < 12; i += 1) statuses.push((await guess('leader')).status)
    expect(statuses).toEqual([...Array(10).fill(401), 429, 429])
  })

  it('counts guesses that come all at once', async () => {
    const guesses = Array.from({ length: 40 }, () =>
      fetch(`${town.running.url}/api/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username: 'screen', password: 'x' }),
      }),
    )
    const statuses = (await Promise.all(guesses)).map((one) => one.status)
    expect(statuses.filter((one) => one === 401)).toHaveLength(10)
    expect(statuses.filter((one) => one === 429)).toHaveLength(30)
  })

  it('refuses a body over the limit that does not say how long it is', async () => {
    const part = new TextEncoder().encode('x'.repeat(100_000))
    const stream = Readable.toWeb(Readable.from(Array(12).fill(part)))
    const answer = await fetch(`${town.running.url}/api/incidents`, {
      method: 'POST',
      headers: { cookie: callers.admin.cookie, 'content-type': 'application/json' },
      body: stream,
      duplex: 'half',
    } as RequestInit)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([413, 'application/problem+json'])
  })

  it.skipIf(!existsSync(shared))(
    'keeps hostile strings as they are and runs none of them (needs ../shared/data/badinput)',
    async () => {
      const strings = JSON.parse(
        gunzipSync(readFileSync(join(shared, 'blns/blns.json.gz'))).toString(),
      ) as string[]
      const chinese = JSON.parse(readFileSync(join(shared, 'own/text-zh.json'), 'utf8')) as string[]
      for (const text of [...strings, ...chinese]) {
        const report = {
          classCode: '01',
          title: text.slice(0, 120),
          description: text.slice(0, 4000),
          lng: 120.401,
          lat: 31.701,
        }
        const answer = await callers.admin('POST', '/api/incidents', report)
        const keepable =
          report.title.trim() !== '' &&
          !text.includes('\u0000') &&
          report.title.isWellFormed() &&
          report.description.isWellFormed()
        expect([text.slice(0, 40), answer.status]).toEqual([text.slice(0, 40), keepable ? 201 : 422])
        if (keepable) expect(((await answer.json()) as { title: string }).title).toBe(report.title.trim())
      }
    },
  )

  it.skipIf(!existsSync(shared))(
    'refuses all 188 broken JSON files and survives the 35 doubtful ones (needs ../shared/data/badinput)',
    async () => {
      const before = await count()
      for (const file of globSync(join(shared, 'jsontestsuite/test_parsing/{n,i,y}_*.json'))) {
        const answer = await callers.admin('POST', '/api/incidents', readFileSync(file), {
          'content-type': 'application/json',
        })
        expect([file.split('/').at(-1), answer.status >= 400 && answer.status < 500]).toEqual([
          file.split('/').at(-1),
          true,
        ])
      }
      expect(await count()).toEqual(before)
    },
  )

  it.skipIf(!existsSync(shared))(
    'refuses every hostile position of the list (needs ../shared/data/badinput)',
    async () => {
      const { cases } = JSON.parse(readFileSync(join(shared, 'own/positions.json'), 'utf8')) as {
        cases: [string, Record<string, unknown>, string][]
      }
      for (const [name, change, expected] of cases) {
        const { lon, raw, ...rest } = change
        const fields = { ...rest, ...('lon' in change && { lng: lon }) } as Record<string, unknown>
        const good = { lng: 121.47, lat: 31.23, recordedAt: new Date().toISOString(), ...fields }
        const answer = await callers.device('POST', '/api/positions', typeof raw === 'string' ? raw : good)
        expect([name, answer.status < 500]).toEqual([name, true])
        if (expected === 'reject' && ('lat' in change || 'lon' in change || raw))
          expect([name, answer.status]).toEqual([name, raw ? 422 : 422])
      }
    },
  )
})
