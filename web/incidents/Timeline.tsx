import type { TimelineEvent } from '../../api/contract/incident.ts'
import type { Role } from '../../api/contract/roles.ts'
import type { Unit } from '../../api/contract/unit.ts'
import { dayTime, duration } from '../format.ts'
import { useText } from '../locales/text.ts'
import { usePreferences } from '../ui/preferences.ts'
import { useIncidents } from './store.ts'
import { tellEvent } from './story.ts'

interface TimelineProps {
  events: readonly TimelineEvent[]
  timeZone: string
  units: readonly Unit[]
  officerName?: (id: number) => string | undefined
}

/** What happened, newest first, in the words of the record. */
export function Timeline({ events, timeZone, units, officerName = () => undefined }: TimelineProps) {
  const text = useText()
  const language = usePreferences((state) => state.language)
  const classes = useIncidents((state) => state.classes)
  const names = {
    unit: (id: number) => units.find((one) => one.id === id)?.name,
    officer: officerName,
    className: (code: string) => {
      const entry = classes.get(code)
      return (language === 'en' && entry?.nameEn) || (entry?.name ?? code)
    },
    dayTime: (instant: string) => dayTime(Date.parse(instant), timeZone),
  }
  /** How long it stood at the step before; nothing for the first. */
  const took = (i: number) => {
    const [before, event] = [events[i - 1], events[i]]
    return before && event ? duration(Date.parse(event.at) - Date.parse(before.at), text.units) : null
  }
  return (
    <ol className="timeline" data-testid="timeline">
      {events.toReversed().map((event, fromEnd) => {
        const { what, more, note } = tellEvent(event, text, names)
        const step = took(events.length - 1 - fromEnd)
        const who = event.actorRole === 'system' ? text.incidents.itself : event.actorName
        const role = text.roles[event.actorRole as Role] ?? ''
        return (
          <li key={event.seq} data-event={event.event}>
            <time dateTime={event.at}>{dayTime(Date.parse(event.at), timeZone)}</time>
            {step ? <span className="timeline-took">{text.incidents.after(step)}</span> : null}
            <p>
              <b>{what}</b> {who}
              <span className="timeline-role"> {role === who ? '' : role}</span>
            </p>
            {more.length > 0 ? <p className="timeline-more">{more.join(' · ')}</p> : null}
            {note ? <p className="timeline-note">{note}</p> : null}
          </li>
        )
      })}
    </ol>
  )
}
