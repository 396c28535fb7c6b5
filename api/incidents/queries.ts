import type { ClockStage, TimeKind, WorkHours } from '../contract/clock.ts'
import type {
  Ask,
  ClassLimits,
  Incident,
  IncidentClass,
  IncidentQuery,
  Severity,
} from '../contract/incident.ts'
import { type Mark, openStates, type Source, type State } from '../contract/lifecycle.ts'
import type { RoutingRule, RuleChange } from '../contract/routing.ts'
import { sosClass } from '../contract/squad-rules.ts'
import type { Db } from '../db/connect.ts'
import { numbers } from '../db/values.ts'

const columns = `i.id, i.number, i.class_code as "classCode", i.source, i.title, i.description, i.address,
  st_x(i.geom) as lng, st_y(i.geom) as lat, i.path[cardinality(i.path)] as "gridId", i.state, i.severity,
  i.reported_at as "reportedAt", i.stage_at as "stageAt", i.warn_at as "warnAt", i.due_at as "dueAt",
  i.part, i.parts_left as "partsLeft", i.closed_at as "closedAt", i.unit_id as "unitId", i.officer_id as "officerId",
  i.handled_by as "handledBy", i.returns, i.reworks, i.arbitrated, i.supervised, i.asks, i.recurrence,
  i.parent_id as "parentId", i.merged_into as "mergedInto", i.satisfied, i.version,
  i.path, i.stage, i.stage_kind as "stageKind", i.paused_at as "pausedAt", i.paused_from as "pausedFrom"`

/** What of an incident is its clock. */
export type StageClock = Pick<
  IncidentRow,
  'stage' | 'stageKind' | 'stageAt' | 'warnAt' | 'dueAt' | 'part' | 'partsLeft'
>
/** What the wire has as text is an instant here; the rest is ours alone. */
export type IncidentRow = Omit<Incident, 'reportedAt' | 'stageAt' | 'warnAt' | 'dueAt' | 'closedAt'> & {
  reportedAt: Date
  stageAt: Date | null
  warnAt: Date | null
  dueAt: Date | null
  closedAt: Date | null
  path: number[]
  stage: ClockStage | null
  stageKind: TimeKind | null
  pausedAt: Date | null
  pausedFrom: State | null
}
export const wireIncident = ({
  path: _path,
  stage: _stage,
  stageKind: _kind,
  pausedAt: _pausedAt,
  pausedFrom: _pausedFrom,
  ...row
}: IncidentRow): Incident => ({
  ...row,
  reportedAt: row.reportedAt.toISOString(),
  stageAt: row.stageAt?.toISOString() ?? null,
  warnAt: row.warnAt?.toISOString() ?? null,
  dueAt: row.dueAt?.toISOString() ?? null,
  closedAt: row.closedAt?.toISOString() ?? null,
})

const classColumns = `code, name, name_en as "nameEn", parent_code as "parentCode", family, nature, severity, proof, open, active, limits, needs`

export const listClasses = (db: Db) =>
  db.query<IncidentClass>(
    `select ${classColumns} from incident_classes order by code = '${sosClass}', rank, code`,
  )

export const findClass = async (db: Db, code: string) =>
  (
    await db.query<IncidentClass>(`select ${classColumns} from incident_classes where code = $1`, [code])
  )[0] ?? null

/** Newest first. */
export const listIncidents = (db: Db, query: IncidentQuery) =>
  db.query<IncidentRow>(
    `select ${columns}
     from incidents i
     where i.town_id = (select id from towns)
       and ($1::text[] is null or i.state = any ($1))
       and ($2::text is null or i.class_code = $2)
       and ($3::int is null or i.path @> array[$3::int])
       and ($4::timestamptz is null or i.reported_at >= $4)
       and ($5::timestamptz is null or i.reported_at < $5)
       and ($6::int is null or i.id < $6)
     order by i.id desc
     limit $7`,
    [
      query.state ?? (query.open === 'true' ? [...openStates] : null),
      query.classCode ?? null,
      query.gridId ?? null,
      query.from ?? null,
      query.to ?? null,
      query.before ?? null,
      query.limit,
    ],
  )

export const findIncident = async (db: Db, id: number) =>
  (
    await db.query<IncidentRow>(
      `select ${columns} from incidents i where i.town_id = (select id from towns) and i.id = $1`,
      [id],
    )
  )[0] ?? null

