import { startOfDay } from '../format.ts'

/** Half-open, in Unix milliseconds. */
export interface Range {
  from: number
  to: number
}

export const spans = ['today', 'day', 'week', 'month', 'all'] as const
export type Span = (typeof spans)[number]

const hour = 3_600_000
const day = 24 * hour

/** The window the strip shows: today in the town's zone, so long back from the end of this hour, or since the first case there is. */
export function windowOf(span: Span, now: number, timeZone: string, first: number | null = null): Range {
  const midnight = startOfDay(now, timeZone)
  if (span === 'today') return { from: midnight, to: midnight + day }
  const to = Math.ceil(now / hour) * hour
  if (span === 'day') return { from: to - day, to }
  if (span === 'all' && first !== null)
    return { from: Math.min(startOfDay(first, timeZone), midnight), to: midnight + day }
  return { from: midnight - (span === 'week' ? 6 : 29) * day, to: midnight + day }
}

/** How long a bar is: an hour, six hours, a day, a week, four weeks. Rhythms of day and week stay whole. */
const binSizes = [hour, 6 * hour, day, 7 * day, 28 * day] as const

/** The shortest bars of which no more than 200 are needed: never thinner than a reader can point at. */
export const binSize = (window: Range): number =>
  binSizes.find((size) => window.to - window.from <= 200 * size) ?? 28 * day

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
