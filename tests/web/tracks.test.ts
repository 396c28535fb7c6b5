import { beforeEach, describe, expect, it } from 'vitest'
import type { Playback } from '../../api/contract/track.ts'
import { tracksEn } from '../../web/locales/tracks-en.ts'
import { tracksZh } from '../../web/locales/tracks-zh.ts'
import {
  classOfSpeed,
  dayBefore,
  instantsOf,
  nearestAt,
  speedBins,
  toleranceFor,
} from '../../web/tracks/day.ts'
import { reasonFor, reasonForAll, useReasons, withReason } from '../../web/tracks/reasons.ts'
import { headsAt, linesAround, presence, reelOf } from '../../web/tracks/reel.ts'
import { runsOf, speedBetween, type WayPoint, wayAt } from '../../web/tracks/runs.ts'
import { useTracks } from '../../web/tracks/store.ts'

const minute = 60_000
/** A hundred-thousandth of a degree of longitude is about a metre on the equator. */
const step = 1e-5
const at = (minutes: number, lng = 0, jump = false): WayPoint => ({
  lng,
  lat: 0,
  at: minutes * minute,
  speed: null,
  jump,
})

describe('a way', () => {
  it('breaks where nobody knows it, and leaves jumps out', () => {
    const lengths = (points: WayPoint[]) => runsOf(points).map((run) => run.length)
    expect(lengths([at(0), at(1), at(2), at(20), at(21), at(60)])).toEqual([3, 2])
    expect(lengths([at(0), at(1), at(2, 5, true), at(3), at(4)])).toEqual([2, 2])
    expect(lengths([])).toEqual([])
  })
  it('is at a place between its points, and nowhere outside', () => {
    const run = [at(0), at(1, 2), at(2, 6)]
    expect(wayAt(run, 0.5 * minute)?.lng).toBeCloseTo(1)
    expect(wayAt(run, 1.75 * minute)?.lng).toBeCloseTo(5)
    expect(wayAt(run, 2.1 * minute)).toBeNull()
  })
  it('takes the phone’s speed between near fixes and the way’s between far ones', () => {
    const near = [
      { ...at(0), speed: 1 },
      { ...at(0.1, 100 * step), speed: 2 },
    ] as const
    expect(speedBetween(...near)).toBe(1.5)
    expect(speedBetween({ ...at(0), speed: 9 }, { ...at(1, 60 * step), speed: 9 })).toBeCloseTo(1.113, 2)
  })
  it('is met by the pointer at the nearest instant within reach', () => {
    const run = [at(0), at(10, 1000 * step)]
    expect(nearestAt(run, [250 * step, 3 * step], 5)).toBeCloseTo(2.5 * minute, 0)
    expect(nearestAt(run, [250 * step, 30 * step], 5)).toBeNull()
  })
  it('gives its mean speed in parts of the day, and nothing where nothing is known', () => {
    const runs = runsOf([at(0), at(2, 120 * step), at(2.001, 120 * step), at(4, 120 * step)])
    const bins = speedBins(runs, { from: 0, to: 8 * minute }, 4)
    expect(bins[0]).toBeCloseTo(1.11, 2)
    expect(bins[1]).toBeCloseTo(0, 5)
    expect(bins.slice(2)).toEqual([null, null])
  })
})

describe('a day', () => {
  it('is the town’s, hour by hour, and as long as its clock makes it', () => {
    const whole = { date: '2026-11-20', fromHour: 0, toHour: 24 }
    expect(instantsOf(whole, 'Asia/Shanghai')).toEqual({
      from: Date.parse('2026-11-19T16:00:00Z'),
      to: Date.parse('2026-11-20T16:00:00Z'),
    })
    expect(instantsOf({ ...whole, fromHour: 8, toHour: 9 }, 'Asia/Shanghai').from).toBe(
      Date.parse('2026-11-20T00:00:00Z'),
    )
    const long = instantsOf({ ...whole, date: '2026-11-01' }, 'America/New_York')
    expect((long.to - long.from) / 3_600_000).toBe(25)
    const short = instantsOf({ ...whole, date: '2026-03-08' }, 'America/New_York')
    expect((short.to - short.from) / 3_600_000).toBe(23)
    expect(dayBefore('2026-03-01')).toBe('2026-02-28')
  })
  it('is asked for no coarser than a pixel', () => {
    expect([0.4, 1.9, 2.4, 9.6, 30, 400].map(toleranceFor)).toEqual([0, 0, 2, 5, 25, 50])
  })
  it('has classes of speed from standing to driving', () => {
    expect([0, 0.9, 5, 19, 39, 80].map((kmh) => classOfSpeed(kmh / 3.6))).toEqual([0, 0, 1, 2, 3, 4])
  })
})

describe('the trail', () => {
  const { grow } = useTracks.getState()
  const lngs = () => useTracks.getState().trail?.points.map(({ lng }) => lng)
  beforeEach(() => useTracks.setState({ trail: { officerId: 7, points: [at(0)] } }))
  it('grows with its own officer’s newer fixes only', () => {
    grow(7, { lng: step, lat: 0, recordedAt: minute, speed: 1 })
    grow(7, { lng: 2 * step, lat: 0, recordedAt: minute, speed: 1 })
    grow(8, { lng: 3 * step, lat: 0, recordedAt: 2 * minute, speed: 1 })
    expect(lngs()).toEqual([0, step])
  })
  it('marks what nobody can have walked', () => {
    grow(7, { lng: 1, lat: 0, recordedAt: minute, speed: 1 })
    expect(useTracks.getState().trail?.points.map(({ jump }) => jump)).toEqual([false, true])
  })
})

