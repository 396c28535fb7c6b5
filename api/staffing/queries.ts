import type { Duty, Post, Staffing, StaffingGaps, StaffingScheme } from '../contract/staffing.ts'
import type { Db } from '../db/connect.ts'

export async function readStaffing(db: Db): Promise<Staffing> {
  const schemes = await db.query<StaffingScheme>(
    `select code, name, name_en as "nameEn", roles from staffing_schemes order by code`,
  )
  const levels = await db.query<{ level: number; scheme: string }>(
    `select level, scheme from staffing_levels order by level`,
  )
  return { schemes, levels }
}

export const upsertScheme = (db: Db, scheme: StaffingScheme) =>
  db.query(
    `insert into staffing_schemes (code, name, name_en, roles) values ($1, $2, $3, $4::jsonb)
     on conflict (code) do update
     set name = excluded.name, name_en = excluded.name_en, roles = excluded.roles`,
    [scheme.code, scheme.name, scheme.nameEn, JSON.stringify(scheme.roles)],
  )

/** Adds the schemes that are not there yet: those that were changed stay as they are. */
export async function seedSchemes(db: Db, schemes: readonly StaffingScheme[]) {
  const there = new Set((await readStaffing(db)).schemes.map(({ code }) => code))
  for (const scheme of schemes) if (!there.has(scheme.code)) await upsertScheme(db, scheme)
}

export const setLevel = (db: Db, level: number, scheme: string | null) =>
  scheme === null
    ? db.query('delete from staffing_levels where level = $1', [level])
    : db.query(
        `insert into staffing_levels (level, scheme) values ($1, $2)
         on conflict (level) do update set scheme = excluded.scheme`,
        [level, scheme],
      )

const postColumns = `p.id, p.grid_id as "gridId", p.role, p.officer_id as "officerId", o.name as "officerName",
  p.valid_from as "validFrom", p.valid_to as "validTo"`
type PostRow = Omit<Post, 'from' | 'to'> & { validFrom: Date; validTo: Date | null }
const wirePost = ({ validFrom, validTo, ...row }: PostRow): Post => ({
  ...row,
  from: validFrom.toISOString(),
  to: validTo?.toISOString() ?? null,
})

/** Posts held at an instant, of one grid and everything in it, or of all. */
export const listPosts = async (db: Db, { at, gridId }: { at: Date; gridId?: number }) =>
  (
    await db.query<PostRow>(
      `select ${postColumns}
       from posts p
       join officers o on o.id = p.officer_id
       where p.valid_from <= $1 and (p.valid_to is null or p.valid_to > $1) and ($2::int is null or $2 = any(p.path))
       order by p.grid_id, p.role, p.id`,
      [at, gridId ?? null],
    )
  ).map(wirePost)

export const findPost = async (db: Db, id: number) =>
  (
    await db.query<PostRow>(
      `select ${postColumns} from posts p join officers o on o.id = p.officer_id where p.id = $1`,
      [id],
    )
  ).map(wirePost)[0] ?? null

/** Puts somebody at a post; null when they hold it at that time already. */
export const insertPost = async (
  db: Db,
  post: { gridId: number; role: string; officerId: number; from: Date; to: Date | null },
): Promise<number | null> =>
  (
    await db.query<{ id: number }>(
      `insert into posts (grid_id, role, officer_id, valid_from, valid_to, path)
       select g.id, $2, $3::int, $4::timestamptz, $5::timestamptz, g.path
       from grids g
       where g.id = $1 and not exists (
         select 1 from posts p
         where p.grid_id = $1 and p.role = $2 and p.officer_id = $3::int
           and p.valid_from < coalesce($5::timestamptz, 'infinity') and coalesce(p.valid_to, 'infinity') > $4::timestamptz
       )
       returning id`,
      [post.gridId, post.role, post.officerId, post.from, post.to],
    )
  )[0]?.id ?? null

