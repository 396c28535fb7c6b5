import Flatbush from 'flatbush'
import type { Steps } from './rings.ts'
import type { Points, Segments } from './segments.ts'

export interface Cuts {
  /** Per segment the points on it, in order from its lower end. */
  cuts: Map<number, { along: number; point: number }[]>
  /** Points closer than the tolerance have become one. */
  rootOf: (point: number) => number
}

/** Finds where segments cross and which points lie on them; see `facesBetween` for the tolerance. */
export function* cutSegments(points: Points, segments: Segments): Steps<Cuts> {
  const { count, lows, highs } = segments
  const cuts = new Map<number, { along: number; point: number }[]>()
  const merged = new Map<number, number>()
  const rootOf = (v: number): number => {
    let root = v
    for (let next = merged.get(root); next !== undefined; next = merged.get(root)) root = next
    return root
  }
  const join = (a: number, b: number) => {
    const [one, other] = [rootOf(a), rootOf(b)]
    if (one !== other) merged.set(Math.max(one, other), Math.min(one, other))
  }
  const strips = yield* stripsOf(points, segments)
  let size = 0
  for (let v = 0; v < points.count; v += 1) {
    size = Math.max(size, Math.abs(points.xs[v] ?? 0), Math.abs(points.ys[v] ?? 0))
  }
  const near = Math.max(1e-11, size * 2 ** -44)
  yield

  /** Cuts segment s at the point when it lies on it; merges it with an end that it all but equals. */
  const touch = (point: number, s: number): boolean => {
    const [low = 0, high = 0] = [lows[s], highs[s]]
    if (point === low || point === high) return false
    const { xs, ys } = points
    const [x = 0, y = 0, ax = 0, ay = 0] = [xs[point], ys[point], xs[low], ys[low]]
    const [dx, dy] = [(xs[high] ?? 0) - ax, (ys[high] ?? 0) - ay]
    const length = Math.hypot(dx, dy)
    const aside = Math.abs((x - ax) * dy - (y - ay) * dx) / length
    if (!(aside <= near)) return false
    const along = ((x - ax) * dx + (y - ay) * dy) / length
    if (along < -near || along > length + near) return false
    if (along <= near || along >= length - near) {
      join(point, along <= near ? low : high)
    } else addTo(cuts, s, { along: along / length, point })
    return true
  }
  const side = (s: number, v: number) => {
    const { xs, ys } = points
    const [low = 0, high = 0] = [lows[s], highs[s]]
    const [ax = 0, ay = 0] = [xs[low], ys[low]]
    return ((xs[high] ?? 0) - ax) * ((ys[v] ?? 0) - ay) - ((ys[high] ?? 0) - ay) * ((xs[v] ?? 0) - ax)
  }
  const meet = (s: number, t: number) => {
    const [a = 0, b = 0, c = 0, d = 0] = [lows[s], highs[s], lows[t], highs[t]]
    const shared = a === c || a === d || b === c || b === d
    const touched = [touch(a, t), touch(b, t), touch(c, s), touch(d, s)].includes(true)
    if (shared || touched) return
    const [c1, d1, a2, b2] = [side(s, c), side(s, d), side(t, a), side(t, b)]
    if (c1 > 0 === d1 > 0 || a2 > 0 === b2 > 0) return
    const [along, other] = [a2 / (a2 - b2), c1 / (c1 - d1)]
    const [ax = 0, ay = 0] = [points.xs[a], points.ys[a]]
    const point = points.add(ax + along * ((points.xs[b] ?? 0) - ax), ay + along * ((points.ys[b] ?? 0) - ay))
    addTo(cuts, s, { along, point })
    addTo(cuts, t, { along: other, point })
  }
  for (let s = 0; s < count; s += 1) {
    const [west, south, east, north] = boxAround(points, lows[s] ?? 0, highs[s] ?? 0, near)
    for (const strip of strips) {
      if (strip.west > east || strip.east < west) continue
      for (const n of strip.index.search(west, south, east, north)) {
        const t = strip.members[n] ?? 0
        if (t > s) meet(s, t)
      }
    }
    if (s % 128 === 0) yield
  }
  // Three borders through one point meet two by two, a rounding error apart: one point of it.
  for (const [s, on] of cuts) {
    const [low = 0, high = 0] = [lows[s], highs[s]]
    on.sort((a, b) => a.along - b.along)
    let before = low
    for (const point of [...on.map((one) => one.point), high]) {
      const [dx, dy] = [
        (points.xs[point] ?? 0) - (points.xs[before] ?? 0),
        (points.ys[point] ?? 0) - (points.ys[before] ?? 0),
      ]
      if (point !== before && Math.hypot(dx, dy) <= near * 4) join(point, before)
      before = point
    }
    if (s % 64 === 0) yield
  }
  return { cuts, rootOf }
}

const addTo = <T>(map: Map<number, T[]>, key: number, value: T) => {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}

function boxAround(
  { xs, ys }: Points,
  a: number,
  b: number,
  margin: number,
): [number, number, number, number] {
  const [ax = 0, ay = 0, bx = 0, by = 0] = [xs[a], ys[a], xs[b], ys[b]]
  return [
    Math.min(ax, bx) - margin,
    Math.min(ay, by) - margin,
    Math.max(ax, bx) + margin,
    Math.max(ay, by) + margin,
  ]
}

/** Indexes of segments, several by their west end: one of all 600,000 would be built in one go, and nobody served meanwhile. */
function* stripsOf(points: Points, { count, lows, highs }: Segments) {
  const west = (s: number) => Math.min(points.xs[lows[s] ?? 0] ?? 0, points.xs[highs[s] ?? 0] ?? 0)
  let [least, most] = [Infinity, -Infinity]
  for (let s = 0; s < count; s += 1) {
    least = Math.min(least, west(s))
    most = Math.max(most, west(s))
    if (s % 4096 === 0) yield
  }
  const wanted = Math.ceil(count / 4096)
  const members: number[][] = Array.from({ length: wanted }, () => [])
  for (let s = 0; s < count; s += 1) {
    members[Math.min(wanted - 1, Math.floor(((west(s) - least) / (most - least || 1)) * wanted))]?.push(s)
    if (s % 4096 === 0) yield
  }
  const strips: { west: number; east: number; members: number[]; index: Flatbush }[] = []
  for (const part of members) {
    if (part.length === 0) continue
    const index = new Flatbush(part.length)
    for (const s of part) index.add(...boxAround(points, lows[s] ?? 0, highs[s] ?? 0, 0))
    index.finish()
    strips.push({ west: index.minX, east: index.maxX, members: part, index })
    yield
  }
  return strips
}
