import type { ReportFormat, ReportKind, ReportLanguage } from '../contract/report-rules.ts'
import type { Db } from '../db/connect.ts'
import { numbers } from '../db/values.ts'

const first = async <Row>(rows: Promise<Row[]>): Promise<Row | undefined> => (await rows)[0]

// What a briefing is made of beside the measures. Instants in Unix milliseconds, the last not included; in the caller's scope.

export interface Range {
  from: number
  to: number
  gridId: number | null
}
const inRange = `hour >= to_timestamp($1::float8 / 1000) and hour < to_timestamp($2::float8 / 1000)
  and ($3::int is null or path @> array[$3::int])`

/** Valid cases by weekday (1 Monday) and hour of the town's clock. */
export const listWeekHours = (tx: Db, { from, to, gridId }: Range, timeZone: string) =>
  tx.query<{ weekday: number; hour: number; cases: number }>(
    `select extract(isodow from hour at time zone $4)::int as weekday, extract(hour from hour at time zone $4)::int as hour,
       sum(valid)::float8 as cases
     from case_hours where ${inRange} group by 1, 2 order by 1, 2`,
    [from, to, gridId, timeZone],
  )

/** Valid cases by class and smallest grid, with those that came back. */
export const listPlaces = (tx: Db, { from, to, gridId }: Range) =>
  tx.query<{ classCode: string; gridId: number; cases: number; recurred: number; open: number }>(
    `select class_code as "classCode", path[cardinality(path)] as "gridId", sum(valid)::float8 as cases,
       sum(recurred)::float8 as recurred, sum(still_open)::float8 as open
     from case_hours where ${inRange} group by 1, 2 having sum(valid) > 0 order by 3 desc, 1, 2`,
    [from, to, gridId],
  )

/** The hour of the first case there is; null: there is none. */
export const findFirstHour = async (tx: Db, gridId: number | null) =>
  (
    await first(
      tx.query<{ at: number | null }>(
        `select (extract(epoch from min(hour)) * 1000)::float8 as at from case_hours
         where $1::int is null or path @> array[$1::int]`,
        [gridId],
      ),
    )
  )?.at ?? null

export interface GridFacts {
  id: number
  name: string
  level: number
  path: number[]
  households: number
}
export const listGridFacts = (tx: Db, ids: readonly number[]) =>
  tx.query<GridFacts>(
    'select id, name, level, path, households from grids where id = any($1::int[]) order by id',
    [numbers(ids)],
  )
export const listUnitNames = (tx: Db, ids: readonly number[]) =>
  tx.query<{ id: number; name: string }>('select id, name from units where id = any($1::int[])', [
    numbers(ids),
  ])
export const listClassNames = (tx: Db) =>
  tx.query<{ code: string; name: string; nameEn: string }>(
    'select code, name, name_en as "nameEn" from incident_classes',
  )

/** Outlines of the grids of a level below one (null: of the town) for drawing: simplified, as GeoJSON text. */
export const listOutlines = (tx: Db, level: number, gridId: number | null) =>
  tx.query<{ id: number; name: string; shape: string }>(
    `with chosen as (
       select id, name, geom from grids where level = $1 and geom is not null and ($2::int is null or path @> array[$2::int])
     ), whole as (select st_extent(geom) as box from chosen)
     select id, name, st_asgeojson(st_multi(st_simplifypreservetopology(geom,
       greatest(st_xmax(box) - st_xmin(box), st_ymax(box) - st_ymin(box)) / 1500)), 6) as shape
     from chosen, whole order by id`,
    [level, gridId],
  )

// What was asked for, and the worker's hold on it. Owner, except where a scope is given.

