import type { TestTown } from './town.ts'

/**
 * Cases one after the other from September 2026 on, some late, some void, some open; of a year before, and one alone in August. With `span`
 * (seconds) all of them are spread over so long before 16 November 2026 instead, but for the last `burst`, which come in the week before it.
 */
export async function fillReports(town: TestTown, cases = 1200, span = 0, burst = 0) {
  const { db, facts } = town.running.services
  await db.query(
    `insert into incidents (town_id, id, number, class_code, source, title, geom, path, state, reported_at, filed_at, handled_at, closed_at, unit_id)
     select t.id, nextval('incident_ids'), 'N-' || n, '0' || 1 + (n % 7) / 4, (array['member', 'officer', 'citizen', 'hotline'])[1 + n % 4], '一件',
       st_centroid(g.geom), g.path, case when n % 11 = 0 then 'voided' when n % 13 = 0 then 'handling' else 'closed' end, s.at,
       s.at + interval '20 minutes', case when n % 13 > 0 then s.at + interval '1 hour' * (1 + n % 30) end,
       case when n % 13 > 0 then s.at + interval '1 hour' * (2 + n % 40) end, (select min(id) from units)
     from generate_series(1, $1::int) n
     cross join towns t
     cross join lateral (select case
       when n > $1::int - $3::int then timestamptz '2026-11-16 00:00+08' - interval '7 days' * ((n - 0.5 - ($1::int - $3::int)) / $3::float8)
       when $2::float8 > 0 then timestamptz '2026-11-16 00:00+08' - interval '1 second' * ($2::float8 * n / $1::int)
       when n = 1200 then timestamptz '2026-08-01 10:00+08' when n > 900 then timestamptz '2025-11-01 03:00+08' + interval '97 minutes' * (n - 900)
       else timestamptz '2026-09-01 00:30+08' + interval '121 minutes' * n end as at) s
     join (select *, row_number() over (order by id) - 1 as place, count(*) over () as many from grids where level = 3) g
       on g.place = (n::bigint * n / 5) % g.many`,
    [cases, span, burst],
  )
  await db.query(
    `with made as (
       select i.town_id, i.id, i.path, e.event, e.at, e.stage, row_number() over (order by e.at, i.id, e.step) as place
       from incidents i cross join lateral (values
         (1, 'incident:reported', i.reported_at, null), (2, 'incident:filed', i.filed_at, null),
         (3, 'incident:dispatched', i.filed_at + interval '5 minutes', null), (4, 'incident:accepted', i.filed_at + interval '12 minutes', null),
         (5, case when i.id % 9 = 0 then 'incident:overdue' else 'incident:gathered' end, i.filed_at + interval '50 minutes', 'handle'),
         (6, 'incident:handled', i.handled_at, null), (7, 'incident:checked', i.closed_at - interval '1 minute', null),
         (8, 'incident:closed', i.closed_at, null)) as e (step, event, at, stage)
       where e.at is not null
     ), head as (update timeline_head set seq = seq + (select count(*) from made) returning seq)
     insert into timeline (seq, town_id, incident_id, event, at, actor_name, actor_role, path, data)
     select head.seq - (select count(*) from made) + place, town_id, id, event, at, '测', 'dispatcher', path, jsonb_strip_nulls(jsonb_build_object('stage', stage))
     from made cross join head`,
  )
  await db.query('analyze incidents')
  await db.query('analyze timeline')
  await facts.follow()
}
