import type { Db } from '../db/connect.ts'
import { ms, numbers } from '../db/values.ts'

// What the study reads of the cases themselves. All of it in the caller's scope; cases neither voided nor merged.

/** Which cases; instants in Unix milliseconds, the last not included. */
export interface Chosen {
  from: number
  to: number
  timeZone: string
  gridId?: number | undefined
  classCode?: string | undefined
  source?: string | undefined
  unitId?: number | undefined
}
const chosen = `i.reported_at >= to_timestamp($1::float8 / 1000) and i.reported_at < to_timestamp($2::float8 / 1000)
  and ($3::int is null or i.path @> array[$3::int]) and ($4::text is null or i.class_code = $4)
  and ($5::text is null or i.source = $5) and ($6::int is null or i.unit_id = $6)
  and i.state not in ('voided', 'merged') and $7::text <> ''`
const valuesOf = ({ from, to, gridId, classCode, source, unitId, timeZone }: Chosen) => [
  from,
  to,
  gridId ?? null,
  classCode ?? null,
  source ?? null,
  unitId ?? null,
  timeZone,
]

const keys = {
  all: `''`,
  grid: `coalesce(i.path[$8::int]::text, '')`,
  class: 'i.class_code',
  unit: `coalesce(i.unit_id::text, '')`,
}
/** Cases of each day of the town's calendar, by group; days without any are not told. `depth`: the place in a path of the grids. */
export const listDays = (tx: Db, which: Chosen, by: keyof typeof keys, depth = 1) =>
  tx.query<{ key: string; day: string; cases: number }>(
    `select ${keys[by]} as key, to_char(i.reported_at at time zone $7, 'YYYY-MM-DD') as day, count(*)::int as cases
     from incidents i where ${chosen} and $8::int > 0 group by 1, 2 order by 1, 2`,
    [...valuesOf(which), depth],
  )

export interface CasePlace {
  id: number
  lng: number
  lat: number
  classCode: string
  address: string
  /** Unix milliseconds. */
  at: number
}
/** Where and when each case was, in the order of time. */
export const listPlaces = (tx: Db, which: Chosen, limit: number) =>
  tx.query<CasePlace>(
    `select i.id, st_x(i.geom) as lng, st_y(i.geom) as lat, i.class_code as "classCode", i.address, ${ms('i.reported_at')} as at
     from incidents i where ${chosen} order by i.reported_at, i.id limit $8`,
    [...valuesOf(which), limit],
  )

/** The first case that the caller sees, in Unix milliseconds; null: there is none. */
export const findFirst = async (tx: Db) =>
  (
    await tx.query<{ at: number | null }>(
      `select min(extract(epoch from hour) * 1000)::float8 as at from case_hours`,
    )
  )[0]?.at ?? null

/** Whether a grid is there for the caller. */
export const isSeen = async (tx: Db, gridId: number) =>
  (await tx.query('select 1 from grids where id = $1', [gridId])).length > 0

/** How much the grids of a level were walked on the days of a period. */
export const listPatrolled = (tx: Db, which: Chosen, level: number) =>
  tx.query<{ gridId: number; seconds: number; visits: number }>(
    `select p.path[$4::int] as "gridId", sum(p.seconds)::float8 as seconds, sum(p.visits)::int as visits
     from grid_patrols p
     where p.day >= (to_timestamp($1::float8 / 1000) at time zone $3)::date
       and p.day < (to_timestamp($2::float8 / 1000) at time zone $3)::date
       and p.path[$4::int] is not null
     group by 1`,
    [which.from, which.to, which.timeZone, level + 1],
  )

/** How soon squads answered, by grid of a level: cases, answered ones, those within so many seconds, the median in seconds. */
export const listAnswered = (tx: Db, which: Chosen, level: number, within: number) =>
  tx.query<{ gridId: number; cases: number; answered: number; reached: number; p50: number | null }>(
    `select i.path[$8::int] as "gridId", count(*)::int as cases, count(r.seconds)::int as answered,
       count(*) filter (where r.seconds <= $9::float8)::int as reached,
       percentile_cont(0.5) within group (order by r.seconds) as p50
     from incidents i
     left join lateral (
       select extract(epoch from min(at) filter (where event = 'incident:accepted')
         - min(at) filter (where event = 'incident:dispatched'))::float8 as seconds
       from timeline where incident_id = i.id and event in ('incident:dispatched', 'incident:accepted')
     ) r on r.seconds >= 0
     where ${chosen} and i.path[$8::int] is not null
     group by 1`,
    [...valuesOf(which), level + 1, within],
  )

/** Reporters from outside that come back: the number is theirs, only its end is told. */
export const listReporters = (tx: Db, which: Chosen, limit: number) =>
  tx.query<{ phone: string; cases: number; classes: string[] }>(
    `select '…' || right(r.phone, 4) as phone, count(*)::int as cases, array_agg(distinct i.class_code) as classes
     from incidents i
     join incident_reporters r on r.town_id = i.town_id and r.incident_id = i.id
     where ${chosen} and length(r.phone) >= 7
     group by r.phone having count(*) > 1 order by 2 desc, 1 limit $8`,
    [...valuesOf(which), limit],
  )

