import { describe, expect, it } from 'vitest'
import { createFrameReader, createFrameWriter, type FrameOfficer } from '../../api/contract/frames.ts'
import { untilMoved } from '../../web/map/draw-loop.ts'
import { crowdsOf, gridNumbers } from '../../web/positions/cluster.ts'
import { createFleet, crowded, dim, type Fleet } from '../../web/positions/fleet.ts'
import { freshnessOf, lookAtAge } from '../../web/positions/freshness.ts'
import { placeAt } from '../../web/positions/motion.ts'

const officer = (
  officerId: number,
  lng: number,
  recordedAt: number,
  more: Partial<FrameOfficer> = {},
): FrameOfficer => ({
  officerId,
  lng,
  lat: 31,
  recordedAt,
  speed: 1.4,
  heading: 90,
  gridId: 2,
  ...more,
})
const put = (
  fleet: Fleet,
  room: number,
  ...[officerId, lng, lat, recordedAt, speed, heading, gridId]: [
    number,
    number,
    number,
    number,
    number | null,
    number | null,
    number,
  ]
) => fleet.put(room, { officerId, lng, lat, recordedAt, speed, heading, gridId })
/** What a fleet shows of officer 1 after these fixes, each put at the screen's time beside it. */
function walked(...fixes: [at: number, lng: number, recordedAt: number, heading?: number | null][]) {
  const fleet = createFleet()
  for (const [at, lng, recordedAt, heading = 90] of fixes) {
    fleet.begin(at)
    put(fleet, 7, 1, lng, 31, recordedAt, 1.4, heading, 2)
  }
  const shown = (now: number) => {
    const motion = fleet.get(1)
    if (!motion) throw new Error('nobody there')
    return placeAt(motion, now)
  }
  return { fleet, shown }
}
const day = 1_790_000_000_000

describe('the motion of an officer', () => {
  const second = () => walked([day + 1000, 120, day], [day + 6000, 120.0002, day + 5000])

  it('stands still at the first fix', () => {
    expect(walked([day, 120, day]).shown(day + 3000)).toMatchObject({ lng: 120, lat: 31 })
  })
  it('walks to the next one in the time that lay between them', () => {
    const { shown } = second()
    expect(shown(day + 6000).lng).toBeCloseTo(120, 8)
    expect(shown(day + 8500).lng).toBeCloseTo(120.0001, 8)
    expect(shown(day + 60_000).lng).toBeCloseTo(120.0002, 8)
  })
  it('starts again from where it is shown when a fix comes early', () => {
    const { fleet } = second()
    fleet.begin(day + 8500)
    put(fleet, 7, 1, 120.0004, 31, day + 7500, 1.4, 90, 2)
    expect(fleet.get(1)?.fromLng).toBeCloseTo(120.0001, 8)
  })
  it('keeps its place when an older fix arrives late, and its pace when the same one comes again', () => {
    const { fleet } = second()
    const before = fleet.version
    fleet.begin(day + 9000)
    put(fleet, 7, 1, 120.1, 31, day + 4000, 1.4, 90, 2)
    put(fleet, 7, 1, 120.0002, 31, day + 5060, 1.4, 90, 2)
    expect(fleet.version).toBe(before)
  })
  it('does not fly across the town after a jump', () => {
    const { shown } = walked([day, 120, day], [day + 1000, 120.2, day + 1000])
    expect(shown(day + 1000).lng).toBeCloseTo(120.2, 8)
  })
  it('turns the short way round', () => {
    const turned = walked([day, 120, day, 350], [day, 120, day + 3000, 10]).shown(day + 500).heading
    expect(turned).toBeGreaterThan(350)
    expect(turned).toBeLessThan(370)
  })
  it('keeps the way it faced where a fix does not tell', () => {
    const { fleet } = walked([day, 120, day, 72], [day + 5000, 120.0002, day + 5000, null])
    expect(fleet.get(1)?.heading).toBeCloseTo(72, 9)
  })
  it('needs no drawing once everybody has arrived', () => {
    const pace = second().fleet.pace(day + 6000)
    // 19 m in five seconds: half a pixel of 16 m at the zoom of a town.
    expect(untilMoved(pace, 8, day + 6000)).toBeCloseTo(2096, -2)
    expect(untilMoved(pace, 8, day + 20_000)).toBe(Number.POSITIVE_INFINITY)
  })
  it('is right to a decimetre after a month on the wall, a degree away', () => {
    const fleet = createFleet()
    fleet.begin(day)
    put(fleet, 7, 9, 119, 30, day, null, null, 2)
    const later = day + 30 * 86_400_000
    fleet.begin(later)
    put(fleet, 7, 1, 120.123456, 31.234567, later, 1.4, 90, 2)
    fleet.begin(later + 1000)
    put(fleet, 7, 1, 120.123556, 31.234567, later + 1000, 1.4, 90, 2)
    const shown = placeAt(fleet.get(1) ?? never(), later + 1500)
    expect(Math.abs(shown.lng - 120.123506)).toBeLessThan(9e-7)
    // What the GPU reads: seconds since an epoch that is never long ago.
    expect(fleet.times[3]).toBeCloseTo((later + 1000 - fleet.startEpoch) / 1000, 3)
  })
})
const never = (): never => {
  throw new Error('nobody there')
}

