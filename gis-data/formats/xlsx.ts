import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { readSheet } from 'read-excel-file/node'
import { StartError } from '../../api/errors.ts'
import type { Errand } from './apart.ts'
import type { Reading } from './read-apart.ts'
import type { Remark, Row } from './source.ts'
import { unzip } from './zip.ts'

type Cell = string | number | boolean | Date | null
interface Sheet {
  name: string
  path: string
}
interface Merge {
  text: string
  top: number
  left: number
  bottom: number
  right: number
}

/** One sheet of a workbook. Titles above the header are passed over, a merged cell's value goes down into its rows; both are remarked. */
export async function readXlsx(errand: Errand): Promise<Reading> {
  const { inspected, folder, limits } = errand
  // Unpacked once under our limits before the library does it under none.
  const paths = await unzip(inspected.file, folder, limits)
  for (const path of paths) if (/\.(xml|rels)$/i.test(path)) checkXml(inspected.file, path)
  const sheets = listSheets(folder)
  const layers = sheets.map(({ name }) => name)
  for (const { path } of sheets) if (paths.includes(path)) checkWidth(inspected.file, path, limits.columns)
  const { sheet, cells } = await chooseSheet(inspected.file, sheets, errand.layer)
  const remarks: Remark[] = []
  if (errand.layer === undefined && layers.length > 1)
    remarks.push({
      kind: 'layers',
      detail: `Of ${layers.length} sheets (${layers.join(', ')}) ${sheet.name} is read.`,
    })
  const merges = paths.includes(sheet.path) ? listMerges(sheet.path) : []
  const errors = paths.includes(sheet.path) ? countErrors(sheet.path) : 0
  if (errors > 0)
    remarks.push({
      kind: 'left-out',
      detail: `${errors} cells hold an error such as #N/A and count as empty.`,
    })
  const headerAt = findHeader(inspected.file, cells)
  if (headerAt > 0)
    remarks.push({
      kind: 'title-rows',
      detail: `The columns are named in row ${headerAt + 1}; what stands above is passed over.`,
    })
  const { names, depth } = namesOf(cells, headerAt, merges, remarks)
  const below = merges.filter(({ top, bottom }) => top > headerAt + depth && bottom > top)
  fillDown(cells, below)
  if (below.length > 0)
    remarks.push({
      kind: 'merged-cells',
      detail: `${below.length} merged ranges (${below
        .slice(0, 5)
        .map(({ text }) => text)
        .join(', ')}${below.length > 5 ? ' …' : ''}): each value counts for every row of its range.`,
    })
  return {
    format: 'XLSX',
    columns: names,
    layers,
    encoding: 'utf-8',
    remarks,
    rows: rowsOf(cells, headerAt + depth, names),
  }
}

/** The sheet named, or the first that holds anything. */
async function chooseSheet(file: string, sheets: readonly Sheet[], layer: string | undefined) {
  for (const [i, sheet] of sheets.entries()) {
    if (layer !== undefined && sheet.name !== layer) continue
    const cells = (await readSheet(file, i + 1, { trim: false })) as Cell[][]
    if (cells.length > 0 || layer !== undefined || i === sheets.length - 1) return { sheet, cells }
  }
  const names = sheets.map(({ name }) => name).join(', ')
  throw new StartError(`${file} holds no sheet ${layer ?? ''}; there are: ${names}.`)
}

/** Nothing that Excel or WPS writes has a DOCTYPE; it is how XML is made to read other files. */
function checkXml(file: string, path: string) {
  const bytes = readFileSync(path)
  if (
    bytes.includes('<!DOCTYPE') ||
    bytes.includes('<!ENTITY') ||
    bytes.includes('<\0!\0') ||
    bytes.includes('\0<\0!')
  )
    throw new StartError(
      `${file} declares entities of its own in ${basename(path)}, which no workbook does: it is refused.`,
    )
}

