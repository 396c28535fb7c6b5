import type { MovedOfficer } from '../../api/contract/frames.ts'

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

const shortest = 600
const longest = 12_000
/** Faster than this between two fixes is a new start, not a movement: about 216 km/h. */
const fastest = 60

/** Metres between two near places; the earth is flat enough at this size. */
export function metersBetween(lng1: number, lat1: number, lng2: number, lat2: number): number {
  const x = (lng2 - lng1) * Math.cos(((lat1 + lat2) * Math.PI) / 360)
  return Math.hypot(x, lat2 - lat1) * 111_320
}

const ease = (t: number) => Math.min(1, Math.max(0, t))
const turn = (from: number, to: number, t: number) => from + (((((to - from) % 360) + 540) % 360) - 180) * t

/** Where the screen shows the officer now, and the way they face. */
export function placeAt(motion: Motion, now: number): { lng: number; lat: number; heading: number } {
  const t = ease((now - motion.startedAt) / motion.duration)
  return {
    lng: motion.fromLng + (motion.lng - motion.fromLng) * t,
    lat: motion.fromLat + (motion.lat - motion.fromLat) * t,
    heading: turn(motion.fromHeading, motion.heading ?? motion.fromHeading, Math.min(1, t * 3)),
  }
}

/**
 * The motion after a new fix: from where the screen shows the officer to the fix, in the time that lay between the
 * last two fixes, so that the next one finds them just arrived. An older fix changes nothing.
 */
export function moveTo(last: Motion | undefined, fix: Omit<MovedOfficer, 'gone'>, now: number): Motion {
  if (last && fix.recordedAt < last.recordedAt) return last
  const fresh = {
    officerId: fix.officerId,
    gridId: fix.gridId,
    recordedAt: fix.recordedAt,
    speed: fix.speed,
    heading: fix.heading ?? last?.heading ?? null,
    lng: fix.lng,
    lat: fix.lat,
    startedAt: now,
  }
  const still = {
    ...fresh,
    fromLng: fix.lng,
    fromLat: fix.lat,
    fromHeading: fix.heading ?? 0,
    duration: shortest,
  }
  if (!last) return still
  const between = fix.recordedAt - last.recordedAt
  const jump = metersBetween(last.lng, last.lat, fix.lng, fix.lat)
  if (jump > (Math.max(1000, between) / 1000) * fastest) return still
  const shown = placeAt(last, now)
  return {
    ...fresh,
    fromLng: shown.lng,
    fromLat: shown.lat,
    fromHeading: shown.heading,
    duration: Math.min(longest, Math.max(shortest, between)),
  }
}
