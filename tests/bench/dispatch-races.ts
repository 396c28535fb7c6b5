import type { Db } from '../../api/db/connect.ts'
import { insertAssignment, insertSent, listHolders } from '../../api/dispatch/queries.ts'
import { round } from './figures.ts'
import { openBenchTown } from './positions-town.ts'

const rivals = 8

class Lost extends Error {}

/**
 * `doubleAssignments`: how often two of eight dispatchers who send one squad to eight cases at the same moment both have it, or a loser is
 * not told who won; in `races` races, each with the product's own statements in transactions of their own.
 */
export async function benchRaces(open: () => Promise<Db>, races: number) {
  const db = await open()
  const { running, ids } = await openBenchTown(db, { officers: 8 })
  await db.query(
    `insert into incident_classes (code, name, name_en, family, limits)
     select '01', '环保', 'Environment', 'environment', limits from incident_classes limit 1 on conflict do nothing`,
  )
  await db.query(
    `insert into incidents (town_id, id, number, class_code, source, title, description, address, geom, path, state, reported_at)
     select t.id, n, 'race-' || n, '01', 'hotline', 'race', '', '', st_setsrid(st_makepoint(120.4, 31.7), 4326), array[t.id], 'dispatched', now()
     from towns t cross join generate_series(1, ${rivals}) n`,
  )
  const [unit] = await db.query<{ id: number }>('select min(id) as id from units')
  const unitId = unit?.id ?? 0
  const squad = ids.slice(0, 2)
  let doubleAssignments = 0
  let untold = 0
  const began = performance.now()
  for (let race = 0; race < races; race += 1) {
    const at = new Date()
    const won = await Promise.all(
      Array.from({ length: rivals }, async (_, i) => {
        const one = {
          incidentId: i + 1,
          unitId,
          lead: true,
          next: true,
          afterId: null,
          at,
          by: `dispatcher ${i}`,
          lapsesAt: at,
          seen: null,
          rank: null,
        }
        try {
          return await db.transaction(async (tx) => {
            const id = await insertAssignment(tx, one)
            const people = race % 2 === i % 2 ? squad : squad.toReversed()
            if (id === null || (await insertSent(tx, id, people)) < squad.length) throw new Lost()
            return id
          })
        } catch (error) {
          if (!(error instanceof Lost)) throw error
          const holders = await listHolders(db, squad)
          if (holders.length !== squad.length) untold += 1
          return null
        }
      }),
    )
    // Counted and freed in one: the next race is for the same people.
    const freed = await db.query(
      `with over as (update assignments set state = 'recalled' where state = 'offered' returning id)
       update assignment_officers set active = false where active returning (select count(*) from over)`,
    )
    if (won.filter((id) => id !== null).length !== 1 || freed.length !== squad.length) doubleAssignments += 1
  }
  const seconds = (performance.now() - began) / 1000
  await running.close()
  return { doubleAssignments, losersUntold: untold, races, racesPerSecond: round(races / seconds) }
}
