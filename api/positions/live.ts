import { cellOf } from '../contract/frames.ts'
import type { LivePosition } from '../contract/position.ts'
import { inScope, type Scope } from '../db/scope.ts'
import { createNearby, metersBetween } from './nearby.ts'

/** Written over as they move: whoever keeps one sees where they are now, and may not change it. */
export interface LiveOfficer {
  readonly officerId: number
  lng: number
  lat: number
  /** Unix milliseconds. */
  recordedAt: number
  speed: number | null
  heading: number | null
  path: readonly number[]
  unitId: number | null
  /** The last of the path. */
  gridId: number
  cell: string
}
/** Where somebody is told of. */
export type Whereabouts = Pick<LiveOfficer, 'cell' | 'path'>
/** One officer's step between two ticks: where the last frame showed them (if anywhere) and where they are (if still live). */
export interface Move {
  officerId: number
  before: Whereabouts | undefined
  after: LiveOfficer | undefined
}
/** A phone that has fallen silent, is given up, or is heard again. */
export interface Presence {
  officerId: number
  state: 'live' | 'stale' | 'offline'
  at: number
  path: readonly number[]
}

/** The newest fix of every located officer, in memory: snapshots, counts, who is near, and what has moved since the last tick. */
export interface LivePicture {
  readonly size: number
  /** Takes fixes that are committed; older ones than held change nothing. */
  apply(fixes: readonly Omit<LiveOfficer, 'gridId' | 'cell'>[]): void
  remove(officerId: number): void
  all(): Iterable<LiveOfficer>
  list(scope: Pick<Scope, 'grids'>, box?: readonly [number, number, number, number]): LivePosition[]
  /** One officer, if they are on the map of this scope. */
  find(scope: Pick<Scope, 'grids'>, officerId: number): LivePosition | null
  /** The nearest to a place, nearest first, in metres as the crow flies; none farther than `within`. */
  nearest(
    scope: Pick<Scope, 'grids'>,
    place: { lng: number; lat: number; limit: number; within?: number },
  ): { one: LiveOfficer; meters: number }[]
  /** Those of some officers who are on the map, in metres as the crow flies. */
  among(
    scope: Pick<Scope, 'grids'>,
    place: { lng: number; lat: number },
    officerIds: readonly number[],
  ): { one: LiveOfficer; meters: number }[]
  /** Officers per grid id, everything inside included. */
  counts(scope: Pick<Scope, 'grids'>): Map<number, number>
  countsByUnit(): Map<number, number>
  /** What moved since the last call. */
  takeMoves(): Move[]
  /** Who has changed between live, stale and offline since the last call; those offline are dropped. */
  takePresence(): Presence[]
}

