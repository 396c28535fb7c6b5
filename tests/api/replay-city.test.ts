import { Agent, request } from 'node:http'
import { io } from 'socket.io-client'
import { describe, expect, test } from 'vitest'
import { newToken, tokenHash } from '../../api/auth.ts'
import { parser } from '../../api/contract/stream-parser.ts'
import type { Db } from '../../api/db/connect.ts'
import { allColumns } from '../../api/tracks/chunks.ts'
import { withTracks } from '../../api/tracks/store.ts'
import { officerIdsByCode, upsertOfficers } from '../../api/units/queries.ts'
import { openCsv } from '../../gis-data/formats/csv.ts'
import { inspect } from '../../gis-data/formats/inspect.ts'
import { databases } from '../setup/database.ts'
import { openTown, readFrames, until } from '../setup/town.ts'
import { realData } from './real-data.ts'

// The Beijing fleet at twenty times its speed through HTTP, with fifty screens watching.

const fleet = realData('gps_geolife_beijing')
const [from, seconds, speed] = [600, 100, 20]

interface Row {
  officer: string
  t: number
  lng: number
  lat: number
}
async function readFleet(): Promise<Row[]> {
  const rows: Row[] = []
  for await (const { fields } of (
    await openCsv(await inspect(fleet.path('fleet_fold_hour10.csv.gz')))
  ).rows()) {
    const t = Number(fields.t_s)
    if (t >= from + seconds) break
    if (t >= from)
      rows.push({ officer: String(fields.officer), t, lng: Number(fields.lon), lat: Number(fields.lat) })
  }
  return rows
}

const post = (url: string, agent: Agent, token: string, body: string) =>
  new Promise<{ status: number; said: string }>((resolve, reject) => {
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      authorization: `Bearer ${token}`,
    }
    const sent = request(`${url}/api/positions/batch`, { agent, method: 'POST', headers }, (answer) => {
      let said = ''
      answer.setEncoding('utf8')
      answer.on('data', (part: string) => (said += part))
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, said }))
    })
    sent.on('error', reject)
    sent.end(body)
  })

async function phones(db: Db, codes: readonly string[]) {
  await upsertOfficers(
    db,
    codes.map((code) => ({ code: `F${code}`, name: `队员${code}`, kind: 'officer' as const })),
  )
  const ids = await officerIdsByCode(db)
  const made = new Map(codes.map((code) => [code, { id: ids.get(`F${code}`) ?? 0, token: newToken() }]))
  await db.query(
    `insert into shifts (officer_id, started_at, path) select id, now() - interval '1 hour', path from officers where code like 'F%'`,
  )
  await db.query(
    `insert into devices (officer_id, token_hash) select o, decode(h, 'hex') from unnest($1::int[], $2::text[]) as i (o, h)`,
    [
      [...made.values()].map(({ id }) => id),
      [...made.values()].map(({ token }) => tokenHash(token).toString('hex')),
    ],
  )
  return made
}

function shuffled<T>(items: T[]): T[] {
  let state = 17
  const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item)
}

