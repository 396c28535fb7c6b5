import type { Blank } from './blank.ts'
import { chance, shuffle } from './chance.ts'
import { adjusted } from './discovery.ts'
import { localG } from './getis.ts'
import { among, type Weights } from './neighbours.ts'

export type Heat = 'hot' | 'cold' | 'none'
export interface HotSpots {
  rate: number
  /** How often chance alone makes a map with a cell as hot, or as cold, as this one's hottest and coldest; null: not asked. */
  map: { hot: number; cold: number } | null
  z: (number | null)[]
  p: (number | null)[]
  q: (number | null)[]
  heat: (Heat | null)[]
  blanks: (Blank | null)[]
}

/**
 * Hot and cold cells by Gi*, wrong in no more than `rate` of what is called so: q from p-values as skewed as chance makes each sum (a normal
 * calls most maps of few cases significant), and none of a side unless the map's most extreme cell of that side is rarer than rate / 2 among
 * permutations of the map (Westfall and Young 1993), so that one huge value makes no hot spot. `permutations: 0` leaves the second out.
 * NaN: unknown. The same seed gives the same answer.
 */
export function hotSpots(
  values: Float64Array,
  weights: Weights,
  {
    rate = 0.05,
    method = 'bh',
    permutations = 199,
    seed = 1,
  }: { rate?: number; method?: 'bh' | 'by'; permutations?: number; seed?: number } = {},
): HotSpots {
  const { z, exact: p, blanks } = localG(values, weights, { star: true })
  const q = adjusted(p, method)
  const called = q.some((one) => one !== null && one <= rate)
  const map = permutations > 0 && called ? extremes(values, weights, z, permutations, seed) : null
  const heat = q.map((one, i): Heat | null => {
    if (one === null) return null
    const side = (z[i] as number) > 0 ? 'hot' : 'cold'
    return one > rate || (map && map[side] > rate / 2) ? 'none' : side
  })
  return { rate, map, z, p, q, heat, blanks }
}

/** How rare the greatest and the least z are among maps of the same values in another order. */
function extremes(
  values: Float64Array,
  weights: Weights,
  z: readonly (number | null)[],
  permutations: number,
  seed: number,
): { hot: number; cold: number } {
  const known = among(weights, (row) => Number.isFinite(values[row]))
  const x = Float64Array.from(known.rows, (row) => values[row] as number)
  const n = x.length
  const mean = x.reduce((sum, one) => sum + one, 0) / n
  const shifted = x.map((one) => one - mean)
  const m2 = shifted.reduce((sum, one) => sum + one * one, 0) / n
  const { starts, others, values: weightOf } = known.weights
  // Around a cell the spread is the same in every order: it is worked out once. 0: the cell has no z.
  const scale = new Float64Array(n)
  const self = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    if (z[known.rows[i] as number] === null) continue
    let [w1, w2, own] = [0, 0, 1]
    for (let at = starts[i] as number; at < (starts[i + 1] as number); at++) {
      const w = weightOf[at] as number
      w1 += w
      w2 += w * w
      if (others[at] === i) own = 0
    }
    self[i] = own
    scale[i] = 1 / Math.sqrt((m2 * (n * (w2 + own) - (w1 + own) ** 2)) / (n - 1))
  }
  const [hottest, coldest] = z.reduce<[number, number]>(
    ([high, low], one) => (one === null ? [high, low] : [Math.max(high, one), Math.min(low, one)]),
    [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
  )
  const random = chance(seed)
  let [hot, cold] = [0, 0]
  for (let turn = 0; turn < permutations; turn++) {
    shuffle(shifted, random)
    let [high, low] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
    for (let i = 0; i < n; i++) {
      const spread = scale[i] as number
      if (spread === 0) continue
      let lag = (self[i] as number) * (shifted[i] as number)
      for (let at = starts[i] as number; at < (starts[i + 1] as number); at++)
        lag += (weightOf[at] as number) * (shifted[others[at] as number] as number)
      const one = lag * spread
      if (one > high) high = one
      if (one < low) low = one
    }
    if (high >= hottest - 1e-9) hot++
    if (low <= coldest + 1e-9) cold++
  }
  return { hot: (hot + 1) / (permutations + 1), cold: (cold + 1) / (permutations + 1) }
}
