import { useState } from 'react'
import {
  type Action,
  type Actor,
  openActions,
  type Transition,
  transitions,
} from '../../api/contract/lifecycle.ts'
import type { Unit } from '../../api/contract/unit.ts'
import { useText } from '../locales/text.ts'
import { refusalText } from './IncidentActions.tsx'
import { type BatchAnswer, moveIncident, moveMany } from './loop.ts'
import { queue, useQueue } from './queue-store.ts'

const offered = [
  'file',
  'dispatch',
  'check',
  'close',
  'archive',
  'suspend',
  'resume',
  'supervise',
  'merge',
] as const
type Offered = (typeof offered)[number]

/** The same step for all that are selected: each is answered for itself, and a merge can be taken back. */
export function BatchBar({ actor, units }: { actor: Actor; units: readonly Unit[] }) {
  const text = useText()
  const words = text.dispatch
  const { selected, clearSelection, open } = useQueue()
  const [chosen, setChosen] = useState<Offered | null>(null)
  const [unitId, setUnitId] = useState(0)
  const [note, setNote] = useState('')
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState('')
  const [answer, setAnswer] = useState<(BatchAnswer & { action: Offered }) | null>(null)
  const ids = [...selected].sort((a, b) => a - b)
  const able = new Map<Action, number>()
  for (const id of ids) {
    const one = queue.get(id)
    if (one)
      for (const action of openActions(one, actor).actions) able.set(action, (able.get(action) ?? 0) + 1)
  }
  const possible = offered.filter((action) => able.has(action) && (action !== 'merge' || ids.length > 1))
  if (ids.length < 2 && !answer) return null
  const needs = (action: Offered, field: 'note' | 'unitId') =>
    (transitions[action] as Transition).requires.includes(field)
  const run = async (action: Offered) => {
    if (needs(action, 'unitId') && unitId === 0) return setFailure(text.incidents.unitNeeded)
    if (needs(action, 'note') && note.trim() === '') return setFailure(text.incidents.noteNeeded)
    setBusy(true)
    setFailure('')
    try {
      // The oldest is the one that stays.
      const [into, ...rest] = ids
      const done = await moveMany(action === 'merge' ? rest : ids, {
        action,
        ...(needs(action, 'unitId') && { unitId }),
        ...(note.trim() && { note: note.trim() }),
        ...(action === 'merge' && into !== undefined && { intoId: into }),
      })
      setAnswer({ ...done, action })
      setChosen(null)
      clearSelection()
    } catch (cause) {
      setFailure(refusalText(text, cause))
    } finally {
      setBusy(false)
    }
  }
  const undo = async () => {
    if (!answer) return
    setBusy(true)
    const results = await Promise.allSettled(
      answer.done.map(({ id }) => moveIncident(id, { action: 'unmerge', note: text.incidents.undoNote })),
    )
    const failed = results.find((one) => one.status === 'rejected')
    setFailure(failed?.status === 'rejected' ? refusalText(text, failed.reason) : '')
    setAnswer(null)
    setBusy(false)
  }
  const press = (action: Offered) => {
    setFailure('')
    if (needs(action, 'unitId') || needs(action, 'note')) setChosen(chosen === action ? null : action)
    else void run(action)
  }
  const numberOf = (id: number) => queue.get(id)?.number ?? String(id)
  return (
    <section className="batch" aria-label={words.selected(ids.length)} data-testid="batch">
      {answer ? (
        <div className="batch-answer" role="status">
          <p>
            <b>{text.actions[answer.action]}</b> {words.batchDone(answer.done.length, answer.refused.length)}
            {answer.action === 'merge' && answer.done.length > 0 ? (
              <button type="button" className="button is-small" disabled={busy} onClick={() => void undo()}>
                {words.batchUndo}
              </button>
            ) : null}
            <button type="button" className="text-button" onClick={() => setAnswer(null)}>
              {words.close}
            </button>
          </p>
          {answer.refused.length > 0 ? (
            <ul>
              {answer.refused.map(({ id, code, detail }) => (
                <li key={id}>
                  <button type="button" className="text-button" onClick={() => open(id)}>
                    {numberOf(id)}
                  </button>
                  {text.incidents.refusals[code] ?? text.problems.codes[code] ?? detail}
                </li>
              ))}
            </ul>
          ) : null}
        </div>
      ) : null}
      {ids.length > 1 ? (
        <>
          <div className="batch-actions">
            <b>{words.selected(ids.length)}</b>
            {possible.map((action) => (
              <button
                key={action}
                type="button"
                className="button is-small"
                disabled={busy}
                aria-expanded={chosen === action || undefined}
                title={action === 'merge' ? words.batchInto : undefined}
                data-testid={`batch-${action}`}
                onClick={() => press(action)}
              >
                {words.batchDo(text.actions[action], able.get(action) ?? 0)}
              </button>
            ))}
            <button type="button" className="text-button" onClick={clearSelection}>
              {words.clearSelection}
            </button>
          </div>
          {chosen ? (
            <form
              onSubmit={(event) => {
                event.preventDefault()
                void run(chosen)
              }}
            >
              {needs(chosen, 'unitId') ? (
                <select
                  aria-label={text.incidents.unit}
                  value={unitId}
                  onChange={(event) => setUnitId(Number(event.target.value))}
                >
                  <option value={0}>{text.incidents.pickUnit}</option>
                  {units.map((unit) => (
                    <option key={unit.id} value={unit.id}>
                      {`${unit.name} · ${text.officers.onShift} ${unit.onShift}`}
                    </option>
                  ))}
                </select>
              ) : null}
              <input
                aria-label={words.batchNote}
                placeholder={words.batchNote}
                value={note}
                maxLength={1000}
                onChange={(event) => setNote(event.target.value)}
              />
              <button type="submit" className="button is-primary is-small" disabled={busy}>
                {text.incidents.submit(text.actions[chosen])}
              </button>
            </form>
          ) : null}
        </>
      ) : null}
      {failure ? (
        <p className="failure" role="alert">
          {failure}
        </p>
      ) : null}
    </section>
  )
}
