import type { Incident, IncidentDetail } from '../../api/contract/incident.ts'
import { south, type TestTown, west } from '../setup/town.ts'

// Phones that were away: each sends its queue in order, and every request comes up to five times, some copies long after.

export interface QueueFigures {
  queues: number
  requests: number
  duplicates: number
  lost: number
  seed: number
}

/** Delivers `count` offline queues of a report and its steps through the API, 16 at a time. */
export async function runQueues(
  town: TestTown,
  { count, seed }: { count: number; seed: number },
): Promise<QueueFigures> {
  const random = lcg(seed)
  const figures = { queues: count, requests: 0, duplicates: 0, lost: 0, seed }
  const late: (() => Promise<unknown>)[] = []
  const run = `${seed}-${Date.now().toString(36)}`
  const send = async (who: string, path: string, body: unknown) => {
    figures.requests += 1
    const answer = await (await town.as(who))('POST', path, body)
    if (answer.status >= 500) throw new Error(`${path}: ${await answer.text()}`)
    return { ok: answer.ok, status: answer.status, data: (await answer.json()) as Incident }
  }
  const copies = async (who: string, path: string, body: unknown) => {
    const first = await send(who, path, body)
    for (let more = Math.floor(random() * 5); more > 0; more -= 1) {
      const again = () => send(who, path, body)
      // Some copies come at once, the others in no order at all.
      if (random() < 0.4) await again()
      else late.push(again)
    }
    return first
  }
  const ids: number[] = []
  const deliver = async (n: number) => {
    const key = (step: string) => `queue-${run}-${n}:${step}`
    const report = {
      classCode: '01',
      title: `队列 ${n}`,
      lng: west + 0.001,
      lat: south + 0.001,
      sourceKey: key('report'),
    }
    const made = await copies('officer', '/api/incidents', report)
    const { id } = made.data
    ids.push(id)
    const path = `/api/incidents/${id}/transitions`
    const steps: [string, Record<string, unknown>][] = [
      ['dispatcher', { action: 'file' }],
      ['dispatcher', { action: 'dispatch', unitId: 1, officerId: town.officer('O1') }],
      ['officer', { action: 'accept' }],
      ['officer', { action: 'finish', note: '已处置' }],
      ['member', { action: 'check' }],
      ['dispatcher', { action: 'close' }],
    ]
    for (const [who, body] of steps) {
      const { ok, status, data } = await copies(who, path, { ...body, key: key(String(body.action)) })
      if (!ok) throw new Error(`queue ${n}: ${String(body.action)} ${status} ${JSON.stringify(data)}`)
      if (late.length > 50) await late.splice(Math.floor(random() * late.length), 1)[0]?.()
    }
  }
  let next = 0
  const lane = async () => {
    for (let n = next++; n < count; n = next++) await deliver(n)
  }
  await Promise.all(Array.from({ length: 16 }, lane))
  for (const again of late) await again()
  const expected = ['reported', 'filed', 'dispatched', 'accepted', 'handled', 'checked', 'closed'].map(
    (name) => `incident:${name}`,
  )
  const desk = await town.as('admin')
  for (const id of ids) {
    const { timeline } = (await (await desk('GET', `/api/incidents/${id}`)).json()) as IncidentDetail
    const events = timeline.map(({ event }) => event)
    figures.duplicates += events.length - new Set(events).size
    figures.lost += expected.filter((event) => !events.includes(event)).length
  }
  const [row] = await town.running.db.query<{ count: number }>(
    `select count(*)::int as count from incidents where source_key like $1`,
    [`queue-${run}-%`],
  )
  figures.duplicates += Math.max(0, (row?.count ?? 0) - count)
  figures.lost += Math.max(0, count - (row?.count ?? 0))
  return figures
}

/** A small generator that a seed repeats (Numerical Recipes). */
function lcg(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
