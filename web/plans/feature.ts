import type { Feature, MultiPolygon, Position } from 'geojson'

// A grid of a plan as it travels, and the few measures that the page itself needs of it.

export type Level = 1 | 2 | 3
export interface PlanGridProperties {
  gridId: number | null
  code: string
  name: string
  level: Level
  parentUid: number | null
  leaderName: string | null
  households: number
  /** Missing in a proposal: it is measured when it is written. */
  areaKm2?: number
}
export interface PlanFeature extends Feature<MultiPolygon, PlanGridProperties> {
  id: number
}
export type Features = ReadonlyMap<number, PlanFeature>
export type Box = [number, number, number, number]

export const byUid = (features: readonly PlanFeature[]): Features =>
  new Map(features.map((feature) => [feature.id, feature]))

export const keyOf = ([x = 0, y = 0]: Position) => `${x},${y}`

export const onLevel = (features: Features, level: Level): PlanFeature[] =>
  [...features.values()].filter(({ properties }) => properties.level === level)

/** [west, south, east, north] around shapes; null around none. */
export function boxAround(shapes: readonly MultiPolygon[]): Box | null {
  const box: Box = [Infinity, Infinity, -Infinity, -Infinity]
  for (const [x = 0, y = 0] of shapes.flatMap((shape) => shape.coordinates.flat(2))) {
    box[0] = Math.min(box[0], x)
    box[1] = Math.min(box[1], y)
    box[2] = Math.max(box[2], x)
    box[3] = Math.max(box[3], y)
  }
  return box[0] <= box[2] ? box : null
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

/** Square metres of a shape on a plane laid at its latitude: for shares and sentences, not for the record. */
export function squareMeters(shape: MultiPolygon): number {
  const perDegree = 111_195
  const across = Math.cos(((shape.coordinates[0]?.[0]?.[0]?.[1] ?? 0) * Math.PI) / 180)
  let sum = 0
  for (const rings of shape.coordinates)
    rings.forEach((ring, i) => (sum += ((i === 0 ? 1 : -1) * Math.abs(signedArea(ring))) / 2))
  return sum * across * perDegree ** 2
}

/** Whether a place lies inside a shape (even–odd over all its rings; a border may fall to either side). */
export function holds(shape: MultiPolygon, [x = 0, y = 0]: Position): boolean {
  let inside = false
  for (const ring of shape.coordinates.flat())
    for (let i = 1; i < ring.length; i += 1) {
      const [ax = 0, ay = 0] = ring[i - 1] ?? []
      const [bx = 0, by = 0] = ring[i] ?? []
      if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) inside = !inside
    }
  return inside
}

/** A place well inside: the middle of the longest stretch on the line through the middle of the largest part. */
export function insideOf(shape: MultiPolygon): Position {
  const [part = []] = shape.coordinates.toSorted(
    (a, b) => Math.abs(signedArea(b[0] ?? [])) - Math.abs(signedArea(a[0] ?? [])),
  )
  const [west, south, east, north] = boxAround([{ type: 'MultiPolygon', coordinates: [part] }]) ?? [
    0, 0, 0, 0,
  ]
  const y = (south + north) / 2 + (north - south) * 1e-6
  const meets: number[] = []
  for (const ring of part)
    for (let i = 1; i < ring.length; i += 1) {
      const [ax = 0, ay = 0] = ring[i - 1] ?? []
      const [bx = 0, by = 0] = ring[i] ?? []
      if (ay > y !== by > y) meets.push(ax + ((y - ay) / (by - ay)) * (bx - ax))
    }
  meets.sort((a, b) => a - b)
  let best: Position = [(west + east) / 2, y]
  let length = 0
  for (let i = 1; i < meets.length; i += 2) {
    const [from = 0, to = 0] = [meets[i - 1], meets[i]]
    if (to - from > length) [best, length] = [[(from + to) / 2, y], to - from]
  }
  return best
}

/** The grid and everything below it. */
export function withBelow(features: Features, uid: number): PlanFeature[] {
  const own = features.get(uid)
  if (!own) return []
  const below = [...features.values()].filter(({ properties }) => properties.parentUid === uid)
  return [own, ...below.flatMap((child) => withBelow(features, child.id))]
}
