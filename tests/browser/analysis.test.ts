import { readFileSync } from 'node:fs'
import type { Download, Page } from 'playwright-core'
import readXlsx from 'read-excel-file/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Evaluation } from '../../api/contract/evaluation.ts'
import { insertPastIncidents } from '../../api/incidents/history.ts'
import { type Opened, openBrowser, signIn, unnamedControls } from '../setup/browser.ts'
import { databases } from '../setup/database.ts'
import { openTown, password, south, type TestTown, west } from '../setup/town.ts'

// The analysis page: every number that of the API, everything that is chosen chosen everywhere, and the address holds it all.

const embedded = databases[0]
const patience = { timeout: 30_000 }
const hour = 3_600_000

describe('the analysis page', { timeout: 240_000 }, () => {
  let town: TestTown
  let browser: Opened
  let page: Page
  const now = new Date('2026-11-22T04:00:00Z')

  /** October and the first weeks of November, some of each in every grid of the first level, most of them closed in time. */
  const past = () =>
    Array.from({ length: 260 }, (_, i) => {
      const at = new Date(Date.parse('2026-10-03T00:30:00Z') + i * 4.5 * hour)
      const corner = i % 7 === 0 ? 3 : i % 3 === 0 ? 1 : 0
      const late = i % 5 === 0
      const closedAt = new Date(at.getTime() + (late ? 50 : 3) * hour)
      const event = (name: string, when: Date) => ({
        event: name,
        at: when,
        actorName: '导入',
        actorRole: 'import',
        data: { imported: true },
      })
      return {
        sourceKey: `analysis-${i}`,
        classCode: i % 4 === 0 ? '02' : '01',
        source: 'import' as const,
        title: i === 259 ? '=HYPERLINK("http://x","y")' : `第 ${i} 件`,
        lng: west + (corner % 2) * 0.02 + 0.001,
        lat: south + (corner > 1 ? 0.02 : 0) + 0.001,
        gridId: town.grid(`G${corner}00`),
        state: 'closed' as const,
        reportedAt: at,
        dueAt: new Date(at.getTime() + 24 * hour),
        closedAt,
        ...(i % 2 === 0 ? { unitCode: 'U1' } : {}),
        events: [event('incident:reported', at), event('incident:closed', closedAt)],
      }
    })

  beforeAll(async () => {
    if (!embedded) throw new Error('no embedded database')
    town = await openTown(embedded.open, () => now)
    await town.running.services.db.transaction((tx) => insertPastIncidents(tx, past()))
    browser = await openBrowser()
    page = await browser.open()
    const cookie = await signIn(town.running.url, 'leader', password)
    await page.context().addCookies([{ ...cookie, url: town.running.url }])
    await page.goto(`${town.running.url}/analysis?from=2026-11-01&to=2026-11-20`)
    await at('strip').waitFor({ timeout: 60_000 })
  })
  afterAll(async () => {
    await browser?.close()
    await town?.close()
  })
  const at = (id: string) => page.getByTestId(id)
  const cases = () => at('value-cases').innerText()
  const ask = async (query: string) =>
    (await (await town.as('leader'))('GET', `/api/evaluation?${query}`)).json() as Promise<Evaluation>
  const casesOf = async (query: string) => (await ask(query)).groups[0]?.sums.cases ?? 0
  const shows = (number: number) => expect.poll(cases, patience).toBe(String(number))
  const search = () => new URL(page.url()).searchParams
  const rows = () => at('ranking').locator('tbody tr')
  const saved = async (press: () => Promise<void>): Promise<{ path: string; name: string }> => {
    const [file] = await Promise.all([page.waitForEvent('download'), press()])
    return { path: await (file as Download).path(), name: (file as Download).suggestedFilename() }
  }

  it('shows the numbers of the API, by every grid', async () => {
    const { groups } = await ask('from=2026-11-01&to=2026-11-20&by=grid')
    await shows(await casesOf('from=2026-11-01&to=2026-11-20'))
    expect(groups.length).toBe(3)
    for (const { key, sums, values } of groups) {
      const cells = await rows()
        .and(page.locator(`[data-key="${key}"]`))
        .locator('td')
        .allInnerTexts()
      expect(cells).toContain(String(sums.cases))
      expect(cells).toContain(`${((values.closedOnTime ?? 0) * 100).toFixed(1)} %`)
    }
    const [all] = (await ask('from=2026-11-01&to=2026-11-20')).groups
    expect(await at('value-closedOnTime').innerText()).toBe(
      `${((all?.values.closedOnTime ?? 0) * 100).toFixed(1)} %`,
    )
    expect(await at('value-satisfied').innerText()).toBe('—')
    expect(await at('measure-satisfied').locator('xpath=following-sibling::*').textContent()).toContain(
      '满意数 ÷ 评价数',
    )
    expect(await unnamedControls(page)).toEqual([])
  })

  it('follows in everything when days are brushed and a grid is chosen, and the way back', async () => {
    const box = await at('chart-day').locator('svg').boundingBox()
    if (!box) throw new Error('no chart')
    const y = box.y + box.height / 2
    await page.mouse.move(box.x + box.width * 0.25, y)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * 0.4, y, { steps: 4 })
    await page.mouse.move(box.x + box.width * 0.55, y, { steps: 4 })
    await page.mouse.up()
    await expect.poll(() => search().get('day'), patience).toMatch(/^2026-11-\d\d\.\.2026-11-\d\d$/)
    const [from = '', to = ''] = (search().get('day') ?? '').split('..')
    const brushed = await casesOf(`from=${from}&to=${to}`)
    await shows(brushed)
    const grid = town.grid('G0')
    const line = rows().and(page.locator(`[data-key="${grid}"]`))
    await line.getByRole('button').focus()
    await page.keyboard.press('Enter')
    await expect.poll(() => search().get('grid1'), patience).toBe(String(grid))
    const both = await casesOf(`from=${from}&to=${to}&gridId=${grid}`)
    expect(both).toBeLessThan(brushed)
    await shows(both)
    // The other grids stay, to be chosen instead; classes are those of this one alone.
    expect(await rows().count()).toBe(3)
    const byClass = await ask(`from=${from}&to=${to}&gridId=${grid}&by=class`)
    await at('table-by').selectOption('class')
    for (const { name, sums } of byClass.groups)
      await expect
        .poll(
          () =>
            rows()
              .filter({ hasText: name ?? '' })
              .locator('td')
              .nth(1)
              .innerText(),
          patience,
        )
        .toBe(String(sums.cases))
    await at('table-by').selectOption('grid')
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
    await page.keyboard.press('Escape')
    await shows(brushed)
    await page.goBack()
    await shows(both)
    const link = page.url()
    const other = await page.context().newPage()
    await other.goto(link)
    await expect.poll(() => other.getByTestId('value-cases').innerText(), patience).toBe(String(both))
    await other.close()
    await at('clear-chosen').click()
    await shows(await casesOf('from=2026-11-01&to=2026-11-20'))
  })

  it('takes a press on a bar and on the map', async () => {
    const { groups } = await ask('from=2026-11-01&to=2026-11-20&by=class')
    const [first] = groups.toSorted((a, b) => b.sums.cases - a.sums.cases)
    await at('chart-class').locator('.bars button').first().click()
    await expect.poll(() => search().get('class'), patience).toBe(first?.key)
    await shows(first?.sums.cases ?? 0)
    await at('choice-class').click()
    await page.locator('[data-testid=analysis-map][data-ready=true]').waitFor({ timeout: 60_000 })
    const map = page.locator('.grid-map canvas')
    await expect
      .poll(
        async () => {
          if (!search().get('grid1')) await map.click({ position: { x: 330, y: 300 } })
          return search().get('grid1')
        },
        { timeout: 60_000, interval: 1500 },
      )
      .toMatch(/^\d+$/)
    await shows(await casesOf(`from=2026-11-01&to=2026-11-20&gridId=${search().get('grid1')}`))
    await at('clear-chosen').click()
  })

  it('compares with the period before, with other dates and side by side', async () => {
    await at('beside-button').click()
    await at('versus').selectOption('span')
    await at('versus-from').fill('2026-10-05')
    await at('versus-to').fill('2026-10-24')
    const then = await casesOf('from=2026-10-05&to=2026-10-24')
    const line = at('beside').locator('tbody tr').first().locator('td')
    await expect.poll(() => line.nth(1).innerText(), patience).toBe(String(then))
    await at('versus').selectOption('grid')
    await at('versus-grid').selectOption(String(town.grid('G1')))
    const there = await casesOf(`from=2026-11-01&to=2026-11-20&gridId=${town.grid('G1')}`)
    await expect.poll(() => line.nth(1).innerText(), patience).toBe(String(there))
    expect(await at('beside').innerText()).not.toMatch(/NaN|Infinity|undefined/)
    await at('versus').selectOption('before')
    await at('beside-button').click()
  })

  it('shows on the map what the server works out, and what of the choice that leaves out', async () => {
    const legend = at('map-legend')
    const shown = { ...patience, interval: 100 }
    for (const [mode, told] of [
      ['hot', '冷热点'],
      ['moran', '聚集与异常'],
      ['density', '件/km²'],
      ['hexagon', '件/六边形'],
      ['coverage', '没有巡查轨迹'],
      ['reach', '没有已接单的案件'],
    ] as const) {
      await at('map-shown').selectOption(mode)
      await expect.poll(() => legend.getAttribute('data-state'), shown).toBe('ready')
      expect(await legend.innerText()).toContain(told)
      expect(search().get('m')).toBe(mode)
    }
    await at('map-shown').selectOption('density')
    await at('map-bandwidth').selectOption('600')
    await expect.poll(() => at('map-notes').innerText(), shown).toContain('带宽 600 m')
    expect(search().get('bw')).toBe('600')
    await at('chart-rhythm').locator('svg').click()
    await expect.poll(() => at('map-notes').innerText(), shown).toContain('没有计入：星期与时点')
    // Twenty days are no time to tell a pattern by.
    await at('map-shown').selectOption('emerging')
    await expect.poll(() => legend.innerText(), shown).toContain('10 周')
    await page.route('**/api/evaluation/hot-spots*', (route) => route.abort())
    await at('map-shown').selectOption('hot')
    await expect.poll(() => legend.getAttribute('data-state'), shown).toBe('failed')
    await page.unroute('**/api/evaluation/hot-spots*')
    await legend.getByRole('button').click()
    await expect.poll(() => legend.getAttribute('data-state'), shown).toBe('ready')
    await at('map-shown').selectOption('cases')
    await at('clear-chosen').click()
    browser.errors.length = 0
  })

  it('shows the same where the server has more cases than it sends', async () => {
    const text = () => at('ranking').locator('tbody').innerText()
    const strip = () => at('strip').locator('b').allInnerTexts()
    const grid = town.grid('G0')
    const inGrid = await casesOf(`from=2026-11-01&to=2026-11-20&gridId=${grid}`)
    await expect.poll(text, patience).toContain(`网格G0\t${inGrid}\t`)
    const here = [await text(), await strip()]
    await page.route('**/api/evaluation/facts*', (route) =>
      route.fulfill({
        status: 422,
        contentType: 'application/problem+json',
        body: JSON.stringify({
          type: 'about:blank',
          title: 'x',
          status: 422,
          code: 'invalid',
          detail: 'from: x',
        }),
      }),
    )
    await page.reload()
    await at('by-server').waitFor({ timeout: 60_000 })
    await at('strip').waitFor(patience)
    await expect.poll(async () => [await text(), await strip()], patience).toEqual(here)
    await expect.poll(() => at('chart-times').innerText(), patience).toMatch(/一半不超过|没有处置完/)
    const asked = page.waitForRequest((request) => request.url().includes('/api/evaluation/cross'))
    await rows()
      .and(page.locator(`[data-key="${grid}"]`))
      .getByRole('button')
      .click()
    expect(new URL((await asked).url()).searchParams.get('grid1')).toBe(String(grid))
    await shows(inGrid)
    await expect.poll(() => at('study').getAttribute('aria-busy'), patience).toBe('false')
    const first = at('case-list').locator('tbody tr').first()
    await expect.poll(() => first.innerText(), patience).toMatch(/\d{6}[^]*第 \d+ 件[^]*网格G0/)
    await page.route('**/api/evaluation/cross*', (route) => route.abort())
    await at('table-by').selectOption('month')
    await at('study-failed').waitFor(patience)
    await page.unroute('**/api/evaluation/cross*')
    await at('study-failed').getByRole('button').click()
    await at('study-failed').waitFor({ ...patience, state: 'detached' })
    await expect.poll(() => at('ranking').locator('tbody').innerText(), patience).toContain('2026-11')
    await page.unroute('**/api/evaluation/facts*')
    await page.goto(`${town.running.url}/analysis?from=2026-11-01&to=2026-11-20`)
    await at('strip').waitFor({ timeout: 60_000 })
    browser.errors.length = 0
  })

  it('gives files of what is on the screen, in which nothing is a formula', async () => {
    const { groups } = await ask('from=2026-11-01&to=2026-11-20&by=grid')
    const csv = await saved(() => at('export-csv').click())
    const text = readFileSync(csv.path, 'utf8')
    expect(csv.name).toMatch(/^试验镇 研判 2026-11-01 2026-11-20\.csv$/)
    expect(text.startsWith('\uFEFF名次,网格,案件')).toBe(true)
    for (const { name, sums } of groups) expect(text).toContain(`${name},${sums.cases},`)
    await expect.poll(() => at('case-list').innerText(), patience).toContain('=HYPERLINK')
    const book = await saved(() => at('export-xlsx').click())
    const sheets = await readXlsx(book.path)
    expect(sheets.map(({ sheet }) => sheet)).toEqual(['指标', '排名', '案件', '说明'])
    const ranking = sheets[1]?.data ?? []
    expect(ranking.slice(1).map((row) => row[2])).toEqual(
      groups.map(({ sums }) => sums.cases).sort((a, b) => b - a),
    )
    const titles = (sheets[2]?.data ?? []).map((row) => row[1])
    expect(titles).toContain(`'=HYPERLINK("http://x","y")`)
    await at('chart-day').hover()
    const svg = await saved(() => at('save-day-svg').click())
    expect(readFileSync(svg.path, 'utf8')).toMatch(/^<svg[^]*每日案件[^]*2026-11-01 – 2026-11-20[^]*<\/svg>$/)
    const png = await saved(() => at('save-day-png').click())
    expect(readFileSync(png.path).subarray(1, 4).toString()).toBe('PNG')
  })

  it('opens a case on the console', async () => {
    const link = at('case-list').locator('tbody a').first()
    await expect.poll(() => link.innerText(), patience).toMatch(/\d{6}/)
    expect(await link.getAttribute('href')).toMatch(/^\/dispatch\?id=\d+$/)
  })

  it('says what it is where there is no case, and where out leads, in English as well', async () => {
    await at('range-from').fill('2021-02-01')
    await at('range-to').fill('2021-02-28')
    await at('empty').waitFor(patience)
    expect(await at('empty').innerText()).toContain('这段日子没有案件')
    await at('language').click()
    await page.getByText('There is no case in these days.').waitFor(patience)
    await at('empty').getByRole('button').click()
    await at('strip').waitFor(patience)
    expect(await page.locator('main').innerText()).not.toMatch(/NaN|Infinity|undefined|案件|网格(?!G)/)
    await page.goto(`${town.running.url}/analysis?from=2026-11-01&to=2026-11-20&class=none`)
    await at('empty-chosen').waitFor({ timeout: 60_000 })
    expect(await cases()).toBe('0')
    expect(await page.locator('main').innerText()).not.toMatch(/NaN|Infinity|undefined/)
    expect(browser.strays).toEqual([])
    expect(browser.errors).toEqual([])
  })
})
