import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LivePosition } from '../../api/contract/position.ts'
import { databases } from '../setup/database.ts'
import { openTown, readFrames, south, type TestTown, until, west } from '../setup/town.ts'

// Flow A: a phone reports, and a screen shows it. Read this first.

describe.each(databases)('a position report on $name', ({ open }) => {
  let town: TestTown
  beforeAll(async () => {
    town = await openTown(open)
  })
  afterAll(() => town?.close())
  const fix = (lng: number, lat: number, secondsAgo = 0) => ({
    lng,
    lat,
    recordedAt: new Date(Date.now() - secondsAgo * 1000).toISOString(),
    speed: 1.2,
    heading: 90,
  })

  it('is not stored while its officer is off shift', async () => {
    const phone = await town.device('O1')
    const answer = await phone('POST', '/api/positions', fix(west + 0.001, south + 0.001))
    expect(await answer.json()).toMatchObject({ accepted: 0, refused: [{ code: 'off-shift' }] })
    expect(await town.running.db.query('select 1 from fixes')).toEqual([])
  })

  it('goes from the phone to the disk, to the screen, and into the track', async () => {
    const phone = await town.device('O1')
    const screen = await town.socket('screen')
    const { moved: frames } = readFrames(screen)
    expect(await screen.emitWithAck('subscribe', {})).toMatchObject({ ok: true })

    const on = await phone('POST', `/api/officers/${town.officer('O1')}/shift`, {
      on: true,
      at: new Date(Date.now() - 60_000).toISOString(),
    })
    expect(on.status).toBe(200)
    const answer = await phone('POST', '/api/positions', fix(west + 0.001, south + 0.001))
    expect(await answer.json()).toEqual({ accepted: 1, repeated: 0, refused: [] })

    // The acknowledgement follows the commit.
    const stored = await town.running.db.query('select grid_id as "gridId", flags from fixes')
    expect(stored).toEqual([{ gridId: town.grid('G000'), flags: 0 }])

    const shown = await until('the frame', () => frames.find((one) => one.officerId === town.officer('O1')))
    expect(shown).toMatchObject({
      lng: 120.401,
      lat: 31.701,
      speed: 1.25,
      gridId: town.grid('G000'),
      gone: false,
    })
    expect(shown.heading).toBeCloseTo(90, -1)

    const officer = await town.as('officer')
    const track = (await (await officer('GET', `/api/officers/${town.officer('O1')}/track`)).json()) as {
      points: unknown[]
    }
    expect(track.points).toHaveLength(1)
  })

  it('is taken once however often it is sent, and never moves the live position back', async () => {
    const phone = await town.device('O1')
    const late = fix(west + 0.002, south + 0.002, 30)
    const batch = { fixes: [late, fix(west + 0.003, south + 0.003), late] }
    expect(await (await phone('POST', '/api/positions/batch', batch)).json()).toMatchObject({
      accepted: 2,
      repeated: 1,
    })
    expect(await (await phone('POST', '/api/positions/batch', batch)).json()).toMatchObject({
      accepted: 0,
      repeated: 3,
    })
    const admin = await town.as('admin')
    const { positions } = (await (await admin('GET', '/api/positions')).json()) as {
      positions: LivePosition[]
    }
    expect(positions).toHaveLength(1)
    expect(positions[0]).toMatchObject({ lng: 120.403, lat: 31.703 })
  })

  it('is shown only to those whose grids hold it, and goes when the shift ends', async () => {
    const seen = async (username: string) =>
      ((await (await (await town.as(username))('GET', '/api/positions')).json()) as { positions: unknown[] })
        .positions.length
    expect(await seen('officer')).toBe(1)
    expect(await seen('nobody')).toBe(0)
    const counts = (await (await (await town.as('admin'))('GET', '/api/grids/counts')).json()) as {
      counts: { id: number; officers: number }[]
    }
    const officers = (id: number) => counts.counts.find((row) => row.id === id)?.officers
    expect(
      [town.townId, town.grid('G0'), town.grid('G00'), town.grid('G000'), town.grid('G1')].map(officers),
    ).toEqual([1, 1, 1, 1, 0])

    const screen = await town.socket('screen')
    const { moved: frames } = readFrames(screen)
    await screen.emitWithAck('subscribe', {})
    await (await town.as('dispatcher'))('POST', `/api/officers/${town.officer('O1')}/shift`, { on: false })
    await until('the officer to go', () => frames.find((one) => one.gone))
    expect(await seen('admin')).toBe(0)
  })

  it('keeps what arrives after the shift for the track, and shows nobody who has gone home', async () => {
    const phone = await town.device('O2')
    const shift = `/api/officers/${town.officer('O2')}/shift`
    await phone('POST', shift, { on: true, at: new Date(Date.now() - 60_000).toISOString() })
    const late = fix(west + 0.031, south + 0.031, 1)
    await phone('POST', shift, { on: false })
    expect(await (await phone('POST', '/api/positions', late)).json()).toMatchObject({ accepted: 1 })
    const admin = await town.as('admin')
    expect(await (await admin('GET', '/api/positions')).json()).toEqual({ positions: [] })
  })

  it('spoils nobody else’s report by a number too small to store', async () => {
    const [one, two] = [await town.device('O1'), await town.device('O2')]
    for (const [code, phone] of [
      ['O1', one],
      ['O2', two],
    ] as const)
      await phone('POST', `/api/officers/${town.officer(code)}/shift`, { on: true })
    const tiny = { ...fix(west, south), speed: 1e-50, accuracy: 1e-300 }
    const answers = await Promise.all([
      one('POST', '/api/positions', tiny),
      ...[1, 2, 3].map((i) =>
        two('POST', '/api/positions', {
          ...fix(west, south),
          recordedAt: new Date(Date.now() + i).toISOString(),
        }),
      ),
    ])
    expect(answers.map((one) => one.status)).toEqual([200, 200, 200, 200])
    for (const answer of answers) expect(await answer.json()).toMatchObject({ accepted: 1 })
  })

  it('refuses what cannot be: long past, nowhere, far too vague, and somebody else', async () => {
    const phone = await town.device('O2')
    for (const [wrong, code] of [
      [fix(west, south, 8 * 86_400), 'too-old'],
      [fix(0, 0), 'nowhere'],
      [{ ...fix(west, south), accuracy: 5000 }, 'inaccurate'],
    ] as const) {
      expect((await phone('POST', '/api/positions', wrong)).status).toBe(422)
      const batch = await phone('POST', '/api/positions/batch', { fixes: [wrong] })
      expect(await batch.json()).toMatchObject({ accepted: 0, refused: [{ index: 0, code }] })
    }
    expect((await phone('POST', `/api/officers/${town.officer('O1')}/shift`, { on: true })).status).toBe(403)
  })
})
