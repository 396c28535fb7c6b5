import { create } from 'zustand'
import type { HotSpotMap } from '../../api/contract/evaluation.ts'
import type { Problem } from '../../api/contract/problem.ts'
import { getJson, problemOf } from '../client.ts'
import { chosenDays, keysOf, type View } from './view.ts'

// Hot spots are worked out by the server: they need the whole map and its neighbours.

interface Hot {
  asked: string
  map: HotSpotMap | null
  problem: Problem | null
  load: (view: View) => Promise<void>
}
const only = (keys: readonly string[]) => (keys.length === 1 ? keys[0] : undefined)
/** What the server takes into account of what is chosen. */
const questionOf = (view: View) => {
  const { from, to } = chosenDays(view) ?? view
  const [classCode, source] = [only(keysOf(view, 'class')), only(keysOf(view, 'source'))]
  return { from, to, level: view.level, ...(classCode ? { classCode } : {}), ...(source ? { source } : {}) }
}

export const useHot = create<Hot>((set, get) => ({
  asked: '',
  map: null,
  problem: null,
  load: async (view) => {
    const question = questionOf(view)
    const asked = JSON.stringify(question)
    if (asked === get().asked) return
    set({ asked, map: null, problem: null })
    const put = (state: Partial<Hot>) => get().asked === asked && set(state)
    try {
      put({ map: await getJson<HotSpotMap>('/api/evaluation/hot-spots', question) })
    } catch (cause) {
      put({ problem: problemOf(cause), asked: '' })
    }
  },
}))
