import type { Hours, Season, Week } from './kinds.ts'
import type { Random } from './random.ts'
import { stream } from './random.ts'
import { weekdayOf, ZONE_MS } from './roster.ts'

// relative weight of January … December
const MONTHS: Record<Season, number[]> = {
  flat: [9, 8, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10],
  summer: [5, 5, 7, 9, 12, 14, 16, 16, 13, 10, 7, 5],
  winter: [16, 14, 11, 8, 6, 5, 5, 5, 7, 9, 12, 16],
  spring: [6, 8, 15, 17, 15, 10, 8, 7, 8, 8, 7, 6],
  autumn: [7, 6, 8, 8, 8, 8, 8, 9, 11, 15, 17, 12],
  plumRain: [2, 2, 3, 4, 6, 24, 22, 12, 7, 3, 2, 2],
  harvest: [0.5, 0.5, 0.5, 0.5, 2, 26, 2, 1, 3, 34, 16, 1],
  holiday: [18, 30, 3, 2, 2, 1, 1, 1, 2, 4, 2, 8],
}
// relative weight of the hours 0 … 23
const HOURS: Record<Hours, number[]> = {
  round: [2, 1, 1, 1, 1, 2, 4, 6, 7, 7, 7, 6, 5, 5, 6, 6, 6, 6, 5, 5, 5, 4, 3, 3],
  office: [0, 0, 0, 0, 0, 0, 1, 4, 13, 17, 15, 9, 3, 6, 14, 15, 11, 6, 2, 1, 1, 0, 0, 0],
  daylight: [0, 0, 0, 0, 0, 2, 5, 9, 12, 12, 11, 8, 5, 7, 11, 11, 10, 8, 4, 2, 1, 1, 0, 0],
  market: [0, 0, 0, 0, 1, 5, 12, 14, 10, 7, 5, 5, 4, 3, 4, 6, 10, 13, 10, 6, 3, 1, 0, 0],
  evening: [1, 0, 0, 0, 0, 0, 1, 2, 2, 3, 3, 3, 3, 3, 3, 4, 6, 11, 17, 19, 16, 9, 5, 2],
  night: [9, 7, 5, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 4, 6, 9, 13, 16, 16, 12],
  traffic: [1, 1, 0, 0, 0, 1, 5, 16, 14, 7, 5, 5, 5, 4, 4, 6, 9, 16, 11, 6, 4, 3, 2, 1],
}
// relative weight of Sunday … Saturday
const WEEK: Record<Week, number[]> = {
  flat: [10, 10, 10, 10, 10, 10, 10],
  work: [4.5, 12, 11, 11, 10.5, 10.5, 5.5],
  leisure: [14, 8.5, 8.5, 9, 9, 11, 14],
}

/** How likely things are on a local day and in an hour of it. */
export type Calendar = {
  dayWeight(day: number, season: Season, week: Week): number
  isWet(day: number): boolean
}

/** The weather and the luck of the year: rain days, and days that are busier than others. */
export function openCalendar(seed: number): Calendar {
  const busy = (day: number) => stream(seed, `day ${day}`).logNormal(1, 0.11)
  const isWet = (day: number) =>
    stream(seed, `rain ${day}`).chance(
      [0.14, 0.14, 0.2, 0.18, 0.18, 0.42, 0.36, 0.22, 0.16, 0.1, 0.12, 0.1][monthOf(day)]!,
    )
  const memo = new Map<number, [busy: number, wet: boolean]>()
  const of = (day: number) => memo.get(day) ?? memo.set(day, [busy(day), isWet(day)]).get(day)!
  return {
    isWet: (day) => of(day)[1],
    dayWeight: (day, season, week) => {
      const [luck, wet] = of(day)
      const rain = season === 'plumRain' ? (wet ? 4 : 0.25) : season === 'summer' && wet ? 0.75 : 1
      return smoothMonth(day, MONTHS[season]) * WEEK[week][weekdayOf(day)]! * luck * rain
    },
  }
}

/** The weights of the 24 hours of a day. */
export const hourWeights = (hours: Hours): readonly number[] => HOURS[hours]

/** 0 January … 11 December. */
export const monthOf = (day: number) => new Date(day * 86_400_000).getUTCMonth()
/** The local hour of an instant, 0–23. */
export const localHour = (at: number) => Math.floor((at + ZONE_MS) / 3_600_000) % 24

// months run into each other; sharp seasons (harvest, plum rain) keep most of their edge
function smoothMonth(day: number, months: number[]): number {
  const date = new Date(day * 86_400_000)
  const m = date.getUTCMonth()
  const t = (date.getUTCDate() - 15.5) / 31
  const other = months[(m + (t < 0 ? 11 : 1)) % 12]!
  return months[m]! * (1 - Math.abs(t)) + other * Math.abs(t)
}

/** A chance instant within an hour of a local day. */
export const within = (random: Random, day: number, hour: number) =>
  day * 86_400_000 - ZONE_MS + Math.floor((hour + random.next()) * 3600) * 1000
