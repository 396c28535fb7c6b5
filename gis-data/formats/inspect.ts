import { createHash } from 'node:crypto'
import { closeSync, createReadStream, openSync, readSync, statSync } from 'node:fs'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { StartError } from '../../api/errors.ts'

export type Kind = 'json' | 'csv' | 'osm-xml' | 'osm-pbf'
export type Encoding = 'utf-8' | 'utf-16le' | 'gb18030'

/** What one pass over a file tells: enough to read it in a second one. */
export interface Inspected {
  file: string
  kind: Kind
  gzipped: boolean
  encoding: Encoding
  /** SHA-256 of the file as it lies on the disk. */
  fingerprint: string
  /** Bytes once unzipped. */
  size: number
}

/** Reads a file once and says what it is, by its content and not by its name. Throws `StartError` when it is nothing we read. */
export async function inspect(file: string): Promise<Inspected> {
  const gzipped = startsAsGzip(file)
  const hash = createHash('sha256')
  // Not valid UTF-8 means GB18030 here: what Chinese Excel writes.
  const strict = new TextDecoder('utf-8', { fatal: true })
  let head: Buffer | undefined
  let encoding: Encoding = 'utf-8'
  let size = 0
  for await (const chunk of openBytes(file, gzipped, (raw) => hash.update(raw))) {
    head ??= chunk.subarray(0, 4096)
    size += chunk.length
    if (encoding === 'utf-8') encoding = isUtf8(strict, chunk) ? 'utf-8' : 'gb18030'
  }
  if (!head || size === 0) throw new StartError(`${file} is empty.`)
  if (encoding === 'utf-8' && !isUtf8(strict)) encoding = 'gb18030'
  if (head[0] === 0xff && head[1] === 0xfe) encoding = 'utf-16le'
  return {
    file,
    kind: kindOf(file, head, encoding),
    gzipped,
    encoding,
    fingerprint: hash.digest('hex'),
    size,
  }
}

/** The file's bytes, unzipped; `onRaw` sees them as they lie on the disk. */
export async function* openBytes(
  file: string,
  gzipped: boolean,
  onRaw?: (chunk: Buffer) => void,
): AsyncGenerator<Buffer> {
  const raw = createReadStream(file)
  if (onRaw) raw.on('data', (chunk) => onRaw(chunk as Buffer))
  // The errors of both reach the loop below; the callback only keeps the pipeline quiet.
  const bytes = gzipped ? pipeline(raw, createGunzip(), () => {}) : raw
  try {
    for await (const chunk of bytes) yield chunk as Buffer
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new StartError(
      code?.startsWith('Z_')
        ? `${file} is not a whole gzip file (${message}).`
        : `${file} cannot be read (${code ?? message}).`,
    )
  }
}

/** The file's text in pieces. */
export async function* openText({ file, gzipped, encoding }: Inspected): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding)
  for await (const chunk of openBytes(file, gzipped)) yield decoder.decode(chunk, { stream: true })
  yield decoder.decode()
}

function startsAsGzip(file: string): boolean {
  try {
    if (!statSync(file).isFile()) throw new StartError(`${file} is not a file.`)
    const handle = openSync(file, 'r')
    const start = Buffer.alloc(2)
    readSync(handle, start, 0, 2, 0)
    closeSync(handle)
    return start[0] === 0x1f && start[1] === 0x8b
  } catch (error) {
    if (error instanceof StartError) throw error
    const { code } = error as NodeJS.ErrnoException
    throw new StartError(
      code === 'ENOENT' ? `There is no file ${file}.` : `${file} cannot be read (${code}).`,
    )
  }
}

function isUtf8(decoder: TextDecoder, chunk?: Buffer): boolean {
  try {
    decoder.decode(chunk, { stream: chunk !== undefined })
    return true
  } catch {
    return false
  }
}

function kindOf(file: string, head: Buffer, encoding: Encoding): Kind {
  // A PBF begins with a length in four bytes and the name of its first block.
  if (head.subarray(0, 24).includes('OSMHeader')) return 'osm-pbf'
  const text = new TextDecoder(encoding).decode(head).trimStart()
  if (text.includes('\u0000')) throw new StartError(`${file} is neither a text file nor OSM PBF.`)
  if (text.startsWith('{') || text.startsWith('[')) return 'json'
  if (text.startsWith('<')) {
    if (/<osm[\s>]/.test(text)) return 'osm-xml'
    throw new StartError(`${file} is XML, but not OpenStreetMap's.`)
  }
  return 'csv'
}
