import { useSyncExternalStore } from 'react'

// One ticker for every age and countdown on the page: they change together, and a hidden page does not tick.

const listeners = new Map<number, Set<() => void>>()
const timers = new Map<number, ReturnType<typeof setInterval>>()

function subscribeEvery(ms: number) {
  return (listener: () => void) => {
    const set = listeners.get(ms) ?? new Set()
    listeners.set(ms, set)
    set.add(listener)
    if (!timers.has(ms))
      timers.set(
        ms,
        setInterval(() => set.forEach((one) => one()), ms),
      )
    return () => {
      set.delete(listener)
      if (set.size > 0) return
      clearInterval(timers.get(ms))
      timers.delete(ms)
    }
  }
}

const subscribers = new Map<number, ReturnType<typeof subscribeEvery>>()

/** The screen's clock, in steps: the component draws again once per step. */
export function useNow(stepMs: number): number {
  let subscribe = subscribers.get(stepMs)
  if (!subscribe) {
    subscribe = subscribeEvery(stepMs)
    subscribers.set(stepMs, subscribe)
  }
  return useSyncExternalStore(subscribe, () => Math.floor(Date.now() / stepMs) * stepMs)
}
