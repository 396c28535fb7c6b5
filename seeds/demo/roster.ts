import type { Officer } from './staff.ts'

export type ShiftKind = 'day' | 'evening' | 'night'
/** One officer's shift; instants are milliseconds since 1970. A night ends on the day after. */
export type RosterShift = { officerCode: string; kind: ShiftKind; startAt: number; endAt: number }

/** China has one zone and no summer time. */
export const ZONE_MS = 8 * 3_600_000
const DAY_MS = 86_400_000
const HOURS: Record<ShiftKind, [number, number]> = { day: [8, 17.5], evening: [15, 23], night: [22, 30] }

/** The number of the local day an instant falls in, since 1970-01-01 in China. */
export const localDay = (at: number) => Math.floor((at + ZONE_MS) / DAY_MS)
/** When a local day begins. */
export const dayStart = (day: number) => day * DAY_MS - ZONE_MS
/** 0 Sunday … 6 Saturday. */
export const weekdayOf = (day: number) => (day + 4) % 7

/**
 * Who is on which shift on a local day: 10 at night, 12 in the evening, 40 by day (30 at weekends).
 * A cycle of four days; after a night comes a day's rest.
 */
export function rosterOf(officers: Officer[], day: number): RosterShift[] {
  const weekend = weekdayOf(day) % 6 === 0
  const count = officers.length
  return officers.flatMap((officer, i) => {
    // 37 has no factor in common with 88: neighbours in a squad are far apart in the cycle
    const place = (((i * 37) % count) + (count / 4) * day) % count
    const kind = kindAt(place, weekend)
    if (!kind) return []
    const [from, to] = HOURS[kind]
    return [
      {
        officerCode: officer.code,
        kind,
        startAt: dayStart(day) + from * 3_600_000,
        endAt: dayStart(day) + to * 3_600_000,
      },
    ]
  })
}

/** Everybody on shift at an instant, those of last night included. */
export function onShiftAt(officers: Officer[], at: number): RosterShift[] {
  const day = localDay(at)
  return [...rosterOf(officers, day - 1), ...rosterOf(officers, day)].filter(
    (s) => s.startAt <= at && at < s.endAt,
  )
}

function kindAt(place: number, weekend: boolean): ShiftKind | undefined {
  if (place < 10) return 'night'
  if (place < 22) return 'evening'
  // 22–31 slept after the night
  return place >= 32 && place < (weekend ? 62 : 72) ? 'day' : undefined
}
