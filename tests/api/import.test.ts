import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Db } from '../../api/db/connect.ts'
import { openDatabase } from '../../api/db/connect.ts'
import { databases, openServerCopy } from '../setup/database.ts'
import { counts, importer, reasons, squares } from './import-town.ts'

const root = join(import.meta.dirname, '..', '..')
const none = { taken: 0, unchanged: 0, refused: 0, held: 0, leftOut: 0 }
const count = async (db: Db, table: string) =>
  (await db.query<{ n: number }>(`select count(*) as n from ${table}`))[0]?.n

/** 2 level-1 squares side by side, 2 level-2 in the first of them. */
const level1 = squares([
  ['A', '甲片', 120.4, 31.7, 0.02],
  ['B', '乙片', 120.42, 31.7, 0.02],
])
const level2 = squares([
  ['A1', '甲一', 120.4, 31.7, 0.01],
  ['A2', '甲二', 120.41, 31.7, 0.01],
])

describe.each(databases)('imports on $name', ({ open }) => {
  let db: Db
  let imports: ReturnType<typeof importer>
  beforeAll(async () => {
    db = await open()
    imports = importer(db)
  })
  afterAll(() => db.close())

  test('without a town there is nothing to import into', async () => {
    const file = imports.file('p.csv', 'code,name,lng,lat\nP1,one,120.4,31.7\n')
    await expect(imports.run('points', file, '--system', 'video')).rejects.toThrow(
      'There is no town in the database yet',
    )
    await expect(imports.run('grids', imports.file('g.geojson', level1), '--level', '1')).rejects.toThrow(
      'name it with --town',
    )
  })

  test('a dry run does everything and leaves nothing', async () => {
    const file = imports.file('l1.geojson', level1)
    const result = await imports.run('grids', file, '--level', '1', '--town', '试验镇', '--dry-run')
    expect(counts(result)).toEqual({ ...none, held: 2 })
    expect(result.notes).toEqual([])
    expect(await count(db, 'grids')).toBe(0)
    expect(await count(db, 'imports')).toBe(0)
  })

  test('grids of level 1 make the town; a second run changes nothing and says so', async () => {
    const file = imports.file('l1.geojson', level1)
    const first = await imports.run(
      'grids',
      file,
      '--level',
      '1',
      '--town',
      '试验镇',
      '--time-zone',
      'Asia/Shanghai',
    )
    expect(counts(first)).toEqual({ ...none, taken: 2 })
    expect(first.notes.join()).toContain('Sign in as admin')
    const second = await imports.run('grids', file, '--level', '1')
    expect(counts(second)).toEqual({ ...none, unchanged: 2 })
    expect(second.seenAt).toBeInstanceOf(Date)
    expect(await count(db, 'imports')).toBe(1)
    await expect(imports.run('grids', file, '--level', '1', '--town', 'Other')).rejects.toThrow(
      'already holds the town 试验镇',
    )
  })

  test('parents by interior point, in gzip; a changed name is a change of one row', async () => {
    expect(
      counts(await imports.run('grids', imports.file('l2.geojson.gz', gzipSync(level2)), '--level', '2')),
    ).toEqual({ ...none, taken: 2 })
    const changed = imports.file('l2b.geojson', level2.replace('甲二', '甲贰'))
    expect(counts(await imports.run('grids', changed, '--level', '2'))).toEqual({
      ...none,
      taken: 1,
      unchanged: 1,
    })
    const rows = await db.query(
      `select g.code, g.name, p.code as parent from grids g join grids p on p.id = g.parent_id where g.level = 2 order by 1`,
    )
    expect(rows).toEqual([
      { code: 'A1', name: '甲一', parent: 'A' },
      { code: 'A2', name: '甲贰', parent: 'A' },
    ])
  })

  test('one file with levels and parent codes, as TopoJSON; a child of a refused parent is refused', async () => {
    const topology = {
      type: 'Topology',
      arcs: [
        [
          [120.46, 31.7],
          [120.47, 31.7],
          [120.47, 31.71],
          [120.46, 31.7],
        ],
        [
          [120.48, 31.7],
          [120.49, 31.71],
          [120.49, 31.7],
          [120.48, 31.71],
          [120.48, 31.7],
        ],
      ],
      objects: {
        grids: {
          type: 'GeometryCollection',
          geometries: [
            {
              type: 'Polygon',
              arcs: [[0]],
              properties: { 网格编码: 'C11', 网格名称: '丙一一', 级别: '三级', 上级: 'C1' },
            },
            {
              type: 'Polygon',
              arcs: [[0]],
              properties: { 网格编码: 'C1', 网格名称: '丙一', 级别: '二级', 上级: 'C' },
            },
            { type: 'Polygon', arcs: [[0]], properties: { 网格编码: 'C', 网格名称: '丙', 级别: '一级' } },
            { type: 'Polygon', arcs: [[1]], properties: { 网格编码: 'D', 网格名称: '丁', 级别: '一级' } },
            {
              type: 'Polygon',
              arcs: [[0]],
              properties: { 网格编码: 'D1', 网格名称: '丁一', 级别: '二级', 上级: 'D' },
            },
            {
              type: 'Polygon',
              arcs: [[0]],
              properties: { 网格编码: 'D9', 网格名称: '丁九', 级别: '四级', 上级: 'D' },
            },
          ],
        },
      },
    }
    const file = imports.file('tree.topojson', JSON.stringify(topology))
    const held = await imports.run('grids', file)
    // D could be repaired: what lies in it is lost only when D is skipped.
    expect(counts(held)).toEqual({ ...none, refused: 2, held: 4 })
    expect(reasons(held).sort()).toEqual([
      expect.stringMatching(/^4 the polygon is not valid: Self-intersection/),
      '6 the level 四级 is none of 1, 2, 3',
    ])
    expect(counts(await imports.run('grids', file, '--skip-refused'))).toEqual({
      ...none,
      taken: 3,
      refused: 3,
    })
    const [deep] = await db.query<{ codes: string[] }>(
      `select array(select p.code from unnest(g.path) with ordinality as u (id, i) join grids p on p.id = u.id order by i) as codes from grids g where g.code = 'C11'`,
    )
    expect(deep?.codes.slice(1)).toEqual(['C', 'C1', 'C11'])
  })

  test('whose codes they are is kept with each, since public lists of one town disagree', async () => {
    const file = imports.file('src.geojson', squares([['320281108', '徐霞客镇', 120.5, 31.9, 0.01]]))
    await imports.run('grids', file, '--level', '1', '--code-source', 'Tencent 2024')
    const kept = () =>
      db.query(`select attributes->>'code_source' as source from grids where code = '320281108'`)
    expect(await kept()).toEqual([{ source: 'Tencent 2024' }])
    await imports.run('grids', file, '--level', '1', '--code-source', 'NBS 2023')
    expect(await kept()).toEqual([{ source: 'NBS 2023' }])
  })

  test('what is wrong with a shape is said of each', async () => {
    const shape = (coordinates: unknown, type = 'Polygon') => ({
      type: 'Feature',
      properties: { code: Math.random().toString(36), name: 'x' },
      geometry: { type, coordinates },
    })
    const features = [
      shape([
        [
          [120, 31],
          [121, 31],
          [121, 32],
        ],
      ]),
      shape([
        [
          [120, 31],
          [121, 31],
          [121, 32],
          [120, 32],
        ],
      ]),
      shape([
        [
          [31, 120],
          [31, 121],
          [32, 121],
          [31, 120],
        ],
      ]),
      shape([
        [
          [120, 31],
          [120, null],
          [121, 32],
          [120, 31],
        ],
      ]),
      shape([]),
      shape([120, 31], 'Point'),
      { ...shape([]), geometry: null },
      {
        ...shape([
          [
            [120, 31],
            [121, 31],
            [121, 32],
            [120, 31],
          ],
        ]),
        properties: { code: 'A', name: '' },
      },
      {
        ...shape([
          [
            [120, 31],
            [121, 31],
            [121, 32],
            [120, 31],
          ],
        ]),
        properties: { code: '', name: 'x' },
      },
      {
        ...shape([
          [
            [120, 31],
            [121, 31],
            [121, 32],
            [120, 31],
          ],
        ]),
        properties: { code: 'A1', name: 'x' },
      },
    ]
    const result = await imports.run(
      'grids',
      imports.file('bad.geojson', JSON.stringify({ type: 'FeatureCollection', features })),
      '--level',
      '1',
    )
    expect(reasons(result)).toEqual([
      '1 a ring is not closed',
      '2 a ring is not closed',
      expect.stringMatching(/^3 longitude and latitude are swapped/),
      '4 a position is not a pair of numbers',
      '5 the polygon is empty',
      '6 is a Point, not a Polygon or MultiPolygon',
      '7 has no geometry',
      '8 the name is empty',
      '9 the code is empty',
      '10 the code belongs to a grid of level 2; --code-prefix tells them apart',
    ])
  })

  test('points from GB18030 with semicolons; refused rows are named in the report, and nothing is written', async () => {
    const rows = [
      '编号;名称;经度;纬度;地址;高度',
      'C1;东门;120.405;31.705;一路1号;6',
      'C2;西门;31.705;120.405;;',
      'C1;重复;120.405;31.705;;',
      'C3;;120.405;31.705;;',
      'C4;南门;NaN;31.705;;',
      'C5;北门;120.41',
      '=C6;村口;120.415;31.705;;4',
    ]
    // TextEncoder writes UTF-8 only; iconv is on every Linux.
    const utf8 = imports.file('points-utf8.csv', rows.join('\r\n'))
    const bytes = await new Promise<Buffer>((resolve, reject) =>
      execFile('iconv', ['-f', 'UTF-8', '-t', 'GB18030', utf8], { encoding: 'buffer' }, (error, stdout) =>
        error ? reject(error) : resolve(stdout),
      ),
    )
    const file = imports.file('points.csv', bytes)
    const held = await imports.run('points', file, '--system', 'gate')
    expect(counts(held)).toEqual({ ...none, refused: 5, held: 2 })
    expect(reasons(held)).toEqual([
      '3 longitude and latitude are swapped (31.705, 120.405)',
      '4 the code is in row 2 already',
      '5 the name is empty',
      '6 the coordinates are not numbers (NaN, 31.705)',
      '7 has 3 columns where the header has 6',
    ])
    expect(await count(db, 'monitoring_points')).toBe(0)
    const report = readFileSync(held.reportFile, 'utf8')
    expect(report.split('\r\n').slice(0, 3)).toEqual([
      '\uFEFFrow,key,outcome,reason',
      '2,C1,held,another row was refused',
      '3,C2,refused,"longitude and latitude are swapped (31.705, 120.405)"',
    ])
    expect(report).toContain("\r\n8,'=C6,held,")

    expect(counts(await imports.run('points', file, '--system', 'gate', '--skip-refused'))).toEqual({
      ...none,
      taken: 2,
      refused: 5,
    })
    const [point] = await db.query(
      `select p.name, p.address, p.attributes, g.code as grid from monitoring_points p join grids g on g.id = p.path[cardinality(p.path)] where p.code = 'C1'`,
    )
    expect(point).toEqual({ name: '东门', address: '一路1号', attributes: { 高度: '6' }, grid: 'A1' })
    expect(counts(await imports.run('points', file, '--system', 'gate', '--skip-refused'))).toEqual({
      ...none,
      unchanged: 2,
      refused: 5,
    })
  })

  test('points in GCJ-02 and BD-09 land where they are in WGS 84', async () => {
    for (const [crs, x, y] of [
      ['gcj02', 121.531541859215, 31.17530398364597],
      ['bd09', 121.53804, 31.18135],
    ] as const) {
      const file = imports.file(
        `${crs}.json`,
        JSON.stringify([{ id: crs, name: crs, longitude: x, latitude: y }]),
      )
      expect(counts(await imports.run('points', file, '--system', 'gate', '--crs', crs))).toEqual({
        ...none,
        taken: 1,
      })
      const [at] = await db.query<{ m: number }>(
        `select st_distance(geom::geography, 'point(121.5272106 31.1774276)'::geography) as m from monitoring_points where code = $1`,
        [crs],
      )
      expect(at?.m).toBeLessThan(crs === 'gcj02' ? 1 : 30)
    }
  })

  test('incidents keep their number, their grid and a timeline; a new class is made and said', async () => {
    const file = imports.file(
      'i.tsv',
      '\uFEFF案件编号\t上报时间\t经度\t纬度\t结案时间\t状态\n101\t2024年3月5日 8时30分\t120.405\t31.705\t2024-03-06 09:00\t归档\n102\t2024-03-07\t120.415\t31.705\t\t上报\n103\t05/03/2024\t120.415\t31.705\t\t归档\n104\t2024-03-07\t120.415\t31.705\t2024-03-06\t结案\n105\t2024-03-07\t120.415\t31.705\t\t处置\n',
    )
    const result = await imports.run(
      'incidents',
      file,
      '--class',
      'noise',
      '--source-name',
      'hotline',
      '--skip-refused',
    )
    expect(counts(result)).toEqual({ ...none, taken: 2, refused: 3 })
    expect(result.notes.join()).toContain('class noise is new')
    expect(reasons(result)).toEqual([
      '4 the time 05/03/2024 cannot be read',
      '5 was closed before it was reported',
      '6 the state 处置 cannot be imported; there are: reported, closed, archived, voided',
    ])
    const timeline = await db.query(
      `select i.source_key as key, g.code as grid, i.state, t.event, t.at from timeline t join incidents i on i.id = t.incident_id join grids g on g.id = i.path[cardinality(i.path)] order by t.seq`,
    )
    const [one, two] = [
      { key: 'hotline:101', grid: 'A1', state: 'archived' },
      { key: 'hotline:102', grid: 'A2', state: 'reported' },
    ]
    expect(timeline).toEqual([
      { ...one, event: 'incident:reported', at: new Date('2024-03-05T00:30:00Z') },
      { ...one, event: 'incident:closed', at: new Date('2024-03-06T01:00:00Z') },
      { ...one, event: 'incident:archived', at: new Date('2024-03-06T01:00:00Z') },
      { ...two, event: 'incident:reported', at: new Date('2024-03-06T16:00:00Z') },
    ])
    expect(
      counts(
        await imports.run(
          'incidents',
          file,
          '--class',
          'noise',
          '--source-name',
          'hotline',
          '--skip-refused',
        ),
      ),
    ).toEqual({ ...none, unchanged: 2, refused: 3 })
    expect(await count(db, 'timeline')).toBe(4)
  })

  test('incidents without a number get one from their content, equal rows counted', async () => {
    const file = imports.file(
      'm.csv',
      'month,longitude,latitude\n2024-01,120.405,31.705\n2024-01,120.405,31.705\n2024-02,120.405,31.705\n',
    )
    expect(counts(await imports.run('incidents', file, '--class', 'noise'))).toEqual({ ...none, taken: 3 })
    const turned = imports.file(
      'm.csv',
      'month,longitude,latitude\n2024-02,120.405,31.705\n2024-01,120.405,31.705\n2024-01,120.405,31.705\n',
    )
    expect(counts(await imports.run('incidents', turned, '--class', 'noise'))).toEqual({
      ...none,
      unchanged: 3,
    })
  })

  test('what officers can do; a list without the columns leaves it alone', async () => {
    const able = imports.file(
      'able.csv',
      'code,name,执法证,技能,装备\nA8,王八,是,急救、潜水；急救,执法记录仪|拖车\nA9,王九,证号 320500123,,\nA7,王七,也许,,\n',
    )
    const run = await imports.run('officers', able, '--skip-refused')
    expect(reasons(run)).toEqual(['4 也许 says neither yes nor no'])
    const held = () =>
      db.query(
        `select code, certified, skills, powers, equipment from officers where code in ('A8', 'A9') order by code`,
      )
    const before = [
      {
        code: 'A8',
        certified: true,
        skills: ['急救', '潜水'],
        powers: [],
        equipment: ['执法记录仪', '拖车'],
      },
      { code: 'A9', certified: true, skills: [], powers: [], equipment: [] },
    ]
    expect(await held()).toEqual(before)
    const names = imports.file('names.csv', 'code,name\nA8,王捌\nA9,王玖\n')
    expect(counts(await imports.run('officers', names))).toEqual({ ...none, taken: 2 })
    expect(await held()).toEqual(before)
    const powers = imports.file('powers.csv', 'code,name,certified,powers\nA8,王捌,否,罚款\n')
    await imports.run('officers', powers)
    expect((await held())[0]).toMatchObject({ certified: false, skills: ['急救', '潜水'], powers: ['罚款'] })
  })

  test('officers from a roster; a track only of officers who are there', async () => {
    const roster = imports.file(
      'o.csv',
      'code,name,phone,kind,duty_grid\n1,王一,19900000001,队员,A1\n2,李二,,网格员,\n3,赵三,,,Z9\n4,孙四,abc,,\n',
    )
    const refused = await imports.run('officers', roster, '--skip-refused')
    expect(reasons(refused)).toEqual(['4 there is no grid Z9', '5 abc is no telephone number'])
    expect(counts(refused)).toEqual({ ...none, taken: 2, refused: 2 })

    const track = imports.file(
      't.csv',
      't_s,officer,lat,lon\n0,1,31.705,120.405\n1,1,31.705,120.406\n1,1,31.705,120.406\n1,7,31.705,120.406\n2,2,31.705,120.415\n',
    )
    await expect(imports.run('track', track)).rejects.toThrow('--start <instant>')
    const start = ['--start', '2024-03-05T23:59:59Z'] as const
    expect(reasons(await imports.run('track', track, ...start))).toEqual(['5 there is no officer 7'])
    expect(await count(db, 'fixes')).toBe(0)
    expect(counts(await imports.run('officers', track, '--from-track'))).toEqual({
      ...none,
      taken: 1,
      unchanged: 2,
    })
    expect(counts(await imports.run('track', track, ...start, '--dry-run'))).toEqual({
      ...none,
      held: 4,
      unchanged: 1,
    })
    const taken = await imports.run('track', track, ...start)
    expect(counts(taken)).toEqual({ ...none, taken: 4, unchanged: 1 })
    expect(readFileSync(taken.reportFile, 'utf8')).toBe(
      '\uFEFFrow,key,outcome,reason\r\n2–3,,taken,\r\n4,,unchanged,\r\n5–6,,taken,\r\n',
    )
    expect(counts(await imports.run('track', track, ...start))).toEqual({ ...none, unchanged: 5 })
    const fixes = await db.query(
      `select o.code, f.recorded_at as at, g.code as grid from fixes f join officers o on o.id = f.officer_id join grids g on g.id = f.grid_id order by 1, 2`,
    )
    expect(fixes[0]).toEqual({ code: '1', at: new Date('2024-03-05T23:59:59Z'), grid: 'A1' })
    expect(fixes[1]).toEqual({ code: '1', at: new Date('2024-03-06T00:00:00Z'), grid: 'A1' })
  })

  test('roads are cut where they meet; a way that loses a piece loses its edge', async () => {
    const osm = (ways: string) =>
      `<osm>${[1, 2, 3, 4, 5].map((n) => `<node id="${n}" lat="31.70${n}" lon="120.40${n}"/>`).join('')}${ways}</osm>`
    const way = (id: number, refs: number[], tags = '') =>
      `<way id="${id}">${refs.map((ref) => `<nd ref="${ref}"/>`).join('')}<tag k="highway" v="primary"/>${tags}</way>`
    const first = await imports.run(
      'roads',
      imports.file(
        'r.osm',
        osm(
          way(10, [1, 2, 3]) +
            way(11, [2, 4]) +
            way(12, [4, 5], '<tag k="access" v="military"/>') +
            way(13, [8, 9]),
        ),
      ),
      '--skip-refused',
    )
    expect(counts(first)).toEqual({ ...none, taken: 2, refused: 1, leftOut: 1 })
    expect(reasons(first)).toEqual(['4 2 of its 2 nodes are not in the file'])
    expect(
      await db.query('select osm_way as way, segment, source, target from road_edges order by 1, 2'),
    ).toEqual([
      { way: 10, segment: 0, source: 1, target: 2 },
      { way: 10, segment: 1, source: 2, target: 3 },
      { way: 11, segment: 0, source: 2, target: 4 },
    ])
    const second = await imports.run('roads', imports.file('r.osm', osm(way(10, [1, 2]) + way(11, [2, 4]))))
    expect(counts(second)).toEqual({ ...none, taken: 1, unchanged: 1 })
    expect(await count(db, 'road_edges')).toBe(2)
  })

  test('roads are seen with a scope and not without', async () => {
    const see = (grids: number[]) => db.scoped({ role: 'leader', grids }, (tx) => count(tx, 'road_edges'))
    expect(await see([1])).toBe(2)
    expect(await see([])).toBe(0)
    await expect(
      db.scoped({ role: 'admin', grids: [1] }, (tx) => tx.query('delete from road_edges')),
    ).rejects.toThrow('permission denied')
  })

  test.each([
    ['points', 'x.json', '{"a": 1}', 'neither an array nor GeoJSON nor TopoJSON'],
    ['points', 'x.json', '[{"a": 1', 'is not readable JSON'],
    ['points', 'x.png', '\u0089PNG\u0000\u0000', 'x.png'],
    ['points', 'x.kml', '<?xml version="1.0"?><kml></kml>', 'No column looks like code or name'],
    ['points', 'x.csv', '', 'is empty'],
    ['points', 'x.csv', '1,2,3\n4,5,6\n', 'has no header row'],
    ['points', 'x.csv', 'code,name,name\n', 'two columns named name'],
    ['points', 'x.csv', 'a,b\n1,2\n', 'No column looks like code or name'],
    ['roads', 'x.csv', 'a,b\n1,2\n', 'No column looks like from and to, and there are no lines.'],
    [
      'grids',
      'x.geojson',
      '{"type":"FeatureCollection","crs":{"properties":{"name":"urn:ogc:def:crs:EPSG::999999"}},"features":[{"type":"Feature","properties":{"code":"1"},"geometry":null}]}',
      'There is no coordinate system EPSG:999999',
    ],
    ['points', 'x.json.gz', '\u001f\u008bnot gzip', 'is not a whole gzip file'],
  ])('%s from %s %#: one sentence', async (what, name, content, sentence) => {
    const file = imports.file(name, Buffer.from(content, 'latin1'))
    await expect(imports.run(what, file, '--system', 'gate', '--level', '1')).rejects.toThrow(sentence)
  })
})