/** The row, held until the transaction ends: whoever comes second sees what the first one did. */
export const holdIncident = async (tx: Db, id: number) =>
  (
    await tx.query<IncidentRow>(
      `select ${columns} from incidents i where i.town_id = (select id from towns) and i.id = $1 for update`,
      [id],
    )
  )[0] ?? null

/** What a command with this key was: its incident and its event. */
export const findByKey = async (db: Db, key: string) =>
  (
    await db.query<{ incidentId: number; event: string }>(
      `select incident_id as "incidentId", event from timeline where town_id = (select id from towns) and key = $1`,
      [key],
    )
  )[0] ?? null

export const findBySourceKey = async (db: Db, sourceKey: string) =>
  (
    await db.query<IncidentRow>(
      `select ${columns} from incidents i where i.town_id = (select id from towns) and i.source_key = $1`,
      [sourceKey],
    )
  )[0] ?? null

export interface NewIncident {
  classCode: string
  severity: Severity
  source: Source
  sourceKey: string | null
  title: string
  description: string
  address: string
  lng: number
  lat: number
  gridId: number
  state: State
  reportedAt: Date
  parentId?: number
  recurrence: number
  attributes: Record<string, unknown>
}
/** Writes an incident at its beginning; null when one with this source key is there already. */
export const insertIncident = async (db: Db, one: NewIncident) =>
  (
    await db.query<IncidentRow>(
      `insert into incidents as i (town_id, id, number, class_code, severity, source, source_key, title, description, address, geom, path,
         state, reported_at, filed_at, parent_id, recurrence, attributes)
       select t.id, next.id, to_char($9::timestamptz at time zone t.time_zone, 'YYYYMMDD') || '-' || lpad(next.id::text, greatest(6, length(next.id::text)), '0'),
         $1, $11, $2, $3, $4, $5, $6, st_setsrid(st_makepoint($7, $8), 4326), g.path,
         $12, $9, case when $12 = 'filed' then $9 end, $13, $14, $15::jsonb
       from towns t
       cross join (select nextval('incident_ids')::int as id) next
       -- A plan may have retired the grid while the report was on its way: then the town has it, until it is stamped anew.
       join grids g on g.id = coalesce((select id from grids where id = $10), t.id)
       on conflict do nothing
       returning ${columns}`,
      [
        one.classCode,
        one.source,
        one.sourceKey,
        one.title,
        one.description,
        one.address,
        one.lng,
        one.lat,
        one.reportedAt,
        one.gridId,
        one.severity,
        one.state,
        one.parentId ?? null,
        one.recurrence,
        JSON.stringify(one.attributes),
      ],
    )
  )[0] ?? null

/** Writes what a step changes; `version` moves on. The row is held by whoever calls. */
export const writeIncident = async (tx: Db, row: IncidentRow, at: Date): Promise<IncidentRow> => {
  const [written] = await tx.query<IncidentRow>(
    `update incidents i
     set state = $2, class_code = $3, severity = $4, unit_id = $5, officer_id = $6, handled_by = $7,
       stage = $8, stage_kind = $9, stage_at = $10, warn_at = $11, due_at = $12, part = $13, parts_left = $14,
       paused_at = $15, paused_from = $16, returns = $17, reworks = $18, arbitrated = $19, supervised = $20,
       merged_into = $21, satisfied = $22, closed_at = $23,
       filed_at = case when $2 = 'filed' then coalesce(i.filed_at, $24) else i.filed_at end,
       handled_at = case when $2 = 'handled' then $24 else i.handled_at end,
       version = i.version + 1
     where i.town_id = (select id from towns) and i.id = $1
     returning ${columns}`,
    [
      row.id,
      row.state,
      row.classCode,
      row.severity,
      row.unitId,
      row.officerId,
      row.handledBy,
      row.stage,
      row.stageKind,
      row.stageAt,
      row.warnAt,
      row.dueAt,
      row.part,
      row.partsLeft,
      row.pausedAt,
      row.pausedFrom,
      row.returns,
      row.reworks,
      row.arbitrated,
      row.supervised,
      row.mergedInto,
      row.satisfied,
      row.closedAt,
      at,
    ],
  )
  if (!written) throw new Error(`incident ${row.id} could not be written`)
  return written
}

