import type { Position } from 'geojson'
import { create } from 'zustand'
import type { Box, Level, PlanFeature } from './feature.ts'
import type { Reshaping } from './reshape.ts'

// What the workshop looks at and holds in its hands. Ids, switches and what is drawn but not sent yet; no plan's data.

export type Tool = 'select' | 'reshape' | 'split' | 'move' | 'draw'
export type Panel = 'grid' | 'problems' | 'history' | 'compare' | 'balance'
export type LayerName = 'base' | 'ways' | 'names' | 'changes'

export type CameraWish =
  | { to: 'box'; box: Box }
  | { to: 'place'; at: Position; zoom: number }
  | { to: 'zoom'; by: number }

/** What is drawn by hand for the tool at hand. */
export interface Sketch {
  /** The line of a split, or the outline of a new grid. */
  places: readonly Position[]
  /** Still under the pen: its last place follows the pointer. */
  drawing: boolean
}

/** Grids as they would be, to be looked at before they are accepted: a repair, a balance. */
export interface Preview {
  changed: readonly PlanFeature[]
  removed: readonly number[]
}

interface Bench {
  tool: Tool
  level: Level
  panel: Panel
  chosen: readonly number[]
  hovered: number | null
  show: Record<LayerName, boolean>
  /** Split along a road or a river instead of a drawn line. */
  alongWay: boolean
  sketch: Sketch | null
  reshaping: Reshaping | null
  /** The vertex that was last touched; Del takes it out. */
  vertex: Position | null
  /** What was done to the borders in hand, newest last, to take back step by step. */
  steps: readonly Reshaping[]
  preview: Preview | null
  camera: CameraWish | null
  use: (tool: Tool) => void
  choose: (uids: readonly number[]) => void
  toggle: (uid: number) => void
  hover: (uid: number | null) => void
  showLevel: (level: Level) => void
  open: (panel: Panel) => void
  switch: (layer: LayerName) => void
  along: (alongWay: boolean) => void
  draw: (sketch: Sketch | null) => void
  begin: (reshaping: Reshaping | null) => void
  /** Borders as they are while they are dragged, and once they have been let go. */
  drag: (reshaping: Reshaping, vertex: Position | null) => void
  drop: (before: Reshaping) => void
  takeBack: () => void
  compare: (preview: Preview | null) => void
  look: (camera: CameraWish) => void
  /** Lays everything down that is in hand. */
  clear: () => void
}

const empty = { sketch: null, reshaping: null, vertex: null, steps: [] }

export const useBench = create<Bench>((set, get) => ({
  tool: 'select',
  level: 3,
  panel: 'grid',
  chosen: [],
  hovered: null,
  show: { base: true, ways: false, names: true, changes: true },
  alongWay: false,
  preview: null,
  camera: null,
  ...empty,
  use: (tool) => set({ tool, ...empty }),
  choose: (chosen) => set({ chosen }),
  toggle: (uid) =>
    set(({ chosen }) => ({
      chosen: chosen.includes(uid) ? chosen.filter((one) => one !== uid) : [...chosen, uid],
    })),
  hover: (hovered) => {
    if (get().hovered !== hovered) set({ hovered })
  },
  showLevel: (level) => set({ level, chosen: [], hovered: null, ...empty }),
  open: (panel) => set({ panel }),
  switch: (layer) => set(({ show }) => ({ show: { ...show, [layer]: !show[layer] } })),
  along: (alongWay) => set({ alongWay, sketch: null }),
  draw: (sketch) => set({ sketch }),
  begin: (reshaping) => set({ reshaping, vertex: null, steps: [] }),
  drag: (reshaping, vertex) => set({ reshaping, vertex }),
  drop: (before) => set(({ steps }) => ({ steps: [...steps, before] })),
  takeBack: () =>
    set(({ steps }) => {
      const before = steps.at(-1)
      return before ? { reshaping: before, steps: steps.slice(0, -1), vertex: null } : {}
    }),
  compare: (preview) => set({ preview }),
  look: (camera) => set({ camera }),
  clear: () => set({ ...empty, tool: 'select' }),
}))
