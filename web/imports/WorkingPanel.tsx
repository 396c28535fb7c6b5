import type { ImportJob } from '../../api/contract/imports.ts'
import { useWords } from '../locales/manage-text.ts'
import { tell } from '../ui/notices.ts'
import { Progress } from '../ui/Progress.tsx'
import { useImports } from './store.ts'

/** The server reads, checks or writes; it can be stopped, and nothing is left half done. */
export function WorkingPanel({ job }: { job: ImportJob }) {
  const words = useWords().imports.working
  const cancel = useImports((state) => state.cancel)
  const { stage } = job
  const label = stage === 'reading' || stage === 'checking' || stage === 'writing' ? words[stage] : ''
  // One import is at work at a time: one that has not begun has no step. (A writing embedded database answers nobody.)
  const waiting = stage !== 'writing' && job.step === '' && job.progress === 0
  return (
    <section className="sheet" aria-label={label} aria-busy="true" data-testid="working">
      <h3>{label}</h3>
      <Progress label={label} share={job.progress > 0 ? job.progress : null}>
        {waiting ? words.waiting : stage === 'writing' ? words.writingNote : ''}
      </Progress>
      <div className="sheet-actions">
        <button type="button" className="button" onClick={() => void cancel(job.id).catch(tell)}>
          {words.stop}
        </button>
      </div>
    </section>
  )
}
