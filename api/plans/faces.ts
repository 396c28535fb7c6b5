import type { MultiPolygon, Position } from 'geojson'
import { boxOf } from '../grids/locate.ts'
import { cutSegments } from './cuts.ts'
import { linkRings, nestRings, positionsOf, type Steps } from './rings.ts'
import { numberSegments, type Points, type Segments, signedArea } from './segments.ts'
import { metersBetween } from './topology.ts'

/** Directed pieces of border, the owner's land to the left of each. */
export interface Pieces {
  from: number[]
  to: number[]
  owners: number[]
}
/** A piece of the plane that no border crosses. */
export interface Face {
  /** The outline counter-clockwise, then holes; point numbers, not closed. */
  rings: number[][]
  /** How often owners cover it. */
  times: number
}
export interface Faces {
  faces: Face[]
  /** Borders after all cuts; `uses` has owner * 2 for who lies left of low → high, + 1 for right. */
  edges: Segments
  uses: number[][]
  /** The points that a segment runs through now, from its lower to its higher one; absent when nothing changed. */
  cut: (a: number, b: number) => readonly number[] | undefined
  /** Points closer than the tolerance have become one. */
  rootOf: (point: number) => number
}

/**
 * Cuts borders at every crossing and at every point that lies on them (within 2^-44 of the coordinates' size, 1e-11
 * degrees at least, about 1 µm), and answers the faces between them. `keepInner` keeps borders that two owners share.
 */
export function* facesBetween(points: Points, pieces: Pieces, keepInner = false): Steps<Faces> {
  const { from, to, owners } = pieces
  const segments = numberSegments(from.length)
  for (let i = 0; i < from.length; i += 1) {
    segments.add(from[i] ?? 0, to[i] ?? 0)
    if (i % 2048 === 0) yield
  }
  const { cuts, rootOf } = yield* cutSegments(points, segments)
  const chainOf = (s: number): number[] => {
    const [low = 0, high = 0] = [segments.lows[s], segments.highs[s]]
    const on = cuts.get(s)
    if (!on) return [rootOf(low), rootOf(high)]
    const chain = [low, ...on.map((one) => one.point), high].map(rootOf)
    return chain.filter((point, i) => i === 0 || point !== chain[i - 1])
  }
  const edges = numberSegments(from.length)
  const uses: number[][] = []
  const net: number[] = []
  for (let i = 0; i < from.length; i += 1) {
    const [a = 0, b = 0, owner = 0] = [from[i], to[i], owners[i]]
    const chain = chainOf(segments.add(a, b))
    if (b < a) chain.reverse()
    for (let n = 1; n < chain.length; n += 1) {
      const [u = 0, v = 0] = [chain[n - 1], chain[n]]
      const e = edges.add(u, v)
      ;(uses[e] ??= []).push(owner * 2 + (u < v ? 0 : 1))
      net[e] = (net[e] ?? 0) + (u < v ? 1 : -1)
    }
    if (i % 512 === 0) yield
  }
  const faces = yield* walkFaces(points, edges, net, keepInner)
  const cut = (a: number, b: number) => {
    const s = segments.find(a, b)
    if (s < 0) return undefined
    const chain = chainOf(s)
    const [low, high] = [segments.lows[s], segments.highs[s]]
    return chain.length === 2 && chain[0] === low && chain[1] === high ? undefined : chain
  }
  return { faces, edges, uses, cut, rootOf }
}

