import { createWriteStream, existsSync, readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Errand } from './apart.ts'
import { openBytes } from './inspect.ts'

/** The path of the file itself, or of its unpacked copy in the folder where it is gzipped. */
export async function plainFile({ inspected: { file, gzipped }, folder, limits }: Errand): Promise<string> {
  return gzipped ? gunzip(file, folder, limits) : file
}

/** The file beside `path` with another ending, whatever its case, unpacked where gzipped; undefined: there is none. */
export async function sidecar(path: string, ending: string, errand: Errand): Promise<string | undefined> {
  const folder = dirname(path)
  const wanted = basename(path)
    .replace(/(\.gz)?$/i, '')
    .replace(/\.\w+$/, ending)
    .toLowerCase()
  if (!existsSync(folder)) return undefined
  const names = readdirSync(folder)
  const found =
    names.find((name) => name.toLowerCase() === wanted) ??
    names.find((name) => name.toLowerCase() === `${wanted}.gz`)
  if (found === undefined) return undefined
  return /\.gz$/i.test(found)
    ? gunzip(join(folder, found), errand.folder, errand.limits)
    : join(folder, found)
}

async function gunzip(file: string, folder: string, limits: Errand['limits']): Promise<string> {
  const plain = join(folder, basename(file).replace(/\.gz$/i, '') || 'plain')
  await pipeline(Readable.from(openBytes(file, true, undefined, limits)), createWriteStream(plain))
  return plain
}
