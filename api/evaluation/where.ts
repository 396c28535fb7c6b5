import type { HotSpotMap, HotSpotQuery } from '../contract/evaluation.ts'
import type { Db } from '../db/connect.ts'
import type { Scope } from '../db/scope.ts'
import { findPeriods, isUnfolded, listCells } from './queries.ts'
import type { Statistics } from './statistics.ts'
import { listSums } from './sum-queries.ts'

/** What a value is told for: 1,000 households, 1 km². */
const told = { case: 1, household: 1000, km2: 1 } as const

/**
 * Where more happens than chance would have it, and where less: Gi* of a period's cases over the grids of one level in the caller's scope,
 * with the false alarms held to `rate`. By household or km² the grids are made comparable before (`rates.ts`).
 */
export async function mapHotSpots(
  { db, statistics }: { db: Db; statistics: Statistics },
  scope: Scope,
  { level, per, rate, ...query }: HotSpotQuery,
): Promise<HotSpotMap> {
  const periods = await findPeriods(db, query)
  if (!periods) throw new Error('there is no town')
  const { from, to, timeZone } = periods
  const cells = await listCells(db, level, scope.grids)
  const cut = { ...query, from, to, timeZone, depth: level + 1 }
  const sums = await db.scoped(scope, (tx) => listSums(tx, cut, 'grid'))
  const casesOf = new Map(sums.map(({ key, valid }) => [Number(key), valid]))
  const counts = Float64Array.from(cells, ({ id }) => casesOf.get(id) ?? 0)
  const sizes =
    per === 'case'
      ? null
      : Float64Array.from(cells, ({ households, areaKm2 }) => (per === 'household' ? households : areaKm2))
  const { z, q, heat, blanks } = await statistics.ask(
    'hotGrids',
    cells.map(({ shape }) => shape),
    counts,
    sizes,
    rate,
  )
  return {
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    timeZone,
    counting: await isUnfolded(db),
    rate,
    cells: cells.map(({ id, name }, i) => {
      const cases = counts[i] as number
      const size = sizes ? (sizes[i] as number) : 1
      return {
        gridId: id,
        name,
        cases,
        value: size > 0 ? (cases / size) * told[per] : null,
        z: z[i] ?? null,
        q: q[i] ?? null,
        heat: heat[i] ?? null,
        blank: blanks[i] ?? null,
      }
    }),
  }
}
