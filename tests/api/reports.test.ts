import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import readXlsx from 'read-excel-file/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Report, type ReportCheck, type ReportList, type ReportRun } from '../../api/contract/report.ts'
import type { Block, Briefing, Figure, Section, TableBlock } from '../../api/reports/briefing.ts'
import { compose } from '../../api/reports/content.ts'
import { gather } from '../../api/reports/gather.ts'
import { listMails, listReports, listRuns, listSchedules, type RunRow } from '../../api/reports/queries.ts'
import { planSchedule } from '../../api/reports/schedules.ts'
import { readZip, writeZip } from '../../api/reports/zip.ts'
import { databases } from '../setup/database.ts'
import { openMailServer } from '../setup/mail-server.ts'
import { fillReports } from '../setup/report-town.ts'
import { openTown, type TestTown, until } from '../setup/town.ts'

// Briefings: every number as a slow reading of the same timelines has it, files that hold them and come out the same again, schedules, e-mail.

const day = 86_400_000
const patience = 60_000

describe.each(databases)('briefings on $name', ({ open }) => {
  let town: TestTown
  let mail: Awaited<ReturnType<typeof openMailServer>>
  let now = Date.parse('2026-11-17T09:00:00+08:00')
  beforeAll(async () => {
    mail = await openMailServer()
    town = await openTown(open, () => new Date(now), { mail: { url: mail.url, from: 'xiake@example.org' } })
    await fillReports(town)
  }, patience)
  afterAll(async () => {
    await town?.close()
    await mail?.close()
  })

  const send = async <T>(who: string, method: string, path: string, body?: unknown) => {
    const answer = await (await town.as(who))(method, path, body)
    const text = await answer.text()
    return { status: answer.status, data: (text ? JSON.parse(text) : null) as T & { detail: string } }
  }
  const bytesOf = async (id: number, format: string) => {
    const answer = await (await town.as('leader'))('GET', `/api/reports/${id}/files/${format}`)
    expect(answer.status).toBe(200)
    return Buffer.from(await answer.arrayBuffer())
  }
  const make = async (asked: Record<string, unknown>) => {
    const { status, data } = await send<ReportRun>('leader', 'POST', '/api/reports', asked)
    expect([status, data.detail]).toEqual([202, undefined])
    const done = await until(
      'the briefing',
      async () => {
        const run = (await send<ReportRun>('leader', 'GET', `/api/reports/runs/${data.id}`)).data
        if (run.problem) throw new Error(run.problem)
        return run.state === 'done' && run
      },
      patience,
    )
    const id = done.reportId as number
    const [row] = await town.running.services.db.query<{ content: string }>(
      'select content from reports where id = $1',
      [id],
    )
    return { id, briefing: JSON.parse(row?.content ?? '') as Briefing }
  }
  const blocksOf = (briefing: Briefing, id: Section['id']) =>
    briefing.sections.find((section) => section.id === id)?.blocks ?? []
  const tables = (briefing: Briefing, id: Section['id']) =>
    blocksOf(briefing, id).filter((block): block is TableBlock => block.kind === 'table')
  const cells = (row: TableBlock['rows'][number] | undefined) =>
    (row ?? []).map((cell) => (typeof cell === 'string' ? cell : (cell.value ?? cell.text)))
  const rowOf = (table: TableBlock | undefined, name: string, column = 0) =>
    cells(table?.rows.find((row) => cells(row)[column] === name))

  let week: { id: number; briefing: Briefing }
  it(
    'say of a week what a slow reading of the timelines says, number for number',
    async () => {
      week = await make({ kind: 'week', from: '2026-11-11', advice: '加强夜间巡查。' })
      const { briefing } = week
      expect(briefing.title).toBe('试验镇网格化治理周研判（2026年第46周）')
      expect(briefing.period).toBe('2026年11月9日至2026年11月15日')
      const slow = await readSlowly(town)
      const within = (from: string, days = 7) => {
        const start = Date.parse(`${from}T00:00:00+08:00`)
        return slow.filter(({ at }) => at >= start && at < start + days * day)
      }
      const [mine, before, year] = [within('2026-11-09'), within('2026-11-02'), within('2025-11-10')]
      expect(mine.length).toBeGreaterThan(40)
      const [overview] = tables(briefing, 'overview')
      let compared = 0
      const differs = (value: unknown, expected: number) => {
        if (value === '—') return
        compared += 1
        expect(value).toBeCloseTo(expected, 9)
      }
      const count = (cases: Slow[], take: (one: Slow) => boolean) => cases.filter(take).length
      for (const [name, take] of [
        ['上报数', () => true],
        ['有效上报数', (one: Slow) => one.valid],
        ['立案数', (one: Slow) => one.filed],
        ['结案数', (one: Slow) => one.valid && one.closed],
        ['未结案数', (one: Slow) => one.open],
      ] as const) {
        const row = rowOf(overview, name)
        expect([name, row[1], row[2], row[5]]).toEqual([
          name,
          count(mine, take),
          count(before, take),
          count(year, take),
        ])
      }
      const share = (cases: Slow[], over: (one: Slow) => boolean, of: (one: Slow) => boolean) =>
        count(cases, (one) => over(one) && of(one)) / count(cases, of)
      const valid = (one: Slow) => one.valid
      const due = (one: Slow) => one.valid && (one.handled || one.lateHandle)
      const dueClose = (one: Slow) => one.valid && (one.closed || one.late)
      for (const [name, over, of] of [
        ['立案率', (one: Slow) => one.filed, valid],
        ['有效上报率', valid, () => true],
        ['处置率', (one: Slow) => one.handled, due],
        ['按期处置率', (one: Slow) => one.handled && !one.lateHandle, due],
        ['结案率', (one: Slow) => one.closed, dueClose],
        ['按期结案率', (one: Slow) => one.closed && !one.late, dueClose],
        ['未结案率', (one: Slow) => one.open, valid],
        ['先行发现率', (one: Slow) => one.found, valid],
        ['准确立案率', valid, (one: Slow) => one.filed],
        ['超期待处置率', (one: Slow) => !one.handled && one.lateHandle, due],
        ['返工率', () => false, dueClose],
        ['延期率', () => false, due],
        ['挂账率', () => false, (one: Slow) => one.filed],
      ] as const) {
        const row = rowOf(overview, name)
        const [now, then, last] = [mine, before, year].map((cases) => share(cases, over, of)) as [
          number,
          number,
          number,
        ]
        expect([name, row[1], row[2], row[5]]).toEqual([name, now, then, last])
        differs(row[3], 100 * (now - then))
        differs(row[6], 100 * (now - last))
      }
      const times = (cases: Slow[], take: (one: Slow) => number | null) => {
        const known = cases.filter(valid).flatMap((one) => take(one) ?? [])
        return known.reduce((sum, one) => sum + one, 0) / known.length / 3_600_000
      }
      expect(rowOf(overview, '平均处置时长')[1]).toBeCloseTo(
        times(mine, ({ handledAt, sentAt }) => handledAt && sentAt && handledAt - sentAt),
        9,
      )
      expect(rowOf(overview, '平均响应时长')[1]).toBeCloseTo(7 / 60, 9)
      expect(rowOf(overview, '平均结案时长')[1]).toBeCloseTo(
        times(mine, ({ at, closedAt }) => closedAt && closedAt - at),
        9,
      )
      for (const row of overview?.rows.slice(0, 5) ?? []) {
        const [, now, then, change, , last, onYear] = cells(row) as number[]
        differs(change, (now as number) - (then as number))
        differs(onYear, (now as number) - (last as number))
      }
      // Those that are still being handled are not compared.
      expect(compared).toBe(16)
      expect(briefing.summary.join('')).toContain(
        `本期共上报案件${mine.length}件，其中有效${count(mine, valid)}件，立案${count(mine, (one) => one.filed)}件；` +
          `截至成稿，已结案${count(mine, (one) => one.valid && one.closed)}件，在办${count(mine, (one) => one.open)}件。`,
      )
      // Where: each grid, its share and its households; what problems; the ten leading ones.
      const [grids] = tables(briefing, 'where')
      const all = count(mine, valid)
      for (const [name, own] of Map.groupBy(mine.filter(valid), ({ grid }) => grid)) {
        const row = rowOf(grids, name, 1)
        expect([name, ...row.slice(2, 6)]).toEqual([
          name,
          own.length,
          own.length / all,
          (1000 * own.length) / 10,
          count(before, (one) => one.valid && one.grid === name),
        ])
      }
      const [classes, top] = tables(briefing, 'problems')
      for (const [name, own] of Map.groupBy(mine.filter(valid), ({ className }) => className)) {
        const row = rowOf(classes, name, 1)
        expect([row[2], row[3]]).toEqual([
          own.length,
          count(before, (one) => one.valid && one.className === name),
        ])
      }
      const places = [...Map.groupBy(mine.filter(valid), (one) => `${one.smallest}·${one.className}`)]
        .map(([name, own]) => [name, own.length] as const)
        .sort((a, b) => b[1] - a[1])
      expect(top?.rows.length).toBe(10)
      expect(top?.rows.map((row) => cells(row)[2])).toEqual(places.slice(0, 10).map(([, cases]) => cases))
      for (const row of top?.rows ?? []) expect(places).toContainEqual([cells(row)[1], cells(row)[2]])
      // When: by day and hour.
      const drawn = (kind: Block['kind']) =>
        briefing.sections.flatMap(({ blocks }) => blocks).find((block) => block.kind === kind)
      const days = drawn('days')
      const dayOf = ({ at }: Slow) => new Date(at + 8 * 3_600_000)
      expect(days?.kind === 'days' && days.now).toEqual(
        Array.from({ length: 7 }, (_, i) =>
          count(mine, (one) => one.valid && (dayOf(one).getUTCDay() + 6) % 7 === i),
        ),
      )
      const hours = drawn('hours')
      expect(hours?.kind === 'hours' && hours.hours).toEqual(
        Array.from({ length: 7 }, (_, weekday) =>
          Array.from({ length: 24 }, (_, hour) =>
            count(
              mine,
              (one) =>
                one.valid &&
                (dayOf(one).getUTCDay() + 6) % 7 === weekday &&
                dayOf(one).getUTCHours() === hour,
            ),
          ),
        ),
      )
      const map = drawn('map')
      expect(map?.kind === 'map' && map.grids.reduce((sum, { value }) => sum + value, 0)).toBe(all)
      expect(map?.kind === 'map' && map.grids.length).toBe(64)
      if (map?.kind !== 'map') throw new Error('no map')
      for (const { name, value } of map.grids)
        expect([name, value]).toEqual([name, count(mine, (one) => one.valid && one.smallest === name)])
      const bars = drawn('bars')
      expect(bars?.kind === 'bars' && bars.bars.map(({ name, value }) => [name, value])).toEqual(
        classes?.rows.map((row) => cells(row).slice(1, 3)),
      )
      for (const row of [...(classes?.rows ?? []), ...(top?.rows ?? [])]) {
        const [, name, now, then, change, , back, open] = cells(row)
        expect([name, change]).toEqual([name, Number(now) - Number(then)])
        const own = mine.filter((one) =>
          [one.className, `${one.smallest}·${one.className}`].includes(String(name)),
        )
        expect([name, back, open]).toEqual([name, 0, count(own, (one) => one.open)])
      }
      // Who: the one squad, with its points by hand.
      const [squads] = tables(briefing, 'units')
      const handling = share(mine, (one) => one.handled, due)
      const onTime = share(mine, (one) => one.handled && !one.lateHandle, due)
      const waiting = share(mine, (one) => !one.handled && one.lateHandle, due)
      const row = cells(squads?.rows[0])
      expect(squads?.rows.length).toBe(1)
      expect(row.slice(2, 7)).toEqual([
        all,
        handling,
        onTime,
        share(mine, (one) => one.closed && !one.late, dueClose),
        0,
      ])
      expect(row[8]).toBeCloseTo(30 * handling + 20 * onTime + 20 + 20 * (1 - waiting) + 10, 9)
      expect(JSON.stringify(briefing)).not.toMatch(/NaN|Infinity|undefined/)
    },
    patience,
  )

  it(
    'come as Word, PDF and workbook that hold the numbers and drawings, the same bytes whenever they are made',
    async () => {
      const { id, briefing } = week
      const docx = await readZip(await bytesOf(id, 'docx'))
      const written = docx.get('word/document.xml')?.toString('utf8') ?? ''
      expect(written).not.toMatch(/\{\{|\}\}/)
      const plain = written.replaceAll(/<[^>]+>/g, '')
      expect([...docx.keys()].filter((name) => name.startsWith('word/media/')).length).toBe(4)
      const folder = mkdtempSync(join(tmpdir(), 'xiake-pdf-'))
      writeFileSync(join(folder, 'a.pdf'), await bytesOf(id, 'pdf'))
      const pdf = execFileSync('pdftotext', ['-layout', join(folder, 'a.pdf'), '-'], { encoding: 'utf8' })
      const drawings = execFileSync('pdfimages', ['-list', join(folder, 'a.pdf')], { encoding: 'utf8' })
      // Each object once, however often the layout tried it.
      const objects = drawings
        .split('\n')
        .slice(2)
        .flatMap((line) => (/ image /.test(line) ? line.trim().split(/\s+/)[10] : []) ?? [])
      expect(new Set(objects).size).toBe(4)
      rmSync(folder, { recursive: true })
      const bare = pdf.replaceAll(/\s/g, '')
      for (const { blocks } of briefing.sections)
        for (const block of blocks)
          if (block.kind === 'table')
            for (const row of block.rows.slice(0, 6))
              for (const cell of row) {
                const text = typeof cell === 'string' ? cell : cell.text
                expect(plain).toContain(text.replaceAll('&', '&amp;'))
                // A sentence may go on in the next line of its cell; a number never does.
                if (typeof cell !== 'string') expect(bare).toContain(text.replaceAll(/\s/g, ''))
              }
      expect(plain).toContain('加强夜间巡查。')
      const book = await bytesOf(id, 'xlsx')
      const sheets = (await readXlsx(book)) as unknown as { sheet: string; data: unknown[][] }[]
      const overview = sheets.find(({ sheet }) => sheet === '总体指标与往期比较')
      expect(overview?.data[1]?.slice(0, 2)).toEqual(
        cells(tables(briefing, 'overview')[0]?.rows[0]).slice(0, 2),
      )
      const check = (await send<ReportCheck>('leader', 'POST', `/api/reports/${id}/check`)).data
      expect(check.files.map(({ format, same }) => [format, same])).toEqual([
        ['docx', true],
        ['pdf', true],
        ['xlsx', true],
      ])
      const { db } = town.running.services
      await expect(db.query(`update reports set title = 'x'`)).rejects.toThrow('not changed')
      await expect(db.query('delete from report_files')).rejects.toThrow('not changed')
    },
    patience,
  )

  it(
    'of an empty week, of one case, and of a grid without households say so plainly',
    async () => {
      const empty = (await make({ kind: 'range', from: '2026-08-03', to: '2026-08-04' })).briefing
      expect(empty.summary.join()).toContain('本期没有上报案件')
      const one = (await make({ kind: 'range', from: '2026-08-01', to: '2026-08-01', language: 'en' }))
        .briefing
      expect(one.summary.join(' ')).toContain('There was one case')
      expect(one.summary.join(' ')).toContain('1 case was reported')
      await town.running.services.db.query('update grids set households = 0')
      const bare = (await make({ kind: 'week', from: '2026-11-09' })).briefing
      await town.running.services.db.query('update grids set households = 10 where level = 3')
      expect((tables(bare, 'where')[0]?.rows[0]?.[4] as Figure | undefined)?.text).toBe('—')
      for (const briefing of [empty, one, bare])
        expect(JSON.stringify(briefing)).not.toMatch(/NaN|Infinity|undefined|∞/)
    },
    patience,
  )

  it(
    'check what the last one promised',
    async () => {
      const promise = (measure: string, target: number) => ({ words: `承诺${measure}`, measure, target })
      await make({
        kind: 'month',
        from: '2026-09-01',
        promises: [promise('closing', 0.01), promise('validCases', 1), promise('satisfied', 0.5)],
      })
      const { briefing } = await make({ kind: 'month', from: '2026-10-20' })
      expect(briefing.title).toContain('2026年10月')
      expect(tables(briefing, 'promises')[0]?.rows.map((row) => [row[0], row[4]])).toEqual([
        ['承诺closing', '做到'],
        ['承诺validCases', '未做到'],
        ['承诺satisfied', '无数据'],
      ])
    },
    patience,
  )

  it('are refused where they make no sense, and shown to whoever may see their grid', async () => {
    const bad = async (body: Record<string, unknown>, who = 'leader') =>
      (await send('leader' === who ? 'leader' : who, 'POST', '/api/reports', body)).status
    expect(await bad({ kind: 'week', from: '2027-02-01' })).toBe(422)
    expect(await bad({ kind: 'range', from: '2026-02-01' })).toBe(422)
    expect(await bad({ kind: 'week', from: '2026-02-30' })).toBe(422)
    expect(await bad({ kind: 'week', from: '2026-11-01', gridId: 99_999 })).toBe(422)
    // A promise for another grid than the briefing's could never be checked.
    const [one, other] = await town.running.services.db.query<{ id: number }>(
      'select id from grids where level = 1 order by id limit 2',
    )
    const promises = [{ words: '别处', measure: 'closing', target: 0.9, gridId: other?.id }]
    expect(await bad({ kind: 'week', from: '2026-11-01', gridId: one?.id, promises })).toBe(422)
    expect(await bad({ kind: 'week', from: '2026-11-01' }, 'nobody')).toBe(422)
    expect(await bad({ kind: 'week', from: '2026-11-01' }, 'dispatcher')).toBe(403)
    expect((await send<ReportList>('nobody', 'GET', '/api/reports')).data.reports).toEqual([])
    expect((await send('nobody', 'GET', `/api/reports/${week.id}`)).status).toBe(404)
    expect((await send('nobody', 'GET', `/api/reports/${week.id}/files/pdf`)).status).toBe(404)
  })

  it(
    'are written into the town’s own template, and a wrong one is refused with a sentence',
    async () => {
      const admin = await town.as('admin')
      const put = async (bytes: Uint8Array) => {
        const answer = await fetch(`${town.running.url}/api/reports/templates/zh-CN?name=own.docx`, {
          method: 'PUT',
          headers: { cookie: admin.cookie, 'content-type': 'application/octet-stream' },
          body: bytes as never,
        })
        return { status: answer.status, detail: ((await answer.json()) as { detail?: string }).detail ?? '' }
      }
      const usual = Buffer.from(await (await admin('GET', '/api/reports/templates/zh-CN')).arrayBuffer())
      const parts = await readZip(usual)
      const edit = (from: string, to: string) =>
        writeZip(
          new Map(
            [...parts].map(([name, part]) => [
              name,
              name === 'word/document.xml' ? Buffer.from(part.toString('utf8').replace(from, to)) : part,
            ]),
          ),
        )
      expect(await put(Buffer.from('nonsense'))).toMatchObject({ status: 422 })
      expect((await put(await edit('{{where}}', '{{wo}}'))).detail).toContain('{{wo}}')
      const macros = new Map([...parts, ['word/vbaProject.bin', Buffer.from('x')]])
      expect((await put(await writeZip(macros))).detail).toContain('macros')
      expect((await put(Buffer.alloc(960_000))).status).toBe(413)
      expect((await put(await edit('二、哪里', '贰：在何处'))).status).toBe(200)
      const { id } = await make({ kind: 'range', from: '2026-11-09', to: '2026-11-10' })
      const text = (await readZip(await bytesOf(id, 'docx'))).get('word/document.xml')?.toString('utf8') ?? ''
      expect(text).toContain('贰：在何处')
      expect((await send('admin', 'DELETE', '/api/reports/templates/zh-CN')).status).toBe(200)
      // What was issued keeps its template.
      const check = (await send<ReportCheck>('leader', 'POST', `/api/reports/${id}/check`)).data
      expect(check.files.filter(({ same }) => !same).map(({ format }) => format)).toEqual([])
    },
    patience,
  )

  it(
    'begun by a process that died are made by the next',
    async () => {
      const { db, reports } = town.running.services
      const { data } = await send<ReportRun>('leader', 'POST', '/api/reports', {
        kind: 'range',
        from: '2026-11-01',
        to: '2026-11-02',
      })
      await reports.follow()
      const [made] = await db.query<{ id: number }>('select id from reports where run_id = $1', [data.id])
      // As if it had died right before it said so.
      await db.query(`update report_runs set state = 'working', held_until = $2 where id = $1`, [
        data.id,
        new Date(now - 1000),
      ])
      await reports.follow()
      expect(await db.query('select id from reports where run_id = $1', [data.id])).toEqual([made])
      expect((await send<Report>('leader', 'GET', `/api/reports/${made?.id}`)).status).toBe(200)
    },
    patience,
  )

  it(
    'are made by the clock, once for each period, what was missed as well, and sent; a refused letter is tried again',
    async () => {
      const schedules = '/api/reports/schedules'
      const planned = await send<{ id: number; nextAt: string }>('leader', 'POST', schedules, {
        kind: 'week',
        recipients: ['a@example.org', 'b@example.org'],
      })
      // Monday, 08:00 in the town.
      expect(planned.data.nextAt).toBe('2026-11-23T00:00:00.000Z')
      const { queue, reports, db } = town.running.services
      mail.refuse(1)
      // Two weeks later both Mondays are made up for, each once however often one looks.
      now = Date.parse('2026-12-01T07:00:00+08:00')
      await queue.runDue()
      await queue.runDue()
      await reports.follow()
      // Nobody's session lasts so long: the database is asked.
      await until('both briefings', async () => (await listRuns(db)).length === 0, patience)
      const scheduled = async () => (await listReports(db, null, 50)).filter((one) => one.scheduled)
      expect((await scheduled()).map(({ from }) => from).sort()).toEqual(['2026-11-16', '2026-11-23'])
      expect((await listSchedules(db))[0]?.nextAt?.toISOString()).toBe('2026-12-07T00:00:00.000Z')
      await queue.runDue()
      const states = async () =>
        listMails(
          db,
          (await scheduled()).map(({ id }) => id),
        )
      expect((await states()).filter(({ state }) => state === 'failed')).toMatchObject([
        { problem: expect.stringContaining('full') },
      ])
      now += 10_000
      await queue.runDue()
      expect((await states()).every(({ state }) => state === 'sent')).toBe(true)
      expect(mail.letters.map(({ to }) => to[0]).sort()).toEqual([
        'a@example.org',
        'a@example.org',
        'b@example.org',
        'b@example.org',
      ])
      expect(mail.letters[0]?.text).toContain('.docx')
      await db.query('update report_schedules set active = false where id = $1', [planned.data.id])
      await planSchedule(db, planned.data.id, new Date(now))
      expect(await db.query(`select 1 from jobs where kind = 'reports:due'`)).toEqual([])
    },
    patience,
  )
})

