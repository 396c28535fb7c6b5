import type { Medium, NewMedium } from '../contract/media.ts'
import type { Db } from '../db/connect.ts'

export type MediumRow = Omit<Medium, 'takenAt' | 'addedAt'> & {
  takenAt: Date | null
  addedAt: Date
  name: string
}
const columns = `id, incident_id as "incidentId", kind, moment, state, reason, name, mime, bytes, received, width, height, seconds,
  taken_at as "takenAt", taken_lng as "takenLng", taken_lat as "takenLat", sha256, added_at as "addedAt", added_by as "addedBy"`

export const wireMedium = ({ name: _, takenAt, addedAt, seconds, ...row }: MediumRow): Medium => ({
  ...row,
  seconds: seconds === null ? null : Math.round(seconds * 100) / 100,
  takenAt: takenAt?.toISOString() ?? null,
  addedAt: addedAt.toISOString(),
})

/** Null when the owner has used the key before. Owner's connection. */
export const insertMedium = async (
  db: Db,
  { medium, owner, name, at }: { medium: NewMedium; owner: string; name: string; at: Date },
): Promise<MediumRow | null> =>
  (
    await db.query<MediumRow>(
      `insert into media (town_id, incident_id, kind, moment, state, name, bytes, owner, added_by, added_at, key)
       select id, $1, $2, $3, 'receiving', $4, $5, $6, $7, $8, $9 from towns
       on conflict (owner, key) do nothing
       returning ${columns}`,
      [
        medium.incidentId ?? null,
        medium.kind,
        medium.moment,
        medium.name,
        medium.bytes,
        owner,
        name,
        at,
        medium.key,
      ],
    )
  )[0] ?? null

export const findByKey = async (db: Db, owner: string, key: string): Promise<MediumRow | null> =>
  (
    await db.query<MediumRow>(`select ${columns} from media where owner = $1 and key = $2`, [owner, key])
  )[0] ?? null

/** What this owner has sent, wherever it belongs by now. Owner's connection. */
export const findSent = async (db: Db, owner: string, id: number): Promise<MediumRow | null> =>
  (await db.query<MediumRow>(`select ${columns} from media where id = $1 and owner = $2`, [id, owner]))[0] ??
  null

/** What the scope may see. */
export const findMedium = async (tx: Db, id: number): Promise<MediumRow | null> =>
  (await tx.query<MediumRow>(`select ${columns} from media where id = $1 and state = 'ready'`, [id]))[0] ??
  null

export const listMedia = (tx: Db, incidentId: number) =>
  tx.query<MediumRow>(
    `select ${columns} from media where incident_id = $1 and state = 'ready' order by id limit 500`,
    [incidentId],
  )

/** What one owner has begun since then and not brought to an incident. */
export const countUnbound = async (db: Db, owner: string, since: Date): Promise<number> =>
  (
    await db.query<{ count: number }>(
      `select count(*) as count from media
       where owner = $1 and added_at > $2 and (incident_id is null or state <> 'ready')`,
      [owner, since],
    )
  )[0]?.count ?? 0

/** Bytes of what citizens began and no incident holds. */
export const sumLooseOfCitizens = async (db: Db): Promise<number> =>
  (
    await db.query<{ bytes: number }>(
      `select coalesce(sum(bytes), 0)::float8 as bytes from media
       where incident_id is null and state <> 'refused' and owner like 'citizen:%'`,
    )
  )[0]?.bytes ?? 0

export const findIncidentPath = async (tx: Db, incidentId: number): Promise<number[] | null> =>
  (await tx.query<{ path: number[] }>('select path from incidents where id = $1', [incidentId]))[0]?.path ??
  null

export const findTimeZone = async (db: Db): Promise<string> =>
  (await db.query<{ zone: string }>('select time_zone as zone from towns'))[0]?.zone ?? 'Asia/Shanghai'

export const setReceived = (db: Db, id: number, received: number) =>
  db.query(`update media set received = greatest(received, $2) where id = $1 and state = 'receiving'`, [
    id,
    received,
  ])

export const rewind = (db: Db, id: number) =>
  db.query(`update media set received = 0 where id = $1 and state = 'receiving'`, [id])

export interface Kept {
  mime: string
  sha256: string
  width: number | null
  height: number | null
  seconds: number | null
  takenAt: Date | null
  takenLng: number | null
  takenLat: number | null
}
/** Null when somebody else was first. */
export const markReady = async (tx: Db, id: number, kept: Kept): Promise<MediumRow | null> =>
  (
    await tx.query<MediumRow>(
      `update media
       set state = 'ready', mime = $2, sha256 = $3, width = $4, height = $5, seconds = $6, taken_at = $7, taken_lng = $8,
         taken_lat = $9
       where id = $1 and state = 'receiving'
       returning ${columns}`,
      [
        id,
        kept.mime,
        kept.sha256,
        kept.width,
        kept.height,
        kept.seconds,
        kept.takenAt,
        kept.takenLng,
        kept.takenLat,
      ],
    )
  )[0] ?? null

/** It belongs to no incident any more; the reason stays for whoever sent it. */
export const markRefused = (db: Db, id: number, reason: string) =>
  db.query(
    `update media set state = 'refused', reason = $2, incident_id = null where id = $1 and state = 'receiving'`,
    [id, reason],
  )

/** Until the end of the transaction nobody else adds or takes away what has this content. */
export const lockContent = (tx: Db, sha256: string) =>
  tx.query('select pg_advisory_xact_lock(hashtextextended($1, 7))', [sha256])

export const isContentUsed = async (tx: Db, sha256: string): Promise<boolean> =>
  (await tx.query('select 1 from media where sha256 = $1 limit 1', [sha256])).length > 0

/** False when it has been bound to an incident meanwhile and is whole. */
export const deleteUnbound = async (tx: Db, id: number): Promise<boolean> =>
  (
    await tx.query(
      `delete from media where id = $1 and (incident_id is null or state <> 'ready') returning id`,
      [id],
    )
  ).length > 0

/** Uploads that stopped half-way, and what no report came for. */
export const listStale = (db: Db, { begun, unbound }: { begun: Date; unbound: Date }) =>
  db.query<{ id: number; sha256: string }>(
    `select id, sha256 from media
     where (state = 'receiving' and added_at < $1) or (incident_id is null and added_at < $2)
     order by id`,
    [begun, unbound],
  )
