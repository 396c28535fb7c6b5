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
  track: {
    from: 'fixes t join officers o on o.id = t.officer_id',
    key: ['t.recorded_at', 't.officer_id'],
    geom: 'st_setsrid(st_makepoint(t.lng_e7 / 1e7, t.lat_e7 / 1e7), 4326)',
    time: 't.recorded_at',
    columns: [
      'o.code',
      instant('t.recorded_at'),
      't.accuracy::float8',
      't.speed::float8',
      't.heading::float8',
      gridCode('t.path'),
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
  const key = statements[id]?.key
  return (typeof key === 'string' ? /^\d{1,15}$/ : /^\d{1,16}-\d{1,10}$/).test(text)
}

/** A page of a layer after the row of an id, in the scope of the transaction. `id` asks for one row only. */
export async function readLayer(
  tx: Db,
  layer: Layer,
  { after, limit, filter = {}, id }: { after?: string; limit: number; filter?: Filter; id?: string },
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

/** How many rows a layer has in the scope of the transaction, and where they lie. */
export async function measureLayer(
  tx: Db,
  layer: Layer,
): Promise<{
  rows: number
  bounds: [number, number, number, number] | null
  from: Date | null
  to: Date | null
}> {
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
