import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Opened, openBrowser, signIn, unnamedControls } from '../setup/browser.ts'
import { databases } from '../setup/database.ts'
import { fillReports } from '../setup/report-town.ts'
import { openTown, password, type TestTown } from '../setup/town.ts'

// Briefings by hand: asked for, watched, taken, proved; a schedule and a template. The tests go on from each other.

const embedded = databases[0]
const patience = { timeout: 120_000 }

describe('the page of briefings', () => {
  let town: TestTown
  let browser: Opened
  let page: Page
  beforeAll(async () => {
    if (!embedded) throw new Error('no embedded database')
    town = await openTown(embedded.open, () => new Date('2026-11-17T09:00:00+08:00'))
    await fillReports(town)
    browser = await openBrowser()
    page = await browser.open()
    const cookie = await signIn(town.running.url, 'admin', password)
    await page.context().addCookies([{ ...cookie, url: town.running.url }])
    await page.goto(`${town.running.url}/manage/reports`)
  }, patience.timeout)
  afterAll(async () => {
    await browser?.close()
    await town?.close()
  })
  const at = (id: string) => page.getByTestId(id)

  it(
    'makes one that is asked for, and hands it out',
    async () => {
      await page.getByText('还没有简报').waitFor({ timeout: 30_000 })
      await at('report-make').click()
      await at('report-from').fill('2026-11-11')
      await at('report-advice').fill('加强夜间巡查。')
      await at('report-start').click()
      await at('report').waitFor(patience)
      expect(await at('report').innerText()).toContain('试验镇网格化治理周研判（2026年第46周）')
      const taken = page.waitForEvent('download')
      await at('report-pdf').click()
      expect((await taken).suggestedFilename()).toBe('试验镇网格化治理周研判（2026年第46周）.pdf')
      await at('report-check').click()
      await at('report-proof').waitFor(patience)
      expect(await at('report-proof').innerText()).toBe('重制后逐字节一致')
      expect(await unnamedControls(page)).toEqual([])
    },
    patience.timeout,
  )

  it('takes a promise, and says what is no number', async () => {
    await at('report-promises').click()
    await page.getByText('这份简报还没有承诺。').waitFor(patience)
    await at('promise-words').fill('下周按期处置率达到九成五')
    await at('promise-target').fill('950')
    expect(await at('promise-add').isDisabled()).toBe(true)
    await page.getByText('请填一个数').waitFor(patience)
    await at('promise-target').fill('95')
    expect(await unnamedControls(page)).toEqual([])
    await at('promise-add').click()
    await at('promise').waitFor(patience)
    expect(await at('promise').innerText()).toMatch(/下周按期处置率达到九成五\s+全镇 · 按期处置率 ≥ 95 %/)
    // Nothing typed is left for a second click to send again.
    expect(await at('promise-words').inputValue()).toBe('')
    const [held] = await town.running.db.query<{ target: number; measure: string }>(
      'select target::float8 as target, measure from report_promises',
    )
    expect(held).toEqual({ target: 0.95, measure: 'handledOnTime' })
    await page.keyboard.press('Escape')
    await at('promises-dialog').waitFor({ state: 'detached' })
  })

  it('plans one, and says why a template is not taken', async () => {
    await at('schedule-add').click()
    await at('schedule-save').click()
    await at('schedule').waitFor(patience)
    expect(await at('schedule').innerText()).toContain('每周一 08:00')
    await at('template-file-zh-CN').setInputFiles({
      name: 'a.docx',
      mimeType: 'application/octet-stream',
      buffer: Buffer.from('nonsense'),
    })
    await at('template-said').waitFor(patience)
    expect(await at('mail-state').innerText()).toContain('SMTP_URL')
  })
})
