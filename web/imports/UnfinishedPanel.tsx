import { useEffect, useState } from 'react'
import type { ImportJob } from '../../api/contract/imports.ts'
import { useGrids } from '../grids/store.ts'
import { useWords } from '../locales/manage-text.ts'
import { Skeleton } from '../ui/controls.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Link } from '../ui/Link.tsx'
import { tell } from '../ui/notices.ts'
import { localTime } from './speak.ts'
import { useImports } from './store.ts'

/** Imports that stand half-way, whoever began them: each can be gone on with, or given up. */
export function UnfinishedPanel() {
  const { shell, imports: words } = useWords()
  const { jobs, loadJobs, uploads } = useImports()
  const zone = useGrids((state) => state.town?.timeZone ?? 'UTC')
  const [asked, setAsked] = useState<ImportJob | null>(null)
  useEffect(() => void loadJobs().catch(tell), [loadJobs])
  const open = jobs?.filter(({ stage }) => stage !== 'done' && stage !== 'cancelled')
  return (
    <section className="sheet" aria-label={words.unfinished.title} data-testid="unfinished">
      <h3>{words.unfinished.title}</h3>
      {open === undefined ? <Skeleton label={shell.loading} lines={2} /> : null}
      {open?.length === 0 ? <p className="hint">{words.unfinished.none}</p> : null}
      <ul className="job-list">
        {open?.map((job) => (
          <li key={job.id}>
            <div>
              <b>{job.file}</b>
              <p className="hint">
                {words.unfinished.by(job.by, localTime(job.createdAt, zone))} ·{' '}
                {uploads.has(job.id) ? words.upload.title : words.stages[job.stage]}
              </p>
            </div>
            <Link to={`/manage/import/${job.id}`} className="button is-small">
              {words.unfinished.goOn}
            </Link>
            <button type="button" className="text-button" onClick={() => setAsked(job)}>
              {words.unfinished.giveUp}
            </button>
          </li>
        ))}
      </ul>
      {asked ? <GiveUpDialog job={asked} onClose={() => setAsked(null)} /> : null}
    </section>
  )
}

/** Asks before a file is thrown away. */
export function GiveUpDialog({
  job,
  onClose,
  onDone,
}: {
  job: ImportJob
  onClose: () => void
  onDone?: () => void
}) {
  const { shell, imports } = useWords()
  const words = imports.unfinished
  const { cancel, loadJobs } = useImports()
  const giveUp = async () => {
    try {
      await cancel(job.id)
      await loadJobs()
      onDone?.()
    } catch (cause) {
      tell(cause)
    }
    onClose()
  }
  return (
    <Dialog
      title={words.giveUpTitle}
      closeLabel={shell.close}
      onClose={onClose}
      actions={
        <>
          <button type="button" className="button" onClick={onClose}>
            {shell.cancel}
          </button>
          <button
            type="button"
            className="button is-primary"
            onClick={() => void giveUp()}
            data-testid="give-up"
          >
            {words.giveUp}
          </button>
        </>
      }
    >
      <p>{words.giveUpText(job.file)}</p>
    </Dialog>
  )
}
