import type { Figure, FigureSourceSave } from '../contract/figures.ts'
import type { Db } from '../db/connect.ts'
import type { FigureSourceRow } from './queries.ts'

// A town's own numbers as those see them who bring them.

/** Every address with the time of its next question; null while none is planned. */
export const listSourceTimes = async (db: Db, kind: string): Promise<Map<number, Date>> => {
  const rows = await db.query<{ key: string; runAt: Date }>(
    'select key, run_at as "runAt" from jobs where kind = $1',
    [kind],
  )
  return new Map(rows.map(({ key, runAt }) => [Number(key), runAt]))
}

/** Null when there is none, `taken` when the name is another one's; how the last question went is forgotten with the old address. */
export async function updateFigureSource(
  tx: Db,
  id: number,
  given: FigureSourceSave,
): Promise<FigureSourceRow | null | 'taken'> {
  const [other] = await tx.query('select 1 from figure_sources where name = $2 and id <> $1', [
    id,
    given.name,
  ])
  if (other) return 'taken'
  const [row] = await tx.query<FigureSourceRow>(
    `with renamed as (update figures set source = $2 where source_id = $1 and source <> $2)
     update figure_sources set name = $2, url = $3, mapping = $4::jsonb, every_minutes = $5, problem = '', taken = null, asked_at = null
     where id = $1
     returning id, name, url, mapping, every_minutes as "everyMinutes", asked_at as "askedAt", taken, problem`,
    [id, given.name, given.url, JSON.stringify(given.mapping), given.everyMinutes],
  )
  return row ?? null
}

/** Figures by where they came from, in the order in which they were brought. */
export const listBrought = (db: Db, most: number) =>
  db.query<Omit<Figure, 'asOf'> & { asOf: Date }>(
    `select id, module, grouping_name as "group", name, period, value, words, unit, target, source,
       source_id as "sourceId", as_of as "asOf"
     from figures order by id limit $1`,
    [most],
  )

/** Takes away what an address has brought; answers how many. */
export const deleteBrought = async (tx: Db, sourceId: number) =>
  (await tx.query('delete from figures where source_id = $1 returning 1', [sourceId])).length
