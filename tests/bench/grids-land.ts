import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Db } from '../../api/db/connect.ts'
import { lookUpSystem } from '../../gis-data/queries.ts'
import { readCrs } from '../../gis-data/values/crs.ts'
import { realData } from '../api/real-data.ts'
import { fillTown, tripper, trips } from '../api/round-trip.ts'
import { databases } from '../setup/database.ts'
import { openTown } from '../setup/town.ts'

type Pair = [number, number]
const meters = ([lng, lat]: Pair, [x, y]: Pair) =>
  Math.hypot((x - lng) * Math.cos((lat * Math.PI) / 180), y - lat) * 111_195

/** Control points in the middle and at the edges of where each system is used, in its own units. */
const controls: Record<number, Pair[]> = {
  4547: [
    [500_000, 3_500_000],
    [350_000, 2_500_000],
    [640_000, 4_400_000],
  ],
  3435: [
    [1_176_000, 1_900_000],
    [1_100_000, 1_820_000],
    [1_205_000, 1_950_000],
  ],
}

/**
 * `crsErrorMeters`: the worst of gcoord's 664 places in GCJ-02 and BD-09. `crsExactErrorMeters`: the worst of the exact GCJ-02
 * vectors and of control points in EPSG:4547 and 3435 beside PostGIS. `roundTripDifferences`: rows that changed, were
 * refused or lost when every layer went out in every format and came in again, on both databases.
 */
export async function landFigures(): Promise<Record<string, number>> {
  const figures = { crsErrorMeters: 0, crsExactErrorMeters: 0, roundTrips: 0, roundTripDifferences: 0 }
  const places = realData('crs_gcj02')
  for (const { open } of databases) {
    const town = await openTown(open)
    const { db } = town.running
    const admin = await town.as('admin')
    if (!places.missing) {
      const errors = await placeErrors(places.path)
      figures.crsErrorMeters = Math.max(figures.crsErrorMeters, errors.worst)
      figures.crsExactErrorMeters = Math.max(figures.crsExactErrorMeters, errors.exact)
    }
    figures.crsExactErrorMeters = Math.max(figures.crsExactErrorMeters, await controlErrors(db))
    const folder = mkdtempSync(join(tmpdir(), 'xiake-bench-'))
    const { run, fetchFile, image } = tripper(() => ({ db, admin, folder }))
    await fillTown(town, { run, folder })
    for (const [layer, format, noun] of trips) {
      const before = JSON.stringify(await image())
      const { taken, refused } = await run(noun, await fetchFile(layer, format))
      figures.roundTrips += 1
      figures.roundTripDifferences += taken + refused
      if (JSON.stringify(await image()) !== before) figures.roundTripDifferences += 1
    }
    rmSync(folder, { recursive: true })
    await town.close()
  }
  return figures
}

async function placeErrors(path: (name: string) => string) {
  const nothing = () => Promise.resolve(null)
  const [gcj, bd] = [await readCrs('gcj02', nothing), await readCrs('bd09', nothing)]
  const cities = JSON.parse(gunzipSync(readFileSync(path('china-cities.json.gz'))).toString()) as {
    coords: Record<'WGS84' | 'GCJ02' | 'BD09', Pair>
  }[]
  const { wgs84_to_gcj02_exact: exact } = JSON.parse(readFileSync(path('expected.json'), 'utf8')) as {
    wgs84_to_gcj02_exact: { wgs84: Pair; gcj02: Pair }[]
  }
  return {
    worst: Math.max(
      ...cities.flatMap(({ coords }) => [
        meters(coords.WGS84, gcj.toWgs84(...coords.GCJ02)),
        meters(coords.WGS84, bd.toWgs84(...coords.BD09)),
      ]),
    ),
    exact: Math.max(
      ...exact.flatMap(({ wgs84, gcj02 }) => [
        meters(wgs84, gcj.toWgs84(...gcj02)),
        meters(gcj02, gcj.fromWgs84(...wgs84)),
      ]),
    ),
  }
}

async function controlErrors(db: Db): Promise<number> {
  let worst = 0
  for (const [code, points] of Object.entries(controls)) {
    const { toWgs84 } = await readCrs(`EPSG:${code}`, (n) => lookUpSystem(db, n))
    for (const [x, y] of points) {
      const [row] = await db.query<{ lng: number; lat: number }>(
        `select st_x(p) as lng, st_y(p) as lat
         from (select st_transform(st_setsrid(st_makepoint($1::float8, $2::float8), $3::int), 4326) as p) t`,
        [x, y, Number(code)],
      )
      worst = Math.max(worst, meters([row?.lng ?? 0, row?.lat ?? 0], toWgs84(x, y)))
    }
  }
  return worst
}
