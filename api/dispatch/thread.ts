import { parentPort } from 'node:worker_threads'
import { unreachable } from './graph.ts'
import { buildHierarchy, createSweep } from './hierarchy.ts'
import { buildNetwork, type Mode, type Network, type Road, type Snap, type Turn } from './network.ts'
import type { RoadRow } from './queries.ts'

// The thread that knows the roads: a town's network answers in a millisecond, a city's is built in some seconds, and neither holds up
// anybody else.

export interface Place {
  lng: number
  lat: number
}
export type Question =
  | { ask: 'add'; roads: readonly RoadRow[] }
  | { ask: 'build'; turns: readonly Turn[] }
  | { ask: 'costs'; to: Place; people: readonly (Place & { mode: Mode })[] }
  | { ask: 'route'; from: Place; to: Place; mode: Mode }
/** Seconds by road, beside what keeps somebody from having any. */
export type Cost = number | 'off-network' | 'no-way'
export interface Answers {
  add: null
  build: { roads: number }
  /** Null: the place itself is off the network, by car and on foot. */
  costs: { costs: Cost[] } | null
  route: { seconds: number; meters: number; line: [number, number][] } | 'off-network' | 'no-way'
}

let coming: Road[] = []
let networks: Record<Mode, { network: Network; costsTo: (to: Snap) => Uint32Array }> | null = null

/** Six decimals, latitude first. */
function decode(line: string): Float64Array {
  const numbers: number[] = []
  let [at, lat, lng] = [0, 0, 0]
  const next = () => {
    let [value, shift, byte] = [0, 0, 0x20]
    while (byte >= 0x20) {
      byte = line.charCodeAt(at++) - 63
      value |= (byte & 0x1f) << shift
      shift += 5
    }
    return value & 1 ? ~(value >> 1) : value >> 1
  }
  while (at < line.length) {
    lat += next()
    lng += next()
    numbers.push(lng / 1e6, lat / 1e6)
  }
  return Float64Array.from(numbers)
}

/** Costs by a hierarchy once it is there, and by searching until then. */
function withHierarchy(network: Network) {
  const { graph } = network
  const costs = new Uint32Array(graph.size)
  const hierarchy = buildHierarchy(graph)
  const sweep = createSweep(hierarchy)
  return (to: Snap) => {
    const ranked = sweep(network.seedsTo(to), 'to')
    for (let node = 0; node < graph.size; node++)
      costs[node] = ranked[hierarchy.rank[node] as number] ?? unreachable
    return costs
  }
}

function answer(question: Question): Answers[Question['ask']] {
  if (question.ask === 'add') {
    for (const row of question.roads) coming.push({ ...row, line: decode(row.line) })
    return null
  }
  if (question.ask === 'build') {
    const roads = coming
    coming = []
    const made = (mode: Mode) => {
      const network = buildNetwork(roads, question.turns, { mode })
      const costs = new Uint32Array(network.graph.size)
      return { network, costsTo: (to: Snap) => network.costsTo(to, costs) }
    }
    networks = { drive: made('drive'), walk: made('walk') }
    // After the answer: until then it is searched.
    setImmediate(() => {
      for (const one of Object.values(networks ?? {})) one.costsTo = withHierarchy(one.network)
    })
    return { roads: roads.length }
  }
  if (!networks) throw new Error('there are no roads yet')
  if (question.ask === 'route') {
    const { network, costsTo } = networks[question.mode]
    const [from, to] = [
      network.snap(question.from.lng, question.from.lat),
      network.snap(question.to.lng, question.to.lat),
    ]
    if (!from || !to) return 'off-network'
    const route = network.route(costsTo(to), from, to)
    if (!route) return 'no-way'
    return {
      seconds: Math.round(route.cost / 1000),
      meters: Math.round(lengthOf(route.line)),
      line: route.line,
    }
  }
  const { to, people } = question
  const costs: Cost[] = Array.from({ length: people.length }, () => 'off-network')
  let known = false
  for (const [mode, { network, costsTo }] of Object.entries(networks)) {
    if (!people.some((one) => one.mode === mode)) continue
    const goal = network.snap(to.lng, to.lat)
    if (!goal) continue
    known = true
    const field = costsTo(goal)
    people.forEach((one, i) => {
      if (one.mode !== mode) return
      const from = network.snap(one.lng, one.lat)
      if (!from) return
      const cost = network.costFrom(field, from, goal)
      costs[i] = cost === Number.POSITIVE_INFINITY ? 'no-way' : Math.round(cost / 1000)
    })
  }
  return known || people.length === 0 ? { costs } : null
}

const perDegree = 111_320
function lengthOf(line: readonly [number, number][]): number {
  const cos = Math.cos(((line[0]?.[1] ?? 0) * Math.PI) / 180)
  return line.reduce((sum, [lng, lat], i) => {
    const before = line[i - 1]
    return before ? sum + Math.hypot((lng - before[0]) * cos, lat - before[1]) * perDegree : 0
  }, 0)
}

parentPort?.on('message', ({ id, question }: { id: number; question: Question }) => {
  try {
    parentPort?.postMessage({ id, answer: answer(question) })
  } catch (error) {
    parentPort?.postMessage({ id, failed: (error as Error).message })
  }
})
