import type { WallPicture } from '../contract/wall.ts'
import type { Db } from '../db/connect.ts'

// The numbers on the walls, in a caller's scope. `day`: the instants between which it is today in the town.

export interface Moment {
  at: Date
  dayFrom: Date
  timeZone: string
}

/** When today began in the town. */
export const findMoment = async (db: Db, at: Date): Promise<Moment & { day: string }> => {
  const [row] = await db.query<Omit<Moment, 'at'> & { day: string }>(
    `select time_zone as "timeZone", date_trunc('day', $1::timestamptz at time zone time_zone) at time zone time_zone as "dayFrom",
       to_char($1::timestamptz at time zone time_zone, 'YYYY-MM-DD') as day
     from towns`,
    [at],
  )
  if (!row) throw new Error('there is no town')
  return { at, ...row }
}

/** A case that is still somebody's work. */
const open = `state in ('reported', 'filed', 'dispatched', 'handling', 'handled', 'checked', 'suspended', 'split')`
/** What was never a case of its own. */
const counts = `state not in ('voided', 'merged')`
/**
 * A deadline went by: the clock has written it into the history. Cases that were brought from elsewhere never had our clock; they have a
 * deadline, and the time when they were handled.
 */
const late = `(coalesce(coalesce(i.handled_at, i.closed_at) > i.due_at, false)
  or exists (select from timeline t where t.incident_id = i.id and t.event = 'incident:overdue'))`

export const findSituation = async (db: Db, { at, dayFrom }: Moment) =>
  (
    await db.query<Omit<WallPicture['situation'], 'byState'>>(
      `select
         count(*) filter (where reported_at >= $2 and reported_at <= $1)::int as reported,
         count(*) filter (where closed_at >= $2 and closed_at <= $1)::int as closed,
         count(*) filter (where closed_at >= $2 and closed_at <= $1 and not ${late})::int as "onTime",
         count(*) filter (where ${open})::int as open,
         count(*) filter (where ${open} and state <> 'suspended' and due_at < $1)::int as overdue,
         count(*) filter (where reported_at >= $2::timestamptz - interval '1 day' and reported_at < $1::timestamptz - interval '1 day')::int as yesterday
       from incidents i
       where ${counts} and (${open} or reported_at >= $2::timestamptz - interval '1 day' or closed_at >= $2)`,
      [at, dayFrom],
    )
  )[0]

export const listByState = (db: Db) =>
  db.query<WallPicture['situation']['byState'][number]>(
    `select state, count(*)::int as open from incidents where ${open} group by 1 order by 1`,
  )

export const listByClass = (db: Db, { at, dayFrom }: Moment) =>
  db.query<WallPicture['classes'][number]>(
    `select c.family, c.code, c.name, c.name_en as "nameEn",
       count(*) filter (where i.reported_at >= $2)::int as reported, count(*) filter (where ${open.replaceAll('state', 'i.state')})::int as open
     from incidents i join incident_classes c on c.code = i.class_code
     where i.${counts} and i.reported_at <= $1 and (i.reported_at >= $2 or i.${open})
     group by 1, 2, 3, 4 order by 5 desc, 6 desc, 2`,
    [at, dayFrom],
  )

/**
 * The steps: how many stand in each (of those that are over, today's), how many came in today, and how long those that left it today had
 * been there. Where a case went is told by where its next event comes from.
 */
export const listSteps = (db: Db, { at, dayFrom }: Moment) =>
  db.query<Omit<WallPicture['loop'][number], 'state'> & { state: string }>(
    `with today as (
       select distinct incident_id as id from timeline where at >= $2 and at <= $1 and incident_id is not null
     ), moved as (
       select t.incident_id, t.at, t.seq, t.data ->> 'from' as from_state,
         coalesce(lead(t.data ->> 'from') over w, i.state) as to_state
       from today d
       join timeline t on t.incident_id = d.id and t.at <= $1 and (t.event = 'incident:reported' or t.data ? 'from')
       join incidents i on i.id = d.id and i.${counts}
       window w as (partition by t.incident_id order by t.seq)
     ), steps as (
       select incident_id, at, from_state, to_state, lag(at) over (partition by incident_id order by seq) as since
       from moved where from_state is distinct from to_state
     ), came as (
       select to_state as state, count(*)::int as entered from steps where at >= $2 group by 1
     ), left_it as (
       select from_state as state, percentile_cont(0.5) within group (order by extract(epoch from at - since)) as median
       from steps where at >= $2 and since is not null group by 1
     ), stand as (
       select state, count(*)::int as now from incidents
       where ${counts} and (${open} or closed_at between $2 and $1) group by 1
     )
     select state, coalesce(s.now, 0) as now, coalesce(c.entered, 0) as entered, l.median::float8 as "medianSeconds"
     from stand s full join came c using (state) full join left_it l using (state)`,
    [at, dayFrom],
  )

/** Grids of the smallest level with more cases in the last 24 hours than is usual there, the most unusual first. */
export const listHot = (db: Db, { at }: Moment) =>
  db.query<WallPicture['hot'][number]>(
    `select g.id as "gridId", g.name, n.recent, n.usual::float8, (n.recent / nullif(n.usual, 0))::float8 as ratio
     from (
       select path[cardinality(path)] as id,
         count(*) filter (where reported_at > $1::timestamptz - interval '1 day')::int as recent,
         count(*) filter (where reported_at <= $1::timestamptz - interval '1 day') / 28.0 as usual
       from incidents
       where ${counts} and reported_at > $1::timestamptz - interval '29 days' and reported_at <= $1 and cardinality(path) > 1
       group by 1
     ) n join grids g on g.id = n.id
     where n.recent >= 2 and n.recent > n.usual
     order by (n.recent - n.usual) / sqrt(n.usual + 1) desc, g.id limit 8`,
    [at],
  )

