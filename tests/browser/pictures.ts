import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readDemoFile } from '../../seeds/demo/seed.ts'
import { openBrowser, signIn } from '../setup/browser.ts'

// `npm run pictures`: the README's pictures, taken from a running product (npm start) by its demo accounts.

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://127.0.0.1:8720' },
    data: { type: 'string', default: 'data' },
    out: { type: 'string', default: 'web/pictures' },
  },
})
const demo = readDemoFile(values.data)
if (!demo) {
  console.error(
    `There is no demo in ${values.data}: start it with npm start, or name its folder with --data.`,
  )
  process.exit(1)
}
mkdirSync(values.out, { recursive: true })
const browser = await openBrowser()
const cookies = {
  dispatcher: await signIn(values.url, 'dispatcher', demo.password),
  admin: await signIn(values.url, 'admin', demo.password),
}

async function picture(
  name: string,
  options: {
    language?: string
    theme?: string
    width?: number
    height?: number
    /** Where, and what is there once it is drawn; the board unless said. */
    path?: string
    ready?: string
    prepare?: (page: Awaited<ReturnType<typeof browser.open>>) => Promise<void>
  },
) {
  const { language = 'zh-CN', theme = 'dark', width = 1920, height = 1080 } = options
  const page = await browser.open({ viewport: { width, height }, deviceScaleFactor: 1 })
  const cookie = options.path ? cookies.admin : cookies.dispatcher
  await page.context().addCookies([{ ...cookie, url: values.url }])
  await page.goto(values.url + (options.path ?? '/'))
  const ready = options.ready ?? 'html[data-map="ready"]'
  await page.waitForSelector(ready, { state: 'attached', timeout: 120_000 })
  if (language === 'en') await page.getByTestId('language').click()
  if (theme === 'light') await page.getByTestId('theme').click()
  await options.prepare?.(page)
  // Software WebGL draws a few frames a second: let positions and tiles settle.
  await page.waitForTimeout(12_000)
  await page.screenshot({ path: join(values.out, `${name}.png`) })
  console.log(join(values.out, `${name}.png`))
  await page.context().close()
}

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const bytes = body instanceof Uint8Array
  const answer = await fetch(values.url + path, {
    method,
    headers: {
      cookie: `${cookies.admin.name}=${cookies.admin.value}`,
      'content-type': bytes ? 'application/octet-stream' : 'application/json',
    },
    ...(body === undefined ? {} : { body: bytes ? (body as BodyInit) : JSON.stringify(body) }),
  })
  if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`)
  return (await answer.json()) as T
}

async function reached(path: string, stage: string) {
  for (;;) {
    const job = await call<{ stage: string; problem: string | null }>('GET', path)
    if (job.problem) throw new Error(job.problem)
    if (job.stage === stage) return
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

/** A list of points as an office keeps it, checked and waiting for its decisions. */
async function beginImport(): Promise<number> {
  const { points } = await call<{ points: { code: string; name: string; lng: number; lat: number }[] }>(
    'GET',
    '/api/points',
  )
  const rows = points.slice(0, 400).map(({ code, name, lng, lat }, i) => {
    const [x, y] = i % 37 === 5 ? [lat, lng] : [lng, lat]
    return [`N-${code}`, i % 23 === 3 ? ` ${name} ` : name, i % 51 === 7 ? '' : x, y].join(',')
  })
  const bytes = new TextEncoder().encode(['点位编号,点位名称,经度,纬度', ...rows].join('\n'))
  const { id } = await call<{ id: number }>('POST', '/api/imports/jobs', {
    file: '新增监控点.csv',
    size: bytes.byteLength,
  })
  const path = `/api/imports/jobs/${id}`
  await call('PUT', `${path}/content?offset=0`, bytes)
  await reached(path, 'recognised')
  const [system] = (await call<{ systems: { code: string }[] }>('GET', '/api/points/systems')).systems
  await call('POST', `${path}/check`, {
    what: 'points',
    system: system?.code,
    map: { code: '点位编号', name: '点位名称', lng: '经度', lat: '纬度' },
  })
  await reached(path, 'checked')
  return id
}

async function beginDraft(): Promise<number> {
  return (await call<{ id: number }>('POST', '/api/plans', { name: '2027 年网格调整' })).id
}

await picture('board', {})
await picture('board-en-light', { language: 'en', theme: 'light' })
await picture('board-heat', {
  prepare: async (page) => {
    await page.getByTestId('layer-heat').first().click()
  },
})
await picture('board-phone', { width: 390, height: 844 })
await picture('import', { path: `/manage/import/${await beginImport()}`, ready: 'canvas' })
await picture('workshop', { path: `/manage/grids/${await beginDraft()}`, ready: 'canvas' })
await picture('roster', { path: '/manage/roster', ready: 'main table, main [role=grid]' })
await picture('dispatch', {
  path: '/dispatch',
  prepare: async (page) => {
    await page.getByTestId('queue-line').nth(2).click()
  },
})
await picture('report', { path: '/report', ready: 'main', theme: 'as it is', width: 390, height: 844 })
if (browser.strays.length > 0) throw new Error(`requests left the origin: ${browser.strays.join(', ')}`)
await browser.close()