/** One cell in the last corner would make the library fill a thousand million. */
function checkWidth(file: string, path: string, limit: number) {
  const bytes = readFileSync(path)
  if (bytes.length > 500e6) throw new StartError(`${file} has a sheet larger than 500 MB; save it as CSV.`)
  for (const [, letters = ''] of bytes.toString('latin1').matchAll(/\sr="([A-Z]{3})\d/g))
    if (columnAt(letters) >= limit)
      throw new StartError(
        `${file} has more than ${limit} columns (up to ${letters}); delete the empty ones.`,
      )
}

function countErrors(path: string): number {
  return readFileSync(path, 'latin1').split(' t="e"').length - 1
}

function listSheets(folder: string): Sheet[] {
  const text = (path: string) => readFileSync(join(folder, path), 'utf8')
  const relations = new Map(
    [...text('xl/_rels/workbook.xml.rels').matchAll(/<Relationship\s[^>]*>/g)].map(([tag]) => [
      attribute(tag, 'Id'),
      attribute(tag, 'Target'),
    ]),
  )
  return [...text('xl/workbook.xml').matchAll(/<(?:\w+:)?sheet\s[^>]*>/g)].map(([tag]) => {
    const target = relations.get(attribute(tag, 'r:id')) ?? ''
    return {
      name: attribute(tag, 'name'),
      path: join(folder, target.startsWith('/') ? target : `xl/${target}`),
    }
  })
}

const attribute = (tag: string, name: string) =>
  (new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1] ?? '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')

function listMerges(path: string): Merge[] {
  const bytes = readFileSync(path)
  const from = bytes.indexOf('<mergeCells')
  if (from < 0) return []
  return [...bytes.toString('utf8', from).matchAll(/ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"/g)].map(
    ([, a = '', b, c = '', d]) => ({
      text: `${a}${b}:${c}${d}`,
      top: Number(b) - 1,
      left: columnAt(a),
      bottom: Number(d) - 1,
      right: columnAt(c),
    }),
  )
}
const columnAt = (letters: string) =>
  [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1

const isText = (cell: Cell | undefined): cell is string => typeof cell === 'string' && cell.trim() !== ''
function findHeader(file: string, cells: Cell[][]): number {
  const width = Math.max(0, ...cells.slice(0, 100).map((row) => row.filter((cell) => cell !== null).length))
  const at = cells.findIndex((row) => row.filter(isText).length >= Math.min(2, width))
  if (at < 0 || width === 0) throw new StartError(`${file} has no row that names the columns.`)
  return at
}

/** A header of two rows has a merged name above several: 坐标 over 经度 and 纬度. */
function namesOf(
  cells: Cell[][],
  at: number,
  merges: Merge[],
  remarks: Remark[],
): { names: string[]; depth: number } {
  const wide = merges.filter(({ top, bottom, left, right }) => top === at && bottom === at && right > left)
  const two =
    wide.length > 0 &&
    wide.every(({ left, right }) => (cells[at + 1] ?? []).slice(left, right + 1).every(isText))
  const seen = new Map<string, number>()
  const names = (cells[at] ?? []).map((cell, i) => {
    const under =
      two && wide.some(({ left, right }) => i >= left && i <= right) ? cells[at + 1]?.[i] : undefined
    const plain = String(under ?? cell ?? '').trim() || `column ${i + 1}`
    const count = (seen.get(plain) ?? 0) + 1
    seen.set(plain, count)
    return count === 1 ? plain : `${plain} (${count})`
  })
  for (const [name, count] of seen)
    if (count > 1)
      remarks.push({
        kind: 'repeated-column',
        detail: `${count} columns are named ${name}; the later ones are numbered.`,
      })
  return { names, depth: two ? 1 : 0 }
}

function fillDown(cells: Cell[][], merges: readonly Merge[]) {
  for (const { top, left, bottom } of merges) {
    const value = cells[top]?.[left] ?? null
    // A range may claim a million rows: only those that are there.
    for (let row = top + 1; row <= bottom && row < cells.length; row += 1) {
      const line = cells[row]
      if (line) line[left] ??= value
    }
  }
}

function* rowsOf(cells: Cell[][], headerAt: number, names: string[]): Generator<Row> {
  for (let at = headerAt + 1; at < cells.length; at += 1) {
    const line = cells[at] ?? []
    if (line.every((cell) => cell === null || cell === '')) continue
    yield { row: at + 1, fields: Object.fromEntries(names.map((name, i) => [name, plain(line[i] ?? null)])) }
  }
}

/** A date has no zone in Excel: what the cell says, not an instant. */
const plain = (cell: Cell) =>
  cell instanceof Date ? new Date(Math.round(cell.getTime() / 1000) * 1000).toISOString().slice(0, 19) : cell
