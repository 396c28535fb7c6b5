import { fork } from 'node:child_process'
import { Agent, get } from 'node:http'
import { setTimeout } from 'node:timers/promises'

// Whoever asks in a benchmark is a process of its own: else its work counts as the server's.

interface Asked {
  urls: string[]
  cookie: string
  /** Answer what was said as well; without it, it comes packed, as a browser would have it, and is thrown away. */
  tell: boolean
  /** Milliseconds from one question to the next; 0: as soon as it is answered. */
  everyMs: number
}
interface Told {
  took: number[]
  said: string[]
}

if (process.send) {
  const agent = new Agent({ keepAlive: true })
  const ask = (url: string, { cookie, tell }: Asked) =>
    new Promise<string>((resolve, reject) => {
      get(
        url,
        { agent, headers: { cookie, ...(!tell && { 'accept-encoding': 'gzip, deflate, br, zstd' }) } },
        (answer) => {
          if (answer.statusCode !== 200) reject(new Error(`${url}: ${answer.statusCode}`))
          const parts: Buffer[] = []
          answer.on('data', (part: Buffer) => parts.push(part))
          answer.on('end', () => resolve(tell ? Buffer.concat(parts).toString() : ''))
        },
      ).on('error', reject)
    })
  process.on('message', async (asked: Asked) => {
    const told: Told = { took: [], said: [] }
    const began = performance.now()
    for (const [i, url] of asked.urls.entries()) {
      const wait = began + i * asked.everyMs - performance.now()
      if (wait > 0) await setTimeout(wait)
      const from = performance.now()
      const said = await ask(url, asked)
      told.took.push(performance.now() - from)
      if (asked.tell) told.said.push(said)
    }
    process.send?.(told)
  })
}

/** Starts one; `ask` answers the milliseconds of each address, one after the other. */
export function startAsker() {
  const asker = fork(import.meta.filename, { stdio: 'inherit' })
  asker.setMaxListeners(0)
  return {
    ask: (urls: string[], cookie: string, { tell = false, everyMs = 0 } = {}) =>
      new Promise<Told>((resolve, reject) => {
        asker.once('message', resolve)
        asker.once('exit', () => reject(new Error('whoever asks has gone')))
        asker.send({ urls, cookie, tell, everyMs } satisfies Asked)
      }),
    stop: () => asker.kill(),
  }
}