export interface RunRow {
  id: number
  kind: ReportKind
  from: string
  to: string
  language: ReportLanguage
  gridId: number | null
  path: number[]
  advice: string
  promises: PromiseGiven[]
  scheduleId: number | null
  recipients: string[]
  askedAt: Date
  askedBy: string
  state: 'waiting' | 'working' | 'done' | 'failed'
  step: string
  progress: number
  problem: string
  reportId: number | null
}
export interface PromiseGiven {
  words: string
  measure: string
  target: number
  gridId?: number | undefined
  unitId?: number | undefined
}
const dayText = (column: string) => `to_char(${column}, 'YYYY-MM-DD')`
const runColumns = `r.id, r.kind, ${dayText('r.first_day')} as "from", ${dayText('r.last_day')} as "to", r.language,
  r.grid_id as "gridId", r.path, r.advice, r.promises, r.schedule_id as "scheduleId", r.recipients, r.asked_at as "askedAt",
  r.asked_by as "askedBy", r.state, r.step, r.progress::float8 as progress, r.problem, (select p.id from reports p where p.run_id = r.id) as "reportId"`

export type NewRun = Pick<
  RunRow,
  | 'kind'
  | 'from'
  | 'to'
  | 'language'
  | 'gridId'
  | 'path'
  | 'advice'
  | 'promises'
  | 'scheduleId'
  | 'recipients'
  | 'askedAt'
  | 'askedBy'
>
/** Owner. Null: this schedule has asked for this period already. */
export const insertRun = async (tx: Db, run: NewRun) =>
  (
    await first(
      tx.query<{ id: number }>(
        `insert into report_runs (kind, first_day, last_day, language, grid_id, path, advice, promises, schedule_id, recipients, asked_at, asked_by)
         values ($1, $2::date, $3::date, $4, $5, $6::int[], $7, $8::jsonb, $9, $10::text[], $11, $12)
         on conflict (schedule_id, kind, first_day) do nothing returning id`,
        [
          run.kind,
          run.from,
          run.to,
          run.language,
          run.gridId,
          numbers(run.path),
          run.advice,
          JSON.stringify(run.promises),
          run.scheduleId,
          run.recipients,
          run.askedAt,
          run.askedBy,
        ],
      ),
    )
  )?.id ?? null

const heldSeconds = 60
const mostAttempts = 4
/** Owner. Takes the oldest run that nobody works on, for a minute. */
export const holdRun = async (db: Db, now: Date): Promise<RunRow | undefined> =>
  first(
    db.query<RunRow>(
      `with taken as (
         update report_runs set state = 'working', attempts = attempts + 1, held_until = $1::timestamptz + interval '${heldSeconds} seconds'
         where id = (
           select id from report_runs
           where state in ('waiting', 'working') and (held_until is null or held_until < $1)
           order by id limit 1 for update skip locked
         ) returning *
       ) select ${runColumns} from taken r`,
      [now],
    ),
  )
/** Owner. How far a run is; whoever says so keeps it. */
export const tellRun = (db: Db, id: number, told: { step: string; progress: number; now: Date }) =>
  db.query(
    `update report_runs set step = $2, progress = $3, held_until = $4::timestamptz + interval '${heldSeconds} seconds'
     where id = $1 and state = 'working'`,
    [id, told.step, told.progress, told.now],
  )
/** Owner. It did not come about: again after a while, or given up. */
export const failRun = (db: Db, id: number, told: { problem: string; now: Date }) =>
  db.query(
    `update report_runs set problem = $2, state = case when attempts >= ${mostAttempts} then 'failed' else 'waiting' end,
       held_until = $3::timestamptz + interval '5 seconds' * attempts * attempts
     where id = $1 and state = 'working'`,
    [id, told.problem.slice(0, 500), told.now],
  )
export const finishRun = (tx: Db, id: number) =>
  tx.query(
    `update report_runs set state = 'done', step = '', progress = 1, problem = '', held_until = null where id = $1`,
    [id],
  )
/** Owner. A run that was given up is tried again. */
export const retryRun = (db: Db, id: number) =>
  db.query(
    `update report_runs set state = 'waiting', attempts = 0, held_until = null where id = $1 and state = 'failed' returning id`,
    [id],
  )
