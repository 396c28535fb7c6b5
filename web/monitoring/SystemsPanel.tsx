import type { MonitoringSystem } from '../../api/contract/monitoring.ts'
import { figure } from '../format.ts'
import { useText } from '../locales/text.ts'
import { Empty, Panel, Skeleton } from '../ui/controls.tsx'
import { usePreferences } from '../ui/preferences.ts'
import { Glyph } from './Glyph.tsx'

interface SystemsPanelProps {
  systems: readonly MonitoringSystem[]
  hidden: ReadonlySet<string>
  loading: boolean
  onToggle: (code: string) => void
}

/** The health of each system; a press shows or hides its points. */
export function SystemsPanel({ systems, hidden, loading, onToggle }: SystemsPanelProps) {
  const text = useText()
  const language = usePreferences((state) => state.language)
  const total = systems.reduce((sum, { points }) => sum + points, 0)
  const nameOf = (system: MonitoringSystem) => (language === 'en' ? system.nameEn : system.name)
  return (
    <Panel
      title={text.systems.title}
      aside={loading ? null : `${figure(total)} ${text.units.points}`}
      className="systems"
      testId="systems"
    >
      {loading ? <Skeleton lines={6} label={text.common.loading} /> : null}
      {!loading && systems.length === 0 ? <Empty>{text.systems.empty}</Empty> : null}
      {systems.length > 0 ? (
        <ul className="scroll system-list">
          <li className="system-head" aria-hidden="true">
            <span />
            <span />
            <span>{text.systems.points}</span>
            <span>{text.systems.offline}</span>
            <span>{text.systems.alarms}</span>
          </li>
          {systems.map((system, i) => (
            <li key={system.code}>
              <button
                type="button"
                className="system"
                aria-pressed={!hidden.has(system.code)}
                aria-label={`${text.systems.toggle(nameOf(system))}: ${system.points} ${text.systems.points}, ${system.offline} ${text.systems.offline}, ${system.alarms} ${text.systems.alarms}`}
                data-testid={`layer-system-${system.code}`}
                onClick={() => onToggle(system.code)}
              >
                <Glyph index={i} />
                <span className="system-name">{nameOf(system)}</span>
                <span>{figure(system.points)}</span>
                <span className={system.offline > 0 ? 'is-attention' : 'is-zero'}>{system.offline}</span>
                <span className={system.alarms > 0 ? 'is-urgent' : 'is-zero'}>{system.alarms}</span>
              </button>
            </li>
          ))}
        </ul>
      ) : null}
    </Panel>
  )
}
