import { totalmem } from 'node:os'
import { StartError } from '../../api/errors.ts'

/** What one file may cost. Whoever sends more gets a sentence, and only the process that reads it apart has died. */
export interface Limits {
  seconds: number
  /** Of the process that reads apart, all its memory. */
  memoryMb: number
  /** Of a zip or gzip, once unpacked. */
  unpackedBytes: number
  /** Unpacked to packed; deflate itself ends at 1,032. Asked only above 100 MB. */
  ratio: number
  zipEntries: number
  jsonBytes: number
  /** KML and GPX are held as a tree. */
  xmlBytes: number
  /** Levels of brackets in JSON, of elements in XML. */
  depth: number
  verticesPerFeature: number
  rowBytes: number
  columns: number
}

export const usual: Limits = {
  seconds: 900,
  // A small machine keeps the greater part for the database and this server.
  memoryMb: Math.round(Math.min(4096, totalmem() / 2.5e6)),
  unpackedBytes: 8e9,
  ratio: 200,
  zipEntries: 10_000,
  jsonBytes: 400e6,
  xmlBytes: 100e6,
  depth: 200,
  verticesPerFeature: 200_000,
  rowBytes: 16e6,
  columns: 2000,
}

/** Counts what really comes out while unpacking; throws `StartError` once it is too much. */
export function meter(file: string, packed: number, limits: Limits): (bytes: number) => void {
  let total = 0
  return (bytes) => {
    total += bytes
    if (total > limits.unpackedBytes)
      throw new StartError(`${file} unpacks to more than ${megabytes(limits.unpackedBytes)}.`)
    if (total > 100e6 && total > limits.ratio * packed)
      throw new StartError(
        `${file} unpacks to more than ${limits.ratio} times its size: it looks like a bomb.`,
      )
  }
}

export const megabytes = (bytes: number) => `${Math.round(bytes / 1e6).toLocaleString('en')} MB`
