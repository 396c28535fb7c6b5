import { type Left, left } from './blank.ts'
import { bothTails } from './tails.ts'
import { median } from './trend.ts'

export interface Change {
  /** The first place of the new level. */
  at: number
  before: number
  after: number
  /** Of the two levels' difference, in its standard errors; p of both sides, before any search. */
  z: number
  p: number
}
export interface Changes {
  changes: Change[]
  /** The level at each place. */
  level: Float64Array
  /** What one more change has to gain, in the noise's variance. */
  penalty: number
  /** The noise's standard deviation. */
  noise: number
}

/** A change has to gain `strictness` × ln n: 2 is Schwarz's criterion (1978); 4 keeps most noise from being cut. */
const strictness = 4
/** Of the greatest value: less is no difference. */
const rounding = 1e-9

/**
 * Where the level of a series changes: exactly the cut that costs least (PELT, Killick, Fearnhead and Eckley 2012; squared error over the
 * noise's variance), segments of `least` places and more. The noise is that of neighbouring differences, wider where what is near in
 * time is alike. Take the season out before. NaN: unknown.
 */
export function changesOf(
  series: Float64Array,
  { least = 7, strict = strictness }: { least?: number; strict?: number } = {},
): Changes | Left {
  const places = Array.from(series.keys()).filter((i) => Number.isFinite(series[i]))
  const x = Float64Array.from(places, (i) => series[i] as number)
  const n = x.length
  if (n < 2 * least) return left(series.length < 2 * least ? 'too-few' : 'gap')
  const greatest = x.reduce((most, one) => Math.max(most, Math.abs(one)), 0)
  // What differs by rounding alone is the same.
  if (x.every((one) => Math.abs(one - (x[0] as number)) <= rounding * greatest)) return left('all-equal')
  const noise = Math.max(noiseOf(x), rounding * greatest)
  const penalty = strict * Math.log(n)
  const sums = new Float64Array(n + 1)
  const squares = new Float64Array(n + 1)
  x.forEach((one, i) => {
    sums[i + 1] = (sums[i] as number) + one
    squares[i + 1] = (squares[i] as number) + one * one
  })
  const mean = (from: number, to: number) => ((sums[to] as number) - (sums[from] as number)) / (to - from)
  const cost = (from: number, to: number) => {
    const sum = (sums[to] as number) - (sums[from] as number)
    return (
      Math.max(0, (squares[to] as number) - (squares[from] as number) - sum ** 2 / (to - from)) / noise ** 2
    )
  }
  const best = new Float64Array(n + 1).fill(Number.POSITIVE_INFINITY)
  best[0] = -penalty
  const cutAt = new Int32Array(n + 1)
  let starts = [{ from: 0, until: n }]
  for (let to = least; to <= n; to++) {
    starts = starts.filter(({ until }) => to <= until)
    const costs = starts.map(({ from }) => (best[from] as number) + cost(from, to))
    costs.forEach((one, k) => {
      if (one + penalty >= (best[to] as number)) return
      best[to] = one + penalty
      cutAt[to] = starts[k]?.from ?? 0
    })
    // What cannot win once a segment may begin here is dropped then: that keeps the search short, and exact.
    starts.forEach((start, k) => {
      if ((costs[k] as number) >= (best[to] as number)) start.until = Math.min(start.until, to + least - 1)
    })
    const from = to - least + 1
    if (from >= least) starts.push({ from, until: n })
  }
  const cuts: number[] = []
  for (let to = n; to > 0; to = cutAt[to] as number) cuts.unshift(to)
  const level = new Float64Array(series.length)
  const changes = cuts.slice(0, -1).map((cut, k): Change => {
    const [from, to] = [cuts[k - 1] ?? 0, cuts[k + 1] as number]
    const [before, after] = [mean(from, cut), mean(cut, to)]
    const z = (after - before) / (noise * Math.sqrt(1 / (cut - from) + 1 / (to - cut)))
    return { at: places[cut] as number, before, after, z, p: bothTails(z) }
  })
  let segment = 0
  for (let i = 0; i < series.length; i++) {
    while (changes[segment] && i >= (changes[segment] as Change).at) segment++
    level[i] = segment === 0 ? mean(0, cuts[0] as number) : (changes[segment - 1] as Change).after
  }
  return { changes, level, penalty, noise }
}

/**
 * The noise around levels, from differences, which feel a change only where it is: the median of neighbours' (half their plain spread at
 * least, as many may be 0), widened to what a mean feels of noise of which each value resembles the one before (AR 1, its φ from differences
 * over one and two places).
 */
function noiseOf(x: Float64Array): number {
  const over = (lag: number) => x.slice(lag).map((one, i) => Math.abs(one - (x[i] as number)))
  const squares = (all: Float64Array) => all.reduce((sum, one) => sum + one * one, 0) / all.length
  const plain = Math.sqrt(squares(over(1)) / 2)
  const robust = median(over(1).sort()) / (0.6744897501960817 * Math.SQRT2)
  const likeness = Math.min(0.8, Math.max(0, squares(over(2)) / (2 * plain ** 2) - 1))
  return Math.max(robust, robust > 0 ? plain / 2 : plain) * (Math.sqrt(1 + likeness) / (1 - likeness))
}
