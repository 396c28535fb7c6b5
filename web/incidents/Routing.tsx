import { useEffect, useState } from 'react'
import type { Incident } from '../../api/contract/incident.ts'
import type { WhoAnswer } from '../../api/contract/routing.ts'
import type { Unit } from '../../api/contract/unit.ts'
import { useText } from '../locales/text.ts'
import { whoWouldGet } from './loop.ts'

const likely = 3
const metersPerDegree = 111_320

/** Who the routing table names first, then the nearest with somebody on shift: three at most. */
function likelyUnits(
  { lng, lat }: Incident,
  units: readonly Unit[],
  who: WhoAnswer | null,
): { unit: Unit; meters: number | null }[] {
  const away = (unit: Unit) =>
    unit.lng === null || unit.lat === null
      ? null
      : Math.hypot((unit.lng - lng) * Math.cos((lat * Math.PI) / 180), unit.lat - lat) * metersPerDegree
  return units
    .map((unit) => ({ unit, meters: away(unit) }))
    .sort(
      (a, b) =>
        Number(b.unit.id === who?.unitId) - Number(a.unit.id === who?.unitId) ||
        Number(b.unit.onShift > 0) - Number(a.unit.onShift > 0) ||
        (a.meters ?? Number.POSITIVE_INFINITY) - (b.meters ?? Number.POSITIVE_INFINITY),
    )
    .slice(0, likely)
}

export interface UnitChoiceProps {
  incident: Incident
  units: readonly Unit[]
  value: number
  onChange: (unitId: number) => void
  /** Without them only the list: something better stands above it. */
  withLikely?: boolean
}

/** Which unit: the most likely ones as buttons with the reason, every other in the list. */
export function UnitChoice({ incident, units, value, onChange, withLikely = true }: UnitChoiceProps) {
  const text = useText()
  const words = text.incidents
  const [who, setWho] = useState<WhoAnswer | 'failed' | null>(null)
  const { classCode, lng, lat, source } = incident
  useEffect(() => {
    let gone = false
    // The suggestion is a help, not a condition: without it every unit is still there.
    whoWouldGet({ classCode, lng, lat, source })
      .then((answer) => !gone && setWho(answer))
      .catch(() => !gone && setWho('failed'))
    return () => {
      gone = true
    }
  }, [classCode, lng, lat, source])
  const known = who === 'failed' ? null : who
  const taken = known?.ruleId != null
  const reasons = known
    ? [
        words.routing.first[known.first],
        words.routing.target[known.target],
        ...Object.entries(Object.groupBy(known.rules, ({ fit }) => fit))
          .filter(([fit]) => fit !== 'taken' && fit !== 'inactive')
          .map(([fit, rules]) =>
            words.routing.fits(fit as WhoAnswer['rules'][number]['fit'], rules?.length ?? 0),
          ),
      ]
    : []
  return (
    <div className="unit-choice">
      {withLikely ? (
        <div className="likely" role="group" aria-label={words.routing.likely}>
          {likelyUnits(incident, units, known).map(({ unit, meters }, i) => (
            <button
              key={unit.id}
              type="button"
              className="likely-unit"
              aria-pressed={unit.id === value}
              onClick={() => onChange(unit.id)}
            >
              <b>{unit.name}</b>
              <span>
                {i === 0 && taken ? `${words.routing.suggested} · ` : ''}
                {`${text.officers.onShift} ${unit.onShift}`}
                {meters === null ? '' : ` · ${(meters / 1000).toFixed(1)} km`}
              </span>
            </button>
          ))}
        </div>
      ) : null}
      <label>
        {words.unit}
        <select name="unitId" value={value} onChange={(event) => onChange(Number(event.target.value))}>
          <option value={0}>{words.pickUnit}</option>
          {units.map((unit) => (
            <option key={unit.id} value={unit.id}>
              {`${unit.name} · ${text.officers.onShift} ${unit.onShift}`}
            </option>
          ))}
        </select>
      </label>
      {known ? (
        <details className="reasons">
          <summary>{taken ? words.routing.why : words.routing.nobody}</summary>
          <ul>
            {reasons.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        </details>
      ) : null}
    </div>
  )
}
