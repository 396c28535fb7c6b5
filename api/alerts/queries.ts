import type { Alert, AlertPreferences, PushSubscriptionGiven } from '../contract/alert.ts'
import type { AlertKind, AlertSeverity } from '../contract/alert-rules.ts'
import type { TimelineEvent } from '../contract/incident.ts'
import type { Role } from '../contract/roles.ts'
import { sosClass } from '../contract/squad-rules.ts'
import type { Db } from '../db/connect.ts'
import type { Job } from '../db/jobs.ts'
import { numbers } from '../db/values.ts'

const columns = `id, kind, severity, place, path, title, incident_id as "incidentId", point_id as "pointId", count, level,
  first_at as "firstAt", last_at as "lastAt", acknowledged_by as "acknowledgedBy", acknowledged_at as "acknowledgedAt"`

/** An alert as it lies there. `place`: what makes two of a kind one. */
export interface AlertRow {
  id: number
  kind: AlertKind
  severity: AlertSeverity
  place: string
  path: number[]
  title: string
  incidentId: number | null
  pointId: number | null
  count: number
  level: number
  firstAt: Date
  lastAt: Date
  acknowledgedBy: string | null
  acknowledgedAt: Date | null
}
export const wireAlert = ({ place: _place, ...row }: AlertRow): Alert => ({
  ...row,
  gridId: row.path.at(-1) ?? 0,
  firstAt: row.firstAt.toISOString(),
  lastAt: row.lastAt.toISOString(),
  acknowledgedAt: row.acknowledgedAt?.toISOString() ?? null,
})

/** Newest first. */
export const listAlerts = (
  db: Db,
  {
    open,
    asked,
    before,
    limit,
  }: { open: boolean; asked: boolean; before: number | undefined; limit: number },
) =>
  db.query<AlertRow>(
    `select ${columns}
     from alerts
     where (not $1::boolean or acknowledged_at is null)
       and ($2::boolean or kind <> 'asked')
       and ($3::int is null or id < $3)
     order by id desc
     limit $4`,
    [open, asked, before ?? null, limit],
  )

/** The rows, held until the transaction ends, in the order of their numbers: two who come at once wait for each other. */
export const holdAlerts = (tx: Db, ids: readonly number[]) =>
  tx.query<AlertRow>(`select ${columns} from alerts where id = any ($1::int[]) order by id for update`, [
    numbers(ids),
  ])

export const findAlert = async (db: Db, id: number) =>
  (await db.query<AlertRow>(`select ${columns} from alerts where id = $1`, [id]))[0] ?? null

/** Open alerts at these places, held. */
export const holdOpenAt = (tx: Db, places: readonly string[]) =>
  tx.query<AlertRow>(
    `select ${columns} from alerts
     where acknowledged_at is null and place = any ($1::text[])
     order by id
     for update`,
    [[...new Set(places)]],
  )

export const insertAlert = async (tx: Db, row: AlertRow): Promise<AlertRow> => {
  const [made] = await tx.query<{ id: number }>(
    `insert into alerts (kind, severity, place, path, title, incident_id, point_id, count, level, first_at, last_at,
       acknowledged_by, acknowledged_at)
     values ($1, $2, $3, $4::int[], $5, $6, $7, $8, $9, $10, $11, $12, $13)
     returning id`,
    [
      row.kind,
      row.severity,
      row.place,
      numbers(row.path),
      row.title,
      row.incidentId,
      row.pointId,
      row.count,
      row.level,
      row.firstAt,
      row.lastAt,
      row.acknowledgedBy,
      row.acknowledgedAt,
    ],
  )
  return { ...row, id: made?.id ?? 0 }
}

export const writeAlert = async (tx: Db, row: AlertRow): Promise<void> => {
  await tx.query(
    `update alerts
     set severity = $2, path = $3::int[], title = $4, incident_id = $5, point_id = $6, count = $7, level = $8, last_at = $9,
       acknowledged_by = $10, acknowledged_at = $11
     where id = $1`,
    [
      row.id,
      row.severity,
      numbers(row.path),
      row.title,
      row.incidentId,
      row.pointId,
      row.count,
      row.level,
      row.lastAt,
      row.acknowledgedBy,
      row.acknowledgedAt,
    ],
  )
}

/** Which of these grids still have an urgent report that nobody has filed, or a call for help to which nobody is sent. Owner. */
export const listWaitingGrids = async (tx: Db, gridIds: readonly number[]) =>
  (
    await tx.query<{ id: number }>(
      `select distinct path[cardinality(path)] as id
       from incidents
       where town_id = (select id from towns) and severity = 'urgent'
         and (state = 'reported' or (state = 'filed' and class_code = '${sosClass}'))
         and path[cardinality(path)] = any ($1::int[])`,
      [numbers(gridIds)],
    )
  ).map(({ id }) => id)

// The timeline -------------------------------------------------------------------------------------------------------------------

export type NewsEvent = Pick<
  TimelineEvent,
  'seq' | 'event' | 'incidentId' | 'actorName' | 'path' | 'data'
> & {
  at: Date
}

/** Whether something was appended since alerts were last looked for; locks nothing. Owner. */
export const isBehind = async (db: Db) =>
  (
    await db.query<{ behind: boolean }>('select t.seq > a.seq as behind from timeline_head t, alert_head a')
  )[0]?.behind ?? false

/** How far the timeline was looked through, held, and how far it goes. Owner. */
export const holdHead = async (tx: Db) =>
  (
    await tx.query<{ seq: number; until: number }>(
      'select a.seq, t.seq as until from alert_head a, timeline_head t for update of a',
    )
  )[0] ?? { seq: 0, until: 0 }

