import type { LookReason } from '../contract/track.ts'
import type { Db } from '../db/connect.ts'
import { instant, ms, numbers } from '../db/values.ts'
import { chunkSpanMs, type Fix, headLength, importedFlag } from './chunks.ts'

/** Owner. Makes sure that a day (UTC, yyyy-mm-dd) has its partitions. */
export const ensureTrackDay = (db: Db, day: string) => db.query('select ensure_track_day($1::date)', [day])

/** Appends to the log. Who calls has left repeats out. */
export const appendFixes = (tx: Db, slice: 0 | 1, fixes: readonly Fix[]) =>
  tx.query(
    `insert into fixes (slice, officer_id, recorded_at, received_at, lng_e7, lat_e7, accuracy, speed, heading, battery, grid_id, flags)
     select ${slice}, i.officer_id, ${instant('i.recorded_at')}, ${instant('i.received_at')}, i.lng_e7, i.lat_e7,
       i.accuracy, i.speed, i.heading, i.battery, i.grid_id, i.flags
     from unnest($1::int[], $2::float8[], $3::float8[], $4::int[], $5::int[], $6::real[], $7::real[], $8::real[], $9::real[], $10::int[], $11::smallint[])
       as i (officer_id, recorded_at, received_at, lng_e7, lat_e7, accuracy, speed, heading, battery, grid_id, flags)`,
    [
      numbers(fixes.map((fix) => fix.officerId)),
      numbers(fixes.map((fix) => fix.recordedAt)),
      numbers(fixes.map((fix) => fix.receivedAt)),
      numbers(fixes.map((fix) => Math.round(fix.lng * 1e7))),
      numbers(fixes.map((fix) => Math.round(fix.lat * 1e7))),
      numbers(fixes.map((fix) => fix.accuracy)),
      numbers(fixes.map((fix) => fix.speed)),
      numbers(fixes.map((fix) => fix.heading)),
      numbers(fixes.map((fix) => fix.battery)),
      numbers(fixes.map((fix) => fix.gridId)),
      numbers(fixes.map((fix) => fix.flags)),
    ],
  )

type LogRow = Omit<Fix, 'lng' | 'lat'> & { lngE7: number; latE7: number }
const logColumns = `officer_id as "officerId", ${ms('recorded_at')} as "recordedAt", ${ms('received_at')} as "receivedAt",
  lng_e7 as "lngE7", lat_e7 as "latE7", accuracy::float8, speed::float8, heading::float8, battery::float8, grid_id as "gridId", flags`
// `real` has seven digits; what was given with three decimals comes back as it was.
const exact = (value: number | null) => (value === null ? null : Math.round(value * 1000) / 1000)
const fixOf = ({ lngE7, latE7, ...row }: LogRow): Fix => ({
  ...row,
  accuracy: exact(row.accuracy),
  speed: exact(row.speed),
  heading: exact(row.heading),
  battery: exact(row.battery),
  lng: lngE7 / 1e7,
  lat: latE7 / 1e7,
})

/** One officer and a span of time, both ends included. */
export interface Span {
  officerId: number
  from: number
  to: number
}
/**
 * Spans written out (COPY takes no values), with SQL of their ends. All of one time, as a playback's are, say it once: looking up 1,000
 * officers in an empty log takes 1.8 ms and not 4.
 */
function written(asked: readonly Span[]) {
  const column = (name: keyof Span) => numbers(asked.map((span) => span[name]))
  const { from = 0, to = 0 } = asked[0] ?? {}
  if (asked.every((span) => span.from === from && span.to === to))
    return {
      rows: `unnest('${column('officerId')}'::int[]) as s (officer_id)`,
      from: instant(`${from}::float8`),
      to: instant(`${to}::float8`),
    }
  return {
    rows: `unnest('${column('officerId')}'::int[], '${column('from')}'::float8[], '${column('to')}'::float8[]) as s (officer_id, from_ms, to_ms)`,
    from: instant('s.from_ms'),
    to: instant('s.to_ms'),
  }
}

