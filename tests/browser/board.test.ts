import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Incident } from '../../api/contract/incident.ts'
import { type Opened, openBrowser } from '../setup/browser.ts'
import { databases } from '../setup/database.ts'
import { openTown, password, south, type TestTown, west } from '../setup/town.ts'

// The board as its user meets it: the built web app, served by the product, in real Chromium. The tests go on from each other.

const embedded = databases[0]

describe('the board', () => {
  let town: TestTown
  let browser: Opened
  let page: Page
  beforeAll(async () => {
    if (!embedded) throw new Error('no embedded database')
    town = await openTown(embedded.open)
    browser = await openBrowser()
    page = await browser.open()
  })
  afterAll(async () => {
    await browser?.close()
    await town?.close()
  })
  const report = async (title: string, x = 0.011, y = 0.011) => {
    const answer = await (await town.as('member'))('POST', '/api/incidents', {
      classCode: '01',
      title,
      lng: west + x,
      lat: south + y,
    })
    return (await answer.json()) as Incident
  }
  const row = (title: string) => page.getByTestId('incident-row').filter({ hasText: title })
  const crumbs = () => page.getByTestId('grid-breadcrumb').innerText()
  const mapReady = () =>
    page.waitForSelector('html[data-map="ready"]', { state: 'attached', timeout: 90_000 })

  it('asks to sign in, says why when it refuses, and opens', async () => {
    await page.goto(town.running.url)
    await page.fill('input[name=username]', 'dispatcher')
    await page.fill('input[name=password]', 'wrong')
    await page.keyboard.press('Enter')
    await expect
      .poll(() => page.getByRole('alert').first().innerText(), { timeout: 10_000 })
      .toMatch(/口令|密码|用户名/)
    await page.fill('input[name=password]', password)
    await page.keyboard.press('Enter')
    await mapReady()
    expect(await page.locator('h1').first().innerText()).toBe('试验镇')
  })

  it('shows a new incident in its list within a second of the answer', async () => {
    const incident = await report('河边倾倒垃圾')
    const answered = Date.now()
    await row('河边倾倒垃圾').waitFor({ timeout: 10_000 })
    const waited = Date.now() - answered
    expect(incident.state).toBe('reported')
    expect(waited).toBeLessThan(1000)
  })

  it('moves an incident on with the buttons its role may press, and shows the others as shut', async () => {
    await row('河边倾倒垃圾').click()
    const card = page.getByTestId('incident-card')
    await card.waitFor()
    expect(await card.getByTestId('action-void').isEnabled()).toBe(true)
    await card.getByTestId('action-file').click()
    // Nobody is on shift: it goes to a squad without naming anybody.
    await card.locator('.to-unit > summary').click()
    await card.locator('.to-unit select[name=unitId]').selectOption('1')
    await card.getByTestId('to-unit').click()
    await card.getByTestId('action-accept').waitFor()
    const { incidents } = (await (await (await town.as('leader'))('GET', '/api/incidents')).json()) as {
      incidents: Incident[]
    }
    expect(incidents.find((one) => one.title === '河边倾倒垃圾')).toMatchObject({
      state: 'dispatched',
      unitId: 1,
    })
    await page.keyboard.press('Escape')
  })

  it('counts and draws an officer who comes on shift', async () => {
    expect(await page.getByTestId('officer-count').innerText()).toBe('0')
    const phone = await town.device('O1')
    await phone('POST', `/api/officers/${town.officer('O1')}/shift`, { on: true })
    await phone('POST', '/api/positions', {
      lng: west + 0.011,
      lat: south + 0.011,
      recordedAt: new Date().toISOString(),
      speed: 1,
      heading: 45,
    })
    await expect.poll(() => page.getByTestId('officer-count').innerText(), { timeout: 15_000 }).toBe('1')
  })

  it('goes down the grids by click and comes up by the keyboard', async () => {
    const top = await crumbs()
    const box = await page.getByTestId('map').boundingBox()
    if (!box) throw new Error('no map')
    // A quarter from the centre: in the middle of a level-1 grid, away from every border.
    const [x, y] = [box.x + box.width / 2 + 90, box.y + box.height / 2 + 60]
    await page.mouse.click(x, y)
    await expect.poll(crumbs, { timeout: 15_000 }).toMatch(/网格G\d/)
    await page.waitForTimeout(1500)
    await page.mouse.click(x, y)
    await expect.poll(crumbs, { timeout: 15_000 }).toMatch(/网格G\d\d/)
    for (let i = 0; i < 6 && (await crumbs()) !== top; i += 1) {
      await page.keyboard.press('Escape')
      await page.waitForTimeout(200)
    }
    expect(await crumbs()).toBe(top)
  })

  it('takes up what it missed while the network was away', async () => {
    await page.context().setOffline(true)
    // An open websocket outlives the emulated loss; the server lets go of it, and the page cannot come back.
    town.running.dropClients()
    await report('断网期间上报')
    await page.waitForTimeout(1500)
    expect(await row('断网期间上报').count()).toBe(0)
    await page.context().setOffline(false)
    await row('断网期间上报').waitFor({ timeout: 30_000 })
  })

  it('speaks English and goes light, and remembers both', async () => {
    await page.getByTestId('language').click()
    expect(await page.locator('h1').first().innerText()).toBe('Testtown')
    await page.getByTestId('theme').click()
    await page.reload()
    await mapReady()
    expect(await page.locator('h1').first().innerText()).toBe('Testtown')
    expect(await page.locator('html').getAttribute('data-theme')).toBe('light')
    expect(await page.locator('html').getAttribute('lang')).toBe('en')
    // Nothing but names from the data is Chinese on an English page.
    const rest = (await page.locator('body').innerText()).replaceAll(
      /霞客|试验镇|网格G?\d*|王[一二]|李三|一中队|视频监控|环保|安监|河边倾倒垃圾|断网期间上报|中文/g,
      '',
    )
    expect(rest.match(/\p{Script=Han}+/gu) ?? []).toEqual([])
  })

  it('fits a phone', async () => {
    await page.setViewportSize({ width: 390, height: 844 })
    await page.waitForTimeout(800)
    const width = await page.evaluate(() => document.documentElement.scrollWidth)
    expect(width).toBeLessThanOrEqual(390)
    await page.setViewportSize({ width: 1920, height: 1080 })
  })

  it('shows the API page from our own server', async () => {
    const docs = await browser.open()
    await docs.goto(`${town.running.url}/api/docs`)
    await docs.getByText('/api/grids/geometry').waitFor({ timeout: 20_000 })
    await docs.context().close()
  })

  it('asked nothing of anybody else, and broke nowhere', () => {
    expect(browser.strays).toEqual([])
    expect(
      browser.errors.filter((error) => !/ERR_INTERNET_DISCONNECTED|401|WebSocket connection/.test(error)),
    ).toEqual([])
  })
})