describe.skipIf(fleet.missing).each(databases)(
  `the Beijing fleet at 20 times its speed on $name ${fleet.missing || ''}`,
  ({ open }) => {
    test.each(['in order', 'shuffled, doubled and late'])(
      '%s: every fix is in the tracks once, and the map shows the last',
      async (manner) => {
        const rows = await readFleet()
        expect(rows.length).toBeGreaterThan(30_000)
        const town = await openTown(open)
        const { db } = town.running
        const codes = [...new Set(rows.map((row) => row.officer))]
        const known = await phones(db, codes)
        await town.running.reload()
        const admin = await town.as('admin')
        const screens = await Promise.all(
          Array.from({ length: 50 }, async () => {
            const socket = io(town.running.url, {
              path: '/ws',
              parser,
              transports: ['websocket'],
              extraHeaders: { cookie: admin.cookie },
              forceNew: true,
            })
            const frames = readFrames(socket)
            await new Promise<void>((resolve) => socket.once('connect', () => resolve()))
            await socket.emitWithAck('subscribe', {})
            return { socket, ...frames }
          }),
        )
        // The last of them is now.
        const zero = Date.now() - (from + seconds) * 1000
        const batches: { code: string; due: number; body: string }[] = []
        for (let second = from; second < from + seconds; second += speed) {
          const own = Map.groupBy(
            rows.filter(({ t }) => t >= second && t < second + speed),
            (row) => row.officer,
          )
          for (const [code, some] of own) {
            const fixes = some.map(({ t, lng, lat }) => ({
              lng,
              lat,
              recordedAt: new Date(zero + t * 1000).toISOString(),
            }))
            batches.push({ code, due: (second - from) / speed, body: JSON.stringify({ fixes }) })
          }
        }
        const sent =
          manner === 'in order'
            ? batches
            : shuffled([...batches, ...batches]).map((batch, i, all) => ({
                ...batch,
                due: ((i / all.length) * seconds) / speed,
              }))
        const agent = new Agent({ keepAlive: true, maxSockets: 64 })
        const began = performance.now()
        const counts = { accepted: 0, repeated: 0, refused: 0 }
        await Promise.all(
          sent.map(async ({ code, due, body }) => {
            await new Promise((resolve) => setTimeout(resolve, due * 1000))
            // Told to come back, a phone comes back.
            for (;;) {
              const { status, said } = await post(town.running.url, agent, known.get(code)?.token ?? '', body)
              if (status === 503 || status === 429) {
                await new Promise((resolve) => setTimeout(resolve, 500))
                continue
              }
              expect([status, said.slice(0, 200)]).toEqual([200, said.slice(0, 200)])
              const outcome = JSON.parse(said) as { accepted: number; repeated: number; refused: unknown[] }
              counts.accepted += outcome.accepted
              counts.repeated += outcome.repeated
              counts.refused += outcome.refused.length
              return
            }
          }),
        )
        const took = (performance.now() - began) / 1000
        console.log(`${manner}: ${Math.round((counts.accepted + counts.repeated) / took)} fixes/s`)
        const doubled = manner === 'in order' ? 0 : rows.length
        expect(counts).toEqual({ accepted: rows.length, repeated: doubled, refused: 0 })

        const mine = Map.groupBy(rows, (row) => row.officer)
        const lastOf = (code: string) => mine.get(code)?.at(-1) as Row
        const check = async () => {
          const spans = codes.map((code) => ({
            officerId: known.get(code)?.id ?? 0,
            from: zero,
            to: zero + (from + seconds) * 1000,
          }))
          await db.transaction((tx) =>
            withTracks(tx, spans, allColumns, (tracks) => {
              for (const code of codes) {
                const columns = tracks.get(known.get(code)?.id ?? 0)
                const found = Array.from({ length: columns?.count ?? 0 }, (_, i) => [
                  ((columns?.recordedAt[i] ?? 0) - zero) / 1000,
                  (columns?.lngE7[i] ?? 0) / 1e7,
                  (columns?.latE7[i] ?? 0) / 1e7,
                ])
                expect(found).toEqual(mine.get(code)?.map(({ t, lng, lat }) => [t, lng, lat]))
              }
            }),
          )
        }
        await check()
        await town.running.pack()
        await check()

        const { positions } = (await (await admin('GET', '/api/positions')).json()) as {
          positions: { officerId: number; lng: number; lat: number }[]
        }
        const place = ({ lng, lat }: { lng: number; lat: number }) => [lng, lat]
        expect(new Map(positions.map((one) => [one.officerId, place(one)]))).toEqual(
          new Map(codes.map((code) => [known.get(code)?.id, place(lastOf(code))])),
        )
        for (const { here, gaps } of screens) {
          await until('the last of everybody', () => here.size === codes.length, 20_000)
          await until(
            'the last place of everybody',
            () =>
              codes.every((code) => {
                const told = here.get(known.get(code)?.id ?? 0)
                const last = lastOf(code)
                return told && Math.abs(told.lng - last.lng) < 1e-6 && Math.abs(told.lat - last.lat) < 1e-6
              }),
            20_000,
          )
          expect(gaps).toEqual([])
        }
        for (const { socket } of screens) socket.close()
        agent.destroy()
        await town.close()
      },
      120_000,
    )
  },
)
