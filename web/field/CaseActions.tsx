import { useState } from 'react'
import type { Me } from '../../api/contract/account.ts'
import type { Limit } from '../../api/contract/clock.ts'
import type { Incident, IncidentClass } from '../../api/contract/incident.ts'
import {
  type Action,
  type Mark,
  openActions,
  type Transition,
  transitions,
} from '../../api/contract/lifecycle.ts'
import type { Medium, mediaMoments } from '../../api/contract/media.ts'
import { newKey } from '../client.ts'
import { timeKindNames } from '../incidents/limits.ts'
import { MarkChoice } from '../incidents/MarkChoice.tsx'
import { useText } from '../locales/text.ts'
import { Attachments } from './Attachments.tsx'
import { type Attachment, forget, uploadsOf } from './attach.ts'
import type { Command } from './outbox-order.ts'
import { useWork } from './work.ts'

/** What is done in the street, the straight way first; the rest is the desk's. */
const straight: readonly Action[] = ['accept', 'advance', 'finish', 'check', 'answer']
const sideways: readonly Action[] = [
  'settle',
  'extend',
  'return',
  'arbitrate',
  'suspend',
  'resume',
  'rework',
  'void',
  'correct',
]
const momentOf: Partial<Record<Action, (typeof mediaMoments)[number]>> = {
  finish: 'handled',
  settle: 'handled',
  advance: 'handled',
  check: 'checked',
}
const mostMedia = 9

interface CaseActionsProps {
  incident: Incident
  cls: IncidentClass | undefined
  me: Me
  media: readonly Medium[]
}

/** Each step is kept on the phone and sent in order; the next one may be taken before the last has arrived. */
export function CaseActions({ incident, cls, me, media }: CaseActionsProps) {
  const text = useText()
  const words = text.street.cases
  const add = useWork((state) => state.add)
  const [open, setOpen] = useState<Action | null>(null)
  const may = openActions(incident, me)
  const doing = straight.filter((one) => may.actions.includes(one))
  const asking = sideways.filter((one) => may.asks.includes(one))
  const isAsk = (action: Action) => may.asks.includes(action)
  const send = async (action: Action, { note, extra, mark, taken }: Filled) => {
    const uploads = uploadsOf(taken, momentOf[action] ?? 'other')
    const common = { incident: incident.id, media: uploads.keys }
    const command: Command = isAsk(action)
      ? {
          kind: 'ask',
          ...common,
          body: { action: action as never, note, ...(extra && { extra }), ...(mark && { mark }) },
        }
      : {
          kind: 'transition',
          ...common,
          body: { action, version: incident.version, ...(note && { note }) },
        }
    await add([...uploads.drafts, { key: newKey(), title: incident.title, command }], uploads.files)
    for (const one of taken) forget(one)
    setOpen(null)
  }
  const press = (action: Action) =>
    action === 'accept'
      ? void send(action, { note: '', extra: null, mark: null, taken: [] })
      : setOpen(action)
  if (doing.length === 0 && asking.length === 0) return <p className="hint">{words.nothingToDo}</p>
  if (open && (doing.includes(open) || asking.includes(open)))
    return (
      <StepForm
        key={open}
        action={open}
        asking={isAsk(open)}
        proof={
          (open === 'finish' || open === 'settle') &&
          cls?.proof === true &&
          !media.some(({ moment, state }) => moment === 'handled' && state === 'ready')
        }
        onSend={(filled) => send(open, filled)}
        onClose={() => setOpen(null)}
      />
    )
  return (
    <section className="case-actions" aria-label={words.actions}>
      {doing.map((action) => (
        <button
          key={action}
          type="button"
          className={`button is-large ${action === doing[0] || action === 'finish' ? 'is-primary' : ''}`}
          onClick={() => press(action)}
          data-testid={`do-${action}`}
        >
          {text.actions[action]}
        </button>
      ))}
      {asking.length > 0 ? (
        <details>
          <summary className="button">{words.askTitle}</summary>
          <div className="case-asks">
            {asking.map((action) => (
              <button
                key={action}
                type="button"
                className="button"
                onClick={() => press(action)}
                data-testid={`ask-${action}`}
              >
                {text.incidents.askFor(text.actions[action])}
              </button>
            ))}
          </div>
        </details>
      ) : null}
    </section>
  )
}

