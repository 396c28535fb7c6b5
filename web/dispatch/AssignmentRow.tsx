import { useState } from 'react'
import type { Assignment } from '../../api/contract/assignment.ts'
import { problemOf } from '../client.ts'
import { duration } from '../format.ts'
import type { SquadsProps } from '../incidents/IncidentCard.tsx'
import { sentenceOf, useText } from '../locales/text.ts'
import type { Dictionary } from '../locales/zh-CN.ts'
import { kilometers } from './recommendation.ts'
import { stepOf, stepsFrom, useSquads } from './squads.ts'

/** What is left of a short time, as 1:05. */
const countdown = (ms: number) => {
  const seconds = Math.ceil(ms / 1000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

interface AssignmentRowProps {
  assignment: Assignment
  /** By the server's clock. */
  now: number
  mayAct: boolean
  caller: SquadsProps['caller']
  onReassign: () => void
  onPoint: (pointed: boolean) => void
}

/** Where somebody is: on the way with the time that is left, or there. */
function whereabouts(
  text: Dictionary,
  { name, eta }: Assignment['officers'][number],
  state: Assignment['state'],
): string {
  const words = text.squads
  if (state === 'onscene') return words.there(name)
  if (!eta) return words.noPosition(name)
  const said = eta.network === 'roads' ? words.arrives : words.arrivesCrow
  return said(name, duration(eta.seconds * 1000, text.units), kilometers(eta.meters))
}

/** One squad on its way: how far it is, when it will be there, and what can be changed about it. */
export function AssignmentRow(props: AssignmentRowProps) {
  const { assignment, now, mayAct, caller, onReassign, onPoint } = props
  const text = useText()
  const words = text.squads
  const [recalling, setRecalling] = useState(false)
  const [reason, setReason] = useState('')
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState('')
  const { unitName, state, lapsesAt, lead } = assignment
  const act = async (work: () => Promise<void>) => {
    setBusy(true)
    setFailure('')
    try {
      await work()
      setRecalling(false)
    } catch (cause) {
      setFailure(sentenceOf(text, problemOf(cause)))
    } finally {
      setBusy(false)
    }
  }
  const recall = () => {
    if (reason.trim() === '') return setFailure(words.whyNeeded)
    void act(() => useSquads.getState().recall(assignment, reason.trim()))
  }
  const at = stepOf(assignment)
  const left = Date.parse(lapsesAt) - now
  return (
    <li
      className={`assignment is-${state}`}
      data-testid="assignment"
      data-state={state}
      onPointerEnter={() => onPoint(true)}
      onPointerLeave={() => onPoint(false)}
    >
      <p className="assignment-head">
        <b>{unitName}</b>
        <span className="badge">{lead ? words.lead : words.supports}</span>
        {state === 'offered' ? (
          <span className="assignment-clock" data-testid="lapses">
            {left > 0 ? words.answersIn(countdown(left)) : words.answersOver}
          </span>
        ) : null}
      </p>
      <ol className="assignment-steps" aria-label={words.stepsOf(unitName)}>
        {words.steps.map((step, i) => (
          <li key={step} className={i < at ? 'is-done' : ''} aria-current={i === at ? 'step' : undefined}>
            {step}
          </li>
        ))}
      </ol>
      {assignment.officers.map((one) => (
        <p key={one.officerId} className="assignment-eta">
          <span>{whereabouts(text, one, state)}</span>
          {caller?.(one.officerId, assignment.incidentId)}
        </p>
      ))}
      {mayAct && !recalling ? (
        <div className="assignment-acts">
          {stepsFrom(assignment).map((step) => (
            <button
              key={step}
              type="button"
              className="text-button"
              disabled={busy}
              title={words.behalf}
              data-testid={`press-${step}`}
              onClick={() => void act(() => useSquads.getState().press(assignment, step))}
            >
              {words.progress[step]}
            </button>
          ))}
          <i />
          <button
            type="button"
            className="text-button"
            disabled={busy}
            onClick={onReassign}
            data-testid="reassign"
          >
            {words.reassign}
          </button>
          <button
            type="button"
            className="text-button is-attention"
            disabled={busy}
            onClick={() => setRecalling(true)}
            data-testid="recall"
          >
            {words.recall}
          </button>
        </div>
      ) : null}
      {recalling ? (
        <div className="recall">
          <label>
            {words.why}
            <input
              // biome-ignore lint/a11y/noAutofocus: it opens because somebody pressed for it
              autoFocus
              name="recall-reason"
              maxLength={500}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
              onKeyDown={(event) => {
                if (event.key === 'Enter') recall()
                if (event.key === 'Escape') setRecalling(false)
              }}
            />
          </label>
          <p className="hint">{words.recallHint}</p>
          <div className="card-actions">
            <button
              type="button"
              className="button is-small"
              disabled={busy}
              onClick={recall}
              data-testid="recall-sure"
            >
              {words.recallSure(unitName)}
            </button>
            <button type="button" className="button is-small" onClick={() => setRecalling(false)}>
              {words.keep}
            </button>
          </div>
        </div>
      ) : null}
      {failure ? (
        <p className="failure" role="alert">
          {failure}
        </p>
      ) : null}
    </li>
  )
}
