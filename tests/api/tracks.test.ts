import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FixReport } from '../../api/contract/position.ts'
import type { Playback, Track, TrackLook } from '../../api/contract/track.ts'
import { dropDaysBefore } from '../../api/tracks/queries.ts'
import { databases } from '../setup/database.ts'
import { type Caller, openTown, south, type TestTown, west } from '../setup/town.ts'

// A fix lies first in the log, then in a chunk. Wherever it lies, the track has it once, in order, and a repeat is known.

describe.each(databases)('tracks on $name', ({ open }) => {
  let town: TestTown
  let phone: Caller
  let admin: Caller
  const hourAgo = Math.floor(Date.now() / 1000) * 1000 - 3_600_000
  beforeAll(async () => {
    town = await openTown(open)
    phone = await town.device('O1')
    admin = await town.as('admin')
    for (const code of ['O1', 'O2'])
      await admin('POST', `/api/officers/${town.officer(code)}/shift`, {
        on: true,
        at: new Date(hourAgo - 600_000).toISOString(),
      })
  })
  afterAll(() => town?.close())

  const fix = (second: number, more: Partial<FixReport> = {}): FixReport => ({
    // To and fro within one grid, at about 1 m/s.
    lng: Math.round((west + 0.001 + Math.abs(300 - (second % 600)) * 1e-5) * 1e7) / 1e7,
    lat: Math.round((south + 0.001 + Math.sin(second / 50) * 1e-4) * 1e7) / 1e7,
    recordedAt: new Date(hourAgo + second * 1000).toISOString(),
    speed: 1.3,
    heading: 90,
    accuracy: 5,
    battery: 0.8,
    ...more,
  })
  const send = async (fixes: FixReport[], from = phone) =>
    (await (await from('POST', '/api/positions/batch', { fixes })).json()) as {
      accepted: number
      repeated: number
    }
  const trackOf = async (caller = admin, query = 'reason=review', code = 'O1') =>
    (await (
      await caller(
        'GET',
        `/api/officers/${town.officer(code)}/track?from=${new Date(hourAgo - 600_000).toISOString()}&${query}`,
      )
    ).json()) as Track
  const seconds = ({ points }: Track) => points.map((one) => (Date.parse(one.recordedAt) - hourAgo) / 1000)
  const range = (from: number, to: number, step = 1) =>
    Array.from({ length: Math.ceil((to - from) / step) }, (_, i) => from + i * step)
  const inLog = async () =>
    (await town.running.db.query<{ n: number }>('select count(*)::int as n from fixes'))[0]?.n

  it('have every fix once and in order, packed or not, however they came', async () => {
    expect(await send(range(0, 700).map((s) => fix(s)))).toMatchObject({ accepted: 700 })
    expect(seconds(await trackOf())).toEqual(range(0, 700))
    expect(await town.running.pack()).toBe(700)
    expect(await inLog()).toBe(0)
    const packed = await trackOf()
    expect(seconds(packed)).toEqual(range(0, 700))
    expect(packed.points[350]).toMatchObject({ lng: fix(350).lng, lat: fix(350).lat, speed: 1.3 })

    // Repeats of what is packed, of what is not, and within one report; late ones in between; backwards.
    await send(range(800, 900).map((s) => fix(s)))
    const again = [...range(690, 720), ...range(795, 805), 710, 850].reverse().map((s) => fix(s))
    expect(await send(again)).toMatchObject({ accepted: 20 + 5, repeated: 10 + 5 + 2 })
    const whole = [...range(0, 720), ...range(795, 900)]
    expect(seconds(await trackOf())).toEqual(whole)
    await town.running.pack()
    expect(seconds(await trackOf())).toEqual(whole)
    expect(await send(range(0, 900, 50).map((s) => fix(s)))).toMatchObject({ accepted: 1, repeated: 17 })
  })

  it('survive a packing that was cut off: the same fixes packed again are the same track', async () => {
    await send(range(1000, 1300).map((s) => fix(s)))
    const before = seconds(await trackOf())
    const db = town.running.db
    await db.query('create table kept as select * from fixes')
    await town.running.pack()
    await db.query('insert into fixes select * from kept')
    expect(seconds(await trackOf())).toEqual(before)
    await town.running.pack()
    await town.running.pack()
    expect(seconds(await trackOf())).toEqual(before)
    expect(await inLog()).toBe(0)
    await db.query('drop table kept')
  })

  it('keep what each fix was: a clock set back, a jump marked, and the live position where it was', async () => {
    const clock = Date.now()
    const ahead = [0, 1000, 2000].map((ms) => ({
      ...fix(0),
      recordedAt: new Date(clock + 3_600_000 + ms).toISOString(),
    }))
    expect(await send(ahead, await town.device('O2'))).toMatchObject({ accepted: 3, refused: [] })
    const { points, fixes } = await trackOf(admin, 'reason=review', 'O2')
    const times = points.map((one) => Date.parse(one.recordedAt))
    expect([fixes, (times[2] ?? 0) - (times[0] ?? 0)]).toEqual([3, 2000])
    expect(Math.abs((times[2] ?? 0) - clock)).toBeLessThan(5000)
    const flags = await town.running.db.query<{ flags: number }>(
      'select flags from fixes where officer_id = $1',
      [town.officer('O2')],
    )
    expect(flags).toEqual([{ flags: 2 }, { flags: 2 }, { flags: 2 }])

    await send([fix(3590), fix(3591, { lat: south + 0.9 }), fix(3592)])
    const track = await trackOf()
    expect(track.points.filter((one) => one.jump)).toHaveLength(1)
    expect(track.jumps).toBe(1)
    const { positions } = (await (await admin('GET', '/api/positions')).json()) as {
      positions: { officerId: number; recordedAt: string }[]
    }
    expect(positions.find((one) => one.officerId === town.officer('O1'))?.recordedAt).toBe(
      fix(3592).recordedAt,
    )
  })

  it('come to distance, stops and time in grids, and to fewer points for a small map', async () => {
    const whole = await trackOf()
    expect(whole.distanceMeters).toBeGreaterThan(50)
    expect(whole.grids[0]?.gridId).toBe(town.grid('G000'))
    const drawn = await trackOf(admin, 'reason=review&tolerance=10')
    expect(drawn.points.length).toBeLessThan(whole.points.length / 10)
    expect([drawn.fixes, drawn.distanceMeters]).toEqual([whole.fixes, whole.distanceMeters])
    const last = await trackOf(admin, 'reason=review&limit=5')
    expect([last.points.length, last.cut, last.fixes]).toEqual([5, true, whole.fixes])

    const officers = [town.officer('O1'), town.officer('O2')]
    const query = `officers=${officers}&from=${new Date(hourAgo).toISOString()}&reason=review`
    const playback = (await (await admin('GET', `/api/tracks?${query}`)).json()) as Playback
    expect(playback.tracks.map(({ officerId, fixes }) => [officerId, fixes])).toEqual([
      [officers[0], whole.fixes],
      [officers[1], 3],
    ])
    expect(playback.tracks[0]?.at[1]).toBe(1000)
    expect(playback.tracks[0]?.lng[0]).toBe(Math.round((fix(0).lng ?? 0) * 1e6))
  })

  it('are looked at for a reason, which is kept and shown to whom it concerns', async () => {
    const path = `/api/officers/${town.officer('O1')}/track`
    const leader = await town.as('leader')
    const officer = await town.as('officer')
    const without = await leader('GET', path)
    expect([without.status, ((await without.json()) as { detail: string }).detail]).toEqual([
      422,
      'reason: say why you look at this track; it is kept, and the officer can see it',
    ])
    expect((await leader('GET', `${path}?reason=curiosity`)).status).toBe(422)
    expect((await leader('GET', `${path}?reason=complaint&note=%E5%8F%B7%2012`)).status).toBe(200)
    expect((await officer('GET', path)).status).toBe(200)
    const looks = async (caller: Caller, query = '') =>
      ((await (await caller('GET', `/api/track-looks${query}`)).json()) as { looks: TrackLook[] }).looks
    const [newest] = await looks(admin, `?officer=${town.officer('O1')}`)
    expect(newest).toMatchObject({ name: 'leader', role: 'leader', reason: 'complaint', note: '号 12' })
    const own = await looks(officer)
    expect(own[0]).toEqual(newest)
    expect(new Set(own.map((one) => one.officerId))).toEqual(new Set([town.officer('O1')]))
    expect(await looks(await town.as('member'))).toEqual([])
    expect((await leader('GET', '/api/track-looks')).status).toBe(403)
  })

  it('show a leader of a part what lies in that part, though a chunk holds more', async () => {
    await send([3000, 3001, 3002].map((s) => fix(s)))
    await send([3003, 3004].map((s) => fix(s, { lng: west + 0.031, lat: south + 0.031 })))
    await town.running.pack()
    const db = town.running.db
    const role = "update accounts set role = $1, officer_id = null where username = 'officer'"
    await db.query(role, ['leader'])
    try {
      // Remembered for ten seconds: a session of its own.
      const answer = await fetch(`${town.running.url}/api/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username: 'officer', password: 'a long test password' }),
      })
      const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? ''
      const track = (await (
        await fetch(
          `${town.running.url}/api/officers/${town.officer('O1')}/track?reason=review&from=${fix(2999).recordedAt}&to=${fix(3100).recordedAt}`,
          { headers: { cookie } },
        )
      ).json()) as Track
      expect(seconds(track)).toEqual([3000, 3001, 3002])
    } finally {
      await db.query("update accounts set role = 'officer', officer_id = $1 where username = 'officer'", [
        town.officer('O1'),
      ])
    }
  })

  it('end with the shift, also when it is known only later', async () => {
    const at = (second: number) => new Date(hourAgo + second * 1000).toISOString()
    const member = await town.device('M1')
    const shift = `/api/officers/${town.officer('M1')}/shift`
    await member('POST', shift, { on: true, at: at(0) })
    await send(
      range(0, 600, 10).map((s) => fix(s)),
      member,
    )
    await town.running.pack()
    await send(
      range(600, 700, 10).map((s) => fix(s)),
      member,
    )
    await member('POST', shift, { on: false, at: at(305) })
    expect(seconds(await trackOf(admin, 'reason=review', 'M1'))).toEqual(range(0, 310, 10))
    expect(await send([fix(300), fix(310)], member)).toMatchObject({ accepted: 0, repeated: 1 })
  })

  it('take a place for true that two fixes agree on, after a first that was wrong', async () => {
    const member = await town.device('M1')
    await member('POST', `/api/officers/${town.officer('M1')}/shift`, {
      on: true,
      at: new Date(hourAgo + 3_000_000).toISOString(),
    })
    await send([fix(3010, { lat: south + 0.03 }), ...range(3011, 3040).map((s) => fix(s))], member)
    const { jumps, points } = await trackOf(admin, 'reason=review', 'M1')
    expect([jumps, points.find((one) => one.jump)?.recordedAt]).toEqual([1, fix(3011).recordedAt])
  })

  it('tell how the grids were walked', async () => {
    const today = new Date().toLocaleDateString('sv', { timeZone: 'Asia/Shanghai' })
    const day = (shift: number) =>
      new Date(Date.now() + shift * 86_400_000).toLocaleDateString('sv', { timeZone: 'Asia/Shanghai' })
    const read = async (caller: Caller) =>
      (
        (await (await caller('GET', `/api/patrols?from=${day(-1)}&to=${today}`)).json()) as {
          grids: { gridId: number; seconds: number; visits: number }[]
        }
      ).grids
    // The pause after second 1299 ended the visit that began at second 0.
    const walked = (await read(admin)).find(({ gridId }) => gridId === town.grid('G000'))
    expect(walked?.seconds).toBeGreaterThanOrEqual(1299)
    expect(await read(await town.as('nobody'))).toEqual([])
    expect((await admin('GET', '/api/patrols?from=2026-02-02&to=2026-02-01')).status).toBe(422)
  })

  it('are dropped by whole days, with those who looked at them', async () => {
    const db = town.running.db
    const fixes = async () => (await trackOf()).fixes
    expect(await dropDaysBefore(db, new Date(Date.now() - 8 * 86_400_000))).toEqual([])
    expect(await fixes()).toBeGreaterThan(0)
    const dropped = await dropDaysBefore(db, new Date(Date.now() + 2 * 86_400_000))
    expect(dropped.length).toBeGreaterThan(0)
    expect(await fixes()).toBe(0)
    const [left] = await db.query<{ n: number }>(
      "select count(*)::int as n from track_looks where to_at < now() - interval '1 minute'",
    )
    expect(left?.n).toBe(0)
  })
})
