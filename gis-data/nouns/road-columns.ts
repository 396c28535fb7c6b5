import { StartError } from '../../api/errors.ts'
import type { Row } from '../formats/source.ts'
import { type Cells, cellsOf } from '../values/cells.ts'

/** What a column of a table of roads may mean, and the names we have seen it under, best first. */
const known = {
  from: 'from,from_node,source,init,init_node,start_node,f_node,snodeid,u,起点,起始节点,起点编号'.split(','),
  to: 'to,to_node,target,term,term_node,end_node,t_node,enodeid,v,终点,终止节点,终点编号'.split(','),
  fromLng: 'from_lng,from_lon,start_lng,start_lon,from_x,x1,起点经度'.split(','),
  fromLat: 'from_lat,start_lat,from_y,y1,起点纬度'.split(','),
  toLng: 'to_lng,to_lon,end_lng,end_lon,to_x,x2,终点经度'.split(','),
  toLat: 'to_lat,end_lat,to_y,y2,终点纬度'.split(','),
  length: 'length,length_m,length_km,length_mi,length_ft,distance,长度,里程'.split(','),
  minutes: 'minutes,min,free_flow_min,free_flow_time,travel_min,time_min,分钟'.split(','),
  seconds: 'seconds,sec,drive_seconds,travel_seconds,time_s,duration_s,秒'.split(','),
  oneway: 'oneway,one_way,单行,单行道,通行方向'.split(','),
  name: 'name,road_name,street,路名,道路名称,名称'.split(','),
  class: 'highway,fclass,class,road_class,link_type,type,道路等级,等级,道路类型,类型'.split(','),
  maxSpeed: 'maxspeed,max_speed,speed_limit,speed_kmh,speed_mph,限速'.split(','),
} as const
export type RoadField = keyof typeof known
export type RoadColumns = ReadonlyMap<RoadField, string>
const fields = Object.keys(known) as RoadField[]

/** Recognises the columns of roads; `map` (field to column, from --map) goes before. Throws `StartError`. */
export function recogniseRoads(
  columns: readonly string[],
  map: ReadonlyMap<string, string>,
  shaped: boolean,
): RoadColumns {
  for (const [field, column] of map) {
    if (!fields.includes(field as RoadField))
      throw new StartError(`--map knows no field ${field} here; there are: ${fields.join(', ')}.`)
    if (column !== '' && !columns.includes(column))
      throw new StartError(`There is no column ${column}; there are: ${columns.join(', ')}.`)
  }
  // Lines with OpenStreetMap's tags speak for themselves; its `source`, `length` and `to` mean something else.
  const tagged = shaped && columns.includes('highway')
  const byName = new Map(columns.map((column) => [plain(column), column]))
  const taken = new Set(map.values())
  const found = new Map<RoadField, string>()
  for (const field of fields) {
    const names = tagged && field !== 'class' ? [] : known[field]
    const named = names.map((name) => byName.get(plain(name))).find((name) => name && !taken.has(name))
    const column = map.get(field) ?? named
    if (!column) continue
    found.set(field, column)
    taken.add(column)
  }
  return found
}

/** The cells of a row by a road's own fields. */
export interface RoadCells extends Pick<Cells, 'row' | 'findings'> {
  find(kind: Parameters<Cells['find']>[0], field: string, reason: string, proposal?: string): void
  text(field: RoadField, max: number): string
  plain(field: RoadField): string
  code(field: RoadField, max: number): string
  number(field: RoadField, min: number, max: number): number | null
}
// Reading a cell needs no more of a field than its column.
export const roadCellsOf = cellsOf as unknown as (row: Row, columns: RoadColumns) => RoadCells

export const lengthUnits = { m: 1, km: 1000, mi: 1609.344, ft: 0.3048 } as const
export type LengthUnit = keyof typeof lengthUnits

/** The unit that a column's name ends in; metres when it names none. */
export function unitOf(column: string | undefined): LengthUnit {
  if (/(km|公里|千米)\W*$/i.test(column ?? '')) return 'km'
  if (/(mi|miles?)$/i.test(column ?? '')) return 'mi'
  return /(ft|feet)$/i.test(column ?? '') ? 'ft' : 'm'
}

const plain = (name: string) => name.toLowerCase().replaceAll(/[\s_\-()（）:：]/g, '')
