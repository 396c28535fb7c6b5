import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * taken: written now. unchanged: was there just so. refused: cannot be taken, or was decided against. held: sound, but
 * nothing was written (another row was refused, or a dry run). left-out: not ours to take (military, no road).
 */
export type Outcome = 'taken' | 'unchanged' | 'refused' | 'held' | 'left-out'

/** What became of a row, or of all rows from `row` to `to`. */
export interface Entry {
  row: number
  to?: number
  /** How many rows it stands for; rows between may have an entry of their own, or none. */
  count?: number
  key: string
  outcome: Outcome
  reason: string
}

export const left = (row: number, key: string, reason: string): Entry => ({
  row,
  key,
  outcome: 'left-out',
  reason,
})

/** Rows that stand for runs count as many. */
const sizeOf = ({ count = 1 }: Entry) => count

/** Adds a row to the run before it, when that has the same outcome: a track of a million rows is a few lines. */
export function addToRun(entries: Entry[], entry: Entry) {
  const last = entries.at(-1)
  if (
    last &&
    last.key === entry.key &&
    last.outcome === entry.outcome &&
    last.reason === entry.reason &&
    (last.to ?? last.row) < entry.row
  ) {
    last.to = entry.row
    last.count = sizeOf(last) + sizeOf(entry)
  } else entries.push(entry)
}

/** How many entries stay in memory, for whoever asked; the file has all of them. */
const kept = 5000

/** Writes the report as CSV that Excel opens (UTF-8 with BOM), as it goes, in the order it is told. */
export function openReport(file: string) {
  mkdirSync(dirname(file), { recursive: true })
  const handle = openSync(file, 'w')
  let text = '\uFEFFrow,key,outcome,reason\r\n'
  const pending: Entry[] = []
  const entries: Entry[] = []
  const counts: Record<Outcome, number> = {
    taken: 0,
    unchanged: 0,
    refused: 0,
    held: 0,
    'left-out': 0,
  }
  const flush = (all: boolean) => {
    const ready = all ? pending.splice(0) : pending.splice(0, pending.length - 1)
    for (const entry of ready) {
      const { row, to, key, outcome, reason } = entry
      counts[outcome] += sizeOf(entry)
      if (entries.length < kept) entries.push(entry)
      text += `${[to && to > row ? `${row}–${to}` : String(row), key, outcome, reason].map(cell).join(',')}\r\n`
    }
    if (all || text.length > 65_536) {
      writeSync(handle, text)
      text = ''
    }
  }
  return {
    file,
    add(entry: Entry) {
      addToRun(pending, entry)
      if (pending.length > 200) flush(false)
    },
    /** Ends the file and answers what it holds. */
    close() {
      flush(true)
      closeSync(handle)
      return { counts, entries }
    },
  }
}
export type Report = ReturnType<typeof openReport>

// A leading = + - @ would be a formula in a spreadsheet.
function cell(text: string): string {
  const safe = /^[=+\-@\t]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
