import { describe, expect, it } from 'vitest'
import {
  createFrameReader,
  createFrameWriter,
  type FrameOfficer,
  officerOf,
} from '../../api/contract/frames.ts'

const at = 1_795_000_000_000
const officer = (officerId: number, more: Partial<FrameOfficer> = {}): FrameOfficer => ({
  officerId,
  lng: 120.4 + officerId / 1000,
  lat: 31.7,
  recordedAt: at - 1000,
  speed: 1.5,
  heading: 90,
  gridId: 5,
  ...more,
})
function screen() {
  const here = new Map<number, { room: number; lng: number; speed: number | null; gridId: number }>()
  const reader = createFrameReader({
    from() {},
    take(room, ...wire) {
      const { officerId, lng, speed, gridId } = officerOf(at, wire)
      here.set(officerId, { room, lng, speed, gridId })
    },
    gone: (room, id) => here.get(id)?.room === room && here.delete(id),
  })
  return { here, ...reader }
}
const joined = (...frames: (Uint8Array | null)[]) => Buffer.concat(frames.flatMap((frame) => frame ?? []))

describe('frames of positions', () => {
  it('bring a screen to where the room is, by snapshot and by deltas, for a thousand random ticks', () => {
    let state = 3
    const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647
    const writer = createFrameWriter(9)
    const room = new Map<number, FrameOfficer>()
    const early = screen()
    expect(early.read(writer.snapshot(at))).toBe('taken')
    let late: ReturnType<typeof screen> | undefined
    for (let tick = 0; tick < 1000; tick += 1) {
      const left = [...room.keys()].filter(() => random() < 0.1)
      for (const id of left) room.delete(id)
      const moved = Array.from({ length: Math.floor(random() * 20) }, () =>
        officer(1 + Math.floor(random() * 60), {
          lng: random() * 360 - 180,
          speed: random() < 0.2 ? null : 2,
          gridId: 1 + Math.floor(random() * 300),
        }),
      ).filter(
        (one, i, all) =>
          !left.includes(one.officerId) && all.findIndex((two) => two.officerId === one.officerId) === i,
      )
      for (const one of moved) room.set(one.officerId, one)
      const delta = writer.delta(moved, left, at + tick)
      if (delta) expect(early.read(delta)).toBe('taken')
      if (late && delta) expect(late.read(delta)).toBe('taken')
      if (tick === 500) {
        late = screen()
        expect(late.read(writer.snapshot(at))).toBe('taken')
      }
    }
    const expected = [...room].map(([id, { lng, speed, gridId }]) => [
      id,
      { room: 9, lng: Math.round(lng * 1e6) / 1e6, speed, gridId },
    ])
    for (const one of [early, late]) {
      expect(new Map([...(one?.here ?? [])].sort((a, b) => a[0] - b[0]))).toEqual(
        new Map((expected as [number, unknown][]).sort((a, b) => a[0] - b[0])),
      )
    }
  })

  it('take at most eight bytes for each who walks', () => {
    const writer = createFrameWriter(1)
    const walk = (tick: number) =>
      Array.from({ length: 500 }, (_, i) =>
        officer(i + 1, { lat: 31.7 + tick * 1.3e-5, recordedAt: at + tick * 1000 }),
      )
    writer.delta(walk(0), [], at)
    expect((writer.delta(walk(1), [], at + 1500)?.length ?? 0) / 500).toBeLessThan(8)
  })

  it('tell of a lost frame, go on with the other rooms of the message, and are whole after a snapshot', () => {
    const [one, two] = [createFrameWriter(1), createFrameWriter(2)]
    const { here, read } = screen()
    read(joined(one.snapshot(at), two.snapshot(at)))
    read(joined(one.delta([officer(1)], [], at), two.delta([officer(2)], [], at)))
    one.delta([officer(1, { lng: 121 })], [], at)
    expect(read(joined(one.delta([officer(3)], [], at), two.delta([officer(4)], [], at)))).toBe('gap')
    expect([...here.keys()]).toEqual([1, 2, 4])
    expect(read(one.snapshot(at))).toBe('taken')
    expect(here.get(1)?.lng).toBe(121)
    expect([...here.keys()].sort()).toEqual([1, 2, 3, 4])
  })

  it('pass over what a snapshot has told already', () => {
    const writer = createFrameWriter(1)
    writer.delta([officer(1)], [], at)
    const delta = writer.delta([officer(1, { lng: 121 })], [], at)
    const { here, read } = screen()
    expect(read(joined(writer.snapshot(at), delta))).toBe('taken')
    expect(here.get(1)?.lng).toBe(121)
  })

  it('leave somebody to the room that spoke of them last, and forget rooms that are left', () => {
    const [one, two] = [createFrameWriter(1), createFrameWriter(2)]
    const { here, read, keep } = screen()
    read(joined(one.snapshot(at), two.snapshot(at), one.delta([officer(1), officer(2)], [], at)))
    // From one cell into the next: the new room may be read first.
    read(joined(two.delta([officer(1)], [], at), one.delta([], [1], at)))
    expect(here.get(1)?.room).toBe(2)
    keep([2])
    expect([...here.keys()]).toEqual([1])
    expect(read(one.snapshot(at))).toBe('taken')
  })

  it('are refused when they end too early', () => {
    const writer = createFrameWriter(1)
    const frame = writer.delta([officer(1)], [], at) as Uint8Array
    for (let length = 1; length < frame.length; length += 1)
      expect(() => screen().read(frame.slice(0, length))).toThrow(RangeError)
  })
})
