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
/** Some of its places lie in the fields. */
const farthest = 5000
const byLength = (road: Road) => Math.round(road.lengthM * 1000)

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
      // Its pedestrians go by rules of their own about steps, squares and what is pleasant.
      if (profile.startsWith('foot')) continue
      const shortest = profile.includes('distance_influence')
      const network = buildNetwork(all, turns, { mode: 'drive', ...(shortest && { weigh: byLength }) })
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
    expect(compared).toBeGreaterThan(0)
  })
})
