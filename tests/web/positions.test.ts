import { describe, expect, it } from 'vitest'
import { cluster } from '../../web/positions/cluster.ts'
import { freshnessOf, lookAtAge } from '../../web/positions/freshness.ts'
import { largestMove, runsOf } from '../../web/positions/layer.ts'
import { type Motion, moveTo, placeAt } from '../../web/positions/motion.ts'

const fix = (recordedAt: number, lng: number, lat = 31, heading: number | null = 90) => ({
  officerId: 1,
  gridId: 2,
  speed: 1.4,
  recordedAt,
  lng,
  lat,
  heading,
})

describe('the motion of an officer', () => {
  const first = moveTo(undefined, fix(0, 120), 1000)
  const second = moveTo(first, fix(5000, 120.0002), 6000)

  it('stands still at the first fix', () => expect(placeAt(first, 3000)).toMatchObject({ lng: 120, lat: 31 }))
  it('walks to the next one in the time that lay between them', () => {
    expect(placeAt(second, 6000).lng).toBeCloseTo(120, 9)
    expect(placeAt(second, 8500).lng).toBeCloseTo(120.0001, 9)
    expect(placeAt(second, 60_000).lng).toBeCloseTo(120.0002, 9)
  })
  it('starts again from where it is shown when a fix comes early', () => {
    expect(moveTo(second, fix(7500, 120.0004), 8500).fromLng).toBeCloseTo(120.0001, 9)
  })
  it('keeps its place when an older fix arrives late', () => {
    expect(moveTo(second, fix(4000, 120.1), 9000)).toBe(second)
  })
  it('does not fly across the town after a jump', () => {
    expect(placeAt(moveTo(second, fix(6000, 120.2), 9000), 9000).lng).toBe(120.2)
  })
  it('turns the short way round', () => {
    const north = moveTo(undefined, fix(0, 120, 31, 350), 0)
    const turned = placeAt(moveTo(north, fix(3000, 120, 31, 10), 0), 500).heading
    expect(turned).toBeGreaterThan(350)
    expect(turned).toBeLessThan(370)
  })
  it('needs no drawing once everybody has arrived', () => {
    const motions = new Map<number, Motion>([[1, second]])
    expect(largestMove(motions, 6000, 8500, 1)).toBeGreaterThan(5)
    expect(largestMove(motions, 20_000, 21_000, 1)).toBe(0)
  })
})

describe('the age of a fix', () => {
  it('is full at first, fades, turns hollow at 60 s and goes at 10 min', () => {
    expect(lookAtAge(3)).toEqual({ state: 'fresh', opacity: 1 })
    expect(lookAtAge(40).opacity).toBeLessThan(1)
    expect(lookAtAge(60).state).toBe('stale')
    expect(lookAtAge(599).state).toBe('stale')
    expect(lookAtAge(600).state).toBe('gone')
  })
})

describe('the freshness of the board', () => {
  const now = 1_000_000_000
  it('is connecting before anything was heard', () => {
    expect(freshnessOf(now, { connected: false, heardAt: null, newestFixAt: null }).kind).toBe('connecting')
  })
  it('is live with a new fix, and with a quiet connection when nobody is out', () => {
    expect(freshnessOf(now, { connected: true, heardAt: now, newestFixAt: now - 2000 }).kind).toBe('live')
    expect(freshnessOf(now, { connected: true, heardAt: now - 90_000, newestFixAt: null }).kind).toBe('live')
  })
  it('says how far behind a healthy connection is that carries old fixes', () => {
    expect(freshnessOf(now, { connected: true, heardAt: now, newestFixAt: now - 30_000 })).toEqual({
      kind: 'behind',
      seconds: 30,
    })
  })
  it('says since when nothing came', () => {
    expect(freshnessOf(now, { connected: false, heardAt: now - 120_000, newestFixAt: null })).toEqual({
      kind: 'none',
      since: now - 120_000,
    })
  })
})

describe('a crowd', () => {
  const lngs = Array.from({ length: 1000 }, (_, i) => 120 + (i % 10) * 1e-6)
  const lats = lngs.map(() => 31)
  it('becomes a number that counts everybody', () => {
    const { single, many } = cluster(lngs, lats, 11)
    expect(single.length + many.reduce((sum, { count }) => sum + count, 0)).toBe(1000)
    expect(many.length).toBeGreaterThan(0)
  })
  it('is drawn one by one when few, or from near', () => {
    expect(cluster(lngs.slice(0, 90), lats, 11).single).toHaveLength(90)
    expect(cluster(lngs, lats, 16).single).toHaveLength(1000)
  })
})

it('breaks a trail where nobody knows the way', () => {
  const at = (minutes: number) => ({ lng: 120, lat: 31, at: minutes * 60_000 })
  expect(runsOf([at(0), at(1), at(2), at(20), at(21), at(60)]).map((run) => run.length)).toEqual([3, 2])
})
