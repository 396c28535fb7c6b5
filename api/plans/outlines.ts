import type { MultiPolygon } from 'geojson'
import type { CutFaces } from './divide.ts'
import { type Draft, measure } from './draft.ts'
import { dissolve, type PlanGrid, sharedBorders } from './topology.ts'

/** What the edits ask of PostGIS. */
export interface Overlay {
  cut: CutFaces
  adjust: (base: MultiPolygon, change: { add: MultiPolygon[]; take: MultiPolygon[] }) => Promise<MultiPolygon>
}
/** Area goes from one branch of the tree to another: the outlines of all who hold it follow, up to where both meet. */
export async function handOver(
  draft: Draft,
  { geometry, from, to }: { geometry: MultiPolygon; from: number | null; to: number | null },
  overlay: Overlay,
): Promise<void> {
  let [left, right] = [from, to]
  while (left !== right) {
    for (const [uid, sign] of [
      [left, -1],
      [right, 1],
    ] as const) {
      if (uid === null) continue
      const grid = draft.get(uid)
      const children = draft.childrenOf(uid).map((child) => child.geometry)
      const area = measure(grid.geometry).area + sign * measure(geometry).area
      const outline = children.length > 0 ? dissolve(children) : null
      // Where the children filled their parent before, their common outline is exact; else GEOS cuts or joins.
      const exact = outline && Math.abs(measure(outline).area - area) <= 1e-7 * area
      const next = exact
        ? outline
        : await overlay.adjust(
            grid.geometry,
            sign === 1 ? { add: [geometry], take: [] } : { add: [], take: [geometry] },
          )
      draft.put({ ...grid, geometry: next })
    }
    left = left === null ? null : draft.get(left).parentUid
    right = right === null ? null : draft.get(right).parentUid
  }
}

export function moveHouseholds(draft: Draft, from: number, to: number, households: number) {
  const [left, right] = [draft.get(from), draft.get(to)]
  const moved = Math.min(left.households, households)
  draft.put({ ...left, households: left.households - moved })
  draft.put({ ...right, households: right.households + moved })
  if (left.parentUid !== right.parentUid && left.parentUid !== null && right.parentUid !== null)
    moveHouseholds(draft, left.parentUid, right.parentUid, moved)
}

/** The union of shapes that share borders: exact where they fit segment for segment, by GEOS where they do not. */
export async function joined(shapes: MultiPolygon[], overlay: Overlay): Promise<MultiPolygon> {
  const area = shapes.reduce((sum, shape) => sum + measure(shape).area, 0)
  const whole = dissolve(shapes)
  if (Math.abs(measure(whole).area - area) <= 1e-7 * area) return whole
  const [base, ...add] = shapes
  return base ? overlay.adjust(base, { add, take: [] }) : whole
}

/** A grid that no chain of common borders joins to the first one. */
export function findApart(grids: readonly PlanGrid[]): PlanGrid | undefined {
  const borders = sharedBorders(grids)
  const reached = new Set([grids[0]?.uid ?? 0])
  for (const uid of reached) for (const other of borders.get(uid)?.keys() ?? []) reached.add(other)
  return grids.find((grid) => !reached.has(grid.uid))
}
