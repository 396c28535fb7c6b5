import type { Geometry, MultiPolygon, Polygon } from 'geojson'
import type { Grid } from '../contract/grid.ts'
import type { Db } from '../db/connect.ts'

export const listGrids = (db: Db) =>
  db.query<Grid>(
    `select g.id, g.code, g.name, g.level, g.parent_id as "parentId", g.path,
       g.leader_name as "leaderName", g.households, g.area_km2 as "areaKm2",
       coalesce(m.n, 0) as members,
       array[st_x(c.at), st_y(c.at)] as center,
       case when b.box is null then null
         else array[st_xmin(b.box), st_ymin(b.box), st_xmax(b.box), st_ymax(b.box)] end as bounds
     from grids g
     left join (
       select unnest(path) as id, count(*)::int as n from officers where kind = 'member' group by 1
     ) m on m.id = g.id
     cross join lateral (
       select coalesce(g.geom, (select st_setsrid(st_extent(geom)::geometry, 4326) from grids where level = 1)) as shape
     ) s
     cross join lateral (select st_pointonsurface(s.shape) as at) c
     cross join lateral (select box2d(s.shape) as box) b
     order by g.level, g.code`,
  )

export const listGridGeometry = (db: Db, level: number) =>
  db.query<{ id: number; code: string; name: string; level: number; parentId: number; geometry: string }>(
    `select id, code, name, level, parent_id as "parentId", st_asgeojson(geom, 7) as geometry
     from grids
     where level = $1
     order by id`,
    [level],
  )

/** Ids, levels, paths and exact shapes of all grids, for the locator. Owner. */
export const listGridShapes = async (db: Db) => {
  const rows = await db.query<{ id: number; level: number; path: number[]; shape: string | null }>(
    // 17 digits: the very same doubles that the database compares with.
    `select id, level, path, st_asgeojson(geom, 17) as shape from grids order by id`,
  )
  return rows.map(({ shape, ...row }) => ({
    ...row,
    geometry: shape ? (JSON.parse(shape) as MultiPolygon) : null,
  }))
}

export interface GridRow {
  code: string
  name: string
  level: number
  parentCode: string | null
  leaderName?: string | null
  households?: number
  geometry: Polygon | MultiPolygon | null
  attributes?: Record<string, unknown>
}

/** Creates the town when there is none; answers its id. */
export async function ensureTown(
  db: Db,
  town: { code: string; name: string; nameEn: string; timeZone?: string },
): Promise<number> {
  const rows = await db.query<{ id: number }>(`select id from grids where level = 0`)
  const found = rows[0]?.id
  if (found) return found
  const inserted = await db.query<{ id: number }>(
    `insert into grids (id, code, name, level, path)
     select next.id, $1, $2, 0, array[next.id]
     from (select nextval(pg_get_serial_sequence('grids', 'id'))::int as id) next
     returning id`,
    [town.code, town.name],
  )
  const id = inserted[0]?.id
  if (!id) throw new Error('the town was not written')
  await db.query(`insert into towns (id, name_en, time_zone) values ($1, $2, $3)`, [
    id,
    town.nameEn,
    town.timeZone ?? 'Asia/Shanghai',
  ])
  return id
}

/**
 * Writes grids of one level, by code: new ones are added, known ones updated, equal ones left alone.
 * The parents (`parentCode`, or the town when null) must be there. Answers how many rows changed.
 */
