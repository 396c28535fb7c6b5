import { metersPerDegree } from '../grids/locate.ts'
import { type FixColumns, jumpFlag } from './chunks.ts'

/** What a track comes to. Metres and seconds; instants in Unix milliseconds. */
export interface Summary {
  jumps: number
  distanceMeters: number
  movingSeconds: number
  stops: { lng: number; lat: number; from: number; to: number; gridId: number }[]
  /** Longest first. */
  grids: { gridId: number; seconds: number }[]
}

/** A pause longer than this is a break: nobody knows what lay between. */
export const breakMs = 5 * 60_000
/** Staying within so many metres for so long is a stop. */
const stopMeters = 50
const stopMs = 3 * 60_000
/** Slower than this between two fixes is standing, and what little the phone wanders meanwhile is no distance. */
const standingMetersPerSecond = 0.3

/** Distance walked, stops and time in each grid. Jumps are left out, breaks count for nothing. */
export function summarise(columns: FixColumns): Summary {
  const { count, recordedAt, lngE7, latE7, gridId, flags } = columns
  const across = Math.cos(((latE7[0] ?? 0) / 1e7) * (Math.PI / 180))
  const meters = (a: number, b: number) =>
    metersPerDegree *
    Math.hypot(((lngE7[b] ?? 0) - (lngE7[a] ?? 0)) * across, (latE7[b] ?? 0) - (latE7[a] ?? 0)) *
    1e-7
  const ms = (a: number, b: number) => (recordedAt[b] ?? 0) - (recordedAt[a] ?? 0)

  const good: number[] = []
  for (let i = 0; i < count; i += 1) if (((flags[i] ?? 0) & jumpFlag) === 0) good.push(i)
  const stops = findStops(columns, good, meters, ms)
  let [distanceMeters, movingMs, stop] = [0, 0, 0]
  const grids = new Map<number, number>()
  for (let k = 1; k < good.length; k += 1) {
    const [a = 0, b = 0] = [good[k - 1], good[k]]
    const took = ms(a, b)
    if (took > breakMs) continue
    const grid = gridId[a] ?? 0
    grids.set(grid, (grids.get(grid) ?? 0) + took)
    while ((stops[stop]?.to ?? Infinity) <= (recordedAt[a] ?? 0)) stop += 1
    // At a stop the phone wanders, and its officer does not.
    if ((stops[stop]?.from ?? Infinity) <= (recordedAt[a] ?? 0)) continue
    const length = meters(a, b)
    if (length < (standingMetersPerSecond * took) / 1000) continue
    distanceMeters += length
    movingMs += took
  }
  return {
    jumps: count - good.length,
    distanceMeters: Math.round(distanceMeters),
    movingSeconds: Math.round(movingMs / 1000),
    stops,
    grids: [...grids]
      .map(([id, took]) => ({ gridId: id, seconds: Math.round(took / 1000) }))
      .sort((a, b) => b.seconds - a.seconds || a.gridId - b.gridId),
  }
}

/** Runs of fixes that stay near their first one for long enough (Hariharan and Toyama's stay points, 2004, anchored at the first fix). */
function findStops(
  { recordedAt, lngE7, latE7, gridId }: FixColumns,
  good: readonly number[],
  meters: (a: number, b: number) => number,
  ms: (a: number, b: number) => number,
): Summary['stops'] {
  const stops: Summary['stops'] = []
  for (let k = 0; k < good.length; ) {
    const anchor = good[k] ?? 0
    let end = k
    while (
      end + 1 < good.length &&
      meters(anchor, good[end + 1] ?? 0) <= stopMeters &&
      ms(good[end] ?? 0, good[end + 1] ?? 0) <= breakMs
    )
      end += 1
    const last = good[end] ?? 0
    if (ms(anchor, last) < stopMs) {
      k += 1
      continue
    }
    const own = good.slice(k, end + 1)
    const mean = (column: Int32Array) => own.reduce((sum, i) => sum + (column[i] ?? 0), 0) / own.length / 1e7
    stops.push({
      lng: mean(lngE7),
      lat: mean(latE7),
      from: recordedAt[anchor] ?? 0,
      to: recordedAt[last] ?? 0,
      gridId: gridId[anchor] ?? 0,
    })
    k = end + 1
  }
  return stops
}

/**
 * The fixes that are enough to draw the track: where whoever follows the line at the same clock is never farther than `tolerance`
 * metres from a fix left out (Meratnia and de By's synchronised Douglas–Peucker, 2004). Ends, and both sides of a break, are kept.
 */
export function simplify({ count, recordedAt, lngE7, latE7 }: FixColumns, tolerance: number): number[] {
  const every = Array.from({ length: count }, (_, i) => i)
  if (tolerance <= 0 || count < 3) return every
  const across = Math.cos(((latE7[0] ?? 0) / 1e7) * (Math.PI / 180))
  const most = (tolerance / metersPerDegree) * 1e7
  const kept = new Uint8Array(count)
  kept[0] = 1
  kept[count - 1] = 1
  const open: [number, number][] = []
  let start = 0
  for (let i = 1; i < count; i += 1) {
    if ((recordedAt[i] ?? 0) - (recordedAt[i - 1] ?? 0) <= breakMs) continue
    kept[i - 1] = 1
    kept[i] = 1
    open.push([start, i - 1])
    start = i
  }
  open.push([start, count - 1])
  for (let part = open.pop(); part; part = open.pop()) {
    const [a, b] = part
    if (b - a < 2) continue
    const [ax = 0, ay = 0, at = 0] = [lngE7[a], latE7[a], recordedAt[a]]
    const took = Math.max(1, (recordedAt[b] ?? 0) - at)
    const [dx, dy] = [((lngE7[b] ?? 0) - ax) / took, ((latE7[b] ?? 0) - ay) / took]
    let [worst, where] = [most * most, -1]
    for (let i = a + 1; i < b; i += 1) {
      const t = (recordedAt[i] ?? 0) - at
      const x = ((lngE7[i] ?? 0) - ax - dx * t) * across
      const y = (latE7[i] ?? 0) - ay - dy * t
      const off = x * x + y * y
      if (off > worst) [worst, where] = [off, i]
    }
    // Whoever stands for an hour is not lost for an hour: a point at least as often as a break needs.
    if (where < 0 && took <= breakMs) continue
    if (where < 0) where = (a + b) >> 1
    kept[where] = 1
    open.push([a, where], [where, b])
  }
  return every.filter((i) => kept[i] === 1)
}
