import { Worker } from 'node:worker_threads'
import { Refusal } from '../errors.ts'
import type { Client, Pool } from './connect.ts'
import type { Answer } from './embedded-worker.ts'
import { lockFolder } from './lock.ts'

/**
 * The embedded PostGIS behind the shape of a `pg.Pool`. One session, so clients take turns:
 * a client that has begun a transaction keeps the session until it is released.
 * `template` is a data folder dumped before (gzip tar); it is used only when `folder` holds no database yet.
 */
export async function openEmbedded(
  folder: string,
  template?: ArrayBuffer,
): Promise<Pool & { dump(): Promise<ArrayBuffer> }> {
  const unlock = lockFolder(folder)
  const worker = new Worker(new URL('./embedded-worker.ts', import.meta.url), {
    workerData: { folder: `${folder}/pg`, template },
  })
  const waiting = new Map<number, { resolve: (rows: unknown[]) => void; reject: (error: Error) => void }>()
  let nextId = 1
  let dumping: PromiseWithResolvers<ArrayBuffer> | undefined
  let closed = false
  let lost: Error | undefined

  await new Promise<void>((resolve, reject) => {
    worker.once('error', reject)
    worker.once('exit', () => reject(new Error('the embedded database ended while it was opening')))
    worker.once('message', () => resolve())
  }).catch((error) => {
    unlock()
    throw error
  })
  worker.on('message', (message: Answer | { dump: ArrayBuffer }) => {
    if ('dump' in message) return dumping?.resolve(message.dump)
    const ask = waiting.get(message.id)
    waiting.delete(message.id)
    if ('error' in message) ask?.reject(Object.assign(new Error(message.error.message), message.error))
    else ask?.resolve(message.rows)
  })
  // A thread that has died answers nobody: those who wait and those who come are told, rather than kept for ever.
  const lose = (cause: string) => {
    if (lost || closed) return
    console.error(`the embedded database has stopped: ${cause}`)
    lost = new Refusal(503, 'database', 'The embedded database has stopped. Start Xiake again.')
    for (const ask of waiting.values()) ask.reject(lost)
    waiting.clear()
    dumping?.reject(lost)
  }
  worker.on('error', (error) => lose((error as Error).message))
  worker.on('exit', (code) => lose(`its thread ended with ${code}`))

  const send = (text: string, values?: unknown[]) =>
    new Promise<unknown[]>((resolve, reject) => {
      if (lost) return reject(lost)
      const id = nextId++
      waiting.set(id, { resolve, reject })
      worker.postMessage({ id, text, values })
    })

  // The turn: a promise chain. Whoever takes it resolves it when done.
  let turn: Promise<void> = Promise.resolve()
  const takeTurn = async () => {
    const before = turn
    let done: () => void = () => {}
    turn = new Promise((resolve) => {
      done = resolve
    })
    await before
    return done
  }

  const lend = async (): Promise<Client> => {
    if (closed) throw new Error('the database is closed')
    const done = await takeTurn()
    return { query: send, release: done }
  }

  return {
    kind: 'embedded',
    async query(text, values) {
      if (closed) throw new Error('the database is closed')
      const done = await takeTurn()
      try {
        return await send(text, values)
      } finally {
        done()
      }
    },
    connect: lend,
    // Its statements queue in the thread anyway.
    connectAhead: lend,
    async end() {
      if (closed) return
      const done = await takeTurn()
      closed = true
      if (!lost) {
        const exited = new Promise((resolve) => worker.once('exit', resolve))
        worker.postMessage('close')
        await exited
        lost = new Error('the database is closed')
      }
      unlock()
      done()
    },
    async dump() {
      const done = await takeTurn()
      try {
        if (lost) throw lost
        dumping = Promise.withResolvers<ArrayBuffer>()
        worker.postMessage('dump')
        return await dumping.promise
      } finally {
        done()
      }
    },
  }
}
