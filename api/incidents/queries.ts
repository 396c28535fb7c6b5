import type { Incident, IncidentClass, IncidentQuery } from '../contract/incident.ts'
import { openStates, type Source, type State } from '../contract/lifecycle.ts'
import type { Db } from '../db/connect.ts'

const columns = `i.id, i.number, i.class_code as "classCode", i.source, i.title, i.description, i.address,
  st_x(i.geom) as lng, st_y(i.geom) as lat, i.path[cardinality(i.path)] as "gridId", i.state,
  i.reported_at as "reportedAt", i.due_at as "dueAt", i.closed_at as "closedAt",
  i.unit_id as "unitId", i.officer_id as "officerId", i.version, i.path`

export type IncidentRow = Omit<Incident, 'reportedAt' | 'dueAt' | 'closedAt'> & {
  reportedAt: Date
  dueAt: Date | null
  closedAt: Date | null
  path: number[]
}
export const wireIncident = ({ path: _, ...row }: IncidentRow): Incident => ({
  ...row,
  reportedAt: row.reportedAt.toISOString(),
  dueAt: row.dueAt?.toISOString() ?? null,
  closedAt: row.closedAt?.toISOString() ?? null,
})

export const listClasses = (db: Db) =>
  db.query<IncidentClass>(
    `select code, name, name_en as "nameEn", family, due_minutes as "dueMinutes" from incident_classes order by rank, code`,
  )

export const findClass = async (db: Db, code: string) =>
  (
    await db.query<{ dueMinutes: number }>(
      `select due_minutes as "dueMinutes" from incident_classes where code = $1`,
      [code],
    )
  )[0] ?? null

/** Newest first. */
export const listIncidents = (db: Db, query: IncidentQuery) =>
  db.query<IncidentRow>(
    `select ${columns}
     from incidents i
     where i.town_id = (select id from towns)
       and ($1::text[] is null or i.state = any ($1))
       and ($2::text is null or i.class_code = $2)
       and ($3::int is null or i.path @> array[$3::int])
       and ($4::timestamptz is null or i.reported_at >= $4)
       and ($5::timestamptz is null or i.reported_at < $5)
       and ($6::int is null or i.id < $6)
     order by i.id desc
     limit $7`,
    [
      query.state ?? (query.open === 'true' ? [...openStates] : null),
      query.classCode ?? null,
      query.gridId ?? null,
      query.from ?? null,
      query.to ?? null,
      query.before ?? null,
      query.limit,
    ],
  )

export const findIncident = async (db: Db, id: number) =>
  (
    await db.query<IncidentRow>(
      `select ${columns} from incidents i where i.town_id = (select id from towns) and i.id = $1`,
      [id],
    )
  )[0] ?? null

export const findBySourceKey = async (db: Db, sourceKey: string) =>
  (
    await db.query<IncidentRow>(
      `select ${columns} from incidents i where i.town_id = (select id from towns) and i.source_key = $1`,
      [sourceKey],
    )
  )[0] ?? null

export interface NewIncident {
  classCode: string
  source: Source
  sourceKey: string | null
  title: string
  description: string
  address: string
  lng: number
  lat: number
  gridId: number
  reportedAt: Date
  reporterOfficerId: number | null
}
/** Writes a reported incident; null when one with this source key is there already. */
export const insertIncident = async (db: Db, one: NewIncident) =>
  (
    await db.query<IncidentRow>(
      `insert into incidents as i (town_id, id, number, class_code, source, source_key, title, description, address, geom, path, state, reported_at, attributes)
       select t.id, next.id, to_char($9::timestamptz at time zone t.time_zone, 'YYYYMMDD') || '-' || lpad(next.id::text, 6, '0'),
         $1, $2, $3, $4, $5, $6, st_setsrid(st_makepoint($7, $8), 4326), g.path, 'reported', $9,
         jsonb_strip_nulls(jsonb_build_object('reporterOfficerId', $11::int))
       from towns t
       cross join (select nextval('incident_ids')::int as id) next
       -- A plan may have retired the grid while the report was on its way: then the town has it, until it is stamped anew.
       join grids g on g.id = coalesce((select id from grids where id = $10), t.id)
       on conflict do nothing
       returning ${columns}`,
      [
        one.classCode,
        one.source,
        one.sourceKey,
        one.title,
        one.description,
        one.address,
        one.lng,
        one.lat,
        one.reportedAt,
        one.gridId,
        one.reporterOfficerId,
      ],
    )
  )[0] ?? null

