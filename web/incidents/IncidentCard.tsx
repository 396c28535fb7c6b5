import { useEffect } from 'react'
import type { Incident, IncidentClass } from '../../api/contract/incident.ts'
import type { Role } from '../../api/contract/roles.ts'
import type { Unit } from '../../api/contract/unit.ts'
import { dayTime, duration } from '../format.ts'
import { useText } from '../locales/text.ts'
import { Card, Facts, Skeleton } from '../ui/controls.tsx'
import { tell } from '../ui/notices.ts'
import { usePreferences } from '../ui/preferences.ts'
import { IncidentActions } from './IncidentActions.tsx'
import { lightOf } from './light.ts'
import { useIncidents } from './store.ts'
import { Timeline } from './Timeline.tsx'

interface IncidentCardProps {
  incident: Incident
  entry: IncidentClass | undefined
  units: readonly Unit[]
  role: Role
  gridName: (gridId: number | null) => string | null
  /** By the server's clock. */
  now: number
  timeZone: string
  onClose: () => void
}

export function IncidentCard({
  incident,
  entry,
  units,
  role,
  gridName,
  now,
  timeZone,
  onClose,
}: IncidentCardProps) {
  const text = useText()
  const language = usePreferences((state) => state.language)
  const { detail, loadDetail } = useIncidents()
  const { id, version } = incident
  // Each change of the incident adds to its history.
  useEffect(() => {
    loadDetail(id).catch(tell)
  }, [id, version, loadDetail])
  const light = lightOf(incident, entry?.dueMinutes ?? 0, now)
  const due = incident.dueAt === null ? null : Date.parse(incident.dueAt)
  const unit = units.find((one) => one.id === incident.unitId)
  const clock =
    due === null
      ? text.incidents.noClock
      : light === 'none'
        ? text.incidents.stopped
        : now > due
          ? text.incidents.over(duration(now - due, text.units))
          : text.incidents.left(duration(due - now, text.units))
  return (
    <Card
      testId="incident-card"
      kicker={`${incident.number} · ${(language === 'en' ? entry?.nameEn : entry?.name) ?? incident.classCode}`}
      title={incident.title}
      onClose={onClose}
      closeLabel={text.common.close}
    >
      <p className="card-status">
        <span className="state-chip">{text.states[incident.state]}</span>
        <span className={`light is-${light}`} data-testid="incident-light" data-light={light}>
          {light === 'none' ? clock : `${text.incidents.lights[light]} · ${clock}`}
        </span>
      </p>
      {incident.description ? <p className="card-text">{incident.description}</p> : null}
      <Facts
        facts={[
          [text.incidents.address, incident.address || text.common.unknown],
          [text.incidents.grid, gridName(incident.gridId) ?? text.common.unknown],
          [text.incidents.source, text.sources[incident.source]],
          [text.incidents.reportedAt, dayTime(Date.parse(incident.reportedAt), timeZone)],
          [text.incidents.dueAt, due === null ? text.common.none : dayTime(due, timeZone)],
          ...(incident.closedAt
            ? [[text.states.closed, dayTime(Date.parse(incident.closedAt), timeZone)] as const]
            : []),
          [text.incidents.unit, unit?.name ?? text.common.none],
        ]}
      />
      <IncidentActions key={`${id}/${version}`} incident={incident} role={role} units={units} />
      <h3>{text.incidents.timeline}</h3>
      {detail?.id === id ? (
        <Timeline events={detail.timeline} timeZone={timeZone} units={units} />
      ) : (
        <Skeleton lines={3} label={text.common.loading} />
      )}
    </Card>
  )
}