/** Starts the clock of a new incident. */
export const writeClock = (
  tx: Db,
  { id, stage, stageKind, stageAt, warnAt, dueAt, part, partsLeft }: Pick<IncidentRow, 'id'> & StageClock,
) =>
  tx.query(
    `update incidents
     set stage = $2, stage_kind = $3, stage_at = $4, warn_at = $5, due_at = $6, part = $7, parts_left = $8
     where town_id = (select id from towns) and id = $1`,
    [id, stage, stageKind, stageAt, warnAt, dueAt, part, partsLeft],
  )

/** Owner. Open incidents that came with their history and have no clock yet: since when they stand where they stand. */
export const listClockless = (tx: Db, states: readonly State[]) =>
  tx.query<{ id: number; state: State; since: Date; limits: ClassLimits }>(
    `select i.id, i.state, coalesce(max(t.at), i.reported_at) as since, c.limits
     from incidents i
     join incident_classes c on c.code = i.class_code
     left join timeline t on t.incident_id = i.id
     where i.town_id = (select id from towns) and i.stage is null and i.state = any($1::text[])
     group by i.town_id, i.id, c.code`,
    [states],
  )

export const listChildren = (db: Db, parentId: number) =>
  db.query<{ id: number; number: string; title: string; state: State }>(
    `select id, number, title, state from incidents
     where town_id = (select id from towns) and parent_id = $1 order by id`,
    [parentId],
  )

/** Who handled the parts of an incident. */
export const listHands = (db: Db, parentId: number) =>
  db.query<{ handledBy: number | null; officerId: number | null }>(
    `select handled_by as "handledBy", officer_id as "officerId" from incidents
     where town_id = (select id from towns) and parent_id = $1`,
    [parentId],
  )

/** What was merged into an incident goes with it into the next. */
export const repointMerged = (tx: Db, from: number, to: number) =>
  tx.query(
    'update incidents set merged_into = $2 where town_id = (select id from towns) and merged_into = $1',
    [from, to],
  )

export const listMerged = (db: Db, into: number) =>
  db.query<{ id: number; number: string; title: string }>(
    `select id, number, title from incidents
     where town_id = (select id from towns) and merged_into = $1 order by id`,
    [into],
  )

/** How many of a class were at a place (metres) since an instant, whoever may see them. */
export const countAt = async (
  db: Db,
  ask: { classCode: string; lng: number; lat: number; meters: number; since: Date },
) =>
  (
    await db.query<{ count: number }>('select count_at($1, $2, $3, $4, $5) as count', [
      ask.classCode,
      ask.lng,
      ask.lat,
      ask.meters,
      ask.since,
    ])
  )[0]?.count ?? 0

/** Incidents near a place and a time, of the class or of its major class first, then the nearest. */
export const listSimilar = (
  db: Db,
  ask: { classCode: string; lng: number; lat: number; meters: number; from: Date; to: Date; at: Date },
) =>
  db.query<IncidentRow & { meters: number; minutesApart: number; sameClass: boolean }>(
    `select ${columns},
       st_distance(i.geom::geography, st_setsrid(st_makepoint($2, $3), 4326)::geography) as meters,
       (abs(extract(epoch from i.reported_at - $7)) / 60)::float8 as "minutesApart", i.class_code = $1 as "sameClass"
     from incidents i
     join incident_classes c on c.code = i.class_code
     where i.town_id = (select id from towns) and i.reported_at between $5 and $6
       and i.state not in ('voided', 'merged', 'archived')
       and (i.class_code = $1 or c.parent_code = $1
         or coalesce(c.parent_code, c.code) = (select coalesce(parent_code, code) from incident_classes where code = $1))
       and i.geom && st_expand(st_setsrid(st_makepoint($2, $3), 4326), $4::float8 / 70000)
       and st_dwithin(i.geom::geography, st_setsrid(st_makepoint($2, $3), 4326)::geography, $4)
     order by i.class_code <> $1, meters
     limit 10`,
    [ask.classCode, ask.lng, ask.lat, ask.meters, ask.from, ask.to, ask.at],
  )

/** Binds uploads of their sender to an incident; answers how many. */
export const attachMedia = async (
  tx: Db,
  {
    ids,
    owner,
    incidentId,
    moment,
  }: { ids: readonly number[]; owner: string; incidentId: number; moment: string | null },
) =>
  (
    await tx.query<{ count: number }>('select attach_media($1::int[], $2, $3, $4) as count', [
      numbers(ids),
      owner,
      incidentId,
      moment,
    ])
  )[0]?.count ?? 0

