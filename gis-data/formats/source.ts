import type { ImportOptions } from '../options.ts'
import { openCsv } from './csv.ts'
import type { Inspected } from './inspect.ts'
import { openJson } from './json.ts'

/** One row as the file has it: nothing is trusted yet. */
export interface Row {
  /** As a person finds it: the line in a CSV (the header is 1), the place of the feature in JSON (from 1). */
  row: number
  fields: Readonly<Record<string, unknown>>
  geometry?: unknown
  /** Why the row cannot even be read. */
  defect?: string
}

/** A table of rows, whatever the format; `rows()` may be called more than once. */
export interface Source {
  format: string
  columns: readonly string[]
  /** How many rows, where the format says so before reading. */
  total?: number
  rows(progress?: (share: number) => void): AsyncIterable<Row>
}

/** One function per format; what comes with later formats joins here. */
export async function openSource(
  inspected: Inspected,
  options: Pick<ImportOptions, 'object'>,
): Promise<Source> {
  return inspected.kind === 'csv' ? openCsv(inspected) : openJson(inspected, options)
}
