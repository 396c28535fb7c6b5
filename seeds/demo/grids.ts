import type { Polygon } from 'geojson'
import type { Building } from './buildings.ts'
import type { Grain } from './grain.ts'
import type { Hamlet } from './hamlets.ts'
import type { Lot } from './landuse.ts'
import type { Mesh } from './mesh.ts'
import { COMMUNITIES, TOWN, VILLAGES } from './names.ts'
import { divide, growFrom } from './partition.ts'
import type { LngLat, Point } from './plane.ts'
import { distance } from './plane.ts'
import type { Random } from './random.ts'
import { apportion, stream } from './random.ts'
import type { Arc } from './topology.ts'
import { bordersOf, dissolve } from './topology.ts'

const GRID_COUNTS = { 1: 21, 2: 179, 3: 1370 } as const
export type Grid = {
  code: string
  name: string
  level: 1 | 2 | 3
  parentCode: string
  households: number
  /** Filled in by `staffTown`. */
  leaderName: string
  geometry: Polygon
}
export type GridPlan = { grids: Grid[]; outline: Polygon; borders: Arc[] }

type Part = {
  sites: number[]
  at: Point
  households: number
  weight: number
  name: string
  code: string
  children: Part[]
}
type Town = { mesh: Mesh; buildings: Building[]; hamlets: Hamlet[]; lots: Lot[]; grain: Grain }

// where the six communities are, in the ideal plane; the last is the old market town
const COMMUNITY_SEEDS: Point[] = [
  [300, 60],
  [-950, 420],
  [250, 1350],
  [-700, -1150],
  [1500, -450],
  [-6250, -1000],
]

/** Draws the three levels so that every part is connected, children fill their parent exactly, and cells are smaller where people live. */
export function drawGrids(seed: number, town: Town): GridPlan {
  const { mesh } = town
  const random = stream(seed, 'grids')
  const households = settle(mesh, town.buildings)
  const everywhere = [...mesh.sites.keys()].filter((i) => mesh.inTown[i])
  const area = everywhere.reduce((s, i) => s + mesh.area[i]!, 0)
  const homes = everywhere.reduce((s, i) => s + households[i]!, 0)
  // mixture found by eye: blocks of 150–200 m in the centre, 400–600 m in the fields
  const lived = spread(mesh, households)
  const weights = Float64Array.from(
    mesh.sites,
    (_, i) => (0.55 * mesh.area[i]!) / area + (0.45 * lived[i]!) / homes,
  )
  const part = (sites: number[]): Part => ({
    sites,
    at: centre(mesh, sites),
    households: sites.reduce((s, i) => s + households[i]!, 0),
    weight: sites.reduce((s, i) => s + weights[i]!, 0),
    name: '',
    code: '',
    children: [],
  })
  const [seeds, names] = firstLevelSeeds(town)
  // villages and communities share the land by distance alone
  const first = growFrom(mesh, mesh.area, everywhere, seeds).map((sites, i) => ({
    ...part(sites),
    name: names[i]!,
  }))
  const second = share(random, mesh, weights, first, GRID_COUNTS[2], 4, part)
  share(random, mesh, weights, second, GRID_COUNTS[3], 3, part)
  number(first, TOWN.code, 3)
  nameSecond(first, town)
  const third = first.flatMap((l1) => l1.children.flatMap((l2) => l2.children))
  return assemble(first, third, mesh)
}

// splits each parent in proportion to its weight, and returns all children
function share(
  random: Random,
  mesh: Mesh,
  weights: Float64Array,
  parents: Part[],
  total: number,
  least: number,
  part: (sites: number[]) => Part,
): Part[] {
  const counts = apportion(
    parents.map((p) => p.weight),
    total,
    least,
  )
  return parents.flatMap((parent, i) => {
    parent.children = divide(random, mesh, weights, parent.sites, counts[i]!).map(part)
    return parent.children
  })
}

function assemble(first: Part[], third: Part[], mesh: Mesh): GridPlan {
  const partOf = new Int32Array(mesh.sites.length).fill(-1)
  third.forEach((leaf, k) => {
    for (const i of leaf.sites) partOf[i] = k
  })
  const borders = bordersOf(mesh, partOf)
  const up = [new Int32Array(third.length), new Int32Array(third.length)]
  let [k, l] = [0, 0]
  first.forEach((l1, n) =>
    l1.children.forEach((l2) => {
      for (const _ of l2.children) {
        up[0]![k] = n
        up[1]![k] = l
        k++
      }
      l++
    }),
  )
  const polygons = (groupOf: (leaf: number) => number) => {
    const rings = dissolve(borders, (leaf) => (leaf < 0 ? -1 : groupOf(leaf)))
    return (n: number): Polygon => ({ type: 'Polygon', coordinates: rings.get(n) as LngLat[][] })
  }
  const shapes = [polygons((n) => up[0]![n]!), polygons((n) => up[1]![n]!), polygons((n) => n)]
  const counters = [0, 0, 0]
  const grids: Grid[] = []
  const visit = (p: Part, level: 1 | 2 | 3, parentCode: string) => {
    grids.push({
      code: p.code,
      name: p.name,
      level,
      parentCode,
      households: p.households,
      leaderName: '',
      geometry: shapes[level - 1]!(counters[level - 1]!++),
    })
    if (level < 3) for (const child of p.children) visit(child, (level + 1) as 2 | 3, p.code)
  }
  for (const p of first) visit(p, 1, TOWN.code)
  return {
    grids: grids.sort((a, b) => a.level - b.level || (a.code < b.code ? -1 : 1)),
    outline: polygons(() => 0)(0),
    borders,
  }
}

