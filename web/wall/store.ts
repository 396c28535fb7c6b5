import { create } from 'zustand'
import type { Medium } from '../../api/contract/media.ts'
import type { Problem } from '../../api/contract/problem.ts'
import type { Wall, WallChange, WallPicture, WallSequence, WallState } from '../../api/contract/wall.ts'
import type { WallModule } from '../../api/contract/wall-rules.ts'
import { getJson, problemOf, putJson } from '../client.ts'

// What this wall is, what it shows, and the numbers on it.

interface WallStore {
  /** Null with `ready`: no wall has been put up, and the window itself is drawn as one. */
  wall: Wall | null
  walls: readonly Wall[]
  status: 'loading' | 'ready' | 'failed'
  problem: Problem | null
  /** Chosen by a hand on this screen; whatever is told from elsewhere ends it. */
  module: WallModule | null
  /** Read when this wall is told to play one. */
  sequences: readonly WallSequence[]
  /** What the sequence that plays has changed so far. */
  played: WallChange
  /** The photograph or recording that is shown large. */
  medium: Medium | null
  picture: WallPicture | null
  /** Why the newest numbers could not be had; null once they could. */
  pictureProblem: Problem | null
  load: (which: { id: number | null; kiosk: boolean }) => Promise<void>
  loadPicture: () => Promise<void>
  loadSequences: () => Promise<void>
  loadMedium: (id: number | null) => Promise<void>
  apply: (wall: Wall) => void
  /** Changes the module; a desk changes it on the wall itself, a kiosk only under the hand. */
  press: (module: WallModule, kiosk: boolean) => Promise<void>
  /** Changes what this wall shows, for everybody who looks at it. */
  steer: (change: Partial<WallState>) => Promise<void>
}

/** Everything but when its screen was heard: that changes every few seconds and is nothing to draw. */
const meaning = ({ seen: _seen, ...rest }: Wall) => JSON.stringify(rest)

export const useWall = create<WallStore>((set, get) => ({
  wall: null,
  walls: [],
  status: 'loading',
  problem: null,
  module: null,
  sequences: [],
  played: {},
  medium: null,
  picture: null,
  pictureProblem: null,
  load: async ({ id, kiosk }) => {
    set({ problem: null, status: get().wall ? 'ready' : 'loading' })
    try {
      if (id !== null) get().apply(await getJson<Wall>(`/api/walls/${id}`))
      else if (kiosk) get().apply(await getJson<Wall>('/api/wall'))
      else {
        const { walls } = await getJson<{ walls: Wall[] }>('/api/walls')
        set({ walls })
        if (walls.length === 1 && walls[0]) get().apply(walls[0])
      }
      set({ status: 'ready' })
    } catch (cause) {
      const problem = problemOf(cause)
      // A screen that is no declared wall shows the usual one; anything else is told.
      if (id === null && problem.status === 404) set({ status: 'ready', wall: null })
      else set({ status: 'failed', problem })
    }
  },
  loadPicture: async () => {
    try {
      const picture = await getJson<WallPicture>('/api/walls/picture')
      const held = get().picture
      if (!held || held.at <= picture.at) set({ picture, pictureProblem: null })
    } catch (cause) {
      set({ pictureProblem: problemOf(cause) })
    }
  },
  loadSequences: async () => {
    set(await getJson<{ sequences: WallSequence[] }>('/api/wall-sequences'))
  },
  loadMedium: async (id) => {
    set({ medium: null })
    // A medium that is gone is simply not shown.
    if (id !== null) set({ medium: await getJson<Medium>(`/api/media/${id}`).catch(() => null) })
  },
  apply: (wall) => {
    const held = get().wall
    if (held && meaning(held) === meaning(wall)) return
    set({ wall, module: held?.state.module === wall.state.module ? get().module : null })
  },
  press: async (module, kiosk) => {
    set({ module })
    if (!kiosk) await get().steer({ module })
  },
  steer: async (change) => {
    const { wall } = get()
    if (wall) await putJson(`/api/walls/${wall.id}/state`, change)
  },
}))
