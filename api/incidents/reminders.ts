import { type Handler, schedule } from '../db/jobs.ts'
import { appendTimeline } from '../db/timeline.ts'
import type { Clock } from './clocks.ts'
import { eventOf } from './effects.ts'
import { holdIncident } from './queries.ts'
import { clockJob } from './stages.ts'

const clockwork = { name: '时限', role: 'system' }

/**
 * What the clock of an incident says when nobody moves it: a reminder when the light turns yellow, one when it turns red, and then
 * after every half of the limit again it goes one grid up, until the town. Done by the durable queue, once each.
 */
export const clockHandler = (clock: () => Clock): Handler => ({
  async run(tx, job, at) {
    const row = await holdIncident(tx, Number(job.key))
    if (!row?.warnAt || !row.dueAt || !row.stageAt || !row.stageKind || row.state === 'suspended') return
    const told = typeof job.data.told === 'number' ? job.data.told : -1
    const runAgain = (runAt: Date, next: number) =>
      schedule(tx, [{ kind: clockJob, key: job.key, runAt, data: { told: next } }])
    if (at < row.warnAt) return await runAgain(row.warnAt, -1)
    if (at < row.dueAt) {
      await runAgain(row.dueAt, 0)
      if (told < 0)
        await appendTimeline(tx, [eventOf('incident:warned', row, clockwork, at, { stage: row.stage })])
      return
    }
    // Level 0: it is overdue, and the grid it lies in is told; then the grids above it, one at a time.
    const level = Math.max(0, told)
    const grids = row.path.toReversed()
    if (level + 1 < grids.length) {
      const half = clock().worked(row.stageAt.getTime(), row.dueAt.getTime(), row.stageKind) / 2
      await runAgain(new Date(clock().after(at.getTime(), Math.max(half, 1), row.stageKind)), level + 1)
    }
    const event = level === 0 ? 'incident:overdue' : 'incident:escalated'
    await appendTimeline(tx, [
      eventOf(event, row, clockwork, at, { stage: row.stage, level, gridId: grids[level] }),
    ])
  },
})
