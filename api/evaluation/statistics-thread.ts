import { parentPort } from 'node:worker_threads'
import { changesOf } from './changes.ts'
import { type Area, contiguity } from './contiguity.ts'
import { densityAt, densityGrid } from './density.ts'
import { emergingHotSpots } from './emerging.ts'
import { forecastOf } from './forecast.ts'
import { globalG, localG } from './getis.ts'
import { hotSpots } from './hotspots.ts'
import { localMoran, moranI } from './moran.ts'
import { nearRepeat } from './near-repeat.ts'
import { standardisedRates } from './rates.ts'
import { seasonOf } from './season.ts'
import { mannKendall, senSlope } from './trend.ts'
import { earlyWarnings } from './warnings.ts'

// The thread that works things out: a map of many cells or a thousand permutations hold up nobody else.

/** A decimetre: borders that were drawn twice. */
const snapDegrees = 1e-6

const coordinatesOf = (shape: string) => (JSON.parse(shape) as { coordinates: Area }).coordinates

/** What can be asked, each by its function's name. */
const functions = {
  localG,
  globalG,
  hotSpots,
  /** Grids that touch (MultiPolygons as GeoJSON text), by their cases; by `sizes` (households, km²) where they are given: a small grid is not hot for being small. */
  hotGrids: (shapes: readonly string[], counts: Float64Array, sizes: Float64Array | null, rate: number) =>
    hotSpots(
      sizes ? standardisedRates(counts, sizes) : counts,
      contiguity(shapes.map(coordinatesOf), 'queen', snapDegrees),
      {
        rate,
      },
    ),
  /** Moran's I of grids that touch, with permutations, and each grid's own. */
  moranGrids: (shapes: readonly string[], values: Float64Array) => {
    const map = contiguity(shapes.map(coordinatesOf), 'queen', snapDegrees)
    // Of n grids one alone is called by false-discovery control when its p is at most 0.05 ÷ n. The least p, of both sides, is
    // 2 ÷ (permutations + 1): that takes 40 n of them. Of more than 1,000 grids, where a second
    // is not enough for that, two or more must stand out together.
    const permutations = Math.max(999, Math.floor(Math.min(40 * shapes.length, 40e6 / shapes.length)))
    return {
      global: moranI(values, map, { permutations: 999 }),
      local: localMoran(values, map, { permutations }),
    }
  },
  moranI,
  localMoran,
  /** Over grids that touch, by steps × grids. */
  emergingGrids: (shapes: readonly string[], values: Float64Array, steps: number) =>
    emergingHotSpots(values, steps, contiguity(shapes.map(coordinatesOf), 'queen', snapDegrees)),
  emergingHotSpots,
  nearRepeat,
  densityAt,
  densityGrid,
  mannKendall,
  senSlope,
  seasonOf,
  changesOf,
  forecastOf,
  /** Of many series at once: one message for a whole town. */
  forecastAll: (series: readonly Float64Array[], options?: Parameters<typeof forecastOf>[1]) =>
    series.map((one) => forecastOf(one, options)),
  earlyWarnings,
}
export type Functions = typeof functions
export interface Asked {
  id: number
  name: keyof Functions
  given: unknown[]
}
export type Answered = { id: number; answer: unknown } | { id: number; failed: string }

parentPort?.on('message', ({ id, name, given }: Asked) => {
  try {
    const answer = (functions[name] as (...all: unknown[]) => unknown)(...given)
    parentPort?.postMessage({ id, answer } satisfies Answered)
  } catch (error) {
    parentPort?.postMessage({ id, failed: (error as Error).message } satisfies Answered)
  }
})
