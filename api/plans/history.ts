import type { Lineage, Overlap } from '../contract/plan.ts'
import type { Db } from '../db/connect.ts'

// Plans beside each other and through time: shares of area, lineage, names of what is gone, cases under another plan.

/** The grids of two plans that are to the last bit the same shape, as pairs of uids. */
export const listSameShapes = (db: Db, from: number, to: number) =>
  db.query<{ fromUid: number; toUid: number }>(
    `select a.uid as "fromUid", b.uid as "toUid"
     from plan_grids a
     join plan_grids b on b.plan_id = $2 and b.level = a.level and b.grid_id = a.grid_id
     where a.plan_id = $1 and st_orderingequals(a.geom, b.geom)`,
    [from, to],
  )

/** How much of each of these grids' area lies in which grid of their level in another plan. */
export const listOverlaps = (db: Db, from: number, to: number, uids: readonly number[]) =>
  db.query<Overlap>(
    `select a.uid as "fromUid", b.uid as "toUid",
       least(1, st_area(st_collectionextract(st_intersection(a.geom, b.geom), 3)) / nullif(st_area(a.geom), 0)) as share
     from plan_grids a
     join plan_grids b on b.plan_id = $2 and b.level = a.level and b.geom && a.geom
     where a.plan_id = $1 and a.uid = any ($3) and st_relate(a.geom, b.geom, '2********')
     order by a.uid, b.uid`,
    [from, to, [...uids]],
  )

export async function insertLineage(
  tx: Db,
  planId: number,
  rows: readonly Pick<Lineage, 'fromGrid' | 'toGrid' | 'kind' | 'share'>[],
) {
  await tx.query(
    `insert into grid_lineage (plan_id, from_grid, to_grid, kind, share)
     select $1, i.* from unnest($2::int[], $3::int[], $4::text[], $5::float8[]) as i (from_grid, to_grid, kind, share)`,
    [
      planId,
      rows.map((row) => row.fromGrid),
      rows.map((row) => row.toGrid),
      rows.map((row) => row.kind),
      rows.map((row) => row.share),
    ],
  )
}

/** What became of each grid when a plan took effect, with the names of both sides. */
export const listLineage = (db: Db, planId: number) =>
  db.query<Lineage>(
    `select l.from_grid as "fromGrid", l.to_grid as "toGrid", l.kind, l.share,
       coalesce(a.code, '') as "fromCode", coalesce(a.name, '') as "fromName",
       coalesce(b.code, '') as "toCode", coalesce(b.name, '') as "toName"
     from grid_lineage l
     left join lateral (
       select g.code, g.name from plan_grids g join grid_plans p on p.id = g.plan_id
       where g.grid_id = l.from_grid and p.state in ('in-force', 'past') and g.plan_id <> $1
         and p.effective_at <= (select effective_at from grid_plans where id = $1)
       order by p.effective_at desc, p.id desc limit 1
     ) a on true
     left join plan_grids b on b.plan_id = l.plan_id and b.grid_id = l.to_grid
     where l.plan_id = $1
     order by l.from_grid, l.share desc`,
    [planId],
  )

/** SQL of the grids among some ids that lie in the transaction's scope, by their paths in the last plan that held them. */
const namedInScope = (ids: string) => `recursive named as (
       select distinct on (g.grid_id) g.grid_id as id, g.plan_id, g.parent_uid, g.code, g.name, g.level
       from plan_grids g
       join grid_plans p on p.id = g.plan_id
       where g.grid_id = any (${ids}::int[]) and p.state in ('in-force', 'past')
       order by g.grid_id, p.effective_at desc, p.id desc
     ), above as (
       select id, plan_id, parent_uid, id as held from named
       union all
       select above.id, above.plan_id, g.parent_uid, g.grid_id
       from above
       join plan_grids g on g.plan_id = above.plan_id and g.uid = above.parent_uid
     ), seen as (
       select id, code, name, level from named
       where (select scope_grids()) && (select array_agg(id) from towns)
         or id in (select id from above where array[held] && (select scope_grids()))
     )`

/** A grid of the transaction's scope through the plans that were ever in force, oldest first. */
export const listGridHistory = (db: Db, gridId: number) =>
  db.query<{
    planId: number
    planName: string
    effectiveAt: Date
    endedAt: Date | null
    code: string
    name: string
  }>(
    `with ${namedInScope('array[$1]')}
     select p.id as "planId", p.name as "planName", p.effective_at as "effectiveAt", p.ended_at as "endedAt", g.code, g.name
     from plan_grids g
     join grid_plans p on p.id = g.plan_id
     where g.grid_id in (select id from seen) and p.state in ('in-force', 'past')
     order by p.effective_at, p.id`,
    [gridId],
  )

