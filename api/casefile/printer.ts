import { Worker } from 'node:worker_threads'
import { Refusal } from '../errors.ts'
import type { Sheet } from './document.ts'
import type { Printed } from './press.ts'

/** So many case files may be printing or waiting at once. */
export const mostPrinting = 8
const limitMs = 30_000
const idleMs = 5 * 60_000

/** Prints case files one after the other in a thread that keeps its fonts; the thread ends when nothing is printed for five minutes. */
export function createPrinter() {
  let worker: Worker | undefined
  let idle: NodeJS.Timeout | undefined
  let waiting = 0
  let last: Promise<unknown> = Promise.resolve()
  let settle: ((answer: Printed) => void) | undefined
  const stop = () => {
    void worker?.terminate()
    worker = undefined
  }
  function open(): Worker {
    if (worker) return worker
    const made = new Worker(new URL('./press.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: 512, stackSizeMb: 8 },
    })
    const answer = (printed: Printed) => made === worker && settle?.(printed)
    made.on('message', answer)
    made.on('error', (error) => answer({ failed: String(error) }))
    made.on('exit', () => answer({ failed: 'the thread ended' }))
    made.unref()
    worker = made
    return made
  }
  const press = (sheet: Sheet) =>
    new Promise<Uint8Array>((resolve, reject) => {
      const thread = open()
      const timer = setTimeout(() => settle?.({ failed: 'it took too long' }), limitMs)
      settle = (answer) => {
        settle = undefined
        clearTimeout(timer)
        if ('pdf' in answer) return resolve(answer.pdf)
        stop()
        reject(new Error(`The case file was not printed: ${answer.failed}`))
      }
      thread.postMessage(sheet)
    })
  /** Prints when it is this sheet's turn, which is only then made. 503 when too many wait. */
  async function print(make: () => Promise<Sheet>): Promise<Uint8Array> {
    if (waiting >= mostPrinting)
      throw new Refusal(
        503,
        'printing',
        `${mostPrinting} case files are being printed already. Try again shortly.`,
      )
    waiting += 1
    clearTimeout(idle)
    const mine = last.then(async () => press(await make()))
    last = mine.catch(() => {})
    try {
      return await mine
    } finally {
      waiting -= 1
      if (waiting === 0) idle = setTimeout(stop, idleMs).unref()
    }
  }
  return { print, stop }
}
