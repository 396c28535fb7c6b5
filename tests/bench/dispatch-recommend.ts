import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import type { Recommendation } from '../../api/contract/dispatch.ts'
import { createDispatcher } from '../../api/dispatch/recommendation.ts'
import { startAsker } from './asker.ts'
import { lattice, serverDatabase, side } from './dispatch-lattice.ts'
import { median, quantile, round, watchStolen } from './figures.ts'
import { chance } from './positions-locate.ts'
import { openBenchTown, password, size, south, west } from './positions-town.ts'

const squads = 1000
const everyMs = 100
/** Questions that are asked and not counted. */
const warm = 60

/**
 * The recommendation with 10,000 officers in 1,000 squads on a network of 99,904 roads, everybody driving on a second's way (5 to 15 m)
 * before every ten questions, ten questions a second. `recommendP99Ms`: from the question to the answer in the server, the database and
 * the roads' thread included; `bareP99Ms`, between each two of them: the least that any such answer takes on this machine, `select 1` and
 * then a message to a thread and back, with nothing to reckon; `recommendHttpP99Ms`: asked by another process through HTTP;
 * `searchedHttpP99Ms`: the same before the hierarchy is built (and meanwhile: one core less). On foot a chessboard has no hierarchy, so
 * nobody walks. `stolenShare`: of the time that the processors worked or would have, what the machine's other guests had of it.
 * `networkStartSeconds`: the roads from the database until they answer.
 */
export async function benchRecommend() {
  const db = await serverDatabase()
  const { running, ids } = await openBenchTown(db, { officers: 10_000, units: squads })
  await db.query(`update officers set transport = 'drive'`)
  await db.query(`update shifts set started_at = now() - interval '4 hours'`)
  await db.query(
    `insert into road_nodes (id, geom) select y * $1::int + x,
       st_setsrid(st_makepoint($2::float8 + (x + random() * 0.6) * $4::float8, $3::float8 + (y + random() * 0.6) * $4::float8), 4326)
     from generate_series(0, $1 - 1) x cross join generate_series(0, $1 - 1) y`,
    [side, west, south, size / side],
  )
  const roads = lattice()
  await db.query(
    `insert into road_edges (source, target, osm_way, segment, class, oneway, drive, walk, length_m, drive_seconds, geom)
     select s, t, i, 0, 'residential', false, true, false, st_length(st_makeline(a.geom, b.geom)::geography), c, st_makeline(a.geom, b.geom)
     from unnest($1::int[], $2::int[], $3::int[], $4::float8[]) as r (i, s, t, c)
     join road_nodes a on a.id = r.s join road_nodes b on b.id = r.t`,
    [
      roads.map((_, i) => i + 1),
      roads.map((one) => one.source),
      roads.map((one) => one.target),
      roads.map((one) => one.cost),
    ],
  )
  await running.services.roster.reload()
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
  const unitIds = (await db.query<{ id: number }>('select id from units order by id')).map(({ id }) => id)
  const drivers = ids.map(() => ({ ...place(), heading: random() * 2 * Math.PI }))
  const degree = 1 / 111_195
  const move = () =>
    running.services.live.apply(
      drivers.map((one, i) => {
        const meters = 5 + 10 * random()
        one.heading += (random() - 0.5) * 0.4
        one.lng += (meters * degree * Math.sin(one.heading)) / Math.cos((south * Math.PI) / 180)
        one.lat += meters * degree * Math.cos(one.heading)
        const inside = (value: number, low: number) => value > low + 0.04 * size && value < low + 0.96 * size
        if (!inside(one.lng, west) || !inside(one.lat, south)) one.heading += Math.PI
        return {
          officerId: ids[i] ?? 0,
          lng: one.lng,
          lat: one.lat,
          recordedAt: Date.now(),
          speed: meters,
          heading: null,
          path: [path],
          unitId: unitIds[i % squads] ?? null,
        }
      }),
    )
  const desk = startAsker()
  const people: number[] = []
  const check = (answer: { candidates: readonly unknown[]; network: string; considered: number }) => {
    if (answer.network !== 'roads' || answer.candidates.length === 0)
      throw new Error(`no recommendation: ${JSON.stringify(answer).slice(0, 200)}`)
    people.push(answer.considered)
  }
  type Ten = (ids: readonly number[]) => Promise<number[]>
  const overHttp: Ten = async (ids) => {
    const urls = ids.map((id) => `${running.url}/api/incidents/${id}/recommendation`)
    const told = await desk.ask(urls, cookie, { tell: true, everyMs })
    for (const text of told.said) check(JSON.parse(text) as Recommendation)
    return told.took
  }
  const { recommendFor } = createDispatcher(running.services)
  const echo = new Worker(
    `const { parentPort } = require('worker_threads'); parentPort.on('message', (said) => parentPort.postMessage(said))`,
    { eval: true },
  )
  const bare: number[] = []
  const inServer: Ten = async (ids) => {
    const took: number[] = []
    const began = performance.now()
    for (const [i, id] of ids.entries()) {
      await setTimeout(Math.max(0, began + i * everyMs - performance.now()))
      const from = performance.now()
      check(await recommendFor({ role: 'admin', grids: [path] }, id))
      took.push(performance.now() - from)
      await setTimeout(everyMs / 2)
      const alone = performance.now()
      await db.query('select 1')
      echo.postMessage(0)
      await once(echo, 'message')
      bare.push(performance.now() - alone)
    }
    return took
  }
  /** The milliseconds of so many questions, those of a warm server. */
  async function measure(ten: Ten, turns: number) {
    const took: number[] = []
    for (let turn = 0; turn < warm + turns; turn += 10) {
      move()
      const these = await ten(Array.from({ length: 10 }, (_, i) => cases[(turn + i) % cases.length] ?? 0))
      if (turn >= warm) took.push(...these)
    }
    return took
  }
  const searched = await measure(overHttp, 100)
  const began = performance.now()
  while (!running.services.roads.state().quick) {
    if (performance.now() - began > 180_000) throw new Error('the hierarchy is not built')
    await setTimeout(500)
  }
  const asked = await measure(overHttp, 300)
  const stolen = watchStolen()
  const answered = await measure(inServer, 300)
  const stolenShare = stolen()
  desk.stop()
  await echo.terminate()
  await running.close()
  return {
    recommendP99Ms: round(quantile(answered, 0.99)),
    recommendMedianMs: round(median(answered)),
    bareP99Ms: round(quantile(bare, 0.99)),
    bareMedianMs: round(median(bare)),
    stolenShare,
    recommendHttpP99Ms: round(quantile(asked, 0.99)),
    recommendHttpMedianMs: round(median(asked)),
    recommendPeople: median(people),
    searchedHttpP99Ms: round(quantile(searched, 0.99)),
    searchedHttpMedianMs: round(median(searched)),
    networkStartSeconds,
  }
}
