import type { MultiPolygon, Polygon, Position } from 'geojson'
import type { EditSummary, Plan, PlanEdit, PlanState } from '../contract/plan.ts'
import type { Db } from '../db/connect.ts'
import type { PlanGrid } from './topology.ts'

type Dated = 'createdAt' | 'publishedAt' | 'effectiveAt' | 'endedAt' | 'stampedFrom' | 'stampedTo'
export type PlanRow = Omit<Plan, Dated> & { createdAt: Date } & Record<
    Exclude<Dated, 'createdAt'>,
    Date | null
  > & { nextUid: number; begunUnder: number | null; forced: boolean }
const planColumns = `p.id, p.name, p.note, p.state, p.based_on as "basedOn", p.revision, p.next_uid as "nextUid",
  p.begun_under as "begunUnder", p.forced,
  (select count(*)::int from plan_grids g where g.plan_id = p.id) as grids,
  p.created_by as "createdBy", p.created_at as "createdAt", p.published_by as "publishedBy", p.published_at as "publishedAt",
  p.effective_at as "effectiveAt", p.ended_at as "endedAt", p.stamped_from as "stampedFrom", p.stamped_to as "stampedTo"`

export const wirePlan = ({ nextUid: _, begunUnder: __, forced: ___, ...row }: PlanRow): Plan => ({
  ...row,
  createdAt: row.createdAt.toISOString(),
  publishedAt: row.publishedAt?.toISOString() ?? null,
  effectiveAt: row.effectiveAt?.toISOString() ?? null,
  endedAt: row.endedAt?.toISOString() ?? null,
  stampedFrom: row.stampedFrom?.toISOString() ?? null,
  stampedTo: row.stampedTo?.toISOString() ?? null,
})

/** Newest first. */
export const listPlans = (db: Db) =>
  db.query<PlanRow>(`select ${planColumns} from grid_plans p order by p.id desc`)

export const findPlan = async (db: Db, id: number) =>
  (await db.query<PlanRow>(`select ${planColumns} from grid_plans p where p.id = $1`, [id]))[0] ?? null

/** Holds the plan until the transaction ends: its edits come one after the other. Owner. */
export const lockPlan = async (tx: Db, id: number) =>
  (await tx.query<PlanRow>(`select ${planColumns} from grid_plans p where p.id = $1 for update`, [id]))[0] ??
  null

export const findPlanInForce = async (db: Db) =>
  (await db.query<PlanRow>(`select ${planColumns} from grid_plans p where p.state = 'in-force'`))[0] ?? null

export const listDuePlans = (db: Db, now: Date) =>
  db.query<{ id: number; effectiveAt: Date }>(
    `select id, effective_at as "effectiveAt" from grid_plans
     where state = 'scheduled' and effective_at <= $1
     order by effective_at, id`,
    [now],
  )

/** The last plan that is to take effect until an instant, this one aside. */
export const findScheduledBefore = async (db: Db, { id, until }: { id: number; until: Date }) =>
  (
    await db.query<PlanRow>(
      `select ${planColumns} from grid_plans p
       where p.state = 'scheduled' and p.id <> $1 and p.effective_at <= $2
       order by p.effective_at desc, p.id desc
       limit 1`,
      [id, until],
    )
  )[0] ?? null

export const insertPlan = async (
  tx: Db,
  one: {
    name: string
    note: string
    basedOn: number | null
    begunUnder: number | null
    by: string
    at: Date
  },
) => {
  const rows = await tx.query<{ id: number }>(
    `insert into grid_plans (name, note, based_on, begun_under, created_by, created_at) values ($1, $2, $3, $4, $5, $6) returning id`,
    [one.name, one.note, one.basedOn, one.begunUnder, one.by, one.at],
  )
  const id = rows[0]?.id
  if (!id) throw new Error('the plan was not written')
  return id
}

