import type { Grid, GridCounts } from '../../api/contract/grid.ts'
import { useText } from '../locales/text.ts'
import { Empty, Panel, Skeleton } from '../ui/controls.tsx'

interface GridTableProps {
  grids: readonly Grid[]
  counts: ReadonlyMap<number, GridCounts>
  focusId: number | null
  loading: boolean
  onGo: (gridId: number) => void
}

/** The grids one step below, those with most to do first: the drill-down for whoever does not click on maps. */
export function GridTable({ grids, counts, focusId, loading, onGo }: GridTableProps) {
  const text = useText()
  const level = grids[0]?.level ?? 1
  const open = (grid: Grid) => counts.get(grid.id)?.openIncidents ?? 0
  const rows = [...grids].sort((a, b) => open(b) - open(a) || a.code.localeCompare(b.code))
  return (
    <Panel
      title={text.grids.level(level)}
      aside={loading ? null : grids.length}
      className="grid-table"
      testId="grid-table"
    >
      {loading ? <Skeleton lines={6} label={text.common.loading} /> : null}
      {!loading && rows.length === 0 ? <Empty>{text.grids.noChildren}</Empty> : null}
      {rows.length > 0 ? (
        <div className="scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">{text.grids.column}</th>
                <th scope="col">{text.grids.officers}</th>
                <th scope="col">{text.grids.open}</th>
                <th scope="col">{text.grids.overdue}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((grid) => {
                const count = counts.get(grid.id)
                const overdue = count?.overdueIncidents ?? 0
                return (
                  <tr
                    key={grid.id}
                    aria-current={grid.id === focusId ? 'location' : undefined}
                    data-testid="grid-row"
                  >
                    <th scope="row">
                      <button type="button" onClick={() => onGo(grid.id)}>
                        {grid.name}
                      </button>
                    </th>
                    <td className={count?.officers ? '' : 'is-zero'}>{count?.officers ?? 0}</td>
                    <td className={count?.openIncidents ? '' : 'is-zero'}>{count?.openIncidents ?? 0}</td>
                    <td className={overdue > 0 ? 'is-urgent' : 'is-zero'}>{overdue}</td>
                  </tr>
                )
              })}
            </tbody>
          </table>
        </div>
      ) : null}
    </Panel>
  )
}
