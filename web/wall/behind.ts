import { createContext, useContext } from 'react'
import { create } from 'zustand'
import type { Incident } from '../../api/contract/incident.ts'
import type { State } from '../../api/contract/lifecycle.ts'
import type { Problem } from '../../api/contract/problem.ts'
import { getJson, problemOf } from '../client.ts'
import type { Chosen } from '../view.ts'

// What is behind a number: the cases or points it counts, listed over the map when somebody presses it.

export interface Line {
  chosen: Chosen
  title: string
  detail: string
}
interface Behind {
  title: string | null
  status: 'loading' | 'ready' | 'failed'
  lines: readonly Line[]
  problem: Problem | null
  open: (title: string, find: () => Promise<readonly Line[]>) => Promise<void>
  close: () => void
}

let asked = 0
export const useBehind = create<Behind>((set) => ({
  title: null,
  status: 'ready',
  lines: [],
  problem: null,
  open: async (title, find) => {
    asked += 1
    const mine = asked
    set({ title, status: 'loading', lines: [], problem: null })
    try {
      const lines = await find()
      if (mine === asked) set({ status: 'ready', lines })
    } catch (cause) {
      if (mine === asked) set({ status: 'failed', problem: problemOf(cause) })
    }
  },
  close: () => {
    asked += 1
    set({ title: null, lines: [] })
  },
}))

const pageSize = 500
const mostPages = 4

interface Asked {
  open?: boolean
  states?: readonly State[]
  gridId?: number
  /** Reported since, ISO. */
  from?: string | undefined
}

/** Cases by the server, newest first: all that fit the question and pass `keep`, of the latest 2,000. */
export async function casesWhere(
  { open, states, gridId, from }: Asked,
  keep: (incident: Incident) => boolean = () => true,
): Promise<Incident[]> {
  const found: Incident[] = []
  let before: number | null = null
  for (let page = 0; page < mostPages; page++) {
    const answer: { incidents: Incident[]; next: number | null } = await getJson('/api/incidents', {
      open: open || undefined,
      state: states?.join(','),
      gridId,
      from,
      before: before ?? undefined,
      limit: pageSize,
    })
    found.push(...answer.incidents.filter(keep))
    before = answer.next
    if (before === null) break
  }
  return found
}

/** Chooses a thing on the map: given by the page, which knows the map. */
export const Opening = createContext<(chosen: Chosen) => void>(() => {})
export const useOpen = () => useContext(Opening)