/** What the log holds of some spans. */
export async function listLogged(tx: Db, asked: readonly Span[]): Promise<Fix[]> {
  if (asked.length === 0) return []
  const { rows, from, to } = written(asked)
  const logged = await tx.query<LogRow>(
    `select f.* from ${rows}
     cross join lateral (
       select ${logColumns} from fixes
       where officer_id = s.officer_id and recorded_at >= ${from} and recorded_at <= ${to}
     ) f`,
  )
  return logged.map(fixOf)
}

/** What the log holds between two instants, first included, second not. */
export const listLoggedBetween = async (tx: Db, from: number, to: number): Promise<Fix[]> =>
  (
    await tx.query<LogRow>(
      `select ${logColumns} from fixes
       where recorded_at >= ${instant('$1::float8')} and recorded_at < ${instant('$2::float8')}`,
      [from, to],
    )
  ).map(fixOf)

export interface ChunkRow {
  officerId: number
  count: number
  payload: Uint8Array
}
/** A chunk that may be written anew. */
export interface HeldChunk extends ChunkRow {
  startedAt: number
  path: number[]
}
const chunkColumns = 'c.officer_id as "officerId", c.count, c.payload'
const heldColumns = `${chunkColumns}, ${ms('c.started_at')} as "startedAt", c.path`

/** The chunks `c` that touch each span `s`. The bounds of all spans let partitions of other days be left alone. */
function touching(asked: readonly Span[]) {
  const { rows, from, to } = written(asked)
  const first = new Date(Math.min(...asked.map((one) => one.from)) - chunkSpanMs).toISOString()
  const last = new Date(Math.max(...asked.map((one) => one.to))).toISOString()
  return {
    rows,
    where: `c.officer_id = s.officer_id and c.started_at > '${first}'::timestamptz and c.started_at <= '${last}'::timestamptz
      and c.started_at > ${from} - interval '1 hour' and c.started_at <= ${to} and c.ended_at >= ${from}`,
  }
}

/**
 * The chunks that touch each span, as they arrive, one after the other in one row: four chunks in a row of their own take three
 * times as long to fetch. Copied they come in half the time that a query's hexadecimal takes. Their order is
 * asked for in the index's words, so that they are read in it: put in order while they are joined, each officer was sorted anew.
 */
export async function eachChunk(
  tx: Db,
  asked: readonly Span[],
  part: 'whole' | 'head',
  take: (row: ChunkRow) => void,
): Promise<void> {
  if (asked.length === 0) return
  const { rows, where } = touching(asked)
  const select = `select s.officer_id as "officerId", t.count, t.payload from ${rows}
    cross join lateral (
      select sum(c.count)::int as count, string_agg(c.payload, ''::bytea) as payload
      from (
        select c.count, ${part === 'head' ? 'substring(c.payload from 1 for c.head) as payload' : 'c.payload'}
        from track_chunks c where ${where}
        order by c.officer_id, c.started_at
      ) c
    ) t
    where t.count > 0`
  if (!tx.copy) (await tx.query<ChunkRow>(select)).forEach(take)
  else
    await tx.copy(select, (row) => take({ officerId: row.int(0), count: row.int(1), payload: row.bytes(2) }))
}

/** Owner. The chunks that touch some spans, each by itself. */
export async function holdChunks(tx: Db, asked: readonly Span[]): Promise<HeldChunk[]> {
  if (asked.length === 0) return []
  const { rows, where } = touching(asked)
  return tx.query<HeldChunk>(
    `select c.* from ${rows}
     cross join lateral (select ${heldColumns} from track_chunks c where ${where}) c`,
  )
}

/** Chunks that touch a span of time, in the order of their beginning, at most `limit`. */
export const listChunksBetween = (tx: Db, from: Date, to: Date, limit: number) =>
  tx.query<ChunkRow>(
    `select ${chunkColumns} from track_chunks c
     where c.started_at > $1::timestamptz - interval '1 hour' and c.started_at < $2 and c.ended_at >= $1
     order by c.started_at, c.officer_id
     limit $3`,
    [from, to, limit],
  )

/** Owner. One at a time packs, or takes away what may be packed meanwhile: held to the end of the transaction. */
export const lockTracks = (tx: Db) => tx.query('select pg_advisory_xact_lock(8723)')

