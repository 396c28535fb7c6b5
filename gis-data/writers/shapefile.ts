import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import type { Geometry, Position } from 'geojson'
import { ZipFile } from 'yazl'
import { type Cell, type Column, type Out, piecesOf, type Table } from './table.ts'

const widest = 254
const types = { Point: 1, LineString: 3, MultiPolygon: 5 } as const
const projection =
  'GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]'

/** A zipped Shapefile in UTF-8, which its .cpg says; texts over 254 bytes go on in columns named with ~2, ~3 …. */
export async function writeShapefile(file: string, table: Table, rows: AsyncIterable<Out>) {
  const all: Out[] = []
  for await (const row of rows) all.push(row)
  const zip = new ZipFile()
  const done = once(zip.outputStream.pipe(createWriteStream(file)), 'close')
  const add = (ending: string, bytes: Buffer) => zip.addBuffer(bytes, `${table.name}.${ending}`)
  if (table.geometry) {
    const { shp, shx } = shapes(types[table.geometry], all)
    add('shp', shp)
    add('shx', shx)
    add('prj', Buffer.from(projection))
  }
  add('dbf', dbf(table.columns, all))
  add('cpg', Buffer.from('UTF-8'))
  zip.end()
  await done
}

/** The geometry and its index (ESRI Shapefile Technical Description, 1998). */
function shapes(type: 1 | 3 | 5, rows: readonly Out[]): { shp: Buffer; shx: Buffer } {
  const box: Box = [Infinity, Infinity, -Infinity, -Infinity]
  const contents = rows.map(({ geometry }) => contentOf(type, geometry, box))
  const shx = Buffer.alloc(100 + contents.length * 8)
  const records: Buffer[] = []
  let words = 50
  for (const [i, content] of contents.entries()) {
    const head = Buffer.alloc(8)
    head.writeInt32BE(i + 1, 0)
    head.writeInt32BE(content.length / 2, 4)
    shx.writeInt32BE(words, 100 + i * 8)
    shx.writeInt32BE(content.length / 2, 104 + i * 8)
    words += 4 + content.length / 2
    records.push(head, content)
  }
  header(shx, type, box)
  const shp = Buffer.concat([Buffer.alloc(100), ...records])
  header(shp, type, box)
  return { shp, shx }
}

function header(bytes: Buffer, type: number, box: Box) {
  bytes.writeInt32BE(9994, 0)
  bytes.writeInt32BE(bytes.length / 2, 24)
  bytes.writeInt32LE(1000, 28)
  bytes.writeInt32LE(type, 32)
  if (box[0] <= box[2]) for (const [i, value] of box.entries()) bytes.writeDoubleLE(value, 36 + i * 8)
}

function contentOf(type: 1 | 3 | 5, geometry: Geometry | null, all: Box): Buffer {
  if (!geometry) return Buffer.alloc(4)
  if (geometry.type === 'Point') {
    const bytes = Buffer.alloc(20)
    bytes.writeInt32LE(1, 0)
    const [x = 0, y = 0] = geometry.coordinates
    bytes.writeDoubleLE(x, 4)
    bytes.writeDoubleLE(y, 12)
    widen(all, geometry.coordinates)
    return bytes
  }
  const parts = partsOf(geometry)
  const points = parts.flat()
  const bytes = Buffer.alloc(44 + parts.length * 4 + points.length * 16)
  const box: Box = [Infinity, Infinity, -Infinity, -Infinity]
  bytes.writeInt32LE(type, 0)
  bytes.writeInt32LE(parts.length, 36)
  bytes.writeInt32LE(points.length, 40)
  let start = 0
  for (const [i, part] of parts.entries()) {
    bytes.writeInt32LE(start, 44 + i * 4)
    start += part.length
  }
  for (const [i, point] of points.entries()) {
    const at = 44 + parts.length * 4 + i * 16
    bytes.writeDoubleLE(point[0] ?? 0, at)
    bytes.writeDoubleLE(point[1] ?? 0, at + 8)
    widen(box, point)
  }
  for (const [i, value] of box.entries()) bytes.writeDoubleLE(value, 4 + i * 8)
  widen(all, [box[0], box[1]])
  widen(all, [box[2], box[3]])
  return bytes
}

