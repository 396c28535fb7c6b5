/** One officer on the way from where the screen showed them to their newest fix. Times in Unix milliseconds. */
export interface Motion {
  officerId: number
  gridId: number
  /** The phone's clock. */
  recordedAt: number
  speed: number | null
  heading: number | null
  fromLng: number
  fromLat: number
  lng: number
  lat: number
  fromHeading: number
  /** The screen's clock, when the walk to the fix began, and how long it takes. */
  startedAt: number
  duration: number
}

export const metersPerDegree = 111_320
const shortest = 600
const longest = 12_000
/** Faster than this between two fixes is a new start, not a movement: about 216 km/h. */
const fastest = 60

/** Milliseconds a walk to a fix takes: what lay between it and the last, so that the next one finds them just arrived. Null for a jump. */
export function walkMs(betweenMs: number, meters: number): number | null {
  if (meters > (Math.max(1000, betweenMs) / 1000) * fastest) return null
  return Math.min(longest, Math.max(shortest, betweenMs))
}
export const standMs = shortest

/** How far the walk is done, from 0 to 1. */
export const doneOf = (startedAt: number, duration: number, now: number): number =>
  Math.min(1, Math.max(0, (now - startedAt) / duration))

/** The heading on the way from one to another, degrees, the short way round; done in the first third of the walk. */
export const turn = (from: number, to: number, done: number): number =>
  from + (((((to - from) % 360) + 540) % 360) - 180) * Math.min(1, done * 3)

/** Where the screen shows the officer now, and the way they face. */
export function placeAt(motion: Motion, now: number): { lng: number; lat: number; heading: number } {
  const done = doneOf(motion.startedAt, motion.duration, now)
  return {
    lng: motion.fromLng + (motion.lng - motion.fromLng) * done,
    lat: motion.fromLat + (motion.lat - motion.fromLat) * done,
    heading: turn(motion.fromHeading, motion.heading ?? motion.fromHeading, done),
  }
}
