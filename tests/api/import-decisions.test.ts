import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import writeXlsx from 'write-excel-file/node'
import type { Db } from '../../api/db/connect.ts'
import { createDraft, editPlan } from '../../api/plans/drafts.ts'
import { publishPlan } from '../../api/plans/publish.ts'
import { listPlanGrids } from '../../api/plans/queries.ts'
import { undoImport } from '../../gis-data/undo.ts'
import { databases } from '../setup/database.ts'
import { counts, importer, squares } from './import-town.ts'

const none = { taken: 0, unchanged: 0, refused: 0, held: 0, leftOut: 0 }
const level1 = squares([
  ['A', '甲片', 120.4, 31.7, 0.02],
  ['B', '乙片', 120.42, 31.7, 0.02],
])

describe.each(databases)('what an office writes, on $name', ({ open }) => {
  let db: Db
  let imports: ReturnType<typeof importer>
  const undo = (importId: number | null) =>
    undoImport(db, importId ?? 0, { by: 'test', now: new Date(), dataFolder: imports.folder })
  const count = async (table: string) =>
    (await db.query<{ n: number }>(`select count(*) as n from ${table}`))[0]?.n
  beforeAll(async () => {
    db = await open()
    imports = importer(db)
    await imports.run('grids', imports.file('l1.geojson', level1), '--level', '1', '--town', '试验镇')
  })
  afterAll(() => db.close())

  const dirty = [
    '编号,名称,经度,纬度',
    'P1,东门,120.405,31.705',
    'Ｐ２,西门,１２０．４０６,31.705',
    'P3, 南门 ,120.407,31.705',
    'P4,北门,"120°24′30.6″E","31°42′18″N"',
    'P5,村口,31.705,120.409',
    '3.20281E+11,桥头,120.41,31.705',
  ].join('\n')

  test('each kind is counted and proposed, nothing is changed in silence', async () => {
    const file = imports.file('dirty.csv', dirty)
    const result = await imports.run('points', file, '--system', 'gate')
    expect(result.undecided).toBe(true)
    expect(counts(result)).toEqual({ ...none, refused: 5, held: 1 })
    const kinds = Object.fromEntries(
      result.kinds.map(({ kind, rows, fixable, examples }) => [
        kind,
        [rows, fixable, examples.map(({ row, proposal }) => `${row} ${proposal}`)],
      ]),
    )
    expect(kinds).toEqual({
      'full-width': [1, 1, ['3 P2', '3 120.406']],
      padded: [1, 1, ['4 南门']],
      'degrees-minutes': [1, 1, ['5 120.4085000, 31.7050000']],
      swapped: [1, 1, ['6 120.409, 31.705']],
      'digits-lost': [1, 0, ['7 undefined']],
    })
    expect(await count('monitoring_points')).toBe(0)
    expect(await count('imports')).toBe(1)
  })

  test('what is decided is done, the rest still refuses the file; the report says how each was taken', async () => {
    const file = imports.file('dirty.csv', dirty)
    const held = await imports.run('points', file, '--system', 'gate', '--fix', 'all')
    expect(counts(held)).toEqual({ ...none, refused: 1, held: 5 })
    const partly = await imports.run(
      'points',
      file,
      '--system',
      'gate',
      '--fix',
      'padded,swapped',
      '--skip',
      'all',
    )
    expect(counts(partly)).toEqual({ ...none, taken: 3, refused: 3 })
    const whole = await imports.run(
      'points',
      file,
      '--system',
      'gate',
      '--fix',
      'all',
      '--skip',
      'digits-lost',
    )
    expect(counts(whole)).toEqual({ ...none, taken: 2, unchanged: 3, refused: 1 })
    expect(whole.entries.find((entry) => entry.key === 'P4')?.reason).toContain(
      'taken as 120.4085000, 31.7050000',
    )
    const rows = await db.query<{ code: string; name: string; at: string }>(
      `select code, name, round(st_x(geom)::numeric, 6) || ' ' || round(st_y(geom)::numeric, 6) as at from monitoring_points order by 1`,
    )
    expect(rows.map(({ code, name, at }) => `${code} ${name} ${at}`)).toEqual([
      'P1 东门 120.405000 31.705000',
      'P2 西门 120.406000 31.705000',
      'P3 南门 120.407000 31.705000',
      'P4 北门 120.408500 31.705000',
      'P5 村口 120.409000 31.705000',
    ])
    expect(await undo(whole.importId)).toMatchObject({ removed: 2, restored: 0, kept: 0 })
    expect(await undo(partly.importId)).toMatchObject({ removed: 3 })
    expect(await count('monitoring_points')).toBe(0)
  })

  test('an undo puts changed rows back as they were, to the last digit, and happens once', async () => {
    const file = (name: string, lng: string) =>
      imports.file('p.csv', `code,name,lng,lat,note\nU1,${name},${lng},31.705,x\nU2,two,120.41,31.705,\n`)
    await imports.run('points', file('one', '120.40512345678901'), '--system', 'gate')
    const image = () =>
      db.query(
        `select name, geom::text, path, attributes from monitoring_points where code like 'U%' order by code`,
      )
    const before = await image()
    const second = await imports.run('points', file('changed', '120.425'), '--system', 'gate')
    expect(counts(second)).toEqual({ ...none, taken: 1, unchanged: 1 })
    expect(await image()).not.toEqual(before)
    expect(await undo(second.importId)).toMatchObject({ removed: 0, restored: 1, kept: 0 })
    expect(await image()).toEqual(before)
    await expect(undo(second.importId)).rejects.toThrow('was taken back before, by test')
    await expect(undo(9999)).rejects.toThrow('There is no import 9999')
  })

  test("a spreadsheet's days are proposed as dates, and times with and without a zone are not mixed in silence", async () => {
    const cell = (value: string | number) => ({ value, type: typeof value === 'number' ? Number : String })
    const sheet = await writeXlsx([
      ['编号', '上报时间', '经度', '纬度'].map(cell),
      ['1', 45356.354166666664, 120.405, 31.705].map(cell),
      ['2', '2024-03-05 08:30', 120.405, 31.705].map(cell),
      ['3', '2024-03-05T00:30:00Z', 120.405, 31.705].map(cell),
    ]).toBuffer()
    const file = imports.file('cases.xlsx', sheet)
    const args = ['incidents', file, '--class', 'noise', '--source-name', 'sheet'] as const
    const held = await imports.run(...args)
    expect(held.kinds.map(({ kind, rows }) => [kind, rows]).sort()).toEqual([
      ['mixed-zones', 2],
      ['serial-date', 1],
    ])
    expect(await count('incidents')).toBe(0)
    const taken = await imports.run(...args, '--fix', 'all')
    expect(counts(taken)).toEqual({ ...none, taken: 3 })
    expect(await db.query('select distinct reported_at as at from incidents')).toEqual([
      { at: new Date('2024-03-05T00:30:00Z') },
    ])
    expect(await count('timeline')).toBe(6)
    // One of them is worked with: it stays, with its history.
    await db.query(`update incidents set version = 2 where source_key = 'sheet:1'`)
    expect(await undo(taken.importId)).toEqual({ importId: taken.importId, removed: 2, restored: 0, kept: 1 })
    expect(await count('incidents')).toBe(1)
    expect(await count('timeline')).toBe(2)
    await expect(db.query('delete from timeline')).rejects.toThrow('append-only')
  })

  test('times that end in Z but are quiet at night as written are said to be local', async () => {
    const rows = Array.from({ length: 480 }, (_, i) => {
      // Two in three hours of the day, none between one and seven.
      const hour = 7 + (i % 17)
      return `${i},2024-03-${String(1 + (i % 28)).padStart(2, '0')}T${String(hour).padStart(2, '0')}:15:00Z,120.405,31.705`
    })
    const file = imports.file('z.csv', ['code,time,lng,lat', ...rows].join('\n'))
    const { checkFile } = await import('../../gis-data/run.ts')
    const { readImportOptions } = await import('../../gis-data/options.ts')
    const options = readImportOptions(['incidents', file, '--class', 'noise'])?.options
    if (!options) throw new Error('no options')
    const { hints } = await checkFile(db, options, { dataFolder: imports.folder })
    expect(hints.map(({ option }) => option)).toEqual(['localTimes'])
    const local = await imports.run('incidents', file, '--class', 'noise', '--local-times')
    const [first] = await db.query<{ at: Date }>(
      `select reported_at as at from incidents where source_key = 'z:0'`,
    )
    expect(first?.at).toEqual(new Date('2024-02-29T23:15:00Z'))
    await undo(local.importId)
  })

  test('officers: those who have worked since stay', async () => {
    const file = imports.file('o.csv', 'code,name\nO1,王一\nO2,李二\n')
    const { importId } = await imports.run('officers', file)
    await db.query(
      `insert into shifts (officer_id, started_at, path) select id, now(), path from officers where code = 'O1'`,
    )
    expect(await undo(importId)).toMatchObject({ removed: 1, kept: 1 })
    expect(await count('officers')).toBe(1)
    const track = imports.file('t.csv', 'officer,time,lng,lat\nO1,2024-03-05 08:30,120.405,31.705\n')
    const fixes = await imports.run('track', track)
    expect(await count('fixes')).toBe(1)
    expect(await undo(fixes.importId)).toMatchObject({ removed: 1 })
    expect(await count('fixes')).toBe(0)
  })

  test('a ring that is not closed and a projected, north-first survey are proposed', async () => {
    const open = {
      type: 'Feature',
      properties: { code: 'C', name: '丙' },
      geometry: {
        type: 'Polygon',
        coordinates: [
          [
            [120.44, 31.7],
            [120.46, 31.7],
            [120.46, 31.72],
          ],
        ],
      },
    }
    const file = imports.file('open.geojson', JSON.stringify({ type: 'FeatureCollection', features: [open] }))
    const held = await imports.run('grids', file, '--level', '1')
    expect(held.kinds).toMatchObject([{ kind: 'open-ring', rows: 1, fixable: 1 }])
    expect(counts(await imports.run('grids', file, '--level', '1', '--fix', 'open-ring'))).toEqual({
      ...none,
      taken: 1,
    })
    // EPSG:4549, CGCS2000 3° at 120° E: north 3,508,972, east 537,900.
    const survey = imports.file('survey.csv', 'code,name,x,y\nS1,井,3508972,537900\n')
    const seen = await imports.run('points', survey, '--system', 'gate', '--crs', 'EPSG:4549')
    expect(seen.kinds).toMatchObject([{ kind: 'swapped', rows: 1, fixable: 1 }])
    await imports.run('points', survey, '--system', 'gate', '--crs', 'EPSG:4549', '--fix', 'swapped')
    const [at] = await db.query<{ m: number }>(
      `select st_distance(geom::geography, st_transform(st_setsrid(st_makepoint(537900, 3508972), 4549), 4326)::geography) as m
       from monitoring_points where code = 'S1'`,
    )
    expect(at?.m).toBeLessThan(0.01)
  })
})

