import { memo, useState } from 'react'
import type { Incident, IncidentClass } from '../../api/contract/incident.ts'
import type { State } from '../../api/contract/lifecycle.ts'
import { duration } from '../format.ts'
import { familyName, useText } from '../locales/text.ts'
import { Empty, Panel, Segmented, Skeleton } from '../ui/controls.tsx'
import { Icon } from '../ui/Icon.tsx'
import { usePreferences } from '../ui/preferences.ts'
import { ClassMark } from './ClassMark.tsx'
import { isOpen, type Light, lightOf } from './light.ts'
import { isSos } from './sos.ts'
import type { ClosedPages } from './store.ts'

const groups = ['open', 'mine', 'overdue', 'closed'] as const
export type Group = (typeof groups)[number]

interface IncidentPanelProps {
  /** Those of the grid in focus. */
  incidents: readonly Incident[]
  /** The history of the same grid, as far as it was paged in. */
  closedOnes: readonly Incident[]
  closed: ClosedPages
  group: Group
  onGroup: (group: Group) => void
  /** Asks for the first page of the history again, or for the next. */
  onMoreClosed: (more: boolean) => void
  classes: ReadonlyMap<string, IncidentClass>
  arrivals: ReadonlyMap<number, number>
  complete: boolean
  gridName: (gridId: number) => string | null
  /** By the server's clock, in steps. */
  now: number
  chosenId: number | null
  /** A stage chosen in the situation panel; null is all of them. */
  stage: State | null
  onClearStage: () => void
  loading: boolean
  onChoose: (incident: Incident) => void
}

/** The queue, newest first, officers in danger before all: one line a case, with its clock. */
export function IncidentPanel(props: IncidentPanelProps) {
  const { incidents, classes, closed, group, now, stage, loading } = props
  const text = useText()
  const [family, setFamily] = useState('')
  const families = [...new Set([...classes.values()].map((entry) => entry.family))]
  const light = (one: Incident) => lightOf(one, now)
  const belongs: Record<Group, (one: Incident) => boolean> = {
    open: isOpen,
    mine: ({ state }) => state === 'reported' || state === 'filed',
    overdue: (one) => light(one) === 'red',
    closed: () => true,
  }
  const open = incidents.filter(isOpen).length
  const rank = (one: Incident) => Number(isOpen(one) && isSos(one))
  const isHistory = group === 'closed' && !stage
  const shown = (isHistory ? props.closedOnes : incidents)
    .filter((one) => (stage ? one.state === stage : belongs[group](one)))
    .filter((one) => family === '' || classes.get(one.classCode)?.family === family)
    .sort((a, b) => rank(b) - rank(a) || b.id - a.id)
  const clear = () => {
    props.onGroup('open')
    setFamily('')
    props.onClearStage()
  }
  const pick = (next: Group) => {
    props.onClearStage()
    props.onGroup(next)
  }
  return (
    <Panel
      title={text.incidents.title}
      aside={isHistory ? text.incidents.latest(shown.length) : text.incidents.count(shown.length, open)}
      className="incidents"
      testId="incidents"
      id="incidents"
    >
      <div className="incident-filters">
        <Segmented
          label={text.incidents.filterLabel}
          value={stage ? ('' as Group) : group}
          onChange={pick}
          options={groups.map((value) => ({ value, text: text.incidents.filters[value] }))}
        />
        <select
          aria-label={text.incidents.family}
          value={family}
          onChange={(event) => setFamily(event.target.value)}
        >
          <option value="">{`${text.incidents.family} · ${text.common.all}`}</option>
          {families.map((name) => (
            <option key={name} value={name}>
              {familyName(text, name)}
            </option>
          ))}
        </select>
      </div>
      {stage ? (
        <button type="button" className="stage-filter" onClick={props.onClearStage}>
          {text.states[stage]} ×
        </button>
      ) : null}
      {loading ? <Skeleton lines={8} label={text.common.loading} /> : null}
      {isHistory && closed.status === 'loading' && shown.length === 0 ? (
        <Skeleton lines={8} label={text.common.loading} />
      ) : null}
      {!loading && shown.length === 0 && !(isHistory && closed.status !== 'ready') ? (
        isHistory && family === '' ? (
          <Empty>{text.incidents.noneClosed}</Empty>
        ) : open === 0 && family === '' ? (
          <Empty>{text.incidents.quiet}</Empty>
        ) : (
          <Empty action={{ text: text.incidents.clearFilter, onClick: clear }}>{text.incidents.empty}</Empty>
        )
      ) : null}
      <ul className="scroll incident-list">
        {shown.map((incident) => (
          <IncidentRow
            key={incident.id}
            incident={incident}
            entry={classes.get(incident.classCode)}
            light={light(incident)}
            gridName={props.gridName(incident.gridId)}
            now={now}
            chosen={incident.id === props.chosenId}
            arrived={props.arrivals.has(incident.id)}
            onChoose={props.onChoose}
          />
        ))}
        {isHistory && closed.next !== null && closed.status !== 'failed' && shown.length > 0 ? (
          <li className="incident-more">
            <button
              type="button"
              className="button is-small"
              disabled={closed.status === 'loading'}
              data-testid="more-closed"
              onClick={() => props.onMoreClosed(true)}
            >
              {closed.status === 'loading' ? text.common.loading : text.incidents.moreClosed}
            </button>
          </li>
        ) : null}
      </ul>
      {isHistory && closed.status === 'failed' ? (
        <Empty
          action={{ text: text.common.retry, onClick: () => props.onMoreClosed(closed.rows.length > 0) }}
        >
          {text.incidents.closedFailed}
        </Empty>
      ) : null}
      {props.complete ? null : <p className="hint">{text.incidents.incomplete}</p>}
    </Panel>
  )
}

interface RowProps {
  incident: Incident
  entry: IncidentClass | undefined
  light: Light
  gridName: string | null
  now: number
  chosen: boolean
  arrived: boolean
  onChoose: (incident: Incident) => void
}

const IncidentRow = memo(function IncidentRow({
  incident,
  entry,
  light,
  gridName,
  now,
  chosen,
  arrived,
  onChoose,
}: RowProps) {
  const text = useText()
  const language = usePreferences((state) => state.language)
  const className = (language === 'en' ? entry?.nameEn : entry?.name) ?? incident.classCode
  const left = incident.dueAt === null ? null : Date.parse(incident.dueAt) - now
  return (
    <li>
      <button
        type="button"
        className={`incident-row ${arrived ? 'is-new' : ''} ${isSos(incident) ? 'is-sos' : ''}`}
        aria-current={chosen || undefined}
        data-testid="incident-row"
        data-id={incident.id}
        onClick={() => onChoose(incident)}
      >
        <ClassMark className={entry?.name ?? ''} light={light} label={text.incidents.lights[light]} />
        <span className="incident-title">
          {isSos(incident) ? (
            <b className="sos-mark">
              <Icon name="warning" />
              {text.squads.sos.mark}
            </b>
          ) : null}
          {incident.title}
        </span>
        <span className={`incident-clock is-${light}`}>
          {light === 'none' || left === null
            ? text.common.ago(
                duration(now - Date.parse(incident.closedAt ?? incident.reportedAt), text.units),
              )
            : left < 0
              ? text.incidents.over(duration(-left, text.units))
              : text.incidents.left(duration(left, text.units))}
        </span>
        <span className="incident-where">
          {className} · {gridName ?? incident.address}
        </span>
        <span className="incident-state">{text.states[incident.state]}</span>
      </button>
    </li>
  )
})