function settle(mesh: Mesh, buildings: Building[]): Float64Array {
  const households = new Float64Array(mesh.sites.length)
  let near = 0
  for (const b of buildings)
    if (b.households) {
      near = mesh.delaunay.find(...b.at, near)
      households[near]! += b.households
    }
  return households
}

// A tower on one piece would make a grid of its own: for weighing, homes count for the land around them too.
function spread(mesh: Mesh, households: Float64Array): Float64Array {
  let now = households
  for (let round = 0; round < 4; round++) {
    const next = new Float64Array(now.length)
    for (let i = 0; i < now.length; i++) {
      if (!now[i]) continue
      const [from, to] = [mesh.start[i]!, mesh.start[i + 1]!]
      next[i]! += now[i]! / 2
      for (let k = from; k < to; k++) next[mesh.to[k]!]! += now[i]! / 2 / (to - from)
    }
    now = next
  }
  return now
}

// communities at fixed places, villages at the hamlets farthest from all others
function firstLevelSeeds({ mesh, hamlets, grain }: Town): [number[], string[]] {
  const seats = COMMUNITY_SEEDS.map(grain.bend)
  const names = [...COMMUNITIES]
  const far = (p: Point) =>
    Math.min(...seats.map((s) => distance(s, p) * (Math.hypot(...s) < 2500 ? 0.8 : 1)))
  while (seats.length < GRID_COUNTS[1])
    seats.push(hamlets.reduce((best, h) => (far(h.at) > far(best.at) ? h : best)).at)
  const left = new Set(seats.keys())
  for (let i = 0; i < COMMUNITIES.length; i++) left.delete(i)
  // villages called after what they lie by
  const sought: Record<string, Point> = {
    白鹭村: grain.bend([5300, -4450]),
    鹤山村: grain.bend([-5100, 4600]),
    北渚村: [0, 9000],
    西岸村: [-9500, 0],
  }
  const named = new Map<number, string>()
  for (const [name, place] of Object.entries(sought)) {
    const nearest = [...left].reduce((a, b) =>
      distance(seats[a]!, place) <= distance(seats[b]!, place) ? a : b,
    )
    named.set(nearest, name)
    left.delete(nearest)
  }
  const rest = VILLAGES.filter((v) => !(v in sought))
  for (let i = COMMUNITIES.length; i < seats.length; i++) names.push(named.get(i) ?? rest.shift()!)
  return [seats.map((p) => mesh.delaunay.find(...p)), names]
}

/** Numbers parts from west to east within bands from north to south, every code beginning with its parent's. */
function number(parts: Part[], parentCode: string, digits: number) {
  const ys = parts.map((p) => p.at[1])
  const bands = Math.max(1, Math.round(Math.sqrt(parts.length)))
  const top = Math.max(...ys)
  const height = (top - Math.min(...ys)) / bands || 1
  const band = (p: Part) => Math.min(bands - 1, Math.floor((top - p.at[1]) / height))
  parts.sort((a, b) => band(a) - band(b) || a.at[0] - b.at[0])
  parts.forEach((p, i) => {
    p.code = parentCode + String(i + 1).padStart(digits, '0')
    number(p.children, p.code, digits === 3 && p.code.length === 12 ? 2 : 3)
  })
}

function nameSecond(first: Part[], { mesh, hamlets, lots }: Town) {
  const where = new Map<number, Part>()
  const seconds = first.flatMap((l1) => l1.children)
  for (const l2 of seconds) for (const i of l2.sites) where.set(i, l2)
  const partAt = (p: Point) => where.get(mesh.delaunay.find(...p))
  for (const h of hamlets) {
    const p = partAt(h.at)
    if (p && !p.name) p.name = h.name
  }
  const size = new Map<Part, number>()
  for (const lot of lots) {
    if (!lot.name || (lot.kind !== 'residential' && lot.kind !== 'industrial')) continue
    const p = partAt(lot.corners![0]!)
    if (!p || (p.name && !size.has(p))) continue
    const near = -distance(lot.corners![0]!, p.at)
    if (near <= (size.get(p) ?? -Infinity)) continue
    size.set(p, near)
    p.name = lot.kind === 'residential' ? `${lot.name}片区` : `${lot.name.slice(0, 2)}工业片区`
  }
  const taken = new Map<string, number>()
  for (const l1 of first) {
    l1.children.forEach((l2, i) => {
      l2.name ||= `${l1.name.replace(/[社区村]+$/, '')}第${numeral(i + 1)}片区`
      const seen = taken.get(l2.name) ?? 0
      taken.set(l2.name, seen + 1)
      if (seen) l2.name = `${l1.name.slice(0, 2)}${l2.name}`
      l2.children.forEach((leaf, n) => {
        leaf.name = `${l2.name}第${numeral(n + 1)}网格`
      })
    })
  }
}

/** 1…99 in Chinese: 一, 十, 十二, 二十三. */
function numeral(n: number): string {
  const digits = '零一二三四五六七八九'
  if (n < 10) return digits[n]!
  const tens = Math.floor(n / 10)
  return `${tens > 1 ? digits[tens] : ''}十${n % 10 ? digits[n % 10] : ''}`
}

function centre(mesh: Mesh, sites: number[]): Point {
  let [x, y, total] = [0, 0, 0]
  for (const i of sites) {
    x += mesh.sites[i]![0] * mesh.area[i]!
    y += mesh.sites[i]![1] * mesh.area[i]!
    total += mesh.area[i]!
  }
  return [x / total, y / total]
}