export const listLineageOf = (db: Db, gridId: number) =>
  db.query<{ planId: number; fromGrid: number; toGrid: number; kind: Lineage['kind']; share: number }>(
    `select plan_id as "planId", from_grid as "fromGrid", to_grid as "toGrid", kind, share
     from grid_lineage
     where from_grid = $1 or to_grid = $1
     order by plan_id, from_grid, to_grid`,
    [gridId],
  )

/** The last code and name of grids of the transaction's scope, retired ones too: for stamps of earlier plans. */
export const findGridNames = (db: Db, ids: readonly number[]) =>
  db.query<{ id: number; code: string; name: string; level: number }>(
    `with ${namedInScope('$1')} select id, code, name, level from seen order by id`,
    [[...ids]],
  )

/** Where what was stamped with a retired grid belongs now: the living successor with the largest share, through all plans. */
export const listSuccessors = (db: Db) =>
  db.query<{ fromGrid: number; toGrid: number }>(
    `with recursive step as (
       select distinct on (l.from_grid) l.from_grid, l.to_grid
       from grid_lineage l
       join grid_plans p on p.id = l.plan_id
       where l.from_grid <> l.to_grid and not exists (select 1 from grids where id = l.from_grid)
       order by l.from_grid, p.effective_at desc, l.share desc, l.to_grid
     ), walk as (
       select from_grid, to_grid, 1 as depth from step
       union all
       select walk.from_grid, step.to_grid, depth + 1 from walk join step on step.from_grid = walk.to_grid where depth < 100
     )
     select walk.from_grid as "fromGrid", walk.to_grid as "toGrid"
     from walk join grids on grids.id = walk.to_grid`,
  )

export interface CasePoint {
  id: number
  /** The last of its path now. */
  gridId: number
  lng: number
  lat: number
}
/** A batch of cases after an id, packed by the database: 24 bytes each. */
export const listCasePoints = async (
  db: Db,
  { after, limit, from, to }: { after: number; limit: number; from?: Date | null; to?: Date | null },
): Promise<CasePoint[]> => {
  const rows = await db.query<{ cells: Uint8Array | null }>(
    `select string_agg(int4send(id) || int4send(path[cardinality(path)]) || float8send(st_x(geom)) || float8send(st_y(geom)), ''::bytea order by id) as cells
     from (
       select id, path, geom from incidents
       where town_id = (select id from towns) and id > $1
         and ($3::timestamptz is null or reported_at >= $3) and ($4::timestamptz is null or reported_at < $4)
       order by id
       limit $2
     ) part`,
    [after, limit, from ?? null, to ?? null],
  )
  const cells = rows[0]?.cells ?? new Uint8Array(0)
  const view = new DataView(cells.buffer, cells.byteOffset, cells.byteLength)
  return Array.from({ length: cells.byteLength / 24 }, (_, i) => ({
    id: view.getInt32(24 * i),
    gridId: view.getInt32(24 * i + 4),
    lng: view.getFloat64(24 * i + 8),
    lat: view.getFloat64(24 * i + 16),
  }))
}

export const countCases = async (db: Db, from: Date | null, to: Date | null) =>
  (
    await db.query<{ n: number }>(
      `select count(*)::int as n from incidents
       where town_id = (select id from towns)
         and ($1::timestamptz is null or reported_at >= $1) and ($2::timestamptz is null or reported_at < $2)`,
      [from, to],
    )
  )[0]?.n ?? 0

/** Writes what cases are called under a plan; paths as `{1,2,3}`. */
export const insertStamps = (
  db: Db,
  planId: number,
  stamps: readonly { id: number; path: readonly number[] }[],
) =>
  db.query(
    `insert into plan_stamps (plan_id, town_id, incident_id, path)
     select $1, t.id, i.id, i.path::int[]
     from unnest($2::int[], $3::text[]) as i (id, path) cross join towns t
     on conflict (plan_id, town_id, incident_id) do update set path = excluded.path`,
    [planId, stamps.map((one) => one.id), stamps.map((one) => `{${one.path.join(',')}}`)],
  )

/** Says up to when a plan's stamps reach; false when the plan has changed since `revision`. */
export const setStamped = async (db: Db, planId: number, span: { revision: number; from: Date; to: Date }) =>
  (
    await db.query(
      `update grid_plans set stamped_from = $3, stamped_to = $4 where id = $1 and revision = $2 returning 1`,
      [planId, span.revision, span.from, span.to],
    )
  ).length > 0