/** Fills a new plan from another, each grid under the uid it has there. */
export const copyPlanGrids = async (tx: Db, from: number, to: number) => {
  await tx.query(
    `insert into plan_grids (plan_id, uid, grid_id, code, name, level, parent_uid, leader_name, households, attributes, geom, area_km2, origins)
     select $2, uid, grid_id, code, name, level, parent_uid, leader_name, households, attributes, geom, area_km2, '{}'
     from plan_grids where plan_id = $1`,
    [from, to],
  )
  await tx.query(
    `update grid_plans set next_uid = (select next_uid from grid_plans where id = $1) where id = $2`,
    [from, to],
  )
}

/** Fills a new plan from the grids as they stand; `like` lends the uids of grids it knows. */
export const copyGrids = async (tx: Db, to: number, like: number | null) => {
  await tx.query(
    `with known as (
       select grid_id, uid from plan_grids where plan_id = $2 and grid_id is not null
     ), numbered as (
       select g.id, coalesce(known.uid, coalesce((select next_uid - 1 from grid_plans where id = $2), 0)
         + row_number() over (partition by known.uid is null order by g.level, g.code)::int) as uid
       from grids g
       left join known on known.grid_id = g.id
       where g.level > 0
     )
     insert into plan_grids (plan_id, uid, grid_id, code, name, level, parent_uid, leader_name, households, attributes, geom, area_km2)
     select $1, n.uid, g.id, g.code, g.name, g.level, above.uid, g.leader_name, g.households, g.attributes, g.geom, g.area_km2
     from grids g
     join numbered n on n.id = g.id
     left join numbered above on above.id = g.parent_id`,
    [to, like],
  )
  await tx.query(
    `update grid_plans set next_uid = 1 + greatest(
       (select coalesce(max(uid), 0) from plan_grids where plan_id = $1),
       (select coalesce(max(next_uid), 1) - 1 from grid_plans where id = $2))
     where id = $1`,
    [to, like],
  )
}

/** Whether the grids are no longer those of this plan: an import has changed them. Shapes are compared by their bytes. */
export const gridsDiffer = async (db: Db, planId: number) =>
  (
    await db.query<{ differ: boolean }>(
      `select exists (
         select 1
         from (select * from grids where level > 0) g
         full join (
           select c.*, above.grid_id as parent_id from plan_grids c
           left join plan_grids above on above.plan_id = c.plan_id and above.uid = c.parent_uid
           where c.plan_id = $1
         ) p on p.grid_id = g.id
         where g.id is null or p.uid is null
           or (g.code, g.name, g.level, g.leader_name, g.households, g.attributes)
             is distinct from (p.code, p.name, p.level, p.leader_name, p.households, p.attributes)
           or (g.level > 1 and g.parent_id is distinct from p.parent_id)
           or not st_orderingequals(g.geom, p.geom)
       ) as differ`,
      [planId],
    )
  )[0]?.differ ?? false

export const findTownId = async (db: Db) =>
  (await db.query<{ id: number }>('select id from towns'))[0]?.id ?? 0

export const countGrids = async (db: Db) =>
  (await db.query<{ n: number }>('select count(*)::int as n from grids where level > 0'))[0]?.n ?? 0

export const setPlanState = (
  tx: Db,
  id: number,
  change: {
    state: PlanState
    publishedBy?: string | null
    publishedAt?: Date | null
    effectiveAt?: Date | null
    endedAt?: Date
    forced?: boolean
  },
) =>
  tx.query(
    `update grid_plans
     set state = $2, ended_at = coalesce($6, ended_at), forced = $7,
       published_by = case when $2 = 'draft' then null else coalesce($3, published_by) end,
       published_at = case when $2 = 'draft' then null else coalesce($4, published_at) end,
       effective_at = case when $2 = 'draft' then null else coalesce($5, effective_at) end
     where id = $1`,
    [
      id,
      change.state,
      change.publishedBy ?? null,
      change.publishedAt ?? null,
      change.effectiveAt ?? null,
      change.endedAt ?? null,
      change.forced ?? false,
    ],
  )

/** The grids of a plan, or those of some uids, their shapes to the last bit. */
export const listPlanGrids = async (db: Db, planId: number, uids: readonly number[] | null = null) => {
  const rows = await db.query<Omit<PlanGrid, 'geometry'> & { shape: string }>(
    `select uid, grid_id as "gridId", code, name, level, parent_uid as "parentUid", leader_name as "leaderName",
       households, attributes, origins, st_asgeojson(geom, 17) as shape
     from plan_grids
     where plan_id = $1 and ($2::int[] is null or uid = any ($2))
     order by uid`,
    [planId, uids ? [...uids] : null],
  )
  return rows.map(({ shape, ...row }): PlanGrid => ({ ...row, geometry: JSON.parse(shape) as MultiPolygon }))
}

