import type { Geometry } from 'geojson'
import type { Layer } from '../contract/layers.ts'
import type { Db } from '../db/connect.ts'

// One statement a layer, each read in pages by its own key, or by an instant and an officer. Positions with 17 digits: the very same doubles.

interface Statement {
  from: string
  /** What orders the pages: a number, or an instant and an officer. */
  key: string | readonly [string, string]
  geom?: string
  time?: string
  /** SQL of the columns, in the order of contract/layers. */
  columns: readonly string[]
}
const instant = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
const gridCode = (path: string) => `(select g.code from grids g where g.id = ${path}[cardinality(${path})])`
const attributes = (column: string) => `nullif(${column}::text, '{}')`

const statements: Record<string, Statement> = {
  grids: {
    from: 'grids t',
    key: 't.id',
    geom: 't.geom',
    columns: [
      't.code',
      't.name',
      't.level',
      `case when t.level > 1 then (select p.code from grids p where p.id = t.parent_id) end`,
      't.leader_name',
      't.households',
      attributes('t.attributes'),
      't.area_km2',
    ],
  },
  points: {
    from: 'monitoring_points t',
    key: 't.id',
    geom: 't.geom',
    columns: [
      't.code',
      't.name',
      't.system',
      't.address',
      attributes('t.attributes'),
      't.state',
      instant('t.state_since'),
      gridCode('t.path'),
    ],
  },
  incidents: {
    from: 'incidents t',
    key: 't.id',
    geom: 't.geom',
    time: 't.reported_at',
    columns: [
      `coalesce(t.source_key, 'xiake:' || t.number)`,
      't.number',
      't.class_code',
      't.title',
      `nullif(t.description, '')`,
      `nullif(t.address, '')`,
      't.state',
      instant('t.reported_at'),
      instant('t.closed_at'),
      attributes('t.attributes'),
      't.source',
      instant('t.filed_at'),
      instant('t.due_at'),
      instant('t.handled_at'),
      gridCode('t.path'),
      '(select u.code from units u where u.id = t.unit_id)',
      '(select o.code from officers o where o.id = t.officer_id)',
    ],
  },
  officers: {
    from: 'officers t',
    key: 't.id',
    columns: [
      't.code',
      't.name',
      't.phone',
      't.kind',
      '(select u.code from units u where u.id = t.unit_id)',
      '(select g.code from grids g where g.id = t.duty_grid_id)',
      't.transport',
    ],
  },
  units: {
    from: 'units t',
    key: 't.id',
    geom: 't.geom',
    columns: ['t.code', 't.name', 't.kind', 't.color'],
  },
  roads: {
    from: 'road_edges t',
    key: 't.id',
    geom: 't.geom',
    columns: [
      't.name',
      't.class',
      't.oneway',
      't.drive',
      't.walk',
      't.max_speed::float8',
      't.length_m',
      't.osm_way::text',
    ],
  },
  shifts: {
    from: 'shifts t join officers o on o.id = t.officer_id',
    key: ['t.started_at', 't.officer_id'],
    time: 't.started_at',
    columns: ['o.code', instant('t.started_at'), instant('t.ended_at')],
  },
  timeline: {
    from: 'timeline t',
    key: 't.seq',
    time: 't.at',
    columns: [
      't.seq',
      '(select i.number from incidents i where i.town_id = t.town_id and i.id = t.incident_id)',
      't.event',
      instant('t.at'),
      't.actor_name',
      't.actor_role',
      attributes('t.data'),
    ],
  },
}

export interface Filter {
  /** [west, south, east, north] */
  bbox?: readonly [number, number, number, number]
  from?: Date
  to?: Date
  /** Column = value, of the layer's own columns. */
  equal?: Readonly<Record<string, string>>
}
export interface LayerRow {
  /** A number; `microseconds-officer` where rows have none of their own. Pages go on after it. */
  id: number | string
  geometry: Geometry | null
  values: (string | number | boolean | null)[]
}

/** Whether a text can be the id of a feature of this layer. */
export function isFeatureId({ id }: Layer, text: string): boolean {
  const key = statements[id]?.key ?? ['', '']
  // Tracks count in milliseconds, as far as there are dates; other instants in microseconds.
  if (id === 'track' && Number(text.split('-')[0]) > 8.64e15) return false
  return (typeof key === 'string' ? /^\d{1,15}$/ : /^\d{1,16}-\d{1,10}$/).test(text)
}

/** After the row of an id; `id` asks for one row only. */
export interface PageRequest {
  after?: string
  limit: number
  filter?: Filter
  id?: string
}

/** A page of a layer, in the scope of the transaction. */
export async function readTable(
  tx: Db,
  layer: Layer,
  { after, limit, filter = {}, id }: PageRequest,
): Promise<LayerRow[]> {
  const statement = statements[layer.id]
  if (!statement) throw new Error(`no statement of ${layer.id}`)
  const { from, key, geom, time, columns } = statement
  const values: unknown[] = [limit]
  const bind = (value: unknown) => `$${values.push(value)}`
  const keyed = keyOf(key)
  const where = ['true']
  if (layer.id === 'grids') where.push('t.level > 0')
  if (after !== undefined) where.push(keyed.after(after, bind))
  if (id !== undefined) where.push(keyed.equal(id, bind))
  if (filter.bbox && geom)
    where.push(
      `${geom} && st_makeenvelope(${filter.bbox.map((edge) => `${bind(edge)}::float8`).join(', ')}, 4326)`,
    )
  if (filter.from && time) where.push(`${time} >= ${bind(filter.from)}`)
  if (filter.to && time) where.push(`${time} < ${bind(filter.to)}`)
  for (const [i, { name }] of layer.columns.entries()) {
    const wanted = filter.equal?.[name]
    if (wanted !== undefined) where.push(`(${columns[i]})::text = ${bind(wanted)}`)
  }
  const rows = await tx.query<
    { id: LayerRow['id']; shape: string | null } & Record<string, LayerRow['values'][number]>
  >(
    `select ${keyed.id} as id, ${geom ? `st_asgeojson(${geom}, 17)` : 'null'} as shape,
       ${columns.map((column, i) => `${column} as c${i}`).join(', ')}
     from ${from}
     where ${where.join(' and ')}
     order by ${keyed.order}
     limit $1`,
    values,
  )
  return rows.map((row) => ({
    id: row.id,
    geometry: row.shape === null ? null : (JSON.parse(row.shape) as Geometry),
    values: columns.map((_, i) => row[`c${i}`] ?? null),
  }))
}

