import { StartError } from '../../api/errors.ts'
import type { Row } from '../formats/source.ts'

/** What a column may mean, and the names we have seen it under, best first. */
export const known = {
  code: [
    'code',
    'id',
    'uuid',
    '编码',
    '编号',
    '代码',
    '网格编码',
    '网格编号',
    '点位编号',
    '点位编码',
    '部件编号',
    '区划代码',
    'adcode',
    'gridcode',
    'number',
    'incident_id',
    'uid',
    '案件编号',
    '事件编号',
    'source_key',
    '@id',
  ],
  name: ['name', '名称', '网格名称', '点位名称', '姓名', 'title'],
  level: ['level', '级别', '层级', '网格级别'],
  parent: ['parent', '上级', '上级编码', '上级网格', '父级', 'parent_code', 'parentcode', 'parent.adcode'],
  leader: ['leader', '网格长', '负责人', 'leader_name'],
  households: ['households', '户数', '总户数'],
  lng: ['lng', 'lon', 'longitude', '经度', 'long', 'x', 'x_coordinate', '横坐标'],
  lat: ['lat', 'latitude', '纬度', 'y', 'y_coordinate', '纵坐标'],
  address: ['address', '地址', '位置', '详细地址'],
  system: ['system', '系统', '类型', '点位类型'],
  class: ['class', 'class_code', '类别', '案件类别', '事件类别', '事件类型', 'type', 'offense_type'],
  title: ['title', '标题', '概述', 'summary', '事件名称'],
  description: ['description', 'descr', '描述', '问题描述', '内容', '事件描述'],
  time: [
    'reported_at',
    '上报时间',
    '时间',
    '发生时间',
    'time',
    'date_time',
    'datetime',
    'timestamp',
    'recorded_at',
    'utc',
    'date',
    '日期',
    'month',
    't_s',
  ],
  closed: ['closed_at', '结案时间', '办结时间'],
  state: ['state', '状态', 'status', '案件状态'],
  phone: ['phone', '电话', '手机', '手机号', '联系电话'],
  kind: ['kind', '人员类别', '身份'],
  unit: ['unit', '中队', '所属中队', '单位', 'unit_code'],
  dutyGrid: ['dutygrid', 'duty_grid', '责任网格', '值守网格'],
  officer: ['officer', 'officer_code', '队员', '人员编号', 'device'],
  speed: ['speed', '速度'],
  heading: ['heading', '方向', 'course', '航向'],
  accuracy: ['accuracy', '精度'],
  transport: ['transport', '交通方式'],
  certified: ['certified', '执法证', '持证', '是否持证', '持执法证', '执法资格', '执法证号'],
  skills: ['skills', '技能', '专长', '特长'],
  powers: ['powers', '权限', '执法权限', '职权'],
  group: ['group', '分组', '栏目', '专题', '指标类别', '板块'],
  module: ['module', '模块', '所属模块'],
  period: ['period', '期间', '时期', '统计期', '年份', '年度', '季度', '月份', 'year', 'quarter'],
  value: ['value', '数值', '值', '指标值', '完成值', '数量'],
  words: ['words', '文字', '说明', '内容', '备注'],
  measure: ['measure', '单位', '计量单位', 'unit'],
  target: ['target', '目标', '目标值', '年度目标'],
  equipment: ['equipment', '装备', '配备', '随身装备'],
} as const
export type Field = keyof typeof known

/** Which column holds which field. */
export type Columns = ReadonlyMap<Field, string>

/** Recognises the columns of the wanted fields; `map` (field to column, from --map) goes before. Throws `StartError`. */
export function recogniseColumns(
  columns: readonly string[],
  wanted: readonly Field[],
  map: ReadonlyMap<string, string>,
): Columns {
  for (const [field, column] of map) {
    if (!(wanted as readonly string[]).includes(field))
      throw new StartError(`--map knows no field ${field} here; there are: ${wanted.join(', ')}.`)
    // Nothing: the field has no column, whatever one may be called.
    if (column !== '' && !columns.includes(column))
      throw new StartError(`There is no column ${column}; there are: ${columns.join(', ')}.`)
  }
  // Columns that begin with _ are derived ones of our own exports.
  const byName = new Map(
    columns.filter((column) => !column.startsWith('_')).map((column) => [plain(column), column]),
  )
  const taken = new Set(map.values())
  const found = new Map<Field, string>()
  for (const field of wanted) {
    if (map.get(field) === '') continue
    const column =
      map.get(field) ??
      known[field]
        .map((name) => byName.get(plain(name)))
        .find((name) => name !== undefined && !taken.has(name))
    if (column === undefined) continue
    found.set(field, column)
    taken.add(column)
  }
  return found
}

/** Throws `StartError` naming the columns there are when a field that must be there is not. */
export function needColumns(columns: Columns, all: readonly string[], needed: readonly Field[]) {
  const missing = needed.filter((field) => !columns.has(field))
  if (missing.length === 0) return
  throw new StartError(
    `No column looks like ${missing.join(' or ')}. Name it with --map ${missing[0]}=<column>; there are: ${all.join(', ')}.`,
  )
}

/**
 * What no field has taken: kept beside the row, short values only. Columns that begin with _ are our own exports' and
 * follow from the others; their column `attributes` holds these very values, with their types.
 */
export function restOf(row: Row, columns: Columns): Record<string, string | number | boolean> {
  const used = new Set(columns.values())
  const rest: Record<string, string | number | boolean> = {}
  const keep = (name: string, value: unknown) => {
    if (typeof value === 'number' || typeof value === 'boolean') rest[name] = value
    else if (typeof value === 'string' && value !== '' && value.length <= 500 && isStorable(value))
      rest[name] = value
  }
  for (const [name, value] of Object.entries(row.fields)) {
    if (used.has(name) || /^[@_]|~\d+$/.test(name) || name === 'wkt') continue
    const inner = name === 'attributes' ? readAttributes(joined(row, name)) : null
    if (!inner) keep(name, value)
    else for (const [key, one] of Object.entries(inner)) if (key !== '__proto__') keep(key, one)
  }
  return rest
}

function readAttributes(text: unknown): Record<string, unknown> | null {
  if (typeof text !== 'string' || !text.startsWith('{')) return null
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return null
  }
}

/** A value that was too long for a cell of its format goes on in the columns named with ~2, ~3 …. */
export function joined(row: Row, column: string): unknown {
  const value = row.fields[column]
  const stem = column.slice(0, 8)
  const next = (n: number) => row.fields[`${column}~${n}`] ?? row.fields[`${stem}~${n}`]
  if (typeof value !== 'string' || next(2) === undefined) return value
  let text = value
  for (let n = 2, piece = next(2); typeof piece === 'string'; n += 1, piece = next(n)) text += piece
  return text
}

/** PostgreSQL holds neither NUL nor half a surrogate pair. */
export const isStorable = (text: string) => !text.includes('\u0000') && text.isWellFormed()

const plain = (name: string) => name.toLowerCase().replaceAll(/[\s_\-()（）:：]/g, '')