describe.each(databases)('taking back, on $name', ({ open }) => {
  let db: Db
  let imports: ReturnType<typeof importer>
  const undo = (importId: number | null) =>
    undoImport(db, importId ?? 0, { by: 'test', now: new Date(), dataFolder: imports.folder })
  beforeAll(async () => {
    db = await open()
    imports = importer(db)
    await imports.run('grids', imports.file('l1.geojson', level1), '--level', '1', '--town', '试验镇')
  })
  afterAll(() => db.close())
  const points = (name: string) =>
    imports.run(
      'points',
      imports.file('p.csv', `code,name,lng,lat\nX1,${name},120.405,31.705\n`),
      '--system',
      's',
    )
  const names = async () =>
    (await db.query<{ name: string }>(`select name from monitoring_points`)).map(({ name }) => name)

  test('what a later import has written over is its own: the earlier one leaves it alone', async () => {
    const [a, b, c] = [await points('eins'), await points('zwei'), await points('drei')]
    expect(await undo(a.importId)).toMatchObject({ removed: 0, kept: 1 })
    expect(await undo(b.importId)).toMatchObject({ restored: 0, kept: 1 })
    expect(await names()).toEqual(['drei'])
    expect(await undo(c.importId)).toMatchObject({ restored: 1, kept: 0 })
    expect(await names()).toEqual(['zwei'])
  })

  test('several levels of one file go together', async () => {
    const file = imports.file(
      'tree.geojson',
      squares([
        ['T', '一', 120.5, 31.7, 0.02, { level: 1 }],
        ['T1', '二', 120.5, 31.7, 0.02, { level: 2, parent: 'T' }],
        ['T11', '三', 120.5, 31.7, 0.02, { level: 3, parent: 'T1' }],
      ]),
    )
    const { importId } = await imports.run('grids', file)
    expect(await undo(importId)).toMatchObject({ removed: 3, kept: 0 })
  })

  test('a grid that was published anew since is not taken back over people’s heads', async () => {
    const file = imports.file('g.geojson', squares([['N', '新', 120.6, 31.7, 0.01]]))
    const { importId } = await imports.run('grids', file, '--level', '1')
    const admin = { actor: { name: 'a', role: 'admin' as const }, at: new Date() }
    const draft = await createDraft(db, { name: '改名', note: '', ...admin })
    const grids = await listPlanGrids(db, draft.id)
    const uid = grids.find(({ code }) => code === 'N')?.uid ?? 0
    await editPlan(db, draft.id, {
      revision: 0,
      operation: { kind: 'attributes', uid, name: '更新' } as never,
      ...admin,
    })
    await publishPlan(db, draft.id, { effectiveAt: admin.at, ...admin })
    await expect(undo(importId)).rejects.toThrow('Another plan of the grid has taken effect since')
  })

  test('people who were given a post since stay; lost duties fall to the town', async () => {
    const first = await imports.run(
      'officers',
      imports.file('o.csv', 'code,name,duty_grid\nP1,甲,A\nP2,乙,A\n'),
    )
    await db.query(
      `insert into posts (grid_id, role, officer_id, valid_from, path)
       select g.id, 'leader', o.id, now(), g.path from grids g, officers o where g.code = 'A' and o.code = 'P1'`,
    )
    expect(await undo(first.importId)).toMatchObject({ removed: 1, kept: 1 })
  })

  test('a list with fewer columns changes what it has, and nothing else', async () => {
    await imports.run(
      'officers',
      imports.file('o.csv', 'code,name,phone,kind,duty_grid\nQ1,丙,19900000009,网格员,B\n'),
    )
    await imports.run('officers', imports.file('o2.csv', 'code,name\nQ1,丙丙\n'))
    const [officer] = await db.query(
      `select o.name, o.phone, o.kind, g.code as duty from officers o join grids g on g.id = o.duty_grid_id where o.code = 'Q1'`,
    )
    expect(officer).toEqual({ name: '丙丙', phone: '19900000009', kind: 'member', duty: 'B' })
    await db.query(`update grids set leader_name = '李四', households = 77 where code = 'A'`)
    await imports.run('grids', imports.file('l1b.geojson', level1.replace('甲片', '甲甲')), '--level', '1')
    expect(await db.query(`select name, leader_name, households from grids where code = 'A'`)).toEqual([
      { name: '甲甲', leader_name: '李四', households: 77 },
    ])
  })

  test('an exact time goes before one made of year and month; hostile cells cost nothing', async () => {
    const file = imports.file(
      'c.csv',
      'id,date,year,month,lng,lat\n1,2024-03-17 08:30,2024,3,120.405,31.705\n',
    )
    await imports.run('incidents', file, '--class', 'x')
    expect(await db.query('select reported_at as at from incidents')).toEqual([
      { at: new Date('2024-03-17T00:30:00Z') },
    ])
    const begun = performance.now()
    const hostile = [
      'code,name,lng,lat,wkt',
      `H1,x,12${' '.repeat(100_000)}x,31.7,`,
      `H2,x,,,POINT(${'1'.repeat(500_000)})`,
      `H3,x,,,POINT(120.4 31.7)`,
    ].join('\n')
    const result = await imports.run(
      'points',
      imports.file('h.csv', hostile),
      '--system',
      's',
      '--skip',
      'all',
    )
    expect(counts(result)).toEqual({ ...none, taken: 1, refused: 2 })
    expect(performance.now() - begun).toBeLessThan(5000)
  })
})