describe('why somebody looks', () => {
  const { forget, answer } = useReasons.getState()
  beforeEach(forget)
  it('is asked once for each officer, never for oneself, and forgotten after half an hour', () => {
    const acts: string[] = []
    withReason([1, 2], 1, () => acts.push('both'))
    expect(useReasons.getState().asked?.officerIds).toEqual([2])
    expect(acts).toEqual([])
    const now = Date.now()
    answer({ reason: 'safety', note: 'x' }, now)
    expect(acts).toEqual(['both'])
    withReason([2], 1, () => acts.push('again'))
    expect(acts).toEqual(['both', 'again'])
    expect(reasonFor(2, now + 29 * minute)).toMatchObject({ reason: 'safety', note: 'x' })
    expect(reasonFor(2, now + 31 * minute)).toBeUndefined()
    expect(reasonFor(1, now)).toBeUndefined()
    withReason([3], null, () => {})
    answer({ reason: 'review', note: '' }, now + minute)
    expect(reasonForAll([1, 2, 3], now + 2 * minute)?.reason).toBe('review')
    expect(reasonForAll([1, 2], now + 2 * minute)?.reason).toBe('safety')
  })
  it('does nothing when it is not said', () => {
    const acts: string[] = []
    withReason([3], null, () => acts.push('seen'))
    useReasons.getState().withdraw()
    answer({ reason: 'review', note: '' }, Date.now())
    expect(acts).toEqual([])
    expect(reasonFor(3, Date.now())).toBeUndefined()
  })
  it('is named in both languages, with the same reasons', () => {
    expect(Object.keys(tracksEn.reasons)).toEqual(Object.keys(tracksZh.reasons))
  })
})

describe('the playback', () => {
  const from = '2026-11-20T00:00:00.000Z'
  const tracks: Playback['tracks'] = [
    // Walks for two minutes, is silent for twenty, walks again.
    {
      officerId: 1,
      fixes: 5,
      at: [0, 1, 2, 22, 23].map((minutes) => minutes * minute),
      lng: [0, 100, 200, 900, 1000],
      lat: [0, 0, 0, 0, 0],
    },
    { officerId: 2, fixes: 2, at: [5 * minute, 6 * minute], lng: [0, 60], lat: [10, 10] },
    { officerId: 3, fixes: 0, at: [], lng: [], lat: [] },
  ]
  const reel = reelOf({ from, to: '2026-11-20T00:40:00.000Z', tracks })
  const heads = (minutes: number) => headsAt(reel, minutes * minute)

  it('puts everybody where they were at an instant', () => {
    expect(heads(0.5)).toEqual([{ officerId: 1, lng: 0.00005, lat: 0, held: false }])
    expect(heads(5.5).find(({ officerId }) => officerId === 2)?.lng).toBeCloseTo(0.00003, 9)
  })
  it('holds an officer at the last fix for a while, and then shows nobody', () => {
    expect(heads(4)).toEqual([{ officerId: 1, lng: 0.0002, lat: 0, held: true }])
    expect(heads(13).map(({ officerId }) => officerId)).toEqual([2])
    expect(heads(22.5)[0]).toMatchObject({ officerId: 1, held: false })
    expect(heads(39)).toEqual([])
  })
  it('draws no line over a silence or a leap, and knows whose each is', () => {
    expect(reel.lines.map(({ officerId, seconds }) => [officerId, [...seconds]])).toEqual([
      [1, [0, 60, 120]],
      [1, [1320, 1380]],
      [2, [300, 360]],
    ])
    const leap = reelOf({
      from,
      to: from,
      tracks: [{ officerId: 1, fixes: 3, at: [0, 1000, 2000], lng: [0, 10, 1_000_000], lat: [0, 0, 0] }],
    })
    expect(leap.lines.map(({ path }) => path.length / 2)).toEqual([2])
  })
  it('counts who was out, part by part of the time', () => {
    expect([...presence(reel, 8)]).toEqual([1, 1, 0, 0, 1, 0, 0, 0])
  })
  it('finds fifty officers of a day at any instant without reading their days', () => {
    const fixes = 5760
    const day = Array.from({ length: 50 }, (_, officerId) => ({
      officerId,
      fixes,
      at: Array.from({ length: fixes }, (_at, i) => i * 5000),
      lng: Array.from({ length: fixes }, (_lng, i) => 120_000_000 + i * 3),
      lat: Array.from({ length: fixes }, () => 31_000_000),
    }))
    const big = reelOf({ from, to: '2026-11-20T08:00:00.000Z', tracks: day })
    const found = headsAt(big, 2500 + 5000 * 4000)
    expect(found).toHaveLength(50)
    expect(found[49]?.lng).toBeCloseTo(120.0120015, 9)
    // Of eight hours the pieces of some twenty minutes, the same array until others are due, and whole at their ends.
    const lines = linesAround(big, 20_000, 600)
    expect(lines.length).toBeLessThan(50 * 5)
    expect(linesAround(big, 20_001, 600)).toBe(lines)
    expect(linesAround(big, 22_000, 600)).not.toBe(lines)
    const own = big.lines.filter(({ officerId }) => officerId === 7)
    expect(own[1]?.seconds[0]).toBe(own[0]?.seconds.at(-1))
    expect(own.reduce((sum, { seconds }) => sum + seconds.length - 1, 1)).toBe(fixes)
  })
})