interface Slow {
  at: number
  grid: string
  smallest: string
  className: string
  valid: boolean
  filed: boolean
  handled: boolean
  closed: boolean
  open: boolean
  late: boolean
  lateHandle: boolean
  found: boolean
  sentAt: number | null
  handledAt: number | null
  closedAt: number | null
}
/** Each case from its own timeline, in plain steps. */
async function readSlowly(town: TestTown): Promise<Slow[]> {
  const { db } = town.running.services
  const events = await db.query<{ id: number; event: string; at: Date; data: { stage?: string } }>(
    'select incident_id as id, event, at, data from timeline where incident_id is not null order by seq',
  )
  const byCase = Map.groupBy(events, ({ id }) => id)
  const cases = await db.query<{
    id: number
    at: Date
    state: string
    source: string
    className: string
    grid: string
    smallest: string
  }>(
    `select i.id, i.reported_at as at, i.state, i.source, c.name as "className", g.name as grid, s.name as smallest
     from incidents i join incident_classes c on c.code = i.class_code join grids g on g.id = i.path[2] join grids s on s.id = i.path[cardinality(i.path)]`,
  )
  return cases.map((one) => {
    const own = byCase.get(one.id) ?? []
    const find = (name: string) => own.find(({ event }) => event === `incident:${name}`)
    const valid = one.state !== 'voided'
    return {
      at: one.at.getTime(),
      grid: one.grid,
      smallest: one.smallest,
      className: one.className,
      valid,
      filed: find('filed') !== undefined,
      handled: one.state === 'closed',
      closed: one.state === 'closed',
      open: one.state === 'handling',
      late: find('overdue') !== undefined,
      lateHandle: find('overdue')?.data.stage === 'handle',
      found: one.source === 'member' || one.source === 'officer',
      sentAt: valid ? (find('dispatched')?.at.getTime() ?? null) : null,
      handledAt: find('handled')?.at.getTime() ?? null,
      closedAt: find('closed')?.at.getTime() ?? null,
    }
  })
}

