import { startOfDay } from '../format.ts'

/** Half-open, in Unix milliseconds. */
export interface Range {
  from: number
  to: number
}

export const spans = ['today', 'day', 'week', 'month'] as const
export type Span = (typeof spans)[number]

const hour = 3_600_000
const day = 24 * hour

/** The window the strip shows: today in the town's zone, or so long back from the end of this hour. */
export function windowOf(span: Span, now: number, timeZone: string): Range {
  const midnight = startOfDay(now, timeZone)
  if (span === 'today') return { from: midnight, to: midnight + day }
  const to = Math.ceil(now / hour) * hour
  if (span === 'day') return { from: to - day, to }
  return { from: midnight - (span === 'week' ? 6 : 29) * day, to: midnight + day }
}

/** Bars of an hour up to eight days, of six hours above: never thinner than a reader can point at. */
export const binSize = (window: Range) => (window.to - window.from > 8 * day ? 6 * hour : hour)

/** Cases per bin over the window; `at` in Unix seconds, `rows` the ones that pass the other filters. */
export function countBins(window: Range, at: ArrayLike<number>, rows: ArrayLike<number>): Uint32Array {
  const size = binSize(window)
  const bins = new Uint32Array(Math.ceil((window.to - window.from) / size))
  for (let i = 0; i < rows.length; i++) {
    const bin = Math.floor(((at[rows[i] ?? 0] ?? 0) * 1000 - window.from) / size)
    if (bin >= 0 && bin < bins.length) bins[bin] = (bins[bin] ?? 0) + 1
  }
  return bins
}

/** A brush drawn in either direction, snapped to whole bins and kept inside the window; at least one bin. */
export function snap(window: Range, a: number, b: number): Range {
  const size = binSize(window)
  const bin = (at: number) => (at - window.from) / size
  const first = Math.max(0, Math.floor(bin(Math.min(a, b))))
  const last = Math.min(Math.ceil(bin(window.to)), Math.max(first + 1, Math.ceil(bin(Math.max(a, b)))))
  const from = Math.min(first, last - 1)
  return { from: window.from + from * size, to: window.from + last * size }
}
