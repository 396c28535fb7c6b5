import { createFrameWriter, type FrameWriter } from '../contract/frames.ts'
import { isSamePath, type LiveOfficer, type LivePicture, type Move, type Whereabouts } from './live.ts'

interface Told {
  place: string
  id: number
  writer: FrameWriter
  /** Who has moved there since the last frame; null for who has left. */
  pending: Map<number, LiveOfficer | null>
}

/** A grid as a place to look at; a viewport cell is one by its own name (`13/6835/3329`). */
export const placeOf = (gridId: number) => `g${gridId}`

/**
 * What each place that somebody looks at has been told: a viewport cell for those who may see the whole town, a grid for everybody in it.
 * One frame a place and tick, encoded once for all who look at it.
 */
export function createRooms(live: Pick<LivePicture, 'all'>) {
  const cells = new Map<string, Told>()
  const grids = new Map<number, Told>()
  let ids = 0
  const find = (place: string) => (place[0] === 'g' ? grids.get(Number(place.slice(1))) : cells.get(place))
  const eachAt = (officer: Whereabouts, work: (told: Told) => void) => {
    const cell = cells.get(officer.cell)
    if (cell) work(cell)
    if (grids.size === 0) return
    for (const id of officer.path) {
      const grid = grids.get(id)
      if (grid) work(grid)
    }
  }

  function open(place: string, at: number): Told {
    ids += 1
    const made: Told = { place, id: ids, writer: createFrameWriter(ids), pending: new Map() }
    if (place[0] === 'g') grids.set(Number(place.slice(1)), made)
    else cells.set(place, made)
    const inside: LiveOfficer[] = []
    for (const officer of live.all())
      eachAt(officer, (told) => {
        if (told === made) inside.push(officer)
      })
    made.writer.delta(inside, [], at)
    return made
  }

  return {
    /** The place's number and everybody there as of the last tick. Opened for the first who comes. */
    join(place: string, at: number): { id: number; snapshot: Uint8Array<ArrayBuffer> } {
      const told = find(place) ?? open(place, at)
      return { id: told.id, snapshot: told.writer.snapshot(at) }
    },
    idOf: (place: string) => find(place)?.id,
    /** Places nobody looks at any more are forgotten; the others get what has moved. */
    tick(
      moves: readonly Move[],
      { isOpen, at }: { isOpen: (place: string) => boolean; at: number },
    ): Map<string, Uint8Array<ArrayBuffer>> {
      for (const [key, { place }] of cells) if (!isOpen(place)) cells.delete(key)
      for (const [key, { place }] of grids) if (!isOpen(place)) grids.delete(key)
      const touched = new Set<Told>()
      for (const { officerId, before, after } of moves) {
        const tell = (officer: LiveOfficer | null) => (told: Told) => {
          told.pending.set(officerId, officer)
          touched.add(told)
        }
        const stays = before && after && before.cell === after.cell && isSamePath(before.path, after.path)
        if (before && !stays) eachAt(before, tell(null))
        if (after) eachAt(after, tell(after))
      }
      const frames = new Map<string, Uint8Array<ArrayBuffer>>()
      for (const { place, writer, pending } of touched) {
        const moved: LiveOfficer[] = []
        const left: number[] = []
        for (const [officerId, officer] of pending)
          if (officer) moved.push(officer)
          else left.push(officerId)
        pending.clear()
        const frame = writer.delta(moved, left, at)
        if (frame) frames.set(place, frame)
      }
      return frames
    },
  }
}
