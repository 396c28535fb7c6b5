import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Db } from '../../api/db/connect.ts'
import { undoImport } from '../../gis-data/undo.ts'
import { databases } from '../setup/database.ts'
import { counts, importer } from './import-town.ts'
import { realData } from './real-data.ts'

const none = { taken: 0, unchanged: 0, refused: 0, held: 0, leftOut: 0 }
const areas = realData('hotspot_reference')
const assaults = realData('incidents_chicago')
const portland = realData('incidents_portland_cfs')
const others = realData('incidents_formats')

/** Unzips the parts of a Shapefile side by side, as a bureau hands them over. */
function unpack(from: (name: string) => string, names: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'xiake-shapes-'))
  for (const name of names) {
    const out = join(folder, name.replace(/\.gz$/, '').split('/').at(-1) ?? '')
    if (name.endsWith('.gz')) writeFileSync(out, gunzipSync(readFileSync(from(name))))
    else copyFileSync(from(name), out)
  }
  return join(folder, (names[0] ?? '').replace(/\.gz$/, '').split('/').at(-1) ?? '')
}

const missing = areas.missing || assaults.missing
describe.skipIf(missing).each(databases)(`Chicago on $name ${missing || ''}`, ({ name, open }) => {
  let db: Db
  let imports: ReturnType<typeof importer>
  beforeAll(async () => {
    db = await open()
    imports = importer(db)
  })
  afterAll(() => db.close())

  test('77 community areas from a Shapefile in feet that does not say so', async () => {
    const shp = unpack(areas.path, [
      'chicago/Chicago77.shp.gz',
      'chicago/Chicago77.dbf',
      'chicago/Chicago77.shx',
    ])
    const args = ['grids', shp, '--level', '1', '--map', 'code=AREA_NUMBE', '--map', 'name=COMMUNITY']
    const town = ['--town', '芝加哥', '--town-en', 'Chicago', '--time-zone', 'America/Chicago']
    await expect(imports.run(...args, ...town)).resolves.toMatchObject({ taken: 0, undecided: true })
    const result = await imports.run(...args, ...town, '--crs', 'EPSG:3435')
    expect([counts(result), result.kinds]).toEqual([{ ...none, taken: 77 }, []])
    const [box] = await db.query<{ box: string }>(`select st_extent(geom)::text as box from grids`)
    const edges = box?.box.match(/-?[\d.]+/g)?.map(Number) ?? []
    for (const [i, edge] of [-87.94, 41.64, -87.52, 42.02].entries())
      expect(Math.abs((edges[i] ?? 0) - edge)).toBeLessThan(0.01)
  })

  test('148,736 cases, whose Z is local time, fall into the areas as others have counted; and go again', async () => {
    const lines = gunzipSync(readFileSync(assaults.path('chicago_aggravated_assaults.csv.gz')))
      .toString()
      .split('\n')
    // The embedded database takes the last year only: the rest is the same again.
    const chosen = name === 'server' ? lines : [lines[0], ...lines.filter((line) => line.startsWith('2019'))]
    const file = imports.file('assaults.csv', chosen.join('\n'))
    const args = ['incidents', file, '--class', 'assault', '--map', 'time=date']
    const local = ['--timezone', 'America/Chicago', '--local-times']
    const result = await imports.run(...args, ...local)
    const rows = name === 'server' ? 148_736 : 15_366
    expect(counts(result)).toEqual({ ...none, taken: rows })
    const byHour = await db.query<{ hour: number }>(
      `select extract(hour from reported_at at time zone 'America/Chicago')::int as hour
       from incidents group by 1 order by count(*)`,
    )
    // As the file's own hours: fewest before dawn, most in the evening.
    expect([4, 5, 6]).toContain(byHour[0]?.hour)
    expect([18, 19, 20, 21]).toContain(byHour.at(-1)?.hour)
    if (name === 'server') {
      const theirs = readFileSync(assaults.path('own_community_area_gistar.csv'), 'utf8').trim().split('\n')
      const counted = new Map(
        theirs.slice(1).map((line) => {
          const [, area = '', n = ''] = /^\d+,"?([^",]+)"?,(\d+)/.exec(line) ?? []
          return [area, Number(n)]
        }),
      )
      const ours = await db.query<{ name: string; n: number }>(
        `select g.name, count(*)::int as n from incidents i join grids g on g.id = i.path[2] group by 1`,
      )
      expect(ours).toHaveLength(77)
      expect(ours.filter((row) => counted.get(row.name) !== row.n)).toEqual([])
      const [outside] = await db.query<{ n: number }>(
        `select count(*)::int as n from incidents where cardinality(path) = 1`,
      )
      expect(outside?.n).toBe(1)
    }
    const undone = await undoImport(db, result.importId ?? 0, {
      by: 'test',
      now: new Date(),
      dataFolder: imports.folder,
    })
    expect(undone).toMatchObject({ removed: rows, kept: 0 })
  })
})

