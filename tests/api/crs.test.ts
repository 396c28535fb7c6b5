import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Db } from '../../api/db/connect.ts'
import { lookUpSystem } from '../../gis-data/queries.ts'
import { readCrs } from '../../gis-data/values/crs.ts'
import { databases } from '../setup/database.ts'

// Control points in each system's own area: CGCS2000 3° with and without prefix, 6°, and feet of both kinds.
// 2913 stands on NAD83(HARN) and is compared there (4152): PostGIS then moves it by 1.28 m to WGS 84, which we take as equal.
const systems: [number, [number, number][]][] = [
  [
    4547,
    [
      [500_000, 3_400_000],
      [412_345.678, 2_600_000],
      [650_000, 5_000_000.5],
    ],
  ],
  [
    4526,
    [
      [38_500_000, 3_400_000],
      [38_412_345.678, 2_600_000],
    ],
  ],
  [
    4498,
    [
      [20_500_000, 3_400_000],
      [20_700_000, 4_400_000],
    ],
  ],
  [
    3435,
    [
      [1_176_000, 1_900_000],
      [1_205_117, 1_813_892],
      [1_091_131, 1_951_622],
    ],
  ],
  [
    2913,
    [
      [7_644_000, 684_000],
      [7_607_989, 632_104],
      [7_721_476, 732_085],
    ],
  ],
  [
    32650,
    [
      [500_000, 3_400_000],
      [300_000, 4_400_000],
    ],
  ],
]

describe.each(databases)('coordinate systems against ST_Transform, $name', ({ open }) => {
  let db: Db
  beforeAll(async () => {
    db = await open()
  })
  afterAll(() => db.close())

  test.each(systems)('EPSG:%d is within a millimetre of PostGIS', async (code, points) => {
    const system = await readCrs(`EPSG:${code}`, (one) => lookUpSystem(db, one))
    expect(system.name).toContain(`(EPSG:${code})`)
    for (const [x, y] of points) {
      const [there] = await db.query<{ lng: number; lat: number }>(
        `select st_x(p) as lng, st_y(p) as lat
         from st_transform(st_setsrid(st_makepoint($1, $2), $3::int), $4::int) p`,
        [x, y, code, code === 2913 ? 4152 : 4326],
      )
      const [lng, lat] = system.toWgs84(x, y)
      const apart =
        Math.hypot((lng - (there?.lng ?? 0)) * Math.cos((lat * Math.PI) / 180), lat - (there?.lat ?? 0)) *
        111_195
      expect(apart).toBeLessThan(0.001)
    }
  })
})
