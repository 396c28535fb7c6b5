import { useState } from 'react'
import type { ImportJob } from '../../api/contract/imports.ts'
import { useWords } from '../locales/manage-text.ts'
import { SelectField } from '../ui/fields.tsx'
import { Link } from '../ui/Link.tsx'
import { tell } from '../ui/notices.ts'
import { encodings } from './RecognisedPanel.tsx'
import { Said } from './Said.tsx'
import { useImports } from './store.ts'
import { GiveUpDialog } from './UnfinishedPanel.tsx'

/** A file that could not be read: why, and what can be tried. */
export function FailedPanel({ job }: { job: ImportJob }) {
  const words = useWords().imports
  const readAgain = useImports((state) => state.readAgain)
  const [encoding, setEncoding] = useState('gb18030')
  const [asked, setAsked] = useState(false)
  return (
    <section className="sheet" role="alert" data-testid="failed">
      <h3>{words.failed.title}</h3>
      <Said sentence={job.problem ?? ''} file={job.file} />
      <p className="hint">{words.failed.asIs}</p>
      <div className="sheet-actions">
        <Link to="/manage/import" className="button is-primary">
          {words.failed.otherFile}
        </Link>
        <button type="button" className="button" onClick={() => setAsked(true)}>
          {words.unfinished.giveUp}
        </button>
      </div>
      {/\.(csv|txt|tsv|dbf|zip)(\.gz)?$/i.test(job.file) ? (
        <div className="read-again is-line">
          <SelectField
            label={words.recognised.encoding}
            value={encoding}
            options={encodings.map((value) => ({ value, text: value.toUpperCase() }))}
            onChange={setEncoding}
          />
          <button
            type="button"
            className="button"
            onClick={() => void readAgain(job.id, { encoding }).catch(tell)}
          >
            {words.failed.tryEncoding}
          </button>
        </div>
      ) : null}
      {asked ? <GiveUpDialog job={job} onClose={() => setAsked(false)} /> : null}
    </section>
  )
}
