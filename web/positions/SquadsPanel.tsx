import { useState } from 'react'
import type { Officer, Unit } from '../../api/contract/unit.ts'
import { duration } from '../format.ts'
import { useText } from '../locales/text.ts'
import { Empty, Panel, Skeleton } from '../ui/controls.tsx'
import { Icon } from '../ui/Icon.tsx'
import { lookAtAge } from './freshness.ts'
import type { Motion } from './motion.ts'

interface SquadsPanelProps {
  units: readonly Unit[]
  officers: ReadonlyMap<number, Officer>
  motions: ReadonlyMap<number, Motion>
  /** By the server's clock. */
  now: number
  chosenId: number | null
  loading: boolean
  onChoose: (officerId: number) => void
}

/** Squads with their officers on shift; open one to see who, and how fresh. */
export function SquadsPanel({
  units,
  officers,
  motions,
  now,
  chosenId,
  loading,
  onChoose,
}: SquadsPanelProps) {
  const text = useText()
  const [opened, setOpened] = useState<number | null>(null)
  const onShift = [...officers.values()].filter((officer) => officer.onShift)
  const look = (id: number) => lookAtAge((now - (motions.get(id)?.recordedAt ?? 0)) / 1000)
  const squads = units.map((unit) => {
    const members = [...officers.values()].filter(({ unitId }) => unitId === unit.id)
    const on = members.filter((officer) => officer.onShift)
    return { unit, members, on, online: on.filter(({ id }) => look(id).state !== 'gone').length }
  })
  const staffed = squads.filter(({ members }) => members.length > 0).sort((a, b) => b.on.length - a.on.length)
  const most = Math.max(1, ...staffed.map(({ on }) => on.length))
  return (
    <Panel
      title={text.officers.title}
      aside={`${text.officers.onShift} ${onShift.length}`}
      className="squads"
      testId="squads"
    >
      {loading ? <Skeleton lines={4} label={text.common.loading} /> : null}
      {!loading && onShift.length === 0 ? <Empty>{text.officers.nobody}</Empty> : null}
      <ul className="scroll squad-list">
        {staffed.map(({ unit, on, online }) => (
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
                <b>{online}</b> / {on.length}
              </span>
              <Icon name={opened === unit.id ? 'down' : 'chevron'} />
            </button>
            {opened === unit.id ? (
              <ul className="squad-officers">
                {on.map((officer) => {
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
              </ul>
            ) : null}
          </li>
        ))}
      </ul>
    </Panel>
  )
}
