import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import sharp from 'sharp'
import { readDemoFile } from '../../seeds/demo/seed.ts'
import { openBrowser, signIn } from '../setup/browser.ts'
import { everyShot, openWalls, raiseStorm, type WallShot } from './wall-pictures.ts'

// `npm run pictures`: the README's pictures, taken from a running product (npm start) by its demo accounts. `--only wall` takes those whose
// names begin so; `--walls <folder>` takes every module of walls instead, as they are, to be looked at.

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://127.0.0.1:8720' },
    data: { type: 'string', default: 'data' },
    out: { type: 'string', default: 'web/pictures' },
    only: { type: 'string', default: '' },
    walls: { type: 'string' },
    storm: { type: 'boolean', default: false },
  },
})
const demo = readDemoFile(values.data)
if (!demo) {
  console.error(
    `There is no demo in ${values.data}: start it with npm start, or name its folder with --data.`,
  )
  process.exit(1)
}
mkdirSync(values.walls ?? values.out, { recursive: true })
/** Larger than this no picture is loaded for. */
const mostBytes = 400_000
/** Three panels of glass side by side are wider than a screen. */
const widest = (width = 0) => (width > 3840 ? 2880 : 1920)

/** As small as it may be: fewer colours until it is light enough. */
async function compress(file: string) {
  const { width } = await sharp(file).metadata()
  const picture = await sharp(file)
    .resize({ width: widest(width), withoutEnlargement: true })
    .toBuffer()
  for (const colours of [256, 128, 64, 32]) {
    const { size } = await sharp(picture)
      .png({ palette: true, colours, effort: 10, dither: 0.6 })
      .toFile(file)
    if (size < mostBytes) return console.log(file, Math.round(size / 1000), 'kB')
  }
  throw new Error(`${file} is larger than ${mostBytes / 1000} kB`)
}
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
  if (!name.startsWith(values.only)) return
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
  const file = join(values.out, `${name}.png`)
  await page.screenshot({ path: file })
  await compress(file)
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
  const text = await answer.text()
  return (text === '' ? null : JSON.parse(text)) as T
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

async function takeFaces() {
  await picture('board', {})
  await picture('board-en-light', { language: 'en', theme: 'light' })
  await picture('board-heat', {
    prepare: async (page) => {
      await page.getByTestId('layer-heat').first().click()
    },
  })
  await picture('board-phone', { width: 390, height: 844 })
  if ('import'.startsWith(values.only))
    await picture('import', { path: `/manage/import/${await beginImport()}`, ready: 'canvas' })
  if ('workshop'.startsWith(values.only))
    await picture('workshop', { path: `/manage/grids/${await beginDraft()}`, ready: 'canvas' })
  await picture('roster', { path: '/manage/roster', ready: 'main table, main [role=grid]' })
  await picture('dispatch', {
    path: '/dispatch',
    prepare: async (page) => {
      await page.getByTestId('queue-line').nth(2).click()
    },
  })
  await picture('report', { path: '/report', ready: 'main', theme: 'as it is', width: 390, height: 844 })
}

/** Walls for the README: a quiet one in English by day, one over three panels of glass, one in a storm. */
const readmeWalls: WallShot[] = [
  {
    name: 'wall-economy',
    profile: '1920×1080',
    change: { module: 'economy', language: 'en', theme: 'light' },
  },
  {
    name: 'wall-hall',
    profile: '5760×1080',
    change: { module: 'enforcement', language: 'zh-CN', theme: 'dark' },
  },
  {
    name: 'wall-storm',
    profile: '1920×1080',
    change: { module: 'dispatch', language: 'zh-CN', theme: 'dark' },
  },
]

const walls = await openWalls(call, browser.open, values.url)
if (values.walls !== undefined) {
  if (values.storm) await raiseStorm(call)
  for (const shot of everyShot())
    if (shot.name.startsWith(values.only)) console.log(await walls.take(shot, values.walls))
} else {
  await takeFaces()
  for (const shot of readmeWalls.filter(({ name }) => name.startsWith(values.only))) {
    if (shot.name === 'wall-storm') await raiseStorm(call)
    await compress(await walls.take(shot, values.out))
  }
}
await walls.close()
if (browser.strays.length > 0) throw new Error(`requests left the origin: ${browser.strays.join(', ')}`)
await browser.close()
