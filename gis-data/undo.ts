import { existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Db } from '../api/db/connect.ts'
import { Refusal } from '../api/errors.ts'
import { setBasemap } from '../api/grids/queries.ts'
import { takeImported } from '../api/plans/publish.ts'
import { replacedBasemap } from './nouns/basemap.ts'
import { getImport, listChanges, markUndone, restoreRows, undoFixes, undoInserted } from './queries.ts'

export interface Undone {
  importId: number
  /** Rows taken away again, and rows put back as they were. */
  removed: number
  restored: number
  /** Rows that others stand on, or that have changed since: they stay. */
  kept: number
}

/**
 * Takes an import back, as a whole and in one transaction. What somebody has worked with since stays and is counted.
 * Throws `Refusal` when there is no such import, or it was taken back before.
 */
export async function undoImport(
  db: Db,
  importId: number,
  { by, now, dataFolder }: { by: string; now: Date; dataFolder: string },
): Promise<Undone> {
  return db.transaction(async (tx) => {
    const found = await getImport(tx, importId)
    if (!found) throw new Refusal(404, 'not-found', `There is no import ${importId}.`)
    if (found.undoneAt)
      throw new Refusal(
        409,
        'already-undone',
        `Import ${importId} was taken back before, by ${found.undoneBy}.`,
      )
    const counts = { removed: 0, restored: 0, kept: 0 }
    if (found.what === 'track') counts.removed = await undoFixes(tx, found.ranAt)
    // Last written, first taken back: a row that came twice ends as it was before the first.
    for (const change of await listChanges(tx, importId)) {
      if (change.what === 'towns') {
        await restoreBasemap(tx, {
          path: join(dataFolder, 'basemap.pmtiles'),
          importId,
          before: change.before,
        })
        counts.restored += 1
        continue
      }
      counts.restored += await restoreRows(tx, change.what, change.before)
      const removed = await undoInserted(tx, change.what, change.inserted)
      counts.removed += removed
      counts.kept += change.inserted.length - removed
    }
    // The grids as they were are a plan of their own again: what was stamped meanwhile keeps its stamp.
    if (found.what === 'grids') await takeImported(tx, now)
    await markUndone(tx, { importId, by, now, kept: counts.kept })
    return { importId, ...counts }
  })
}

/** The base map as it was, or none where there was none. */
async function restoreBasemap(
  tx: Db,
  { path, importId, before }: { path: string; importId: number; before: object[] },
) {
  const [was] = before as { attribution: string; reviewNumber: string }[]
  const kept = replacedBasemap(path, importId)
  if (was && !existsSync(kept)) throw new Refusal(409, 'gone', 'The base map that was there before is gone.')
  await setBasemap(tx, was ?? null)
  if (was) renameSync(kept, path)
  else rmSync(path, { force: true })
}
