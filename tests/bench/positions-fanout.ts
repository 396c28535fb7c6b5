import { type ChildProcess, fork } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { Server } from 'socket.io'
import { cellsIn, offlineSeconds, staleSeconds } from '../../api/contract/frames.ts'
import { createLivePicture } from '../../api/positions/live.ts'
import { openServerCopy } from '../setup/database.ts'
import { median, round } from './figures.ts'
import { openBenchTown, password, size, south, west } from './positions-town.ts'

const officers = 5000
const slices = 50
const measuredMs = 15_000
const turnMs = 6000

/**
 * `acceptedToFrameP99Ms`: from the sending of a fix (so the time to its commit is in it) to its frame at a screen; 5,000 officers at 1 Hz
 * through the ingest, 100 screens that look at the whole town in cells. `bytesPerOfficer`: all bytes read from their lines ÷ officers moved.
 * `fanoutCpuRatio`: CPU of this process for 500 screens and 5,000 officers at 1 Hz (two frames a second) ÷ the CPU for one JSON batch a
 * second by Socket.IO to as many, in turns. Both carry the same walkers and a live picture of their own, and both lines of screens stay
 * open; the first turn of each only warms up. The screens are processes of their own that only drain.
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
  const ourPicture = running.services.live
  const plainPicture = createLivePicture(() => new Date(), { staleSeconds, offlineSeconds })
  let picture = ourPicture
  const fixes = everySlice((some) => {
    const at = Date.now()
    picture.apply(
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
  const [ours, theirs]: [number[], number[]] = [[], []]
  for (let turn = 0; turn < 6; turn += 1) {
    picture = ourPicture
    await setTimeout(2000)
    ours.push(await cpuOf(turnMs))
    // Nothing of ours moves meanwhile; the same officers, once a second, to everybody.
    picture = plainPicture
    const batch = setInterval(() => baseline.emit('positions', plainPicture.list({ grids: [townId] })), 1000)
    await setTimeout(2000)
    theirs.push(await cpuOf(turnMs))
    clearInterval(batch)
  }
  fixes.stop()
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
    fanoutCpuRatio: round(median(ours.slice(1)) / median(theirs.slice(1))),
    fanoutCpuMsPerSecond: round(median(ours.slice(1))),
    jsonCpuMsPerSecond: round(median(theirs.slice(1))),
  }

  /** Each officer once a second, a fiftieth of them every 20 ms. */
  function everySlice(work: (some: number[]) => void) {
    // Made beforehand: to pick them each time would cost more than to send them.
    const parts = Array.from({ length: slices }, (_, slice) => ids.filter((_id, i) => i % slices === slice))
    const began = performance.now()
    let done = 0
    // By the clock: a timer alone comes late on a busy machine, and fewer fixes would look like less work.
    const timer = setInterval(() => {
      const due = ((performance.now() - began) / 1000) * slices
      for (; done < due; done += 1) work(parts[done % slices] ?? [])
    }, 1000 / slices)
    return { stop: () => clearInterval(timer) }
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
