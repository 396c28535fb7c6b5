import { type Left, left } from './blank.ts'
import { median } from './trend.ts'

export interface Season {
  trend: Float64Array
  season: Float64Array
  /** What neither explains: series − trend − season; NaN where the series is. */
  rest: Float64Array
  /** 0 … 1: what an outlier weighed. */
  weights: Float64Array
}

/**
 * Trend and season of a series by STL (Cleveland, Cleveland, McRae and Terpenning 1990) with linear loess and robust rounds; NaN: unknown, and
 * bridged. Two whole periods at least. `window`: of the season, in periods (odd; ∞: one season for all).
 */
export function seasonOf(
  series: Float64Array,
  {
    period = 7,
    window = Number.POSITIVE_INFINITY,
    rounds = 6,
  }: { period?: number; window?: number; rounds?: number } = {},
): Season | Left {
  const n = series.length
  const known = Array.from(series, (one) => (!Number.isFinite(one) ? 0 : 1))
  const count = known.reduce<number>((sum, one) => sum + one, 0)
  if (n < 2 * period) return left('too-few')
  // Every place in the season is to be known from two periods, or the gap would be filled with a guess.
  for (let slot = 0; slot < period; slot++)
    if (known.filter((one, i) => one && i % period === slot).length < 2) return left('gap')
  if (count < n / 2) return left('gap')
  const odd = (least: number) => 2 * Math.floor(Math.ceil(least) / 2) + 1
  const trendSpan = odd((1.5 * period) / (1 - 1.5 / Math.min(window, 10 * n + 1)))
  const lowSpan = odd(period)
  const robust = Float64Array.from(known)
  let trend: Float64Array = new Float64Array(n)
  let season: Float64Array = new Float64Array(n)
  const rest = new Float64Array(n)
  for (let round = 0; round <= rounds; round++) {
    for (let pass = 0; pass < 2; pass++) {
      const cycle = cycles(series, trend, robust, period, window)
      const low = loess(average(average(average(cycle, period), period), 3), null, lowSpan, 0, n)
      season = Float64Array.from({ length: n }, (_, i) => (cycle[i + period] as number) - (low[i] as number))
      trend = loess(
        series.map((one, i) => one - (season[i] as number)),
        robust,
        trendSpan,
        0,
        n,
      )
    }
    for (let i = 0; i < n; i++) rest[i] = (series[i] as number) - (trend[i] as number) - (season[i] as number)
    if (round < rounds) reweigh(rest, robust)
  }
  return { trend, season, rest, weights: robust }
}

/** Bisquare weights of what is left over, from six medians of it on. */
function reweigh(rest: Float64Array, robust: Float64Array): void {
  const off = rest.filter((one) => Number.isFinite(one)).map(Math.abs)
  const h = 6 * median(off.sort())
  rest.forEach((one, i) => {
    const r = Math.abs(one)
    robust[i] = !Number.isFinite(one) ? 0 : r <= 0.001 * h ? 1 : r > 0.999 * h ? 0 : (1 - (r / h) ** 2) ** 2
    if (h === 0 && Number.isFinite(one)) robust[i] = 1
  })
}

/** Each place of the season smoothed for itself over the periods, and one period longer on both ends. */
function cycles(
  series: Float64Array,
  trend: Float64Array,
  robust: Float64Array,
  period: number,
  window: number,
): Float64Array {
  const n = series.length
  const made = new Float64Array(n + 2 * period)
  for (let slot = 0; slot < period; slot++) {
    const places: number[] = []
    for (let i = slot; i < n; i += period) places.push(i)
    const values = Float64Array.from(places, (i) => (series[i] as number) - (trend[i] as number))
    const weights = Float64Array.from(places, (i) => robust[i] as number)
    const smooth =
      window === Number.POSITIVE_INFINITY
        ? new Float64Array(places.length + 2).fill(meanOf(values, weights))
        : loess(values, weights, window, -1, places.length + 1)
    smooth.forEach((one, k) => {
      made[slot + k * period] = one
    })
  }
  return made
}

function meanOf(values: Float64Array, weights: Float64Array): number {
  let [sum, all] = [0, 0]
  values.forEach((one, i) => {
    const w = weights[i] as number
    if (w === 0) return
    sum += w * one
    all += w
  })
  if (all > 0) return sum / all
  // Nothing but outliers on this place: better they than nothing.
  const known = values.filter((one) => Number.isFinite(one)).sort()
  return median(known)
}

function average(values: Float64Array, span: number): Float64Array {
  const made = new Float64Array(values.length - span + 1)
  let sum = 0
  values.forEach((one, i) => {
    sum += one - (i >= span ? (values[i - span] as number) : 0)
    if (i >= span - 1) made[i - span + 1] = sum / span
  })
  return made
}

/** Locally straight lines (tricube weights over the `span` nearest places) at from … to − 1. */
function loess(
  values: Float64Array,
  robust: Float64Array | null,
  span: number,
  from: number,
  to: number,
): Float64Array {
  const n = values.length
  const made = new Float64Array(to - from)
  for (let at = from; at < to; at++) {
    const left = Math.max(0, Math.min(n - span, at - (span >> 1)))
    const right = Math.min(n - 1, left + span - 1)
    let h = Math.max(at - left, right - at)
    if (span > n) h += Math.floor((span - n) / 2)
    let [w0, w1, w2, y0, y1] = [0, 0, 0, 0, 0]
    const add = (i: number, w: number) => {
      const y = values[i] as number
      if (w === 0 || !Number.isFinite(y)) return
      const x = i - at
      w0 += w
      w1 += w * x
      w2 += w * x * x
      y0 += w * y
      y1 += w * x * y
    }
    for (let i = left; i <= right; i++) {
      const r = Math.abs(i - at)
      if (r > 0.999 * h && h > 0) continue
      const near = r <= 0.001 * h ? 1 : (1 - (r / h) ** 3) ** 3
      add(i, near * (robust ? (robust[i] as number) : 1))
    }
    // A window of outliers and gaps alone: the whole series says more than nothing.
    if (w0 <= 0) for (let i = 0; i < n; i++) add(i, robust ? (robust[i] as number) : 1)
    const spread = w2 * w0 - w1 * w1
    made[at - from] = spread > 1e-9 * w0 * w0 ? (w2 * y0 - w1 * y1) / spread : w0 > 0 ? y0 / w0 : 0
  }
  return made
}