/** Owner. Which officers one half of the log holds, and how many fixes of each. */
export const countSlice = (db: Db, slice: 0 | 1) =>
  db.query<{ officerId: number; count: number }>(
    `select officer_id as "officerId", count(*)::int as count from fixes_${slice} group by 1 order by 1`,
  )

/** Owner. Fixes of some officers in one half of the log, by officer and time. */
export const listSlice = async (tx: Db, slice: 0 | 1, officers: readonly number[]): Promise<Fix[]> =>
  (
    await tx.query<LogRow>(
      `select ${logColumns} from fixes_${slice} where officer_id = any($1::int[]) order by officer_id, recorded_at`,
      [numbers(officers)],
    )
  ).map(fixOf)

/** Owner. The days (UTC, yyyy-mm-dd) of some officers' fixes in one half of the log. */
export const listSliceDays = async (db: Db, slice: 0 | 1, officers: readonly number[]): Promise<string[]> =>
  (
    await db.query<{ day: string }>(
      `select distinct to_char(recorded_at at time zone 'UTC', 'YYYY-MM-DD') as day
       from fixes_${slice} where officer_id = any($1::int[])`,
      [numbers(officers)],
    )
  ).map(({ day }) => day)

/** Owner. Empties one half of the log if it still holds just so many; false when somebody has written to it meanwhile. */
export async function emptySlice(tx: Db, slice: 0 | 1, expected: number): Promise<boolean> {
  // Who reads a track would have to wait behind this, and this behind an import: rather another time.
  await tx.query(`set local lock_timeout = '1s'`)
  await tx.query(`lock table fixes_${slice} in access exclusive mode`)
  const [row] = await tx.query<{ count: number }>(`select count(*)::int as count from fixes_${slice}`)
  if (row?.count !== expected) return false
  await tx.query(`truncate fixes_${slice}`)
  return true
}

export interface NewChunk {
  officerId: number
  startedAt: number
  endedAt: number
  receivedFrom: number
  receivedTo: number
  count: number
  path: readonly number[]
  payload: Uint8Array
}
/** Owner. */
export const insertChunks = (tx: Db, chunks: readonly NewChunk[]) =>
  tx.query(
    `insert into track_chunks (officer_id, started_at, ended_at, received_from, received_to, count, path, head, payload)
     select i.officer_id, ${instant('i.started_at')}, ${instant('i.ended_at')}, ${instant('i.received_from')}, ${instant('i.received_to')},
       i.count, i.path::int[], i.head, decode(i.payload, 'hex')
     from unnest($1::int[], $2::float8[], $3::float8[], $4::float8[], $5::float8[], $6::smallint[], $7::text[], $8::smallint[], $9::text[])
       as i (officer_id, started_at, ended_at, received_from, received_to, count, path, head, payload)`,
    [
      numbers(chunks.map((one) => one.officerId)),
      numbers(chunks.map((one) => one.startedAt)),
      numbers(chunks.map((one) => one.endedAt)),
      numbers(chunks.map((one) => one.receivedFrom)),
      numbers(chunks.map((one) => one.receivedTo)),
      numbers(chunks.map((one) => one.count)),
      chunks.map((one) => numbers(one.path)),
      numbers(chunks.map((one) => headLength(one.payload))),
      chunks.map((one) => Buffer.from(one.payload).toString('hex')),
    ],
  )

/** Owner. */
export const deleteChunks = (tx: Db, chunks: readonly { officerId: number; startedAt: number }[]) =>
  tx.query(
    `delete from track_chunks c
     using unnest($1::int[], $2::float8[]) as i (officer_id, started_at)
     where c.officer_id = i.officer_id and c.started_at = ${instant('i.started_at')}`,
    [numbers(chunks.map((one) => one.officerId)), numbers(chunks.map((one) => one.startedAt))],
  )

/** Owner. Chunks with a fix that the server may have had at that instant. */
export const listChunksReceived = (tx: Db, at: Date) =>
  tx.query<HeldChunk>(
    `select ${heldColumns} from track_chunks c where c.received_from <= $1 and c.received_to >= $1`,
    [at],
  )

