import { useState } from 'react'
import type { CallPerson } from '../../api/contract/call.ts'
import { isOpen } from '../incidents/light.ts'
import { useIncidents } from '../incidents/store.ts'
import { useText } from '../locales/text.ts'
import { Icon } from '../ui/Icon.tsx'
import { useUnits } from '../units/store.ts'
import { useCalls } from './store.ts'

/** For the desk: asks for a picture of what somebody shows, for the incident of the call or one of theirs. */
export function TakePicture({ person }: { person: CallPerson }) {
  const words = useText().calls.picture
  const { call, detached, askPicture } = useCalls()
  const incidents = useIncidents((state) => state.incidents)
  const unitId = useUnits(({ officers }) => officers.get(person.officerId ?? 0)?.unitId)
  const [choosing, setChoosing] = useState(false)
  if (!call || detached) return null
  const name = words.name(person.name)
  const take = (incidentId: number) => {
    setChoosing(false)
    void askPicture(person.accountId, incidentId, name)
  }
  const own = [...incidents.values()].filter(
    (one) => isOpen(one) && one.unitId !== null && one.unitId === unitId,
  )
  const waits = call.ask?.state === 'asked'
  if (choosing)
    return (
      <select
        className="call-take"
        value=""
        aria-label={words.into}
        onChange={({ target }) => take(Number(target.value))}
        onBlur={() => setChoosing(false)}
        data-testid="call-picture-into"
      >
        <option value="">{own.length > 0 ? words.into : words.noIncident}</option>
        {own.map(({ id, number, title }) => (
          <option key={id} value={id}>{`${number} ${title}`}</option>
        ))}
      </select>
    )
  return (
    <button
      type="button"
      className="button is-small call-take"
      disabled={waits}
      title={words.takeOf(person.name)}
      onClick={() => (call.incidentId === null ? setChoosing(true) : take(call.incidentId))}
      data-testid="call-picture"
    >
      <Icon name="frame" /> {words.take}
    </button>
  )
}

/** Asking, agreeing and what came of it, for both sides to see. */
export function Pictures() {
  const words = useText().calls.picture
  const { call, accountId, picture, consent } = useCalls()
  const [always, setAlways] = useState(false)
  const ask = call?.ask
  if (!call || !ask) return null
  const nameOf = (id: number) => call.people.find((one) => one.accountId === id)?.name ?? ''
  if (ask.of === accountId && ask.state === 'asked')
    return (
      <div
        className="call-consent"
        role="alertdialog"
        aria-label={words.asks(nameOf(ask.by))}
        data-testid="call-consent"
      >
        <p>{words.asks(nameOf(ask.by))}</p>
        <label>
          <input type="checkbox" checked={always} onChange={() => setAlways(!always)} /> {words.always}
        </label>
        <div>
          <button type="button" className="button" onClick={() => void consent(false, false)}>
            {words.refuse}
          </button>
          <button
            type="button"
            className="button is-primary"
            onClick={() => void consent(true, always)}
            data-testid="call-allow"
          >
            {words.allow}
          </button>
        </div>
      </div>
    )
  if (ask.of === accountId) return ask.state === 'allowed' ? <p>{words.taken(nameOf(ask.by))}</p> : null
  if (ask.by !== accountId) return null
  const said =
    ask.state === 'asked'
      ? words.waiting(nameOf(ask.of))
      : ask.state === 'refused'
        ? words.refused(nameOf(ask.of))
        : words[picture ?? 'taking']
  return (
    <p
      data-testid="call-picture-state"
      data-state={ask.state === 'allowed' ? (picture ?? 'taking') : ask.state}
    >
      {said}
    </p>
  )
}
