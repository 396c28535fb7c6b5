import { chance } from '../../api/evaluation/chance.ts'
import { adjusted } from '../../api/evaluation/discovery.ts'
import { emergingHotSpots } from '../../api/evaluation/emerging.ts'
import { forecastOf } from '../../api/evaluation/forecast.ts'
import { localG } from '../../api/evaluation/getis.ts'
import { hotSpots } from '../../api/evaluation/hotspots.ts'
import { localMoran } from '../../api/evaluation/moran.ts'
import { nearRepeat } from '../../api/evaluation/near-repeat.ts'
import { lattice, neighboursWithin } from '../../api/evaluation/neighbours.ts'
import { openStatistics } from '../../api/evaluation/statistics.ts'
import { median, round } from './figures.ts'

/** Milliseconds of the middle one of some rounds, after one that warms up. */
async function took(rounds: number, work: () => unknown): Promise<number> {
  const all: number[] = []
  for (let turn = 0; turn <= rounds; turn++) {
    const from = performance.now()
    await work()
    if (turn > 0) all.push(performance.now() - from)
  }
  return round(median(all))
}

/**
 * `giStarMs`: Gi*, its p and q of 20,000 cells with their neighbours known; `giStarWithNeighboursMs`: finding these too (queen's band);
 * `hotSpotsMs`: the whole answer with 199 permutations of the map, asked of the thread and back; `localMoranMs`: 2,000 cells, 999
 * permutations, likewise; `loopHeldMs`: the longest that the event loop was held up meanwhile; `forecastMs`: one series of a year;
 * `emergingMs`: 1,400 cells by 52 weeks; `nearRepeatMs`: 5,000 cases in 10 × 10 km, 400 m, 14 days, 999 permutations.
 */
export async function benchStatistics() {
  const random = chance(8)
  const [columns, rows] = [200, 100]
  const map = lattice(columns, rows, 'queen')
  const values = Float64Array.from({ length: columns * rows }, () => Math.floor(-4 * Math.log(1 - random())))
  const points = Float64Array.from({ length: 2 * columns * rows }, (_, i) =>
    i % 2 ? Math.floor(i / 2 / columns) * 100 : ((i / 2) % columns) * 100,
  )
  const few = lattice(50, 40, 'queen')
  const year = Float64Array.from({ length: 365 }, () => Math.floor(-3 * Math.log(1 - random())))
  const weekly = lattice(40, 35, 'queen')
  const cubed = Float64Array.from({ length: 52 * weekly.n }, () => Math.floor(-3 * Math.log(1 - random())))
  const places = Float64Array.from({ length: 10_000 }, () => random() * 10_000)
  const days = Float64Array.from({ length: 5000 }, () => Math.floor(random() * 365))
  const giStar = (weights = map) => adjusted(localG(values, weights, { star: true }).exact)
  const figures = {
    giStarMs: await took(11, () => giStar()),
    giStarWithNeighboursMs: await took(5, () => giStar(neighboursWithin(points, 150))),
    hotSpotsHereMs: await took(3, () => hotSpots(values, map)),
    localMoranHereMs: await took(3, () => localMoran(values.slice(0, few.n), few)),
    emergingMs: await took(1, () => emergingHotSpots(cubed, 52, weekly)),
    nearRepeatMs: await took(1, () => nearRepeat(places, days, { meters: [100, 200, 400], days: [7, 14] })),
    forecastMs: await took(51, () => forecastOf(year)),
  }
  const statistics = openStatistics()
  // From one turn of the loop to the next.
  let [held, last] = [0, performance.now()]
  const watch = setInterval(() => {
    const now = performance.now()
    held = Math.max(held, now - last - 1)
    last = now
  }, 1)
  try {
    const hotSpotsMs = await took(5, () => statistics.ask('hotSpots', values, map))
    const localMoranMs = await took(5, () => statistics.ask('localMoran', values.slice(0, few.n), few))
    return { ...figures, hotSpotsMs, localMoranMs, loopHeldMs: round(held) }
  } finally {
    clearInterval(watch)
    statistics.close()
  }
}
