import type { MultiPolygon, Position } from 'geojson'

// Borders as numbers: equal coordinates are one point, and a segment is a pair of points. Typed arrays, because a plan of
// 20,000 grids has more segments than a Map of strings takes in within the time of a request.

export interface Points {
  readonly xs: Float64Array
  readonly ys: Float64Array
  readonly count: number
  add(x: number, y: number): number
}
export interface Segments {
  /** The two ends of each segment, the lower number first. */
  readonly lows: Int32Array
  readonly highs: Int32Array
  readonly count: number
  /** The number of the segment, whatever its direction. */
  add(a: number, b: number): number
  /** -1: there is none between the two. */
  find(a: number, b: number): number
}

/** Numbers points by their exact coordinates, in the order they come. */
export function numberPoints(expected = 64): Points {
  const bits = new Float64Array(2)
  const words = new Uint32Array(bits.buffer)
  let [xs, ys, count] = [new Float64Array(expected), new Float64Array(expected), 0]
  const table = openTable(expected, (i) => hash(xs[i] ?? 0, ys[i] ?? 0))
  function hash(x: number, y: number) {
    bits[0] = x + 0 // -0 is 0
    bits[1] = y + 0
    const [a = 0, b = 0, c = 0, d = 0] = words
    return mix(Math.imul(a, 0x9e3779b1) ^ b, Math.imul(c, 0x85ebca6b) ^ d)
  }
  return {
    get xs() {
      return xs
    },
    get ys() {
      return ys
    },
    get count() {
      return count
    },
    add(x, y) {
      const found = table.find(hash(x, y), (i) => xs[i] === x && ys[i] === y)
      if (found >= 0) return found
      if (count === xs.length) {
        xs = grown(xs)
        ys = grown(ys)
      }
      xs[count] = x
      ys[count] = y
      table.put(count)
      return count++
    },
  }
}

/** Numbers segments by the points they join. */
export function numberSegments(expected = 64): Segments {
  let [lows, highs, count] = [new Int32Array(expected), new Int32Array(expected), 0]
  const table = openTable(expected, (i) => mix(lows[i] ?? 0, highs[i] ?? 0))
  const find = (a: number, b: number) => {
    const [low, high] = a < b ? [a, b] : [b, a]
    return table.find(mix(low, high), (i) => lows[i] === low && highs[i] === high)
  }
  return {
    get lows() {
      return lows
    },
    get highs() {
      return highs
    },
    get count() {
      return count
    },
    find,
    add(a, b) {
      const found = find(a, b)
      if (found >= 0) return found
      const [low, high] = a < b ? [a, b] : [b, a]
      if (count === lows.length) {
        lows = grown(lows)
        highs = grown(highs)
      }
      lows[count] = low
      highs[count] = high
      table.put(count)
      return count++
    },
  }
}

const mix = (a: number, b: number) => {
  const h = Math.imul(a ^ Math.imul(b ^ (b >>> 15), 0x2c1b3c6d), 0x297a2d39)
  return (h ^ (h >>> 16)) >>> 0
}

function grown<T extends Float64Array | Int32Array>(array: T): T {
  const wider = new (array.constructor as new (length: number) => T)(array.length * 2 + 16)
  wider.set(array as never)
  return wider
}

function openTable(expected: number, hashOf: (i: number) => number) {
  let size = 16
  while (size < expected * 2) size *= 2
  let slots = new Int32Array(size)
  let held = 0
  const place = (i: number) => {
    let slot = hashOf(i) & (size - 1)
    while (slots[slot]) slot = (slot + 1) & (size - 1)
    slots[slot] = i + 1
  }
  return {
    find(hash: number, equal: (i: number) => boolean): number {
      for (let slot = hash & (size - 1); slots[slot]; slot = (slot + 1) & (size - 1)) {
        const i = (slots[slot] ?? 0) - 1
        if (equal(i)) return i
      }
      return -1
    },
    put(i: number) {
      held += 1
      if (held * 2 > size) {
        size *= 2
        slots = new Int32Array(size)
        for (let j = 0; j < i; j += 1) place(j)
      }
      place(i)
    },
  }
}

/** Twice the signed area of a ring in square degrees: positive when it runs counter-clockwise. */
export function signedArea(ring: readonly Position[]): number {
  const [x0 = 0, y0 = 0] = ring[0] ?? []
  let sum = 0
  for (let i = 1; i < ring.length; i += 1) {
    const [ax = 0, ay = 0] = ring[i - 1] ?? []
    const [bx = 0, by = 0] = ring[i] ?? []
    sum += (ax - x0) * (by - y0) - (bx - x0) * (ay - y0)
  }
  return sum
}

/** Every segment of a shape once around, the land to its left, however its rings were wound. */
export function eachSegment(
  geometry: MultiPolygon,
  points: Points,
  visit: (a: number, b: number) => void,
): void {
  for (const rings of geometry.coordinates) {
    rings.forEach((ring, place) => {
      const along = signedArea(ring) > 0 === (place === 0)
      let before = -1
      for (const [x = 0, y = 0] of ring) {
        const point = points.add(x, y)
        if (before >= 0 && before !== point) {
          if (along) visit(before, point)
          else visit(point, before)
        }
        before = point
      }
    })
  }
}

export const countPositions = (geometry: MultiPolygon) =>
  geometry.coordinates.reduce((sum, rings) => sum + rings.reduce((all, ring) => all + ring.length, 0), 0)
