import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PMTiles, TileType } from 'pmtiles'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Db } from '../../api/db/connect.ts'
import { findTown } from '../../api/grids/queries.ts'
import { undoImport } from '../../gis-data/undo.ts'
import { databases } from '../setup/database.ts'
import { counts, importer, squares } from './import-town.ts'
import { realData } from './real-data.ts'

const roads = realData('roads_graphhopper_osm')
const none = { taken: 0, unchanged: 0, refused: 0, held: 0, leftOut: 0 }

describe.skipIf(roads.missing).each(databases)(
  `OpenStreetMap on $name ${roads.missing || ''}`,
  ({ open }) => {
    let db: Db
    let imports: ReturnType<typeof importer>
    beforeAll(async () => {
      db = await open()
      imports = importer(db)
      await imports.run(
        'grids',
        imports.file('m.geojson', squares([['M', 'Monaco', 7.4, 43.72, 0.05]])),
        '--level',
        '1',
        '--town',
        'Monaco',
      )
    })
    afterAll(() => db.close())

    test('Monaco from XML: 13,739 nodes, 1,944 ways, 866 of them highways', async () => {
      const result = await imports.run('roads', roads.path('monaco.osm.gz'))
      expect(result.notes[0]).toContain('13739 nodes, 1944 ways')
      expect(counts(result)).toEqual({ ...none, taken: 866 })
      expect(counts(await imports.run('roads', roads.path('monaco.osm.gz')))).toEqual({
        ...none,
        unchanged: 866,
      })
    })

    test('every edge lies between its two nodes, and no way crosses a junction uncut', async () => {
      const wrong = await db.query(
        `select e.id from road_edges e
       join road_nodes s on s.id = e.source
       join road_nodes t on t.id = e.target
       where not st_equals(st_startpoint(e.geom), s.geom) or not st_equals(st_endpoint(e.geom), t.geom)
         or abs(e.length_m - st_length(e.geom::geography)) > 0.001`,
      )
      expect(wrong).toEqual([])
    })

    test('Andorra from PBF: 69,644 nodes, 2,725 ways', async () => {
      const result = await imports.run('roads', roads.path('andorra.osm.pbf'))
      expect(result.notes[0]).toContain('69644 nodes, 2725 ways')
      expect(counts(result)).toEqual({ ...none, taken: 1613, leftOut: 2 })
    })

    test('a basemap is one file, and the town says whose it is; again changes nothing', async () => {
      const run = () => imports.run('basemap', roads.path('monaco.osm.gz'), '--review-number', 'GS(2021)0000')
      expect(counts(await run())).toEqual({ ...none, taken: 1884 })
      const file = join(imports.folder, 'basemap.pmtiles')
      const bytes = readFileSync(file)
      const archive = new PMTiles({
        getKey: () => file,
        getBytes: async (offset, length) => ({
          data: new Uint8Array(bytes.subarray(offset, offset + length)).buffer,
        }),
      })
      const header = await archive.getHeader()
      expect(header).toMatchObject({ specVersion: 3, tileType: TileType.Mvt })
      expect([header.minLon, header.minLat].map(Math.floor)).toEqual([7, 43])
      // Monaco at zoom 14, in the middle of the harbour.
      expect((await archive.getZxy(14, 8529, 5974))?.data.byteLength).toBeGreaterThan(5000)
      expect((await findTown(db))?.basemap).toEqual({
        attribution: '© OpenStreetMap contributors',
        reviewNumber: 'GS(2021)0000',
      })
      expect(counts(await run())).toEqual({ ...none, unchanged: 1884 })
      expect(existsSync(`${file}.new`)).toBe(false)
    })

    test('a basemap that replaced another is taken back, and the first one as well', async () => {
      const file = join(imports.folder, 'basemap.pmtiles')
      const before = readFileSync(file)
      const { importId } = await imports.run('basemap', roads.path('krems.osm.gz'))
      expect(readFileSync(file).equals(before)).toBe(false)
      const undo = (id: number) =>
        undoImport(db, id, { by: 'test', now: new Date(), dataFolder: imports.folder })
      expect(await undo(importId ?? 0)).toMatchObject({ restored: 1 })
      expect(readFileSync(file).equals(before)).toBe(true)
      expect((await findTown(db))?.basemap).toMatchObject({ reviewNumber: 'GS(2021)0000' })
      const [first] = await db.query<{ id: number }>(
        `select id from imports where what = 'basemap' and undone_at is null order by id limit 1`,
      )
      await undo(first?.id ?? 0)
      expect([existsSync(file), (await findTown(db))?.basemap]).toEqual([false, null])
    })

    test('Krems: what is military, or lies in a military area, is left out', async () => {
      const result = await imports.run('basemap', roads.path('krems.osm.gz'), '--dry-run')
      const military = result.entries.filter(
        (entry) => entry.outcome === 'left-out' && entry.reason.includes('military'),
      )
      expect(military).toHaveLength(11)
      expect(result.refused).toBe(0)
    })

    test('half a PBF is refused with a sentence', async () => {
      const half = readFileSync(roads.path('andorra.osm.pbf')).subarray(0, 300_000)
      await expect(imports.run('roads', imports.file('half.osm.pbf', half))).rejects.toThrow(
        'is not readable OSM PBF: it ends in the middle of a block.',
      )
    })
  },
)
