import {
  type FrameOfficer,
  type FrameSink,
  headingByte,
  speedByte,
  unknown,
} from '../../api/contract/frames.ts'
import { doneOf, type Motion, metersPerDegree, standMs, walkMs } from './motion.ts'

// Everybody on the map, column by column, as the GPU reads them: a frame is decoded straight into it, and 20,000
// officers make no object. A slot keeps its officer until they leave, and is then taken by another.

/** Bits of a slot's last look byte. */
export const [dim, crowded, empty] = [1, 2, 4]
const plainHue = 7
const headingStep = 1.44
const rebaseMs = 3_600_000
/** Nearer in time than this, to the same place, is the same fix again: frames tell ages in tenths of a second. */
const sameFixMs = 150
const sameDegrees = 2e-6

export interface Fleet extends FrameSink {
  /** How many are on the map. */
  readonly size: number
  /** Slots in use or free below the highest one taken. */
  readonly length: number
  /** Moves with every change. */
  readonly version: number
  readonly ids: Int32Array
  readonly grids: Int32Array
  readonly recordedAt: Float64Array
  /** Four a slot: from and to, degrees from the origin. Two centimetres at a degree's distance. */
  readonly steps: Float32Array
  /** Three a slot, seconds: when the walk began and its length, since `startEpoch`; the fix, since `fixEpoch`. */
  readonly times: Float32Array
  /** Four a slot: heading from and to in 1.44° (255 unknown), hue, bits. */
  readonly looks: Uint8Array
  readonly origin: readonly [number, number]
  /** Unix milliseconds of the screen and of the server: single-precision seconds would blur from an hour on. */
  readonly startEpoch: number
  readonly fixEpoch: number
  /** The screen's time for what is put next. */
  begin(now: number): void
  /** What came otherwise than in a frame. */
  put(room: number, officer: FrameOfficer): void
  remove(officerId: number): void
  get(officerId: number): Motion | undefined
  has(officerId: number): boolean
  /** Hue and focus of those who are new or in another grid; of all when one of the functions is another. */
  paint(hueOf: (officerId: number) => number, inside: (gridId: number) => boolean): void
  /** Hides those who are part of a number, or shows them again. */
  crowd(slot: number, hidden: boolean): void
  /** The fastest walk under way (m/s), when the last one ends, and the newest fix; Unix milliseconds. */
  pace(now: number): { fastest: number; until: number; newest: number | null }
}

