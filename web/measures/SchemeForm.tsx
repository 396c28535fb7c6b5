import { useEffect, useState } from 'react'
import { problemOf } from '../client.ts'
import { useMeasuresText } from '../locales/measures-text.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { go, useLeaveGuard } from '../ui/address.ts'
import { CheckField, TextField } from '../ui/fields.tsx'
import { Link } from '../ui/Link.tsx'
import { SchemeMinus } from './SchemeMinus.tsx'
import { SchemeParts } from './SchemeParts.tsx'
import { faultsOf, ruleOf, type SchemeDraft, sumOf } from './scheme-draft.ts'
import { useMeasures } from './store.ts'

interface SchemeFormProps {
  /** Null: a new one. */
  id: string | null
  begun: SchemeDraft
}
const home = '/manage/measures'
const same = (a: SchemeDraft, b: SchemeDraft) => JSON.stringify(a) === JSON.stringify(b)

/** A way of scoring: its name, its parts with their points, what is taken off. */
export function SchemeForm({ id, begun }: SchemeFormProps) {
  const words = useMeasuresText().schemes
  const text = useText()
  const save = useMeasures((state) => state.saveScheme)
  const [draft, setDraft] = useState(begun)
  const [held, setHeld] = useState(begun)
  // What is newer takes the place of what nobody has changed.
  if (!same(held, begun)) {
    setHeld(begun)
    if (same(draft, held)) setDraft(begun)
  }
  const [tried, setTried] = useState(false)
  const [failure, setFailure] = useState('')
  const [busy, setBusy] = useState(false)
  const [done, setDone] = useState(false)
  useLeaveGuard(!done && !same(draft, begun))
  // Only once the guard has let go.
  useEffect(() => {
    if (done) go(home)
  }, [done])
  const faults = faultsOf(draft)
  /** Nothing is called wrong before somebody has tried to save it. */
  const told = (place: string) => {
    const fault = tried ? faults.get(place) : undefined
    return fault ? words.faults[fault] : ''
  }
  const change = (rest: Partial<SchemeDraft>) => {
    setDraft({ ...draft, ...rest })
    setFailure('')
  }
  const submit = async () => {
    setTried(true)
    if (faults.size > 0 || busy) return
    setBusy(true)
    try {
      await save(id, ruleOf(draft))
      setDone(true)
    } catch (cause) {
      const problem = problemOf(cause)
      setFailure(words.problems[problem.code] ?? sentenceOf(text, problem))
      setBusy(false)
    }
  }
  return (
    <form
      className="manage-column is-wide scheme-form"
      data-testid="scheme-form"
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
    >
      <h2>{id === null ? words.newTitle : words.changeTitle(begun.name)}</h2>
      <fieldset className="scheme-fields" disabled={busy}>
        <section className="sheet" aria-label={words.name}>
          <div className="fields">
            <TextField
              label={words.name}
              maxLength={60}
              value={draft.name}
              hint={told('name') ? <span className="is-attention">{told('name')}</span> : undefined}
              onChange={(name) => change({ name })}
              testId="scheme-name"
            />
          </div>
          <CheckField
            label={words.heldOut}
            hint={words.heldHint}
            checked={draft.heldOut}
            onChange={(heldOut) => change({ heldOut })}
          />
        </section>
        <SchemeParts
          parts={draft.parts}
          sum={sumOf(draft)}
          told={told}
          onChange={(parts) => change({ parts })}
        />
        <SchemeMinus minus={draft.minus} told={told} onChange={(minus) => change({ minus })} />
      </fieldset>
      <p className="failure" role="alert" data-testid="scheme-failure">
        {failure}
      </p>
      {tried && faults.size > 0 ? (
        <p className="is-attention" role="status">
          {words.wrong(faults.size)}
        </p>
      ) : null}
      <div className="sheet-actions">
        <button type="submit" className="button is-primary" disabled={busy} data-testid="scheme-save">
          {busy ? words.saving : words.save}
        </button>
        <Link to={home} className="button">
          {words.back}
        </Link>
      </div>
    </form>
  )
}