/** In the caller's scope: what is not a briefing yet. */
export const listRuns = (tx: Db) =>
  tx.query<RunRow>(`select ${runColumns} from report_runs r where state <> 'done' order by id desc limit 100`)
export const findRun = (tx: Db, id: number) =>
  first(tx.query<RunRow>(`select ${runColumns} from report_runs r where id = $1`, [id]))

// Briefings, which are only ever added.

export interface ReportRow {
  id: number
  runId: number
  kind: ReportKind
  from: string
  to: string
  language: ReportLanguage
  gridId: number | null
  gridName: string | null
  title: string
  madeAt: Date
  madeBy: string
  templateId: number | null
  fingerprint: string
  scheduled: boolean
}
const reportColumns = `r.id, r.run_id as "runId", r.kind, ${dayText('r.first_day')} as "from", ${dayText('r.last_day')} as "to", r.language,
  r.grid_id as "gridId", (select g.name from grids g where g.id = r.grid_id) as "gridName", r.title, r.made_at as "madeAt", r.made_by as "madeBy", r.template_id as "templateId",
  r.fingerprint, exists (select 1 from report_runs u where u.id = r.run_id and u.schedule_id is not null) as scheduled`

export const listReports = (tx: Db, before: number | null, limit: number) =>
  tx.query<ReportRow>(
    `select ${reportColumns} from reports r where $1::int is null or id < $1 order by id desc limit $2`,
    [before, limit],
  )
export const findReport = (tx: Db, id: number) =>
  first(tx.query<ReportRow>(`select ${reportColumns} from reports r where id = $1`, [id]))

/** Owner. What a briefing's files are drawn from. */
export const findContent = (tx: Db, id: number) =>
  first(
    tx.query<{ content: string; fingerprint: string; template: Uint8Array | null }>(
      `select r.content, r.fingerprint, t.bytes as template from reports r left join report_templates t on t.id = r.template_id where r.id = $1`,
      [id],
    ),
  )
export interface NewReport {
  run: RunRow
  title: string
  madeAt: Date
  templateId: number | null
  content: string
  dataSeq: number
  fingerprint: string
  files: { format: ReportFormat; sha256: string; bytes: Uint8Array }[]
}
/** Owner. Null: the run has led to a briefing already. */
export async function insertReport(tx: Db, one: NewReport): Promise<number | null> {
  const { run } = one
  const made = await first(
    tx.query<{ id: number }>(
      `insert into reports (run_id, kind, first_day, last_day, language, grid_id, path, title, made_at, made_by, template_id, content, data_seq, fingerprint)
       values ($1, $2, $3::date, $4::date, $5, $6, $7::int[], $8, $9, $10, $11, $12, $13, $14)
       on conflict (run_id) do nothing returning id`,
      [
        run.id,
        run.kind,
        run.from,
        run.to,
        run.language,
        run.gridId,
        numbers(run.path),
        one.title,
        one.madeAt,
        run.askedBy,
        one.templateId,
        one.content,
        one.dataSeq,
        one.fingerprint,
      ],
    ),
  )
  if (!made) return null
  for (const { format, sha256, bytes } of one.files)
    await tx.query('insert into report_files (report_id, format, sha256, bytes) values ($1, $2, $3, $4)', [
      made.id,
      format,
      sha256,
      bytes,
    ])
  return made.id
}
export const listFiles = (tx: Db, ids: readonly number[]) =>
  tx.query<{ reportId: number; format: ReportFormat; sha256: string; bytes: number }>(
    `select report_id as "reportId", format, sha256, octet_length(bytes) as bytes from report_files where report_id = any($1::int[]) order by format`,
    [numbers(ids)],
  )
