import { create } from 'zustand'
import type { WallPicture } from '../../api/contract/wall.ts'

// While nobody steers, the camera goes round what matters: alarms, the newest cases, hot grids, and the whole town between them.

export type Stop = { kind: 'town' } | { kind: 'grid' | 'incident'; id: number }
export const keyOf = (stop: Stop): string => (stop.kind === 'town' ? 'town' : `${stop.kind}:${stop.id}`)

/** 20 s a stop; a hand is given two minutes after its last touch. */
export const stayMs = 20_000
const yieldMs = 120_000
const most = 3

/** Where to go, in turn: what needs a hand first, then one of each kind after the other; the town begins the round. */
export function stopsOf({ alarms, newest, hot }: Pick<WallPicture, 'alarms' | 'newest' | 'hot'>): Stop[] {
  const cases = (ids: readonly (number | null)[]) =>
    ids.filter((id) => id !== null).map((id): Stop => ({ kind: 'incident', id }))
  const urgent = alarms.filter(({ severity }) => severity === 'urgent').map(({ incidentId }) => incidentId)
  const kinds: Stop[][] = [
    cases(urgent).slice(0, most),
    cases(newest.map(({ id }) => id)).slice(0, most),
    hot.slice(0, most).map(({ gridId }): Stop => ({ kind: 'grid', id: gridId })),
  ]
  const turns = Array.from({ length: most }, (_, i) => kinds.flatMap((kind) => kind.slice(i, i + 1))).flat()
  const seen = new Set<string>()
  const stops: Stop[] = [{ kind: 'town' }, ...turns]
  return stops.filter((stop) => !seen.has(keyOf(stop)) && seen.add(keyOf(stop)))
}

/** The first stop that this round has not seen; the next round begins with the town. */
export function nextStop(
  stops: readonly Stop[],
  seen: ReadonlySet<string>,
): { stop: Stop; seen: Set<string> } {
  const next = stops.find((stop) => !seen.has(keyOf(stop)))
  const stop = next ?? { kind: 'town' }
  return { stop, seen: new Set(next ? [...seen, keyOf(next)] : [keyOf(stop)]) }
}

interface Tour {
  /** Where the camera stands now; null while somebody else steers. */
  stop: Stop | null
}
export const useTour = create<Tour>(() => ({ stop: null }))

/** Goes round until stopped. `show` moves the camera; `stopsNow` is asked at each step. A hand on the page ends it for two minutes. */
export function startTour({
  stopsNow,
  show,
}: {
  stopsNow: () => readonly Stop[]
  show: (stop: Stop) => void
}): () => void {
  let seen: ReadonlySet<string> = new Set()
  let timer: ReturnType<typeof setTimeout> | undefined
  const step = () => {
    const next = nextStop(stopsNow(), seen)
    seen = next.seen
    useTour.setState({ stop: next.stop })
    show(next.stop)
    timer = setTimeout(step, stayMs)
  }
  const yielded = () => {
    clearTimeout(timer)
    useTour.setState({ stop: null })
    timer = setTimeout(step, yieldMs)
  }
  const hands = ['pointerdown', 'wheel', 'keydown', 'touchstart'] as const
  for (const hand of hands) addEventListener(hand, yielded, { capture: true, passive: true })
  timer = setTimeout(step, stayMs)
  return () => {
    clearTimeout(timer)
    for (const hand of hands) removeEventListener(hand, yielded, { capture: true })
    useTour.setState({ stop: null })
  }
}
