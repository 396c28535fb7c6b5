import { setTimeout as wait } from 'node:timers/promises'
import type { CDPSession, Page } from 'playwright-core'
import { openBrowser, signIn } from '../setup/browser.ts'
import { median, quantile, round } from './figures.ts'
import { openCrowdedTown } from './positions-browser.ts'

const steps = 12
/** Names on the map are measured once the hand rests. */
const restMs = 600

/** Seconds of the page's main thread since it was opened: in scripts, and in everything. */
async function spentOn(devtools: CDPSession) {
  const { metrics } = await devtools.send('Performance.getMetrics')
  const of = (name: string) => metrics.find((one) => one.name === name)?.value ?? Number.NaN
  return {
    script: of('ScriptDuration'),
    layout: of('LayoutDuration') + of('RecalcStyleDuration'),
    all: of('TaskDuration'),
  }
}

/** What choosing grids and classes in turn costs the page, each step until nothing moves any more; milliseconds. */
export async function measureSteps(page: Page) {
  const devtools = await page.context().newCDPSession(page)
  // The thread's own time: on few cores the renderer and the server push the page aside.
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' })
  const script: number[] = []
  const layout: number[] = []
  const all: number[] = []
  for (let i = 0; i < steps; i++) {
    const before = await spentOn(devtools)
    await page.evaluate((at) => {
      const rows = document.querySelectorAll<HTMLElement>('[data-testid=ranking] .row-choice')
      rows[at % Math.max(1, rows.length)]?.click()
    }, i % 3)
    await wait(restMs)
    const after = await spentOn(devtools)
    script.push((after.script - before.script) * 1000)
    layout.push((after.layout - before.layout) * 1000)
    all.push((after.all - before.all) * 1000)
  }
  return { script, layout, all }
}

/**
 * `pageStepMs`: script time of the analysis page in Chromium from a click on a grid until map, charts, table and list have been drawn anew, the
 * median of 12 with a year of the demo town (51,000 cases); `pageStepP95Ms`; `pageStepLayoutMs`: style and layout, `pageStepTaskMs`: all the main thread did. `pageOpenSeconds`: from the address to the numbers.
 */
export async function benchPage(): Promise<Record<string, number>> {
  const town = await openCrowdedTown(0)
  const browser = await openBrowser()
  try {
    const page = await browser.open()
    await page.context().addCookies([{ ...(await signIn(town.url, 'leader', town.password)), url: town.url }])
    const today = new Date().toISOString().slice(0, 10)
    const began = performance.now()
    await page.goto(`${town.url}/analysis?from=${Number(today.slice(0, 4)) - 1}${today.slice(4)}&to=${today}`)
    await page.getByTestId('strip').waitFor({ timeout: 300_000 })
    const opened = (performance.now() - began) / 1000
    await page
      .locator('[data-testid=analysis-map][data-ready=true]')
      .waitFor({ state: 'attached', timeout: 120_000 })
    await wait(4000)
    await measureSteps(page)
    const { script, layout, all } = await measureSteps(page)
    return {
      pageStepMs: round(median(script)),
      pageStepP95Ms: round(quantile(script, 0.95)),
      pageStepLayoutMs: round(median(layout)),
      pageStepTaskMs: round(median(all)),
      pageOpenSeconds: round(opened),
    }
  } finally {
    await browser.close()
    await town.close()
  }
}
