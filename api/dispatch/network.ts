import Flatbush from 'flatbush'
import { type ArcList, buildGraph, createSearch, type Seed, unreachable } from './graph.ts'

// The roads of a town as a graph in milliseconds (or millimetres): a junction where a turn is forbidden has a node more for whoever
// comes from there, so that every search is right about turns without knowing of them.

/** A piece of road between two junctions. `line`: lng, lat, lng, lat … from source to target, WGS 84. */
export interface Road {
  id: number
  source: number
  target: number
  way: number
  class: string
  /** From source to target only; holds for vehicles. */
  oneway: boolean
  drive: boolean
  walk: boolean
  lengthM: number
  /** km/h, as signed. */
  maxSpeed: number | null
  /** As published, where it does not follow from length and speed. */
  driveSeconds: number | null
  line: ArrayLike<number>
}
/** From one way over a junction into another: not this one, or only this one. */
export interface Turn {
  fromWay: number
  via: number
  toWay: number
  onlyThis: boolean
}
export const modes = ['drive', 'walk'] as const
export type Mode = (typeof modes)[number]

/** Where a place meets the network. */
export interface Snap {
  road: number
  /** Share of the road's length from its source. */
  share: number
  /** Metres between the place and the road. */
  away: number
  lng: number
  lat: number
}

/** km/h where no sign says otherwise, less than what is allowed: junctions and traffic are in it. */
const usualSpeeds: Readonly<Record<string, number>> = {
  motorway: 90,
  trunk: 70,
  primary: 45,
  secondary: 40,
  tertiary: 35,
  unclassified: 30,
  residential: 25,
  living_street: 10,
  service: 15,
  track: 15,
  road: 30,
  busway: 30,
}
const otherSpeed = 20
const walkSpeed = 4.5
/** Of what is signed, so much is driven. */
const signedShare = 0.8

/** Seconds along a road. */
export function secondsOn(road: Road, mode: Mode): number {
  if (mode === 'walk') return road.lengthM / (walkSpeed / 3.6)
  if (road.driveSeconds !== null) return road.driveSeconds
  const kind = road.class.replace(/_link$/, '')
  const speed = road.maxSpeed === null ? (usualSpeeds[kind] ?? otherSpeed) : road.maxSpeed * signedShare
  return road.lengthM / (speed / 3.6)
}

export interface NetworkOptions {
  mode: Mode
  /** Whole numbers of at least 1 for a road from end to end; milliseconds unless given. */
  weigh?: (road: Road) => number
  /** Ids of roads that nobody may use now. */
  closed?: ReadonlySet<number>
}
export type Network = ReturnType<typeof buildNetwork>

/** Metres of a degree of latitude. */
const perDegree = 111_320
/** Farther from every road than this, a place is off the network. */
export const farthestSnap = 500
/** Snapping looks at so many roads first. */
const looked = 8