export function createLivePicture(
  now: () => Date,
  { staleSeconds, offlineSeconds }: { staleSeconds: number; offlineSeconds: number },
): LivePicture {
  const officers = new Map<number, LiveOfficer>()
  /** Where the last frame showed those who have moved since. */
  const moved = new Map<number, Whereabouts | undefined>()
  const nearby = createNearby()
  const counts = new Map<number, number>()
  const units = new Map<number, number>()
  const stale = new Set<number>()
  let presence: Presence[] = []

  const add = (map: Map<number, number>, id: number, by: number) => {
    const left = (map.get(id) ?? 0) + by
    if (left === 0) map.delete(id)
    else map.set(id, left)
  }
  const count = ({ path, unitId }: LiveOfficer, by: number) => {
    for (const id of path) add(counts, id, by)
    if (unitId !== null) add(units, unitId, by)
  }
  const takeOut = (held: LiveOfficer) => {
    nearby.remove(held.officerId)
    count(held, -1)
    officers.delete(held.officerId)
  }
  const touch = (officerId: number) => {
    if (moved.has(officerId)) return
    const held = officers.get(officerId)
    moved.set(officerId, held && { cell: held.cell, path: held.path })
  }

  return {
    get size() {
      return officers.size
    },
    apply(fixes) {
      const oldest = now().getTime() - offlineSeconds * 1000
      for (const fix of fixes) {
        const held = officers.get(fix.officerId)
        if (fix.recordedAt <= oldest || fix.recordedAt <= (held?.recordedAt ?? 0)) continue
        const { officerId, lng, lat, recordedAt, speed, heading, path, unitId } = fix
        touch(officerId)
        nearby.set(officerId, lng, lat)
        const cell = cellOf(lng, lat)
        const gridId = path.at(-1) ?? 0
        if (!held) {
          const officer = { officerId, lng, lat, recordedAt, speed, heading, path, unitId, gridId, cell }
          count(officer, 1)
          officers.set(officerId, officer)
        } else {
          // Only what differs from before is touched: at 1 Hz hardly anybody changes grid or unit, and a new object for each of
          // 10,000 people a second is what the collector of garbage then stops everybody for.
          if (held.unitId !== unitId || !isSamePath(held.path, path)) {
            count(held, -1)
            held.path = path
            held.unitId = unitId
            held.gridId = gridId
            count(held, 1)
          }
          if (held.cell !== cell) held.cell = cell
          held.lng = lng
          held.lat = lat
          held.recordedAt = recordedAt
          held.speed = speed
          held.heading = heading
        }
        if (stale.delete(officerId) || !held)
          presence.push({ officerId, state: 'live', at: recordedAt, path })
      }
    },
    remove(officerId) {
      const held = officers.get(officerId)
      if (!held) return
      touch(officerId)
      takeOut(held)
      stale.delete(officerId)
    },
    all: () => officers.values(),
    list: (scope, box) =>
      [...officers.values()]
        .filter((one) => inScope(scope, one.path) && (!box || isInside(one, box)))
        .map(wire),
    nearest(scope, place) {
      // Nobody is outside of the whole town: then nobody is looked up.
      const town = officers.values().next().value?.path[0]
      const whole = town !== undefined && scope.grids.includes(town)
      const may = (id: number) => whole || inScope(scope, officers.get(id)?.path ?? [])
      return nearby.nearest(place, may).flatMap(({ id, meters }) => {
        const one = officers.get(id)
        return one ? [{ one, meters: Math.round(meters) }] : []
      })
    },
    among: (scope, { lng, lat }, officerIds) =>
      officerIds.flatMap((id) => {
        const one = officers.get(id)
        return one && inScope(scope, one.path)
          ? [{ one, meters: Math.round(metersBetween(lng, lat, one.lng, one.lat)) }]
          : []
      }),
    find(scope, officerId) {
      const one = officers.get(officerId)
      return one && inScope(scope, one.path) ? wire(one) : null
    },
    counts(scope) {
      const seen = new Map<number, number>()
      // Kept for the whole town; a part of it is counted when it is asked for.
      const town = officers.values().next().value?.path[0]
      if (town !== undefined && scope.grids.includes(town)) return new Map(counts)
      for (const { path } of officers.values()) {
        if (inScope(scope, path)) for (const id of path) seen.set(id, (seen.get(id) ?? 0) + 1)
      }
      return seen
    },
    countsByUnit: () => new Map(units),
    takeMoves() {
      const moves = [...moved].map(([officerId, before]) => ({
        officerId,
        before,
        after: officers.get(officerId),
      }))
      moved.clear()
      return moves
    },
    takePresence() {
      const at = now().getTime()
      for (const officer of officers.values()) {
        const { officerId, recordedAt, path } = officer
        if (recordedAt <= at - offlineSeconds * 1000) {
          touch(officerId)
          takeOut(officer)
          stale.delete(officerId)
          presence.push({ officerId, state: 'offline', at: recordedAt, path })
        } else if (recordedAt <= at - staleSeconds * 1000 && !stale.has(officerId)) {
          stale.add(officerId)
          presence.push({ officerId, state: 'stale', at: recordedAt, path })
        }
      }
      const taken = presence
      presence = []
      return taken
    },
  }
}

/** Whether two officers stand in the same grids. */
export const isSamePath = (a: readonly number[], b: readonly number[]) =>
  a === b || (a.length === b.length && a.every((id, i) => id === b[i]))

const isInside = (
  { lng, lat }: LiveOfficer,
  [west, south, east, north]: readonly [number, number, number, number],
) => lng >= west && lng <= east && lat >= south && lat <= north

export const wire = ({
  officerId,
  lng,
  lat,
  recordedAt,
  speed,
  heading,
  gridId,
}: LiveOfficer): LivePosition => ({
  officerId,
  lng,
  lat,
  recordedAt: new Date(recordedAt).toISOString(),
  speed,
  heading,
  gridId,
})
