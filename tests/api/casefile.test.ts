import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { inflateSync } from 'node:zlib'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stagesOf } from '../../api/casefile/stages.ts'
import type { Incident, IncidentDetail } from '../../api/contract/incident.ts'
import type { Medium } from '../../api/contract/media.ts'
import { databases } from '../setup/database.ts'
import { openTown, south, type TestTown, until, west } from '../setup/town.ts'
import { photo } from './media-files.ts'
import { unzip } from './unzip.ts'

/** The text of a PDF, read back through each font's ToUnicode. */
function textOf(pdf: Buffer): string {
  const source = pdf.toString('latin1')
  const objects = new Map<string, string>()
  for (const [, id = '', body = ''] of source.matchAll(/(\d+) 0 obj\n([\s\S]*?)\nendobj/g))
    objects.set(id, body)
  const stream = (id: string) => {
    const body = objects.get(id) ?? ''
    const start = body.indexOf('stream\n') + 7
    const raw = Buffer.from(body.slice(start, body.lastIndexOf('\nendstream')), 'latin1')
    return body.includes('FlateDecode') ? inflateSync(raw).toString('latin1') : raw.toString('latin1')
  }
  const maps = new Map<string, Map<string, string>>()
  for (const body of objects.values()) {
    for (const [, name = '', id = ''] of body.matchAll(/\/(F\d+) (\d+) 0 R/g)) {
      const unicode = /\/ToUnicode (\d+) 0 R/.exec(objects.get(id) ?? '')?.[1]
      if (!unicode || maps.has(name)) continue
      const glyphs = new Map<string, string>()
      for (const [, first = '', list = ''] of stream(unicode).matchAll(/<(\w{4})> <\w{4}> \[([^\]]*)\]/g))
        for (const [i, [, hex = '']] of [...list.matchAll(/<([\w ]+)>/g)].entries())
          glyphs.set(
            (Number.parseInt(first, 16) + i).toString(16).padStart(4, '0'),
            String.fromCharCode(
              ...(hex.replaceAll(' ', '').match(/.{4}/g) ?? []).map((one) => Number.parseInt(one, 16)),
            ),
          )
      maps.set(name, glyphs)
    }
  }
  let text = ''
  for (const [id, body] of objects) {
    if (!body.includes('stream\n') || /\/(Subtype|Length1|Type)\b/.test(body.split('stream\n')[0] ?? ''))
      continue
    let font = new Map<string, string>()
    for (const [, name, shown = ''] of stream(id).matchAll(/\/(F\d+) [\d.]+ Tf|\[([^\]]*)\] TJ/g)) {
      if (name) font = maps.get(name) ?? new Map()
      for (const [, hex = ''] of shown.matchAll(/<(\w+)>/g))
        for (const glyph of hex.match(/.{4}/g) ?? []) text += font.get(glyph.toLowerCase()) ?? ''
    }
  }
  return text
}

/** What this process has open. */
const openFiles = () =>
  readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)]
    } catch {
      return []
    }
  })

const hour = 3_600_000

describe('the clocks of a timeline', () => {
  const told = (at: number, state: string, stageAt: number | null, dueAt: number | null, part = 0) => ({
    seq: at,
    event: 'x',
    at: new Date(at * hour).toISOString(),
    incidentId: 1,
    actorName: '',
    actorRole: '',
    path: [],
    data: {
      incident: {
        state,
        stageAt: stageAt === null ? null : new Date(stageAt * hour).toISOString(),
        dueAt: dueAt === null ? null : new Date(dueAt * hour).toISOString(),
        part,
      },
    },
  })
  it('begin, are moved, stand, go on, and end late or in time', () => {
    const records = stagesOf(
      [
        told(0, 'reported', 0, 2),
        told(1, 'filed', 1, 3),
        told(4, 'dispatched', 4, 10),
        told(5, 'handling', 4, 10),
        told(6, 'suspended', 4, 10),
        told(8, 'handling', 4, 12),
        told(11, 'handled', 11, 20),
      ],
      new Date(23 * hour),
    )
    expect(
      records.map(({ stage, dueAt, doneAt, lateMs }) => [
        stage,
        Date.parse(dueAt) / hour,
        doneAt !== null,
        lateMs / hour,
      ]),
    ).toEqual([
      ['file', 2, true, 0],
      ['dispatch', 3, true, 1],
      ['handle', 12, true, 0],
      ['check', 20, false, 3],
    ])
  })
  it('tell nothing of imported history', () => {
    expect(stagesOf([{ ...told(0, 'x', 0, 1), data: { imported: true } }], new Date())).toEqual([])
  })
})

