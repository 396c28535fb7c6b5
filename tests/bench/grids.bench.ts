import { type Figures, figuresOf } from './figures.ts'

/** The figures of land that changes, part by part; each part says what it measures. A part alone: `npm run bench -- grids land`. */
export const bench = () => figuresOf(parts)

const parts: Record<string, () => Promise<Figures>> = {
  topology: async () => (await import('./grids-topology.ts')).topologyFigures(),
  land: async () => (await import('./grids-land.ts')).landFigures(),
  publish: async () => (await import('./grids-publish.ts')).publishFigures(),
  import: async () => (await import('./grids-import.ts')).importFigures(),
}
