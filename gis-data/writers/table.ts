import type { Geometry, Position } from 'geojson'

/** A layer or a plain table on its way out. Names of columns have at most 10 plain characters, so that every format takes them. */
export interface Table {
  name: string
  title: string
  geometry: 'Point' | 'LineString' | 'MultiPolygon' | null
  columns: readonly Column[]
}
export interface Column {
  name: string
  type: 'text' | 'number' | 'integer' | 'boolean'
}
export type Cell = string | number | boolean | null
/** WGS 84 throughout; `values` in the order of the columns. */
export interface Out {
  /** A number, or a text for what has no number of its own. */
  id: number | string
  geometry: Geometry | null
  values: Cell[]
}

export const formats = ['csv', 'xlsx', 'geojson', 'gpkg', 'shp', 'kml'] as const
export type Format = (typeof formats)[number]
export const files: Record<Format, { ending: string; type: string }> = {
  csv: { ending: 'csv', type: 'text/csv; charset=utf-8' },
  xlsx: {
    ending: 'xlsx',
    type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  },
  geojson: { ending: 'geojson', type: 'application/geo+json' },
  gpkg: { ending: 'gpkg', type: 'application/geopackage+sqlite3' },
  shp: { ending: 'shp.zip', type: 'application/zip' },
  kml: { ending: 'kml', type: 'application/vnd.google-earth.kml+xml' },
}

/** For formats without geometry: a point as two columns, anything else as WKT. */
export function flatColumns({ columns, geometry }: Table): string[] {
  const names = columns.map(({ name }) => name)
  if (geometry === 'Point') return [...names, 'lng', 'lat']
  return geometry ? [...names, 'wkt'] : names
}
export function flatCells({ geometry }: Table, row: Out): Cell[] {
  if (geometry === null) return row.values
  if (geometry === 'Point') {
    const [lng = null, lat = null] = row.geometry?.type === 'Point' ? row.geometry.coordinates : []
    return [...row.values, lng, lat]
  }
  return [...row.values, row.geometry ? wktOf(row.geometry) : null]
}

/** Well-known text with every digit of its doubles. */
export function wktOf(geometry: Geometry): string {
  if (!('coordinates' in geometry)) throw new Error('a collection has no place in a table')
  const write = (part: unknown): string => {
    const list = part as unknown[]
    if (typeof list[0] === 'number') return (list as Position).slice(0, 2).join(' ')
    return list.map((inner) => (isPosition(inner) ? write(inner) : `(${write(inner)})`)).join(', ')
  }
  return `${geometry.type.toUpperCase()} (${write(geometry.coordinates)})`
}
const isPosition = (part: unknown) => Array.isArray(part) && typeof part[0] === 'number'

/** What a spreadsheet would take for a formula gets the mark of a text; reading takes it off again. */
export const harmless = (cell: Cell): Cell =>
  typeof cell === 'string' && /^[=+\-@\t\r']/.test(cell) ? `'${cell}` : cell

/** A text longer than a cell of the format goes on in further columns, named with ~2, ~3 …; reading joins them. */
export function piecesOf(text: string, fits: (piece: string) => boolean): string[] {
  const pieces: string[] = []
  let piece = ''
  for (const character of text) {
    if (fits(piece + character)) piece += character
    else {
      pieces.push(piece)
      piece = character
    }
  }
  return [...pieces, piece]
}
