import type { MonitoringPoint, MonitoringSystem } from '../contract/monitoring.ts'
import type { Db } from '../db/connect.ts'

const columns = `p.id, p.code, p.system, p.name, p.address, st_x(p.geom) as lng, st_y(p.geom) as lat,
  p.path[cardinality(p.path)] as "gridId", p.state, p.state_since as "stateSince", p.message`
type Row = Omit<MonitoringPoint, 'stateSince'> & { stateSince: Date }
const wire = (row: Row): MonitoringPoint => ({ ...row, stateSince: row.stateSince.toISOString() })

export const listPoints = async (db: Db) =>
  (await db.query<Row>(`select ${columns} from monitoring_points p order by p.id`)).map(wire)

export const findPointPath = async (db: Db, id: number) =>
  (await db.query<{ path: number[] }>(`select path from monitoring_points where id = $1`, [id]))[0]?.path ??
  null

export const listSystems = (db: Db) =>
  db.query<MonitoringSystem>(
    `select s.code, s.name, s.name_en as "nameEn", count(p.id)::int as points,
       count(p.id) filter (where p.state = 'alarm')::int as alarms,
       count(p.id) filter (where p.state = 'offline')::int as offline
     from monitoring_systems s
     left join monitoring_points p on p.system = s.code
     group by s.code
     order by s.rank, s.code`,
  )

/** Writes a reading; false when this point has one of that moment already. */
export const insertReading = async (
  db: Db,
  reading: {
    pointId: number
    recordedAt: Date
    receivedAt: Date
    state: string
    values: Record<string, number>
  },
) =>
  (
    await db.query(
      `insert into readings (point_id, recorded_at, received_at, state, "values", path)
       select p.id, $2, $3, $4, $5::jsonb, p.path from monitoring_points p where p.id = $1
       on conflict do nothing
       returning 1`,
      [
        reading.pointId,
        reading.recordedAt,
        reading.receivedAt,
        reading.state,
        JSON.stringify(reading.values),
      ],
    )
  ).length > 0

/** Moves a point to another state; null when it is in it already, or when a newer reading has decided. */
export const setPointState = async (
  db: Db,
  change: { id: number; state: string; since: Date; message: string | null },
) => {
  const rows = await db.query<Row>(
    `update monitoring_points p
     set state = $2, state_since = $3, message = $4
     where p.id = $1 and p.state <> $2 and p.state_since <= $3
       and not exists (select 1 from readings r where r.point_id = $1 and r.recorded_at > $3)
     returning ${columns}`,
    [change.id, change.state, change.since, change.message],
  )
  return rows[0] ? wire(rows[0]) : null
}

export interface SystemRow {
  code: string
  name: string
  nameEn?: string
}
/** Adds systems that are missing. */
export const insertSystems = (db: Db, rows: readonly SystemRow[]) =>
  db.query(
    `insert into monitoring_systems (code, name, name_en, rank)
     select i.code, i.name, i.name_en, i.rank
     from unnest($1::text[], $2::text[], $3::text[]) with ordinality as i (code, name, name_en, rank)
     on conflict (code) do nothing`,
    [rows.map((row) => row.code), rows.map((row) => row.name), rows.map((row) => row.nameEn ?? '')],
  )

export interface PointRow {
  code: string
  system: string
  name: string
  address?: string | null
  lng: number
  lat: number
  gridId: number
  attributes?: Record<string, unknown>
}
/** Writes points by code; their state is left alone. Answers how many changed. */
export async function upsertPoints(db: Db, rows: readonly PointRow[]): Promise<number> {
  const done = await db.query(
    `insert into monitoring_points (code, system, name, address, geom, path, attributes)
     select i.code, i.system, i.name, i.address, st_setsrid(st_makepoint(i.lng, i.lat), 4326), g.path, i.attributes::jsonb
     from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::float8[], $6::float8[], $7::int[], $8::text[])
       as i (code, system, name, address, lng, lat, grid_id, attributes)
     join grids g on g.id = i.grid_id
     on conflict (code) do update
     set system = excluded.system, name = excluded.name, address = excluded.address, geom = excluded.geom,
       path = excluded.path, attributes = monitoring_points.attributes || excluded.attributes
     where (monitoring_points.system, monitoring_points.name, monitoring_points.address, monitoring_points.path, monitoring_points.attributes)
         is distinct from (excluded.system, excluded.name, excluded.address, excluded.path,
           monitoring_points.attributes || excluded.attributes)
       or not st_orderingequals(monitoring_points.geom, excluded.geom)
     returning id`,
    [
      rows.map((row) => row.code),
      rows.map((row) => row.system),
      rows.map((row) => row.name),
      rows.map((row) => row.address ?? null),
      rows.map((row) => row.lng),
      rows.map((row) => row.lat),
      rows.map((row) => row.gridId),
      rows.map((row) => JSON.stringify(row.attributes ?? {})),
    ],
  )
  return done.length
}

/** Writes points into other grids: they follow the land. Owner. Readings keep the stamp of their time. */
export const restampPoints = (tx: Db, stamps: readonly { id: number; gridId: number }[]) =>
  tx.query(
    `update monitoring_points
     set path = g.path
     from unnest($1::int[], $2::int[]) as n (id, grid_id)
     join grids g on g.id = n.grid_id
     where monitoring_points.id = n.id and monitoring_points.path <> g.path`,
    [stamps.map((one) => one.id), stamps.map((one) => one.gridId)],
  )
