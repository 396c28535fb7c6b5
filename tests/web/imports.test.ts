import { describe, expect, it } from 'vitest'
import { findingKinds, fixableKinds } from '../../api/contract/import-kinds.ts'
import type { InspectedFile } from '../../api/contract/imports.ts'
import { suggestColumns } from '../../gis-data/suggest.ts'
import { createClock } from '../../gis-data/values/times.ts'
import { spanOf } from '../../web/exports/span.ts'
import { decisionsOf, fixAll, refuses, undecided } from '../../web/imports/decisions.ts'
import { draftFor, fieldRows, keptColumns, missing, nounsFor, optionsOf } from '../../web/imports/draft.ts'
import { refusedFiles } from '../../web/imports/files.ts'
import { outside } from '../../web/imports/outside.ts'
import { sayingOf } from '../../web/imports/said.ts'
import { evidence, fileSize, proposalText, reasonText, translate } from '../../web/imports/speak.ts'
import { manageEn } from '../../web/locales/manage-en.ts'
import { manageZh } from '../../web/locales/manage-zh.ts'
import { pageAt, pagesFor } from '../../web/pages/manage-pages.ts'

const words = manageZh.imports
const table: InspectedFile = {
  format: 'CSV',
  gzipped: false,
  encoding: 'gb18030',
  rows: null,
  geometry: 'none',
  columns: ['编号', '名称', '经度', '纬度', '备注'],
  layers: [],
  layer: null,
  crs: null,
  guesses: [{ crs: 'gcj02', name: 'GCJ-02', share: 1, medianMeters: 0, evidence: '', swapped: false }],
  remarks: [],
  sample: [
    { row: 2, cells: ['A1', '东门', '120.4', '31.7', ''] },
    { row: 3, cells: ['A2', '东门', '120.5', '31.8', '旧'] },
  ],
  suggested: {
    points: {
      code: { column: '编号', why: 'name' },
      name: { column: '名称', why: 'name' },
      lng: { column: '经度', why: 'values' },
    },
  },
  likely: 'points',
  remembered: null,
  seenAt: null,
}
const edges: InspectedFile = {
  ...table,
  columns: ['u', 'v', 'min', 'rest'],
  suggested: suggestColumns(['u', 'v', 'min', 'rest'], [], {
    near: null,
    clock: createClock('Asia/Shanghai', new Date()),
  }),
  likely: 'roads',
}
const begun = (inspected: InspectedFile) => draftFor(inspected, inspected.likely, { file: '点位.csv' })