/** How many uploads show the scene as it was left. */
export const countProofs = async (tx: Db, incidentId: number) =>
  (
    await tx.query<{ count: number }>(
      `select count(*)::int as count from media where incident_id = $1 and moment = 'handled' and state = 'ready'`,
      [incidentId],
    )
  )[0]?.count ?? 0

export interface PackedRows {
  length: number
  /** 16 bytes a row, big-endian int32: lng and lat in 1e-7 degrees, Unix seconds, grid id. */
  cells: Uint8Array
  /** One a row, parted by U+001F. */
  classCodes: string
  states: string
}
/** In which plan cases are spoken of: the one in force, that of each case's time, or any other by its id. */
export type SpokenIn = 'now' | 'then' | number

/**
 * Many incidents, oldest first, only what a map and a histogram need, packed by the database:
 * 190 ms for a year of 51,000 on the embedded one, against 550 as rows. In another plan only those stamped for it.
 */
export const packRows = async (
  db: Db,
  { from, to, spokenIn = 'now' }: { from: Date; to: Date; spokenIn?: SpokenIn },
): Promise<PackedRows> => {
  const other = typeof spokenIn === 'number'
  const path = other ? 's.path' : spokenIn === 'then' ? 'coalesce(i.stamp, i.path)' : 'i.path'
  const rows = await db.query<{
    length: number
    cells: Uint8Array | null
    classCodes: string | null
    states: string | null
  }>(
    `with chosen as materialized (
       select i.geom, i.reported_at, ${path} as path, i.class_code, i.state
       from incidents i
       ${other ? 'join plan_stamps s on s.plan_id = $3 and s.town_id = i.town_id and s.incident_id = i.id' : ''}
       where i.town_id = (select id from towns) and i.reported_at >= $1 and i.reported_at < $2
       order by i.reported_at
     )
     select count(*)::int as length,
       string_agg(int4send((st_x(geom) * 1e7)::int) || int4send((st_y(geom) * 1e7)::int)
         || int4send(extract(epoch from reported_at)::int) || int4send(path[cardinality(path)]), ''::bytea) as cells,
       string_agg(class_code, chr(31)) as "classCodes", string_agg(state, chr(31)) as states
     from chosen`,
    other ? [from, to, spokenIn] : [from, to],
  )
  const packed = rows[0]
  return {
    length: packed?.length ?? 0,
    cells: packed?.cells ?? new Uint8Array(0),
    classCodes: packed?.classCodes ?? '',
    states: packed?.states ?? '',
  }
}

/** The span that cases are stamped for in a plan (nulls: none), and whether it is in force; null when there is no such plan. */
export const findStampedSpan = async (db: Db, planId: number) =>
  (
    await db.query<{ from: Date | null; to: Date | null; inForce: boolean }>(
      `select stamped_from as "from", stamped_to as "to", state = 'in-force' as "inForce" from grid_plans where id = $1`,
      [planId],
    )
  )[0] ?? null

/** Writes cases into the grids of a new plan; `stamp` keeps the path of their own time. Owner. */
export const restampIncidents = (tx: Db, stamps: readonly { id: number; gridId: number }[]) =>
  tx.query(
    `update incidents i
     set stamp = coalesce(i.stamp, i.path), path = g.path
     from unnest($1::int[], $2::int[]) as n (id, grid_id)
     join grids g on g.id = n.grid_id
     where i.town_id = (select id from towns) and i.id = n.id and i.path <> g.path`,
    [stamps.map((one) => one.id), stamps.map((one) => one.gridId)],
  )

export type ClassRow = Pick<IncidentClass, 'code' | 'name' | 'nameEn' | 'family' | 'limits'> &
  Partial<IncidentClass>
/** Adds classes that are missing; a major class stands before its minor ones. */
export const insertClasses = (db: Db, rows: readonly ClassRow[]) =>
  db.query(
    `insert into incident_classes (code, name, name_en, parent_code, family, nature, severity, proof, open, active, limits, needs, rank)
     select i.code, i.name, i.name_en, i.parent_code, i.family, i.nature, i.severity, i.proof, i.open, i.active, i.limits::jsonb, i.needs::jsonb, i.rank
     from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bool[], $9::bool[], $10::bool[], $11::text[], $12::text[])
       with ordinality as i (code, name, name_en, parent_code, family, nature, severity, proof, open, active, limits, needs, rank)
     on conflict (code) do nothing`,
    classValues(rows),
  )

