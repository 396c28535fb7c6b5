import { Delaunay } from 'd3-delaunay'
import type { Edge } from './noding.ts'
import type { Line, Point } from './plane.ts'
import { along, distance, inside, lerp } from './plane.ts'
import { stream } from './random.ts'
import type { Raster } from './raster.ts'
import { LAKE, ROAD, WATER } from './raster.ts'
import type { Watercourse } from './waters.ts'

/**
 * The town in small pieces of land: the Voronoi cells of sites set in pairs on both sides of roads, canals and the border,
 * so that edges between cells run along them. Grids are sets of pieces, which is why they tile and follow the land.
 */
export type Mesh = {
  delaunay: Delaunay<Point>
  sites: Point[]
  inTown: Uint8Array
  area: Float64Array
  /** Neighbours of site i are `to[start[i]…start[i+1]]`, at `cost` metres: crossing water or road counts as a detour. */
  start: Int32Array
  to: Int32Array
  cost: Float64Array
}

type Land = { outline: Line; edges: Edge[]; courses: Watercourse[]; raster: Raster }

/** Cuts the town into about 45,000 pieces, 25–90 m across. */
export function meshTown(seed: number, { outline, edges, courses, raster }: Land): Mesh {
  const random = stream(seed, 'mesh')
  const sites: Point[] = []
  const room = spacing(sites)
  const pairs = (line: Line, step: number, half: number, nearest: number) => {
    for (const {
      at: [x, y],
      dir: [dx, dy],
    } of along(line, step, step / 2)) {
      const left: Point = [x - dy * half, y + dx * half],
        right: Point = [x + dy * half, y - dx * half]
      if (room.isFree(left, nearest) && room.isFree(right, nearest)) room.add(left, right)
    }
  }
  const [west, south, east, north] = boxOf(outline, 400)
  pairs([...outline, outline[0]!], 40, 15, 14)
  const classes = [['trunk', 'primary'], ['secondary'], ['tertiary'], ['residential']]
  for (const group of classes) {
    for (const e of edges)
      if (
        group.includes(e.class) &&
        (e.class !== 'residential' || e.name || Math.hypot(...e.line[0]!) < 2600)
      )
        pairs(e.line, group[0] === 'residential' ? 36 : 50, 13, 17)
  }
  for (const c of courses)
    if (c.kind !== 'ditch')
      pairs(
        c.line.filter((p) => p[0] > west && p[0] < east && p[1] > south && p[1] < north),
        52,
        14,
        17,
      )
  for (let x = west; x < east; x += 88) {
    for (let y = south; y < north; y += 88) {
      const p: Point = [x + random.between(-30, 30), y + random.between(-30, 30)]
      if (room.isFree(p, 46)) room.add(p)
    }
  }
  const inTown = Uint8Array.from(sites, (p) => (inside(p, outline) ? 1 : 0))
  return { ...connect(sites, raster), sites, inTown }
}

function connect(sites: Point[], raster: Raster) {
  const delaunay = new Delaunay<Point>(Float64Array.from(sites.flat()))
  const { triangles, halfedges } = delaunay
  const area = new Float64Array(sites.length)
  const start = new Int32Array(sites.length + 1)
  for (let e = 0; e < triangles.length; e++) if (halfedges[e]! >= 0) start[triangles[e]! + 1]!++
  for (let i = 0; i < sites.length; i++) start[i + 1]! += start[i]!
  const filled = start.slice()
  const to = new Int32Array(start[sites.length]!)
  const cost = new Float64Array(to.length)
  for (let e = 0; e < triangles.length; e++) {
    const [a, b] = [triangles[e]!, triangles[e % 3 === 2 ? e - 2 : e + 1]!]
    if (e % 3 === 0) {
      const [p, q, r] = [sites[a]!, sites[b]!, sites[triangles[e + 2]!]!]
      const third = Math.abs((q[0] - p[0]) * (r[1] - p[1]) - (r[0] - p[0]) * (q[1] - p[1])) / 6
      for (const corner of [a, b, triangles[e + 2]!]) area[corner]! += third
    }
    const twin = halfedges[e]!
    if (twin < e) continue
    const metres = crossingCost(sites[a]!, sites[b]!, raster)
    for (const [from, other] of [
      [a, b],
      [b, a],
    ] as const) {
      to[filled[from]!] = other
      cost[filled[from]!++] = metres
    }
  }
  return { delaunay, area, start, to, cost }
}

// a metre of road costs seven of land, a metre of canal nine; the bed of a lake no more than land
function crossingCost(a: Point, b: Point, raster: Raster): number {
  const metres = distance(a, b)
  const steps = Math.max(1, Math.round(metres / 5))
  let extra = 0
  for (let i = 0; i <= steps; i++) {
    const mark = raster.at(lerp(a, b, i / steps))
    if (mark & WATER && !(mark & LAKE)) extra += 8
    else if (mark & ROAD) extra += 6
  }
  return metres * (1 + extra / (steps + 1))
}

function boxOf(ring: Line, margin: number): [number, number, number, number] {
  const xs = ring.map((p) => p[0]),
    ys = ring.map((p) => p[1])
  return [
    Math.min(...xs) - margin,
    Math.min(...ys) - margin,
    Math.max(...xs) + margin,
    Math.max(...ys) + margin,
  ]
}

function spacing(sites: Point[]) {
  const size = 45
  const width = 1024
  const buckets: (number[] | undefined)[] = []
  const key = (x: number, y: number) => (Math.floor(y / size) + 512) * width + Math.floor(x / size) + 512
  return {
    add(...points: Point[]) {
      for (const p of points) {
        const k = key(...p)
        ;(buckets[k] ??= []).push(sites.push(p) - 1)
      }
    },
    isFree(p: Point, nearest: number): boolean {
      for (let dy = -size; dy <= size; dy += size) {
        for (let dx = -size; dx <= size; dx += size) {
          for (const i of buckets[key(p[0] + dx, p[1] + dy)] ?? [])
            if (distance(sites[i]!, p) < nearest) return false
        }
      }
      return true
    },
  }
}
