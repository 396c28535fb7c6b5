import type { Services } from '../app.ts'
import type { Wall } from '../contract/wall.ts'
import { usualState } from '../contract/wall-rules.ts'
import type { WallRow } from './queries.ts'

/** A screen that has said nothing for so long is not there any more. */
const silentMs = 25_000

interface Seen {
  at: number
  behindMs: number | null
}

/** The walls as they are in the hall: which screens are there, and how far behind each says its picture is. Of this process only. */
export function openHall({ now }: Pick<Services, 'now'>) {
  const seen = new Map<number, Seen>()
  return {
    note(wallId: number, behindMs: number | null) {
      seen.set(wallId, { at: now().getTime(), behindMs })
    },
    wire({ accountId: _account, state, ...row }: WallRow): Wall {
      const last = seen.get(row.id)
      return {
        ...row,
        state: { ...usualState, ...state },
        seen: last
          ? {
              at: new Date(last.at).toISOString(),
              connected: now().getTime() - last.at < silentMs,
              behindMs: last.behindMs,
            }
          : null,
      }
    },
  }
}
export type Hall = ReturnType<typeof openHall>
