import {
  buildGraph,
  type CostAt,
  createLazySearch,
  createSearch,
  type Seed,
  stepDown,
  unreachable,
} from './graph.ts'
import { createSweep, type Hierarchy } from './hierarchy.ts'
import { findIslands } from './islands.ts'
import { arcsOf, splitNodes } from './junctions.ts'
import { endOf, indexRoads, pairs, part, type Snap } from './snapping.ts'

// The roads of a town as a graph in milliseconds (or millimetres), and what may be asked of it.

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
/** `to`: from everywhere to a place; `from`: from it to everywhere. */
export type Direction = 'to' | 'from'

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
  /** Of the same roads and mode, made before. */
  index?: ReturnType<typeof indexRoads>
}
export type Network = ReturnType<typeof buildNetwork>

/** Farther from every road than this, a place is off the network. */
export const farthestSnap = 500
/** A road that is cut off is passed over for one that is not, if that lies no farther away. */
const islandReach = 150

/** So many nodes are looked at one by one before the whole town is swept, which takes as long as four times as many. */
const nearNodes = 4000

/** What may be asked of some roads in one mode. Costs are milliseconds, or what `weigh` counts in. */
export function buildNetwork(roads: readonly Road[], turns: readonly Turn[], options: NetworkOptions) {
  const { mode, closed } = options
  const weigh = options.weigh ?? ((road) => Math.max(1, Math.round(secondsOn(road, mode) * 1000)))
  const open = roads.map((road) => road[mode] && !closed?.has(road.id))
  const weights = Uint32Array.from(roads, (road, i) =>
    open[i] ? Math.min(unreachable - 1, Math.max(1, weigh(road))) : 0,
  )
  const nodes = splitNodes(roads, open, mode === 'drive' ? turns : [], mode)
  const { tails, heads } = nodes
  const list = arcsOf(roads, weights, nodes)
  const graph = buildGraph(nodes.size, list)
  const search = createSearch(graph.size)
  const nearBy = createLazySearch(graph.size)
  const index = options.index ?? indexRoads(roads, mode)
  const isCutOff = findIslands(graph)
  const isIsland = Uint8Array.from(roads, (_, i) =>
    [i * 2, i * 2 + 1].some((d) => tails[d] && !isCutOff(heads[d] as number)) ? 0 : 1,
  )

  /** The nearest road of this mode; null where none is within `farthest` metres. */
  function snap(lng: number, lat: number, farthest = farthestSnap): Snap | null {
    const found = index({ lng, lat }, farthest, (road) => open[road] === true)
    if (!found || !isIsland[found.road]) return found
    const reach = Math.min(farthest, islandReach)
    return index({ lng, lat }, reach, (road) => open[road] === true && !isIsland[road]) ?? found
  }

  /** Where somebody who must get to `to` may come from: the nodes before its road, which end of it they are, and the rest of the way. */
  function seedsTo({ road, share }: Snap): EndSeed[] {
    const weight = weights[road] as number
    return [
      ...(tails[road * 2] ?? []).map((node) => ({ node, end: 0, cost: Math.round(weight * share) })),
      ...(tails[road * 2 + 1] ?? []).map((node) => ({
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
    if (tails[road * 2])
      seeds.push({ node: heads[road * 2] as number, end: 1, cost: Math.round(weight * (1 - share)) })
    if (tails[road * 2 + 1])
      seeds.push({ node: heads[road * 2 + 1] as number, end: 0, cost: Math.round(weight * share) })
    if (share === 0 || share === 1) seeds.push({ node: nodes.at(endNode(road, share)), end: share, cost: 0 })
    return seeds
  }
  const endNode = (road: number, end: number) => (end === 0 ? roads[road]?.source : roads[road]?.target) ?? 0
  /** The cost between two places on one road; Infinity where that is against its direction. */
  function along(from: Pick<Snap, 'road' | 'share'>, to: Pick<Snap, 'road' | 'share'>): number {
    if (from.road !== to.road) return Number.POSITIVE_INFINITY
    const weight = weights[from.road] as number
    const ahead = to.share >= from.share
    if (from.share !== to.share && !tails[from.road * 2 + (ahead ? 0 : 1)]) return Number.POSITIVE_INFINITY
    return Math.round(weight * Math.abs(to.share - from.share))
  }

  /** The cost from a place to where `costAt` (searched backwards) began; Infinity when there is no way. */
  function costFrom(costAt: CostAt, from: Snap, to: Snap): number {
    const { road, share } = from
    const weight = weights[road] as number
    const by = (node: number, cost: number) => {
      const far = costAt(node)
      return far === unreachable ? Number.POSITIVE_INFINITY : far + cost
    }
    // The seeds of `seedsFrom`, without a list of them for each of a thousand people.
    let best = along(from, to)
    if (tails[road * 2])
      best = Math.min(best, by(heads[road * 2] as number, Math.round(weight * (1 - share))))
    if (tails[road * 2 + 1])
      best = Math.min(best, by(heads[road * 2 + 1] as number, Math.round(weight * share)))
    if (share === 0 || share === 1) best = Math.min(best, by(nodes.at(endNode(road, share)), 0))
    return best
  }
  /** Costs between a place and everywhere, but for what costs more than `most`; valid until the next call. */
  function costsAround(place: Snap, direction: Direction, most?: number): CostAt {
    const costs =
      direction === 'to' ? search(graph.in, seedsTo(place), most) : search(graph.out, seedsFrom(place), most)
    return (node) => costs[node] as number
  }
  /** Costs from everywhere to a place, looked for no farther than is asked; valid until the next call. */
  const costsTo = (to: Snap): CostAt => {
    const near = nearBy(graph.in, seedsTo(to))
    return (node) => near(node) ?? unreachable
  }
  /** The nodes that `costFrom` asks about for somebody there. */
  const nextTo = (from: Snap) => seedsFrom(from).map(({ node }) => node)
  /** The same as `costsTo`; what is not near is told by a hierarchy of `graph`, and everything if all are given that it will be asked about. */
  function sweeping(hierarchy: Hierarchy): (to: Snap, all?: readonly Snap[]) => CostAt {
    const sweep = createSweep(hierarchy)
    let begun: { to: Snap; costAt: CostAt } | undefined
    return (to, all) => {
      if (all) {
        begun = undefined
        return sweep(seedsTo(to), 'to', all.flatMap(nextTo))
      }
      // A recommendation that needs more people asks for the same place again.
      if (begun?.to.road === to.road && begun.to.share === to.share) return begun.costAt
      const near = nearBy(graph.in, seedsTo(to), nearNodes)
      let swept: CostAt | undefined
      const costAt: CostAt = (node) => {
        const known = swept ? undefined : near(node)
        if (known !== undefined) return known
        swept ??= sweep(seedsTo(to), 'to')
        return swept(node)
      }
      begun = { to, costAt }
      return costAt
    }
  }

  /**
   * What a road costs from its two ends on, for whoever stands on it: the cost at a share of it is the less of `first` + its weight ×
   * share and `last` + its weight × (1 - share); Infinity where it may not be used so.
   */
  function endCosts(costAt: CostAt, road: number, direction: Direction): { first: number; last: number } {
    const [ahead, back] = [tails[road * 2], tails[road * 2 + 1]]
    const told = (cost: number) => (cost === unreachable ? Number.POSITIVE_INFINITY : cost)
    const least = (of: readonly number[]) =>
      told(of.reduce((cost, node) => Math.min(cost, costAt(node)), unreachable))
    const head = (d: number) => told(costAt(heads[d] as number))
    const never = Number.POSITIVE_INFINITY
    return direction === 'from'
      ? { first: ahead ? least(ahead) : never, last: back ? least(back) : never }
      : { first: back ? head(road * 2 + 1) : never, last: ahead ? head(road * 2) : never }
  }

  /** The way from a place to where the costs began: its cost, and lng, lat of every bend. Null when there is none. */
  function route(costAt: CostAt, from: Snap, to: Snap): { cost: number; line: [number, number][] } | null {
    const cost = costFrom(costAt, from, to)
    if (!Number.isFinite(cost)) return null
    if (cost === along(from, to)) return { cost, line: part(roads[from.road]?.line ?? [], from, to) }
    const first = seedsFrom(from).find((one) => one.cost + costAt(one.node) === cost)
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
      const left = costAt(node)
      const next = stepDown(graph, costAt, node)
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
  return {
    graph,
    index,
    open,
    weights,
    snap,
    along,
    costsAround,
    costsTo,
    sweeping,
    costFrom,
    endCosts,
    route,
  }
}

/** A seed, and the end of its road where it lies. */
interface EndSeed extends Seed {
  end: number
}
