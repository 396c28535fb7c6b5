import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Evaluation } from '../../api/contract/evaluation.ts'
import type { Target } from '../../api/contract/scoring.ts'
import type { Forecasts, HandOffs, Recurrence, Trend } from '../../api/contract/study.ts'
import { figure } from '../../web/format.ts'
import type { OwnScheme } from '../../web/measures/store.ts'
import { oneDecimal, percent } from '../../web/study/sentences.ts'
import { type Opened, openBrowser, signIn, unnamedControls } from '../setup/browser.ts'
import { databases } from '../setup/database.ts'
import { fillStudy } from '../setup/study-town.ts'
import { openTown, password, type TestTown } from '../setup/town.ts'

// When and why on the page are those of the API; targets and ways of scoring are set by hand. The tests go on from each other.

const embedded = databases[0]
const patience = { timeout: 30_000 }
const now = new Date('2026-11-21T09:00:00+08:00')

describe('when, why and what is to be reached', { timeout: 120_000 }, () => {
  let town: TestTown
  let browser: Opened
  let page: Page
  beforeAll(async () => {
    if (!embedded) throw new Error('no embedded database')
    town = await openTown(embedded.open, () => now)
    await fillStudy(town, Date.parse('2026-11-21T00:00:00+08:00'), 130)
    browser = await openBrowser()
    page = await browser.open()
    const cookie = await signIn(town.running.url, 'admin', password)
    await page.context().addCookies([{ ...cookie, url: town.running.url }])
  })
  afterAll(async () => {
    await browser?.close()
    await town?.close()
  })
  const at = (id: string) => page.getByTestId(id)
  const ask = async <T>(path: string) =>
    (
      await (
        await town.as('admin')
      )('GET', `/api/evaluation${path.startsWith('?') ? '' : '/'}${path}`)
    ).json() as Promise<T>
  const span = 'from=2026-08-01&to=2026-11-20'
  const near = async (id: string) => {
    await at(`study-${id}`).scrollIntoViewIfNeeded()
    await page.locator(`[data-testid=study-${id}][data-state=told]`).waitFor(patience)
  }

  it('tells when, in the numbers of the API', async () => {
    await page.route('**/api/evaluation/hand-offs**', (route) => route.fulfill({ status: 503, body: '{}' }))
    await page.goto(`${town.running.url}/analysis?${span}`)
    await at('study-panels').waitFor({ timeout: 60_000 })
    await near('trend')
    const { changes } = await ask<Trend>(`trend?${span}`)
    expect(await at('trend-change').count()).toBe(changes.length)
    expect(await at('trend-change').first().innerText()).toContain(
      `日均由 ${oneDecimal(changes[0]?.before ?? 0)} 件升至 ${oneDecimal(changes[0]?.after ?? 0)} 件`,
    )
    await near('forecast')
    const [all] = (await ask<Forecasts>('forecast')).groups
    expect(await at('forecast-expected').innerText()).toContain(oneDecimal(all?.total?.mean ?? 0))
    expect(await at('forecast-last').innerText()).toBe(figure(all?.lastWeek ?? 0))
    expect(await at('forecast-tested').innerText()).toContain(percent(all?.backTest?.covered ?? 0))
    await at('study-forecast').getByRole('button', { name: '按类别' }).click()
    const { groups } = await ask<Forecasts>('forecast?by=class')
    await at('forecast-groups').waitFor(patience)
    for (const { key, lastWeek } of groups)
      expect(await at('forecast-groups').locator(`[data-key="${key}"]`).innerText()).toContain(
        figure(lastWeek),
      )
  })

  it('tells why, opens the cases behind it, and asks again for what failed', async () => {
    await near('recurrence')
    const { places } = await ask<Recurrence>(`recurrence?${span}`)
    const lamp = at('places').locator('tr').filter({ hasText: '人民路三号' })
    expect(places.find(({ address }) => address === '人民路三号')?.cases).toBe(7)
    await lamp.locator('summary').click()
    const link = lamp.locator('a').first()
    await expect.poll(() => link.innerText(), patience).toMatch(/^20261120-\d{6}$/)
    expect(await link.getAttribute('href')).toMatch(/^\/dispatch\?id=\d+$/)
    await at('study-hand-offs').scrollIntoViewIfNeeded()
    const failed = at('study-hand-offs').getByTestId('study-failed')
    await failed.waitFor(patience)
    await page.unroute('**/api/evaluation/hand-offs**')
    await failed.getByRole('button').click()
    await near('hand-offs')
    const { moves } = await ask<HandOffs>(`hand-offs?${span}`)
    expect(await at('moves').locator('tbody tr').first().innerText()).toContain(percent(moves[0]?.share ?? 0))
    await near('near-repeat')
    expect(await at('near-matrix').locator('td').count()).toBe(16)
    expect(await at('study-panels').innerText()).not.toMatch(/NaN|Infinity|undefined|null/)
    expect(await unnamedControls(page)).toEqual([])
    // The browser writes the answer that it was given into its own log.
    expect(browser.errors.splice(0).filter((one) => !one.includes('503'))).toEqual([])
  })

  it('sets targets, says what is wrong at its line, and loses nothing', async () => {
    await page.goto(`${town.running.url}/manage/measures`)
    const line = at('target-closedOnTime')
    await line.waitFor(patience)
    await line.getByTestId('target-value').fill('95')
    await at('target-response').getByTestId('target-value').fill('15')
    await at('target-add-closedOnTime').click()
    const exception = line.locator('[data-where="?"]')
    await exception.getByTestId('target-value').fill('120')
    await exception.getByTestId('target-where').selectOption(`grid:${town.grid('G0')}`)
    expect(await line.getByTestId('target-fault').innerText()).toBe('比率不能超过 100 %。')
    expect(await at('targets-save').isDisabled()).toBe(true)
    const own = line.locator(`[data-where="grid:${town.grid('G0')}"]`)
    await own.getByTestId('target-value').fill('90')
    await page.getByTestId('tab-reports').click()
    await at('leave-dialog').getByRole('button').last().click()
    // What the page thinks good, the server may not.
    await page.route('**/api/evaluation/targets', (route) =>
      route.continue({ postData: route.request().postData()?.replace('0.9', '1.9') ?? '' }),
    )
    await at('targets-save').click()
    await line.getByTestId('target-fault').waitFor(patience)
    expect(await own.getByTestId('target-value').inputValue()).toBe('90')
    await page.unroute('**/api/evaluation/targets')
    await own.getByTestId('target-value').fill('91')
    await at('targets-save').click()
    await at('targets-done').filter({ hasText: '3' }).waitFor(patience)
    const { targets } = await ask<{ targets: Target[] }>('targets')
    expect(targets.map(({ measure, value, gridId }) => [measure, value, gridId])).toEqual([
      ['closedOnTime', 0.95, null],
      ['closedOnTime', 0.91, town.grid('G0')],
      ['response', 900, null],
    ])
    await line.getByTestId('target-value').first().fill('50')
    await at('targets-discard').click()
    expect(await line.getByTestId('target-value').first().inputValue()).toBe('95')
    browser.errors.splice(0)
  })

  it('adds, changes and deletes a way of scoring', async () => {
    const schemes = async () => (await ask<{ schemes: OwnScheme[] }>('schemes')).schemes
    await at('scheme-add').click()
    await at('scheme-save').click()
    expect(await at('scheme-fault').count()).toBe(2)
    await at('scheme-name').fill('本镇考核')
    await at('part-measure').selectOption('closedOnTime')
    await at('part-points').fill('60')
    await at('part-full').fill('90')
    await at('scheme-part-add').click()
    await at('part-measure').nth(1).selectOption('rework')
    await at('part-points').nth(1).fill('40')
    expect(await at('scheme-sum').innerText()).toContain('合计 100 分')
    await at('scheme-save').click()
    await at('scheme-own').waitFor(patience)
    expect((await schemes()).map(({ name, parts }) => [name, parts])).toEqual([
      [
        '本镇考核',
        [
          { measure: 'closedOnTime', points: 60, full: 0.9 },
          { measure: 'rework', points: 40, inverted: true },
        ],
      ],
    ])
    await at('scheme-change').click()
    await at('part-points').first().fill('50')
    await at('scheme-minus-add').click()
    await at('minus-tally').selectOption('reworks')
    await at('minus-each').fill('0.5')
    await at('scheme-save').click()
    await at('scheme-own').filter({ hasText: '合计 90 分' }).waitFor(patience)
    const [own] = await schemes()
    expect(own?.minus).toEqual([{ tally: 'reworks', each: 0.5 }])
    // The ranking of the analysis scores by it.
    await page.goto(`${town.running.url}/analysis?${span}&scheme=${own?.id}`)
    await expect
      .poll(() => at('table-scheme').locator('option:checked').textContent(), patience)
      .toBe('本镇考核')
    const { groups } = await ask<Evaluation>(`?${span}&by=grid&scheme=${own?.id}`)
    const best = Math.max(...groups.map(({ score }) => score ?? 0))
    await at('ranking').getByText(best.toFixed(1), { exact: true }).first().waitFor(patience)
    await page.goto(`${town.running.url}/manage/measures`)
    await at('scheme-remove').click()
    await at('scheme-away-confirm').click()
    await at('scheme-own').waitFor({ ...patience, state: 'detached' })
    expect(await schemes()).toEqual([])
    expect([browser.strays, browser.errors]).toEqual([[], []])
  })
})
