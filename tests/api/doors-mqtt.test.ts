import mqtt, { type MqttClient } from 'mqtt'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Door, Stranger } from '../../api/contract/device.ts'
import { databases } from '../setup/database.ts'
import { startFlood } from '../setup/flood.ts'
import { type Mosquitto, makeMosquitto } from '../setup/mosquitto.ts'
import { type Caller, openTown, type TestTown, until } from '../setup/town.ts'

// OwnTracks over MQTT: by somebody's broker (a real Mosquitto), and by our own.

const place = { lat: 31.701, lon: 120.401 }
let made = 0
/** Each a second of its own, so that none is a repeat. */
const location = (more: object = {}) => {
  made += 1
  const tst = Math.floor(Date.now() / 1000) - 3000 + made
  return JSON.stringify({ _type: 'location', ...place, tst, vel: 36, batt: 50, ...more })
}

function tools(town: TestTown, admin: Caller) {
  const doors = async () =>
    (await (await admin('GET', '/api/doors')).json()) as { doors: Door[]; strangers: Stranger[] }
  return {
    doors,
    door: async () => (await doors()).doors.find((one) => one.name === 'mqtt') as Door,
    stored: () =>
      town.running.db.query<{ speed: number; battery: number }>(
        'select lng_e7 / 1e7::float8 as lng, lat_e7 / 1e7::float8 as lat, speed, battery from fixes where officer_id = $1',
        [town.officer('O1')],
      ),
    issue: async (body: object) =>
      (await (await admin('POST', `/api/officers/${town.officer('O1')}/devices`, body)).json()) as {
        id: number
        token: string
      },
    async signOn() {
      for (const code of ['O1', 'O2'])
        await admin('POST', `/api/officers/${town.officer(code)}/shift`, {
          on: true,
          at: new Date(Date.now() - 3_600_000).toISOString(),
        })
    },
  }
}
type Tools = ReturnType<typeof tools>

describe.each(databases)('somebody’s MQTT broker on $name', ({ open }) => {
  let town: TestTown
  let broker: Mosquitto
  let phone: MqttClient
  let use: Tools
  beforeAll(async () => {
    broker = await makeMosquitto()
    town = await openTown(open, undefined, { mqttUrl: `mqtt://xiake:secret@127.0.0.1:${broker.port}` })
    use = tools(town, await town.as('admin'))
    await use.signOn()
    await use.issue({ kind: 'topic', terminal: 'wang/phone' })
  })
  afterAll(async () => {
    await phone?.endAsync(true)
    await town?.close()
    await broker?.close()
  })
  beforeEach(() => town.running.db.query('truncate fixes'))

  it('need not be there at the start: the door says so, and opens when it comes', async () => {
    expect(await use.door()).toMatchObject({ open: false, address: `mqtt://127.0.0.1:${broker.port}` })
    expect((await fetch(`${town.running.url}/api/ready`)).status).toBe(200)
    await broker.start()
    await until('the door', async () => (await use.door()).open, 10_000)
    phone = mqtt.connect(`mqtt://127.0.0.1:${broker.port}`, { reconnectPeriod: 200 })
  })

  it('brings a location to the disk, and nothing else', async () => {
    const before = await use.door()
    for (const _type of ['transition', 'lwt', 'waypoint', 'waypoints', 'status', 'card'])
      await phone.publishAsync('owntracks/wang/phone', JSON.stringify({ _type, ...place, tst: 1 }), {
        qos: 1,
      })
    await phone.publishAsync('owntracks/wang/phone/event', location(), { qos: 1 })
    await phone.publishAsync('owntracks/wang/phone', '', { qos: 1 })
    for (const bad of [
      '{',
      '[1]',
      JSON.stringify({ _type: 'encrypted', data: 'x' }),
      location({ lat: 95 }),
      'x'.repeat(20_000),
    ])
      await phone.publishAsync('owntracks/wang/phone', bad, { qos: 1 })
    await phone.publishAsync('owntracks/li/phone', location(), { qos: 1 })
    await phone.publishAsync('owntracks/wang/phone', location(), { qos: 1 })
    await phone.publishAsync('owntracks/wang/phone', location(), { qos: 0 })
    await until('the positions', async () => (await use.stored()).length === 2)
    expect((await use.stored())[0]).toEqual({ lng: place.lon, lat: place.lat, speed: 10, battery: 0.5 })
    const after = await use.door()
    expect(after.malformed - before.malformed).toBe(5)
    expect((await use.doors()).strangers).toContainEqual(
      expect.objectContaining({ door: 'mqtt', who: 'li/phone', times: 1 }),
    )
  })

  it('keeps what comes while we are away, and we take it when we are back', async () => {
    const { doors } = town.running.services
    await doors.close()
    for (let i = 0; i < 20; i += 1) await phone.publishAsync('owntracks/wang/phone', location(), { qos: 1 })
    expect(await use.stored()).toEqual([])
    await doors.open()
    await until('the positions', async () => (await use.stored()).length === 20, 10_000)
  })

  it('loses nothing while more arrives than can be written', async () => {
    const flood = startFlood(town, town.officer('O2'))
    for (let i = 0; i < 60; i += 1) await phone.publishAsync('owntracks/wang/phone', location(), { qos: 1 })
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(await flood.stop()).toBeGreaterThan(0)
    await until('the positions', async () => (await use.stored()).length === 60, 20_000)
  })

  it('may be killed and started again', async () => {
    await broker.kill()
    await until('the door to close', async () => !(await use.door()).open)
    const sent = Array.from({ length: 5 }, () =>
      phone.publishAsync('owntracks/wang/phone', location(), { qos: 1 }),
    )
    expect((await fetch(`${town.running.url}/api/ready`)).status).toBe(200)
    await broker.start()
    await Promise.all(sent)
    await until('the positions', async () => (await use.stored()).length === 5, 15_000)
    expect(await use.door()).toMatchObject({ open: true })
  })
})

