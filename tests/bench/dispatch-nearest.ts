import { createLivePicture } from '../../api/positions/live.ts'
import { serverDatabase } from './dispatch-lattice.ts'
import { type Figures, median, round } from './figures.ts'
import { chance } from './positions-locate.ts'

const units = 1_000_000
const several = 10
const [west, south, wide] = [120, 30.7, 1]
const random = chance(13)
const place = () => ({ lng: west + wide * random(), lat: south + wide * random() })

/**
 * `nearestRatio`: the nearest of 1,000,000 units on shift by PostGIS (KNN on `geography`, GiST) ÷ by our live picture, by turns, 1,000 units
 * moving in both between two questions; `nearestTenRatio`: the ten nearest. `nearestRecall`: the share of those ten that measuring
 * everybody on the ellipsoid finds too.
 */
export async function benchNearest(): Promise<Figures> {
  const db = await serverDatabase()
  const live = createLivePicture(() => new Date(), { staleSeconds: 3600, offlineSeconds: 7200 })
  const at = Array.from({ length: units }, place)
  const fix = (i: number) => ({
    officerId: i + 1,
    ...(at[i] ?? place()),
    recordedAt: Date.now(),
    speed: null,
    heading: null,
    path: [1, 2 + (i % 100)],
    unitId: i % 1000,
  })
  const began = performance.now()
  for (let i = 0; i < units; i += 10_000) live.apply(Array.from({ length: 10_000 }, (_, n) => fix(i + n)))
  const nearestFillSeconds = (performance.now() - began) / 1000
  await db.query('create unlogged table bench_units (id int primary key, at geography(Point, 4326) not null)')
  const columns = (ids: readonly number[]) => [
    ids.map((i) => i + 1),
    ids.map((i) => at[i]?.lng),
    ids.map((i) => at[i]?.lat),
  ]
  const given = 'unnest($1::int[], $2::float8[], $3::float8[]) as u (id, lng, lat)'
  for (let i = 0; i < units; i += 50_000)
    await db.query(
      `insert into bench_units select id, st_setsrid(st_makepoint(lng, lat), 4326)::geography from ${given}`,
      columns(Array.from({ length: 50_000 }, (_, n) => i + n)),
    )
  await db.query('create index on bench_units using gist (at)')
  await db.query('vacuum analyze bench_units')
  const at1 = { ours: [] as number[], theirs: [] as number[] }
  const at10 = { ours: [] as number[], theirs: [] as number[] }
  const share: number[] = []
  const ask = ({ lng, lat }: ReturnType<typeof place>, limit: number) =>
    live.nearest({ grids: [1] }, { lng, lat, limit })
  // Both have answered some questions before they are timed.
  for (let turn = 0; turn < 300; turn++) ask(place(), 1 + (turn % several))
  for (let turn = 0; turn < 60; turn++) {
    const moving = Array.from({ length: 1000 }, () => Math.floor(random() * units))
    for (const i of moving) at[i] = place()
    const now = Date.now() + turn
    live.apply(moving.map((i) => ({ ...fix(i), recordedAt: now })))
    await db.query(
      `update bench_units b set at = st_setsrid(st_makepoint(lng, lat), 4326)::geography from ${given} where b.id = u.id`,
      columns(moving),
    )
    const { lng, lat } = place()
    for (const [limit, times] of [
      [1, at1],
      [several, at10],
    ] as const) {
      let from = performance.now()
      ask({ lng, lat }, limit)
      times.ours.push(performance.now() - from)
      from = performance.now()
      await db.query(
        'select id from bench_units order by at <-> st_setsrid(st_makepoint($1::float8, $2::float8), 4326)::geography limit $3',
        [lng, lat, limit],
      )
      times.theirs.push(performance.now() - from)
    }
    if (turn % 6 > 0) continue
    const truth = await db.query<{ id: number }>(
      `select id from bench_units order by st_distance(at, st_setsrid(st_makepoint($1::float8, $2::float8), 4326)::geography), id limit $3`,
      [lng, lat, several],
    )
    const found = ask({ lng, lat }, several)
    const known = new Set(truth.map(({ id }) => id))
    share.push(found.filter(({ one: { officerId } }) => known.has(officerId)).length / several)
  }
  await db.close()
  return {
    nearestRatio: round(median(at1.theirs) / median(at1.ours)),
    nearestTenRatio: round(median(at10.theirs) / median(at10.ours)),
    nearestRecall: share.reduce((sum, one) => sum + one, 0) / share.length,
    nearestMs: round(median(at1.ours)),
    nearestTenMs: round(median(at10.ours)),
    knnMs: round(median(at1.theirs)),
    knnTenMs: round(median(at10.theirs)),
    nearestFillSeconds: round(nearestFillSeconds),
  }
}