/** What may be asked of some roads in one mode. Costs are milliseconds, or what `weigh` counts in. */
export function buildNetwork(roads: readonly Road[], turns: readonly Turn[], options: NetworkOptions) {
  const { mode, closed } = options
  const weigh = options.weigh ?? ((road) => Math.max(1, Math.round(secondsOn(road, mode) * 1000)))
  const open = roads.map((road) => road[mode] && !closed?.has(road.id))
  const weights = Uint32Array.from(roads, (road, i) =>
    open[i] ? Math.min(unreachable - 1, Math.max(1, weigh(road))) : 0,
  )
  const nodes = splitNodes(roads, open, mode === 'drive' ? turns : [], mode)
  const list = arcsOf(roads, weights, nodes)
  const graph = buildGraph(nodes.size, list)
  const search = createSearch(graph.size)

  const cos = Math.cos(((roads[0]?.line[1] ?? 0) * Math.PI) / 180)
  const index = indexOf(roads, open, cos)

  /** The nearest road of this mode; null where none is within `farthest` metres. */
  function snap(lng: number, lat: number, farthest = farthestSnap): Snap | null {
    if (!index) return null
    const [x, y] = [lng * cos * perDegree, lat * perDegree]
    let best: Snap | null = null
    for (let ask = looked; ; ask *= 4) {
      const near = index.tree.neighbors(x, y, ask, farthest)
      for (const at of near) {
        const road = index.roads[at] as number
        const found = nearestOn(roads[road]?.line ?? [], { x, y, cos })
        if (!best || found.away < best.away) best = { road, ...found }
      }
      const last = near.at(-1)
      // Boxes come in the order of their distance: none of the others can be nearer than the last one's box.
      if (near.length < ask || last === undefined || (best && best.away <= index.boxAway(last, x, y))) break
    }
    return best && best.away <= farthest ? best : null
  }

  /** Where somebody who must get to `to` may come from: the nodes before its road, which end of it they are, and the rest of the way. */
  function seedsTo({ road, share }: Snap): EndSeed[] {
    const weight = weights[road] as number
    return [
      ...(nodes.tails[road * 2] ?? []).map((node) => ({ node, end: 0, cost: Math.round(weight * share) })),
      ...(nodes.tails[road * 2 + 1] ?? []).map((node) => ({
        node,
        end: 1,
        cost: Math.round(weight * (1 - share)),
      })),
      // On a junction it does not matter from which road one comes.
      ...(share === 0 || share === 1 ? nodes.into(endNode(road, share)) : []).map((node) => ({
        node,
        end: share,
        cost: 0,
      })),
    ]
  }
  /** Where somebody at `from` gets to first. */
  function seedsFrom({ road, share }: Snap): EndSeed[] {
    const weight = weights[road] as number
    const seeds: EndSeed[] = []
    if (nodes.tails[road * 2])
      seeds.push({ node: nodes.heads[road * 2] as number, end: 1, cost: Math.round(weight * (1 - share)) })
    if (nodes.tails[road * 2 + 1])
      seeds.push({ node: nodes.heads[road * 2 + 1] as number, end: 0, cost: Math.round(weight * share) })
    if (share === 0 || share === 1) seeds.push({ node: nodes.at(endNode(road, share)), end: share, cost: 0 })
    return seeds
  }
  const endNode = (road: number, end: number) => (end === 0 ? roads[road]?.source : roads[road]?.target) ?? 0
  /** The cost between two places on one road; Infinity where that is against its direction. */
  function along(from: Snap, to: Snap): number {
    if (from.road !== to.road) return Number.POSITIVE_INFINITY
    const weight = weights[from.road] as number
    const ahead = to.share >= from.share
    if (from.share !== to.share && !nodes.tails[from.road * 2 + (ahead ? 0 : 1)])
      return Number.POSITIVE_INFINITY
    return Math.round(weight * Math.abs(to.share - from.share))
  }

  /** The cost from a place to where `costs` (searched backwards) began; Infinity when there is no way. */
  function costFrom(costs: Uint32Array, from: Snap, to: Snap): number {
    let best = along(from, to)
    for (const { node, cost } of seedsFrom(from)) {
      const far = costs[node] as number
      if (far !== unreachable) best = Math.min(best, far + cost)
    }
    return best
  }
  /** Costs from everywhere to a place, into `into` when given; farther than `most` is left open. */
  const costsTo = (to: Snap, into?: Uint32Array, most?: number): Uint32Array =>
    search(graph.in, seedsTo(to), into, most)
  /** Costs from a place to everywhere. */
  const costsFrom = (from: Snap, into?: Uint32Array, most?: number): Uint32Array =>
    search(graph.out, seedsFrom(from), into, most)

  /** The way from a place to where `costs` began: its cost, and lng, lat of every bend. Null when there is none. */
  function route(
    costs: Uint32Array,
    from: Snap,
    to: Snap,
  ): { cost: number; line: [number, number][] } | null {
    const cost = costFrom(costs, from, to)
    if (!Number.isFinite(cost)) return null
    if (cost === along(from, to)) return { cost, line: part(roads[from.road]?.line ?? [], from, to) }
    const first = seedsFrom(from).find((one) => one.cost + (costs[one.node] as number) === cost)
    if (!first) return null
    const line: [number, number][] = []
    const leave = first.end
    const join = (more: readonly [number, number][]) => {
      for (const place of more) {
        const last = line.at(-1)
        if (!last || last[0] !== place[0] || last[1] !== place[1]) line.push([...place])
      }
    }
    join(part(roads[from.road]?.line ?? [], from, { share: leave, ...endOf(roads[from.road], leave) }))
    const ends = seedsTo(to)
    let node = first.node
    let enters = 0
    for (;;) {
      const left = costs[node] as number
      let next = -1
      for (let i = graph.out.first[node] as number; i < (graph.out.first[node + 1] as number); i++) {
        const w = graph.out.other[i] as number
        if (costs[w] === unreachable || (costs[w] as number) + (graph.out.weight[i] as number) !== left)
          continue
        next = i
        break
      }
      const end = ends.find((seed) => seed.node === node && seed.cost === left)
      if (end || next < 0) {
        enters = end?.end ?? 0
        break
      }
      const directed = list.directed[graph.out.given[next] as number] as number
      const whole = pairs(roads[directed >> 1]?.line ?? [])
      join(directed & 1 ? whole.reverse() : whole)
      node = graph.out.other[next] as number
    }
    join(part(roads[to.road]?.line ?? [], { share: enters, ...endOf(roads[to.road], enters) }, to))
    return { cost, line }
  }
  return { graph, roads, weights, snap, seedsTo, seedsFrom, costsTo, costsFrom, costFrom, route }
}