/** Writes one class, new or not. */
export const putClass = (db: Db, row: IncidentClass) =>
  db.query(
    `insert into incident_classes (code, name, name_en, parent_code, family, nature, severity, proof, open, active, limits, needs, rank)
     select i.code, i.name, i.name_en, i.parent_code, i.family, i.nature, i.severity, i.proof, i.open, i.active, i.limits::jsonb, i.needs::jsonb,
       (select coalesce(max(rank), 0) + 1 from incident_classes)
     from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bool[], $9::bool[], $10::bool[], $11::text[], $12::text[])
       as i (code, name, name_en, parent_code, family, nature, severity, proof, open, active, limits, needs)
     on conflict (code) do update set name = excluded.name, name_en = excluded.name_en, parent_code = excluded.parent_code,
       family = excluded.family, nature = excluded.nature, severity = excluded.severity, proof = excluded.proof,
       open = excluded.open, active = excluded.active, limits = excluded.limits, needs = excluded.needs`,
    classValues([row]),
  )

/** Puts all classes but these out of use; their cases stay. */
export const useOnly = (db: Db, codes: readonly string[]) =>
  db.query('update incident_classes set active = code = any($1::text[])', [codes])

const classValues = (rows: readonly ClassRow[]) => [
  rows.map((row) => row.code),
  rows.map((row) => row.name),
  rows.map((row) => row.nameEn),
  rows.map((row) => row.parentCode ?? null),
  rows.map((row) => row.family),
  rows.map((row) => row.nature ?? 'event'),
  rows.map((row) => row.severity ?? 'usual'),
  rows.map((row) => row.proof ?? false),
  rows.map((row) => row.open ?? true),
  rows.map((row) => row.active ?? true),
  rows.map((row) => JSON.stringify(row.limits)),
  rows.map((row) => (row.needs ? JSON.stringify(row.needs) : null)),
]

const ruleColumns = `id, rank, active, class_code as "classCode", grid_id as "gridId", sources, from_minute as "fromMinute",
  to_minute as "toMinute", days, basis, target, unit_id as "unitId", auto, note`
export const listRules = (db: Db) =>
  db.query<RoutingRule>(`select ${ruleColumns} from routing_rules order by rank, id`)

/** Writes a rule, a new one without an id; null when there is none of that id. */
export const putRule = async (db: Db, id: number | null, rule: RuleChange) =>
  (
    await db.query<RoutingRule>(
      id === null
        ? `insert into routing_rules (rank, active, class_code, grid_id, sources, from_minute, to_minute, days, basis, target, unit_id, auto, note)
           values ($1, $2, $3, $4, $5::text[], $6, $7, $8, $9, $10, $11, $12, $13) returning ${ruleColumns}`
        : `update routing_rules
           set rank = $1, active = $2, class_code = $3, grid_id = $4, sources = $5::text[], from_minute = $6, to_minute = $7, days = $8,
             basis = $9, target = $10, unit_id = $11, auto = $12, note = $13
           where id = $14 returning ${ruleColumns}`,
      [
        rule.rank,
        rule.active,
        rule.classCode,
        rule.gridId,
        rule.sources,
        rule.fromMinute,
        rule.toMinute,
        rule.days,
        rule.basis,
        rule.target,
        rule.unitId,
        rule.auto,
        rule.note,
        ...(id === null ? [] : [id]),
      ],
    )
  )[0] ?? null

export const deleteRule = async (db: Db, id: number) =>
  (await db.query('delete from routing_rules where id = $1 returning 1', [id])).length > 0

/** The town's wall clock at an instant, and whether the calendar says something else of the day than its weekday. */
export const findWallClock = async (db: Db, at: Date) => {
  const [row] = await db.query<{ day: string; minute: number; special: 'holiday' | 'workday' | null }>(
    `select to_char(l.wall, 'YYYY-MM-DD') as day,
       (extract(hour from l.wall) * 60 + extract(minute from l.wall))::int as minute, c.kind as special
     from (select $1::timestamptz at time zone time_zone as wall from towns) l
     left join calendar_days c on c.day = l.wall::date`,
    [at],
  )
  return row ?? { day: at.toISOString().slice(0, 10), minute: 0, special: null }
}

