import { useEffect, useState } from 'react'
import type { ImportJob } from '../../api/contract/imports.ts'
import { DonePanel } from '../imports/DonePanel.tsx'
import { DropPanel } from '../imports/DropPanel.tsx'
import type { Choices } from '../imports/decisions.ts'
import { type Draft, draftFor, missing, optionsOf } from '../imports/draft.ts'
import { FailedPanel } from '../imports/FailedPanel.tsx'
import { MappingPanel } from '../imports/MappingPanel.tsx'
import { OptionsPanel } from '../imports/OptionsPanel.tsx'
import { PreviewPanel } from '../imports/PreviewPanel.tsx'
import { RecognisedPanel } from '../imports/RecognisedPanel.tsx'
import { Said } from '../imports/Said.tsx'
import { fieldName } from '../imports/speak.ts'
import { isBusy, useImports } from '../imports/store.ts'
import { UnfinishedPanel } from '../imports/UnfinishedPanel.tsx'
import { UploadPanel } from '../imports/UploadPanel.tsx'
import { WorkingPanel } from '../imports/WorkingPanel.tsx'
import { useWords } from '../locales/manage-text.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { useLeaveGuard } from '../ui/address.ts'
import { Empty, Skeleton } from '../ui/controls.tsx'
import { Link } from '../ui/Link.tsx'
import { tell } from '../ui/notices.ts'
import { Steps } from '../ui/Steps.tsx'
import '../imports/imports.css'

/** The import page: where files come in, and each on its way from drop to report. */
export function ManageImport({ rest }: { rest: string }) {
  const words = useWords().imports
  const id = /^\d+$/.test(rest) ? Number(rest) : null
  if (id !== null) return <OneImport key={id} id={id} />
  return (
    <div className="manage-column">
      <h2>{words.title}</h2>
      <Steps label={words.stepsLabel} steps={words.steps} at={0} />
      <DropPanel />
      <UnfinishedPanel />
    </div>
  )
}

type View = 'recognised' | 'mapping' | null

function OneImport({ id }: { id: number }) {
  const text = useText()
  const { shell, imports: words } = useWords()
  const { job, problem, watch } = useImports()
  // Which of the two views before the check is open; null follows the job.
  const [opened, setOpened] = useState<{ view: View; stage: string } | null>(null)
  // Another check does not make people say again what they have said of each kind.
  const [choices, setChoices] = useState<Choices>({})
  useEffect(() => watch(id), [id, watch])
  const stage = job?.stage ?? ''
  const view = opened?.stage === stage ? opened.view : null
  const setView = (next: View) => setOpened({ view: next, stage })
  const shown = job ? stepOf(job, view) : 0
  useEffect(() => {
    // Newer browsers answer a promise here, which is no clean-up.
    document.querySelector('#manage-content')?.scrollTo(0, 0)
  }, [shown])
  if (!job) {
    return (
      <div className="manage-column">
        {problem ? (
          <>
            <Empty>{sentenceOf(text, problem)}</Empty>
            <Link to="/manage/import" className="button">
              {words.done.another}
            </Link>
          </>
        ) : (
          <Skeleton label={shell.loading} lines={6} />
        )}
      </div>
    )
  }
  return (
    <div className={`manage-column ${shown === 3 ? 'is-wide' : ''}`}>
      <h2>
        {words.title} <small>{job.file}</small>
      </h2>
      <Steps label={words.stepsLabel} steps={words.steps} at={shown} />
      {problem ? <p className="note is-attention">{sentenceOf(text, problem)}</p> : null}
      <Stage job={job} view={view} onView={setView} choices={choices} onChoices={setChoices} />
    </div>
  )
}

/** The place among the steps: file, recognise, columns, check, write, done. */
function stepOf({ stage, options }: ImportJob, view: View): number {
  if (view) return view === 'recognised' ? 1 : 2
  if (stage === 'recognised') return options ? 2 : 1
  const places = {
    uploading: 0,
    reading: 1,
    failed: 1,
    checking: 3,
    checked: 3,
    writing: 4,
    done: 6,
    cancelled: 0,
  }
  return places[stage]
}