describe('the fleet', () => {
  const people = (count: number, at: number, east = 0) =>
    Array.from({ length: count }, (_, i) => officer(i + 1, 120 + (i % 100) * 1e-3 + east, at))

  it('is what the frames said, room by room', () => {
    const fleet = createFleet(4)
    const reader = createFrameReader(fleet)
    const [one, two] = [createFrameWriter(1), createFrameWriter(2)]
    const read = (frame: Uint8Array | null) => frame && reader.read(frame)
    fleet.begin(day)
    for (const writer of [one, two]) reader.read(writer.snapshot(day))
    read(one.delta(people(50, day), [], day))
    expect(fleet.size).toBe(50)
    // Officer 3 goes over to the other room, whichever frame comes first.
    read(two.delta([officer(3, 120.01, day + 1000)], [], day + 1000))
    read(one.delta([], [3, 4], day + 1000))
    expect([fleet.has(3), fleet.has(4), fleet.size]).toEqual([true, false, 49])
    reader.keep([2])
    expect([...fleet.ids.subarray(0, fleet.length)].filter((id) => id > 0)).toEqual([3])
    fleet.remove(3)
    expect([fleet.size, fleet.get(3), fleet.pace(day).newest]).toEqual([0, undefined, null])
  })
  it('gives a place that was left to the next who comes', () => {
    const fleet = createFleet(2)
    fleet.begin(day)
    for (const id of [1, 2]) put(fleet, 1, id, 120, 31, day, null, null, 2)
    fleet.gone(1, 1)
    put(fleet, 1, 5, 120, 31, day, null, null, 2)
    expect([fleet.length, fleet.ids[0], fleet.has(1)]).toEqual([2, 5, false])
  })
  it('paints who is new or in another grid, and everybody when the squads or the focus change', () => {
    const fleet = createFleet()
    fleet.begin(day)
    for (const id of [1, 2]) put(fleet, 1, id, 120, 31, day, null, null, id)
    let asked = 0
    const hueOf = (id: number) => {
      asked++
      return id + 2
    }
    const inFirst = (gridId: number) => gridId === 1
    fleet.paint(hueOf, inFirst)
    fleet.paint(hueOf, inFirst)
    expect(asked).toBe(2)
    expect([fleet.looks[2], fleet.looks[6]]).toEqual([3, 4])
    expect([fleet.looks[3], fleet.looks[7]]).toEqual([0, dim])
    fleet.begin(day + 5000)
    put(fleet, 1, 2, 120, 31, day + 5000, null, null, 1)
    fleet.paint(hueOf, inFirst)
    expect([asked, fleet.looks[7]]).toEqual([3, 0])
    fleet.paint(hueOf, () => true)
    expect(asked).toBe(5)
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
  const crowdedFleet = (count: number, step = 1e-6) => {
    const fleet = createFleet()
    fleet.begin(day)
    for (let i = 1; i <= count; i++) put(fleet, 1, i, 120 + (i % 10) * step, 31, day, null, null, 2)
    return fleet
  }
  const alone = ({ looks, length }: ReturnType<typeof createFleet>) =>
    Array.from({ length }, (_, slot) => looks[slot * 4 + 3] ?? 0).filter((bits) => (bits & crowded) === 0)
      .length

  it('becomes a number that counts everybody', () => {
    const fleet = crowdedFleet(1000)
    const crowds = crowdsOf(fleet, 11, 0)
    expect(alone(fleet) + crowds.reduce((sum, { count }) => sum + count, 0)).toBe(1000)
    expect(crowds.length).toBeGreaterThan(0)
    expect(crowds[0]?.lng).toBeCloseTo(120, 4)
  })
  it('leaves out who was given up', () => expect(crowdsOf(crowdedFleet(1000), 11, day)).toEqual([]))
  it('is drawn one by one when few, or from near, and again after it was a number', () => {
    expect(alone(crowdedFleet(90))).toBe(90)
    const fleet = crowdedFleet(1000)
    crowdsOf(fleet, 11, 0)
    expect(alone(fleet)).toBeLessThan(1000)
    expect(crowdsOf(fleet, 16, 0)).toEqual([])
    expect(alone(fleet)).toBe(1000)
  })
  it('never shares a number between squares far apart', () => {
    const fleet = crowdedFleet(2000, 0.5)
    const crowds = crowdsOf(fleet, 12, 0)
    expect(crowds.map(({ count }) => count)).toEqual(Array(10).fill(200))
    expect(new Set(crowds.map(({ lng }) => lng.toFixed(1))).size).toBe(10)
  })
})

describe('the numbers of the grids', () => {
  const grids = new Map(
    [1, 2, 3].flatMap((level) =>
      Array.from({ length: 4 ** level }, (_, i) => {
        const center: [number, number] = [120 + i / 100, 31]
        return [level * 100 + i, { level, center, areaKm2: 256 / 4 ** level }] as const
      }),
    ),
  )
  const counts = [...grids.keys()].map((id): [number, number] => [id, id % 2])
  const levelsAt = (zoom: number) => [
    ...new Set(
      gridNumbers(counts, grids, zoom).map(
        ({ lng }) => [...grids.values()].find(({ center }) => center[0] === lng)?.level,
      ),
    ),
  ]
  it('are of the level whose grids have room, and of those that have anybody', () => {
    expect([8, 10, 11, 12].map((zoom) => gridNumbers(counts, grids, zoom).length)).toEqual([2, 2, 8, 32])
    expect(levelsAt(8)).toEqual([1])
  })
})
