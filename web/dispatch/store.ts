import { useEffect } from 'react'
import { create } from 'zustand'
import type { Journey } from '../../api/contract/dispatch.ts'
import type { Incident } from '../../api/contract/incident.ts'
import type { Closure, Isochrones } from '../../api/contract/roads.ts'
import { getJson } from '../client.ts'
import type { Sketch } from './sketch.ts'

/** From somebody who may be sent to a case, while many are decided about together. */
export interface Link {
  incidentId: number
  from: readonly [number, number]
  to: readonly [number, number]
  picked: boolean
  /** Under the pointer. */
  lit: boolean
}

/** What dispatching lays on the map. */
interface Way {
  /** The way of somebody who is sent or may be sent; null when there is none to show. */
  line: Journey['line'] | null
  links: readonly Link[]
  closures: readonly Closure[]
  sketch: Sketch | null
  areas: Isochrones | null
  /** Officers in danger whom nobody has been sent to. */
  danger: readonly Incident[]
  /** Asks for it; what cannot be told (no roads, not on the map any more) is simply not drawn. */
  show: (incidentId: number, officerId: number) => Promise<void>
  hide: () => void
}

let asked = 0
export const useWay = create<Way>((set) => ({
  line: null,
  links: [],
  closures: [],
  sketch: null,
  areas: null,
  danger: [],
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

/** The way of an officer to a case on the map, asked for anew with each `tick`; gone with whoever shows it. */
export function useShownWay(incidentId: number, officerId: number | undefined, tick: unknown): void {
  useEffect(() => {
    if (officerId === undefined) useWay.getState().hide()
    else void useWay.getState().show(incidentId, officerId)
  }, [incidentId, officerId, tick])
  useEffect(() => useWay.getState().hide, [])
}
