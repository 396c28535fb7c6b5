import type { FeatureCollection, MultiPolygon, Polygon } from 'geojson'
import { create } from 'zustand'
import type { Grid, GridCounts } from '../../api/contract/grid.ts'
import type { Town } from '../../api/contract/town.ts'
import { getJson } from '../client.ts'
import type { Level } from './drill.ts'

export interface GridProperties {
  code: string
  name: string
  level: number
  parentId: number | null
}
export type GridShapes = FeatureCollection<Polygon | MultiPolygon, GridProperties>

interface Grids {
  town: Town | null
  grids: ReadonlyMap<number, Grid>
  /** Counted by the server: what the board shows until everything needed to count here has arrived. */
  counts: ReadonlyMap<number, GridCounts>
  shapes: Partial<Record<Level, GridShapes>>
  load: () => Promise<void>
  loadCounts: () => Promise<void>
  /** Outlines come level by level, when a level is first shown. */
  loadShapes: (level: Level) => Promise<void>
}

const asked = new Map<Level, Promise<void>>()

export const useGrids = create<Grids>((set, get) => ({
  town: null,
  grids: new Map(),
  counts: new Map(),
  shapes: {},
  load: async () => {
    const [town, { grids }] = await Promise.all([
      getJson<Town>('/api/town'),
      getJson<{ grids: Grid[] }>('/api/grids'),
    ])
    set({ town, grids: new Map(grids.map((grid) => [grid.id, grid])) })
    // Asked for again, a plan may have taken effect: what was drawn stays until the new outlines are here.
    const levels = new Set<Level>([1, ...asked.keys()])
    asked.clear()
    await Promise.all([get().loadCounts(), ...[...levels].map((level) => get().loadShapes(level))])
  },
  loadCounts: async () => {
    const { counts } = await getJson<{ counts: GridCounts[] }>('/api/grids/counts')
    set({ counts: new Map(counts.map((count) => [count.id, count])) })
  },
  loadShapes: (level) => {
    const loading =
      asked.get(level) ??
      getJson<GridShapes>('/api/grids/geometry', { level })
        .then((shapes) => set((state) => ({ shapes: { ...state.shapes, [level]: shapes } })))
        .catch((cause: unknown) => {
          asked.delete(level) // so that the next look at this level asks again
          throw cause
        })
    asked.set(level, loading)
    return loading
  },
}))

/** The town as a grid: where the drill-down begins. */
export const rootOf = (grids: ReadonlyMap<number, Grid>): Grid | undefined =>
  [...grids.values()].find(({ level }) => level === 0)
