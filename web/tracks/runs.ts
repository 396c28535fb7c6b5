/** A fix of a way: degrees, Unix milliseconds, m/s. */
export interface WayPoint {
  lng: number
  lat: number
  at: number
  speed: number | null
  jump: boolean
}

export const metersPerDegree = 111_320
/** A pause longer than this is a break in the line: nobody knows the way between. */
export const breakMs = 5 * 60_000
/** Nobody moves faster, in m/s: the live picture starts anew at it as well. */
const fastest = 60

type Place = Pick<WayPoint, 'lng' | 'lat'>
/** Metres between two near places; the earth is flat enough at this size. */
export function metersBetween(a: Place, b: Place): number {
  const x = (b.lng - a.lng) * Math.cos(((a.lat + b.lat) * Math.PI) / 360)
  return Math.hypot(x, b.lat - a.lat) * metersPerDegree
}

/** The way as unbroken runs of two points and more; a jump is left out and breaks the line. */
export function runsOf(points: readonly WayPoint[]): WayPoint[][] {
  const runs: WayPoint[][] = []
  let last: WayPoint | null = null
  for (const point of points) {
    if (point.jump) {
      last = null
      continue
    }
    if (!last || point.at - last.at > breakMs) runs.push([])
    runs.at(-1)?.push(point)
    last = point
  }
  return runs.filter((run) => run.length > 1)
}

/** Whether a fix that comes without a word about it lies farther from the last than anybody moves. */
export function isJump(
  last: Omit<WayPoint, 'speed' | 'jump'> | undefined,
  next: Omit<WayPoint, 'speed' | 'jump'>,
): boolean {
  if (!last) return false
  const seconds = Math.max(1, (next.at - last.at) / 1000)
  return metersBetween(last, next) > seconds * fastest
}

/** A stretch longer than this, in ms, says more by its length than by the phone's figure at its ends. */
const trustedMs = 30_000

/** The speed between two points of a way in m/s: the phone's own where they lie close, the way walked otherwise. */
export function speedBetween(a: WayPoint, b: WayPoint): number {
  const ms = Math.max(1, b.at - a.at)
  if (ms <= trustedMs && a.speed !== null && b.speed !== null) return (a.speed + b.speed) / 2
  return (metersBetween(a, b) * 1000) / ms
}

/** The place at an instant, between the two points around it; null in a break and outside. */
export function wayAt(run: readonly WayPoint[], at: number): { lng: number; lat: number } | null {
  const first = run[0]
  const last = run.at(-1)
  if (!first || !last || at < first.at || at > last.at) return null
  let [low, high] = [0, run.length - 1]
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((run[middle]?.at ?? 0) <= at) low = middle
    else high = middle
  }
  const [a, b] = [run[low] ?? first, run[high] ?? last]
  const t = b.at > a.at ? (at - a.at) / (b.at - a.at) : 0
  return { lng: a.lng + (b.lng - a.lng) * t, lat: a.lat + (b.lat - a.lat) * t }
}
