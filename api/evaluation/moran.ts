import { type Blank, type Left, left } from './blank.ts'
import { chance, shuffle } from './chance.ts'
import { among, sumsOf, type Weights } from './neighbours.ts'
import { bothTails, normalTail } from './tails.ts'

export interface MoranI {
  i: number
  expected: number
  /** Each with its variance, z and one-sided p (clustering; of z < 0 dispersion). */
  normality: { variance: number; z: number; p: number }
  randomisation: { variance: number; z: number; p: number }
  /** One-sided pseudo p from permutations, toward the side on which I lies; null when none were asked for. */
  permuted: number | null
}

/** Deviations of what is known from its mean, with the map of just these cells; null where nothing differs. */
function deviations(values: Float64Array, weights: Weights) {
  const known = among(weights, (row) => Number.isFinite(values[row]))
  const x = Float64Array.from(known.rows, (row) => values[row] as number)
  const mean = x.reduce((sum, one) => sum + one, 0) / x.length
  const z = x.map((one) => one - mean)
  const sum2 = z.reduce((sum, one) => sum + one * one, 0)
  return { ...known, z, sum2, differ: sum2 > 1e-24 * x.length * mean * mean }
}

function lagsOf({ n, starts, others, values }: Weights, z: Float64Array, order?: Int32Array): number {
  let sum = 0
  for (let i = 0; i < n; i++) {
    let lag = 0
    for (let at = starts[i] as number; at < (starts[i + 1] as number); at++) {
      const j = others[at] as number
      lag += (values[at] as number) * (z[order ? (order[j] as number) : j] as number)
    }
    sum += lag * (z[order ? (order[i] as number) : i] as number)
  }
  return sum
}

/** Moran's I with its moments under normality and randomisation (Cliff and Ord 1981) and, if asked, permutations; NaN: unknown. */
export function moranI(
  values: Float64Array,
  map: Weights,
  { permutations = 0, seed = 1 }: { permutations?: number; seed?: number } = {},
): MoranI | Left {
  const { weights, z, sum2, differ } = deviations(values, map)
  const { n } = weights
  if (n < 4) return left('too-few')
  if (!differ) return left('all-equal')
  const { s0, s1, s2 } = sumsOf(weights)
  if (s0 === 0) return left('no-neighbours')
  const i = ((n / s0) * lagsOf(weights, z)) / sum2
  const expected = -1 / (n - 1)
  const normal = (n * n * s1 - n * s2 + 3 * s0 * s0) / (s0 * s0 * (n * n - 1)) - expected * expected
  const k = (n * z.reduce((sum, one) => sum + one ** 4, 0)) / sum2 ** 2
  const random =
    (n * ((n * n - 3 * n + 3) * s1 - n * s2 + 3 * s0 * s0) -
      k * ((n * n - n) * s1 - 2 * n * s2 + 6 * s0 * s0)) /
      ((n - 1) * (n - 2) * (n - 3) * s0 * s0) -
    expected * expected
  if (normal <= 1e-15 || random <= 1e-15) return left('everybody-neighbours')
  const side = (variance: number) => {
    const score = (i - expected) / Math.sqrt(variance)
    return { variance, z: score, p: normalTail(Math.abs(score)) }
  }
  let permuted: number | null = null
  if (permutations > 0) {
    const random01 = chance(seed)
    const order = Int32Array.from({ length: n }, (_, at) => at)
    const seen = lagsOf(weights, z)
    let above = 0
    for (let turn = 0; turn < permutations; turn++)
      if (lagsOf(weights, z, shuffle(order, random01)) >= seen - 1e-12 * sum2) above++
    permuted = (Math.min(above, permutations - above) + 1) / (permutations + 1)
  }
  return { i, expected, normality: side(normal), randomisation: side(random), permuted }
}

