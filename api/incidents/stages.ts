import type { ClassLimits } from '../contract/incident.ts'
import { stageOf } from '../contract/lifecycle.ts'
import type { Clock } from './clocks.ts'
import type { IncidentRow } from './queries.ts'

/** What of an incident is its clock. */
export type StageClock = Pick<
  IncidentRow,
  'stage' | 'stageKind' | 'stageAt' | 'warnAt' | 'dueAt' | 'part' | 'partsLeft'
>
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

/** The clock after a pause: what was left is laid out again. */
export function resumeStage(row: IncidentRow, at: Date, clock: Clock): Partial<StageClock> {
  const { pausedAt, stageKind: kind, warnAt, dueAt } = row
  if (!pausedAt || !kind || !dueAt) return {}
  const moved = (instant: Date) =>
    new Date(clock.resumeDue(pausedAt.getTime(), instant.getTime(), at.getTime(), kind))
  return { warnAt: warnAt && moved(warnAt), dueAt: moved(dueAt) }
}
