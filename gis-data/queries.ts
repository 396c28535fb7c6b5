import type { Geometry, Position } from 'geojson'
import type { JobOptions } from '../api/contract/imports.ts'
import type { Db } from '../api/db/connect.ts'
import { deletePositions, upsertPositions } from '../api/positions/queries.ts'
import { findNewest, removeReceived } from '../api/tracks/pack.ts'
import type { Written } from './plan.ts'

// SQL of the imports themselves; what the rooms have is called from their own queries.

/** One import or undo at a time, whoever runs it: what was there before is read and written over in one piece. */
const lockImports = (tx: Db) => tx.query('select pg_advisory_xact_lock(8722)')

/** Opens the record of an import; its counts are set at the end. */
export const insertImport = async (
  tx: Db,
  row: {
    what: string
    file: string
    fingerprint: string
    at: Date
    by: string
    options: object
    report: string
  },
): Promise<number> => {
  await lockImports(tx)
  const [made] = await tx.query<{ id: number }>(
    `insert into imports (what, file, fingerprint, taken, refused, ran_at, by_name, options, report)
     values ($1, $2, $3, 0, 0, $4, $5, $6::jsonb, $7)
     returning id`,
    [row.what, row.file, row.fingerprint, row.at, row.by, JSON.stringify(row.options), row.report],
  )
  if (!made) throw new Error('the import was not recorded')
  return made.id
}

/** What an import came to; one that changed nothing leaves no record. */
export const countImport = (
  tx: Db,
  row: {
    id: number
    taken: number
    unchanged: number
    refused: number
    planId: number | null
    findings: readonly object[]
  },
) =>
  row.taken === 0
    ? tx.query('delete from imports where id = $1', [row.id])
    : tx.query(
        `update imports
         set taken = $2, unchanged = $3, refused = $4, plan_id = $5, findings = $6::jsonb
         where id = $1`,
        [row.id, row.taken, row.unchanged, row.refused, row.planId, JSON.stringify(row.findings)],
      )

/** When a file of this fingerprint was last taken, and not taken back. */
export const findImport = async (
  db: Db,
  { what, fingerprint }: { what: string; fingerprint: string },
): Promise<Date | null> =>
  (
    await db.query<{ ranAt: Date }>(
      `select ran_at as "ranAt" from imports
       where what = $1 and fingerprint = $2 and undone_at is null
       order by id desc
       limit 1`,
      [what, fingerprint],
    )
  )[0]?.ranAt ?? null

const keyed = {
  grids: 'code',
  monitoring_points: 'code',
  officers: 'code',
  incidents: 'source_key',
  figures: 'key',
  road_edges: 'osm_way',
  road_turns: 'osm_relation',
} as const
export type Keyed = keyof typeof keyed

/**
 * Writes rows by their keys and answers which of them changed, with what is needed to undo it. An upsert that changed
 * nothing leaves a row's xmin alone: so the rows of this very transaction are those that changed.
 */
export async function writeTracked(
  tx: Db,
  table: Keyed,
  { keys, write }: { keys: readonly string[]; write: () => Promise<unknown> },
): Promise<Required<Written>> {
  const numbered = table === 'road_edges' || table === 'road_turns'
  const among = `${keyed[table]} = any($1::${numbered ? 'bigint' : 'text'}[])`
  // Geometry as its own bytes: as GeoJSON it would come back rounded.
  const whole =
    table === 'officers' || table === 'road_turns' || table === 'figures'
      ? 'to_jsonb(t)'
      : `to_jsonb(t) || jsonb_build_object('geom', t.geom::text)`
  const before = await tx.query<{ id: number; was: object }>(
    `select id, ${whole} as was from ${table} t where ${among}`,
    [keys],
  )
  await write()
  const after = await tx.query<{ id: number; key: string; written: boolean }>(
    `select id, ${keyed[table]}::text as key, xmin = pg_current_xact_id()::xid as written from ${table} where ${among}`,
    [keys],
  )
  const old = new Map(before.map((row) => [row.id, row.was]))
  const untouched = new Set(after.flatMap(({ id, written }) => (written ? [] : [id])))
  const written = after.filter((row) => row.written)
  return {
    changed: new Set(written.map((row) => row.key)),
    undo: {
      what: table,
      inserted: written.map((row) => row.id).filter((id) => !old.has(id)),
      // Written over, or gone.
      before: before.filter((row) => !untouched.has(row.id)).map((row) => row.was),
    },
  }
}

