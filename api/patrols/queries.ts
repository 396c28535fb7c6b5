import type { Patrol } from '../contract/track.ts'
import type { Db } from '../db/connect.ts'
import { instant } from '../db/values.ts'
import type { Visit } from './patrol.ts'

/**
 * Writes visits that have ended, and adds them to the day's walking of their grids (the day on which they began, in the town's zone).
 * A visit that is there already (an import undone and repeated, a restart) is left out of both.
 */
export const insertVisits = (tx: Db, visits: readonly (Visit & { path: readonly number[] })[]) =>
  tx.query(
    `with given as (
       select i.officer_id, ${instant('i.entered_at')} as entered_at, ${instant('i.left_at')} as left_at, i.grid_id, i.path::int[] as path
       from unnest($1::int[], $2::float8[], $3::float8[], $4::int[], $5::text[]) as i (officer_id, entered_at, left_at, grid_id, path)
     ), kept as (
       insert into grid_visits (officer_id, entered_at, left_at, grid_id, path)
       select * from given
       on conflict do nothing
       returning *
     )
     insert into grid_patrols as p (day, grid_id, path, seconds, visits)
     select (entered_at at time zone (select time_zone from towns))::date, grid_id, min(path),
       sum(extract(epoch from left_at - entered_at))::int, count(*)
     from kept
     group by 1, 2
     on conflict (day, grid_id) do update
     set seconds = p.seconds + excluded.seconds, visits = p.visits + excluded.visits`,
    [
      visits.map((visit) => visit.officerId),
      visits.map((visit) => visit.enteredAt),
      visits.map((visit) => visit.leftAt),
      visits.map((visit) => visit.gridId),
      visits.map((visit) => `{${visit.path.join(',')}}`),
    ],
  )

/** Owner. What an officer visited after an instant was outside a shift. */
export const deleteVisitsAfter = (tx: Db, officerId: number, after: Date) =>
  tx.query('delete from grid_visits where officer_id = $1 and entered_at > $2', [officerId, after])

/** How grids were walked on some days of the town's calendar, both included. */
export const listPatrols = (tx: Db, { from, to }: { from: string; to: string }) =>
  tx.query<Patrol>(
    `select grid_id as "gridId", sum(seconds)::float8 as seconds, sum(visits)::int as visits
     from grid_patrols
     where day between $1::date and $2::date
     group by 1
     order by 1`,
    [from, to],
  )
