import type { Db } from '../db/connect.ts'
import type { Turn } from './network.ts'

export interface RoadRow {
  id: number
  source: number
  target: number
  way: number
  class: string
  oneway: boolean
  drive: boolean
  walk: boolean
  lengthM: number
  maxSpeed: number | null
  driveSeconds: number | null
  /** https://developers.google.com/maps/documentation/utilities/polylinealgorithm with six decimals. */
  line: string
}

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

/** Owner. Open work of each unit and of each officer named, how much of it cannot be left, and how much of it was filed since; one case is left out. */
export const listLoads = (db: Db, asked: { townId: number; without: number; since: Date }) =>
  db.query<{ unitId: number; officerId: number | null; open: number; pressing: number; today: number }>(
    `select unit_id as "unitId", officer_id as "officerId", count(*) filter (where state in ('dispatched', 'handling'))::int as open,
       count(*) filter (where state = 'handling' and severity = 'urgent')::int as pressing,
       count(*) filter (where filed_at >= $2)::int as today
     from incidents
     where town_id = $1 and id <> $3 and unit_id is not null
       and (state in ('dispatched', 'handling') or (state in ('handled', 'checked') and filed_at >= $2))
     group by unit_id, officer_id`,
    [asked.townId, asked.since, asked.without],
  )

export interface PersonRow {
  officerId: number
  name: string
  unitId: number | null
  unitName: string | null
  mode: 'drive' | 'walk'
  dutyGridId: number | null
}
/** Some people with where they belong. */
export const listPeople = (tx: Db, officerIds: readonly number[]) =>
  tx.query<PersonRow>(
    `select o.id as "officerId", o.name, u.id as "unitId", u.name as "unitName", o.transport as mode, o.duty_grid_id as "dutyGridId"
     from officers o left join units u on u.id = o.unit_id where o.id = any($1::int[])`,
    [`{${officerIds.join()}}`],
  )
