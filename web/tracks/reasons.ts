import { create } from 'zustand'
import type { LookReason } from '../../api/contract/track.ts'

// Looking at somebody's way says why: asked once an officer, remembered in this page alone and for half an hour.

export interface Reason {
  reason: LookReason
  note: string
}

const rememberedMs = 30 * 60_000

interface Reasons {
  known: ReadonlyMap<number, Reason & { until: number }>
  /** Whose ways somebody wants to see, and what is done once it was said why. */
  asked: { officerIds: readonly number[]; act: () => void } | null
  ask: (officerIds: readonly number[], act: () => void) => void
  answer: (reason: Reason, now: number) => void
  withdraw: () => void
  forget: () => void
}

export const useReasons = create<Reasons>((set, get) => ({
  known: new Map(),
  asked: null,
  ask: (officerIds, act) => set({ asked: { officerIds, act } }),
  answer: (reason, now) => {
    const { asked, known } = get()
    if (!asked) return
    const said = asked.officerIds.map((id) => [id, { ...reason, until: now + rememberedMs }] as const)
    set({ known: new Map([...known, ...said]), asked: null })
    asked.act()
  },
  withdraw: () => set({ asked: null }),
  forget: () => set({ known: new Map(), asked: null }),
}))

/** What was said about an officer, while it is remembered. */
export function reasonFor(officerId: number, now: number): Reason | undefined {
  const said = useReasons.getState().known.get(officerId)
  return said && said.until > now ? said : undefined
}

/** What was said last about any of them: it is why they are looked at together now. */
export function reasonForAll(officerIds: readonly number[], now: number): Reason | undefined {
  const { known } = useReasons.getState()
  return officerIds
    .flatMap((id) => known.get(id) ?? [])
    .filter(({ until }) => until > now)
    .sort((a, b) => b.until - a.until)[0]
}

/** Does it at once where nothing has to be said any more, or after it was; `ownId` is the officer who asks. */
export function withReason(officerIds: readonly number[], ownId: number | null, act: () => void): void {
  const now = Date.now()
  const silent = officerIds.filter((id) => id !== ownId && !reasonFor(id, now))
  if (silent.length === 0) act()
  else useReasons.getState().ask(silent, act)
}
