import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { inspect } from '../../gis-data/formats/inspect.ts'
import { type OsmItem, readOsm } from '../../gis-data/formats/osm.ts'
import { assemble, closeRings } from '../../gis-data/formats/osm-rings.ts'
import { addToRun, type Entry } from '../../gis-data/report.ts'
import { recogniseColumns } from '../../gis-data/values/columns.ts'
import { coordinateFault, fromWgs84, toWgs84 } from '../../gis-data/values/coordinates.ts'
import { usageOf } from '../../gis-data/values/highways.ts'
import { createClock } from '../../gis-data/values/times.ts'

describe('times', () => {
  const clock = createClock('Asia/Shanghai', new Date('2026-11-21T00:00:00Z'))
  test.each([
    ['2024-03-05T08:30:00Z', '2024-03-05T08:30:00.000Z'],
    ['2024-03-05T08:30:00.5+08:00', '2024-03-05T00:30:00.500Z'],
    ['2024-03-05 08:30', '2024-03-05T00:30:00.000Z'],
    ['2024/3/5 8:30:15', '2024-03-05T00:30:15.000Z'],
    ['2024年3月5日 8时30分', '2024-03-05T00:30:00.000Z'],
    ['2024年3月5日', '2024-03-04T16:00:00.000Z'],
    ['2024年3月', '2024-02-29T16:00:00.000Z'],
    ['2024-03', '2024-02-29T16:00:00.000Z'],
    ['20240305083000', '2024-03-05T00:30:00.000Z'],
    ['1709627400', '2024-03-05T08:30:00.000Z'],
    ['1709627400000', '2024-03-05T08:30:00.000Z'],
    ['1990-06-01 12:00', '1990-06-01T03:00:00.000Z'], // China kept summer time from 1986 to 1991.
  ])('%s', (text, instant) => {
    expect(clock.read(text)).toEqual(new Date(instant))
  })
  test.each([
    '',
    'NaN',
    '2024-02-30',
    '2024-13-01',
    '2024-03-05 24:00',
    '03/05/2024',
    '2026-W47-5',
    '1e15',
    '-1',
    '1582-10-10',
    '2027-01-01',
    '0000-01-01T00:00:00Z',
  ])('refuses %j', (text) => expect(clock.read(text)).toHaveProperty('fault'))
  test('the clocks of New York: both offsets of a year', () => {
    const there = createClock('America/New_York', new Date('2026-11-21T00:00:00Z'))
    expect(there.read('2019-08-23')).toEqual(new Date('2019-08-23T04:00:00Z'))
    expect(there.read('2019-02-02')).toEqual(new Date('2019-02-02T05:00:00Z'))
    expect(there.read('2019-11-03 01:30')).toHaveProperty('getTime')
  })
})

describe('coordinates', () => {
  const newYork = [-74.8, 40, -73.2, 41.4] as const
  test.each([
    [120.4, 31.7, null, null],
    [31.7, 120.4, null, 'swapped'],
    [40.7, -73.9, newYork, 'swapped'],
    [-73.9, 40.7, newYork, null],
    [2, 48, newYork, null], // far away, but no mistake we can name
    [0, 0, null, '0, 0'],
    [Number.NaN, 1, null, 'not numbers'],
    [Number.POSITIVE_INFINITY, 1, null, 'not numbers'],
    [497_938, 5_457_948, null, 'projected metres'],
    [180.0001, 2, null, 'outside the world'],
  ])('%d, %d', (lng, lat, near, fault) => {
    const found = coordinateFault(lng, lat, near)
    if (fault === null) expect(found).toBeNull()
    else expect(found).toContain(fault)
  })
  test('GCJ-02 and BD-09 come back to WGS 84 within a metre; outside China they are left alone', () => {
    const [lng, lat] = toWgs84('gcj02')(121.531541859215, 31.17530398364597)
    expect(Math.abs(lng - 121.5272106)).toBeLessThan(5e-6)
    expect(Math.abs(lat - 31.1774276)).toBeLessThan(5e-6)
    const [x, y] = toWgs84('bd09')(121.44400198, 31.13461178)
    expect(Math.abs(x - 121.432966)).toBeLessThan(1e-5)
    expect(Math.abs(y - 31.130154)).toBeLessThan(1e-5)
    expect(toWgs84('gcj02')(-104.9903, 39.7392)).toEqual([-104.9903, 39.7392])
  })
})

test('columns are recognised in both languages, and --map goes before', () => {
  const found = recogniseColumns(
    ['网格编码', 'Longitude', '纬度', 'BoroCode'],
    ['code', 'lng', 'lat', 'name'],
    new Map([
      ['name', '网格编码'],
      ['code', 'BoroCode'],
    ]),
  )
  expect(Object.fromEntries(found)).toEqual({
    name: '网格编码',
    code: 'BoroCode',
    lng: 'Longitude',
    lat: '纬度',
  })
  expect(() => recogniseColumns(['a'], ['code'], new Map([['code', 'b']]))).toThrow(
    'There is no column b; there are: a.',
  )
  expect(() => recogniseColumns(['a'], ['code'], new Map([['cod', 'a']]))).toThrow('--map knows no field cod')
})

