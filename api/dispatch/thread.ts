import { parentPort, Worker } from 'node:worker_threads'
import { unreachable } from './graph.ts'
import { createSweep, type Hierarchy } from './hierarchy.ts'
import {
  buildNetwork,
  type Mode,
  modes,
  type Network,
  type Road,
  type Snap,
  secondsOn,
  type Turn,
} from './network.ts'
import { decodeLine, lengthOf } from './polyline.ts'
import type { RoadRow } from './queries.ts'

// The thread that knows the roads: a town's network answers in a millisecond, a city's is built in some seconds, and neither holds up
// anybody else.

export interface Place {
  lng: number
  lat: number
}
export type Question =
  | { ask: 'add'; roads: readonly RoadRow[]; anew: boolean }
  | { ask: 'build'; turns: readonly Turn[] }
  | { ask: 'costs'; to: Place; people: readonly (Place & { mode: Mode })[] }
  | { ask: 'route'; from: Place; to: Place; mode: Mode }
/** Seconds by road, beside what keeps somebody from having any. */
export type Cost = number | 'off-network' | 'no-way'
export interface Answers {
  add: null
  build: { roads: number; fastest: number }
  /** Null: the place itself is off the network, by car and on foot. */
  costs: { costs: Cost[] } | null
  route: { seconds: number; meters: number; line: [number, number][] } | 'off-network' | 'no-way'
}

let coming: Road[] = []
let networks: Record<Mode, { network: Network; costsTo: (to: Snap) => Uint32Array }> | null = null

/** Costs by a hierarchy, in the numbers of the network's own nodes. */
function sweeping({ graph, seedsTo }: Network, hierarchy: Hierarchy) {
  const costs = new Uint32Array(graph.size)
  const sweep = createSweep(hierarchy)
  return (to: Snap) => {
    const ranked = sweep(seedsTo(to), 'to')
    for (let node = 0; node < graph.size; node++)
      costs[node] = ranked[hierarchy.rank[node] as number] ?? unreachable
    return costs
  }
}

/** A perfect chessboard has no more and less important roads, and no hierarchy worth waiting for. */
const patienceMs = 120_000

/** m/s: a connector without a length of time is no motorway. */
const mostSpeed = 50

let building: Worker | undefined

/** Builds one hierarchy after the other in a thread of its own; until then the roads are searched. */
async function quicken(built: NonNullable<typeof networks>): Promise<void> {
  void building?.terminate()
  let all = true
  for (const mode of modes) {
    const { network } = built[mode]
    if (network.graph.size === 0) continue
    const worker = new Worker(new URL('./hierarchy-thread.ts', import.meta.url), {
      workerData: network.graph,
    })
    worker.unref()
    building = worker
    const hierarchy = await new Promise<Hierarchy | null>((resolve, reject) => {
      worker.once('message', resolve)
      worker.once('error', reject)
      worker.once('exit', () => resolve(null))
      setTimeout(() => resolve(null), patienceMs).unref()
    })
    void worker.terminate()
    if (networks !== built) return
    if (hierarchy) built[mode].costsTo = sweeping(network, hierarchy)
    else all = false
  }
  if (all && networks === built) parentPort?.postMessage({ quick: true })
}

function answer(question: Question): Answers[Question['ask']] {
  if (question.ask === 'add') {
    // What an earlier reading left behind, which has failed on its way.
    if (question.anew) coming = []
    for (const row of question.roads) coming.push({ ...row, line: decodeLine(row.line) })
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
    // Without it every answer is right as well, only later.
    quicken(networks).catch((error: Error) => console.error(`roads: ${error.message}`))
    const speeds = roads.map((road) =>
      road.drive ? Math.min(mostSpeed, road.lengthM / Math.max(0.001, secondsOn(road, 'drive'))) : 0,
    )
    return { roads: roads.length, fastest: speeds.reduce((most, speed) => Math.max(most, speed), 0) }
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
    if (!goal) {
      people.forEach((one, i) => {
        if (one.mode === mode) costs[i] = 'no-way'
      })
      continue
    }
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

parentPort?.on('message', ({ id, question }: { id: number; question: Question }) => {
  try {
    parentPort?.postMessage({ id, answer: answer(question) })
  } catch (error) {
    parentPort?.postMessage({ id, failed: (error as Error).message })
  }
})
