import { randomUUID } from 'node:crypto'
import { io, type Socket } from 'socket.io-client'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Alert } from '../../api/contract/alert.ts'
import type { Assignment } from '../../api/contract/assignment.ts'
import type { CallView } from '../../api/contract/call.ts'
import { ringMs } from '../../api/contract/call-rules.ts'
import { usualSettings } from '../../api/contract/dispatch.ts'
import type { Ack, ClientToServer, ServerToClient } from '../../api/contract/events.ts'
import type { Incident } from '../../api/contract/incident.ts'
import { parser } from '../../api/contract/stream-parser.ts'
import { databases } from '../setup/database.ts'
import { createBrowser, openPushService } from '../setup/push-service.ts'
import { openTown, south, type TestTown, until, west } from '../setup/town.ts'

// What is for one person alone reaches a phone whose page is closed: a case that is offered, a call.

type Told<T> = Parameters<Parameters<Ack<T>>[0] extends infer A ? (answer: A) => void : never>[0]

describe.each(databases)('a push to somebody themselves on $name', ({ open }) => {
  let town: TestTown
  let service: Awaited<ReturnType<typeof openPushService>>
  let clock = Date.now()
  const browser = createBrowser()
  const sockets: { close(): void }[] = []
  beforeAll(async () => {
    process.env.XIAKE_PUSH_PRIVATE = '1'
    service = await openPushService()
    town = await openTown(open, () => new Date(clock))
    const admin = await town.as('admin')
    const on = { on: true, at: new Date(clock - 60_000).toISOString() }
    for (const code of ['O1', 'O2', 'M1'])
      expect((await admin('POST', `/api/officers/${town.officer(code)}/shift`, on)).status).toBe(200)
  })
  afterAll(async () => {
    await town?.close()
    await service?.close()
    delete process.env.XIAKE_PUSH_PRIVATE
  })
  beforeEach(async () => {
    for (const socket of sockets.splice(0)) socket.close()
    // The server hears of the closed pages, then gives them up; what was under way is over, and has been told.
    await new Promise((resolve) => setTimeout(resolve, 200))
    clock += 3_600_000
    await new Promise((resolve) => setTimeout(resolve, 1100))
    await town.running.services.queue.runDue()
    await town.running.services.alerts.follow()
    await town.running.db.query(`update alerts set acknowledged_at = $1, acknowledged_by = 'test'`, [
      new Date(clock),
    ])
    await town.running.db.query('delete from push_subscriptions')
    await town.running.db.query('delete from alert_preferences')
    await town.running.db.query(`update assignments set state = 'recalled' where ended_at is null`)
    await town.running.db.query('update assignment_officers set active = false')
    service.got.length = 0
  })

  const subscribe = async (username: string, ...paths: string[]) => {
    for (const path of paths) {
      const given = browser.subscription(service.url(path))
      const answer = await (await town.as(username))('POST', '/api/alerts/push/subscriptions', given)
      expect(answer.status).toBe(201)
    }
  }
  const prefer = async (username: string, chosen: object) =>
    expect((await (await town.as(username))('PUT', '/api/alerts/preferences', chosen)).status).toBe(200)
  const report = async () => {
    const place = { lng: west + 0.001, lat: south + 0.001 }
    const answer = await (await town.as('dispatcher'))('POST', '/api/incidents', {
      classCode: '01',
      title: '张三家门前',
      ...place,
    })
    return ((await answer.json()) as Incident).id
  }
  const offer = async (codes = ['O1']) => {
    const path = `/api/incidents/${await report()}/squads`
    const officerIds = codes.map((code) => town.officer(code))
    const answer = await (await town.as('dispatcher'))('POST', path, { unitId: 1, officerIds, next: false })
    return { status: answer.status, ...((await answer.json()) as Assignment) }
  }
  const read = () => service.got.map(({ body }) => browser.read(body) as Record<string, unknown>)
  const come = (count: number) => until(`${count} pushes`, () => service.got.length >= count)
  /** All that is due has been sent; nothing more comes of it. */
  const settle = async () => {
    await new Promise((resolve) => setTimeout(resolve, 150))
    await town.running.services.queue.runDue()
  }

  it('says of an offer what it is and how long it stands, in all of their browsers, whatever the hours', async () => {
    await subscribe('officer', 'phone', 'tablet')
    await subscribe('member', 'member')
    await prefer('officer', { quiet: { from: '00:00', to: '23:59' }, kinds: [] })
    const { id } = await offer()
    await come(2)
    await settle()
    expect(service.paths().sort()).toEqual(['phone', 'tablet'])
    for (const { headers } of service.got)
      expect(headers).toMatchObject({ urgency: 'high', topic: 'offer', ttl: `${usualSettings.offerSeconds}` })
    expect(read()[0]).toEqual({
      kind: 'offer',
      id,
      at: clock,
      state: 'offered',
      title: '环保',
      titleEn: 'Environment',
      seconds: usualSettings.offerSeconds,
    })
  })

  it('says nothing to whoever has switched push off, nor of an offer that lost the race', async () => {
    await subscribe('officer', 'phone')
    await prefer('officer', { push: false })
    expect((await offer()).status).toBe(201)
    await settle()
    await prefer('officer', { push: true })
    // Sent to the first case, they cannot be had for a second: that is undone, and its push with it.
    expect((await offer()).status).toBe(409)
    await settle()
    expect(service.got).toEqual([])
  })

  it('is tried again while the offer stands, not once it is answered', async () => {
    await subscribe('officer', 'fails-twice')
    const { id } = await offer()
    await come(1)
    await settle()
    clock += 15_000
    await settle()
    expect(service.got).toHaveLength(2)
    expect(service.got[1]?.headers.ttl).toBe(`${usualSettings.offerSeconds - 15}`)
    const accept = { accept: true }
    expect((await (await town.as('officer'))('POST', `/api/assignments/${id}/answer`, accept)).status).toBe(
      200,
    )
    clock += 30_000
    await settle()
    expect(service.got).toHaveLength(2)
  })

  it('takes the offer back where it lapsed or was called off', async () => {
    await subscribe('officer', 'phone')
    const { id } = await offer()
    await come(1)
    clock += (usualSettings.offerSeconds + 1) * 1000
    await settle()
    await come(2)
    const { id: second } = await offer()
    await come(3)
    const recall = { reason: '人够了' }
    const answer = await (await town.as('dispatcher'))('POST', `/api/assignments/${second}/recall`, recall)
    expect(answer.status).toBe(200)
    await come(4)
    expect(read().map((one) => [one.id, one.state])).toEqual([
      [id, 'offered'],
      [id, 'over'],
      [second, 'offered'],
      [second, 'over'],
    ])
  })

  /** A page of somebody, and the calls it is told of. */
  async function page(username: string) {
    const { cookie } = await town.as(username)
    const socket: Socket<ServerToClient, ClientToServer> = io(town.running.url, {
      path: '/ws',
      parser,
      transports: ['websocket'],
      extraHeaders: { cookie },
      forceNew: true,
      reconnection: false,
    })
    sockets.push(socket)
    const seat = randomUUID()
    const calls: CallView[] = []
    socket.on('call:changed', (call) => calls.push(call))
    await new Promise<void>((resolve) => socket.once('connect', resolve))
    const ask = async (event: string, request: object) => {
      const line = socket as unknown as { emitWithAck(event: string, request: object): Promise<unknown> }
      const answer = (await line.emitWithAck(event, request)) as Told<CallView>
      if (!answer.ok) throw new Error(answer.problem.detail)
      return answer.data
    }
    return { socket, seat, calls, ask }
  }
  const stateOf = (call: CallView | undefined, name: string) =>
    call?.people.find((one) => one.name === name)?.state

  it('rings an officer whose page is closed; the page that opens is told, and answers', async () => {
    await subscribe('officer', 'phone')
    const desk = await page('dispatcher')
    const ring = { seat: desk.seat, kind: 'video', officerId: town.officer('O1') }
    const call = await desk.ask('call:ring', ring)
    expect([call.outcome, stateOf(call, '王一')]).toEqual([null, 'ringing'])
    expect(JSON.stringify(call)).not.toContain('pushed')
    await come(1)
    expect(service.got[0]?.headers).toMatchObject({ urgency: 'high', topic: 'call', ttl: `${ringMs / 1000}` })
    expect(read()[0]).toEqual({
      kind: 'call',
      id: expect.stringContaining(call.id),
      at: clock,
      state: 'ringing',
      toDesk: false,
      video: true,
    })
    const phone = await page('officer')
    await until('the ringing', () => stateOf(phone.calls.at(-1), '王一') === 'ringing')
    await phone.ask('call:join', { callId: call.id, seat: phone.seat })
    await until('the answer', () => desk.calls.at(-1)?.answeredAt)
    await settle()
    expect(service.got).toHaveLength(1)
  })

  it('says that a call was missed, after the time it rings for', async () => {
    await subscribe('officer', 'phone')
    const desk = await page('dispatcher')
    await desk.ask('call:ring', { seat: desk.seat, kind: 'voice', officerId: town.officer('O1') })
    await come(1)
    clock += ringMs - 1
    await new Promise((resolve) => setTimeout(resolve, 1100))
    expect(desk.calls.at(-1)?.endedAt).toBe(null)
    clock += 1
    await until('the end', () => desk.calls.at(-1)?.outcome === 'missed')
    await come(2)
    expect(read().map(({ state }) => state)).toEqual(['ringing', 'missed'])
  })

  it('cannot reach whoever has no page open and no push', async () => {
    await subscribe('officer', 'phone')
    await prefer('officer', { push: false })
    const desk = await page('dispatcher')
    const ring = { seat: desk.seat, kind: 'voice', officerId: town.officer('O1') }
    expect((await desk.ask('call:ring', ring)).outcome).toBe('unreachable')
    await settle()
    expect(service.got).toEqual([])
  })

  it('rings those of the desk who are not there only while nobody is', async () => {
    await subscribe('admin', 'admin')
    await subscribe('dispatcher', 'dispatcher')
    const officer = await page('officer')
    const ring = { seat: officer.seat, kind: 'voice' }
    const first = await officer.ask('call:ring', ring)
    expect([stateOf(first, 'admin'), stateOf(first, 'dispatcher')]).toEqual(['ringing', 'ringing'])
    await come(2)
    const admin = await page('admin')
    await admin.ask('call:join', { callId: first.id, seat: admin.seat })
    await come(3)
    expect(service.paths().at(-1)).toBe('dispatcher')
    expect(read().at(-1)).toMatchObject({ kind: 'call', state: 'elsewhere', toDesk: true })
    await officer.ask('call:leave', { callId: first.id })
    const second = await officer.ask('call:ring', ring)
    expect([stateOf(second, 'admin'), stateOf(second, 'dispatcher')]).toEqual(['ringing', undefined])
  })

  it('tells the desk of a colleague in danger at once', async () => {
    await subscribe('dispatcher', 'dispatcher')
    await prefer('dispatcher', { quiet: { from: '00:00', to: '23:59' } })
    const call = { lng: west + 0.001, lat: south + 0.001, key: 'sos-0001' }
    expect((await (await town.as('officer'))('POST', '/api/sos', call)).status).toBe(201)
    await come(1)
    expect(service.got[0]?.headers.urgency).toBe('high')
    const [{ id } = { id: 0 }] = read()
    expect(read()[0]).toMatchObject({ kind: 'incident', severity: 'urgent' })
    const open = async () => {
      const answer = await (await town.as('dispatcher'))('GET', '/api/alerts?open=true')
      return ((await answer.json()) as { alerts: Alert[] }).alerts.map((one) => one.id)
    }
    expect(await open()).toContain(id)
    // Over when somebody is sent.
    const [made] = await town.running.db.query<{ id: number }>(
      `select id from incidents where class_code = 'SOS'`,
    )
    const squad = { unitId: 1, officerIds: [town.officer('O2')] }
    const sent = await (await town.as('dispatcher'))('POST', `/api/incidents/${made?.id}/squads`, squad)
    expect(sent.status).toBe(201)
    await until('the alert to be over', async () => !(await open()).includes(id as number))
  })
})
