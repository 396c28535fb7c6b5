import { StartError } from '../../api/errors.ts'
import { openApart } from './apart.ts'
import { openCsv } from './csv.ts'
import { encodingNamed, type Inspected, inspect } from './inspect.ts'
import { type Limits, usual } from './limits.ts'
import { makeStaging } from './staging.ts'
import { unzip } from './zip.ts'

/** One row as the file has it: nothing is trusted yet. */
export interface Row {
  /** As a person finds it: the line of a CSV or a sheet (the header is 1), the place of the feature elsewhere (from 1). */
  row: number
  fields: Readonly<Record<string, unknown>>
  /** GeoJSON, in the file's own coordinates. */
  geometry?: unknown
  /** Why the row cannot even be read. */
  defect?: string
}

/** What was noticed on opening, for people. */
export interface Remark {
  kind:
    | 'encoding'
    | 'layers'
    | 'merged-cells'
    | 'title-rows'
    | 'repeated-column'
    | 'missing-sidecar'
    | 'deleted-rows'
    | 'truncated'
    | 'left-out'
  detail: string
}

/** A table of rows, whatever the format; `rows()` may be called more than once and streams. */
export interface Source {
  /** CSV, GeoJSON, TopoJSON, JSON, Shapefile, DBF, GeoPackage, KML, KMZ, FlatGeobuf, XLSX, GPX, or GDAL's name of it. */
  format: string
  columns: readonly string[]
  /** How many rows, where that is known before reading. */
  total?: number
  /** What the file says of its coordinates; undefined: nothing. `text` is EPSG:4547 or WKT, `from` is where it was said. */
  crs?: { text: string; from: string }
  geometry: 'none' | 'point' | 'line' | 'polygon' | 'mixed'
  /** Where the file holds several. */
  layers?: readonly string[]
  encoding?: string
  remarks: readonly Remark[]
  rows(progress?: (share: number) => void): AsyncIterable<Row>
  /** Removes what was staged; after that `rows()` fails. Without it a default staging folder goes when the process ends. */
  close(): void
}

export interface OpenOptions {
  /** Which object of a TopoJSON; the same as `layer`. */
  object?: string
  /** Which layer, sheet or object; the first one with rows when not said. */
  layer?: string
  /** Goes before what the file says or looks like. */
  encoding?: string
  /** Where intermediate files go; a temporary folder when not said. */
  staging?: string
  signal?: AbortSignal
  limits?: Partial<Limits>
  progress?: (share: number) => void
}

/**
 * Opens a file whatever its format. CSV streams in this process; everything else is parsed in one of its own,
 * whose rows are staged as a file. Throws `StartError` with a sentence, also for bombs and tangles.
 */
export async function openSource(inspected: Inspected, options: OpenOptions = {}): Promise<Source> {
  const encoding = options.encoding === undefined ? undefined : encodingNamed(options.encoding)
  if (options.encoding !== undefined && encoding === undefined)
    throw new StartError(
      `There is no encoding ${options.encoding}; there are utf-8, gbk, gb18030, big5, windows-1252 …`,
    )
  if (inspected.kind === 'osm-xml' || inspected.kind === 'osm-pbf')
    throw new StartError(`${inspected.file} is OpenStreetMap data: it goes in as roads or basemap.`)
  const limits = { ...usual, ...options.limits }
  if (inspected.entry !== undefined) return openEntry(inspected, inspected.entry, options, limits)
  const read = encoding === undefined ? inspected : { ...inspected, encoding }
  if (inspected.kind === 'csv') return openCsv(read, limits)
  return openApart(read, { ...options, layer: options.layer ?? options.object, encoding }, limits)
}

/** The one file of a zip: unpacked, looked at anew, and told under its own name. */
async function openEntry(
  { file }: Inspected,
  entry: string,
  options: OpenOptions,
  limits: Limits,
): Promise<Source> {
  const staging = makeStaging(options.staging)
  try {
    const [path = ''] = await unzip(file, staging.folder, limits, (name) => name === entry)
    const source = await openSource(await inspect(path, limits), options)
    const close = () => {
      source.close()
      staging.remove()
    }
    return { ...source, close }
  } catch (error) {
    staging.remove()
    if (!(error instanceof StartError)) throw error
    throw new StartError(error.message.replaceAll(`${staging.folder}/${entry}`, `${entry} in ${file}`))
  }
}