describe.each(databases)('our own MQTT broker on $name', ({ open }) => {
  let town: TestTown
  let use: Tools
  let admin: Caller
  let address: string
  let token: string
  const phones: MqttClient[] = []
  beforeAll(async () => {
    town = await openTown(open, undefined, { mqttPort: 0 })
    admin = await town.as('admin')
    use = tools(town, admin)
    await use.signOn()
    token = (await use.issue({})).token
    address = (await use.door()).address ?? ''
  })
  afterAll(async () => {
    for (const phone of phones) await phone.endAsync(true)
    await town?.close()
  })
  beforeEach(() => town.running.db.query('truncate fixes'))
  const connect = async (password = token, more: mqtt.IClientOptions = {}) => {
    const phone = await mqtt.connectAsync(`mqtt://${address}`, {
      username: 'wang',
      password,
      reconnectPeriod: 0,
      ...more,
    })
    phones.push(phone)
    return phone
  }

  it.each([0, 1, 2] as const)('takes a location of QoS %s, acknowledged after the commit', async (qos) => {
    const phone = await connect()
    await phone.publishAsync('owntracks/wang/phone', location(), { qos, retain: true })
    if (qos === 0) await until('the position', async () => (await use.stored()).length === 1)
    expect(await use.stored()).toEqual([{ lng: place.lon, lat: place.lat, speed: 10, battery: 0.5 }])
    expect(await use.door()).toMatchObject({ open: true, connections: expect.any(Number) })
  })

  it('acknowledges what it ignores or cannot read, so that no phone sends it for ever', async () => {
    const before = await use.door()
    const phone = await connect()
    for (const said of [
      '',
      '{"_type":"lwt","tst":1}',
      '{"_type":"transition"}',
      '{',
      '{"_type":"encrypted"}',
    ])
      await phone.publishAsync('owntracks/wang/phone', said, { qos: 1 })
    await phone.publishAsync('owntracks/wang/phone/event', location(), { qos: 1 })
    expect(phone.connected).toBe(true)
    expect(await use.stored()).toEqual([])
    expect((await use.door()).malformed - before.malformed).toBe(2)
  })

  it('lets nobody in without a token', async () => {
    for (const password of ['', 'x', 'x'.repeat(43)])
      await expect(connect(password)).rejects.toThrow(/refused/i)
    await expect(connect('', { username: undefined, password: undefined })).rejects.toThrow(/refused/i)
    expect((await use.doors()).strangers).toContainEqual(
      expect.objectContaining({ door: 'mqtt', who: 'wang', times: 3, from: '127.0.0.1' }),
    )
  })

  it('lets nobody listen to others, nor write elsewhere', async () => {
    const [one, other] = [await connect(), await connect()]
    const heard: string[] = []
    one.on('message', (topic) => heard.push(topic))
    for (const topic of ['#', 'owntracks/#', 'owntracks/+/+', 'owntracks/li/phone/cmd', '$SYS/#'])
      await expect(one.subscribeAsync(topic)).rejects.toThrow()
    await one.subscribeAsync('owntracks/wang/phone/cmd')
    await other.publishAsync('owntracks/wang/phone/cmd', location(), { qos: 1 })
    await other.publishAsync('owntracks/wang/phone', location(), { qos: 1 })
    expect(heard).toEqual([])
    const closed = new Promise<void>((resolve) => other.once('close', resolve))
    other.publish('elsewhere', 'x', { qos: 1 })
    await closed
  })

  it('cuts a revoked device off at its next message', async () => {
    const lost = await use.issue({})
    const phone = await connect(lost.token)
    await phone.publishAsync('owntracks/wang/phone', location(), { qos: 1 })
    await admin('DELETE', `/api/devices/${lost.id}`)
    const closed = new Promise<void>((resolve) => phone.once('close', resolve))
    phone.publish('owntracks/wang/phone', location(), { qos: 1 })
    await closed
    expect(await use.stored()).toHaveLength(1)
    await expect(connect(lost.token)).rejects.toThrow(/refused/i)
  })

  it('does not acknowledge what it cannot write: the connection ends, and the phone sends it again', async () => {
    const phone = await connect(token, { reconnectPeriod: 100 })
    let broken = 0
    phone.on('close', () => (broken += 1))
    const flood = startFlood(town, town.officer('O2'))
    const sent: Promise<unknown>[] = []
    await until('a broken connection', async () => {
      sent.push(phone.publishAsync('owntracks/wang/phone', location(), { qos: 1 }))
      return broken > 0
    })
    await flood.stop()
    await Promise.all(sent)
    expect(await use.stored()).toHaveLength(sent.length)
  })
})
