import { serverDatabase } from './dispatch-lattice.ts'
import { type Figures, figuresOf } from './figures.ts'

/** The figures of dispatch, part by part; each says what it measures. A part alone: `npm run bench -- dispatch roads`. */
export const bench = () => figuresOf(parts)

const parts: Record<string, () => Promise<Figures>> = {
  roads: async () => (await import('./dispatch-roads.ts')).benchRoads(),
  recommend: async () => (await import('./dispatch-recommend.ts')).benchRecommend(),
  reach: async () => (await import('./dispatch-reach.ts')).benchReach(),
  import: async () => (await import('./dispatch-import.ts')).benchImport(),
  storm: async () => (await import('./dispatch-storm.ts')).benchStorm(),
  races: async () =>
    (await import('./dispatch-races.ts')).benchRaces(serverDatabase, Number(process.argv[4] ?? 2000)),
  nearest: async () => (await import('./dispatch-nearest.ts')).benchNearest(),
}