export const findFile = (tx: Db, id: number, format: ReportFormat) =>
  first(
    tx.query<{ bytes: Uint8Array; sha256: string }>(
      'select bytes, sha256 from report_files where report_id = $1 and format = $2',
      [id, format],
    ),
  )

// Promises.

export interface PromiseRow extends PromiseGiven {
  id: number
  reportId: number
  addedAt: Date
  addedBy: string
}
const promiseColumns = `id, report_id as "reportId", words, measure, target, grid_id as "gridId", unit_id as "unitId", added_at as "addedAt", added_by as "addedBy"`
export const listPromises = (tx: Db, reportId: number) =>
  tx.query<PromiseRow>(`select ${promiseColumns} from report_promises where report_id = $1 order by id`, [
    reportId,
  ])
export const insertPromises = async (
  tx: Db,
  reportId: number,
  promises: readonly PromiseGiven[],
  { at, by }: { at: Date; by: string },
) => {
  for (const { words, measure, target, gridId, unitId } of promises)
    await tx.query(
      `insert into report_promises (report_id, path, words, measure, target, grid_id, unit_id, added_at, added_by)
       select id, path, $2, $3, $4, $5, $6, $7, $8 from reports where id = $1`,
      [reportId, words, measure, target, gridId ?? null, unitId ?? null, at, by],
    )
}
/** Owner. The promises of the last briefing of this kind and grid that ended before a day. */
export const listDuePromises = (
  db: Db,
  { kind, gridId, day }: { kind: ReportKind; gridId: number | null; day: string },
) =>
  db.query<PromiseRow & { title: string }>(
    `select ${promiseColumns.replace('id,', 'p.id,')}, r.title from report_promises p join lateral (
       select id as made, title from reports
       where kind = $1 and grid_id is not distinct from $2::int and last_day < $3::date
         and exists (select 1 from report_promises o where o.report_id = reports.id)
       order by last_day desc, id desc limit 1
     ) r on p.report_id = r.made order by p.id`,
    [kind, gridId, day],
  )

// Templates.

export interface TemplateRow {
  id: number
  name: string
  sha256: string
  bytes: Uint8Array | null
  addedAt: Date
  addedBy: string
}
/** Owner. The newest one of a language. */
export const findTemplate = (db: Db, language: ReportLanguage) =>
  first(
    db.query<TemplateRow>(
      `select id, name, sha256, bytes, added_at as "addedAt", added_by as "addedBy" from report_templates where language = $1 order by id desc limit 1`,
      [language],
    ),
  )
export const insertTemplate = (db: Db, language: ReportLanguage, one: Omit<TemplateRow, 'id'>) =>
  db.query(
    'insert into report_templates (language, name, bytes, sha256, added_at, added_by) values ($1, $2, $3, $4, $5, $6)',
    [language, one.name, one.bytes, one.sha256, one.addedAt, one.addedBy],
  )

// Schedules.

export interface ScheduleRow {
  id: number
  kind: Exclude<ReportKind, 'range'>
  language: ReportLanguage
  gridId: number | null
  gridName: string | null
  path: number[]
  hour: number
  recipients: string[]
  active: boolean
  nextAt: Date | null
}
export type NewSchedule = Omit<ScheduleRow, 'id' | 'nextAt' | 'gridName'>
const scheduleColumns = `id, kind, language, grid_id as "gridId", (select g.name from grids g where g.id = grid_id) as "gridName", path, hour, recipients, active, next_at as "nextAt"`
export const listSchedules = (tx: Db) =>
  tx.query<ScheduleRow>(`select ${scheduleColumns} from report_schedules order by id`)
export const findSchedule = (tx: Db, id: number) =>
  first(
    tx.query<ScheduleRow>(`select ${scheduleColumns} from report_schedules where id = $1 for update`, [id]),
  )
