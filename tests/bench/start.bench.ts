import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { openBrowser, signIn } from '../setup/browser.ts'
import { addressOf, type Started, startProgram } from '../setup/process.ts'

const root = join(import.meta.dirname, '..', '..')
const median = (values: number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
const round = (value: number) => Math.round(value * 10) / 10

async function timedStart(data: string): Promise<{ started: Started; url: string; seconds: number }> {
  const from = performance.now()
  const started = startProgram('seeds/start.ts', ['--port', '0', '--data', data])
  const url = await addressOf(started, 300_000)
  return { started, url, seconds: (performance.now() - from) / 1000 }
}
async function stop({ child, exited }: Started) {
  child.kill('SIGTERM')
  await exited
}

/**
 * From nothing to the board. `firstStartSeconds`: `npm start` on an empty folder with the web app not built, to the printed address.
 * `nextStartSeconds`: the same with data. `firstMapSeconds`: from `npm start` with data to the first rendered map in Chromium,
 * the browser started beforehand. `initialJsKb`: gzip, what the big screen loads before its first map, workers apart. Medians of three.
 */
export async function bench() {
  const folder = mkdtempSync(join(tmpdir(), 'xiake-bench-'))
  const data = join(folder, 'data')
  rmSync(join(root, 'web', 'dist'), { recursive: true, force: true })
  const first = await timedStart(data)
  console.log(first.started.said())
  const password = first.started.said().match(/口令: (\S+?)\)/)?.[1] ?? ''
  await stop(first.started)

  const nextStarts: number[] = []
  const firstMaps: number[] = []
  const initial = new Set<string>()
  let rss = 0
  const browser = await openBrowser()
  // The session cookie outlives a restart, as it does for a screen on the wall.
  let cookies: Awaited<ReturnType<typeof signIn>> | undefined
  for (let round = 0; round < 3; round += 1) {
    const from = performance.now()
    const next = await timedStart(data)
    nextStarts.push(next.seconds)
    const page = await browser.open()
    cookies ??= await signIn(next.url, 'screen', password)
    await page.context().addCookies([{ ...cookies, url: next.url }])
    page.on('response', (response) => {
      const path = new URL(response.url()).pathname
      if (/\.m?js$/.test(path) && !/worker/.test(path)) initial.add(path)
    })
    await page.goto(next.url)
    await page.waitForSelector('html[data-map="ready"]', { timeout: 120_000, state: 'attached' })
    firstMaps.push((performance.now() - from) / 1000)
    rss = Math.max(rss, rssMb(next.started.child.pid ?? 0))
    await page.context().close()
    await stop(next.started)
  }
  await browser.close()
  const gzipped = [...initial].map((path) => gzipSync(readFileSync(join(root, 'web', 'dist', path))).length)
  rmSync(folder, { recursive: true, force: true })
  return {
    firstStartSeconds: round(first.seconds),
    nextStartSeconds: round(median(nextStarts)),
    firstMapSeconds: round(median(firstMaps)),
    initialJsKb: Math.round(gzipped.reduce((sum, size) => sum + size, 0) / 1000),
    rssMb: Math.round(rss),
  }
}

/** Resident memory of a process, from the kernel; MB. */
function rssMb(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)?.[1] ?? 0) / 1000
}
