import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Device, Door, Stranger } from '../../api/contract/device.ts'
import { databases } from '../setup/database.ts'
import { type Caller, openTown, type TestTown } from '../setup/town.ts'

// The doors over HTTP: OsmAnd/Traccar Client and OwnTracks; and the devices that may come through any door.

const place = { lat: 31.701, lng: 120.401 }

describe.each(databases)('phones of other makers on $name', ({ open }) => {
  let town: TestTown
  let admin: Caller
  let token: string
  beforeAll(async () => {
    town = await openTown(open)
    admin = await town.as('admin')
    await admin('POST', `/api/officers/${town.officer('O1')}/shift`, {
      on: true,
      at: new Date(Date.now() - 3_600_000).toISOString(),
    })
    token = (await issue('O1', { label: '手机' })).token
  })
  afterAll(() => town?.close())
  beforeEach(() => town.running.db.query('truncate fixes'))

  const issue = async (officer: string, body: object) =>
    (await (await admin('POST', `/api/officers/${town.officer(officer)}/devices`, body)).json()) as {
      id: number
      token: string
    }
  const stored = () =>
    town.running.db.query<
      Record<'officerId' | 'lng' | 'lat' | 'accuracy' | 'speed' | 'heading' | 'battery', number> & {
        at: Date
      }
    >(
      `select officer_id as "officerId", lng_e7 / 1e7::float8 as lng, lat_e7 / 1e7::float8 as lat, recorded_at as at,
         accuracy, speed, heading, battery
       from fixes order by recorded_at`,
    )
  const doors = async () =>
    (await (await admin('GET', '/api/doors')).json()) as { doors: Door[]; strangers: Stranger[] }
  const counts = async (name: Door['name']) => (await doors()).doors.find((one) => one.name === name) as Door
  const osmand = (query: string, init: RequestInit = {}) =>
    fetch(`${town.running.url}/api/doors/osmand${query}`, init)
  const second = (ago: number) => Math.floor(Date.now() / 1000) - ago
  const utc = (seconds: number) => new Date(seconds * 1000).toISOString()

  describe('OsmAnd and Traccar Client', () => {
    const at = () => `?id=${token}&lat=${place.lat}&lon=${place.lng}`

    it('are taken from a query, in our units', async () => {
      const when = second(30)
      const answer = await osmand(
        `${at()}&timestamp=${when}&speed=10&bearing=90&accuracy=5&batt=50&altitude=3&unknown=x`,
      )
      expect([answer.status, await answer.text()]).toEqual([200, ''])
      expect(await stored()).toEqual([
        {
          officerId: town.officer('O1'),
          ...place,
          at: new Date(when * 1000),
          accuracy: 5,
          // 10 knots; the ingest keeps tenths.
          speed: expect.closeTo(5.1, 1),
          heading: 90,
          battery: 0.5,
        },
      ])
    })

    it('write the time in four ways, the place in two, and send it by GET, POST or as a form', async () => {
      const when = second(100)
      const ways = [
        `${at()}&timestamp=${when}`,
        `${at()}&timestamp=${(when + 1) * 1000}`,
        `${at()}&timestamp=${utc(when + 2)}`,
        `${at()}&timestamp=${encodeURIComponent(
          utc(when + 3)
            .slice(0, 19)
            .replace('T', ' '),
        )}`,
        `?deviceid=${token}&location=${place.lat},${place.lng}&timestamp=${when + 4}&heading=10&hdop=2`,
      ]
      for (const way of ways) expect((await osmand(way)).status).toBe(200)
      expect((await osmand(`${at()}&timestamp=${when + 5}`, { method: 'POST' })).status).toBe(200)
      const form = new URLSearchParams(`id=${token}&lat=${place.lat}&lon=${place.lng}&timestamp=${when + 6}`)
      expect((await osmand('', { method: 'POST', body: form })).status).toBe(200)
      const found = await stored()
      expect(found.map((one) => one.at.getTime() / 1000 - when)).toEqual([0, 1, 2, 3, 4, 5, 6])
      for (const one of found) expect([one.lat, one.lng]).toEqual([place.lat, place.lng])
      expect(found[4]).toMatchObject({ heading: 10, accuracy: 10 })
      // Without a time it is now.
      await osmand(at())
      expect(Date.now() - ((await stored()).at(-1)?.at.getTime() ?? 0)).toBeLessThan(5000)
    })

    it('send JSON since version 9', async () => {
      const timestamp = utc(second(20))
      const location = {
        timestamp,
        coords: {
          latitude: place.lat,
          longitude: place.lng,
          accuracy: 5,
          speed: 2,
          heading: -1,
          altitude: 5,
        },
        is_moving: false,
        odometer: 0,
        event: 'motionchange',
        battery: { level: 1, is_charging: false },
        activity: { type: 'still' },
        extras: {},
      }
      const answer = await osmand('', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ location, device_id: token }),
      })
      expect([answer.status, await answer.text()]).toEqual([200, ''])
      expect(await stored()).toMatchObject([{ at: new Date(timestamp), speed: 2, heading: null, battery: 1 }])
    })

    it('are told in a sentence what cannot be read, and it is counted', async () => {
      const before = (await counts('osmand')).malformed
      const bad = [
        `?id=${token}`,
        `?id=${token}&lat=x&lon=1`,
        `?id=${token}&lat=91&lon=1`,
        `?id=${token}&lat=NaN&lon=Infinity`,
        `?id=${token}&lat=1&lon=`,
        `${at()}&timestamp=yesterday`,
        `${at()}&timestamp=${'9'.repeat(14)}x`,
      ]
      for (const query of bad) {
        const answer = await osmand(query)
        const { detail } = (await answer.json()) as { detail: string }
        expect([query, answer.status, detail]).toEqual([query, 400, expect.stringMatching(/^The .*\.$/)])
      }
      for (const body of [{}, { location: [] }, { location: 'x' }, { location: { coords: null } }]) {
        const answer = await osmand('', {
          method: 'POST',
          body: JSON.stringify({ ...body, device_id: token }),
        })
        expect([body, answer.status]).toEqual([body, 400])
      }
      expect((await counts('osmand')).malformed - before).toBe(bad.length + 4)
      expect(await stored()).toEqual([])
    })

    it('are strangers without a token of ours, and no token is ever shown', async () => {
      const almost = `${token.slice(0, -1)}!`.replace('!', token.endsWith('A') ? 'B' : 'A')
      for (const id of ['48241179', almost, 'x'.repeat(3000), '%00'])
        expect((await osmand(`?id=${id}&lat=1&lon=1`)).status).toBe(401)
      expect((await osmand('')).status).toBe(401)
      expect((await osmand('', { method: 'POST', body: '{' })).status).toBe(401)
      const { strangers } = await doors()
      const shown = strangers.filter((one) => one.door === 'osmand').map((one) => one.who)
      expect(shown).toContain('48241179')
      expect(JSON.stringify(strangers)).not.toContain(almost.slice(0, 8))
      expect(strangers.every((one) => one.from === '127.0.0.1')).toBe(true)
    })

    it('hear nothing of being off shift, or of a position that is too old; the operator does', async () => {
      const { token: off } = await issue('O2', {})
      const before = await counts('osmand')
      expect((await osmand(`?id=${off}&lat=${place.lat}&lon=${place.lng}`)).status).toBe(200)
      expect((await osmand(`${at()}&timestamp=${second(8 * 86_400)}`)).status).toBe(200)
      expect(await stored()).toEqual([])
      const { refused } = await counts('osmand')
      expect((refused['off-shift'] ?? 0) - (before.refused['off-shift'] ?? 0)).toBe(1)
      expect((refused['too-old'] ?? 0) - (before.refused['too-old'] ?? 0)).toBe(1)
    })
  })

  describe('OwnTracks over HTTP', () => {
    const post = (body: unknown, password = token, user = 'anybody') =>
      fetch(`${town.running.url}/api/doors/owntracks`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
        },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      })
    const location = (ago: number, more: object = {}) => ({
      _type: 'location',
      lat: place.lat,
      lon: place.lng,
      tst: second(ago),
      ...more,
    })

    it('is taken, one message or many, in our units', async () => {
      const one = location(30, {
        acc: 15,
        alt: 440,
        vel: 36,
        cog: 271,
        batt: 46,
        tid: '5t',
        t: 'u',
        conn: 'w',
      })
      const answer = await post(one)
      expect([answer.status, await answer.json()]).toEqual([200, []])
      expect((await post([location(20, { vel: -1 }), { _type: 'status' }, location(10)])).status).toBe(200)
      expect(await stored()).toMatchObject([
        {
          ...place,
          at: new Date(one.tst * 1000),
          accuracy: 15,
          speed: 10,
          heading: 271,
          battery: expect.closeTo(0.46, 2),
        },
        { speed: null },
        { heading: null, battery: null },
      ])
    })

    it('is heard politely about everything else', async () => {
      const types = [
        'transition',
        'waypoint',
        'waypoints',
        'lwt',
        'status',
        'card',
        'cmd',
        'steps',
        'beacon',
        'constructor',
      ]
      for (const _type of types) {
        const answer = await post({ _type, tst: second(1), lat: 1, lon: 1 })
        expect([_type, answer.status, await answer.json()]).toEqual([_type, 200, []])
      }
      expect([(await post('')).status, (await post('[]')).status]).toEqual([200, 200])
      const encrypted = await post({ _type: 'encrypted', data: 'AAAA' })
      expect([encrypted.status, ((await encrypted.json()) as { detail: string }).detail]).toEqual([
        422,
        expect.stringContaining('encrypt'),
      ])
      for (const bad of [
        '{',
        'x',
        '1',
        'null',
        '[1]',
        {},
        location(0, { lat: 91 }),
        location(0, { tst: '1' }),
      ])
        expect([bad, (await post(bad)).status]).toEqual([bad, 400])
      expect(await stored()).toEqual([])
    })

    it('is a stranger with any other password', async () => {
      for (const password of ['', 'x', 'x'.repeat(43)])
        expect((await post(location(1), password, '陌生人')).status).toBe(401)
      expect((await fetch(`${town.running.url}/api/doors/owntracks`, { method: 'POST' })).status).toBe(401)
      expect((await doors()).strangers[0]).toMatchObject({ door: 'owntracks', who: '' })
      expect((await doors()).strangers[1]).toMatchObject({ door: 'owntracks', who: '陌生人', times: 3 })
      expect(await stored()).toEqual([])
    })
  })

  describe('devices', () => {
    const list = async (caller = admin) =>
      ((await (await caller('GET', '/api/devices')).json()) as { devices: Device[] }).devices

    it('are listed with their officer and when they were last seen, never with a secret', async () => {
      await osmand(`?id=${token}&lat=${place.lat}&lon=${place.lng}`)
      const found = await list()
      expect(found).toContainEqual(
        expect.objectContaining({
          officerCode: 'O1',
          officerName: '王一',
          kind: 'token',
          terminal: null,
          label: '手机',
          seenDoor: 'osmand',
          seenAt: expect.stringMatching(/^\d{4}-/),
          revokedAt: null,
        }),
      )
      expect(JSON.stringify(found)).not.toContain(token)
      await town.running.services.identity.close()
      const noted = await town.running.db.query('select 1 from devices where seen_door = $1', ['osmand'])
      expect(noted.length).toBeGreaterThan(0)
      expect((await list()).filter((one) => one.seenDoor === 'osmand').length).toBe(noted.length)
    })

    it('are revoked at once, at every door', async () => {
      const { id, token: lost } = await issue('O1', { label: 'lost' })
      const query = `?id=${lost}&lat=${place.lat}&lon=${place.lng}`
      expect((await osmand(query)).status).toBe(200)
      expect((await admin('DELETE', `/api/devices/${id}`)).status).toBe(204)
      expect((await osmand(query)).status).toBe(401)
      const bearer = await fetch(`${town.running.url}/api/incidents/classes`, {
        headers: { authorization: `Bearer ${lost}` },
      })
      expect(bearer.status).toBe(401)
      expect((await list()).find((one) => one.id === id)?.revokedAt).not.toBeNull()
      expect((await admin('DELETE', `/api/devices/${id}`)).status).toBe(204)
      expect((await admin('DELETE', '/api/devices/999999')).status).toBe(404)
    })

    it('bind a terminal or a topic once, whatever zeros it is written with', async () => {
      const made = await issue('O1', { kind: 'terminal', terminal: '013900000001' })
      expect(made).toEqual({ id: expect.any(Number), token: null })
      const bind = async (body: object) => {
        const answer = await admin('POST', `/api/officers/${town.officer('O2')}/devices`, body)
        return answer.status
      }
      expect(await bind({ kind: 'terminal', terminal: '13900000001' })).toBe(409)
      expect(await bind({ kind: 'topic', terminal: 'wang/phone' })).toBe(201)
      expect(await bind({ kind: 'topic', terminal: 'wang/phone' })).toBe(409)
      for (const bad of [
        { kind: 'terminal' },
        { kind: 'terminal', terminal: 'a/b' },
        { kind: 'topic', terminal: '123' },
        { kind: 'topic', terminal: 'a/#' },
        { kind: 'token', terminal: '123' },
      ])
        expect([bad, await bind(bad)]).toEqual([bad, 422])
      await admin('DELETE', `/api/devices/${made.id}`)
      expect(await bind({ kind: 'terminal', terminal: '13900000001' })).toBe(201)
    })

    it('are shown to an administrator of other grids only as far as those reach', async () => {
      await town.running.db.query(`update accounts set grids = $1 where username = 'admin'`, [
        [town.grid('G3')],
      ])
      town.running.services.identity.forget(admin.cookie.split('=')[1] ?? '')
      const [own] = await list()
      const others = await town.running.db.query<{ id: number }>(
        'select id from devices where officer_id = $1',
        [town.officer('O1')],
      )
      const refused = await admin('DELETE', `/api/devices/${others[0]?.id}`)
      await town.running.db.query(`update accounts set grids = $1 where username = 'admin'`, [[town.townId]])
      town.running.services.identity.forget(admin.cookie.split('=')[1] ?? '')
      expect([own?.officerCode, refused.status]).toEqual(['O2', 404])
    })
  })
})
