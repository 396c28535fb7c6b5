import type { Caller } from '../contract/roles.ts'
import type { Db } from '../db/connect.ts'
import { insertLooks } from '../tracks/queries.ts'
import type { Filter, LayerRow } from './queries.ts'

const hourMs = 3_600_000

/** Whoever takes tracks out as a file or a feature looks at them: keeps whose they were. `how` is kept as the note. */
export function watchTracks(
  db: Db,
  { caller, now, filter = {}, how }: { caller: Caller; now: () => Date; filter?: Filter; how: string },
) {
  const officers = new Set<number>()
  return {
    see: ({ id }: LayerRow) => void officers.add(Number(String(id).split('-')[1])),
    async keep() {
      officers.delete(caller.officerId ?? 0)
      if (officers.size === 0 || caller.accountId === null) return
      await insertLooks(db, {
        at: now(),
        accountId: caller.accountId,
        name: caller.name,
        role: caller.role,
        officers: [...officers],
        from: filter.from ?? new Date(0),
        // The same for every page of the same hour: one look, not one a page.
        to: filter.to ?? new Date(Math.ceil(now().getTime() / hourMs) * hourMs),
        reason: 'review',
        note: how,
      })
    },
  }
}
