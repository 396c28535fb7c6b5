import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Polygon } from 'geojson'
import { io, type Socket } from 'socket.io-client'
import { hashPassword } from '../../api/auth.ts'
import { type Config, readConfig } from '../../api/config.ts'
import type { ClientToServer, ServerToClient } from '../../api/contract/events.ts'
import { createFrameReader, officerOf } from '../../api/contract/frames.ts'
import type { Role } from '../../api/contract/roles.ts'
import { parser } from '../../api/contract/stream-parser.ts'
import type { Db } from '../../api/db/connect.ts'
import { ensureTown, type GridRow, gridIdsByCode, upsertGrids } from '../../api/grids/queries.ts'
import { usualLimits } from '../../api/incidents/hours.ts'
import { insertClasses } from '../../api/incidents/queries.ts'
import { type Running, serve } from '../../api/main.ts'
import { insertSystems, upsertPoints } from '../../api/monitoring/queries.ts'
import { insertAccount } from '../../api/people/queries.ts'
import { officerIdsByCode, upsertOfficers, upsertUnits } from '../../api/units/queries.ts'

// A small square town for the tests: 2 × 2 level-1 grids of 0.02°, each of 2 × 2 level-2, each of 2 × 2 level-3.

export const west = 120.4
export const south = 31.7
export const password = 'a long test password'

function square(x: number, y: number, size: number): Polygon {
  const round = (value: number) => Math.round(value * 1e7) / 1e7
  const [w, s, e, n] = [round(x), round(y), round(x + size), round(y + size)]
  return {
    type: 'Polygon',
    coordinates: [
      [
        [w, s],
        [e, s],
        [e, n],
        [w, n],
        [w, s],
      ],
    ] as Polygon['coordinates'],
  }
}

function split(
  parentCode: string | null,
  x: number,
  y: number,
  size: number,
  level: number,
  prefix: string,
): GridRow[] {
  return [0, 1, 2, 3].map((i) => ({
    code: `${prefix}${i}`,
    name: `网格${prefix}${i}`,
    level,
    parentCode,
    leaderName: '张三',
    households: 10,
    geometry: square(x + (i % 2) * size, y + Math.floor(i / 2) * size, size),
  }))
}

export async function seedTown(
  db: Db,
): Promise<{ townId: number; grid: (code: string) => number; officer: (code: string) => number }> {
  const townId = await db.transaction(async (tx) => {
    const id = await ensureTown(tx, { code: '1', name: '试验镇', nameEn: 'Testtown' })
    const one = split(null, west, south, 0.02, 1, 'G')
    const two = one.flatMap((row, i) =>
      split(row.code, west + (i % 2) * 0.02, south + Math.floor(i / 2) * 0.02, 0.01, 2, row.code),
    )
    const three = two.flatMap((row) => {
      const [x = 0, y = 0] = (row.geometry as Polygon).coordinates[0]?.[0] ?? []
      return split(row.code, x, y, 0.005, 3, row.code)
    })
    for (const rows of [one, two, three]) await upsertGrids(tx, rows)
    await upsertUnits(tx, [{ code: 'U1', name: '一中队', kind: 'squad', color: 0 }])
    await upsertOfficers(tx, [
      { code: 'O1', name: '王一', phone: '19900000001', kind: 'officer', unitCode: 'U1', dutyGridCode: 'G0' },
      { code: 'O2', name: '王二', phone: '19900000002', kind: 'officer', unitCode: 'U1', dutyGridCode: 'G3' },
      { code: 'M1', name: '李三', phone: '19900000003', kind: 'member', dutyGridCode: 'G00' },
    ])
    await insertSystems(tx, [{ code: 'video', name: '视频监控', nameEn: 'Video' }])
    await insertClasses(tx, [
      { code: '01', name: '环保', nameEn: 'Environment', family: 'environment', limits: usualLimits(4) },
      { code: '02', name: '安监', nameEn: 'Safety', family: 'safety', limits: usualLimits(8) },
    ])
    return id
  })
  const grids = await gridIdsByCode(db)
  const officers = await officerIdsByCode(db)
  const need = (map: Map<string, number>) => (code: string) => {
    const id = map.get(code)
    if (!id) throw new Error(`no ${code} in the test town`)
    return id
  }
  const [grid, officer] = [need(grids), need(officers)]
  await upsertPoints(db, [
    {
      code: 'P1',
      system: 'video',
      name: '东门',
      lng: west + 0.001,
      lat: south + 0.001,
      gridId: grid('G000'),
    },
    {
      code: 'P2',
      system: 'video',
      name: '西门',
      lng: west + 0.031,
      lat: south + 0.031,
      gridId: grid('G300'),
    },
  ])
  const passwordHash = await hashPassword(password)
  const account = (username: string, role: Role, grids: number[], officerId?: number) =>
    insertAccount(db, { username, passwordHash, name: username, role, grids, officerId })
  await account('admin', 'admin', [townId])
  await account('leader', 'leader', [townId])
  await account('dispatcher', 'dispatcher', [townId])
  await account('screen', 'screen', [townId])
  await account('officer', 'officer', [grid('G0')], officer('O1'))
  await account('member', 'member', [grid('G00')], officer('M1'))
  await account('nobody', 'leader', [])
  return { townId, grid, officer }
}