export const insertChanges = (
  tx: Db,
  row: { importId: number; part: number; what: Keyed | 'towns'; inserted: number[]; before: object[] },
) =>
  tx.query(
    `insert into import_changes (import_id, part, what, inserted, before) values ($1, $2, $3, $4::int[], $5::jsonb)`,
    [row.importId, row.part, row.what, row.inserted, JSON.stringify(row.before)],
  )

/** A coordinate system by its EPSG code, from PostGIS's own list; null when it is not in it. */
export const lookUpSystem = async (db: Db, code: number) =>
  (
    await db.query<{ proj4: string; wkt: string }>(
      `select proj4text as proj4, srtext as wkt from spatial_ref_sys where srid = $1`,
      [code],
    )
  )[0] ?? null

export const listGridCodes = (db: Db) =>
  db.query<{ id: number; code: string; level: number }>('select id, code, level from grids order by id')

/** A town that has no grids yet takes another name; false when it has some. */
export const renameEmptyTown = async (
  tx: Db,
  town: { code: string; name: string; nameEn: string; timeZone: string },
) => {
  const renamed = await tx.query<{ id: number }>(
    `update grids set code = $1, name = $2
     where level = 0 and not exists (select 1 from grids where level > 0)
     returning id`,
    [town.code, town.name],
  )
  if (!renamed[0]) return false
  await tx.query('update towns set name_en = $1, time_zone = $2', [town.nameEn, town.timeZone])
  return true
}

/** A point surely inside each (valid) shape, in the order given. */
export async function interiorPoints(db: Db, shapes: readonly Geometry[]): Promise<Position[]> {
  const points: Position[] = []
  for (let start = 0; start < shapes.length; start += 200) {
    const rows = await db.query<{ lng: number; lat: number }>(
      `select st_x(p.at) as lng, st_y(p.at) as lat
       from unnest($1::text[]) with ordinality as given (shape, position)
       cross join lateral (select st_pointonsurface(st_setsrid(st_geomfromgeojson(shape), 4326)) as at) p
       order by position`,
      [shapes.slice(start, start + 200).map((shape) => JSON.stringify(shape))],
    )
    points.push(...rows.map(({ lng, lat }) => [lng, lat]))
  }
  return points
}

export interface RoadNode {
  id: number
  lng: number
  lat: number
}
export interface RoadEdge {
  source: number
  target: number
  way: number
  segment: number
  name: string | null
  class: string
  oneway: boolean
  drive: boolean
  walk: boolean
  maxSpeed: number | null
  /** Metres, where the file says so; null: the geodesic length of the line. */
  length: number | null
  /** As measured or published; null: by length and speed. */
  driveSeconds: number | null
  line: readonly (readonly [number, number])[]
}
/** From one way over a node into another: only this, or not this. */
export interface RoadTurn {
  relation: number
  from: number
  via: number
  to: number
  only: boolean
}

export const upsertRoadNodes = (tx: Db, nodes: readonly RoadNode[]) =>
  tx.query(
    `insert into road_nodes (id, geom)
     select i.id, st_setsrid(st_makepoint(i.lng, i.lat), 4326)
     from unnest($1::bigint[], $2::float8[], $3::float8[]) as i (id, lng, lat)
     on conflict (id) do update
     set geom = excluded.geom
     where not st_orderingequals(road_nodes.geom, excluded.geom)`,
    [nodes.map((node) => node.id), nodes.map((node) => node.lng), nodes.map((node) => node.lat)],
  )

