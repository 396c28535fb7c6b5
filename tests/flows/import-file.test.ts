import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ImportJob, ImportPreview, ImportRecord } from '../../api/contract/imports.ts'
import { databases } from '../setup/database.ts'
import { type Caller, openTown, type TestTown, until } from '../setup/town.ts'

// A table from the old system, dropped onto the manage page: recognised, mapped, checked, decided, written, taken back.

const table = [
  '点位编号,点位名称,经度,纬度,备注',
  'K1, 东门口 ,120.401,31.701,老',
  'K2,西门口,120.402,31.702,',
  'K3,南门口,31.703,120.403,',
  'K4,,120.404,31.704,',
].join('\r\n')
// TextEncoder writes UTF-8 only; iconv is on every Linux.
const gbk = execFileSync('iconv', ['-f', 'UTF-8', '-t', 'GBK'], { input: table })

describe.each(databases)('a file on its way in, on $name', ({ open }) => {
  let town: TestTown
  let admin: Caller
  let id = 0
  beforeAll(async () => {
    town = await openTown(open)
    admin = await town.as('admin')
  })
  afterAll(() => town?.close())

  const job = async () => (await (await admin('GET', `/api/imports/jobs/${id}`)).json()) as ImportJob
  const reached = (stage: ImportJob['stage']) =>
    until(
      stage,
      async () => {
        const now = await job()
        if (now.problem) throw new Error(now.problem)
        return now.stage === stage && now
      },
      20_000,
    )
  const send = (offset: number, bytes: Uint8Array) =>
    admin('PUT', `/api/imports/jobs/${id}/content?offset=${offset}`, bytes, {
      'content-type': 'application/octet-stream',
    })

  test('it arrives in pieces, and goes on where it stopped', async () => {
    const made = await admin('POST', '/api/imports/jobs', { file: '点位表.csv', size: gbk.byteLength })
    expect(made.status).toBe(201)
    id = ((await made.json()) as ImportJob).id
    expect(await (await send(0, gbk.subarray(0, 40))).json()).toMatchObject({
      received: 40,
      stage: 'uploading',
    })
    const again = await send(0, gbk.subarray(0, 40))
    expect([again.status, ((await again.json()) as { detail: string }).detail]).toEqual([
      409,
      'The next byte expected is 40, not 0.',
    ])
    expect((await send(40, gbk)).status).toBe(422)
    expect((await send(40, gbk.subarray(40))).status).toBe(200)
  })

  test('what it is, is recognised: format, encoding, columns, and what they mean', async () => {
    const { inspected } = await reached('recognised')
    expect(inspected).toMatchObject({
      format: 'CSV',
      encoding: 'gb18030',
      columns: ['点位编号', '点位名称', '经度', '纬度', '备注'],
      likely: 'points',
      remembered: null,
    })
    expect(inspected?.sample[1]?.cells).toEqual(['K2', '西门口', '120.402', '31.702', ''])
    expect(inspected?.suggested.points).toMatchObject({
      name: { column: '点位名称', why: 'name' },
      lng: { column: '经度', why: 'name' },
    })
    expect(inspected?.guesses[0]?.crs).toBe('wgs84')
  })

  test('it is checked without writing anything: kinds, table and map', async () => {
    const options = { what: 'points', map: { code: '点位编号', name: '点位名称' }, system: 'video' }
    expect((await admin('POST', `/api/imports/jobs/${id}/check`, options)).status).toBe(200)
    const { checked } = await reached('checked')
    expect(checked).toMatchObject({ rows: 4, sound: 1 })
    expect(checked?.kinds.map(({ kind, rows, fixable }) => [kind, rows, fixable]).sort()).toEqual([
      ['empty', 1, 0],
      ['padded', 1, 1],
      ['swapped', 1, 1],
    ])
    const preview = (await (await admin('GET', `/api/imports/jobs/${id}/preview`)).json()) as ImportPreview
    expect(preview.rows.map(({ row, findings }) => [row, findings.map(({ kind }) => kind)])).toEqual([
      [2, ['padded']],
      [3, []],
      [4, ['swapped']],
      [5, ['empty']],
    ])
    expect(preview.features.features[2]).toMatchObject({
      geometry: { coordinates: [120.403, 31.703] },
      properties: { kinds: 'swapped' },
    })
    expect(await points()).toBe(2)
  })

  test('nothing is written until each kind is decided; then it is, and the report says how', async () => {
    const open = await admin('POST', `/api/imports/jobs/${id}/write`, { decisions: { padded: 'fix' } })
    expect(open.status).toBe(422)
    expect(((await open.json()) as { detail: string }).detail).toBe(
      'Decide first what is to happen with: swapped, empty.',
    )
    const decisions = { padded: 'fix', swapped: 'fix', empty: 'skip' }
    expect((await admin('POST', `/api/imports/jobs/${id}/write`, { decisions })).status).toBe(200)
    const done = await reached('done')
    expect(done.counts).toEqual({ taken: 3, unchanged: 0, refused: 1 })
    expect(await points()).toBe(5)
    const report = await (await admin('GET', `/api/imports/${done.importId}/report`)).text()
    expect(report).toContain('2,K1,taken,“ 东门口 ” has blanks at its edges: taken as 东门口')
    expect(report).toContain('5,K4,refused,the name is empty')
    const { imports } = (await (await admin('GET', '/api/imports')).json()) as { imports: ImportRecord[] }
    expect(imports[0]).toMatchObject({
      file: '点位表.csv',
      by: 'admin',
      taken: 3,
      refused: 1,
      undoneAt: null,
    })
  })

  test('a file of the same shape is read the same way next time, and one seen before is said to be', async () => {
    const before = id
    const made = await admin('POST', '/api/imports/jobs', { file: 'again.csv', size: gbk.byteLength })
    id = ((await made.json()) as ImportJob).id
    await send(0, gbk)
    const { inspected } = await reached('recognised')
    expect(inspected?.remembered).toMatchObject({
      what: 'points',
      system: 'video',
      map: { code: '点位编号' },
    })
    expect(inspected?.seenAt).not.toBeNull()
    expect(await (await admin('POST', `/api/imports/jobs/${id}/cancel`)).json()).toMatchObject({
      stage: 'cancelled',
    })
    expect((await admin('DELETE', `/api/imports/jobs/${id}`)).status).toBe(204)
    expect((await admin('GET', `/api/imports/jobs/${id}`)).status).toBe(404)
    id = before
  })

  test('it is taken back as a whole, once', async () => {
    const { importId } = await job()
    expect(await (await admin('POST', `/api/imports/${importId}/undo`)).json()).toEqual({
      importId,
      removed: 3,
      restored: 0,
      kept: 0,
    })
    expect(await points()).toBe(2)
    expect((await admin('POST', `/api/imports/${importId}/undo`)).status).toBe(409)
  })

  test('a file that is nothing we read ends in a sentence, and the server goes on', async () => {
    const bytes = Buffer.from('{"type": "FeatureCollection", "features": [')
    const made = await admin('POST', '/api/imports/jobs', { file: 'x.geojson', size: bytes.byteLength })
    id = ((await made.json()) as ImportJob).id
    await send(0, bytes)
    const failed = await until('failed', async () => {
      const now = await job()
      return now.stage === 'failed' && now
    })
    expect(failed.problem).toContain('is not readable JSON')
    expect((await admin('GET', '/api/ready')).status).toBe(200)
  })

  test('only an administrator of the whole town imports', async () => {
    for (const name of ['dispatcher', 'leader', 'officer', 'member', 'screen'])
      expect((await (await town.as(name))('GET', '/api/imports/jobs')).status).toBe(403)
  })

  const points = async () =>
    ((await (await admin('GET', '/api/points')).json()) as { points: unknown[] }).points.length
})
