import type { ClassNeeds, OfficerAbilities } from '../contract/abilities.ts'
import { type DispatchSettings, type Recommendation, usualSettings } from '../contract/dispatch.ts'
import type { Severity } from '../contract/incident.ts'
import { type AssignmentState, sosClass } from '../contract/squad-rules.ts'
import type { Db } from '../db/connect.ts'
import { numbers } from '../db/values.ts'
import { abilityColumns } from '../units/queries.ts'
import type { Mode } from './network.ts'

/** What was filed today was hardly reported longer ago: the index over reports finds it. */
const reportedBefore = '7 days'
/**
 * Owner. Open work of each unit and of each officer named, how much of it cannot be left, and how many cases were filed for them today
 * (by the town's clock), ended or not; one case is left out.
 */
export const listLoads = (db: Db, asked: { townId: number; without: number; at: Date }) =>
  db.query<{ unitId: number; officerId: number | null; open: number; pressing: number; today: number }>(
    `with today as (
       select date_trunc('day', $2::timestamptz at time zone time_zone) at time zone time_zone as begins from towns
     ), work as (
       select unit_id, officer_id, state, severity, filed_at from incidents
       where town_id = $1 and id <> $3 and unit_id is not null and state in ('dispatched', 'handling')
       union all
       select unit_id, officer_id, state, severity, filed_at from incidents
       where town_id = $1 and id <> $3 and unit_id is not null
         and reported_at >= (select begins from today) - interval '${reportedBefore}' and filed_at >= (select begins from today)
         and state not in ('dispatched', 'handling', 'voided', 'merged', 'split')
     )
     select unit_id as "unitId", officer_id as "officerId", count(*) filter (where state in ('dispatched', 'handling'))::int as open,
       count(*) filter (where state = 'handling' and severity = 'urgent')::int as pressing,
       count(*) filter (where filed_at >= (select begins from today))::int as today
     from work
     group by unit_id, officer_id`,
    [asked.townId, asked.at, asked.without],
    'loads',
  )
/** What a recommendation asks of a case: where it is, what it weighs, and what its class takes (null: as usual). */
export const findAsked = async (tx: Db, id: number) =>
  (
    await tx.query<{
      lng: number
      lat: number
      path: number[]
      severity: Severity
      classCode: string
      needs: ClassNeeds | null
      /** Whoever called for help with it does not come to it. */
      inDanger: number | null
    }>(
      `select st_x(i.geom) as lng, st_y(i.geom) as lat, i.path, i.severity, i.class_code as "classCode", c.needs,
         case when i.class_code = '${sosClass}' then ${caller} end as "inDanger"
       from incidents i left join incident_classes c on c.code = i.class_code
       where i.town_id = (select id from towns) and i.id = $1`,
      [id],
      'asked',
    )
  )[0] ?? null

export interface PersonRow extends OfficerAbilities {
  officerId: number
  name: string
  unitId: number | null
  unitName: string | null
  mode: Mode
  dutyGridId: number | null
}
/** Some people with where they belong and what they can do. */
export const listPeople = (tx: Db, officerIds: readonly number[]) =>
  tx.query<PersonRow>(
    `select o.id as "officerId", o.name, u.id as "unitId", u.name as "unitName", o.transport as mode, o.duty_grid_id as "dutyGridId",
       ${abilityColumns}
     from officers o left join units u on u.id = o.unit_id where o.id = any($1::int[])`,
    [numbers(officerIds)],
  )

/** The town's settings; what it has not set is as usual. */
export const findSettings = async (db: Db): Promise<DispatchSettings> => {
  const [town] = await db.query<{ settings: DispatchSettings | null }>(
    'select dispatch as settings from towns',
  )
  return {
    ...usualSettings,
    ...town?.settings,
    weights: { ...usualSettings.weights, ...town?.settings?.weights },
  }
}
export const putSettings = (db: Db, settings: DispatchSettings) =>
  db.query('update towns set dispatch = $1::jsonb', [JSON.stringify(settings)])

export interface AssignmentRow {
  id: number
  incidentId: number
  unitId: number
  unitName: string
  officers: { officerId: number; name: string }[]
  lead: boolean
  state: AssignmentState
  next: boolean
  afterId: number | null
  offeredAt: Date
  offeredBy: string
  lapsesAt: Date
  answeredAt: Date | null
  answeredBy: string | null
  enrouteAt: Date | null
  onsceneAt: Date | null
  endedAt: Date | null
  reason: string
  rank: number | null
}
const columns = `a.id, a.incident_id as "incidentId", a.unit_id as "unitId", coalesce(u.name, '') as "unitName", a.lead, a.state, a.next, a.after_id as "afterId",
  a.offered_at as "offeredAt", a.offered_by as "offeredBy", a.lapses_at as "lapsesAt", a.answered_at as "answeredAt",
  a.answered_by as "answeredBy", a.enroute_at as "enrouteAt", a.onscene_at as "onsceneAt", a.ended_at as "endedAt", a.reason, a.rank,
  (select jsonb_agg(jsonb_build_object('officerId', f.id, 'name', f.name) order by f.id)
   from assignment_officers o join officers f on f.id = o.officer_id where o.assignment_id = a.id) as officers`
