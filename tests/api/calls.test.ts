import { createHmac, randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { hashPassword } from '../../api/auth.ts'
import { readConfig } from '../../api/config.ts'
import type {
  CallEntry,
  CallView,
  Floor,
  IceSettings,
  SignalSent,
  TalkSent,
} from '../../api/contract/call.ts'
import { awayMs, floorMs, ringMs } from '../../api/contract/call-rules.ts'
import type { Ack } from '../../api/contract/events.ts'
import type { Incident, IncidentDetail } from '../../api/contract/incident.ts'
import type { Role } from '../../api/contract/roles.ts'
import { insertAccount } from '../../api/people/queries.ts'
import { officerIdsByCode, upsertOfficers } from '../../api/units/queries.ts'
import { databases } from '../setup/database.ts'
import { openTown, password, south, type TestTown, until, west } from '../setup/town.ts'

type Told<T> = Parameters<Parameters<Ack<T>>[0] extends infer A ? (answer: A) => void : never>[0]

describe.each(databases)('calls on $name', ({ open }) => {
  let town: TestTown
  /** Later than any row of the town was made; tests move it on. */
  let clock = Date.parse('2030-06-01T04:00:00Z')
  beforeAll(async () => {
    town = await openTown(open, () => new Date(clock))
    await upsertOfficers(town.running.db, [
      { code: 'O3', name: '王三', phone: '19900000009', kind: 'officer', dutyGridCode: 'G0' },
    ])
    const passwordHash = await hashPassword(password)
    const account = (username: string, role: Role, grid: string, code?: string) =>
      insertAccount(town.running.db, {
        username,
        passwordHash,
        name: username,
        role,
        grids: [town.grid(grid)],
        officerId: code && town.officer(code),
      } as Parameters<typeof insertAccount>[1])
    await account('officer-two', 'officer', 'G3', 'O2')
    await account('desk-three', 'dispatcher', 'G3')
  })
  afterAll(() => town?.close())

  const pages: { close: () => void }[] = []
  afterEach(async () => {
    for (const page of pages.splice(0)) page.close()
    // The server hears of the closed pages, then gives them up.
    await new Promise((resolve) => setTimeout(resolve, 200))
    clock += awayMs + 60_000
    await new Promise((resolve) => setTimeout(resolve, 1100))
  })

  /** Somebody with a page open, and what it is told. */
  async function page(username: string) {
    const socket = await town.socket(username)
    const seat = randomUUID()
    const calls: CallView[] = []
    const signals: SignalSent[] = []
    const floors: Floor[] = []
    const sounds: TalkSent[] = []
    socket.on('call:changed', (call) => calls.push(call))
    socket.on('call:signal', (sent) => signals.push(sent))
    socket.on('talk:floor', (floor) => floors.push(floor))
    socket.on('talk:sound', (sent) => sounds.push(sent))
    const ask = async <T = CallView>(event: string, request: object) =>
      (await (
        socket as unknown as { emitWithAck(event: string, request: object): Promise<unknown> }
      ).emitWithAck(event, request)) as Told<T>
    const done = async <T = CallView>(event: string, request: object): Promise<T> => {
      const answer = await ask<T>(event, request)
      if (!answer.ok) throw new Error(`${event}: ${answer.problem.detail}`)
      return answer.data
    }
    const refused = async (event: string, request: object) => {
      const answer = await ask(event, request)
      return answer.ok ? 'ok' : `${answer.problem.status} ${answer.problem.code}`
    }
    const last = () => calls.at(-1)
    const one = {
      socket,
      seat,
      calls,
      signals,
      floors,
      sounds,
      done,
      refused,
      last,
      close: () => socket.close(),
    }
    pages.push(one)
    return one
  }
  type Page = Awaited<ReturnType<typeof page>>
  const stateOf = (call: CallView | undefined, name: string) =>
    call?.people.find((one) => one.name === name)?.state
  const ring = (from: Page, more: object = {}) =>
    from.done('call:ring', { seat: from.seat, kind: 'video', officerId: town.officer('O1'), ...more })
  async function answered(more: object = {}) {
    const [desk, officer] = [await page('dispatcher'), await page('officer')]
    const { id: callId } = await ring(desk, more)
    await until('the ringing', () => stateOf(officer.last(), '王一') === 'ringing')
    await officer.done('call:join', { callId, seat: officer.seat })
    await until('the answer', () => desk.last()?.answeredAt)
    return { desk, officer, callId }
  }
  const report = async () => {
    const place = { lng: west + 0.001, lat: south + 0.001 }
    const answer = await (await town.as('dispatcher'))('POST', '/api/incidents', {
      classCode: '01',
      title: '在场',
      ...place,
    })
    return (await answer.json()) as Incident
  }
  const story = async (id: number) => {
    const answer = await (await town.as('dispatcher'))('GET', `/api/incidents/${id}`)
    return ((await answer.json()) as IncidentDetail).timeline.filter(({ event }) => event.startsWith('call:'))
  }
  const log = async (who = 'dispatcher', query = '') => {
    const answer = await (await town.as(who))('GET', `/api/calls?${query}`)
    return ((await answer.json()) as { calls: CallEntry[] }).calls
  }

  it('rings an officer on all their screens; one answers, the others fall silent', async () => {
    const [desk, phone, tablet] = [await page('dispatcher'), await page('officer'), await page('officer')]
    const { id: callId } = await ring(desk)
    for (const one of [phone, tablet])
      await until('the ringing', () => stateOf(one.last(), '王一') === 'ringing')
    await phone.done('call:join', { callId, seat: phone.seat })
    const seatSeen = (one: Page) => one.last()?.people.find(({ name }) => name === '王一')?.seat
    await until('the other screen', () => seatSeen(tablet) === phone.seat)
    expect(await tablet.refused('call:join', { callId, seat: tablet.seat })).toBe('409 other-screen')
    await desk.done('call:leave', { callId })
    await until('the end', () => phone.last()?.outcome === 'answered')
    expect((await log())[0]).toMatchObject({ id: callId, outcome: 'answered', startedBy: 'dispatcher' })
  })

  it('passes signals on between the two, to nobody else, and from no other screen', async () => {
    const { desk, officer, callId } = await answered()
    const second = await page('officer')
    const stranger = await page('officer-two')
    const signal = { description: { type: 'offer', sdp: 'v=0' } }
    await desk.done<void>('call:signal', { callId, to: officer.seat, signal })
    await until('the signal', () => officer.signals.length === 1)
    expect(officer.signals[0]).toEqual({ callId, from: desk.seat, signal })
    expect(await second.refused('call:signal', { callId, to: desk.seat, signal })).toBe('409 other-screen')
    expect(await stranger.refused('call:signal', { callId, to: desk.seat, signal })).toBe('403 not-in-call')
    expect(await stranger.refused('call:join', { callId, seat: stranger.seat })).toBe('403 not-in-call')
    expect(await desk.refused('call:signal', { callId, to: randomUUID(), signal })).toBe('404 not-in-call')
    for (const bad of [
      null,
      { callId, to: 'x', signal },
      { callId, to: officer.seat, signal: { sdp: 1 } },
      { callId, to: officer.seat, signal, more: 1 },
    ])
      expect(await desk.refused('call:signal', bad as object)).toBe('422 invalid')
    expect([second.signals, stranger.signals]).toEqual([[], []])
  })

  it('lets nobody call outside their grids, and only those who may', async () => {
    const [desk, leader, officer] = [await page('desk-three'), await page('leader'), await page('officer')]
    expect(
      await desk.refused('call:ring', { seat: desk.seat, kind: 'voice', officerId: town.officer('O1') }),
    ).toBe('404 not-found')
    expect(
      await officer.refused('call:ring', {
        seat: officer.seat,
        kind: 'voice',
        officerId: town.officer('O2'),
      }),
    ).toBe('403 role')
    const dispatcher = await page('dispatcher')
    expect(await dispatcher.refused('call:ring', { seat: dispatcher.seat, kind: 'voice' })).toBe('403 role')
    const silent = await Promise.race([
      leader.refused('call:ring', { seat: leader.seat, kind: 'voice', officerId: town.officer('O1') }),
      new Promise((resolve) => setTimeout(resolve, 300, 'no answer')),
    ])
    expect(silent).toBe('no answer')
  })

  it('rings the desk of the place, and the first to answer has the call', async () => {
    const [officer, one, two, far] = [
      await page('officer'),
      await page('dispatcher'),
      await page('admin'),
      await page('desk-three'),
    ]
    const { id: callId } = await officer.done('call:ring', { seat: officer.seat, kind: 'voice' })
    for (const desk of [one, two]) await until('the desk to ring', () => desk.last()?.id === callId)
    await two.done('call:join', { callId, seat: two.seat })
    await until('the other to fall silent', () => stateOf(one.last(), 'dispatcher') === 'elsewhere')
    expect(await one.refused('call:join', { callId, seat: one.seat })).toBe('409 answered')
    expect(far.calls).toEqual([])
  })

  it('says who is busy, who cannot be reached, and what was missed or declined', async () => {
    const { callId, officer } = await answered()
    const admin = await page('admin')
    expect((await ring(admin)).outcome).toBe('busy')
    expect(
      await ring(admin, { officerId: (await officerIdsByCode(town.running.db)).get('O3') }).catch(String),
    ).toContain('has no account')
    expect((await ring(admin, { officerId: town.officer('O2') })).outcome).toBe('unreachable')
    await officer.done('call:leave', { callId })
    const second = await ring(admin)
    await officer.done('call:decline', { callId: second.id })
    await until('the refusal', () => admin.last()?.outcome === 'declined')
    const third = await ring(admin)
    clock += ringMs
    await until('the end of the ringing', () => admin.last()?.outcome === 'missed')
    await until('both told', () => officer.last()?.id === third.id && officer.last()?.endedAt)
    expect((await log('dispatcher', 'limit=5')).map(({ outcome }) => outcome)).toEqual([
      'missed',
      'declined',
      'unreachable',
      'busy',
      'answered',
    ])
    expect(await log('desk-three')).toEqual([expect.objectContaining({ outcome: 'unreachable' })])
  })

  it('keeps the place of who lost the line, and what was signalled meanwhile', async () => {
    const { desk, officer, callId } = await answered()
    officer.socket.disconnect()
    await until('the loss', () => desk.last()?.people.some(({ away }) => away))
    const signal = { candidate: { candidate: 'candidate:1', sdpMid: '0', sdpMLineIndex: 0 } }
    await desk.done<void>('call:signal', { callId, to: officer.seat, signal })
    const again = await page('officer')
    await again.done('call:join', { callId, seat: officer.seat })
    await until('the signal', () => again.signals.length === 1)
    expect(desk.last()?.people.some(({ away }) => away)).toBe(false)

    again.socket.disconnect()
    await until('the second loss', () => desk.last()?.people.some(({ away }) => away))
    clock += awayMs
    await until('the end', () => desk.last()?.outcome === 'answered')
  })

  it('writes the call onto the timeline of its incident, and the picture with who allowed it', async () => {
    const incident = await report()
    const { desk, officer, callId } = await answered({ incidentId: incident.id })
    const of = desk.last()?.people.find(({ name }) => name === '王一')?.accountId
    const asked = await desk.done('call:ask-picture', { callId, of, incidentId: incident.id })
    expect(asked.ask).toMatchObject({ state: 'asked', of })
    expect(await desk.refused('call:consent', { callId, askId: 1, allowed: true })).toBe('409 not-asked')
    expect(await officer.refused('call:ask-picture', { callId, of, incidentId: incident.id })).toBe(
      '403 role',
    )
    await officer.done('call:consent', { callId, askId: 1, allowed: true, always: true })
    await until('the consent', () => desk.last()?.ask?.state === 'allowed')
    expect((await desk.done('call:ask-picture', { callId, of, incidentId: incident.id })).ask).toMatchObject({
      id: 2,
      state: 'allowed',
    })
    expect(await desk.refused('call:ask-picture', { callId, of, incidentId: 99_999 })).toBe('404 not-found')
    clock += 90_000
    await desk.done('call:leave', { callId })
    const events = await until('the timeline', async () => {
      const told = await story(incident.id)
      return told.length === 4 && told
    })
    expect(events.map(({ event, data }) => [event, data.people ?? data.of, data.seconds])).toEqual([
      ['call:started', ['王一'], undefined],
      ['call:pictured', '王一', undefined],
      ['call:pictured', '王一', undefined],
      ['call:ended', ['王一'], 90],
    ])
    expect((await log('dispatcher', `incidentId=${incident.id}`)).map(({ id }) => id)).toEqual([callId])
    const missed = await ring(desk, { incidentId: incident.id })
    await officer.done('call:decline', { callId: missed.id })
    await until('the missed call', async () => (await story(incident.id)).at(-1)?.event === 'call:missed')
  })

  it('holds four, rung in by the desk', async () => {
    const { desk, callId } = await answered()
    const two = await page('officer-two')
    await desk.done('call:invite', { callId, officerId: town.officer('O2') })
    await until('the ringing', () => stateOf(two.last(), '王二') === 'ringing')
    const joined = await two.done('call:join', { callId, seat: two.seat })
    expect(joined.people.map(({ state }) => state)).toEqual(['joined', 'joined', 'joined'])
    await until(
      'everybody told',
      () => desk.last()?.people.filter(({ state }) => state === 'joined').length === 3,
    )
  })

  it('takes a call up again after a restart of the server, and ends in the log what nobody came back to', async () => {
    const { desk, officer, callId } = await answered()
    await until('the log', async () =>
      (await log()).some(({ id, endedAt }) => id === callId && endedAt === null),
    )
    // A second server on the same database knows nothing but the log.
    const { createSwitchboard } = await import('../../api/calls/switchboard.ts')
    const fresh = createSwitchboard({ db: town.running.db, now: () => new Date(clock), wake: () => {} })
    const told: CallView[] = []
    const caller = { accountId: 0, officerId: null, role: 'dispatcher' as const, name: 'x', grids: [] }
    const line = (accountId: number) => ({
      caller: () => ({ ...caller, accountId }),
      changed: (call: CallView) => told.push(call),
      signal: () => {},
      floor: () => {},
      sound: () => {},
      isBehind: () => false,
    })
    const [one, two] = (desk.last()?.people ?? []).map(({ accountId }) => line(accountId))
    if (!one || !two) throw new Error('nobody in the call')
    for (const each of [one, two]) fresh.connect(each)
    const back = await fresh.join(one, { callId, seat: desk.seat, move: false })
    expect(back.people.map(({ state, away }) => [state, away])).toEqual([
      ['joined', false],
      ['joined', true],
    ])
    await fresh.join(two, { callId, seat: officer.seat, move: false })
    expect(await fresh.endLost()).toBe(0)
    expect(fresh.leave(one, { callId }).outcome).toBe('answered')
    await fresh.settled()

    const lost = createSwitchboard({ db: town.running.db, now: () => new Date(clock), wake: () => {} })
    await desk.done('call:leave', { callId })
    const { callId: left } = await answered()
    await until('the log', async () =>
      (await log()).some(({ id, endedAt }) => id === left && endedAt === null),
    )
    expect(await lost.endLost()).toBe(1)
    expect((await log())[0]).toMatchObject({ id: left, outcome: 'interrupted' })
  })

  it('gives a squad one speaker at a time, and its sound to everybody who listens', async () => {
    const unitId = 1
    const [one, two, desk, far] = [
      await page('officer'),
      await page('officer-two'),
      await page('dispatcher'),
      await page('member'),
    ]
    expect(await far.refused('talk:listen', { unitId })).toBe('404 not-found')
    for (const each of [one, two, desk]) await each.done<Floor>('talk:listen', { unitId })
    const floor = await one.done<Floor>('talk:take', { unitId })
    expect(floor).toMatchObject({ speaker: { name: 'officer' }, listeners: 2 })
    expect(await two.refused('talk:take', { unitId })).toBe('409 floor-taken')
    const sound = Buffer.alloc(480, 7).toString('base64')
    one.socket.emit('talk:sound', { unitId, sound })
    two.socket.emit('talk:sound', { unitId, sound })
    for (const each of [two, desk]) await until('the sound', () => each.sounds.length === 1)
    expect([one.sounds, far.sounds, two.sounds]).toEqual([[], [], [{ unitId, sound }]])
    // A flood goes nowhere.
    for (let i = 0; i < 500; i += 1) one.socket.emit('talk:sound', { unitId, sound })
    await one.done<Floor>('talk:give', { unitId })
    expect(desk.sounds.length).toBeLessThan(60)
    await two.done<Floor>('talk:take', { unitId })
    clock += floorMs
    await until('the floor to be free', () => two.floors.at(-1)?.speaker === null)
    await desk.done<Floor>('talk:take', { unitId })
    desk.socket.disconnect()
    await until(
      'the floor of a lost line',
      () => two.floors.at(-1)?.speaker === null && two.floors.at(-1)?.listeners === 1,
    )
  })

  it('gives a relay’s credentials that end by themselves, and nothing where nothing is set', async () => {
    const answer = await (await town.as('officer'))('GET', '/api/calls/ice')
    expect(await answer.json()).toEqual({ iceServers: [], iceTransportPolicy: 'all' })
    const { iceFor } = await import('../../api/calls/ice.ts')
    const config = readConfig({
      ICE_STUN: 'stun:a:3478',
      TURN_URLS: 'turn:a:3478, turns:a:5349',
      TURN_SECRET: 'sixteen letters!',
    })
    const ice: IceSettings = iceFor(config, 7, new Date(1_000_000))
    expect(ice.iceServers[1]).toEqual({
      urls: ['turn:a:3478', 'turns:a:5349'],
      username: '44200:7',
      credential: createHmac('sha1', 'sixteen letters!').update('44200:7').digest('base64'),
    })
    expect(() => readConfig({ TURN_URLS: 'turn:a:3478' })).toThrow('TURN_SECRET')
    expect(() => readConfig({ ICE_RELAY_ONLY: 'true' })).toThrow('ICE_RELAY_ONLY')
    expect(() => readConfig({ ICE_STUN: 'http://a' })).toThrow('ICE_STUN')
  })
})