/** Walks around every face, and counts from the outside in, over each border, how often it is covered. */
function* walkFaces(
  points: Points,
  edges: Segments,
  net: readonly number[],
  keepInner: boolean,
): Steps<Face[]> {
  const [from, to]: [number[], number[]] = [[], []]
  for (let e = 0; e < edges.count; e += 1) {
    if (!keepInner && net[e] === 0) continue
    const [low = 0, high = 0] = [edges.lows[e], edges.highs[e]]
    from.push(low, high)
    to.push(high, low)
  }
  const loops = yield* linkRings(points, from, to)
  const groups = yield* nestRings(points, loops)
  const faceOfLoop = new Int32Array(loops.length).fill(-1)
  groups.forEach((group, face) => {
    for (const loop of group) faceOfLoop[loop] = face
  })
  const side = (u: number, v: number) => edges.find(u, v) * 2 + (u < v ? 0 : 1)
  const faceOfSide = new Int32Array(edges.count * 2).fill(-2)
  for (const [l, loop] of loops.entries()) {
    for (const [i, v] of loop.entries())
      faceOfSide[side(v, loop[(i + 1) % loop.length] ?? 0)] = faceOfLoop[l] ?? -1
    if (l % 64 === 0) yield
  }
  const times = Array.from(groups, () => Number.NaN)
  const queue = [...loops.keys()].filter((l) => faceOfLoop[l] === -1)
  const loopsOf = (face: number) => groups[face] ?? []
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const loop = loops[next] ?? []
    const here = faceOfLoop[next] === -1 ? 0 : (times[faceOfLoop[next] ?? 0] ?? 0)
    for (const [i, v] of loop.entries()) {
      const s = side(v, loop[(i + 1) % loop.length] ?? 0)
      const beyond = faceOfSide[s ^ 1] ?? -2
      if (beyond < 0 || !Number.isNaN(times[beyond])) continue
      // Left of low → high lies one more for each owner on that side.
      const step = net[s >> 1] ?? 0
      times[beyond] = here + (s % 2 === 0 ? -step : step)
      queue.push(...loopsOf(beyond))
    }
    yield
  }
  return groups.map((group, face) => ({
    rings: group.map((l) => loops[l] ?? []),
    times: times[face] ?? Number.NaN,
  }))
}

/** The face as a shape. */
export const shapeOfFace = (points: Points, face: Face): MultiPolygon => ({
  type: 'MultiPolygon',
  coordinates: [face.rings.map((ring) => positionsOf(points, ring))],
})

/** Area in m² and outline in m of one polygon, on a sphere laid flat at its own latitude. */
export function measurePolygon(rings: readonly Position[][]): { areaM2: number; outlineMeters: number } {
  const [, south, , north] = boxOf(rings[0] ?? [])
  const metersUp = metersBetween(0, 0, 0, 1)
  const squareMeters = metersUp * metersBetween(0, (south + north) / 2, 1, (south + north) / 2)
  let [areaM2, outlineMeters] = [0, 0]
  rings.forEach((ring, place) => {
    areaM2 += ((place === 0 ? 1 : -1) * Math.abs(signedArea(ring)) * squareMeters) / 2
    for (let i = 1; i < ring.length; i += 1) {
      const [[ax = 0, ay = 0] = [], [bx = 0, by = 0] = []] = [ring[i - 1], ring[i]]
      outlineMeters += metersBetween(ax, ay, bx, by)
    }
  })
  return { areaM2, outlineMeters }
}

/** A point well inside a polygon: the middle of the widest stretch of three lines across it. */
export function pointInside(rings: readonly Position[][]): Position {
  const [, south, , north] = boxOf(rings[0] ?? [])
  const heights = [...new Set(rings.flat().map(([, y = 0]) => y))].sort((a, b) => a - b)
  let best: { width: number; at: Position } = { width: -1, at: rings[0]?.[0] ?? [0, 0] }
  for (const share of [0.5, 0.29, 0.73]) {
    const wish = south + (north - south) * share
    // Between two heights of vertices, so that the line meets none.
    const above = heights.findIndex((height) => height > wish)
    const y = ((heights[above - 1] ?? south) + (heights[above] ?? north)) / 2
    const crossings: number[] = []
    for (const ring of rings)
      for (let i = 1; i < ring.length; i += 1) {
        const [[ax = 0, ay = 0] = [], [bx = 0, by = 0] = []] = [ring[i - 1], ring[i]]
        if (ay > y !== by > y) crossings.push(ax + ((y - ay) / (by - ay)) * (bx - ax))
      }
    crossings.sort((a, b) => a - b)
    for (let i = 1; i < crossings.length; i += 2) {
      const [west = 0, east = 0] = [crossings[i - 1], crossings[i]]
      if (east - west > best.width) best = { width: east - west, at: [(west + east) / 2, y] }
    }
  }
  return best.at
}