interface StageProps {
  job: ImportJob
  view: View
  onView: (view: View) => void
  choices: Choices
  onChoices: (choices: Choices) => void
}
function Stage({ job, view, onView, choices, onChoices }: StageProps) {
  const words = useWords().imports
  const check = useImports((state) => state.check)
  const { stage, inspected, checked, options } = job
  if (stage === 'uploading') return <UploadPanel job={job} />
  if (isBusy(job)) return <WorkingPanel job={job} />
  if (stage === 'done') return <DonePanel job={job} />
  if (stage === 'failed') return <FailedPanel job={job} />
  if (stage === 'cancelled' || !inspected) {
    return (
      <section className="sheet">
        <h3>{words.done.cancelled}</h3>
        <p>{words.done.cancelledText}</p>
        <div className="sheet-actions">
          <Link to="/manage/import" className="button is-primary">
            {words.done.another}
          </Link>
        </div>
      </section>
    )
  }
  if (stage === 'checked' && checked && options && view === null) {
    return (
      <>
        {job.problem ? (
          <Refused title={words.failed.writeTitle} sentence={job.problem} file={job.file} />
        ) : null}
        <PreviewPanel
          job={job}
          checked={checked}
          options={options}
          choices={choices}
          onChoices={onChoices}
          onBack={() => onView('mapping')}
          onOptions={(next) => void check(job.id, next).catch(tell)}
        />
      </>
    )
  }
  return (
    <>
      {job.problem ? (
        <Refused title={words.failed.checkTitle} sentence={job.problem} file={job.file} />
      ) : null}
      <Reading
        job={job}
        inspected={inspected}
        view={view ?? (options ? 'mapping' : 'recognised')}
        onView={onView}
      />
    </>
  )
}

function Refused({ title, ...said }: { title: string; sentence: string; file: string }) {
  return (
    <section className="sheet note is-attention" role="alert">
      <h3>{title}</h3>
      <Said {...said} />
    </section>
  )
}

/** How the file is to be read: the two views before the check, over one draft. */
function Reading({
  job,
  inspected,
  view,
  onView,
}: {
  job: ImportJob
  inspected: NonNullable<ImportJob['inspected']>
  view: 'recognised' | 'mapping'
  onView: (view: View) => void
}) {
  const { shell, imports: words } = useWords()
  const { check, readAs } = useImports()
  const as = readAs.get(job.id)
  const begun = (what: Draft['what']) => draftFor(inspected, what, { file: job.file, ...as })
  const [draft, setDraft] = useState(
    () => job.options ?? begun(inspected.remembered?.what ?? inspected.likely),
  )
  const [touched, setTouched] = useState(false)
  useLeaveGuard(touched)
  const change = (next: Partial<Draft>) => {
    setDraft((before) => ({ ...before, ...next }))
    setTouched(true)
  }
  const wanting = missing(draft, inspected)
  if (view === 'recognised') {
    return (
      <>
        <RecognisedPanel job={job} inspected={inspected} draft={draft} onChange={change} />
        <div className="bar">
          <p />
          <button
            type="button"
            className="button is-primary"
            onClick={() => onView('mapping')}
            data-testid="next"
          >
            {words.recognised.next}
          </button>
        </div>
      </>
    )
  }
  return (
    <>
      <MappingPanel
        inspected={inspected}
        draft={draft}
        onChange={change}
        onNoun={(what) => {
          setDraft({ ...begun(what), crs: draft.crs })
          setTouched(true)
        }}
      />
      <OptionsPanel draft={draft} onChange={change} />
      <div className="bar">
        <button type="button" className="button" onClick={() => onView('recognised')}>
          {words.mapping.back}
        </button>
        <p role="status" id="missing">
          {wanting.length > 0
            ? words.mapping.missing(wanting.map((field) => fieldName(field, words)).join(shell.and))
            : ''}
        </p>
        <button
          type="button"
          className="button is-primary"
          disabled={wanting.length > 0}
          aria-describedby="missing"
          onClick={() => {
            setTouched(false)
            void check(job.id, optionsOf(draft, inspected)).catch(tell)
          }}
          data-testid="check"
        >
          {words.mapping.check}
        </button>
      </div>
    </>
  )
}
