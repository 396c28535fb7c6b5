import type { Incident } from '../../api/contract/incident.ts'
import type { Medium } from '../../api/contract/media.ts'
import type { Problem } from '../../api/contract/problem.ts'
import { problemOf, RequestFailed } from '../client.ts'
import {
  type Answer,
  backOffMs,
  bySeq,
  type Command,
  type Entry,
  goesWith,
  isPassing,
  nextOf,
  resolve,
  versionOf,
} from './outbox-order.ts'
import type { OutboxStore } from './outbox-store.ts'

/** The line to the server. Both reject with `RequestFailed`. */
export interface Line {
  post<T>(path: string, body: unknown, headers?: Record<string, string>): Promise<T>
  put<T>(path: string, bytes: Blob, headers?: Record<string, string>): Promise<T>
  /** Add to the phone's clock to get the server's, as the last answer told it; milliseconds. */
  skew(): number
}

export interface Draft {
  key: string
  title: string
  command: Command
}

/** Small enough to arrive over a line that breaks every minute. */
export const pieceSize = 1_000_000
/** Sent later than this after it was taken down, the time of taking down is told. */
const lateMs = 60_000
/** So often an upload is begun again without a byte of progress before it counts as lost. */
const mostResumes = 3
/** What has arrived is shown for so long. */
const keptMs = 3 * 86_400_000

interface Parts {
  store: OutboxStore
  line: Line
  owner: string
  /** After every change: all entries of this owner, in order. */
  told: (entries: Entry[]) => void
  /** Bytes of an upload that have arrived. */
  progress?: (key: string, bytes: number) => void
  /** After every request: why the line failed, null when it did not. */
  heard?: (problem: Problem | null) => void
  now?: () => number
  chance?: () => number
  /** Runs the work unless another page of this phone is at it already. */
  alone?: (work: () => Promise<void>) => Promise<void>
}
export interface Outbox {
  add(drafts: readonly Draft[], files?: ReadonlyMap<string, Blob>): Promise<void>
  /** Sends what may be sent. Answers when to try again, Unix milliseconds; null when nothing waits for that. Never rejects for the line. */
  send(): Promise<number | null>
  /** Once more, whatever the case has become meanwhile: its writer has seen the refusal. `body` puts it right. */
  retry(key: string, body?: Record<string, unknown>): Promise<void>
  discard(key: string): Promise<void>
  refresh(): Promise<Entry[]>
}

