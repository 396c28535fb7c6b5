import type { Grid } from '../../api/contract/grid.ts'

export type Level = 1 | 2 | 3

/** The level whose grids are coloured and can be clicked: the children of the focus, or its siblings at the bottom. */
export function shownLevel(focus: Grid | undefined, asked: Level | null): Level {
  if (asked) return asked
  return Math.min(3, (focus?.level ?? 0) + 1) as Level
}

/**
 * Where a click on a grid leads: one step down when it lies in the focus, sideways on the focus's own level when it
 * does not, and to the grid itself when another level was asked for.
 */
export function drillTarget(focus: Grid | undefined, clicked: Grid, asked: Level | null): number {
  if (asked) return clicked.id
  const level = focus?.level ?? 0
  const inside = !focus || clicked.path.includes(focus.id)
  return clicked.path[inside ? level + 1 : level] ?? clicked.id
}

/** The grids of the breadcrumb, town first. */
export function trailTo(grids: ReadonlyMap<number, Grid>, focus: Grid | undefined): Grid[] {
  return (focus?.path ?? []).flatMap((id) => grids.get(id) ?? [])
}

/** What the table beside the map lists: the children of the focus, or its siblings when it has none. */
export function listed(grids: ReadonlyMap<number, Grid>, focus: Grid | undefined): Grid[] {
  if (!focus) return []
  const childrenOf = (id: number) => [...grids.values()].filter(({ parentId }) => parentId === id)
  const children = childrenOf(focus.id)
  return children.length > 0 || focus.parentId === null ? children : childrenOf(focus.parentId)
}
