import { readFileSync } from 'node:fs'
import type { Position } from 'geojson'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Db } from '../../api/db/connect.ts'
import { buildLocator } from '../../api/grids/locate.ts'
import { listGridShapes } from '../../api/grids/queries.ts'
import { checkPlan } from '../../api/plans/check.ts'
import { townRule } from '../../api/plans/codes.ts'
import { findPlanInForce, listPlanGrids } from '../../api/plans/queries.ts'
import { undoImport } from '../../gis-data/undo.ts'
import { databases } from '../setup/database.ts'
import { counts, importer } from './import-town.ts'
import { realData } from './real-data.ts'

// Five boroughs, 71 community districts, 2,166 census tracts; 943 cameras; 967 rows of shootings.

const admin = realData('admin_nyc')
const cameras = realData('sensors_nyc_cameras')
const incidents = realData('incidents_formats')
const missing = admin.missing || cameras.missing || incidents.missing
const none = { taken: 0, unchanged: 0, refused: 0, held: 0, leftOut: 0 }

/** The grid of each position as PostGIS says: deepest level, lowest id; the town where none holds it. */
const direct = (db: Db, positions: readonly Position[]) =>
  db.query<{ id: number }>(
    `select coalesce(
       (select g.id from grids g where g.level > 0 and st_intersects(g.geom, p.at) order by g.level desc, g.id limit 1),
       (select id from towns)) as id
     from unnest($1::float8[], $2::float8[]) with ordinality as given (lng, lat, position)
     cross join lateral (select st_setsrid(st_makepoint(lng, lat), 4326) as at) p
     order by position`,
    [positions.map(([lng]) => lng), positions.map(([, lat]) => lat)],
  )

