import { createWriteStream, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { afterAll } from 'vitest'
import { ZipFile } from 'yazl'
import { inspect } from '../../gis-data/formats/inspect.ts'
import { type OpenOptions, openSource, type Row, type Source } from '../../gis-data/formats/source.ts'

const shared = join(import.meta.dirname, '../../../shared/data')
export const isHere = existsSync(shared)
/** A real input. */
export const real = (path: string) => join(shared, path)

/** A folder that goes when the file's tests are done. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'xiake-formats-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export type Read = Omit<Source, 'rows'> & { rows: Row[] }

/** Opens, reads every row, closes. */
export async function readAll(file: string, options: OpenOptions = {}): Promise<Read> {
  const source = await openSource(await inspect(file), options)
  const rows: Row[] = []
  for await (const row of source.rows()) rows.push(row)
  source.close()
  return { ...source, rows }
}

/** A zip of these names and contents. */
export async function makeZip(file: string, entries: Record<string, string | Buffer>): Promise<string> {
  const zip = new ZipFile()
  for (const [name, content] of Object.entries(entries)) zip.addBuffer(Buffer.from(content), name)
  zip.end()
  await pipeline(zip.outputStream, createWriteStream(file))
  return file
}

export function makeFile(file: string, content: string | Uint8Array): string {
  writeFileSync(file, content)
  return file
}