describe.each(databases)('the case file on $name', ({ open }) => {
  let town: TestTown
  const start = Date.parse('2026-11-20T09:00:00+08:00')
  let now = start
  let id = 0
  let number = ''
  let media: Medium[] = []
  const folder = mkdtempSync(join(tmpdir(), 'xiake-case-'))

  const send = async <T>(who: string, method: string, path: string, body?: unknown) => {
    const answer = await (await town.as(who))(method, path, body)
    const data = (await answer.json()) as T
    expect([path, answer.status, answer.ok ? '' : data]).toEqual([path, answer.status, ''])
    return data
  }
  const move = (who: string, on: number, action: string, more: object = {}) =>
    send<Incident>(who, 'POST', `/api/incidents/${on}/transitions`, { action, ...more })
  const upload = async (who: string, bytes: Buffer, moment: string) => {
    const { id: medium } = await send<Medium>(who, 'POST', '/api/media', {
      kind: 'photo',
      moment,
      bytes: bytes.length,
      key: createHash('sha256').update(bytes).update(moment).digest('hex').slice(0, 40),
      name: '../../etc/传真.jpg',
    })
    const caller = await town.as(who)
    const sent = await caller('PUT', `/api/media/${medium}/content?offset=0`, new Uint8Array(bytes), {
      'content-type': 'application/octet-stream',
    })
    expect(sent.status).toBe(200)
    return medium
  }
  const fetchFile = async (who: string, path: string) => {
    const answer = await (await town.as(who))('GET', path)
    return { status: answer.status, headers: answer.headers, bytes: Buffer.from(await answer.arrayBuffer()) }
  }

  beforeAll(async () => {
    town = await openTown(open, () => new Date(now))
    const { db } = town.running
    await db.query(
      `insert into road_nodes (id, geom) values (1, st_setsrid(st_makepoint($1, $2), 4326)), (2, st_setsrid(st_makepoint($3, $4), 4326))`,
      [west, south + 0.001, west + 0.01, south + 0.0015],
    )
    await db.query(
      `insert into road_edges (source, target, osm_way, segment, name, class, oneway, drive, walk, length_m, geom)
       values (1, 2, 1, 0, '镇中路', 'primary', false, true, true, 950,
         st_setsrid(st_makeline(st_makepoint($1, $2), st_makepoint($3, $4)), 4326))`,
      [west, south + 0.001, west + 0.01, south + 0.0015],
    )
    const found = [
      await upload('dispatcher', await photo(), 'found'),
      await upload('dispatcher', await photo({ width: 300, height: 500, gps: false }), 'found'),
    ]
    const made = await send<Incident>('dispatcher', 'POST', '/api/incidents', {
      classCode: '01',
      title: '镇中路北侧占道经营',
      description: '龑姓摊主占道，<b>&"油污"</b>，涉及②号井盖。',
      address: '镇中路 12 号',
      lng: west + 0.001,
      lat: south + 0.002,
      mediaIds: found,
    })
    id = made.id
    number = made.number
    await db.query(
      `insert into incident_reporters (town_id, incident_id, code_hash, phone, contact) select id, $1, 'x', '13800138000', '' from towns`,
      [id],
    )
    now += hour
    await move('dispatcher', id, 'file')
    now += 60_000
    await move('dispatcher', id, 'dispatch', { unitId: 1, officerId: town.officer('O1'), note: '请尽快处置' })
    await move('officer', id, 'accept')
    await send('officer', 'POST', `/api/incidents/${id}/requests`, {
      action: 'extend',
      note: '缺配件',
      extra: { amount: 1, kind: 'natural' },
    })
    now += 9 * hour
    const after = await upload('officer', await photo({ width: 420 }), 'handled')
    await move('officer', id, 'finish', { note: '已劝离', mediaIds: [after] })
    now += hour
    await move('member', id, 'check')
    await move('admin', id, 'close')
    media = (await send<IncidentDetail>('admin', 'GET', `/api/incidents/${id}`)).media
  })
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true })
    await town?.close()
  })

  it('is printed with all that there is, in Chinese that can be seen', async () => {
    const { status, headers, bytes } = await fetchFile('dispatcher', `/api/incidents/${id}/case.pdf`)
    expect([status, headers.get('content-type'), bytes.toString('latin1', 0, 5)]).toEqual([
      200,
      'application/pdf',
      '%PDF-',
    ])
    const text = textOf(bytes)
    for (const part of [
      '试验镇',
      '案件卷宗',
      number,
      '环保',
      '一般',
      '热线',
      '镇中路 12 号',
      '网格G0',
      '13800138000',
      '龑姓摊主',
      '<b>&"油污"</b>',
      '②',
      '时限',
      '超时',
      '按时',
      '缺配件',
      '失效',
      '请尽快处置',
      '一中队',
      '已劝离',
      '核查通过',
      '结案',
      '2026-11-20 09:30:15',
      '120.301000, 31.820100',
      '第 1 页，共',
      'dispatcher 打印',
      '尚未评价',
    ])
      expect(text.replaceAll('\n', ''), part).toContain(part)
    // As text it could still be invisible: what a reader sees is drawn and looked at.
    const file = join(folder, `${town.running.db.kind}.pdf`)
    writeFileSync(file, bytes)
    execFileSync('pdftoppm', ['-r', '80', '-png', file, join(folder, town.running.db.kind)])
    const page = join(folder, `${town.running.db.kind}-1.png`)
    const { data } = await sharp(readFileSync(page))
      .extract({ left: 200, top: 50, width: 260, height: 30 })
      .greyscale()
      .raw()
      .toBuffer({ resolveWithObject: true })
    expect(data.filter((grey) => grey < 100).length).toBeGreaterThan(300)
  })

  it('is printed in English too, and says no telephone to whoever may not know it', async () => {
    const english = textOf((await fetchFile('leader', `/api/incidents/${id}/case.pdf?lang=en`)).bytes)
    for (const part of [
      'Testtown',
      'Case file',
      'Environment',
      'late by',
      'on time',
      'Page 1 of',
      '13800138000',
    ])
      expect(english, part).toContain(part)
    const street = textOf((await fetchFile('member', `/api/incidents/${id}/case.pdf`)).bytes)
    expect([street.includes(number), street.includes('13800138000')]).toEqual([true, false])
    expect((await fetchFile('admin', `/api/incidents/${id}/case.pdf?lang=fr`)).status).toBe(422)
  })

  it('is one archive: the print, the record, every file as it is kept, under names of our own', async () => {
    const { status, bytes } = await fetchFile('officer', `/api/incidents/${id}/case.zip`)
    expect(status).toBe(200)
    const files = await unzip(bytes)
    expect([...files.keys()]).toEqual([
      'case.pdf',
      'case.json',
      ...media.map((one, i) => `media/00${i + 1}-${one.moment}-photo-${one.id}.jpg`),
      'README.txt',
    ])
    const record = JSON.parse(files.get('case.json')?.toString() ?? '')
    const detail = await send<IncidentDetail>('officer', 'GET', `/api/incidents/${id}`)
    expect(record.timeline).toEqual(detail.timeline)
    expect(record.requests).toEqual(detail.requests)
    expect(record.reporter.phone).toBe('')
    expect(
      record.stages.map((one: { stage: string; lateMs: number }) => [one.stage, one.lateMs > 0]),
    ).toContainEqual(['handle', true])
    for (const one of record.media as (Medium & { file: string })[])
      expect(
        createHash('sha256')
          .update(files.get(one.file) ?? '')
          .digest('hex'),
      ).toBe(one.sha256)
    expect(media).toHaveLength(3)
  })

  it('is for those who see the incident', async () => {
    const other = await send<Incident>('dispatcher', 'POST', '/api/incidents', {
      classCode: '01',
      title: '别处',
      lng: west + 0.031,
      lat: south + 0.031,
    })
    for (const ending of ['pdf', 'zip']) {
      const status = async (who: string, on = other.id) =>
        (await fetchFile(who, `/api/incidents/${on}/case.${ending}`)).status
      expect([
        await status('officer'),
        await status('member'),
        await status('nobody'),
        await status('screen'),
        await status('admin', 999_999),
      ]).toEqual([404, 404, 404, 403, 404])
    }
    expect((await fetchFile('officer', '/api/incidents/cases.zip')).status).toBe(403)
    expect(
      (await fetchFile('admin', '/api/incidents/cases.zip?from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z'))
        .status,
    ).toBe(422)
    const none = await unzip((await fetchFile('nobody', '/api/incidents/cases.zip')).bytes)
    expect(none.get('incidents.jsonl')?.length).toBe(0)
  })

  it('does not hold up the requests, and turns away what it cannot print in time', async () => {
    const delay = monitorEventLoopDelay({ resolution: 5 })
    delay.enable()
    const answers = await Promise.all(
      Array.from({ length: 40 }, () => fetchFile('admin', `/api/incidents/${id}/case.pdf`)),
    )
    delay.disable()
    const [printed, busy] = [200, 503].map((wanted) => answers.filter(({ status }) => status === wanted))
    expect((printed?.length ?? 0) + (busy?.length ?? 0)).toBe(answers.length)
    expect(printed?.length).toBeGreaterThanOrEqual(8)
    expect(busy?.[0]?.headers.get('retry-after')).toBe('2')
    console.log(
      `${town.running.db.kind}: the longest wait of the event loop ${(delay.max / 1e6).toFixed(0)} ms`,
    )
    expect((await fetchFile('admin', `/api/incidents/${id}/case.pdf`)).status).toBe(200)
  })

  it('sends 200 MB of video without holding them, and stops reading when nobody listens', async () => {
    const { db, services } = town.running
    const sha256 = 'ab'.repeat(32)
    const shelf = join(services.config.dataFolder, 'media', 'ab')
    mkdirSync(shelf, { recursive: true })
    writeFileSync(join(shelf, `${sha256}.mp4`), '')
    truncateSync(join(shelf, `${sha256}.mp4`), 200_000_000)
    await db.query(
      `insert into media (town_id, incident_id, kind, moment, state, mime, bytes, owner, added_by, added_at, key, sha256)
       select id, $1, 'video', 'other', 'ready', 'video/mp4', 200000000, 'account:1', 'x', now(), 'a-long-video', $2 from towns`,
      [id, sha256],
    )
    const admin = await town.as('admin')
    const answer = await admin('GET', `/api/incidents/${id}/case.zip`)
    const before = process.memoryUsage().rss
    let [bytes, most] = [0, 0]
    for await (const part of answer.body ?? []) {
      bytes += part.byteLength
      most = Math.max(most, process.memoryUsage().rss - before)
    }
    expect(bytes).toBeGreaterThan(200_000_000)
    expect(most / 1e6).toBeLessThan(120)
    const left = await admin('GET', `/api/incidents/${id}/case.zip`)
    await left.body?.cancel()
    await until('the file to be closed', () => !openFiles().some((path) => path.includes(sha256)))
  })

  it('says what is missing on the disk instead of failing', async () => {
    rmSync(
      join(
        town.running.services.config.dataFolder,
        'media',
        media[0]?.sha256.slice(0, 2) ?? '',
        `${media[0]?.sha256}.jpg`,
      ),
    )
    const files = await unzip((await fetchFile('admin', `/api/incidents/${id}/case.zip`)).bytes)
    const record = JSON.parse(files.get('case.json')?.toString() ?? '')
    expect(record.media.map((one: { file: string | null }) => one.file === null)).toEqual([
      true,
      false,
      false,
      false,
    ])
    expect(textOf(files.get('case.pdf') ?? Buffer.alloc(0))).toContain('照片文件缺失')
  })
})
