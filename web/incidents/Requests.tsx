import { useEffect, useState } from 'react'
import type { Ask, Incident } from '../../api/contract/incident.ts'
import { mayMove, type Transition, transitions } from '../../api/contract/lifecycle.ts'
import type { Role } from '../../api/contract/roles.ts'
import type { Unit } from '../../api/contract/unit.ts'
import { dayTime } from '../format.ts'
import { useText } from '../locales/text.ts'
import { refusalText, useActor } from './IncidentActions.tsx'
import { type TimeKind, timeKindNames } from './limits.ts'
import { decideAbout } from './loop.ts'
import { UnitChoice } from './Routing.tsx'
import { isMark, limitText } from './story.ts'

interface RequestsProps {
  incident: Incident
  requests: readonly Ask[]
  role: Role
  units: readonly Unit[]
  timeZone: string
  /** Decided by key: the first that waits. */
  wish?: 'grant' | 'refuse' | null
  onWished?: () => void
}

/** What was asked for: what waits can be granted or refused here, what was decided says by whom. */
export function Requests({ requests, wish, onWished, ...rest }: RequestsProps) {
  const text = useText()
  const waiting = requests.filter(({ state }) => state === 'pending')
  const decided = requests.filter(({ state }) => state !== 'pending')
  if (requests.length === 0) return null
  return (
    <section className="requests" aria-label={text.incidents.requests} data-testid="requests">
      <h3>{text.incidents.requests}</h3>
      {waiting.map((one, i) => (
        <Pending
          key={one.id}
          one={one}
          {...rest}
          wish={i === 0 ? (wish ?? null) : null}
          onWished={onWished}
        />
      ))}
      {decided.length > 0 ? (
        <ul className="decided">
          {decided.map((one) => (
            <li key={one.id}>
              {text.incidents.asked(one.askedBy, text.actions[one.action])}
              <b className={`ask-${one.state}`}>{text.incidents.askStates[one.state]}</b>
              {one.decidedBy ? <span className="hint"> {one.decidedBy}</span> : null}
              {one.decision ? <p className="timeline-note">{one.decision}</p> : null}
            </li>
          ))}
        </ul>
      ) : null}
    </section>
  )
}

function Pending({
  one,
  incident,
  role,
  units,
  timeZone,
  wish,
  onWished,
}: Omit<RequestsProps, 'requests' | 'wish'> & { one: Ask; wish: 'grant' | 'refuse' | null }) {
  const text = useText()
  const words = text.incidents
  const actor = useActor(role)
  const [note, setNote] = useState('')
  const [unitId, setUnitId] = useState(0)
  const asked = one.data.extra as { amount: number; kind: TimeKind } | undefined
  const [extra, setExtra] = useState(asked)
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState('')
  const verdict = mayMove(one.action, incident, actor)
  const needsUnit = (transitions[one.action] as Transition).requires.includes('unitId')
  const decide = async (grant: boolean) => {
    if (grant && needsUnit && unitId === 0) return setFailure(words.unitNeeded)
    setBusy(true)
    setFailure('')
    try {
      await decideAbout(incident.id, one.id, {
        grant,
        note: note.trim(),
        ...(grant && unitId && { unitId }),
        ...(grant && extra && { extra }),
      })
    } catch (cause) {
      setFailure(refusalText(text, cause))
      setBusy(false)
    }
  }
  useEffect(() => {
    if (!wish) return
    onWished?.()
    if (verdict.may === 'do' && !busy) void decide(wish === 'grant')
    // Once for each wish, whatever else changes.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [wish])
  const mayDecide = verdict.may === 'do'
  return (
    <article className="pending" data-testid="request" data-action={one.action}>
      <p>
        <b>{words.asked(one.askedBy, text.actions[one.action])}</b>{' '}
        <time dateTime={one.askedAt}>{dayTime(Date.parse(one.askedAt), timeZone)}</time>
      </p>
      <p className="timeline-note">{one.note}</p>
      {asked ? <p>{words.longer(limitText(text, asked))}</p> : null}
      {isMark(one.data.mark) ? <p>{words.marks[one.data.mark]}</p> : null}
      {mayDecide ? (
        <>
          {needsUnit ? <UnitChoice {...{ incident, units }} value={unitId} onChange={setUnitId} /> : null}
          {extra ? (
            <div className="extra">
              <label>
                {words.granted}
                <input
                  type="number"
                  min="0.5"
                  step="0.5"
                  value={extra.amount}
                  onChange={(event) => setExtra({ ...extra, amount: Number(event.target.value) })}
                />
              </label>
              <select
                aria-label={words.extraKind}
                value={extra.kind}
                onChange={(event) => setExtra({ ...extra, kind: event.target.value as TimeKind })}
              >
                {timeKindNames.map((kind) => (
                  <option key={kind} value={kind}>
                    {words.timeKinds[kind]}
                  </option>
                ))}
              </select>
            </div>
          ) : null}
          <input
            aria-label={words.decisionNote}
            placeholder={words.decisionNote}
            maxLength={1000}
            value={note}
            onChange={(event) => setNote(event.target.value)}
          />
          <div className="card-actions">
            <button
              type="button"
              className="button is-primary"
              disabled={busy}
              title={words.byKey('g')}
              data-testid="grant"
              onClick={() => void decide(true)}
            >
              {words.grant}
              <kbd>g</kbd>
            </button>
            <button
              type="button"
              className="button"
              disabled={busy}
              title={words.byKey('r')}
              data-testid="refuse"
              onClick={() => void decide(false)}
            >
              {words.refuse}
              <kbd>r</kbd>
            </button>
          </div>
        </>
      ) : (
        <p className="hint">
          {verdict.may === 'no' && verdict.code !== 'role'
            ? words.refusals[verdict.code]
            : words.decidedBy(
                (transitions[one.action] as Transition).roles.map((name) => text.roles[name]).join('、'),
              )}
        </p>
      )}
      {failure ? (
        <p className="failure" role="alert">
          {failure}
        </p>
      ) : null}
    </article>
  )
}