export async function upsertGrids(db: Db, rows: readonly GridRow[]): Promise<number> {
  let changed = 0
  for (let start = 0; start < rows.length; start += 500) {
    const part = rows.slice(start, start + 500)
    const done = await db.query<{ id: number }>(
      `with given as (
         select i.*, p.id as parent, p.path as parent_path,
           case when i.shape is null then null else st_multi(st_setsrid(st_geomfromgeojson(i.shape), 4326)) end as geom
         from unnest($1::text[], $2::text[], $3::int[], $4::text[], $5::text[], $6::int[], $7::text[], $8::text[])
           as i (code, name, level, parent_code, leader_name, households, shape, attributes)
         join grids p on case when i.parent_code is null then p.level = 0 else p.code = i.parent_code end
       ), numbered as (
         select given.*, coalesce(known.id, nextval(pg_get_serial_sequence('grids', 'id'))::int) as id
         from given
         left join grids known on known.code = given.code
       )
       insert into grids (id, code, name, level, parent_id, path, leader_name, households, area_km2, geom, attributes)
       overriding system value
       select id, code, name, level, parent, parent_path || id, leader_name, households,
         coalesce(st_area(geom::geography) / 1e6, 0), geom, attributes::jsonb
       from numbered
       on conflict (id) do update
       set name = excluded.name, level = excluded.level, parent_id = excluded.parent_id, path = excluded.path,
         leader_name = excluded.leader_name, households = excluded.households,
         area_km2 = excluded.area_km2, geom = excluded.geom, attributes = grids.attributes || excluded.attributes
       where (grids.name, grids.level, grids.parent_id, grids.leader_name, grids.households, grids.attributes)
           is distinct from (excluded.name, excluded.level, excluded.parent_id, excluded.leader_name, excluded.households,
             grids.attributes || excluded.attributes)
         or not st_orderingequals(st_forcepolygonccw(grids.geom), st_forcepolygonccw(excluded.geom))
       returning id`,
      [
        part.map((row) => row.code),
        part.map((row) => row.name),
        part.map((row) => row.level),
        part.map((row) => row.parentCode),
        part.map((row) => row.leaderName ?? null),
        part.map((row) => row.households ?? 0),
        part.map((row) => (row.geometry ? JSON.stringify(row.geometry) : null)),
        part.map((row) => JSON.stringify(row.attributes ?? {})),
      ],
    )
    changed += done.length
  }
  // A grid that changed its parent takes everything below it along.
  await db.query(
    `with recursive tree as (
       select id, array[id] as path from grids where level = 0
       union all
       select g.id, tree.path || g.id from grids g join tree on g.parent_id = tree.id
     )
     update grids set path = tree.path from tree where grids.id = tree.id and grids.path <> tree.path`,
  )
  return changed
}

/** Why each polygon cannot be stored, in the order given; null when it is sound. Checked by GEOS, never repaired. */
export async function checkShapes(db: Db, shapes: readonly Geometry[]): Promise<(string | null)[]> {
  const reasons: (string | null)[] = []
  for (let start = 0; start < shapes.length; start += 200) {
    const part = shapes.slice(start, start + 200).map((shape) => JSON.stringify(shape))
    const rows = await db.query<{ reason: string }>(
      `select st_isvalidreason(st_setsrid(st_geomfromgeojson(shape), 4326)) as reason
       from unnest($1::text[]) with ordinality as given (shape, position)
       order by position`,
      [part],
    )
    reasons.push(...rows.map((row) => (row.reason === 'Valid Geometry' ? null : row.reason)))
  }
  return reasons
}

export const findTown = async (db: Db) =>
  (
    await db.query<{
      id: number
      code: string
      name: string
      nameEn: string
      timeZone: string
      firstIncidentAt: Date | null
      bounds: number[] | null
      basemap: { attribution: string; reviewNumber: string } | null
    }>(
      `select g.id, g.code, g.name, t.name_en as "nameEn", t.time_zone as "timeZone", t.basemap,
         (select min(i.reported_at) from incidents i where i.town_id = g.id) as "firstIncidentAt",
         case when b.box is null then null
           else array[st_xmin(b.box), st_ymin(b.box), st_xmax(b.box), st_ymax(b.box)] end as bounds
       from towns t
       join grids g on g.id = t.id
       cross join lateral (
         select coalesce(box2d(g.geom), (select st_extent(geom) from grids where level = 1)) as box
       ) b`,
    )
  )[0] ?? null

/** Open and overdue incidents, points and alarms per grid, everything inside included. */
export const countByGrid = (db: Db, now: Date) =>
  db.query<{ id: number; openIncidents: number; overdueIncidents: number; points: number; alarms: number }>(
    `with open as (
       select unnest(path) as id, count(*)::int as n, count(*) filter (where due_at < $1)::int as late
       from incidents
       where state in ('reported', 'filed', 'dispatched', 'handling', 'handled', 'checked', 'suspended')
       group by 1
     ), watched as (
       select unnest(path) as id, count(*)::int as n, count(*) filter (where state = 'alarm')::int as alarms
       from monitoring_points
       group by 1
     )
     select g.id, coalesce(open.n, 0) as "openIncidents", coalesce(open.late, 0) as "overdueIncidents",
       coalesce(watched.n, 0) as points, coalesce(watched.alarms, 0) as alarms
     from grids g
     left join open on open.id = g.id
     left join watched on watched.id = g.id
     order by g.id`,
    [now],
  )

export const setBasemap = (db: Db, basemap: { attribution: string; reviewNumber: string } | null) =>
  db.query('update towns set basemap = $1::jsonb', [basemap && JSON.stringify(basemap)])

export const gridIdsByCode = async (db: Db) =>
  new Map(
    (await db.query<{ code: string; id: number }>('select code, id from grids')).map((row) => [
      row.code,
      row.id,
    ]),
  )