/** SQL of the uids of a plan that lie in some grids (themselves, or what is in them), as they stand in that plan. */
const uidsWithin = (plan: string, grids: string) => `(
  with recursive inside as (
    select uid from plan_grids where plan_id = ${plan} and grid_id = any (${grids}::int[])
    union
    select g.uid from plan_grids g join inside on g.parent_uid = inside.uid where g.plan_id = ${plan}
  )
  select uid from inside)`

/** What a map and a list show, of a whole plan or only `within` some grids. Shapes to the last bit: an editor sends vertices back, and they must be found. */
export const listPlanFeatures = (
  db: Db,
  planId: number,
  query: { level?: number; uids?: readonly number[]; within?: readonly number[] | null },
) =>
  db.query<{
    uid: number
    gridId: number | null
    code: string
    name: string
    level: number
    parentUid: number | null
    leaderName: string | null
    households: number
    areaKm2: number
    geometry: string
  }>(
    `select uid, grid_id as "gridId", code, name, level, parent_uid as "parentUid", leader_name as "leaderName", households,
       area_km2 as "areaKm2", st_asgeojson(geom, 17) as geometry
     from plan_grids
     where plan_id = $1 and ($2::int is null or level = $2) and ($3::int[] is null or uid = any ($3))
       and ($4::int[] is null or uid in ${uidsWithin('$1', '$4')})
     order by uid`,
    [
      planId,
      query.level ?? null,
      query.uids ? [...query.uids] : null,
      query.within ? [...query.within] : null,
    ],
  )

/** Takes grids out of a plan and writes others into it, by uid. */
export async function writePlanGrids(
  tx: Db,
  planId: number,
  { gone, rows }: { gone: readonly number[]; rows: readonly PlanGrid[] },
) {
  if (gone.length > 0)
    await tx.query('delete from plan_grids where plan_id = $1 and uid = any ($2)', [planId, [...gone]])
  for (let start = 0; start < rows.length; start += 200) {
    const part = rows.slice(start, start + 200)
    await tx.query(
      `with given as (
         select i.*, st_multi(st_setsrid(st_geomfromgeojson(i.shape), 4326)) as geom
         from unnest($2::int[], $3::int[], $4::text[], $5::text[], $6::int[], $7::int[], $8::text[], $9::int[], $10::text[], $11::text[], $12::text[])
           as i (uid, grid_id, code, name, level, parent_uid, leader_name, households, attributes, shape, origins)
       )
       insert into plan_grids (plan_id, uid, grid_id, code, name, level, parent_uid, leader_name, households, attributes, geom, area_km2, origins)
       select $1, uid, grid_id, code, name, level, parent_uid, leader_name, households, attributes::jsonb, geom,
         st_area(geom::geography) / 1e6, origins::int[]
       from given
       on conflict (plan_id, uid) do update
       set grid_id = excluded.grid_id, code = excluded.code, name = excluded.name, level = excluded.level,
         parent_uid = excluded.parent_uid, leader_name = excluded.leader_name, households = excluded.households,
         attributes = excluded.attributes, geom = excluded.geom, area_km2 = excluded.area_km2, origins = excluded.origins`,
      [
        planId,
        part.map((row) => row.uid),
        part.map((row) => row.gridId),
        part.map((row) => row.code),
        part.map((row) => row.name),
        part.map((row) => row.level),
        part.map((row) => row.parentUid),
        part.map((row) => row.leaderName),
        part.map((row) => row.households),
        part.map((row) => JSON.stringify(row.attributes)),
        part.map((row) => JSON.stringify(row.geometry)),
        part.map((row) => `{${row.origins.join(',')}}`),
      ],
    )
  }
}

