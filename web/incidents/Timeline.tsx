import type { TimelineEvent } from '../../api/contract/incident.ts'
import { type Action, actions, type State, transitions } from '../../api/contract/lifecycle.ts'
import type { Role } from '../../api/contract/roles.ts'
import type { Unit } from '../../api/contract/unit.ts'
import { dayTime, duration } from '../format.ts'
import { useText } from '../locales/text.ts'

const actionOf = (event: string): Action | undefined =>
  actions.find((action) => transitions[action].event === event)
const textIn = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

/** What happened, newest first, in the words of the record. */
export function Timeline({
  events,
  timeZone,
  units,
}: {
  events: readonly TimelineEvent[]
  timeZone: string
  units: readonly Unit[]
}) {
  const text = useText()
  const nameOf = (event: string) => {
    const action = actionOf(event)
    if (action) return text.actions[action]
    return text.states[event.replace('incident:', '') as State] ?? event
  }
  /** How long it stood at the step before; nothing for the first. */
  const took = (i: number) => {
    const [before, event] = [events[i - 1], events[i]]
    return before && event ? duration(Date.parse(event.at) - Date.parse(before.at), text.units) : null
  }
  return (
    <ol className="timeline" data-testid="timeline">
      {events.toReversed().map((event, fromEnd) => {
        const unit = units.find(({ id }) => id === event.data.unitId)
        const note = textIn(event.data.note)
        const step = took(events.length - 1 - fromEnd)
        return (
          <li key={event.seq}>
            <time dateTime={event.at}>{dayTime(Date.parse(event.at), timeZone)}</time>
            {step ? <span className="timeline-took">{text.incidents.after(step)}</span> : null}
            <p>
              <b>{nameOf(event.event)}</b> {event.actorName}
              <span className="timeline-role"> {text.roles[event.actorRole as Role] ?? ''}</span>
              {unit ? ` → ${unit.name}` : ''}
            </p>
            {note ? <p className="timeline-note">{note}</p> : null}
          </li>
        )
      })}
    </ol>
  )
}
