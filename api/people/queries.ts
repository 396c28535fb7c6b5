import type { Caller, Role } from '../contract/roles.ts'
import type { Db } from '../db/connect.ts'

// Accounts, sessions and device tokens. Owner only: the restricted role has no right on these tables.

interface CallerRow extends Omit<Caller, 'grids'> {
  grids: number[]
}

export async function findCallerBySession(db: Db, tokenHash: Uint8Array, now: Date): Promise<Caller | null> {
  const rows = await db.query<CallerRow>(
    `select a.id as "accountId", a.officer_id as "officerId", a.role, a.name, a.grids
     from sessions s
     join accounts a on a.id = s.account_id
     where s.token_hash = $1 and s.expires_at > $2 and not a.disabled`,
    [tokenHash, now],
  )
  return rows[0] ?? null
}

export async function findCallerByAccount(db: Db, accountId: number): Promise<Caller | null> {
  const rows = await db.query<CallerRow>(
    `select id as "accountId", officer_id as "officerId", role, name, grids from accounts where id = $1 and not disabled`,
    [accountId],
  )
  return rows[0] ?? null
}

/** A device speaks for its officer and sees what the officer's duty covers. */
export async function findCallerByDevice(db: Db, tokenHash: Uint8Array): Promise<Caller | null> {
  const rows = await db.query<CallerRow>(
    `select null::int as "accountId", o.id as "officerId", 'device' as role, o.name,
       array[o.path[cardinality(o.path)]] as grids
     from device_tokens d
     join officers o on o.id = d.officer_id
     where d.token_hash = $1 and d.revoked_at is null`,
    [tokenHash],
  )
  return rows[0] ?? null
}

export interface AccountRow {
  id: number
  passwordHash: string
  disabled: boolean
}
export async function findAccount(db: Db, username: string): Promise<AccountRow | null> {
  const rows = await db.query<AccountRow>(
    `select id, password_hash as "passwordHash", disabled from accounts where username = $1`,
    [username],
  )
  return rows[0] ?? null
}

export async function insertSession(
  db: Db,
  session: { tokenHash: Uint8Array; accountId: number; now: Date; expiresAt: Date },
) {
  await db.transaction(async (tx) => {
    await tx.query('delete from sessions where expires_at <= $1', [session.now])
    await tx.query(
      'insert into sessions (token_hash, account_id, created_at, expires_at) values ($1, $2, $3, $4)',
      [session.tokenHash, session.accountId, session.now, session.expiresAt],
    )
  })
}

export const deleteSession = (db: Db, tokenHash: Uint8Array) =>
  db.query('delete from sessions where token_hash = $1', [tokenHash])

export const insertDeviceToken = (
  db: Db,
  device: { tokenHash: Uint8Array; officerId: number; label: string },
) =>
  db.query('insert into device_tokens (token_hash, officer_id, label) values ($1, $2, $3)', [
    device.tokenHash,
    device.officerId,
    device.label,
  ])

export interface NewAccount {
  username: string
  passwordHash: string
  name: string
  role: Role
  officerId?: number | null
  grids: number[]
}
/** Creates the account or leaves the one of that name as it is. */
export const insertAccount = (db: Db, account: NewAccount) =>
  db.query(
    `insert into accounts (username, password_hash, name, role, officer_id, grids)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (username) do nothing`,
    [
      account.username,
      account.passwordHash,
      account.name,
      account.role,
      account.officerId ?? null,
      account.grids,
    ],
  )

/** Accounts whose grids have retired answer for the successors; a grid without one is no longer theirs. Owner. */
export const replaceScopes = (tx: Db, retired: readonly number[], successors: ReadonlyMap<number, number>) =>
  tx.query(
    `update accounts
     set grids = coalesce((
       select array_agg(distinct coalesce(n.to_id, held.id) order by coalesce(n.to_id, held.id))
       from unnest(accounts.grids) as held (id)
       left join unnest($2::int[], $3::int[]) as n (from_id, to_id) on n.from_id = held.id
       where n.to_id is not null or held.id <> all ($1)
     ), '{}')
     where grids && $1::int[]`,
    [[...retired], [...successors.keys()], [...successors.values()]],
  )
