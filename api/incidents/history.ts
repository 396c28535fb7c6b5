import type { Source, State } from '../contract/lifecycle.ts'
import type { Db } from '../db/connect.ts'
import { takeNumbers } from '../db/timeline.ts'

// Cases that happened before Xiake was there (imports, the demo's year): written with their whole timeline in bulk.

export interface PastEvent {
  event: string
  at: Date
  actorName: string
  actorRole: string
  data?: Record<string, unknown>
}
export interface PastIncident {
  /** The source's own key: a second import of it changes nothing. */
  sourceKey: string
  classCode: string
  source: Source
  title: string
  description?: string
  address?: string
  lng: number
  lat: number
  gridId: number
  state: State
  reportedAt: Date
  filedAt?: Date | null
  dueAt?: Date | null
  handledAt?: Date | null
  closedAt?: Date | null
  unitCode?: string | null
  officerCode?: string | null
  attributes?: Record<string, unknown>
  /** What the citizen who reported it said in the end. */
  satisfied?: boolean | null
  /** Oldest first, beginning with incident:reported. */
  events: readonly PastEvent[]
}

const chunk = 2000

/**
 * Writes past incidents and their timelines; those whose source key is known are left as they are.
 * Answers how many were new. Owner. Within one transaction; calls `progress` with the number done.
 * The events come last: their numbers lock the timeline until the commit, and a town at work waits behind it.
 */
export async function insertPastIncidents(
  tx: Db,
  rows: readonly PastIncident[],
  progress: (done: number) => void = () => {},
): Promise<number> {
  const added: { row: PastIncident; id: number }[] = []
  for (let start = 0; start < rows.length; start += chunk) {
    const part = rows.slice(start, start + chunk)
    const ids = await insertPastRows(tx, part)
    for (const row of part) {
      const id = ids.get(row.sourceKey)
      if (id !== undefined) added.push({ row, id })
    }
    progress((start + part.length) / 2)
  }
  for (let start = 0; start < added.length; start += chunk) {
    await insertEvents(tx, added.slice(start, start + chunk))
    progress(rows.length / 2 + (start + chunk) / 2)
  }
  return added.length
}

/** Writes incidents without their timelines; answers the ids of the new ones by source key. */
export async function insertPastRows(tx: Db, rows: readonly PastIncident[]): Promise<Map<string, number>> {
  const written = await tx.query<{ id: number; sourceKey: string }>(
    `insert into incidents (town_id, id, number, class_code, source, source_key, title, description, address, geom, path,
       state, reported_at, filed_at, due_at, handled_at, closed_at, unit_id, officer_id, attributes, satisfied)
     select t.id, next.id, to_char(i.reported_at at time zone t.time_zone, 'YYYYMMDD') || '-' || lpad(next.id::text, greatest(6, length(next.id::text)), '0'),
       i.class_code, i.source, i.source_key, i.title, i.description, i.address,
       st_setsrid(st_makepoint(i.lng, i.lat), 4326), g.path,
       i.state, i.reported_at, i.filed_at, i.due_at, i.handled_at, i.closed_at, u.id, o.id, i.attributes::jsonb, i.satisfied
     from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::float8[], $8::float8[], $9::int[],
         $10::text[], $11::timestamptz[], $12::timestamptz[], $13::timestamptz[], $14::timestamptz[], $15::timestamptz[],
         $16::text[], $17::text[], $18::text[], $19::boolean[])
       as i (source_key, class_code, source, title, description, address, lng, lat, grid_id,
         state, reported_at, filed_at, due_at, handled_at, closed_at, unit_code, officer_code, attributes, satisfied)
     cross join towns t
     cross join lateral (select nextval('incident_ids')::int as id where i.source_key is not null) next
     join grids g on g.id = i.grid_id
     left join units u on u.code = i.unit_code
     left join officers o on o.code = i.officer_code
     -- A case that was made here goes out under its number; coming back, it is there already.
     where not (i.source_key like 'xiake:%' and exists (
       select 1 from incidents known
       where known.town_id = t.id and known.id = substring(i.source_key from '^xiake:\\d{8}-0*(\\d{1,9})$')::int
         and 'xiake:' || known.number = i.source_key
     ))
     on conflict do nothing
     returning id, source_key as "sourceKey"`,
    [
      rows.map((row) => row.sourceKey),
      rows.map((row) => row.classCode),
      rows.map((row) => row.source),
      rows.map((row) => row.title),
      rows.map((row) => row.description ?? ''),
      rows.map((row) => row.address ?? ''),
      rows.map((row) => row.lng),
      rows.map((row) => row.lat),
      rows.map((row) => row.gridId),
      rows.map((row) => row.state),
      rows.map((row) => row.reportedAt),
      rows.map((row) => row.filedAt ?? null),
      rows.map((row) => row.dueAt ?? null),
      rows.map((row) => row.handledAt ?? null),
      rows.map((row) => row.closedAt ?? null),
      rows.map((row) => row.unitCode ?? null),
      rows.map((row) => row.officerCode ?? null),
      rows.map((row) => JSON.stringify(row.attributes ?? {})),
      rows.map((row) => row.satisfied ?? null),
    ],
  )
  return new Map(written.map((row) => [row.sourceKey, row.id]))
}

