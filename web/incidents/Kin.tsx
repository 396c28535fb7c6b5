import { useEffect, useState } from 'react'
import type { Incident, IncidentDetail, SimilarIncident } from '../../api/contract/incident.ts'
import { mayMove } from '../../api/contract/lifecycle.ts'
import type { Role } from '../../api/contract/roles.ts'
import { duration } from '../format.ts'
import { useText } from '../locales/text.ts'
import { refusalText, useActor } from './IncidentActions.tsx'
import { moveIncident, similarTo } from './loop.ts'

interface KinProps {
  incident: Incident
  detail: IncidentDetail | null
  role: Role
  onOpen: (id: number) => void
}

/** What belongs to this one: what it is a part of, its parts, what was merged into it. */
export function Kin({ incident, detail, role, onOpen }: KinProps) {
  const text = useText()
  const words = text.incidents
  const actor = useActor(role)
  const [failure, setFailure] = useState('')
  const undo = (id: number) =>
    moveIncident(id, { action: 'unmerge', note: words.undoNote }).catch((cause) =>
      setFailure(refusalText(text, cause)),
    )
  const other = incident.parentId ?? incident.mergedInto
  const children = detail?.children ?? []
  const merged = detail?.merged ?? []
  if (other === null && children.length + merged.length === 0) return null
  return (
    <section className="kin">
      {other === null ? null : (
        <p>
          {incident.parentId === null ? words.mergedInto : words.partOf}{' '}
          <button type="button" className="text-button" onClick={() => onOpen(other)}>
            {words.openIt}
          </button>
        </p>
      )}
      {children.length > 0 ? <h3>{words.children}</h3> : null}
      <ul>
        {children.map((one) => (
          <li key={one.id}>
            <button type="button" className="text-button" onClick={() => onOpen(one.id)}>
              {one.title}
            </button>
            <span className="hint">{text.states[one.state]}</span>
          </li>
        ))}
      </ul>
      {merged.length > 0 ? <h3>{words.mergedHere}</h3> : null}
      <ul data-testid="merged">
        {merged.map((one) => (
          <li key={one.id}>
            <button type="button" className="text-button" onClick={() => onOpen(one.id)}>
              {one.title}
            </button>
            {mayMove('unmerge', { ...incident, state: 'merged' }, actor).may === 'do' ? (
              <button type="button" className="button is-small" onClick={() => void undo(one.id)}>
                {words.undo}
              </button>
            ) : null}
          </li>
        ))}
      </ul>
      {failure ? (
        <p className="failure" role="alert">
          {failure}
        </p>
      ) : null}
    </section>
  )
}

/** What this one may repeat, while it can still be merged: one click, and one to take it back. */
export function Similar({ incident, role, onOpen }: Omit<KinProps, 'detail'>) {
  const text = useText()
  const words = text.incidents
  const actor = useActor(role)
  const [found, setFound] = useState<readonly SimilarIncident[]>([])
  const [failure, setFailure] = useState('')
  const { id, classCode, lng, lat, reportedAt, state } = incident
  const mergeable = state === 'reported' || state === 'filed'
  const may = mayMove('merge', incident, actor).may === 'do'
  useEffect(() => {
    let gone = false
    if (mergeable)
      similarTo({ classCode, lng, lat, at: reportedAt })
        .then((all) => !gone && setFound(all.filter((one) => one.id !== id)))
        .catch((cause) => !gone && setFailure(refusalText(text, cause)))
    return () => {
      gone = true
    }
  }, [id, classCode, lng, lat, reportedAt, mergeable, text])
  if (!mergeable || (found.length === 0 && failure === '')) return null
  const merge = (intoId: number) =>
    moveIncident(id, { action: 'merge', intoId, version: incident.version }).catch((cause) =>
      setFailure(refusalText(text, cause)),
    )
  return (
    <section className="similar" data-testid="similar">
      <h3>{words.similar(found.length)}</h3>
      <ul>
        {found.slice(0, 5).map((one) => (
          <li key={one.id}>
            <button type="button" className="similar-title" onClick={() => onOpen(one.id)}>
              {one.title}
              <small>
                {words.apart(one.meters, duration(Math.abs(one.minutesApart) * 60_000, text.units))}
              </small>
            </button>
            {may ? (
              <button
                type="button"
                className="button is-small"
                data-testid="merge-into"
                onClick={() => void merge(one.id)}
              >
                {words.mergeInto}
              </button>
            ) : null}
          </li>
        ))}
      </ul>
      {failure ? (
        <p className="failure" role="alert">
          {failure}
        </p>
      ) : null}
    </section>
  )
}
