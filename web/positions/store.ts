import { create } from 'zustand'
import type { PositionCounts, SubscribeAnswer } from '../../api/contract/events.ts'
import type { LivePosition } from '../../api/contract/position.ts'
import { getJson } from '../client.ts'
import { createFleet, type Fleet } from './fleet.ts'

/** Who is on the map and where; the fleet's columns are written in place, so a change is told by `version`. */
export const fleet: Fleet = createFleet()
/** What is drawn while officers are switched off. */
export const nobody: Fleet = createFleet(1)

interface Positions {
  /** A new reference once a tick, never per fix: React and the map look at one reference. */
  motions: Pick<Fleet, 'get' | 'has' | 'size'>
  version: number
  /** The fastest walk under way and when the last one ends: how long the picture may stand. */
  pace: ReturnType<Fleet['pace']>
  /** Whole seconds, Unix milliseconds; null with nobody on the map. Some seconds behind while newer ones keep coming. */
  newestFixAt: number | null
  /** Everybody in scope, those in view, or nobody: the numbers then come from `counted`. */
  shows: SubscribeAnswer['shows']
  counted: PositionCounts | null
  /** Asks for everybody over HTTP: for a page whose socket is blocked. */
  load: () => Promise<void>
  leave: (officerId: number) => void
  /** Tells everybody of what was written into the fleet. */
  publish: () => void
}

/** What is told is drawn: while fixes keep coming, the newest is told so far apart, and exactly once they have paused. */
const toldMs = 5000
const pausedMs = 1500
let pausing: ReturnType<typeof setTimeout> | undefined

/** What came over HTTP belongs to no room of the stream. */
const noRoom = 0

export const usePositions = create<Positions>((set, get) => ({
  motions: fleet,
  version: 0,
  pace: { fastest: 0, until: 0, newest: null },
  newestFixAt: null,
  shows: 'everyone',
  counted: null,
  load: async () => {
    const { positions } = await getJson<{ positions: LivePosition[] }>('/api/positions')
    fleet.begin(Date.now())
    for (const one of positions) fleet.put(noRoom, { ...one, recordedAt: Date.parse(one.recordedAt) })
    get().publish()
  },
  leave: (officerId) => {
    fleet.remove(officerId)
    get().publish()
  },
  publish: () => {
    if (fleet.version === get().version) return
    const pace = fleet.pace(Date.now())
    const newest = pace.newest === null ? null : Math.floor(pace.newest / 1000) * 1000
    const { newestFixAt: told, pace: last } = get()
    const comes = pace.newest !== last.newest
    const near = comes && newest !== null && told !== null && newest > told && newest - told < toldMs
    clearTimeout(pausing)
    if (near) pausing = setTimeout(() => set({ newestFixAt: newest }), pausedMs)
    set({
      version: fleet.version,
      pace,
      motions: { get: fleet.get, has: fleet.has, size: fleet.size },
      newestFixAt: near ? told : newest,
    })
  },
}))
