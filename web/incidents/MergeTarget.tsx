import { useEffect, useState } from 'react'
import type { Incident, SimilarIncident } from '../../api/contract/incident.ts'
import { useText } from '../locales/text.ts'
import { similarTo } from './loop.ts'
import { noFilter } from './queue.ts'
import { queue } from './queue-store.ts'

const offered = 8

/** Which incident this one repeats: what lies near, or any open one by number or words. */
export function MergeTarget({
  incident,
  value,
  onChange,
}: {
  incident: Incident
  value: number | null
  onChange: (id: number | null) => void
}) {
  const text = useText()
  const [typed, setTyped] = useState('')
  const [near, setNear] = useState<readonly SimilarIncident[]>([])
  const { id, classCode, lng, lat, reportedAt } = incident
  useEffect(() => {
    let gone = false
    similarTo({ classCode, lng, lat, at: reportedAt })
      .then((found) => !gone && setNear(found.filter((one) => one.id !== id)))
      // The search below still finds it.
      .catch(() => !gone && setNear([]))
    return () => {
      gone = true
    }
  }, [id, classCode, lng, lat, reportedAt])
  const found: readonly Incident[] = typed.trim()
    ? [
        ...queue.select(
          { ...noFilter, text: typed, sort: 'newest' },
          { now: 0, pathOf: () => [], familyOf: () => '' },
        ),
      ]
        .slice(0, offered)
        .flatMap((slot) => queue.at(slot) ?? [])
        .filter((one) => one.id !== id)
    : near
  return (
    <fieldset className="merge-target">
      <legend>{text.incidents.into}</legend>
      <input
        type="search"
        aria-label={text.incidents.intoSearch}
        placeholder={text.incidents.intoSearch}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      {found.map((one) => (
        <label key={one.id}>
          <input type="radio" name="into" checked={value === one.id} onChange={() => onChange(one.id)} />
          <span>
            {one.title} <small>{one.number}</small>
          </span>
        </label>
      ))}
      {found.length === 0 ? <p className="hint">{text.incidents.noSimilar}</p> : null}
    </fieldset>
  )
}
