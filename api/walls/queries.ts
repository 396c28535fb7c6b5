import type { FigureSourceSave } from '../contract/figures.ts'
import type { FigureGroup, Wall, WallSequence, WallState } from '../contract/wall.ts'
import type { WallModule } from '../contract/wall-rules.ts'
import type { Db } from '../db/connect.ts'

/** A wall as it lies there: of its state only what was ever set. */
export interface WallRow extends Pick<Wall, 'id' | 'name' | 'profile' | 'layouts' | 'version' | 'keyed'> {
  state: Partial<WallState>
  accountId: number
}
const columns = `id, name, account_id as "accountId", profile, layouts, state, version, key_hash is not null as keyed`

// Owner only: the restricted role has no right on these tables.

export const listWalls = (db: Db) => db.query<WallRow>(`select ${columns} from walls order by id`)

export const findWall = async (db: Db, id: number): Promise<WallRow | null> =>
  (await db.query<WallRow>(`select ${columns} from walls where id = $1`, [id]))[0] ?? null

export const findWallOf = async (db: Db, accountId: number): Promise<WallRow | null> =>
  (await db.query<WallRow>(`select ${columns} from walls where account_id = $1`, [accountId]))[0] ?? null

/** With an account that only looks and has no password; null when the name is taken. */
export async function insertWall(
  tx: Db,
  {
    name,
    profile,
    townId,
    unusable,
  }: { name: string; profile: Wall['profile']; townId: number; unusable: string },
): Promise<WallRow | null> {
  const [taken] = await tx.query('select 1 from walls where name = $1', [name])
  if (taken) return null
  const [account] = await tx.query<{ id: number }>(
    `insert into accounts (username, password_hash, name, role, grids)
     values ('wall:' || gen_random_uuid(), $1, $2, 'screen', array[$3::int]) returning id`,
    [unusable, name, townId],
  )
  const [row] = await tx.query<WallRow>(
    `insert into walls (name, account_id, profile) values ($1, $2, $3::jsonb)
     on conflict (name) do nothing returning ${columns}`,
    [name, account?.id, JSON.stringify(profile)],
  )
  return row ?? null
}

/** Null when somebody else was quicker, or there is none. */
export const updateWall = async (
  tx: Db,
  id: number,
  { version, name, profile, layouts }: Pick<WallRow, 'version' | 'name' | 'profile' | 'layouts'>,
): Promise<WallRow | null> =>
  (
    await tx.query<WallRow>(
      `update walls set name = $3, profile = $4::jsonb, layouts = $5::jsonb, version = version + 1
       where id = $1 and version = $2 returning ${columns}`,
      [id, version, name, JSON.stringify(profile), JSON.stringify(layouts)],
    )
  )[0] ?? null

/** Whatever is not named stays as it is. */
export const changeWallState = async (
  db: Db,
  id: number,
  change: Partial<WallState>,
): Promise<WallRow | null> =>
  (
    await db.query<WallRow>(
      `update walls set state = state || $2::jsonb where id = $1 returning ${columns}`,
      [id, JSON.stringify(change)],
    )
  )[0] ?? null

/** Also who signed in as this wall is signed out. */
export const setWallKey = async (tx: Db, id: number, keyHash: Uint8Array | null): Promise<WallRow | null> => {
  const [row] = await tx.query<WallRow>(`update walls set key_hash = $2 where id = $1 returning ${columns}`, [
    id,
    keyHash,
  ])
  if (row) await tx.query('delete from sessions where account_id = $1', [row.accountId])
  return row ?? null
}

/** */
export const findWallByKey = async (db: Db, keyHash: Uint8Array): Promise<WallRow | null> =>
  (await db.query<WallRow>(`select ${columns} from walls where key_hash = $1`, [keyHash]))[0] ?? null

/** With its account and all who are signed in as it. */
export async function deleteWall(tx: Db, id: number): Promise<boolean> {
  const [gone] = await tx.query<{ accountId: number }>(
    'delete from walls where id = $1 returning account_id as "accountId"',
    [id],
  )
  if (gone) await tx.query('delete from accounts where id = $1', [gone.accountId])
  return gone !== undefined
}

export const listSequences = (db: Db) =>
  db.query<WallSequence>('select id, name, steps from wall_sequences order by name')

/** Null when the name is another one's. */
export const insertSequence = async (db: Db, { name, steps }: Omit<WallSequence, 'id'>) =>
  (
    await db.query<WallSequence>(
      `insert into wall_sequences (name, steps) values ($1, $2::jsonb) on conflict (name) do nothing returning id, name, steps`,
      [name, JSON.stringify(steps)],
    )
  )[0] ?? null

