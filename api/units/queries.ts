import type { OfficerAbilities } from '../contract/abilities.ts'
import type { Officer, Unit } from '../contract/unit.ts'
import type { Db } from '../db/connect.ts'

/** What the ingest and the dispatch must know of an officer. */
export interface Posting extends OfficerAbilities {
  name: string
  mode: Officer['transport']
  unitId: number | null
  unitName: string | null
  dutyGridId: number | null
  /** The grids in whose scope they are. */
  path: number[]
}

export const listUnits = (db: Db) =>
  db.query<Unit>(
    `select u.id, u.code, u.name, u.kind, u.color, u.department, st_x(u.geom) as lng, st_y(u.geom) as lat,
       count(o.id)::int as officers,
       count(s.officer_id)::int as "onShift"
     from units u
     left join officers o on o.unit_id = u.id and o.kind = 'officer'
     left join shifts s on s.officer_id = o.id and s.ended_at is null
     group by u.id
     order by u.code`,
  )

export const abilityColumns = 'o.certified, o.skills, o.powers, o.equipment'
const officerColumns = `o.id, o.code, o.name, o.phone, o.kind, o.unit_id as "unitId", o.duty_grid_id as "dutyGridId", o.transport,
  exists (select 1 from shifts s where s.officer_id = o.id and s.ended_at is null) as "onShift", ${abilityColumns}`

export const listOfficers = (db: Db) =>
  db.query<Officer>(`select ${officerColumns} from officers o order by o.code`)

export const findOfficer = async (db: Db, id: number) =>
  (
    await db.query<Officer & { path: number[] }>(
      `select ${officerColumns}, o.path from officers o where o.id = $1`,
      [id],
    )
  )[0] ?? null

/** Writes what somebody can do; false when there is no such officer. Owner. */
export const putAbilities = async (
  db: Db,
  id: number,
  { certified, skills, powers, equipment }: OfficerAbilities,
) =>
  (
    await db.query(
      `update officers set certified = $2, skills = $3::text[], powers = $4::text[], equipment = $5::text[] where id = $1 returning 1`,
      [id, certified, skills, powers, equipment],
    )
  ).length > 0

/** Owner. Where every officer belongs, and what they can do. */
export const listPostings = (db: Db) =>
  db.query<Posting & { id: number }>(
    `select o.id, o.name, o.transport as mode, o.unit_id as "unitId", u.name as "unitName", o.duty_grid_id as "dutyGridId", o.path,
       ${abilityColumns}
     from officers o left join units u on u.id = o.unit_id`,
  )

export interface ShiftRow {
  officerId: number
  startedAt: Date
  endedAt: Date | null
}
const shiftColumns = `officer_id as "officerId", started_at as "startedAt", ended_at as "endedAt"`

/** Shifts that are open or ended after `since`. Owner: the roster is rebuilt from it. */
export const listShiftsSince = (db: Db, since: Date) =>
  db.query<ShiftRow>(
    `select ${shiftColumns} from shifts where ended_at is null or ended_at > $1 order by started_at`,
    [since],
  )

/** Opens a shift; null when one is open already. */
export const insertShift = async (db: Db, officerId: number, startedAt: Date) =>
  (
    await db.query<ShiftRow>(
      `insert into shifts (officer_id, started_at, path)
       select o.id, $2, o.path from officers o where o.id = $1
       on conflict do nothing
       returning ${shiftColumns}`,
      [officerId, startedAt],
    )
  )[0] ?? null

/** Ends the open shift; null when there is none. */
export const endShift = async (db: Db, officerId: number, endedAt: Date) =>
  (
    await db.query<ShiftRow>(
      `update shifts
       set ended_at = greatest($2, started_at)
       where officer_id = $1 and ended_at is null
       returning ${shiftColumns}`,
      [officerId, endedAt],
    )
  )[0] ?? null

