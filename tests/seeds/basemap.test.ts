import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Feature, LineString } from 'geojson'
import { PMTiles } from 'pmtiles'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { joinLines } from '../../gis-data/basemap/join.ts'
import { buildBasemap } from '../../gis-data/basemap/tiles.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'basemap-'))
})
afterAll(() => rm(folder, { recursive: true }))

const road = (line: number[][], properties: Record<string, unknown>): Feature<LineString> => ({
  type: 'Feature',
  geometry: { type: 'LineString', coordinates: line },
  properties,
})
const layers = {
  road: [
    road(
      [
        [120.4, 31.75],
        [120.41, 31.75],
      ],
      { class: 'primary', name: '人民路', oneway: false, secret: 'x' },
    ),
    road(
      [
        [120.41, 31.75],
        [120.42, 31.751],
      ],
      { class: 'primary', name: '人民路', oneway: false },
    ),
    road(
      [
        [120.41, 31.75],
        [120.41, 31.76],
      ],
      { class: 'service', name: '' },
    ),
  ],
}

async function open(path: string) {
  const bytes = await readFile(path)
  return new PMTiles({
    getKey: () => path,
    getBytes: async (offset: number, length: number) => ({
      data: new Uint8Array(bytes.subarray(offset, offset + length)).buffer,
    }),
  })
}
const tileAt = (lng: number, lat: number, z: number): [number, number, number] => {
  const sin = Math.sin((lat * Math.PI) / 180)
  return [
    z,
    Math.floor(((lng + 180) / 360) * 2 ** z),
    Math.floor((0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI)) * 2 ** z),
  ]
}

test('an archive says where it is, and its tiles carry the documented attributes only', async () => {
  const path = join(folder, 'a.pmtiles')
  const summary = await buildBasemap(layers, path, { name: '试验' })
  const archive = await open(path)
  const header = await archive.getHeader()
  expect([header.minLon, header.minLat, header.maxLon, header.maxLat]).toEqual([120.4, 31.75, 120.42, 31.76])
  expect([header.minZoom, header.maxZoom]).toEqual([8, 15])
  expect(summary.bounds).toEqual([120.4, 31.75, 120.42, 31.76])
  const text = async (z: number) =>
    new TextDecoder().decode((await archive.getZxy(...tileAt(120.4101, 31.7503, z)))!.data)
  expect(await text(15)).toContain('人民路')
  expect(await text(15)).toContain('service')
  expect(await text(15)).not.toContain('secret')
  expect(await text(10)).not.toContain('service')
  expect(
    ((await archive.getMetadata()) as { vector_layers: { id: string }[] }).vector_layers.map((l) => l.id),
  ).toEqual(['road'])
})

test('the same layers give the same bytes', async () => {
  const [a, b] = [join(folder, 'b1.pmtiles'), join(folder, 'b2.pmtiles')]
  await buildBasemap(layers, a)
  await buildBasemap(layers, b)
  expect((await readFile(a)).equals(await readFile(b))).toBe(true)
})

test('nothing to draw is refused', async () => {
  await expect(buildBasemap({}, join(folder, 'c.pmtiles'))).rejects.toThrow('at least one feature')
})

test('pieces of one street are joined end to end; one-ways head to tail only; three at a corner stay apart', () => {
  const [a, b, c, d] = [
    [0, 0],
    [1, 0],
    [2, 0],
    [1, 1],
  ]
  const joined = joinLines([road([a!, b!], { name: '甲' }), road([c!, b!], { name: '甲' })])
  expect(joined.map((f) => f.geometry.coordinates)).toEqual([[a, b, c]])
  expect(joinLines([road([a!, b!], { oneway: true }), road([c!, b!], { oneway: true })]).length).toBe(2)
  expect(joinLines([road([a!, b!], { oneway: true }), road([b!, c!], { oneway: true })]).length).toBe(1)
  expect(joinLines([road([a!, b!], {}), road([b!, c!], {}), road([b!, d!], {})]).length).toBe(3)
  expect(joinLines([road([a!, b!], { name: '甲' }), road([b!, c!], { name: '乙' })]).length).toBe(2)
})
