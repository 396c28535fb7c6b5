import { type FormEvent, useState } from 'react'
import type { Incident } from '../../api/contract/incident.ts'
import {
  type Action,
  actions,
  allowedActions,
  type Transition,
  transitions,
} from '../../api/contract/lifecycle.ts'
import type { Role } from '../../api/contract/roles.ts'
import type { Unit } from '../../api/contract/unit.ts'
import { problemOf } from '../client.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { fieldText } from '../ui/form.ts'
import { useIncidents } from './store.ts'

interface IncidentActionsProps {
  incident: Incident
  role: Role
  units: readonly Unit[]
}

/** Off the straight way: offered, not urged. */
const sideways: readonly Action[] = ['return', 'rework', 'suspend', 'void']

/** What this state leads to: mine to press, others' shown with whose they are. Notes and squads are asked for where the contract needs them. */
export function IncidentActions({ incident, role, units }: IncidentActionsProps) {
  const text = useText()
  const act = useIncidents((state) => state.act)
  const [asking, setAsking] = useState<Action | null>(null)
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState('')
  const mine = new Set(allowedActions(incident.state, role))
  const possible = actions.filter((action) =>
    (transitions[action] as Transition).from.includes(incident.state),
  )
  const needs = (action: Action, field: 'note' | 'unitId') =>
    (transitions[action] as Transition).requires.includes(field)

  const send = async (action: Action, more: { note?: string; unitId?: number }) => {
    setBusy(true)
    setFailure('')
    try {
      await act(incident.id, { action, version: incident.version, ...more })
      setAsking(null)
    } catch (cause) {
      const problem = problemOf(cause)
      setFailure(sentenceOf(text, problem))
    } finally {
      setBusy(false)
    }
  }
  const press = (action: Action) => {
    setFailure('')
    if ((transitions[action] as Transition).requires.length > 0) setAsking(asking === action ? null : action)
    else void send(action, {})
  }
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (!asking) return
    const form = new FormData(event.currentTarget)
    const note = fieldText(form, 'note').trim()
    const unitId = Number(fieldText(form, 'unitId'))
    if (needs(asking, 'note') && note === '') return setFailure(text.incidents.noteNeeded)
    if (needs(asking, 'unitId') && unitId === 0) return setFailure(text.incidents.unitNeeded)
    void send(asking, { ...(note ? { note } : {}), ...(unitId ? { unitId } : {}) })
  }
  const said = failure ? (
    <p className="failure" role="alert">
      {failure}
    </p>
  ) : null
  if (possible.length === 0) return null
  return (
    <section className="actions" aria-label={text.incidents.actionsTitle}>
      {mine.size === 0 ? <p className="hint">{text.incidents.noActions(text.roles[role])}</p> : null}
      <div className="card-actions">
        {possible.map((action) => {
          const whose = (transitions[action] as Transition).roles.map((name) => text.roles[name]).join('、')
          return (
            <button
              key={action}
              type="button"
              className={`button ${sideways.includes(action) ? '' : 'is-primary'}`}
              disabled={busy || !mine.has(action)}
              title={mine.has(action) ? undefined : text.incidents.notYourRole(whose)}
              aria-expanded={asking === action || undefined}
              data-testid={`action-${action}`}
              onClick={() => press(action)}
            >
              {text.actions[action]}
            </button>
          )
        })}
      </div>
      {asking ? (
        <form className="action-form" onSubmit={submit} noValidate>
          {needs(asking, 'unitId') ? (
            <label>
              {text.incidents.unit}
              <select name="unitId" defaultValue={0}>
                <option value={0}>{text.incidents.pickUnit}</option>
                {units.map((unit) => (
                  <option key={unit.id} value={unit.id}>
                    {`${unit.name} · ${text.officers.onShift} ${unit.onShift}`}
                  </option>
                ))}
              </select>
            </label>
          ) : null}
          <label>
            {text.incidents.note}
            <textarea name="note" rows={2} maxLength={1000} />
          </label>
          {said}
          <div className="card-actions">
            <button type="submit" className="button is-primary" disabled={busy}>
              {text.incidents.submit(text.actions[asking])}
            </button>
            <button type="button" className="button" onClick={() => setAsking(null)}>
              {text.common.cancel}
            </button>
          </div>
        </form>
      ) : null}
      {asking ? null : said}
    </section>
  )
}
