import { type Blank, type Left, left } from './blank.ts'
import { among, sumsOf, type Weights } from './neighbours.ts'
import { bothTails, normalTail, skewedTail } from './tails.ts'

export interface LocalG {
  z: (number | null)[]
  /** Both sides, of a normal: the number the packages print. */
  p: (number | null)[]
  /** Both sides, of a distribution with the skewness that chance gives this sum: right for few and uneven counts too. */
  exact: (number | null)[]
  blanks: (Blank | null)[]
}

/**
 * Getis and Ord's Gi* (star: oneself counts, with weight 1 unless the weights say another) or Gi of each cell, as z (Ord and Getis 1995;
 * population variance). `values` one a cell, NaN where unknown: such cells take part in nothing. `asBinary` takes the sum of squared weights
 * to be their sum, as PySAL does for row-standardised weights. Third moment under permutation beside it, for p.
 */
export function localG(
  values: Float64Array,
  { n: cells, starts, others, values: weightOf }: Weights,
  { star, asBinary = false }: { star: boolean; asBinary?: boolean },
): LocalG {
  const made: LocalG = { z: [], p: [], exact: [], blanks: [] }
  const push = (blank: Blank | null, z: number | null, p: number | null, exact: number | null) => {
    made.blanks.push(blank)
    made.z.push(z)
    made.p.push(p)
    made.exact.push(exact)
  }
  // Sums of what is left around the mean, so that large numbers lose no digits.
  let [known, mean] = [0, 0]
  for (const x of values) if (Number.isFinite(x)) mean += (x - mean) / ++known
  let [sum2, sum3] = [0, 0]
  for (const x of values) {
    if (!Number.isFinite(x)) continue
    sum2 += (x - mean) ** 2
    sum3 += (x - mean) ** 3
  }
  const spread = sum2 > 1e-24 * known * mean * mean
  for (let i = 0; i < cells; i++) {
    const x = values[i] as number
    if (!Number.isFinite(x)) {
      push('unknown', null, null, null)
      continue
    }
    let [w1, w2, w3, lag] = [0, 0, 0, 0]
    let [own, seen] = [false, 0]
    for (let at = starts[i] as number; at < (starts[i + 1] as number); at++) {
      const j = others[at] as number
      const other = values[j] as number
      if (!Number.isFinite(other)) continue
      if (j === i) {
        if (!star) continue
        own = true
      } else seen++
      const w = weightOf[at] as number
      w1 += w
      w2 += w * w
      w3 += w * w * w
      lag += w * (other - mean)
    }
    if (star && !own) {
      w1++
      w2++
      w3++
      lag += x - mean
    }
    // Gi asks about the others only: mean and moments without oneself.
    const n = star ? known : known - 1
    const off = star ? 0 : (x - mean) / n
    const m2 = star ? sum2 / n : (sum2 - (x - mean) ** 2) / n - off * off
    const raw3 = star ? sum3 / n : (sum3 - (x - mean) ** 3) / n
    const m3 = star ? raw3 : raw3 + 3 * off * (m2 + off * off) - 2 * off ** 3
    const room = (n * (asBinary ? w1 : w2) - w1 * w1) / (n - 1)
    if (known < 3) push('too-few', null, null, null)
    else if (!spread || m2 <= 1e-24 * mean * mean) push('all-equal', null, null, null)
    else if (seen === 0) push('no-neighbours', null, null, null)
    else if (room <= 1e-12 * w1 * w1) push('everybody-neighbours', null, null, null)
    else {
      const z = (lag + w1 * off) / Math.sqrt(m2 * room)
      const third =
        w3 -
        (3 * (w1 * w2 - w3)) / (n - 1) +
        (2 * (w1 ** 3 - 3 * w1 * w2 + 2 * w3)) / ((n - 1) * Math.max(1, n - 2))
      const skewness = (third * m3) / (m2 * room) ** 1.5
      const above = skewedTail(z, skewness)
      push(null, z, bothTails(z), Math.min(1, 2 * Math.min(above, 1 - above)))
    }
  }
  return made
}

export interface GlobalG {
  g: number
  expected: number
  variance: number
  z: number
  /** One side: clustering of high values. */
  p: number
}

/** Getis and Ord's general G (1992; moments under randomisation with the corrected B1) of values ≥ 0, over cells that have a neighbour. */
export function globalG(values: Float64Array, weights: Weights): GlobalG | Left {
  const known = among(weights, (row) => Number.isFinite(values[row]))
  const linked = among(known.weights, (row) => known.weights.starts[row + 1] !== known.weights.starts[row])
  const w = linked.weights
  const x = Float64Array.from(linked.rows, (row) => values[known.rows[row] as number] as number)
  const n = w.n
  if (known.rows.length < 4) return left('too-few')
  if (n < 4) return left('no-neighbours')
  if (x.some((one) => one < 0)) return left('not-counts')
  if (x.every((one) => one === x[0])) return left('all-equal')
  const power = (k: number) => x.reduce((sum, one) => sum + one ** k, 0)
  const [m1, m2, m3, m4] = [power(1), power(2), power(3), power(4)]
  let pairs = 0
  for (let i = 0; i < n; i++)
    for (let at = w.starts[i] as number; at < (w.starts[i + 1] as number); at++)
      pairs += (w.values[at] as number) * (x[i] as number) * (x[w.others[at] as number] as number)
  const all = m1 * m1 - m2
  const { s0, s1, s2 } = sumsOf(w)
  const b0 = (n * n - 3 * n + 3) * s1 - n * s2 + 3 * s0 * s0
  const b1 = -((n * n - n) * s1 - 2 * n * s2 + 6 * s0 * s0)
  const b2 = -(2 * n * s1 - (n + 3) * s2 + 6 * s0 * s0)
  const b3 = 4 * (n - 1) * s1 - 2 * (n + 1) * s2 + 8 * s0 * s0
  const b4 = s1 - s2 + s0 * s0
  const expected = s0 / (n * (n - 1))
  const moment = b0 * m2 * m2 + b1 * m4 + b2 * m1 * m1 * m2 + b3 * m1 * m3 + b4 * m1 ** 4
  const variance = moment / (all * all * n * (n - 1) * (n - 2) * (n - 3)) - expected * expected
  if (all <= 0) return left('all-equal')
  if (variance <= 1e-24) return left('everybody-neighbours')
  const g = pairs / all
  const z = (g - expected) / Math.sqrt(variance)
  return { g, expected, variance, z, p: normalTail(z) }
}
