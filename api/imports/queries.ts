import type { Stage } from '../contract/import-kinds.ts'
import type { CheckedFile, ImportRecord, InspectedFile, JobOptions } from '../contract/imports.ts'
import type { Db } from '../db/connect.ts'

export interface JobRow {
  id: number
  by: string
  createdAt: Date
  file: string
  size: number
  received: number
  stage: Stage
  inspected: InspectedFile | null
  options: JobOptions | null
  checked: CheckedFile | null
  importId: number | null
  counts: { taken: number; unchanged: number; refused: number } | null
  problem: string | null
}
const columns = `j.id, j.by_name as by, j.created_at as "createdAt", j.file, j.size, j.received, j.stage, j.inspected,
  case when j.what is null then null else j.options end as options, j.findings as checked, j.import_id as "importId",
  case when i.id is null then null
    else jsonb_build_object('taken', i.taken, 'unchanged', i.unchanged, 'refused', i.refused) end as counts,
  j.problem`

export const insertJob = async (db: Db, job: { by: string; file: string; size: number }): Promise<number> => {
  const [made] = await db.query<{ id: number }>(
    `insert into import_jobs (by_name, file, size) values ($1, $2, $3) returning id`,
    [job.by, job.file, job.size],
  )
  if (!made) throw new Error('the job was not written')
  return made.id
}

/** Newest first. */
export const listJobs = (db: Db) =>
  db.query<JobRow>(
    `select ${columns} from import_jobs j left join imports i on i.id = j.import_id order by j.id desc limit 50`,
  )

export const findJob = async (db: Db, id: number): Promise<JobRow | null> =>
  (
    await db.query<JobRow>(
      `select ${columns} from import_jobs j left join imports i on i.id = j.import_id where j.id = $1`,
      [id],
    )
  )[0] ?? null

/** Moves a job from one of these stages to another; false when it is in none of them. */
export const moveJob = async (
  db: Db,
  job: { id: number; from: readonly Stage[]; to: Stage; problem?: string | null },
): Promise<boolean> =>
  (
    await db.query(
      `update import_jobs set stage = $3, problem = $4 where id = $1 and stage = any($2::text[]) returning id`,
      [job.id, job.from, job.to, job.problem ?? null],
    )
  ).length > 0

export const setReceived = (db: Db, id: number, received: number) =>
  db.query('update import_jobs set received = $2 where id = $1', [id, received])
export const setInspected = (db: Db, id: number, inspected: InspectedFile) =>
  db.query('update import_jobs set inspected = $2::jsonb where id = $1', [id, JSON.stringify(inspected)])
export const setOptions = (db: Db, id: number, options: JobOptions) =>
  db.query('update import_jobs set what = $2, options = $3::jsonb where id = $1', [
    id,
    options.what,
    JSON.stringify(options),
  ])
export const setChecked = (db: Db, id: number, checked: CheckedFile | null) =>
  db.query('update import_jobs set findings = $2::jsonb where id = $1', [
    id,
    checked && JSON.stringify(checked),
  ])
export const setImport = (db: Db, id: number, importId: number | null) =>
  db.query('update import_jobs set import_id = $2 where id = $1', [id, importId])
export const deleteJob = (db: Db, id: number) => db.query('delete from import_jobs where id = $1', [id])

/** After a restart: what was at work stands where it can be begun again. */
export const settleJobs = (db: Db) =>
  db.query(
    `update import_jobs
     set stage = case stage when 'reading' then 'failed' when 'checking' then 'recognised' else 'checked' end,
       problem = 'Xiake was stopped while this was at work; nothing was written.'
     where stage in ('reading', 'checking', 'writing')`,
  )

export const listImports = async (db: Db): Promise<ImportRecord[]> =>
  (
    await db.query<Omit<ImportRecord, 'at' | 'undoneAt'> & { at: Date; undoneAt: Date | null }>(
      `select id, what, file, fingerprint, by_name as by, ran_at as at, taken, unchanged, refused,
         coalesce((select jsonb_agg(jsonb_build_object('kind', f->'kind', 'rows', f->'rows')) from jsonb_array_elements(findings) f), '[]')
           as findings,
         report is not null as "hasReport", plan_id as "planId", undone_at as "undoneAt", undone_by as "undoneBy",
         undo_kept as "undoKept"
       from imports
       order by id desc
       limit 200`,
    )
  ).map(({ at, undoneAt, ...row }) => ({
    ...row,
    at: at.toISOString(),
    undoneAt: undoneAt?.toISOString() ?? null,
  }))

export const findReport = async (db: Db, id: number) =>
  (await db.query<{ report: string | null }>('select report from imports where id = $1', [id]))[0] ?? null
