import { Worker } from 'node:worker_threads'
import type { Db } from '../db/connect.ts'
import { modes } from './network.ts'
import { pack, type Traveller, unpack } from './packing.ts'
import { findRoadsStamp, listClosedRoads, listRoads, listTurns, meetRoads } from './road-queries.ts'
import type { Answers, Closed, Cost, Place, Question } from './thread.ts'

export interface RoadsState {
  state: 'none' | 'loading' | 'ready'
  roads: number
  seconds: number
  quick: boolean
  fastest: number
}

/** Seconds of some people to a place, or to each of several; a row is null where the place is off the network, by car and on foot. */
interface Asked {
  costs: { ask: 'costs'; to: Place; people: readonly Traveller[] }
  matrix: { ask: 'matrix'; to: readonly Place[]; people: readonly Traveller[] }
}
interface Told extends Answers {
  costs: { costs: Cost[] } | null
  matrix: (Cost[] | null)[]
}

/** The roads of the town, in a thread of their own. */
export interface Roads {
  /** What is known now, whether its hierarchy is built, and the speed on its fastest road (m/s). */
  state(): RoadsState
  /** Reads them again if they have changed since, and what is closed. */
  refresh(): Promise<void>
  /** Reads what is closed: whoever asks after that is told of ways that are open. */
  readClosed(): Promise<void>
  /** Rejects when there are no roads. */
  ask<Q extends Question | Asked[keyof Asked]>(question: Q): Promise<Told[Q['ask']]>
  close(): void
}

const page = 5000
/** m/s: no way is made faster by the crow where no road is known. */
const usualFastest = 25

/** Begins to read the roads; nothing waits for it. */
export function openRoads(db: Db, now: () => Date): Roads {
  let worker: Worker | undefined
  let nextId = 1
  let stamp: string | undefined
  let state: RoadsState = { state: 'none', roads: 0, seconds: 0, quick: false, fastest: usualFastest }
  let reading: Promise<void> | undefined
  let closures: Awaited<ReturnType<typeof listClosedRoads>> = []
  /** Which of them the thread knows. */
  let told = ''
  let [asked, answered] = [0, 0]
  let ended = false
  const waiting = new Map<number, { resolve: (answer: never) => void; reject: (error: Error) => void }>()
  const lose = (why: string) => {
    worker = undefined
    stamp = undefined
    state = { ...state, state: 'none' }
    for (const one of waiting.values()) one.reject(new Error(`The roads cannot be asked: ${why}.`))
    waiting.clear()
  }
  function thread(): Worker {
    if (worker) return worker
    const made = new Worker(new URL('./thread.ts', import.meta.url))
    made.on('message', (said: { quick: true } | { id: number; answer: never; failed?: string }) => {
      if ('quick' in said) {
        state = { ...state, quick: true }
        return
      }
      const one = waiting.get(said.id)
      waiting.delete(said.id)
      if (said.failed === undefined) one?.resolve(said.answer)
      else one?.reject(new Error(said.failed))
    })
    made.on('error', (error) => made === worker && lose(String(error)))
    made.on('exit', () => made === worker && lose('their thread has ended'))
    made.unref()
    worker = made
    return made
  }
  const put = <Q extends Question>(question: Q) =>
    new Promise<Answers[Q['ask']]>((resolve, reject) => {
      const id = nextId++
      waiting.set(id, { resolve: resolve as (answer: never) => void, reject })
      thread().postMessage({ id, question })
    })

  const closedNow = () => {
    const at = now()
    return closures.filter(({ fromAt, untilAt }) => fromAt <= at && (!untilAt || untilAt > at))
  }
  const keyOf = (held: typeof closures) => held.map(({ id, roads }) => `${id}:${roads.length}`).join()
  const idsOf = (held: typeof closures): Closed => {
    const [drive, walk] = modes.map((mode) => [
      ...new Set(held.flatMap((one) => (one.for === 'all' || mode === 'drive' ? one.roads : []))),
    ]) as [number[], number[]]
    return { drive, walk }
  }
  /** Before each question, since what runs out or begins does so by the clock alone. */
  function followClosures() {
    const held = closedNow()
    if (state.state !== 'ready' || keyOf(held) === told) return
    told = keyOf(held)
    put({ ask: 'close', closed: idsOf(held) }).then(
      () => {
        state = { ...state, quick: false }
      },
      (error: Error) => console.error(`roads: ${error.message}`),
    )
  }
  async function readClosed() {
    const turn = ++asked
    const found = await listClosedRoads(db, now())
    // Who asked later has seen more.
    if (turn < answered) return
    answered = turn
    closures = found
    followClosures()
  }

  async function read(wanted: string): Promise<void> {
    const began = performance.now()
    if (state.state === 'none') state = { ...state, state: 'loading' }
    let after = 0
    for (;;) {
      const roads = await listRoads(db, after, page)
      if (ended) return
      await put({ ask: 'add', roads, anew: after === 0 })
      if (roads.length < page) break
      after = roads.at(-1)?.id ?? after
    }
    const turns = await listTurns(db)
    await readClosed()
    if (ended) return
    const held = closedNow()
    told = keyOf(held)
    const { roads, fastest } = await put({ ask: 'build', turns, closed: idsOf(held) })
    state = {
      ...state,
      fastest: fastest || usualFastest,
      state: roads > 0 ? 'ready' : 'none',
      quick: false,
      roads,
      seconds: Math.round(performance.now() - began) / 1000,
    }
    stamp = wanted
  }
  async function ask(question: Question | Asked[keyof Asked]): Promise<Told[keyof Told]> {
    followClosures()
    if (question.ask !== 'costs' && question.ask !== 'matrix') return await put(question)
    const to = question.ask === 'costs' ? [question.to] : question.to
    const rows = await put({ ask: 'rows', to, people: pack(question.people) })
    const costs = rows.map((row) => row && unpack(row))
    if (question.ask === 'matrix') return costs
    return costs[0] ? { costs: costs[0] } : null
  }
  const refresh = async () => {
    // Again, where they have changed while they were read.
    while (!ended) {
      const wanted = await findRoadsStamp(db)
      await meetRoads(db, now(), wanted)
      if (wanted === stamp) return await readClosed()
      reading ??= read(wanted).finally(() => {
        reading = undefined
      })
      await reading
    }
  }
  return {
    state: () => state,
    refresh,
    readClosed,
    ask: ask as Roads['ask'],
    close() {
      ended = true
      const last = worker
      lose('Xiake is stopping')
      void last?.terminate()
    },
  }
}
