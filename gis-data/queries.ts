import type { Geometry, Position } from 'geojson'
import type { Db } from '../api/db/connect.ts'

// SQL of the imports themselves; what the rooms have is called from their own queries.

export interface ImportRow {
  what: string
  file: string
  fingerprint: string
  taken: number
  refused: number
}
export const insertImport = (tx: Db, row: ImportRow) =>
  tx.query('insert into imports (what, file, fingerprint, taken, refused) values ($1, $2, $3, $4, $5)', [
    row.what,
    row.file,
    row.fingerprint,
    row.taken,
    row.refused,
  ])

/** When a file of this fingerprint was last taken. */
export const findImport = async (db: Db, { what, fingerprint }: Pick<ImportRow, 'what' | 'fingerprint'>) =>
  (
    await db.query<{ ranAt: Date }>(
      `select ran_at as "ranAt" from imports where what = $1 and fingerprint = $2 order by id desc limit 1`,
      [what, fingerprint],
    )
  )[0]?.ranAt ?? null

const keyed = {
  grids: 'code',
  monitoring_points: 'code',
  officers: 'code',
  incidents: 'source_key',
  road_edges: 'osm_way',
} as const
/** The keys of the rows that this very transaction has written: an upsert that changed nothing leaves a row's xmin alone. */
export const changedKeys = async (tx: Db, table: keyof typeof keyed): Promise<Set<string>> => {
  const rows = await tx.query<{ key: string }>(
    `select distinct ${keyed[table]}::text as key from ${table} where xmin = pg_current_xact_id()::xid`,
  )
  return new Set(rows.map((row) => row.key))
}

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
  line: readonly (readonly [number, number])[]
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

/** Writes edges by way and segment. The length is the geodesic one. */
export const upsertRoadEdges = (tx: Db, edges: readonly RoadEdge[]) =>
  tx.query(
    `insert into road_edges (source, target, osm_way, segment, name, class, oneway, drive, walk, max_speed, length_m, geom)
     select i.source, i.target, i.way, i.segment, i.name, i.class, i.oneway, i.drive, i.walk, i.max_speed,
       st_length(l.geom::geography), l.geom
     from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::int[], $5::text[], $6::text[], $7::boolean[], $8::boolean[],
         $9::boolean[], $10::real[], $11::text[])
       as i (source, target, way, segment, name, class, oneway, drive, walk, max_speed, line)
     cross join lateral (select st_geomfromtext(i.line, 4326) as geom) l
     on conflict (osm_way, segment) do update
     set source = excluded.source, target = excluded.target, name = excluded.name, class = excluded.class, oneway = excluded.oneway,
       drive = excluded.drive, walk = excluded.walk, max_speed = excluded.max_speed, length_m = excluded.length_m, geom = excluded.geom
     where (road_edges.source, road_edges.target, road_edges.name, road_edges.class, road_edges.oneway, road_edges.drive,
         road_edges.walk, road_edges.max_speed)
       is distinct from (excluded.source, excluded.target, excluded.name, excluded.class, excluded.oneway, excluded.drive,
         excluded.walk, excluded.max_speed)
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
