import { escalateMs, mergedMs, newsMs, rankOf } from '../contract/alert-rules.ts'
import type { Db } from '../db/connect.ts'
import { createFollower, type Follower } from '../db/follower.ts'
import { type Handler, type Job, schedule } from '../db/jobs.ts'
import { appendTimeline, type NewEvent } from '../db/timeline.ts'
import {
  createBook,
  type Entry,
  isTaken,
  newsIn,
  placeOfGrid,
  placeOfIncident,
  placesOf,
  settledBy,
} from './news.ts'
import { pushJobs } from './push.ts'
import {
  type AlertRow,
  findAlert,
  holdAlerts,
  holdHead,
  holdOpenAt,
  insertAlert,
  isBehind,
  listNews,
  listWaitingGrids,
  moveHead,
  type NewsEvent,
  wireAlert,
  writeAlert,
} from './queries.ts'

export const escalateJob = 'alert:escalate'
export const mergedJob = 'alert:merged'

const batch = 500
const hand = { name: '告警', role: 'system' }

/** What a screen is told of an alert; the path is the alert's, who hears it follows from contract/alert-rules. */
export const alertEvent = (
  event: string,
  row: AlertRow,
  at: Date,
  actor: NewEvent['actor'] = hand,
): NewEvent => ({
  event,
  at,
  actor,
  path: row.path,
  data: { alert: wireAlert(row) },
})

export type Alerts = Follower

/**
 * Follows the timeline and raises alerts from it. How far it has read is written in the transaction that writes the alerts: whatever
 * dies in between, and however many processes follow, each event counts once. `told` after a commit that the screens must hear of.
 */
export function createAlerts({ db, now, told }: { db: Db; now: () => Date; told: () => void }): Alerts {
  return createFollower('alerts', {
    isBehind: () => isBehind(db),
    async readOn() {
      const read = await db.transaction((tx) => readOn(tx, now()))
      if (read.changed) told()
      return read.events
    },
  })
}

async function readOn(tx: Db, at: Date): Promise<{ events: number; changed: boolean }> {
  const head = await holdHead(tx)
  const since = new Date(at.getTime() - newsMs)
  const events = await listNews(tx, { ...head, since, limit: batch })
  const last = events.length === batch ? events.at(-1)?.seq : undefined
  await moveHead(tx, last ?? Math.max(head.seq, head.until))
  if (events.length === 0) return { events: 0, changed: false }
  const book = createBook(await holdOpenAt(tx, events.flatMap(placesOf)))
  const taken = new Map<number, NewsEvent>()
  for (const event of events) {
    if (event.incidentId !== null)
      for (const kind of settledBy(event)) book.settle(kind, placeOfIncident(event.incidentId), event)
    if (isTaken(event)) taken.set(event.path.at(-1) ?? 0, event)
    const news = event.at >= since ? newsIn(event) : null
    if (news) book.raise(news, event)
  }
  // An alert for many reports of one grid is over with the last of them.
  const waiting = taken.size > 0 ? await listWaitingGrids(tx, [...taken.keys()]) : []
  for (const [gridId, event] of taken)
    if (!waiting.includes(gridId)) book.settle('incident', placeOfGrid(gridId), event)
  const changed = book.entries.filter(({ row, before }) => row !== before)
  await write(tx, changed, at)
  return { events: events.length, changed: changed.length > 0 }
}

async function write(tx: Db, entries: readonly Entry[], at: Date): Promise<void> {
  const events: NewEvent[] = []
  const jobs: Job[] = []
  for (const { row: wanted, before, sounds } of entries) {
    const row = before ? wanted : await insertAlert(tx, wanted)
    if (before) await writeAlert(tx, row)
    if (row.acknowledgedAt) {
      const actor = { name: row.acknowledgedBy ?? '', role: 'system' }
      if (before) events.push(alertEvent('alert:acknowledged', row, at, actor))
      continue
    }
    if (!before || rankOf(row.severity) > rankOf(before.severity)) jobs.push(...nextLevel(row, at))
    if (!sounds) {
      jobs.push(mergedLater(row, at))
      continue
    }
    events.push(alertEvent(before && row.level > before.level ? 'alert:escalated' : 'alert:raised', row, at))
    jobs.push(...(await pushJobs(tx, row, at)))
  }
  await schedule(tx, jobs)
  if (events.length > 0) await appendTimeline(tx, events)
}

/** One a place and span, whoever counts on meanwhile: the same job is scheduled for the same moment again. */
function mergedLater({ id }: AlertRow, at: Date): Job {
  const span = Math.floor(at.getTime() / mergedMs) + 1
  return { kind: mergedJob, key: `${id}:${span}`, runAt: new Date(span * mergedMs), data: { id } }
}

function nextLevel({ id, severity, level, path }: AlertRow, at: Date): Job[] {
  const wait = escalateMs[severity]
  if (wait === null || level + 1 >= path.length) return []
  return [{ kind: escalateJob, key: String(id), runAt: new Date(at.getTime() + wait), data: {} }]
}

/** Nobody has acknowledged it: one grid up, and told again. */
export const escalateHandler: Handler = {
  async run(tx, job, at) {
    const [row] = await holdAlerts(tx, [Number(job.key)])
    if (!row || row.acknowledgedAt || row.level + 1 >= row.path.length) return
    const higher = { ...row, level: row.level + 1 }
    await writeAlert(tx, higher)
    await schedule(tx, [...nextLevel(higher, at), ...(await pushJobs(tx, higher, at))])
    await appendTimeline(tx, [alertEvent('alert:escalated', higher, at)])
  },
}

/** The count of a storm, as it stands now. */
export const mergedHandler: Handler = {
  async run(tx, job, at) {
    const row = await findAlert(tx, Number(job.data.id))
    if (row && !row.acknowledgedAt) await appendTimeline(tx, [alertEvent('alert:merged', row, at)])
  },
}

/** Marks alerts as seen by somebody; those seen before keep who was first. Answers all of them, inside the caller's scope. */
export async function acknowledge(
  tx: Db,
  ids: readonly number[],
  by: NewEvent['actor'],
  at: Date,
): Promise<AlertRow[]> {
  const rows = (await holdAlerts(tx, ids)).map((row) =>
    row.acknowledgedAt
      ? { row, fresh: false }
      : { row: { ...row, acknowledgedBy: by.name, acknowledgedAt: at }, fresh: true },
  )
  const fresh = rows.flatMap((one) => (one.fresh ? [one.row] : []))
  for (const row of fresh) await writeAlert(tx, row)
  if (fresh.length > 0)
    await appendTimeline(
      tx,
      fresh.map((row) => alertEvent('alert:acknowledged', row, at, by)),
    )
  return rows.map(({ row }) => row)
}
