import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs'
import { basename } from 'node:path'
import * as shpjs from 'shpjs'
import { StartError } from '../../api/errors.ts'
import type { Errand } from './apart.ts'
import { openDbf } from './dbf.ts'
import type { Reading } from './read-apart.ts'
import type { Remark, Row } from './source.ts'
import { plainFile, sidecar } from './unpack.ts'
import { unzip } from './zip.ts'

const { parseShp } = shpjs as unknown as { parseShp: (shp: Uint8Array) => unknown[] }

/** A shapefile with what lies beside it: bare, gzipped, or all in a zip. */
export async function readShapefile(errand: Errand, progress: (share: number) => void): Promise<Reading> {
  const { inspected, folder, limits } = errand
  const zipped = readFileSync(inspected.file).toString('latin1', 0, 2) === 'PK'
  const remarks: Remark[] = []
  let origin = inspected.file
  let layers: string[] | undefined
  if (zipped) {
    const paths = await unzip(inspected.file, folder, limits, (name) => /\.(shp|dbf|prj|cpg)$/i.test(name))
    const shapes = paths.filter((path) => /\.shp$/i.test(path))
    layers = shapes.map(layerOf)
    origin = choose(inspected.file, shapes, errand.layer, remarks)
  }
  const shp = zipped ? origin : await plainFile(errand)
  const text = async (ending: string) => {
    const path = await sidecar(origin, ending, errand)
    return path === undefined ? undefined : readFileSync(path, 'utf8').slice(0, 20_000)
  }
  const [prj, cpg, dbfPath] = [await text('.prj'), await text('.cpg'), await sidecar(origin, '.dbf', errand)]
  if (prj === undefined)
    remarks.push({
      kind: 'missing-sidecar',
      detail: 'There is no .prj: nothing says what the coordinates are.',
    })
  if (dbfPath === undefined)
    remarks.push({
      kind: 'missing-sidecar',
      detail: 'There is no .dbf: only shapes are read, without any column.',
    })
  const dbf = dbfPath === undefined ? undefined : openDbf(dbfPath, cpg, errand.encoding)
  return {
    format: 'Shapefile',
    columns: dbf?.columns ?? [],
    crs: prj?.trim() ? { text: prj.trim(), from: '.prj' } : undefined,
    layers,
    encoding: dbf?.encoding,
    remarks: [...remarks, ...(dbf?.remarks ?? [])],
    rows: joined(readShapes(shp, progress), dbf?.records()),
  }
}

/** A dBase table alone. */
export async function readDbfFile(errand: Errand): Promise<Reading> {
  const cpg = await sidecar(errand.inspected.file, '.cpg', errand)
  const said = cpg === undefined ? undefined : readFileSync(cpg, 'utf8')
  const { columns, encoding, remarks, records } = openDbf(await plainFile(errand), said, errand.encoding)
  const none = function* (): Generator<never> {}
  return { format: 'DBF', columns, encoding, remarks, rows: joined(none(), records()) }
}

const layerOf = (path: string) => basename(path).replace(/\.shp$/i, '')
function choose(file: string, shapes: string[], layer: string | undefined, remarks: Remark[]): string {
  const names = shapes.map(layerOf)
  const chosen = layer === undefined ? shapes[0] : shapes[names.indexOf(layer)]
  if (chosen === undefined)
    throw new StartError(`${file} holds no layer ${layer}; there are: ${names.join(', ')}.`)
  if (layer === undefined && names.length > 1)
    remarks.push({
      kind: 'layers',
      detail: `Of ${names.length} layers (${names.join(', ')}) ${layerOf(chosen)} is read.`,
    })
  return chosen
}

type Shape = { geometry: unknown; defect?: string }