/** Grids of the first level by what was done in time this month. */
export const listRanking = (db: Db, { at, timeZone }: Moment) =>
  db.query<WallPicture['ranking'][number]>(
    `with month as (
       select date_trunc('month', $1::timestamptz at time zone $2) at time zone $2 as since
     ), cases as (
       select i.path[2] as id, i.reported_at, i.closed_at, i.due_at, i.state, m.since, ${late} as late
       from incidents i cross join month m
       where i.${counts} and i.reported_at <= $1 and cardinality(i.path) > 1
         and (i.reported_at >= m.since or i.closed_at >= m.since or (${open.replaceAll('state', 'i.state')} and i.due_at < $1))
     ), sums as (
       select id, count(*) filter (where reported_at >= since)::int as reported,
         count(*) filter (where closed_at >= since or (${open} and state <> 'suspended' and due_at < $1))::int as due,
         count(*) filter (where closed_at >= since and not late)::int as "onTime"
       from cases group by 1
     )
     select g.id as "gridId", g.name, coalesce(s.reported, 0) as reported, coalesce(s.due, 0) as due,
       coalesce(s."onTime", 0) as "onTime", (s."onTime"::float8 / nullif(s.due, 0)) as share
     from grids g left join sums s on s.id = g.id
     where g.level = 1
     order by share desc nulls last, due desc, g.code`,
    [at, timeZone],
  )

/** By day of the closing, of the last thirty days; days without a rating are left out. */
export const listRatings = (db: Db, { at, timeZone }: Moment) =>
  db.query<WallPicture['satisfaction']['days'][number]>(
    `select to_char(closed_at at time zone $2, 'YYYY-MM-DD') as day, count(*)::int as rated,
       count(*) filter (where satisfied)::int as satisfied
     from incidents
     where satisfied is not null and closed_at > $1::timestamptz - interval '30 days' and closed_at <= $1
     group by 1 order by 1`,
    [at, timeZone],
  )

export const listNewest = (db: Db, { at }: Moment) =>
  db.query<Omit<WallPicture['newest'][number], 'at'> & { at: Date }>(
    `select id, number, title, class_code as "classCode", severity, state, reported_at as at, path[cardinality(path)] as "gridId"
     from incidents where ${counts} and reported_at <= $1
     order by reported_at desc, id desc limit 12`,
    [at],
  )

/** The day hour by hour, beside what is usual. On the two days a year that have 23 or 25 hours, two share a number or one is missing. */
export const listHours = (db: Db, { at, dayFrom, timeZone }: Moment) =>
  db.query<WallPicture['rhythm'][number]>(
    `select h.hour, coalesce(r.reported, 0) as reported, coalesce(c.closed, 0) as closed, coalesce(r.usual, 0)::float8 as usual
     from generate_series(0, 23) as h (hour)
     left join (
       select extract(hour from reported_at at time zone $3)::int as hour,
         count(*) filter (where reported_at >= $2)::int as reported,
         count(*) filter (where reported_at < $2) / 28.0 as usual
       from incidents
       where ${counts} and reported_at >= ($2::timestamptz at time zone $3 - interval '28 days') at time zone $3 and reported_at <= $1
       group by 1
     ) r using (hour)
     left join (
       select extract(hour from closed_at at time zone $3)::int as hour, count(*)::int as closed
       from incidents where ${counts} and closed_at >= $2 and closed_at <= $1 group by 1
     ) c using (hour)
     order by 1`,
    [at, dayFrom, timeZone],
  )

/** A day in the town: its two midnights. Null: there is no such day. */
export const findDay = async (db: Db, day: string) =>
  (
    await db.query<{ from: Date; to: Date; timeZone: string }>(
      `select $1::date::timestamp at time zone time_zone as "from", ($1::date + 1)::timestamp at time zone time_zone as "to",
         time_zone as "timeZone"
       from towns`,
      [day],
    )
  )[0] ?? null

/** Cases that were somebody's work on a day, with every change of state up to its end, oldest first. */
export const listDayCases = (db: Db, { from, to }: { from: Date; to: Date }) =>
  db.query<{
    id: number
    lng: number
    lat: number
    classCode: string
    severity: WallPicture['newest'][number]['severity']
    at: Date
    state: WallPicture['newest'][number]['state']
  }>(
    `with cases as (
       select * from incidents where ${counts} and reported_at < $2 and (closed_at is null or closed_at >= $1)
     ), moved as (
       select i.id, st_x(i.geom) as lng, st_y(i.geom) as lat, i.class_code, i.severity, t.at, t.seq, t.data ->> 'from' as from_state,
         coalesce(lead(t.data ->> 'from') over (partition by i.id order by t.seq), i.state) as state
       from cases i join timeline t on t.incident_id = i.id and (t.event = 'incident:reported' or t.data ? 'from')
     )
     select id, lng, lat, class_code as "classCode", severity, at, state
     from moved where from_state is distinct from state and at < $2 order by id, seq`,
    [from, to],
  )

export const listDayAlarms = (db: Db, { from, to }: { from: Date; to: Date }) =>
  db.query<{
    at: Date
    kind: string
    severity: WallPicture['alarms'][number]['severity']
    title: string
    until: Date | null
  }>(
    `select first_at as at, kind, severity, title, acknowledged_at as until
     from alerts where first_at >= $1 and first_at < $2 and kind <> 'asked' order by first_at, id`,
    [from, to],
  )
