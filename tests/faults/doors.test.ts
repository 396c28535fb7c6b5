import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import mqtt from 'mqtt'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Door } from '../../api/contract/device.ts'
import { encodeFrame, messages, results } from '../../api/doors/jt808.ts'
import { openJt808 } from '../../api/doors/jt808-server.ts'
import { openMqttBroker } from '../../api/doors/mqtt-broker.ts'
import { databases } from '../setup/database.ts'
import { locationBody, openTerminal } from '../setup/terminal.ts'
import { type Caller, openTown, type TestTown, until } from '../setup/town.ts'

// Garbage on the doors with a port of their own: it costs nobody else anything.

const phone = '013900000001'
const frame = (id: number, seq: number, body: Buffer = Buffer.alloc(0)) =>
  encodeFrame({ id, version: 2013, phone, seq, body })
const packet = (type: number, ...body: number[]) => Buffer.from([type, body.length, ...body])
const text = (value: string) => [0, value.length, ...Buffer.from(value)]
const hello = (password: string) =>
  packet(0x10, ...text('MQTT'), 4, 0xc2, 0, 60, ...text('x'), ...text('wang'), ...text(password))

describe.each(databases)('garbage at the doors on $name', ({ open }) => {
  let town: TestTown
  let admin: Caller
  let token: string
  let addresses: Record<'jt808' | 'mqtt', string>
  const unexpected: unknown[] = []
  const note = (error: unknown) => unexpected.push(error)
  beforeAll(async () => {
    process.on('uncaughtException', note).on('unhandledRejection', note)
    town = await openTown(open, undefined, { jt808Port: 0, mqttPort: 0 })
    admin = await town.as('admin')
    await admin('POST', `/api/officers/${town.officer('O1')}/shift`, {
      on: true,
      at: new Date(Date.now() - 3_600_000).toISOString(),
    })
    const issue = (body: object) => admin('POST', `/api/officers/${town.officer('O1')}/devices`, body)
    await issue({ kind: 'terminal', terminal: phone })
    token = ((await (await issue({})).json()) as { token: string }).token
    addresses = { jt808: (await door('jt808')).address ?? '', mqtt: (await door('mqtt')).address ?? '' }
  })
  afterAll(async () => {
    await town?.close()
    process.off('uncaughtException', note).off('unhandledRejection', note)
  })
  const door = async (name: 'jt808' | 'mqtt') => {
    const { doors } = (await (await admin('GET', '/api/doors')).json()) as { doors: Door[] }
    return doors.find((one) => one.name === name) as Door
  }

  /** Writes raw bytes and answers the socket. */
  async function throwAt(address: string, bytes: Uint8Array): Promise<Socket> {
    const [host = '', port] = address.split(':')
    const socket = connect(Number(port), host)
    socket.on('error', () => {})
    socket.resume()
    await new Promise((resolve) => socket.once('connect', resolve))
    socket.write(bytes)
    return socket
  }
  const isClosed = (socket: Socket) => socket.destroyed || socket.readableEnded
  let seconds = 0
  /** A position through every door, all of them stored. */
  async function expectService() {
    seconds += 10
    const at = (more: number) =>
      new Date(Math.floor(Date.now() / 1000) * 1000 - 3_000_000 + (seconds + more) * 1000)
    const count = async () => (await town.running.db.query('select 1 from fixes')).length
    const before = await count()
    const terminal = await openTerminal(addresses.jt808, phone)
    await terminal.signOn()
    const body = locationBody({ lng: 120.401, lat: 31.701, at: at(0) })
    expect(await terminal.ask(messages.location, body)).toBe(results.done)
    terminal.socket.destroy()
    const client = await mqtt.connectAsync(`mqtt://${addresses.mqtt}`, { username: 'wang', password: token })
    const said = { _type: 'location', lat: 31.701, lon: 120.401, tst: at(1).getTime() / 1000 }
    await client.publishAsync('owntracks/wang/phone', JSON.stringify(said), { qos: 1 })
    await client.endAsync()
    const query = `id=${token}&lat=31.701&lon=120.401&timestamp=${at(2).getTime()}`
    expect((await fetch(`${town.running.url}/api/doors/osmand?${query}`)).status).toBe(200)
    expect((await count()) - before).toBe(3)
    expect(unexpected).toEqual([])
  }

  it.each(['jt808', 'mqtt'] as const)('random bytes at %s', async (name) => {
    const sockets = await Promise.all(
      Array.from({ length: 40 }, (_, i) => throwAt(addresses[name], randomBytes(1 + i * 100))),
    )
    await expectService()
    await wait(100)
    for (const socket of sockets) socket.destroy()
    expect((await door(name)).malformed).toBeGreaterThan(0)
    await expectService()
  })

  it.each(['jt808', 'mqtt'] as const)(
    'a frame of 64 kB at %s is refused, and the connection closed',
    async (name) => {
      const before = (await door(name)).malformed
      const large =
        name === 'jt808'
          ? Buffer.concat([Buffer.from([0x7e]), randomBytes(65_536).map((byte) => byte & 0x3f)])
          : Buffer.concat([hello(token), Buffer.from([0x30, 0x80, 0x80, 0x04]), randomBytes(65_536)])
      const socket = await throwAt(addresses[name], large)
      await until('the end', () => isClosed(socket))
      expect((await door(name)).malformed).toBe(before + 1)
      await expectService()
    },
  )

  it('frames cut off anywhere, with wrong checks, and with bodies shorter than they say', async () => {
    const good = frame(messages.location, 1, locationBody({ lng: 120.401, lat: 31.701, at: new Date() }))
    const cut = Array.from({ length: good.length - 2 }, (_, i) =>
      Buffer.concat([good.subarray(0, i + 1), Buffer.from([0x7e])]),
    )
    const spoilt = Array.from({ length: good.length - 2 }, (_, i) => {
      const copy = Buffer.from(good)
      copy[i + 1] = ((copy[i + 1] ?? 0) ^ 0x15) & 0x7c
      return copy
    })
    const before = (await door('jt808')).malformed
    for (const bytes of [...cut, ...spoilt]) {
      const socket = await throwAt(addresses.jt808, bytes)
      socket.end()
    }
    await until('the count', async () => (await door('jt808')).malformed - before > 20)
    await expectService()
  })

  it('MQTT packets that are none: before the greeting, torn, of every type, with topics that are none', async () => {
    const publish = (topic: number[], ...rest: number[]) => packet(0x30, ...topic, ...rest)
    const packets = [
      ...Array.from({ length: 16 }, (_, type) => packet(type << 4, 0, 1, 2, 3)),
      publish(text('a/#')),
      publish(text('')),
      publish([0xff, 0xff, 65]),
      publish(text('/'.repeat(90)), 1),
      packet(0x36, ...text('owntracks/a/b'), 0, 1),
      packet(0x82, 0, 1, ...text('#'), 9),
      Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 0xff]),
    ]
    const sockets = await Promise.all(
      packets.flatMap((one) => [
        throwAt(addresses.mqtt, one),
        throwAt(addresses.mqtt, Buffer.concat([hello(token), one])),
      ]),
    )
    await wait(200)
    await expectService()
    for (const socket of sockets) socket.destroy()
  })

  it('a terminal that writes a byte at a time is served, and keeps nobody waiting', async () => {
    const terminal = await openTerminal(addresses.jt808, phone)
    const code = await terminal.signOn()
    expect(code).not.toBe('')
    const at = new Date(Math.floor(Date.now() / 1000) * 1000)
    const slow = frame(messages.location, 500, locationBody({ lng: 120.401, lat: 31.701, at }))
    for (const byte of slow.subarray(0, 20)) {
      terminal.socket.write(Buffer.from([byte]))
      await wait(5)
    }
    await expectService()
    for (const byte of slow.subarray(20)) {
      terminal.socket.write(Buffer.from([byte]))
      await wait(2)
    }
    expect(await terminal.resultOf(500)).toBe(results.done)
    terminal.socket.destroy()
  })

  it('a phone that writes MQTT a byte at a time is served', async () => {
    const said = JSON.stringify({
      _type: 'location',
      lat: 31.701,
      lon: 120.401,
      tst: Math.floor(Date.now() / 1000) - 5,
    })
    const bytes = Buffer.concat([
      hello(token),
      packet(0x32, ...text('owntracks/a/b'), 0, 7, ...Buffer.from(said)),
    ])
    const before = (await door('mqtt')).accepted
    const socket = await throwAt(addresses.mqtt, Buffer.alloc(0))
    for (const byte of bytes) {
      socket.write(Buffer.from([byte]))
      await wait(1)
    }
    await until('the position', async () => (await door('mqtt')).accepted === before + 1)
    socket.destroy()
    await expectService()
  })

  it('a terminal that never reads its answers is sent away', async () => {
    const terminal = await openTerminal(addresses.jt808, phone)
    await terminal.signOn()
    terminal.socket.pause()
    const many = Buffer.concat(Array.from({ length: 2000 }, (_, i) => frame(messages.heartbeat, i)))
    let sent = 0
    // The kernel holds some megabytes for us on both sides.
    while (!terminal.socket.destroyed && sent < 2000) {
      if (!terminal.socket.write(many))
        await Promise.race([wait(200), new Promise((done) => terminal.socket.once('drain', done))])
      sent += 1
      if ((await door('jt808')).connections === 0) break
    }
    await until('the end', async () => (await door('jt808')).connections === 0, 20_000)
    terminal.socket.destroy()
    await expectService()
  })

  it.each(['jt808', 'mqtt'] as const)(
    'whoever says nothing at %s, or comes too often unknown, is not kept',
    async (name) => {
      const { services } = town.running
      const limits = { unknownPerAddress: 3, unknownMs: 300 }
      const own =
        name === 'jt808'
          ? await openJt808(services, { port: 0, limits })
          : await openMqttBroker(services, { port: 0, limits })
      const sockets = await Promise.all(
        Array.from({ length: 5 }, () => throwAt(own.address, Buffer.alloc(0))),
      )
      await until('two to be refused', () => sockets.filter(isClosed).length === 2)
      expect(own.connections()).toBe(3)
      await until('the others to be too late', () => sockets.every(isClosed))
      expect(own.connections()).toBe(0)
      await own.close()
      await expectService()
    },
  )

  it('a terminal that has signed on is closed when it has been silent too long, however many single bytes it sends', async () => {
    const own = await openJt808(town.running.services, { port: 0, idleMs: 300 })
    const terminal = await openTerminal(own.address, phone)
    await terminal.signOn()
    const dripping = setInterval(() => terminal.socket.write(Buffer.from([1])), 20)
    await until('the end', terminal.isClosed)
    clearInterval(dripping)
    await own.close()
  })

  it('a port that is taken ends the start with a sentence', async () => {
    const port = Number(addresses.jt808.split(':')[1])
    await expect(openJt808(town.running.services, { port })).rejects.toThrow(
      `Port ${port} for JT/T 808 is taken by another program.`,
    )
    await expect(openMqttBroker(town.running.services, { port })).rejects.toThrow(
      /Port \d+ for MQTT is taken/,
    )
  })
})
