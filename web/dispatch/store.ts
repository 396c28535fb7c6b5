import { create } from 'zustand'
import type { Journey } from '../../api/contract/dispatch.ts'
import { getJson } from '../client.ts'

interface Way {
  /** The way of somebody who may be sent, while a squad is being chosen; null when there is none to show. */
  line: Journey['line'] | null
  /** Asks for it; what cannot be told (no roads, not on the map any more) is simply not drawn. */
  show: (incidentId: number, officerId: number) => Promise<void>
  hide: () => void
}

let asked = 0
export const useWay = create<Way>((set) => ({
  line: null,
  show: async (incidentId, officerId) => {
    asked += 1
    const mine = asked
    const found = await getJson<Journey>(`/api/incidents/${incidentId}/journey?officerId=${officerId}`).catch(
      () => null,
    )
    if (mine === asked) set({ line: found?.line ?? null })
  },
  hide: () => {
    asked += 1
    set({ line: null })
  },
}))
