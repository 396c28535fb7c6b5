import { assign } from '../../api/dispatch/assignment.ts'
import { median, round } from './figures.ts'
import { chance } from './positions-locate.ts'

/** `stormMs`: 100 incidents and 100 units, assigned as cheaply as can be. */
export function benchStorm() {
  const random = chance(4)
  const took: number[] = []
  for (let turn = 0; turn < 50; turn++) {
    const costs = Float64Array.from({ length: 10_000 }, () => Math.floor(random() * 3600))
    const from = performance.now()
    assign(costs, 100, 100)
    took.push(performance.now() - from)
  }
  return { stormMs: round(median(took)) }
}
