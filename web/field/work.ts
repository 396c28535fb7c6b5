import { create } from 'zustand'
import type { Me } from '../../api/contract/account.ts'
import type { Incident, IncidentClass, IncidentDetail } from '../../api/contract/incident.ts'
import type { Problem } from '../../api/contract/problem.ts'
import type { Town } from '../../api/contract/town.ts'
import type { Officer } from '../../api/contract/unit.ts'
import { getJson, problemOf } from '../client.ts'
import { useSession } from '../people/store.ts'
import type { Draft } from './outbox.ts'
import type { Entry } from './outbox-order.ts'
import { openPosting, type Posting } from './posting.ts'

// What somebody in the street has to do and has done: cases as they were last known, and the outbox.

/** Cases are looked at again so often while the page is in sight. */
const lookMs = 20_000
const mostCases = 500

export type StreetTown = Pick<Town, 'name' | 'nameEn' | 'timeZone' | 'center' | 'bounds'>
interface Known {
  cases: Incident[] | null
  /** When they were read, Unix milliseconds. */
  casesAt: number | null
  classes: IncidentClass[]
  town: StreetTown | null
  unitId: number | null
  details: Record<number, IncidentDetail>
}
interface Work extends Known {
  ready: boolean
  durable: boolean
  online: boolean
  entries: Entry[]
  /** Bytes that have arrived, by upload. */
  progress: Record<string, number>
  problem: Problem | null
  open: (me: Me) => Promise<void>
  close: () => void
  load: () => Promise<void>
  loadDetail: (id: number) => Promise<void>
  add: (drafts: readonly Draft[], files?: ReadonlyMap<string, Blob>) => Promise<void>
  send: () => Promise<void>
  retry: (key: string) => Promise<void>
  discard: (key: string) => Promise<void>
}

/** Nothing to ask for: it is known. */
const nobody = Promise.resolve(null)
const nothing: Known = { cases: null, casesAt: null, classes: [], town: null, unitId: null, details: {} }
const fresh = {
  ...nothing,
  ready: false,
  durable: true,
  online: navigator.onLine,
  entries: [],
  progress: {},
  problem: null,
}
let posting: Posting | null = null
let opening = 0
let owned: { owner: string; officerId: number | null } | null = null
let ends: (() => void)[] = []
/** The catalogue, the town and my unit have been read since the page opened. */
let current = false

export const useWork = create<Work>((set, get) => {
  const keep = async () => {
    const { cases, casesAt, classes, town, unitId, details } = get()
    const open = new Set((cases ?? []).map(({ id }) => id))
    // Cases that are over are not carried about.
    const kept = Object.fromEntries(Object.entries(details).filter(([id]) => open.has(Number(id))))
    const known: Known = { cases, casesAt, classes, town, unitId, details: kept }
    if (owned) await posting?.store.know(owned.owner, known)
  }
  const heard = (problem: Problem | null) => {
    set({ online: problem?.status !== 0 })
    if (problem?.status === 401) useSession.setState({ state: 'out', me: null })
  }
  return {
    ...fresh,
    open: async ({ accountId, officerId }) => {
      const owner = `account:${accountId}`
      if (owned?.owner === owner) return
      get().close()
      const mine = ++opening
      owned = { owner, officerId }
      const opened = await openPosting({
        owner,
        heard,
        entries: (entries) => {
          const arrived = entries.filter(({ state }) => state === 'sent').length
          const before = get().entries.filter(({ state }) => state === 'sent').length
          set({ entries })
          if (get().ready && arrived > before) void get().load()
        },
        progress: (key, bytes) => set({ progress: { ...get().progress, [key]: bytes } }),
      })
      if (mine !== opening) return opened.close()
      posting = opened
      const known = (await opened.store.known<Known>(owner)) ?? nothing
      set({ ...known, durable: opened.store.durable, ready: true })
      const look = () => document.visibilityState === 'visible' && void get().load()
      const tick = setInterval(look, lookMs)
      document.addEventListener('visibilitychange', look)
      addEventListener('online', look)
      ends = [
        opened.close,
        () => clearInterval(tick),
        () => document.removeEventListener('visibilitychange', look),
        () => removeEventListener('online', look),
      ]
      await get().load()
    },
    close: () => {
      opening += 1
      for (const end of ends) end()
      ends = []
      posting = null
      current = false
      owned = null
      set(fresh)
    },
    load: async () => {
      const { officerId } = owned ?? { officerId: null }
      const of = opening
      try {
        const asked = [
          getJson<{ incidents: Incident[] }>('/api/incidents', { open: true, limit: mostCases }),
          current ? nobody : getJson<{ classes: IncidentClass[] }>('/api/incidents/classes'),
          current ? nobody : getJson<{ town: StreetTown }>('/api/citizen/town'),
          current || officerId === null ? nobody : getJson<{ officers: Officer[] }>('/api/officers'),
        ] as const
        const [{ incidents }, classes, town, officers] = await Promise.all(asked)
        if (of !== opening) return
        current = true
        const own = officers?.officers.find(({ id }) => id === officerId)
        set({
          cases: incidents,
          casesAt: Date.now(),
          ...(classes && { classes: classes.classes }),
          ...(town && { town: town.town }),
          ...(own && { unitId: own.unitId }),
          online: true,
          problem: null,
        })
        await keep()
      } catch (cause) {
        const problem = problemOf(cause)
        if (of === opening) set(problem.status === 0 ? { online: false, problem } : { problem })
      }
    },
    loadDetail: async (id) => {
      const of = opening
      const detail = await getJson<IncidentDetail>(`/api/incidents/${id}`)
      if (of !== opening) return
      const cases = get().cases?.map((one) => (one.id === id ? { ...one, ...rowOf(detail) } : one)) ?? null
      set({ details: { ...get().details, [id]: detail }, cases })
      await keep()
    },
    add: async (drafts, files) => {
      await posting?.outbox.add(drafts, files)
      void posting?.send()
    },
    send: async () => {
      await posting?.send()
    },
    retry: async (key) => {
      await posting?.outbox.retry(key)
      void posting?.send()
    },
    discard: async (key) => {
      await posting?.outbox.discard(key)
      void posting?.send()
    },
  }
})

/** The row of a case out of its details. */
function rowOf(detail: IncidentDetail): Incident {
  const {
    actions: _1,
    mayAsk: _2,
    requests: _3,
    media: _4,
    children: _5,
    merged: _6,
    timeline: _7,
    ...row
  } = detail
  return row
}