const from = 'from assignments a left join units u on u.id = a.unit_id'
const active = `a.state in ('offered', 'accepted', 'enroute', 'onscene')`

/** Owner. All that were ever sent to a case, the first first. */
export const listAssignments = (db: Db, incidentId: number) =>
  db.query<AssignmentRow>(
    `select ${columns} ${from} where a.town_id = (select id from towns) and a.incident_id = $1 order by a.id`,
    [incidentId],
  )

/** Owner. */
export const findAssignment = async (db: Db, id: number) =>
  (await db.query<AssignmentRow>(`select ${columns} ${from} where a.id = $1`, [id]))[0] ?? null

/** Owner. The recommendation of the moment they were sent; null: none was asked for. */
export const findSeen = async (db: Db, id: number) =>
  (await db.query<{ seen: Recommendation | null }>('select seen from assignments where id = $1', [id]))[0]
    ?.seen ?? null

/** Whether a squad that the case is with is at it. */
export const hasLead = async (tx: Db, incidentId: number) =>
  (
    await tx.query(
      `select 1 from assignments a where a.town_id = (select id from towns) and a.incident_id = $1 and a.lead and ${active}`,
      [incidentId],
    )
  ).length > 0

export type OwnRow = AssignmentRow & {
  number: string
  title: string
  address: string
  lng: number
  lat: number
  severity: Severity
  classCode: string
}
/** Owner. What is under way, of one officer or of all, with its case. */
export const listUnderWay = (db: Db, officerId: number | null) =>
  db.query<OwnRow>(
    `select ${columns}, i.number, i.title, i.address, st_x(i.geom) as lng, st_y(i.geom) as lat, i.severity, i.class_code as "classCode"
     ${from} join incidents i on i.town_id = a.town_id and i.id = a.incident_id
     where ${active} and ($1::int is null or exists (
       select 1 from assignment_officers o where o.assignment_id = a.id and o.officer_id = $1))
     order by a.id`,
    [officerId],
  )

/** Owner. Who is sent somewhere now, and what that case weighs. */
export const listSent = (db: Db) =>
  db.query<{ officerId: number; assignmentId: number; severity: Severity; classCode: string }>(
    `select o.officer_id as "officerId", a.id as "assignmentId", i.severity, i.class_code as "classCode"
     from assignment_officers o
     join assignments a on a.id = o.assignment_id
     join incidents i on i.town_id = a.town_id and i.id = a.incident_id
     where o.active`,
    [],
    'sent',
  )

/** Owner. Where some people are sent to, and by whom: what the loser of a race is told. */
export const listHolders = (db: Db, officerIds: readonly number[]) =>
  db.query<{ name: string; number: string; by: string; at: Date }>(
    `select f.name, i.number, a.offered_by as by, a.offered_at as at
     from assignment_officers o
     join officers f on f.id = o.officer_id
     join assignments a on a.id = o.assignment_id
     join incidents i on i.town_id = a.town_id and i.id = a.incident_id
     where o.active and o.officer_id = any($1::int[])
     order by o.officer_id`,
    [numbers(officerIds)],
  )

/** Null: another follows the same one already. */
export const insertAssignment = async (
  tx: Db,
  one: {
    incidentId: number
    unitId: number
    lead: boolean
    next: boolean
    afterId: number | null
    at: Date
    by: string
    lapsesAt: Date
    seen: Recommendation | null
    rank: number | null
  },
) =>
  (
    await tx.query<{ id: number }>(
      `insert into assignments (town_id, incident_id, unit_id, lead, state, next, offered_at, offered_by, lapses_at, seen, rank, after_id)
       select id, $1, $2, $3, 'offered', $4, $5, $6, $7, $8::jsonb, $9, $10 from towns
       on conflict do nothing
       returning id`,
      [
        one.incidentId,
        one.unitId,
        one.lead,
        one.next,
        one.at,
        one.by,
        one.lapsesAt,
        one.seen && JSON.stringify(one.seen),
        one.rank,
        one.afterId,
      ],
    )
  )[0]?.id ?? null

/**
 * Names who goes, in one order whoever writes, so that two who send the same people never wait for each other. Answers how many of
 * them could be had: whoever is sent elsewhere is left out by the index.
 */
export const insertSent = async (tx: Db, assignmentId: number, officerIds: readonly number[]) =>
  (
    await tx.query(
      `insert into assignment_officers (officer_id, assignment_id)
       select id, $1 from unnest($2::int[]) as i (id) order by id
       on conflict do nothing
       returning 1`,
      [assignmentId, numbers(officerIds)],
    )
  ).length

