import type { Db } from '../db/connect.ts'
import { instant, ms, numbers } from '../db/values.ts'
import type { Standing } from '../patrols/patrol.ts'
import type { Fix } from '../tracks/chunks.ts'

/** Moves current positions forward, never back, with the visit under way and the stay outside the duty grid. One row an officer. */
export const upsertPositions = (
  tx: Db,
  moved: readonly { fix: Omit<Fix, 'accuracy' | 'battery' | 'flags'>; standing: Standing | undefined }[],
) =>
  tx.query(
    `insert into officer_positions as p (officer_id, recorded_at, received_at, lng_e7, lat_e7, speed, heading, path,
       visit_grid, visit_since, outside_since, outside_told)
     select i.officer_id, ${instant('i.recorded_at')}, ${instant('i.received_at')}, i.lng_e7, i.lat_e7, i.speed, i.heading, g.path,
       i.visit_grid, ${instant('i.visit_since')}, ${instant('i.outside_since')}, i.outside_told
     from unnest($1::int[], $2::float8[], $3::float8[], $4::int[], $5::int[], $6::real[], $7::real[], $8::int[],
       $9::int[], $10::float8[], $11::float8[], $12::boolean[])
       as i (officer_id, recorded_at, received_at, lng_e7, lat_e7, speed, heading, grid_id, visit_grid, visit_since, outside_since, outside_told)
     -- A plan may have retired the grid while the fix was on its way: then the town has it.
     join grids g on g.id = coalesce((select id from grids where id = i.grid_id), (select id from towns))
     on conflict (officer_id) do update
     set recorded_at = excluded.recorded_at, received_at = excluded.received_at, lng_e7 = excluded.lng_e7,
       lat_e7 = excluded.lat_e7, speed = excluded.speed, heading = excluded.heading, path = excluded.path,
       visit_grid = excluded.visit_grid, visit_since = excluded.visit_since,
       outside_since = excluded.outside_since, outside_told = excluded.outside_told
     where p.recorded_at < excluded.recorded_at`,
    [
      numbers(moved.map(({ fix }) => fix.officerId)),
      numbers(moved.map(({ fix }) => fix.recordedAt)),
      numbers(moved.map(({ fix }) => fix.receivedAt)),
      numbers(moved.map(({ fix }) => Math.round(fix.lng * 1e7))),
      numbers(moved.map(({ fix }) => Math.round(fix.lat * 1e7))),
      numbers(moved.map(({ fix }) => fix.speed)),
      numbers(moved.map(({ fix }) => fix.heading)),
      numbers(moved.map(({ fix }) => fix.gridId)),
      numbers(moved.map(({ standing }) => standing?.gridId)),
      numbers(moved.map(({ standing }) => standing?.since)),
      numbers(moved.map(({ standing }) => standing?.outsideSince)),
      moved.map(({ standing }) => standing?.told ?? false),
    ],
  )

export interface Position {
  officerId: number
  recordedAt: number
  receivedAt: number
  lng: number
  lat: number
  speed: number | null
  heading: number | null
  path: number[]
  onShift: boolean
  visitGrid: number | null
  visitSince: number | null
  outsideSince: number | null
  outsideTold: boolean
}
/** Owner. The newest fix of everybody, on shift or not: the live picture and what repeats are told by are rebuilt from it. */
export const listPositions = (db: Db) =>
  db.query<Position>(
    `select p.officer_id as "officerId", ${ms('p.recorded_at')} as "recordedAt", ${ms('p.received_at')} as "receivedAt",
       p.lng_e7 / 1e7::float8 as lng, p.lat_e7 / 1e7::float8 as lat, p.speed::float8, p.heading::float8, p.path,
       s.officer_id is not null as "onShift", p.visit_grid as "visitGrid", ${ms('p.visit_since')} as "visitSince",
       ${ms('p.outside_since')} as "outsideSince", p.outside_told as "outsideTold"
     from officer_positions p
     left join shifts s on s.officer_id = p.officer_id and s.ended_at is null`,
  )

/** Where everybody was last, for stamping. Owner. */
export const listLastPositions = (db: Db) =>
  db.query<{ id: number; lng: number; lat: number }>(
    `select officer_id as id, lng_e7 / 1e7::float8 as lng, lat_e7 / 1e7::float8 as lat from officer_positions`,
  )

/** Owner. Their visits have ended. */
export const endVisits = (tx: Db, officers: readonly number[]) =>
  tx.query(
    `update officer_positions set visit_grid = null, visit_since = null where officer_id = any($1::int[])`,
    [numbers(officers)],
  )

/** Owner. Before the newest fix of these officers is told anew: what it was has been taken away. */
export const deletePositions = (tx: Db, officers: readonly number[]) =>
  tx.query('delete from officer_positions where officer_id = any($1::int[])', [numbers(officers)])

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
