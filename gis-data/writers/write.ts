import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, createWriteStream, mkdirSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { StartError } from '../../api/errors.ts'
import { writeCsv, writeExcel, writeGeoJson, writeKml } from './flat.ts'
import { writeGeoPackage } from './geopackage.ts'
import { writeShapefile } from './shapefile.ts'
import type { Format, Out, Table } from './table.ts'

/** What a `StartError` says when there is no space left. */
export const diskFull = 'The disk is full.'

const writers = {
  csv: writeCsv,
  xlsx: writeExcel,
  geojson: writeGeoJson,
  gpkg: writeGeoPackage,
  shp: writeShapefile,
  kml: writeKml,
} satisfies Record<Format, (file: string, table: Table, rows: AsyncIterable<Out>) => Promise<void>>

/**
 * Writes a table to a file of the format. The rows are put aside first and written by a process of their own: a year of
 * cases as XLSX takes seconds in one piece, and whoever serves the map has none to spare. Throws `StartError`.
 */
export async function writeApart(
  file: string,
  { table, format, rows }: { table: Table; format: Format; rows: AsyncIterable<Out> },
): Promise<void> {
  mkdirSync(dirname(file), { recursive: true })
  const staged = `${file}.rows`
  try {
    await pipeline(Readable.from(linesOf(rows)), createWriteStream(staged)).catch((error: Error) => {
      throw isDiskFull(error) ? new StartError(diskFull) : error
    })
    await run([format, file, staged, JSON.stringify(table)])
  } finally {
    rmSync(staged, { force: true })
  }
}

async function* linesOf(rows: AsyncIterable<Out>): AsyncGenerator<string> {
  for await (const row of rows) yield `${JSON.stringify(row)}\n`
}

/** No space left, as the file system says it or as SQLite does (13 is SQLITE_FULL). */
const isDiskFull = (error: unknown) => {
  const { code, errcode } = error as { code?: string; errcode?: number }
  return code === 'ENOSPC' || errcode === 13
}

async function run(args: string[]) {
  const child = spawn(
    process.execPath,
    ['--max-old-space-size=2048', fileURLToPath(import.meta.url), ...args],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  )
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4000)
  })
  const [code] = (await once(child, 'close')) as [number | null]
  if (code === 0) return
  if (code !== 2) console.error(said)
  throw new StartError(code === 2 ? said.trim() : 'The export was too large to be written in this format.')
}

async function* readRows(staged: string): AsyncGenerator<Out> {
  for await (const line of createInterface({ input: createReadStream(staged) })) yield JSON.parse(line) as Out
}

if (import.meta.main) {
  const [format = '', file = '', staged = '', table = ''] = process.argv.slice(2)
  try {
    await writers[format as Format](file, JSON.parse(table) as Table, readRows(staged))
  } catch (error) {
    const known = isDiskFull(error) ? new StartError(diskFull) : error
    console.error(known instanceof StartError ? known.message : known)
    process.exitCode = known instanceof StartError ? 2 : 1
  }
}
