import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { guessCrs, type Lookup, readCrs, type Town } from '../../gis-data/values/crs.ts'
import { isHere, real } from './files.ts'

const nothing: Lookup = () => Promise.resolve(null)
type Pair = [number, number]
const meters = ([lng, lat]: Pair, [x, y]: Pair) =>
  Math.hypot((x - lng) * Math.cos((lat * Math.PI) / 180), y - lat) * 111_195

describe.skipIf(!isHere)('against others’ numbers', () => {
  interface City {
    coords: Record<'WGS84' | 'GCJ02' | 'BD09' | 'EPSG3857', Pair>
  }
  const cities = () =>
    JSON.parse(gunzipSync(readFileSync(real('crs_gcj02/china-cities.json.gz'))).toString()) as City[]
  test.each([
    ['gcj02', 'GCJ02'],
    ['bd09', 'BD09'],
    ['EPSG:3857', 'EPSG3857'],
  ] as const)('%s of gcoord’s 664 places is under a metre', async (crs, name) => {
    const { toWgs84, fromWgs84 } = await readCrs(crs, nothing)
    const errors = cities().flatMap(({ coords }) => {
      const back = toWgs84(...coords[name])
      const there = fromWgs84(...back)
      const again = toWgs84(...there)
      return [meters(coords.WGS84, back), meters(back, again)]
    })
    expect(errors).toHaveLength(1328)
    expect(Math.max(...errors)).toBeLessThan(1)
  })
  test('the exact GCJ-02 points are under a centimetre', async () => {
    const { wgs84_to_gcj02_exact: points } = JSON.parse(
      readFileSync(real('crs_gcj02/expected.json'), 'utf8'),
    ) as {
      wgs84_to_gcj02_exact: { wgs84: Pair; gcj02: Pair }[]
    }
    const { toWgs84, fromWgs84 } = await readCrs('GCJ-02', nothing)
    const errors = points.flatMap(({ wgs84, gcj02 }) => [
      meters(gcj02, fromWgs84(...wgs84)),
      meters(wgs84, toWgs84(...gcj02)),
    ])
    expect(errors.length).toBeGreaterThan(5)
    expect(Math.max(...errors)).toBeLessThan(0.01)
  })
  test('Portland’s .prj: in feet, where Portland is', async () => {
    const prj = readFileSync(real('incidents_portland_cfs/NIJ2016_AUG01_AUG31.prj'), 'utf8')
    const system = await readCrs(prj, nothing)
    expect(system).toMatchObject({ geographic: false })
    expect(system.name).toContain('Oregon North FIPS 3601 Feet Intl')
    const [lng, lat] = system.toWgs84(7_644_000, 684_000)
    expect(lng).toBeCloseTo(-122.68, 1)
    expect(lat).toBeCloseTo(45.52, 1)
  })
})