/** Who holds the post of leader in some grids at an instant. */
export const findGridLeaders = (db: Db, grids: readonly number[], at: Date) =>
  db.query<{ gridId: number; officerId: number; unitId: number | null }>(
    `select grid_id as "gridId", officer_id as "officerId", unit_id as "unitId" from grid_leaders($1::int[], $2)`,
    [numbers(grids), at],
  )

/** The town's working hours, if it has set any, its zone, and its special days. */
export const findCalendar = async (db: Db) => {
  const [town] = await db.query<{ hours: WorkHours | null; timeZone: string }>(
    `select work_hours as hours, time_zone as "timeZone" from towns`,
  )
  const days = await db.query<{ day: string; kind: 'holiday' | 'workday' }>(
    `select to_char(day, 'YYYY-MM-DD') as day, kind from calendar_days`,
  )
  return {
    hours: town?.hours ?? null,
    timeZone: town?.timeZone ?? 'Asia/Shanghai',
    special: new Map(days.map(({ day, kind }) => [day, kind])),
  }
}
export const putWorkHours = (db: Db, hours: WorkHours) =>
  db.query('update towns set work_hours = $1::jsonb', [JSON.stringify(hours)])

const askColumns = `r.id, r.incident_id as "incidentId", r.action, r.note, r.data, r.asked_account as "askedAccount", r.asked_by as "askedBy",
  r.asked_at as "askedAt", r.state, r.decided_by as "decidedBy", r.decided_at as "decidedAt", r.decision`
export type AskRow = Omit<Ask, 'askedAt' | 'decidedAt'> & {
  askedAccount: number
  askedAt: Date
  decidedAt: Date | null
}
export const wireAsk = ({ askedAccount: _account, ...row }: AskRow): Ask => ({
  ...row,
  askedAt: row.askedAt.toISOString(),
  decidedAt: row.decidedAt?.toISOString() ?? null,
})

/** Null when the same is asked for already. */
export const insertAsk = async (
  tx: Db,
  ask: {
    incidentId: number
    action: string
    note: string
    data: Record<string, unknown>
    doer: { accountId: number | null; officerId: number | null; name: string }
    at: Date
  },
) =>
  (
    await tx.query<{ id: number }>(
      `insert into incident_requests (town_id, incident_id, action, note, data, asked_account, asked_by, asked_at)
       select id, $1, $2, $3, $4::jsonb, $5, $6, $7 from towns
       on conflict do nothing
       returning id`,
      [
        ask.incidentId,
        ask.action,
        ask.note,
        JSON.stringify({ ...ask.data, askerOfficerId: ask.doer.officerId }),
        ask.doer.accountId,
        ask.doer.name,
        ask.at,
      ],
    )
  )[0] ?? null

export const findAsk = async (tx: Db, incidentId: number, id: number) =>
  (
    await tx.query<AskRow>(
      `select ${askColumns} from incident_requests r
       where r.town_id = (select id from towns) and r.incident_id = $1 and r.id = $2`,
      [incidentId, id],
    )
  )[0] ?? null

/** Requests of an incident, or all that wait for a decision; oldest first. */
export const listAsks = (db: Db, incidentId: number | null) =>
  db.query<AskRow>(
    `select ${askColumns} from incident_requests r
     where r.town_id = (select id from towns) and case when $1::int is null then r.state = 'pending' else r.incident_id = $1 end
     order by r.id
     limit 1000`,
    [incidentId],
  )

export const decideAsk = (
  tx: Db,
  one: { incidentId: number; id: number; state: string; by: string; at: Date; note: string },
) =>
  tx.query(
    `update incident_requests
     set state = $3, decided_by = $4, decided_at = $5, decision = $6
     where town_id = (select id from towns) and incident_id = $1 and id = $2`,
    [one.incidentId, one.id, one.state, one.by, one.at, one.note],
  )

/** Requests that what has happened made idle. */
export const lapseAsks = (tx: Db, incidentId: number, idle: readonly string[], at: Date) =>
  tx.query(
    `update incident_requests set state = 'lapsed', decided_at = $3
     where town_id = (select id from towns) and incident_id = $1 and state = 'pending' and action = any($2::text[])`,
    [incidentId, idle, at],
  )

/** Counts what waits for a decision, and writes it beside the incident. */
export const countAsks = async (tx: Db, incidentId: number) =>
  (
    await tx.query<{ asks: number }>(
      `update incidents i
       set asks = (select count(*) from incident_requests r
         where r.town_id = i.town_id and r.incident_id = i.id and r.state = 'pending')
       where i.town_id = (select id from towns) and i.id = $1
       returning i.asks`,
      [incidentId],
    )
  )[0]?.asks ?? 0