/** Moves the plan's revision on, and forgets stamps made of another shape of it. */
export const stepRevision = async (tx: Db, planId: number, nextUid: number) => {
  await tx.query('delete from plan_stamps where plan_id = $1', [planId])
  const rows = await tx.query<{ revision: number }>(
    `update grid_plans
     set revision = revision + 1, next_uid = greatest(next_uid, $2), stamped_from = null, stamped_to = null
     where id = $1
     returning revision`,
    [planId, nextUid],
  )
  return rows[0]?.revision ?? 0
}

export interface EditRow extends Omit<PlanEdit, 'at'> {
  at: Date
  before: PlanGrid[]
  after: PlanGrid[]
}
const editColumns = `e.number, e.summary, e.actor_name as "actorName", e.at, e.undone, e.undone_by as "undoneBy"`
export const wireEdit = ({
  number,
  summary,
  actorName,
  at,
  undone,
  undoneBy,
}: Omit<EditRow, 'before' | 'after'>) =>
  ({ number, summary, actorName, at: at.toISOString(), undone, undoneBy }) satisfies PlanEdit

/** Newest first, those that were undone among them; `within`: only those that were about nothing outside these grids. */
export const listEdits = (db: Db, planId: number, within: readonly number[] | null = null) =>
  db.query<Omit<EditRow, 'before' | 'after'>>(
    `select ${editColumns} from plan_edits e
     where e.plan_id = $1
       and ($2::int[] is null or cardinality(e.touched) > 0 and e.touched <@ array${uidsWithin('$1', '$2')})
     order by e.number desc
     limit 1000`,
    [planId, within ? [...within] : null],
  )

/** Appends an edit; what had been undone can no longer be redone. Answers its number. */
export async function insertEdit(
  tx: Db,
  planId: number,
  edit: {
    operation: { kind: string }
    summary: EditSummary
    before: readonly PlanGrid[]
    after: readonly PlanGrid[]
    touched: readonly number[]
    actor: string
    at: Date
    revision: number
  },
): Promise<number> {
  await tx.query('delete from plan_edits where plan_id = $1 and undone', [planId])
  const rows = await tx.query<{ number: number }>(
    `insert into plan_edits (plan_id, number, operation, summary, before, after, touched, actor_name, at, revision)
     select $1, coalesce(max(number), 0) + 1, $2::jsonb, $3::jsonb, $4::jsonb, $5::jsonb, $6, $7, $8, $9
     from plan_edits where plan_id = $1
     returning number`,
    [
      planId,
      // What a replacement brought lies in `after` already.
      JSON.stringify(edit.operation.kind === 'replace' ? { kind: 'replace' } : edit.operation),
      JSON.stringify(edit.summary),
      JSON.stringify(edit.before),
      JSON.stringify(edit.after),
      [...edit.touched],
      edit.actor,
      edit.at,
      edit.revision,
    ],
  )
  return rows[0]?.number ?? 0
}

/** The edit that an undo takes back, or that a redo brings again; null when there is none. */
export const findStep = async (tx: Db, planId: number, way: 'undo' | 'redo') =>
  (
    await tx.query<EditRow>(
      `select ${editColumns}, e.before, e.after from plan_edits e
       where e.plan_id = $1 and e.undone = $2
       order by case when $2 then e.number else -e.number end
       limit 1`,
      [planId, way === 'redo'],
    )
  )[0] ?? null

export const setUndone = (
  tx: Db,
  planId: number,
  step: { number: number; undoneBy: string | null; revision: number },
) =>
  tx.query(
    `update plan_edits set undone = $3::text is not null, undone_by = $3, revision = $4 where plan_id = $1 and number = $2`,
    [planId, step.number, step.undoneBy, step.revision],
  )

/** The newest edit after a revision that was about one of these grids. */
export const findConflict = async (tx: Db, planId: number, after: number, uids: readonly number[]) =>
  (
    await tx.query<Omit<EditRow, 'before' | 'after'>>(
      `select ${editColumns} from plan_edits e
       where e.plan_id = $1 and e.revision > $2 and e.touched && $3::int[]
       order by e.revision desc
       limit 1`,
      [planId, after, [...uids]],
    )
  )[0] ?? null

