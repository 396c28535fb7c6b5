import type { Device, DeviceKind, DoorName } from '../contract/device.ts'
import type { Caller, Role } from '../contract/roles.ts'
import type { Db } from '../db/connect.ts'

// Accounts, sessions and devices. Owner only: the restricted role has no right on these tables.

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
export interface DeviceCaller extends Caller {
  deviceId: number
}
const findDevice = async (db: Db, condition: string, values: unknown[]): Promise<DeviceCaller | null> =>
  (
    await db.query<DeviceCaller>(
      `select d.id as "deviceId", null::int as "accountId", o.id as "officerId", 'device' as role, o.name,
         array[o.path[cardinality(o.path)]] as grids
       from devices d
       join officers o on o.id = d.officer_id
       where d.revoked_at is null and ${condition}`,
      values,
    )
  )[0] ?? null
// A terminal's code travels in the clear: it opens the terminals' door and is no token for the others.
export const findCallerByDevice = (db: Db, tokenHash: Uint8Array) =>
  findDevice(db, `d.kind = 'token' and d.token_hash = $1`, [tokenHash])
export const findCallerByTerminal = (db: Db, kind: 'terminal' | 'topic', terminal: string) =>
  findDevice(db, 'd.kind = $1 and d.terminal = $2', [kind, terminal])

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

/** Binds a device to an officer. Null when the terminal or topic is bound already. */
export const insertDevice = async (
  db: Db,
  device: {
    officerId: number
    label: string
    kind: DeviceKind
    terminal: string | null
    tokenHash: Uint8Array | null
  },
) =>
  (
    await db.query<{ id: number }>(
      `insert into devices (officer_id, label, kind, terminal, token_hash)
       values ($1, $2, $3, $4, $5)
       on conflict do nothing
       returning id`,
      [device.officerId, device.label, device.kind, device.terminal, device.tokenHash],
    )
  )[0] ?? null

/** The devices of officers in these grids, revoked ones last. */
export const listDevices = (db: Db, grids: readonly number[]) =>
  db.query<
    Omit<Device, 'createdAt' | 'seenAt' | 'revokedAt'> & {
      createdAt: Date
      seenAt: Date | null
      revokedAt: Date | null
    }
  >(
    `select d.id, d.officer_id as "officerId", o.name as "officerName", o.code as "officerCode", d.kind, d.terminal, d.label,
       d.created_at as "createdAt", d.seen_at as "seenAt", d.seen_door as "seenDoor", d.revoked_at as "revokedAt"
     from devices d
     join officers o on o.id = d.officer_id
     where o.path && $1::int[]
     order by d.revoked_at is not null, o.code, d.id`,
    [[...grids]],
  )

/** Answers whether there was such a device in these grids. One that is revoked already stays so from then. */
export const revokeDevice = async (
  db: Db,
  { id, grids, now }: { id: number; grids: readonly number[]; now: Date },
) =>
  (
    await db.query(
      `update devices d
       set revoked_at = coalesce(d.revoked_at, $3)
       from officers o
       where d.id = $1 and o.id = d.officer_id and o.path && $2::int[]
       returning d.id`,
      [id, [...grids], now],
    )
  ).length > 0

export const noteDevicesSeen = (db: Db, seen: readonly { id: number; at: Date; door: DoorName }[]) =>
  db.query(
    `update devices d
     set seen_at = n.at, seen_door = n.door
     from unnest($1::int[], $2::timestamptz[], $3::text[]) as n (id, at, door)
     where d.id = n.id and (d.seen_at is null or d.seen_at < n.at)`,
    [seen.map((one) => one.id), seen.map((one) => one.at), seen.map((one) => one.door)],
  )

/** What a terminal must show from now on. */
export const setTerminalCode = (db: Db, id: number, codeHash: Uint8Array) =>
  db.query('update devices set token_hash = $2 where id = $1', [id, codeHash])

export const hasTerminalCode = async (db: Db, id: number, codeHash: Uint8Array) =>
  (
    await db.query(
      `select 1 from devices where id = $1 and token_hash = $2 and kind = 'terminal' and revoked_at is null`,
      [id, codeHash],
    )
  ).length > 0

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