export interface UnitRow {
  code: string
  name: string
  kind: Unit['kind']
  color?: number
  department?: string
  lng?: number
  lat?: number
}
/** Writes units by code. Answers how many changed. */
export async function upsertUnits(db: Db, rows: readonly UnitRow[]): Promise<number> {
  const done = await db.query(
    `insert into units (code, name, kind, color, department, geom, path)
     select i.code, i.name, i.kind, i.color, i.department,
       case when i.lng is null then null else st_setsrid(st_makepoint(i.lng, i.lat), 4326) end, town.path
     from unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::float8[], $6::float8[], $7::text[]) as i (code, name, kind, color, lng, lat, department)
     cross join (select path from grids where level = 0) town
     on conflict (code) do update
     set name = excluded.name, kind = excluded.kind, color = excluded.color, department = excluded.department, geom = excluded.geom
     where (units.name, units.kind, units.color, units.department)
         is distinct from (excluded.name, excluded.kind, excluded.color, excluded.department)
       or units.geom is distinct from excluded.geom
     returning id`,
    [
      rows.map((row) => row.code),
      rows.map((row) => row.name),
      rows.map((row) => row.kind),
      rows.map((row) => row.color ?? 0),
      rows.map((row) => row.lng ?? null),
      rows.map((row) => row.lat ?? null),
      rows.map((row) => row.department ?? ''),
    ],
  )
  return done.length
}

export interface OfficerRow {
  code: string
  name: string
  phone?: string | null
  kind: Officer['kind']
  unitCode?: string | null
  dutyGridCode?: string | null
  transport?: Officer['transport']
  /** What is not said stays as it is. */
  abilities?: Partial<OfficerAbilities>
}
const listOr = (name: string) =>
  `case when i.able::jsonb ? '${name}' then array(select jsonb_array_elements_text(i.able::jsonb -> '${name}')) else coalesce(known.${name}, '{}') end`
const written = (row: string) =>
  [
    'name',
    'phone',
    'kind',
    'unit_id',
    'duty_grid_id',
    'transport',
    'path',
    'certified',
    'skills',
    'powers',
    'equipment',
  ]
    .map((name) => `${row}.${name}`)
    .join(', ')
/** Writes officers by code; without a duty grid the town is their duty. Answers how many changed. */
export async function upsertOfficers(db: Db, rows: readonly OfficerRow[]): Promise<number> {
  let changed = 0
  for (let start = 0; start < rows.length; start += 2000) {
    const part = rows.slice(start, start + 2000)
    const done = await db.query(
      `insert into officers (code, name, phone, kind, unit_id, duty_grid_id, transport, path, certified, skills, powers, equipment)
       select i.code, i.name, i.phone, i.kind, u.id, g.id, coalesce(i.transport, known.transport, 'walk'), coalesce(g.path, town.path),
         coalesce((i.able::jsonb ->> 'certified')::boolean, known.certified, false),
         ${['skills', 'powers', 'equipment'].map(listOr).join(', ')}
       from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
         as i (code, name, phone, kind, unit_code, grid_code, transport, able)
       cross join (select path from grids where level = 0) town
       left join units u on u.code = i.unit_code
       left join grids g on g.code = i.grid_code
       left join officers known on known.code = i.code
       on conflict (code) do update
       set name = excluded.name, phone = excluded.phone, kind = excluded.kind, unit_id = excluded.unit_id,
         duty_grid_id = excluded.duty_grid_id, transport = excluded.transport, path = excluded.path,
         certified = excluded.certified, skills = excluded.skills, powers = excluded.powers, equipment = excluded.equipment
       where (${written('officers')}) is distinct from (${written('excluded')})
       returning id`,
      [
        part.map((row) => row.code),
        part.map((row) => row.name),
        part.map((row) => row.phone ?? null),
        part.map((row) => row.kind),
        part.map((row) => row.unitCode ?? null),
        part.map((row) => row.dutyGridCode ?? null),
        part.map((row) => row.transport ?? null),
        part.map((row) => JSON.stringify(row.abilities ?? {})),
      ],
    )
    changed += done.length
  }
  return changed
}

export const officerIdsByCode = async (db: Db) =>
  new Map(
    (await db.query<{ code: string; id: number }>('select code, id from officers')).map((row) => [
      row.code,
      row.id,
    ]),
  )
