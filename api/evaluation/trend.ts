import { type Left, left } from './blank.ts'
import { bothTails, normalAbove } from './tails.ts'

export interface MannKendall {
  s: number
  variance: number
  z: number
  /** Both sides. */
  p: number
  /** S over the pairs there are: −1 … 1. */
  tau: number
}

/** Mann (1945) and Kendall's (1975) test of a trend, ties and continuity corrected; NaN: unknown, left out; three values at least. */
export function mannKendall(series: Float64Array): MannKendall | Left {
  const known = series.filter((one) => Number.isFinite(one))
  const n = known.length
  if (n < 3) return left(series.length < 3 ? 'too-few' : 'gap')
  let s = 0
  for (let i = 0; i < n; i++)
    for (let j = i + 1; j < n; j++) s += Math.sign((known[j] as number) - (known[i] as number))
  const ties = new Map<number, number>()
  for (const one of known) ties.set(one, (ties.get(one) ?? 0) + 1)
  let variance = n * (n - 1) * (2 * n + 5)
  for (const t of ties.values()) variance -= t * (t - 1) * (2 * t + 5)
  variance /= 18
  if (ties.size === 1) return left('all-equal')
  const z = (s - Math.sign(s)) / Math.sqrt(variance)
  return { s, variance, z, p: bothTails(z), tau: s / ((n * (n - 1)) / 2) }
}

export interface SenSlope {
  /** Per step of the series, or per unit of `times`. */
  slope: number
  low: number
  high: number
  intercept: number
}

/** Sen's slope (1968): the median of all pairs' slopes, with an interval (Gilbert 1987) of this confidence; NaN: unknown. */
export function senSlope(
  series: Float64Array,
  { times, confidence = 0.95 }: { times?: Float64Array; confidence?: number } = {},
): SenSlope | Left {
  const at = Array.from(series, (value, i) => ({ value, time: times ? (times[i] as number) : i })).filter(
    ({ value, time }) => Number.isFinite(value) && Number.isFinite(time),
  )
  if (at.length < 3) return left(series.length < 3 ? 'too-few' : 'gap')
  const slopes: number[] = []
  at.forEach((a, i) => {
    for (const b of at.slice(i + 1))
      if (a.time !== b.time) slopes.push((b.value - a.value) / (b.time - a.time))
  })
  if (slopes.length === 0) return left('all-equal')
  const sorted = Float64Array.from(slopes).sort()
  const slope = median(sorted)
  const test = mannKendall(Float64Array.from(at, ({ value }) => value))
  const spread = 'blank' in test ? 0 : normalAbove((1 - confidence) / 2) * Math.sqrt(test.variance)
  const rank = (place: number) =>
    sorted[Math.min(sorted.length - 1, Math.max(0, Math.round(place)))] as number
  const intercept = median(Float64Array.from(at, ({ value, time }) => value - slope * time).sort())
  return {
    slope,
    low: rank((sorted.length - spread) / 2 - 1),
    high: rank((sorted.length + spread) / 2),
    intercept,
  }
}

/** The middle of sorted numbers; of none NaN. */
export const median = (sorted: Float64Array): number => {
  const middle = sorted.length >> 1
  return sorted.length % 2
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2
}
