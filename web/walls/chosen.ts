import type { Grid } from '../../api/contract/grid.ts'
import type { Wall, WallChange, WallState } from '../../api/contract/wall.ts'

// The walls that are conducted together.

/** What a desk is given: the walls chosen, and how they are steered. */
export interface Steering {
  walls: readonly Wall[]
  steer: (change: WallChange | ((wall: Wall) => WallChange)) => void
}

/** What all of them show; undefined where they differ, or none is chosen. */
export function shared<T>(walls: readonly Wall[], of: (state: WallState) => T): T | undefined {
  const [first, ...others] = walls
  if (!first) return undefined
  const value = of(first.state)
  return others.every(({ state }) => JSON.stringify(of(state)) === JSON.stringify(value)) ? value : undefined
}

/** As a wall is when nobody has told it anything: the whole town, live, nothing shown large. */
export const quiet: WallChange = {
  camera: null,
  gridId: null,
  layers: {},
  families: [],
  incidentId: null,
  mediumId: null,
  replay: null,
  sequence: null,
  tour: true,
}

/** Grids by name or code, those that begin with it first; not the town itself. */
export function findGrids(grids: Iterable<Grid>, typed: string): Grid[] {
  const needle = typed.trim().toLowerCase()
  if (needle === '') return []
  const rank = ({ name, code }: Grid) =>
    name.toLowerCase().startsWith(needle) || code.toLowerCase().startsWith(needle) ? 0 : 1
  return [...grids]
    .filter(({ level, name, code }) => level > 0 && `${name} ${code}`.toLowerCase().includes(needle))
    .sort((a, b) => rank(a) - rank(b) || a.level - b.level || a.id - b.id)
}

/** The id at the end of a whole case number (20261121-000017); null for anything else. */
export function idIn(typed: string): number | null {
  const [, digits] = /^\d{8}-(\d{1,9})$/.exec(typed.trim()) ?? []
  return digits === undefined ? null : Number(digits)
}
