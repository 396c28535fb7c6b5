import type { Mark } from '../contract/lifecycle.ts'
import { type Tally, tallies } from '../contract/measure-rules.ts'
import type { Db } from '../db/connect.ts'
import { numbers } from '../db/values.ts'

export const columnOf = (tally: Tally) => tally.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
const tallyColumns = tallies.map(columnOf)

/** Over: nobody's work any more, and a case of its own. */
const over = `i.state in ('closed', 'evaluated', 'archived')`
const handledStates = `i.state in ('handled', 'checked', 'closed', 'evaluated', 'archived')`
const openNow = `i.state in ('reported', 'filed', 'dispatched', 'handling', 'handled', 'checked', 'suspended', 'split')`
const whole = (condition: string) => `coalesce(${condition}, false)::int::smallint`
const seconds = (from: string, to: string) => `least(2147483647, extract(epoch from ${to} - ${from}))::int`

// Each tally of a case `i` with what its timeline says, `e`; what a file brought without a timeline of steps is told by its own times.
const conditions: Record<Tally, string> = {
  cases: '1',
  valid: whole('e.valid'),
  filed: whole('e.filed'),
  filedValid: whole('e.valid and e.filed'),
  filedOnTime: whole('e.filed and not e.late_file'),
  filedVoided: whole(`e.filed and i.state = 'voided'`),
  dispatched: whole('e.valid and e.dispatched_at is not null'),
  dispatchedOnTime: whole('e.valid and e.dispatched_at is not null and not e.late_dispatch'),
  dueHandle: whole('e.valid and (e.handled or e.late_handle)'),
  handled: whole('e.valid and e.handled'),
  handledOnTime: whole('e.valid and e.handled and not e.late_handle'),
  overdueHandle: whole('e.valid and not e.handled and e.late_handle'),
  dueClose: whole('e.valid and (e.closed or e.late)'),
  closed: whole('e.valid and e.closed'),
  closedOnTime: whole('e.valid and e.closed and not e.late'),
  checked: whole('e.valid and e.checked_at is not null'),
  checkedOnTime: whole('e.valid and e.checked_at is not null and not e.late_check'),
  stillOpen: whole(openNow),
  reworks: 'least(32767, e.reworks)::smallint',
  reworked: whole('e.valid and e.reworks > 0'),
  reworkedDue: whole('e.valid and e.reworks > 0 and (e.closed or e.late)'),
  reworkedDispatched: whole('e.valid and e.reworks > 0 and e.dispatched_at is not null'),
  returned: whole('e.valid and e.returned'),
  extended: whole('e.valid and e.extended and (e.handled or e.late_handle)'),
  suspended: whole('e.valid and e.suspended'),
  heldHandle: whole(`i.state = 'suspended' and (e.handled or e.late_handle)`),
  heldClose: whole(`i.state = 'suspended' and e.late`),
  supervised: whole('e.valid and e.supervised'),
  escalated: whole('e.valid and e.escalated'),
  found: whole(`e.valid and i.source in ('member', 'officer', 'monitoring', 'system')`),
  rated: whole('e.valid and i.satisfied is not null'),
  satisfied: whole('e.valid and i.satisfied is true'),
  recurred: whole('e.valid and i.recurrence > 0'),
  responses: whole('e.valid and e.accepted_at >= e.dispatched_at'),
  responseSeconds: `case when e.valid and e.accepted_at >= e.dispatched_at then ${seconds('e.dispatched_at', 'e.accepted_at')} else 0 end`,
  handles: whole('e.valid and e.handled_at >= e.dispatched_at'),
  handleSeconds: `case when e.valid and e.handled_at >= e.dispatched_at then ${seconds('e.dispatched_at', 'e.handled_at')} else 0 end`,
  totals: whole('e.valid and e.closed and e.closed_at >= i.reported_at'),
  totalSeconds: `case when e.valid and e.closed and e.closed_at >= i.reported_at then ${seconds('i.reported_at', 'e.closed_at')} else 0 end`,
}

const overdue = (stage: Mark) => `event = 'incident:overdue' and data ->> 'stage' = '${stage}'`
const corrected = (mark: Mark) => `event = 'incident:corrected' and data ->> 'mark' = '${mark}'`
/** A stage may be missed again after an appeal about it, when the case comes back into it. */
const missed = (stage: Mark) =>
  `coalesce(max(seq) filter (where ${overdue(stage)}), 0) > coalesce(max(seq) filter (where ${corrected(stage)}), 0)`

/**
 * Owner. Folds the timelines of some cases into their facts, anew: what was corrected or came late counts as if it had been there.
 * A deadline was missed when the clock has said so; a case from elsewhere, which never had our clock, by its own times. What an appeal has
 * taken off the record does not count; nor, as handled or closed in time or at all, an old case of which nothing but its beginning is known.
 */
