import type { Grid, GridCounts } from '../../api/contract/grid.ts'
import { useText } from '../locales/text.ts'
import { Icon } from '../ui/Icon.tsx'

interface BreadcrumbProps {
  /** Town first, the grid in focus last. */
  trail: readonly Grid[]
  counts: ReadonlyMap<number, GridCounts>
  onGo: (gridId: number | null) => void
}

/** Where the board stands in the hierarchy, with who answers for it and what is going on in it. */
export function Breadcrumb({ trail, counts, onGo }: BreadcrumbProps) {
  const text = useText()
  const here = trail.at(-1)
  const count = here && counts.get(here.id)
  return (
    <nav className="breadcrumb" aria-label={text.grids.breadcrumb} data-testid="grid-breadcrumb">
      <ol>
        {trail.map((grid, i) => (
          <li key={grid.id}>
            {i > 0 ? <Icon name="chevron" /> : null}
            <button
              type="button"
              aria-current={grid === here ? 'location' : undefined}
              onClick={() => onGo(grid.level === 0 ? null : grid.id)}
            >
              {grid.name}
            </button>
          </li>
        ))}
      </ol>
      {here && count ? (
        <p className="breadcrumb-facts">
          {here.level > 0 ? (
            <span>
              {text.grids.leader} <b>{here.leaderName ?? text.grids.noLeader}</b>
            </span>
          ) : null}
          <span>
            {text.grids.members} <b>{here.members}</b>
          </span>
          <span>
            {text.grids.officers} <b data-testid="officer-count">{count.officers}</b>
          </span>
          <span>
            {text.grids.open} <b>{count.openIncidents}</b>
          </span>
          {count.overdueIncidents > 0 ? (
            <span className="is-urgent">
              {text.grids.overdue} <b>{count.overdueIncidents}</b>
            </span>
          ) : null}
        </p>
      ) : null}
    </nav>
  )
}