/** Ends a post; false when it has ended before. */
export const endPost = async (db: Db, id: number, at: Date): Promise<boolean> =>
  (
    await db.query(
      `update posts set valid_to = greatest($2::timestamptz, valid_from)
       where id = $1 and (valid_to is null or valid_to > $2)
       returning id`,
      [id, at],
    )
  ).length > 0

/** Posts and duties of retired grids go on at their successors; without one posts end, and duties have no grid. Owner, within the publication. */
export async function movePosts(
  tx: Db,
  {
    retired,
    successors,
    at,
  }: { retired: readonly number[]; successors: ReadonlyMap<number, number>; at: Date },
) {
  // The longest first: of two that meet at one successor it is the one that stays.
  const moved = await tx.query<{
    id: number
    gridId: number
    role: string
    officerId: number
    from: Date
    to: Date | null
  }>(
    `select id, grid_id as "gridId", role, officer_id as "officerId", greatest(valid_from, $2::timestamptz) as "from", valid_to as "to"
     from posts
     where grid_id = any($1::int[]) and (valid_to is null or valid_to > $2)
     order by valid_to desc nulls first, valid_from, id`,
    [[...retired], at],
  )
  for (const { id, gridId, ...post } of moved) {
    await endPost(tx, id, at)
    const to = successors.get(gridId)
    if (to !== undefined) await insertPost(tx, { ...post, gridId: to })
  }
  await tx.query(
    `update posts p set path = g.path from grids g
     where g.id = p.grid_id and (p.valid_to is null or p.valid_to > $1) and p.path <> g.path`,
    [at],
  )
  await tx.query(
    `update duties set grid_id = (
       select n.to_id from unnest($2::int[], $3::int[]) as n (from_id, to_id) where n.from_id = duties.grid_id
     )
     where grid_id = any($1::int[]) and ends_at > $4`,
    [[...retired], [...successors.keys()], [...successors.values()], at],
  )
  await tx.query(
    `update duties d set path = coalesce((select g.path from grids g where g.id = d.grid_id), o.path)
     from officers o
     where o.id = d.officer_id and d.ends_at > $1
       and d.path <> coalesce((select g.path from grids g where g.id = d.grid_id), o.path)`,
    [at],
  )
}

/** Vacancies and surplus of the grids in the transaction's scope against the schemes in use, and who holds posts in more than one. */
export async function findGaps(db: Db, at: Date): Promise<StaffingGaps> {
  const counted = await db.query<{
    gridId: number
    role: string
    held: number
    min: number
    max: number | null
  }>(
    `select g.id as "gridId", r.role->>'code' as role, count(p.id)::int as held,
       (r.role->>'min')::int as min, (r.role->>'max')::int as max
     from grids g
     join staffing_levels l on l.level = g.level
     join staffing_schemes s on s.code = l.scheme
     cross join lateral jsonb_array_elements(s.roles) with ordinality as r (role, place)
     left join posts p on p.grid_id = g.id and p.role = r.role->>'code'
       and p.valid_from <= $1 and (p.valid_to is null or p.valid_to > $1)
     where g.path && (select scope_grids())
     group by g.id, g.code, r.role, r.place
     order by g.level, g.code, r.place`,
    [at],
  )
  const held = await listPosts(db, { at })
  const byOfficer = Map.groupBy(held, (post) => post.officerId)
  return {
    vacancies: counted
      .filter((row) => row.held < row.min)
      .map(({ gridId, role, held: n, min }) => ({ gridId, role, held: n, wanted: min })),
    surplus: counted
      .filter((row) => row.max !== null && row.held > row.max)
      .map(({ gridId, role, held: n, max }) => ({ gridId, role, held: n, most: max ?? 0 })),
    doubles: [...byOfficer.values()]
      .filter((posts) => new Set(posts.map((one) => one.gridId)).size > 1)
      .map((posts) => ({
        officerId: posts[0]?.officerId ?? 0,
        officerName: posts[0]?.officerName ?? '',
        posts,
      })),
  }
}

type DutyRow = Omit<Duty, 'startsAt' | 'endsAt'> & { startsAt: Date; endsAt: Date }

