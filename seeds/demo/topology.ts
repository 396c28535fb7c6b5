import Flatbush from 'flatbush'
import type { Mesh } from './mesh.ts'
import type { Line, LngLat, Point } from './plane.ts'
import { crossing, nearestOnSegment, toLngLat } from './plane.ts'

/** A border between two parts, from one meeting of three to the next; `left` and `right` are parts, −1 is outside the town. */
export type Arc = { from: number; to: number; left: number; right: number; line: LngLat[] }
/** Rings of one area: the outer counter-clockwise, holes clockwise, closed. */
export type Rings = LngLat[][]

const TOLERANCE = 7 // metres a simplified border may leave the edges of the pieces

/** The borders between parts of a mesh. Simplified once, here, and shared by everything that is built from them. */
export function bordersOf(mesh: Mesh, part: Int32Array): Arc[] {
  const raw = traceArcs(mesh, part)
  const smooth = raw.map((arc) => simplify(soften(arc.line)))
  // a simplified border that meets another goes back to the pieces' own edges, which cannot
  for (let clashes = findClashes(smooth); clashes.length; clashes = findClashes(smooth)) {
    const before = clashes.filter((i) => smooth[i] !== raw[i]!.line)
    if (!before.length) break
    for (const i of before) smooth[i] = raw[i]!.line
  }
  return raw.map((arc, i) => ({ ...arc, line: distinct(smooth[i]!.map(toLngLat)) }))
}

/** Dissolves borders into areas: `groupOf` maps a part to its area. Every vertex of a kept border is kept. */
export function dissolve(arcs: Arc[], groupOf: (part: number) => number): Map<number, Rings> {
  type Side = { arc: Arc; forward: boolean; used: boolean }
  const sides = new Map<number, Map<number, Side[]>>() // area → start node → borders with the area on their left
  for (const arc of arcs) {
    const [left, right] = [groupOf(arc.left), groupOf(arc.right)]
    if (left === right) continue
    for (const [area, start, forward] of [
      [left, arc.from, true],
      [right, arc.to, false],
    ] as const) {
      if (area < 0) continue
      const starts = sides.get(area) ?? new Map<number, Side[]>()
      sides.set(area, starts)
      starts.set(start, [...(starts.get(start) ?? []), { arc, forward, used: false }])
    }
  }
  const areas = new Map<number, Rings>()
  for (const [area, starts] of sides) {
    const rings: Rings = []
    for (const first of [...starts.values()].flat()) {
      if (first.used) continue
      const ring: LngLat[] = []
      let side: Side | undefined = first
      while (side && !side.used) {
        side.used = true
        ring.push(...(side.forward ? side.arc.line : side.arc.line.toReversed()).slice(0, -1))
        side = starts.get(side.forward ? side.arc.to : side.arc.from)?.find((s) => !s.used)
      }
      ring.push(ring[0]!)
      rings.push(ring)
    }
    areas.set(
      area,
      rings.sort((a, b) => ringArea(b) - ringArea(a)),
    )
  }
  return areas
}

/** Signed area in square degrees of a closed ring, by which rings are told apart; positive counter-clockwise. */
export function ringArea(ring: LngLat[]): number {
  let twice = 0
  const [x0, y0] = ring[0]!
  for (let i = 1; i < ring.length; i++) {
    twice += (ring[i - 1]![0] - x0) * (ring[i]![1] - y0) - (ring[i]![0] - x0) * (ring[i - 1]![1] - y0)
  }
  return twice / 2
}

type RawArc = { from: number; to: number; left: number; right: number; line: Line }

// Each edge between pieces joins the circumcentres of two triangles; every such vertex has exactly three edges.
function traceArcs({ delaunay: { triangles, halfedges }, sites }: Mesh, part: Int32Array): RawArc[] {
  const count = triangles.length / 3
  const centres = Array.from({ length: count }, (_, t) =>
    circumcentre(sites[triangles[3 * t]!]!, sites[triangles[3 * t + 1]!]!, sites[triangles[3 * t + 2]!]!),
  )
  const border = (e: number) =>
    halfedges[e]! >= 0 && part[triangles[e]!] !== part[triangles[nextHalfedge(e)]!]
  const bordersAt = (t: number) => [3 * t, 3 * t + 1, 3 * t + 2].filter(border)
  const used = new Uint8Array(triangles.length)
  const arcs: RawArc[] = []
  const walk = (start: number, e: number) => {
    // crossing halfedge e from its triangle, the site at its start lies to the left
    const left = part[triangles[e]!]!,
      right = part[triangles[nextHalfedge(e)]!]!
    const line = [centres[start]!]
    let edge = e
    for (;;) {
      used[edge] = used[halfedges[edge]!] = 1
      const at = Math.floor(halfedges[edge]! / 3)
      line.push(centres[at]!)
      const onward = bordersAt(at).filter((other) => other !== halfedges[edge])
      if (onward.length !== 1 || at === start)
        return void arcs.push({ from: start, to: at, left, right, line })
      edge = onward[0]!
    }
  }
  for (let t = 0; t < count; t++)
    if (bordersAt(t).length === 3) for (const e of bordersAt(t)) if (!used[e]) walk(t, e)
  // what is left are whole rings: an area that lies inside one other
  for (let e = 0; e < triangles.length; e++) if (!used[e] && border(e)) walk(Math.floor(e / 3), e)
  return arcs
}

