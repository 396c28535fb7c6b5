import type { Db } from '../db/connect.ts'
import type { Described, Fact } from './cube-store.ts'

const columns = `f.incident_id as "incidentId", f.at, f.path::text as path, f.class_code as "classCode", f.source, f.unit_id as unit,
  f.officer_id as officer, f.state, f.mark, f.response_seconds as "responseSeconds", f.handle_seconds as "handleSeconds",
  f.total_seconds as "totalSeconds", (extract(epoch from f.hour at time zone t.time_zone) / 3600)::int as hour`

/** What was read of the facts: all that transactions below `least` wrote, and all of those in the lists (numbers of transactions). */
export interface Read {
  least: string
  changed: readonly string[]
  gone: readonly string[]
}

/** In order, so that the index is read and not the table: 0.5 ms, not 18, of 51,000 cases. */
const newest = (table: string, known: string) =>
  `select from (select folded from ${table} where folded >= $1::xid8 and folded <> all (${known}::xid8[]) order by folded desc limit 1) one`

/** Owner. All transactions below `least` are over; whether more was written than what was read; whether the timeline goes on beyond the facts. */
export const findHorizon = async (db: Db, read: Read) =>
  (
    await db.query<{ least: string; more: boolean; behind: boolean }>(
      `select pg_snapshot_xmin(pg_current_snapshot())::text as least,
         exists (${newest('case_facts', '$2')}) or exists (${newest('case_facts_gone', '$3')}) as more,
         coalesce((select t.seq > e.seq from timeline_head t, evaluation_head e), false) as behind`,
      [read.least, list(read.changed), list(read.gone)],
      'facts-horizon',
    )
  )[0] ?? { least: '0', more: true, behind: false }
const list = (numbers: readonly string[]) => `{${numbers.join(',')}}`

/** Owner. The departments of all squads and the posts of all officers. */
export async function findDescribed(db: Db): Promise<Described> {
  const [row] = await db.query<Record<keyof Described, Record<string, string>>>(
    `select (select coalesce(json_object_agg(id, department_of(id)), '{}') from units) as departments,
       (select coalesce(json_object_agg(officer_id, post), '{}') from officer_posts) as posts`,
  )
  const byId = (told: Record<string, string> = {}) =>
    new Map(Object.entries(told).map(([id, name]) => [Number(id), name]))
  return { departments: byId(row?.departments), posts: byId(row?.posts) }
}

/**
 * Owner. Numbers of transactions that are still to come were given by another cluster, from which this database was restored: they are given
 * anew, or later ones would be taken for known.
 */
export const renumber = (db: Db) =>
  db.transaction(async (tx) => {
    const later = 'folded >= pg_snapshot_xmax(pg_current_snapshot())'
    const [row] = await tx.query<{ found: boolean }>(
      `select exists (select from case_facts where ${later}) or exists (select from case_facts_gone where ${later}) as found`,
    )
    if (!row?.found) return
    await tx.query(`delete from case_facts_gone where ${later}`)
    await tx.query(`update case_facts set folded = pg_current_xact_id() where ${later}`)
  })

/** Owner. The facts after one, by hour and incident, some at once; from the beginning where `after` is null. */
export const listFacts = (db: Db, after: FactAt | null, limit: number) =>
  db.query<Fact & FactAt>(
    `select ${columns.replace('f.at', 'f.hour::text as at')} from case_facts f join towns t on t.id = f.town_id
     where ($1::text is null or (f.hour, f.incident_id) > ($1::timestamptz, $2::int))
     order by f.hour, f.incident_id limit $3`,
    [after?.at ?? null, after?.incidentId ?? null, limit],
  )
export interface FactAt {
  at: string
  incidentId: number
}

interface ChangedFact extends Fact {
  folded: string
}
/** Owner. Facts that a transaction from `least` on has written, without those of transactions that are known already. */
export const listChangedFacts = (db: Db, { least, changed }: Read, limit: number) =>
  db.query<ChangedFact>(
    `select ${columns.replace('f.at', 'f.folded::text as folded')} from case_facts f join towns t on t.id = f.town_id
     where f.folded >= $1::xid8 and f.folded <> all ($2::xid8[]) order by f.folded limit $3`,
    [least, list(changed), limit],
  )
/** Owner. Cases whose facts such a transaction has taken away, and that have none now. */
export const listGoneFacts = (db: Db, { least, gone }: Read) =>
  db.query<{ incidentId: number; folded: string }>(
    `select g.incident_id as "incidentId", g.folded::text as folded from case_facts_gone g
     where g.folded >= $1::xid8 and g.folded <> all ($2::xid8[])
       and not exists (select from case_facts f where f.incident_id = g.incident_id)`,
    [least, list(gone)],
  )