/** Null when there is none. Throws on a name that is another one's. */
export const updateSequence = async (db: Db, { id, name, steps }: WallSequence) =>
  (
    await db.query<WallSequence>(
      `update wall_sequences set name = $2, steps = $3::jsonb where id = $1 returning id, name, steps`,
      [id, name, JSON.stringify(steps)],
    )
  )[0] ?? null

/** */
export const deleteSequence = async (db: Db, id: number) =>
  (await db.query('delete from wall_sequences where id = $1 returning 1', [id])).length > 0

export interface FigureRow {
  key: string
  module: WallModule
  group: string
  name: string
  period: string
  value: number | null
  words: string
  unit: string
  target: number | null
  source: string
  asOf: Date
}
/** A figure of one period that is there already takes the new value, and its place in the order stays. `sourceId`: of the address. */
export const upsertFigures = (tx: Db, rows: readonly FigureRow[], sourceId: number | null = null) =>
  tx.query(
    `insert into figures (key, module, grouping_name, name, period, value, words, unit, target, source, as_of, source_id)
     select f.*, $12::int from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::float8[], $7::text[], $8::text[], $9::float8[],
       $10::text[], $11::timestamptz[]) f
     on conflict (key) do update
     set value = excluded.value, words = excluded.words, unit = excluded.unit, target = excluded.target, source = excluded.source,
       as_of = excluded.as_of, source_id = excluded.source_id`,
    [
      rows.map((one) => one.key),
      rows.map((one) => one.module),
      rows.map((one) => one.group),
      rows.map((one) => one.name),
      rows.map((one) => one.period),
      rows.map((one) => one.value),
      rows.map((one) => one.words),
      rows.map((one) => one.unit),
      rows.map((one) => one.target),
      rows.map((one) => one.source),
      rows.map((one) => one.asOf),
      sourceId,
    ],
  )

/** A town's own numbers by group, in the order in which they were brought. */
export async function listFigures(db: Db): Promise<FigureGroup[]> {
  const rows = await db.query<
    FigureGroup['rows'][number] & { module: WallModule; group: string; source: string; asOf: Date }
  >(
    `select module, grouping_name as "group", name, period, value, words as text, unit, target, source, as_of as "asOf"
     from figures order by id`,
  )
  return [...Map.groupBy(rows, ({ module, group }) => `${module} ${group}`).values()].map((held) => {
    const newest = held.reduce((a, b) => (b.asOf >= a.asOf ? b : a))
    return {
      module: newest.module,
      group: newest.group,
      source: newest.source,
      asOf: newest.asOf.toISOString(),
      rows: held.map(({ name, period, value, text, unit, target }) => ({
        name,
        period,
        value,
        text,
        unit,
        target,
      })),
    }
  })
}

export interface FigureSourceRow extends FigureSourceSave {
  id: number
  askedAt: Date | null
  taken: number | null
  problem: string
}
const sourceColumns = `id, name, url, mapping, every_minutes as "everyMinutes", asked_at as "askedAt", taken, problem`

export const listFigureSources = (db: Db) =>
  db.query<FigureSourceRow>(`select ${sourceColumns} from figure_sources order by name`)

export const findFigureSource = async (db: Db, id: number): Promise<FigureSourceRow | null> =>
  (await db.query<FigureSourceRow>(`select ${sourceColumns} from figure_sources where id = $1`, [id]))[0] ??
  null

/** Held until the transaction ends. */
export const holdFigureSource = async (tx: Db, id: number): Promise<FigureSourceRow | null> =>
  (
    await tx.query<FigureSourceRow>(`select ${sourceColumns} from figure_sources where id = $1 for update`, [
      id,
    ])
  )[0] ?? null

/** Null when the name is another one's. */
export const insertFigureSource = async (tx: Db, given: FigureSourceSave): Promise<FigureSourceRow | null> =>
  (
    await tx.query<FigureSourceRow>(
      `insert into figure_sources (name, url, mapping, every_minutes) values ($1, $2, $3::jsonb, $4)
       on conflict (name) do nothing returning ${sourceColumns}`,
      [given.name, given.url, JSON.stringify(given.mapping), given.everyMinutes],
    )
  )[0] ?? null

/** Its numbers stay. */
export const deleteFigureSource = async (tx: Db, id: number) =>
  (await tx.query('delete from figure_sources where id = $1 returning 1', [id])).length > 0

/** Notes how asking went. What was wrong leaves the time of the last answer as it is. */
export const noteAsked = (
  tx: Db,
  id: number,
  { at, taken, problem }: { at: Date; taken: number | null; problem: string },
) =>
  tx.query(
    `update figure_sources set problem = $2, taken = coalesce($3, taken), asked_at = case when $2 = '' then $4 else asked_at end
     where id = $1`,
    [id, problem, taken, at],
  )
