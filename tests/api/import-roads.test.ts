import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Db } from '../../api/db/connect.ts'
import { lookAt } from '../../gis-data/look.ts'
import { undoImport } from '../../gis-data/undo.ts'
import { files, formats, type Out } from '../../gis-data/writers/table.ts'
import { writeApart } from '../../gis-data/writers/write.ts'
import { databases } from '../setup/database.ts'
import { counts, importer, reasons } from './import-town.ts'
import { realData } from './real-data.ts'

const real = realData('roads_graphhopper_osm')
const links = realData('roads_tntp')
const lines = realData('roads_osm_gothenburg')
const none = { taken: 0, unchanged: 0, refused: 0, held: 0, leftOut: 0 }
const countTurns = async (db: Db) =>
  (await db.query<{ n: number }>('select count(*) as n from road_turns'))[0]?.n

describe.each(databases)('roads on $name', ({ open }) => {
  let db: Db
  let imports: ReturnType<typeof importer>
  beforeAll(async () => {
    db = await open()
    imports = importer(db)
  })
  afterAll(() => db.close())
  const undo = (id: number | null) =>
    undoImport(db, id ?? 0, { by: 'test', now: new Date(), dataFolder: imports.folder })

  describe.skipIf(real.missing)(`turns of real towns ${real.missing || ''}`, () => {
    test.each([
      { file: 'krems.osm.gz', taken: 8, all: 9 },
      { file: 'moscow.osm.gz', taken: 80, all: 106 },
      { file: 'north-bayreuth.osm.gz', taken: 38, all: 40 },
    ])(
      '$file: $taken of $all hold, the others lead to ways that are no roads of the file; again changes nothing, undone none is left',
      async ({ file, taken, all }) => {
        const first = await imports.run('roads', real.path(file))
        expect(first.notes[1]).toContain(`${taken} of ${all} turn restrictions`)
        const leftOut = first.entries.filter(
          ({ key, outcome }) => key.startsWith('relation/') && outcome === 'left-out',
        )
        expect(leftOut).toHaveLength(all - taken)
        for (const { reason } of leftOut) expect(reason).toMatch(/^way \d+ is no road of the file$/)
        expect(await countTurns(db)).toBe(taken)
        const again = await imports.run('roads', real.path(file))
        expect(counts(again)).toEqual({ ...none, unchanged: first.taken, leftOut: first.leftOut })
        await undo(first.importId)
        expect([await countTurns(db), await countEdges(db)]).toEqual([0, 0])
      },
    )
  })

  test('a restriction that is gone from the file goes; taken back, it stands again, unless a later file brought it anew', async () => {
    const osm = (relations: string) =>
      `<osm>${[1, 2, 3].map((n) => `<node id="${n}" lat="31.70${n}" lon="120.40${n}"/>`).join('')}${[
        [10, 1, 2],
        [11, 2, 3],
      ]
        .map(
          ([id, a, b]) =>
            `<way id="${id}"><nd ref="${a}"/><nd ref="${b}"/><tag k="highway" v="primary"/></way>`,
        )
        .join('')}${relations}</osm>`
    const turn = (id: number, says: string) =>
      `<relation id="${id}"><member type="way" ref="10" role="from"/><member type="node" ref="2" role="via"/><member type="way" ref="11" role="to"/><tag k="type" v="restriction"/><tag k="restriction" v="${says}"/></relation>`
    const run = (relations: string) => imports.run('roads', imports.file('t.osm', osm(relations)))
    const said = () =>
      db.query('select osm_relation as id, only_this as only from road_turns order by osm_relation')
    const none = await run(turn(7, 'no_left_turn'))
    expect(counts(none)).toMatchObject({ taken: 3 })
    const changed = await run(turn(7, 'only_left_turn'))
    expect(counts(changed)).toMatchObject({ taken: 1, unchanged: 2 })
    expect(await said()).toEqual([{ id: 7, only: true }])
    await undo(changed.importId)
    expect(await said()).toEqual([{ id: 7, only: false }])
    const gone = await run('')
    expect(counts(gone)).toMatchObject({ taken: 1, unchanged: 1 })
    expect(await said()).toEqual([])
    const anew = await run(turn(7, 'only_left_turn'))
    await undo(gone.importId)
    expect(await said()).toEqual([{ id: 7, only: true }])
    await undo(anew.importId)
    await undo(none.importId)
    expect(await countEdges(db)).toBe(0)
    const away = await db.scoped({ role: 'leader', grids: [] }, (tx) => countTurns(tx))
    expect(away).toBe(0)
  })

  const table = async (content: string, ...more: string[]) =>
    imports.run('roads', imports.file('edges.csv', content), ...more)
  const rows = () =>
    db.query<Record<string, unknown>>(
      `select name, class, oneway, max_speed as speed, round(length_m) as meters, drive_seconds as seconds,
         round(st_x(st_startpoint(geom))::numeric, 3)::float8 as x from road_edges order by osm_way, segment`,
    )

  test('a table of edges with a table of nodes: lengths, minutes, names; again changes nothing, undone nothing is left', async () => {
    const nodes = imports.file('nodes.csv', 'id,lng,lat\nA,120.4,31.7\nB,120.41,31.7\nC,120.42,31.7\n')
    const edges =
      'from,to,length_km,minutes,oneway,name,class,max_speed\nA,B,1,1.5,yes,东街,primary,60\nB,C,,,,,,\nC,A,2.2,,-1,,zubringer,\n'
    const first = await table(edges, '--nodes', nodes)
    expect(counts(first)).toEqual({ ...none, taken: 3 })
    const made = await rows()
    expect(made).toHaveLength(3)
    expect(made).toContainEqual({
      name: '东街',
      class: 'primary',
      oneway: true,
      speed: 60,
      meters: 1000,
      seconds: 90,
      x: 120.4,
    })
    expect(made).toContainEqual({
      name: null,
      class: 'unclassified',
      oneway: false,
      speed: null,
      meters: expect.closeTo(111_320 * 0.01 * Math.cos((31.7 * Math.PI) / 180), -1),
      seconds: null,
      x: 120.41,
    })
    // Against the row: it begins where the row ends.
    expect(made).toContainEqual({
      name: null,
      class: 'zubringer',
      oneway: true,
      speed: null,
      meters: 2200,
      seconds: null,
      x: 120.4,
    })
    expect(counts(await table(edges, '--nodes', nodes))).toEqual({ ...none, unchanged: 3 })
    expect(counts(await table(edges.replace('1.5', '2'), '--nodes', nodes))).toEqual({
      ...none,
      taken: 1,
      unchanged: 2,
    })
    for (const id of await importIds()) await undo(id)
    expect(await countEdges(db)).toBe(0)
  })

  test('a table whose rows mostly go back holds directions, one whose rows do not holds streets', async () => {
    const header = 'from,to,from_lng,from_lat,to_lng,to_lat\n'
    const there = '1,2,120.4,31.7,120.41,31.7\n'
    const back = '2,1,120.41,31.7,120.4,31.7\n'
    for (const [content, oneway] of [
      [header + there + back, true],
      [header + there, false],
    ] as const) {
      const { importId } = await table(content)
      expect(new Set((await rows()).map((row) => row.oneway))).toEqual(new Set([oneway]))
      await undo(importId)
    }
  })

  test('lines are cut where they share a position and nowhere else; lengths and times go with the pieces', async () => {
    const line = (...at: number[]) =>
      `"LINESTRING(${at
        .map((x, i) => `${x}${i % 2 ? ',' : ' '}`)
        .join('')
        .slice(0, -1)})"`
    const content = `geometry,seconds\n${line(120.4, 31.7, 120.41, 31.7, 120.43, 31.7)},300\n${line(120.41, 31.7, 120.41, 31.71)},60\n${line(120.42, 31.69, 120.42, 31.71)},120\n`
    const { importId } = await table(content)
    const made = await rows()
    expect(made).toHaveLength(4)
    expect(made.map(({ seconds }) => seconds).sort()).toEqual([100, 120, 200, 60].sort())
    expect(counts(await table(content))).toEqual({ ...none, unchanged: 3 })
    await undo(importId)
  })

  test('an extract with a column fclass writes F along the line, T against it, B for both', async () => {
    const line = (lat: number) => `"LINESTRING(120.4 ${lat}, 120.41 ${lat})",primary`
    const { importId } = await table(
      `wkt,fclass,oneway\n${line(31.7)},F\n${line(31.71)},T\n${line(31.72)},B\n`,
    )
    expect((await rows()).map(({ x, oneway }) => `${x} ${oneway}`).sort()).toEqual([
      '120.4 false',
      '120.4 true',
      '120.41 true',
    ])
    await undo(importId)
  })

  test('the same lines are the same roads, whatever the format', async () => {
    const columns = (['name', 'class', 'oneway', 'maxspeed'] as const).map((name) => ({
      name,
      type: name === 'maxspeed' ? ('integer' as const) : ('text' as const),
    }))
    const table = { name: 'roads', title: 'roads', geometry: 'LineString' as const, columns }
    const lines: Out[] = [
      {
        id: 1,
        geometry: lineOf([120.4, 31.7], [120.41, 31.7], [120.43, 31.7]),
        values: ['人民路', 'primary', '是', 60],
      },
      {
        id: 2,
        geometry: lineOf([120.41, 31.71], [120.41, 31.7]),
        values: ['后街', 'residential', 'no', null],
      },
      { id: 3, geometry: lineOf([120.41, 31.71], [120.42, 31.71]), values: ['', 'footway', '', null] },
    ]
    for (const format of formats) {
      const file = join(imports.folder, `lines.${files[format].ending}`)
      await writeApart(file, { table, format, rows: Readable.from(lines) })
      const result = await imports.run('roads', file)
      const wanted = format === 'csv' ? { taken: 3 } : { unchanged: 3 }
      expect([format, counts(result)]).toEqual([format, { ...none, ...wanted }])
    }
    expect(
      (await rows()).map(({ name, class: kind, oneway, speed }) => [name, kind, oneway, speed]).sort(),
    ).toEqual([
      [null, 'footway', false, null],
      ['人民路', 'primary', true, 60],
      ['人民路', 'primary', true, 60],
      ['后街', 'residential', false, null],
    ])
    for (const id of await importIds()) await undo(id)
  })
  const lineOf = (...coordinates: [number, number][]) => ({ type: 'LineString' as const, coordinates })

  test.each([
    ['from,to,length\n1,2,3\n', 'roads', { from: 'from', to: 'to', length: 'length' }],
    [
      '起点,终点,长度,单行\n1,2,3,是\n',
      'roads',
      { from: '起点', to: '终点', length: '长度', oneway: '单行' },
    ],
    [
      'u,v,highway,free_flow_time\n1,2,primary,3\n',
      'roads',
      { from: 'u', to: 'v', class: 'highway', minutes: 'free_flow_time' },
    ],
    ['code,name,lng,lat\n1,2,3,4\n', 'points', { name: 'name' }],
  ])('%j looks like %s', async (content, likely, columns) => {
    const file = imports.file('look.csv', content)
    const seen = await lookAt(db, { file, dataFolder: imports.folder, now: new Date() })
    expect(seen.likely).toBe(likely)
    expect(
      Object.fromEntries(
        Object.entries(seen.suggested.roads ?? {}).map(([field, one]) => [field, one.column]),
      ),
    ).toEqual(columns)
  })

  const bad = 'from,to,from_lng,from_lat,to_lng,to_lat'
  const good = '120.4,31.7,120.41,31.7'
  test.each([
    ['', 'is empty'],
    [
      'a,b\n1,2\n',
      'No column looks like from and to, and there are no lines. Name them with --map from=<column>; there are: a, b.',
    ],
    [
      'from,to\n1,2\n',
      'The table does not say where its nodes lie: give a table of them with --nodes <file> (id, lng, lat).',
    ],
    [
      `${bad},length\n1,2,${good},3.1\n`,
      'The lengths in length are about 0.0033 times those of the lines: say their unit with --length-unit m, km, mi or ft',
    ],
    [
      `${bad},seconds\n1,2,${good},1\n`,
      'The times in seconds would mean about 3400 km/h: say what they are with --map minutes=<column>',
    ],
  ])('%j: %s', async (content, sentence) => {
    await expect(table(content)).rejects.toThrow(sentence)
  })

  test.each([
    [`${bad}\n1,2,${good}\n1,3,120.5,31.7,120.41,31.8\n`, '3 the line ends elsewhere than node 1 lies'],
    [`${bad}\n,2,${good}\n`, '2 the from is empty'],
    [`${bad}\n1,2,120.4,x,120.41,31.7\n`, '2 the coordinates are not numbers (120.4, x)'],
    [`${bad}\n1,1,120.4,31.7,120.4,31.7\n`, '2 begins and ends in one place'],
    [`${bad},oneway\n1,2,${good},perhaps\n`, '2 “perhaps” does not say whether it is one-way: yes, no or -1'],
    [`${bad},max_speed\n1,2,${good},fast\n`, '2 “fast” is no speed'],
    [`${bad},length\n1,2,${good},-5\n`, '2 “-5” is no number from 0 to 100000000'],
    ['wkt\nLINESTRING(120.4 31.7\n', '2 wkt is no well-known text'],
    ['wkt,name\n"LINESTRING(120.4 31.7)",x\n', '2 a line has only 1 position'],
    ['wkt,name\n,x\n', '2 has no geometry'],
  ])('%j: %s', async (content, reason) => {
    const result = await table(content)
    expect(reasons(result)).toContain(reason)
    expect(result).toMatchObject({ undecided: true, taken: 0 })
  })

  test('nodes that are missing, doubled or nowhere', async () => {
    const edges = 'from,to\n1,2\n'
    const with2 = (content: string) => table(edges, '--nodes', imports.file('n.csv', content))
    expect(reasons(await with2('id,lng,lat\n1,120.4,31.7\n'))).toEqual(['2 it is not said where node 2 lies'])
    await expect(with2('id,lng,lat\n1,120.4,31.7\n1,120.5,31.7\n')).rejects.toThrow(
      'n.csv: node 1 lay elsewhere before.',
    )
    await expect(with2('id,lng,lat\n1,120.4,\n')).rejects.toThrow('Row 2 of')
    await expect(with2('id,x1\n1,120.4\n')).rejects.toThrow('No column looks like lng or lat.')
    await expect(
      imports.run('roads', imports.file('o.osm', '<osm></osm>'), '--nodes', 'n.csv'),
    ).rejects.toThrow('--nodes belongs to a table of edges; OpenStreetMap data has its own.')
    await expect(
      table('wkt\n"LINESTRING(1 2, 3 4)"\n', '--nodes', imports.file('n.csv', 'id\n')),
    ).rejects.toThrow('--nodes belongs to a table with the columns from and to; there are: wkt.')
  })

  describe.skipIf(links.missing)(`tables of real networks ${links.missing || ''}`, () => {
    test('Chicago: 39,018 links with all their minutes and miles', async () => {
      const [header = '', ...lines] = gunzipSync(readFileSync(links.path('chicago_regional_edges.csv.gz')))
        .toString()
        .trim()
        .split('\n')
      expect(header).toBe('from,to,length_mi,free_flow_min,speed_mph,link_type')
      const sum = (at: number) => lines.reduce((total, one) => total + Number(one.split(',')[at]), 0)
      const nodes = new Set(lines.flatMap((one) => one.split(',').slice(0, 2)))
      const run = () =>
        imports.run(
          'roads',
          links.path('chicago_regional_edges.csv.gz'),
          '--nodes',
          links.path('chicago_regional_nodes_wgs84.csv.gz'),
        )
      const first = await run()
      expect(counts(first)).toEqual({ ...none, taken: 39_018 })
      const [found] = await db.query(
        `select count(*) as edges, (select count(*) from (select source from road_edges union select target from road_edges) n) as nodes, bool_and(oneway) as oneway, bool_and(osm_way < 0) as ours,
           sum(drive_seconds::float8) / 60 as minutes, sum(length_m) / 1609.344 as miles from road_edges`,
      )
      expect(found).toEqual({
        edges: 39_018,
        nodes: nodes.size,
        oneway: true,
        ours: true,
        minutes: expect.closeTo(sum(3), 2),
        miles: expect.closeTo(sum(2), 2),
      })
      expect(counts(await run())).toEqual({ ...none, unchanged: 39_018 })
      await undo(first.importId)
      expect(await countEdges(db)).toBe(0)
    })

    test('Anaheim as GeoJSON: lengths in feet are refused until somebody says so', async () => {
      const run = (...more: string[]) => imports.run('roads', links.path('anaheim.geojson.gz'), ...more)
      await expect(run()).rejects.toThrow('say their unit with --length-unit m, km, mi or ft')
      const { importId, notes } = await run('--length-unit', 'ft')
      expect(notes).toContain('length is read as length in ft.')
      expect(await countEdges(db)).toBe(914)
      await undo(importId)
    })
  })

  test.skipIf(lines.missing)(
    `Gothenburg as GeoJSON with OpenStreetMap's tags: from one end to the other by car ${lines.missing || ''}`,
    async () => {
      const { importId, leftOut, taken } = await imports.run('roads', lines.path('large-network.json.gz'))
      expect(taken + leftOut).toBe(20_227)
      const reached = await reachedFrom([11.9954516, 57.7125743])
      expect(reached).toContain(await nodeAt([11.9608099, 57.6808616]))
      await undo(importId)
    },
  )

  const nodeAt = async ([lng = 0, lat = 0]: number[]) =>
    (
      await db.query<{ id: number }>(
        `select n.id from road_nodes n
         where exists (select 1 from road_edges e where e.drive and n.id in (e.source, e.target))
         order by n.geom <-> st_setsrid(st_makepoint($1, $2), 4326) limit 1`,
        [lng, lat],
      )
    )[0]?.id ?? 0
  /** Where a car gets to from the node nearest to a place. */
  const reachedFrom = async (place: number[]) => {
    const edges = await db.query<{ source: number; target: number; oneway: boolean }>(
      'select source, target, oneway from road_edges where drive',
    )
    const links = new Map<number, number[]>()
    const link = (from: number, to: number) => links.set(from, [...(links.get(from) ?? []), to])
    for (const { source, target, oneway } of edges) {
      link(source, target)
      if (!oneway) link(target, source)
    }
    const reached = new Set([await nodeAt(place)])
    // A set is walked to its end, with what is added on the way.
    for (const node of reached) for (const next of links.get(node) ?? []) reached.add(next)
    return reached
  }
  const importIds = async () =>
    (await db.query<{ id: number }>('select id from imports where undone_at is null order by id desc')).map(
      ({ id }) => id,
    )
  const countEdges = async (of: Db) =>
    (await of.query<{ n: number }>('select count(*) as n from road_edges'))[0]?.n
})
