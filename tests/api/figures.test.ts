import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Figure, FigureLook, FigureSource } from '../../api/contract/figures.ts'
import type { Db } from '../../api/db/connect.ts'
import { listFigures, upsertFigures } from '../../api/walls/queries.ts'
import { undoImport } from '../../gis-data/undo.ts'
import { databases } from '../setup/database.ts'
import { openTown, seedTown, until } from '../setup/town.ts'
import { counts, importer, reasons } from './import-town.ts'

// A town's own numbers for its walls, from the tables it has.

describe.each(databases)('figures on $name', ({ open }) => {
  let db: Db
  let imports: ReturnType<typeof importer>
  beforeAll(async () => {
    db = await open()
    await seedTown(db)
    imports = importer(db)
  })
  afterAll(() => db.close())
  const head = '模块,栏目,名称,年份,数值,单位,目标,备注\n'

  it('come by module, group, name and period, in the order of the table, and a newer table brings the newer value', async () => {
    const file = imports.file(
      'a.csv',
      `${head}经济发展,产值,工业,2024,41.5,亿元,42,\n经济发展,产值,工业,2025,44,亿元,45,\n党建引领,荣誉,集体,,,,,先进基层党组织\n`,
    )
    expect(counts(await imports.run('figures', file))).toMatchObject({ taken: 3, refused: 0 })
    const newer = imports.file('b.csv', `${head}经济发展,产值,工业,2025,44.8,亿元,45,\n`)
    const second = await imports.run('figures', newer, '--source-name', '统计站')
    const [output, honours] = await listFigures(db)
    expect(output).toMatchObject({ module: 'economy', group: '产值', source: '统计站' })
    expect(output?.rows).toEqual([
      { name: '工业', period: '2024', value: 41.5, text: '', unit: '亿元', target: 42 },
      { name: '工业', period: '2025', value: 44.8, text: '', unit: '亿元', target: 45 },
    ])
    expect(honours?.rows[0]).toMatchObject({ value: null, text: '先进基层党组织' })
    const undone = { by: 'test', now: new Date(), dataFolder: imports.folder }
    expect(await undoImport(db, second.importId ?? 0, undone)).toMatchObject({ restored: 1 })
    expect((await listFigures(db))[0]?.rows[1]?.value).toBe(44)
  })

  it('come as JSON as well, and say what is wrong with a row', async () => {
    const file = imports.file(
      'c.json',
      JSON.stringify([
        { module: 'approval', group: '受理', name: '社保', value: 12, unit: '件' },
        { module: 'circus', group: '受理', name: '民政', value: 3 },
        { module: 'approval', group: '受理', name: '不动产', value: '十二' },
        { module: 'approval', group: '受理', name: '公积金' },
      ]),
    )
    const result = await imports.run('figures', file, '--skip', 'all')
    expect(counts(result)).toMatchObject({ taken: 1, refused: 3 })
    expect(reasons(result)).toEqual([
      '2 circus is none of the six modules',
      expect.stringContaining('“十二” is no number'),
      '4 there is neither a value nor words',
    ])
  })
})

