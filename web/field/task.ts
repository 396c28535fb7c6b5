import type { OwnAssignment } from '../../api/contract/assignment.ts'
import type { Journey } from '../../api/contract/dispatch.ts'
import type { FixReport } from '../../api/contract/position.ts'
import type { Problem } from '../../api/contract/problem.ts'
import { type AssignmentState, progress, sosClass } from '../../api/contract/squad-rules.ts'

// What somebody is sent to, as facts: what rings, what is the task, what comes next, and how far it is.

export const steps = progress
export type Step = (typeof progress)[number]

/** The way as it was last asked for, and where from. */
export interface Way {
  at: number
  lng: number | null
  lat: number | null
  journey: Journey | null
  problem: Problem | null
}

const wayEveryMs = 15_000
const wayMeters = 100
/** A way that there is none of is asked for again more rarely. */
const noWayEveryMs = 30_000

export function metersBetween(a: { lng: number; lat: number }, b: { lng: number; lat: number }): number {
  const across = Math.cos((a.lat * Math.PI) / 180)
  return 111_195 * Math.hypot((a.lng - b.lng) * across, a.lat - b.lat)
}

/** Whether the way is to be asked for again. */
export function isWayDue(
  seen: Way | null,
  now: number,
  last: Pick<FixReport, 'lng' | 'lat'> | null,
): boolean {
  if (!seen) return true
  if (now - seen.at >= (seen.journey ? wayEveryMs : noWayEveryMs)) return true
  if (!last || seen.lng === null || seen.lat === null) return false
  return metersBetween({ lng: seen.lng, lat: seen.lat }, last) >= wayMeters
}

const weights = { urgent: 0, usual: 1, minor: 2 }
/** The offer that rings first: an officer in danger, then by weight, then by what lapses first. */
export const offerOf = (all: readonly OwnAssignment[]): OwnAssignment | null =>
  all
    .filter(({ state }) => state === 'offered')
    .toSorted(
      (a, b) =>
        Number(b.classCode === sosClass) - Number(a.classCode === sosClass) ||
        weights[a.severity] - weights[b.severity] ||
        Date.parse(a.lapsesAt) - Date.parse(b.lapsesAt),
    )[0] ?? null

/** What I am on. */
export const taskOf = (all: readonly OwnAssignment[]): OwnAssignment | null =>
  all.find(({ state }) => state === 'accepted' || state === 'enroute' || state === 'onscene') ?? null

const next: Partial<Record<AssignmentState, Step>> = {
  accepted: 'enroute',
  enroute: 'onscene',
  onscene: 'done',
}
/** The step that comes now; null where nothing is left to say. */
export const nextStep = ({ state }: Pick<OwnAssignment, 'state'>): Step | null => next[state] ?? null

/** Milliseconds until an offer lapses. `skew` is added to the phone's clock; never longer than the offer ever was. */
export function leftOf(
  offer: Pick<OwnAssignment, 'offeredAt' | 'lapsesAt'>,
  now: number,
  skew: number,
): number {
  const end = Date.parse(offer.lapsesAt)
  return Math.min(Math.max(0, end - now - skew), end - Date.parse(offer.offeredAt))
}

/** Metres as somebody says them. */
export const metersText = (meters: number, words: { m: (n: string) => string; km: (n: string) => string }) =>
  meters < 995 ? words.m(String(Math.round(meters / 10) * 10)) : words.km((meters / 1000).toFixed(1))