/** Keeps who reported from outside: the hash of their code, and how to reach them. For the desk, and for the owner. */
export const insertReporter = (
  tx: Db,
  one: { incidentId: number; codeHash: string; phone: string; contact: string },
) =>
  tx.query(
    `insert into incident_reporters (town_id, incident_id, code_hash, phone, contact)
     select id, $1, $2, $3, $4 from towns
     on conflict do nothing`,
    [one.incidentId, one.codeHash, one.phone, one.contact],
  )

/** What is taken up again is rated again. */
export const forgetRating = (tx: Db, incidentId: number) =>
  tx.query(
    'update incident_reporters set rated_at = null where town_id = (select id from towns) and incident_id = $1',
    [incidentId],
  )

type Freed = {
  id: number
  unitId: number
  state: 'done' | 'recalled' | 'accepted'
  officerIds: number[] | null
}

/**
 * Squads at a case that is over (`done`: handled; all of them) or handed on to a unit (only its lead): done or recalled, and free again.
 * A squad of the new unit that is there already leads from now on. The squads are dispatch's; that they are free belongs to the step.
 */
export const releaseSquads = (
  tx: Db,
  one: { incidentId: number; done: boolean; toUnit: number | null; at: Date },
) =>
  tx.query<Freed>(
    `with ended as (
       update assignments
       set state = case when $2 and state <> 'offered' then 'done' else 'recalled' end, ended_at = $3
       where town_id = (select id from towns) and incident_id = $1 and state in ('offered', 'accepted', 'enroute', 'onscene')
         and ($4::int is null or lead)
       returning id, unit_id, state
     ), raised as (
       update assignments set lead = true
       where town_id = (select id from towns) and incident_id = $1 and state in ('offered', 'accepted', 'enroute', 'onscene')
         and not lead and unit_id = $4
     ), freed as (
       update assignment_officers o set active = false, ended_at = $3 from ended e where o.assignment_id = e.id and o.active
       returning o.assignment_id, o.officer_id
     )
     select e.id, e.unit_id as "unitId", e.state,
       (select array_agg(f.officer_id order by f.officer_id) from freed f where f.assignment_id = e.id) as "officerIds"
     from ended e order by e.id`,
    [one.incidentId, one.done, one.at, one.toUnit],
  )

/** Whoever begins a case has taken the offer of it. */
export const acceptOffers = (tx: Db, incidentId: number, by: string, at: Date) =>
  tx.query<Freed>(
    `update assignments a set state = 'accepted', answered_at = $3, answered_by = $2
     where town_id = (select id from towns) and incident_id = $1 and lead and state = 'offered'
     returning id, unit_id as "unitId", state,
       (select array_agg(o.officer_id order by o.officer_id) from assignment_officers o where o.assignment_id = a.id) as "officerIds"`,
    [incidentId, by, at],
  )

/**
 * How often a mark was set in a case's record, and how often it was taken off again. A limit missed since it was last corrected counts once; a case
 * from elsewhere, which never had our clock, is told to be late by its own times.
 */
export const countMarks = async (tx: Db, id: number, mark: Mark) =>
  (
    await tx.query<{ made: number; taken: number }>(
      `select case $2::text
           when 'rework' then count(*) filter (where t.event = 'incident:reworked')
           when 'return' then count(*) filter (where t.event = 'incident:returned')
           else (case when coalesce(max(t.seq) filter (where t.event = 'incident:overdue' and t.data ->> 'stage' = $2), 0)
               > coalesce(max(t.seq) filter (where t.event = 'incident:corrected' and t.data ->> 'mark' = $2), 0)
             or $2 = 'handle' and coalesce(max(i.handled_at), max(i.closed_at)) > max(i.due_at)
               and not bool_or(t.event = 'incident:corrected' and t.data ->> 'mark' = $2) then 1 else 0 end) end::int as made,
         case when $2 in ('rework', 'return')
           then count(*) filter (where t.event = 'incident:corrected' and t.data ->> 'mark' = $2) else 0 end::int as taken
       from incidents i join timeline t on t.incident_id = i.id where i.id = $1`,
      [id, mark],
    )
  )[0] ?? { made: 0, taken: 0 }