describe.each(databases)('figures asked for on $name', ({ open }) => {
  it('come from an address by a declared mapping, again and again; what is wrong is said and changes nothing', async () => {
    const town = await openTown(open)
    let says: unknown = {
      data: {
        items: [
          { 指标: '受理', 数: '128', 月: 202611 },
          { 指标: '办结', 数: 120, 月: 202611 },
        ],
      },
    }
    const bureau = createServer((_, answer) => answer.end(JSON.stringify(says)))
    await new Promise<void>((resolve) => bureau.listen(0, '127.0.0.1', resolve))
    const { port } = bureau.address() as AddressInfo
    const admin = await town.as('admin')
    const save = (name: string) =>
      admin('POST', '/api/figure-sources', {
        name,
        url: `http://127.0.0.1:${port}/`,
        mapping: {
          rows: 'data.items',
          module: { is: 'approval' },
          group: { is: '政务窗口' },
          name: '指标',
          value: '数',
          period: '月',
          unit: { is: '件' },
        },
        everyMinutes: 60,
      })
    const sources = async () =>
      (
        (await (await admin('GET', '/api/figure-sources')).json()) as {
          sources: { taken: number | null; problem: string }[]
        }
      ).sources
    expect((await save('政务服务中心')).status).toBe(201)
    expect((await save('政务服务中心')).status).toBe(409)
    await until('the first answer', async () => (await sources())[0]?.taken === 2, 10_000)
    const kept = await listFigures(town.running.db)
    expect(kept[0]).toMatchObject({ module: 'approval', group: '政务窗口', source: '政务服务中心' })
    expect(kept[0]?.rows[0]).toEqual({
      name: '受理',
      period: '202611',
      value: 128,
      text: '',
      unit: '件',
      target: null,
    })
    says = {
      data: {
        items: [
          { 指标: '受理', 数: 999 },
          { 指标: '办结', 数: 'many' },
        ],
      },
    }
    expect((await save('第二个')).status).toBe(201)
    await until(
      'the complaint',
      async () => (await sources()).some(({ problem }) => problem.startsWith('Row 2: value')),
      10_000,
    )
    expect(await listFigures(town.running.db)).toEqual(kept)
    bureau.close()
    await town.close()
  })

  it('are looked at before they are taken, asked at once, changed, and go with their address when they are to', async () => {
    const town = await openTown(open)
    let says: unknown = {
      code: 0,
      data: {
        items: [
          { 指标: { 名: '受理' }, 数: '128', 期: '2026-11' },
          { 指标: { 名: '办结' }, 数: 120, 期: '2026-11' },
        ],
        others: [{ a: 1 }],
      },
    }
    const bureau = createServer((_, answer) =>
      answer.end(typeof says === 'string' ? says : JSON.stringify(says)),
    )
    await new Promise<void>((resolve) => bureau.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(bureau.address() as AddressInfo).port}/`
    const admin = await town.as('admin')
    const ask = async <T>(method: string, path: string, body?: unknown) => {
      const answer = await admin(method, path, body)
      const text = await answer.text()
      return { status: answer.status, body: (text ? JSON.parse(text) : null) as T & { detail: string } }
    }
    const look = (body: object) => ask<FigureLook>('POST', '/api/figure-sources/look', { url, ...body })
    const { body: first } = await look({})
    expect(first).toMatchObject({
      lists: [
        { rows: 'data.items', count: 2 },
        { rows: 'data.others', count: 1 },
      ],
      rows: 'data.items',
      keys: [
        { key: '指标.名', example: '受理' },
        { key: '数', example: '128' },
        { key: '期', example: '2026-11' },
      ],
      taken: null,
      problem: '',
    })
    const mapping = {
      rows: 'data.items',
      module: { is: 'approval' },
      group: { is: '政务窗口' },
      name: '指标.名',
      value: '数',
      period: '期',
    }
    expect((await look({ mapping })).body).toMatchObject({
      taken: 2,
      figures: [{ name: '受理', value: 128 }, { name: '办结' }],
    })
    expect((await look({ mapping: { ...mapping, value: '期' } })).body).toMatchObject({
      taken: null,
      problem: expect.stringMatching(/^Row 1: value/) as string,
    })
    const brought = async () => (await ask<{ figures: Figure[] }>('GET', '/api/figures')).body.figures
    expect(await brought()).toEqual([])

    const source = { name: '窗口', url, mapping, everyMinutes: 60 }
    const { body: made } = await ask<FigureSource>('POST', '/api/figure-sources', source)
    await ask('POST', '/api/figure-sources', { ...source, name: '另一个' })
    await until('the first answer', async () => (await brought()).length === 2, 10_000)
    says = 'closed for today'
    const failed = await ask<FigureSource>('POST', `/api/figure-sources/${made.id}/ask`)
    expect(failed).toMatchObject({ status: 200, body: { problem: 'Its answer is not JSON.', taken: 2 } })
    // An hour from now, however it went.
    expect(Math.abs(Date.parse(failed.body.nextAt ?? '') - Date.now() - 3_600_000)).toBeLessThan(20_000)
    expect((await look({})).body.detail).toBe('Its answer is not JSON.')
    says = { data: { items: [{ 指标: { 名: '受理' }, 数: 7, 期: '2026-12' }] } }
    const path = `/api/figure-sources/${made.id}`
    // A table of the same name stays what it is when the address is called otherwise, and when it goes with all it brought.
    const table = { module: 'party' as const, group: '党员', name: '党员数', period: '', value: 7, words: '' }
    await upsertFigures(town.running.db, [
      { ...table, key: 'own', unit: '', target: null, source: '窗口', asOf: new Date() },
    ])
    const own = async () => (await brought()).find(({ group }) => group === '党员')
    expect(await own()).toMatchObject({ source: '窗口', sourceId: null })
    expect((await ask('PUT', path, { ...source, name: '另一个' })).status).toBe(409)
    expect((await ask('PUT', '/api/figure-sources/99999', { ...source, name: '第三个' })).status).toBe(404)
    expect((await ask('PUT', path, { ...source, name: '大厅窗口', everyMinutes: 5 })).status).toBe(200)
    await until('the new figure', async () => (await brought()).length === 4, 10_000)
    expect(new Set((await brought()).map(({ source }) => source))).toContain('大厅窗口')
    expect((await ask('DELETE', `${path}?figures=go`)).status).toBe(204)
    expect((await brought()).filter(({ source }) => source === '大厅窗口')).toEqual([])
    expect(await own()).toMatchObject({ source: '窗口', sourceId: null })
    expect((await ask('POST', `${path}/ask`)).status).toBe(404)
    bureau.close()
    await town.close()
  })
})
