import { useEffect, useState } from 'react'
import type { FigureLook, FigureSource } from '../../api/contract/figures.ts'
import { problemOf } from '../client.ts'
import { figure } from '../format.ts'
import { saidOf, useFiguresText } from '../locales/figures-text.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { go, useLeaveGuard } from '../ui/address.ts'
import { SelectField, TextField } from '../ui/fields.tsx'
import { Link } from '../ui/Link.tsx'
import { FigureMapping } from './FigureMapping.tsx'
import { FigureRows } from './FigureTable.tsx'
import { draftOf, guessed, mappingOf } from './figure-draft.ts'
import { useFigures } from './figure-store.ts'

const rhythms = [5, 15, 30, 60, 180, 360, 720, 1440, 10_080]
const settleMs = 500
const isAddress = (url: string) => /^https?:\/\/\S+$/.test(url.trim())

/** An address that is asked for figures: where, how often, what is what, and what comes of it before anything is saved. */
export function FigureForm({ source }: { source: FigureSource | null }) {
  const words = useFiguresText()
  const own = words.form
  const text = useText()
  const { look: lookAt, save } = useFigures()
  const [begun] = useState(() => draftOf(source))
  const [draft, setDraft] = useState(begun)
  /** The address that was looked at last; a new one is looked at when somebody says so. */
  const [looked, setLooked] = useState(source?.url ?? '')
  const [look, setLook] = useState<FigureLook | null>(null)
  const [refusal, setRefusal] = useState('')
  const [saving, setSaving] = useState(false)
  const [failure, setFailure] = useState('')
  const [done, setDone] = useState(false)
  useLeaveGuard(!done && JSON.stringify(draft) !== JSON.stringify(begun))

  const mapping = mappingOf(draft)
  const wanted = JSON.stringify({
    url: looked,
    ...(mapping ? { mapping } : { rows: draft.rows ?? undefined }),
  })
  const [again, setAgain] = useState(0)
  const question = `${again} ${wanted}`
  const [answered, setAnswered] = useState('')
  const looking = looked !== '' && answered !== question
  useEffect(() => {
    if (!looking) return
    let current = true
    const timer = setTimeout(() => {
      lookAt(JSON.parse(wanted) as Parameters<typeof lookAt>[0])
        .then(
          (told) => {
            if (!current) return
            setLook(told)
            setRefusal('')
            setDraft((held) => guessed(held, told))
          },
          (cause: unknown) => {
            if (!current) return
            const { detail } = problemOf(cause)
            setLook(null)
            setRefusal(problemOf(cause).code === 'address' ? detail : sentenceOf(text, problemOf(cause)))
          },
        )
        .finally(() => current && setAnswered(question))
    }, settleMs)
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [looking, question, wanted, lookAt, text])

  const url = draft.url.trim()
  const submit = async () => {
    if (!mapping) return
    setSaving(true)
    setFailure('')
    try {
      const { name, everyMinutes } = draft
      await save(source?.id ?? null, { name: name.trim(), url, everyMinutes, mapping })
      setDone(true)
    } catch (cause) {
      setFailure(sentenceOf(text, problemOf(cause)))
      setSaving(false)
    }
  }
  // Only once the guard has let go.
  useEffect(() => {
    if (done) go('/manage/figures')
  }, [done])
  const problem = refusal || look?.problem || ''
  const ready = mapping !== null && draft.name.trim() !== '' && isAddress(url)
  return (
    <form
      className="manage-column is-wide figure-form"
      data-testid="figure-form"
      onSubmit={(event) => {
        event.preventDefault()
        if (ready && !saving) void submit()
      }}
    >
      <h2>{source ? own.change(source.name) : own.add}</h2>
      <p className="lead">{own.lead}</p>
      <section className="sheet" aria-label={own.address}>
        <h3>{own.address}</h3>
        <div className="fields">
          <TextField
            label={own.name}
            needed={own.needed}
            hint={own.nameHint}
            maxLength={60}
            value={draft.name}
            onChange={(name) => setDraft({ ...draft, name })}
            testId="figure-name"
          />
          <SelectField
            label={words.sources.every}
            value={String(draft.everyMinutes)}
            onChange={(value) => setDraft({ ...draft, everyMinutes: Number(value) })}
            options={[...new Set([...rhythms, draft.everyMinutes])]
              .sort((a, b) => a - b)
              .map((one) => ({ value: String(one), text: words.sources.minutes(one) }))}
          />
        </div>
        <TextField
          label={own.url}
          needed={own.needed}
          hint={own.urlHint}
          maxLength={500}
          value={draft.url}
          onChange={(value) => setDraft({ ...draft, url: value })}
          testId="figure-url"
        />
        <div className="sheet-actions">
          <button
            type="button"
            className="button"
            disabled={!isAddress(url) || looking}
            onClick={() => {
              setLooked(url)
              setAgain(again + 1)
            }}
            data-testid="figure-look"
          >
            {looking ? own.looking : own.look}
          </button>
        </div>
        <p className="failure" role="alert" data-testid="figure-refusal">
          {refusal === '' ? '' : saidOf(words, refusal)}
        </p>
        {look ? (
          <details className="figure-said">
            <summary>{own.answer}</summary>
            <pre tabIndex={0}>{look.said}</pre>
          </details>
        ) : null}
      </section>
      {look || source ? (
        <FigureMapping {...{ draft, look }} onChange={(rest) => setDraft({ ...draft, ...rest })} />
      ) : null}
      {look ? (
        <section className="sheet" aria-label={own.result} aria-busy={looking}>
          <h3>{own.result}</h3>
          {mapping === null ? <p className="hint">{own.incomplete}</p> : null}
          {mapping && look.problem ? (
            <p className="note is-attention" role="status" data-testid="figure-problem">
              {saidOf(words, look.problem)}
            </p>
          ) : null}
          {mapping && look.figures.length > 0 ? (
            <>
              <p className="hint">{own.taken(figure(look.taken ?? 0), look.figures.length)}</p>
              <div className="table-frame is-short" tabIndex={0} role="region" aria-label={own.result}>
                <FigureRows figures={look.figures} />
              </div>
            </>
          ) : null}
        </section>
      ) : null}
      <p className="failure" role="alert">
        {failure}
      </p>
      {ready && problem ? <p className="hint">{own.unseen}</p> : null}
      <div className="sheet-actions">
        <button
          type="submit"
          className="button is-primary"
          disabled={!ready || saving}
          data-testid="figure-save"
        >
          {saving ? own.saving : source ? own.saveChange : own.save}
        </button>
        <Link to="/manage/figures" className="button">
          {own.back}
        </Link>
      </div>
    </form>
  )
}
