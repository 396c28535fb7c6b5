import type { State } from './lifecycle.ts'
import { states } from './lifecycle.ts'

/** Many incidents as typed columns, newest last: 18 bytes a case, filtered in the browser. Positions in 1e-7 degrees. */
export interface IncidentColumns {
  length: number
  /** 2 × length: lng, lat in 1e-7 degrees. */
  positions: Int32Array
  /** Unix seconds. */
  reportedAt: Uint32Array
  gridId: Uint32Array
  /** Index into `classes`. */
  classIndex: Uint8Array
  /** Index into `states`. */
  stateIndex: Uint8Array
  classes: string[]
}

const magic = 0x32414358 // "XCA2", little-endian

/** Layout: magic u32, length u32, classes as JSON (u32 byte count, padded to 4), then the columns widest first. */
export function encodeColumns(columns: IncidentColumns): Uint8Array<ArrayBuffer> {
  const names = new TextEncoder().encode(JSON.stringify(columns.classes))
  const padded = Math.ceil(names.length / 4) * 4
  const n = columns.length
  const bytes = new Uint8Array(12 + padded + n * 18)
  const head = new DataView(bytes.buffer)
  head.setUint32(0, magic, true)
  head.setUint32(4, n, true)
  head.setUint32(8, names.length, true)
  bytes.set(names, 12)
  let offset = 12 + padded
  for (const column of [
    columns.positions,
    columns.reportedAt,
    columns.gridId,
    columns.classIndex,
    columns.stateIndex,
  ]) {
    bytes.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), offset)
    offset += column.byteLength
  }
  return bytes
}

/** The inverse of `encodeColumns`; throws on anything else. */
export function decodeColumns(buffer: ArrayBuffer): IncidentColumns {
  const head = new DataView(buffer)
  if (buffer.byteLength < 12 || head.getUint32(0, true) !== magic) throw new Error('not incident columns')
  const length = head.getUint32(4, true)
  const nameBytes = head.getUint32(8, true)
  const classes = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 12, nameBytes))) as string[]
  let offset = 12 + Math.ceil(nameBytes / 4) * 4
  const take = (bytes: number) => {
    const start = offset
    offset += bytes
    return start
  }
  return {
    length,
    positions: new Int32Array(buffer, take(length * 8), length * 2),
    reportedAt: new Uint32Array(buffer, take(length * 4), length),
    gridId: new Uint32Array(buffer, take(length * 4), length),
    classIndex: new Uint8Array(buffer, take(length), length),
    stateIndex: new Uint8Array(buffer, take(length), length),
    classes,
  }
}

export const stateOf = (index: number): State => states[index] as State
