import type { Db } from '../db/connect.ts'
import { type Handler, type Job, schedule, unschedule } from '../db/jobs.ts'
import { addDays, dueAt, nextPeriod, periodOf, type Span } from './periods.ts'
import { findPlace, findSchedule, findTownId, insertRun, noteNext, type ScheduleRow } from './queries.ts'

// Briefings that are due by the town's clock. The job that asks for one and the next job are one transaction: each period is asked for once,
// by whichever process, and what fell due while nobody served is made up for.

export const dueJob = 'reports:due'
/** Of a long standstill so many periods are made up for, the newest. */
const mostMadeUp = 4

const jobOf = ({ id }: Pick<ScheduleRow, 'id'>, span: Span, runAt: Date): Job => ({
  kind: dueJob,
  key: String(id),
  runAt,
  data: { id, from: span.from },
})

/** Owner. Plans the first briefing of a schedule after an instant, or none when it rests. */
export async function planSchedule(tx: Db, id: number, after: Date): Promise<void> {
  const one = await findSchedule(tx, id)
  const place = one && (await findPlace(tx, one.gridId, [await findTownId(tx)]))
  if (!one?.active || !place) {
    await unschedule(tx, dueJob, String(id))
    if (one) await noteNext(tx, id, null)
    return
  }
  const span = nextPeriod(one.kind, { hour: one.hour, timeZone: place.timeZone, after })
  const at = dueAt(span, one.hour, place.timeZone)
  await schedule(tx, [jobOf(one, span, at)])
  await noteNext(tx, id, at)
}

/** Asks for the briefing that is due and plans the next one; `wake` is called when there is something to make. */
export const dueHandler = (wake: () => void): Handler => ({
  async run(tx, { data }, at) {
    const one = await findSchedule(tx, Number(data.id))
    const place = one && (await findPlace(tx, one.gridId, [await findTownId(tx)]))
    if (!one?.active || !place) return
    const { timeZone } = place
    const due = (span: Span) => dueAt(span, one.hour, timeZone)
    // All that has fallen due, the newest of them.
    const missed: Span[] = []
    for (
      let span = periodOf(one.kind, String(data.from));
      due(span) <= at;
      span = periodOf(one.kind, addDays(span.to, 1))
    )
      missed.push(span)
    for (const span of missed.slice(-mostMadeUp))
      await insertRun(tx, {
        kind: one.kind,
        ...span,
        language: one.language,
        gridId: one.gridId,
        path: place.path,
        advice: '',
        promises: [],
        scheduleId: one.id,
        recipients: one.recipients,
        askedAt: at,
        askedBy: one.language === 'en' ? 'schedule' : '定时',
      })
    const next = nextPeriod(one.kind, { hour: one.hour, timeZone, after: at })
    await schedule(tx, [jobOf(one, next, due(next))])
    await noteNext(tx, one.id, due(next), missed.at(-1)?.from)
    setTimeout(wake, 50).unref()
  },
})
