import type { ClassLimits } from '../contract/incident.ts'
import { stageOf } from '../contract/lifecycle.ts'
import type { Db } from '../db/connect.ts'
import { type Job, schedule } from '../db/jobs.ts'
import type { Clock } from './clocks.ts'
import { type IncidentRow, listClockless, type StageClock, writeClock } from './queries.ts'

/** The job that reminds of an incident. */
export const clockJob = 'incident:clock'

const none: StageClock = {
  stage: null,
  stageKind: null,
  stageAt: null,
  warnAt: null,
  dueAt: null,
  part: 0,
  partsLeft: 0,
}

/** The clock of a state that begins now; `part` of the handling's limits. None runs in states that are nobody's turn. */
export function startStage(
  state: IncidentRow['state'],
  { limits, clock, at, part = 0 }: { limits: ClassLimits; clock: Clock; at: Date; part?: number },
): StageClock {
  const stage = stageOf[state]
  if (!stage) return none
  const limit = stage === 'handle' ? (limits.handle[part] ?? limits.handle.at(-1)) : limits[stage]
  if (!limit) return none
  const dueMs = clock.deadline(at.getTime(), limit)
  return {
    stage,
    stageKind: limit.kind,
    stageAt: at,
    warnAt: new Date(clock.warnAt(at.getTime(), dueMs, limit.kind)),
    dueAt: new Date(dueMs),
    part: stage === 'handle' ? part : 0,
    partsLeft: stage === 'handle' ? limits.handle.length - 1 - part : 0,
  }
}

/** What ran out longer ago than this is no news when it comes with an import. */
const newsMs = 86_400_000

/** Owner. Starts the clocks of open incidents that were written with their history, by an import or by the demo; answers how many. */
export async function startMissing(db: Db, clock: Clock, now: Date): Promise<number> {
  const states = Object.keys(stageOf) as IncidentRow['state'][]
  return db.transaction(async (tx) => {
    const rows = await listClockless(tx, states)
    const alarms: Job[] = []
    for (const { id, state, since, limits } of rows) {
      // Clocks run from 1970; an older case is overdue from then on.
      const running = startStage(state, { limits, clock, at: new Date(Math.max(0, since.getTime())) })
      await writeClock(tx, { id, ...running })
      if (running.warnAt && running.dueAt && running.dueAt.getTime() > now.getTime() - newsMs)
        alarms.push({ kind: clockJob, key: String(id), runAt: running.warnAt, data: {} })
    }
    await schedule(tx, alarms)
    return rows.length
  })
}

/** The clock after a pause: what was left is laid out again. */
export function resumeStage(row: IncidentRow, at: Date, clock: Clock): Partial<StageClock> {
  const { pausedAt, stageKind: kind, warnAt, dueAt } = row
  if (!pausedAt || !kind || !dueAt) return {}
  const moved = (instant: Date) =>
    new Date(clock.resumeDue(pausedAt.getTime(), instant.getTime(), at.getTime(), kind))
  return { warnAt: warnAt && moved(warnAt), dueAt: moved(dueAt) }
}
