import { XMLParser } from 'fast-xml-parser'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Followed } from '../../api/contract/citizen.ts'
import type { Incident, IncidentDetail } from '../../api/contract/incident.ts'
import type { Medium } from '../../api/contract/media.ts'
import { citizenLimits, dailyBytes } from '../../api/intake/budget.ts'
import { listPlaces } from '../../api/intake/queries.ts'
import { databases } from '../setup/database.ts'
import { openTown, south, type TestTown, west } from '../setup/town.ts'

// Reports from outside: a citizen with a code, another system with a key, Open311.

const place = { lng: west + 0.001, lat: south + 0.001 }

describe.each(databases)('reports from outside on $name', ({ open }) => {
  let town: TestTown
  beforeAll(async () => {
    town = await openTown(open)
  })
  afterAll(() => town?.close())

  const outside = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    fetch(`${town.running.url}${path}`, {
      method,
      headers: { ...(typeof body === 'object' && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
  const json = async <T>(answer: Response | Promise<Response>) => (await (await answer).json()) as T
  const key = () => crypto.randomUUID()
  const report = (more: Record<string, unknown> = {}) =>
    outside('POST', '/api/citizen/reports', {
      classCode: '01',
      description: '河边有人倒垃圾',
      ...place,
      key: key(),
      ...more,
    })
  const move = async (who: string, id: number, action: string, more: Record<string, unknown> = {}) => {
    const answer = await (await town.as(who))('POST', `/api/incidents/${id}/transitions`, { action, ...more })
    expect([action, answer.status]).toEqual([action, 200])
  }
  const idOf = (number: string) => Number(number.slice(9))
  const throughTheLoop = async (id: number) => {
    await move('dispatcher', id, 'file')
    await move('dispatcher', id, 'dispatch', { unitId: 1, officerId: town.officer('O1') })
    await move('officer', id, 'accept')
    await move('officer', id, 'finish', { note: '已清运，当事人张某' })
    await move('dispatcher', id, 'check')
    await move('dispatcher', id, 'close')
  }

  it('takes a citizen’s report once however often it is sent, and answers one code', async () => {
    const mine = key()
    const answers = await Promise.all(Array.from({ length: 4 }, () => report({ key: mine })))
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201])
    const bodies = await Promise.all(answers.map((one) => json<{ code: string; report: Followed }>(one)))
    expect(new Set(bodies.map(({ code }) => code)).size).toBe(1)
    expect(new Set(bodies.map(({ report: { number } }) => number)).size).toBe(1)
    expect(bodies[0]?.code).toMatch(/^[A-HJ-NP-Z2-9]{12}$/)
    expect((await report({ classCode: 'no' })).status).toBe(422)
    expect((await report({ phone: 'call me' })).status).toBe(422)
  })

  it('shows the way of a report by its code, without names or notes, and takes one rating', async () => {
    const { code, report: first } = await json<{ code: string; report: Followed }>(
      report({ phone: '138 0013 8000' }),
    )
    const path = `/api/citizen/reports/${code}`
    expect((await outside('GET', '/api/citizen/reports/AAAABBBBCCCC')).status).toBe(404)
    expect(first).toMatchObject({ state: 'reported', mayRate: false })
    expect((await outside('POST', `${path}/rating`, { satisfied: true })).status).toBe(409)
    await throughTheLoop(idOf(first.number))
    const text = await (await outside('GET', path)).text()
    for (const secret of ['张某', 'officer', 'dispatcher', '13800138000']) expect(text).not.toContain(secret)
    const followed = JSON.parse(text) as Followed
    expect(followed.steps.map(({ event }) => event.replace('incident:', ''))).toEqual([
      'reported',
      'filed',
      'dispatched',
      'accepted',
      'handled',
      'checked',
      'closed',
    ])
    expect(followed.mayRate).toBe(true)
    const rated = await json<Followed>(
      outside('POST', `${path}/rating`, { satisfied: false, comment: '第二天又有了', reopen: true }),
    )
    expect(rated).toMatchObject({
      satisfied: false,
      mayRate: false,
      comment: '第二天又有了',
      state: 'evaluated',
    })
    expect((await outside('POST', `${path}/rating`, { satisfied: true })).status).toBe(409)
    const desk = await town.as('dispatcher')
    const detail = await json<IncidentDetail>(desk('GET', `/api/incidents/${idOf(first.number)}`))
    const [ask] = detail.requests
    expect(ask).toMatchObject({ action: 'reopen', askedBy: '市民', state: 'pending' })
    await desk('POST', `/api/incidents/${detail.id}/requests/${ask?.id}/decision`, { grant: true })
    expect((await json<Followed>(outside('GET', path))).state).toBe('filed')
    const byPhone = `/api/citizen/reports?number=${first.number}&phone=`
    expect((await outside('GET', `${byPhone}13800138000`)).status).toBe(200)
    expect((await outside('GET', `${byPhone}13900000000`)).status).toBe(404)
  })

  it('takes a citizen’s photograph with the report, and lets only the code see it', async () => {
    const mine = key()
    const file = await sharp({ create: { width: 60, height: 40, channels: 3, background: '#a33' } })
      .jpeg()
      .toBuffer()
    const headers = { 'x-upload-key': mine }
    const begun = await json<Medium>(
      outside(
        'POST',
        '/api/citizen/media',
        { kind: 'photo', bytes: file.length, key: 'photo-0001' },
        headers,
      ),
    )
    const put = (who: string) =>
      fetch(`${town.running.url}/api/citizen/media/${begun.id}/content?offset=0`, {
        method: 'PUT',
        headers: { 'x-upload-key': who, 'content-type': 'application/octet-stream' },
        body: new Uint8Array(file),
      })
    expect((await put(key())).status).toBe(404)
    expect(await json<Medium>(put(mine))).toMatchObject({ state: 'ready', width: 60 })
    expect((await report({ mediaIds: [begun.id] })).status).toBe(422)
    const { code, report: made } = await json<{ code: string; report: Followed }>(
      report({ key: mine, mediaIds: [begun.id] }),
    )
    expect(made.photos).toEqual([{ id: begun.id, moment: 'found' }])
    const photo = await outside('GET', `/api/citizen/reports/${code}/photos/${begun.id}?size=full`)
    expect([photo.status, photo.headers.get('content-type')]).toEqual([200, 'image/jpeg'])
    const other = await json<{ code: string }>(report())
    expect((await outside('GET', `/api/citizen/reports/${other.code}/photos/${begun.id}`)).status).toBe(404)
    expect((await outside('GET', `/api/media/${begun.id}/file`)).status).toBe(401)
  })

  it('follows the incident that a report was merged into', async () => {
    const one = await json<{ report: Followed }>(report())
    const two = await json<{ code: string; report: Followed }>(report())
    await move('dispatcher', idOf(two.report.number), 'merge', { intoId: idOf(one.report.number) })
    await move('dispatcher', idOf(one.report.number), 'file')
    expect(await json<Followed>(outside('GET', `/api/citizen/reports/${two.code}`))).toMatchObject({
      number: two.report.number,
      state: 'filed',
    })
  })

  it('takes a rating of a merged report when what it is part of is closed, not before', async () => {
    const one = await json<{ report: Followed }>(report())
    const two = await json<{ code: string; report: Followed }>(report())
    await move('dispatcher', idOf(two.report.number), 'merge', { intoId: idOf(one.report.number) })
    const rate = () => outside('POST', `/api/citizen/reports/${two.code}/rating`, { satisfied: true })
    const early = await rate()
    expect([early.status, await early.text()]).toEqual([409, expect.stringContaining('not closed yet')])
    await throughTheLoop(idOf(one.report.number))
    expect(await json<Followed>(rate())).toMatchObject({ satisfied: true, mayRate: false })
    expect((await rate()).status).toBe(409)
  })

  it('takes from one network so much a day, whatever keys it invents, and no more than there is room for', async () => {
    const begin = (kind: Medium['kind'], bytes: number, who = key()) =>
      outside('POST', '/api/citizen/media', { kind, bytes, key: 'medium-01' }, { 'x-upload-key': who })
    for (const kind of ['photo', 'voice', 'video'] as const)
      expect([kind, (await begin(kind, citizenLimits[kind] + 1)).status]).toEqual([kind, 413])
    const { db } = town.running
    const fill = () =>
      db.query(
        `insert into media (town_id, kind, moment, state, bytes, owner, added_by, added_at, key)
         select t.id, 'video', 'found', 'ready', 1250000000, 'citizen:' || i, '市民', now(), 'full' from towns t, generate_series(1, 4) i`,
      )
    await fill()
    const full = await begin('photo', 1000)
    expect([full.status, await full.text()]).toEqual([503, expect.stringContaining('no room')])
    await db.query(`delete from media where key = 'full'`)
    const mine = key()
    expect((await begin('photo', 1000, mine)).status).toBe(201)
    const many = await Promise.all(Array.from({ length: 20 }, () => begin('video', citizenLimits.video)))
    const taken = many.filter(({ status }) => status === 201).length
    expect(taken).toBe(Math.floor((dailyBytes - 2000) / citizenLimits.video))
    expect(many.filter(({ status }) => status === 429)).toHaveLength(20 - taken)
    expect((await begin('photo', 1000, mine)).status, 'what was begun goes on').toBe(201)
    expect((await report()).status).toBe(201)
  })

  it('slows down who sends pieces for ever', async () => {
    const put = () =>
      fetch(`${town.running.url}/api/citizen/media/1/content?offset=0`, {
        method: 'PUT',
        headers: { 'x-upload-key': key(), 'content-type': 'application/octet-stream' },
        body: new Uint8Array(8),
      })
    const statuses: number[] = []
    for (let i = 0; i < 13; i++)
      statuses.push(...(await Promise.all(Array.from({ length: 50 }, put))).map(({ status }) => status))
    expect([statuses.includes(404), statuses.at(-1)]).toEqual([true, 429])
  })

  it('slows down who asks for ever, and nobody else’s work', async () => {
    const answers = await Promise.all(
      Array.from({ length: 320 }, () => outside('GET', '/api/citizen/reports/ZZZZZZZZ')),
    )
    const statuses = answers.map(({ status }) => status)
    expect(statuses).toContain(429)
    expect((await (await town.as('dispatcher'))('GET', '/api/incidents?limit=1')).status).toBe(200)
  })

  describe('another system', () => {
    let apiKey = ''
    beforeAll(async () => {
      apiKey = (
        await json<{ key: string }>((await town.as('admin'))('POST', '/api/systems/keys', { name: '12345' }))
      ).key
    })
    const incident = (sourceKey: string, who = apiKey) =>
      outside(
        'POST',
        '/api/systems/incidents',
        { classCode: '02', title: '路灯不亮', ...place, sourceKey },
        { 'x-api-key': who },
      )

    it('reports with its key, once for each of its numbers', async () => {
      expect((await incident('a-1', 'wrong')).status).toBe(401)
      const [one, again] = [await incident('a-1'), await incident('a-1')]
      expect([one.status, again.status]).toEqual([201, 200])
      const first = await json<Incident>(one)
      expect(first).toMatchObject({ source: 'system' })
      expect((await json<Incident>(again)).id).toBe(first.id)
      const admin = await town.as('admin')
      const { key: other, id } = await json<{ key: string; id: number }>(
        admin('POST', '/api/systems/keys', { name: '旧系统' }),
      )
      await admin('DELETE', `/api/systems/keys/${id}`)
      expect((await incident('b-1', other)).status).toBe(401)
    })

    // A client as the public specification of GeoReport v2 describes one.
    const base = '/api/open311/v2'
    const form = (fields: Record<string, string>, format = 'json') =>
      fetch(`${town.running.url}${base}/requests.${format}`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams(fields),
      })
    const fields = { service_code: '01', lat: `${place.lat}`, long: `${place.lng}`, description: 'A pothole' }
    const parser = new XMLParser({ parseTagValue: false })

    it('finds services and their definitions by Open311, as JSON and as XML', async () => {
      const services = await json<{ service_code: string; metadata: boolean }[]>(
        outside('GET', `${base}/services.json`),
      )
      expect(services.map((one) => one.service_code)).toContain('01')
      const answer = await outside('GET', `${base}/services.xml?jurisdiction_id=`)
      expect(answer.headers.get('content-type')).toMatch(/text\/xml/)
      const read = parser.parse(await answer.text()) as { services: { service: { service_code: string }[] } }
      expect(read.services.service.map((one) => one.service_code)).toEqual(
        services.map((one) => one.service_code),
      )
      expect(await json(outside('GET', `${base}/services/01.json`))).toEqual({
        service_code: '01',
        attributes: [],
      })
      const missing = await outside('GET', `${base}/services/none.xml`)
      expect([missing.status, parser.parse(await missing.text())]).toMatchObject([
        404,
        { errors: { error: { code: '404' } } },
      ])
    })

    it('makes a request and finds it again, in both forms', async () => {
      expect((await form(fields)).status).toBe(401)
      const [made] = await json<{ service_request_id: string }[]>(
        form({ ...fields, api_key: apiKey, request_id: 'r1' }),
      )
      const number = made?.service_request_id ?? ''
      expect(number).toMatch(/^\d{8}-\d{6}$/)
      const again = await form({ ...fields, api_key: apiKey, request_id: 'r1' }, 'xml')
      expect(parser.parse(await again.text())).toMatchObject({
        service_requests: { request: { service_request_id: number } },
      })
      const [found] = await json<Record<string, unknown>[]>(outside('GET', `${base}/requests/${number}.json`))
      expect(found).toMatchObject({
        service_request_id: number,
        status: 'open',
        service_code: '01',
        description: 'A pothole',
        long: expect.closeTo(place.lng, 6) as number,
      })
      const open = await json<{ service_request_id: string }[]>(
        outside('GET', `${base}/requests.json?status=open`),
      )
      expect(open.map((one) => one.service_request_id)).toContain(number)
      expect(await json(outside('GET', `${base}/requests.json?status=closed&service_code=01`))).toEqual(
        expect.not.arrayContaining([expect.objectContaining({ service_request_id: number })]),
      )
    })

    it('is shown what came from outside alone, and no words but its own', async () => {
      const desk = await town.as('dispatcher')
      const inner = await json<Incident>(
        desk('POST', '/api/incidents', {
          classCode: '01',
          source: 'hotline',
          title: '来电',
          description: '王女士 13812345678',
          ...place,
        }),
      )
      const mine = await json<{ report: Followed }>(
        report({ description: '三楼李某家', address: '3 幢 301' }),
      )
      const gone = await json<{ report: Followed }>(report())
      await move('leader', idOf(gone.report.number), 'void', { note: '误报' })
      const text = await (await outside('GET', `${base}/requests.json`)).text()
      for (const secret of ['13812345678', '李某', '301', inner.number, gone.report.number])
        expect(text).not.toContain(secret)
      const rows = JSON.parse(text) as Record<string, unknown>[]
      expect(rows.find((one) => one.service_request_id === mine.report.number)).toMatchObject({
        description: '环保',
        address: '',
      })
      for (const number of [inner.number, gone.report.number])
        expect((await outside('GET', `${base}/requests/${number}.json`)).status).toBe(404)
    })

    it('finds a place by an address that is one place’s, cuts no character in two', async () => {
      const at = { service_code: '01', description: 'x', api_key: apiKey }
      expect((await form({ ...at, address_string: '网' })).status).toBe(400)
      expect((await form({ ...at, address_string: '门' })).status).toBe(400)
      for (const address_string of ['东门', '东门', '网格G0', '西门'])
        expect([address_string, (await form({ ...at, address_string })).status]).toEqual([
          address_string,
          201,
        ])
      const known = (await listPlaces(town.running.db, '网格G0')).map(({ name, kind }) => `${name} ${kind}`)
      expect(known.slice(0, 2)).toEqual(['网格G0 grid', '网格G0 address'])
      const face = `${'a'.repeat(39)}😀 rubbish`
      expect((await form({ ...fields, api_key: apiKey, description: face })).status).toBe(201)
      expect((await report({ description: face })).status).toBe(201)
      const titles = await town.running.db.query<{ title: string }>(
        `select title from incidents where title like 'aaaa%'`,
      )
      expect(titles.map(({ title }) => title)).toEqual([`${'a'.repeat(39)}😀`, `${'a'.repeat(39)}😀`])
    })

    it('is told what is wrong as a list of errors', async () => {
      const wrong: [Record<string, string>, number][] = [
        [{ ...fields, service_code: 'none' }, 400],
        [{ ...fields, lat: '95' }, 400],
        [{ service_code: '01', description: 'x' }, 400],
        [{ service_code: '01', address_string: '没有这个地方', description: 'x' }, 400],
      ]
      for (const [body, status] of wrong) {
        const answer = await form({ ...body, api_key: apiKey })
        const [error] = await json<{ code: number; description: string }[]>(answer)
        expect([answer.status, error?.code]).toEqual([status, status])
        expect(error?.description).toBeTruthy()
      }
      const ask = async (query: string) => (await outside('GET', `${base}/requests.json?${query}`)).status
      expect(await ask('start_date=yesterday')).toBe(400)
      for (const far of ['%2B275760-09-13T00:00:00Z', '1969-12-31T23:59:59Z', '-000001-01-01T00:00:00Z']) {
        expect([far, await ask(`start_date=${far}`)]).toEqual([far, 400])
        expect([far, await ask(`end_date=${far}`)]).toEqual([far, 400])
      }
      expect(await ask('status=half')).toBe(400)
      expect(await ask('jurisdiction_id=elsewhere')).toBe(404)
      const byAddress = await form({
        service_code: '01',
        address_string: '东门',
        description: 'x',
        api_key: apiKey,
      })
      expect(byAddress.status).toBe(201)
    })
  })
})
