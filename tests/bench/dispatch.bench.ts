import { assign } from '../../api/dispatch/assignment.ts'
import { buildGraph, createSearch } from '../../api/dispatch/graph.ts'
import { buildHierarchy, createSweep } from '../../api/dispatch/hierarchy.ts'
import { databases } from '../setup/database.ts'
import setup from '../setup/global.ts'
import { ensureSystem, pgRouting } from '../setup/system.ts'
import { median, quantile, round } from './figures.ts'
import { chance } from './positions-locate.ts'
import { openBenchTown, password, size, south, west } from './positions-town.ts'

/** The figures of dispatch, part by part; each says what it measures. A part alone: `npm run bench -- dispatch roads`. */
export async function bench() {
  const only = process.argv[3]
  const figures: Record<string, number> = {}
  const stop = await setup()
  try {
    for (const [name, part] of Object.entries(parts)) {
      if (only && only !== name) continue
      const said = await part()
      console.log(name, JSON.stringify(said))
      Object.assign(figures, said)
    }
  } finally {
    stop?.()
  }
  return figures
}
const parts: Record<string, () => Promise<Record<string, number>> | Record<string, number>> = {
  roads: benchRoads,
  recommend: benchRecommend,
  storm: benchStorm,
}

/** A town of streets: 224 × 224 junctions, 99,904 roads, each its own time both ways. */
const side = 224
const seconds = (i: number) => 10 + ((i * 7919) % 50)
function lattice() {
  const roads: { source: number; target: number; cost: number }[] = []
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const here = y * side + x
      if (x + 1 < side) roads.push({ source: here, target: here + 1, cost: seconds(roads.length) })
      if (y + 1 < side) roads.push({ source: here, target: here + side, cost: seconds(roads.length) })
    }
  return roads
}

/**
 * `roadRatio`: pgRouting's one-to-many with the roads turned round ÷ our sweep of the hierarchy, 100 units to one incident on 99,904 roads,
 * by turns. Beside it plain searching, how long the hierarchy takes to build, and `pathDisagreements` of the three.
 */
async function benchRoads() {
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
  const both = {
    from: roads.flatMap(({ source, target }) => [source, target]),
    to: roads.flatMap(({ source, target }) => [target, source]),
    weight: roads.flatMap(({ cost }) => [cost * 1000, cost * 1000]),
  }
  const graph = buildGraph(side * side, both)
  const began = performance.now()
  const hierarchy = buildHierarchy(graph)
  const hierarchySeconds = (performance.now() - began) / 1000
  const [search, sweep] = [createSearch(graph.size), createSweep(hierarchy)]
  const random = chance(3)
  const node = () => Math.floor(random() * graph.size)
  const times = { theirs: [] as number[], searched: [] as number[], swept: [] as number[] }
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
    const swept = sweep([{ node: incident, cost: 0 }], 'to')
    const mine = units.map((unit) => swept[hierarchy.rank[unit] ?? 0] ?? 0)
    times.swept.push(performance.now() - from)
    const known = new Map(theirs.map(({ unit, cost }) => [unit, cost * 1000]))
    pathDisagreements += units.filter(
      (unit, i) => found[i] !== mine[i] || (unit !== incident && known.get(unit) !== mine[i]),
    ).length
  }
  await db.close()
  return {
    roadRatio: round(median(times.theirs) / median(times.swept)),
    pgRoutingMs: round(median(times.theirs)),
    searchMs: round(median(times.searched)),
    sweepMs: round(median(times.swept)),
    hierarchySeconds: round(hierarchySeconds),
    pathDisagreements,
  }
}

/**
 * `recommendP99Ms`: the recommendation through HTTP with 10,000 units on a network of 99,904 roads, everybody moving between two
 * questions; `networkStartSeconds`: the roads from the database until they answer.
 */
