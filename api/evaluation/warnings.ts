import { isLeft, type Left } from './blank.ts'
import { adjusted } from './discovery.ts'
import type { Forecast } from './forecast.ts'
import { countTail } from './tails.ts'

export interface Warning {
  warned: boolean
  /** What held it back: less than the bar, or no evidence that the forecast can be believed. */
  because: 'passed' | 'not-rare' | 'few-cases' | 'no-history' | 'not-back-tested'
  /** The chance of so many cases or more if all goes on as told, and q among all series looked at. */
  p: number | null
  q: number | null
}

/** The bar: at least this many cases, this much history (days), and a back-test whose intervals held what they promise, all but this. */
const bar = { cases: 5, history: 84, shortfall: 0.1 }

/**
 * Which of many weeks are worth a warning: a count so far above its forecast that of all warnings given no more than `rate` come by
 * chance (Benjamini and Hochberg over all series), of a series whose back-test bears the forecast out.
 */
export function earlyWarnings(
  weeks: readonly { observed: number; forecast: Forecast | Left }[],
  rate = 0.05,
): Warning[] {
  const p = weeks.map(({ observed, forecast }) =>
    isLeft(forecast)
      ? null
      : countTail(observed, forecast.total.mean, forecast.size.week ?? Number.POSITIVE_INFINITY),
  )
  const q = adjusted(p)
  return weeks.map(({ observed, forecast }, i): Warning => {
    const [own, among] = [p[i] ?? null, q[i] ?? null]
    const say = (because: Warning['because']): Warning => ({
      warned: because === 'passed',
      because,
      p: own,
      q: among,
    })
    if (isLeft(forecast) || forecast.history < bar.history) return say('no-history')
    const { covered, squaredRatio } = forecast.backTest
    if (covered < forecast.confidence - bar.shortfall || (squaredRatio ?? 1) > 1)
      return say('not-back-tested')
    if (among === null || among > rate) return say('not-rare')
    return say(observed < bar.cases ? 'few-cases' : 'passed')
  })
}
