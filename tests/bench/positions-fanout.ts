import { type ChildProcess, fork } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { Server } from 'socket.io'
import { cellsIn } from '../../api/contract/frames.ts'
import { openServerCopy } from '../setup/database.ts'
import { median, round } from './figures.ts'
import { openBenchTown, password, size, south, west } from './positions-town.ts'

const officers = 5000
const slices = 50
const measuredMs = 15_000

/**
 * `acceptedToFrameP99Ms`: from the sending of a fix (so the time to its commit is in it) to its frame at a screen; 5,000 officers at 1 Hz
 * through the ingest, 100 screens that look at the whole town in cells. `bytesPerOfficer`: all bytes read from their lines ÷ officers moved.
 * `fanoutCpuRatio`: CPU of this process for 500 screens and 5,000 officers at 1 Hz ÷ the CPU for one JSON batch a second by Socket.IO to
 * as many, in turns. The screens are processes of their own that only drain.
 */
export async function benchFanout() {
  const db = await openServerCopy()
  const { running, ids, walkers, townId } = await openBenchTown(db, {
    officers,
    config: { everyoneLimit: 0 },
  })
  const cells = cellsIn([west, south, west + size, south + size]) ?? []
  const signedIn = await fetch(`${running.url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'bench', password }),
  })
  const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? ''

  const screens = start('positions-screens.ts')
  await ask(screens, { url: running.url, cookie, clients: 100, cells })
  const phones = everySlice((some) => {
    for (const id of some)
      void running.services.recordFixes(
        id,
        [{ ...walkers.step(id, 1), recordedAt: new Date().toISOString() }],
        'http',
      )
  })
  await setTimeout(5000)
  screens.send('begin')
  await setTimeout(measuredMs)
  const seen = (await ask(screens, 'end')) as {
    officers: number
    bytes: number
    latencies: [number, number][]
  }
  phones.stop()
  screens.kill()

  const port = Number(new URL(running.url).port)
  const drain = start('positions-drain.ts')
  await ask(drain, {
    port,
    path: '/ws',
    cookie,
    clients: 500,
    subscribe: `420${JSON.stringify(['subscribe', { cells }])}`,
  })
  const live = everySlice((some) => {
    const at = Date.now()
    running.services.live.apply(
      some.map((officerId) => {
        const { lng, lat, speed, heading } = walkers.step(officerId, 1)
        return { officerId, lng, lat, speed, heading, recordedAt: at, path: [townId, 2], unitId: 1 }
      }),
    )
  })
  const plain = createServer()
  const baseline = new Server(plain, { path: '/plain', serveClient: false })
  await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve))
  const plainDrain = start('positions-drain.ts')
  await ask(plainDrain, {
    port: (plain.address() as AddressInfo).port,
    path: '/plain',
    cookie: '',
    clients: 500,
    subscribe: null,
  })
  await setTimeout(2000)
  const [ours, theirs]: [number[], number[]] = [[], []]
  for (let turn = 0; turn < 3; turn += 1) {
    ours.push(await cpuOf(8000))
    live.pause()
    // Nothing else moves meanwhile; the same officers, once a second, to everybody.
    const batch = setInterval(
      () => baseline.emit('positions', running.services.live.list({ grids: [townId] })),
      1000,
    )
    theirs.push(await cpuOf(8000))
    clearInterval(batch)
    live.resume()
    await setTimeout(1000)
  }
  live.stop()
  drain.kill()
  plainDrain.kill()
  await baseline.close()
  await running.close()

  const total = seen.latencies.reduce((sum, [, n]) => sum + n, 0)
  const at = (share: number) => {
    let left = total * share
    for (const [ms, n] of seen.latencies) if ((left -= n) <= 0) return ms
    return Number.NaN
  }
  return {
    acceptedToFrameP50Ms: at(0.5),
    acceptedToFrameP99Ms: at(0.99),
    bytesPerOfficer: round(seen.bytes / seen.officers),
    officersASecond: Math.round(seen.officers / 100 / (measuredMs / 1000)),
    fanoutCpuRatio: round(median(ours) / median(theirs)),
    fanoutCpuMsPerSecond: round(median(ours)),
    jsonCpuMsPerSecond: round(median(theirs)),
  }

  /** Each officer once a second, a fiftieth of them every 20 ms. */
  function everySlice(work: (some: number[]) => void) {
    let [slice, paused] = [0, false]
    const timer = setInterval(() => {
      if (paused) return
      work(ids.filter((_, i) => i % slices === slice))
      slice = (slice + 1) % slices
    }, 1000 / slices)
    return {
      stop: () => clearInterval(timer),
      pause: () => void (paused = true),
      resume: () => void (paused = false),
    }
  }
}

/** CPU of this process, milliseconds a second. */
async function cpuOf(ms: number): Promise<number> {
  const [from, began] = [process.cpuUsage(), performance.now()]
  await setTimeout(ms)
  const { user, system } = process.cpuUsage(from)
  return (user + system) / (performance.now() - began)
}

const start = (file: string) => fork(join(import.meta.dirname, file), { stdio: 'inherit' })
const ask = (child: ChildProcess, work: unknown) =>
  new Promise((resolve) => {
    child.once('message', resolve)
    child.send(work as object)
  })
