import { parentPort, Worker } from 'node:worker_threads'
import type { CostAt } from './graph.ts'
import type { Hierarchy } from './hierarchy.ts'
import { fieldAround } from './isochrones-field.ts'
import { outlineOf } from './isochrones-outline.ts'
import {
  buildNetwork,
  type Direction,
  type Mode,
  modes,
  type Network,
  type Road,
  secondsOn,
  type Turn,
} from './network.ts'
import { noWay, offNetwork, type Packed } from './packing.ts'
import { decodeLine, lengthOf } from './polyline.ts'
import type { RoadRow } from './road-queries.ts'
import type { Snap } from './snapping.ts'

// The thread that knows the roads: a town's network answers in a millisecond, a city's is built in some seconds, and neither holds up
// anybody else.

export interface Place {
  lng: number
  lat: number
}
/** Seconds by road, beside what keeps somebody from having any. */
export type Cost = number | 'off-network' | 'no-way'
/** Ids of the roads that are closed now, by who may not use them. */
export type Closed = Record<Mode, readonly number[]>
export type Question =
  | { ask: 'add'; roads: readonly RoadRow[]; anew: boolean }
  | { ask: 'build'; turns: readonly Turn[]; closed: Closed }
  | { ask: 'close'; closed: Closed }
  | { ask: 'rows'; to: readonly Place[]; people: Packed }
  | { ask: 'route'; from: Place; to: Place; mode: Mode }
  | { ask: 'reach'; place: Place; mode: Mode; direction: Direction; seconds: readonly number[] }
export interface Answers {
  add: null
  build: { roads: number; fastest: number }
  close: null
  /** By place, seconds of each of the people; null: the place itself is off the network, by car and on foot. */
  rows: (Int32Array | null)[]
  route: { seconds: number; meters: number; line: [number, number][] } | 'off-network' | 'no-way'
  /** What can be reached: where the place meets the roads, and the coordinates of a MultiPolygon for each time. */
  reach: { at: Snap; areas: [number, number][][][][] } | 'off-network'
}

interface Held {
  network: Network
  closed: string
  costsTo: (to: Snap, all?: readonly Snap[]) => CostAt
  quick: boolean
}
let coming: Road[] = []
let roads: Road[] = []
let turns: readonly Turn[] = []
let networks: Record<Mode, Held> | null = null

/** A perfect chessboard has no more and less important roads, and no hierarchy worth waiting for. */
const patienceMs = 120_000

/** m/s: a connector without a length of time is no motorway. */
const mostSpeed = 50

let building: Worker | undefined

/** Builds one hierarchy after the other in a thread of its own; until then the roads are searched. */
async function quicken(built: NonNullable<typeof networks>): Promise<void> {
  void building?.terminate()
  for (const mode of modes) {
    const held = built[mode]
    if (held.quick || held.network.graph.size === 0) continue
    const worker = new Worker(new URL('./hierarchy-thread.ts', import.meta.url), {
      workerData: held.network.graph,
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
    if (!hierarchy) continue
    held.costsTo = held.network.sweeping(hierarchy)
    held.quick = true
  }
  const quick = modes.every((mode) => built[mode].quick || built[mode].network.graph.size === 0)
  if (quick && networks === built) parentPort?.postMessage({ quick: true })
}

/** Puts up the networks without the closed roads; one whose roads are open as before stays as it is. */
function open(closed: Closed, before: typeof networks) {
  const made = (mode: Mode): Held => {
    const key = closed[mode].toSorted((a, b) => a - b).join()
    if (before?.[mode].closed === key) return before[mode]
    const index = before?.[mode].network.index
    const network = buildNetwork(roads, turns, {
      mode,
      closed: new Set(closed[mode]),
      ...(index && { index }),
    })
    return { network, closed: key, costsTo: network.costsTo, quick: false }
  }
  networks = { drive: made('drive'), walk: made('walk') }
}

/** Seconds of some people to some places, place by place: one search each, however many people there are. */
function rowsOf(to: readonly Place[], { places, modes: by }: Packed, all: NonNullable<typeof networks>) {
  const from = Array.from(by, (mode, i) =>
    all[modes[mode] ?? 'walk'].network.snap(places[2 * i] as number, places[2 * i + 1] as number),
  )
  const asked = modes.filter((_, mode) => by.includes(mode))
  return to.map(({ lng, lat }) => {
    const row = Int32Array.from(from, (snap) => (snap ? noWay : offNetwork))
    let known = by.length === 0
    for (const mode of asked) {
      const { network, costsTo } = all[mode]
      const goal = network.snap(lng, lat)
      if (!goal) continue
      known = true
      const number = modes.indexOf(mode)
      // Of several places each has its own people near; of one, whoever is near is told without the rest.
      const everybody =
        to.length > 1 ? from.filter((snap, i): snap is Snap => snap !== null && by[i] === number) : undefined
      const costAt = costsTo(goal, everybody)
      from.forEach((snap, i) => {
        if (by[i] !== number || !snap) return
        const cost = network.costFrom(costAt, snap, goal)
        if (cost !== Number.POSITIVE_INFINITY) row[i] = Math.round(cost / 1000)
      })
    }
    return known ? row : null
  })
}

function answer(question: Question): Answers[Question['ask']] {
  if (question.ask === 'add') {
    // What an earlier reading left behind, which has failed on its way.
    if (question.anew) coming = []
    for (const row of question.roads) coming.push({ ...row, line: decodeLine(row.line) })
    return null
  }
  if (question.ask === 'build') {
    roads = coming
    coming = []
    turns = question.turns
    open(question.closed, null)
    const speeds = roads.map((road) =>
      road.drive ? Math.min(mostSpeed, road.lengthM / Math.max(0.001, secondsOn(road, 'drive'))) : 0,
    )
    return { roads: roads.length, fastest: speeds.reduce((most, speed) => Math.max(most, speed), 0) }
  }
  if (!networks) throw new Error('there are no roads yet')
  if (question.ask === 'close') {
    open(question.closed, networks)
    return null
  }
  if (question.ask === 'rows') return rowsOf(question.to, question.people, networks)
  const { network, costsTo } = networks[question.mode]
  if (question.ask === 'reach') {
    const { place, direction, seconds } = question
    const at = network.snap(place.lng, place.lat)
    if (!at) return 'off-network'
    const field = fieldAround(network, roads, { place: at, direction, most: Math.max(...seconds) })
    return { at, areas: seconds.map((one) => outlineOf(field, one)) }
  }
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

parentPort?.on('message', ({ id, question }: { id: number; question: Question }) => {
  try {
    parentPort?.postMessage({ id, answer: answer(question) })
    // After the answer, so that it is known of which roads it is said. Without it every answer is right as well, only later.
    if (networks && (question.ask === 'build' || question.ask === 'close'))
      quicken(networks).catch((error: Error) => console.error(`roads: ${error.message}`))
  } catch (error) {
    parentPort?.postMessage({ id, failed: (error as Error).message })
  }
})
