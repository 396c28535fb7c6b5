import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import { foldersToKML } from '@placemarkio/tokml'
import type { Geometry } from 'geojson'
import writeXlsx from 'write-excel-file/node'
import { StartError } from '../../api/errors.ts'
import { type Cell, flatCells, flatColumns, harmless, type Out, type Table } from './table.ts'

type Rows = AsyncIterable<Out>

/** Writes pieces of text one after another, as fast as the disk takes them. */
async function writeText(file: string, pieces: AsyncIterable<string>) {
  const out = createWriteStream(file)
  const failed = once(out, 'error').then(([error]) => {
    throw error
  })
  failed.catch(() => {})
  let text = ''
  for await (const piece of pieces) {
    text += piece
    if (text.length < 262_144) continue
    if (!out.write(text)) await Promise.race([once(out, 'drain'), failed])
    text = ''
  }
  out.end(text)
  await finished(out)
}

/** CSV that Excel opens: UTF-8 with BOM, CRLF, no formulas. */
export const writeCsv = (file: string, table: Table, rows: Rows) =>
  writeText(
    file,
    (async function* () {
      yield `\uFEFF${flatColumns(table).join(',')}\r\n`
      for await (const row of rows) yield `${flatCells(table, row).map(csvCell).join(',')}\r\n`
    })(),
  )

function csvCell(cell: Cell): string {
  const text = cell === null ? '' : String(harmless(cell))
  return /[",\r\n]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text
}

export const writeGeoJson = (file: string, table: Table, rows: Rows) =>
  writeText(
    file,
    (async function* () {
      yield `{"type":"FeatureCollection","name":${JSON.stringify(table.name)},"features":[`
      let between = '\n'
      for await (const row of rows) {
        yield between + JSON.stringify(featureOf(table, row))
        between = ',\n'
      }
      yield '\n]}\n'
    })(),
  )

export const featureOf = ({ columns }: Table, { geometry, values }: Out) => ({
  type: 'Feature' as const,
  geometry,
  properties: Object.fromEntries(columns.map(({ name }, i) => [name, values[i] ?? null])),
})

// What a cell of Excel holds, and how many rows a sheet has under its header.
const cellLength = 32_767
const sheetRows = 1_048_575

/** One sheet; every text a text, so that no code loses a digit and nothing is a formula. */
export async function writeExcel(file: string, table: Table, rows: Rows) {
  const names = flatColumns(table)
  const sheet: (Cell[] | string[])[] = []
  const wide = new Map<number, number>()
  for await (const row of rows) {
    if (sheet.length === sheetRows)
      throw new StartError(
        `A sheet of Excel holds ${sheetRows} rows; these are more. Take CSV or GeoPackage.`,
      )
    const cells = flatCells(table, row)
    for (const [i, cell] of cells.entries())
      if (typeof cell === 'string' && cell.length > cellLength)
        wide.set(i, Math.max(wide.get(i) ?? 1, Math.ceil(cell.length / cellLength)))
    sheet.push(cells)
  }
  // A cell that is too long goes on in further columns, for every row alike.
  const header = names.flatMap((name, i) => [name, ...more(wide.get(i)).map((n) => `${name}~${n}`)])
  const body = sheet.map((cells) =>
    cells.flatMap((cell, i) => {
      const pieces = [1, ...more(wide.get(i))]
      return pieces.map((n) => excelCell(n === 1 && pieces.length === 1 ? cell : pieceOf(cell, n)))
    }),
  )
  await writeXlsx([header.map((name) => ({ value: name, fontWeight: 'bold' as const })), ...body], {
    sheet: table.title.slice(0, 31),
    stickyRowsCount: 1,
  }).toFile(file)
}

const more = (count = 1) => Array.from({ length: count - 1 }, (_, i) => i + 2)
const pieceOf = (cell: Cell, n: number): Cell =>
  typeof cell === 'string' ? cell.slice((n - 1) * cellLength, n * cellLength) || null : n === 1 ? cell : null

function excelCell(cell: Cell) {
  if (cell === null || cell === '') return null
  if (typeof cell === 'number') return { value: cell, type: Number }
  if (typeof cell === 'boolean') return { value: cell, type: Boolean }
  return { value: cell, type: String }
}

/** KML for Google Earth and phones: held whole, so not for a million rows. */
export async function writeKml(file: string, table: Table, rows: Rows) {
  const placed = []
  for await (const row of rows) {
    // A KML knows texts only: what is not there is left out, or it would come back as the word null.
    const given = Object.entries(featureOf(table, row).properties).filter(([, value]) => value !== null)
    const properties = Object.fromEntries(given)
    placed.push({ type: 'Feature' as const, geometry: row.geometry as Geometry, properties })
    if (placed.length > 300_000)
      throw new StartError('KML is for what a person looks at: more than 300,000 rows go as GeoPackage.')
  }
  const folder = { type: 'folder' as const, meta: { name: table.title }, children: placed }
  await writeText(
    file,
    (async function* () {
      yield foldersToKML({ type: 'root', children: [folder] })
    })(),
  )
}