const nextHalfedge = (e: number) => (e % 3 === 2 ? e - 2 : e + 1)

function circumcentre(a: Point, b: Point, c: Point): Point {
  const dx = b[0] - a[0],
    dy = b[1] - a[1],
    ex = c[0] - a[0],
    ey = c[1] - a[1]
  const bl = dx * dx + dy * dy,
    cl = ex * ex + ey * ey
  const d = 0.5 / (dx * ey - dy * ex)
  return [a[0] + (ey * bl - dy * cl) * d, a[1] + (dx * cl - ex * bl) * d]
}

// the ends stay; two rounds take the zigzag of the pieces out
function soften(line: Line): Line {
  let soft = line
  for (let round = 0; round < 2; round++) {
    soft = soft.map((p, i): Point => {
      if (i === 0 || i === soft.length - 1) return p
      const [a, b] = [soft[i - 1]!, soft[i + 1]!]
      return [(a[0] + 2 * p[0] + b[0]) / 4, (a[1] + 2 * p[1] + b[1]) / 4]
    })
  }
  return soft
}

function simplify(line: Line): Line {
  // a whole ring must stay one: keep it as it is
  if (line[0] === line.at(-1)) return line
  let far = 0
  let split = 0
  for (let i = 1; i < line.length - 1; i++) {
    const off = nearestOnSegment(line[i]!, line[0]!, line.at(-1)!).distance
    if (off > far) [far, split] = [off, i]
  }
  if (far <= TOLERANCE) return [line[0]!, line.at(-1)!]
  return [...simplify(line.slice(0, split + 1)), ...simplify(line.slice(split)).slice(1)]
}

function findClashes(lines: Line[]): number[] {
  const owner: [line: number, segment: number][] = []
  lines.forEach((line, k) => line.slice(1).forEach((_, i) => owner.push([k, i])))
  const tree = new Flatbush(owner.length)
  const ends = (n: number) =>
    [lines[owner[n]![0]]![owner[n]![1]]!, lines[owner[n]![0]]![owner[n]![1] + 1]!] as const
  const boxOf = ([a, b]: readonly [Point, Point]) =>
    [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[0], b[0]), Math.max(a[1], b[1])] as const
  for (let n = 0; n < owner.length; n++) tree.add(...boxOf(ends(n)))
  tree.finish()
  const clashes = new Set<number>()
  for (let n = 0; n < owner.length; n++) {
    const [a, b] = ends(n)
    for (const m of tree.search(...boxOf([a, b]))) {
      if (m <= n) continue
      const [c, d] = ends(m)
      if (a === c || a === d || b === c || b === d) {
        // two edges from one point must not lie on each other
        const [hub, p, q] = a === c ? [a, b, d] : a === d ? [a, b, c] : b === c ? [b, a, d] : [b, a, c]
        const cross = (p[0] - hub[0]) * (q[1] - hub[1]) - (p[1] - hub[1]) * (q[0] - hub[0])
        const dot = (p[0] - hub[0]) * (q[0] - hub[0]) + (p[1] - hub[1]) * (q[1] - hub[1])
        if (dot <= 0 || Math.abs(cross) > 0.02 * dot) continue
      } else if (
        !crossing(a, b, c, d) &&
        nearestOnSegment(a, c, d).distance > 0.1 &&
        nearestOnSegment(b, c, d).distance > 0.1 &&
        nearestOnSegment(c, a, b).distance > 0.1 &&
        nearestOnSegment(d, a, b).distance > 0.1
      )
        continue
      clashes.add(owner[n]![0]).add(owner[m]![0])
    }
  }
  return [...clashes]
}

const distinct = (line: LngLat[]) =>
  line.filter((p, i) => i === 0 || p[0] !== line[i - 1]![0] || p[1] !== line[i - 1]![1])
