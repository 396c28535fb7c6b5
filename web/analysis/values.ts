import {
  type Measure,
  measures,
  ripening,
  type Tallies,
  tallies,
  valueOf,
} from '../../api/contract/measure-rules.ts'
import { area, duration } from '../format.ts'

// Numbers as the page writes them, and what may be said of two of them. Nothing here is ever NaN or infinite.

const grouped = new Intl.NumberFormat('en-US')
/** A whole number as `figure` writes it: hundreds of them at every step. */
export const count = (value: number): string => grouped.format(value)

/** So few cases carry no comparison and no colour: half of a share of so few is chance. */
export const enough = 10

export const emptyTallies: Tallies = Object.fromEntries(tallies.map((name) => [name, 0])) as Tallies
export const measureOf = (id: string): Measure | undefined => measures.find((measure) => measure.id === id)

type Units = Parameters<typeof duration>[1]
/** 93.4 %, 2 h 05; an em dash where there is nothing. */
export function write(measure: Measure | undefined, value: number | null, units: Units): string {
  if (value === null || !Number.isFinite(value)) return '—'
  if (!measure) return Number.isInteger(value) ? count(value) : area(value)
  return measure.unit === 'seconds' ? duration(value * 1000, units) : `${(value * 100).toFixed(1)} %`
}

export interface Side {
  sums: Tallies
  /** Of the period: counts are compared by the day. */
  days: number
}
export interface Change {
  /** Points of a share, seconds, or a share of the count before; null where it cannot be told. */
  by: number | null
  /** Where it points, if more than chance may have moved it; `even` otherwise. */
  arrow: 'up' | 'down' | 'even' | null
  good: boolean | null
  /** Much is still open on a side: what is settled later would be compared with what is settled. */
  early?: true
}
const nothing: Change = { by: null, arrow: null, good: null }
/** Of a side's cases so many may still be open. */
const mostOpen = 0.05
/** Two-sided 5 %. */
const bar = 1.96
/** Times have no known spread here: less than a tenth is not called a change. */
const leastShare = 0.1

/** How much more cases a day there are. Both counts are taken for Poisson's (the conditional test, Przyborowski and Wilenski 1940). */
export function countChange(now: Side, opposite: Side): Change {
  const [a, b] = [now.sums.cases, opposite.sums.cases]
  if (now.days <= 0 || opposite.days <= 0 || b === 0) return nothing
  const by = a / now.days / (b / opposite.days) - 1
  if (a < enough || b < enough) return { by, arrow: null, good: null }
  const share = now.days / (now.days + opposite.days)
  const z = (a - (a + b) * share) / Math.sqrt((a + b) * share * (1 - share))
  return { by, arrow: Math.abs(z) < bar ? 'even' : z > 0 ? 'up' : 'down', good: null }
}

/** How a measure has changed. Shares: the z-test of two proportions; with fewer than `enough` cases on a side no arrow. */
export function changeOf(measure: Measure, now: Side, opposite: Side, heldOut: boolean): Change {
  const [a, b] = [now, opposite].map(({ sums }) => valueOf(measure, sums, { heldOut }))
  if (a === null || a === undefined || b === null || b === undefined) return nothing
  const isRipe = ({ sums }: Side) => sums.stillOpen <= mostOpen * sums.valid
  if ((ripening.has(measure.id) || measure.unit === 'seconds') && !(isRipe(now) && isRipe(opposite)))
    return { ...nothing, early: true }
  const by = a - b
  const [na, nb] = [now.sums[measure.of], opposite.sums[measure.of]]
  if (na < enough || nb < enough) return { by, arrow: null, good: null }
  let clear = b > 0 && Math.abs(by) / b >= leastShare
  if (measure.unit === 'share') {
    const all = (a * na + b * nb) / (na + nb)
    const spread = Math.sqrt(all * (1 - all) * (1 / na + 1 / nb))
    clear = spread > 0 && Math.abs(by) / spread >= bar
  }
  if (!clear) return { by, arrow: 'even', good: null }
  return { by, arrow: by > 0 ? 'up' : 'down', good: by > 0 === (measure.better === 'more') }
}

const signed = (value: number, text: string) => `${value > 0 ? '+' : value < 0 ? '−' : '±'}${text}`
/** +3.2 points, −1 h 10, +12 %. */
export function writeChange(
  measure: Measure | undefined,
  { by }: Change,
  words: { units: Units; points: string },
): string {
  if (by === null || !Number.isFinite(by)) return ''
  const size = Math.abs(by)
  if (measure?.unit === 'seconds') return signed(by, duration(size * 1000, words.units))
  const percent = (size * 100).toFixed(1)
  return signed(percent === '0.0' ? 0 : by, measure ? `${percent} ${words.points}` : `${percent} %`)
}

/** Upper ends of at most `count` classes that hold about as many values each; equal values never part. */
export function cutsOf(values: Iterable<number>, most = 5): number[] {
  const sorted = [...values].filter((value) => Number.isFinite(value)).sort((a, b) => a - b)
  if (sorted.length === 0) return []
  const distinct = [...new Set(sorted)]
  if (distinct.length <= most) return distinct
  const ends = Array.from({ length: most }, (_, i) => sorted[Math.ceil(((i + 1) * sorted.length) / most) - 1])
  return [...new Set(ends.filter((end) => end !== undefined))]
}
export const classAt = (cuts: readonly number[], value: number): number =>
  cuts.findIndex((cut) => value <= cut)
