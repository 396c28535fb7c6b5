import { createHash } from 'node:crypto'
import { closeSync, createReadStream, openSync, readSync, statSync } from 'node:fs'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { StartError } from '../../api/errors.ts'
import { type Limits, meter, usual } from './limits.ts'
import { type Kind, kindOf, kindOfZip } from './magic.ts'
import { headOf, listZip } from './zip.ts'

export type { Kind } from './magic.ts'
/** A label that `TextDecoder` knows. */
export type Encoding = string

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
  /** The one file of a zip that is meant; `kind` is its kind, the rest is said once it is unpacked. */
  entry?: string
}

/** Reads a file once and says what it is, by its content and not by its name. Throws `StartError` when it is nothing we read. */
export async function inspect(file: string, limits: Limits = usual): Promise<Inspected> {
  const gzipped = startsAsGzip(file)
  const hash = createHash('sha256')
  const strict = new TextDecoder('utf-8', { fatal: true })
  let head: Buffer | undefined
  let isUtf8 = true
  let size = 0
  for await (const chunk of openBytes(file, gzipped, (raw) => hash.update(raw), limits)) {
    head ??= chunk.subarray(0, 65_536)
    size += chunk.length
    isUtf8 &&= decodes(strict, chunk)
  }
  if (!head || size === 0) throw new StartError(`${file} is empty.`)
  // A last character cut in half is a file cut short, not another encoding: the end is not asked.
  const encoding = await encodingOf(file, gzipped, head, isUtf8, limits)
  const inspected = { file, gzipped, encoding, fingerprint: hash.digest('hex'), size }
  if (!['PK\u0003\u0004', 'PK\u0005\u0006'].includes(head.toString('latin1', 0, 4)))
    return { ...inspected, kind: kindOf(file, head, encoding, size) }
  if (gzipped) throw new StartError(`${file} is a zip inside a gzip; give the zip itself.`)
  const { kind, entry } = kindOfZip(file, await listZip(file, limits))
  if (entry === undefined) return { ...inspected, kind }
  const inner = await headOf(file, entry, limits)
  if (inner.toString('latin1', 0, 2) === 'PK' || (inner[0] === 0x1f && inner[1] === 0x8b))
    throw new StartError(
      `${file} holds another archive (${entry}); an archive inside an archive is not opened.`,
    )
  return { ...inspected, kind: kindOf(`${entry} in ${file}`, inner, 'utf-8', inner.length), entry }
}

/** The file's bytes, unzipped; `onRaw` sees them as they lie on the disk. */
export async function* openBytes(
  file: string,
  gzipped: boolean,
  onRaw?: (chunk: Buffer) => void,
  limits: Limits = usual,
): AsyncGenerator<Buffer> {
  const raw = createReadStream(file)
  if (onRaw) raw.on('data', (chunk) => onRaw(chunk as Buffer))
  const count = gzipped ? meter(file, statSync(file).size, limits) : undefined
  // The errors of both reach the loop below; the callback only keeps the pipeline quiet.
  const bytes = gzipped ? pipeline(raw, createGunzip(), () => {}) : raw
  try {
    for await (const chunk of bytes) {
      count?.((chunk as Buffer).length)
      yield chunk as Buffer
    }
  } catch (error) {
    if (error instanceof StartError) throw error
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

/** What a person calls an encoding (936, GBK, ANSI 1252), as `TextDecoder` knows it; undefined: it does not. */
export function encodingNamed(name: string): Encoding | undefined {
  const plain = name
    .trim()
    .toLowerCase()
    .replace(/^(ansi|cp|ms|oem|windows)[\s_-]*(?=\d+$)/, '')
  if (/^(936|54936|gbk|gb2312|gb18030|euc-?cn)$/.test(plain)) return 'gb18030'
  const label = { '65001': 'utf-8', utf8: 'utf-8', '950': 'big5', '932': 'shift_jis', '949': 'euc-kr' }[plain]
  try {
    return new TextDecoder(label ?? plain.replace(/^(?=\d+$)/, 'windows-')).encoding
  } catch {
    return undefined
  }
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

async function encodingOf(
  file: string,
  gzipped: boolean,
  head: Buffer,
  isUtf8: boolean,
  limits: Limits,
): Promise<Encoding> {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le'
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be'
  const said = /^\s*<\?xml[^>]{0,80}encoding=["']([\w.-]+)["']/.exec(head.toString('latin1', 0, 200))?.[1]
  if (isUtf8) return 'utf-8'
  if (said && !/^utf-?8$/i.test(said)) return encodingNamed(said) ?? 'gb18030'
  if (head.subarray(0, 4096).includes(0)) return 'utf-8'
  // Neither UTF-8 nor GB18030 (what Chinese Excel writes): the western one, in which every byte is a letter.
  const strict = new TextDecoder('gb18030', { fatal: true })
  for await (const chunk of openBytes(file, gzipped, undefined, limits))
    if (!decodes(strict, chunk)) return 'windows-1252'
  return 'gb18030'
}

function decodes(decoder: TextDecoder, chunk: Buffer): boolean {
  try {
    decoder.decode(chunk, { stream: true })
    return true
  } catch {
    return false
  }
}