/** Writes edges by way and segment. */
export const upsertRoadEdges = (tx: Db, edges: readonly RoadEdge[]) =>
  tx.query(
    `insert into road_edges (source, target, osm_way, segment, name, class, oneway, drive, walk, max_speed, drive_seconds,
       length_m, geom)
     select i.source, i.target, i.way, i.segment, i.name, i.class, i.oneway, i.drive, i.walk, i.max_speed, i.drive_seconds,
       coalesce(i.length_m, st_length(l.geom::geography)), l.geom
     from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::int[], $5::text[], $6::text[], $7::boolean[], $8::boolean[],
         $9::boolean[], $10::real[], $11::real[], $12::float8[], $13::text[])
       as i (source, target, way, segment, name, class, oneway, drive, walk, max_speed, drive_seconds, length_m, line)
     cross join lateral (select st_geomfromtext(i.line, 4326) as geom) l
     on conflict (osm_way, segment) do update
     set source = excluded.source, target = excluded.target, name = excluded.name, class = excluded.class, oneway = excluded.oneway,
       drive = excluded.drive, walk = excluded.walk, max_speed = excluded.max_speed, drive_seconds = excluded.drive_seconds,
       length_m = excluded.length_m, geom = excluded.geom
     where (road_edges.source, road_edges.target, road_edges.name, road_edges.class, road_edges.oneway, road_edges.drive,
         road_edges.walk, road_edges.max_speed, road_edges.drive_seconds, road_edges.length_m)
       is distinct from (excluded.source, excluded.target, excluded.name, excluded.class, excluded.oneway, excluded.drive,
         excluded.walk, excluded.max_speed, excluded.drive_seconds, excluded.length_m)
       or not st_orderingequals(road_edges.geom, excluded.geom)`,
    [
      edges.map((edge) => edge.source),
      edges.map((edge) => edge.target),
      edges.map((edge) => edge.way),
      edges.map((edge) => edge.segment),
      edges.map((edge) => edge.name),
      edges.map((edge) => edge.class),
      edges.map((edge) => edge.oneway),
      edges.map((edge) => edge.drive),
      edges.map((edge) => edge.walk),
      edges.map((edge) => edge.maxSpeed),
      edges.map((edge) => edge.driveSeconds),
      edges.map((edge) => edge.length),
      edges.map((edge) => `LINESTRING(${edge.line.map((position) => position.join(' ')).join(', ')})`),
    ],
  )

/** Takes away the segments a way no longer has; answers the ways that had some. */
export const deleteSpareEdges = async (tx: Db, counts: readonly { way: number; segments: number }[]) =>
  tx.query<{ way: number }>(
    `delete from road_edges e
     using unnest($1::bigint[], $2::int[]) as i (way, segments)
     where e.osm_way = i.way and e.segment >= i.segments
     returning e.osm_way as way`,
    [counts.map((one) => one.way), counts.map((one) => one.segments)],
  )

export const upsertRoadTurns = (tx: Db, turns: readonly RoadTurn[]) =>
  tx.query(
    `insert into road_turns (osm_relation, from_way, via, to_way, only_this)
     select * from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::boolean[])
     on conflict (osm_relation) do update
     set from_way = excluded.from_way, via = excluded.via, to_way = excluded.to_way, only_this = excluded.only_this
     where (road_turns.from_way, road_turns.via, road_turns.to_way, road_turns.only_this)
       is distinct from (excluded.from_way, excluded.via, excluded.to_way, excluded.only_this)`,
    [
      turns.map((turn) => turn.relation),
      turns.map((turn) => turn.from),
      turns.map((turn) => turn.via),
      turns.map((turn) => turn.to),
      turns.map((turn) => turn.only),
    ],
  )

