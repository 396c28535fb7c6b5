import { create } from 'zustand'
import type { TimelineEvent } from '../../api/contract/incident.ts'

interface News {
  /** Counted, so that whoever shows them asks anew. */
  squads: number
  roads: number
  cases: number
}

/** That something has happened to squads, roads or cases. */
export const useNews = create<News>(() => ({ squads: 0, roads: 0, cases: 0 }))

const kinds = { 'squad:': 'squads', 'road:': 'roads', 'incident:': 'cases' } as const

/** Hears what the timeline tells. */
export function hearNews({ event }: Pick<TimelineEvent, 'event'>): void {
  for (const [prefix, kind] of Object.entries(kinds))
    if (event.startsWith(prefix)) useNews.setState((state) => ({ [kind]: state[kind] + 1 }))
}
