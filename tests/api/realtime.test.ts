import { io } from 'socket.io-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cellOf } from '../../api/contract/frames.ts'
import type { Incident, TimelineEvent } from '../../api/contract/incident.ts'
import { appendTimeline } from '../../api/db/timeline.ts'
import { databases } from '../setup/database.ts'
import { openTown, readFrames, south, type TestTown, until, west } from '../setup/town.ts'

describe.each(databases)('the stream on $name', ({ open }) => {
  let town: TestTown
  beforeAll(async () => {
    // However few officers there are: cells as in a city.
    town = await openTown(open, undefined, { everyoneLimit: 0 })
    for (const code of ['O1', 'O2']) {
      await (await town.as('admin'))('POST', `/api/officers/${town.officer(code)}/shift`, {
        on: true,
        at: new Date(Date.now() - 60_000).toISOString(),
      })
    }
  })
  afterAll(() => town?.close())

  const report = async (x: number, y: number) =>
    (await (
      await (
        await town.as('dispatcher')
      )('POST', '/api/incidents', { classCode: '01', title: '流', lng: west + x, lat: south + y })
    ).json()) as Incident
  async function listen(username: string, request = {}) {
    const socket = await town.socket(username)
    const events: TimelineEvent[] = []
    socket.on('timeline:appended', (some) => events.push(...some))
    const frames = readFrames(socket)
    const answer = await socket.emitWithAck('subscribe', request)
    if (answer.ok) frames.keep(answer.data.rooms)
    return { socket, events, ...frames, answer }
  }
  async function move(code: string, x: number, y: number) {
    const phone = await town.device(code)
    const answer = await phone('POST', '/api/positions', {
      lng: west + x,
      lat: south + y,
      recordedAt: new Date().toISOString(),
    })
    expect(await answer.json()).toMatchObject({ accepted: 1 })
  }

  it('lets in nobody without a session, and no page of another site', async () => {
    const refusal = (options: object) =>
      new Promise<string>((resolve) => {
        const socket = io(town.running.url, {
          path: '/ws',
          transports: ['websocket'],
          reconnection: false,
          forceNew: true,
          ...options,
        })
        socket.once('connect', () => resolve('let in'))
        socket.once('connect_error', (error) => resolve(error.message))
      })
    expect(await refusal({})).toBe('sign-in')
    expect(await refusal({ extraHeaders: { cookie: 'xiake_session=made-up' } })).toBe('sign-in')
    const { cookie } = await town.as('admin')
    expect(await refusal({ extraHeaders: { cookie } })).toBe('let in')
    expect(await refusal({ extraHeaders: { cookie, origin: 'http://evil.example' } })).not.toBe('let in')
  })

  it('sends each caller the events of their own grids only', async () => {
    const officer = await listen('officer')
    const leader = await listen('leader')
    const away = await report(0.031, 0.031)
    const near = await report(0.001, 0.001)
    // Shifts that began just before may come once more; clients drop numbers they have seen.
    const told = ({ events }: { events: TimelineEvent[] }) =>
      events.flatMap(({ incidentId }) => incidentId ?? [])
    await until('both at the leader', () => told(leader).length >= 2)
    await until('one at the officer', () => told(officer).length >= 1)
    expect(told(leader)).toEqual([away.id, near.id])
    expect(told(officer)).toEqual([near.id])
  })

  it('sends positions by cell to those who see the town, by grid to the others', async () => {
    const here = await listen('leader', { cells: [cellOf(west + 0.001, south + 0.001)] })
    const there = await listen('leader', { cells: ['13/0/0'] })
    const grid = await listen('leader', { grids: [town.grid('G3')] })
    const officer = await listen('officer', { cells: ['13/0/0'] })
    await move('O1', 0.001, 0.001)
    await move('O2', 0.031, 0.031)
    await until('the cell', () => here.moved.some((one) => one.officerId === town.officer('O1')))
    await until('the grid', () => grid.moved.some((one) => one.officerId === town.officer('O2')))
    await until('the own grid', () => officer.moved.some((one) => one.officerId === town.officer('O1')))
    expect(there.moved).toEqual([])
    expect(grid.moved.some((one) => one.officerId === town.officer('O1'))).toBe(false)
    expect(officer.moved.some((one) => one.officerId === town.officer('O2'))).toBe(false)

    // Leaving the grid is told to those who lose sight.
    await move('O1', 0.031, 0.001)
    await until('the officer to be gone', () =>
      officer.moved.some((one) => one.officerId === town.officer('O1') && one.gone),
    )
  })

  it('sends everything that moved in a tick, over however many cells the screen looks at', async () => {
    const cells = [0.001, 0.06].map((x) => cellOf(west + x, south + 0.002))
    expect(new Set(cells).size).toBe(2)
    const wide = await listen('leader', { cells })
    for (let i = 0; i < 3; i += 1) {
      await Promise.all([move('O1', 0.001 + i / 1e5, 0.002), move('O2', 0.06 + i / 1e5, 0.002)])
      await new Promise((resolve) => setTimeout(resolve, 600))
    }
    const times = (code: string) => wide.moved.filter((one) => one.officerId === town.officer(code)).length
    expect([times('O1'), times('O2')].every((n) => n >= 3)).toBe(true)
  })

  it('refuses subscriptions that are none, and grids that are not the caller’s', async () => {
    const { socket } = await listen('officer')
    const refused = async (request: unknown) => {
      const answer = await socket.emitWithAck('subscribe', request as object)
      return answer.ok ? 'ok' : answer.problem.status
    }
    for (const bad of [
      null,
      'x',
      1,
      [],
      { grids: ['1'] },
      { grids: [0] },
      { cells: ['grid:*'] },
      { lastSeq: -1 },
      { lastSeq: Number.NaN },
      { cells: Array(300).fill('13/0/0') },
    ]) {
      expect([bad, await refused(bad)]).toEqual([bad, 422])
    }
    expect(await refused({ grids: [town.grid('G3')] })).toBe(403)
    expect(await refused({ grids: [town.townId] })).toBe(403)
    expect(await refused({ grids: [99_999] })).toBe(403)
    expect(await refused({ grids: [town.grid('G00')] })).toBe('ok')
  })

  it('tells a client that is too far behind to load again', async () => {
    const before = await listen('leader')
    if (!before.answer.ok) throw new Error('not subscribed')
    const { seq } = before.answer.data
    let reset = ''
    before.socket.on('stream:reset', (reason) => (reset = reason))
    const path = [town.townId]
    const event = { event: 'note:written', at: new Date(), actor: { name: 'x', role: 'admin' }, path }
    await town.running.db.transaction((tx) => appendTimeline(tx, Array(2500).fill(event)))
    town.running.services.stream.wake()
    await until('the reset', () => reset)
    const again = await listen('leader', { lastSeq: seq })
    expect(again.answer).toMatchObject({ ok: true, data: { complete: false, events: [], seq: seq + 2500 } })
    const fresh = await listen('leader', { lastSeq: seq + 2499 })
    expect(fresh.answer).toMatchObject({ ok: true, data: { complete: true, events: [{ seq: seq + 2500 }] } })
  })

  it('cuts off a screen that has frozen, keeps no growing pile for it, and tells it to load again', async () => {
    const frozen = await listen('leader')
    let reset = ''
    frozen.socket.on('stream:reset', (reason) => (reset = reason))
    // The client stops reading: what is sent piles up in the kernel, then in the server.
    const transport = frozen.socket.io.engine.transport as unknown as {
      ws: { _socket: { pause(): void; resume(): void } }
    }
    transport.ws._socket.pause()
    const event = {
      event: 'note:written',
      at: new Date(),
      actor: { name: 'x', role: 'admin' },
      path: [town.townId],
      data: { words: 'x'.repeat(100_000) },
    }
    for (let i = 0; i < 400; i += 1) {
      // In two places by turns: events of one place that are read together go out as one packet, and packets are counted.
      const path = i % 2 ? [town.townId] : [town.townId, town.grid('G0')]
      await town.running.db.transaction((tx) => appendTimeline(tx, [{ ...event, path }]))
      town.running.services.stream.wake()
    }
    const piled = () => Math.max(...town.running.backlogs())
    await until(
      'the pile to stop growing',
      async () => {
        const before = piled()
        await new Promise((resolve) => setTimeout(resolve, 700))
        return before > 30 && piled() === before
      },
      30_000,
    )
    const height = piled()
    for (let i = 0; i < 50; i += 1) await town.running.db.transaction((tx) => appendTimeline(tx, [event]))
    town.running.services.stream.wake()
    await new Promise((resolve) => setTimeout(resolve, 700))
    expect(piled()).toBe(height)
    transport.ws._socket.resume()
    await until('the reset', () => reset === 'fell behind', 15_000)
  })

  it('numbers the timeline in the order of commit, without gaps, whoever writes at once', async () => {
    const db = town.running.db
    const start = (await db.query<{ seq: number }>('select seq from timeline_head'))[0]?.seq ?? 0
    const event = {
      event: 'note:written',
      at: new Date(),
      actor: { name: 'x', role: 'admin' },
      path: [town.townId],
    }
    await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        db
          .transaction(async (tx) => {
            await appendTimeline(tx, [event])
            if (i % 4 === 0) throw new Error('changed my mind')
          })
          .catch(() => {}),
      ),
    )
    const rows = await db.query<{ seq: number }>('select seq from timeline where seq > $1 order by seq', [
      start,
    ])
    expect(rows.map((row) => row.seq)).toEqual(Array.from({ length: 30 }, (_, i) => start + 1 + i))
  })
})
