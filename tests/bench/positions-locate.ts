import { Delaunay } from 'd3-delaunay'
import type { MultiPolygon } from 'geojson'
import type { Db } from '../../api/db/connect.ts'
import { buildLocator, type GridShape } from '../../api/grids/locate.ts'
import { median, round } from './figures.ts'

const polygons = 20_000
const points = 100_000

/**
 * The grid of 100,000 points among 20,000 cells of a Voronoi diagram with bent borders: ours against a join in the database.
 * `locateRatio`: how many times faster; `locateAgreement`: the share of points with the same answer.
 */
export async function benchLocate(db: Db) {
  const random = chance(7)
  const [west, south, size] = [120, 31, 0.6]
  const seeds = Float64Array.from(
    { length: polygons * 2 },
    (_, i) => (i % 2 ? south : west) + random() * size,
  )
  const voronoi = new Delaunay(seeds).voronoi([west, south, west + size, south + size])
  const round7 = (value: number) => Math.round(value * 1e7) / 1e7
  const shapes: GridShape[] = Array.from({ length: polygons }, (_, i) => ({
    id: i + 2,
    level: 3,
    path: [1, i + 2],
    geometry: {
      type: 'MultiPolygon',
      coordinates: [[bend(voronoi.cellPolygon(i)).map(([x, y]) => [round7(x), round7(y)])]],
    } as MultiPolygon,
  }))
  const at = Float64Array.from({ length: points * 2 }, (_, i) =>
    round7((i % 2 ? south : west) - 0.01 + random() * (size + 0.02)),
  )

  await db.query('create table bench_grids (id int primary key, geom geometry(MultiPolygon, 4326))')
  for (let i = 0; i < polygons; i += 1000) {
    const some = shapes.slice(i, i + 1000)
    await db.query(
      `insert into bench_grids select id, st_setsrid(st_geomfromgeojson(shape), 4326) from unnest($1::int[], $2::text[]) as i (id, shape)`,
      [some.map(({ id }) => id), some.map(({ geometry }) => JSON.stringify(geometry))],
    )
  }
  await db.query('create index on bench_grids using gist (geom)')
  await db.query('create table bench_points (id int primary key, geom geometry(Point, 4326))')
  await db.query(
    `insert into bench_points select id, st_setsrid(st_makepoint(x, y), 4326) from unnest($1::int[], $2::float8[], $3::float8[]) as i (id, x, y)`,
    [
      Array.from({ length: points }, (_, i) => i),
      Array.from({ length: points }, (_, i) => at[2 * i]),
      Array.from({ length: points }, (_, i) => at[2 * i + 1]),
    ],
  )
  await db.query('analyze bench_grids')
  await db.query('analyze bench_points')

  const began = performance.now()
  const town: GridShape = { id: 1, level: 0, path: [1], geometry: null }
  const { locate } = buildLocator([town, ...shapes])
  const buildMs = performance.now() - began
  const ours: number[] = []
  const theirs: number[] = []
  const found = new Int32Array(points)
  let joined: { id: number; grid: number }[] = []
  for (let turn = 0; turn < 5; turn += 1) {
    const from = performance.now()
    for (let i = 0; i < points; i += 1) found[i] = locate(at[2 * i] ?? 0, at[2 * i + 1] ?? 0)
    ours.push(performance.now() - from)
    const asked = performance.now()
    joined = await db.query<{ id: number; grid: number }>(
      `select p.id, coalesce(min(g.id), 1) as grid
       from bench_points p left join bench_grids g on st_intersects(g.geom, p.geom)
       group by p.id`,
    )
    theirs.push(performance.now() - asked)
  }
  const agreeing = joined.filter(({ id, grid }) => found[id] === grid).length
  await db.query('drop table bench_grids, bench_points')
  return {
    locateAgreement: agreeing / points,
    locateRatio: round(median(theirs) / median(ours)),
    locateMs: round(median(ours)),
    locateFirstMs: round(ours[0] ?? 0),
    locateBuildMs: round(buildMs),
    joinMs: round(median(theirs)),
  }
}

/** Each side in four pieces, bent a little: the same from both of its neighbours. */
function bend(ring: readonly (readonly number[])[]): [number, number][] {
  return ring.flatMap(([x0 = 0, y0 = 0], i) => {
    const [x1, y1] = ring[i + 1] ?? []
    if (x1 === undefined || y1 === undefined) return [[x0, y0] as [number, number]]
    const forward = x0 < x1 || (x0 === x1 && y0 < y1)
    return [0, 1, 2, 3].map((k): [number, number] => {
      const t = forward ? k / 4 : 1 - k / 4
      const [ax, ay, bx, by] = forward ? [x0, y0, x1, y1] : [x1, y1, x0, y0]
      const off = t === 0.25 ? 0.04 : t === 0.5 ? -0.03 : t === 0.75 ? 0.05 : 0
      return [ax + (bx - ax) * t - (by - ay) * off, ay + (by - ay) * t + (bx - ax) * off]
    })
  })
}

/** Without chance: the same numbers in every run. */
export function chance(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