interface Filled {
  note: string
  extra: Limit | null
  mark: Mark | null
  taken: readonly Attachment[]
}
interface StepFormProps {
  action: Action
  asking: boolean
  /** It is finished with a photograph. */
  proof: boolean
  onSend: (filled: Filled) => Promise<void>
  onClose: () => void
}

function StepForm({ action, asking, proof, onSend, onClose }: StepFormProps) {
  const text = useText()
  const words = text.street.cases
  const [note, setNote] = useState('')
  const [amount, setAmount] = useState('4')
  const [kind, setKind] = useState<Limit['kind']>('work')
  const [mark, setMark] = useState<Mark>('handle')
  const [taken, setTaken] = useState<readonly Attachment[]>([])
  const [refusal, setRefusal] = useState('')
  const [busy, setBusy] = useState(false)
  const rule: Transition = transitions[action]
  const needsNote = asking || rule.requires.includes('note')
  const needsExtra = rule.requires.includes('extra')
  const needsMark = rule.requires.includes('mark')
  const submit = async () => {
    if (needsNote && !note.trim()) return setRefusal(words.needNote)
    if (proof && !taken.some((one) => one.kind === 'photo')) return setRefusal(words.needPhoto)
    if (needsExtra && !(Number(amount) > 0)) return setRefusal(text.incidents.extraNeeded)
    setBusy(true)
    try {
      await onSend({
        note: note.trim(),
        extra: needsExtra ? { amount: Number(amount), kind } : null,
        mark: needsMark ? mark : null,
        taken,
      })
    } catch {
      setRefusal(text.street.report.notKept)
      setBusy(false)
    }
  }
  const title = asking ? text.incidents.askFor(text.actions[action]) : text.actions[action]
  return (
    <section className="field-sheet work-form" aria-label={title} data-testid="step-form">
      <h2>{title}</h2>
      {needsMark ? <MarkChoice className="work-field" value={mark} onChange={setMark} /> : null}
      {needsExtra ? (
        <div className="work-two">
          <label className="work-field">
            {text.incidents.extra}
            <input
              type="number"
              inputMode="decimal"
              min="0.5"
              step="0.5"
              value={amount}
              onChange={(event) => setAmount(event.target.value)}
            />
          </label>
          <label className="work-field">
            {text.incidents.extraKind}
            <select value={kind} onChange={(event) => setKind(event.target.value as Limit['kind'])}>
              {timeKindNames.map((one) => (
                <option key={one} value={one}>
                  {text.incidents.timeKinds[one]}
                </option>
              ))}
            </select>
          </label>
        </div>
      ) : null}
      <label className="work-field">
        <span>
          {asking ? words.reason : words.note}
          {needsNote ? <span className="needed">{words.needed}</span> : null}
        </span>
        <textarea
          aria-label={asking ? words.reason : words.note}
          rows={3}
          maxLength={1000}
          value={note}
          onChange={(event) => setNote(event.target.value)}
          data-testid="step-note"
        />
      </label>
      {proof ? <p className="note">{words.proof}</p> : null}
      <Attachments items={taken} onChange={setTaken} most={mostMedia} all label={text.street.report.photos} />
      {refusal ? (
        <p className="work-refusal" role="alert">
          {refusal}
        </p>
      ) : null}
      <div className="work-actions">
        <button type="button" className="button is-large" onClick={onClose}>
          {text.common.cancel}
        </button>
        <button
          type="button"
          className="button is-primary is-large"
          disabled={busy}
          onClick={() => void submit()}
          data-testid="step-send"
        >
          {title}
        </button>
      </div>
    </section>
  )
}