test.each(['gcj02', 'bd09'] as const)(
  '%s: there and back is under a millimetre, all over China',
  (system) => {
    const [there, back] = [fromWgs84(system), toWgs84(system)]
    for (let lng = 76; lng < 134; lng += 0.37) {
      for (let lat = 20; lat < 50; lat += 0.31) {
        const [x, y] = back(...there(lng, lat))
        expect(Math.hypot(x - lng, y - lat) * 111_320).toBeLessThan(0.001)
      }
    }
  },
)

describe('roads', () => {
  test.each([
    [
      { highway: 'primary', oneway: 'yes', maxspeed: '60' },
      { drive: true, walk: true, direction: 1, maxSpeed: 60 },
    ],
    [
      { highway: 'residential', oneway: '-1' },
      { drive: true, direction: -1 },
    ],
    [{ highway: 'motorway' }, { drive: true, walk: false, direction: 1 }],
    [{ highway: 'tertiary', junction: 'roundabout' }, { direction: 1 }],
    [
      { highway: 'service', access: 'private' },
      { drive: false, walk: false },
    ],
    [
      { highway: 'service', access: 'no', motor_vehicle: 'yes' },
      { drive: true, walk: false },
    ],
    [{ highway: 'footway' }, { drive: false, walk: true }],
    [{ highway: 'primary', maxspeed: '30 mph' }, { maxSpeed: 48.28032 }],
    [{ highway: 'primary', maxspeed: 'CN:urban' }, { maxSpeed: null }],
    [{ highway: 'track', access: 'military' }, { reason: 'military' }],
    [{ highway: 'proposed' }, { reason: 'no road (highway=proposed)' }],
    [{ highway: 'service', area: 'yes' }, { reason: 'an area, not a line' }],
    [
      { highway: 'pedestrian', area: 'yes' },
      { class: 'pedestrian', drive: false, walk: true, direction: 0, maxSpeed: null },
    ],
  ])('%j', (tags, use) => expect(usageOf(tags)).toMatchObject(use))
})

test('rings are joined from pieces in any direction; a gap is a gap', () => {
  const [a, b, c, d] = [
    [0, 0],
    [4, 0],
    [4, 4],
    [0, 4],
  ] as [number, number][] as [[number, number], [number, number], [number, number], [number, number]]
  const rings = closeRings([
    [a, b, c],
    [a, d, c],
  ])
  expect(rings).toHaveLength(1)
  expect(rings?.[0]).toHaveLength(5)
  expect(closeRings([[a, b, c]])).toBeNull()
  const hole = [
    [1, 1],
    [2, 1],
    [2, 2],
    [1, 1],
  ]
  expect(assemble(rings ?? [], [hole])[0]).toHaveLength(2)
})

test('equal outcomes of following rows are one line of the report', () => {
  const entries: Entry[] = []
  for (const row of [2, 3, 5]) addToRun(entries, { row, key: '', outcome: 'taken', reason: '' })
  addToRun(entries, { row: 6, key: '', outcome: 'unchanged', reason: '' })
  expect(entries.map(({ row, to, outcome }) => [row, to, outcome])).toEqual([
    [2, 5, 'taken'],
    [6, undefined, 'unchanged'],
  ])
})

describe('OSM XML', () => {
  const folder = mkdtempSync(join(tmpdir(), 'xiake-osm-'))
  const read = async (text: string) => {
    const file = join(folder, 'a.osm')
    writeFileSync(file, text)
    const items: OsmItem[] = []
    for await (const item of readOsm(await inspect(file))) items.push(item)
    return items
  }
  test('attributes in both quotes, a > inside a value, entities, comments, self-closed and open items', async () => {
    const items = await read(
      `<?xml version='1.0'?><!-- <node id="9"/> --><osm version="0.6">
       <node id="1" lat="31.7" lon='120.4'/><node id="2" lat="31.8" lon="120.5"><tag k="name" v="A &gt; B &#x4e2d;&amp;"/><tag k='x' v='a>b'/></node>
       <way id="3"><nd ref="1"/><nd ref="2"/><tag k="highway" v="primary"/></way>
       <relation id="4"><member type="way" ref="3" role="outer"/></relation></osm>`,
    )
    expect(items).toEqual([
      { type: 'node', id: 1, lat: 31.7, lon: 120.4 },
      { type: 'node', id: 2, lat: 31.8, lon: 120.5, tags: { name: 'A > B 中&', x: 'a>b' } },
      { type: 'way', id: 3, refs: [1, 2], tags: { highway: 'primary' } },
      { type: 'relation', id: 4, members: [{ type: 'way', ref: 3, role: 'outer' }] },
    ])
  })
  test('half a file is refused', async () => {
    await expect(read('<osm><node id="1" lat="1" lon="1"/>')).rejects.toThrow('it ends before </osm>')
  })
})