/** A seed, and the end of its road where it lies. */
interface EndSeed extends Seed {
  end: number
}
interface Nodes {
  /** The node where one sets out from a junction, and those where one arrives. */
  at(junction: number): number
  into(junction: number): number[]

  size: number
  /** By directed road (road × 2, + 1 against its line): the nodes it may be entered from; undefined where it may not be used so. */
  tails: (number[] | undefined)[]
  /** By directed road: the node it ends in. */
  heads: Uint32Array
}

/** Junctions so many roads away from a forbidden turn do not let turn round either. */
const carefulRoads = 4

/** The junctions of the turns, and those some roads around them. */
function around(roads: readonly Road[], open: readonly boolean[], turns: readonly Turn[]): Set<number> {
  const found = new Set(turns.map(({ via }) => via))
  for (let step = 0; step < carefulRoads && found.size > 0; step++) {
    const next: number[] = []
    roads.forEach(({ source, target }, i) => {
      if (open[i] && found.has(source) !== found.has(target)) next.push(source, target)
    })
    for (const node of next) found.add(node)
  }
  return found
}

/** Numbers the junctions; where turns are told apart, one for each road into it. */
function splitNodes(
  roads: readonly Road[],
  open: readonly boolean[],
  turns: readonly Turn[],
  mode: Mode,
): Nodes {
  const numbers = new Map<number, number>()
  const numberOf = (osm: number) => {
    const known = numbers.get(osm)
    if (known !== undefined) return known
    numbers.set(osm, numbers.size)
    return numbers.size - 1
  }
  const directed = roads.length * 2
  const tails: (number[] | undefined)[] = Array.from({ length: directed })
  const heads = new Uint32Array(directed)
  const [arriving, leaving] = [new Map<number, number[]>(), new Map<number, number[]>()]
  const put = (map: Map<number, number[]>, key: number, value: number) => {
    const list = map.get(key)
    if (list) list.push(value)
    else map.set(key, [value])
  }
  const careful = around(roads, open, turns)
  roads.forEach((road, i) => {
    if (!open[i]) return
    const both = mode === 'walk' || !road.oneway
    for (const against of both ? [0, 1] : [0]) {
      const [from, to] = against ? [road.target, road.source] : [road.source, road.target]
      const d = i * 2 + against
      tails[d] = [numberOf(from)]
      heads[d] = numberOf(to)
      if (careful.has(to)) put(arriving, to, d)
      if (careful.has(from)) put(leaving, from, d)
    }
  })
  let size = numbers.size
  const said = Map.groupBy(turns, ({ via, fromWay }) => `${via}/${fromWay}`)
  for (const via of careful) {
    const ways = leaving.get(via) ?? []
    for (const d of arriving.get(via) ?? []) {
      const fromWay = roads[d >> 1]?.way ?? 0
      const rules = said.get(`${via}/${fromWay}`) ?? []
      const only = new Set(rules.filter((turn) => turn.onlyThis).map((turn) => turn.toWay))
      const not = new Set(rules.filter((turn) => !turn.onlyThis).map((turn) => turn.toWay))
      const ahead = ways.filter((next) => next >> 1 !== d >> 1)
      const node = size++
      heads[d] = node
      for (const next of ways) {
        const way = roads[next >> 1]?.way ?? 0
        const back = next >> 1 === d >> 1
        // Round where the road ends, and nowhere else near a forbidden turn: the next junction would make it worthless.
        const allowed = back
          ? ahead.length === 0
          : only.size > 0 && ways.some((one) => only.has(roads[one >> 1]?.way ?? 0))
            ? only.has(way)
            : // `no_u_turn` names one way twice, and means back.
              way === fromWay || !not.has(way)
        if (allowed) tails[next]?.push(node)
      }
    }
  }
  const into = (junction: number) => [
    numberOf(junction),
    ...(arriving.get(junction) ?? []).map((d) => heads[d] as number),
  ]
  return { size, tails, heads, at: numberOf, into }
}

