import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * taken: written now. unchanged: was there just so. refused: cannot be taken. held: sound, but nothing was written
 * (another row was refused, or a dry run). left-out: not ours to take (military, no road).
 */
export type Outcome = 'taken' | 'unchanged' | 'refused' | 'held' | 'left-out'

/** What became of a row, or of all rows from `row` to `to`. */
export interface Entry {
  row: number
  to?: number
  key: string
  outcome: Outcome
  reason: string
}

export const refuse = (row: number, key: string, reason: string): Entry => ({
  row,
  key,
  outcome: 'refused',
  reason,
})
export const left = (row: number, key: string, reason: string): Entry => ({
  row,
  key,
  outcome: 'left-out',
  reason,
})

/** Rows that stand for runs count as many. */
export const sizeOf = ({ row, to = row }: Entry) => to - row + 1
export const countOutcome = (entries: readonly Entry[], outcome: Outcome) =>
  entries.reduce((sum, entry) => (entry.outcome === outcome ? sum + sizeOf(entry) : sum), 0)

/** Adds a row to the run before it, when that has the same outcome: a track of a million rows is a few lines. */
export function addToRun(entries: Entry[], entry: Entry) {
  const last = entries.at(-1)
  if (
    last &&
    last.outcome === entry.outcome &&
    last.reason === entry.reason &&
    (last.to ?? last.row) < entry.row
  )
    last.to = entry.row
  else entries.push(entry)
}

/** Writes the report as CSV that Excel opens (UTF-8 with BOM), in the order of the file. */
export function writeReport(file: string, entries: readonly Entry[]) {
  const lines = [...entries]
    .sort((a, b) => a.row - b.row)
    .map(({ row, to, key, outcome, reason }) =>
      [to && to > row ? `${row}–${to}` : String(row), key, outcome, reason].map(cell).join(','),
    )
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `\uFEFFrow,key,outcome,reason\r\n${lines.join('\r\n')}\r\n`)
}

// A leading = + - @ would be a formula in a spreadsheet.
function cell(text: string): string {
  const safe = /^[=+\-@\t]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