describe('the draft of an import', () => {
  it('begins with what is suggested: columns, the likeliest system, the encoding', () => {
    expect(begun(table)).toMatchObject({
      map: { code: '编号', name: '名称', lng: '经度' },
      crs: 'gcj02',
      encoding: 'gb18030',
      sourceName: '点位',
    })
    expect(begun({ ...table, crs: { text: 'EPSG:4490', from: '.prj', name: 'CGCS2000' } }).crs).toBe('')
  })
  it('says what is missing until it is said', () => {
    const draft = begun(table)
    expect(missing(draft, table)).toEqual(['lat', 'system'])
    const said = { ...draft, map: { ...draft.map, lat: '纬度' }, system: 'video' }
    expect(missing(said, table)).toEqual([])
  })
  it('asks no column for a place where the file has shapes', () => {
    const shapes: InspectedFile = { ...table, geometry: 'point' }
    expect(fieldRows(begun(shapes), shapes).map(({ field }) => field)).not.toContain('lng')
  })
  it('shows why a column was taken, its values, and which cannot be left out', () => {
    const [code, name, lng] = fieldRows(begun(table), table)
    expect(code).toMatchObject({ why: 'name', fixed: true, samples: ['A1', 'A2'], needed: true })
    expect(name?.samples).toEqual(['东门'])
    expect(lng).toMatchObject({ why: 'values', fixed: false })
  })
  it('takes up how such a file was read last time, but for columns that are gone', () => {
    const last = { ...begun(table), map: { code: '名称', name: '旧名称' }, system: 'video' }
    const draft = begun({ ...table, remembered: last })
    expect(draft).toMatchObject({ map: { code: '名称' }, system: 'video' })
    expect(draft.map.name).toBeUndefined()
    expect(fieldRows(draft, { ...table, remembered: last })[0]?.why).toBe('last-time')
  })
  it('keeps what no field takes, and sends nothing that is empty', () => {
    const draft = { ...begun(table), system: '', map: { code: '编号', name: '名称', address: '' } }
    expect(keptColumns(draft, table)).toEqual(['经度', '纬度', '备注'])
    expect(optionsOf(draft, table)).toMatchObject({ map: { code: '编号', name: '名称' }, codePrefix: '' })
    expect(optionsOf(draft, table)).not.toHaveProperty('system')
  })
  it('offers only what the file can hold', () => {
    expect(nounsFor(table)).toEqual(['points', 'incidents', 'officers', 'track', 'figures'])
    expect(nounsFor({ ...table, geometry: 'polygon' })[0]).toBe('grids')
    expect(nounsFor({ ...table, format: 'OpenStreetMap PBF' })).toEqual(['roads', 'basemap'])
    expect(nounsFor({ ...table, geometry: 'line' })).toEqual([
      'points',
      'incidents',
      'officers',
      'track',
      'roads',
    ])
    expect(nounsFor(edges)).toContain('roads')
    const from = { column: 'u', why: 'name' as const }
    expect(nounsFor({ ...edges, suggested: { roads: { from } } })).not.toContain('roads')
    const osm: InspectedFile = { ...table, format: 'OpenStreetMap PBF', columns: [], suggested: {} }
    expect(fieldRows(draftFor(osm, 'roads', { file: 'a.pbf' }), osm)).toEqual([])
  })
  it('leaves a time of roads to its name, so that its unit is checked, until somebody says otherwise', () => {
    const draft = begun(edges)
    expect(optionsOf(draft, edges).map).toEqual({ from: 'u', to: 'v' })
    const times = (of: typeof draft) =>
      fieldRows(of, edges).filter(({ field }) => field === 'minutes' || field === 'seconds')
    expect(times(draft)).toMatchObject([{ column: 'min', why: 'name', fixed: true }, { column: '' }])
    const said = { ...draft, map: { ...draft.map, seconds: 'min' } }
    expect(optionsOf(said, edges).map).toEqual({ from: 'u', to: 'v', seconds: 'min' })
    expect(times(said)).toMatchObject([{ column: '' }, { column: 'min' }])
    expect(begun({ ...edges, remembered: said }).map).toEqual({ from: 'u', to: 'v' })
    const other = { ...said, map: { ...draft.map, seconds: 'rest' } }
    expect(begun({ ...edges, remembered: other }).map.seconds).toBe('rest')
    expect([missing(draft, edges), keptColumns(draft, edges)]).toEqual([[], []])
  })
})

describe('the decisions', () => {
  const kinds = [
    { kind: 'padded' as const, rows: 2, fixable: 2, examples: [] },
    { kind: 'self-crossing' as const, rows: 3, fixable: 2, examples: [] },
    { kind: 'empty' as const, rows: 1, fixable: 0, examples: [] },
  ]
  it('are all open at first, and the shortcut takes only what can be put right for every row', () => {
    expect(undecided(kinds, {})).toEqual(['padded', 'self-crossing', 'empty'])
    expect(fixAll(kinds, {})).toEqual({ padded: 'fix' })
    expect(fixAll(kinds, { padded: 'skip' })).toEqual({ padded: 'skip' })
  })
  it('are sent for the kinds that were met; a refusal is none', () => {
    const choices = { padded: 'fix', empty: 'refuse', swapped: 'fix' } as const
    expect(decisionsOf(kinds, choices)).toEqual({ padded: 'fix' })
    expect(refuses(kinds, choices)).toBe(true)
  })
})

describe('files before they are sent', () => {
  it('are refused with a reason when they are only parts, empty or too large', () => {
    const files = ['a.shp', 'a.dbf', 'b.csv', 'c.csv', 'd.zip'].map((name, i) => ({
      name,
      size: [5, 5, 0, 5, 5e9][i] ?? 0,
    }))
    expect(refusedFiles(files)).toEqual({
      taken: [{ name: 'c.csv', size: 5 }],
      refused: [
        { why: 'parts', names: 'a.shp、a.dbf' },
        { why: 'tooLarge', names: 'd.zip' },
        { why: 'empty', names: 'b.csv' },
      ],
    })
    expect(refusedFiles([{ name: 'table.dbf', size: 5 }]).taken).toHaveLength(1)
  })
})

