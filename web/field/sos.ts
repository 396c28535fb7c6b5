import { create } from 'zustand'
import type { Assignment } from '../../api/contract/assignment.ts'
import type { Incident } from '../../api/contract/incident.ts'
import type { State } from '../../api/contract/lifecycle.ts'
import type { Problem } from '../../api/contract/problem.ts'
import { getJson, newKey, postJson, problemOf } from '../client.ts'
import { clock } from '../format.ts'
import { textNow } from '../locales/text.ts'
import { useSession } from '../people/store.ts'
import { locate } from './place.ts'
import { useField } from './store.ts'
import { useWork } from './work.ts'

/** Until it is acknowledged it is sent again so often; then who comes is looked up as often. */
const retryMs = 3000
const lookMs = 5000
/** A place so old says little of where somebody is now. */
const freshMs = 60_000
/** A call for help does not wait longer for a better place. */
const locateMs = 4000

export type Whence = 'fresh' | 'old' | 'none'
interface Call {
  accountId: number | null
  key: string
  lng: number
  lat: number
  whence: Whence
  /** Of the place, Unix milliseconds. */
  placedAt: number | null
  note: string
  at: number
}
interface Sos {
  /** Pressed, and a place is being looked for. */
  raising: boolean
  call: Call | null
  /** Tries that did not reach the centre. */
  tries: number
  /** Why the server refused it; it is not sent again by itself. */
  problem: Problem | null
  incident: Pick<Incident, 'id' | 'number' | 'state'> | null
  /** Null: not known here, for the place lies outside the caller's grids. */
  squads: readonly Assignment[] | null
  /** A false alarm has been reported and is being decided. */
  asked: boolean
  open: (accountId: number | null) => () => void
  raise: (accountId: number | null, note: string) => Promise<void>
  /** Throws `RequestFailed`. */
  takeBack: (note: string) => Promise<void>
  clear: () => void
}

/** In these a call for help is over: nobody is on the way any more. */
const over: readonly State[] = ['handled', 'checked', 'closed', 'archived', 'voided', 'merged']
export type SosStanding = 'idle' | 'sending' | 'sent' | 'over' | 'refused'
/** How a call for help stands. Over or refused, the next one may be raised. */
export function standingOfSos({
  raising,
  call,
  incident,
  problem,
}: Pick<Sos, 'raising' | 'call' | 'incident' | 'problem'>): SosStanding {
  if (!call) return raising ? 'sending' : 'idle'
  if (incident) return over.includes(incident.state) ? 'over' : 'sent'
  return problem && isFinal(problem) ? 'refused' : 'sending'
}
/** What the server has refused for good it would refuse again; a lost line, an overload and a fault pass. */
const isFinal = ({ status }: Problem) => status >= 400 && status < 500 && ![401, 408, 429].includes(status)
const goesOn = (sos: Sos) => ['sending', 'sent'].includes(standingOfSos(sos))

const stored = 'xiake.field.sos'
const fresh = {
  raising: false,
  call: null,
  tries: 0,
  problem: null,
  incident: null,
  squads: null,
  asked: false,
}
type Kept = Pick<Sos, 'call' | 'incident' | 'asked'>

/** An officer's own call for help: kept on the phone, sent until the centre has it, and followed until it is over. */
export const useSos = create<Sos>((set, get) => {
  let timer: ReturnType<typeof setTimeout> | undefined
  const keep = () => {
    const { call, incident, asked } = get()
    try {
      if (call) localStorage.setItem(stored, JSON.stringify({ call, incident, asked }))
      else localStorage.removeItem(stored)
    } catch {
      // storage refused: it is sent from memory alone
    }
  }
  const again = (ms: number) => {
    clearTimeout(timer)
    timer = setTimeout(() => void turn(), ms)
  }
  async function turn() {
    const { call, incident } = get()
    if (!call) return
    if (incident) {
      await look(incident.id)
      return goesOn(get()) ? again(lookMs) : undefined
    }
    const { lng, lat, note, key } = call
    try {
      const made = await postJson<Incident>('/api/sos', { lng, lat, note, key })
      if (get().call?.key !== key) return
      set({ incident: made, problem: null })
      keep()
      navigator.vibrate?.([200, 100, 200])
      void useWork.getState().load()
      again(0)
    } catch (cause) {
      if (get().call?.key !== key) return
      const problem = problemOf(cause)
      set({ tries: get().tries + 1, problem: problem.status === 0 ? null : problem })
      if (!isFinal(problem)) again(retryMs)
    }
  }
  async function look(id: number) {
    const [squads, incident] = await Promise.allSettled([
      getJson<{ assignments: Assignment[] }>(`/api/incidents/${id}/squads`),
      getJson<Incident>(`/api/incidents/${id}`),
    ])
    if (get().incident?.id !== id) return
    if (squads.status === 'fulfilled') set({ squads: squads.value.assignments })
    if (incident.status === 'fulfilled') set({ incident: incident.value })
    keep()
  }
  return {
    ...fresh,
    open: (accountId) => {
      const kept = recall()
      if (kept?.call && kept.call.accountId === accountId && !get().call) set(kept)
      const back = () => void turn()
      addEventListener('online', back)
      void turn()
      return () => {
        removeEventListener('online', back)
        clearTimeout(timer)
      }
    },
    raise: async (accountId, note) => {
      if (goesOn(get())) return
      set({ ...fresh, raising: true })
      const place = await whereNow()
      const call = { accountId, key: `sos-${newKey()}`, note: noteOf(place, note), at: Date.now(), ...place }
      set({ ...fresh, call })
      keep()
      await turn()
    },
    takeBack: async (note) => {
      const { incident } = get()
      if (!incident) return
      await postJson(`/api/incidents/${incident.id}/requests`, { action: 'void', note })
      set({ asked: true })
      keep()
    },
    clear: () => {
      clearTimeout(timer)
      set(fresh)
      keep()
    },
  }
})

useSession.subscribe(({ state }) => {
  // The next one to sign in is not the one in danger.
  if (state === 'out') useSos.setState(fresh)
})

function recall(): Kept | null {
  try {
    return JSON.parse(localStorage.getItem(stored) ?? 'null') as Kept | null
  } catch {
    return null
  }
}

/** Whoever reads it at the desk must know what the point on the map is worth. */
function noteOf({ whence, placedAt }: Where, note: string): string {
  const { sos } = textNow().street
  const zone = useWork.getState().town?.timeZone ?? 'UTC'
  if (whence === 'none') return [note, sos.noPlaceNote].filter(Boolean).join(' ')
  if (whence === 'old' && placedAt !== null)
    return [note, sos.oldPlaceNote(clock(placedAt, zone))].filter(Boolean).join(' ')
  return note
}

type Where = Pick<Call, 'lng' | 'lat' | 'whence' | 'placedAt'>
/** The best place there is within seconds: of this minute, else the last one known, else the middle of the town. */
async function whereNow(): Promise<Where> {
  const { last, readAt } = useField.getState()
  if (last && readAt !== null && Date.now() - readAt <= freshMs)
    return { lng: last.lng, lat: last.lat, whence: 'fresh', placedAt: readAt }
  const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), locateMs))
  const found = await Promise.race([locate(), late])
  if (found) return { lng: found.lng, lat: found.lat, whence: 'fresh', placedAt: Date.now() }
  if (last) return { lng: last.lng, lat: last.lat, whence: 'old', placedAt: readAt }
  const [lng, lat] = (useWork.getState().town ?? useField.getState().town)?.center ?? [0, 0]
  return { lng, lat, whence: 'none', placedAt: null }
}