/** Duties that touch a span, by their beginning. */
export const listDuties = async (
  db: Db,
  { from, to, officerId }: { from: Date; to: Date; officerId?: number },
): Promise<Duty[]> =>
  (
    await db.query<DutyRow>(
      `select d.id, d.officer_id as "officerId", o.name as "officerName", d.grid_id as "gridId",
         d.starts_at as "startsAt", d.ends_at as "endsAt", d.label
       from duties d
       join officers o on o.id = d.officer_id
       where d.starts_at < $2 and d.ends_at > $1 and ($3::int is null or d.officer_id = $3)
       order by d.starts_at, o.code
       limit 20000`,
      [from, to, officerId ?? null],
    )
  ).map(({ startsAt, endsAt, ...row }) => ({
    ...row,
    startsAt: startsAt.toISOString(),
    endsAt: endsAt.toISOString(),
  }))

export interface NewDuty {
  officerId: number
  gridId: number | null
  startsAt: Date
  endsAt: Date
  label: string
}
/** Writes duties of officers within the scope; answers how many: those who are on duty at that time already are left out. */
export async function insertDuties(tx: Db, duties: readonly NewDuty[]): Promise<number> {
  const done = await tx.query(
    `insert into duties (officer_id, grid_id, starts_at, ends_at, label, path)
     select o.id, i.grid_id, i.starts_at, i.ends_at, i.label, coalesce(g.path, o.path)
     from unnest($1::int[], $2::int[], $3::timestamptz[], $4::timestamptz[], $5::text[])
       as i (officer_id, grid_id, starts_at, ends_at, label)
     join officers o on o.id = i.officer_id
     left join grids g on g.id = i.grid_id
     where not exists (
       select 1 from duties d where d.officer_id = o.id and d.starts_at < i.ends_at and d.ends_at > i.starts_at
     )
     returning id`,
    [
      duties.map((one) => one.officerId),
      duties.map((one) => one.gridId),
      duties.map((one) => one.startsAt),
      duties.map((one) => one.endsAt),
      duties.map((one) => one.label),
    ],
  )
  return done.length
}

/** Takes duties away, in the scope of `grids`; answers how many. */
export const deleteDuties = async (
  tx: Db,
  { ids, grids }: { ids: readonly number[]; grids: readonly number[] },
): Promise<number> =>
  (
    await tx.query(`delete from duties where id = any($1::int[]) and path && $2::int[] returning id`, [
      ids,
      grids,
    ])
  ).length

export const listCalendar = (db: Db, { from, to }: { from: string; to: string }) =>
  db.query<{ day: string; kind: 'holiday' | 'workday'; name: string }>(
    `select to_char(day, 'YYYY-MM-DD') as day, kind, name from calendar_days where day between $1::date and $2::date order by day`,
    [from, to],
  )
export const setCalendarDay = (db: Db, day: string, { kind, name }: { kind: string; name: string }) =>
  db.query(
    `insert into calendar_days (day, kind, name) values ($1::date, $2, $3)
     on conflict (day) do update set kind = excluded.kind, name = excluded.name`,
    [day, kind, name],
  )
export const deleteCalendarDay = (db: Db, day: string) =>
  db.query('delete from calendar_days where day = $1::date', [day])

/** Open shifts of people who stand in the calendar and whose duty has been over for a while. Owner. */
export const listOverdueShifts = (db: Db, { now, graceMs }: { now: Date; graceMs: number }) =>
  db.query<{ officerId: number; endsAt: Date; path: number[] }>(
    `select s.officer_id as "officerId", max(d.ends_at) as "endsAt", s.path
     from shifts s
     join duties d on d.officer_id = s.officer_id and d.starts_at < $1 and d.ends_at > s.started_at
     where s.ended_at is null
     group by s.officer_id, s.path
     having max(d.ends_at) <= $1::timestamptz - make_interval(secs => $2)`,
    [now, graceMs / 1000],
  )
