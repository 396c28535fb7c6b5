import { create } from 'zustand'
import type { MovedOfficer } from '../../api/contract/frames.ts'
import type { LivePosition, TrackPoint } from '../../api/contract/position.ts'
import { getJson } from '../client.ts'
import { type Motion, moveTo } from './motion.ts'

interface Trail {
  officerId: number
  points: readonly { lng: number; lat: number; at: number }[]
}

interface Positions {
  /** Replaced as a whole at a steady rate, never per fix: React and the map look at one reference. */
  motions: ReadonlyMap<number, Motion>
  newestFixAt: number | null
  trail: Trail | null
  load: () => Promise<void>
  apply: (moved: readonly MovedOfficer[]) => void
  leave: (officerId: number) => void
  loadTrail: (officerId: number, from: number, to: number) => Promise<void>
  dropTrail: () => void
}

const newest = (motions: ReadonlyMap<number, Motion>): number | null => {
  let found: number | null = null
  for (const { recordedAt } of motions.values()) if (found === null || recordedAt > found) found = recordedAt
  return found
}

export const usePositions = create<Positions>((set, get) => ({
  motions: new Map(),
  newestFixAt: null,
  trail: null,
  load: async () => {
    const { positions } = await getJson<{ positions: LivePosition[] }>('/api/positions')
    const now = Date.now()
    const before = get().motions
    const motions = new Map(
      positions.map((position) => {
        const fix = { ...position, recordedAt: Date.parse(position.recordedAt) }
        return [position.officerId, moveTo(before.get(position.officerId), fix, now)] as const
      }),
    )
    set({ motions, newestFixAt: newest(motions) })
  },
  apply: (moved) => {
    const now = Date.now()
    const { motions: before, trail } = get()
    const motions = new Map(before)
    let steps = trail
    for (const fix of moved) {
      if (fix.gone) motions.delete(fix.officerId)
      else motions.set(fix.officerId, moveTo(before.get(fix.officerId), fix, now))
      if (steps && !fix.gone && fix.officerId === steps.officerId) {
        steps = { ...steps, points: [...steps.points, { lng: fix.lng, lat: fix.lat, at: fix.recordedAt }] }
      }
    }
    set({ motions, newestFixAt: newest(motions), trail: steps })
  },
  leave: (officerId) =>
    set(({ motions }) => ({ motions: new Map([...motions].filter(([id]) => id !== officerId)) })),
  loadTrail: async (officerId, from, to) => {
    const { points } = await getJson<{ points: TrackPoint[] }>(`/api/officers/${officerId}/track`, {
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
    })
    set({
      trail: {
        officerId,
        points: points.map(({ lng, lat, recordedAt }) => ({ lng, lat, at: Date.parse(recordedAt) })),
      },
    })
  },
  dropTrail: () => set({ trail: null }),
}))
