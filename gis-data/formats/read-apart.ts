import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { StartError } from '../../api/errors.ts'
import { type Errand, rowsName, type Staged, sourceName, type Word } from './apart.ts'
import type { Kind } from './magic.ts'
import type { Row, Source } from './source.ts'

// The process that reads one file for openApart, and may die of it.

/** What a reader answers; `columns` where the format declares them, else they are those of the first 1,000 rows. */
export interface Reading extends Omit<Staged, 'columns' | 'geometry' | 'total'> {
  columns?: readonly string[]
  rows: Iterable<Row> | AsyncIterable<Row>
}
export type Reader = (errand: Errand, progress: (share: number) => void) => Reading | Promise<Reading>

/** Each with its libraries only when it is needed: all of them take longer to load than most files to read. */
const readers: Partial<Record<Kind, () => Promise<Reader>>> = {
  json: async () => (await import('./json.ts')).readJson,
  shapefile: async () => (await import('./shapefile.ts')).readShapefile,
  dbf: async () => (await import('./shapefile.ts')).readDbfFile,
  geopackage: async () => (await import('./geopackage.ts')).readGeoPackage,
  flatgeobuf: async () => (await import('./flatgeobuf.ts')).readFlatGeobuf,
  kml: async () => (await import('./kml.ts')).readKml,
  kmz: async () => (await import('./kml.ts')).readKml,
  gpx: async () => (await import('./gpx.ts')).readGpx,
  xlsx: async () => (await import('./xlsx.ts')).readXlsx,
  gdal: async () => (await import('./gdal.ts')).readGdal,
}

const say = (word: Word) => new Promise<void>((resolve) => process.send?.(word, () => resolve()))

async function main(errand: Errand) {
  const reader = await readers[errand.inspected.kind]?.()
  if (!reader) throw new StartError(`${errand.inspected.file} is not read here.`)
  let told = 0
  const progress = (share: number) => {
    if (Date.now() - told < 250) return
    told = Date.now()
    void say({ share })
  }
  const { rows, columns, ...reading } = await reader(errand, progress)
  const written = await writeRows(errand, rows)
  const staged: Staged = {
    ...reading,
    ...written,
    columns: columns ? [...columns, '@index'] : written.columns,
  }
  if (staged.columns.length > errand.limits.columns)
    throw new StartError(`${errand.inspected.file} has more than ${errand.limits.columns} columns.`)
  writeFileSync(join(errand.folder, sourceName), JSON.stringify(staged))
}

async function writeRows({ folder, limits }: Errand, rows: Reading['rows']) {
  const file = openSync(join(folder, rowsName), 'w')
  const columns = new Set<string>()
  const shapes = new Set<Source['geometry']>()
  let total = 0
  let waiting: string[] = []
  let length = 0
  const flush = () => {
    writeSync(file, waiting.join(''))
    waiting = []
    length = 0
  }
  for await (const row of rows) {
    const line = lineOf(row, total, limits)
    if (total < 1000) for (const name of Object.keys(line.row.fields)) columns.add(name)
    const shape = line.row.geometry ? shapeOf(line.row.geometry) : undefined
    if (shape) shapes.add(shape)
    waiting.push(line.text)
    length += line.text.length
    if (length > 1e6) flush()
    total += 1
  }
  flush()
  closeSync(file)
  const [shape = 'none', ...others] = shapes
  return { columns: [...columns], geometry: others.length > 0 ? ('mixed' as const) : shape, total }
}

function lineOf(row: Row, index: number, limits: Errand['limits']): { row: Row; text: string } {
  const fields = { ...row.fields, '@index': index }
  const vertices = row.geometry ? countVertices(row.geometry, limits.verticesPerFeature) : 0
  const kept =
    vertices > limits.verticesPerFeature
      ? { row: row.row, fields, defect: `has more than ${limits.verticesPerFeature} vertices` }
      : { ...row, fields }
  const text = `${JSON.stringify(kept, plainValue)}\n`
  if (text.length <= limits.rowBytes) return { row: kept, text }
  const large = { row: row.row, fields: { '@index': index }, defect: 'is larger than 16 MB' }
  return { row: large, text: `${JSON.stringify(large)}\n` }
}

/** What JSON does not hold: whole numbers beyond 2⁵³ as text, bytes not at all. */
function plainValue(_name: string, value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
  return value instanceof Uint8Array ? undefined : value
}

/** Positions are the innermost arrays; counting ends soon after the limit. */
function countVertices(geometry: unknown, limit: number): number {
  let count = 0
  const left: unknown[] = [geometry]
  while (left.length > 0 && count <= limit) {
    const one = left.pop()
    if (Array.isArray(one)) {
      if (typeof one[0] === 'number') count += 1
      else for (const inner of one) left.push(inner)
    } else if (typeof one === 'object' && one !== null) {
      const { coordinates, geometries } = one as { coordinates?: unknown; geometries?: unknown }
      left.push(coordinates, geometries)
    }
  }
  return count
}

function shapeOf(geometry: unknown): Source['geometry'] {
  const type = String((geometry as { type?: unknown }).type).replace('Multi', '')
  if (type === 'Point') return 'point'
  if (type === 'LineString') return 'line'
  return type === 'Polygon' ? 'polygon' : 'mixed'
}

const errand = JSON.parse(process.argv[2] ?? '{}') as Errand
// Whoever asked is gone.
process.on('disconnect', () => process.exit())
try {
  await main(errand)
  await say({ done: true })
} catch (error) {
  await say({ refused: sentenceOf(error) })
}
process.disconnect()

function sentenceOf(error: unknown): string {
  if (error instanceof StartError) return error.message
  const { file } = errand.inspected
  if (error instanceof RangeError && /call stack/.test(error.message))
    return `${file} is nested too deeply to be read.`
  if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return 'The disk is full.'
  return `${file} is broken and cannot be read (${String((error as Error).message).slice(0, 200)}).`
}