/** Owner. Takes from the log what was imported at that instant; answers whose it was. */
export const deleteLogged = (tx: Db, receivedAt: Date) =>
  tx.query<{ officerId: number; count: number }>(
    `with gone as (delete from fixes where received_at = $1 and flags & ${importedFlag} <> 0 returning officer_id)
     select officer_id as "officerId", count(*)::int as count from gone group by 1`,
    [receivedAt],
  )

/** Owner. Takes from the log what an officer recorded after an instant. */
export const deleteLoggedAfter = (tx: Db, officerId: number, after: Date) =>
  tx.query('delete from fixes where officer_id = $1 and recorded_at > $2 returning 1', [officerId, after])

/** Owner. The last chunk of each of some officers. */
export const listLastChunks = (tx: Db, officers: readonly number[]) =>
  tx.query<ChunkRow>(
    `select c.* from unnest($1::int[]) as s (officer_id)
     cross join lateral (
       select ${chunkColumns} from track_chunks c where c.officer_id = s.officer_id order by c.ended_at desc limit 1
     ) c`,
    [numbers(officers)],
  )

/** Owner. The newest of each of some officers in the log. */
export const listLastLogged = async (tx: Db, officers: readonly number[]): Promise<Fix[]> =>
  (
    await tx.query<LogRow>(
      `select distinct on (officer_id) ${logColumns} from fixes
       where officer_id = any($1::int[])
       order by officer_id, recorded_at desc`,
      [numbers(officers)],
    )
  ).map(fixOf)

/** Owner. Drops whole days before this one (UTC), and who looked at them; answers which partitions went. */
export async function dropDaysBefore(db: Db, day: Date): Promise<string[]> {
  const last = day.toISOString().slice(0, 10).replaceAll('-', '')
  const old = await db.query<{ name: string }>(
    `select c.relname as name
     from pg_inherits i
     join pg_class c on c.oid = i.inhrelid
     join pg_class p on p.oid = i.inhparent
     where p.relname in ('track_chunks', 'grid_visits') and right(c.relname, 8) < $1
     order by 1`,
    [last],
  )
  for (const { name } of old) await db.query(`drop table "${name}"`)
  await db.query('delete from track_looks where to_at < $1', [day])
  return old.map(({ name }) => name)
}

/** Owner. Cached rows of the officers' newest fixes are not kept longer than their track. */
export const dropPositionsBefore = (db: Db, at: Date) =>
  db.query('delete from officer_positions where recorded_at < $1', [at])

/** Owner. Keeps who looked at whose track, and why. The same look again within half an hour (a map zoomed in) is one look. */
export const insertLooks = (
  db: Db,
  look: {
    at: Date
    accountId: number
    name: string
    role: string
    officers: readonly number[]
    from: Date
    to: Date
    reason: LookReason
    note: string
  },
) =>
  db.query(
    `insert into track_looks (at, account_id, name, role, officer_id, from_at, to_at, reason, note)
     select $1::timestamptz, $2::int, $3, $4, officer_id, $6::timestamptz, $7::timestamptz, $8, $9
     from unnest($5::int[]) as i (officer_id)
     where not exists (
       select 1 from track_looks l
       where l.officer_id = i.officer_id and l.account_id = $2 and l.from_at = $6 and l.to_at = $7 and l.reason = $8 and l.note = $9
         and l.at > $1::timestamptz - interval '30 minutes'
     )`,
    [
      look.at,
      look.accountId,
      look.name,
      look.role,
      numbers(look.officers),
      look.from,
      look.to,
      look.reason,
      look.note,
    ],
  )

/** Owner. Newest first. */
export const listLooks = (
  db: Db,
  {
    officers,
    officer,
    before,
    limit,
  }: { officers: readonly number[]; officer: number | null; before: number | null; limit: number },
) =>
  db.query<{
    id: number
    at: Date
    name: string
    role: string
    officerId: number
    from: Date
    to: Date
    reason: LookReason
    note: string
  }>(
    `select id, at, name, role, officer_id as "officerId", from_at as "from", to_at as "to", reason, note
     from track_looks
     where officer_id = any($4::int[]) and ($1::int is null or officer_id = $1) and ($2::int is null or id < $2)
     order by id desc
     limit $3`,
    [officer, before, limit, numbers(officers)],
  )
