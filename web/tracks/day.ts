import type { Bounds } from '../../api/contract/geo.ts'
import { beginningOf, dayDate, startOfDay } from '../format.ts'
import { metersPerDegree, speedBetween, type WayPoint } from './runs.ts'

/** A stretch of a day in the town's zone: whole hours, 24 is the next day's beginning. */
export interface DaySpan {
  date: string
  fromHour: number
  toHour: number
}

const hourMs = 3_600_000
const dayMs = 24 * hourMs

export const dayBefore = (date: string): string =>
  new Date(Date.parse(date) - dayMs).toISOString().slice(0, 10)
const dayAfter = (date: string): string => new Date(Date.parse(date) + dayMs).toISOString().slice(0, 10)
export const todayIn = (now: number, timeZone: string): string => dayDate(now, timeZone)

/** Midnight, on the two days a year with another length as well: what is an hour beside it is led back to it. */
function midnightOf(date: string, timeZone: string): number {
  const inside = startOfDay(beginningOf(date, timeZone) + hourMs, timeZone)
  return startOfDay(inside, timeZone)
}

/** The same in Unix milliseconds; a day that changes its clock is as long as it is. */
export function instantsOf(
  { date, fromHour, toHour }: DaySpan,
  timeZone: string,
): { from: number; to: number } {
  const begin = midnightOf(date, timeZone)
  return {
    from: begin + fromHour * hourMs,
    to: toHour === 24 ? midnightOf(dayAfter(date), timeZone) : begin + toHour * hourMs,
  }
}

const tolerances = [50, 25, 10, 5, 2, 0]
/** How many metres a line may lie beside the way without anybody seeing it: no more than the pixel it is drawn with. */
export const toleranceFor = (metersPerPixel: number): number =>
  tolerances.find((meters) => meters <= metersPerPixel) ?? 0

/** Upper bounds of the classes of speed, in km/h: standing, on foot, on a bicycle, in traffic, faster. */
export const speedBounds = [1, 7, 20, 40] as const
export const classOfSpeed = (metersPerSecond: number): number => {
  const kmh = metersPerSecond * 3.6
  const found = speedBounds.findIndex((bound) => kmh < bound)
  return found < 0 ? speedBounds.length : found
}

/** Mean speed in m/s of each of `count` equal parts of a span; null where nothing is known. */
export function speedBins(
  runs: readonly (readonly WayPoint[])[],
  { from, to }: { from: number; to: number },
  count: number,
): (number | null)[] {
  const meters = new Float64Array(count)
  const known = new Float64Array(count)
  const size = (to - from) / count
  for (const run of runs) {
    for (const [i, b] of run.entries()) {
      const a = run[i - 1]
      if (!a) continue
      const speed = speedBetween(a, b)
      const last = Math.min(count - 1, Math.floor((b.at - from) / size))
      for (let bin = Math.max(0, Math.floor((a.at - from) / size)); bin <= last; bin++) {
        const start = from + bin * size
        const ms = Math.min(b.at, start + size) - Math.max(a.at, start)
        if (ms <= 0) continue
        meters[bin] = (meters[bin] ?? 0) + speed * ms
        known[bin] = (known[bin] ?? 0) + ms
      }
    }
  }
  return Array.from(meters, (sum, bin) => (known[bin] ? sum / known[bin] : null))
}

/** The box around a way; null for an empty one. */
export function boundsOf(points: readonly { lng: number; lat: number }[]): Bounds | null {
  if (points.length === 0) return null
  let [west, south, east, north] = [180, 90, -180, -90]
  for (const { lng, lat } of points) {
    west = Math.min(west, lng)
    east = Math.max(east, lng)
    south = Math.min(south, lat)
    north = Math.max(north, lat)
  }
  return [west, south, east, north]
}

/** The instant of the point nearest to a place, within so many metres; null when none is. */
export function nearestAt(
  points: readonly WayPoint[],
  [lng, lat]: readonly [number, number],
  meters: number,
): number | null {
  const squeeze = Math.cos((lat * Math.PI) / 180)
  let best = (meters / metersPerDegree) ** 2
  let found: number | null = null
  for (const [i, b] of points.entries()) {
    const a = points[i - 1] ?? b
    const [dx, dy] = [(b.lng - a.lng) * squeeze, b.lat - a.lat]
    const [px, py] = [(lng - a.lng) * squeeze, lat - a.lat]
    const length = dx * dx + dy * dy
    const t = length === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / length))
    const off = (px - t * dx) ** 2 + (py - t * dy) ** 2
    if (off >= best) continue
    best = off
    found = a.at + (b.at - a.at) * t
  }
  return found
}