const without = portland.missing || others.missing
describe.skipIf(without).each(databases)(`cases in every format on $name ${without || ''}`, ({ open }) => {
  let db: Db
  let imports: ReturnType<typeof importer>
  beforeAll(async () => {
    db = await open()
    imports = importer(db)
  })
  afterAll(() => db.close())
  const run = (file: string, ...more: string[]) => imports.run('incidents', file, '--class', 'x', ...more)

  test('Portland: districts in feet that say so, without their table', async () => {
    const shp = unpack(portland.path, [
      'Portland_Police_Districts.shp',
      'Portland_Police_Districts.shx',
      'Portland_Police_Districts.prj',
    ])
    const result = await imports.run(
      'grids',
      shp,
      '--level',
      '1',
      '--map',
      'code=@index',
      '--code-prefix',
      'district-',
      '--town',
      '波特兰',
      '--time-zone',
      'America/Los_Angeles',
      '--skip',
      'self-crossing',
    )
    expect(result.notes.join(' ')).toMatch(/dbf/i)
    expect(result.taken + result.refused).toBe(60)
    expect(result.taken).toBeGreaterThan(50)
  })

  test('Portland: a sheet with days and padded text, in feet', async () => {
    const file = portland.path('NIJ2016_AUG01_AUG31_USE.xlsx')
    const map = ['--map', 'time=occ_date', '--map', 'lng=x_coordinate', '--map', 'lat=y_coordinate']
    const title = ['--map', 'title=CASE DESC', '--map', 'description=CALL GROUPS', '--crs', 'EPSG:2913']
    const held = await run(file, ...map, ...title)
    const kinds = Object.fromEntries(held.kinds.map(({ kind, rows }) => [kind, rows]))
    expect(held.undecided).toBe(true)
    // The cells are styled as days, and read as such; the blanks are only proposed away.
    expect(Object.keys(kinds)).toEqual(['padded'])
    expect(kinds.padded).toBeGreaterThan(10_000)
    const taken = await run(file, ...map, ...title, '--fix', 'all')
    expect(counts(taken)).toEqual({ ...none, taken: 19_375 })
    const [span] = await db.query(
      `select to_char(min(reported_at at time zone 'America/Los_Angeles'), 'YYYY-MM-DD') as first,
         to_char(max(reported_at at time zone 'America/Los_Angeles'), 'YYYY-MM-DD') as last,
         count(*) filter (where title <> trim(title))::int as padded,
         (count(*) filter (where cardinality(path) > 1))::float8 / count(*) as inside
       from incidents`,
    )
    expect(span).toMatchObject({ first: '2016-08-01', last: '2016-08-31', padded: 0 })
    expect((span as { inside: number }).inside).toBeGreaterThan(0.9)
  })

  test('Portland: a table that breaks off in mid-line loses that line only, and says so', async () => {
    const file = portland.path('crimes_all_truncated.csv.gz')
    const args = [
      '--map',
      'time=occ_date',
      '--map',
      'lng=x_coordina',
      '--map',
      'lat=y_coordina',
      '--crs',
      'EPSG:2913',
    ]
    const held = await run(file, ...args)
    expect(held.kinds.map(({ kind, rows }) => [kind, rows])).toEqual([['unreadable', 1]])
    const taken = await run(file, ...args, '--skip', 'unreadable')
    expect(counts(taken)).toEqual({ ...none, taken: 33_378, refused: 1 })
  })

  test.each([
    ['northumbria_asb_2020.tab.gz', 65_725, ['--time-zone', 'Europe/London']],
    ['vancouver_thefts_utm10n.csv.gz', 16_827, ['--crs', 'EPSG:32610', '--time-zone', 'America/Vancouver']],
    ['san_francisco_robbery.csv.gz', 949, []],
    ['toronto_robberies.gpkg', 614, ['--map', 'time=occurrencedate']],
    ['nottinghamshire_damage.gpkg', 10_448, []],
  ] as const)('%s: %d rows', async (name, rows, more) => {
    const result = await run(others.path(name), ...more, '--skip', 'repeated')
    expect([result.undecided, result.kinds]).toEqual([false, []])
    expect(result.taken).toBe(rows)
  })

  const gpx = realData('gps_gpx_samples')
  test.skipIf(gpx.missing)('a track from a walker’s GPX, for the officer who carried it', async () => {
    await imports.run('officers', imports.file('o.csv', 'code,name\nW1,行者\n'))
    const result = await imports.run('track', gpx.path('test1.gpx.gz'), '--officer', 'W1', '--skip', 'time')
    expect(result.taken + result.unchanged).toBe(264)
    // Some instants stand twice: a fix is one officer at one time.
    const text = gunzipSync(readFileSync(gpx.path('test1.gpx.gz'))).toString()
    const instants = [...text.matchAll(/<trkpt[\s\S]*?<time>([^<]+)/g)].map(([, time]) => time)
    expect(result.taken).toBe(new Set(instants).size)
  })

  test('Nottinghamshire: eight districts from a GeoPackage', async () => {
    const result = await imports.run(
      'grids',
      others.path('nottinghamshire_districts.gpkg'),
      '--level',
      '1',
      '--map',
      'code=district_code',
      '--map',
      'name=district_name',
    )
    expect(counts(result)).toEqual({ ...none, taken: 8 })
  })
})