function arcsOf(
  roads: readonly Road[],
  weights: Uint32Array,
  { tails, heads }: Nodes,
): ArcList & { directed: number[] } {
  const list = { from: [] as number[], to: [] as number[], weight: [] as number[], directed: [] as number[] }
  for (let d = 0; d < roads.length * 2; d++)
    for (const tail of tails[d] ?? []) {
      list.from.push(tail)
      list.to.push(heads[d] as number)
      list.weight.push(weights[d >> 1] as number)
      list.directed.push(d)
    }
  return list
}

function indexOf(roads: readonly Road[], open: readonly boolean[], cos: number) {
  const held = roads.flatMap((_, i) => (open[i] ? [i] : []))
  if (held.length === 0) return null
  const tree = new Flatbush(held.length)
  const boxes = new Float64Array(held.length * 4)
  held.forEach((road, at) => {
    const line = roads[road]?.line ?? []
    let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity]
    for (let i = 0; i < line.length; i += 2) {
      const x = (line[i] as number) * cos * perDegree
      const y = (line[i + 1] as number) * perDegree
      west = Math.min(west, x)
      east = Math.max(east, x)
      south = Math.min(south, y)
      north = Math.max(north, y)
    }
    boxes.set([west, south, east, north], at * 4)
    tree.add(west, south, east, north)
  })
  tree.finish()
  const boxAway = (at: number, x: number, y: number) => {
    const [west = 0, south = 0, east = 0, north = 0] = boxes.subarray(at * 4, at * 4 + 4)
    return Math.hypot(Math.max(west - x, 0, x - east), Math.max(south - y, 0, y - north))
  }
  return { tree, roads: held, boxAway }
}

/** The nearest place of a line, in a plane around it. */
function nearestOn(
  line: ArrayLike<number>,
  { x, y, cos }: { x: number; y: number; cos: number },
): Omit<Snap, 'road'> {
  let best = { away: Number.POSITIVE_INFINITY, before: 0, lng: 0, lat: 0 }
  let length = 0
  for (let i = 0; i + 3 < line.length; i += 2) {
    const ax = (line[i] as number) * cos * perDegree
    const ay = (line[i + 1] as number) * perDegree
    const dx = (line[i + 2] as number) * cos * perDegree - ax
    const dy = (line[i + 3] as number) * perDegree - ay
    const long = Math.hypot(dx, dy)
    const t = long === 0 ? 0 : Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (long * long)))
    const away = Math.hypot(ax + t * dx - x, ay + t * dy - y)
    if (away < best.away)
      best = {
        away,
        before: length + t * long,
        lng: (ax + t * dx) / (cos * perDegree),
        lat: (ay + t * dy) / perDegree,
      }
    length += long
  }
  return {
    share: length === 0 ? 0 : Math.min(1, best.before / length),
    away: best.away,
    lng: best.lng,
    lat: best.lat,
  }
}

const pairs = (line: ArrayLike<number>): [number, number][] =>
  Array.from({ length: line.length / 2 }, (_, i) => [line[i * 2] as number, line[i * 2 + 1] as number])
const endOf = (road: Road | undefined, end: number) => {
  const line = road?.line ?? []
  const at = end === 0 ? 0 : line.length - 2
  return { lng: line[at] as number, lat: line[at + 1] as number }
}

interface Along {
  share: number
  lng: number
  lat: number
}
/** The part of a line between two of its places, in the direction asked for. */
function part(line: ArrayLike<number>, from: Along, to: Along): [number, number][] {
  const cos = Math.cos(((line[1] as number) * Math.PI) / 180)
  const [low, high] = from.share <= to.share ? [from, to] : [to, from]
  const lengths = [0]
  for (let i = 2; i < line.length; i += 2)
    lengths.push(
      (lengths.at(-1) ?? 0) +
        Math.hypot(
          ((line[i] as number) - (line[i - 2] as number)) * cos,
          (line[i + 1] as number) - (line[i - 1] as number),
        ),
    )
  const whole = lengths.at(-1) ?? 0
  const between = pairs(line).filter((_, i) => {
    const share = whole === 0 ? 0 : (lengths[i] as number) / whole
    return share > low.share && share < high.share
  })
  const places: [number, number][] = [[low.lng, low.lat], ...between, [high.lng, high.lat]]
  return low === from ? places : places.reverse()
}