/** Nodes borders and lines against each other and answers the faces between them, each with a point inside. */
export const cutFaces = async (db: Db, borders: readonly Position[][], lines: readonly Position[][]) => {
  const rows = await db.query<{ shape: string; lng: number; lat: number }>(
    `select st_asgeojson(f.geom, 17) as shape, st_x(at.point) as lng, st_y(at.point) as lat
     from (
       select (st_dump(st_polygonize(st_unaryunion(st_setsrid(st_geomfromgeojson($1), 4326))))).geom as geom
     ) f
     cross join lateral (select st_pointonsurface(f.geom) as point) at`,
    [JSON.stringify({ type: 'MultiLineString', coordinates: [...borders, ...lines] })],
  )
  return rows.map(({ shape, lng, lat }) => ({
    geometry: JSON.parse(shape) as Polygon,
    at: [lng, lat] as [number, number],
  }))
}

/** A shape with others added and others taken away, for shapes that do not fit segment for segment. */
export const adjustShape = async (
  db: Db,
  base: MultiPolygon,
  { add, take }: { add: readonly MultiPolygon[]; take: readonly MultiPolygon[] },
) => {
  const collect = `(select st_union(st_setsrid(st_geomfromgeojson(s), 4326)) from unnest($N::text[]) as s)`
  const rows = await db.query<{ shape: string | null }>(
    `select st_asgeojson(st_multi(st_collectionextract(
       st_difference(st_union(${collect.replace('$N', '$1')}, coalesce(${collect.replace('$N', '$2')}, st_setsrid('polygon empty'::geometry, 4326))),
         coalesce(${collect.replace('$N', '$3')}, st_setsrid('polygon empty'::geometry, 4326))), 3)), 17) as shape`,
    [[JSON.stringify(base)], add.map((one) => JSON.stringify(one)), take.map((one) => JSON.stringify(one))],
  )
  return JSON.parse(rows[0]?.shape ?? '{"type":"MultiPolygon","coordinates":[]}') as MultiPolygon
}

/** Which of these grids lie over others of their level in the plan (or each other), by how many m²; those of `except` are left out. */
export const listOverlapping = (
  db: Db,
  planId: number,
  { shapes, except }: { shapes: readonly PlanGrid[]; except: readonly number[] },
) =>
  db.query<{ uid: number; other: number; squareMeters: number }>(
    `with given as (
       select i.uid, i.level, st_setsrid(st_geomfromgeojson(i.shape), 4326) as geom
       from unnest($2::int[], $3::int[], $4::text[]) as i (uid, level, shape)
     ), pairs as (
       select a.uid, b.uid as other, a.geom, b.geom as other_geom
       from given a
       join given b on b.level = a.level and b.uid > a.uid and b.geom && a.geom
       union all
       select a.uid, b.uid, a.geom, b.geom
       from given a
       join plan_grids b on b.plan_id = $1 and b.level = a.level and b.geom && a.geom
         and b.uid <> all ($2) and b.uid <> all ($5)
     )
     select uid, other, st_area(st_collectionextract(st_intersection(geom, other_geom), 3)::geography) as "squareMeters"
     from pairs
     where st_relate(geom, other_geom, '2********')`,
    [
      planId,
      shapes.map((one) => one.uid),
      shapes.map((one) => one.level),
      shapes.map((one) => JSON.stringify(one.geometry)),
      [...except],
    ],
  )

/** Gives every new grid of a plan the id it will have. Owner. */
export const assignGridIds = (tx: Db, planId: number) =>
  tx.query(
    `update plan_grids set grid_id = nextval(pg_get_serial_sequence('grids', 'id'))::int
     where plan_id = $1 and grid_id is null`,
    [planId],
  )

