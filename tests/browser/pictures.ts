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
const cookie = await signIn(values.url, 'dispatcher', demo.password)

async function picture(
  name: string,
  options: {
    language?: string
    theme?: string
    width?: number
    height?: number
    prepare?: (page: Awaited<ReturnType<typeof browser.open>>) => Promise<void>
  },
) {
  const { language = 'zh-CN', theme = 'dark', width = 1920, height = 1080 } = options
  const page = await browser.open({ viewport: { width, height }, deviceScaleFactor: 1 })
  await page.context().addCookies([{ ...cookie, url: values.url }])
  await page.goto(values.url)
  await page.waitForSelector('html[data-map="ready"]', { state: 'attached', timeout: 120_000 })
  if (language === 'en') await page.getByTestId('language').click()
  if (theme === 'light') await page.getByTestId('theme').click()
  await options.prepare?.(page)
  // Software WebGL draws a few frames a second: let positions and tiles settle.
  await page.waitForTimeout(12_000)
  await page.screenshot({ path: join(values.out, `${name}.png`) })
  console.log(join(values.out, `${name}.png`))
  await page.context().close()
}

await picture('board', {})
await picture('board-en-light', { language: 'en', theme: 'light' })
await picture('board-heat', {
  prepare: async (page) => {
    await page.getByTestId('layer-heat').first().click()
  },
})
await picture('board-phone', { width: 390, height: 844 })
if (browser.strays.length > 0) throw new Error(`requests left the origin: ${browser.strays.join(', ')}`)
await browser.close()
