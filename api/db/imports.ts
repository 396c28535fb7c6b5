import type { Db } from './connect.ts'

/** The number of the last import: when it moves, grids, roster and live picture are read again. */
export const lastImport = async (db: Db) =>
  (await db.query<{ id: number }>('select coalesce(max(id), 0) as id from imports'))[0]?.id ?? 0
