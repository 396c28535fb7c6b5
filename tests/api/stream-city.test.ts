import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { GridCrossing, PositionCounts, PresenceChange } from '../../api/contract/events.ts'
import { cellOf } from '../../api/contract/frames.ts'
import type { FixOutcome } from '../../api/contract/position.ts'
import { databases } from '../setup/database.ts'
import { openTown, readFrames, south, type TestTown, until, west } from '../setup/town.ts'

// What a city's screens are sent: cells or counts, presence, crossings; and what the field page sends.

describe.each(databases)('the stream of a city on $name', ({ open }) => {
  let town: TestTown
  let ahead = 0
  const now = () => new Date(Date.now() + ahead)
  beforeAll(async () => {
    town = await openTown(open, now, { everyoneLimit: 1, staleSeconds: 60, offlineSeconds: 600 })
    for (const code of ['O1', 'O2', 'M1'])
      await (await town.as('admin'))('POST', `/api/officers/${town.officer(code)}/shift`, {
        on: true,
        at: new Date(Date.now() - 600_000).toISOString(),
      })
  })
  afterAll(() => town?.close())
  const at = () => now().toISOString()
  const place = (x: number, y: number) => ({ lng: west + x, lat: south + y })
  const move = async (code: string, x: number, y: number, ago = 0) => {
    const answer = await (await town.device(code))('POST', '/api/positions', {
      ...place(x, y),
      recordedAt: new Date(now().getTime() - ago).toISOString(),
    })
    expect(await answer.json()).toMatchObject({ accepted: 1 })
  }

  it('sends counts to whoever looks from afar, and the cells to whoever looks closely', async () => {
    await move('O1', 0.001, 0.001)
    await move('O2', 0.031, 0.031)
    const far = await town.socket('leader')
    const counts: PositionCounts[] = []
    far.on('positions:counted', (some) => counts.push(some))
    const frames = readFrames(far)
    const answer = await far.emitWithAck('subscribe', { cells: [] })
    expect(answer).toMatchObject({ ok: true, data: { shows: 'counts', rooms: [] } })
    const first = await until('the counts', () => counts[0])
    expect(first.total).toBe(2)
    expect(new Map(first.grids).get(town.grid('G000'))).toBe(1)
    expect(first.units.map(([, n]) => n)).toEqual([2])
    await move('M1', 0.002, 0.001)
    await until('new counts', () => counts.some(({ total }) => total === 3))
    expect(frames.moved).toEqual([])

    // The same screen comes closer: a snapshot of who is there, and then what moves.
    const cell = cellOf(west + 0.001, south + 0.001)
    const close = await far.emitWithAck('subscribe', { cells: [cell] })
    if (!close.ok) throw new Error('not subscribed')
    expect(close.data).toMatchObject({ shows: 'cells' })
    await until('the snapshot', () => frames.here.size >= 2)
    await move('O1', 0.0015, 0.001)
    await until('the move', () => frames.here.get(town.officer('O1'))?.lng === 120.4015)
    // Out of the cell, and so out of sight.
    await move('O1', 0.2, 0.001, -1)
    await until('to be gone', () => !frames.here.has(town.officer('O1')))
    expect(frames.gaps).toEqual([])
    // Away again: what was known of the cell is forgotten.
    await far.emitWithAck('subscribe', { cells: [] })
    frames.keep([])
    expect(frames.here.size).toBe(0)
  })

  it('answers who is nearest, and who is in a box', async () => {
    for (const [code, x] of [
      ['O1', 0.01],
      ['O2', 0.012],
      ['M1', 0.03],
    ] as const)
      await move(code, x, 0.01)
    const admin = await town.as('admin')
    const read = async (query: string) =>
      (
        (await (await admin('GET', `/api/positions${query}`)).json()) as {
          positions: { officerId: number; meters?: number }[]
        }
      ).positions
    const near = await read(`/nearest?lng=${west + 0.011}&lat=${south + 0.01}&limit=2`)
    expect(near.map((one) => one.meters)).toEqual([95, 95])
    const [nearest] = await read(`/nearest?lng=${west + 0.03}&lat=${south + 0.01}&limit=1`)
    expect(nearest).toMatchObject({ officerId: town.officer('M1'), meters: 0 })
    const boxed = await read(`?bbox=${west},${south},${west + 0.011},${south + 0.02}`)
    expect(boxed.map((one) => one.officerId)).toEqual([town.officer('O1')])
    expect((await admin('GET', '/api/positions?bbox=1,2,3')).status).toBe(422)
    expect((await admin('GET', '/api/positions?bbox=2,2,1,1')).status).toBe(422)
  })

  it('begins again with a snapshot when the same is asked for twice: a frame was lost', async () => {
    const screen = await town.socket('leader')
    const cell = cellOf(west + 0.012, south + 0.01)
    const frames = readFrames(screen)
    const subscribe = () => screen.emitWithAck('subscribe', { cells: [cell] })
    await subscribe()
    await until('the snapshot', () => frames.here.has(town.officer('O2')))
    const told = frames.moved.length
    await subscribe()
    await until('it again', () => frames.moved.length > told)
  })

  it('tells who enters and leaves which grid to whoever asks, in their grids only', async () => {
    const heard = async (username: string, request: object) => {
      const socket = await town.socket(username)
      const crossings: GridCrossing[] = []
      socket.on('grid:crossed', (some) => crossings.push(...some))
      await socket.emitWithAck('subscribe', request)
      return crossings
    }
    const own = await heard('officer', { crossings: true })
    const all = await heard('leader', { crossings: true })
    const deaf = await heard('leader', {})
    for (const [x, second] of [
      [0.001, 0],
      [0.006, 20],
      [0.006, 40],
      [0.014, 60],
      [0.021, 80],
      [0.021, 100],
    ] as const) {
      const answer = await (await town.device('M1'))('POST', '/api/positions', {
        ...place(x, 0.001),
        recordedAt: new Date(Date.now() + 1000 + second * 1000).toISOString(),
      })
      expect(answer.status).toBe(200)
    }
    const entered = (crossings: GridCrossing[]) =>
      crossings.filter((one) => one.entered).map((one) => one.gridId)
    await until('both crossings', () => entered(all).includes(town.grid('G100')))
    expect(entered(all).slice(-2)).toEqual([town.grid('G001'), town.grid('G100')])
    expect(entered(own)).toContain(town.grid('G001'))
    expect(entered(own)).not.toContain(town.grid('G100'))
    expect(deaf).toEqual([])
  })

  it('takes reports of the field page, from those in the street only', async () => {
    const report = async (username: string, fixes: unknown) =>
      (await town.socket(username)).emitWithAck('report', { fixes } as never)
    const taken = await report('officer', [{ ...place(0.001, 0.001), recordedAt: at() }])
    expect(taken).toMatchObject({ ok: true, data: { accepted: 1 } satisfies Partial<FixOutcome> })
    expect(await report('leader', [])).toMatchObject({ ok: false, problem: { status: 403 } })
    expect(await report('officer', [{ ...place(0.001, 95), recordedAt: at() }])).toMatchObject({
      ok: false,
      problem: { status: 422 },
    })
    expect(await report('officer', 'x')).toMatchObject({ ok: false, problem: { status: 422 } })
  })

  it('tells when a phone falls silent, is heard again, and is given up', async () => {
    const screen = await town.socket('leader')
    const changes: PresenceChange[] = []
    screen.on('presence:changed', (some) => changes.push(...some))
    await screen.emitWithAck('subscribe', {})
    const states = (code: string) =>
      changes.filter(({ officerId }) => officerId === town.officer(code)).map(({ state }) => state)
    ahead = 130_000
    await until('silence', () => states('O2').includes('stale'))
    await move('O2', 0.031, 0.031)
    await until('a voice', () => states('O2').includes('live'))
    ahead = 780_000
    await until('the end', () => states('O2').includes('offline'))
    expect(states('O2')).toEqual(['stale', 'live', 'offline'])
    const { positions } = (await (await (await town.as('admin'))('GET', '/api/positions')).json()) as {
      positions: unknown[]
    }
    expect(positions).toEqual([])
    ahead = 0
  })
})
