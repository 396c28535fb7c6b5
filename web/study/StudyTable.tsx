import { type ReactNode, useState } from 'react'
import { figure } from '../format.ts'
import { useStudyText } from '../locales/study-text.ts'

interface Column {
  name: string
  number?: boolean
}
interface StudyTableProps {
  label: string
  columns: readonly Column[]
  /** Cells in the order of the columns; the first names the row. */
  rows: readonly { key: string; cells: readonly ReactNode[] }[]
  /** So many rows are shown until somebody asks for the others. */
  most?: number
  testId: string
}

/** A table of some lines, each a small card where the page is narrow. */
export function StudyTable({ label, columns, rows, most = 8, testId }: StudyTableProps) {
  const words = useStudyText()
  const [all, setAll] = useState(false)
  const shown = all ? rows : rows.slice(0, most)
  const classOf = (column: Column | undefined) => (column?.number ? 'is-number' : undefined)
  return (
    <>
      <table className="study-table" aria-label={label} data-testid={testId}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.name} scope="col" className={classOf(column)}>
                {column.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map(({ key, cells: [head, ...cells] }) => (
            <tr key={key} data-key={key}>
              <th scope="row">{head}</th>
              {cells.map((cell, i) => (
                <td
                  key={columns[i + 1]?.name ?? i}
                  className={classOf(columns[i + 1])}
                  data-label={columns[i + 1]?.name}
                >
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > most ? (
        <button
          type="button"
          className="text-button study-more"
          aria-expanded={all}
          onClick={() => setAll(!all)}
          data-testid={`${testId}-more`}
        >
          {all ? words.fewer : words.more(figure(rows.length - most))}
        </button>
      ) : null}
    </>
  )
}

/** A share as a bar beside its number. */
export function ShareBar({ share, children }: { share: number; children: ReactNode }) {
  return (
    <span className="share-bar">
      <span>{children}</span>
      <span className="share-track" aria-hidden="true">
        <i style={{ width: `${Math.max(0, Math.min(1, share)) * 100}%` }} />
      </span>
    </span>
  )
}
