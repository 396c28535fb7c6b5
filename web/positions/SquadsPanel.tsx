import { useMemo, useState } from 'react'
import type { Officer, Unit } from '../../api/contract/unit.ts'
import { duration, figure } from '../format.ts'
import { useText } from '../locales/text.ts'
import { useNow } from '../ui/clock.ts'
import { Empty, Panel, Skeleton } from '../ui/controls.tsx'
import { Icon } from '../ui/Icon.tsx'
import { type AgeLimits, lookAtAge } from './freshness.ts'
import type { Motion } from './motion.ts'

interface SquadsPanelProps {
  units: readonly Unit[]
  officers: ReadonlyMap<number, Officer>
  motions: { get: (officerId: number) => Motion | undefined }
  /** Live officers by unit, where the map does not have everybody. */
  online: ReadonlyMap<number, number> | null
  limits: AgeLimits
  /** Milliseconds by which the server's clock is ahead of the screen's. */
  skew: number
  chosenId: number | null
  loading: boolean
  onChoose: (officerId: number) => void
}

/** So many of a squad are listed; the rest is found by the search. */
const mostListed = 200

/** Squads with their officers on shift; open one to see who, and how fresh. */
export function SquadsPanel({
  units,
  officers,
  motions,
  online,
  limits,
  skew,
  chosenId,
  loading,
  onChoose,
}: SquadsPanelProps) {
  const text = useText()
  const [opened, setOpened] = useState<number | null>(null)
  const { onShift, staffed } = useMemo(() => staffOf(units, officers), [units, officers])
  // Ages are read only of those who are listed; numbers change less often.
  const now = useNow(opened === null ? 5000 : 1000) + skew
  const look = (id: number) => lookAtAge((now - (motions.get(id)?.recordedAt ?? 0)) / 1000, limits)
  const onlineIn = ({ unit, on }: Squad) =>
    online ? (online.get(unit.id) ?? 0) : on.filter(({ id }) => look(id).state !== 'gone').length
  const most = Math.max(1, ...staffed.map(({ on }) => on.length))
  return (
    <Panel
      title={text.officers.title}
      aside={`${text.officers.onShift} ${figure(onShift)}`}
      className="squads"
      testId="squads"
    >
      {loading ? <Skeleton lines={4} label={text.common.loading} /> : null}
      {!loading && onShift === 0 ? <Empty>{text.officers.nobody}</Empty> : null}
      <ul className="scroll squad-list">
        {staffed.map(({ unit, on }) => (
          <li key={unit.id}>
            <button
              type="button"
              className="squad"
              aria-expanded={opened === unit.id}
              aria-label={text.officers.expand(unit.name)}
              onClick={() => setOpened(opened === unit.id ? null : unit.id)}
            >
              <span className="chip" style={{ background: `var(--hue-${unit.color})` }} />
              <span className="squad-name">{unit.name}</span>
              <span className="squad-bar" aria-hidden="true">
                <i
                  style={{ width: `${(100 * on.length) / most}%`, background: `var(--hue-${unit.color})` }}
                />
              </span>
              <span className="squad-count">
                <b>{figure(onlineIn({ unit, on }))}</b> / {figure(on.length)}
              </span>
              <Icon name={opened === unit.id ? 'down' : 'chevron'} />
            </button>
            {opened === unit.id ? (
              <ul className="squad-officers">
                {on.slice(0, mostListed).map((officer) => {
                  const motion = motions.get(officer.id)
                  const state = look(officer.id).state
                  return (
                    <li key={officer.id}>
                      <button
                        type="button"
                        className="officer-row"
                        aria-current={officer.id === chosenId || undefined}
                        data-testid="officer-row"
                        onClick={() => onChoose(officer.id)}
                      >
                        <span className={`dot is-${state}`} style={{ color: `var(--hue-${unit.color})` }} />
                        <span>{officer.name}</span>
                        <span className="officer-kind">{text.officers.kinds[officer.kind]}</span>
                        <span className="officer-age">
                          {motion
                            ? text.common.ago(duration(now - motion.recordedAt, text.units))
                            : text.officers.noFix}
                        </span>
                      </button>
                    </li>
                  )
                })}
                {on.length > mostListed ? (
                  <li className="officer-row officer-age">+{figure(on.length - mostListed)}</li>
                ) : null}
              </ul>
            ) : null}
          </li>
        ))}
      </ul>
    </Panel>
  )
}

interface Squad {
  unit: Unit
  on: readonly Officer[]
}

/** Squads that have anybody, the largest on shift first. */
function staffOf(
  units: readonly Unit[],
  officers: ReadonlyMap<number, Officer>,
): { onShift: number; staffed: Squad[] } {
  const members = new Map<number | null, Officer[]>()
  let onShift = 0
  for (const officer of officers.values()) {
    const held = members.get(officer.unitId)
    if (!held) members.set(officer.unitId, [officer])
    else held.push(officer)
    if (officer.onShift) onShift++
  }
  const staffed = units
    .filter(({ id }) => members.has(id))
    .map((unit) => ({ unit, on: (members.get(unit.id) ?? []).filter((officer) => officer.onShift) }))
    .sort((a, b) => b.on.length - a.on.length)
  return { onShift, staffed }
}