async function benchRecommend() {
  const db = await serverDatabase()
  const { running, ids } = await openBenchTown(db, { officers: 10_000 })
  await db.query(`update officers set transport = 'drive'`)
  await db.query(
    `insert into road_nodes (id, geom) select y * $1::int + x,
       st_setsrid(st_makepoint($2::float8 + (x + random() * 0.6) * $4::float8, $3::float8 + (y + random() * 0.6) * $4::float8), 4326)
     from generate_series(0, $1 - 1) x cross join generate_series(0, $1 - 1) y`,
    [side, west, south, size / side],
  )
  const roads = lattice()
  await db.query(
    `insert into road_edges (source, target, osm_way, segment, class, oneway, drive, walk, length_m, drive_seconds, geom)
     select s, t, i, 0, 'residential', false, true, true, st_length(st_makeline(a.geom, b.geom)::geography), c, st_makeline(a.geom, b.geom)
     from unnest($1::int[], $2::int[], $3::int[], $4::float8[]) as r (i, s, t, c)
     join road_nodes a on a.id = r.s join road_nodes b on b.id = r.t`,
    [
      roads.map((_, i) => i + 1),
      roads.map((one) => one.source),
      roads.map((one) => one.target),
      roads.map((one) => one.cost),
    ],
  )
  await running.services.roads.refresh()
  const networkStartSeconds = running.services.roads.state().seconds
  const session = await fetch(`${running.url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'bench', password }),
  })
  const cookie = session.headers.get('set-cookie')?.split(';')[0] ?? ''
  const random = chance(9)
  const place = () => ({
    lng: west + size * (0.05 + 0.9 * random()),
    lat: south + size * (0.05 + 0.9 * random()),
  })
  await db.query(
    `insert into incident_classes (code, name, name_en, family, limits)
     select '01', '环保', 'Environment', 'environment', coalesce((select limits from incident_classes limit 1), '{}') on conflict do nothing`,
  )
  const cases: number[] = []
  for (let i = 0; i < 100; i++) {
    const answer = await fetch(`${running.url}/api/incidents`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie },
      body: JSON.stringify({ classCode: '01', source: 'hotline', title: `第 ${i} 件`, ...place() }),
    })
    if (!answer.ok) throw new Error(await answer.text())
    cases.push(((await answer.json()) as { id: number }).id)
  }
  const path = running.services.locator().townId
  const move = () =>
    running.services.live.apply(
      ids.map((officerId, i) => ({
        officerId,
        ...place(),
        recordedAt: Date.now(),
        speed: 5,
        heading: null,
        path: [path],
        unitId: i % 8,
      })),
    )
  const began = performance.now()
  while (!running.services.roads.state().quick) {
    if (performance.now() - began > 180_000) throw new Error('the hierarchy is not built')
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  const took: number[] = []
  for (let turn = 0; turn < 300; turn++) {
    if (turn % 10 === 0) move()
    const from = performance.now()
    const answer = await fetch(`${running.url}/api/incidents/${cases[turn % cases.length]}/recommendation`, {
      headers: { cookie },
    })
    const { candidates, network } = (await answer.json()) as { candidates: unknown[]; network: string }
    if (turn >= 20) took.push(performance.now() - from)
    if (network !== 'roads' || candidates.length === 0) throw new Error(`no recommendation: ${network}`)
  }
  took.sort((a, b) => a - b)
  await running.close()
  return {
    recommendP99Ms: round(quantile(took, 0.99)),
    recommendMedianMs: round(quantile(took, 0.5)),
    networkStartSeconds,
  }
}

/** `stormMs`: 100 incidents and 100 units, assigned as cheaply as can be. */
function benchStorm() {
  const random = chance(4)
  const took: number[] = []
  for (let turn = 0; turn < 50; turn++) {
    const costs = Float64Array.from({ length: 10_000 }, () => Math.floor(random() * 3600))
    const from = performance.now()
    assign(costs, 100, 100)
    took.push(performance.now() - from)
  }
  return { stormMs: round(median(took)) }
}

async function serverDatabase() {
  const open = databases.find(({ name }) => name === 'server')?.open
  if (!open) throw new Error('no server database')
  return open()
}