/** Classes whose cases were sent back after a check, or had been there before. */
export const listReturning = (tx: Db, which: Chosen) =>
  tx.query<{ classCode: string; cases: number; reworked: number; recurred: number }>(
    `select i.class_code as "classCode", count(*)::int as cases, count(*) filter (where f.reworked > 0)::int as reworked,
       count(*) filter (where i.recurrence > 0)::int as recurred
     from incidents i left join case_facts f on f.town_id = i.town_id and f.incident_id = i.id where ${chosen}
     group by 1 order by 3 desc, 2 desc, 1`,
    valuesOf(which),
  )

/** Time between one step of a case and the next, by the two; `events`: those that move a case on. */
export const listMoves = (tx: Db, which: Chosen, events: readonly string[]) =>
  tx.query<{ from: string; to: string; moves: number; p50: number; p90: number; hours: number }>(
    `select m.event as "from", m.next as "to", count(*)::int as moves,
       percentile_cont(0.5) within group (order by m.seconds) as p50,
       percentile_cont(0.9) within group (order by m.seconds) as p90, sum(m.seconds)::float8 / 3600 as hours
     from incidents i
     cross join lateral (
       select t.event, lead(t.event) over w as next, extract(epoch from lead(t.at) over w - t.at)::float8 as seconds
       from timeline t where t.incident_id = i.id and t.event = any($8::text[])
       window w as (order by t.seq)
     ) m
     where ${chosen} and m.seconds >= 0
     group by 1, 2 order by hours desc, 1, 2`,
    [...valuesOf(which), events],
  )

/** Squads that gave cases back, and the hours from being sent to giving back. */
export const listReturns = (tx: Db, which: Chosen) =>
  tx.query<{ unitId: number; name: string; returned: number; lostHours: number }>(
    `select u.id as "unitId", u.name, count(*)::int as returned, sum(extract(epoch from r.at - s.at))::float8 / 3600 as "lostHours"
     from incidents i
     join timeline r on r.incident_id = i.id and r.event = 'incident:returned'
     cross join lateral (
       select at, (data ->> 'unitId')::int as unit_id from timeline
       where incident_id = i.id and seq < r.seq and event in ('incident:dispatched', 'incident:transferred')
       order by seq desc limit 1
     ) s
     join units u on u.id = s.unit_id
     -- What an appeal has taken off the record: as many of the newest.
     where ${chosen} and r.at >= s.at and (
       select count(*) from timeline where incident_id = i.id and seq >= r.seq and event = 'incident:returned'
     ) > (select count(*) from timeline where incident_id = i.id and event = 'incident:corrected' and data ->> 'mark' = 'return')
     group by 1, 2 order by 4 desc, 1`,
    valuesOf(which),
  )

export interface PastCase {
  id: number
  number: string
  title: string
  description: string
  classCode: string
  parentCode: string | null
  meters: number
  reportedAt: Date
  closedAt: Date
  unitName: string | null
  handleSeconds: number | null
  satisfied: boolean | null
}
const pastColumns = `i.id, i.number, i.title, i.description, i.class_code as "classCode", c.parent_code as "parentCode",
  i.reported_at as "reportedAt", i.closed_at as "closedAt", i.satisfied`

/** A case, to be compared with others. */
export const findCompared = async (tx: Db, id: number) =>
  (
    await tx.query<Omit<PastCase, 'meters' | 'unitName' | 'handleSeconds'>>(
      `select ${pastColumns} from incidents i join incident_classes c on c.code = i.class_code where i.id = $1`,
      [id],
    )
  )[0]

/** Closed cases of the same class or its siblings before a case, the nearest first. */
export const listPast = (tx: Db, id: number, limit: number) =>
  tx.query<PastCase>(
    `select ${pastColumns}, st_distance(i.geom::geography, o.geom::geography) as meters, u.name as "unitName",
       case when f.handles > 0 then f.handle_seconds end as "handleSeconds"
     from incidents o
     join incident_classes oc on oc.code = o.class_code
     join incidents i on i.town_id = o.town_id and i.id <> o.id and i.reported_at < o.reported_at and i.closed_at is not null
     join incident_classes c on c.code = i.class_code and (c.code = oc.code or c.parent_code = oc.parent_code)
     left join units u on u.id = i.unit_id
     left join case_facts f on f.town_id = i.town_id and f.incident_id = i.id
     where o.id = $1 and i.state not in ('voided', 'merged')
     order by (i.class_code = o.class_code) desc, i.geom <-> o.geom limit $2`,
    [id, limit],
  )

/** Owner. The box around the shapes of all within some grids, and within one of them if it is given, in degrees; null where none has a shape. */
export const findBox = async (db: Db, grids: readonly number[], gridId: number | null = null) => {
  const [box] = await db.query<{ west: number; south: number; east: number; north: number }>(
    `select st_xmin(e) as west, st_ymin(e) as south, st_xmax(e) as east, st_ymax(e) as north
     from (select st_extent(geom)::geometry as e from grids
           where path && $1::int[] and ($2::int is null or path @> array[$2::int])) b where e is not null`,
    [numbers(grids), gridId],
  )
  return box ?? null
}
