import { useEffect, useRef, useState } from 'react'
import type { Assignment } from '../../api/contract/assignment.ts'
import { underWay } from '../../api/contract/squad-rules.ts'
import { problemOf } from '../client.ts'
import { clock, duration } from '../format.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { useNow } from '../ui/clock.ts'
import { standingOfSos, useSos } from './sos.ts'
import { useWork } from './work.ts'

/** How a call for help stands: on its way to the centre, there, and who comes. */
export function SosPanel({ onClose }: { onClose: () => void }) {
  const text = useText()
  const words = text.street.sos
  const { call, tries, problem, incident, squads, asked, clear } = useSos()
  const online = useWork((state) => state.online)
  const zone = useWork((state) => state.town?.timeZone) ?? 'UTC'
  const panel = useRef<HTMLElement>(null)
  const now = useNow(1000)
  useEffect(() => panel.current?.focus(), [])
  const standing = useSos(standingOfSos)
  const state = standing === 'idle' ? 'over' : standing
  const end = () => {
    clear()
    onClose()
  }
  return (
    <section
      ref={panel}
      className="sos-panel"
      data-state={state}
      data-testid="sos-panel"
      role="dialog"
      aria-label={words.title}
      tabIndex={-1}
    >
      <header role="status" aria-live="assertive">
        <h1>{words.states[state]}</h1>
        {incident ? (
          <p data-testid="sos-number">
            {words.number} <b>{incident.number}</b>
          </p>
        ) : null}
        {state === 'sending' ? (
          <p>
            {tries === 0 && online
              ? words.sendingText
              : words.retrying(tries, duration(now - (call?.at ?? now), text.units))}
          </p>
        ) : null}
        {problem && state !== 'sent' ? <p className="work-refusal">{sentenceOf(text, problem)}</p> : null}
      </header>
      {call ? (
        <p data-testid="sos-whence" data-whence={call.whence}>
          {call.whence === 'old' && call.placedAt !== null
            ? words.whence.old(clock(call.placedAt, zone))
            : call.whence === 'none'
              ? words.whence.none
              : words.whence.fresh}
        </p>
      ) : null}
      {state === 'sent' ? <Who squads={squads} /> : null}
      {state === 'sent' ? (
        asked ? (
          <p className="note" role="status">
            {words.asked}
          </p>
        ) : (
          <FalseAlarm />
        )
      ) : null}
      <div className="work-actions">
        {state === 'over' || state === 'refused' ? (
          <button type="button" className="button is-primary is-large" onClick={end} data-testid="sos-end">
            {words.end}
          </button>
        ) : (
          <button type="button" className="button is-large" onClick={onClose} data-testid="sos-close">
            {words.hide}
          </button>
        )}
      </div>
    </section>
  )
}

function Who({ squads }: { squads: readonly Assignment[] | null }) {
  const text = useText()
  const words = text.street.sos
  if (squads === null) return <p>{words.centreHasIt}</p>
  const going = squads.filter(({ state }) => underWay.includes(state))
  if (going.length === 0) return <p data-testid="sos-nobody">{words.nobodyYet}</p>
  const soonest = ({ officers }: Assignment) =>
    Math.min(...officers.flatMap(({ eta }) => (eta ? [eta.seconds] : [])))
  return (
    <ul className="work-list" aria-label={words.who} data-testid="sos-squads">
      {going.map((one) => {
        const seconds = soonest(one)
        return (
          <li key={one.id}>
            <b>{`${one.unitName} · ${one.officers.map(({ name }) => name).join('、')}`}</b>
            <span>
              {words.squadStates[one.state]}
              {one.state !== 'onscene' && Number.isFinite(seconds)
                ? ` · ${words.eta(duration(Math.max(60, seconds) * 1000, text.units))}`
                : ''}
            </span>
          </li>
        )
      })}
    </ul>
  )
}

function FalseAlarm() {
  const text = useText()
  const words = text.street.sos
  const takeBack = useSos((state) => state.takeBack)
  const [open, setOpen] = useState(false)
  const [note, setNote] = useState('')
  const [refusal, setRefusal] = useState('')
  const [busy, setBusy] = useState(false)
  const send = async () => {
    if (!note.trim()) return setRefusal(words.needNote)
    setBusy(true)
    try {
      await takeBack(note.trim())
    } catch (cause) {
      const problem = problemOf(cause)
      // Somebody is on their way already: only they and the desk can end it.
      setRefusal(problem.code === 'state' ? words.tooLate : sentenceOf(text, problem))
      setBusy(false)
    }
  }
  if (!open)
    return (
      <button
        type="button"
        className="button is-large"
        onClick={() => setOpen(true)}
        data-testid="false-alarm"
      >
        {words.falseAlarm}
      </button>
    )
  return (
    <form
      className="work-form"
      aria-label={words.falseAlarm}
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
    >
      <label className="work-field">
        {words.falseNote}
        <input
          value={note}
          maxLength={500}
          onChange={(event) => setNote(event.target.value)}
          data-testid="false-note"
        />
      </label>
      {refusal ? (
        <p className="work-refusal" role="alert">
          {refusal}
        </p>
      ) : null}
      <div className="work-actions">
        <button type="button" className="button is-large" onClick={() => setOpen(false)}>
          {text.common.cancel}
        </button>
        <button type="submit" className="button is-primary is-large" disabled={busy} data-testid="false-send">
          {words.falseSend}
        </button>
      </div>
    </form>
  )
}