/** high-high: a high cell among high ones; high-low: high among low. */
export type Quadrant = 'high-high' | 'low-high' | 'low-low' | 'high-low'
export interface LocalMoran {
  i: (number | null)[]
  quadrant: (Quadrant | null)[]
  /** z of the neighbours' sum around what chance gives it while the cell stays (Sokal, Oden and Thomson 1998), signed as I is. */
  z: (number | null)[]
  p: (number | null)[]
  /** Two-sided pseudo p from conditional permutations (Anselin 1995), twice the rarer side; never below 2 / (permutations + 1). */
  permuted: (number | null)[]
  blanks: (Blank | null)[]
}

/**
 * Local Moran's I of each cell (Anselin 1995; deviations over the mean square of all). Every cell meets the same draws of its neighbours,
 * from all others without putting back; the same seed gives the same p. NaN: unknown.
 */
export function localMoran(
  values: Float64Array,
  map: Weights,
  { permutations = 999, seed = 1 }: { permutations?: number; seed?: number } = {},
): LocalMoran {
  const { weights, rows, z, sum2, differ } = deviations(values, map)
  const { n, starts, others, values: weightOf } = weights
  const made: LocalMoran = {
    i: Array(map.n).fill(null),
    quadrant: Array(map.n).fill(null),
    z: Array(map.n).fill(null),
    p: Array(map.n).fill(null),
    permuted: Array(map.n).fill(null),
    blanks: Array(map.n).fill('unknown'),
  }
  let most = 0
  for (let i = 0; i < n; i++) most = Math.max(most, (starts[i + 1] as number) - (starts[i] as number))
  const draws = drawsOf(n - 1, most, n < 3 || !differ ? 0 : permutations, seed)
  rows.forEach((row, i) => {
    const [from, to] = [starts[i] as number, starts[i + 1] as number]
    const own = z[i] as number
    let [lag, w1, w2] = [0, 0, 0]
    for (let at = from; at < to; at++) {
      const w = weightOf[at] as number
      lag += w * (z[others[at] as number] as number)
      w1 += w
      w2 += w * w
    }
    made.blanks[row] = n < 3 ? 'too-few' : !differ ? 'all-equal' : from === to ? 'no-neighbours' : null
    if (made.blanks[row]) return
    made.i[row] = (own * lag * n) / sum2
    made.quadrant[row] = own > 0 ? (lag > 0 ? 'high-high' : 'high-low') : lag > 0 ? 'low-high' : 'low-low'
    // Of the others alone: their mean is -own / (n - 1), since all deviations sum to nothing.
    const mean = -own / (n - 1)
    const variance = (sum2 - own * own) / (n - 1) - mean * mean
    const room = (variance * ((n - 1) * w2 - w1 * w1)) / (n - 2)
    if (room <= 1e-12 * sum2 * w1 * w1) {
      made.blanks[row] = 'everybody-neighbours'
      return
    }
    const score = ((lag - w1 * mean) / Math.sqrt(room)) * Math.sign(own)
    made.z[row] = score
    made.p[row] = bothTails(score)
    if (permutations === 0) return
    let [above, below] = [0, 0]
    const slack = 1e-12 * Math.abs(lag)
    for (let turn = 0; turn < permutations; turn++) {
      let drawn = 0
      for (let at = from, k = turn * most; at < to; at++, k++) {
        const other = draws[k] as number
        // The others are numbered past oneself.
        drawn += (weightOf[at] as number) * (z[other < i ? other : other + 1] as number)
      }
      if (drawn >= lag - slack) above++
      if (drawn <= lag + slack) below++
    }
    made.permuted[row] = Math.min(1, (2 * (Math.min(above, below) + 1)) / (permutations + 1))
  })
  return made
}

/** `turns` times `most` different numbers below n. */
function drawsOf(n: number, most: number, turns: number, seed: number): Int32Array {
  const draws = new Int32Array(turns * most)
  const random = chance(seed)
  const order = Int32Array.from({ length: Math.max(0, n) }, (_, at) => at)
  for (let turn = 0; turn < turns; turn++)
    draws.set(shuffle(order, random, most).subarray(0, most), turn * most)
  return draws
}