/** Writes a plan into `grids`: ids are kept, what is equal is left alone, codes may change hands. Owner. */
export async function putPlanIntoGrids(tx: Db, planId: number): Promise<void> {
  // Two grids may have exchanged their codes: nobody holds one while they are given out again.
  await tx.query(
    `update grids set code = '~' || grids.id
     where level > 0 and code is distinct from
       (select p.code from plan_grids p where p.plan_id = $1 and p.grid_id = grids.id)`,
    [planId],
  )
  await tx.query(
    `with recursive tree as (
       select p.uid, p.grid_id, t.id as parent_id, array[t.id, p.grid_id] as path
       from plan_grids p cross join towns t
       where p.plan_id = $1 and p.parent_uid is null
       union all
       select p.uid, p.grid_id, tree.grid_id, tree.path || p.grid_id
       from plan_grids p join tree on tree.uid = p.parent_uid
       where p.plan_id = $1
     )
     insert into grids (id, code, name, level, parent_id, path, leader_name, households, area_km2, geom, attributes)
     overriding system value
     select p.grid_id, p.code, p.name, p.level, tree.parent_id, tree.path, p.leader_name, p.households, p.area_km2, p.geom, p.attributes
     from tree
     join plan_grids p on p.plan_id = $1 and p.uid = tree.uid
     on conflict (id) do update
     set code = excluded.code, name = excluded.name, level = excluded.level, parent_id = excluded.parent_id,
       path = excluded.path, leader_name = excluded.leader_name, households = excluded.households,
       area_km2 = excluded.area_km2, geom = excluded.geom, attributes = excluded.attributes
     where (grids.code, grids.name, grids.level, grids.parent_id, grids.path, grids.leader_name, grids.households, grids.attributes)
         is distinct from (excluded.code, excluded.name, excluded.level, excluded.parent_id, excluded.path, excluded.leader_name, excluded.households, excluded.attributes)
       or not st_orderingequals(grids.geom, excluded.geom)`,
    [planId],
  )
}

/** Takes the grids out that a plan does not hold; their people must have moved before. Owner. */
export const deleteRetiredGrids = (tx: Db, planId: number) =>
  tx.query(
    `delete from grids
     where level > 0 and id not in (select grid_id from plan_grids where plan_id = $1 and grid_id is not null)`,
    [planId],
  )

/** Gives officers of retired grids the successor for their duty, or the town when there is none. Owner. */
export async function moveOfficers(
  tx: Db,
  retired: readonly number[],
  successors: ReadonlyMap<number, number>,
): Promise<void> {
  await tx.query(
    `update officers set duty_grid_id = n.to_id
     from unnest($1::int[], $2::int[]) as n (from_id, to_id)
     where officers.duty_grid_id = n.from_id`,
    [[...successors.keys()], [...successors.values()]],
  )
  await tx.query('update officers set duty_grid_id = null where duty_grid_id = any ($1)', [[...retired]])
}

/** Officers take the path of their duty grid, open shifts that of their officers. Owner. */
export async function followDutyGrids(tx: Db): Promise<void> {
  await tx.query(
    `update officers set path = g.path
     from grids g
     where g.id = coalesce(officers.duty_grid_id, (select id from towns)) and officers.path <> g.path`,
  )
  await tx.query(
    `update shifts set path = o.path
     from officers o
     where o.id = shifts.officer_id and shifts.ended_at is null and shifts.path <> o.path`,
  )
}

/** The roads of a box that people know as borders: no paths, no yards. */
export const listRoadLines = async (
  db: Db,
  [west, south, east, north]: readonly number[],
): Promise<Position[][]> =>
  (
    await db.query<{ line: string }>(
      `select st_asgeojson(geom, 17) as line from road_edges
       where drive and class <> 'service' and class <> 'track'
         and geom && st_makeenvelope($1::float8, $2::float8, $3::float8, $4::float8, 4326)
       order by id
       limit 20000`,
      [west, south, east, north],
    )
  ).map(({ line }) => (JSON.parse(line) as { coordinates: Position[] }).coordinates)

/** Where cases of the last twelve months happened in a box. */
export const listCasesIn = async (
  db: Db,
  [west, south, east, north]: readonly number[],
): Promise<Position[]> =>
  (
    await db.query<{ lng: number; lat: number }>(
      `select st_x(geom) as lng, st_y(geom) as lat from incidents
       where town_id = (select id from towns)
         and reported_at > (select max(reported_at) from incidents) - interval '12 months'
         and geom && st_makeenvelope($1::float8, $2::float8, $3::float8, $4::float8, 4326)`,
      [west, south, east, north],
    )
  ).map(({ lng, lat }) => [lng, lat])
