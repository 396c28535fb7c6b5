import { setTimeout as wait } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import type { CDPSession, Page } from 'playwright-core'
import { usualProfiles } from '../../api/contract/wall-rules.ts'
import { openBrowser, signIn } from '../setup/browser.ts'
import { figuresOf, median, quantile, round } from './figures.ts'
import { openCrowdedTown } from './positions-browser.ts'

/** The figures of the wall, part by part. A part alone: `npm run bench -- wall seen`. */
export const bench = () => figuresOf({ frames, idle, seen, soak })

const officers = 5000

/** A kiosk in Chromium on the demo town (51,000 cases, 1,223 points) with 5,000 officers walking; `inPage` runs there before its own script. */
async function openKiosk(inPage?: () => void) {
  const town = await openCrowdedTown(officers)
  const { name, value } = await signIn(town.url, 'admin', town.password)
  const cookie = `${name}=${value}`
  const ask = async (method: string, path: string, body?: unknown) => {
    const answer = await fetch(`${town.url}${path}`, {
      method,
      headers: { cookie, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (!answer.ok) throw new Error(await answer.text())
    return (await answer.json()) as { id: number; key: string }
  }
  const { id } = await ask('POST', '/api/walls', { name: '试验墙', profile: usualProfiles['1920×1080'] })
  const steer = (change: object) => ask('PUT', `/api/walls/${id}/state`, change)
  await steer({ layers: { heat: true } })
  const { key } = await ask('PUT', `/api/walls/${id}/key`)
  const browser = await openBrowser()
  const page = await browser.open()
  if (inPage) await page.addInitScript(inPage)
  let bytes = 0
  page.on('response', (answer) => {
    // Workers apart: they hold nobody up.
    const isScript =
      /\/assets\/(?![^/]*worker)[^/]+\.js$/.test(answer.url()) && answer.request().resourceType() === 'script'
    if (isScript)
      void answer
        .body()
        .then((body) => (bytes += gzipSync(body).length))
        .catch(() => {})
  })
  const began = performance.now()
  await page.goto(`${town.url}/kiosk#${key}`)
  await page.waitForSelector('html[data-map="ready"]', { state: 'attached', timeout: 300_000 })
  const firstMapSeconds = (performance.now() - began) / 1000
  await wait(15_000)
  const devtools = await page.context().newCDPSession(page)
  return {
    page,
    devtools,
    ask,
    steer,
    opened: { initialJsKb: Math.round(bytes / 1000), firstMapSeconds: round(firstMapSeconds) },
    async close() {
      await browser.close()
      await town.close()
    },
  }
}
type Kiosk = Awaited<ReturnType<typeof openKiosk>>
const withKiosk = async <T>(work: (kiosk: Kiosk) => Promise<T>, inPage?: () => void) => {
  const kiosk = await openKiosk(inPage)
  try {
    return await work(kiosk)
  } finally {
    await kiosk.close()
  }
}

/** Milliseconds between one drawn frame and the next while the camera goes round, the 95th of a hundred. */
const frameTimes = (page: Page, seconds: number) =>
  page.evaluate(
    (ms) =>
      new Promise<number[]>((resolve) => {
        const times: number[] = []
        const from = performance.now()
        let last = from
        const next = (at: number) => {
          times.push(at - last)
          last = at
          if (at - from < ms) requestAnimationFrame(next)
          else resolve(times.slice(1))
        }
        requestAnimationFrame(next)
      }),
    seconds * 1000,
  )

/**
 * `frameRatio`: the 95th of the wall's frame times while its camera moves (5,000 officers walking, 1,223 points, 51,000 cases in the heat,
 * all panels) ÷ the same camera over the map with every layer off, in the same page. `frameP95Ms` means something with a GPU alone: here
 * software draws. `initialJsKb`, `firstMapSeconds`: from the kiosk's key to the drawn map.
 */
const frames = () =>
  withKiosk(async ({ page, steer, opened }) => {
    const around = async () => {
      const times: number[] = []
      for (const bearing of [30, -30, 0]) {
        await steer({ tour: false, camera: { center: [120.45, 31.75], zoom: 12.5, pitch: 45, bearing } })
        times.push(...(await frameTimes(page, 6)))
      }
      return times
    }
    const off = { officers: false, incidents: false, points: false, units: false, heat: false, labels: false }
    const full: number[] = []
    const bare: number[] = []
    for (let round = 0; round < Number(process.env.FRAME_ROUNDS ?? 3); round++) {
      await steer({
        layers: { ...off, officers: true, incidents: true, points: true, heat: true, labels: true },
      })
      full.push(...(await around()))
      await steer({ layers: off })
      bare.push(...(await around()))
    }
    const [p95, empty] = [quantile(full, 0.95), quantile(bare, 0.95)]
    return { frameP95Ms: round(p95), emptyP95Ms: round(empty), frameRatio: round(p95 / empty), ...opened }
  })

const scriptSeconds = async (devtools: CDPSession) => {
  const { metrics } = await devtools.send('Performance.getMetrics')
  const of = (name: string) => metrics.find((one) => one.name === name)?.value ?? Number.NaN
  return of('ScriptDuration') + of('LayoutDuration') + of('RecalcStyleDuration')
}

/** `idleMainThreadMsPerSecond`: script, style and layout of the page with nobody at it and the camera at rest, in a minute. */
const idle = () =>
  withKiosk(async ({ devtools, steer }) => {
    await steer({ tour: false })
    await wait(5000)
    await devtools.send('Performance.enable', { timeDomain: 'threadTicks' })
    const before = await scriptSeconds(devtools)
    const from = performance.now()
    await wait(60_000)
    const seconds = (performance.now() - from) / 1000
    return { idleMainThreadMsPerSecond: round((((await scriptSeconds(devtools)) - before) * 1000) / seconds) }
  })

/**
 * `acceptedToSeenP99Ms`: from the answer to whoever reported until the new case stands among the newest on the wall, 100 cases (`SEEN_CASES`).
 * `latestBlockedMs`: how long the page was blocked in one piece, at most, while it was to show the latest of them: drawing in software blocks it.
 */
const seen = () =>
  withKiosk(async ({ page, ask, steer }) => {
    await steer({ module: 'dispatch', tour: false })
    await page.exposeFunction('sawCase', (title: string) => shown.set(title, performance.now()))
    const shown = new Map<string, number>()
    await page.exposeFunction('wasBlocked', (ms: number) => blocked.push({ ms, until: performance.now() }))
    const blocked: { ms: number; until: number }[] = []
    await page.evaluate(() => {
      const known = new Set<string>()
      const told = window as unknown as { wasBlocked: (ms: number) => void }
      new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) told.wasBlocked(duration)
      }).observe({ type: 'longtask' })
      const look = () => {
        for (const [title] of document.body.innerText.matchAll(/基准案件 \d+/g))
          if (!known.has(title)) {
            known.add(title)
            ;(window as unknown as { sawCase: (title: string) => void }).sawCase(title)
          }
      }
      new MutationObserver(look).observe(document.body, {
        subtree: true,
        childList: true,
        characterData: true,
      })
    })
    const late: number[] = []
    let latest = { from: 0, until: 0 }
    for (let i = 0; i < Number(process.env.SEEN_CASES ?? 100); i++) {
      const title = `基准案件 ${i}`
      await ask('POST', '/api/incidents', {
        classCode: '01',
        source: 'hotline',
        title,
        lng: 120.45,
        lat: 31.75,
      })
      const accepted = performance.now()
      while (!shown.has(title) && performance.now() - accepted < 20_000) await wait(5)
      const took = Math.max(0, (shown.get(title) ?? Number.POSITIVE_INFINITY) - accepted)
      late.push(took)
      if (took > 1000)
        console.log(
          `case ${i}: ${round(took)} ms; blocked ${JSON.stringify(blocked.filter(({ until }) => until > accepted).map(({ ms, until }) => [Math.round(ms), Math.round(until - accepted)]))}`,
        )
      if (took > latest.until - latest.from) latest = { from: accepted, until: accepted + took }
      await wait(150)
    }
    await wait(2000)
    const meanwhile = blocked.filter(({ ms, until }) => until > latest.from && until - ms < latest.until)
    return {
      acceptedToSeenP99Ms: round(quantile(late, 0.99)),
      acceptedToSeenMedianMs: round(median(late)),
      latestBlockedMs: round(Math.max(0, ...meanwhile.map(({ ms }) => ms))),
      latestBlockedInAllMs: round(meanwhile.reduce((sum, { ms }) => sum + ms, 0)),
    }
  })