export const saveSchedule = async (tx: Db, id: number | null, one: NewSchedule) => {
  const values = [one.kind, one.language, one.gridId, numbers(one.path), one.hour, one.recipients, one.active]
  return (
    await first(
      id === null
        ? tx.query<{ id: number }>(
            `insert into report_schedules (kind, language, grid_id, path, hour, recipients, active)
             values ($1, $2, $3, $4::int[], $5, $6::text[], $7) returning id`,
            values,
          )
        : tx.query<{ id: number }>(
            `update report_schedules set kind = $1, language = $2, grid_id = $3, path = $4::int[], hour = $5, recipients = $6::text[], active = $7
             where id = $8 returning id`,
            [...values, id],
          ),
    )
  )?.id
}
export const noteNext = (tx: Db, id: number, nextAt: Date | null, lastFrom?: string) =>
  tx.query(
    'update report_schedules set next_at = $2, last_from = coalesce($3::date, last_from) where id = $1',
    [id, nextAt, lastFrom ?? null],
  )
export const deleteSchedule = (tx: Db, id: number) =>
  tx.query('delete from report_schedules where id = $1 returning id', [id])

// E-mail.

export interface MailRow {
  reportId: number
  recipient: string
  state: 'waiting' | 'sent' | 'failed'
  attempts: number
  problem: string
  triedAt: Date | null
}
const mailColumns = `report_id as "reportId", recipient, state, attempts, problem, tried_at as "triedAt"`
export const listMails = (tx: Db, ids: readonly number[]) =>
  tx.query<MailRow>(
    `select ${mailColumns} from report_mails where report_id = any($1::int[]) order by recipient`,
    [numbers(ids)],
  )
/** Owner. Those that have it already are left alone. */
export const insertMails = (tx: Db, reportId: number, recipients: readonly string[]) =>
  tx.query(
    `insert into report_mails (report_id, recipient) select distinct $1::int, r from unnest($2::text[]) r
     on conflict (report_id, recipient) do update set state = 'waiting', problem = '' where report_mails.state <> 'sent'`,
    [reportId, recipients],
  )
/** Whether a letter may be sent now: whoever else has begun one in the last two minutes is still at it. */
export const claimMail = async (
  db: Db,
  { reportId, recipient, now }: { reportId: number; recipient: string; now: Date },
) =>
  (
    await db.query(
      `update report_mails set tried_at = $3, attempts = attempts + 1
       where report_id = $1 and recipient = $2 and state <> 'sent'
         and (state = 'failed' or tried_at is null or tried_at < $3::timestamptz - interval '2 minutes')
       returning 1`,
      [reportId, recipient, now],
    )
  ).length > 0
export const noteMail = (
  db: Db,
  { reportId, recipient, state, problem, triedAt }: Omit<MailRow, 'attempts'>,
) =>
  db.query(
    'update report_mails set state = $3, problem = $4, tried_at = $5 where report_id = $1 and recipient = $2',
    [reportId, recipient, state, problem.slice(0, 300), triedAt],
  )

/** Owner. The town and the path of a grid (null: of the town); nothing: there is no such grid among those given. */
export const findPlace = (db: Db, gridId: number | null, grids: readonly number[]) =>
  first(
    db.query<{
      path: number[]
      town: string
      townEn: string
      grid: string | null
      level: number
      timeZone: string
    }>(
      `select g.path, o.name as town, t.name_en as "townEn", nullif(g.name, o.name) as grid, g.level, t.time_zone as "timeZone"
       from towns t join grids o on o.id = t.id join grids g on g.id = coalesce($1::int, t.id)
       where g.path && $2::int[]`,
      [gridId, numbers(grids)],
    ),
  )
/** Owner. How far the measures have followed the timeline. */
export const findFoldedSeq = async (db: Db) =>
  (await first(db.query<{ seq: number }>('select seq::float8 as seq from evaluation_head')))?.seq ?? 0
/** Owner. */
export const findTownId = async (db: Db) =>
  (await first(db.query<{ id: number }>('select id from towns')))?.id ?? 0
