import type { Db } from '../../api/db/connect.ts'
import { type Column, chunkSize, encodeChunk, type Fix } from '../../api/tracks/chunks.ts'
import { ensureTrackDay, insertChunks } from '../../api/tracks/queries.ts'
import { withTracks } from '../../api/tracks/store.ts'
import { median, round } from './figures.ts'
import { openBenchTown } from './positions-town.ts'

const day = Date.UTC(2026, 10, 19)
const hours = 8
const walks = 60

/**
 * A store of 50 million fixes (10 million on the embedded database): one day of 1 Hz over eight hours for each officer, packed as the
 * product packs them and written in the order of time. `trackMs`: that day of one officer; `seekMs`: ten minutes of 1,000 officers;
 * both from the asking to the points, in a caller's scope. Beside it the same officer's day from a table of rows of 5 million.
 */
export async function benchTracks(open: () => Promise<Db>) {
  const db = await open()
  const officers = db.kind === 'server' ? 1740 : 348
  const { running, ids, townId, walkers } = await openBenchTown(db, { officers })
  const each = hours * 3600
  const made = ids.slice(0, walks).map((id) => {
    const fixes = Array.from({ length: each }, (_, i): Fix => {
      const { lng, lat, speed, heading, accuracy, battery } = walkers.step(id, 1)
      const recordedAt = day + 3_600_000 + i * 1000
      // Ten fixes a report, as phones send them.
      const receivedAt = day + 3_600_000 + (Math.floor(i / 10) + 1) * 10_000 + 150
      return {
        officerId: id,
        recordedAt,
        receivedAt,
        lng,
        lat,
        speed,
        heading,
        accuracy,
        battery,
        gridId: 2 + Math.floor(i / 900),
        flags: 0,
      }
    })
    return Array.from({ length: each / chunkSize }, (_, k) =>
      encodeChunk(fixes.slice(k * chunkSize, (k + 1) * chunkSize)),
    )
  })
  await ensureTrackDay(db, new Date(day).toISOString().slice(0, 10))
  for (let k = 0; k < each / chunkSize; k += 1) {
    const startedAt = day + 3_600_000 + k * chunkSize * 1000
    const rows = ids.map((officerId, i) => ({
      officerId,
      startedAt,
      endedAt: startedAt + (chunkSize - 1) * 1000,
      receivedFrom: startedAt,
      receivedTo: startedAt + chunkSize * 1000,
      count: chunkSize,
      path: [townId, 2 + Math.floor((k * chunkSize) / 900)],
      payload: made[i % walks]?.[k] ?? new Uint8Array(),
    }))
    await insertChunks(db, rows)
  }
  await db.query('analyze track_chunks')
  const fixes = officers * each
  const [held] = await db.query<{ bytes: number }>(
    `select sum(pg_total_relation_size(c.oid))::float8 as bytes from pg_inherits i join pg_class c on c.oid = i.inhrelid
     where i.inhparent = 'track_chunks'::regclass`,
  )

  const rowOfficers = 180
  await db.query(
    'create table bench_rows (officer_id int, recorded_at timestamptz, lng_e7 int, lat_e7 int, speed real, primary key (officer_id, recorded_at))',
  )
  await db.query(
    `insert into bench_rows
     select o, $1::timestamptz + n * interval '1 second', 1204000000 + n * 100, 317000000 + n * 100, 1.4
     from generate_series(0, $2::int - 1) n cross join generate_series(1, $3::int) o`,
    [new Date(day + 3_600_000), each, rowOfficers],
  )
  await db.query('analyze bench_rows')

  const wanted: ReadonlySet<Column> = new Set(['recordedAt', 'lngE7', 'latE7'])
  const scope = { role: 'admin', grids: [townId] } as const
  const read = (spans: Parameters<typeof withTracks>[1]) =>
    db.scoped(scope, (tx) =>
      withTracks(tx, spans, wanted, (tracks) => [...tracks.values()].map(({ count }) => count)),
    )
  const track: number[] = []
  const seek: number[] = []
  const rows: number[] = []
  const sizes = { track: 0, seek: 0 }
  for (let turn = 0; turn < 25; turn += 1) {
    const officerId = ids[(turn * 67) % ids.length] ?? 0
    let from = performance.now()
    const one = await read([{ officerId, from: day, to: day + 86_400_000 - 1 }])
    track.push(performance.now() - from)
    sizes.track = one[0] ?? 0
    const at = day + 3_600_000 + (turn + 1) * 1_000_000
    from = performance.now()
    const many = await read(ids.slice(0, 1000).map((id) => ({ officerId: id, from: at, to: at + 599_999 })))
    seek.push(performance.now() - from)
    sizes.seek = many.reduce((sum, count) => sum + count, 0)
    from = performance.now()
    await db.query(
      `select recorded_at, lng_e7, lat_e7, speed from bench_rows where officer_id = $1 order by recorded_at`,
      [1 + (turn % rowOfficers)],
    )
    rows.push(performance.now() - from)
  }
  await running.close()
  return {
    trackMs: round(median(track)),
    seekMs: round(median(seek)),
    bytesPerFix: round((held?.bytes ?? 0) / fixes),
    trackFixes: sizes.track,
    seekFixes: sizes.seek,
    storeFixes: fixes,
    rowsTrackMs: round(median(rows)),
  }
}
