import { Delaunay } from 'd3-delaunay'
import type { Building } from './buildings.ts'
import type { GridIndex } from './grid-index.ts'
import type { Hamlet } from './hamlets.ts'
import type { Lot } from './landuse.ts'
import type { RoadClass } from './lattice.ts'
import type { Net } from './noding.ts'
import type { Poi } from './places.ts'
import type { Line, Point } from './plane.ts'
import { along, distance, inside, middle, toLngLat } from './plane.ts'
import type { Random } from './random.ts'
import type { Waters } from './waters.ts'

const spotKinds = [
  'street',
  'junction',
  'lane',
  'market',
  'works',
  'estate',
  'school',
  'hamlet',
  'bank',
  'field',
] as const
export type SpotKind = (typeof spotKinds)[number]
/** A place where something can happen, with its address; `bustle` is the households around it. */
export type Spot = { kind: SpotKind; at: Point; address: string; bustle: number; roadClass?: RoadClass }
export type Spots = {
  all: Spot[]
  byKind: Record<SpotKind, Spot[]>
  nearest(kind: SpotKind, at: Point): Spot
}

type Land = {
  net: Net
  waters: Waters
  lots: Lot[]
  hamlets: Hamlet[]
  pois: Poi[]
  buildings: Building[]
  outline: Line
  index: GridIndex
}

/** Collects the places of the town and writes down their addresses. */
export function listSpots(random: Random, land: Land): Spots {
  const bustle = bustleAround(land.buildings)
  const all: Spot[] = []
  const add = (kind: SpotKind, at: Point, address: string, roadClass?: RoadClass) =>
    all.push({ kind, at, address, bustle: bustle(at), roadClass })
  const village = (at: Point) => villageAt(land.index, at)
  addStreets(land, add, village)
  for (const c of land.waters.courses) {
    if (!c.name) continue
    for (const { at } of along(c.line, 110))
      if (inside(at, land.outline)) add('bank', at, `${c.name}${village(at)}段`)
  }
  for (const p of land.pois) {
    if (p.kind === 'works' || p.kind === 'market' || p.kind === 'school') add(p.kind, p.at, p.name)
    if (p.kind === 'estate')
      for (let n = 0; n < 3; n++) {
        const at: Point = [p.at[0] + random.normal(0, 35), p.at[1] + random.normal(0, 35)]
        add('estate', at, `${p.name}${random.int(1, 28)}幢`)
      }
  }
  for (const h of land.hamlets) {
    for (const { at, dir } of along(h.axis, 45, 12)) {
      const back = random.between(4, h.rows * 24)
      add(
        'hamlet',
        [at[0] - dir[1] * back, at[1] + dir[0] * back],
        `${village(at)}${h.name}${random.int(1, 96)}号`,
      )
    }
  }
  const hamletAt = Delaunay.from(land.hamlets.map((h) => h.at))
  for (const lot of land.lots) {
    if (lot.kind !== 'farmland' && lot.kind !== 'orchard' && lot.kind !== 'wood') continue
    const at = middle(lot.ring)
    const near = land.hamlets[hamletAt.find(...at)]!
    add(
      'field',
      at,
      `${village(at)}${near.name}${sideOf(near.at, at)}侧${lot.kind === 'farmland' ? '农田' : lot.kind === 'orchard' ? '果园' : '林地'}`,
    )
  }
  const byKind = Object.fromEntries(spotKinds.map((k) => [k, all.filter((s) => s.kind === k)])) as Record<
    SpotKind,
    Spot[]
  >
  const finders = new Map<SpotKind, Delaunay<Point>>()
  const nearest = (kind: SpotKind, at: Point) => {
    const finder = finders.get(kind) ?? Delaunay.from(byKind[kind].map((s) => s.at))
    finders.set(kind, finder)
    return byKind[kind][finder.find(...at)]!
  }
  return { all, byKind, nearest }
}

type Add = (kind: SpotKind, at: Point, address: string, roadClass?: RoadClass) => void

function addStreets({ net }: Land, add: Add, village: (at: Point) => string) {
  const names: Set<string>[] = net.nodes.map(() => new Set())
  const degree = new Int32Array(net.nodes.length)
  for (const e of net.edges) {
    for (const n of [e.from, e.to]) {
      degree[n]!++
      if (e.name) names[n]!.add(e.name)
    }
  }
  const best = new Map<number, RoadClass>()
  for (const e of net.edges) for (const n of [e.from, e.to]) if (!best.has(n)) best.set(n, e.class)
  net.nodes.forEach((at, n) => {
    const [a, b] = [...names[n]!]
    if (degree[n]! > 2 && a && b) add('junction', at, `${a}与${b}交叉口`, best.get(n))
  })
  for (const e of net.edges) {
    const main = e.class !== 'service' && e.class !== 'residential'
    for (const { at, s } of along(e.line, 65, 32)) {
      // a house number grows along the street: about one to every nine metres
      const number = 1 + (Math.floor((Math.abs(e.line[0]![0] + e.line[0]![1]) + s) / 9) % 680)
      if (e.name)
        add(main || distance(at, [0, 0]) < 1500 ? 'street' : 'lane', at, `${e.name}${number}号附近`, e.class)
      else add('lane', at, `${village(at)}${e.class === 'service' ? '机耕路' : '村道'}`, e.class)
    }
  }
}

function villageAt(index: GridIndex, at: Point): string {
  const leaf = index.leafAt(toLngLat(at))
  return leaf ? index.named(leaf.code.slice(0, 12))!.name : ''
}

/** 东, 西, 南 or 北: where `to` lies as seen from `from`. */
export function sideOf(from: Point, to: Point): string {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]]
  return Math.abs(dx) > Math.abs(dy) ? (dx > 0 ? '东' : '西') : dy > 0 ? '北' : '南'
}

// households within about 300 m, from counts in squares of 200 m
function bustleAround(buildings: Building[]): (at: Point) => number {
  const counts = new Map<number, number>()
  const key = (i: number, j: number) => (i + 500) * 1000 + j + 500
  for (const b of buildings) {
    const k = key(Math.floor(b.at[0] / 200), Math.floor(b.at[1] / 200))
    counts.set(k, (counts.get(k) ?? 0) + b.households)
  }
  return ([x, y]) => {
    let sum = 0
    for (let di = -1; di <= 1; di++)
      for (let dj = -1; dj <= 1; dj++)
        sum += counts.get(key(Math.floor(x / 200) + di, Math.floor(y / 200) + dj)) ?? 0
    return sum
  }
}