const modules = ['dispatch', 'grid', 'enforcement', 'party', 'economy', 'approval']

/**
 * `heapGrowthMbPerDay`: the page's heap after a forced collection, over 20 minutes at ten times a town's load (51,000 cases a year are one
 * in ten minutes, so one a minute, each voided five minutes later, so that as many are open at the end as at the beginning; 5,000 officers,
 * the tour on, modules changing each minute). Modules differ in size and are compiled when they are first shown: the first turn is left out,
 * and each is compared with itself a turn later (`slopeWithin`). The same of what array buffers hold (`bufferGrowthMbPerDay`), of the
 * graphics memory that the page asked for and has not given back (`gpuGrowthMbPerDay`, of `gpuMb`) and of `nodesGrowthPerDay`.
 */
const soak = () =>
  withKiosk(async ({ page, devtools, ask, steer }) => {
    await steer({ tour: true })
    const minutes = Number(process.env.SOAK_MINUTES ?? 20)
    const heap: number[] = []
    const buffers: number[] = []
    const gpu: number[] = []
    const nodes: number[] = []
    const open: number[] = []
    for (let minute = 0; minute <= minutes; minute++) {
      const until = performance.now() + 60_000
      await steer({ module: modules[minute % modules.length] })
      const made = await ask('POST', '/api/incidents', {
        classCode: '01',
        source: 'hotline',
        title: `第 ${minute} 件`,
        lng: 120.4 + 0.001 * minute,
        lat: 31.75,
      })
      open.push(made.id)
      const old = open.length > 5 ? open.shift() : undefined
      if (old) await ask('POST', `/api/incidents/${old}/transitions`, { action: 'void', note: '试验' })
      await wait(Math.max(0, until - performance.now()))
      // What is freed once something else is freed goes with the second one.
      await devtools.send('HeapProfiler.collectGarbage')
      await devtools.send('HeapProfiler.collectGarbage')
      const { usedSize, backingStorageSize } = await devtools.send('Runtime.getHeapUsage')
      heap.push(usedSize / 1e6)
      buffers.push(backingStorageSize / 1e6)
      const held = Object.entries(await page.evaluate(() => (window as unknown as GpuWatched).gpuHeld()))
      gpu.push(held.reduce((sum, [, { bytes }]) => sum + bytes, 0) / 1e6)
      nodes.push((await devtools.send('Memory.getDOMCounters')).nodes)
      console.log(
        `${modules[minute % modules.length]}: heap ${heap.at(-1)?.toFixed(2)} MB, array buffers ${buffers.at(-1)?.toFixed(2)} MB, GPU ${gpu.at(-1)?.toFixed(1)} MB, ${nodes.at(-1)} nodes; ${held.map(([of, { count, bytes }]) => `${of} ${count} ${(bytes / 1e6).toFixed(1)}`).join(', ')}`,
      )
    }
    const perDay = (values: number[]) => slopeWithin(values, modules.length) * 1440
    return {
      heapGrowthMbPerDay: round(perDay(heap)),
      heapMb: round(heap.at(-1) ?? 0),
      bufferGrowthMbPerDay: round(perDay(buffers)),
      bufferMb: round(buffers.at(-1) ?? 0),
      gpuGrowthMbPerDay: round(perDay(gpu)),
      gpuMb: round(gpu.at(-1) ?? 0),
      nodesGrowthPerDay: round(perDay(nodes)),
    }
  }, watchGpu)

