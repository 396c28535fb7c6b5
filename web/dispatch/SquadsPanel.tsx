import { useCallback, useEffect, useState } from 'react'
import type { Assignment } from '../../api/contract/assignment.ts'
import { dayTime } from '../format.ts'
import type { SquadsProps } from '../incidents/IncidentCard.tsx'
import { moveIncident } from '../incidents/loop.ts'
import { UnitChoice } from '../incidents/Routing.tsx'
import { useText } from '../locales/text.ts'
import { Skeleton } from '../ui/controls.tsx'
import { tell } from '../ui/notices.ts'
import { AssignmentRow } from './AssignmentRow.tsx'
import { useNews } from './news.ts'
import { SendSquad } from './SendSquad.tsx'
import { ranked, useSquads } from './squads.ts'
import { useShownWay } from './store.ts'
import './squads.css'

/** So often while somebody is on the way, and while nobody is. */
const goingMs = 5000
const restMs = 30_000

/** Who is sent to the case: the recommended while nobody is, then how far each squad has come. */
export function SquadsPanel({ incident, units, mayAct, wish, now, timeZone, caller, onGoing }: SquadsProps) {
  const text = useText()
  const words = text.squads
  const { id, version, state } = incident
  const { assignments, status, incidentId, load } = useSquads()
  const news = useNews((all) => all.squads)
  const known = incidentId === id
  const { going, ended } = ranked(known ? assignments : [])
  const [adding, setAdding] = useState<'none' | 'reinforce' | Assignment>('none')
  const [candidate, setCandidate] = useState<number | undefined>()
  const [pointed, setPointed] = useState<number | null>(null)
  const busy = going.length > 0
  useEffect(() => onGoing(busy), [busy, onGoing])
  useEffect(() => {
    void load(id)
  }, [id, version, news, load])
  useEffect(() => {
    const timer = setInterval(() => void load(id), busy ? goingMs : restMs)
    return () => clearInterval(timer)
  }, [id, busy, load])
  const waits = state === 'reported' || state === 'filed'
  const atWork = state === 'dispatched' || state === 'handling'
  const sending = mayAct && known && status !== 'loading' && !busy && waits
  const reassigning = typeof adding === 'object' ? going.find((one) => one.id === adding.id) : undefined
  const shown = going.find((one) => one.id === pointed) ?? going[0]
  const walker = shown?.officers.find(({ eta }) => eta?.network === 'roads')
  const point = useCallback((officerId: number | undefined) => setCandidate(officerId), [])
  const [settled, setSettled] = useState(0)
  const settle = useCallback(() => {
    setAdding('none')
    setSettled(wish)
  }, [wish])
  const more = adding === 'reinforce' || (busy && wish > settled)
  useShownWay(id, sending || reassigning || more ? candidate : walker?.officerId, assignments)
  if (!known || status === 'loading')
    return waits || atWork ? <Skeleton lines={3} label={text.common.loading} /> : null
  if (status === 'failed')
    return (
      <p className="hint">
        {words.loadFailed}
        <button type="button" className="text-button" onClick={() => void load(id)}>
          {text.common.retry}
        </button>
      </p>
    )
  if (!sending && !busy && ended.length === 0 && !(mayAct && atWork)) return null
  return (
    <section className="squads-of-case" aria-label={words.section} data-testid="squads-of-case">
      {sending ? (
        <>
          <h3>{words.title}</h3>
          <SendSquad incident={incident} wish={wish} onPoint={point} onSent={settle} />
          {state === 'filed' ? <ToUnit {...{ incident, units }} /> : null}
        </>
      ) : busy || atWork ? (
        <div className="squads-head">
          <h3>{words.section}</h3>
          {mayAct && atWork && !reassigning && !more ? (
            <button
              type="button"
              className="button is-small"
              onClick={() => setAdding('reinforce')}
              data-testid="reinforce"
            >
              {words.reinforce}
            </button>
          ) : null}
        </div>
      ) : null}
      {busy ? (
        <ul className="assignments">
          {going.map((one) => (
            <AssignmentRow
              key={one.id}
              assignment={one}
              {...{ now, mayAct, caller }}
              onReassign={() => setAdding(one)}
              onPoint={(on) => setPointed(on ? one.id : null)}
            />
          ))}
        </ul>
      ) : null}
      {reassigning || more ? (
        <>
          <h4>{reassigning ? words.reassigning(reassigning.unitName) : words.reinforcing}</h4>
          <SendSquad
            key={reassigning?.id ?? 0}
            {...{ incident, wish }}
            insteadOf={reassigning}
            onPoint={point}
            onSent={settle}
            onCancel={settle}
          />
        </>
      ) : null}
      {ended.length > 0 ? (
        <details className="reasons" data-testid="ended">
          <summary>{words.ended(ended.length)}</summary>
          <ul>
            {ended.map((one) => (
              <li key={one.id}>
                {`${dayTime(Date.parse(one.endedAt ?? one.offeredAt), timeZone)} ${one.unitName} · ${words.states[one.state]}`}
                {one.reason ? `：${one.reason}` : ''}
              </li>
            ))}
          </ul>
        </details>
      ) : null}
    </section>
  )
}

/** A unit without anybody on the map is sent as a whole. */
function ToUnit({ incident, units }: Pick<SquadsProps, 'incident' | 'units'>) {
  const words = useText().squads
  const [unitId, setUnitId] = useState(0)
  return (
    <details className="reasons to-unit">
      <summary>{words.others}</summary>
      <UnitChoice {...{ incident, units }} value={unitId} onChange={setUnitId} withLikely={false} />
      <button
        type="button"
        className="button is-small"
        disabled={unitId === 0}
        data-testid="to-unit"
        onClick={() =>
          void moveIncident(incident.id, { action: 'dispatch', unitId, version: incident.version }).catch(
            tell,
          )
        }
      >
        {words.toUnit}
      </button>
    </details>
  )
}
