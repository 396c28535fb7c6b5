import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import writeExcel from 'write-excel-file/node'
import { inspect } from '../../gis-data/formats/inspect.ts'
import { openSource } from '../../gis-data/formats/source.ts'
import { isHere, makeFile, makeFolder, makeZip, readAll, real } from './files.ts'

const folder = makeFolder()
const has = (program: string) => spawnSync(program, ['--version']).status === 0

describe.skipIf(!isHere)('real files, whatever their format', () => {
  test.each([
    ['northumbria_asb_2020.tab.gz', 'CSV', 65_725, 'none', undefined],
    ['vancouver_thefts_utm10n.csv.gz', 'CSV', 16_827, 'none', undefined],
    ['san_francisco_robbery.csv.gz', 'CSV', 949, 'none', undefined],
    ['nyc_shootings.csv.gz', 'CSV', 967, 'none', undefined],
    ['toronto_robberies.gpkg', 'GeoPackage', 614, 'point', 'EPSG:4326'],
    ['nottinghamshire_damage.gpkg', 'GeoPackage', 10_448, 'point', 'EPSG:4326'],
    ['nottinghamshire_districts.gpkg', 'GeoPackage', 8, 'polygon', 'EPSG:4326'],
  ])('%s is %s with %d rows', async (name, format, count, geometry, crs) => {
    const { rows, ...source } = await readAll(real(`incidents_formats/${name}`))
    expect(source).toMatchObject({ format, geometry, remarks: [] })
    expect(source.crs?.text).toBe(crs)
    expect(rows).toHaveLength(count)
    expect(rows.filter((row) => row.defect)).toEqual([])
  })

  test('Portland as a workbook: text as padded as it is, dates as the cell says', async () => {
    const { rows, columns } = await readAll(real('incidents_portland_cfs/NIJ2016_AUG01_AUG31_USE.xlsx'))
    expect(rows).toHaveLength(19_375)
    expect(columns).toEqual([
      'CATEGORY',
      'CALL GROUPS',
      'final_case_type',
      'CASE DESC',
      'occ_date',
      'x_coordinate',
      'y_coordinate',
      'census_tract',
      '@index',
    ])
    expect(rows[0]).toMatchObject({
      row: 2,
      fields: { final_case_type: 'DISTP ', occ_date: '2016-08-01T00:00:00', x_coordinate: 7_639_201 },
    })
    expect(rows.filter(({ fields }) => fields.census_tract === null)).toHaveLength(1001)
  })

  test.each([
    ['NIJ2016_AUG01_AUG31.shp.gz', 19_376, 'point'],
    ['NIJ2012_MAR01_DEC31.shp.gz', 146_927, 'point'],
    ['Portland_Police_Districts.shp', 60, 'polygon'],
  ])('Portland as %s without its table: %d shapes in feet', async (name, count, geometry) => {
    const source = await readAll(real(`incidents_portland_cfs/${name}`))
    expect(source).toMatchObject({ format: 'Shapefile', geometry, total: count, crs: { from: '.prj' } })
    expect(source.crs?.text).toContain('Oregon_North_FIPS_3601_Feet_Intl')
    expect(source.remarks.map(({ kind }) => kind)).toEqual(['missing-sidecar'])
    expect(source.rows).toHaveLength(count)
    const [row] = source.rows
    expect(JSON.stringify(row?.geometry)).toMatch(/\[7[5-7]\d{5}(\.\d+)?,[67]\d{5}/)
  })

  test('a table cut in mid-line: every whole row, and the last one named', async () => {
    const { rows } = await readAll(real('incidents_portland_cfs/crimes_all_truncated.csv.gz'))
    expect(rows).toHaveLength(33_379)
    expect(rows.filter((row) => row.defect)).toEqual([rows.at(-1)])
    expect(rows.at(-1)?.fields.CATEGORY).toBe('OTHE')
  })

  test.each([
    ['test1', 264],
    ['gpxv1_0', 14],
    ['no_trk', 0],
    ['no_trkpt', 0],
    ['no_trkseg', 0],
    ['issue-13', 29],
  ])('GPX %s has %d points', async (name, count) => {
    const { rows, ...source } = await readAll(real(`gps_gpx_samples/${name}.gpx.gz`))
    expect(source).toMatchObject({ format: 'GPX', crs: { text: 'EPSG:4326', from: 'the format' } })
    expect(rows).toHaveLength(count)
    expect(rows.filter((row) => row.defect)).toEqual([])
  })

  test('real precincts, a bare collection of shapes, and metres in GeoJSON', async () => {
    const { rows } = await readAll(real('admin_dirty/mapshaper_clean/ex9_FranklinTwoPrecinctsDetail.json.gz'))
    expect(rows).toHaveLength(2)
    expect((await readAll(real('admin_dirty/mapshaper_clean/ex3.json.gz'))).rows).toHaveLength(3)
    // Britain's is in metres: RFC 7946 or not, these are no degrees.
    const britain = await readAll(real('admin_dirty/mapshaper_clean/ex8_britain.json.gz'))
    expect(britain.total).toBe(12)
    expect(britain.crs).toBeUndefined()
  })
})

const town = {
  type: 'FeatureCollection',
  features: [
    { code: '001', 名称: '澄霞镇东街网格', 户数: 120, ring: [120.1, 31.5] },
    { code: '002', 名称: '西街“老”网格', 户数: null, ring: [120.3, 31.5] },
  ].map(({ ring: [x = 0, y = 0], ...properties }) => ({
    type: 'Feature',
    properties,
    geometry: {
      type: 'Polygon',
      coordinates: [
        [
          [x, y],
          [x + 0.1, y],
          [x + 0.1, y + 0.1],
          [x, y],
        ],
      ],
    },
  })),
}

describe.skipIf(!has('ogr2ogr'))('files that GDAL wrote (ogr2ogr)', () => {
  const source = makeFile(join(folder, 'town.geojson'), JSON.stringify(town))
  const write = (name: string, ...options: string[]) => {
    const file = join(folder, name)
    execFileSync('ogr2ogr', ['-q', ...options, file, source])
    return file
  }
  const names = (rows: readonly { fields: Readonly<Record<string, unknown>> }[]) =>
    rows.map(({ fields }) => fields.名称)

  test.each([
    ['KML', 'town.kml', ['-f', 'KML']],
    ['KMZ', 'town.kmz', ['-f', 'LIBKML']],
    ['FlatGeobuf', 'town.fgb', ['-f', 'FlatGeobuf']],
    ['FlatGeobuf', 'town-plain.fgb', ['-f', 'FlatGeobuf', '-lco', 'SPATIAL_INDEX=NO']],
    ['GeoPackage', 'town.gpkg', ['-f', 'GPKG']],
    ['Shapefile', 'town.shp', ['-f', 'ESRI Shapefile', '-lco', 'ENCODING=UTF-8']],
    ['GML', 'town.gml', ['-f', 'GML']],
  ])('%s in %s: Chinese names, both areas, WGS 84 as the file says', async (format, name, options) => {
    const read = await readAll(write(name, ...options))
    expect(read).toMatchObject({ format, geometry: 'polygon', total: 2 })
    expect(read.crs?.text).toMatch(/^EPSG:4326$|WGS_1984/)
    expect(new Set(names(read.rows))).toEqual(new Set(['澄霞镇东街网格', '西街“老”网格']))
    const first = read.rows.find(({ fields }) => fields.code === '001')
    expect(JSON.stringify(first?.geometry)).toContain('[120.1,31.5')
  })

  test('a shapefile in GBK, whatever its .cpg says or when it has none', async () => {
    const shp = write('gbk.shp', '-f', 'ESRI Shapefile', '-lco', 'ENCODING=GBK', '-t_srs', 'EPSG:4547')
    const part = (ending: string) => readFileSync(shp.replace('.shp', ending))
    for (const [cpg, remarks] of [
      ['936', []],
      ['GB2312', []],
      ['ANSI 936', []],
      ['UTF-8', ['encoding']],
      [undefined, ['encoding']],
    ] as const) {
      const zip = await makeZip(join(folder, `gbk-${cpg}.zip`), {
        'a/网格.shp': part('.shp'),
        'a/网格.dbf': part('.dbf'),
        'a/网格.PRJ': part('.prj'),
        ...(cpg === undefined ? {} : { 'a/网格.cpg': cpg }),
      })
      const read = await readAll(zip)
      expect(read).toMatchObject({ encoding: 'gb18030', layers: ['网格'] })
      expect(read.crs?.text).toContain('CGCS2000')
      expect(read.remarks.map(({ kind }) => kind)).toEqual(remarks)
      expect(names(read.rows)).toEqual(['澄霞镇东街网格', '西街“老”网格'])
      expect(read.rows.map(({ fields }) => fields.户数)).toEqual([120, null])
    }
  })

  test('MapInfo TAB in a zip and AutoCAD DXF, through GDAL', async () => {
    const tab = write(
      'town.tab',
      '-f',
      'MapInfo File',
      '-lco',
      'ENCODING=CP936',
      '-sql',
      'select code, "名称" as mc from town',
    )
    const zip = await makeZip(
      join(folder, 'tab.zip'),
      Object.fromEntries(
        ['tab', 'dat', 'map', 'id'].map((end) => [`town.${end}`, readFileSync(tab.replace(/tab$/, end))]),
      ),
    )
    const read = await readAll(zip)
    expect(read).toMatchObject({ format: 'MapInfo File', geometry: 'polygon', total: 2 })
    expect(read.rows.map(({ fields }) => fields.mc)).toEqual(['澄霞镇东街网格', '西街“老”网格'])
    expect(
      await readAll(
        write('town.dxf', '-f', 'DXF', '-sql', 'select geometry from town', '-dialect', 'sqlite'),
      ),
    ).toMatchObject({ format: 'DXF', total: 2 })
  })

  test('several layers: the first with rows and a remark, or the one named', async () => {
    const file = write('layers.gpkg', '-f', 'GPKG', '-nln', 'empty', '-where', 'code is null')
    execFileSync('ogr2ogr', ['-q', '-update', '-nln', '网格', file, source])
    const read = await readAll(file)
    expect(read).toMatchObject({ layers: ['empty', '网格'], total: 2 })
    expect(read.remarks).toEqual([{ kind: 'layers', detail: 'Of 2 layers (empty, 网格) 网格 is read.' }])
    expect(await readAll(file, { layer: 'empty' })).toMatchObject({ total: 0, remarks: [] })
    await expect(readAll(file, { layer: 'none' })).rejects.toThrow(
      'holds no layer none; there are: empty, 网格.',
    )
  })
})

describe('workbooks', () => {
  const cell = (value: string | number | null, more: object = {}) =>
    value === null ? null : { value, ...more }
  test('a title, a merged column, a repeated name, dates and empty rows', async () => {
    const file = join(folder, 'cases.xlsx')
    const day = { value: new Date('2024-03-05T08:30:00Z'), type: Date, format: 'yyyy/mm/dd hh:mm' }
    await writeExcel([
      [cell('2024年事件台账', { columnSpan: 4 }), null, null, null],
      [cell('网格'), cell('数量'), cell('时间'), cell('网格')],
      [cell('东街', { rowSpan: 2 }), cell(3), day, cell('甲')],
      [null, cell(45356), null, cell('乙')],
      [null, null, null, null],
      [cell('西街'), cell(5), null, cell('１２ ')],
    ] as unknown as Parameters<typeof writeExcel>[0]).toFile(file)
    const { rows, columns, remarks } = await readAll(file)
    expect(columns).toEqual(['网格', '数量', '时间', '网格 (2)', '@index'])
    expect(
      rows.map(({ row, fields }) => [row, fields.网格, fields.数量, fields.时间, fields['网格 (2)']]),
    ).toEqual([
      [3, '东街', 3, '2024-03-05T08:30:00', '甲'],
      [4, '东街', 45356, null, '乙'],
      [6, '西街', 5, null, '１２ '],
    ])
    expect(remarks.map(({ kind }) => kind)).toEqual(['title-rows', 'repeated-column', 'merged-cells'])
    expect(remarks[2]?.detail).toContain('A3:A4')
  })

  test('a sheet by its name', async () => {
    const file = join(folder, 'sheets.xlsx')
    await writeExcel([
      {
        sheet: '说明',
        data: [
          [cell('读我'), cell('先')],
          [cell('a'), cell('b')],
        ],
      },
      {
        sheet: '点位',
        data: [
          [cell('编码'), cell('名称')],
          [cell('1'), cell('甲')],
          [cell('2'), cell('乙')],
        ],
      },
    ] as unknown as Parameters<typeof writeExcel>[0]).toFile(file)
    expect(await readAll(file)).toMatchObject({
      layers: ['说明', '点位'],
      total: 1,
      remarks: [{ kind: 'layers' }],
    })
    expect(await readAll(file, { layer: '点位' })).toMatchObject({ total: 2, remarks: [] })
    await expect(readAll(file, { layer: '其他' })).rejects.toThrow(
      'holds no sheet 其他; there are: 说明, 点位.',
    )
  })
})

describe('what is inside, not what it is called', () => {
  test('one file in a zip, and a name that lies', async () => {
    const csv = Buffer.from('b1e0c2eb2cc3fbb3c60a312cbcd70a', 'hex') // 编码,名称 / 1,甲 in GBK
    const zip = await makeZip(join(folder, 'one.zip'), { '表/点.txt': csv, '__MACOSX/x': 'x' })
    const read = await readAll(zip)
    expect(read).toMatchObject({ format: 'CSV', encoding: 'gb18030', columns: ['编码', '名称'] })
    expect(read.rows).toEqual([{ row: 2, fields: { 编码: '1', 名称: '甲' } }])
    expect(await readAll(makeFile(join(folder, 'map.csv'), JSON.stringify(town)))).toMatchObject({
      format: 'GeoJSON',
    })
  })

  test.each([
    [
      'two.zip',
      { 'a.csv': 'a,b\n', 'b.csv': 'a,b\n' },
      'holds 2 files (a.csv, b.csv …); give one of them alone.',
    ],
    ['doc.zip', { 'word/document.xml': '<a/>' }, 'is a document, not a table.'],
    ['empty.zip', {}, 'is an empty zip.'],
  ])('%s is refused', async (name, entries, sentence) => {
    await expect(readAll(await makeZip(join(folder, name), entries))).rejects.toThrow(sentence)
  })

  test.each([
    ['old.xls', Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'save it as .xlsx'],
    ['scan.pdf', '%PDF-1.7', 'is a picture or a PDF'],
    ['error.csv', '<!DOCTYPE html><html><body>404</body></html>', 'is a web page'],
    ['far.vrt', '<OGRVRTDataSource><OGRVRTLayer/></OGRVRTDataSource>', 'only points at data elsewhere'],
  ])('%s: %s', async (name, content, sentence) => {
    await expect(inspect(makeFile(join(folder, name), content))).rejects.toThrow(sentence)
  })

  test('an encoding that was asked for goes before the one that was seen', async () => {
    const file = makeFile(join(folder, 'big5.csv'), Buffer.from('a5572ca657ba730a312cb9440a', 'hex'))
    expect((await readAll(file, { encoding: 'big5' })).encoding).toBe('big5')
    await expect(readAll(file, { encoding: 'klingon' })).rejects.toThrow('There is no encoding klingon')
  })

  test('rows are read twice, and are gone when closed', async () => {
    const source = await openSource(
      await inspect(makeFile(join(folder, 'twice.json'), '[{"a":"\u2028x"},{"a":2}]')),
    )
    for (let turn = 0; turn < 2; turn += 1) {
      const rows = []
      for await (const row of source.rows()) rows.push(row.fields)
      expect(rows).toEqual([
        { a: '\u2028x', '@index': 0 },
        { a: 2, '@index': 1 },
      ])
    }
    source.close()
    await expect(source.rows()[Symbol.asyncIterator]().next()).rejects.toThrow('ENOENT')
  })
})