/** The outbox of one owner: each command is kept until the server has answered it, and sent in the order of its case. */
export function createOutbox(parts: Parts): Outbox {
  const { store, line, owner, told, now = Date.now, chance = Math.random } = parts
  const alone = parts.alone ?? ((work) => work())
  let running: Promise<number | null> | null = null
  let again = false
  let failures = 0

  async function refresh() {
    const all = bySeq(await store.all(owner))
    told(all)
    return all
  }

  async function upload(entry: Entry, command: Command & { kind: 'upload' }): Promise<Answer> {
    const file = await store.file(entry.key)
    if (!file) throw lost('The file is not on this phone any more.')
    const citizen = command.reportKey !== null
    const at = citizen ? '/api/citizen/media' : '/api/media'
    const headers: Record<string, string> =
      command.reportKey === null ? {} : { 'x-upload-key': command.reportKey }
    const begin = () =>
      line.post<Medium>(
        at,
        {
          ...command.medium,
          key: entry.key,
          ...(command.incidentId !== null && { incidentId: command.incidentId }),
        },
        headers,
      )
    let row = await begin()
    for (let resumed = 0; row.state === 'receiving'; ) {
      const { received, id } = row
      parts.progress?.(entry.key, received)
      try {
        const piece = file.slice(received, received + pieceSize)
        row = await line.put<Medium>(`${at}/${id}/content?offset=${received}`, piece, headers)
      } catch (cause) {
        const { status } = problemOf(cause)
        // The server holds another part of it than thought, or a proxy cut the piece: it is asked how much has arrived.
        if (![400, 404, 409].includes(status) || resumed === mostResumes) throw cause
        resumed += 1
        row = await begin()
      }
      if (row.received > received) resumed = 0
    }
    if (row.state === 'refused') throw lost(row.reason)
    parts.progress?.(entry.key, row.bytes)
    return { id: row.id }
  }

  function deliver(entry: Entry, all: readonly Entry[]): Promise<Answer> {
    const { key, command } = entry
    if (command.kind === 'upload') return upload(entry, command)
    // One that its writer gave up is left out.
    const ids = command.media.flatMap((wanted) => all.find((one) => one.key === wanted)?.answer?.id ?? [])
    const mediaIds = ids.length > 0 ? { mediaIds: ids } : {}
    const late = now() - entry.at > lateMs
    const taken = new Date(entry.at + line.skew()).toISOString()
    if (command.kind === 'report')
      return line.post<Incident>('/api/incidents', {
        ...command.body,
        ...mediaIds,
        sourceKey: `field:${key}`,
        ...(late && { happenedAt: taken }),
      })
    if (command.kind === 'citizen')
      return line
        .post<{ code: string; report: { number: string } }>('/api/citizen/reports', {
          ...command.body,
          ...mediaIds,
          key,
          ...(late && { happenedAt: taken }),
        })
        .then(({ code, report }) => ({ id: 0, code, number: report.number }))
    const id = resolve(command.incident, all)
    const version = versionOf(entry, all)
    return command.kind === 'ask'
      ? line.post<Incident>(`/api/incidents/${id}/requests`, { ...command.body, ...mediaIds, key })
      : line.post<Incident>(`/api/incidents/${id}/transitions`, {
          ...command.body,
          ...(version !== undefined && { version }),
          ...mediaIds,
          key,
          ...(late && { at: taken }),
        })
  }

  /** One entry; false when the line is away. */
  async function step(entry: Entry, all: readonly Entry[]): Promise<boolean> {
    try {
      const { id, number, version, state, code } = await deliver(entry, all)
      const answer = { id, number, version, state, code }
      failures = 0
      parts.heard?.(null)
      await store.put([{ ...entry, state: 'sent', problem: null, answer }])
      const { command } = entry
      // Its files are the server's now; until here they are the only ones.
      if (command.kind !== 'upload') await store.dropFiles(command.media)
      else if (command.incidentId !== null) await store.dropFiles([entry.key])
    } catch (cause) {
      const problem = problemOf(cause)
      parts.heard?.(isPassing(problem) ? problem : null)
      if (!isPassing(problem)) {
        await store.put([{ ...entry, state: 'refused', problem }])
        return true
      }
      if (problem.status === 0 || problem.status === 401) {
        failures += 1
        return false
      }
      // This one alone is put off: what is about other cases goes on.
      const tries = entry.tries + 1
      await store.put([{ ...entry, tries, problem, notBefore: now() + backOffMs(tries, chance()) }])
    }
    return true
  }

  async function drain(): Promise<number | null> {
    let due: number | null = null
    await alone(async () => {
      for (;;) {
        const all = await refresh()
        const next = nextOf(all, now())
        if (!next) break
        if (await step(next, all)) continue
        due = now() + backOffMs(failures, chance())
        return
      }
    })
    const all = await refresh()
    const stale = all.filter((one) => one.state === 'sent' && isOver(one, all) && now() - one.at > keptMs)
    if (stale.length > 0) await store.remove(stale.map(({ key }) => key))
    const later = all.filter(({ state, notBefore }) => state === 'waiting' && notBefore > now())
    return due ?? (later.length > 0 ? Math.min(...later.map(({ notBefore }) => notBefore)) : null)
  }

  const send = () => {
    if (running) {
      again = true
      return running
    }
    running = (async () => {
      let due: number | null = null
      do {
        again = false
        due = await drain()
      } while (again && due === null)
      return due
    })().finally(() => {
      running = null
    })
    return running
  }

  return {
    send,
    refresh,
    async add(drafts, files) {
      const last = bySeq(await store.all(owner)).at(-1)?.seq ?? 0
      const at = now()
      const entries = drafts.map(
        (draft, i): Entry => ({
          ...draft,
          owner,
          seq: Math.max(at, last + 1) + i,
          at,
          state: 'waiting',
          tries: 0,
          notBefore: 0,
          problem: null,
          answer: null,
        }),
      )
      await store.put(entries, files)
      await refresh()
    },
    async retry(key, body) {
      const found = (await store.all(owner)).find((one) => one.key === key)
      if (!found) return
      const { command } = found
      const changed = { ...('body' in command ? command.body : {}), version: undefined, ...body }
      const next = (command.kind === 'upload' ? command : { ...command, body: changed }) as Command
      await store.put([{ ...found, command: next, state: 'waiting', tries: 0, notBefore: 0, problem: null }])
      await refresh()
    },
    async discard(key) {
      const all = await store.all(owner)
      const found = all.find((one) => one.key === key)
      if (!found) return
      await store.remove([found, ...goesWith(found, all)].map((one) => one.key))
      await refresh()
    },
  }
}

/** A citizen keeps their codes; an upload is needed until what brings it has arrived. */
const isOver = ({ key, command }: Entry, all: readonly Entry[]): boolean =>
  command.kind !== 'citizen' &&
  !all.some(
    (other) => 'media' in other.command && other.command.media.includes(key) && other.state !== 'sent',
  )

const lost = (detail: string) => {
  const problem: Problem = { type: 'about:blank', title: 'Refused', status: 422, code: 'medium', detail }
  return new RequestFailed(problem)
}
