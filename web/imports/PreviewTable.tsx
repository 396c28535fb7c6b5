import { useEffect, useRef, useState } from 'react'
import type { FindingKind } from '../../api/contract/import-kinds.ts'
import type { ImportPreview } from '../../api/contract/imports.ts'
import { figure } from '../format.ts'
import { useWords } from '../locales/manage-text.ts'
import { Icon } from '../ui/Icon.tsx'
import { kindColor } from './kinds.ts'
import { columnsOf, fieldName, proposalText, visibleBlanks } from './speak.ts'

interface PreviewTableProps {
  preview: ImportPreview
  kinds: readonly FindingKind[]
  map: Readonly<Record<string, string>>
  timeZone: string
  only: FindingKind | null
  chosen: number | null
  onChoose: (row: number | null) => void
}
type Row = ImportPreview['rows'][number]
const page = 50

/** Row by row, with every finding in the cell that it is about. */
export function PreviewTable({ preview, kinds, map, timeZone, only, chosen, onChoose }: PreviewTableProps) {
  const words = useWords().imports
  const said = words.preview
  const [most, setMost] = useState(page)
  const frame = useRef<HTMLDivElement>(null)
  const rows = preview.rows.filter((row) => !only || row.findings.some(({ kind }) => kind === only))
  const at = rows.findIndex(({ row }) => row === chosen)
  const shown = rows.slice(0, Math.max(most, at + 1))
  useEffect(() => {
    if (chosen === null) return
    frame.current?.querySelector(`[data-row="${chosen}"]`)?.scrollIntoView({ block: 'nearest' })
  }, [chosen])
  const order = columnOrder(preview.columns, map)
  const fieldsOf = Object.groupBy(Object.entries(map), ([, column]) => column)
  return (
    <>
      <div className="table-frame" ref={frame} tabIndex={0} role="region" aria-label={said.table}>
        <table className="table preview-table">
          <thead>
            <tr>
              <th className="is-number">{said.row}</th>
              <th>{said.findings}</th>
              {order.map((i) => {
                const column = preview.columns[i] ?? ''
                const fields = fieldsOf[column]?.map(([field]) => fieldName(field, words)).join(' · ')
                return (
                  <th key={column} className={fields ? '' : 'is-kept'}>
                    {fields ? <b>{fields}</b> : null}
                    <small>{column}</small>
                  </th>
                )
              })}
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <tr key={row.row} data-row={row.row} aria-selected={row.row === chosen}>
                <td className="is-number">
                  <button
                    type="button"
                    className="text-button"
                    aria-label={said.fly.replace('{row}', String(row.row))}
                    onClick={() => onChoose(row.row === chosen ? null : row.row)}
                  >
                    {row.row}
                  </button>
                </td>
                <td className="findings">
                  <Findings row={row} kinds={kinds} map={map} timeZone={timeZone} />
                </td>
                {order.map((i) => (
                  <Cell key={i} row={row} at={i} column={preview.columns[i] ?? ''} map={map} kinds={kinds} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
        {rows.length === 0 ? <p className="empty">{said.noRows}</p> : null}
        {rows.length > shown.length ? (
          <button type="button" className="text-button more" onClick={() => setMost(most + 2 * page)}>
            {said.more(figure(rows.length - shown.length))}
          </button>
        ) : null}
      </div>
      {preview.total > preview.rows.length ? (
        <p className="hint">{said.part(figure(preview.rows.length), figure(preview.total))}</p>
      ) : null}
    </>
  )
}

/** Mapped columns first: those are what is written. */
function columnOrder(columns: readonly string[], map: Readonly<Record<string, string>>): number[] {
  const mapped = new Set(Object.values(map))
  const all = columns.map((_, i) => i)
  const isMapped = (i: number) => mapped.has(columns[i] ?? '')
  const isOwn = (i: number) => !columns[i]?.startsWith('@')
  return [...all.filter(isMapped), ...all.filter((i) => !isMapped(i) && isOwn(i))]
}

function Findings({
  row,
  kinds,
  map,
  timeZone,
}: { row: Row } & Pick<PreviewTableProps, 'kinds' | 'map' | 'timeZone'>) {
  const words = useWords().imports
  return row.findings.map((finding) => {
    const { kind, field, reason } = finding
    const becomes = proposalText(finding, words, timeZone)
    return (
      <p
        key={kind + field}
        title={reason}
        style={{ '--kind': kindColor(kinds, kind) } as React.CSSProperties}
      >
        <i aria-hidden="true" />
        {words.kinds[kind]}
        {field && columnsOf(field, map).length > 0 ? (
          <span className="hint"> {fieldName(field, words)}</span>
        ) : null}
        {becomes === null ? null : (
          <span className="becomes">
            <Icon name="chevron" />
            <span className="visually-hidden">{words.preview.proposed}</span>
            {becomes}
          </span>
        )}
      </p>
    )
  })
}

function Cell({
  row,
  at,
  column,
  map,
  kinds,
}: { row: Row; at: number; column: string } & Pick<PreviewTableProps, 'map' | 'kinds'>) {
  const finding = row.findings.find(({ field }) => columnsOf(field, map).includes(column))
  const value = row.cells[at]
  const text = value === null || value === undefined ? '' : String(value)
  const visible = finding?.kind === 'padded' ? visibleBlanks(text) : text
  return (
    <td
      className={finding ? 'is-found' : ''}
      style={finding ? ({ '--kind': kindColor(kinds, finding.kind) } as React.CSSProperties) : undefined}
    >
      {visible}
    </td>
  )
}