async function insertEvents(tx: Db, written: readonly { row: PastIncident; id: number }[]) {
  const events = written.flatMap(({ row, id }) =>
    row.events.map((event) => ({ ...event, id, gridId: row.gridId })),
  )
  if (events.length === 0) return
  const first = await takeNumbers(tx, events.length)
  await tx.query(
    `insert into timeline (seq, town_id, incident_id, event, at, actor_name, actor_role, path, data)
     select $1 + i.position - 1, g.path[1], i.incident_id, i.event, i.at, i.actor_name, i.actor_role, g.path, i.data::jsonb
     from unnest($2::int[], $3::text[], $4::timestamptz[], $5::text[], $6::text[], $7::int[], $8::text[])
       with ordinality as i (incident_id, event, at, actor_name, actor_role, grid_id, data, position)
     join grids g on g.id = i.grid_id`,
    [
      first,
      events.map((event) => event.id),
      events.map((event) => event.event),
      events.map((event) => event.at),
      events.map((event) => event.actorName),
      events.map((event) => event.actorRole),
      events.map((event) => event.gridId),
      events.map((event) => JSON.stringify(event.data ?? {})),
    ],
  )
}

/**
 * The timeline of imported incidents, made from their rows: only what the file said. Without a closing time nothing is
 * known of how long it took. Owner; last in the transaction, for the same reason as above.
 */
export async function insertImportedEvents(
  tx: Db,
  ids: readonly number[],
  progress: (share: number) => void = () => {},
): Promise<void> {
  const perRow = 10_000
  for (let start = 0; start < ids.length; start += perRow) {
    const part = ids.slice(start, start + perRow)
    // One statement: the numbers are taken as many as there are events.
    await tx.query(
      `with made as materialized (
         select i.town_id, i.id, i.path, e.event, e.at, row_number() over (order by i.reported_at, i.id, e.step) as place
         from incidents i
         cross join lateral (${importedEvents}) e
         where i.id = any($1::int[])
       ), head as (
         update timeline_head set seq = seq + (select count(*) from made) returning seq
       )
       insert into timeline (seq, town_id, incident_id, event, at, actor_name, actor_role, path, data)
       select head.seq - (select count(*) from made) + place, town_id, id, event, at, '导入 import', 'import', path,
         '{"imported": true}'
       from made
       cross join head`,
      [part],
    )
    progress((start + part.length) / ids.length)
  }
}

const importedEvents = `select * from (values
    (1, 'incident:reported', i.reported_at, true),
    (2, 'incident:voided', coalesce(i.closed_at, i.reported_at), i.state = 'voided'),
    (3, 'incident:closed', coalesce(i.closed_at, i.reported_at), i.state = 'closed' or (i.state = 'archived' and i.closed_at is not null)),
    (4, 'incident:archived', coalesce(i.closed_at, i.reported_at), i.state = 'archived')
  ) as made (step, event, at, said) where said`
