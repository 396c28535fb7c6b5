import { create } from 'zustand'
import { serverNow } from '../realtime.ts'
import { streamNow } from './following.ts'
import { wallFreshness } from './fresh.ts'

/** Since when what every panel shows has been old; null while it is not. Told only when it changes. */
export const useOld = create<{ since: number | null }>(() => ({ since: null }))

const lookMs = 1000

/** Looks at the age of everything each second; returns how to stop. */
export function watchAge(): () => void {
  const look = () => {
    const fresh = wallFreshness(serverNow(), streamNow())
    const since = fresh.kind === 'none' ? fresh.since : null
    if (since !== useOld.getState().since) useOld.setState({ since })
  }
  look()
  const timer = setInterval(look, lookMs)
  return () => clearInterval(timer)
}
