import type { State } from '../contract/lifecycle.ts'
import type { Db } from '../db/connect.ts'

export interface FollowedRow {
  id: number
  number: string
  classCode: string
  className: string
  description: string
  address: string
  lng: number
  lat: number
  state: State
  reportedAt: Date
  mergedInto: number | null
  satisfied: boolean | null
  ratedAt: Date | null
}
const followedColumns = `i.id, i.number, i.class_code as "classCode", c.name as "className", i.description, i.address,
  st_x(i.geom) as lng, st_y(i.geom) as lat, i.state, i.reported_at as "reportedAt", i.merged_into as "mergedInto",
  i.satisfied, r.rated_at as "ratedAt"`

/** Owner. The report behind a code. */
export const findFollowed = async (db: Db, codeHash: string) =>
  (
    await db.query<FollowedRow>(
      `select ${followedColumns}
       from incident_reporters r
       join incidents i on i.town_id = r.town_id and i.id = r.incident_id
       join incident_classes c on c.code = i.class_code
       where r.code_hash = $1`,
      [codeHash],
    )
  )[0] ?? null

/** Owner. The report of a number and the telephone it was made with. */
export const findByPhone = async (db: Db, number: string, phone: string) =>
  (
    await db.query<FollowedRow>(
      `select ${followedColumns}
       from incident_reporters r
       join incidents i on i.town_id = r.town_id and i.id = r.incident_id
       join incident_classes c on c.code = i.class_code
       where i.number = $1 and r.phone = $2 and r.phone <> ''`,
      [number, phone],
    )
  )[0] ?? null

/** Owner. What happened to some incidents, oldest first: only names of events and when, and what the citizen said. */
export const listSteps = (db: Db, incidentIds: readonly number[]) =>
  db.query<{ event: string; at: Date; comment: string | null }>(
    `select event, at, case when event = 'incident:rated' then data->>'comment' end as comment
     from timeline where incident_id = any($1::int[]) order by seq`,
    [incidentIds],
  )

export const listPhotos = (db: Db, incidentIds: readonly number[]) =>
  db.query<{ id: number; moment: 'found' | 'handled' | 'checked' | 'other' }>(
    `select id, moment from media
     where incident_id = any($1::int[]) and kind = 'photo' and state = 'ready' order by id`,
    [incidentIds],
  )

export const markRated = (tx: Db, incidentId: number, at: Date) =>
  tx.query(
    `update incident_reporters set rated_at = $2
     where town_id = (select id from towns) and incident_id = $1 and rated_at is null returning 1`,
    [incidentId, at],
  )

export const listApiKeys = (db: Db) =>
  db.query<{ id: number; name: string; createdAt: Date; revokedAt: Date | null }>(
    `select id, name, created_at as "createdAt", revoked_at as "revokedAt" from api_keys order by id`,
  )
export const insertApiKey = async (db: Db, name: string, keyHash: string, at: Date) =>
  (
    await db.query<{ id: number }>(
      'insert into api_keys (name, key_hash, created_at) values ($1, $2, $3) returning id',
      [name, keyHash, at],
    )
  )[0]?.id ?? 0
export const revokeApiKey = async (db: Db, id: number, at: Date) =>
  (
    await db.query('update api_keys set revoked_at = $2 where id = $1 and revoked_at is null returning 1', [
      id,
      at,
    ])
  ).length > 0
export const findApiKey = async (db: Db, keyHash: string) =>
  (
    await db.query<{ id: number; name: string }>(
      'select id, name from api_keys where key_hash = $1 and revoked_at is null',
      [keyHash],
    )
  )[0] ?? null

/** Places of the town whose name or address holds some words: grids, monitoring points, and where cases were; of this very name first. */
export const listPlaces = (db: Db, words: string) =>
  db.query<{ name: string; kind: 'grid' | 'point' | 'address'; lng: number; lat: number }>(
    `select name, kind, st_x(at) as lng, st_y(at) as lat
     from (
       select g.name, 'grid' as kind, st_pointonsurface(g.geom) as at, 1 as rank
       from grids g where g.name ilike $1 and g.geom is not null
       union all
       select p.name, 'point', p.geom, 2 from monitoring_points p where p.name ilike $1
       union all
       (select distinct on (i.address = $2, i.address) i.address, 'address', i.geom, 3
        from incidents i
        where i.town_id = (select id from towns) and i.address ilike $1 and i.address <> ''
        order by i.address = $2 desc, i.address, i.id desc
        limit 20)
     ) found
     order by name = $2 desc, rank, length(name), name
     limit 20`,
    [`%${words.replaceAll(/[\\%_]/g, (one) => `\\${one}`)}%`, words],
  )

export interface RequestRow {
  id: number
  number: string
  classCode: string
  className: string
  description: string
  address: string
  lng: number
  lat: number
  state: State
  reportedAt: Date
  updatedAt: Date | null
  dueAt: Date | null
  unitName: string | null
}
/**
 * Owner. Reports from outside as other systems may see them, with their words and address only when they came through Open311:
 * what citizens write is for the desk. By ids, or by class, time of the report (both ends included) and state.
 */
export const listRequests = (
  db: Db,
  ask: {
    ids: readonly number[] | null
    classes: readonly string[] | null
    from: Date | null
    to: Date | null
    states: readonly State[] | null
    limit: number
  },
) =>
  db.query<RequestRow>(
    `select i.id, i.number, i.class_code as "classCode", c.name as "className",
       case when i.attributes ? 'open311' then i.description else c.name end as description,
       case when i.attributes ? 'open311' then i.address else '' end as address,
       st_x(i.geom) as lng, st_y(i.geom) as lat, i.state, i.reported_at as "reportedAt",
       (select max(t.at) from timeline t where t.incident_id = i.id) as "updatedAt", i.due_at as "dueAt", u.name as "unitName"
     from incidents i
     join incident_classes c on c.code = i.class_code
     left join units u on u.id = i.unit_id
     where i.town_id = (select id from towns) and c.open and i.source in ('citizen', 'system') and i.state <> 'voided'
       and ($1::int[] is null or i.id = any($1::int[]))
       and ($2::text[] is null or i.class_code = any($2::text[]))
       and ($3::timestamptz is null or i.reported_at >= $3)
       and ($4::timestamptz is null or i.reported_at <= $4)
       and ($5::text[] is null or i.state = any($5::text[]))
     order by i.reported_at desc
     limit $6`,
    [ask.ids, ask.classes, ask.from, ask.to, ask.states, ask.limit],
  )