export interface TestTown extends Awaited<ReturnType<typeof seedTown>> {
  running: Running
  /** A caller: `as('admin')` signs in once and answers a fetch with the cookie. */
  as(username: string): Promise<Caller>
  device(officerCode: string): Promise<Caller>
  socket(username: string): Promise<Socket<ServerToClient, ClientToServer>>
  /** Of whoever holds this cookie. */
  socketOf(cookie: string): Promise<Socket<ServerToClient, ClientToServer>>
  close(): Promise<void>
}
export interface Caller {
  cookie: string
  (method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>
}

/** Opens the test town on a database and serves it on a free port. */
export async function openTown(
  open: () => Promise<Db>,
  now?: () => Date,
  overrides: Partial<Config> = {},
): Promise<TestTown> {
  const db = await open()
  const ids = await seedTown(db)
  const folder = mkdtempSync(join(tmpdir(), 'xiake-town-'))
  const config = { ...readConfig({ XIAKE_DATA: folder }), port: 0, basemapFile: '/nowhere', ...overrides }
  const running = await serve(db, config, now)
  const callers = new Map<string, Promise<Caller>>()
  const sockets: Socket[] = []

  const as = (username: string) => {
    const held = callers.get(username)
    if (held) return held
    const made = (async () => {
      const answer = await send(running.url, {})('POST', '/api/session', { username, password })
      if (!answer.ok) throw new Error(`${username} cannot sign in: ${await answer.text()}`)
      const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? ''
      return Object.assign(send(running.url, { cookie }), { cookie })
    })()
    callers.set(username, made)
    return made
  }
  async function socketOf(cookie: string) {
    const socket: Socket<ServerToClient, ClientToServer> = io(running.url, {
      path: '/ws',
      parser,
      transports: ['websocket'],
      extraHeaders: { cookie },
      reconnection: false,
      forceNew: true,
    })
    sockets.push(socket)
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', () => resolve())
      socket.once('connect_error', reject)
    })
    return socket
  }
  return {
    ...ids,
    running,
    as,
    async device(officerCode) {
      const admin = await as('admin')
      const answer = await admin('POST', `/api/officers/${ids.officer(officerCode)}/devices`, {})
      const { token } = (await answer.json()) as { token: string }
      return Object.assign(send(running.url, { authorization: `Bearer ${token}` }), { cookie: '' })
    },
    socket: async (username) => socketOf((await as(username)).cookie),
    socketOf,
    async close() {
      for (const socket of sockets) socket.close()
      await running.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function send(url: string, base: Record<string, string>) {
  return (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    fetch(url + path, {
      method,
      headers: { ...base, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      body:
        body === undefined
          ? undefined
          : typeof body === 'string' || body instanceof Uint8Array
            ? (body as BodyInit)
            : JSON.stringify(body),
    })
}

/** What a screen is told of one officer. */
export interface Told {
  officerId: number
  lng: number
  lat: number
  recordedAt: number
  speed: number | null
  heading: number | null
  gridId: number
  gone: boolean
}
/** Reads the frames that a socket gets, as the web does: all that was told, and who is there now. */
export function readFrames(socket: Pick<Socket<ServerToClient, ClientToServer>, 'on'>) {
  const moved: Told[] = []
  const here = new Map<number, Told>()
  const gaps: string[] = []
  const nothing = { lng: 0, lat: 0, recordedAt: 0, speed: null, heading: null, gridId: 0 }
  const owner = new Map<number, number>()
  let frameAt = 0
  const reader = createFrameReader({
    from(at) {
      frameAt = at
    },
    take(room, officerId, ...wire) {
      const told = { ...officerOf(frameAt, [officerId, ...wire]), gone: false }
      owner.set(officerId, room)
      moved.push(told)
      here.set(officerId, told)
    },
    gone(room, officerId) {
      if (owner.get(officerId) !== room) return
      moved.push({ officerId, ...nothing, gone: true })
      here.delete(officerId)
    },
  })
  socket.on('positions:moved', (frame) => {
    const state = reader.read(frame as ArrayBuffer | Uint8Array)
    if (state === 'gap') gaps.push(state)
  })
  return { moved, here, gaps, keep: reader.keep }
}

/** Waits until `look` answers something; fails with `what` after `ms`. */
export async function until<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  ms = 5000,
): Promise<T> {
  const end = Date.now() + ms
  for (;;) {
    const found = await look()
    if (found) return found
    if (Date.now() > end) throw new Error(`waited ${ms} ms for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
