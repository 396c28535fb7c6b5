import { Readable } from 'node:stream'
import { CsvError, parse } from 'csv-parse'
import { StartError } from '../../api/errors.ts'
import { type Inspected, openText } from './inspect.ts'
import { type Limits, usual } from './limits.ts'
import type { Remark, Row, Source } from './source.ts'

/** The cells of a record, and the line of the file it ends in. */
type Line = string[] & { line: number; cut?: boolean }

/** CSV with a header row; comma, semicolon or TAB, whichever the header holds most of. Streams. */
export async function openCsv(inspected: Inspected, limits: Limits = usual): Promise<Source> {
  const delimiter = await findDelimiter(inspected)
  let columns: string[] | undefined
  for await (const cells of readLines(inspected, delimiter)) {
    columns = cells.map((cell, i) => cell.trim() || `column ${i + 1}`)
    break
  }
  if (!columns) throw new StartError(`${inspected.file} holds no rows.`)
  if (columns.every((name) => Number.isFinite(Number(name)))) {
    throw new StartError(
      `${inspected.file} has no header row: the first line names the columns, but here it is numbers.`,
    )
  }
  const repeated = columns.find((name, i) => columns.indexOf(name) !== i)
  if (repeated) throw new StartError(`${inspected.file} has two columns named ${repeated}.`)
  if (columns.length > limits.columns)
    throw new StartError(`${inspected.file} has more than ${limits.columns} columns.`)
  const { encoding } = inspected
  const remarks: Remark[] =
    encoding === 'utf-8'
      ? []
      : [{ kind: 'encoding', detail: `The text is read as ${encoding.toUpperCase()}.` }]
  return {
    format: 'CSV',
    columns,
    geometry: 'none',
    encoding,
    remarks,
    rows: (progress) => readRows(inspected, delimiter, columns, progress),
    close: () => {},
  }
}

async function* readRows(
  inspected: Inspected,
  delimiter: string,
  columns: string[],
  progress?: (share: number) => void,
): AsyncGenerator<Row> {
  let first = true
  for await (const cells of readLines(inspected, delimiter, progress)) {
    if (first) {
      first = false
      continue
    }
    if (cells.cut) {
      yield { row: cells.line, fields: {}, defect: 'is cut off: a quote is opened and never closed' }
      continue
    }
    const fields = Object.fromEntries(columns.map((name, i) => [name, unmarked(cells[i] ?? '')]))
    yield cells.length === columns.length
      ? { row: cells.line, fields }
      : {
          row: cells.line,
          fields,
          defect: `has ${cells.length} columns where the header has ${columns.length}`,
        }
  }
}

async function* readLines(
  inspected: Inspected,
  delimiter: string,
  progress?: (share: number) => void,
): AsyncGenerator<Line> {
  let read = 0
  const text = async function* () {
    for await (const piece of openText(inspected)) {
      read += Buffer.byteLength(piece)
      progress?.(Math.min(1, read / inspected.size))
      yield piece
    }
  }
  const parser = Readable.from(text()).compose(
    parse({
      delimiter,
      relax_column_count: true,
      skip_empty_lines: true,
      // A line of 1 MB is a quote that was never closed.
      max_record_size: 1_000_000,
      on_record: (cells, { lines }) => Object.assign(cells, { line: lines }),
    }),
  )
  try {
    for await (const line of parser) yield line as Line
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    if (error.code !== 'CSV_QUOTE_NOT_CLOSED')
      throw new StartError(`${inspected.file} is not a readable CSV: ${error.message}.`)
    const { lines } = error as CsvError & { lines?: number }
    yield Object.assign([], { line: lines ?? 0, cut: true })
  }
}

async function findDelimiter(inspected: Inspected): Promise<string> {
  let head = ''
  for await (const piece of openText(inspected)) {
    head += piece
    if (head.includes('\n') || head.length > 100_000) break
  }
  const line = (head.split(/\r?\n/).find((one) => one.trim()) ?? '').replaceAll(/"[^"]*"/g, '')
  const count = (delimiter: string) => line.split(delimiter).length
  return [',', ';', '\t'].reduce((best, one) => (count(one) > count(best) ? one : best))
}

/** The mark by which a spreadsheet keeps a text from being a formula is no part of it. */
const unmarked = (text: string) => (/^'[=+\-@\t\r']/.test(text) ? text.slice(1) : text)
