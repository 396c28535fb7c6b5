import type { Services } from '../app.ts'
import type { Job } from '../db/jobs.ts'
import { Refusal } from '../errors.ts'
import { openLoop } from '../incidents/loop.ts'
import { findIncident } from '../incidents/queries.ts'
import { metersBetween } from '../positions/nearby.ts'
import {
  type AssignmentRow,
  findAssignment,
  hasLead,
  listAssignments,
  listUnderWay,
  type OwnRow,
} from './queries.ts'
import { createDispatcher } from './recommendation.ts'
import { hand, lapseOffer, progressSquad, recallSquad, sendSquad, Taken, tellNobody } from './squads.ts'

/** So much nearer than when they took it, and they are on their way. */
const setOutMeters = 150
/** Where somebody was longer ago than this says nothing of where they are. */
const freshMs = 60_000
const positioned = { name: '定位', role: 'system', accountId: null, officerId: null }

/** What squads do without a hand: offers that nobody answers go on to the next, and who arrives is on the scene by their position. */
export function createFollowing(services: Omit<Services, 'following'>) {
  const { db, now, live, roster, locator, settings } = services
  const { life, committed } = openLoop(services)
  const { recommendFor } = createDispatcher(services)
  /** How far somebody was when they were first seen with an assignment. */
  const beganAt = new Map<number, number>()

  /** Declined or unanswered: the next squad of the recommendation is asked, unless the desk wanted none; or the desk is told. */
  async function offerNext(over: AssignmentRow): Promise<void> {
    const { incidentId } = over
    const [all, incident] = await Promise.all([listAssignments(db, incidentId), findIncident(db, incidentId)])
    if (!incident || !['dispatched', 'handling'].includes(incident.state)) return
    // Somebody was asked since: by the desk, or by us before a stop.
    if (all.some(({ afterId }) => afterId === over.id) || (over.lead && (await hasLead(db, incidentId))))
      return
    const tried = all.filter(({ endedAt }) => endedAt !== null).map((one) => one.unitId)
    const seen = over.next
      ? await recommendFor({ role: 'admin', grids: [locator().townId] }, incidentId, new Set(tried))
      : null
    const { offerSeconds } = settings.now()
    for (const candidate of seen?.candidates ?? []) {
      const officerIds = candidate.officers.map(({ officerId }) => officerId)
      const request = { unitId: candidate.unitId, officerIds, next: true, interrupt: false }
      try {
        await db.transaction((tx) =>
          sendSquad(tx, life(), {
            id: incidentId,
            request,
            after: over,
            seen,
            offerSeconds,
            onShift: roster.isOpen,
          }),
        )
        return
      } catch (error) {
        // Taken meanwhile, or signed off: the one after.
        if (!(error instanceof Refusal || error instanceof Taken)) throw error
      }
    }
    await db.transaction((tx) => tellNobody(tx, over, now()))
  }

  async function follow(): Promise<void> {
    const underWay = await listUnderWay(db, null)
    const { arriveMeters } = settings.now()
    let moved = false
    for (const id of beganAt.keys()) if (!underWay.some((one) => one.id === id)) beganAt.delete(id)
    for (const one of underWay)
      try {
        moved = (await followOne(one, arriveMeters)) || moved
      } catch (error) {
        // Pressed at the same moment, or recalled: that is how it stands then. One that fails does not hold up the others.
        if ((error as { status?: number }).status !== 409)
          console.error(`squad ${one.id}: ${(error as Error).message}`)
      }
    if (moved) committed()
  }
  /** Whether it has moved on. */
  async function followOne(one: OwnRow, arriveMeters: number): Promise<boolean> {
    if (!one.officers.some(({ officerId }) => roster.isOpen(officerId))) {
      // All of it have signed off: it does not come any more.
      const end = { doer: hand, id: one.id, reason: '已下班', at: now(), goesOn: true }
      await db.transaction((tx) => recallSquad(tx, end))
      return true
    }
    if (one.state !== 'accepted' && one.state !== 'enroute') return false
    const meters = nearestOf(one)
    if (meters === null) return false
    if (!beganAt.has(one.id)) beganAt.set(one.id, meters)
    const setOut = one.state === 'accepted' && (beganAt.get(one.id) ?? 0) - meters >= setOutMeters
    const state = meters <= arriveMeters ? 'onscene' : setOut ? 'enroute' : null
    if (!state) return false
    const step = { doer: positioned, id: one.id, state, at: now() } as const
    await db.transaction((tx) => progressSquad(tx, step, 'position'))
    return true
  }
  /** Metres of the nearest of a squad to its case, by positions since it took it; null: none is known. */
  function nearestOf({ officers, lng, lat, answeredAt }: OwnRow): number | null {
    const since = Math.max(now().getTime() - freshMs, answeredAt?.getTime() ?? 0)
    const there = officers.flatMap(({ officerId }) => {
      const at = live.find({ grids: [locator().townId] }, officerId)
      return at && Date.parse(at.recordedAt) >= since ? [metersBetween(at.lng, at.lat, lng, lat)] : []
    })
    return there.length > 0 ? Math.min(...there) : null
  }

  /** An offer's time is over, or nobody comes: the next one waits for the roads, so outside of the transaction that takes the job. */
  async function lapse({ key, data }: Pick<Job, 'key' | 'data'>, at: Date): Promise<void> {
    const id = Number(key)
    const lapsed = await db.transaction((tx) => lapseOffer(tx, id, at))
    // Told again after a stop in between: the offer had lapsed, and nobody was asked after it.
    const over = lapsed ?? (await findAssignment(db, id))
    if (over && (lapsed || over.state === 'lapsed' || (data.goesOn && over.endedAt))) await offerNext(over)
  }
  return { follow, lapse }
}
export type Following = ReturnType<typeof createFollowing>