export const writeFacts = (tx: Db, incidentIds: readonly number[]) =>
  tx.query(
    `insert into case_facts (town_id, incident_id, hour, path, class_code, source, unit_id, officer_id, state, ${tallyColumns})
     select i.town_id, i.id, date_trunc('hour', i.reported_at at time zone t.time_zone) at time zone t.time_zone, i.path, i.class_code, i.source,
       coalesce(i.unit_id, 0), coalesce(i.officer_id, 0), i.state, ${tallies.map((tally) => conditions[tally])}
     from incidents i
     join towns t on t.id = i.town_id
     cross join lateral (
       select told.*,
         i.state not in ('voided', 'merged') as valid,
         told.filed_at is not null or told.settled or (told.imported and i.state <> 'voided') as filed,
         ${handledStates} and not own.bare as handled,
         ${over} and not own.bare as closed,
         told.missed_handle or own.overran and not told.right_handle as late_handle,
         told.late_file or told.late_dispatch or told.late_check or told.missed_else
           or told.missed_handle or own.overran and not told.right_handle as late
       from (
         select min(at) filter (where event = 'incident:filed') as filed_at,
           min(at) filter (where event = 'incident:dispatched') as dispatched_at,
           min(at) filter (where event = 'incident:accepted') as accepted_at,
           max(at) filter (where event in ('incident:handled', 'incident:settled')) as handled_at,
           max(at) filter (where event = 'incident:checked') as checked_at,
           max(at) filter (where event = 'incident:closed') as closed_at,
           greatest(0, count(*) filter (where event = 'incident:reworked') - count(*) filter (where ${corrected('rework')})) as reworks,
           bool_or(event = 'incident:settled') as settled,
           count(*) filter (where event = 'incident:returned') > count(*) filter (where ${corrected('return')}) as returned,
           bool_or(event = 'incident:extended') as extended,
           bool_or(event = 'incident:suspended') as suspended,
           bool_or(event = 'incident:supervised') as supervised,
           bool_or(event = 'incident:escalated') as escalated,
           bool_or(data ? 'imported') as imported,
           bool_or(event = 'incident:overdue' and data ->> 'stage' is null) as missed_else,
           ${missed('file')} as late_file,
           ${missed('dispatch')} as late_dispatch,
           ${missed('handle')} as missed_handle,
           bool_or(${corrected('handle')}) as right_handle,
           ${missed('check')} as late_check
         from timeline where incident_id = i.id
       ) told
       cross join lateral (
         select coalesce(coalesce(i.handled_at, i.closed_at) > i.due_at, false) as overran,
           coalesce(told.imported, false) and i.handled_at is null and i.closed_at is null as bare
       ) own
     ) e
     where i.town_id = (select id from towns) and i.id = any($1::int[])
     on conflict (town_id, incident_id) do update set (hour, path, class_code, source, unit_id, officer_id, state, ${tallyColumns})
       = (excluded.hour, excluded.path, excluded.class_code, excluded.source, excluded.unit_id, excluded.officer_id, excluded.state,
          ${tallyColumns.map((name) => `excluded.${name}`)})`,
    [numbers(incidentIds)],
  )

/** Owner. Whether the timeline goes on beyond what was folded. */
export const isUnfolded = async (db: Db) =>
  (
    await db.query<{ behind: boolean }>(
      'select t.seq > e.seq as behind from timeline_head t, evaluation_head e',
      [],
      'unfolded',
    )
  )[0]?.behind ?? false

/** Owner. How far the timeline was folded, held, and how far it goes. */
export const holdFolded = async (tx: Db) =>
  (
    await tx.query<{ seq: number; until: number }>(
      'select e.seq, t.seq as until from evaluation_head e, timeline_head t for update of e',
    )
  )[0] ?? { seq: 0, until: 0 }
export const moveFolded = (tx: Db, seq: number) => tx.query('update evaluation_head set seq = $1', [seq])

/** Owner. Cases that something happened to after one number and up to another. */
export const listChanged = async (tx: Db, seq: number, until: number) =>
  (
    await tx.query<{ id: number }>(
      `select distinct incident_id as id from timeline
       where seq > $1 and seq <= $2 and incident_id is not null order by 1`,
      [seq, until],
    )
  ).map(({ id }) => id)

export interface Periods {
  timeZone: string
  /** The timeline goes on beyond what was folded. */
  counting: boolean
  from: number
  to: number
  beforeFrom: number
  yearFrom: number
  yearTo: number
  /** The same as hours of the wall clock since 1970. */
  hours: { from: number; to: number; beforeFrom: number; yearFrom: number; yearTo: number }
}
/** The midnights between which a period lies by the town's clock, the one before it of the same length, and the same a year ago. */
export const findPeriods = async (db: Db, { from, to }: { from: string; to: string }) =>
  (
    await db.query<Periods>(
      `select time_zone as "timeZone", h.seq > e.seq as counting, ${midnight('p.since')} as "from", ${midnight('p.until')} as "to",
         ${midnight('p.since - (p.until - p.since)')} as "beforeFrom",
         ${midnight(`(p.since - interval '1 year')::date`)} as "yearFrom", ${midnight(`(p.until - 1 - interval '1 year')::date + 1`)} as "yearTo",
         json_build_object('from', ${hourOf('p.since')}, 'to', ${hourOf('p.until')}, 'beforeFrom', ${hourOf('p.since - (p.until - p.since)')},
           'yearFrom', ${hourOf(`(p.since - interval '1 year')::date`)}, 'yearTo', ${hourOf(`(p.until - 1 - interval '1 year')::date + 1`)}) as hours
       from towns cross join timeline_head h cross join evaluation_head e
       cross join lateral (select $1::date as since, $2::date + 1 as until) p`,
      [from, to],
      'periods',
    )
  )[0]
const midnight = (date: string) =>
  `(extract(epoch from (${date})::timestamp at time zone time_zone) * 1000)::float8`

const hourOf = (date: string) => `24 * ((${date}) - date '1970-01-01')`

/** Owner. The grids of a level that have a shape, by id, among those of `grids`; shapes as GeoJSON text. */
export const listCells = (db: Db, level: number, grids: readonly number[], gridId: number | null = null) =>
  db.query<{ id: number; name: string; households: number; areaKm2: number; shape: string }>(
    `select id, name, households, area_km2::float8 as "areaKm2", st_asgeojson(st_multi(geom), 9) as shape
     from grids where level = $1 and geom is not null and path && $2::int[] and ($3::int is null or path @> array[$3::int]) order by id`,
    [level, numbers(grids), gridId],
  )
