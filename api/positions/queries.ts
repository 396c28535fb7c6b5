import type { TrackPoint } from '../contract/position.ts'
import type { Db } from '../db/connect.ts'

/** A fix that has passed the ingest: parsed, on shift, stamped with its grid. */
export interface Fix {
  officerId: number
  recordedAt: Date
  receivedAt: Date
  lng: number
  lat: number
  accuracy: number | null
  speed: number | null
  heading: number | null
  battery: number | null
  gridId: number
}

/** Owner. Makes sure that the fixes of a day (UTC) have a partition. */
export const ensureFixDay = (db: Db, day: string) => db.query('select ensure_fix_day($1::date)', [day])

/**
 * Writes fixes and moves the current positions forward, never back. Repeats of (officer, recordedAt) are left out.
 * Answers which were new.
 */
export async function insertFixes(
  tx: Db,
  fixes: readonly Fix[],
): Promise<{ officerId: number; recordedAt: Date }[]> {
  return tx.query(
    `with given as (
       select i.officer_id, i.recorded_at, i.received_at, i.lng_e7, i.lat_e7, i.accuracy, i.speed, i.heading, i.battery, g.path
       from unnest($1::int[], $2::timestamptz[], $3::timestamptz[], $4::int[], $5::int[], $6::real[], $7::real[], $8::real[], $9::real[], $10::int[])
         as i (officer_id, recorded_at, received_at, lng_e7, lat_e7, accuracy, speed, heading, battery, grid_id)
       -- A plan may have retired the grid while the fix was on its way: then the town has it.
       join grids g on g.id = coalesce((select id from grids where id = i.grid_id), (select id from towns))
     ), kept as (
       insert into fixes (officer_id, recorded_at, received_at, lng_e7, lat_e7, accuracy, speed, heading, battery, path)
       select * from given
       on conflict do nothing
       returning officer_id, recorded_at, received_at, lng_e7, lat_e7, speed, heading, path
     ), moved as (
       insert into officer_positions as p (officer_id, recorded_at, received_at, lng_e7, lat_e7, speed, heading, path)
       select distinct on (officer_id) * from kept
       order by officer_id, recorded_at desc
       on conflict (officer_id) do update
       set recorded_at = excluded.recorded_at, received_at = excluded.received_at, lng_e7 = excluded.lng_e7,
         lat_e7 = excluded.lat_e7, speed = excluded.speed, heading = excluded.heading, path = excluded.path
       where p.recorded_at < excluded.recorded_at
     )
     select officer_id as "officerId", recorded_at as "recordedAt" from kept`,
    [
      fixes.map((fix) => fix.officerId),
      fixes.map((fix) => fix.recordedAt),
      fixes.map((fix) => fix.receivedAt),
      fixes.map((fix) => Math.round(fix.lng * 1e7)),
      fixes.map((fix) => Math.round(fix.lat * 1e7)),
      fixes.map((fix) => fix.accuracy),
      fixes.map((fix) => fix.speed),
      fixes.map((fix) => fix.heading),
      fixes.map((fix) => fix.battery),
      fixes.map((fix) => fix.gridId),
    ],
  )
}

/** The newest fixes of officers who are on shift. Owner: the live picture is rebuilt from it. */
export const listCurrentFixes = (db: Db, since: Date) =>
  db.query<{
    officerId: number
    recordedAt: Date
    lng: number
    lat: number
    speed: number | null
    heading: number | null
    path: number[]
  }>(
    `select p.officer_id as "officerId", p.recorded_at as "recordedAt", p.lng_e7 / 1e7::float8 as lng, p.lat_e7 / 1e7::float8 as lat,
       p.speed, p.heading, p.path
     from officer_positions p
     join shifts s on s.officer_id = p.officer_id and s.ended_at is null
     where p.recorded_at > $1`,
    [since],
  )

export const listTrack = async (
  db: Db,
  { officerId, from, to, limit }: { officerId: number; from: Date; to: Date; limit: number },
) => {
  const rows = await db.query<Omit<TrackPoint, 'recordedAt'> & { recordedAt: Date }>(
    `select lng_e7 / 1e7::float8 as lng, lat_e7 / 1e7::float8 as lat, recorded_at as "recordedAt", speed
     from fixes
     where officer_id = $1 and recorded_at >= $2 and recorded_at <= $3
     order by recorded_at desc
     limit $4`,
    [officerId, from, to, limit],
  )
  return rows.reverse().map((row) => ({ ...row, recordedAt: row.recordedAt.toISOString() }))
}

/** Where everybody was last, for stamping. Owner. */
export const listLastPositions = (db: Db) =>
  db.query<{ id: number; lng: number; lat: number }>(
    `select officer_id as id, lng_e7 / 1e7::float8 as lng, lat_e7 / 1e7::float8 as lat from officer_positions`,
  )

/** Writes current positions into other grids. Owner. Fixes keep the stamp of their time. */
export const restampPositions = (tx: Db, stamps: readonly { id: number; gridId: number }[]) =>
  tx.query(
    `update officer_positions
     set path = g.path
     from unnest($1::int[], $2::int[]) as n (id, grid_id)
     join grids g on g.id = n.grid_id
     where officer_positions.officer_id = n.id and officer_positions.path <> g.path`,
    [stamps.map((one) => one.id), stamps.map((one) => one.gridId)],
  )
