import { Worker } from 'node:worker_threads'
import type { Answer, Order, Printed } from './press-thread.ts'

const idleMs = 5 * 60_000
const limitMs = 120_000

/** The press of briefings: a thread that is opened when something is printed and ends when nothing was for five minutes. */
export interface ReportPress {
  /** How many orders have not been printed yet. */
  readonly waiting: number
  /** The files of a briefing's content, as it was kept; `told` hears what is being made. Rejects with a sentence. */
  print(order: Omit<Order, 'id'>, told?: (step: 'drawing' | Printed['format']) => void): Promise<Printed[]>
  close(): void
}

interface Waiting {
  /** The clock of an order runs from when the thread has begun it. */
  begin: () => void
  told: (step: 'drawing' | Printed['format']) => void
  resolve: (files: Printed[]) => void
  reject: (error: Error) => void
}

export function createPress(): ReportPress {
  let worker: Worker | undefined
  let idle: NodeJS.Timeout | undefined
  let [nextId, ended] = [1, false]
  const waiting = new Map<number, Waiting>()
  const stop = () => {
    const last = worker
    worker = undefined
    void last?.terminate()
  }
  function lose(why: string) {
    stop()
    for (const one of waiting.values()) one.reject(new Error(`The briefing was not printed: ${why}`))
    waiting.clear()
  }
  function thread(): Worker {
    if (worker) return worker
    const made = new Worker(new URL('./press-thread.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: 768, stackSizeMb: 8 },
    })
    made.on('message', (said: Answer) => {
      const one = waiting.get(said.id)
      if ('step' in said) {
        one?.begin()
        return one?.told(said.step)
      }
      waiting.delete(said.id)
      if ('failed' in said) one?.reject(new Error(`The briefing was not printed: ${said.failed}`))
      else one?.resolve(said.files)
    })
    made.on('error', (error) => made === worker && lose(String(error)))
    made.on('exit', () => made === worker && lose('the thread ended'))
    made.unref()
    worker = made
    return made
  }
  return {
    get waiting() {
      return waiting.size
    },
    async print(order, told = () => {}) {
      if (ended) throw new Error('The briefing was not printed: Xiake is stopping')
      clearTimeout(idle)
      const id = nextId++
      let timer: NodeJS.Timeout | undefined
      const begin = () => {
        timer ??= setTimeout(() => lose('it took too long'), limitMs)
      }
      try {
        return await new Promise<Printed[]>((resolve, reject) => {
          waiting.set(id, { begin, told, resolve, reject })
          thread().postMessage({ id, ...order } satisfies Order)
        })
      } finally {
        clearTimeout(timer)
        if (waiting.size === 0) idle = setTimeout(stop, idleMs).unref()
      }
    },
    close() {
      ended = true
      clearTimeout(idle)
      lose('Xiake is stopping')
    },
  }
}
