import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Db } from '../../api/db/connect.ts'
import { writeApart } from '../../gis-data/writers/write.ts'
import { databases } from '../setup/database.ts'
import { type Caller, openTown, password, south, type TestTown, west } from '../setup/town.ts'
import { fillTown, tripper, trips } from './round-trip.ts'

const hasGdal = spawnSync('ogrinfo', ['--version']).status === 0

describe('a disk that takes no more', () => {
  const table = {
    name: 'points',
    title: '点',
    geometry: null,
    columns: [{ name: 'a', type: 'text' as const }],
  }
  async function* rows() {
    for (let id = 1; id <= 2000; id += 1) yield { id, geometry: null, values: ['长'.repeat(100)] }
  }
  test.skipIf(process.platform !== 'linux').each(['a.csv.rows', 'a.csv'])(
    'ends the export with a sentence, not the process: %s',
    async (full) => {
      const folder = mkdtempSync(join(tmpdir(), 'xiake-full-'))
      symlinkSync('/dev/full', join(folder, full))
      await expect(writeApart(join(folder, 'a.csv'), { table, format: 'csv', rows: rows() })).rejects.toThrow(
        'The disk is full.',
      )
    },
  )
})

describe.each(databases)('out and in again, on $name', ({ open }) => {
  let town: TestTown
  let admin: Caller
  let db: Db
  const folder = mkdtempSync(join(tmpdir(), 'xiake-exports-'))
  beforeAll(async () => {
    town = await openTown(open)
    admin = await town.as('admin')
    db = town.running.db
    await fillTown(town, { run, folder })
    // What came with its history gets its clock now, and not in the middle of a round trip.
    await town.running.reload()
  })
  afterAll(() => town?.close())

  const { run, fetchFile, image } = tripper(() => ({ db, admin, folder }))
  test.each(trips)('%s as %s come back without a difference', async (layer, format, noun) => {
    const before = await image()
    const file = await fetchFile(layer, format)
    const result = await run(noun, file, '--skip', 'unknown')
    expect([result.kinds, result.taken, result.undecided]).toEqual([
      layer === 'incidents' && result.kinds.length > 0 ? expect.anything() : [],
      0,
      false,
    ])
    expect(result.unchanged).toBeGreaterThan(0)
    expect(await image()).toEqual(before)
  })

  test('a spreadsheet finds no formula', async () => {
    const file = await fetchFile('points', 'csv')
    expect(execFileSync('cat', [file], { encoding: 'utf8' })).toContain(`,'=1+1,`)
  })

  test.skipIf(!hasGdal).each(['gpkg', 'shp', 'kml', 'geojson'])(
    'another program reads the %s, Chinese and all (needs ogrinfo)',
    async (format) => {
      const file = await fetchFile('points', format)
      const said = execFileSync('ogrinfo', ['-ro', '-al', format === 'shp' ? `/vsizip/${file}` : file], {
        encoding: 'utf8',
      })
      expect(said).toContain('Feature Count: 2')
      expect(said).toContain('东门')
      expect(said).toMatch(/WGS ?84|WGS_1984/)
      expect(said).toContain(`POINT (120.401`)
    },
  )

  test('everybody gets what lies in their grids, and positions of people only the desk', async () => {
    const member = await town.as('member')
    const list = (await (await member('GET', '/api/exports')).json()) as {
      layers: { id: string; rows: number }[]
    }
    expect(list.layers.map(({ id }) => id)).not.toContain('track')
    expect(list.layers.find(({ id }) => id === 'points')?.rows).toBe(1)
    expect((await member('GET', '/api/exports/track?format=csv')).status).toBe(404)
    expect((await member('GET', '/api/exports/officers?format=csv')).status).toBe(404)
    const text = await (await member('GET', '/api/exports/points?format=geojson')).text()
    expect(text).toContain('东门')
    expect(text).not.toContain('西门')
    expect((await (await town.as('screen'))('GET', '/api/exports')).status).toBe(403)
    expect((await admin('GET', '/api/exports/officers?format=kml')).status).toBe(422)
  })

  describe('OGC API – Features', () => {
    const basic = (user: string, secret: string) => ({
      authorization: `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`,
    })
    const get = (path: string, headers = basic('admin', password)) =>
      fetch(`${town.running.url}/api/ogc${path}`, { headers })

    test('landing page, conformance and collections, as the standard lists them', async () => {
      const landing = (await (await get('')).json()) as { links: { rel: string; href: string }[] }
      expect(landing.links.map(({ rel }) => rel)).toEqual(
        expect.arrayContaining(['self', 'service-desc', 'conformance', 'data']),
      )
      for (const { href, rel } of landing.links)
        expect([rel, (await fetch(href, { headers: basic('admin', password) })).status]).toEqual([rel, 200])
      expect(await (await get('/conformance')).json()).toMatchObject({
        conformsTo: expect.arrayContaining(['http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core']),
      })
      const { collections } = (await (await get('/collections')).json()) as {
        collections: { id: string; links: { rel: string }[]; extent?: object }[]
      }
      expect(collections.map(({ id }) => id)).toEqual([
        'grids',
        'points',
        'incidents',
        'track',
        'units',
        'roads',
      ])
      expect(collections[0]?.extent).toMatchObject({
        spatial: { bbox: [[west, south, expect.anything(), expect.anything()]] },
      })
    })

    test('items in pages, by box, by time, by value; one by its id', async () => {
      let href: string | undefined = `${town.running.url}/api/ogc/collections/grids/items?limit=30`
      const seen = new Set<number>()
      while (href) {
        const page = (await (await fetch(href, { headers: basic('admin', password) })).json()) as {
          numberReturned: number
          features: { id: number }[]
          links: { rel: string; href: string }[]
        }
        for (const { id } of page.features) seen.add(id)
        href = page.links.find(({ rel }) => rel === 'next')?.href
      }
      expect(seen.size).toBe(4 + 16 + 64)
      const count = async (query: string) =>
        ((await (await get(`/collections/${query}`)).json()) as { numberReturned: number }).numberReturned
      expect(await count(`points/items?bbox=${west},${south},${west + 0.01},${south + 0.01}`)).toBe(1)
      expect(await count('grids/items?level=1')).toBe(4)
      expect(await count('incidents/items?datetime=2024-03-01T00:00:00Z/2024-03-31T00:00:00Z')).toBe(2)
      expect(await count('incidents/items?datetime=../2024-03-05T08:31:00Z')).toBe(1)
      const [first] = [...seen]
      const answer = await get(`/collections/grids/items/${first}`)
      expect(answer.headers.get('content-type')).toContain('application/geo+json')
      expect(await answer.json()).toMatchObject({ type: 'Feature', id: first })
    })

    test('what is wrong is a 4xx with a sentence, and a name and a password are needed', async () => {
      for (const query of [
        'bbox=1,2',
        'bbox=a,b,c,d',
        'limit=0',
        'limit=x',
        'datetime=yesterday',
        'colour=red',
      ])
        expect([query, (await get(`/collections/points/items?${query}`)).status]).toEqual([query, 422])
      expect((await get('/collections/boats')).status).toBe(404)
      expect((await get('/collections/points/items/99999')).status).toBe(404)
      const stranger = await get('/collections', basic('admin', 'wrong'))
      expect([stranger.status, stranger.headers.get('www-authenticate')]).toEqual([
        401,
        'Basic realm="Xiake", charset="UTF-8"',
      ])
      // A password opens these doors only.
      const elsewhere = await fetch(`${town.running.url}/api/grids`, { headers: basic('admin', password) })
      expect(elsewhere.status).toBe(401)
    })

    test.skipIf(!hasGdal)(
      "GDAL's own reader of the standard finds the same features (needs ogrinfo)",
      async () => {
        const said = await new Promise<string>((resolve, reject) => {
          execFile(
            'ogrinfo',
            [
              '-ro',
              '-al',
              '-so',
              `OAPIF:${town.running.url}/api/ogc`,
              'grids',
              '--config',
              'GDAL_HTTP_USERPWD',
              `admin:${password}`,
            ],
            { encoding: 'utf8' },
            (error, out) => (error ? reject(error) : resolve(out)),
          )
        })
        expect(said).toContain('Feature Count: 84')
      },
    )
  })

  describe('a long track', () => {
    const officerCount = 3
    const each = 1500
    beforeAll(async () => {
      // Three people at the very same instants; their numbers are far apart. Two thirds of it packed, the rest in the log.
      for (const [from, to] of [
        [1, 1000],
        [1001, each],
      ] as const) {
        await db.query(
          `insert into fixes (slice, officer_id, recorded_at, received_at, lng_e7, lat_e7, grid_id)
           select 0, o.id, t, t, 1204000000 + n, 317000000, (select id from towns)
           from officers o
           cross join generate_series($1::int, $2::int) n
           cross join lateral (select timestamptz '2026-05-04T01:00:00Z' + n * interval '1.003 s' as t) i`,
          [from, to],
        )
        if (to === 1000) await town.running.pack()
      }
    })
    const span = 'from=2026-05-04T00:00:00Z&to=2026-05-05T00:00:00Z'
    const total = officerCount * each

    test('is in every file whole, each fix once', async () => {
      const csv = await (await admin('GET', `/api/exports/track?format=csv&${span}`)).text()
      const lines = csv.trim().split('\r\n').slice(1)
      expect([lines.length, new Set(lines).size]).toEqual([total, total])
      const file = join(folder, 'track.gpkg')
      const answer = await admin('GET', `/api/exports/track?format=gpkg&${span}`)
      writeFileSync(file, new Uint8Array(await answer.arrayBuffer()))
      const found = new DatabaseSync(file, { readOnly: true })
        .prepare('select count(*) as n, min(fid) as first, max(fid) as last from track')
        .get()
      expect({ ...found }).toEqual({ n: total, first: 1, last: total })
    })

    test('is in the pages of OGC whole, each fix once, and each is found by its id', async () => {
      const headers = { authorization: `Basic ${Buffer.from(`admin:${password}`).toString('base64')}` }
      const items = `${town.running.url}/api/ogc/collections/track/items`
      const ids: string[] = []
      let href: string | undefined = `${items}?limit=700&datetime=2026-05-04T00:00:00Z/2026-05-05T00:00:00Z`
      while (href) {
        const answer: Response = await fetch(href, { headers })
        expect(answer.status).toBe(200)
        const page = (await answer.json()) as {
          features: { id: string }[]
          links: { rel: string; href: string }[]
        }
        ids.push(...page.features.map(({ id }) => id))
        href = page.links.find(({ rel }) => rel === 'next')?.href
      }
      expect([ids.length, new Set(ids).size]).toEqual([total, total])
      expect(ids[0]).toMatch(/^1777856401003-\d+$/)
      const one = await fetch(`${items}/${ids[2001]}`, { headers })
      expect(await one.json()).toMatchObject({ id: ids[2001] })
      for (const wrong of ['5', 'x', '1-2-3'])
        expect((await fetch(`${items}?after=${wrong}`, { headers })).status).toBe(422)
    })
  })
})
