import { instantOf } from '../staffing/calendar.ts'

/** What a device wrote about itself, taken out before everything else is dropped: evidence, not proof. */
export interface Evidence {
  takenAt: Date | null
  takenLng: number | null
  takenLat: number | null
}
/** How far a phone's clock may be ahead. */
const aheadMs = 86_400_000
const earliest = Date.UTC(2000, 0, 1)

/**
 * The instant of `2026:11-20 12:00:00` or `2026-11-20T12:00:00+0800`; without an offset the wall clock of `timeZone`.
 * Null for what is no instant, lies before 2000 (a clock never set) or in the future.
 */
export function readInstant(
  written: string,
  { offset = '', timeZone, now }: { offset?: string; timeZone: string; now: Date },
): Date | null {
  const match = written
    .trim()
    .match(/^(\d{4})[:-](\d\d)[:-](\d\d)[ T](\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?\s*(Z|[+-]\d\d:?\d\d)?$/)
  if (!match) return null
  const [, year, month, date, hour, minute, second, own] = match
  const day = `${year}-${month}-${date}`
  const wall = Date.parse(`${day}T${hour}:${minute}:${second}Z`)
  // Date.parse takes a 31st of February for the 3rd of March.
  if (Number.isNaN(wall) || new Date(wall).toISOString().slice(0, 10) !== day) return null
  const zone = (own ?? offset.trim()).match(/^(?:(Z)|([+-])(\d\d):?(\d\d))$/)
  const at = zone
    ? wall - (zone[2] === '-' ? -1 : 1) * (Number(zone[3] ?? 0) * 60 + Number(zone[4] ?? 0)) * 60_000
    : instantOf(day, `${hour}:${minute}`, timeZone).getTime() + Number(second) * 1000
  return plausible(at, now)
}

export const plausible = (at: number, now: Date): Date | null =>
  at >= earliest && at <= now.getTime() + aheadMs ? new Date(at) : null

/**
 * A position as it was written, in degrees: phones sold in China may write GCJ-02 without saying so, which cannot be told from
 * WGS 84 by looking. Nulls for 0/0 (no fix yet) and for what lies on no globe.
 */
export function readPlace(lng: number, lat: number): Pick<Evidence, 'takenLng' | 'takenLat'> {
  const isPlace =
    Number.isFinite(lng) &&
    Number.isFinite(lat) &&
    Math.abs(lng) <= 180 &&
    Math.abs(lat) <= 90 &&
    !(lng === 0 && lat === 0)
  return isPlace ? { takenLng: lng, takenLat: lat } : { takenLng: null, takenLat: null }
}

/** ISO 6709 in decimal degrees, as films carry it: +31.8201+120.3010+012.3/ */
export function readIso6709(written: string): Pick<Evidence, 'takenLng' | 'takenLat'> {
  const match = written.match(/([+-]\d{1,2}(?:\.\d+)?)([+-]\d{1,3}(?:\.\d+)?)(?![\d.])/)
  return readPlace(Number(match?.[2] ?? Number.NaN), Number(match?.[1] ?? Number.NaN))
}
