import { create } from 'zustand'
import type { Problem } from '../../api/contract/problem.ts'
import type { TrackLook } from '../../api/contract/track.ts'
import { getJson, problemOf } from '../client.ts'

interface Looks {
  looks: readonly TrackLook[] | null
  /** Whether there may be earlier ones. */
  more: boolean
  problem: Problem | null
  load: (officer: number | null, further: boolean) => Promise<void>
}

const pageSize = 100
let question = 0

/** Who looked at whose way, newest first, a page at a time. */
export const useLooks = create<Looks>((set, get) => ({
  looks: null,
  more: false,
  problem: null,
  load: async (officer, further) => {
    const held = further ? (get().looks ?? []) : []
    const mine = ++question
    set({ problem: null, ...(further ? {} : { looks: null, more: false }) })
    try {
      const { looks } = await getJson<{ looks: TrackLook[] }>('/api/track-looks', {
        officer: officer ?? undefined,
        before: held.at(-1)?.id,
        limit: pageSize,
      })
      if (mine === question) set({ looks: [...held, ...looks], more: looks.length === pageSize })
    } catch (cause) {
      if (mine === question) set({ problem: problemOf(cause) })
    }
  },
}))
