// How current a wall is. It never looks alive when it is not: what it says is the older of its stream and its numbers.

export type WallFreshness =
  | { kind: 'connecting' }
  | { kind: 'live' }
  | { kind: 'behind'; seconds: number }
  | { kind: 'none'; since: number }

/** The numbers are asked for every 15 s even when nothing happens: up to this they are as new as they get. */
const liveMs = 20_000
/** Older than this, every panel is marked. */
export const oldMs = 60_000

/** All instants by the server's clock, in milliseconds. */
export function wallFreshness(
  now: number,
  { connected, heardAt, pictureAt }: { connected: boolean; heardAt: number | null; pictureAt: number | null },
): WallFreshness {
  const last = lastOf({ connected, heardAt, pictureAt }, now)
  if (last === null) return { kind: 'connecting' }
  const age = Math.max(0, now - last)
  if (age > oldMs) return { kind: 'none', since: last }
  return age <= liveMs && connected ? { kind: 'live' } : { kind: 'behind', seconds: Math.round(age / 1000) }
}

/** How far the picture is behind, in milliseconds; null while there is none. */
export function behindOf(now: number, stream: Parameters<typeof wallFreshness>[1]): number | null {
  const last = lastOf(stream, now)
  return last === null ? null : Math.max(0, now - last)
}

function lastOf({ connected, heardAt, pictureAt }: Parameters<typeof wallFreshness>[1], now: number) {
  if (pictureAt === null) return null
  return connected ? pictureAt : Math.min(pictureAt, heardAt ?? now)
}
