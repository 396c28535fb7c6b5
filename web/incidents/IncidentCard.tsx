import { type ComponentType, type ReactNode, useEffect, useState } from 'react'
import type { Incident, IncidentClass } from '../../api/contract/incident.ts'
import { type Action, stageOf } from '../../api/contract/lifecycle.ts'
import { command, type Role } from '../../api/contract/roles.ts'
import type { Unit } from '../../api/contract/unit.ts'
import { dayTime, duration } from '../format.ts'
import { useText } from '../locales/text.ts'
import { Card, Facts, Skeleton } from '../ui/controls.tsx'
import { tell } from '../ui/notices.ts'
import { usePreferences } from '../ui/preferences.ts'
import { IncidentActions } from './IncidentActions.tsx'
import { Kin, Similar } from './Kin.tsx'
import { lightOf } from './light.ts'
import { Photographs } from './Photographs.tsx'
import { Requests } from './Requests.tsx'
import type { UnitChoiceProps } from './Routing.tsx'
import { isSos } from './sos.ts'
import { useIncidents } from './store.ts'
import { Timeline } from './Timeline.tsx'
import './incident.css'

/** What sends squads to a case; its room comes after this one. */
export interface SquadsProps {
  incident: Incident
  units: readonly Unit[]
  /** Whether this caller sends and recalls, or only looks. */
  mayAct: boolean
  /** Counts up with each wish by key to send. */
  wish: number
  /** By the server's clock. */
  now: number
  timeZone: string
  /** Told whether somebody is on the way. */
  onGoing: (going: boolean) => void
  /** How one of them is called. */
  caller?: ((officerId: number, incidentId: number) => ReactNode) | undefined
}

interface IncidentCardProps {
  incident: Incident
  entry: IncidentClass | undefined
  units: readonly Unit[]
  /** How a unit is chosen, where the page knows better than the list. */
  unitChoice?: ComponentType<UnitChoiceProps>
  /** Sends people by name; without it a unit is sent by the table's action. */
  squads?: ComponentType<SquadsProps>
  caller?: SquadsProps['caller']
  role: Role
  gridName: (gridId: number | null) => string | null
  officerName?: (id: number) => string | undefined
  /** By the server's clock. */
  now: number
  timeZone: string
  onClose: () => void
  /** Opens another incident; without it what belongs to this one is not shown. */
  onOpen?: (id: number) => void
  /** Asked for by key. */
  wish?: Action | 'grant' | 'refuse' | null
  onWished?: () => void
}

const toBeSent: readonly Incident['state'][] = ['reported', 'filed', 'dispatched', 'handling']
/** What the squads' own section does: the first of them always, the others while one is on the way. */
const ofSquads: readonly Action[] = ['dispatch', 'transfer', 'accept']
/** Who sees whom a case was given to, as it stands this minute. */
const sentFrom: readonly Role[] = [...command, 'leader']

