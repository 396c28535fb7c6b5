/** A point of the town's plane: metres east and north of the origin. */
export type Point = [x: number, y: number]
export type Line = Point[]
export type LngLat = [lng: number, lat: number]

const ORIGIN: LngLat = [120.4, 31.75]

// Metres per degree on the WGS 84 ellipsoid at the origin's latitude; 10 km away the scale is off by 0.1 %.
const METERS_PER_LAT = 110_882.5
const METERS_PER_LNG = 94_748.2

/** Plane → WGS 84, rounded to 1e-7° (about a centimetre), so that shared points stay shared. */
export function toLngLat([x, y]: Point): LngLat {
  return [round7(ORIGIN[0] + x / METERS_PER_LNG), round7(ORIGIN[1] + y / METERS_PER_LAT)]
}

/** WGS 84 → plane. */
export function toPlane([lng, lat]: LngLat): Point {
  return [(lng - ORIGIN[0]) * METERS_PER_LNG, (lat - ORIGIN[1]) * METERS_PER_LAT]
}

export const round7 = (degrees: number) => Math.round(degrees * 1e7) / 1e7
export const distance = (a: Point, b: Point) => Math.hypot(a[0] - b[0], a[1] - b[1])
export const lerp = (a: Point, b: Point, t: number): Point => [
  a[0] + (b[0] - a[0]) * t,
  a[1] + (b[1] - a[1]) * t,
]
export const middle = (points: Point[]): Point => [
  points.reduce((s, p) => s + p[0], 0) / points.length,
  points.reduce((s, p) => s + p[1], 0) / points.length,
]

/** Length in metres. */
export function lengthOf(line: Line): number {
  let sum = 0
  for (let i = 1; i < line.length; i++) sum += distance(line[i - 1]!, line[i]!)
  return sum
}

/** Points every `step` metres along a line, with the unit direction there. */
export function along(line: Line, step: number, first = 0): { at: Point; dir: Point; s: number }[] {
  const out: { at: Point; dir: Point; s: number }[] = []
  let next = first
  let walked = 0
  for (let i = 1; i < line.length; i++) {
    const a = line[i - 1]!
    const b = line[i]!
    const len = distance(a, b)
    if (len === 0) continue
    for (; next <= walked + len; next += step) {
      out.push({
        at: lerp(a, b, (next - walked) / len),
        dir: [(b[0] - a[0]) / len, (b[1] - a[1]) / len],
        s: next,
      })
    }
    walked += len
  }
  return out
}

/** The line moved `by` metres to its left (negative: right). Good for gentle curves only. */
export function offsetLine(line: Line, by: number | ((i: number) => number)): Line {
  return line.map((p, i) => {
    const a = line[Math.max(0, i - 1)]!
    const b = line[Math.min(line.length - 1, i + 1)]!
    const len = distance(a, b) || 1
    const d = typeof by === 'number' ? by : by(i)
    return [p[0] - ((b[1] - a[1]) / len) * d, p[1] + ((b[0] - a[0]) / len) * d]
  })
}

/** Signed area in m² of an open ring; positive when counter-clockwise. */
export function areaOf(ring: Line): number {
  let twice = 0
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    twice += ring[j]![0] * ring[i]![1] - ring[i]![0] * ring[j]![1]
  }
  return twice / 2
}

/** Even-odd test against an open or closed ring. */
export function inside(
  [x, y]: readonly [number, number],
  ring: readonly (readonly [number, number])[],
): boolean {
  let odd = false
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const a = ring[i]!
    const b = ring[j]!
    if (a[1] > y !== b[1] > y && x < ((b[0] - a[0]) * (y - a[1])) / (b[1] - a[1]) + a[0]) odd = !odd
  }
  return odd
}

/** Where the segments ab and cd meet, as fractions of each; undefined when they do not. */
export function crossing(a: Point, b: Point, c: Point, d: Point): { t: number; u: number } | undefined {
  const rx = b[0] - a[0],
    ry = b[1] - a[1],
    sx = d[0] - c[0],
    sy = d[1] - c[1]
  const cross = rx * sy - ry * sx
  if (Math.abs(cross) < 1e-12) return undefined
  const t = ((c[0] - a[0]) * sy - (c[1] - a[1]) * sx) / cross
  const u = ((c[0] - a[0]) * ry - (c[1] - a[1]) * rx) / cross
  return t >= 0 && t <= 1 && u >= 0 && u <= 1 ? { t, u } : undefined
}

/** The nearest point of segment ab to p, as a fraction and a distance in metres. */
export function nearestOnSegment(p: Point, a: Point, b: Point): { t: number; distance: number } {
  const dx = b[0] - a[0],
    dy = b[1] - a[1]
  const t = Math.max(0, Math.min(1, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / (dx * dx + dy * dy || 1)))
  return { t, distance: Math.hypot(p[0] - a[0] - dx * t, p[1] - a[1] - dy * t) }
}

/** A rectangle of length × depth metres about a centre, its long side along `dir`; counter-clockwise, open. */
export function rectangle(center: Point, dir: Point, length: number, depth: number): Line {
  const [ux, uy] = [(dir[0] * length) / 2, (dir[1] * length) / 2]
  const [vx, vy] = [(-dir[1] * depth) / 2, (dir[0] * depth) / 2]
  const [x, y] = center
  return [
    [x - ux - vx, y - uy - vy],
    [x + ux - vx, y + uy - vy],
    [x + ux + vx, y + uy + vy],
    [x - ux + vx, y - uy + vy],
  ]
}
