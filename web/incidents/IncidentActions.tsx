import { type ComponentType, useEffect, useState } from 'react'
import type { Incident } from '../../api/contract/incident.ts'
import {
  type Action,
  type Actor,
  actions,
  mayMove,
  type Need,
  returnsBeforeArbitration,
  type Transition,
  transitions,
} from '../../api/contract/lifecycle.ts'
import type { Role } from '../../api/contract/roles.ts'
import type { Unit } from '../../api/contract/unit.ts'
import { problemOf } from '../client.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import type { Dictionary } from '../locales/zh-CN.ts'
import { useSession } from '../people/store.ts'
import { ActionForm, type Filled } from './ActionForm.tsx'
import { askFor, moveIncident } from './loop.ts'
import type { UnitChoiceProps } from './Routing.tsx'

interface IncidentActionsProps {
  incident: Incident
  role: Role
  units: readonly Unit[]
  unitChoice?: ComponentType<UnitChoiceProps> | undefined
  /** Done elsewhere on this card. */
  without?: readonly Action[] | undefined
  /** An action asked for by key. */
  wish?: Action | null
  onWished?: () => void
}

/** The straight way, urged; everything else is offered. */
const straight: readonly Action[] = [
  'file',
  'dispatch',
  'accept',
  'advance',
  'finish',
  'check',
  'close',
  'archive',
  'resume',
]
export const actionKeys: Partial<Record<Action, string>> = {
  file: 'f',
  dispatch: 'd',
  accept: 'a',
  finish: 'e',
  check: 'c',
  close: 'w',
  merge: 'm',
  supervise: 'u',
}
const ruleOf = (action: Action): Transition => transitions[action]
/** Who asks says why, how much longer and into what; the unit is named by who decides. */
const askNeeds = (action: Action): Need[] => [
  'note',
  ...ruleOf(action).requires.filter((need) => need === 'extra' || need === 'parts' || need === 'mark'),
]
/** What makes no sense now is not shown; what is somebody else's, or must wait, is shown shut. */
const senseless = (action: Action, { partsLeft, supervised, returns, arbitrated }: Incident) =>
  (action === 'advance' && partsLeft === 0) ||
  (action === 'answer' && !supervised) ||
  (action === 'arbitrate' && (returns < returnsBeforeArbitration || arbitrated))

/** A refusal in the reader's language, by its code; otherwise in the server's words. */
export function refusalText(text: Dictionary, cause: unknown): string {
  const problem = problemOf(cause)
  return text.incidents.refusals[problem.code] ?? sentenceOf(text, problem)
}

/** Who sits here, as the table of the life of an incident knows them. */
export function useActor(role: Role): Actor {
  const me = useSession((state) => state.me)
  return { role, accountId: me?.accountId ?? null, officerId: me?.officerId ?? null }
}

/** What this state leads to: mine to do or to ask for, others' shown with whose they are. */
export function IncidentActions(props: IncidentActionsProps) {
  const { incident, role, units, unitChoice, without = [], wish = null, onWished } = props
  const text = useText()
  const words = text.incidents
  const actor = useActor(role)
  const [open, setOpen] = useState<Action | null>(null)
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState('')
  const verdicts = new Map(actions.map((action) => [action, mayMove(action, incident, actor)]))
  const possible = actions.filter(
    (action) =>
      !without.includes(action) &&
      ruleOf(action).from.includes(incident.state) &&
      !senseless(action, incident),
  )
  const may = (action: Action) => verdicts.get(action)?.may ?? 'no'
  const mine = possible.filter((action) => may(action) !== 'no')

  const send = async (action: Action, filled: Filled) => {
    setBusy(true)
    setFailure('')
    try {
      if (may(action) === 'ask') await askFor(incident.id, { action, ...filled, note: filled.note ?? '' })
      else await moveIncident(incident.id, { action, version: incident.version, ...filled })
      setOpen(null)
    } catch (cause) {
      setFailure(refusalText(text, cause))
    } finally {
      setBusy(false)
    }
  }
  const press = (action: Action) => {
    setFailure('')
    if (may(action) === 'ask' || ruleOf(action).requires.length > 0) setOpen(open === action ? null : action)
    else void send(action, {})
  }
  useEffect(() => {
    if (!wish) return
    onWished?.()
    if (mine.includes(wish) && !busy) press(wish)
    else setFailure(words.notNow(text.actions[wish]))
    // Once for each wish, whatever else changes.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [wish])
  const reason = (action: Action): string | undefined => {
    const verdict = verdicts.get(action)
    if (verdict?.may === 'ask')
      return words.asksOnly(
        ruleOf(action)
          .roles.map((one) => text.roles[one])
          .join('、'),
      )
    if (verdict?.may !== 'no') return actionKeys[action] && words.byKey(actionKeys[action])
    if (verdict.code === 'role')
      return words.notYourRole(
        ruleOf(action)
          .roles.map((one) => text.roles[one])
          .join('、'),
      )
    return words.refusals[verdict.code]
  }
  const label = (action: Action) =>
    may(action) === 'ask' ? words.askFor(text.actions[action]) : text.actions[action]
  if (possible.length === 0) return null
  return (
    <section className="actions" aria-label={words.actionsTitle}>
      {mine.length === 0 ? <p className="hint">{words.noActions(text.roles[role])}</p> : null}
      <div className="card-actions">
        {possible.map((action) => (
          <button
            key={action}
            type="button"
            className={`button ${straight.includes(action) ? 'is-primary' : 'is-small'}`}
            disabled={busy || may(action) === 'no'}
            title={reason(action)}
            aria-expanded={open === action || undefined}
            aria-keyshortcuts={actionKeys[action]}
            data-testid={`action-${action}`}
            onClick={() => press(action)}
          >
            {label(action)}
            {actionKeys[action] && may(action) === 'do' ? <kbd>{actionKeys[action]}</kbd> : null}
          </button>
        ))}
      </div>
      {open ? (
        <ActionForm
          key={open}
          {...{ incident, units, busy, failure }}
          {...(unitChoice && { unitChoice })}
          action={open}
          needs={may(open) === 'ask' ? askNeeds(open) : ruleOf(open).requires}
          title={words.submit(label(open))}
          onSubmit={(filled) => void send(open, filled)}
          onCancel={() => setOpen(null)}
        />
      ) : failure ? (
        <p className="failure" role="alert">
          {failure}
        </p>
      ) : null}
    </section>
  )
}
