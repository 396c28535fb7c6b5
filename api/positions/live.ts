import { cellOf, offlineSeconds } from '../contract/frames.ts'
import type { LivePosition } from '../contract/position.ts'
import { inScope, type Scope } from '../db/scope.ts'
import type { Fix } from './queries.ts'

export interface LiveOfficer {
  officerId: number
  lng: number
  lat: number
  recordedAt: number
  speed: number | null
  heading: number | null
  path: readonly number[]
  cell: string
}
/** One officer's step between two ticks: where the last frame showed them (if anywhere) and where they are (if still live). */
export interface Move {
  officerId: number
  before: LiveOfficer | undefined
  after: LiveOfficer | undefined
}

/** The newest fix of every located officer, in memory: the map's snapshot, counts per grid, and what has moved since the last tick. */
export interface LivePicture {
  /** Takes fixes that are committed; older ones than held change nothing. */
  apply(
    fixes: readonly (Omit<Fix, 'receivedAt' | 'accuracy' | 'battery' | 'gridId'> & {
      path: readonly number[]
    })[],
  ): void
  remove(officerId: number): void
  list(scope: Pick<Scope, 'grids'>): LivePosition[]
  /** Officers per grid id, everything inside included. */
  counts(scope: Pick<Scope, 'grids'>): Map<number, number>
  /** What moved since the last call; officers who have gone silent are dropped here. */
  takeMoves(): Move[]
}

export function createLivePicture(now: () => Date): LivePicture {
  const officers = new Map<number, LiveOfficer>()
  /** What the last frame showed of those who have moved since. */
  const moved = new Map<number, LiveOfficer | undefined>()
  const touch = (officerId: number) => {
    if (!moved.has(officerId)) moved.set(officerId, officers.get(officerId))
  }
  return {
    apply(fixes) {
      const oldest = now().getTime() - offlineSeconds * 1000
      for (const { officerId, lng, lat, recordedAt, speed, heading, path } of fixes) {
        const at = recordedAt.getTime()
        if (at <= oldest || at <= (officers.get(officerId)?.recordedAt ?? 0)) continue
        touch(officerId)
        officers.set(officerId, {
          officerId,
          lng,
          lat,
          recordedAt: at,
          speed,
          heading,
          path,
          cell: cellOf(lng, lat),
        })
      }
    },
    remove(officerId) {
      if (!officers.has(officerId)) return
      touch(officerId)
      officers.delete(officerId)
    },
    list: (scope) => [...officers.values()].filter((one) => inScope(scope, one.path)).map(wire),
    counts(scope) {
      const counts = new Map<number, number>()
      for (const { path } of officers.values()) {
        if (inScope(scope, path)) for (const id of path) counts.set(id, (counts.get(id) ?? 0) + 1)
      }
      return counts
    },
    takeMoves() {
      const oldest = now().getTime() - offlineSeconds * 1000
      for (const [officerId, { recordedAt }] of officers) {
        if (recordedAt > oldest) continue
        touch(officerId)
        officers.delete(officerId)
      }
      const moves = [...moved].map(([officerId, before]) => ({
        officerId,
        before,
        after: officers.get(officerId),
      }))
      moved.clear()
      return moves
    },
  }
}

const wire = ({ officerId, lng, lat, recordedAt, speed, heading, path }: LiveOfficer): LivePosition => ({
  officerId,
  lng,
  lat,
  recordedAt: new Date(recordedAt).toISOString(),
  speed,
  heading,
  gridId: path.at(-1) ?? 0,
})
