import { type Grouping, type Tallies, tallies } from '../contract/measure-rules.ts'
import type { Target } from '../contract/scoring.ts'
import type { Db } from '../db/connect.ts'
import { columnOf } from './queries.ts'
import { targetsInOrder } from './scoring-queries.ts'

/** What is asked of the sums; instants in Unix milliseconds, the last not included. */
export interface Cut {
  from: number
  to: number
  gridId?: number | undefined
  classCode?: string | undefined
  source?: string | undefined
  unitId?: number | undefined
  officerId?: number | undefined
  /** The place in a path of the grids right below the one asked for. */
  depth: number
  timeZone: string
}
const inCut = `hour >= to_timestamp($1::float8 / 1000) and hour < to_timestamp($2::float8 / 1000)
  and ($3::int is null or path @> array[$3::int]) and ($4::text is null or class_code = $4)
  and ($5::text is null or source = $5) and ($6::int is null or unit_id = $6)
  and $7::int > 0 and $8::text <> ''`
/** Persons are in the facts only. */
const ofOfficer = `${inCut} and ($9::int is null or officer_id = $9)`
const valuesOf = ({ from, to, gridId, classCode, source, unitId, officerId, depth, timeZone }: Cut) => [
  from,
  to,
  gridId ?? null,
  classCode ?? null,
  source ?? null,
  unitId ?? null,
  depth,
  timeZone,
  officerId ?? null,
]

/** The key of a group. */
const keyOf: Record<Grouping, string> = {
  all: `''`,
  grid: `coalesce(path[$7::int]::text, '')`,
  unit: 'unit_id::text',
  department: 'told.key',
  officer: 'officer_id::text',
  post: 'told.key',
  class: 'class_code',
  source: 'source',
  hour: `lpad(extract(hour from hour at time zone $8)::text, 2, '0')`,
  weekday: 'extract(isodow from hour at time zone $8)::text',
  hourOfWeek: `extract(isodow from hour at time zone $8)::text || '-' || to_char(hour at time zone $8, 'HH24')`,
  day: `to_char(hour at time zone $8, 'YYYY-MM-DD')`,
  week: `to_char(hour at time zone $8, 'IYYY-"W"IW')`,
  month: `to_char(hour at time zone $8, 'YYYY-MM')`,
}

/** The cases of a cut; whose and of which post somebody is is asked once, not for each of their cases. */
function casesOf(table: 'case_facts' | 'case_hours', cut: string, by: Grouping) {
  const told =
    by === 'department' ? { of: 'department_of', id: 'unit_id' } : { of: 'post_of', id: 'officer_id' }
  if (by !== 'department' && by !== 'post') return `${table} where ${cut}`
  return `${table}
    join (select id, ${told.of}(id) as key from (select distinct ${told.id} as id from ${table} where ${cut}) one offset 0) told on told.id = ${told.id}
    where ${cut}`
}

export type SumRow = Tallies & { key: string }
/** Sums of a cut, by group. In the caller's scope. */
export const listSums = (tx: Db, cut: Cut, by: Grouping) =>
  tx.query<SumRow>(
    `select ${keyOf[by]} as key, ${tallies.map((tally) => `sum(${columnOf(tally)})::float8 as "${tally}"`)}
     from ${by === 'officer' || by === 'post' || cut.officerId !== undefined ? casesOf('case_facts', ofOfficer, by) : casesOf('case_hours', `${inCut} and $9::int is null`, by)}
     group by 1`,
    valuesOf(cut),
  )

export interface QuantileRow {
  key: string
  handleP50: number | null
  handleP90: number | null
  totalP50: number | null
  totalP90: number | null
}
/** Quantiles of the times in seconds, by group: of the cases themselves, as quantiles cannot be summed up. */
export const listQuantiles = (tx: Db, cut: Cut, by: Grouping) =>
  tx.query<QuantileRow>(
    `select ${keyOf[by]} as key,
       percentile_cont(0.5) within group (order by handle_seconds) filter (where handles > 0) as "handleP50",
       percentile_cont(0.9) within group (order by handle_seconds) filter (where handles > 0) as "handleP90",
       percentile_cont(0.5) within group (order by total_seconds) filter (where totals > 0) as "totalP50",
       percentile_cont(0.9) within group (order by total_seconds) filter (where totals > 0) as "totalP90"
     from ${casesOf('case_facts', ofOfficer, by)}
     group by 1`,
    valuesOf(cut),
  )

const named = (table: 'grids' | 'units' | 'officers') =>
  `select id::text as key, name, null as "nameEn" from ${table}
   where $1::text[] is null or id = any (select k::int from unnest($1::text[]) k where k ~ '^[1-9][0-9]{0,8}$')`
/** The names of groups by their keys, of groupings that have names. */
const namesOf: Partial<Record<Grouping, string>> = {
  grid: named('grids'),
  unit: named('units'),
  officer: named('officers'),
  class:
    'select code as key, name, name_en as "nameEn" from incident_classes where $1::text[] is null or code = any ($1::text[])',
}
const byKey = (rows: readonly NameRow[]) => new Map(rows.map((row) => [row.key, row]))
/** Names of the groups that have one, by key. */
export async function listNames(tx: Db, by: Grouping, keys: readonly string[]) {
  const sql = namesOf[by]
  return byKey(sql ? await tx.query<NameRow>(sql, [keys]) : [])
}
export type Captions = Awaited<ReturnType<typeof findCaptions>>
/** Groupings whose names are so many that only those of the groups told are looked up. */
export const hasManyNames = (by: Grouping) => by === 'officer' || by === 'grid'
/** The same, and all targets, in one question; null: of all groups. In the caller's scope. */
export async function findCaptions(tx: Db, by: Grouping, keys: readonly string[] | null) {
  const rowsOf = (sql: string) => `(select coalesce(json_agg(r), '[]') from (${sql}) r)`
  const names = namesOf[by] ?? `select null as key where $1::text[] is null and false`
  const [row] = await tx.query<{ targets: Target[]; names: NameRow[] }>(
    `select ${rowsOf(targetsInOrder)} as targets, ${rowsOf(names)} as names`,
    [keys],
    `captions-${namesOf[by] ? by : 'none'}`,
  )
  return { targets: row?.targets ?? [], names: byKey(row?.names ?? []) }
}
interface NameRow {
  key: string
  name: string
  nameEn: string | null
}

/** The place in a path of the grids right below the town. */
export const townDepth = 2
/** The place in the path of the grids right below one; null: there is no such grid in the caller's scope. */
export const findDepth = async (tx: Db, gridId: number) =>
  (
    await tx.query<{ depth: number }>('select cardinality(path) + 1 as depth from grids where id = $1', [
      gridId,
    ])
  )[0]?.depth ?? null
