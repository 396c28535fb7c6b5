import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { io } from 'socket.io-client'
import { expect } from 'vitest'
import { hashPassword } from '../../api/auth.ts'
import { readConfig } from '../../api/config.ts'
import { parser } from '../../api/contract/stream-parser.ts'
import type { Db } from '../../api/db/connect.ts'
import { findTown } from '../../api/grids/queries.ts'
import { serve } from '../../api/main.ts'
import { insertAccount } from '../../api/people/queries.ts'
import { openCsv } from '../../gis-data/formats/csv.ts'
import { inspect } from '../../gis-data/formats/inspect.ts'
import type { ReplayOutcome } from '../../seeds/replay.ts'
import { readFrames } from '../setup/town.ts'
import { importer } from './import-town.ts'
import { realData } from './real-data.ts'

const admin = realData('admin_china_gcj02')
const fleet = realData('gps_geolife_beijing')
export const missing = admin.missing || fleet.missing
const password = 'a password for the replay'
const [from, seconds] = [600, 20]
const root = join(import.meta.dirname, '..', '..')

/**
 * Twenty seconds of the Beijing fleet at true speed, by its own process, through the real API, with a screen watching:
 * what the file holds is what the database holds, each fix in the district PostGIS says, and the screen saw every officer.
 */
export async function replayBeijing(open: () => Promise<Db>): Promise<ReplayOutcome> {
  const db = await open()
  const track = fleet.path('fleet_fold_hour10.csv.gz')
  const imports = importer(db)
  const districts = ['grids', admin.path('province_110000.json.gz'), '--level', '1', '--crs', 'gcj02']
  await imports.run(...districts, '--town', '北京市', '--skip-refused')
  await imports.run(
    'officers',
    imports.file('window.csv', await officersUntil(track, from + seconds)),
    '--from-track',
  )
  const town = await findTown(db)
  const account = { username: 'replay', name: 'replay', role: 'admin', grids: [town?.id ?? 0] } as const
  await insertAccount(db, {
    ...account,
    grids: [...account.grids],
    passwordHash: await hashPassword(password),
  })

  const running = await serve(db, { ...readConfig({}), port: 0, basemapFile: '/nowhere', quiet: true })
  try {
    const screen = await watch(running.url)
    const outcome = await run([
      'seeds/replay.ts',
      track,
      '--url',
      running.url,
      '--user',
      'replay',
      '--password',
      password,
      '--from',
      String(from),
      '--seconds',
      String(seconds),
      '--keep-shifts',
    ])
    screen.close()
    expect(screen.seen.size).toBe(outcome.officers)
    expect(await misplaced(db)).toEqual({ fixes: outcome.file, misplaced: 0 })
    return outcome
  } finally {
    await running.close()
  }
}

/** Who appears before a second of the file: half a minute's officers need not all 1.3 million rows read. */
async function officersUntil(track: string, end: number): Promise<string> {
  const officers = new Set<string>()
  for await (const { fields } of (await openCsv(await inspect(track))).rows()) {
    if (Number(fields.t_s) >= end) break
    officers.add(String(fields.officer))
  }
  return ['officer', ...officers].join('\n')
}

async function watch(url: string) {
  const answer = await fetch(`${url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'replay', password }),
  })
  const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? ''
  const socket = io(url, {
    path: '/ws',
    parser,
    transports: ['websocket'],
    extraHeaders: { cookie },
    reconnection: false,
  })
  const { here: seen } = readFrames(socket)
  await new Promise<void>((resolve, reject) => {
    socket.once('connect_error', reject)
    socket.once('connect', () => socket.emit('subscribe', {}, () => resolve()))
  })
  return { seen, close: () => socket.close() }
}

const run = (args: string[]) =>
  new Promise<ReplayOutcome>((resolve, reject) => {
    execFile(process.execPath, args, { cwd: root }, (error, out, err) => {
      const last = out.trim().split('\n').at(-1) ?? ''
      if (last.startsWith('{')) resolve(JSON.parse(last))
      else reject(new Error(`${err}${out}`, { cause: error }))
    })
  })

async function misplaced(db: Db) {
  const rows = await db.query<{ fixes: number; misplaced: number }>(
    `select count(*) as fixes, count(*) filter (where f.grid_id <> coalesce(
       (select g.id from grids g
        where g.level > 0 and st_intersects(g.geom, st_setsrid(st_makepoint(f.lng_e7 / 1e7::float8, f.lat_e7 / 1e7::float8), 4326))
        order by g.level desc, g.id limit 1),
       (select id from towns))) as misplaced
     from fixes f`,
  )
  return rows[0]
}
