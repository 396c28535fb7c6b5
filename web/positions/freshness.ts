import { offlineSeconds, staleSeconds } from '../../api/contract/frames.ts'

/** How an officer is drawn: fading while fresh, hollow when stale, not at all when gone. */
export interface Look {
  state: 'fresh' | 'stale' | 'gone'
  opacity: number
}

/** After how many seconds without a fix an officer is stale, and gone; the town's own are in `GET /api/town`. */
export interface AgeLimits {
  staleSeconds: number
  offlineSeconds: number
}
export const usualLimits: AgeLimits = { staleSeconds, offlineSeconds }

/** Full up to this age, at its faintest just before it turns hollow; the shader of the officers reads them too. */
export const [fadeFrom, fadeBy, staleOpacity] = [15, 0.45, 0.7]

/** Age in seconds since the last fix. */
export function lookAtAge(seconds: number, limits: AgeLimits = usualLimits): Look {
  if (seconds >= limits.offlineSeconds) return { state: 'gone', opacity: 0 }
  if (seconds >= limits.staleSeconds) return { state: 'stale', opacity: staleOpacity }
  const faded = Math.max(0, (seconds - fadeFrom) / (limits.staleSeconds - fadeFrom))
  return { state: 'fresh', opacity: 1 - fadeBy * faded }
}

export type Freshness =
  | { kind: 'connecting' }
  | { kind: 'live' }
  | { kind: 'behind'; seconds: number }
  | { kind: 'none'; since: number }

/** Up to this the wall counts as live: phones report every few seconds. */
const liveSeconds = 10

/**
 * How current the board is. With officers on the map it is the age of the newest fix, because a healthy connection
 * that carries nothing is not live; without any, it is the connection itself.
 */
export function freshnessOf(
  now: number,
  stream: { connected: boolean; heardAt: number | null; newestFixAt: number | null },
  limits: AgeLimits = usualLimits,
): Freshness {
  const { connected, heardAt, newestFixAt } = stream
  if (heardAt === null) return { kind: 'connecting' }
  const newest = newestFixAt !== null && now - newestFixAt < limits.offlineSeconds * 1000 ? newestFixAt : null
  const last = connected ? (newest ?? now) : Math.max(heardAt, newest ?? 0)
  const seconds = Math.max(0, Math.round((now - last) / 1000))
  if (seconds <= liveSeconds && connected) return { kind: 'live' }
  return seconds <= limits.staleSeconds ? { kind: 'behind', seconds } : { kind: 'none', since: last }
}
