import {
  faultsOf,
  leastCells,
  measuresOf,
  type PanelKind,
  type Placement,
  type PlacementFault,
  type WallProfile,
} from '../../api/contract/wall-rules.ts'

// Panels arranged by hand: layouts in, layouts out, all in whole cells.

export type Layout = readonly Placement[]
/** Which sides are pulled: `se` is the lower right corner. */
export type Edge = 'n' | 's' | 'w' | 'e' | 'nw' | 'ne' | 'sw' | 'se'
export const edges: readonly Edge[] = ['n', 's', 'w', 'e', 'nw', 'ne', 'sw', 'se']
export interface Step {
  x: number
  y: number
}

const within = (value: number, least: number, most: number) => Math.max(least, Math.min(most, value))
const changed = (layout: Layout, at: number, change: Partial<Placement>): Layout =>
  layout.map((one, i) => (i === at ? { ...one, ...change } : one))

/** A way on the drawing as whole cells. */
export const snapped = (pixels: Step, cell: { width: number; height: number }): Step => ({
  x: Math.round(pixels.x / cell.width),
  y: Math.round(pixels.y / cell.height),
})

/** Moved by so many cells, but not off the wall. */
export function moved(layout: Layout, at: number, by: Step, profile: WallProfile): Layout {
  const held = layout[at]
  if (!held) return layout
  const { cellsX, cellsY } = measuresOf(profile)
  return changed(layout, at, {
    x: within(held.x + by.x, 0, Math.max(0, cellsX - held.w)),
    y: within(held.y + by.y, 0, Math.max(0, cellsY - held.h)),
  })
}

/** Pulled at one side or corner by so many cells: the opposite one stays, at least a cell is left, and nothing leaves the wall. */
export function resized(
  layout: Layout,
  { at, edge, by }: { at: number; edge: Edge; by: Step },
  profile: WallProfile,
): Layout {
  const held = layout[at]
  if (!held) return layout
  const { cellsX, cellsY } = measuresOf(profile)
  const [right, bottom] = [held.x + held.w, held.y + held.h]
  const x = edge.includes('w') ? within(held.x + by.x, 0, right - 1) : held.x
  const y = edge.includes('n') ? within(held.y + by.y, 0, bottom - 1) : held.y
  return changed(layout, at, {
    x,
    y,
    w: (edge.includes('e') ? within(right + by.x, held.x + 1, Math.max(held.x + 1, cellsX)) : right) - x,
    h: (edge.includes('s') ? within(bottom + by.y, held.y + 1, Math.max(held.y + 1, cellsY)) : bottom) - y,
  })
}

export const removed = (layout: Layout, at: number): Layout => layout.filter((_, i) => i !== at)

/** Where a new panel has its full height, and room at all. */
const usualHeight = 5

/** With one panel more, at the first place where it lies on nothing; where there is none, on top of the others to be moved by hand. */
export function added(
  layout: Layout,
  { panel, group }: { panel: PanelKind; group?: string | undefined },
  profile: WallProfile,
): Layout {
  const { across, down, cellsX, cellsY } = measuresOf(profile)
  const least = leastCells(panel)
  const [w, low] = [Math.min(least.w, across), Math.min(least.h, down)]
  const high = least.h === 1 ? 1 : Math.min(Math.max(low, usualHeight), down)
  for (const h of high === low ? [low] : [high, low]) {
    for (let x = 0; x + w <= cellsX; x++) {
      for (let y = 0; y + h <= cellsY; y++) {
        const next = [...layout, { panel, ...(group === undefined ? {} : { group }), x, y, w, h }]
        if (!faultsOf(next, profile).some(({ at }) => at === layout.length)) return next
      }
    }
  }
  return [...layout, { panel, ...(group === undefined ? {} : { group }), x: 0, y: 0, w, h: low }]
}

/** What is wrong, by panel; of two that lie over each other both are told of. */
export function faultsByPanel(layout: Layout, profile: WallProfile): ReadonlyMap<number, PlacementFault[]> {
  const found = new Map<number, PlacementFault[]>()
  const note = (at: number, fault: PlacementFault) => {
    const held = found.get(at) ?? []
    if (!held.includes(fault)) found.set(at, [...held, fault])
  }
  for (const { at, fault } of faultsOf(layout, profile)) {
    note(at, fault)
    const own = layout[at]
    if (fault !== 'overlap' || !own) continue
    layout.forEach((one, i) => {
      const apart =
        one.x + one.w <= own.x || own.x + own.w <= one.x || one.y + one.h <= own.y || own.y + own.h <= one.y
      if (i !== at && !apart) note(i, 'overlap')
    })
  }
  return found
}

/** A drawing with everything it was before and could be again. */
export interface Drawing {
  past: readonly Layout[]
  now: Layout
  future: readonly Layout[]
  /** What the last step did: the same again belongs to it. */
  doing: string | null
}
export const drawingOf = (now: Layout): Drawing => ({ past: [], now, future: [], doing: null })

const most = 200
/** Whether the same panels stand at the same places; the order of what is said of each does not matter. */
export const sameLayout = (a: Layout, b: Layout): boolean =>
  a.length === b.length &&
  a.every((one, i) => {
    const { panel, group, x, y, w, h } = b[i] ?? { x: -1 }
    return (
      one.panel === panel && one.group === group && one.x === x && one.y === y && one.w === w && one.h === h
    )
  })

/** One step further; with `doing` as before it goes on with the last step, so that a held key is taken back at once. */
export function drawn(drawing: Drawing, next: Layout, doing: string | null = null): Drawing {
  if (sameLayout(drawing.now, next)) return drawing
  const goesOn = doing !== null && doing === drawing.doing
  const past = goesOn ? drawing.past : [...drawing.past, drawing.now].slice(-most)
  return { past, now: next, future: [], doing }
}

export function undone(drawing: Drawing): Drawing {
  const before = drawing.past.at(-1)
  if (!before) return drawing
  return {
    past: drawing.past.slice(0, -1),
    now: before,
    future: [drawing.now, ...drawing.future],
    doing: null,
  }
}

export function redone(drawing: Drawing): Drawing {
  const [after, ...future] = drawing.future
  if (!after) return drawing
  return { past: [...drawing.past, drawing.now], now: after, future, doing: null }
}
