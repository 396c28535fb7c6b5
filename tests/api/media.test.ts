import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ALL_FORMATS, BufferSource, Input } from 'mediabunny'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TimelineEvent } from '../../api/contract/incident.ts'
import { type Medium, pieceBytes } from '../../api/contract/media.ts'
import { readInstant, readIso6709 } from '../../api/media/evidence.ts'
import { mostUnbound, sweepMedia } from '../../api/media/uploads.ts'
import { databases } from '../setup/database.ts'
import { type Caller, openTown, south, type TestTown, until, west } from '../setup/town.ts'
import { mp4Video, photo, picture, planted, voice, webmVideo } from './media-files.ts'

const octets = { 'content-type': 'application/octet-stream' }
let keys = 0
const begin = async (
  who: Caller,
  kind: Medium['kind'],
  bytes: number,
  more: Record<string, unknown> = {},
): Promise<Medium & { code?: string }> =>
  (
    await who('POST', '/api/media', { kind, moment: 'found', bytes, key: `test-key-${++keys}`, ...more })
  ).json() as Promise<Medium>
const put = (who: Caller, id: number, offset: number, bytes: Uint8Array) =>
  who('PUT', `/api/media/${id}/content?offset=${offset}`, bytes, octets)
async function send(
  who: Caller,
  kind: Medium['kind'],
  bytes: Uint8Array,
  more: Record<string, unknown> = {},
): Promise<Medium> {
  const { id } = await begin(who, kind, bytes.byteLength, more)
  const answer = await put(who, id, 0, bytes)
  const medium = (await answer.json()) as Medium & { detail?: string }
  expect(medium.detail, 'the answer to the upload').toBeUndefined()
  return medium
}
const bytesOf = async (answer: Response) => Buffer.from(await answer.arrayBuffer())

describe('what a device wrote', () => {
  const given = { timeZone: 'Asia/Shanghai', now: new Date('2026-11-21T00:00:00Z') }
  it.each([
    ['2026:11:20 09:30:15', '', '2026-11-20T01:30:15.000Z'],
    ['2026:11:20 09:30:15', '-05:00', '2026-11-20T14:30:15.000Z'],
    ['2026-11-20T09:30:15+0800', '-05:00', '2026-11-20T01:30:15.000Z'],
    ['2026-11-20T09:30:15.250Z', '', '2026-11-20T09:30:15.000Z'],
    ['2026:02:31 09:30:15', '', undefined],
    ['0000:00:00 00:00:00', '', undefined],
    ['1980:01:01 00:00:00', '', undefined],
    ['2027:01:01 00:00:00', '', undefined],
    ['2026', '', undefined],
  ])('is an instant or nothing: %s %s', (written, offset, at) =>
    expect(readInstant(written, { ...given, offset })?.toISOString()).toBe(at),
  )
  it.each([
    ['+31.8201+120.3010+012.3/', 31.8201, 120.301],
    ['-33.5-070.25/', -33.5, -70.25],
    ['+00.0000+000.0000/', null, null],
    ['+95.0+120.0/', null, null],
    ['+3149+12018/', null, null],
    ['', null, null],
  ])('is a place or nothing: %s', (written, takenLat, takenLng) =>
    expect(readIso6709(written)).toEqual({ takenLat, takenLng }),
  )
})

