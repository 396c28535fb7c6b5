import type { CallEntry } from '../contract/call.ts'
import type { Db } from '../db/connect.ts'
import { appendTimeline, type NewEvent } from '../db/timeline.ts'
import { findIncidentPath } from '../media/queries.ts'
import type { Call, Person } from './call.ts'
import { endLostCalls, type LogRow, putCall } from './queries.ts'

/**
 * Writes a call down, and what has just happened to it onto the timeline of its incident: `call:started`, `call:ended` or `call:missed`.
 * What has ended there already stays as it is. Answers whether the timeline has something new.
 */
export async function writeCall(
  db: Db,
  call: Call,
  happened: 'started' | 'ended' | 'moved',
  at: Date,
): Promise<boolean> {
  return db.transaction(async (tx) => {
    if (!(await putCall(tx, call, at)) || happened === 'moved') return false
    const events = await eventsOf(tx, call)
    if (events.length > 0) await appendTimeline(tx, events)
    return events.length > 0
  })
}

/** Ends what no process has held since, in the log and on the timelines; answers whether these have something new. */
export const endLost = (db: Db, since: Date): Promise<boolean> =>
  db.transaction(async (tx) => {
    const events: NewEvent[] = []
    for (const row of await endLostCalls(tx, since)) {
      const over = { endedAt: row.endedAt?.getTime() ?? null, outcome: row.outcome }
      events.push(...(await eventsOf(tx, { ...callOf(row, 0), ...over })))
    }
    if (events.length > 0) await appendTimeline(tx, events)
    return events.length > 0
  })

/** What the timeline of its incident says of a call as it is now; nothing for a call without one. */
async function eventsOf(tx: Db, call: Call): Promise<NewEvent[]> {
  const { incidentId, endedAt, answeredAt } = call
  const path = incidentId === null ? null : await findIncidentPath(tx, incidentId)
  const caller = call.people.find(({ accountId }) => accountId === call.startedBy)
  if (incidentId === null || !path || !caller) return []
  const event = endedAt === null ? 'call:started' : answeredAt === null ? 'call:missed' : 'call:ended'
  const others = call.people.filter((one) => one !== caller && one.state !== 'elsewhere')
  return [
    {
      event,
      at: new Date(endedAt ?? answeredAt ?? call.startedAt),
      actor: { name: caller.name, role: caller.role },
      path,
      incidentId,
      data: {
        callId: call.id,
        kind: call.kind,
        people: others.map(({ name }) => name),
        ...(event === 'call:started' ? {} : { outcome: call.outcome }),
        ...(event === 'call:ended' ? { seconds: secondsOf(call) } : {}),
      },
    },
  ]
}

/** A picture was asked for and allowed or refused by the one who is seen: onto the timeline of the incident that it is for. */
export async function writePicture(db: Db, call: Call, at: Date): Promise<boolean> {
  const { ask, people } = call
  const nameOf = (id: number) => people.find(({ accountId }) => accountId === id)
  const [by, of] = [nameOf(ask?.by ?? 0), nameOf(ask?.of ?? 0)]
  if (!ask || !by || !of || ask.state === 'asked') return false
  return db.transaction(async (tx) => {
    const path = await findIncidentPath(tx, ask.incidentId)
    if (!path) return false
    const event = ask.state === 'allowed' ? 'call:pictured' : 'call:picture-refused'
    const actor = { name: by.name, role: by.role }
    const data = { callId: call.id, of: of.name, officerId: of.officerId }
    await appendTimeline(tx, [{ event, at, actor, path, incidentId: ask.incidentId, data }])
    return true
  })
}

const secondsOf = ({ answeredAt, endedAt }: Call) =>
  Math.round(Math.max(0, (endedAt ?? 0) - (answeredAt ?? endedAt ?? 0)) / 1000)

export const wireEntry = ({ path: _path, startedAccount: _account, ...row }: LogRow): CallEntry => ({
  ...row,
  startedAt: row.startedAt.toISOString(),
  answeredAt: row.answeredAt?.toISOString() ?? null,
  endedAt: row.endedAt?.toISOString() ?? null,
})

/** A call from the log, after a restart: whoever was in it is away and may come back. */
export const callOf = (row: LogRow, at: number): Call => ({
  id: row.id,
  kind: row.kind,
  toDesk: row.toDesk,
  incidentId: row.incidentId,
  path: row.path,
  startedBy: row.startedAccount,
  startedAt: row.startedAt.getTime(),
  answeredAt: row.answeredAt?.getTime() ?? null,
  endedAt: null,
  outcome: null,
  ask: null,
  people: row.people.map(
    (one): Person => ({
      ...one,
      seat: null,
      away: one.state === 'joined',
      awayAt: one.state === 'joined' ? at : null,
      mic: true,
      camera: false,
      rungAt: at,
      pictures: false,
    }),
  ),
})
