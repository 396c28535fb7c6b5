// Tables as files that a spreadsheet opens, and nothing in them is a formula.

export type Cell = string | number | null
export interface Sheet {
  name: string
  rows: Cell[][]
}

/** What a spreadsheet would take for a formula gets the mark of a text. */
export const harmless = (cell: Cell): Cell =>
  typeof cell === 'string' && /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell
const finite = (cell: Cell): Cell => (typeof cell === 'number' && !Number.isFinite(cell) ? null : cell)

function csvCell(cell: Cell): string {
  const text = String(harmless(finite(cell)) ?? '')
  return /[",\r\n]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text
}
/** UTF-8 with its mark, so that Excel reads the Chinese; lines end as RFC 4180 has them. */
export const csvOf = (rows: readonly Cell[][]): string =>
  `\uFEFF${rows.map((row) => `${row.map(csvCell).join(',')}\r\n`).join('')}`

const written = (cell: Cell) => {
  const value = harmless(finite(cell))
  if (value === null || value === '') return null
  return typeof value === 'number' ? { value, type: Number } : { value, type: String }
}
/** A name as Excel takes it: 31 characters, none of []:*?/\ */
const sheetName = (name: string) => name.replaceAll(/[[\]:*?/\\]/g, ' ').slice(0, 31)

/** A workbook; the first row of a sheet is its head. The writer is loaded with the first one. */
export async function workbookOf(sheets: readonly Sheet[]): Promise<Blob> {
  const { default: writeXlsx } = await import('write-excel-file/browser')
  return writeXlsx(
    sheets.map(({ name, rows: [head = [], ...rows] }) => ({
      sheet: sheetName(name),
      stickyRowsCount: 1,
      data: [
        head.map((cell) => ({ value: String(cell ?? ''), fontWeight: 'bold' as const })),
        ...rows.map((row) => row.map(written)),
      ],
    })),
  ).toBlob()
}

/** Gives a file to whoever sits there. */
export function giveFile(blob: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name.replaceAll(/[/\\:*?"<>|]/g, ' ')
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
