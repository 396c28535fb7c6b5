import { create } from 'zustand'
import type { Followed, Rating } from '../../api/contract/citizen.ts'
import type { IncidentClass } from '../../api/contract/incident.ts'
import type { Problem } from '../../api/contract/problem.ts'
import { getJson, postJson, problemOf } from '../client.ts'
import type { Draft } from '../field/outbox.ts'
import type { Entry } from '../field/outbox-order.ts'
import { openPosting, type Posting } from '../field/posting.ts'
import type { StreetTown } from '../field/work.ts'

interface Opened {
  town: StreetTown
  classes: IncidentClass[]
}
interface Citizen extends Partial<Opened> {
  ready: boolean
  online: boolean
  problem: Problem | null
  entries: Entry[]
  /** What was last told of a report, by its code. */
  followed: Record<string, Followed>
  open: () => Promise<void>
  load: () => Promise<void>
  add: (drafts: readonly Draft[], files: ReadonlyMap<string, Blob>) => Promise<void>
  retry: (key: string) => Promise<void>
  discard: (key: string) => Promise<void>
  follow: (code: string) => Promise<void>
  rate: (code: string, rating: Rating) => Promise<void>
}

const owner = 'citizen'
let opening: Promise<Posting> | null = null

export const useCitizen = create<Citizen>((set, get) => {
  const open = () =>
    (opening ??= openPosting({
      owner,
      entries: (entries) => set({ entries }),
      progress: () => {},
      heard: (problem) => set({ online: problem?.status !== 0 }),
    }))
  const told = (code: string, report: Followed) => set({ followed: { ...get().followed, [code]: report } })
  return {
    ready: false,
    online: navigator.onLine,
    problem: null,
    entries: [],
    followed: {},
    open: async () => {
      const { store } = await open()
      const known = await store.known<Opened>(owner)
      set({ ...known, ready: true })
      addEventListener('online', () => void get().load())
      addEventListener('offline', () => set({ online: false }))
      await get().load()
    },
    load: async () => {
      try {
        const opened = await getJson<Opened>('/api/citizen/town')
        set({ ...opened, problem: null, online: navigator.onLine })
        await (await open()).store.know(owner, opened)
      } catch (cause) {
        const problem = problemOf(cause)
        set({ problem, ...(problem.status === 0 && { online: false }) })
      }
    },
    add: async (drafts, files) => {
      const posting = await open()
      await posting.outbox.add(drafts, files)
      void posting.send()
    },
    retry: async (key) => {
      const posting = await open()
      await posting.outbox.retry(key)
      void posting.send()
    },
    discard: async (key) => {
      const posting = await open()
      await posting.outbox.discard(key)
      void posting.send()
    },
    follow: async (code) =>
      told(code, await getJson<Followed>(`/api/citizen/reports/${encodeURIComponent(code)}`)),
    rate: async (code, rating) =>
      told(code, await postJson<Followed>(`/api/citizen/reports/${encodeURIComponent(code)}/rating`, rating)),
  }
})
