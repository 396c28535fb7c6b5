import type { SchemeRule, Target } from '../contract/scoring.ts'
import type { Db } from '../db/connect.ts'

/** Those of grids and squads that the caller sees, and the town's. */
export const targetsInOrder = `select measure, value, grid_id as "gridId", unit_id as "unitId" from measure_targets t
     where (grid_id is null or exists (select from grids g where g.id = t.grid_id))
       and (unit_id is null or exists (select from units u where u.id = t.unit_id))
     order by measure, grid_id nulls first, unit_id nulls first`
/** What measures are to reach. In the caller's scope, like all of these. */
export const listTargets = (tx: Db) => tx.query<Target>(targetsInOrder)

/** Puts these in the place of all others. */
export async function replaceTargets(tx: Db, targets: readonly Target[]) {
  await tx.query('delete from measure_targets')
  await tx.query(
    `insert into measure_targets (town_id, measure, value, grid_id, unit_id)
     select t.id, g.measure, g.value, g."gridId", g."unitId"
     from towns t cross join json_to_recordset($1::json) as g (measure text, value float8, "gridId" int, "unitId" int)`,
    [JSON.stringify(targets)],
  )
}

/** Of some grids or squads those that the caller sees. */
export const listSeen = async (tx: Db, table: 'grids' | 'units', ids: readonly number[]) =>
  new Set(
    (await tx.query<{ id: number }>(`select id from ${table} where id = any ($1::int[])`, [ids])).map(
      ({ id }) => id,
    ),
  )

export type SchemeRow = { id: number; name: string; rule: Omit<SchemeRule, 'name'> }
const schemeColumns = 'id, name, rule'
export const listSchemes = (tx: Db) =>
  tx.query<SchemeRow>(`select ${schemeColumns} from score_schemes order by name`)
export const findScheme = async (tx: Db, id: number) =>
  (await tx.query<SchemeRow>(`select ${schemeColumns} from score_schemes where id = $1`, [id]))[0]
/** Undefined: another scheme has the name. */
export const insertScheme = async (tx: Db, { name, ...rule }: SchemeRule) =>
  (
    await tx.query<SchemeRow>(
      `insert into score_schemes (town_id, name, rule) select id, $1, $2::jsonb from towns
       on conflict (town_id, name) do nothing returning ${schemeColumns}`,
      [name, JSON.stringify(rule)],
    )
  )[0]
export const updateScheme = async (tx: Db, id: number, { name, ...rule }: SchemeRule) =>
  (
    await tx.query<SchemeRow>(
      `update score_schemes set name = $2, rule = $3::jsonb where id = $1 returning ${schemeColumns}`,
      [id, name, JSON.stringify(rule)],
    )
  )[0]
export const isNameTaken = async (tx: Db, name: string, but: number) =>
  (await tx.query('select 1 from score_schemes where name = $1 and id <> $2', [name, but])).length > 0
export const deleteScheme = async (tx: Db, id: number) =>
  (await tx.query('delete from score_schemes where id = $1 returning id', [id])).length > 0