describe('systems of China without a database', () => {
  test.each([
    ['EPSG:4547', 500_000, 114],
    ['4526', 38_500_000, 114],
    ['EPSG:4498', 20_500_000, 117],
    ['urn:ogc:def:crs:EPSG::4509', 500_000, 117],
    ['EPSG:32650', 500_000, 117],
  ])('%s has its middle at x = %d, longitude %d', async (text, x, meridian) => {
    const { toWgs84, fromWgs84, geographic } = await readCrs(text, nothing)
    expect(geographic).toBe(false)
    const [lng, lat] = toWgs84(x, 3_400_000)
    expect(lng).toBeCloseTo(meridian, 9)
    expect(lat).toBeGreaterThan(30)
    expect(fromWgs84(lng, lat)[1]).toBeCloseTo(3_400_000, 4)
  })
  test('the WKT of ArcGIS and of WKT2 say the same as the code, whichever axis they name first', async () => {
    const esri =
      'PROJCS["CGCS2000_3_Degree_GK_Zone_40",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",40500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",120.0],PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
    const wkt2 =
      'PROJCRS["CGCS2000 / 3-degree Gauss-Kruger zone 40",BASEGEOGCRS["China Geodetic Coordinate System 2000",DATUM["China 2000",ELLIPSOID["CGCS2000",6378137,298.257222101,LENGTHUNIT["metre",1]]],PRIMEM["Greenwich",0,ANGLEUNIT["degree",0.0174532925199433]]],CONVERSION["3-degree Gauss-Kruger zone 40",METHOD["Transverse Mercator",ID["EPSG",9807]],PARAMETER["Latitude of natural origin",0,ANGLEUNIT["degree",0.0174532925199433]],PARAMETER["Longitude of natural origin",120,ANGLEUNIT["degree",0.0174532925199433]],PARAMETER["Scale factor at natural origin",1,SCALEUNIT["unity",1]],PARAMETER["False easting",40500000,LENGTHUNIT["metre",1]],PARAMETER["False northing",0,LENGTHUNIT["metre",1]]],CS[Cartesian,2],AXIS["northing (X)",north,ORDER[1],LENGTHUNIT["metre",1]],AXIS["easting (Y)",east,ORDER[2],LENGTHUNIT["metre",1]],ID["EPSG",4528]]'
    const [code, one, other] = await Promise.all([
      readCrs('4528', nothing),
      readCrs(esri, nothing),
      readCrs(wkt2, nothing),
    ])
    const place = code.toWgs84(40_512_345, 3_456_789)
    expect(meters(place, one.toWgs84(40_512_345, 3_456_789))).toBeLessThan(0.001)
    expect(meters(place, other.toWgs84(40_512_345, 3_456_789))).toBeLessThan(0.001)
  })
  test('Beijing 1954 says that its shift is not known, when nothing says it', async () => {
    const wkt =
      'GEOGCS["GCS_Beijing_1954_local",DATUM["D_Local_1954",SPHEROID["Krasovsky_1940",6378245.0,298.3]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]'
    expect((await readCrs(wkt, nothing)).name).toContain('datum shift unknown, up to 100 m')
    const known: Lookup = () =>
      Promise.resolve({
        proj4: '+proj=longlat +ellps=krass +towgs84=15.8,-154.4,-82.3,0,0,0,0 +no_defs',
        wkt: 'GEOGCS["Beijing 1954"]',
      })
    const { name, toWgs84 } = await readCrs('EPSG:4214', known)
    expect(name).toBe('Beijing 1954 (EPSG:4214)')
    expect(meters([116, 40], toWgs84(116, 40))).toBeGreaterThan(20)
  })
  test.each([
    ['somewhere', 'is no coordinate system we know'],
    ['EPSG:99999', 'There is no coordinate system EPSG:99999'],
    ['PROJCS["half', 'cannot be understood'],
    ['LOCAL_CS["Site grid",UNIT["metre",1]]', 'cannot be understood'],
    [
      'GEOCCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],UNIT["metre",1]]',
      'cannot be understood',
    ],
  ])('%s is refused', async (text, sentence) => {
    await expect(readCrs(text, nothing)).rejects.toThrow(sentence)
  })
  test('what cannot be converted is not a number, and no error', async () => {
    const { toWgs84 } = await readCrs('EPSG:4547', nothing)
    expect(toWgs84(Number.NaN, 1).some(Number.isNaN)).toBe(true)
    expect(toWgs84(1e300, 1e300).every(Number.isFinite)).toBe(false)
  })
})

describe('a guess, with its evidence', () => {
  // A small town: the offset of GCJ-02 there is some 500 m, so that it shows.
  const [west, south, east, north] = [120.1, 31.5, 120.11, 31.51]
  const town: Town = {
    center: [120.105, 31.505],
    bounds: [west, south, east, north],
    holds: (lng, lat) => lng >= west && lng <= east && lat >= south && lat <= north,
  }
  const places = Array.from(
    { length: 300 },
    (_, i): Pair => [west + 0.0005 + (i % 20) * 0.00045, south + 0.0005 + Math.floor(i / 20) * 0.0006],
  )
  const written = async (crs: string, swapped = false) => {
    const { fromWgs84 } = await readCrs(crs, nothing)
    return places.map((place) => fromWgs84(...place)).map(([x, y]): Pair => (swapped ? [y, x] : [x, y]))
  }
  test.each(['wgs84', 'gcj02', 'bd09', 'EPSG:4549', 'EPSG:4528', 'EPSG:4499', 'EPSG:32651', 'EPSG:3857'])(
    '%s is told, and told when swapped',
    async (crs) => {
      for (const swapped of [false, true]) {
        const [best] = guessCrs(await written(crs, swapped), town)
        expect(best).toMatchObject({ crs, swapped, medianMeters: 0 })
        expect(best?.share).toBeGreaterThan(0.99)
      }
    },
  )
  test('the evidence is a sentence with the distance from the grid', async () => {
    const [best] = guessCrs(await written('gcj02'), town)
    expect(best?.evidence).toMatch(
      /^Taken as WGS 84 (these points lie \d+ m from your grid|\d+ % of them lie in your grid), taken as GCJ-02 they lie in it\.$/,
    )
    const [far] = guessCrs([[-122.6, 45.5]], town)
    expect(far?.evidence).toMatch(/^Taken as WGS 84.* these points lie [\d,]+ km from your grid/)
  })
  test('without a town, by size: a prefix tells the zone, metres without one leave all of them', async () => {
    expect(guessCrs(await written('EPSG:4528'), null)[0]).toMatchObject({ crs: 'EPSG:4528', swapped: false })
    const zones = guessCrs(await written('EPSG:4549'), null)
    expect(zones.length).toBeGreaterThan(10)
    expect(zones[0]?.evidence).toContain('once there is a town')
    expect(guessCrs([], null)).toEqual([])
    expect(guessCrs([[Number.NaN, 1]], town)).toEqual([])
    expect(guessCrs([[1e12, 1e12]], town)).toEqual([])
  })
})
