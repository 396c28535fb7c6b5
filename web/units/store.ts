import { create } from 'zustand'
import type { Officer, Unit } from '../../api/contract/unit.ts'
import { getJson } from '../client.ts'

interface Units {
  units: readonly Unit[]
  officers: ReadonlyMap<number, Officer>
  load: () => Promise<void>
  setOnShift: (officerId: number, onShift: boolean) => void
}

export const useUnits = create<Units>((set, get) => ({
  units: [],
  officers: new Map(),
  load: async () => {
    const [{ units }, { officers }] = await Promise.all([
      getJson<{ units: Unit[] }>('/api/units'),
      getJson<{ officers: Officer[] }>('/api/officers'),
    ])
    set({ units, officers: new Map(officers.map((officer) => [officer.id, officer])) })
  },
  setOnShift: (officerId, onShift) => {
    const { officers } = get()
    const officer = officers.get(officerId)
    if (!officer || officer.onShift === onShift) return
    set({ officers: new Map(officers).set(officerId, { ...officer, onShift }) })
  },
}))
