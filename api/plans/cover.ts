import Flatbush from 'flatbush'
import type { MultiPolygon, Position } from 'geojson'
import pointInPolygon from 'point-in-polygon-hao'
import { boxOf } from '../grids/locate.ts'
import {
  type Face,
  type Faces,
  facesBetween,
  measurePolygon,
  type Pieces,
  pointInside,
  shapeOfFace,
} from './faces.ts'
import type { Steps } from './rings.ts'
import { countPositions, eachSegment, numberPoints, numberSegments, type Points } from './segments.ts'
import { metersBetween, type Shape } from './topology.ts'

/** Land that no shape or several shapes cover, told apart by whose it is. */
export interface Spot {
  face: Face
  shape: MultiPolygon
  at: Position
  areaM2: number
  /** 2 · area / outline: the width of a long strip. */
  widthMeters: number
  /** Places in the list of shapes. */
  coverers: number[]
  /** Metres of border with each shape across it. */
  around: Map<number, number>
  /** Metres of border of each shape that ends here, its land on this side. */
  within: Map<number, number>
}
export interface Cover {
  points: Points
  /** Per shape its border: pairs of points, the land to their left. */
  borders: Int32Array[]
  faces: Faces
  spots: Spot[]
}

/** At most 0.01 m², or thinner than a tenth of a millimetre: the rounding of coordinates, not land. */
export const isNoise = ({ areaM2, widthMeters }: { areaM2: number; widthMeters: number }) =>
  areaM2 <= 0.01 || widthMeters < 1e-4

/**
 * How shapes cover the land, exactly: a segment that two of them have in opposite directions is sound; all others are cut
 * against each other, and of the faces between them those count that are covered by none but enclosed, or by several.
 * The shapes must be valid.
 */
export function* coverOf(shapes: readonly Shape[]): Steps<Cover> {
  const size = shapes.reduce((sum, { geometry }) => sum + countPositions(geometry), 0)
  const [points, segments] = [numberPoints(size), numberSegments(size)]
  const net = new Int16Array(size)
  const borders: Int32Array[] = []
  for (const { geometry } of shapes) {
    const border: number[] = []
    eachSegment(geometry, points, (a, b) => {
      const s = segments.add(a, b)
      net[s] = (net[s] ?? 0) + (a < b ? 1 : -1)
      border.push(a, b)
    })
    borders.push(Int32Array.from(border))
    yield
  }
  function* piecesWhere(wanted: (s: number) => boolean): Steps<Pieces> {
    const pieces: Pieces = { from: [], to: [], owners: [] }
    for (const [owner, border] of borders.entries()) {
      for (let i = 0; i < border.length; i += 2) {
        const [a = 0, b = 0] = [border[i], border[i + 1]]
        if (wanted(segments.find(a, b))) push(pieces, a, b, owner)
      }
      yield
    }
    return pieces
  }
  let faces = yield* facesBetween(points, yield* piecesWhere((s) => net[s] !== 0))
  const double = faces.faces.filter((face) => face.times > 1)
  if (double.length > 0) {
    // Under an overlap sound borders count too: they tell whose land it is.
    const index = new Flatbush(double.length)
    for (const face of double) index.add(...boxOf(shapeOfFace(points, face).coordinates[0]?.[0] ?? []))
    index.finish()
    yield
    const under = (s: number) => {
      const [a = 0, b = 0] = [segments.lows[s], segments.highs[s]]
      const box = boxOf([a, b].map((v) => [points.xs[v] ?? 0, points.ys[v] ?? 0]))
      return index.search(...box).length > 0
    }
    faces = yield* facesBetween(points, yield* piecesWhere((s) => net[s] !== 0 || under(s)), true)
  }
  const locate = locator(shapes)
  const spots: Spot[] = []
  for (const face of faces.faces) {
    if (face.times === 1) continue
    const spot = spotOf(points, faces, face)
    const several = isNoise(spot) ? spot.coverers : locate(spot.at)
    // Faces as thin as the rounding may be counted wrong; what lies there tells.
    const coverers = face.times === 0 ? [] : several
    if (face.times === 0 || coverers.length > 1) spots.push({ ...spot, coverers })
    yield
  }
  return { points, borders, faces, spots }
}