/** Moves an assignment on, if it still stands in one of `from`; false: somebody else was first. */
export const moveAssignment = async (
  tx: Db,
  one: {
    id: number
    from: readonly AssignmentState[]
    to: AssignmentState
    at: Date
    by: string
    reason?: string
  },
) =>
  (
    await tx.query(
      `with moved as (
         update assignments
         set state = $3, reason = case when $6 = '' then reason else $6 end,
           answered_at = case when $3 in ('accepted', 'declined') then $4 else answered_at end,
           answered_by = case when $3 in ('accepted', 'declined') then $5 else answered_by end,
           enroute_at = case when $3 in ('enroute', 'onscene') then coalesce(enroute_at, $4) else enroute_at end,
           onscene_at = case when $3 = 'onscene' then $4 else onscene_at end,
           ended_at = case when $3 in ('done', 'declined', 'lapsed', 'recalled') then $4 end
         where town_id = (select id from towns) and id = $1 and state = any($2::text[])
         returning id, ended_at
       ), freed as (
         update assignment_officers o set active = false, ended_at = moved.ended_at from moved where o.assignment_id = moved.id and moved.ended_at is not null
       )
       select 1 from moved`,
      [one.id, one.from, one.to, one.at, one.by, one.reason ?? ''],
    )
  ).length > 0

/** Assignments under way at other cases with some of these people: who calls them away ends those first. */
export const listElsewhere = (tx: Db, officerIds: readonly number[], incidentId: number) =>
  tx.query<{ id: number; incidentId: number }>(
    `select a.id, a.incident_id as "incidentId" from assignments a
     where ${active} and a.town_id = (select id from towns) and a.incident_id <> $2
       and exists (select 1 from assignment_officers o where o.assignment_id = a.id and o.active and o.officer_id = any($1::int[]))
     order by a.id`,
    [numbers(officerIds), incidentId],
  )

/** The assignment under way at a case with all of these people. */
export const findThere = async (tx: Db, incidentId: number, officerIds: readonly number[]) =>
  (
    await tx.query<{ id: number }>(
      `select a.id from assignments a
       where ${active} and a.town_id = (select id from towns) and a.incident_id = $1
         and $2::int[] <@ (select array_agg(o.officer_id) from assignment_officers o where o.assignment_id = a.id)
       limit 1`,
      [incidentId, numbers(officerIds)],
    )
  )[0]?.id

/** Who is in danger: whoever called for help. */
const caller = `(i.attributes ->> 'reporterOfficerId')::int`
/** Owner. The officer who called for help with this case, if it is such a call. */
export const findInDanger = async (db: Db, incidentId: number) =>
  (
    await db.query<{ officerId: number | null }>(
      `select ${caller} as "officerId" from incidents i
       where i.town_id = (select id from towns) and i.id = $1 and i.class_code = '${sosClass}'`,
      [incidentId],
    )
  )[0]?.officerId ?? null
/** Owner. The call for help of an officer that is still open. */
export const findOpenCall = async (db: Db, officerId: number) =>
  (
    await db.query<{ id: number }>(
      `select i.id from incidents i
       where i.town_id = (select id from towns) and i.class_code = '${sosClass}' and ${caller} = $1
         and i.state in ('reported', 'filed', 'dispatched', 'handling')
       order by i.id desc limit 1`,
      [officerId],
    )
  )[0]?.id ?? null

export interface WaitingRow {
  id: number
  number: string
  title: string
  severity: Severity
  classCode: string
  version: number
  lng: number
  lat: number
  /** Whoever called for help with it does not come to it. */
  inDanger: number | null
}
/**
 * Cases that wait for somebody to be sent, the weightiest and then those due first; of those named, or of all: filed ones, urgent reports,
 * and those that had a squad and have nobody any more.
 */
export const listWaiting = (tx: Db, { ids, limit }: { ids: readonly number[] | null; limit: number }) =>
  tx.query<WaitingRow>(
    `select i.id, i.number, i.title, i.severity, i.class_code as "classCode", i.version, st_x(i.geom) as lng, st_y(i.geom) as lat,
       case when i.class_code = '${sosClass}' then ${caller} end as "inDanger"
     from incidents i
     where i.town_id = (select id from towns)
       and i.state in ('reported', 'filed', 'dispatched', 'handling')
       and ($1::int[] is null or i.id = any($1::int[]))
       and ($1::int[] is not null or i.state = 'filed' or (i.state = 'reported' and i.severity = 'urgent')
         or (i.state in ('dispatched', 'handling') and i.officer_id is null
           and exists (select 1 from assignments a where a.town_id = i.town_id and a.incident_id = i.id)))
       and not exists (select 1 from assignments a where a.town_id = i.town_id and a.incident_id = i.id and ${active})
     order by i.class_code <> '${sosClass}', array_position(array['urgent', 'usual', 'minor'], i.severity), i.due_at, i.id
     limit $2`,
    [ids && numbers(ids), limit],
  )