describe.each(databases)('a briefing of a week unlike the others on $name', ({ open }) => {
  let town: TestTown
  beforeAll(async () => {
    town = await openTown(open, () => new Date('2026-11-17T09:00:00+08:00'))
    // Twelve a day, and in the last week sixty more.
    await fillReports(town, 4000 + 420, 330 * 86_400, 420)
  }, patience)
  afterAll(() => town?.close())

  it('says from which day on the level is another, and warns, in numbers that can be counted', async () => {
    const { db, statistics } = town.running.services
    const run = {
      kind: 'range',
      gridId: null,
      language: 'zh-CN',
      advice: '',
      from: '2026-10-19',
      to: '2026-11-15',
    }
    const told = await gather({ db, statistics }, run as RunRow, new Date('2026-11-17T09:00:00+08:00'))
    expect(told.changes).toHaveLength(1)
    const [change] = told.changes
    expect(change?.day).toBe('2026-11-09')
    const daily = async (from: string, to: string, days: number) => {
      const [row] = await db.query<{ cases: number }>(
        `select count(*)::int as cases from incidents where state not in ('voided', 'merged')
         and reported_at >= $1::timestamptz and reported_at < $2::timestamptz`,
        [`${from}T00:00+08:00`, `${to}T00:00+08:00`],
      )
      return (row?.cases ?? 0) / days
    }
    // The week's rhythm is taken out of what is told, so that it is near the mean and not it.
    expect(change?.after).toBeCloseTo(await daily('2026-11-09', '2026-11-16', 7), -1)
    expect(change?.before).toBeCloseTo(await daily('2026-06-01', '2026-11-09', 161), -1)
    expect(told.warnings.length).toBeGreaterThan(0)
    for (const { code, observed, expected } of told.warnings) {
      const [row] = await db.query<{ cases: number }>(
        `select count(*)::int as cases from incidents where state not in ('voided', 'merged') and class_code = $1
         and reported_at >= '2026-11-09T00:00+08:00' and reported_at < '2026-11-16T00:00+08:00'`,
        [code],
      )
      expect(observed).toBe(row?.cases)
      expect(observed).toBeGreaterThan(2 * expected)
    }
    const written = JSON.stringify(compose(told))
    expect(written).toContain('自2026-11-09起，日均有效案件由')
    expect(written).toContain('预警：本期最后7天明显多于预计的有')
    const before = { ...run, from: '2026-09-01', to: '2026-10-31' }
    // The seven days warned of must be the period's own.
    const short = await gather(
      { db, statistics },
      { ...run, from: '2026-11-15' } as RunRow,
      new Date('2026-11-17T09:00:00+08:00'),
    )
    expect(short.warnings).toEqual([])
    const calm = await gather({ db, statistics }, before as RunRow, new Date('2026-11-17T09:00:00+08:00'))
    expect([calm.changes, calm.warnings]).toEqual([[], []])
  })
})
