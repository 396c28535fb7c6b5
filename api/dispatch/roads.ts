import { Worker } from 'node:worker_threads'
import type { Db } from '../db/connect.ts'
import { findRoadsStamp, listRoads, listTurns } from './queries.ts'
import type { Answers, Question } from './thread.ts'

export interface RoadsState {
  state: 'none' | 'loading' | 'ready'
  roads: number
  seconds: number
  quick: boolean
  fastest: number
}

/** The roads of the town, in a thread of their own. */
export interface Roads {
  /** What is known now, whether its hierarchy is built, and the speed on its fastest road (m/s). */
  state(): RoadsState
  /** Reads them again if they have changed since; at once when they have not. */
  refresh(): Promise<void>
  /** Rejects when there are no roads. */
  ask<Q extends Question>(question: Q): Promise<Answers[Q['ask']]>
  close(): void
}

const page = 5000
/** m/s: no way is made faster by the crow where no road is known. */
const usualFastest = 25

/** Begins to read the roads; nothing waits for it. */
export function openRoads(db: Db): Roads {
  let worker: Worker | undefined
  let nextId = 1
  let stamp: string | undefined
  let held: RoadsState = { state: 'none', roads: 0, seconds: 0, quick: false, fastest: usualFastest }
  let reading: Promise<void> | undefined
  let closed = false
  const waiting = new Map<number, { resolve: (answer: never) => void; reject: (error: Error) => void }>()
  const lose = (why: string) => {
    worker = undefined
    stamp = undefined
    held = { ...held, state: 'none' }
    for (const one of waiting.values()) one.reject(new Error(`The roads cannot be asked: ${why}.`))
    waiting.clear()
  }
  function thread(): Worker {
    if (worker) return worker
    const made = new Worker(new URL('./thread.ts', import.meta.url))
    made.on('message', (said: { quick: true } | { id: number; answer: never; failed?: string }) => {
      if ('quick' in said) {
        held = { ...held, quick: true }
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

  async function read(wanted: string): Promise<void> {
    const began = performance.now()
    if (held.state === 'none') held = { ...held, state: 'loading' }
    let after = 0
    for (;;) {
      const roads = await listRoads(db, after, page)
      if (closed) return
      await put({ ask: 'add', roads, anew: after === 0 })
      if (roads.length < page) break
      after = roads.at(-1)?.id ?? after
    }
    const turns = await listTurns(db)
    if (closed) return
    held = { ...held, quick: false }
    const { roads, fastest } = await put({ ask: 'build', turns })
    held = {
      ...held,
      fastest: fastest || usualFastest,
      state: roads > 0 ? 'ready' : 'none',
      roads,
      seconds: Math.round(performance.now() - began) / 1000,
    }
    stamp = wanted
  }
  const refresh = async () => {
    // Again, where they have changed while they were read.
    while (!closed) {
      const wanted = await findRoadsStamp(db)
      if (wanted === stamp) return
      reading ??= read(wanted).finally(() => {
        reading = undefined
      })
      await reading
    }
  }
  return {
    state: () => held,
    refresh,
    ask: put,
    close() {
      closed = true
      const ended = worker
      lose('Xiake is stopping')
      void ended?.terminate()
    },
  }
}
