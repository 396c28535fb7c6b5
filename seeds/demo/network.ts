import type { RoadClass, Street } from './lattice.ts'
import type { Net } from './noding.ts'
import { nodeStreets } from './noding.ts'
import type { Line, LngLat } from './plane.ts'
import { inside, lengthOf, toLngLat } from './plane.ts'
import type { Random } from './random.ts'

/** A routable road between two junctions; the first and last coordinates are exactly those of its nodes. */
export type Road = {
  id: number
  from: number
  to: number
  class: RoadClass
  name: string
  oneway: boolean
  lengthMeters: number
  line: LngLat[]
}
export type RoadNetwork = { nodes: LngLat[]; roads: Road[] }

/** The roads of the town as a connected network, and the main roads beyond the border, which are only for the eye. */
export function buildNetwork(
  random: Random,
  streets: Street[],
  outline: Line,
): { network: RoadNetwork; plane: Net; beyond: Street[] } {
  let net = nodeStreets(streets, { join: true })
  // again: moving ends on to junctions can make a crossing that was none
  for (let pass = 0; pass < 1; pass++) net = nodeStreets(net.edges, { join: false })
  const within = net.edges.map((e) => e.line.every((p) => inside(p, outline)))
  const beyond = net.edges.filter((e, i) => !within[i] && ['trunk', 'primary', 'secondary'].includes(e.class))
  const plane = keepCentre(pruneStubs({ nodes: net.nodes, edges: net.edges.filter((_, i) => within[i]) }))
  const roads = plane.edges.map(
    (edge, id): Road => ({
      id,
      from: edge.from,
      to: edge.to,
      class: edge.class,
      name: edge.name,
      oneway: false,
      lengthMeters: Math.round(lengthOf(edge.line) * 10) / 10,
      line: edge.line.map(toLngLat),
    }),
  )
  const network = { nodes: plane.nodes.map(toLngLat), roads }
  chooseOneways(random, network)
  return { network, plane, beyond }
}

// a street's end a few steps past a junction is an accident of drawing
function pruneStubs(net: Net): Net {
  const degree = new Int32Array(net.nodes.length)
  for (const e of net.edges) {
    degree[e.from]!++
    degree[e.to]!++
  }
  const edges = net.edges.filter((e) => (degree[e.from]! > 1 && degree[e.to]! > 1) || lengthOf(e.line) > 28)
  return edges.length === net.edges.length ? net : pruneStubs({ nodes: net.nodes, edges })
}

function keepCentre(net: Net): Net {
  const around: number[][] = net.nodes.map(() => [])
  net.edges.forEach((e, i) => {
    around[e.from]!.push(i)
    around[e.to]!.push(i)
  })
  let centre = 0
  net.nodes.forEach((p, i) => {
    if (around[i]!.length > 2 && Math.hypot(...p) < Math.hypot(...net.nodes[centre]!)) centre = i
  })
  const renamed = new Map([[centre, 0]])
  for (const node of renamed.keys()) {
    for (const i of around[node]!) {
      for (const next of [net.edges[i]!.from, net.edges[i]!.to])
        if (!renamed.has(next)) renamed.set(next, renamed.size)
    }
  }
  return {
    nodes: [...renamed.keys()].map((n) => net.nodes[n]!),
    edges: net.edges
      .filter((e) => renamed.has(e.from))
      .map((e) => ({ ...e, from: renamed.get(e.from)!, to: renamed.get(e.to)! })),
  }
}

// A few narrow named streets of the centre become one-way, each only if every node still reaches and is reached.
function chooseOneways(random: Random, { nodes, roads }: RoadNetwork) {
  const central = roads.filter((r) => r.name && r.class === 'residential' && r.id < roads.length)
  const names = random.shuffle([...new Set(central.map((r) => r.name))]).slice(0, 14)
  for (const name of names) {
    const street = central.filter((r) => r.name === name)
    for (const r of street) r.oneway = true
    if (
      countReached(nodes.length, roads, false) < nodes.length ||
      countReached(nodes.length, roads, true) < nodes.length
    ) {
      for (const r of street) r.oneway = false
    }
  }
}

/** How many nodes can be reached from node 0 along (or, reversed, against) the permitted directions. */
export function countReached(nodeCount: number, roads: Road[], reversed: boolean): number {
  const next: number[][] = Array.from({ length: nodeCount }, () => [])
  for (const r of roads) {
    const [from, to] = reversed ? [r.to, r.from] : [r.from, r.to]
    next[from]!.push(to)
    if (!r.oneway) next[to]!.push(from)
  }
  const reached = new Uint8Array(nodeCount)
  reached[0] = 1
  const queue = [0]
  for (const node of queue)
    for (const n of next[node]!)
      if (!reached[n]) {
        reached[n] = 1
        queue.push(n)
      }
  return queue.length
}
