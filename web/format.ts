import type { Language } from './ui/preferences.ts'

// Figures and times as people read them. Instants come in as milliseconds; the zone is the town's, not the browser's.

const cache = new Map<string, Intl.DateTimeFormat>()
function formatter(
  language: Language,
  timeZone: string,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  const key = `${language}|${timeZone}|${JSON.stringify(options)}`
  let found = cache.get(key)
  if (!found) {
    found = new Intl.DateTimeFormat(language, { ...options, timeZone, hourCycle: 'h23' })
    cache.set(key, found)
  }
  return found
}

const two = '2-digit' as const

export const clock = (ms: number, timeZone: string) =>
  formatter('en', timeZone, { hour: two, minute: two, second: two }).format(ms)
export const hourMinute = (ms: number, timeZone: string) =>
  formatter('en', timeZone, { hour: two, minute: two }).format(ms)
export const longDate = (ms: number, timeZone: string, language: Language) =>
  formatter(language, timeZone, { month: 'long', day: 'numeric', weekday: 'short' }).format(ms)

/** 11-21 09:30, the same in both languages: it stands in columns. */
export function dayTime(ms: number, timeZone: string): string {
  const part = Object.fromEntries(
    formatter('en', timeZone, { month: two, day: two, hour: two, minute: two })
      .formatToParts(ms)
      .map(({ type, value }) => [type, value]),
  )
  return `${part.month}-${part.day} ${part.hour}:${part.minute}`
}

/** 2026-11-21, and 2026-11, in that zone. */
export function dayDate(ms: number, timeZone: string): string {
  const part = Object.fromEntries(
    formatter('en', timeZone, { year: 'numeric', month: two, day: two })
      .formatToParts(ms)
      .map(({ type, value }) => [type, value]),
  )
  return `${part.year}-${part.month}-${part.day}`
}
export const monthOnly = (ms: number, timeZone: string) => dayDate(ms, timeZone).slice(0, 7)

export const dayOnly = (ms: number, timeZone: string) => dayTime(ms, timeZone).slice(0, 5)

/** Milliseconds of the day's beginning in that zone. Right across offsets; a day that changes its clock is cut by the later offset. */
export function startOfDay(ms: number, timeZone: string): number {
  const [hour = 0, minute = 0, second = 0] = clock(ms, timeZone).split(':').map(Number)
  return Math.floor(ms / 1000) * 1000 - ((hour * 60 + minute) * 60 + second) * 1000
}

/** Milliseconds as the two largest units that matter: 42 s, 3 min, 2 h 05, 4 d. */
export function duration(ms: number, units: { s: string; min: string; h: string; d: string }): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 60) return `${seconds} ${units.s}`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} ${units.min}`
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return `${hours} ${units.h} ${String(minutes % 60).padStart(2, '0')}`
  return `${Math.floor(hours / 24)} ${units.d} ${hours % 24} ${units.h}`
}

/** Milliseconds as a clock that was started: 02:07, 1:02:07. */
export function elapsed(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const two = (value: number) => String(value).padStart(2, '0')
  const hours = Math.floor(seconds / 3600)
  return `${hours > 0 ? `${hours}:` : ''}${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
}

export const figure = (value: number) => value.toLocaleString('en-US')

export function area(km2: number): string {
  if (km2 >= 10) return km2.toFixed(1)
  return km2 >= 1 ? km2.toFixed(2) : km2.toFixed(3)
}

/** A bar of at most `maxPixels` standing for a round length, as a map scale is read. */
export function scaleBar(metersPerPixel: number, maxPixels: number): { pixels: number; label: string } {
  const limit = metersPerPixel * maxPixels
  const power = 10 ** Math.floor(Math.log10(limit))
  const meters = power * ([5, 2, 1].find((step) => step * power <= limit) ?? 1)
  return { pixels: meters / metersPerPixel, label: meters >= 1000 ? `${meters / 1000} km` : `${meters} m` }
}

/** The instant at which a day (2026-11-21) begins in that zone. */
export function beginningOf(date: string, timeZone: string): number {
  const noon = Date.parse(`${date}T12:00:00Z`)
  // Noon in Greenwich is that day nearly everywhere; in the farthest zones it is the one before or after.
  const inside =
    [noon, noon - 43_200_000, noon + 43_200_000].find((at) => dayDate(at, timeZone) === date) ?? noon
  return startOfDay(inside, timeZone)
}
