import { useEffect, useState } from 'react'
import type { ImportRecord } from '../../api/contract/imports.ts'
import { download } from '../client.ts'
import { figure } from '../format.ts'
import { useGrids } from '../grids/store.ts'
import { useWords } from '../locales/manage-text.ts'
import { go } from '../ui/address.ts'
import { CopyButton } from '../ui/CopyButton.tsx'
import { Empty, Skeleton } from '../ui/controls.tsx'
import { Icon } from '../ui/Icon.tsx'
import { tell } from '../ui/notices.ts'
import { localTime } from './speak.ts'
import { type Undone, useImports } from './store.ts'
import { UndoDialog } from './UndoDialog.tsx'

/** Everything that was ever imported, newest first; what was taken back stays in sight, struck. */
export function RecordTable() {
  const { shell, imports: words } = useWords()
  const said = words.history
  const { records, loadRecords } = useImports()
  const [asked, setAsked] = useState<ImportRecord | null>(null)
  const [undone, setUndone] = useState<Undone | null>(null)
  useEffect(() => void loadRecords().catch(tell), [loadRecords])
  if (!records) return <Skeleton label={shell.loading} lines={6} />
  if (records.length === 0)
    return <Empty action={{ text: said.first, onClick: () => go('/manage/import') }}>{said.empty}</Empty>
  return (
    <>
      {undone ? (
        <p className="note" role="status" data-testid="undone">
          <Icon name="check" />{' '}
          {words.undo.done(figure(undone.removed), figure(undone.restored), figure(undone.kept))}
        </p>
      ) : null}
      <div className="table-frame is-tall" tabIndex={0} role="region" aria-label={said.title}>
        <table className="table" data-testid="records">
          <thead>
            <tr>
              <th>{said.when}</th>
              <th>{said.who}</th>
              <th>{said.what}</th>
              <th>{said.file}</th>
              <th className="is-number">{said.counts}</th>
              <th>{said.findings}</th>
              <th title={said.fingerprintHint}>{said.fingerprint}</th>
              <th>{said.actions}</th>
            </tr>
          </thead>
          <tbody>
            {records.map((record) => (
              <RecordLine key={record.id} record={record} onUndo={() => setAsked(record)} />
            ))}
          </tbody>
        </table>
      </div>
      {asked ? (
        <UndoDialog
          importId={asked.id}
          file={asked.file}
          taken={asked.taken}
          onClose={() => setAsked(null)}
          onDone={setUndone}
        />
      ) : null}
    </>
  )
}

function RecordLine({ record, onUndo }: { record: ImportRecord; onUndo: () => void }) {
  const { shell, imports: words } = useWords()
  const said = words.history
  const zone = useGrids((state) => state.town?.timeZone ?? 'UTC')
  const { id, undoneAt, undoneBy, undoKept, findings, fingerprint } = record
  const told = findings.map(({ kind, rows }) => `${words.kinds[kind]} ${figure(rows)}`)
  return (
    <tr className={undoneAt ? 'is-undone' : ''}>
      <td>{localTime(record.at, zone)}</td>
      <td>{record.by || '—'}</td>
      <td>{words.nouns[record.what]}</td>
      <td className="file-name">{record.file}</td>
      <td className="is-number">
        {figure(record.taken)} / {figure(record.unchanged)} / {figure(record.refused)}
      </td>
      <td className="wraps" title={told.join('\n')}>
        {findings.length === 0
          ? said.noFindings
          : told.slice(0, 2).join(' · ') + (told.length > 2 ? ` · +${told.length - 2}` : '')}
      </td>
      <td>
        <code>{fingerprint.slice(0, 8)}</code>
        <CopyButton value={fingerprint} label={shell.copy} done={shell.copied} />
      </td>
      <td className="actions">
        {record.hasReport ? (
          <button
            type="button"
            className="text-button"
            onClick={() => void download(`/api/imports/${id}/report`).catch(tell)}
          >
            {said.report}
          </button>
        ) : null}
        {undoneAt ? (
          <span className="hint is-unstruck">
            {said.undone(undoneBy ?? '', localTime(undoneAt, zone))}
            {undoKept ? ` · ${said.kept(figure(undoKept))}` : ''}
          </span>
        ) : (
          <button type="button" className="text-button" onClick={onUndo} data-testid={`undo-${id}`}>
            {said.undo}
          </button>
        )}
      </td>
    </tr>
  )
}
