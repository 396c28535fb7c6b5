import { useState } from 'react'
import type { ImportJob } from '../../api/contract/imports.ts'
import { useWords } from '../locales/manage-text.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { Dropzone } from '../ui/Dropzone.tsx'
import { Progress } from '../ui/Progress.tsx'
import { fileSize } from './speak.ts'
import { type Upload, useImports } from './store.ts'
import { GiveUpDialog } from './UnfinishedPanel.tsx'

/** A file on its way: how far, and what can be done about it. After a reload the browser has lost it and it is asked for. */
export function UploadPanel({ job }: { job: ImportJob }) {
  const { imports } = useWords()
  const words = imports.upload
  const upload = useImports((state) => state.uploads.get(job.id))
  const [asked, setAsked] = useState(false)
  const giveUp = (
    <button type="button" className="button" onClick={() => setAsked(true)}>
      {imports.unfinished.giveUp}
    </button>
  )
  return (
    <section className="sheet" aria-label={words.title} data-testid="uploading">
      {upload ? (
        <Moving job={job} upload={upload}>
          {giveUp}
        </Moving>
      ) : (
        <Lost job={job}>{giveUp}</Lost>
      )}
      {asked ? <GiveUpDialog job={job} onClose={() => setAsked(false)} /> : null}
    </section>
  )
}

function Moving({ job, upload, children }: { job: ImportJob; upload: Upload; children: React.ReactNode }) {
  const text = useText()
  const words = useWords().imports.upload
  const { pause, resume } = useImports()
  const { state, sent, problem } = upload
  const moving = state === 'sending' || state === 'no-network' || state === 'waiting-turn'
  const note = {
    'waiting-turn': words.waitingTurn,
    sending: words.sending(fileSize(sent), fileSize(job.size)),
    paused: words.paused,
    'no-network': words.noNetwork,
    failed: problem ? sentenceOf(text, problem) : words.failed,
  }[state]
  return (
    <>
      <h3>{words.title}</h3>
      <Progress label={words.title} share={sent / job.size}>
        <span className={state === 'failed' || state === 'no-network' ? 'is-attention' : ''}>{note}</span>
      </Progress>
      <div className="sheet-actions">
        {moving ? (
          <button type="button" className="button" onClick={() => pause(job.id)}>
            {words.pause}
          </button>
        ) : (
          <button type="button" className="button is-primary" onClick={() => resume(job)}>
            {words.resume}
          </button>
        )}
        {children}
      </div>
    </>
  )
}

function Lost({ job, children }: { job: ImportJob; children: React.ReactNode }) {
  const { imports } = useWords()
  const words = imports.upload
  const resume = useImports((state) => state.resume)
  const [wrong, setWrong] = useState(false)
  if (job.received === job.size) {
    return (
      <>
        <p>{words.stuck}</p>
        <div className="sheet-actions">{children}</div>
      </>
    )
  }
  const take = ([file]: File[]) => {
    const same = file?.name === job.file && file.size === job.size
    setWrong(!same)
    if (file && same) resume(job, file)
  }
  return (
    <>
      <p>{words.againText(job.file, fileSize(job.received), fileSize(job.size))}</p>
      <Dropzone label={words.again} onFiles={take}>
        <p role="alert" className="failure">
          {wrong ? words.notSame(job.file, fileSize(job.size)) : ''}
        </p>
      </Dropzone>
      <div className="sheet-actions">{children}</div>
    </>
  )
}
