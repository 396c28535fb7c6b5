import { type Left, left } from './blank.ts'
import { type ModelName, models } from './forecast-models.ts'
import { countAbove, countTail } from './tails.ts'

export interface Told {
  mean: number
  /** Whole numbers, never negative: the count lies between them, both included, with `confidence`. */
  low: number
  high: number
}
export interface Forecast {
  model: ModelName
  days: Told[]
  total: Told
  /** Variance mean + mean² / size of a day's and of the week's count; null: Poisson. */
  size: { day: number | null; week: number | null }
  confidence: number
  /** What came of telling the last weeks with what was known before them, the model chosen anew each time. */
  backTest: {
    weeks: number
    /** Mean absolute error of a day, in cases; and of the naive forecast, each day as a week before. */
    error: number
    naiveError: number
    /** error / naiveError: below 1 is better than naive; null where the naive one was never wrong. */
    ratio: number | null
    /** The same of squared errors: fairer where most days have no case, and a forecast of 0 is seldom far off. */
    squaredRatio: number | null
    /** The share of days that lay within the interval. */
    covered: number
  }
  /** Days that the forecast rests on. */
  history: number
}

/** Weeks that are told again, and the least that lie before the first of them. */
const toldAgain = 12
const leastBefore = 4
/** The model before any has been tested. */
const untested = models.findIndex(({ name }) => name === 'poisson-gamma')
/** Days that may be missing one after the other; after a longer gap only what follows it counts. */
const longestGap = 14

/**
 * The coming days of daily counts (NaN: not known), with an interval from Poisson or the negative binomial, whose spread is that of the back-test:
 * the model with the least squared error so far (see forecast-models.ts), told from every week's end. Eight weeks at least.
 */
export function forecastOf(
  series: Float64Array,
  { days = 7, period = 7, confidence = 0.9 }: { days?: number; period?: number; confidence?: number } = {},
): Forecast | Left {
  const x = sinceGap(series)
  const least = period * 2 * leastBefore
  if (x.length < least) return left(series.length < least ? 'too-few' : 'gap')
  let known = 0
  for (const one of x) {
    if (Number.isNaN(one)) continue
    known++
    if (one < 0 || !Number.isFinite(one)) return left('not-counts')
  }
  if (known < x.length / 2 || Number.isNaN(x.at(-1))) return left('gap')
  const running = models.map(({ make }) => make(period))
  const weeks = Math.min(toldAgain, Math.floor(x.length / period) - leastBefore)
  const begin = x.length - weeks * period
  const errors = new Float64Array(models.length)
  const said: { mean: number; value: number }[] = []
  const sums: { mean: number; value: number }[] = []
  let [error, naiveError, squared, naiveSquared, compared] = [0, 0, 0, 0, 0]
  let chosen = untested
  for (let at = 0; at <= x.length; at++) {
    if (at >= begin && (at - begin) % period === 0 && at < x.length) {
      const ahead = running.map((model) => model.ahead(period))
      const [own, plain] = [ahead[chosen] as Float64Array, ahead[0] as Float64Array]
      let [mean, value, all] = [0, 0, true]
      for (let k = 0; k < period; k++) {
        const seen = x[at + k] as number
        if (Number.isNaN(seen)) {
          all = false
          continue
        }
        compared++
        error += Math.abs(seen - (own[k] as number))
        naiveError += Math.abs(seen - (plain[k] as number))
        squared += (seen - (own[k] as number)) ** 2
        naiveSquared += (seen - (plain[k] as number)) ** 2
        said.push({ mean: own[k] as number, value: seen })
        mean += own[k] as number
        value += seen
        ahead.forEach((one, m) => {
          errors[m] = (errors[m] as number) + (seen - (one[k] as number)) ** 2
        })
      }
      if (all) sums.push({ mean, value })
      chosen = errors.reduce((bestOf, one, m) => (one < (errors[bestOf] as number) ? m : bestOf), 0)
    }
    const value = x[at]
    if (value !== undefined) for (const model of running) model.feed(value)
  }
  if (compared === 0) return left('gap')
  const day = 1 / spreadOf(said, 0)
  // A dozen weeks say little of their spread: it is no less than that of independent days, taken with care.
  const spread = Math.max(spreadOf(said, 1) / period, spreadOf(sums, 0))
  const outside = (1 - confidence) / 2
  const tellOf = (mean: number, size: number): Told => ({
    mean,
    low: Math.max(0, lowOf(outside, mean, size)),
    high: countAbove(outside, mean, size),
  })
  const means = (running[chosen] as (typeof running)[number]).ahead(days)
  const expected = means.reduce((sum, mean) => sum + floored(mean, known), 0)
  // What the mean itself is unsure of: no model remembers more than about eight weeks of cases.
  const week = 1 / (spread + 1 / (leastBefore * 2 * expected))
  const within = said.filter(({ mean, value }) => {
    const { low, high } = tellOf(floored(mean, known), day)
    return value >= low && value <= high
  }).length
  const [error1, naive1] = [error / compared, naiveError / compared]
  const shown = (size: number) => (Number.isFinite(size) ? size : null)
  return {
    model: (models[chosen] as (typeof models)[number]).name,
    days: Array.from(means, (mean) => tellOf(floored(mean, known), day)),
    total: tellOf(expected, week),
    size: { day: shown(day), week: shown(week) },
    confidence,
    backTest: {
      weeks,
      error: error1,
      naiveError: naive1,
      ratio: naive1 > 0 ? error1 / naive1 : null,
      squaredRatio: naiveSquared > 0 ? squared / naiveSquared : null,
      covered: within / said.length,
    },
    history: known,
  }
}

/** What has never been seen may still come: less than half a case in all that is known. */
const floored = (mean: number, known: number) => Math.max(mean, 0.5 / (known + 1))

/** The greatest count below which no more than this share lies. */
function lowOf(share: number, mean: number, size: number): number {
  // No more than `share` below low: countTail(low) ≥ 1 − share.
  const least = countAbove(1 - share, mean, size)
  return countTail(least + 1, mean, size) >= 1 - share ? least + 1 : least
}

/**
 * 1 / size of a negative binomial around told means, by moments, `errors` standard errors above what was seen; 0 where they scatter no more
 * than Poisson.
 */
function spreadOf(said: readonly { mean: number; value: number }[], errors: number): number {
  const excess = said.map(({ mean, value }) => (value - mean) ** 2 - mean)
  const total = excess.reduce((sum, one) => sum + one, 0)
  const usual = total / (said.length || 1)
  const scatter = Math.sqrt(excess.reduce((sum, one) => sum + (one - usual) ** 2, 0))
  const squares = said.reduce((sum, { mean }) => sum + mean * mean, 0)
  return squares > 0 ? Math.min(20, Math.max(0, (total + errors * scatter) / squares)) : 0
}

/** From the last gap on that is longer than can be bridged. */
function sinceGap(series: Float64Array): Float64Array {
  let [from, missing] = [0, 0]
  series.forEach((one, i) => {
    missing = Number.isNaN(one) ? missing + 1 : 0
    if (missing > longestGap) from = i + 1
  })
  while (from < series.length && Number.isNaN(series[from])) from++
  return series.slice(from)
}
