import { createHmac, randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { hashPassword } from '../../api/auth.ts'
import { listAccountsOf } from '../../api/calls/queries.ts'
import { createSwitchboard } from '../../api/calls/switchboard.ts'
import { createTalk } from '../../api/calls/talk.ts'
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
import type { Db } from '../../api/db/connect.ts'
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
    for (const code of ['O1', 'O2']) await shift(code, true)
  })
  afterAll(() => town?.close())

  const shift = async (code: string, on: boolean) => {
    clock += 1000
    const answer = await (await town.as('admin'))('POST', `/api/officers/${town.officer(code)}/shift`, { on })
    expect(answer.ok).toBe(true)
  }
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

  it('lets nobody go by the number of somebody else’s page, and the owner come back to it', async () => {
    const { desk, officer, callId } = await answered()
    const two = await page('officer-two')
    await desk.done('call:invite', { callId, officerId: town.officer('O2') })
    await until('the ringing', () => stateOf(two.last(), '王二') === 'ringing')
    expect(await two.refused('call:join', { callId, seat: officer.seat })).toBe('409 seat-taken')
    officer.socket.disconnect()
    await until('the loss', () => desk.last()?.people.some(({ away }) => away))
    expect(await two.refused('call:join', { callId, seat: officer.seat })).toBe('409 seat-taken')
    const stranger = await page('admin')
    const stolen = { seat: officer.seat, kind: 'voice', officerId: town.officer('O2') }
    expect(await stranger.refused('call:ring', stolen)).toBe('409 seat-taken')
    const again = await page('officer')
    await again.done('call:join', { callId, seat: officer.seat })
    const signal = { description: { type: 'offer', sdp: 'v=0' } }
    await desk.done<void>('call:signal', { callId, to: officer.seat, signal })
    await until('the signal', () => again.signals.length === 1)
    expect([two.signals, stranger.signals]).toEqual([[], []])
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

  /** A page of an account that speaks to a switchboard of another process. */
  const lineOf = (accountId: number) => {
    const told: CallView[] = []
    const caller = { accountId, officerId: null, role: 'dispatcher' as const, name: 'x', grids: [] }
    const line = {
      open: true,
      told,
      caller: () => caller,
      changed: (call: CallView) => told.push(call),
      signal: () => {},
      floor: () => {},
      sound: () => {},
      isBehind: () => false,
      isOpen: () => line.open,
    }
    return line
  }
  const anotherProcess = (db = town.running.db) =>
    createSwitchboard({ db, now: () => new Date(clock), wake: () => {} })
  const openInLog = async (id: string) =>
    await until('the log', async () => (await log()).some((one) => one.id === id && one.endedAt === null))

  it('takes a call up again after a restart of the server', async () => {
    const { desk, officer, callId } = await answered()
    await openInLog(callId)
    // A second server on the same database knows nothing but the log.
    const fresh = anotherProcess()
    const [one, two] = (desk.last()?.people ?? []).map(({ accountId }) => lineOf(accountId))
    if (!one || !two) throw new Error('nobody in the call')
    for (const each of [one, two]) fresh.connect(each)
    const back = await fresh.join(one, { callId, seat: desk.seat, move: false })
    expect(back.people.map(({ state, away }) => [state, away])).toEqual([
      ['joined', false],
      ['joined', true],
    ])
    await fresh.join(two, { callId, seat: officer.seat, move: false })
    expect(fresh.leave(one, { callId }).outcome).toBe('answered')
    // Over is over, whether the log has it by then or not.
    await expect(fresh.join(two, { callId, seat: officer.seat, move: false })).rejects.toThrow('is over')
    await fresh.settled()
    await expect(fresh.join(two, { callId, seat: officer.seat, move: false })).rejects.toThrow('is over')
  })

  it('ends what was lost with its process, on the timeline as well, and never what another one holds', async () => {
    const incident = await report()
    const { callId } = await answered({ incidentId: incident.id })
    await openInLog(callId)
    const began = clock
    const other = anotherProcess()
    await other.upkeep()
    await openInLog(callId)
    clock += 121_000
    await other.upkeep()
    expect((await log())[0]).toMatchObject({ id: callId, outcome: 'interrupted' })
    expect(Date.parse((await log())[0]?.endedAt ?? '')).toBe(began)
    await other.upkeep()
    const ends = (await story(incident.id)).filter(({ event }) => event === 'call:ended')
    expect(ends.map(({ data }) => [data.callId, data.outcome, data.seconds])).toEqual([
      [callId, 'interrupted', 0],
    ])
  })

  it('writes an end that could not be written once it can, and only once', async () => {
    const incident = await report()
    const { desk, officer, callId } = await answered({ incidentId: incident.id })
    await openInLog(callId)
    const { db } = town.running
    let down = true
    const flaky: Db = {
      ...db,
      transaction: (work) =>
        down ? Promise.reject(new Error('the database is away')) : db.transaction(work),
    }
    const fresh = anotherProcess(flaky)
    const [one, two] = (desk.last()?.people ?? []).map(({ accountId }) => lineOf(accountId))
    if (!one || !two) throw new Error('nobody in the call')
    for (const [each, seat] of [[one, desk.seat] as const, [two, officer.seat] as const])
      await fresh.join(each, { callId, seat, move: false })
    fresh.leave(one, { callId })
    await fresh.settled()
    await openInLog(callId)
    down = false
    await fresh.upkeep()
    await fresh.settled()
    expect((await log())[0]).toMatchObject({ id: callId, outcome: 'answered' })
    // The process that had it first ends it too: nothing is told twice.
    await desk.done('call:leave', { callId })
    await fresh.upkeep()
    await new Promise((resolve) => setTimeout(resolve, 200))
    const told = (await story(incident.id)).map(({ event }) => event)
    expect(told).toEqual(['call:started', 'call:ended'])
  })

  it('leaves nothing of a page that went while it was waited for', async () => {
    const officerId = town.officer('O1')
    const { accountId = 0 } = (await listAccountsOf(town.running.db, officerId))[0] ?? {}
    const board = anotherProcess()
    const [caller, called] = [{ ...lineOf(999), open: false }, lineOf(accountId)]
    board.connect(called)
    const ghost = {
      ...caller,
      caller: () => ({ ...caller.caller(), grids: [town.grid('G0')] }),
      isOpen: () => false,
    }
    await expect(board.ring(ghost, { seat: randomUUID(), kind: 'voice', officerId })).rejects.toThrow(
      'lost its line',
    )
    expect(called.told).toEqual([])
    const talk = createTalk({
      db: town.running.db,
      now: () => new Date(clock),
      roster: town.running.services.roster,
    })
    await expect(talk.listen(ghost, { unitId: 1 })).rejects.toThrow('lost its line')
    expect(talk.isHearing(ghost)).toBe(false)
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
    expect(await two.refused('talk:take', { unitId })).toBe('409 floor-rest')
    await desk.done<Floor>('talk:take', { unitId })
    desk.socket.disconnect()
    await until(
      'the floor of a lost line',
      () => two.floors.at(-1)?.speaker === null && two.floors.at(-1)?.listeners === 1,
    )
  })

  it('lets nobody hear a squad off shift, and cuts off whoever signs off until they are back', async () => {
    const unitId = 1
    await shift('O2', false)
    const [one, two] = [await page('officer'), await page('officer-two')]
    expect(await two.refused('talk:listen', { unitId })).toBe('409 off-shift')
    await shift('O2', true)
    for (const each of [one, two]) await each.done<Floor>('talk:listen', { unitId })
    await one.done<Floor>('talk:take', { unitId })
    const sound = Buffer.alloc(480, 7).toString('base64')
    const speak = async () => {
      one.socket.emit('talk:sound', { unitId, sound })
      await new Promise((resolve) => setTimeout(resolve, 200))
      return two.sounds.length
    }
    expect(await speak()).toBe(1)
    await shift('O2', false)
    await until('two to be gone', () => one.floors.at(-1)?.listeners === 0)
    expect(await speak()).toBe(1)
    expect(await two.refused('talk:take', { unitId })).toBe('409 not-listening')
    await shift('O2', true)
    await until('two to be back', () => one.floors.at(-1)?.listeners === 1)
    expect(await speak()).toBe(2)
  })

  it('counts how often the floor is asked for', async () => {
    const unitId = 1
    const [one, desk] = [await page('officer'), await page('dispatcher')]
    for (const each of [one, desk]) await each.done<Floor>('talk:listen', { unitId })
    const asked = []
    for (let i = 0; i < 30; i += 1) {
      asked.push(await one.refused('talk:take', { unitId }))
      await one.refused('talk:give', { unitId })
    }
    expect(asked.filter((said) => said === '429 too-many').length).toBeGreaterThanOrEqual(10)
    expect(asked.filter((said) => said === 'ok').length).toBeGreaterThan(10)
  })

  it('cuts off within seconds who listens and has signed out', async () => {
    const desk = await page('desk-three')
    await desk.done<Floor>('talk:listen', { unitId: 1 })
    expect((await (await town.as('desk-three'))('DELETE', '/api/session')).ok).toBe(true)
    await until('the line to be cut', () => !desk.socket.connected, 8000)
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
