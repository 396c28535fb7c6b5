import type { Grid, GridCounts } from '../../api/contract/grid.ts'

/** Something standing in a grid: an officer, an open incident, a point. */
export interface Inside {
  officers: Iterable<number>
  incidents: Iterable<{ gridId: number; overdue: boolean }>
  points: Iterable<{ gridId: number; alarm: boolean }>
}

const empty = (id: number): GridCounts => ({
  id,
  officers: 0,
  openIncidents: 0,
  overdueIncidents: 0,
  points: 0,
  alarms: 0,
})

/** Counts per grid, everything inside it included: each thing is counted on every step of its grid's path. */
export function rollUp(grids: ReadonlyMap<number, Grid>, inside: Inside): Map<number, GridCounts> {
  const counts = new Map<number, GridCounts>()
  for (const id of grids.keys()) counts.set(id, empty(id))
  const onPath = (gridId: number, add: (count: GridCounts) => void) => {
    for (const id of grids.get(gridId)?.path ?? []) {
      const count = counts.get(id)
      if (count) add(count)
    }
  }
  for (const gridId of inside.officers) onPath(gridId, (count) => count.officers++)
  for (const { gridId, overdue } of inside.incidents) {
    onPath(gridId, (count) => {
      count.openIncidents++
      if (overdue) count.overdueIncidents++
    })
  }
  for (const { gridId, alarm } of inside.points) {
    onPath(gridId, (count) => {
      count.points++
      if (alarm) count.alarms++
    })
  }
  return counts
}

/** Cases per grid of one level, from the grid column of many cases. */
export function casesByGrid(
  grids: ReadonlyMap<number, Grid>,
  gridIds: ArrayLike<number>,
  rows: ArrayLike<number>,
): Map<number, number> {
  const own = new Map<number, number>()
  for (let i = 0; i < rows.length; i++) {
    const id = gridIds[rows[i] ?? 0] ?? 0
    own.set(id, (own.get(id) ?? 0) + 1)
  }
  const sums = new Map<number, number>()
  for (const [id, count] of own) {
    for (const step of grids.get(id)?.path ?? []) sums.set(step, (sums.get(step) ?? 0) + count)
  }
  return sums
}