describe('the command', () => {
  const run = (args: string[], env: Record<string, string> = {}) =>
    new Promise<{ code: number; out: string; err: string }>((resolve) => {
      execFile(
        process.execPath,
        [join(root, 'gis-data/import.ts'), ...args],
        { cwd: root, env: { ...process.env, DATABASE_URL: '', ...env } },
        (error, out, err) => resolve({ code: error ? Number(error.code) : 0, out, err }),
      )
    })

  test.each([
    [['grids', 'x', '--bogus'], "Unknown option '--bogus'. More with --help."],
    [
      ['boats', 'x'],
      'boats is not possible for what to import; there are: grids, points, incidents, officers, track, roads, basemap, figures.',
    ],
    [['grids', '/nowhere.json'], 'There is no file /nowhere.json.'],
    [['grids', '.'], '. is not a file.'],
    [['grids'], 'Say what to import and from which file: npm run import -- grids <file>. More with --help.'],
  ])('%j: one sentence and code 1', async (args, sentence) => {
    expect(await run(args)).toEqual({ code: 1, out: '', err: `${sentence}\n` })
  })

  test('DATABASE_URL is used; refused rows end it with code 1, and the report says why', async () => {
    const db = await openServerCopy()
    const { file, folder } = importer(db)
    const good = await run(
      ['grids', file('l1.geojson', level1), '--level', '1', '--town', '试验镇', '--data', folder],
      { DATABASE_URL: db.url },
    )
    expect(good).toMatchObject({ code: 0, out: expect.stringContaining('Imported: 2 taken.') })
    const points = file('p.csv', 'code,name,lng,lat\nP1,one,120.405,31.705\nP2,two,31.705,120.405\n')
    const report = join(folder, 'why.csv')
    const bad = await run(['points', points, '--system', 'gate', '--report', report, '--data', folder], {
      DATABASE_URL: db.url,
    })
    expect(bad.code).toBe(1)
    expect(bad.out).toContain(
      'Nothing was written, because rows were refused (--fix all puts right what can be, --skip-refused takes the rest): 1 refused, 1 sound but not written.',
    )
    expect(readFileSync(report, 'utf8')).toContain('3,P2,refused,"longitude and latitude are swapped')
    await db.close()
  })

  test('a folder in use by a running Xiake is refused with a sentence', async () => {
    const { file, folder } = importer({} as Db)
    const db = await openDatabase({
      folder,
      template: new Uint8Array(readFileSync(process.env.XIAKE_TEST_TEMPLATE ?? '')).buffer,
    })
    const answer = await run(['grids', file('l1.geojson', level1), '--level', '1', '--data', folder])
    await db.close()
    expect(answer.code).toBe(1)
    expect(answer.err).toContain(`The data folder ${folder} is in use by another Xiake`)
  })
})
