import { create } from 'zustand'
import type { Incident } from '../../api/contract/incident.ts'
import { getJson, problemOf } from '../client.ts'
import { tell } from '../ui/notices.ts'

// Numbers and titles of the cases on the page: the cube knows a case by its id alone.

interface Cases {
  /** Null: it is gone since it was counted. */
  known: ReadonlyMap<number, Incident | null>
  load: (ids: readonly number[]) => Promise<void>
}
const atOnce = 6
const asked = new Set<number>()

export const useCases = create<Cases>((set, get) => ({
  known: new Map(),
  load: async (ids) => {
    const wanted = ids.filter((id) => !asked.has(id) && !get().known.has(id))
    for (const id of wanted) asked.add(id)
    const ask = async (): Promise<void> => {
      const id = wanted.shift()
      if (id === undefined) return
      try {
        const incident = await getJson<Incident>(`/api/incidents/${id}`)
        set(({ known }) => ({ known: new Map(known).set(id, incident) }))
      } catch (cause) {
        const gone = problemOf(cause).status === 404
        if (gone) set(({ known }) => ({ known: new Map(known).set(id, null) }))
        else tell(cause)
      }
      asked.delete(id)
      return ask()
    }
    await Promise.all(Array.from({ length: atOnce }, ask))
  },
}))
