import Flatbush from 'flatbush'
import type { RoadClass, Street } from './lattice.ts'
import { roadClasses } from './lattice.ts'
import type { Line, Point } from './plane.ts'
import { crossing, distance, lengthOf, lerp, nearestOnSegment } from './plane.ts'

/** A piece of road between two junctions; `line` begins at node `from` and ends at node `to`. */
export type Edge = { from: number; to: number; line: Line; class: RoadClass; name: string }
export type Net = { nodes: Point[]; edges: Edge[] }

type Cut = { at: number; point: Point }

const REACH = 16 // metres: a loose end this near to a street is joined to it
const MERGE = 9 // metres: junctions nearer than this are one

/** Cuts streets where they cross or touch, so that every junction is one shared point. Main roads keep their place best. */
export function nodeStreets(streets: Street[], { join }: { join: boolean }): Net {
  const ordered = (join ? joinEnds(streets) : [...streets]).sort(
    (a, b) => roadClasses.indexOf(a.class) - roadClasses.indexOf(b.class),
  )
  const cuts = findCuts(ordered)
  const nodes = nodeRegister()
  const seen = new Set<string>()
  const edges: Edge[] = []
  ordered.forEach((street, s) => {
    let piece: Line = []
    let from = -1
    const stops = [...cuts[s]!].sort((a, b) => a.at - b.at)
    let next = 0
    const stop = (point: Point) => {
      const node = nodes.at(point)
      if (from >= 0) {
        const line = [nodes.points[from]!, ...piece, nodes.points[node]!]
        const key = `${Math.min(from, node)}-${Math.max(from, node)}-${Math.round(lengthOf(line) / 12)}`
        const isStub = from === node && lengthOf(line) < 3 * MERGE
        if (!seen.has(key) && !isStub)
          edges.push({ from, to: node, line, class: street.class, name: street.name })
        if (!isStub) seen.add(key)
      }
      from = node
      piece = []
    }
    street.line.forEach((vertex, i) => {
      const isEnd = i === 0 || i === street.line.length - 1
      if (isEnd) stop(vertex)
      else if (distance(vertex, nodes.points[from]!) > MERGE) piece.push(vertex)
      for (; next < stops.length && stops[next]!.at < i + 1; next++) stop(stops[next]!.point)
    })
  })
  return { nodes: nodes.points, edges: edges.filter((e) => e.from !== e.to || lengthOf(e.line) > 100) }
}

function findCuts(streets: Street[]): Cut[][] {
  const owners: [street: number, segment: number][] = []
  streets.forEach((street, s) => street.line.slice(1).forEach((_, i) => owners.push([s, i])))
  const ends = (k: number): [Point, Point] => {
    const [s, i] = owners[k]!
    return [streets[s]!.line[i]!, streets[s]!.line[i + 1]!]
  }
  const boxOf = ([a, b]: [Point, Point]) =>
    [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[0], b[0]), Math.max(a[1], b[1])] as const
  const tree = new Flatbush(owners.length)
  for (let k = 0; k < owners.length; k++) tree.add(...boxOf(ends(k)))
  tree.finish()
  const cuts: Cut[][] = streets.map(() => [])
  for (let k = 0; k < owners.length; k++) {
    const [s, i] = owners[k]!
    const [a, b] = ends(k)
    for (const other of tree.search(...boxOf([a, b]))) {
      if (other <= k || owners[other]![0] === s) continue
      const [c, d] = ends(other)
      const hit = crossing(a, b, c, d)
      if (!hit) continue
      const point = lerp(a, b, hit.t)
      cuts[s]!.push({ at: i + hit.t, point })
      cuts[owners[other]![0]]!.push({ at: owners[other]![1] + hit.u, point })
    }
  }
  return cuts
}

/** Streets whose loose ends are pulled on to, and a step across, the street they almost touch. */
function joinEnds(streets: Street[]): Street[] {
  const owners: [street: number, segment: number][] = []
  streets.forEach((street, s) => street.line.slice(1).forEach((_, i) => owners.push([s, i])))
  const tree = new Flatbush(owners.length)
  const segment = (k: number): [Point, Point] => {
    const [s, i] = owners[k]!
    return [streets[s]!.line[i]!, streets[s]!.line[i + 1]!]
  }
  for (let k = 0; k < owners.length; k++) {
    const [a, b] = segment(k)
    tree.add(Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[0], b[0]), Math.max(a[1], b[1]))
  }
  tree.finish()
  const pulled = (end: Point, before: Point, s: number): Point => {
    let best: { point: Point; distance: number } | undefined
    for (const k of tree.search(end[0] - REACH, end[1] - REACH, end[0] + REACH, end[1] + REACH)) {
      if (owners[k]![0] === s) continue
      const [c, d] = segment(k)
      const near = nearestOnSegment(end, c, d)
      if (near.distance < (best?.distance ?? REACH))
        best = { point: lerp(c, d, near.t), distance: near.distance }
    }
    if (!best) return end
    // 0.4 m past the middle, so that the crossing is found whatever the rounding; the stub is merged into the junction
    const from = best.distance > 0.5 ? end : before
    const far = distance(from, best.point) || 1
    return [
      best.point[0] + ((best.point[0] - from[0]) / far) * 0.4,
      best.point[1] + ((best.point[1] - from[1]) / far) * 0.4,
    ]
  }
  return streets.map((street, s) => ({
    ...street,
    line: [
      pulled(street.line[0]!, street.line[1]!, s),
      ...street.line.slice(1, -1),
      pulled(street.line.at(-1)!, street.line.at(-2)!, s),
    ],
  }))
}

// the first point to come near a place names it; main roads come first
function nodeRegister() {
  const points: Point[] = []
  const buckets = new Map<number, number[]>()
  // both streets of a crossing ask with the same point: they must get the same node, whatever came between
  const asked = new Map<Point, number>()
  const bucket = (i: number, j: number) => (i + 4096) * 8192 + j + 4096
  return {
    points,
    at(point: Point): number {
      const node = asked.get(point) ?? find(point)
      asked.set(point, node)
      return node
    },
  }
  function find(point: Point): number {
    const i = Math.floor(point[0] / MERGE),
      j = Math.floor(point[1] / MERGE)
    for (let di = -1; di <= 1; di++) {
      for (let dj = -1; dj <= 1; dj++) {
        const found = buckets.get(bucket(i + di, j + dj))?.find((n) => distance(points[n]!, point) < MERGE)
        if (found !== undefined) return found
      }
    }
    const key = bucket(i, j)
    buckets.set(key, [...(buckets.get(key) ?? []), points.length])
    return points.push(point) - 1
  }
}