describe.skipIf(missing).each(databases)(`New York on $name ${missing || ''}`, ({ open }) => {
  let db: Db
  let imports: ReturnType<typeof importer>
  const hierarchy = admin.path('hierarchy.csv.gz')
  const tracts = [
    'grids',
    admin.path('census_tracts_2010.topojson.gz'),
    '--level',
    '3',
    '--map',
    'code=@index',
    '--code-prefix',
    'tract-',
    '--parents',
    hierarchy,
  ]
  beforeAll(async () => {
    db = await open()
    imports = importer(db)
  })
  afterAll(() => db.close())

  test('boroughs and community districts', async () => {
    const boroughs = [
      'grids',
      admin.path('boroughs.geojson.gz'),
      '--level',
      '1',
      '--map',
      'code=BoroCode',
      '--map',
      'name=BoroName',
    ]
    expect(
      counts(
        await imports.run(
          ...boroughs,
          '--town',
          'New York',
          '--town-code',
          'nyc',
          '--time-zone',
          'America/New_York',
        ),
      ),
    ).toEqual({ ...none, taken: 5 })
    const districts = [
      'grids',
      admin.path('community_districts.geojson.gz'),
      '--level',
      '2',
      '--map',
      'code=BoroCD',
    ]
    expect(counts(await imports.run(...districts, '--parents', hierarchy))).toEqual({ ...none, taken: 71 })
    // The same parents by interior point: nothing changes.
    expect(counts(await imports.run(...districts))).toEqual({ ...none, unchanged: 71 })
  })

  test('their area is the one in their attributes (square feet, EPSG:2263)', async () => {
    const rows = await db.query<{ ratio: number }>(
      `select area_km2 / ((attributes->>'Shape_Area')::float8 * 0.3048006096 ^ 2 / 1e6) as ratio from grids where level in (1, 2)`,
    )
    expect(rows).toHaveLength(76)
    for (const { ratio } of rows) expect(Math.abs(ratio - 1)).toBeLessThan(5e-4)
  })

  test('99 tracts cross themselves: each is named, and nothing is written', async () => {
    const result = await imports.run(...tracts)
    expect(counts(result)).toEqual({ ...none, refused: 99, held: 2067 })
    for (const entry of result.entries.filter((one) => one.outcome === 'refused')) {
      expect(entry.key).toMatch(/^tract-\d+$/)
      expect(entry.reason).toMatch(
        /^the polygon is not valid: (Ring )?Self-intersection\[-7\d\.\d+ 4\d\.\d+]$/,
      )
    }
    expect(readFileSync(result.reportFile, 'utf8').trim().split('\r\n')).toHaveLength(1 + 2166)
    expect(await db.query('select 1 from grids where level = 3')).toHaveLength(0)
  })

  test('--skip-refused takes the 2,067; a second run changes nothing', async () => {
    expect(counts(await imports.run(...tracts, '--skip-refused'))).toEqual({
      ...none,
      taken: 2067,
      refused: 99,
    })
    expect(counts(await imports.run(...tracts, '--skip-refused'))).toEqual({
      ...none,
      unchanged: 2067,
      refused: 99,
    })
  })

  test('cameras and shootings are stamped as PostGIS says, all of them', async () => {
    expect(
      counts(
        await imports.run(
          'points',
          cameras.path('nyctmc_cameras.json.gz'),
          '--system',
          'traffic-cameras',
          '--fix',
          'padded',
        ),
      ),
    ).toEqual({ ...none, taken: 943 })
    // One incident of several victims has several rows: the number stands once.
    const shootings = [
      'incidents',
      incidents.path('nyc_shootings.csv.gz'),
      '--class',
      'shooting',
      '--skip-refused',
    ]
    expect(counts(await imports.run(...shootings))).toEqual({ ...none, taken: 776, refused: 191 })
    for (const table of ['monitoring_points', 'incidents']) {
      const rows = await db.query<{ lng: number; lat: number; grid: number }>(
        `select st_x(geom) as lng, st_y(geom) as lat, path[cardinality(path)] as grid from ${table} order by 1, 2, 3`,
      )
      const said = await direct(
        db,
        rows.map(({ lng, lat }) => [lng, lat]),
      )
      expect(rows.map((row) => row.grid)).toEqual(said.map((row) => row.id))
    }
  })

  test('20,000 random points and 5,000 corners of tracts: the locator answers as PostGIS does', async () => {
    const shapes = await listGridShapes(db)
    const { locate, pathOf } = buildLocator(shapes)
    let seed = 1
    const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647
    const anywhere = Array.from({ length: 20_000 }, () => [-74.26 + random() * 0.56, 40.49 + random() * 0.43])
    const corners = shapes
      .filter((shape) => shape.level === 3)
      .flatMap((shape) => shape.geometry?.coordinates.flat(2) ?? [])
    const positions = [...anywhere, ...corners.filter((_, i) => i % Math.floor(corners.length / 5000) === 0)]
    const levels = new Map<number, number>()
    for (let start = 0; start < positions.length; start += 5000) {
      const part = positions.slice(start, start + 5000)
      const ours = part.map(([lng = 0, lat = 0]) => locate(lng, lat))
      for (const id of ours) levels.set(pathOf(id).length - 1, (levels.get(pathOf(id).length - 1) ?? 0) + 1)
      expect(ours).toEqual((await direct(db, part)).map((row) => row.id))
    }
    // Open water is the town's; what a refused tract would hold is the community district's.
    expect([...levels.keys()].sort()).toEqual([0, 2, 3])
  })

  test('the 99 are repaired as proposed: all 2,166 are in, and no gap, overlap or crossing is left among them', async () => {
    const held = await imports.run(...tracts)
    expect(held.kinds.map(({ kind, rows, fixable }) => [kind, rows, fixable])).toEqual([
      ['self-crossing', 99, 99],
    ])
    const result = await imports.run(...tracts, '--fix', 'self-crossing')
    expect([result.refused, result.taken + result.unchanged]).toEqual([0, 2166])
    expect(result.taken).toBeGreaterThanOrEqual(99)
    const plan = await findPlanInForce(db)
    const grids = await listPlanGrids(db, plan?.id ?? 0)
    const flat = grids
      .filter((grid) => grid.level === 3)
      .map((grid) => ({ ...grid, level: 1 as const, parentUid: null }))
    expect(flat).toHaveLength(2166)
    const problems = await checkPlan(db, flat, { rule: townRule })
    expect(
      problems.filter(
        // A strip of water that is open at its end lay between sound neighbours before.
        ({ kind, detail }) =>
          ['self-crossing', 'gap', 'overlap', 'sliver'].includes(kind) && detail.between !== 'notch',
      ),
    ).toEqual([])
    // And back: the tracts as they were, without the 99.
    const undone = await undoImport(db, result.importId ?? 0, {
      by: 'test',
      now: new Date(),
      dataFolder: imports.folder,
    })
    expect(undone).toMatchObject({ removed: 99, kept: 0 })
    expect(await db.query('select 1 from grids where level = 3')).toHaveLength(2067)
  })
})
