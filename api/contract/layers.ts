import { command, people, type Role } from './roles.ts'

// What goes out of Xiake: one list for the files, for OGC API – Features, and for the manage page.

export const exportFormats = ['csv', 'xlsx', 'geojson', 'gpkg', 'shp', 'kml'] as const
export type ExportFormat = (typeof exportFormats)[number]

export interface LayerColumn {
  /** At most 10 plain characters. One that begins with _ follows from the others and is not read back. */
  name: string
  type: 'text' | 'number' | 'integer' | 'boolean'
}
export interface Layer {
  id: string
  title: string
  titleEn: string
  geometry: 'Point' | 'LineString' | 'MultiPolygon' | null
  /** Who may have it, each as far as their grids reach. The wall may not: it hangs where visitors stand. */
  access: readonly Role[]
  columns: readonly LayerColumn[]
  /** The instant it is filtered by, if it has one. */
  time: boolean
  /** Read back by an import of this noun without a difference. */
  noun: string | null
}

const desk: readonly Role[] = [...command, 'leader']
const staff = people.filter((role) => role !== 'screen')
const text = (...names: string[]): LayerColumn[] => names.map((name) => ({ name, type: 'text' }))
const number = (...names: string[]): LayerColumn[] => names.map((name) => ({ name, type: 'number' }))
const integer = (...names: string[]): LayerColumn[] => names.map((name) => ({ name, type: 'integer' }))
const boolean = (...names: string[]): LayerColumn[] => names.map((name) => ({ name, type: 'boolean' }))

export const layers: readonly Layer[] = [
  {
    id: 'grids',
    title: '网格',
    titleEn: 'Grids',
    geometry: 'MultiPolygon',
    access: staff,
    columns: [
      ...text('code', 'name'),
      ...integer('level'),
      ...text('parent', 'leader'),
      ...integer('households'),
      ...text('attributes'),
      ...number('_area_km2'),
    ],
    time: false,
    noun: 'grids',
  },
  {
    id: 'points',
    title: '监控点',
    titleEn: 'Monitoring points',
    geometry: 'Point',
    access: staff,
    columns: text('code', 'name', 'system', 'address', 'attributes', '_state', '_since', '_grid'),
    time: false,
    noun: 'points',
  },
  {
    id: 'incidents',
    title: '案件',
    titleEn: 'Cases',
    geometry: 'Point',
    access: staff,
    columns: [
      ...text('source_key', '_number', 'class', 'title', 'descr', 'address', 'state'),
      ...text('time', 'closed_at', 'attributes'),
      ...text('_source', '_filed_at', '_due_at', '_handled', '_grid', '_unit', '_officer'),
    ],
    time: true,
    noun: 'incidents',
  },
  {
    id: 'officers',
    title: '队员与网格员',
    titleEn: 'Officers and grid members',
    geometry: null,
    access: desk,
    columns: text('code', 'name', 'phone', 'kind', 'unit', 'duty_grid', 'transport'),
    time: false,
    noun: 'officers',
  },
  {
    id: 'track',
    title: '轨迹点',
    titleEn: 'Track fixes',
    geometry: 'Point',
    // Where people were is for those who answer for them.
    access: desk,
    columns: [...text('officer', 'time'), ...number('accuracy', 'speed', 'heading'), ...text('_grid')],
    time: true,
    noun: 'track',
  },
  {
    id: 'units',
    title: '队伍',
    titleEn: 'Units',
    geometry: 'Point',
    access: staff,
    columns: [...text('code', 'name', 'kind'), ...integer('color')],
    time: false,
    noun: null,
  },
  {
    id: 'roads',
    title: '道路',
    titleEn: 'Roads',
    geometry: 'LineString',
    access: staff,
    columns: [
      ...text('name', 'class'),
      ...boolean('oneway', 'drive', 'walk'),
      ...number('max_speed', 'length_m'),
      ...text('osm_way'),
    ],
    time: false,
    noun: null,
  },
  {
    id: 'shifts',
    title: '班次',
    titleEn: 'Shifts',
    geometry: null,
    access: desk,
    columns: text('officer', 'started_at', 'ended_at'),
    time: true,
    noun: null,
  },
  {
    id: 'timeline',
    title: '案件流程',
    titleEn: 'Timeline',
    geometry: null,
    access: desk,
    columns: [...integer('seq'), ...text('number', 'event', 'at', 'actor', 'role', 'data')],
    time: true,
    noun: null,
  },
]
