import type { Geometry } from 'geojson'
import type { Db } from '../db/connect.ts'

/** How whoever reported from outside can be reached, and when they rated; null too for roles that may not know. */
export const findReporter = async (tx: Db, incidentId: number) =>
  (
    await tx.query<{ phone: string; contact: string; ratedAt: Date | null }>(
      `select phone, contact, rated_at as "ratedAt" from incident_reporters
       where town_id = (select id from towns) and incident_id = $1`,
      [incidentId],
    )
  )[0] ?? null

/** The names of a path of grids, the town first. */
export const listPathNames = async (tx: Db, path: readonly number[]) =>
  (
    await tx.query<{ name: string }>(
      `select g.name from unnest($1::int[]) with ordinality as p (id, place) join grids g on g.id = p.id order by p.place`,
      [path],
    )
  ).map(({ name }) => name)

/** The names of units and officers, as far as the scope knows them. */
export async function listWorkerNames(tx: Db, units: readonly number[], officers: readonly number[]) {
  const named = (rows: { id: number; name: string }[]) => new Map(rows.map(({ id, name }) => [id, name]))
  return {
    units: named(await tx.query('select id, name from units where id = any($1::int[])', [units])),
    officers: named(await tx.query('select id, name from officers where id = any($1::int[])', [officers])),
  }
}

/** A line of the map and what it is; `at`: where its name can stand. */
export interface MapLine {
  name: string
  line: Geometry
  at: [number, number] | null
}
type LineRow = { name: string | null; line: string | null; lng: number | null; lat: number | null }
const lineOf = ({ name, line, lng, lat }: LineRow): MapLine[] =>
  line === null
    ? []
    : [
        {
          name: name ?? '',
          line: JSON.parse(line) as Geometry,
          at: lng === null || lat === null ? null : [lng, lat],
        },
      ]

/** Borders of the grids of a level and roads inside a box [west, south, east, north]. */
export async function listMapLines(
  tx: Db,
  box: readonly [number, number, number, number],
  level: number,
): Promise<{ grids: MapLine[]; roads: (MapLine & { rank: string })[] }> {
  const grids = await tx.query<LineRow>(
    `select g.name, st_asgeojson(st_clipbybox2d(st_boundary(g.geom), b.box), 7) as line, st_x(c.at) as lng, st_y(c.at) as lat
     from (select st_makeenvelope($1, $2, $3, $4, 4326) as box) b
     join grids g on g.geom && b.box and g.level = $5
     cross join lateral (select st_pointonsurface(st_clipbybox2d(g.geom, b.box)) as at) c
     order by g.id
     limit 500`,
    [...box, level],
  )
  const roads = await tx.query<LineRow & { rank: string }>(
    `select r.name, r.class as rank, st_asgeojson(cut.line, 7) as line, st_x(cut.at) as lng, st_y(cut.at) as lat
     from (select st_makeenvelope($1, $2, $3, $4, 4326) as box) b
     join road_edges r on r.geom && b.box
     cross join lateral (
       select st_clipbybox2d(r.geom, b.box) as line, st_pointonsurface(st_clipbybox2d(r.geom, b.box)) as at
     ) cut
     order by r.id
     limit 5000`,
    [...box],
  )
  return {
    grids: grids.flatMap(lineOf),
    roads: roads.flatMap((row) => lineOf(row).map((line) => ({ ...line, rank: row.rank }))),
  }
}

/** Which incidents an archive holds: those reported in a span, up to an id, and their timeline up to a number. */
export interface ArchiveSpan {
  from: Date
  to: Date
  lastId: number
  lastSeq: number
}

/** How far an archive that begins now goes. */
export const findArchiveEnd = async (tx: Db) =>
  (
    await tx.query<{ lastId: number; lastSeq: number }>(
      `select coalesce((select max(id) from incidents where town_id = (select id from towns)), 0)::int as "lastId",
         (select seq from timeline_head) as "lastSeq"`,
    )
  )[0] ?? { lastId: 0, lastSeq: 0 }

export interface ArchivedIncident {
  id: number
  [column: string]: unknown
}
/** A page of an archive's incidents after an id. */
export const listArchivedIncidents = (tx: Db, span: ArchiveSpan, after: number, limit: number) =>
  tx.query<ArchivedIncident>(
    `select i.id, i.number, i.class_code as "classCode", c.name as "className", i.source, i.source_key as "sourceKey", i.title,
       i.description, i.address, st_x(i.geom) as lng, st_y(i.geom) as lat, g.code as "gridCode", i.state, i.severity,
       i.reported_at as "reportedAt", i.filed_at as "filedAt", i.due_at as "dueAt", i.handled_at as "handledAt",
       i.closed_at as "closedAt", (select u.code from units u where u.id = i.unit_id) as "unitCode",
       (select o.code from officers o where o.id = i.officer_id) as "officerCode", i.returns, i.reworks, i.supervised,
       i.recurrence, i.parent_id as "parentId", i.merged_into as "mergedInto", i.satisfied, i.version
     from incidents i
     join incident_classes c on c.code = i.class_code
     left join grids g on g.id = i.path[cardinality(i.path)]
     where i.town_id = (select id from towns) and i.reported_at >= $1 and i.reported_at < $2 and i.id > $3 and i.id <= $4
     order by i.id
     limit $5`,
    [span.from, span.to, after, span.lastId, limit],
  )

export interface ArchivedEvent {
  seq: number
  [column: string]: unknown
}
/** A page of the timeline of an archive's incidents after a number. */
export const listArchivedEvents = (tx: Db, span: ArchiveSpan, after: number, limit: number) =>
  tx.query<ArchivedEvent>(
    `select t.seq, t.incident_id as "incidentId", i.number, t.event, t.at, t.actor_name as "actorName", t.actor_role as "actorRole",
       t.data - 'incident' as data
     from timeline t
     join incidents i on i.town_id = t.town_id and i.id = t.incident_id
     where i.reported_at >= $1 and i.reported_at < $2 and i.id <= $4 and t.seq > $3 and t.seq <= $5
     order by t.seq
     limit $6`,
    [span.from, span.to, after, span.lastId, span.lastSeq, limit],
  )