/** The chosen incident in full: its clock, what can be done, what is asked for, what belongs to it, what happened. */
export function IncidentCard(props: IncidentCardProps) {
  const {
    incident,
    entry,
    units,
    role,
    gridName,
    now,
    timeZone,
    onClose,
    onOpen,
    wish = null,
    onWished,
    squads: Squads,
  } = props
  const text = useText()
  const words = text.incidents
  const language = usePreferences((state) => state.language)
  const { detail: loaded, loadDetail } = useIncidents()
  const { id, version, asks } = incident
  // Each change of the incident adds to its history; a request changes no version.
  useEffect(() => {
    loadDetail(id).catch(tell)
  }, [id, version, asks, loadDetail])
  const detail = loaded?.id === id ? loaded : null
  const mayAct = command.includes(role)
  const sendable = Squads !== undefined && mayAct && toBeSent.includes(incident.state)
  const [sendWish, setSendWish] = useState(0)
  const [going, setGoing] = useState(false)
  const wishesToSend = wish === 'dispatch' && sendable
  useEffect(() => {
    if (!wishesToSend) return
    setSendWish((count) => count + 1)
    onWished?.()
    // Once for each wish, whatever else changes.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [wishesToSend])
  const light = lightOf(incident, now)
  const due = incident.dueAt === null ? null : Date.parse(incident.dueAt)
  const unit = units.find((one) => one.id === incident.unitId)
  const officer = incident.officerId === null ? undefined : props.officerName?.(incident.officerId)
  const stage = stageOf[incident.state]
  const part = entry?.limits.handle[incident.part]?.name
  const clock =
    due === null
      ? words.noClock
      : light === 'none'
        ? words.stopped
        : now > due
          ? words.over(duration(now - due, text.units))
          : words.left(duration(due - now, text.units))
  const stageName = stage ? `${words.stages[stage]}${stage === 'handle' && part ? ` · ${part}` : ''}` : ''
  const decision = wish === 'grant' || wish === 'refuse' ? wish : null
  return (
    <Card
      testId="incident-card"
      kicker={`${incident.number} · ${(language === 'en' && entry?.nameEn) || (entry?.name ?? incident.classCode)}`}
      title={incident.title}
      onClose={onClose}
      closeLabel={text.common.close}
    >
      <div className={`clock-line is-${light}`}>
        <span className="state-chip">{text.states[incident.state]}</span>
        <span className={`light is-${light}`} data-testid="incident-light" data-light={light}>
          {light === 'none' ? clock : `${stageName} ${words.lights[light]} · ${clock}`}
        </span>
        <ClockBar incident={incident} now={now} />
      </div>
      <p className="badges">
        {isSos(incident) ? <span className="badge is-sos">{text.squads.sos.mark}</span> : null}
        {incident.severity === 'usual' ? null : (
          <span className={`badge is-${incident.severity}`}>{words.severities[incident.severity]}</span>
        )}
        {incident.supervised ? <span className="badge is-supervised">{words.supervised}</span> : null}
        {incident.recurrence > 0 ? <span className="badge">{words.recurs(incident.recurrence)}</span> : null}
        {incident.returns > 0 ? <span className="badge">{words.returned(incident.returns)}</span> : null}
        {incident.reworks > 0 ? <span className="badge">{words.reworked(incident.reworks)}</span> : null}
        {incident.satisfied === null ? null : (
          <span className="badge">{incident.satisfied ? words.satisfied : words.dissatisfied}</span>
        )}
      </p>
      {incident.description ? <p className="card-text">{incident.description}</p> : null}
      {onOpen && detail ? (
        <Requests
          requests={detail.requests}
          {...{ incident, role, units, timeZone }}
          wish={decision}
          onWished={onWished}
        />
      ) : null}
      {Squads && sentFrom.includes(role) ? (
        <Squads
          key={id}
          {...{ incident, units, mayAct, now, timeZone }}
          wish={sendWish}
          onGoing={setGoing}
          caller={props.caller}
        />
      ) : null}
      <IncidentActions
        key={`${id}/${version}`}
        {...{ incident, role, units }}
        unitChoice={props.unitChoice}
        without={!sendable ? undefined : going ? ofSquads : ofSquads.slice(0, 1)}
        wish={decision === null && !wishesToSend ? (wish as Action | null) : null}
        onWished={onWished}
      />
      {onOpen ? <Similar {...{ incident, role, onOpen }} /> : null}
      {detail ? <Photographs media={detail.media} timeZone={timeZone} /> : null}
      <Facts
        facts={[
          [words.address, incident.address || text.common.unknown],
          [words.grid, gridName(incident.gridId) ?? text.common.unknown],
          [words.source, text.sources[incident.source]],
          [words.reportedAt, dayTime(Date.parse(incident.reportedAt), timeZone)],
          [words.dueAt, due === null ? text.common.none : dayTime(due, timeZone)],
          ...(incident.closedAt
            ? [[text.states.closed, dayTime(Date.parse(incident.closedAt), timeZone)] as const]
            : []),
          [words.unit, [unit?.name, officer].filter(Boolean).join(' · ') || text.common.none],
        ]}
      />
      {onOpen ? <Kin {...{ incident, detail, role, onOpen }} /> : null}
      <div className="timeline-head">
        <h3>{words.timeline}</h3>
        {onOpen ? (
          <p className="case-file">
            {words.caseFile}
            <a href={`/api/incidents/${id}/case.pdf`} target="_blank" rel="noreferrer">
              PDF
            </a>
            <a href={`/api/incidents/${id}/case.zip`} download>
              ZIP
            </a>
          </p>
        ) : null}
      </div>
      {detail ? (
        <Timeline events={detail.timeline} officerName={props.officerName} {...{ timeZone, units }} />
      ) : (
        <Skeleton lines={3} label={text.common.loading} />
      )}
    </Card>
  )
}

/** How much of the time allowed is used, with the mark from which on it is yellow. */
function ClockBar({ incident, now }: { incident: Incident; now: number }) {
  const { stageAt, dueAt, warnAt, state } = incident
  if (!stageAt || !dueAt || state === 'suspended') return null
  const [from, to] = [Date.parse(stageAt), Date.parse(dueAt)]
  const share = (at: number) => `${Math.max(0, Math.min(100, ((at - from) / (to - from)) * 100))}%`
  return (
    <span className="clock-bar" aria-hidden="true">
      <i style={{ width: share(now) }} />
      {warnAt ? <b style={{ left: share(Date.parse(warnAt)) }} /> : null}
    </span>
  )
}