describe('what the page says', () => {
  type Words = { [key: string]: unknown }
  const places = (one: Words, at = ''): string[] =>
    Object.entries(one).flatMap(([key, value]) =>
      typeof value === 'object' && value !== null ? places(value as Words, `${at}${key}.`) : [`${at}${key}`],
    )
  it('is there in both languages', () => expect(places(manageEn)).toEqual(places(manageZh)))
  it('has a name and a meaning for every kind of finding, and a fix for each that can be fixed', () => {
    for (const kind of findingKinds) expect(words.kinds[kind] && words.meanings[kind]).toBeTruthy()
    for (const kind of fixableKinds) expect(words.fixes[kind]).toBeTruthy()
  })
  it('puts known sentences of the server into Chinese and leaves others alone', () => {
    expect(translate('x.csv holds no rows.', words).text).toContain('没有数据行')
    expect(
      sayingOf('No column looks like lng or lat. Name it with --map lng=<column>; there are: a.'),
    ).toEqual({
      saying: 'noColumn',
      word: 'lng or lat',
    })
    const times = 'The times in t would mean about 600 km/h: say what they are with --map minutes=<column>.'
    expect(sayingOf(times)).toEqual({ saying: 'timeUnit', word: 't' })
    expect(translate('Quite another thing.', words)).toEqual({ text: 'Quite another thing.', own: false })
  })
  it('shows proposals as people read them', () => {
    const of = (kind: 'serial-date' | 'swapped' | 'padded', field: string, proposal?: string) =>
      proposalText({ kind, field, proposal }, words, 'Asia/Shanghai')
    expect(of('serial-date', 'time', '2016-08-01T05:00:00.000Z')).toBe('2016-08-01 13:00')
    expect(of('swapped', 'geometry', 'north and east exchanged')).toBe(words.fixes.swapped)
    expect(of('padded', 'name', '东门')).toBe('东门')
    expect(of('padded', 'name')).toBeNull()
    expect(reasonText('the polygon is not valid: Self-intersection[116.6 40.05]', words)).toContain(
      '116.6, 40.05',
    )
  })
  it('tells where a guess would put the places', () => {
    const guess = (share: number, medianMeters: number) =>
      evidence({ crs: '', name: '', share, medianMeters, evidence: '', swapped: false }, words, true)
    expect([guess(1, 0), guess(0.6, 0), guess(0, 543), guess(0, 1_152_000)]).toEqual([
      '全部落在本镇网格内',
      '60% 落在本镇网格内',
      '在本镇以外约 540 m',
      '在本镇以外约 1,152 km',
    ])
  })
  it('writes sizes in three digits', () =>
    expect([0, 940, 12_423, 4e9].map(fileSize)).toEqual(['0 B', '940 B', '12.4 kB', '4.0 GB']))
})

describe('the preview', () => {
  it('counts the places that lie outside the town', () => {
    const feature = (coordinates: unknown) => ({
      type: 'Feature' as const,
      properties: { row: 1, key: '', kinds: '' },
      geometry: { type: 'x', coordinates },
    })
    const features = [feature([120.4, 31.7]), feature([[[-74, 40.7]]]), { ...feature(null), geometry: null }]
    const preview = { rows: [], columns: [], total: 3, shown: 3 }
    const all = { ...preview, features: { type: 'FeatureCollection' as const, features } }
    expect(outside(all, [120, 31, 121, 32])).toEqual({ outside: 1, all: 2 })
  })
})

describe('the addresses of the manage page', () => {
  it('lead to pages of the role, and to what stands behind them', () => {
    expect(pageAt('/manage/import/17', 'admin')).toMatchObject({ page: { title: 'import' }, rest: '17' })
    expect(pageAt('/manage/', 'admin')?.page.title).toBe('import')
    expect(pageAt('/manage', 'leader')?.page.title).toBe('export')
    expect([pageAt('/manage/import', 'leader'), pageAt('/manage/nothing', 'admin')]).toEqual([null, null])
    expect(pageAt('/manage/importer', 'admin')).toBeNull()
    expect(pagesFor('screen')).toEqual([])
  })
})

describe('the days of an export', () => {
  it('are whole days of the town, also far from Greenwich', () => {
    expect(spanOf('2026-11-01', '2026-11-02', 'Asia/Shanghai')).toEqual({
      from: '2026-10-31T16:00:00.000Z',
      to: '2026-11-02T15:59:59.999Z',
    })
    expect(spanOf('2026-07-01', '', 'Pacific/Auckland')).toEqual({
      from: '2026-06-30T12:00:00.000Z',
      to: undefined,
    })
    expect(spanOf('2026-07-01', '', 'Pacific/Kiritimati').from).toBe('2026-06-30T10:00:00.000Z')
  })
})
