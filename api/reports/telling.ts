import { adjusted } from '../evaluation/discovery.ts'
import { countTail, lnGamma } from '../evaluation/tails.ts'

/** What may be said of a change: it passed the bar, it lies within what chance does, there is too little to tell, nothing to compare, or not yet. */
export type Verdict = 'up' | 'down' | 'usual' | 'few' | 'none' | 'early'

/** Below this many cases on both sides nothing is told and no percentage given. */
export const fewCases = 10
/** Of all that is called a change, so much may be chance (Benjamini and Hochberg 1995 over every test of the briefing). */
export const falseRate = 0.05

/**
 * The chance of a count at least as unusual if the rate is that of the period before (Nelson 1970: the negative binomial that a Poisson count
 * foretells of another), both sides. `ratio`: this period's days ÷ those before; `spread`: 1 / size by which such counts vary beyond Poisson.
 */
export function countChance(now: number, before: number, { ratio = 1, spread = 0 } = {}): number {
  const known = Math.max(before, 0.5)
  const size = 1 / (1 / known + 2 * spread)
  const above = countTail(now, known * ratio, size)
  const below = 1 - countTail(now + 1, known * ratio, size)
  return Math.min(1, 2 * Math.min(above, below))
}

/** 1 / size of weekly counts around their mean, by moments; 0: no more than Poisson, or fewer than six weeks. */
export function spreadOf(weeks: readonly number[]): number {
  if (weeks.length < 6) return 0
  const mean = weeks.reduce((sum, one) => sum + one, 0) / weeks.length
  if (mean === 0) return 0
  const variance = weeks.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (weeks.length - 1)
  return Math.max(0, (variance - mean) / mean ** 2)
}

interface Share {
  over: number
  of: number
}
/** Fisher's exact test (1935) of two shares, both sides: all tables with these margins that are no likelier than the one seen. */
export function shareChance(now: Share, before: Share): number {
  const [all, hits] = [now.of + before.of, now.over + before.over]
  const lnChoose = (n: number, k: number) => lnGamma(n + 1) - lnGamma(k + 1) - lnGamma(n - k + 1)
  const whole = lnChoose(all, hits)
  const chance = (k: number) => lnChoose(now.of, k) + lnChoose(before.of, hits - k) - whole
  const [low, high] = [Math.max(0, hits - before.of), Math.min(hits, now.of)]
  const seen = chance(now.over)
  const middle = Math.round((hits * now.of) / all)
  let sum = 0
  // From the middle outwards until nothing is added any more: long tails of millions are not walked.
  for (const step of [1, -1])
    for (let k = step > 0 ? middle : middle - 1; k >= low && k <= high; k += step) {
      const one = chance(k)
      if (one <= seen + 1e-7) sum += Math.exp(one)
      if (one < seen && one < -40) break
    }
  return Math.min(1, sum)
}

/** The χ² share above: whether counts are spread as expected. */
export interface Test {
  p: number
  up: boolean
}
/** Collects the tests of a briefing, so that each is judged among all of them. */
export function createJury() {
  const tests: Test[] = []
  let q: (number | null)[] = []
  return {
    /** Answers a function that tells the verdict once all are heard. */
    hear(test: Test): () => Verdict {
      const place = tests.push(test) - 1
      return () => ((q[place] ?? 1) <= falseRate ? (test.up ? 'up' : 'down') : 'usual')
    },
    decide() {
      q = adjusted(tests.map(({ p }) => p))
    },
    heard: () => tests.length,
  }
}
