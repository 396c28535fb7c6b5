import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import type { FeatureCollection, MultiPolygon } from 'geojson'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Db } from '../../api/db/connect.ts'
import { buildLocator } from '../../api/grids/locate.ts'
import { listGridShapes } from '../../api/grids/queries.ts'
import { openCsv } from '../../gis-data/formats/csv.ts'
import { inspect } from '../../gis-data/formats/inspect.ts'
import { fromWgs84 } from '../../gis-data/values/coordinates.ts'
import { databases } from '../setup/database.ts'
import { counts, importer } from './import-town.ts'
import { realData } from './real-data.ts'

// Sixteen districts in GCJ-02, and a fleet in WGS 84: they agree only if one of them is converted.

const admin = realData('admin_china_gcj02')
const fleet = realData('gps_geolife_beijing')
const missing = admin.missing || fleet.missing
const none = { taken: 0, unchanged: 0, refused: 0, held: 0, leftOut: 0 }
const districts = admin.path('province_110000.json.gz')

describe.skipIf(missing).each(databases)(`Beijing on $name ${missing || ''}`, ({ open }) => {
  let db: Db
  let imports: ReturnType<typeof importer>
  beforeAll(async () => {
    db = await open()
    imports = importer(db)
  })
  afterAll(() => db.close())

  test('fifteen districts go in; 顺义区 crosses itself in the source, and is named', async () => {
    const argv = [
      'grids',
      districts,
      '--level',
      '1',
      '--crs',
      'gcj02',
      '--town',
      '北京市',
      '--town-code',
      '110000',
    ]
    const result = await imports.run(...argv)
    expect(counts(result)).toEqual({ ...none, refused: 1, held: 15 })
    const [refused] = result.entries.filter((entry) => entry.outcome === 'refused')
    expect(refused).toMatchObject({
      row: 10,
      key: '110113',
      reason: expect.stringMatching(/Self-intersection\[116\.(59|60)/),
    })
    expect(counts(await imports.run(...argv, '--skip-refused'))).toEqual({ ...none, taken: 15, refused: 1 })
  })

  test('fixes in WGS 84 lie in the same district as the same fixes in GCJ-02 in the file', async () => {
    const ours = buildLocator(await listGridShapes(db))
    const codes = new Map(
      (await db.query<{ id: number; code: string }>('select id, code from grids')).map((row) => [
        row.id,
        row.code,
      ]),
    )
    const { features } = JSON.parse(
      gunzipSync(readFileSync(districts)).toString(),
    ) as FeatureCollection<MultiPolygon>
    const theirs = buildLocator([
      { id: 0, level: 0, path: [0], geometry: null },
      ...features
        .filter(({ properties }) => properties?.adcode !== 110113)
        .map(({ properties, geometry }) => ({ id: properties?.adcode, level: 1, path: [0], geometry })),
    ])
    const toGcj = fromWgs84('gcj02')
    let compared = 0
    let shifted = 0
    for await (const { row, fields } of (
      await openCsv(await inspect(fleet.path('fleet_fold_hour10.csv.gz')))
    ).rows()) {
      if (row % 650 !== 0) continue
      const [lng, lat] = [Number(fields.lon), Number(fields.lat)]
      const [x, y] = toGcj(lng, lat)
      const code = codes.get(ours.locate(lng, lat))
      expect(code === '110000' ? '0' : code).toBe(String(theirs.locate(x, y)))
      if (theirs.locate(lng, lat) !== theirs.locate(x, y)) shifted += 1
      compared += 1
    }
    expect(compared).toBeGreaterThan(2000)
    // Unconverted, some 5 in 100 would be another district's.
    expect(shifted).toBeGreaterThan(compared * 0.02)
  })

  test('2,998 officers from the track, once', async () => {
    const argv = ['officers', fleet.path('fleet_fold_hour10.csv.gz'), '--from-track']
    expect(counts(await imports.run(...argv))).toEqual({ ...none, taken: 2998 })
    expect(counts(await imports.run(...argv))).toEqual({ ...none, unchanged: 2998 })
  })
})