/** Restrictions between these ways that are not among the relations given. */
export const listSpareTurns = (
  tx: Db,
  { ways, relations }: { ways: readonly number[]; relations: readonly number[] },
) =>
  tx.query<{ relation: number; way: number }>(
    `select osm_relation as relation, from_way as way
     from road_turns
     where from_way = any($1::bigint[]) and to_way = any($1::bigint[]) and osm_relation <> all($2::bigint[])`,
    [ways, relations],
  )

export const deleteRoadTurns = (tx: Db, relations: readonly number[]) =>
  tx.query('delete from road_turns where osm_relation = any($1::bigint[])', [relations])

export const getImport = async (tx: Db, id: number) => {
  await lockImports(tx)
  const [found] = await tx.query<{
    what: string
    ranAt: Date
    undoneAt: Date | null
    undoneBy: string | null
    planId: number | null
  }>(
    `select what, ran_at as "ranAt", undone_at as "undoneAt", undone_by as "undoneBy", plan_id as "planId"
     from imports
     where id = $1`,
    [id],
  )
  return found ?? null
}

/** The newest import of this kind after another, not taken back itself. */
export const findLater = async (tx: Db, { id, what }: { id: number; what: string }) =>
  (
    await tx.query<{ id: number }>(
      `select id from imports where id > $1 and what = $2 and undone_at is null order by id desc limit 1`,
      [id, what],
    )
  )[0]?.id ?? null

export const listChanges = (db: Db, importId: number) =>
  db.query<{ what: Keyed | 'towns'; inserted: number[]; before: object[] }>(
    `select what, inserted, before from import_changes where import_id = $1 order by part desc`,
    [importId],
  )

/** Rows that later imports have written over: they are theirs now. */
export const listOvertaken = async (tx: Db, importId: number): Promise<Map<string, Set<number>>> => {
  const rows = await tx.query<{ what: string; id: number }>(
    `select c.what, (b.was->>'id')::int as id
     from import_changes c
     join imports i on i.id = c.import_id
     cross join lateral jsonb_array_elements(c.before) b (was)
     where c.import_id > $1 and c.what <> 'towns' and i.undone_at is null`,
    [importId],
  )
  const taken = new Map<string, Set<number>>()
  for (const { what, id } of rows) taken.set(what, (taken.get(what) ?? new Set()).add(id))
  return taken
}

export const markUndone = (tx: Db, row: { importId: number; by: string; now: Date; kept: number }) =>
  tx.query(`update imports set undone_at = $2, undone_by = $3, undo_kept = $4 where id = $1`, [
    row.importId,
    row.now,
    row.by,
    row.kept,
  ])

/** Fixes of one import share the instant they were received at. */
export async function undoFixes(tx: Db, receivedAt: Date): Promise<number> {
  const { count, officers } = await removeReceived(tx, receivedAt)
  // The last position of those officers is that of what is left.
  await deletePositions(tx, officers)
  const newest = await findNewest(tx, officers)
  if (newest.size > 0)
    await upsertPositions(
      tx,
      [...newest.values()].map((fix) => ({ fix, standing: undefined })),
    )
  return count
}

/** Columns an undo puts back: what an import writes, and not what has happened to the row since. */
const restored: Record<Keyed, string> = {
  grids: 'name, level, parent_id, path, leader_name, households, area_km2, geom, attributes',
  monitoring_points: 'system, name, address, geom, path, attributes',
  officers: 'name, phone, kind, unit_id, duty_grid_id, transport, path, certified, skills, powers, equipment',
  incidents: '',
  figures: 'key, module, grouping_name, name, period, value, words, unit, target, source, as_of',
  road_edges: 'source, target, name, class, oneway, drive, walk, length_m, max_speed, drive_seconds, geom',
  road_turns: 'from_way, via, to_way, only_this',
}

/** Where rows come and go within imports, another may have taken a lost one's place: that one stays. */
const rival: Partial<Record<Keyed, string>> = {
  road_edges: 't.osm_way = r.osm_way and t.segment = r.segment',
  road_turns: 't.osm_relation = r.osm_relation',
}