/** An empty map; `capacity` slots grow by doubling. */
export function createFleet(capacity = 256): Fleet {
  let room = capacity
  let ids = new Int32Array(room)
  let grids = new Int32Array(room)
  let rooms = new Int32Array(room)
  let recordedAt = new Float64Array(room)
  let startedAt = new Float64Array(room)
  let speeds = new Float32Array(room)
  let steps = new Float32Array(room * 4)
  let times = new Float32Array(room * 3)
  let looks = new Uint8Array(room * 4)
  /** Slot + 1 by officer; an array, because a Map costs ten times as much to ask 20,000 times a tick. */
  const slotOf: number[] = []
  const free: number[] = []
  let unpainted: number[] = []
  let painted: [unknown, unknown] = [null, null]
  let [size, length, version] = [0, 0, 0]
  let [originLng, originLat, meters] = [0, 0, 1]
  let [clock, startEpoch, fixEpoch, frameAt] = [0, 0, 0, 0]

  const larger = <T extends Int32Array | Float64Array | Float32Array | Uint8Array>(from: T, to: T): T => {
    to.set(from as never)
    return to
  }
  function grow() {
    room *= 2
    ids = larger(ids, new Int32Array(room))
    grids = larger(grids, new Int32Array(room))
    rooms = larger(rooms, new Int32Array(room))
    recordedAt = larger(recordedAt, new Float64Array(room))
    startedAt = larger(startedAt, new Float64Array(room))
    speeds = larger(speeds, new Float32Array(room))
    steps = larger(steps, new Float32Array(room * 4))
    times = larger(times, new Float32Array(room * 3))
    looks = larger(looks, new Uint8Array(room * 4))
  }
  function rebase(now: number) {
    let newest = 0
    for (let slot = 0; slot < length; slot++) newest = Math.max(newest, recordedAt[slot] ?? 0)
    startEpoch = now
    fixEpoch = newest
    for (let slot = 0; slot < length; slot++) {
      times[slot * 3] = ((startedAt[slot] ?? 0) - startEpoch) / 1000
      times[slot * 3 + 2] = ((recordedAt[slot] ?? 0) - fixEpoch) / 1000
    }
    version++
  }
  const at = (slot: number): Motion => {
    const [fromHeading = 0, heading = 0] = looks.subarray(slot * 4, slot * 4 + 2)
    const [fromX = 0, fromY = 0, toX = 0, toY = 0] = steps.subarray(slot * 4, slot * 4 + 4)
    const speed = speeds[slot] ?? 0
    return {
      officerId: ids[slot] ?? 0,
      gridId: grids[slot] ?? 0,
      recordedAt: recordedAt[slot] ?? 0,
      speed: Number.isNaN(speed) ? null : speed,
      heading: heading === unknown ? null : heading * headingStep,
      fromLng: originLng + fromX,
      fromLat: originLat + fromY,
      lng: originLng + toX,
      lat: originLat + toY,
      fromHeading: fromHeading * headingStep,
      startedAt: startedAt[slot] ?? 0,
      duration: (times[slot * 3 + 1] ?? 1) * 1000,
    }
  }
  function enter(officerId: number, lng: number, lat: number): number {
    if (size === 0) {
      originLng = lng
      originLat = lat
      meters = Math.cos((lat * Math.PI) / 180)
    }
    const slot = free.pop() ?? length
    if (slot === length) length++
    if (slot === room) grow()
    slotOf[officerId] = slot + 1
    ids[slot] = officerId
    size++
    return slot
  }
  function leave(slot: number) {
    slotOf[ids[slot] ?? 0] = 0
    ids[slot] = 0
    looks[slot * 4 + 3] = empty
    free.push(slot)
    size--
    version++
  }

  return {
    get size() {
      return size
    },
    get length() {
      return length
    },
    get version() {
      return version
    },
    get ids() {
      return ids
    },
    get grids() {
      return grids
    },
    get recordedAt() {
      return recordedAt
    },
    get steps() {
      return steps
    },
    get times() {
      return times
    },
    get looks() {
      return looks
    },
    get origin() {
      return [originLng, originLat] as const
    },
    get startEpoch() {
      return startEpoch
    },
    get fixEpoch() {
      return fixEpoch
    },
    begin(now) {
      clock = now
      if (Math.abs(now - startEpoch) > rebaseMs) rebase(now)
    },
    from(at) {
      frameAt = at
    },
    take(source, officerId, lngE6, latE6, age, facing, speed, gridId) {
      if (!(officerId > 0)) return
      const lng = lngE6 / 1e6
      const lat = latE6 / 1e6
      const recorded = frameAt - age * 100
      const held = (slotOf[officerId] ?? 0) - 1
      const slot = held < 0 ? enter(officerId, lng, lat) : held
      const s = slot * 4
      const t = slot * 3
      rooms[slot] = source
      const x = lng - originLng
      const y = lat - originLat
      const last = recordedAt[slot] ?? 0
      if (held >= 0) {
        if (recorded < last - sameFixMs) return
        if (
          recorded < last + sameFixMs &&
          Math.abs(x - (steps[s + 2] ?? 0)) < sameDegrees &&
          Math.abs(y - (steps[s + 3] ?? 0)) < sameDegrees
        )
          return
        if (recorded < last) return
      } else if (fixEpoch === 0) fixEpoch = recorded
      let length: number | null = null
      if (held >= 0) {
        const dx = (x - (steps[s + 2] ?? 0)) * meters
        const dy = y - (steps[s + 3] ?? 0)
        length = walkMs(recorded - last, Math.sqrt(dx * dx + dy * dy) * metersPerDegree)
      }
      if (length === null) {
        steps[s] = x
        steps[s + 1] = y
        looks[s] = facing === unknown ? 0 : facing
        looks[s + 1] = facing
      } else {
        const done = doneOf(startedAt[slot] ?? 0, (times[t + 1] ?? 1) * 1000, clock)
        const fromX = steps[s] ?? 0
        const fromY = steps[s + 1] ?? 0
        steps[s] = fromX + ((steps[s + 2] ?? 0) - fromX) * done
        steps[s + 1] = fromY + ((steps[s + 3] ?? 0) - fromY) * done
        const from = looks[s] ?? 0
        const to = looks[s + 1] ?? 0
        // The same as `turn`, in whole steps: a remainder of fractions costs more than all the rest here.
        const left = to === unknown ? 0 : ((to - from + 375) % 250) - 125
        looks[s] = (from + Math.round(left * Math.min(1, done * 3)) + 250) % 250
        if (facing !== unknown) looks[s + 1] = facing
      }
      steps[s + 2] = x
      steps[s + 3] = y
      startedAt[slot] = clock
      recordedAt[slot] = recorded
      speeds[slot] = speed === unknown ? Number.NaN : speed / 4
      times[t] = (clock - startEpoch) / 1000
      times[t + 1] = (length ?? standMs) / 1000
      times[t + 2] = (recorded - fixEpoch) / 1000
      if (held < 0 || grids[slot] !== gridId) {
        if (held < 0) {
          looks[s + 2] = plainHue
          looks[s + 3] = 0
        }
        grids[slot] = gridId
        unpainted.push(slot)
      }
      version++
    },
    put(source, { officerId, lng, lat, recordedAt: recorded, speed, heading, gridId }) {
      frameAt = recorded
      this.take(source, officerId, lng * 1e6, lat * 1e6, 0, headingByte(heading), speedByte(speed), gridId)
    },
    gone(source, officerId) {
      const slot = (slotOf[officerId] ?? 0) - 1
      if (slot >= 0 && rooms[slot] === source) leave(slot)
    },
    remove(officerId) {
      const slot = (slotOf[officerId] ?? 0) - 1
      if (slot >= 0) leave(slot)
    },
    get(officerId) {
      const slot = (slotOf[officerId] ?? 0) - 1
      return slot < 0 ? undefined : at(slot)
    },
    has: (officerId) => (slotOf[officerId] ?? 0) > 0,
    paint(hueOf, inside) {
      const all = painted[0] !== hueOf || painted[1] !== inside
      if (!all && unpainted.length === 0) return
      const paintOne = (slot: number) => {
        if (!ids[slot]) return
        looks[slot * 4 + 2] = hueOf(ids[slot] ?? 0)
        const bits = (looks[slot * 4 + 3] ?? 0) & ~dim
        looks[slot * 4 + 3] = inside(grids[slot] ?? 0) ? bits : bits | dim
      }
      if (all) for (let slot = 0; slot < length; slot++) paintOne(slot)
      else for (const slot of unpainted) paintOne(slot)
      unpainted = []
      painted = [hueOf, inside]
      version++
    },
    crowd(slot, hidden) {
      const bits = looks[slot * 4 + 3] ?? 0
      looks[slot * 4 + 3] = hidden ? bits | crowded : bits & ~crowded
      version++
    },
    pace(now) {
      let [most, until, newest] = [0, 0, 0]
      for (let slot = 0; slot < length; slot++) {
        if (ids[slot] === 0) continue
        const recorded = recordedAt[slot] ?? 0
        if (recorded > newest) newest = recorded
        const duration = (times[slot * 3 + 1] ?? 1) * 1000
        const end = (startedAt[slot] ?? 0) + duration
        if (end <= now) continue
        const dx = ((steps[slot * 4 + 2] ?? 0) - (steps[slot * 4] ?? 0)) * meters
        const dy = (steps[slot * 4 + 3] ?? 0) - (steps[slot * 4 + 1] ?? 0)
        const squared = (dx * dx + dy * dy) / (duration * duration)
        if (squared === 0) continue
        if (end > until) until = end
        if (squared > most) most = squared
      }
      return { fastest: Math.sqrt(most) * metersPerDegree * 1000, until, newest: size === 0 ? null : newest }
    },
  }
}
