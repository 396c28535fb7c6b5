import { create } from 'zustand'
import type { Problem } from '../../api/contract/problem.ts'
import type { Playback } from '../../api/contract/track.ts'
import { getJson, problemOf } from '../client.ts'
import type { Reason } from './reasons.ts'
import { type Reel, reelOf } from './reel.ts'
import { askedWith } from './store.ts'

export const rates = [1, 2, 5, 10, 30, 60] as const
export type Rate = (typeof rates)[number]

interface PlaybackState {
  /** `choosing` is the panel alone; from `ready` on the board shows the past. */
  stage: 'off' | 'choosing' | 'loading' | 'ready'
  officerIds: readonly number[]
  problem: Problem | null
  reel: Reel | null
  /** Milliseconds since the reel's beginning. */
  at: number
  rate: Rate
  playing: boolean
  open: (officerIds?: readonly number[]) => void
  pick: (officerIds: readonly number[]) => void
  load: (span: { from: number; to: number; tolerance: number }, reason?: Reason) => Promise<void>
  play: (playing: boolean) => void
  seek: (at: number) => void
  setRate: (rate: Rate) => void
  /** Moves on by so many milliseconds of the screen's clock. */
  step: (ms: number) => void
  close: () => void
}

const lengthOf = (reel: Reel | null) => (reel ? reel.to - reel.from : 0)
/** The first instant at which somebody is out: nobody waits in front of an empty map. */
const firstFix = (reel: Reel) =>
  Math.min(lengthOf(reel), ...reel.ways.map(({ at }) => at[0] ?? Number.MAX_VALUE))

let asked = 0

export const usePlayback = create<PlaybackState>((set, get) => ({
  stage: 'off',
  officerIds: [],
  problem: null,
  reel: null,
  at: 0,
  rate: 10,
  playing: false,
  open: (officerIds) => {
    if (get().stage === 'off') set({ stage: 'choosing', officerIds: officerIds ?? [], problem: null })
    else if (officerIds)
      set(({ officerIds: held }) => ({ officerIds: [...new Set([...held, ...officerIds])] }))
  },
  pick: (officerIds) => set({ officerIds }),
  load: async ({ from, to, tolerance }, reason) => {
    const { officerIds } = get()
    const mine = ++asked
    set({ stage: 'loading', problem: null, reel: null, playing: false })
    try {
      const answer = await getJson<Playback>('/api/tracks', {
        officers: officerIds.join(','),
        from: new Date(from).toISOString(),
        to: new Date(to).toISOString(),
        tolerance,
        ...askedWith(reason),
      })
      if (mine !== asked) return
      const reel = reelOf(answer)
      const anybody = reel.ways.some(({ at }) => at.length > 0)
      set(anybody ? { stage: 'ready', reel, at: firstFix(reel), playing: true } : { stage: 'choosing', reel })
    } catch (cause) {
      if (mine === asked) set({ stage: 'choosing', problem: problemOf(cause) })
    }
  },
  play: (playing) =>
    set(({ at, reel }) => ({ playing, at: playing && at >= lengthOf(reel) && reel ? firstFix(reel) : at })),
  seek: (at) => set(({ reel }) => ({ at: Math.min(lengthOf(reel), Math.max(0, at)) })),
  setRate: (rate) => set({ rate }),
  step: (ms) =>
    set(({ at, rate, reel, playing }) => {
      if (!playing) return {}
      const next = Math.min(lengthOf(reel), at + ms * rate)
      return { at: next, playing: next < lengthOf(reel) }
    }),
  close: () => {
    asked += 1
    set({ stage: 'off', reel: null, playing: false, problem: null, officerIds: [] })
  },
}))

/** Whether the board shows the past: what is live is hidden then, and goes on unseen. */
export const isPast = (): boolean => usePlayback.getState().stage === 'ready'
