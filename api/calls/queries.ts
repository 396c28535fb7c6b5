import type { CallEntry } from '../contract/call.ts'
import type { Role } from '../contract/roles.ts'
import type { Db } from '../db/connect.ts'
import { numbers } from '../db/values.ts'
import type { Account, Call } from './call.ts'

export type LogRow = Omit<CallEntry, 'startedAt' | 'answeredAt' | 'endedAt'> & {
  path: number[]
  startedAccount: number
  startedAt: Date
  answeredAt: Date | null
  endedAt: Date | null
}
const columns = `key as id, kind, to_desk as "toDesk", incident_id as "incidentId", path, started_account as "startedAccount",
  started_by as "startedBy", started_at as "startedAt", answered_at as "answeredAt", ended_at as "endedAt", outcome, people`

/** Newest first. */
export const listCalls = (
  db: Db,
  { incidentId, limit }: { incidentId?: number | undefined; limit: number },
) =>
  db.query<LogRow>(
    `select ${columns}
     from calls
     where $1::int is null or incident_id = $1
     order by calls.id desc
     limit $2`,
    [incidentId ?? null, limit],
  )

/** Writes a call down as it is at a moment; what it was called when it began stays. Answers false when it has ended there already. Owner. */
export const putCall = async (tx: Db, call: Call, at: Date): Promise<boolean> => {
  const people = call.people.map(({ accountId, officerId, name, role, state }) => ({
    accountId,
    officerId,
    name,
    role,
    state,
  }))
  const date = (at: number | null) => (at === null ? null : new Date(at))
  const written = await tx.query(
    `insert into calls (town_id, key, kind, to_desk, incident_id, path, started_account, started_by, started_at, answered_at,
       ended_at, outcome, people, held_at)
     select id, $1, $2, $3, $4, $5::int[], $6, $7, $8, $9, $10, $11, $12::jsonb, $13 from towns
     on conflict (town_id, key) do update
     set incident_id = excluded.incident_id, answered_at = excluded.answered_at, ended_at = excluded.ended_at,
       outcome = excluded.outcome, people = excluded.people, held_at = excluded.held_at
     where calls.ended_at is null
     returning id`,
    [
      call.id,
      call.kind,
      call.toDesk,
      call.incidentId,
      numbers(call.path),
      call.startedBy,
      call.people.find(({ accountId }) => accountId === call.startedBy)?.name ?? '',
      new Date(call.startedAt),
      date(call.answeredAt),
      date(call.endedAt),
      call.outcome,
      JSON.stringify(people),
      at,
    ],
  )
  return written.length > 0
}

/** A call that was answered and has not ended, as far as the log knows. Owner. */
export const findOpenCall = async (db: Db, id: string) =>
  (await db.query<LogRow>(`select ${columns} from calls where key = $1 and ended_at is null`, [id]))[0] ??
  null

/** These go on. Owner. */
export const holdCalls = (db: Db, ids: readonly string[], at: Date) =>
  db.query(`update calls set held_at = $2 where ended_at is null and key::text = any ($1::text[])`, [
    [...ids],
    at,
  ])

/** Ends what no process has held since, at the time when it was last held; answers what it was. Owner. */
export const endLostCalls = (tx: Db, since: Date) =>
  tx.query<LogRow>(
    `update calls set ended_at = held_at, outcome = 'interrupted'
     where ended_at is null and held_at < $1
     returning ${columns}`,
    [since],
  )

/** Everybody who can sign in as this officer. Owner. */
export const listAccountsOf = (db: Db, officerId: number) =>
  db.query<Account>(
    `select id as "accountId", officer_id as "officerId", name, role from accounts
     where officer_id = $1 and not disabled
     order by id`,
    [officerId],
  )

/** The desk of a place: those of the command centre whose grids hold it. Owner. */
export const listDesk = (db: Db, path: readonly number[], roles: readonly Role[]) =>
  db.query<Account>(
    `select id as "accountId", officer_id as "officerId", name, role from accounts
     where role = any ($2::text[]) and not disabled and grids && $1::int[]
     order by id`,
    [numbers(path), [...roles]],
  )

/** A squad's name and where it stands, for who may listen in. Owner. */
export const findSquad = async (db: Db, unitId: number) =>
  (
    await db.query<{ id: number; name: string; paths: number[] }>(
      `select u.id, u.name,
         coalesce((select array_agg(distinct p) from officers o, unnest(o.path) p where o.unit_id = u.id), '{}') as paths
       from units u where u.id = $1`,
      [unitId],
    )
  )[0] ?? null