describe.each(databases)('media on $name', ({ open }) => {
  let town: TestTown
  let officer: Caller
  let clock = new Date()
  const incidents = { near: 0, far: 0 }
  beforeAll(async () => {
    town = await openTown(open, () => clock)
    officer = await town.as('officer')
    const desk = await town.as('dispatcher')
    const report = async (lng: number, lat: number) => {
      const answer = await desk('POST', '/api/incidents', { classCode: '01', title: '倒垃圾', lng, lat })
      return ((await answer.json()) as { id: number }).id
    }
    incidents.near = await report(west + 0.001, south + 0.001)
    incidents.far = await report(west + 0.031, south + 0.031)
  })
  afterAll(() => town?.close())
  const folder = () => town.running.services.config.dataFolder
  const stored = () => globSync('media/**/*.*', { cwd: folder() }).sort()

  it('takes a photograph in pieces, keeps its time and place as evidence, and serves it drawn anew without them', async () => {
    const sent = await photo({ width: 3000, height: 2000, orientation: 6 })
    const half = Math.floor(sent.length / 2)
    const begun = await begin(officer, 'photo', sent.length, { name: '现场 1.heic' })
    expect(begun).toMatchObject({ state: 'receiving', received: 0, addedBy: 'officer' })
    const first = await put(officer, begun.id, 0, sent.subarray(0, half))
    expect(await first.json()).toMatchObject({ state: 'receiving', received: half })
    const again = await put(officer, begun.id, 0, sent.subarray(0, half))
    expect(await again.json()).toMatchObject({ state: 'receiving', received: half })
    const wrong = await put(officer, begun.id, half + 7, sent.subarray(half + 7))
    expect(wrong.status).toBe(409)
    expect(((await wrong.json()) as { detail: string }).detail).toContain(`${half} bytes have arrived`)
    const medium = (await (await put(officer, begun.id, half, sent.subarray(half))).json()) as Medium
    expect(medium).toMatchObject({
      state: 'ready',
      mime: 'image/jpeg',
      takenAt: '2026-11-20T01:30:15.000Z',
      takenLng: 120.301,
      takenLat: 31.8201,
      width: 1707,
      height: 2560,
      received: sent.length,
    })

    const answer = await officer('GET', `/api/media/${medium.id}/file`)
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'image/jpeg',
      'x-content-type-options': 'nosniff',
      'content-disposition': `inline; filename*=UTF-8''%E7%8E%B0%E5%9C%BA%201.jpg`,
      'accept-ranges': 'bytes',
    })
    const served = await bytesOf(answer)
    expect(createHash('sha256').update(served).digest('hex')).toBe(medium.sha256)
    const read = await sharp(served).metadata()
    expect([read.exif, read.icc, read.xmp, read.iptc, read.orientation]).toEqual(Array(5).fill(undefined))
    expect(sent.includes(planted.title) && sent.includes(planted.place)).toBe(true)
    expect(served.includes(planted.title) || served.includes(planted.place)).toBe(false)
    // Turned by 90° to the right, the red half that was left is on top.
    const { data } = await sharp(served).raw().toBuffer({ resolveWithObject: true })
    expect(data[0]).toBeGreaterThan(200)
    expect(data.at(-1)).toBeGreaterThan(200)
    const small = await officer('GET', `/api/media/${medium.id}/thumbnail`)
    expect(small.headers.get('content-type')).toBe('image/webp')
    expect(await sharp(await bytesOf(small)).metadata()).toMatchObject({ format: 'webp', height: 480 })
    expect(existsSync(join(folder(), 'media', 'arriving', String(medium.id)))).toBe(false)
  })

  it('reads a time without an offset in the town’s zone, and takes no place for one', async () => {
    const medium = await send(officer, 'photo', await photo({ offset: '', gps: false }))
    expect(medium).toMatchObject({ takenAt: '2026-11-20T01:30:15.000Z', takenLng: null, takenLat: null })
  })

  it.each([
    ['webm', 'video', webmVideo, 'video/webm', 320],
    ['mp4', 'video', mp4Video, 'video/mp4', 96],
    ['webm', 'voice', () => voice('webm'), 'audio/webm', null],
    ['ogg', 'voice', () => voice('ogg'), 'audio/webm', null],
    ['m4a', 'voice', () => voice('m4a'), 'audio/mp4', null],
    ['mp3', 'voice', () => voice('mp3'), 'audio/mpeg', null],
    ['wav', 'voice', () => voice('wav'), 'audio/wav', null],
  ] as const)('packs a %s %s anew, without what the device wrote', async (_, kind, make, mime, width) => {
    const sent = await make()
    const medium = await send(officer, kind, sent)
    expect(medium).toMatchObject({ state: 'ready', mime, width })
    expect(Math.abs((medium.seconds ?? 0) - 2)).toBeLessThan(0.15)
    const served = await bytesOf(await officer('GET', `/api/media/${medium.id}/file`))
    expect(sent.includes(planted.title)).toBe(true)
    for (const secret of Object.values(planted)) expect(served.includes(secret)).toBe(false)
    const input = new Input({ formats: ALL_FORMATS, source: new BufferSource(served) })
    expect(await input.getMimeType()).toMatch(mime === 'audio/wav' ? /wav/ : mime)
    expect(Math.abs((await input.computeDuration()) - 2)).toBeLessThan(0.15)
    const { raw = {}, ...named } = await input.getMetadataTags()
    expect([named, Object.keys(raw)]).toEqual([{}, []])
    for (const track of await input.getTracks()) expect(await track.getName()).toBeNull()
  })

  it('keeps time and place of a film as evidence', async () => {
    const medium = await send(officer, 'video', await webmVideo())
    expect(medium).toMatchObject({
      takenAt: '2026-11-20T01:30:15.000Z',
      takenLng: 120.301,
      takenLat: 31.8201,
    })
    expect(await send(officer, 'video', await mp4Video())).toMatchObject({
      takenLng: 120.301,
      takenLat: 31.8201,
    })
  })

  it('serves ranges, and nothing where nothing has changed', async () => {
    const medium = await send(officer, 'voice', await voice('wav'))
    const path = `/api/media/${medium.id}/file`
    const whole = await officer('GET', path)
    const all = await bytesOf(whole)
    const range = async (asked: string) => {
      const answer = await officer('GET', path, undefined, { range: asked })
      return [answer.status, answer.headers.get('content-range'), await bytesOf(answer)] as const
    }
    const size = all.length
    expect(await range('bytes=0-9')).toEqual([206, `bytes 0-9/${size}`, all.subarray(0, 10)])
    expect(await range('bytes=100-')).toEqual([206, `bytes 100-${size - 1}/${size}`, all.subarray(100)])
    expect(await range('bytes=-5')).toEqual([206, `bytes ${size - 5}-${size - 1}/${size}`, all.subarray(-5)])
    expect((await range(`bytes=${size}-`)).slice(0, 2)).toEqual([416, `bytes */${size}`])
    for (const odd of ['bytes=5-3', 'bytes=a-b', 'lines=1-2', 'bytes=0-1,5-6'])
      expect((await range(odd))[0]).toBe(200)
    const tag = whole.headers.get('etag') ?? ''
    expect((await officer('GET', path, undefined, { 'if-none-match': tag })).status).toBe(304)
    expect((await officer('GET', `/api/media/${medium.id}/thumbnail`)).status).toBe(404)
  })

  it('belongs to its sender until it is bound, and to whoever sees the incident then', async () => {
    const [member, desk] = [await town.as('member'), await town.as('dispatcher')]
    const loose = await send(officer, 'photo', await photo())
    for (const who of [member, desk, await town.as('nobody')])
      for (const rest of ['', '/file', '/thumbnail'])
        expect((await who('GET', `/api/media/${loose.id}${rest}`)).status).toBe(404)
    expect((await put(member, loose.id, 0, await photo())).status).toBe(404)
    expect((await member('DELETE', `/api/media/${loose.id}`)).status).toBe(404)

    const { near, far } = incidents
    const outside = await officer('POST', '/api/media', {
      kind: 'photo',
      bytes: 9,
      key: 'far-far-1',
      incidentId: far,
    })
    expect(outside.status).toBe(404)
    const told: TimelineEvent[] = []
    const screen = await town.socket('dispatcher')
    screen.on('timeline:appended', (events) => told.push(...events))
    await new Promise((resolve) => screen.emit('subscribe', {}, resolve))
    const bound = await send(officer, 'photo', await photo(), { incidentId: near, moment: 'handled' })
    expect(bound).toMatchObject({ incidentId: near, state: 'ready', moment: 'handled' })
    expect((await desk('GET', `/api/media/${bound.id}/file`)).status).toBe(200)
    expect((await (await town.as('nobody'))('GET', `/api/media/${bound.id}`)).status).toBe(404)
    const listed = (await (await desk('GET', `/api/media?incidentId=${near}`)).json()) as { media: Medium[] }
    expect(listed.media.map(({ id }) => id)).toEqual([bound.id])
    const hidden = await (await town.as('nobody'))('GET', `/api/media?incidentId=${near}`)
    expect(await hidden.json()).toEqual({ media: [] })
    const detail = (await (await desk('GET', `/api/incidents/${near}`)).json()) as {
      timeline: { event: string; actorName: string; data: unknown }[]
    }
    expect(detail.timeline.filter(({ event }) => event === 'incident:attached')).toMatchObject([
      { actorName: 'officer', data: { mediaId: bound.id, kind: 'photo', moment: 'handled' } },
    ])
    await until('the event on a screen', () => told.some(({ event }) => event === 'incident:attached'))
    expect((await officer('DELETE', `/api/media/${bound.id}`)).status).toBe(409)
  })

  it('knows a key again: one upload, however often and however much at once it is sent', async () => {
    const sent = await photo({ width: 777 })
    const body = { kind: 'photo', bytes: sent.length, key: 'the-same-key', incidentId: incidents.near }
    const answers = await Promise.all(Array.from({ length: 5 }, () => officer('POST', '/api/media', body)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 201])
    const ids = new Set(await Promise.all(answers.map(async (one) => ((await one.json()) as Medium).id)))
    expect(ids.size).toBe(1)
    const [id = 0] = ids
    const puts = await Promise.all(Array.from({ length: 5 }, () => put(officer, id, 0, sent)))
    expect(puts.map(({ status }) => status)).toEqual(Array(5).fill(200))
    const events = await town.running.db.query(
      `select 1 from timeline where event = 'incident:attached' and (data->>'mediaId')::int = $1`,
      [id],
    )
    expect(events.length).toBe(1)
    expect((await officer('POST', '/api/media', { ...body, bytes: 5 })).status).toBe(409)
    const member = await town.as('member')
    expect((await member('POST', '/api/media', { ...body, incidentId: undefined })).status).toBe(201)
  })

  it('keeps one file for the same content, until its last row goes', async () => {
    const sent = await picture(500, 100).jpeg().toBuffer()
    const before = stored().length
    const one = await send(officer, 'photo', sent)
    const two = await send(officer, 'photo', sent)
    expect(two.sha256).toBe(one.sha256)
    expect(stored().length).toBe(before + 2)
    expect((await officer('DELETE', `/api/media/${one.id}`)).status).toBe(204)
    expect((await officer('GET', `/api/media/${two.id}/file`)).status).toBe(200)
    expect((await officer('DELETE', `/api/media/${two.id}`)).status).toBe(204)
    expect((await officer('GET', `/api/media/${two.id}/file`)).status).toBe(404)
    expect(stored().length).toBe(before)
    // Containers are made without times, so films too.
    const film = await mp4Video({ seconds: 1 })
    expect((await send(officer, 'video', film)).sha256).toBe((await send(officer, 'video', film)).sha256)
  })

  it('goes on with an upload whose last piece was written but not worked on, and begins anew where bytes are lost', async () => {
    const sent = await photo({ width: 333 })
    const body = { kind: 'photo', bytes: sent.length, key: 'died-in-between' }
    const { id } = (await (await officer('POST', '/api/media', body)).json()) as Medium
    await put(officer, id, 0, sent.subarray(0, 100))
    await town.running.db.query('update media set received = bytes where id = $1', [id])
    const lost = await officer('POST', '/api/media', body)
    expect([lost.status, ((await lost.json()) as { detail: string }).detail]).toEqual([
      409,
      '0 bytes have arrived: go on from there.',
    ])
    expect(await (await put(officer, id, 0, sent)).json()).toMatchObject({ state: 'ready' })
  })

  it('limits sizes, pieces and the number of uploads without an incident', async () => {
    const large = await officer('POST', '/api/media', {
      kind: 'photo',
      bytes: 25_000_001,
      key: 'too-large-1',
    })
    expect(large.status).toBe(413)
    const { id } = await begin(officer, 'video', 20_000_000)
    expect((await put(officer, id, 0, new Uint8Array(pieceBytes + 1))).status).toBe(413)
    expect((await put(officer, id, 0, new Uint8Array(pieceBytes))).status).toBe(200)
    expect((await put(officer, id, 0, new Uint8Array(0))).status).toBe(422)
    const leader = await town.as('leader')
    const small = await begin(leader, 'photo', 10)
    expect((await put(leader, small.id, 0, new Uint8Array(11))).status).toBe(422)
    for (let i = 1; i < mostUnbound; i++) await begin(leader, 'photo', 10)
    const more = await leader('POST', '/api/media', { kind: 'photo', bytes: 10, key: 'one-too-many' })
    expect([more.status, ((await more.json()) as { detail: string }).detail]).toEqual([
      429,
      expect.stringContaining('60 uploads'),
    ])
    expect((await (await town.as('screen'))('POST', '/api/media', {})).status).toBe(403)
  })

  it('sweeps what stopped half-way after a day and what nobody reported after seven, and nothing else', async () => {
    const bound = await send(officer, 'photo', await photo({ width: 640 }), { incidentId: incidents.near })
    const loose = await send(officer, 'photo', await photo({ width: 641 }))
    const half = await begin(officer, 'photo', 100)
    await put(officer, half.id, 0, new Uint8Array(50))
    const state = async (id: number) => (await officer('GET', `/api/media/${id}`)).status
    const { db } = town.running
    const start = clock
    await sweepMedia(db, folder(), new Date(start.getTime() + 23 * 3_600_000))
    expect(await state(half.id)).toBe(200)
    await sweepMedia(db, folder(), new Date(start.getTime() + 25 * 3_600_000))
    expect([await state(half.id), await state(loose.id)]).toEqual([404, 200])
    expect(existsSync(join(folder(), 'media', 'arriving', String(half.id)))).toBe(false)
    clock = new Date(start.getTime() + 8 * 86_400_000)
    expect(await sweepMedia(db, folder(), clock)).toBeGreaterThan(0)
    clock = start
    expect([await state(loose.id), await state(bound.id)]).toEqual([404, 200])
    const used = await db.query<{ sha256: string }>('select distinct sha256 from media where sha256 <> $1', [
      '',
    ])
    expect(new Set(stored().map((file) => file.split('/')[2]?.slice(0, 64)))).toEqual(
      new Set(used.map(({ sha256 }) => sha256)),
    )
    for (const file of stored().filter((name) => !name.includes('thumbnail')))
      expect(file).toContain(
        createHash('sha256')
          .update(readFileSync(join(folder(), file)))
          .digest('hex'),
      )
  })
})
