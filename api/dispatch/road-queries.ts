import type { Closure, NewClosure } from '../contract/roads.ts'
import type { Db } from '../db/connect.ts'
import { numbers } from '../db/values.ts'
import type { Road, Turn } from './network.ts'

/** `line`: https://developers.google.com/maps/documentation/utilities/polylinealgorithm with six decimals. */
export type RoadRow = Omit<Road, 'line'> & { line: string }

/** Owner. Roads after an id, in their order. */
export const listRoads = (db: Db, after: number, limit: number) =>
  db.query<RoadRow>(
    `select id, source::float8, target::float8, osm_way::float8 as way, class, oneway, drive, walk, length_m as "lengthM",
       max_speed::float8 as "maxSpeed", drive_seconds::float8 as "driveSeconds", st_asencodedpolyline(geom, 6) as line
     from road_edges where id > $1 order by id limit $2`,
    [after, limit],
  )

/** Owner. Every turn that is forbidden, or the only one. */
export const listTurns = (db: Db) =>
  db.query<Turn>(
    `select from_way::float8 as "fromWay", via::float8, to_way::float8 as "toWay", only_this as "onlyThis" from road_turns order by id`,
  )

/** Owner. Another answer than before means: the roads have changed. */
export const findRoadsStamp = async (db: Db) =>
  (
    await db.query<{ stamp: string }>(
      `select coalesce((select max(id) from road_edges), 0) || '/' || coalesce((select max(id) from road_turns), 0) || '/' ||
         count(*) || '/' || count(undone_at) as stamp
       from imports where what = 'roads'`,
    )
  )[0]?.stamp ?? ''

/**
 * The roads that a drawing `c` closes: what it crosses or holds, and what it runs along within 10 m, for 30 m or nearly all of a road.
 * They are looked for piece by piece, since the box around a long diagonal holds half a town.
 */
const met = `
  select e.id from (
    select distinct e.id from st_subdivide(st_segmentize(c.geom, 0.002), 8) as piece
    join road_edges e on e.geom && st_expand(piece, 0.0003)
  ) close join road_edges e using (id)
  where st_intersects(e.geom, c.geom)
    or st_length(st_intersection(e.geom, c.near)::geography) >= least(30, 0.9 * st_length(e.geom::geography))`
const near = `case when st_dimension(geom) = 1 then st_buffer(geom::geography, 10)::geometry else geom end as near`

/** Owner. The roads that a drawing would close (`most` + 1 of them at most), and whether its outline is simple. */
export const findMet = async (db: Db, shape: NewClosure['shape'], most: number) =>
  (
    await db.query<{ sound: boolean; roads: number[] }>(
      `with drawn as materialized (select st_setsrid(st_geomfromgeojson($1), 4326) as geom),
         c as materialized (select geom, ${near} from drawn where st_isvalid(geom))
       select st_isvalid(geom) as sound, array(select m.id from c, lateral (${met}) m limit $2) as roads from drawn`,
      [JSON.stringify(shape), most + 1],
    )
  )[0] ?? { sound: false, roads: [] }

const held = (at: string) => `lifted_at is null and (until_at is null or until_at > ${at})`

/** Owner. Works out anew what is closed at a moment or later where it was told of other roads than those of this stamp. */
export const meetRoads = (db: Db, at: Date, stamp: string) =>
  db.query(
    `with c as materialized (select id, geom, ${near} from road_closures where ${held('$1')} and roads_stamp <> $2)
     update road_closures set roads = array(${met}), roads_stamp = $2 from c where road_closures.id = c.id`,
    [at, stamp],
  )

const columns = `id, note, applies as "for", st_asgeojson(geom, 7) as shape, from_at as "fromAt", until_at as "untilAt",
  made_by as "madeBy", made_at as "madeAt", lifted_by as "liftedBy", lifted_at as "liftedAt"`
export type ClosureRow = Pick<Closure, 'id' | 'note' | 'for' | 'madeBy' | 'liftedBy'> & {
  shape: string
  fromAt: Date
  untilAt: Date | null
  madeAt: Date
  liftedAt: Date | null
}
/** What is closed at a moment or later (or only this one of it), and the lines of the roads that it closes. */
export const listClosures = (tx: Db, at: Date, only?: number) =>
  tx.query<ClosureRow & { lines: string | null; roads: number }>(
    `select ${columns}, m.roads, m.lines from road_closures c
     left join lateral (
       select count(*)::int as roads, st_asgeojson(st_collect(e.geom), 6) as lines from road_edges e where e.id = any (c.roads)
     ) m on true
     where ${held('$1')} and ($2::int is null or id = $2)
     order by id`,
    [at, only ?? null],
  )

/** Owner. The ids of the roads that are closed at a moment or later. */
export const listClosedRoads = (db: Db, at: Date) =>
  db.query<{ id: number; for: Closure['for']; fromAt: Date; untilAt: Date | null; roads: number[] }>(
    `select id, applies as "for", from_at as "fromAt", until_at as "untilAt", roads from road_closures where ${held('$1')} order by id`,
    [at],
  )

/** Owner. Draws a closure; answers its number. */
export const insertClosure = async (
  tx: Db,
  made: Omit<NewClosure, 'fromAt' | 'untilAt'> & {
    madeBy: string
    madeAt: Date
    fromAt: Date
    untilAt: Date | null
    roads: readonly number[]
    stamp: string
  },
): Promise<number> =>
  (
    await tx.query<{ id: number }>(
      `insert into road_closures (note, applies, geom, from_at, until_at, made_by, made_at, roads, roads_stamp)
       values ($1, $2, st_setsrid(st_geomfromgeojson($3), 4326), $4, $5, $6, $7, $8::int[], $9) returning id`,
      [
        made.note,
        made.for,
        JSON.stringify(made.shape),
        made.fromAt,
        made.untilAt,
        made.madeBy,
        made.madeAt,
        numbers(made.roads),
        made.stamp,
      ],
    )
  )[0]?.id ?? 0

/** Owner. Opens what it closed, unless somebody was first: then it answers null. */
export const liftClosure = async (tx: Db, id: number, lifted: { by: string; at: Date }) =>
  (
    await tx.query<ClosureRow>(
      `update road_closures set lifted_by = $2, lifted_at = $3
       where id = $1 and lifted_at is null and (until_at is null or until_at > $3) returning ${columns}`,
      [id, lifted.by, lifted.at],
    )
  )[0] ?? null

/** One closure, whether it holds or not. */
export const findClosure = async (tx: Db, id: number) =>
  (await tx.query<ClosureRow>(`select ${columns} from road_closures where id = $1`, [id]))[0] ?? null
