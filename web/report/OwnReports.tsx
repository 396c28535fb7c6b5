import { useState } from 'react'
import { standingOf } from '../field/outbox-order.ts'
import { dayTime } from '../format.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { go } from '../ui/address.ts'
import { CopyButton } from '../ui/CopyButton.tsx'
import { Empty } from '../ui/controls.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Link } from '../ui/Link.tsx'
import { useCitizen } from './store.ts'

/** What has become of the report just written: the code, large, or that it waits. */
export function KeptReport({ entryKey, onAgain }: { entryKey: string; onAgain: () => void }) {
  const text = useText()
  const words = text.report.done
  const { entries, retry, discard } = useCitizen()
  const entry = entries.find(({ key }) => key === entryKey)
  if (!entry) return null
  const standing = standingOf(entry, entries)
  const uploads = entry.command.kind === 'citizen' ? entry.command.media : []
  const failed =
    entry.state === 'refused'
      ? entry
      : entries.find(({ key, state }) => uploads.includes(key) && state === 'refused')
  const code = entry.answer?.code
  const drop = async () => {
    if (!failed) return
    await discard(failed.key)
    if (failed.key === entryKey) onAgain()
  }
  return (
    <section className="field-state report-done" data-testid="citizen-kept" data-standing={standing}>
      <span className={`field-mark is-${standing}`} aria-hidden="true">
        <Icon name={standing === 'sent' ? 'check' : standing === 'waits' ? 'download' : 'warning'} />
      </span>
      <div role="status" aria-live="polite">
        <h1>{words[standing]}</h1>
        {standing === 'waits' ? <p>{words.waitsText}</p> : null}
      </div>
      {code ? (
        <>
          <p className="report-code">
            <small>{words.code}</small>
            <b data-testid="code">{code.replace(/(.{4})(?=.)/g, '$1 ')}</b>
            <CopyButton value={`${location.origin}/report/${code}`} label={words.copy} done={words.copied} />
          </p>
          <p className="hint">{words.codeHint}</p>
          <Link to={`/report/${code}`} className="button is-primary is-large" testId="follow">
            {words.follow}
          </Link>
        </>
      ) : null}
      {failed?.problem ? (
        <>
          <p className="work-refusal" role="alert">
            {sentenceOf(text, failed.problem)}
          </p>
          <div className="work-actions">
            <button type="button" className="button is-large" onClick={() => void drop()}>
              {words.discard}
            </button>
            <button
              type="button"
              className="button is-primary is-large"
              onClick={() => void retry(failed.key)}
            >
              {words.retry}
            </button>
          </div>
        </>
      ) : null}
      <button type="button" className="button is-large" onClick={onAgain} data-testid="citizen-again">
        {words.again}
      </button>
    </section>
  )
}

/** Reports made from this phone, and any other by its code. */
export function OwnReports({ onOpen }: { onOpen: (key: string) => void }) {
  const words = useText().report.list
  const { entries, town, discard } = useCitizen()
  const [typed, setTyped] = useState('')
  const own = entries.filter(({ command }) => command.kind === 'citizen').toReversed()
  const find = () => {
    const code = typed.toUpperCase().replaceAll(/[^A-Z0-9]/g, '')
    if (code.length >= 8) go(`/report/${code}`)
  }
  return (
    <>
      <section className="field-sheet" aria-label={words.title} data-testid="own-reports">
        <h2>{words.title}</h2>
        {own.length === 0 ? <Empty>{words.empty}</Empty> : null}
        <ul className="work-list">
          {own.map((entry) => {
            const standing = standingOf(entry, entries)
            const code = entry.answer?.code
            const said = (
              <span>
                <b>{entry.title}</b>
                <small>
                  {dayTime(entry.at, town?.timeZone ?? 'UTC')} ·{' '}
                  {code ?? (standing === 'refused' || standing === 'held' ? words.refused : words.waits)}
                </small>
              </span>
            )
            return (
              <li key={entry.key} className="report-own">
                {code ? (
                  <Link to={`/report/${code}`} className="report-open">
                    {said}
                  </Link>
                ) : (
                  <button type="button" className="report-open" onClick={() => onOpen(entry.key)}>
                    {said}
                  </button>
                )}
                {code ? (
                  <button
                    type="button"
                    className="icon-button"
                    aria-label={words.forget}
                    title={words.forget}
                    onClick={() => void discard(entry.key)}
                  >
                    <Icon name="close" />
                  </button>
                ) : null}
              </li>
            )
          })}
        </ul>
      </section>
      <form
        className="field-sheet"
        onSubmit={(event) => {
          event.preventDefault()
          find()
        }}
      >
        <label className="work-field">
          {words.enter}
          <input
            value={typed}
            maxLength={40}
            autoComplete="off"
            autoCapitalize="characters"
            onChange={(event) => setTyped(event.target.value)}
            data-testid="code-typed"
          />
        </label>
        <button type="submit" className="button is-large">
          {words.find}
        </button>
      </form>
    </>
  )
}
