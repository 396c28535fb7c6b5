import { useEffect, useState } from 'react'
import { measures } from '../../api/contract/measure-rules.ts'
import type { Problem } from '../../api/contract/problem.ts'
import type { PromiseGiven, PromiseList, Report } from '../../api/contract/report.ts'
import { problemOf } from '../client.ts'
import { dayDate } from '../format.ts'
import { useGrids } from '../grids/store.ts'
import { useMeasuresText } from '../locales/measures-text.ts'
import { useReportsText } from '../locales/reports-text.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { measureName } from '../measures/names.ts'
import { usePlaces } from '../measures/places.ts'
import { draftOf, isTime, type TargetUnit, valueOf } from '../measures/target-draft.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { SelectField, TextField } from '../ui/fields.tsx'
import { tell } from '../ui/notices.ts'
import { usePreferences } from '../ui/preferences.ts'
import { useUnits } from '../units/store.ts'
import { useReports } from './store.ts'

type Told = PromiseList['promises'][number]
const cases = 'validCases'
const isLess = (measure: string) => measures.find(({ id }) => id === measure)?.better !== 'more'

/** What a briefing promised, and a further promise: the next briefing of its kind says whether it was kept. */
export function PromisesDialog({
  report,
  timeZone,
  writes,
  onClose,
}: {
  report: Report
  timeZone: string
  writes: boolean
  onClose: () => void
}) {
  const words = useReportsText()
  const text = useText()
  const { promisesOf, promise } = useReports()
  const [told, setTold] = useState<readonly Told[] | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  useEffect(() => {
    let gone = false
    // For the names of squads.
    useUnits.getState().load().catch(tell)
    promisesOf(report.id).then(
      ({ promises }) => gone || setTold(promises),
      (cause: unknown) => gone || setProblem(problemOf(cause)),
    )
    return () => {
      gone = true
    }
  }, [promisesOf, report.id])
  const own = words.promises
  const whole = report.gridName ?? words.form.town
  const add = async (given: PromiseGiven) => setTold((await promise(report.id, given)).promises)
  return (
    <Dialog
      title={own.title}
      closeLabel={words.close}
      onClose={onClose}
      testId="promises-dialog"
      actions={
        <button type="button" className="button" onClick={onClose}>
          {words.close}
        </button>
      }
    >
      <p className="hint">
        {report.title} · {own.lead}
      </p>
      {problem ? (
        <p className="note is-attention" role="alert">
          {sentenceOf(text, problem)}
        </p>
      ) : told === null ? (
        <p role="status">{own.loading}</p>
      ) : told.length === 0 ? (
        <p>{own.none}</p>
      ) : (
        <ol className="promises" data-testid="promises">
          {told.map((one) => (
            <Line key={one.id} told={one} whole={whole} timeZone={timeZone} />
          ))}
        </ol>
      )}
      {writes && told ? <PromiseForm report={report} whole={whole} onAdd={add} /> : null}
    </Dialog>
  )
}

function Line({ told, whole, timeZone }: { told: Told; whole: string; timeZone: string }) {
  const words = useReportsText()
  const { units } = useMeasuresText().targets
  const english = usePreferences(({ language }) => language === 'en')
  const places = usePlaces()
  const { measure, target, gridId, unitId } = told
  const draft = draftOf({ measure, value: target, gridId, unitId }, 0)
  const number = measure === cases ? String(target) : `${draft.text} ${units[draft.unit]}`
  return (
    <li data-testid="promise">
      <b>{told.words}</b>
      <span>
        {draft.where === '' ? whole : places.nameOf(draft.where)} ·{' '}
        {measure === cases ? words.promises.cases : measureName(measure, english)}{' '}
        {isLess(measure) ? '≤' : '≥'} {number}
      </span>
      <small className="hint">
        {told.addedBy} {dayDate(Date.parse(told.addedAt), timeZone)}
      </small>
    </li>
  )
}

function PromiseForm({
  report,
  whole,
  onAdd,
}: {
  report: Report
  /** What the briefing is of. */
  whole: string
  onAdd: (given: PromiseGiven) => Promise<void>
}) {
  const own = useReportsText().promises
  const text = useText()
  const { units } = useMeasuresText().targets
  const english = usePreferences(({ language }) => language === 'en')
  const places = usePlaces()
  const grids = useGrids((state) => state.grids)
  // A briefing checks what it counts: its own grid and those inside.
  const below = places.grids.filter(
    ({ value }) => report.gridId === null || grids.get(Number(value.slice(5)))?.path.includes(report.gridId),
  )
  const [words, setWords] = useState('')
  const [measure, setMeasure] = useState('handledOnTime')
  const [typed, setTyped] = useState('')
  const [unit, setUnit] = useState<TargetUnit>('h')
  const [where, setWhere] = useState('')
  const [problem, setProblem] = useState<Problem | null>(null)
  const [sending, setSending] = useState(false)
  const counted = measure === cases
  const timed = isTime(measure)
  const number = counted
    ? /^\d{1,9}$/.test(typed.trim())
      ? Number(typed)
      : null
    : valueOf({ text: typed, unit: timed ? unit : '%' })
  const wrong =
    typed.trim() !== '' && (number === null || (!counted && !timed && number > 1)) ? own.notThat : ''
  const send = async () => {
    if (number === null) return
    setSending(true)
    setProblem(null)
    const [kind, id] = where.split(':')
    try {
      await onAdd({
        words: words.trim(),
        measure,
        target: number,
        ...(kind === 'grid' ? { gridId: Number(id) } : kind === 'unit' ? { unitId: Number(id) } : {}),
      })
      setWords('')
      setTyped('')
    } catch (cause) {
      setProblem(problemOf(cause))
    }
    setSending(false)
  }
  return (
    <form
      className="promise-form"
      aria-label={own.add}
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
    >
      <h3>{own.add}</h3>
      <TextField
        label={own.words}
        hint={own.wordsHint}
        value={words}
        maxLength={300}
        onChange={setWords}
        testId="promise-words"
      />
      <SelectField
        label={own.where}
        value={where}
        options={[{ value: '', text: whole }, ...places.units, ...below]}
        onChange={setWhere}
        testId="promise-where"
      />
      <SelectField
        label={own.measure}
        value={measure}
        options={[
          { value: cases, text: own.cases },
          ...measures.map(({ id }) => ({ value: id, text: measureName(id, english) })),
        ]}
        onChange={setMeasure}
        testId="promise-measure"
      />
      {timed ? (
        <SelectField
          label={own.unit}
          value={unit}
          options={(['min', 'h'] as const).map((value) => ({ value, text: units[value] }))}
          onChange={(value) => setUnit(value as TargetUnit)}
        />
      ) : null}
      <TextField
        label={own.target(isLess(measure), counted ? '' : timed ? units[unit] : '%')}
        hint={wrong === '' ? undefined : <span className="is-attention">{wrong}</span>}
        value={typed}
        maxLength={12}
        onChange={setTyped}
        testId="promise-target"
      />
      {problem ? (
        <p className="note is-attention" role="alert">
          {sentenceOf(text, problem)}
        </p>
      ) : null}
      <button
        type="submit"
        className="button is-primary"
        disabled={sending || words.trim() === '' || number === null || wrong !== ''}
        data-testid="promise-add"
      >
        {sending ? own.adding : own.add}
      </button>
      <p className="hint">{own.stays}</p>
    </form>
  )
}
