import type { ClockStage } from '../contract/clock.ts'
import { incident, type TimelineEvent } from '../contract/incident.ts'
import { stageOf } from '../contract/lifecycle.ts'

/** One limit of an incident: when its clock began, when it was due, when it was kept or broken (milliseconds late; 0: in time). */
export interface StageRecord {
  stage: ClockStage
  /** Which limit of the handling; 0 elsewhere. */
  part: number
  begunAt: string
  dueAt: string
  /** Null: it runs. */
  doneAt: string | null
  lateMs: number
}

const clockOf = incident.pick({ state: true, stageAt: true, dueAt: true, part: true })

/** The clocks of an incident as its timeline tells them, oldest first; `now` for the one that runs. Imported history tells none. */
export function stagesOf(timeline: readonly TimelineEvent[], now: Date): StageRecord[] {
  const records: StageRecord[] = []
  let open: StageRecord | undefined
  const finish = (at: string) => {
    if (!open) return
    records.push({ ...open, doneAt: at, lateMs: lateness(open.dueAt, at) })
    open = undefined
  }
  for (const { at, data } of timeline) {
    const told = clockOf.safeParse(data.incident)
    // A clock that stands is still the same clock.
    if (!told.success || told.data.state === 'suspended') continue
    const { state, stageAt, dueAt, part } = told.data
    const stage = stageOf[state]
    if (
      open &&
      (open.stage !== stage || open.part !== part || (stageAt !== null && open.begunAt !== stageAt))
    )
      finish(at)
    if (stage && stageAt && dueAt) open = { stage, part, begunAt: stageAt, dueAt, doneAt: null, lateMs: 0 }
  }
  if (open) records.push({ ...open, lateMs: lateness(open.dueAt, now.toISOString()) })
  return records
}

const lateness = (dueAt: string, at: string) => Math.max(0, Date.parse(at) - Date.parse(dueAt))