/** Puts rows back as they were; answers how many. */
export async function restoreRows(tx: Db, table: Keyed, rows: readonly object[]): Promise<number> {
  if (rows.length === 0) return 0
  const columns = restored[table].split(', ')
  if (table === 'officers') await dropLostDuties(tx, rows as { duty_grid_id: number | null }[])
  const done = await tx.query(
    `insert into ${table} overriding system value
     select r.* from jsonb_populate_recordset(null::${table}, $1::jsonb) r
     where not exists (select 1 from ${table} t where ${rival[table] ?? 'false'} and t.id <> r.id)
     on conflict (id) do update
     set ${columns.map((column) => `${column} = excluded.${column}`).join(', ')}
     returning id`,
    [JSON.stringify(rows)],
  )
  return done.length
}

/** A grid that has retired meanwhile is nobody's duty: the town is, until somebody gives another. */
async function dropLostDuties(tx: Db, rows: { duty_grid_id: number | null; path?: number[] }[]) {
  const there = new Set((await listGridCodes(tx)).map((grid) => grid.id))
  for (const row of rows) {
    if (row.duty_grid_id === null || there.has(row.duty_grid_id)) continue
    row.duty_grid_id = null
    row.path = row.path?.slice(0, 1) ?? []
  }
}

/** Takes new rows away where nothing stands on them; answers how many went. */
export async function undoInserted(tx: Db, table: Keyed, ids: readonly number[]): Promise<number> {
  if (ids.length === 0) return 0
  if (table === 'incidents') {
    await tx.query(`set local app.undo_import = 'yes'`)
    await tx.query(
      `delete from timeline t using incidents i
       where i.id = any($1::int[]) and ${untouched.incidents} and t.incident_id = i.id and t.data @> '{"imported": true}'`,
      [ids],
    )
  }
  // Grids from below: those of the same import must not stand in each other's way.
  const steps = table === 'grids' ? ['i.level = 3', 'i.level = 2', 'i.level = 1'] : ['true']
  const gone: unknown[] = []
  for (const step of steps)
    gone.push(
      ...(await tx.query(
        `delete from ${table} i where i.id = any($1::int[]) and ${step} and ${untouched[table]} returning i.id`,
        [ids],
      )),
    )
  if (table === 'incidents') await tx.query(`set local app.undo_import = ''`)
  return gone.length
}

const untouched: Record<Keyed, string> = {
  incidents: `i.version = 1 and not exists (
    select 1 from timeline e where e.incident_id = i.id and not e.data @> '{"imported": true}')`,
  monitoring_points: `not exists (select 1 from readings r where r.point_id = i.id)`,
  officers: `not exists (select 1 from shifts s where s.officer_id = i.id)
    and not exists (select 1 from fixes f where f.officer_id = i.id)
    and not exists (select 1 from track_chunks f where f.officer_id = i.id)
    and not exists (select 1 from accounts a where a.officer_id = i.id)
    and not exists (select 1 from devices d where d.officer_id = i.id)
    and not exists (select 1 from posts p where p.officer_id = i.id)
    and not exists (select 1 from duties d where d.officer_id = i.id)
    and not exists (select 1 from incidents c where c.officer_id = i.id)`,
  grids: `not exists (select 1 from grids g where g.parent_id = i.id)
    and not exists (select 1 from officers o where o.duty_grid_id = i.id)`,
  road_edges: 'true',
  road_turns: 'true',
  figures: 'true',
}

/** How files of this shape were read last time. */
export const findMapping = async (db: Db, shape: string): Promise<JobOptions | null> =>
  (
    await db.query<{ options: JobOptions }>('select options from import_mappings where shape = $1', [shape])
  )[0]?.options ?? null

export const rememberMapping = (db: Db, { shape, options }: { shape: string; options: JobOptions }) =>
  db.query(
    `insert into import_mappings (shape, options) values ($1, $2::jsonb)
     on conflict (shape) do update
     set options = excluded.options, used_at = now()`,
    [shape, JSON.stringify(options)],
  )