export interface Change {
  id: number
  from: readonly State[]
  to: State
  at: Date
  version: number | undefined
  unitId: number | undefined
  officerId: number | undefined
  dueAt: Date | undefined
}
/** One conditional update: the row moves only if it still stands in one of `from` (and at `version`); null when it has moved on. */
export const moveIncident = async (db: Db, change: Change) =>
  (
    await db.query<IncidentRow>(
      `update incidents i
       set state = $3, version = i.version + 1,
         filed_at = case when $3 = 'filed' then coalesce(i.filed_at, $4) else i.filed_at end,
         due_at = coalesce($8, i.due_at),
         unit_id = case when $3 = 'filed' then null else coalesce($6, i.unit_id) end,
         officer_id = case when $3 = 'filed' then null else coalesce($7, i.officer_id) end,
         handled_at = case when $3 = 'handled' then $4 else i.handled_at end,
         closed_at = case when $3 in ('closed', 'voided') then $4 else i.closed_at end
       where i.town_id = (select id from towns) and i.id = $1 and i.state = any ($2)
         and ($5::int is null or i.version = $5)
       returning ${columns}`,
      [
        change.id,
        [...change.from],
        change.to,
        change.at,
        change.version ?? null,
        change.unitId ?? null,
        change.officerId ?? null,
        change.dueAt ?? null,
      ],
    )
  )[0] ?? null

export interface PackedRows {
  length: number
  /** 16 bytes a row, big-endian int32: lng and lat in 1e-7 degrees, Unix seconds, grid id. */
  cells: Uint8Array
  /** One a row, parted by U+001F. */
  classCodes: string
  states: string
}
/** In which plan cases are spoken of: the one in force, that of each case's time, or any other by its id. */
export type SpokenIn = 'now' | 'then' | number

/**
 * Many incidents, oldest first, only what a map and a histogram need, packed by the database:
 * 190 ms for a year of 51,000 on the embedded one, against 550 as rows. In another plan only those stamped for it.
 */
export const packRows = async (
  db: Db,
  { from, to, spokenIn = 'now' }: { from: Date; to: Date; spokenIn?: SpokenIn },
): Promise<PackedRows> => {
  const other = typeof spokenIn === 'number'
  const path = other ? 's.path' : spokenIn === 'then' ? 'coalesce(i.stamp, i.path)' : 'i.path'
  const rows = await db.query<{
    length: number
    cells: Uint8Array | null
    classCodes: string | null
    states: string | null
  }>(
    `with chosen as materialized (
       select i.geom, i.reported_at, ${path} as path, i.class_code, i.state
       from incidents i
       ${other ? 'join plan_stamps s on s.plan_id = $3 and s.town_id = i.town_id and s.incident_id = i.id' : ''}
       where i.town_id = (select id from towns) and i.reported_at >= $1 and i.reported_at < $2
       order by i.reported_at
     )
     select count(*)::int as length,
       string_agg(int4send((st_x(geom) * 1e7)::int) || int4send((st_y(geom) * 1e7)::int)
         || int4send(extract(epoch from reported_at)::int) || int4send(path[cardinality(path)]), ''::bytea) as cells,
       string_agg(class_code, chr(31)) as "classCodes", string_agg(state, chr(31)) as states
     from chosen`,
    other ? [from, to, spokenIn] : [from, to],
  )
  const packed = rows[0]
  return {
    length: packed?.length ?? 0,
    cells: packed?.cells ?? new Uint8Array(0),
    classCodes: packed?.classCodes ?? '',
    states: packed?.states ?? '',
  }
}

/** The span that cases are stamped for in a plan (nulls: none), and whether it is in force; null when there is no such plan. */
export const findStampedSpan = async (db: Db, planId: number) =>
  (
    await db.query<{ from: Date | null; to: Date | null; inForce: boolean }>(
      `select stamped_from as "from", stamped_to as "to", state = 'in-force' as "inForce" from grid_plans where id = $1`,
      [planId],
    )
  )[0] ?? null

/** Writes cases into the grids of a new plan; `stamp` keeps the path of their own time. Owner. */
export const restampIncidents = (tx: Db, stamps: readonly { id: number; gridId: number }[]) =>
  tx.query(
    `update incidents i
     set stamp = coalesce(i.stamp, i.path), path = g.path
     from unnest($1::int[], $2::int[]) as n (id, grid_id)
     join grids g on g.id = n.grid_id
     where i.town_id = (select id from towns) and i.id = n.id and i.path <> g.path`,
    [stamps.map((one) => one.id), stamps.map((one) => one.gridId)],
  )

export interface ClassRow {
  code: string
  name: string
  nameEn: string
  family: string
  dueMinutes: number
}
/** Adds classes that are missing. */
export const insertClasses = (db: Db, rows: readonly ClassRow[]) =>
  db.query(
    `insert into incident_classes (code, name, name_en, family, due_minutes, rank)
     select i.code, i.name, i.name_en, i.family, i.due_minutes, i.rank
     from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::int[])
       with ordinality as i (code, name, name_en, family, due_minutes, rank)
     on conflict (code) do nothing`,
    [
      rows.map((row) => row.code),
      rows.map((row) => row.name),
      rows.map((row) => row.nameEn),
      rows.map((row) => row.family),
      rows.map((row) => row.dueMinutes),
    ],
  )
