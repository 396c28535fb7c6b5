import { createSearch } from '../../api/dispatch/graph.ts'
import { buildHierarchy, createSweep } from '../../api/dispatch/hierarchy.ts'
import { ensureSystem, pgRouting } from '../setup/system.ts'
import { createLabels } from './dispatch-labels.ts'
import { lattice, latticeGraph, serverDatabase } from './dispatch-lattice.ts'
import { median, round } from './figures.ts'
import { chance } from './positions-locate.ts'

/**
 * `roadRatio`: pgRouting's one-to-many with the roads turned round ÷ our sweep of the hierarchy, 100 units to one incident on 99,904 roads,
 * by turns; `labelRatio`: ÷ ours where each unit's label is at hand (`labelMs` is what making the 100 takes). Beside them plain searching, how
 * long the hierarchy takes to build, `matrix100Ms` and `matrix1000Ms` (100 incidents × so many units), and `pathDisagreements` of all.
 */
export async function benchRoads() {
  ensureSystem([pgRouting])
  const db = await serverDatabase()
  await db.query('create extension pgrouting cascade')
  const roads = lattice()
  await db.query(
    'create table bench_roads (id int primary key, source int, target int, cost float8, reverse_cost float8)',
  )
  await db.query(
    'insert into bench_roads select i, s, t, c, c from unnest($1::int[], $2::int[], $3::int[], $4::float8[]) as r (i, s, t, c)',
    [
      roads.map((_, i) => i),
      roads.map((one) => one.source),
      roads.map((one) => one.target),
      roads.map((one) => one.cost),
    ],
  )
  await db.query('analyze bench_roads')
  const graph = latticeGraph()
  const began = performance.now()
  const hierarchy = buildHierarchy(graph)
  const hierarchySeconds = (performance.now() - began) / 1000
  const [search, sweep] = [createSearch(graph.size), createSweep(hierarchy)]
  const random = chance(3)
  const node = () => Math.floor(random() * graph.size)
  const labels = createLabels(hierarchy)
  const times = {
    theirs: [] as number[],
    searched: [] as number[],
    swept: [] as number[],
    made: [] as number[],
    joined: [] as number[],
  }
  let pathDisagreements = 0
  for (let turn = 0; turn < 15; turn++) {
    const [incident, units] = [node(), Array.from({ length: 100 }, node)]
    let from = performance.now()
    const theirs = await db.query<{ unit: number; cost: number }>(
      `select end_vid::int as unit, agg_cost as cost from pgr_dijkstracost(
         'select id, target as source, source as target, reverse_cost as cost, cost as reverse_cost from bench_roads', $1::bigint, $2::bigint[], true)`,
      [incident, units],
    )
    times.theirs.push(performance.now() - from)
    from = performance.now()
    const searched = search(graph.in, [{ node: incident, cost: 0 }])
    const found = units.map((unit) => searched[unit] ?? 0)
    times.searched.push(performance.now() - from)
    from = performance.now()
    const mine = units.map(sweep([{ node: incident, cost: 0 }], 'to', units))
    times.swept.push(performance.now() - from)
    from = performance.now()
    const held = units.map((unit) => labels.of(unit))
    times.made.push(performance.now() - from)
    from = performance.now()
    const joined = labels.costsTo(incident, held)
    times.joined.push(performance.now() - from)
    const known = new Map(theirs.map(({ unit, cost }) => [unit, cost * 1000]))
    pathDisagreements += units.filter(
      (unit, i) =>
        found[i] !== mine[i] || joined[i] !== mine[i] || (unit !== incident && known.get(unit) !== mine[i]),
    ).length
  }
  await db.close()
  const matrixMs = (units: number) => {
    const people = Array.from({ length: units }, node)
    const took = Array.from({ length: 5 }, () => {
      const from = performance.now()
      for (let i = 0; i < 100; i++) {
        Uint32Array.from(people, sweep([{ node: node(), cost: 0 }], 'to', people))
      }
      return performance.now() - from
    })
    return round(median(took))
  }
  return {
    matrix100Ms: matrixMs(100),
    matrix1000Ms: matrixMs(1000),
    labelRatio: round(median(times.theirs) / median(times.joined)),
    labelMs: round(median(times.made)),
    roadRatio: round(median(times.theirs) / median(times.swept)),
    pgRoutingMs: round(median(times.theirs)),
    searchMs: round(median(times.searched)),
    sweepMs: round(median(times.swept)),
    hierarchySeconds: round(hierarchySeconds),
    pathDisagreements,
  }
}
