import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Door } from '../../api/contract/device.ts'
import { messages, results } from '../../api/doors/jt808.ts'
import { databases } from '../setup/database.ts'
import { startFlood } from '../setup/flood.ts'
import { batchBody, codeBody, escape, locationBody, openTerminal, type Terminal } from '../setup/terminal.ts'
import { type Caller, openTown, type TestTown, until } from '../setup/town.ts'

// JT/T 808 over TCP, from the registration to the track.

const phone = '013900000001'
const place = { lat: 31.701, lng: 120.401 }

describe.each(databases)('JT/T 808 on $name', ({ open }) => {
  let town: TestTown
  let admin: Caller
  let address: string
  const terminals: Terminal[] = []
  beforeAll(async () => {
    town = await openTown(open, undefined, { jt808Port: 0 })
    admin = await town.as('admin')
    for (const [code, terminal] of [
      ['O1', phone],
      ['O2', '13900000002'],
    ] as const) {
      await admin('POST', `/api/officers/${town.officer(code)}/shift`, {
        on: true,
        at: new Date(Date.now() - 3_600_000).toISOString(),
      })
      await bind(code, terminal)
    }
    address = (await door()).address ?? ''
  })
  afterAll(() => town?.close())
  beforeEach(async () => {
    for (const one of terminals.splice(0)) one.socket.destroy()
    await town.running.db.query('truncate fixes')
  })

  const bind = async (code: string, terminal: string) =>
    (await (
      await admin('POST', `/api/officers/${town.officer(code)}/devices`, { kind: 'terminal', terminal })
    ).json()) as { id: number }
  const door = async () => {
    const { doors } = (await (await admin('GET', '/api/doors')).json()) as { doors: Door[] }
    return doors.find((one) => one.name === 'jt808') as Door
  }
  const call = async (number = phone, version: 2013 | 2019 = 2013) => {
    const terminal = await openTerminal(address, number, version)
    terminals.push(terminal)
    return terminal
  }
  const stored = () =>
    town.running.db.query<{ officerId: number; lng: number; lat: number; at: Date; speed: number }>(
      `select officer_id as "officerId", lng_e7 / 1e7::float8 as lng, lat_e7 / 1e7::float8 as lat, recorded_at as at, speed
       from fixes order by recorded_at`,
    )
  const ago = (seconds: number) => new Date(Math.floor(Date.now() / 1000 - seconds) * 1000)
  const here = (seconds: number) => locationBody({ ...place, at: ago(seconds), speed: 36 })

  it.each([
    ['2013', phone, 2013],
    ['2019', '00000000013900000002', 2019],
  ] as const)(
    'a terminal of %s registers, shows its code, reports, and is answered after the commit',
    async (_, number, version) => {
      const terminal = await call(number, version)
      await terminal.signOn()
      expect(await terminal.ask(messages.heartbeat)).toBe(results.done)
      const at = ago(30)
      expect(await terminal.ask(messages.location, locationBody({ ...place, at, speed: 36 }))).toBe(
        results.done,
      )
      expect(await stored()).toEqual([
        { officerId: town.officer(version === 2013 ? 'O1' : 'O2'), ...place, at, speed: 10 },
      ])
      expect(terminal.heard.every((one) => one.version === version && one.phone === number)).toBe(true)
      expect(terminal.heard.map((one) => one.seq)).toEqual([0, 1, 2, 3])
      expect(await door()).toMatchObject({ open: true, connections: expect.any(Number) })
      expect(await terminal.ask(messages.logout)).toBe(results.done)
      expect(await terminal.ask(messages.location, here(1))).toBe(results.failed)
    },
  )

  it('shows the code again on every connection, and nothing is taken before', async () => {
    const first = await call()
    const code = await first.signOn()
    first.socket.destroy()
    const second = await call()
    expect(await second.ask(messages.location, here(20))).toBe(results.failed)
    expect(await second.ask(messages.authenticate, codeBody('guess', 2013))).toBe(results.failed)
    expect(await second.ask(messages.authenticate, codeBody(code, 2013))).toBe(results.done)
    expect(await second.ask(messages.location, here(20))).toBe(results.done)
    expect(await stored()).toHaveLength(1)
    // The code is a terminal's: it opens no other door.
    const bearer = await fetch(`${town.running.url}/api/doors/osmand?id=${code.padEnd(20, '0')}&lat=1&lon=1`)
    expect(bearer.status).toBe(401)
  })

  it('takes a batch, whole or in pieces, once', async () => {
    const terminal = await call()
    await terminal.signOn()
    const bodies = Array.from({ length: 80 }, (_, i) => here(100 + i))
    expect(await terminal.ask(messages.locations, batchBody(bodies.slice(0, 20)))).toBe(results.done)
    expect(await stored()).toHaveLength(20)
    const whole = batchBody(bodies)
    const total = Math.ceil(whole.length / 1000)
    const sent = Array.from({ length: total }, (_, i) =>
      terminal.send(messages.locations, whole.subarray(i * 1000, (i + 1) * 1000), { total, index: i + 1 }),
    )
    expect(total).toBeGreaterThan(2)
    for (const seq of sent) expect(await terminal.resultOf(seq)).toBe(results.done)
    const found = await stored()
    expect(new Set(found.map((one) => one.at.getTime())).size).toBe(80)
    expect(found).toHaveLength(80)
  })

  it('understands the hemispheres, moved coordinates, no satellites, and dates that are none', async () => {
    const terminal = await call()
    await terminal.signOn()
    const before = await door()
    const at = ago(50)
    // 北京天安门 in GCJ-02; WGS 84 lies some 500 m to the south-west.
    const moved = locationBody({ lng: 116.404_15, lat: 39.915_1, at, status: 2 | 32 })
    expect(await terminal.ask(messages.location, moved)).toBe(results.done)
    const south = locationBody({ lng: 36.8, lat: 1.28, at: ago(49), status: 2 | 4 | 8 })
    expect(await terminal.ask(messages.location, south)).toBe(results.done)
    const lost = locationBody({ ...place, at: ago(40), status: 0 })
    expect(await terminal.ask(messages.location, lost)).toBe(results.done)
    const undated = here(30)
    undated.fill(0xff, 22, 28)
    expect(await terminal.ask(messages.location, undated)).toBe(results.wrong)
    expect(await terminal.ask(messages.location, here(30).subarray(0, 20))).toBe(results.wrong)
    const found = await stored()
    expect(found.map(({ lng, lat }) => [lng, lat])).toEqual([
      [expect.closeTo(116.3979, 3), expect.closeTo(39.9137, 3)],
      [-36.8, -1.28],
    ])
    const after = await door()
    expect(after.malformed - before.malformed).toBe(2)
    expect((after.refused['no-satellites'] ?? 0) - (before.refused['no-satellites'] ?? 0)).toBe(1)
  })

  it('answers what it does not understand politely, and no answer', async () => {
    const terminal = await call()
    await terminal.signOn()
    for (const id of [0x0104, 0x0301, 0x0800, 0x0f0f])
      expect(await terminal.ask(id, Buffer.alloc(10))).toBe(results.unsupported)
    const heard = terminal.heard.length
    terminal.send(messages.answerOfTerminal, Buffer.alloc(5))
    expect(await terminal.ask(messages.heartbeat)).toBe(results.done)
    expect(terminal.heard).toHaveLength(heard + 1)
  })

  it('sends strangers away after a few tries, and says who knocked', async () => {
    const terminal = await call('013911112222')
    const seq = terminal.send(messages.register, Buffer.alloc(45))
    const refused = await until('the refusal', () =>
      terminal.heard.find((one) => one.id === messages.answerToRegister),
    )
    expect([refused.body.readUInt16BE(0), refused.body[2], refused.body.length]).toEqual([seq, 4, 3])
    for (let i = 0; i < 4; i += 1) expect(await terminal.ask(messages.location, here(1))).toBe(results.failed)
    await until('the end', terminal.isClosed)
    const { strangers } = (await (await admin('GET', '/api/doors')).json()) as { strangers: object[] }
    expect(strangers).toContainEqual(
      expect.objectContaining({ door: 'jt808', who: '013911112222', from: '127.0.0.1', times: 5 }),
    )
    expect(await stored()).toEqual([])
  })

  it('cuts a revoked terminal off at its next position', async () => {
    const { id } = await bind('O1', '13900000009')
    const terminal = await call('013900000009')
    await terminal.signOn()
    expect(await terminal.ask(messages.location, here(9))).toBe(results.done)
    await admin('DELETE', `/api/devices/${id}`)
    expect(await terminal.ask(messages.location, here(8))).toBe(results.failed)
    expect(await stored()).toHaveLength(1)
  })

  it('answers "failed" while more arrives than can be written, and the terminal sends it again', async () => {
    const terminal = await call()
    await terminal.signOn()
    const flood = startFlood(town, town.officer('O2'))
    const body = here(5)
    await until('an overload', async () => (await terminal.ask(messages.location, body)) === results.failed)
    await flood.stop()
    expect(await terminal.ask(messages.location, body)).toBe(results.done)
    expect((await stored()).filter((one) => one.officerId === town.officer('O1'))).toHaveLength(1)
  })

  it('refuses an encrypted message without reading it', async () => {
    const terminal = await call()
    await terminal.signOn()
    const frame = Buffer.alloc(12 + 3)
    frame.writeUInt16BE(messages.location, 0)
    frame.writeUInt16BE(0x0400 | 3, 2)
    frame.write(phone, 4, 'hex')
    frame.writeUInt16BE(77, 10)
    terminal.socket.write(escape(frame))
    expect(await terminal.resultOf(77)).toBe(results.unsupported)
  })
})
