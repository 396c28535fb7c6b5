import { createWriteStream, mkdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { type Entry, openPromise, validateFileName } from 'yauzl'
import { StartError } from '../../api/errors.ts'
import { type Limits, megabytes, meter } from './limits.ts'

/** The files in a zip by name, in its order. Throws `StartError` for names that lead outside, links, and what is no zip. */
export async function listZip(file: string, limits: Limits): Promise<string[]> {
  const names: string[] = []
  await eachFile(file, limits, (name) => {
    names.push(name)
  })
  return names
}

/** Unpacks what is wanted into the folder, counting the real bytes; answers their paths. Throws `StartError`. */
export async function unzip(
  file: string,
  folder: string,
  limits: Limits,
  wanted: (name: string) => boolean = () => true,
): Promise<string[]> {
  const paths: string[] = []
  const count = meter(file, statSync(file).size, limits)
  await eachFile(file, limits, async (name, open) => {
    if (!wanted(name)) return
    const path = join(folder, name)
    if (paths.includes(path)) throw new StartError(`${file} holds ${name} twice.`)
    mkdirSync(dirname(path), { recursive: true })
    const bytes = (await open()) as AsyncIterable<Buffer>
    const counted = async function* () {
      for await (const chunk of bytes) {
        count(chunk.length)
        yield chunk
      }
    }
    await pipeline(counted, createWriteStream(path))
    paths.push(path)
  })
  return paths
}

/** The first bytes of one file in a zip. */
export async function headOf(file: string, wanted: string, limits: Limits): Promise<Buffer> {
  let head = Buffer.alloc(0)
  await eachFile(file, limits, async (name, open) => {
    if (name !== wanted) return
    for await (const chunk of await open()) {
      head = Buffer.concat([head, chunk as Buffer])
      if (head.length >= 65_536) break
    }
  })
  return head
}

type Visit = (name: string, open: () => Promise<NodeJS.ReadableStream>) => void | Promise<void>

async function eachFile(file: string, limits: Limits, visit: Visit) {
  try {
    // Names come as bytes: Chinese Windows writes them in GBK without saying so.
    const zip = await openPromise(file, { lazyEntries: true, decodeStrings: false, autoClose: false })
    try {
      let entries = 0
      for await (const entry of zip.eachEntry()) {
        entries += 1
        if (entries > limits.zipEntries)
          throw new StartError(`${file} holds more than ${limits.zipEntries} files.`)
        const name = nameOf(file, entry)
        if (name.endsWith('/') || /(^|\/)(__MACOSX\/|\.DS_Store$|Thumbs\.db$)/.test(name)) continue
        if (entry.uncompressedSize > limits.unpackedBytes)
          throw new StartError(`${name} in ${file} is larger than ${megabytes(limits.unpackedBytes)}.`)
        await visit(name, () => {
          if (entry.isEncrypted()) throw new StartError(`${file} is locked with a password.`)
          return zip.openReadStreamPromise(entry)
        })
      }
    } finally {
      zip.close()
    }
  } catch (error) {
    if (error instanceof StartError) throw error
    throw new StartError(`${file} is not a readable zip (${(error as Error).message}).`)
  }
}

function nameOf(file: string, entry: Entry): string {
  const bytes = entry.fileName as unknown as Buffer
  const name = new TextDecoder(isUtf8(bytes) ? 'utf-8' : 'gb18030').decode(bytes)
  const fault = name.includes('\\') || name.includes('\0') ? 'backslash or NUL' : validateFileName(name)
  if (fault) throw new StartError(`${file} holds a file whose name leads elsewhere (${name.slice(0, 100)}).`)
  if (((entry.externalFileAttributes >>> 16) & 0o170000) === 0o120000)
    throw new StartError(`${file} holds a link (${name.slice(0, 100)}); links are not followed.`)
  return name
}

function isUtf8(bytes: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}