/** Lines, or rings with outer ones clockwise and holes against it, as the format tells them apart. */
function partsOf(geometry: Geometry): Position[][] {
  if (geometry.type === 'LineString') return [geometry.coordinates]
  if (geometry.type !== 'MultiPolygon') throw new Error(`a ${geometry.type} is not written`)
  return geometry.coordinates.flatMap((rings) =>
    rings.map((ring, i) => (isClockwise(ring) === (i === 0) ? ring : ring.toReversed())),
  )
}

/** Twice the signed area, measured from the first corner: far from the origin little would be left of it. */
function isClockwise(ring: readonly Position[]): boolean {
  const [ox = 0, oy = 0] = ring[0] ?? []
  let sum = 0
  for (const [i, [x = 0, y = 0]] of ring.entries()) {
    const [u = 0, v = 0] = ring[i + 1] ?? ring[0] ?? []
    sum += (x - ox) * (v - oy) - (u - ox) * (y - oy)
  }
  return sum < 0
}

type Box = [number, number, number, number]
function widen(box: Box, [x = 0, y = 0]: Position) {
  box[0] = Math.min(box[0], x)
  box[1] = Math.min(box[1], y)
  box[2] = Math.max(box[2], x)
  box[3] = Math.max(box[3], y)
}

interface Field {
  name: string
  kind: 'C' | 'N' | 'L'
  length: number
  decimals: number
  cells: string[]
}

function dbf(columns: readonly Column[], rows: readonly Out[]): Buffer {
  const fields = columns.flatMap((column, i) =>
    fieldsOf(
      column,
      rows.map(({ values }) => values[i] ?? null),
    ),
  )
  const recordLength = fields.reduce((sum, field) => sum + field.length, 1)
  const headLength = 32 + fields.length * 32 + 1
  const bytes = Buffer.alloc(headLength + recordLength * rows.length + 1, 0x20)
  bytes.fill(0, 0, headLength)
  bytes.writeUInt8(3, 0)
  const today = new Date()
  bytes.writeUInt8(today.getUTCFullYear() - 1900, 1)
  bytes.writeUInt8(today.getUTCMonth() + 1, 2)
  bytes.writeUInt8(today.getUTCDate(), 3)
  bytes.writeUInt32LE(rows.length, 4)
  bytes.writeUInt16LE(headLength, 8)
  bytes.writeUInt16LE(recordLength, 10)
  for (const [i, { name, kind, length, decimals }] of fields.entries()) {
    const at = 32 + i * 32
    bytes.write(name, at, 10, 'latin1')
    bytes.write(kind, at + 11, 'latin1')
    bytes.writeUInt8(length, at + 16)
    bytes.writeUInt8(decimals, at + 17)
  }
  bytes.writeUInt8(0x0d, headLength - 1)
  let at = headLength
  for (let row = 0; row < rows.length; row += 1) {
    at += 1
    for (const { cells, length, kind } of fields) {
      const text = cells[row] ?? ''
      if (kind === 'N') bytes.write(text.padStart(length), at, 'latin1')
      else bytes.write(text, at, 'utf8')
      at += length
    }
  }
  bytes.writeUInt8(0x1a, bytes.length - 1)
  return bytes
}

function fieldsOf({ name, type }: Column, cells: readonly Cell[]): Field[] {
  const text = (cell: Cell) => (cell === null ? '' : String(cell))
  if (type === 'boolean')
    return [
      {
        name,
        kind: 'L',
        length: 1,
        decimals: 0,
        cells: cells.map((cell) => (cell === null ? '?' : cell ? 'T' : 'F')),
      },
    ]
  if (type !== 'text')
    return [{ name, kind: 'N', length: 24, decimals: type === 'number' ? 15 : 0, cells: cells.map(text) }]
  const fits = (piece: string) => Buffer.byteLength(piece) <= widest
  const pieces = cells.map((cell) => {
    const given = text(cell)
    return fits(given) ? [given] : piecesOf(given, fits)
  })
  const count = pieces.reduce((most, one) => Math.max(most, one.length), 1)
  return Array.from({ length: count }, (_, n) => {
    const own = pieces.map((one) => one[n] ?? '')
    const length = own.reduce((most, one) => Math.max(most, Buffer.byteLength(one)), 1)
    return {
      name: n === 0 ? name : `${name.slice(0, 8)}~${n + 1}`,
      kind: 'C',
      length,
      decimals: 0,
      cells: own,
    }
  })
}