type Bind = (value: unknown) => string

/** SQL of a key: its id, its order, and the rows after that of an id, or the very one. */
function keyOf(key: Statement['key']) {
  if (typeof key === 'string')
    return {
      id: key,
      order: key,
      after: (id: string, bind: Bind) => `${key} > ${bind(Number(id))}`,
      equal: (id: string, bind: Bind) => `${key} = ${bind(Number(id))}`,
    }
  const [at, officer] = key
  const read = (id: string, bind: Bind) => {
    const [microseconds, number] = id.split('-').map(Number)
    return [
      `timestamptz 'epoch' + ${bind(microseconds)}::float8 * interval '1 microsecond'`,
      `${bind(number)}::bigint`,
    ]
  }
  return {
    id: `(extract(epoch from ${at}) * 1000000)::bigint || '-' || ${officer}`,
    order: `${at}, ${officer}`,
    after: (id: string, bind: Bind) => {
      const [instantOf, number] = read(id, bind)
      // Said twice, so that partitions of earlier days are not even opened.
      return `${at} >= ${instantOf} and (${at}, ${officer}) > (${instantOf}, ${number})`
    },
    equal: (id: string, bind: Bind) => {
      const [instantOf, number] = read(id, bind)
      return `${at} = ${instantOf} and ${officer} = ${number}`
    },
  }
}

export interface LayerMeasure {
  rows: number
  bounds: [number, number, number, number] | null
  from: Date | null
  to: Date | null
}
/** How many rows a layer has in the scope of the transaction, and where they lie. */
export async function measureTable(tx: Db, layer: Layer): Promise<LayerMeasure> {
  const statement = statements[layer.id]
  if (!statement) throw new Error(`no statement of ${layer.id}`)
  const { from, geom, time } = statement
  const [row] = await tx.query<{ n: number; box: number[] | null; first: Date | null; last: Date | null }>(
    `select count(*)::int as n,
       ${geom ? `case when st_extent(${geom}) is null then null else array[st_xmin(st_extent(${geom})), st_ymin(st_extent(${geom})), st_xmax(st_extent(${geom})), st_ymax(st_extent(${geom}))] end` : 'null'} as box,
       ${time ? `min(${time})` : 'null'} as first, ${time ? `max(${time})` : 'null'} as last
     from ${from}
     ${layer.id === 'grids' ? 'where t.level > 0' : ''}`,
  )
  return {
    rows: row?.n ?? 0,
    bounds: (row?.box as [number, number, number, number] | null) ?? null,
    from: row?.first ?? null,
    to: row?.last ?? null,
  }
}

/** Codes of the officers and grids in the scope of the transaction, and whether that is the whole town. */
export async function listScope(tx: Db) {
  const officers = await tx.query<{ id: number; code: string }>('select id, code from officers')
  const grids = await tx.query<{ id: number; code: string; level: number }>(
    'select id, code, level from grids where path && (select scope_grids())',
  )
  return {
    officers: new Map(officers.map(({ id, code }) => [id, code])),
    grids: new Map(grids.map(({ id, code }) => [id, code])),
    seesTown: grids.some(({ level }) => level === 0),
  }
}

/** The first moment from one on (Unix milliseconds, or minus infinity) of which there is a fix; null after the last. */
export async function findNextFix(tx: Db, from: number): Promise<number | null> {
  const since = from === -Infinity ? new Date(0) : new Date(from)
  const [row] = await tx.query<{ at: number | null }>(
    `select (extract(epoch from least(
       (select min(recorded_at) from fixes where recorded_at >= $1),
       (select min(greatest(started_at, $1)) from track_chunks where started_at > $1::timestamptz - interval '1 hour' and ended_at >= $1)
     )) * 1000)::float8 as at`,
    [since],
  )
  return row?.at ?? null
}

/** Fixes in scope, counted by chunks; what is being packed is counted twice for that while. */
export async function measureTracks(tx: Db): Promise<LayerMeasure> {
  const [row] = await tx.query<{ rows: number; first: Date | null; last: Date | null; box: number[] | null }>(
    `select (select count(*) from fixes)::int + (select coalesce(sum(count), 0) from track_chunks)::int as rows,
       least((select min(recorded_at) from fixes), (select min(started_at) from track_chunks)) as first,
       greatest((select max(recorded_at) from fixes), (select max(ended_at) from track_chunks)) as last,
       (select array[st_xmin(e), st_ymin(e), st_xmax(e), st_ymax(e)]
        from (select st_extent(geom) as e from grids where path && (select scope_grids())) x where e is not null) as box`,
  )
  const has = row !== undefined && row.rows > 0
  return {
    rows: row?.rows ?? 0,
    bounds: has ? ((row.box as LayerMeasure['bounds']) ?? null) : null,
    from: row?.first ?? null,
    to: row?.last ?? null,
  }
}
