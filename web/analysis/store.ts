import { create } from 'zustand'
import { readCube } from '../../api/contract/cube-wire.ts'
import type { IncidentClass } from '../../api/contract/incident.ts'
import { type Scheme, usualSchemes } from '../../api/contract/measure-rules.ts'
import type { Problem } from '../../api/contract/problem.ts'
import type { OwnSchemes } from '../../api/contract/scoring.ts'
import type { Staffing, StaffingScheme } from '../../api/contract/staffing.ts'
import { onOtherAccount } from '../account.ts'
import { getBytes, getJson, problemOf } from '../client.ts'
import { dayDate } from '../format.ts'
import { serverNow } from '../realtime.ts'
import { searchOf, viewOf } from './address.ts'
import type { Span } from './days.ts'
import type { Source } from './study.ts'
import type { View } from './view.ts'

/** The cases of some dates, as far as they are here. `at`: when they were counted, by the server's clock. */
export type Loaded =
  /** `reading`: the server is still taking up the cases after its start. */
  | { state: 'loading'; reading?: boolean }
  | { state: 'failed'; problem: Problem }
  | { state: 'ready'; source: Source; at: number }

interface Analysis {
  timeZone: string
  view: View
  classes: ReadonlyMap<string, IncidentClass>
  /** By the code of their role. */
  posts: ReadonlyMap<string, StaffingScheme['roles'][number]>
  /** The usual ways of scoring, and the town's own. */
  schemes: readonly Scheme[]
  /** By `from..to`. */
  facts: ReadonlyMap<string, Loaded>
  /** Reads the address in the zone of the town. */
  begin: (timeZone: string) => void
  /** Shows something else. Everything under one `hand` is one step: back goes to before it. */
  show: (change: (view: View) => View, hand?: object | null) => void
  /** Asks for the cases of dates that are not here; `anew`: for those that are as well. */
  load: (span: Span, anew?: boolean) => Promise<void>
  loadClasses: () => Promise<void>
  loadPosts: () => Promise<void>
  loadSchemes: () => Promise<void>
}

export const keyOf = ({ from, to }: Span): string => `${from}..${to}`
export const todayIn = (timeZone: string): string => dayDate(serverNow(), timeZone)
/** As many spans as are kept, the newest last: going back and forth asks nothing again. */
const most = 8

/** A server that has just started reads its cases first: some seconds for a town, minutes for a city. */
const againMs = 2000
const mostTries = 150

/** Sums counted before are asked for again after this. */
const freshMs = 5 * 60_000

/** The hand under which the address last changed. */
let lastHand: object | null = null
/** How often the account has changed: what was asked for before is nobody's. */
let turn = 0

export const useAnalysis = create<Analysis>((set, get) => ({
  timeZone: 'UTC',
  view: viewOf('', '2000-01-08'),
  classes: new Map(),
  posts: new Map(),
  schemes: usualSchemes,
  facts: new Map(),
  begin: (timeZone) => set({ timeZone, view: viewOf(location.search, todayIn(timeZone)) }),
  show: (change, hand = null) => {
    const { view: shown, timeZone } = get()
    const view = change(shown)
    if (view === shown) return
    set({ view })
    const address = `${location.pathname}${searchOf(view, todayIn(timeZone))}`
    if (address === location.pathname + location.search) return
    if (hand !== null && hand === lastHand) history.replaceState(null, '', address)
    else history.pushState(null, '', address)
    lastHand = hand
  },
  load: async (span, anew = false) => {
    const key = keyOf(span)
    const held = get().facts.get(key)
    if (held?.state === 'loading') return
    if (held?.state === 'ready' && !anew && serverNow() - held.at < freshMs) return
    const asked = turn
    const put = (loaded: Loaded) =>
      asked === turn &&
      set(({ facts }) => {
        const kept = [...facts].filter(([one]) => one !== key)
        return { facts: new Map([...kept.slice(1 - most), [key, loaded]]) }
      })
    // What is shown stays until what is newer is here.
    if (held?.state !== 'ready') put({ state: 'loading' })
    for (let tries = 0; tries < mostTries; tries++) {
      try {
        const bytes = await getBytes('/api/evaluation/facts', { ...span })
        const cube = readCube(new Uint8Array(bytes))
        return void put({ state: 'ready', source: { kind: 'held', cube }, at: serverNow() })
      } catch (cause) {
        const problem = problemOf(cause)
        // More than are sent: the server is asked at every step instead.
        if (problem.status === 422)
          return void put({ state: 'ready', source: { kind: 'asked' }, at: serverNow() })
        if (problem.status !== 503 || tries === mostTries - 1) return void put({ state: 'failed', problem })
        if (held?.state !== 'ready') put({ state: 'loading', reading: true })
        await new Promise((resolve) => setTimeout(resolve, againMs))
        if (asked !== turn) return
      }
    }
  },
  loadClasses: async () => {
    const { classes } = await getJson<{ classes: IncidentClass[] }>('/api/incidents/classes')
    set({ classes: new Map(classes.map((one) => [one.code, one])) })
  },
  loadPosts: async () => {
    const { schemes } = await getJson<Staffing>('/api/staffing')
    set({ posts: new Map(schemes.flatMap(({ roles }) => roles.map((role) => [role.code, role] as const))) })
  },
  loadSchemes: async () => {
    const { schemes } = await getJson<OwnSchemes>('/api/evaluation/schemes')
    const own = schemes.map(({ name, ...rule }) => ({ ...rule, name: { zh: name, en: name }, source: name }))
    set({ schemes: [...usualSchemes, ...own] })
  },
}))

onOtherAccount(() => {
  turn += 1
  useAnalysis.setState({ facts: new Map() })
})

/** When the cases of the dates were counted, or last refreshed; 0 before. */
export function countedAt({ facts, view }: Pick<Analysis, 'facts' | 'view'>): number {
  const own = facts.get(keyOf(view))
  return own?.state === 'ready' ? own.at : 0
}

/** Follows the browser's back and forward; returns how to stop. */
export function followAddress(): () => void {
  const read = () => {
    lastHand = null
    const { timeZone } = useAnalysis.getState()
    if (location.pathname === '/analysis')
      useAnalysis.setState({ view: viewOf(location.search, todayIn(timeZone)) })
  }
  addEventListener('popstate', read)
  return () => removeEventListener('popstate', read)
}
