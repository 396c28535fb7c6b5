import { type Grouping, type Tallies, tallies } from '../contract/measure-rules.ts'
import type { Db } from '../db/connect.ts'
import { numbers } from '../db/values.ts'
import { columnOf } from './queries.ts'

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
  officer: 'officer_id::text',
  class: 'class_code',
  source: 'source',
  hour: `lpad(extract(hour from hour at time zone $8)::text, 2, '0')`,
  weekday: 'extract(isodow from hour at time zone $8)::text',
  hourOfWeek: `extract(isodow from hour at time zone $8)::text || '-' || to_char(hour at time zone $8, 'HH24')`,
  day: `to_char(hour at time zone $8, 'YYYY-MM-DD')`,
  week: `to_char(hour at time zone $8, 'IYYY-"W"IW')`,
  month: `to_char(hour at time zone $8, 'YYYY-MM')`,
}

export type SumRow = Tallies & { key: string }
/** Sums of a cut, by group. In the caller's scope. */
export const listSums = (tx: Db, cut: Cut, by: Grouping) =>
  tx.query<SumRow>(
    `select ${keyOf[by]} as key, ${tallies.map((tally) => `sum(${columnOf(tally)})::float8 as "${tally}"`)}
     from ${by === 'officer' || cut.officerId !== undefined ? `case_facts where ${ofOfficer}` : `case_hours where ${inCut} and $9::int is null`}
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
     from case_facts
     where ${ofOfficer}
     group by 1`,
    valuesOf(cut),
  )

/** Names of the groups that have one, by key. */
export const listNames = async (tx: Db, by: Grouping, keys: readonly string[]) => {
  const ids = () => numbers(keys.filter((key) => /^[1-9]\d*$/.test(key)).map(Number))
  const ask = {
    grid: () =>
      tx.query<NameRow>(
        'select id::text as key, name, null as "nameEn" from grids where id = any($1::int[])',
        [ids()],
      ),
    unit: () =>
      tx.query<NameRow>(
        'select id::text as key, name, null as "nameEn" from units where id = any($1::int[])',
        [ids()],
      ),
    officer: () =>
      tx.query<NameRow>(
        'select id::text as key, name, null as "nameEn" from officers where id = any($1::int[])',
        [ids()],
      ),
    class: () =>
      tx.query<NameRow>(
        'select code as key, name, name_en as "nameEn" from incident_classes where code = any($1::text[])',
        [keys],
      ),
  }
  const rows = by in ask ? await ask[by as keyof typeof ask]() : []
  return new Map(rows.map((row) => [row.key, row]))
}
interface NameRow {
  key: string
  name: string
  nameEn: string | null
}

/** The place in the path of the grids right below one; null: there is no such grid in the caller's scope. */
export const findDepth = async (tx: Db, gridId: number | undefined) =>
  gridId === undefined
    ? 2
    : ((
        await tx.query<{ depth: number }>('select cardinality(path) + 1 as depth from grids where id = $1', [
          gridId,
        ])
      )[0]?.depth ?? null)
