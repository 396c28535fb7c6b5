import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { buildNetwork, type Road } from '../../api/dispatch/network.ts'
import { decodeLine, lengthOf } from '../../api/dispatch/polyline.ts'
import { listRoads, listTurns } from '../../api/dispatch/road-queries.ts'
import { openServerCopy } from '../setup/database.ts'
import { importer, squares } from './import-town.ts'
import { realData } from './real-data.ts'

// GraphHopper's own expected routes over real extracts, through our import and our network.

const roads = realData('roads_graphhopper_osm')
interface Routes {
  cases: {
    map: string
    profile: string
    queries: { from_lat: number; from_lon: number; to_lat: number; to_lon: number; distance_m: number }[]
  }[]
}
const cases = roads.missing
  ? []
  : (JSON.parse(readFileSync(roads.path('expected_routes.json'), 'utf8')) as Routes).cases
const queriesOf = (name: string) =>
  cases.reduce((sum, { map, queries }) => sum + (map === name ? queries.length : 0), 0)
/** Some of its places lie in the fields. */
const farthest = 5000
const byLength = (road: Road) => Math.round(road.lengthM * 1000)
/**
 * By length and by what its `foot` profile likes: where there are few cars 1.2 times as far for the same, along main roads 0.8 times,
 * on steps at 3 km/h instead of 5. Our own walkers only count the time, which over these ways is up to 4 % less far.
 */
const byLiking = ({ class: kind, maxSpeed, lengthM }: Road) => {
  const calm = calmClasses.has(kind) || (maxSpeed !== null && maxSpeed <= 20)
  const loud = /^(trunk|primary|secondary|tertiary)/.test(kind) || (maxSpeed ?? 0) > 50
  return Math.round((lengthM * 1000) / ((calm ? 1.2 : loud ? 0.8 : 1) * (kind === 'steps' ? 0.6 : 1)))
}
const calmClasses = new Set(
  'footway path steps pedestrian living_street track residential service platform'.split(' '),
)

describe.skipIf(roads.missing)(`routes against GraphHopper’s ${roads.missing || ''}`, () => {
  test.each([...new Set(cases.map(({ map }) => map))])('%s', async (map) => {
    const db = await openServerCopy()
    const imports = importer(db)
    const square = squares([['M', 'M', 7.4, 43.72, 0.05]])
    await imports.run('grids', imports.file('m.geojson', square), '--level', '1', '--town', 'M')
    await imports.run('roads', roads.path(map), '--skip-refused')
    const all = (await listRoads(db, 0, 100_000)).map((row): Road => ({ ...row, line: decodeLine(row.line) }))
    const turns = await listTurns(db)
    await db.close()
    expect(all.length).toBeGreaterThan(1000)
    const wrong: string[] = []
    let compared = 0
    for (const { profile, queries } of cases.filter((one) => one.map === map)) {
      const mode = profile.startsWith('foot') ? 'walk' : 'drive'
      const shortest = profile.includes('distance_influence')
      const weigh = shortest ? byLength : mode === 'walk' ? byLiking : undefined
      const network = buildNetwork(all, turns, { mode, ...(weigh && { weigh }) })
      for (const query of queries) {
        const from = network.snap(query.from_lon, query.from_lat, farthest)
        const to = network.snap(query.to_lon, query.to_lat, farthest)
        const way = from && to && network.route(network.costsTo(to), from, to)
        const meters = way ? lengthOf(way.line) : Number.NaN
        compared += 1
        // Theirs are on another sphere: 2 m, as they allow themselves, and 0.2 %.
        if (!(Math.abs(meters - query.distance_m) <= 2 + query.distance_m * 0.002))
          wrong.push(`${profile}: ${Math.round(meters)} m, not ${query.distance_m}`)
      }
    }
    expect({ map, wrong }).toEqual({ map, wrong: [] })
    expect(compared).toBe(queriesOf(map))
  })
})
