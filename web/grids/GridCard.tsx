import type { Grid, GridCounts } from '../../api/contract/grid.ts'
import { area, figure } from '../format.ts'
import { useText } from '../locales/text.ts'
import { Card, Facts } from '../ui/controls.tsx'

interface GridCardProps {
  grid: Grid
  counts: GridCounts | undefined
  casesInRange: number
  onClose: () => void
}

export function GridCard({ grid, counts, casesInRange, onClose }: GridCardProps) {
  const text = useText()
  return (
    <Card
      testId="grid-card"
      kicker={`${text.grids.level(grid.level)} · ${grid.code}`}
      title={grid.name}
      onClose={onClose}
      closeLabel={text.common.close}
    >
      <div className="figures is-four">
        <Figure name={text.grids.officers} value={counts?.officers} />
        <Figure name={text.grids.open} value={counts?.openIncidents} />
        <Figure name={text.grids.overdue} value={counts?.overdueIncidents} urgent />
        <Figure name={text.grids.alarms} value={counts?.alarms} urgent />
      </div>
      <Facts
        facts={[
          [text.grids.leader, grid.leaderName ?? text.grids.noLeader],
          [text.grids.members, `${figure(grid.members)} ${text.units.officers}`],
          [text.grids.households, `${figure(grid.households)} ${text.units.households}`],
          [text.grids.area, `${area(grid.areaKm2)} ${text.units.km2}`],
          [text.grids.points, `${figure(counts?.points ?? 0)} ${text.units.points}`],
          [text.grids.cases, `${figure(casesInRange)} ${text.units.cases}`],
        ]}
      />
    </Card>
  )
}

function Figure({
  name,
  value = 0,
  urgent = false,
}: {
  name: string
  value: number | undefined
  urgent?: boolean
}) {
  return (
    <div className="figure">
      <b className={urgent && value > 0 ? 'is-urgent' : ''}>{figure(value)}</b>
      <span>{name}</span>
    </div>
  )
}