/** Faces that children and their parent do not have alike; the parent is the last owner. Borders they share cost nothing. */
export function* facesAgainst(
  parent: Shape,
  children: readonly Shape[],
): Steps<{ points: Points; faces: Faces }> {
  const [points, segments] = [numberPoints(), numberSegments()]
  const net: number[] = []
  const all: Pieces = { from: [], to: [], owners: [] }
  for (const [owner, shape] of [...children, parent].entries()) {
    const against = owner === children.length
    eachSegment(shape.geometry, points, (a, b) => {
      const s = segments.add(a, b)
      net[s] = (net[s] ?? 0) + (a < b === against ? -1 : 1)
      if (against) push(all, b, a, owner)
      else push(all, a, b, owner)
    })
    yield
  }
  const pieces: Pieces = { from: [], to: [], owners: [] }
  all.from.forEach((a, i) => {
    const b = all.to[i] ?? 0
    if (net[segments.find(a, b)] !== 0) push(pieces, a, b, all.owners[i] ?? 0)
  })
  yield
  return { points, faces: yield* facesBetween(points, pieces) }
}

/** Measures a face, and tells who lies on its side of each border and who across. */
export function spotOf(points: Points, { edges, uses }: Faces, face: Face): Spot {
  const shape = shapeOfFace(points, face)
  const rings = shape.coordinates[0] ?? []
  const { areaM2, outlineMeters } = measurePolygon(rings)
  const around = new Map<number, number>()
  const within = new Map<number, number>()
  for (const ring of face.rings)
    ring.forEach((u, i) => {
      const v = ring[(i + 1) % ring.length] ?? 0
      const { xs, ys } = points
      const meters = metersBetween(xs[u] ?? 0, ys[u] ?? 0, xs[v] ?? 0, ys[v] ?? 0)
      for (const use of uses[edges.find(u, v)] ?? []) {
        const side = use % 2 === (u < v ? 0 : 1) ? within : around
        side.set(use >> 1, (side.get(use >> 1) ?? 0) + meters)
      }
    })
  const coverers = [...within.keys()].sort((a, b) => a - b)
  const widthMeters = (2 * areaM2) / outlineMeters
  return { face, shape, at: pointInside(rings), areaM2, widthMeters, coverers, around, within }
}

/** Answers the places of the shapes that hold a point, in order. */
export function locator(shapes: readonly Shape[]): (at: Position) => number[] {
  const parts = shapes.flatMap(({ geometry }, n) => geometry.coordinates.map((rings) => ({ n, rings })))
  if (parts.length === 0) return () => []
  const index = new Flatbush(parts.length)
  for (const { rings } of parts) index.add(...boxOf(rings[0] ?? []))
  index.finish()
  return ([x = 0, y = 0]) => {
    const held = index.search(x, y, x, y).flatMap((i) => {
      const part = parts[i]
      return part && pointInPolygon([x, y], part.rings as [number, number][][]) !== false ? [part.n] : []
    })
    return [...new Set(held)].sort((a, b) => a - b)
  }
}

export const push = (pieces: Pieces, from: number, to: number, owner: number) => {
  pieces.from.push(from)
  pieces.to.push(to)
  pieces.owners.push(owner)
}

/**
 * Whose an overlap stays: of those who end inside it, the others draw back to the border that runs longest through it;
 * but whoever would lose half of its land and more keeps it. Ties go to the first in the list. Answers a place in `coverers`' terms.
 */
export function keeperOf(spot: Spot, areaOf: (place: number) => number): number | undefined {
  const most = spot.coverers.filter((n) => spot.areaM2 * 2 > areaOf(n))
  const among = most.length > 0 ? most : spot.coverers
  const rank = (n: number) => (most.length > 0 ? areaOf(n) : (spot.within.get(n) ?? 0))
  return [...among].sort((a, b) => rank(a) - rank(b) || a - b)[0]
}

/** Whose a gap becomes: of those allowed, the neighbour with the longest border. */
export const takerOf = (spot: Spot, allowed: (place: number) => boolean): number | undefined =>
  [...spot.around].filter(([n]) => allowed(n)).sort((a, b) => b[1] - a[1] || a[0] - b[0])[0]?.[0]

/** m², on a sphere laid flat. */
export const areaOf = (geometry: MultiPolygon) =>
  geometry.coordinates.reduce((sum, rings) => sum + measurePolygon(rings).areaM2, 0)