function* joined(
  shapes: Iterator<Shape>,
  records?: Iterator<Record<string, unknown> | null>,
): Generator<Row> {
  for (let row = 1; ; row += 1) {
    const [shape, record] = [shapes.next(), records?.next()]
    if (shape.done && (record?.done ?? true)) return
    // A deleted row keeps its shape in the file until somebody packs it.
    if (record && !record.done && record.value === null) continue
    const fields = record?.done ? {} : (record?.value ?? {})
    const { geometry, defect } = shape.done ? { geometry: undefined, defect: undefined } : shape.value
    yield { row, fields, geometry: geometry ?? undefined, ...(defect === undefined ? {} : { defect }) }
  }
}

/** Shapes in blocks of about 1 MB: the library reads one buffer at a time, and says nothing of what it could not read. */
function* readShapes(path: string, progress: (share: number) => void): Generator<Shape> {
  const handle = openSync(path, 'r')
  const { size } = fstatSync(handle)
  const header = readAt(handle, 0, 100)
  const declared = header.length === 100 ? header.readInt32BE(24) * 2 : 0
  if (declared < 100 || declared > size)
    throw new StartError(
      `${path} says it is ${declared} bytes long, but it is ${size}: it is cut short or broken.`,
    )
  const type = header.readInt32LE(32)
  if (![0, 1, 3, 5, 8, 11, 13, 15, 18, 21, 23, 25, 28].includes(type))
    throw new StartError(`${path} holds shapes of type ${type}, which are no points, lines or areas.`)
  // Nothing but empty shapes: the library wants some type.
  if (type === 0) header.writeInt32LE(1, 32)
  let block: Buffer[] = []
  let length = 0
  for (let at = 100; at + 8 <= declared; ) {
    const content = readAt(handle, at + 4, 4).readInt32BE(0) * 2
    if (content < 0 || at + 8 + content > declared)
      throw new StartError(`${path} is broken at byte ${at}: a shape would reach beyond the end.`)
    block.push(readAt(handle, at, 8 + content))
    length += 8 + content
    at += 8 + content
    if (length < 1_000_000 && at + 8 <= declared) continue
    yield* parseBlock(header, block)
    block = []
    length = 0
    progress(at / declared)
  }
  closeSync(handle)
}

function parseBlock(header: Buffer, records: Buffer[]): Shape[] {
  const faults = records.map(faultOf)
  if (faults.every((fault) => fault === undefined)) {
    try {
      return parseShp(Buffer.concat([header, ...records])).map((geometry) => ({
        geometry: withoutBox(geometry),
      }))
    } catch {
      if (records.length === 1) return [{ geometry: undefined, defect: 'its shape is broken' }]
    }
  }
  return records.flatMap((record, i) =>
    faults[i] === undefined
      ? parseBlock(header, [record])
      : [{ geometry: undefined, defect: `its shape is broken: ${faults[i]}` }],
  )
}

/** The library's boxes would be staged and never read. */
function withoutBox(geometry: unknown): unknown {
  if (typeof geometry === 'object' && geometry !== null) delete (geometry as { bbox?: unknown }).bbox
  return geometry
}

/** What the library would follow beyond the record, or for ever. */
function faultOf(record: Buffer): string | undefined {
  const type = record.length >= 12 ? record.readInt32LE(8) % 20 : 0
  if (type === 0 || (type === 1 && record.length >= 28) || (type === 11 && record.length >= 36))
    return undefined
  if (record.length < 52) return 'it is too short'
  const many = type === 8 || type === 18
  const [parts, points] = many
    ? [0, record.readInt32LE(44)]
    : [record.readInt32LE(44), record.readInt32LE(48)]
  if (parts < 0 || points < 0 || (many ? 48 : 52) + parts * 4 + points * 16 > record.length)
    return `it says it has ${points} points in ${parts} parts`
  let before = -1
  for (let i = 0; i < parts; i += 1) {
    const first = record.readInt32LE(52 + i * 4)
    if (first < before || first > points || (i === 0 && first !== 0)) return 'its parts are out of order'
    before = first
  }
  return undefined
}

function readAt(handle: number, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length)
  return bytes.subarray(0, readSync(handle, bytes, 0, length, position))
}
