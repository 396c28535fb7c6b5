import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { openDatabase } from '../../api/db/connect.ts'
import { migrate } from '../../api/db/migrate.ts'
import { openBrowser, signIn } from '../setup/browser.ts'
import { openTown, password } from '../setup/town.ts'

const incidents = 100_000
const filterings = 48
const scrollings = 48

/** The test town with so many open incidents, put there by the database itself, on the embedded database. */
async function openBusyTown(count: number) {
  const folder = mkdtempSync(join(tmpdir(), 'xiake-queue-'))
  const db = await openDatabase({ folder })
  await migrate(db)
  const town = await openTown(() => Promise.resolve(db))
  await db.query(
    `insert into incidents (town_id, id, number, class_code, severity, source, title, address, geom, path, state, reported_at,
       stage, stage_kind, stage_at, warn_at, due_at, unit_id, asks)
     select t.id, nextval('incident_ids'), to_char(now(), 'YYYYMMDD') || '-' || lpad(n::text, 6, '0'), '0' || 1 + n % 2,
       (array['minor', 'usual', 'urgent'])[1 + n % 3], (array['member', 'officer', 'citizen', 'hotline'])[1 + n % 4],
       (array['占道经营', '垃圾堆放', '路灯不亮', '井盖破损', '河道漂浮物'])[1 + n % 5] || ' ' || n, '澄霞路 ' || n % 900 || ' 号',
       st_pointonsurface(g.geom), g.path, (array['reported', 'filed', 'dispatched', 'handling', 'handled'])[1 + n % 5],
       now() - n * interval '20 seconds', 'file', 'natural', now() - interval '1 hour',
       now() + (n % 3000 - 700) * interval '1 minute', now() + (n % 3000 - 600) * interval '1 minute',
       case when n % 5 > 1 then (select min(id) from units) end, (n % 97 = 0)::int
     from generate_series(1, $1::int) n
     cross join towns t
     join (select *, row_number() over (order by id) - 1 as nth, count(*) over () as many from grids where level = 3) g
       on g.nth = n % g.many`,
    [count],
  )
  return {
    url: town.running.url,
    async close() {
      await town.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Does something and waits until the page shows it: milliseconds from the input to the frame after it was drawn. */
const shownAfter = (page: Page, what: { type: string } | { scrollTo: number }) =>
  page.evaluate(async (asked) => {
    const count = document.querySelector<HTMLElement>('[data-testid=queue-count]')
    const list = document.querySelector<HTMLElement>('[data-testid=queue]')
    const input = document.querySelector<HTMLInputElement>('[data-testid=queue-search]')
    if (!count || !list || !input) throw new Error('the queue is not there')
    const painted = () =>
      new Promise<void>((resolve) =>
        requestAnimationFrame(() => {
          const channel = new MessageChannel()
          channel.port1.onmessage = () => resolve()
          channel.port2.postMessage(0)
        }),
      )
    const firstOf = () => document.querySelector<HTMLElement>('[data-testid=queue] li')?.ariaPosInSet
    const [shown, first] = [count.dataset.shown, firstOf()]
    const from = performance.now()
    if ('type' in asked) {
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(input, asked.type)
      input.dispatchEvent(new Event('input', { bubbles: true }))
    } else list.scrollTop = asked.scrollTo
    do {
      await painted()
      if (performance.now() - from > 5000)
        throw new Error(`nothing has changed after ${JSON.stringify(asked)}`)
    } while ('type' in asked ? count.dataset.shown === shown : firstOf() === first)
    return performance.now() - from
  }, what)

const quantile = (sorted: readonly number[], q: number) =>
  Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN) * 10) / 10

/**
 * `queueInteractionMs`: from a letter typed or a scroll to the frame that shows it, the 95th of 96, with 100,000 open incidents in real
 * Chromium; the median beside it, and how long the queue takes to load whole.
 */
export async function benchQueue(): Promise<{
  queueInteractionMs: number
  queueInteractionMedianMs: number
  queueLoadSeconds: number
}> {
  const town = await openBusyTown(incidents)
  const browser = await openBrowser()
  try {
    const page = await browser.open()
    await page.context().addCookies([{ ...(await signIn(town.url, 'dispatcher', password)), url: town.url }])
    const began = performance.now()
    await page.goto(`${town.url}/dispatch`)
    await page.waitForSelector(`[data-loading=done][data-total="${incidents}"]`, { timeout: 300_000 })
    const queueLoadSeconds = Math.round((performance.now() - began) / 100) / 10
    await page.waitForSelector('html[data-map="ready"]', { state: 'attached', timeout: 120_000 })
    await page.waitForTimeout(5000)
    const took: number[] = []
    // Each leaves another number than the one before, by which it is known to be shown.
    const words = ['路灯', '路灯 33', '', '垃圾 4', '井盖', '井盖 7', '', '澄霞路 77', '9', '99', '999', '']
    for (let i = 0; i < filterings; i++) {
      took.push(await shownAfter(page, { type: words[i % words.length] ?? '' }))
      // A hand pauses between words: the map takes up the change then, and is measured with the next one if it is late.
      await page.waitForTimeout(200)
    }
    for (let i = 0; i < scrollings; i++) {
      took.push(await shownAfter(page, { scrollTo: (((i + 1) * 7919) % 90_000) * 30 }))
      await page.waitForTimeout(50)
    }
    took.sort((a, b) => a - b)
    return {
      queueInteractionMs: quantile(took, 0.95),
      queueInteractionMedianMs: quantile(took, 0.5),
      queueLoadSeconds,
    }
  } finally {
    await browser.close()
    await town.close()
  }
}
