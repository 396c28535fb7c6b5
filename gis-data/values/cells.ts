import type { FindingKind } from '../../api/contract/import-kinds.ts'
import type { Row } from '../formats/source.ts'
import { type Columns, type Field, isStorable, joined } from './columns.ts'
import type { Finding } from './findings.ts'

/** The mapped cells of one row. Every reading answers the value as proposed and notes what would have to be changed for it. */
export interface Cells {
  row: Row
  findings: Finding[]
  find(kind: FindingKind, field: string, reason: string, proposal?: string): void
  /** Text for people: edges trimmed, never longer than `max`. */
  text(field: Field, max: number): string
  /** Text for machines (codes, numbers, times, telephones): full-width forms become plain ones as well. */
  plain(field: Field): string
  /** As `plain`, and must be there. */
  code(field: Field, max: number): string
  /** A number between two bounds, null when empty or not sound. */
  number(field: Field, min: number, max: number): number | null
}

export function cellsOf(row: Row, columns: Columns): Cells {
  const findings: Finding[] = []
  const find: Cells['find'] = (kind, field, reason, proposal) => {
    findings.push({ kind, field, reason, ...(proposal === undefined ? {} : { proposal }) })
  }
  // A field may be read twice (as a number, then as text): each finding is told once.
  const seen = new Set<string>()
  const once = (kind: FindingKind, field: Field, reason: string, proposal?: string) => {
    if (seen.has(`${kind} ${field}`)) return
    seen.add(`${kind} ${field}`)
    find(kind, field, reason, proposal)
  }
  const raw = (field: Field): string => {
    const column = columns.get(field)
    const value = column === undefined ? undefined : joined(row, column)
    if (typeof value === 'string') return value
    return typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
  }
  const trimmed = (field: Field): string => {
    const given = raw(field)
    const text = given.trim()
    // A cell of nothing but blanks is an empty cell.
    if (text !== given && text !== '') once('padded', field, `${quoted(given)} has blanks at its edges`, text)
    if (isStorable(text)) return text
    const cleaned = text.toWellFormed().replaceAll('\uFFFD', '').replaceAll('\u0000', '')
    once('unstorable', field, 'holds characters that cannot be stored', cleaned)
    return cleaned
  }
  const plain = (field: Field): string => {
    const text = trimmed(field)
    const narrow = halfWidth(text)
    if (narrow !== text)
      once('full-width', field, `${quoted(text)} is written in full-width characters`, narrow)
    return narrow
  }
  const long = (field: Field, text: string, max: number) => {
    if (text.length > max) once('too-long', field, `the ${field} is longer than ${max} characters`)
    return text
  }
  return {
    row,
    findings,
    find,
    text: (field, max) => long(field, trimmed(field), max),
    plain,
    code(field, max) {
      const text = plain(field)
      if (text === '') once('empty', field, `the ${field} is empty`)
      // What Excel makes of a long code: the digits behind are gone and nobody can say which they were.
      if (/^\d[.,]\d+E\+\d+$/i.test(text))
        once('digits-lost', field, `${text} has lost digits in a spreadsheet; format the column as text`)
      return long(field, text, max)
    },
    number(field, min, max) {
      const text = plain(field)
      if (text === '') return null
      const value = isDecimal(text) ? Number(text) : Number.NaN
      if (value >= min && value <= max) return value
      once('number', field, `${quoted(text)} is no number from ${min} to ${max}`)
      return null
    },
  }
}

/** Digits as people type them; Number('') is 0 and Number('0x10') is 16: neither is a number here. */
export const isDecimal = (text: string) => /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(text)

export const quoted = (text: string) => `“${text.length > 40 ? `${text.slice(0, 40)}…` : text}”`

// U+FF01–FF5E are the ASCII characters drawn wide; U+3000 is the wide blank.
const wide = /[\uFF01-\uFF5E\u3000]/
const halfWidth = (text: string) =>
  wide.test(text)
    ? text
        .replaceAll(/[\uFF01-\uFF5E]/g, (one) => String.fromCharCode(one.charCodeAt(0) - 0xfee0))
        .replaceAll('\u3000', ' ')
        .trim()
    : text

/** A value of a file as text, trimmed; what is no text, number or yes-and-no is none. */
export const textIn = (value: unknown): string =>
  typeof value === 'string'
    ? value.trim()
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : ''
