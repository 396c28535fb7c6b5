import { create } from 'zustand'
import type {
  Figure,
  FigureLook,
  FigureLookAsk,
  FigureSource,
  FigureSourceSave,
} from '../../api/contract/figures.ts'
import type { Problem } from '../../api/contract/problem.ts'
import { getJson, postJson, problemOf, putJson, remove } from '../client.ts'

// A town's own numbers as those see them who bring them: the addresses that are asked, and what came of it.

interface Figures {
  sources: readonly FigureSource[] | null
  figures: readonly Figure[]
  /** Why the last look failed; what was known before stays on the page. */
  problem: Problem | null
  load: () => Promise<void>
  /** What an address answers now; throws what it answers instead. */
  look: (asked: FigureLookAsk) => Promise<FigureLook>
  save: (id: number | null, source: FigureSourceSave) => Promise<void>
  ask: (id: number) => Promise<void>
  takeAway: (id: number, figures: 'stay' | 'go') => Promise<void>
}

const at = '/api/figure-sources'

export const useFigures = create<Figures>((set, get) => ({
  sources: null,
  figures: [],
  problem: null,
  load: async () => {
    try {
      const [{ sources }, { figures }] = await Promise.all([
        getJson<{ sources: FigureSource[] }>(at),
        getJson<{ figures: Figure[] }>('/api/figures'),
      ])
      set({ sources, figures, problem: null })
    } catch (cause) {
      set({ problem: problemOf(cause) })
    }
  },
  look: (asked) => postJson<FigureLook>(`${at}/look`, asked),
  save: async (id, source) => {
    if (id === null) await postJson(at, source)
    else await putJson(`${at}/${id}`, source)
    await get().load()
  },
  ask: async (id) => {
    await postJson(`${at}/${id}/ask`, {})
    await get().load()
  },
  takeAway: async (id, figures) => {
    await remove(`${at}/${id}?figures=${figures}`)
    await get().load()
  },
}))
