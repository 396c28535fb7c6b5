import { useEffect, useState } from 'react'
import type { ImportJob } from '../../api/contract/imports.ts'
import { download } from '../client.ts'
import { figure } from '../format.ts'
import { useGrids } from '../grids/store.ts'
import { useWords } from '../locales/manage-text.ts'
import { Icon } from '../ui/Icon.tsx'
import { Link } from '../ui/Link.tsx'
import { tell } from '../ui/notices.ts'
import { localTime } from './speak.ts'
import { type Undone, useImports } from './store.ts'
import { UndoDialog } from './UndoDialog.tsx'

/** What became of the file, and what can still be done about it. */
export function DonePanel({ job }: { job: ImportJob }) {
  const words = useWords().imports
  const said = words.done
  const [asked, setAsked] = useState(false)
  const [undone, setUndone] = useState<Undone | null>(null)
  const { records, loadRecords } = useImports()
  useEffect(() => void loadRecords().catch(tell), [loadRecords])
  const before = records?.find(({ id }) => id === job.importId)
  const zone = useGrids((state) => state.town?.timeZone ?? 'UTC')
  const { counts, importId, options, file } = job
  return (
    <section className="sheet done" aria-label={said.title} data-testid="done">
      <h3 className={importId === null ? '' : 'is-good'}>
        {importId === null ? said.unchanged : said.title}
      </h3>
      <p>
        {options ? words.nouns[options.what] : ''} · {file}
      </p>
      {counts && importId !== null ? (
        <dl className="figures">
          <Figure value={counts.taken} text={said.taken} />
          <Figure value={counts.unchanged} text={said.same} />
          <Figure value={counts.refused} text={said.refused} />
        </dl>
      ) : (
        <p>{said.unchangedText}</p>
      )}
      {undone ? (
        <p className="note" role="status" data-testid="undone">
          <Icon name="check" />{' '}
          {words.undo.done(figure(undone.removed), figure(undone.restored), figure(undone.kept))}
        </p>
      ) : null}
      {before?.undoneAt && !undone ? (
        <p className="note">
          {words.history.undone(before.undoneBy ?? '', localTime(before.undoneAt, zone))}
        </p>
      ) : null}
      <div className="sheet-actions">
        <Link to="/" className="button is-primary">
          {said.open}
        </Link>
        {importId === null ? null : (
          <button
            type="button"
            className="button"
            onClick={() => void download(`/api/imports/${importId}/report`).catch(tell)}
          >
            <Icon name="download" /> {said.report}
          </button>
        )}
        <Link to="/manage/import" className="button">
          {said.another}
        </Link>
        {importId === null || before?.undoneAt ? null : (
          <button type="button" className="button" onClick={() => setAsked(true)} data-testid="undo">
            <Icon name="undo" /> {words.undo.action}
          </button>
        )}
        <Link to="/manage/history" className="text-link">
          {said.history}
        </Link>
      </div>
      {asked && importId !== null ? (
        <UndoDialog
          importId={importId}
          file={file}
          taken={counts?.taken ?? 0}
          onClose={() => setAsked(false)}
          onDone={setUndone}
        />
      ) : null}
    </section>
  )
}

function Figure({ value, text }: { value: number; text: string }) {
  return (
    <div className="figure">
      <dd>
        <b>{figure(value)}</b>
      </dd>
      <dt>{text}</dt>
    </div>
  )
}
