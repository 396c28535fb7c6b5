import type { MonitoringPoint, MonitoringSystem } from '../../api/contract/monitoring.ts'
import { dayTime, duration } from '../format.ts'
import { useText } from '../locales/text.ts'
import { Card, Facts } from '../ui/controls.tsx'
import { usePreferences } from '../ui/preferences.ts'
import { Glyph } from './Glyph.tsx'

interface PointCardProps {
  point: MonitoringPoint
  systems: readonly MonitoringSystem[]
  gridName: (gridId: number | null) => string | null
  /** By the server's clock. */
  now: number
  timeZone: string
  onClose: () => void
}

export function PointCard({ point, systems, gridName, now, timeZone, onClose }: PointCardProps) {
  const text = useText()
  const language = usePreferences((state) => state.language)
  const index = systems.findIndex(({ code }) => code === point.system)
  const system = systems[index]
  const since = Date.parse(point.stateSince)
  return (
    <Card
      testId="point-card"
      kicker={
        <>
          <Glyph index={Math.max(0, index)} />{' '}
          {(language === 'en' ? system?.nameEn : system?.name) ?? point.system}
        </>
      }
      title={point.name}
      onClose={onClose}
      closeLabel={text.common.close}
    >
      <p className={`state is-${point.state}`}>
        {text.systems.states[point.state]}
        {point.message ? ` · ${point.message}` : ''}
      </p>
      <Facts
        facts={[
          [text.systems.since, `${dayTime(since, timeZone)} (${duration(now - since, text.units)})`],
          [text.grids.code, point.code],
          [text.systems.address, point.address ?? text.common.none],
          [text.incidents.grid, gridName(point.gridId) ?? text.common.unknown],
        ]}
      />
    </Card>
  )
}