export const moveHead = (tx: Db, seq: number) => tx.query('update alert_head set seq = $1', [seq])

/** What may be news after one number and up to another, oldest first; history only while there is an alert that it may settle. */
export const listNews = (
  tx: Db,
  { seq, until, since, limit }: { seq: number; until: number; since: Date; limit: number },
) =>
  tx.query<NewsEvent>(
    `select seq, event, at, incident_id as "incidentId", actor_name as "actorName", path, data
     from timeline
     where seq > $1 and seq <= $2
       and (event like 'incident:%' or event like 'squad:%' or event = 'point:changed')
       and (at >= $3 or exists (select 1 from alerts where acknowledged_at is null))
     order by seq
     limit $4`,
    [seq, until, since, limit],
  )

// Preferences and push ------------------------------------------------------------------------------------------------------------

/** What somebody has chosen; null for what is usual. Owner. */
export const findPreferences = async (db: Db, accountId: number) =>
  (
    await db.query<{ preferences: unknown }>(
      'select preferences from alert_preferences where account_id = $1',
      [accountId],
    )
  )[0]?.preferences ?? null

export const putPreferences = (db: Db, accountId: number, preferences: AlertPreferences) =>
  db.query(
    `insert into alert_preferences (account_id, preferences) values ($1, $2::jsonb)
     on conflict (account_id) do update set preferences = excluded.preferences`,
    [accountId, JSON.stringify(preferences)],
  )

export const findTimeZone = async (db: Db) =>
  (await db.query<{ zone: string }>('select time_zone as zone from towns'))[0]?.zone ?? 'UTC'

/** The browsers of those who may see an alert of this path, with what their people have chosen. Owner. */
export const listBrowsers = (tx: Db, path: readonly number[]) =>
  tx.query<{ endpoint: string; role: Role; grids: number[]; preferences: unknown }>(
    `select s.endpoint, a.role, a.grids, p.preferences
     from push_subscriptions s
     join accounts a on a.id = s.account_id
     left join alert_preferences p on p.account_id = a.id
     where not a.disabled and a.grids && $1::int[]`,
    [numbers(path)],
  )

/** The browsers of some accounts, or of whoever signs in as some officers, with what their people have chosen. Owner. */
export const listOwnBrowsers = (
  tx: Db,
  { accountIds = [], officerIds = [] }: { accountIds?: readonly number[]; officerIds?: readonly number[] },
) =>
  tx.query<{ accountId: number; endpoint: string; preferences: unknown }>(
    `select a.id as "accountId", s.endpoint, p.preferences
     from push_subscriptions s
     join accounts a on a.id = s.account_id
     left join alert_preferences p on p.account_id = a.id
     where not a.disabled and (a.id = any ($1::int[]) or a.officer_id = any ($2::int[]))`,
    [numbers(accountIds), numbers(officerIds)],
  )

export const countBrowsers = async (db: Db, accountId: number) =>
  (
    await db.query<{ n: number }>('select count(*)::int as n from push_subscriptions where account_id = $1', [
      accountId,
    ])
  )[0]?.n ?? 0

/** A browser belongs to whoever signed in there last. */
export const putBrowser = (db: Db, accountId: number, given: PushSubscriptionGiven, at: Date) =>
  db.query(
    `insert into push_subscriptions (endpoint, account_id, keys, added_at) values ($1, $2, $3::jsonb, $4)
     on conflict (endpoint) do update
     set account_id = excluded.account_id, keys = excluded.keys, added_at = excluded.added_at, failed = 0`,
    [given.endpoint, accountId, JSON.stringify(given.keys), at],
  )

export const deleteBrowser = (db: Db, endpoint: string, accountId: number | null) =>
  db.query('delete from push_subscriptions where endpoint = $1 and ($2::int is null or account_id = $2)', [
    endpoint,
    accountId,
  ])

export const findBrowsers = (db: Db, endpoints: readonly string[]) =>
  db.query<{ endpoint: string; keys: { p256dh: string; auth: string } }>(
    'select endpoint, keys from push_subscriptions where endpoint = any ($1::text[])',
    [endpoints],
  )

const mostGivenUp = 20
/** Heard again: 0. Given up once more: counted, and forgotten when nothing has come through for long. */
export const noteBrowser = async (db: Db, endpoint: string, heard: boolean): Promise<void> => {
  await db.query(
    `update push_subscriptions set failed = case when $2::boolean then 0 else failed + 1 end
     where endpoint = $1 and not ($2 and failed = 0)`,
    [endpoint, heard],
  )
  if (!heard) await db.query('delete from push_subscriptions where failed >= $1', [mostGivenUp])
}

/** Tries a push again later; not one that was replaced or is over meanwhile. */
export const putOffPush = (db: Db, { kind, key, runAt, data }: Job, message: string) =>
  db.query(
    `update jobs set run_at = $3, data = $4::jsonb where kind = $1 and key = $2 and data ->> 'message' = $5`,
    [kind, key, runAt, JSON.stringify(data), message],
  )

export const findPushKeys = async (db: Db) =>
  (
    await db.query<{ publicKey: string; privateKey: string }>(
      'select public_key as "publicKey", private_key as "privateKey" from push_keys',
    )
  )[0] ?? null

export const insertPushKeys = (db: Db, keys: { publicKey: string; privateKey: string }) =>
  db.query(
    'insert into push_keys (public_key, private_key) values ($1, $2) on conflict (single) do nothing',
    [keys.publicKey, keys.privateKey],
  )
