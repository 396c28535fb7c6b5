import type { TimelineEvent } from '../contract/incident.ts'
import type { Db } from './connect.ts'

export interface NewEvent {
  event: string
  at: Date
  actor: { name: string; role: string }
  path: readonly number[]
  incidentId?: number
  data?: Record<string, unknown>
}

/**
 * Takes the next `count` numbers and answers the first of them.
 * The head's row lock is held until commit: numbers follow the order of commit, and none is missing. So take them last.
 */
export async function takeNumbers(tx: Db, count: number): Promise<number> {
  const head = await tx.query<{ seq: number }>(`update timeline_head set seq = seq + $1 returning seq`, [
    count,
  ])
  return (head[0]?.seq ?? 0) - count + 1
}

/**
 * Appends to the timeline inside the caller's transaction. Append last: see `takeNumbers`.
 * `key`: the command's own, kept with the first event, so that it is known when it comes again.
 */
export async function appendTimeline(tx: Db, events: readonly NewEvent[], key?: string): Promise<void> {
  const first = await takeNumbers(tx, events.length)
  await tx.query(
    `insert into timeline (seq, town_id, incident_id, event, at, actor_name, actor_role, path, data, key)
     select i.seq, (select id from towns), i.incident_id, i.event, i.at, i.actor_name, i.actor_role, i.path::int[], i.data::jsonb,
       case when i.seq = $9::bigint then $10::text end
     from unnest($1::bigint[], $2::int[], $3::text[], $4::timestamptz[], $5::text[], $6::text[], $7::text[], $8::text[])
       as i (seq, incident_id, event, at, actor_name, actor_role, path, data)`,
    [
      events.map((_, i) => first + i),
      events.map((one) => one.incidentId ?? null),
      events.map((one) => one.event),
      events.map((one) => one.at),
      events.map((one) => one.actor.name),
      events.map((one) => one.actor.role),
      events.map((one) => `{${one.path.join(',')}}`),
      events.map((one) => JSON.stringify(one.data ?? {})),
      first,
      key ?? null,
    ],
  )
}

const columns = `seq, event, at, incident_id as "incidentId", actor_name as "actorName", actor_role as "actorRole", path, data`
type Row = Omit<TimelineEvent, 'at'> & { at: Date }
const wire = (row: Row): TimelineEvent => ({ ...row, at: row.at.toISOString() })

/** Events after a number, oldest first. */
export const listTimelineAfter = async (db: Db, after: number, limit: number) =>
  (
    await db.query<Row>(`select ${columns} from timeline where seq > $1 order by seq limit $2`, [
      after,
      limit,
    ])
  ).map(wire)

export const listTimelineOf = async (db: Db, incidentId: number) =>
  (
    await db.query<Row>(`select ${columns} from timeline where incident_id = $1 order by seq`, [incidentId])
  ).map(wire)

export const timelineSeq = async (db: Db) =>
  (await db.query<{ seq: number }>('select seq from timeline_head'))[0]?.seq ?? 0
