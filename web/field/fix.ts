import type { FixReport } from '../../api/contract/position.ts'

/** While moving: at a walk five seconds are shorter than what a phone in the street is wrong by. */
export const movingEveryMs = 5000
/** Standing: half of the 60 s after which a phone counts as silent. */
export const standingEveryMs = 30_000
/** Slower is standing: a phone that lies still reports some speed too. */
const movingMetersPerSecond = 0.5
const movingMeters = 15

/** What a browser tells of a place; times in Unix milliseconds. */
export interface Reading {
  timestamp: number
  coords: Pick<GeolocationCoordinates, 'longitude' | 'latitude' | 'accuracy' | 'speed' | 'heading'>
}

/** A reading as it is reported. `skew` is added to the phone's clock to get the server's; a battery the browser does not tell is left out. */
export function fixOf({ timestamp, coords }: Reading, skew: number, battery?: number): FixReport {
  // Without a speed some phones give NaN or -1, which would refuse the whole batch.
  const within = (value: number | null | undefined, most: number) =>
    typeof value === 'number' && value >= 0 && value <= most ? value : undefined
  const fix = {
    lng: coords.longitude,
    lat: coords.latitude,
    recordedAt: new Date(timestamp + skew).toISOString(),
    accuracy: within(coords.accuracy, 100_000),
    speed: within(coords.speed, 200),
    heading: within(coords.heading, 360),
    battery: within(battery, 1),
  }
  return Object.fromEntries(Object.entries(fix).filter(([, value]) => value !== undefined)) as FixReport
}

/** Whether a fix is to be kept, after the one kept before. */
export function isDue(before: FixReport | null, next: FixReport): boolean {
  if (!before) return true
  const elapsed = Date.parse(next.recordedAt) - Date.parse(before.recordedAt)
  if (elapsed >= standingEveryMs) return true
  if (elapsed < movingEveryMs) return false
  const metersApart = Math.hypot(
    (next.lng - before.lng) * 111_320 * Math.cos((next.lat * Math.PI) / 180),
    (next.lat - before.lat) * 111_320,
  )
  return (
    (next.speed ?? 0) >= movingMetersPerSecond || metersApart >= Math.max(movingMeters, next.accuracy ?? 0)
  )
}
