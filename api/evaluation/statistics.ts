import { Worker } from 'node:worker_threads'
import type { Answered, Asked, Functions } from './statistics-thread.ts'

/** The mathematics of analysis, off the event loop. */
export interface Statistics {
  /** Works out a function of this room in the thread, one after the other; rejects with what it threw, or when the thread has ended. */
  ask<Name extends keyof Functions>(
    name: Name,
    ...given: Parameters<Functions[Name]>
  ): Promise<ReturnType<Functions[Name]>>
  close(): void
}

/** Opens the thread when it is first asked, and again after it has died. */
export function openStatistics(): Statistics {
  let worker: Worker | undefined
  let nextId = 1
  let ended = false
  const waiting = new Map<number, { resolve: (answer: never) => void; reject: (error: Error) => void }>()
  const lose = (why: string) => {
    worker = undefined
    for (const one of waiting.values()) one.reject(new Error(`This cannot be worked out: ${why}.`))
    waiting.clear()
  }
  function thread(): Worker {
    if (worker) return worker
    const made = new Worker(new URL('./statistics-thread.ts', import.meta.url))
    made.on('message', (said: Answered) => {
      const one = waiting.get(said.id)
      waiting.delete(said.id)
      // Nobody waits: the process may end.
      if (waiting.size === 0) made.unref()
      if ('failed' in said) one?.reject(new Error(said.failed))
      else one?.resolve(said.answer as never)
    })
    made.on('error', (error) => made === worker && lose(String(error)))
    made.on('exit', () => made === worker && lose('its thread has ended'))
    worker = made
    return made
  }
  return {
    ask: (name, ...given) =>
      new Promise((resolve, reject) => {
        if (ended) {
          reject(new Error('This cannot be worked out: Xiake is stopping.'))
          return
        }
        const id = nextId++
        waiting.set(id, { resolve: resolve as (answer: never) => void, reject })
        const made = thread()
        made.ref()
        made.postMessage({ id, name, given } satisfies Asked)
      }),
    close() {
      ended = true
      const last = worker
      lose('Xiake is stopping')
      void last?.terminate()
    },
  }
}
