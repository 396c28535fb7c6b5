import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { StartError } from '../../api/errors.ts'
import { encodingNamed } from './inspect.ts'
import type { Remark } from './source.ts'

interface Column {
  name: string
  type: string
  at: number
  length: number
}
export interface Dbf {
  columns: string[]
  total: number
  encoding: string
  remarks: Remark[]
  /** A record's values; null: deleted. In the file's order, read in blocks. */
  records(): Generator<Record<string, unknown> | null>
}

/** The language a dBase file says it is in, where that is one we can read (byte 29). */
const languages: Record<number, string> = {
  3: 'windows-1252',
  0x4d: 'gb18030',
  0x7a: 'gb18030',
  0x4f: 'big5',
  0x78: 'big5',
  0x13: 'shift_jis',
  0x7b: 'shift_jis',
  0x79: 'euc-kr',
}

/** A dBase table. `said` is the content of a .cpg, `forced` goes before everything. Throws `StartError`. */
export function openDbf(path: string, said: string | undefined, forced: string | undefined): Dbf {
  const handle = openSync(path, 'r')
  const { size } = fstatSync(handle)
  const start = readAt(handle, 0, Math.min(size, 65_536))
  if (start.length < 33) throw new StartError(`${path} is too short for a table.`)
  const total = start.readUInt32LE(4)
  const [headerLength, recordLength] = [start.readUInt16LE(8), start.readUInt16LE(10)]
  if (headerLength < 33 || recordLength < 1 || headerLength > size)
    throw new StartError(`${path} is not a readable dBase table: its header is broken.`)
  const there = Math.floor((size - headerLength) / recordLength)
  if (total > there)
    throw new StartError(`${path} says it has ${total} rows, but holds ${there}: it is cut short or broken.`)
  const raw = columnsOf(start.subarray(0, headerLength))
  const sample = readAt(handle, headerLength, Math.min(total * recordLength, 4_000_000))
  const found = encodingOf(raw, sample, recordLength, start[29] ?? 0, said, forced)
  const decoder = new TextDecoder(found.encoding)
  const columns = raw.map((column) => ({
    ...column,
    name: decoder
      .decode(column.name)
      .replace(/\ufffd$/, '')
      .trim(),
  }))
  const repeated = columns.find(({ name }, i) => columns.findIndex((one) => one.name === name) !== i)
  if (repeated) throw new StartError(`${path} has two columns named ${repeated.name}.`)
  const memos = columns.filter(({ type }) => 'MGPW'.includes(type)).map(({ name }) => name)
  const remarks =
    memos.length > 0
      ? [
          ...found.remarks,
          {
            kind: 'left-out' as const,
            detail: `The long texts of ${memos.join(', ')} lie in another file and are left out.`,
          },
        ]
      : found.remarks
  const kept = columns.filter(({ name }) => !memos.includes(name))
  return {
    columns: kept.map(({ name }) => name),
    total,
    encoding: found.encoding,
    remarks,
    *records() {
      const block = Math.max(1, Math.floor(1_000_000 / recordLength))
      for (let i = 0; i < total; i += block) {
        const bytes = readAt(
          handle,
          headerLength + i * recordLength,
          Math.min(block, total - i) * recordLength,
        )
        for (let at = 0; at < bytes.length; at += recordLength) {
          const record = bytes.subarray(at, at + recordLength)
          yield record[0] === 0x2a
            ? null
            : Object.fromEntries(kept.map((one) => [one.name, valueOf(record, one, decoder)]))
        }
      }
      closeSync(handle)
    },
  }
}

function columnsOf(header: Buffer): (Omit<Column, 'name'> & { name: Buffer })[] {
  const columns = []
  let at = 1
  for (let i = 32; i + 32 <= header.length && header[i] !== 0x0d; i += 32) {
    const end = header.indexOf(0, i)
    const name = header.subarray(i, end < 0 ? i + 11 : Math.min(end, i + 11))
    const type = String.fromCharCode(header[i + 11] ?? 0)
    // Long texts of Clipper keep their length's upper byte where others keep decimals.
    const length = (header[i + 16] ?? 0) + (type === 'C' ? (header[i + 17] ?? 0) * 256 : 0)
    columns.push({ name, type, at, length })
    at += length
  }
  return columns
}

function encodingOf(
  columns: ReturnType<typeof columnsOf>,
  sample: Buffer,
  recordLength: number,
  language: number,
  said: string | undefined,
  forced: string | undefined,
): { encoding: string; remarks: Remark[] } {
  if (forced) return { encoding: forced, remarks: [] }
  const texts = columns.map(({ name }) => name)
  for (let at = 0; at < sample.length; at += recordLength)
    for (const column of columns)
      if (column.type === 'C')
        texts.push(trimmed(sample.subarray(at + column.at, at + column.at + column.length)))
  const foreign = texts.filter((text) => text.some((byte) => byte > 127))
  const fits = (encoding: string) => foreign.every((text) => decodes(text, encoding))
  const named = said === undefined ? undefined : encodingNamed(said)
  if (foreign.length === 0) return { encoding: named ?? 'utf-8', remarks: [] }
  if (named && fits(named)) return { encoding: named, remarks: [] }
  const byLanguage = languages[language]
  const encoding = ['utf-8', ...(byLanguage ? [byLanguage] : []), 'gb18030'].find(fits) ?? 'windows-1252'
  const why = named ? `the .cpg says ${said?.trim()}, which it is not` : 'no .cpg says it'
  return {
    encoding,
    remarks: [
      { kind: 'encoding', detail: `The table's text is read as ${encoding.toUpperCase()} (${why}).` },
    ],
  }
}

/** A fixed width may cut the last character in half. */
function decodes(text: Buffer, encoding: string): boolean {
  try {
    new TextDecoder(encoding, { fatal: true }).decode(text, { stream: true })
    return true
  } catch {
    return false
  }
}

function trimmed(text: Buffer): Buffer {
  let end = text.length
  while (end > 0 && (text[end - 1] === 32 || text[end - 1] === 0)) end -= 1
  return text.subarray(0, end)
}

function valueOf(record: Buffer, { type, at, length }: Column, decoder: TextDecoder): unknown {
  const bytes = record.subarray(at, at + length)
  if (type === 'I' && length === 4) return bytes.readInt32LE(0)
  if ((type === 'O' || type === 'B') && length === 8) return bytes.readDoubleLE(0)
  const text = decoder.decode(trimmed(bytes)).replace(/\ufffd$/, '')
  if (type === 'C') return text
  const plain = text.trim()
  if (plain === '') return null
  if (type === 'N' || type === 'F') {
    const value = Number(plain)
    if (!Number.isFinite(value)) return null
    return Number.isInteger(value) && !Number.isSafeInteger(value) ? plain : value
  }
  if (type === 'D') return /^\d{8}$/.test(plain) ? plain.replace(/(....)(..)(..)/, '$1-$2-$3') : null
  if (type === 'L') return /^[yt]$/i.test(plain) ? true : /^[nf]$/i.test(plain) ? false : null
  return null
}

function readAt(handle: number, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length)
  return bytes.subarray(0, readSync(handle, bytes, 0, length, position))
}
