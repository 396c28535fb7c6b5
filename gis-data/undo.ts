import { existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Db } from '../api/db/connect.ts'
import { Refusal } from '../api/errors.ts'
import { buildLocator } from '../api/grids/locate.ts'
import { listGridShapes, setBasemap } from '../api/grids/queries.ts'
import { listPoints, restampPoints } from '../api/monitoring/queries.ts'
import { takeImported } from '../api/plans/publish.ts'
import { findPlanInForce } from '../api/plans/queries.ts'
import { replacedBasemap } from './nouns/basemap.ts'
import {
  findLater,
  getImport,
  listChanges,
  listOvertaken,
  markUndone,
  restoreRows,
  undoFixes,
  undoInserted,
} from './queries.ts'

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
    await refuseOvertaken(tx, importId, found)
    const counts = { removed: 0, restored: 0, kept: 0 }
    if (found.what === 'track') counts.removed = await undoFixes(tx, found.ranAt)
    const overtaken = await listOvertaken(tx, importId)
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
      const theirs = overtaken.get(change.what) ?? new Set<number>()
      const before = (change.before as { id: number }[]).filter(({ id }) => !theirs.has(id))
      const inserted = change.inserted.filter((id) => !theirs.has(id))
      counts.restored += await restoreRows(tx, change.what, before)
      const removed = await undoInserted(tx, change.what, inserted)
      counts.removed += removed
      counts.kept += change.before.length - before.length + change.inserted.length - removed
    }
    if (found.what === 'points') await relocatePoints(tx)
    // The grids as they were are a plan of their own again: what was stamped meanwhile keeps its stamp.
    if (found.what === 'grids') await takeImported(tx, now)
    await markUndone(tx, { importId, by, now, kept: counts.kept })
    return { importId, ...counts }
  })
}

/** Grids and base maps are whole: a later one stands on the earlier, and is taken back first. */
async function refuseOvertaken(
  tx: Db,
  importId: number,
  { what, planId }: { what: string; planId: number | null },
) {
  if (what === 'grids' && planId !== null && (await findPlanInForce(tx))?.id !== planId)
    throw new Refusal(
      409,
      'overtaken',
      'Another plan of the grid has taken effect since this import. Begin a draft from the older plan instead.',
    )
  const later = what === 'basemap' ? await findLater(tx, { id: importId, what }) : null
  if (later !== null)
    throw new Refusal(
      409,
      'overtaken',
      `Import ${later} has replaced this base map: take that one back first.`,
    )
}

/** Points that were put back lie in the grids of today. */
async function relocatePoints(tx: Db) {
  const locator = buildLocator(await listGridShapes(tx))
  const points = await listPoints(tx)
  await restampPoints(
    tx,
    points.map(({ id, lng, lat }) => ({ id, gridId: locator.locate(lng, lat) })),
  )
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
