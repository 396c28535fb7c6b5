import { Worker } from 'node:worker_threads'
import type { Db } from '../db/connect.ts'
import { findRoadsStamp, listRoads, listTurns } from './queries.ts'
import type { Answers, Question } from './thread.ts'

/** The roads of the town, in a thread of their own. */
export interface Roads {
  /** What is known now: `none` also while the roads are read for the first time. */
  state(): { state: 'none' | 'loading' | 'ready'; roads: number; seconds: number }
  /** Reads them again if they have changed since; at once when they have not. */
  refresh(): Promise<void>
  /** Rejects when there are no roads. */
  ask<Q extends Question>(question: Q): Promise<Answers[Q['ask']]>
  close(): void
}

const page = 5000

/** Begins to read the roads; nothing waits for it. */
export function openRoads(db: Db): Roads {
  let worker: Worker | undefined
  let nextId = 1
  let stamp: string | undefined
  let held = { state: 'none' as 'none' | 'loading' | 'ready', roads: 0, seconds: 0 }
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
    made.on('message', ({ id, answer, failed }: { id: number; answer: never; failed?: string }) => {
      const one = waiting.get(id)
      waiting.delete(id)
      if (failed === undefined) one?.resolve(answer)
      else one?.reject(new Error(failed))
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
      if (roads.length > 0) await put({ ask: 'add', roads })
      if (roads.length < page) break
      after = roads.at(-1)?.id ?? after
    }
    const { roads } = await put({ ask: 'build', turns: await listTurns(db) })
    held = {
      state: roads > 0 ? 'ready' : 'none',
      roads,
      seconds: Math.round(performance.now() - began) / 1000,
    }
    stamp = wanted
  }
  const refresh = async () => {
    if (closed) return
    const wanted = await findRoadsStamp(db)
    if (wanted === stamp) return
    reading ??= read(wanted).finally(() => {
      reading = undefined
    })
    await reading
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
