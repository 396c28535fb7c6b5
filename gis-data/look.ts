import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { InspectedFile } from '../api/contract/imports.ts'
import type { Db } from '../api/db/connect.ts'
import { buildLocator } from '../api/grids/locate.ts'
import { findTown, listGridShapes } from '../api/grids/queries.ts'
import { type Inspected, inspect } from './formats/inspect.ts'
import { openSource, type Row, type Source } from './formats/source.ts'
import { holdsLines } from './nouns/road-lines.ts'
import { findImport, findMapping, lookUpSystem } from './queries.ts'
import { likelyNoun, type Suggestions, suggestColumns } from './suggest.ts'
import { textIn } from './values/cells.ts'
import { withTime } from './values/composed.ts'
import { around, readDegrees } from './values/coordinates.ts'
import { guessCrs, readCrs } from './values/crs.ts'
import { createClock } from './values/times.ts'
import { withShapes } from './values/wkt.ts'

const sampleSize = 400
const shownRows = 20

interface Looking {
  file: string
  dataFolder: string
  now: Date
  layer?: string
  encoding?: string
  signal?: AbortSignal
  progress?: (share: number) => void
}

/** What can be said of a file before anybody is asked: format, coordinates, columns, and how to read them. */
export async function lookAt(db: Db, looking: Looking): Promise<InspectedFile> {
  const inspected = await inspect(looking.file)
  if (inspected.kind === 'osm-xml' || inspected.kind === 'osm-pbf') return lookAtOsm(db, inspected)
  const { layer, encoding, signal } = looking
  const opened = await openSource(inspected, {
    ...(layer === undefined ? {} : { layer }),
    ...(encoding === undefined ? {} : { encoding }),
    ...(signal ? { signal } : {}),
    ...(looking.progress ? { progress: looking.progress } : {}),
    staging: join(looking.dataFolder, 'imports', 'staging'),
  })
  try {
    return await describeSource(db, {
      layer: layer ?? null,
      source: withTime(withShapes(opened)),
      inspected,
      now: looking.now,
    })
  } finally {
    opened.close()
  }
}

async function describeSource(
  db: Db,
  {
    source,
    inspected,
    now,
    layer,
  }: { source: Source; inspected: Inspected; now: Date; layer: string | null },
): Promise<InspectedFile> {
  const sample: Row[] = []
  for await (const row of source.rows()) {
    sample.push(row)
    if (sample.length === sampleSize) break
  }
  const town = await findTown(db)
  const near = around(town?.bounds ?? null)
  const clock = createClock(town?.timeZone ?? 'Asia/Shanghai', now)
  const suggested = suggestColumns(source.columns, sample, { near, clock, shaped: holdsLines(source) })
  const likely = holdsRoads(source, suggested.roads ?? {}) ? 'roads' : likelyNoun(source, suggested)
  const lookUp = (code: number) => lookUpSystem(db, code)
  const shown = source.crs ? await readCrs(source.crs.text, lookUp).catch(() => null) : null
  const pairs = pairsOf(sample, suggested[likely] ?? {})
  const locator = town?.bounds ? buildLocator(await listGridShapes(db)) : null
  const guesses = guessCrs(
    pairs,
    locator && town && near && town.bounds
      ? {
          center: centerOf(town.bounds),
          bounds: town.bounds as [number, number, number, number],
          holds: (lng, lat) => locator.locate(lng, lat) !== locator.townId,
        }
      : null,
  )
  return {
    format: source.format,
    gzipped: inspected.gzipped,
    encoding: source.encoding ?? inspected.encoding,
    rows: source.total ?? null,
    geometry: source.geometry,
    columns: [...source.columns],
    layers: [...(source.layers ?? [])],
    layer,
    crs: source.crs ? { ...source.crs, name: shown?.name ?? source.crs.text } : null,
    guesses: guesses.slice(0, 6),
    remarks: source.remarks.map(({ kind, detail }) => ({ kind, detail })),
    sample: sample.slice(0, shownRows).map((row) => ({
      row: row.row,
      cells: cellsInOrder(row, source.columns),
    })),
    suggested,
    likely,
    remembered: await findMapping(db, shapeOf(source.columns)),
    seenAt:
      (await findImport(db, { what: likely, fingerprint: inspected.fingerprint }))?.toISOString() ?? null,
  }
}

/** Lines that are no track, or links between nodes with what a way takes. */
const holdsRoads = ({ format, geometry, columns }: Source, roads: Suggestions) =>
  (geometry === 'line' && format !== 'GPX') ||
  (geometry === 'mixed' && columns.includes('highway')) ||
  (['from', 'to'].every((field) => roads[field]) &&
    ['length', 'minutes', 'seconds'].some((field) => roads[field]))

async function lookAtOsm(db: Db, inspected: Inspected): Promise<InspectedFile> {
  return {
    format: inspected.kind === 'osm-pbf' ? 'OpenStreetMap PBF' : 'OpenStreetMap XML',
    gzipped: inspected.gzipped,
    encoding: null,
    rows: null,
    geometry: 'mixed',
    columns: [],
    layers: [],
    layer: null,
    crs: { text: 'EPSG:4326', from: 'OpenStreetMap', name: 'WGS 84' },
    guesses: [],
    remarks: [],
    sample: [],
    suggested: {},
    likely: 'roads',
    remembered: null,
    seenAt:
      (await findImport(db, { what: 'roads', fingerprint: inspected.fingerprint }))?.toISOString() ?? null,
  }
}

/** Files of one shape have the same columns, whatever their order. */
export const shapeOf = (columns: readonly string[]) =>
  createHash('sha256')
    .update(JSON.stringify([...columns].sort()))
    .digest('hex')
    .slice(0, 32)

/** A row's values for a table on screen: short, and never an object. */
export function cellsInOrder(
  { fields }: { fields: Readonly<Record<string, unknown>> },
  columns: readonly string[],
): (string | number | boolean | null)[] {
  return columns.map((column) => {
    const value = fields[column]
    if (value === undefined || value === null) return null
    if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
    if (typeof value === 'boolean') return value
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    return text.length > 200 ? `${text.slice(0, 200)}…` : text
  })
}

/** Some positions of the file as it has them, for guessing what they mean. */
function pairsOf(
  sample: readonly Row[],
  columns: Readonly<Record<string, { column: string }>>,
): [number, number][] {
  return sample.flatMap((row): [number, number][] => {
    if (row.geometry) return firstPositions(row.geometry)
    const [x, y] = [columns.lng?.column, columns.lat?.column].map((name) =>
      name === undefined ? null : readDegrees(textIn(row.fields[name])),
    )
    return typeof x === 'number' && typeof y === 'number' ? [[x, y]] : []
  })
}

function firstPositions(geometry: unknown): [number, number][] {
  let found = (geometry as { coordinates?: unknown }).coordinates
  while (Array.isArray(found) && Array.isArray(found[0])) found = found[0]
  const [x, y] = Array.isArray(found) ? (found as unknown[]) : []
  return typeof x === 'number' && typeof y === 'number' ? [[x, y]] : []
}

const centerOf = ([west = 0, south = 0, east = 0, north = 0]: readonly number[]): [number, number] => [
  (west + east) / 2,
  (south + north) / 2,
]