interface GpuWatched {
  gpuHeld: () => Record<string, { count: number; bytes: number }>
}
/** In the page, before its own script: how much of the graphics memory is asked for and not given back, in buffers and textures (4 bytes a pixel). */
function watchGpu() {
  // What nobody holds any more is freed with its object, also where nobody deleted it.
  const bytes = new Map<number, { of: string; size: number }>()
  const numbers = new WeakMap<object, number>()
  const freed = new FinalizationRegistry<number>((number) => bytes.delete(number))
  let last = 0
  const bound = new WeakMap<WebGL2RenderingContext, Map<number, object | null>>()
  const of = (gl: WebGL2RenderingContext) => {
    const held = bound.get(gl) ?? new Map<number, object | null>()
    bound.set(gl, held)
    return held
  }
  const gl = WebGL2RenderingContext.prototype
  const wrap = <K extends keyof WebGL2RenderingContext>(
    name: K,
    after: (context: WebGL2RenderingContext, given: unknown[]) => void,
  ) => {
    const own = gl[name] as (...given: unknown[]) => unknown
    Object.assign(gl, {
      [name](this: WebGL2RenderingContext, ...given: unknown[]) {
        after(this, given)
        return own.apply(this, given)
      },
    })
  }
  const hold = (context: WebGL2RenderingContext, target: unknown, size: number) => {
    const object = of(context).get(target as number)
    if (!object) return
    const number = numbers.get(object) ?? ++last
    if (!numbers.has(object)) freed.register(object, number)
    numbers.set(object, number)
    const canvas = (context.canvas as HTMLCanvasElement).className || (context.canvas as HTMLCanvasElement).id
    bytes.set(number, { of: `${canvas} ${object.constructor.name}`, size })
  }
  const forget = (object: unknown) => bytes.delete(numbers.get(object as object) ?? 0)
  const sizeOf = (given: unknown) =>
    typeof given === 'number' ? given : ((given as ArrayBufferView | null)?.byteLength ?? 0)
  wrap('bindBuffer', (context, [target, buffer]) =>
    of(context).set(target as number, buffer as object | null),
  )
  wrap('bindTexture', (context, [target, texture]) =>
    of(context).set(target as number, texture as object | null),
  )
  wrap('bufferData', (context, [target, data]) => hold(context, target, sizeOf(data)))
  wrap('deleteBuffer', (_, [buffer]) => forget(buffer))
  wrap('deleteTexture', (_, [texture]) => forget(texture))
  wrap('texStorage2D', (context, [target, , , width, height]) =>
    hold(context, target, 4 * (width as number) * (height as number)),
  )
  wrap('texImage2D', (context, given) => {
    const [target, level, , a, b] = given
    if (level !== 0) return
    const source = given.at(-1) as { width: number; height: number } | null
    const area =
      given.length > 6 ? (a as number) * (b as number) : (source?.width ?? 0) * (source?.height ?? 0)
    hold(context, target, 4 * area)
  })
  /** By canvas and kind: how many and how much. */
  const told = () => {
    const sums: Record<string, { count: number; bytes: number }> = {}
    for (const { of, size } of bytes.values()) {
      const sum = (sums[of] ??= { count: 0, bytes: 0 })
      sum.count += 1
      sum.bytes += size
    }
    return sums
  }
  Object.assign(window, { gpuHeld: told })
}

/**
 * Of straight lines of one steepness, one for each of `many` kinds that take turns, through values one apart (least squares with an effect of
 * each kind); the first turn is left out.
 */
function slopeWithin(values: readonly number[], many: number) {
  const later = values.map((value, at) => ({ value, at })).slice(many)
  let [up, over] = [0, 0]
  for (let kind = 0; kind < many; kind++) {
    const own = later.filter(({ at }) => at % many === kind)
    const mean = (of: 'value' | 'at') => own.reduce((sum, one) => sum + one[of], 0) / own.length
    const [value, at] = [mean('value'), mean('at')]
    for (const one of own) {
      up += (one.at - at) * (one.value - value)
      over += (one.at - at) ** 2
    }
  }
  return up / over
}
