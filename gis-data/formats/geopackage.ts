import { DatabaseSync } from 'node:sqlite'
import { StartError } from '../../api/errors.ts'
import type { Errand } from './apart.ts'
import type { Reading } from './read-apart.ts'
import type { Remark, Row, Source } from './source.ts'
import { plainFile } from './unpack.ts'
import { readWkb } from './wkb.ts'

interface Layer {
  name: string
  identifier: string
  column: string | null
  organization: string | null
  code: number | null
  definition: string | null
}

/** One layer or attribute table of a GeoPackage. */
export async function readGeoPackage(errand: Errand, progress: (share: number) => void): Promise<Reading> {
  return readGeoPackageAt(await plainFile(errand), errand, progress)
}

/** The same for a file that another program has made of the one given. */
export function readGeoPackageAt(path: string, errand: Errand, progress: (share: number) => void): Reading {
  const { file } = errand.inspected
  const db = new DatabaseSync(path, { readOnly: true, allowExtension: false })
  // Views of a stranger may call nothing that acts.
  db.exec('pragma trusted_schema = off')
  const layers = listLayers(db, file)
  const names = layers.map(({ name }) => name)
  const count = (layer: Layer) =>
    Number(db.prepare(`select count(*) as count from ${quoted(layer.name)}`).get()?.count)
  const layer =
    errand.layer === undefined
      ? (layers.find((one) => count(one) > 0) ?? layers[0])
      : layers.find(({ name, identifier }) => name === errand.layer || identifier === errand.layer)
  if (!layer)
    throw new StartError(`${file} holds no layer ${errand.layer ?? ''}; there are: ${names.join(', ')}.`)
  const remarks: Remark[] =
    errand.layer === undefined && names.length > 1
      ? [{ kind: 'layers', detail: `Of ${names.length} layers (${names.join(', ')}) ${layer.name} is read.` }]
      : []
  const all = db.prepare(`pragma table_info(${quoted(layer.name)})`).all()
  const columns = all
    .map(({ name, type }) => ({ name: String(name), type: String(type).toUpperCase() }))
    .filter(({ name, type }) => name !== layer.column && !type.startsWith('BLOB'))
  return {
    format: 'GeoPackage',
    columns: columns.map(({ name }) => plainName(name)),
    crs: crsOf(layer),
    layers: names,
    encoding: 'utf-8',
    remarks,
    rows: readLayer(db, layer, columns, count(layer), progress),
  }
}

function listLayers(db: DatabaseSync, file: string): Layer[] {
  const layers = db
    .prepare(
      `select c.table_name as name, coalesce(c.identifier, c.table_name) as identifier, g.column_name as "column",
         s.organization, s.organization_coordsys_id as code, s.definition
       from gpkg_contents c
       left join gpkg_geometry_columns g on g.table_name = c.table_name
       left join gpkg_spatial_ref_sys s on s.srs_id = g.srs_id
       where c.data_type in ('features', 'attributes')
       order by c.data_type desc, c.rowid`,
    )
    .all() as unknown as Layer[]
  if (layers.length === 0) throw new StartError(`${file} holds no layer of features and no table.`)
  return layers
}

function crsOf({ organization, code, definition }: Layer): Source['crs'] {
  if (code === null || code <= 0) return undefined
  const text = organization?.toUpperCase() === 'EPSG' ? `EPSG:${code}` : definition
  return text ? { text, from: 'GeoPackage' } : undefined
}

function* readLayer(
  db: DatabaseSync,
  layer: Layer,
  columns: { name: string; type: string }[],
  total: number,
  progress: (share: number) => void,
): Generator<Row> {
  const wanted = [...columns.map(({ name }) => name), ...(layer.column === null ? [] : [layer.column])]
  const statement = db.prepare(`select ${wanted.map(quoted).join(', ')} from ${quoted(layer.name)}`)
  statement.setReadBigInts(true)
  let row = 0
  for (const record of statement.iterate()) {
    row += 1
    progress(row / total)
    const fields = Object.fromEntries(
      columns.map(({ name, type }) => [
        plainName(name),
        type === 'BOOLEAN' && record[name] !== null ? record[name] === 1n : record[name],
      ]),
    )
    yield { row, fields, ...geometryOf(layer.column === null ? null : record[layer.column]) }
  }
  db.close()
}

/** A blob of GeoPackage: GP, version, flags (which envelope, empty or not), system, envelope, WKB. */
function geometryOf(blob: unknown): Pick<Row, 'geometry' | 'defect'> {
  if (!(blob instanceof Uint8Array))
    return blob === null || blob === undefined ? {} : { defect: 'its shape is no GeoPackage shape' }
  if (blob[0] !== 0x47 || blob[1] !== 0x50) return { defect: 'its shape is no GeoPackage shape' }
  const flags = blob[3] ?? 0
  const envelope = [0, 32, 48, 48, 64][(flags >> 1) & 7]
  if (envelope === undefined) return { defect: 'its shape is broken' }
  if (flags & 0x10) return {}
  try {
    return { geometry: readWkb(blob.subarray(8 + envelope)) ?? undefined }
  } catch (error) {
    return { defect: `its shape is broken: ${(error as Error).message}` }
  }
}

/** The row's own number is not a column of the town's. */
const plainName = (name: string) => (/^(ogc_)?fid$/i.test(name) ? '@id' : name)
const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`
