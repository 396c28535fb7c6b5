import type { Problem } from '../../api/contract/problem.ts'
import { openLine } from './line.ts'
import { createOutbox, type Outbox } from './outbox.ts'
import { type Entry, nextOf } from './outbox-order.ts'
import { type OutboxStore, openOutboxStore } from './outbox-store.ts'

/** What waits though nothing stands in its way is with another page of this phone: it is looked after so often. */
const lookMs = 3000

export interface Posting {
  store: OutboxStore
  outbox: Outbox
  send(): Promise<void>
  close(): void
}

/** The outbox of a page: sends now, whenever the line or the page comes back, and when a pause is over. */
export async function openPosting(told: {
  owner: string
  entries: (entries: Entry[]) => void
  progress: (key: string, bytes: number) => void
  heard: (problem: Problem | null) => void
}): Promise<Posting> {
  const store = await openOutboxStore()
  const { owner, entries, progress, heard } = told
  const outbox = createOutbox({ store, owner, line: openLine(), told: entries, progress, heard, alone })
  let timer: ReturnType<typeof setTimeout> | undefined
  let ended = false
  async function send() {
    clearTimeout(timer)
    const due = await outbox.send()
    const left = nextOf(await outbox.refresh(), Date.now())
    if (ended || (due === null && !left)) return
    clearTimeout(timer)
    timer = setTimeout(() => void send(), Math.max(due === null ? lookMs : due - Date.now(), 500))
  }
  const back = () => void send()
  const seen = () => document.visibilityState === 'visible' && back()
  addEventListener('online', back)
  document.addEventListener('visibilitychange', seen)
  void navigator.storage?.persist?.()
  await outbox.refresh()
  void send()
  return {
    store,
    outbox,
    send,
    close() {
      ended = true
      clearTimeout(timer)
      removeEventListener('online', back)
      document.removeEventListener('visibilitychange', seen)
    },
  }
}

/** One page of the phone sends at a time. Without locks (plain http) two may: the keys keep that harmless. */
async function alone(work: () => Promise<void>): Promise<void> {
  if (!('locks' in navigator)) return work()
  await navigator.locks.request('xiake.outbox', { ifAvailable: true }, (lock) => (lock ? work() : undefined))
}
