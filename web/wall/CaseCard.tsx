import { useEffect } from 'react'
import { dayTime, duration } from '../format.ts'
import { useGrids } from '../grids/store.ts'
import { ClassMark } from '../incidents/ClassMark.tsx'
import { lightOf } from '../incidents/light.ts'
import { findIncident, useIncidents } from '../incidents/store.ts'
import { useText } from '../locales/text.ts'
import { useStream } from '../realtime.ts'
import { useNow } from '../ui/clock.ts'
import { usePreferences } from '../ui/preferences.ts'
import { useUnits } from '../units/store.ts'
import { useWall } from './store.ts'

/** A case as a hall sees it: what, where, since when, how far, who, its clock, and a picture that was sent with it. Nothing to press. */
export function CaseCard({ id, mediumId }: { id: number; mediumId: number | null }) {
  const text = useText()
  const language = usePreferences((state) => state.language)
  const { grids, town } = useGrids()
  const incident = useIncidents((state) => findIncident(state, id))
  const classes = useIncidents((state) => state.classes)
  const units = useUnits((state) => state.units)
  const now = useNow(5000) + useStream((state) => state.skew)
  if (!incident) return null
  const entry = classes.get(incident.classCode)
  const light = lightOf(incident, now)
  const words = text.wall.card
  const left = incident.dueAt === null ? null : Date.parse(incident.dueAt) - now
  const grid = grids.get(incident.gridId)
  const way = (grid?.path ?? []).map((one) => grids.get(one)).filter((one) => one && one.level > 0)
  const unit = units.find((one) => one.id === incident.unitId)
  return (
    <article className="case-card" data-testid="wall-case">
      <header>
        <ClassMark className={entry?.name ?? '?'} light={light} label={entry?.name ?? '?'} />
        <p>{(language === 'en' && entry?.nameEn) || entry?.name}</p>
        <p className={incident.severity === 'urgent' ? 'is-urgent' : 'hint'}>
          {text.alerts.severities[incident.severity]}
        </p>
      </header>
      <h2>{incident.title}</h2>
      <dl>
        <div>
          <dt>{words.where}</dt>
          <dd>{way.map((one) => one?.name).join(' › ')}</dd>
        </div>
        <div>
          <dt>{words.since}</dt>
          <dd>{dayTime(Date.parse(incident.reportedAt), town?.timeZone ?? 'UTC')}</dd>
        </div>
        <div>
          <dt>{words.state}</dt>
          <dd>{text.states[incident.state]}</dd>
        </div>
        <div>
          <dt>{words.squad}</dt>
          <dd>{unit?.name ?? words.nobody}</dd>
        </div>
        {left === null || light === 'none' ? null : (
          <div>
            <dt>{words.clock}</dt>
            <dd className={light === 'red' ? 'is-urgent' : light === 'yellow' ? 'is-attention' : 'is-good'}>
              {(left < 0 ? words.late : words.left)(duration(Math.abs(left), text.units))}
            </dd>
          </div>
        )}
      </dl>
      <LargeMedium id={mediumId} />
    </article>
  )
}

function LargeMedium({ id }: { id: number | null }) {
  const text = useText()
  const medium = useWall((state) => state.medium)
  const load = useWall((state) => state.loadMedium)
  useEffect(() => void load(id), [id, load])
  if (id === null || medium?.id !== id || medium.state !== 'ready') return null
  const file = `/api/media/${medium.id}/file`
  const said = text.incidents.moments[medium.moment]
  if (medium.kind === 'photo') return <img src={file} alt={said} />
  // Nobody stands at a wall to press play; sound would fill the hall unasked.
  if (medium.kind === 'video') return <video src={file} aria-label={said} autoPlay muted loop playsInline />
  return <audio src={file} aria-label={said} controls />
}
