import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Wall, WallReplay } from '../../api/contract/wall.ts'
import { usualProfiles } from '../../api/contract/wall-rules.ts'
import { dayDate } from '../../web/format.ts'
import { type Opened, openBrowser, signIn } from '../setup/browser.ts'
import { databases } from '../setup/database.ts'
import { openTown, password, south, type TestTown, west } from '../setup/town.ts'
import { findFaults } from './wall-faults.ts'

// A past day on a wall: yesterday is lived through the API by a server whose clock is set back, and then replayed on a kiosk of today.
// The tests go on from each other.

const embedded = databases[0]
const hour = 3_600_000
const profile = usualProfiles['1920×1080']
const timeZone = 'Asia/Shanghai'

describe('a past day on the wall', () => {
  let town: TestTown
  let browser: Opened
  let page: Page
  let wall: Wall
  let key: string
  const yesterday = dayDate(Date.now() - 24 * hour, timeZone)
  const midnight = Date.parse(`${yesterday}T00:00:00+08:00`)
  let now = () => new Date()
  const at = (hours: number) => {
    now = () => new Date(midnight + hours * hour)
  }

  /** Sessions of yesterday have ended by today. */
  const sessions = new Map<string, Promise<string>>()
  const cookieOf = async (who: string) => {
    const { name, value } = await signIn(town.running.url, who, password)
    return `${name}=${value}`
  }
  const call = async <T>(who: string, method: string, path: string, body?: unknown): Promise<T> => {
    const cookie = sessions.get(who) ?? cookieOf(who)
    sessions.set(who, cookie)
    const answer = await fetch(town.running.url + path, {
      method,
      headers: { cookie: await cookie, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as T
  }
  const report = (title: string, x: number, classCode = '01') =>
    call<{ id: number }>('dispatcher', 'POST', '/api/incidents', {
      classCode,
      title,
      source: 'hotline',
      lng: west + x,
      lat: south + x,
    })
  const move = (id: number, action: string, more: object = {}) =>
    call('dispatcher', 'POST', `/api/incidents/${id}/transitions`, { action, ...more })
  const replay = (change: object) =>
    call<Wall>('dispatcher', 'PUT', `/api/walls/${wall.id}/state`, {
      replay: { day: yesterday, speed: 60, startedAt: new Date().toISOString(), fromHour: 9, ...change },
    })
  const bar = () => page.getByTestId('wall-replay')
  const time = () => page.getByTestId('wall-replay-time').innerText()
  const big = (name: string) =>
    page
      .getByTestId('wall-situation')
      .getByRole('button', { name: new RegExp(`^${name}`) })
      .locator('b')
      .innerText()
  /** Stops the clock at a minute of the day, as a hand does with the scrubber. */
  const standAt = async (hours: number) => {
    if ((await page.getByTestId('wall-replay-play').getAttribute('aria-label')) === '暂停')
      await page.getByTestId('wall-replay-play').click()
    await page.getByTestId('wall-replay-scrub').fill(String(hours * 3600))
  }

  beforeAll(async () => {
    if (!embedded) throw new Error('no embedded database')
    at(8)
    town = await openTown(embedded.open, () => now())
    at(9)
    await call('dispatcher', 'POST', `/api/officers/${town.officer('O1')}/shift`, {
      on: true,
      at: now().toISOString(),
    })
    const device = await town.device('O1')
    const fixes = Array.from({ length: 180 }, (_, i) => ({
      lng: west + 0.005 + i * 1e-4,
      lat: south + 0.01,
      recordedAt: new Date(midnight + 9 * hour + 1000 + i * 20_000).toISOString(),
    }))
    at(10.01)
    const sent = await device('POST', '/api/positions/batch', { fixes })
    if (!sent.ok) throw new Error(await sent.text())
    at(9.25)
    const first = await report('昨日东门垃圾', 0.005)
    at(9.5)
    await move(first.id, 'file')
    await move(first.id, 'dispatch', { unitId: 1 })
    const second = await report('昨日井盖', 0.03, '02')
    at(10)
    await move(second.id, 'settle', { note: '好了' })
    now = () => new Date()
    sessions.clear()
    await report('今日的事件', 0.02)
    wall = await call('admin', 'POST', '/api/walls', { name: '回放墙', profile })
    key = (await call<{ key: string }>('admin', 'PUT', `/api/walls/${wall.id}/key`)).key
    browser = await openBrowser()
    page = await browser.open({
      viewport: { width: 1920, height: 1080 },
      deviceScaleFactor: 1,
      reducedMotion: 'reduce',
    })
    await page.goto(`${town.running.url}/kiosk#${key}`)
    await page.waitForSelector('html[data-map="ready"]', { state: 'attached', timeout: 90_000 })
  }, 180_000)
  afterAll(async () => {
    await browser?.close()
    await town?.close()
  })

  it('takes the key out of the address and out of the history', async () => {
    await page.getByTestId('wall').waitFor()
    await page.goBack().catch(() => null)
    expect(page.url()).not.toContain(key)
    await page.goto(`${town.running.url}/wall`)
    await page.waitForSelector('html[data-map="ready"]', { state: 'attached', timeout: 90_000 })
  })

  it('is read, and takes the place of everything live', async () => {
    await replay({})
    await page.locator('[data-testid=wall-replay][data-status=ready]').waitFor({ timeout: 20_000 })
    expect(await bar().innerText()).toContain('回放 · 不是现在')
    expect(await page.getByTestId('wall-freshness').getAttribute('data-kind')).toBe('replay')
    expect(await page.getByText('今日的事件').count()).toBe(0)
    // What cannot follow gives way to what can.
    for (const kind of ['systems', 'hot'])
      expect(await page.locator(`.wall-place[data-panel=${kind}]`).count()).toBe(0)
    await page.getByTestId('wall-alarms').waitFor()
    // What comes now stays away from the past.
    await report('此刻的事件', 0.015)
    await page.waitForTimeout(2000)
    expect(await page.getByText('此刻的事件').count()).toBe(0)
  })

  it('plays by its own clock, a minute in a second', async () => {
    const before = await time()
    await expect.poll(time, { timeout: 10_000 }).not.toBe(before)
    expect(await time()).toMatch(/^09:\d\d$/)
  })

  it('shows the numbers as they stood, and they are those of the recorded day', async () => {
    const told = await call<WallReplay>('dispatcher', 'GET', `/api/walls/replay?day=${yesterday}`)
    for (const hours of [9.1, 9.4, 9.75, 10.5, 12]) {
      await standAt(hours)
      const until = hours * 3600
      const states = told.cases.flatMap(({ steps }) => {
        const step = steps.findLast(([second]) => second <= until)
        return step ? [step[1]] : []
      })
      const closed = states.filter((state) => ['closed', 'evaluated', 'archived'].includes(state)).length
      await expect.poll(() => big('当日上报'), { timeout: 5000 }).toBe(String(states.length))
      expect(await big('当日结案')).toBe(String(closed))
      expect(await big('在办')).toBe(String(states.length - closed))
      // Nobody can tell any more.
      expect(await big('超期')).toBe('—')
    }
    expect(told.cases).toHaveLength(2)
    await standAt(9.75)
    await page.getByTestId('wall-newest').getByText('安监').last().waitFor()
    expect(await page.getByTestId('wall-squads').innerText()).toContain('一中队')
    expect(await page.getByTestId('wall-replay-legend').innerText()).toContain('图上 1 人')
    await standAt(12)
    await expect.poll(() => page.getByTestId('wall-replay-legend').innerText()).toContain('图上 0 人')
  })

  it('is scrubbed with the keyboard, and stands still at its end', async () => {
    await standAt(12)
    await page.getByTestId('wall-replay-scrub').focus()
    await page.keyboard.press('ArrowRight')
    expect(await time()).toBe('12:10')
    await page.keyboard.press('Shift+ArrowLeft')
    expect(await time()).toBe('11:10')
    await page.keyboard.press('End')
    await page.getByTestId('wall-replay-ended').waitFor()
    expect(await time()).toBe('24:00')
    await page.waitForTimeout(1500)
    expect(await bar().getAttribute('data-status')).toBe('ready')
    expect(await time()).toBe('24:00')
  })

  it('is left by one press on a kiosk, which says what the desk shows', async () => {
    await page.getByTestId('wall-back-to-live').click()
    await expect.poll(() => page.getByTestId('wall-freshness').getAttribute('data-kind')).toBe('live')
    await page.getByTestId('wall-newest').getByText('此刻的事件').waitFor()
    expect(await page.getByTestId('wall-replay-left').innerText()).toContain(yesterday)
    await page.getByRole('button', { name: '看回放' }).click()
    await page.locator('[data-testid=wall-replay][data-status=ready]').waitFor()
  })

  it('says plainly that a day is empty, or cannot be had', async () => {
    await replay({ day: '2020-01-01', fromHour: 0 })
    await bar().getByText('这一天没有记录').waitFor({ timeout: 10_000 })
    await replay({ day: '2099-01-01', fromHour: 0 })
    await page.locator('[data-testid=wall-replay][data-status=failed]').waitFor({ timeout: 10_000 })
    expect(await bar().innerText()).toContain('2099-01-01 的回放没有取到')
    expect(await page.getByTestId('wall-situation').innerText()).toContain('回放没有取到')
    expect(await page.getByTestId('wall-freshness').getAttribute('data-kind')).toBe('replay')
  })

  it('gives the places of what cannot follow to what can, in another module as well', async () => {
    await replay({ fromHour: 9.5 })
    await call('dispatcher', 'PUT', `/api/walls/${wall.id}/state`, { module: 'grid' })
    await page.locator('main.wall[data-module=grid].is-replay').waitFor()
    for (const kind of ['squads', 'newest', 'alarms']) await page.getByTestId(`wall-${kind}`).waitFor()
    for (const kind of ['ranking', 'hot', 'satisfaction'])
      expect(await page.locator(`.wall-place[data-panel=${kind}]`).count()).toBe(0)
    await call('dispatcher', 'PUT', `/api/walls/${wall.id}/state`, { module: 'dispatch' })
  })

  it('is laid out without a fault in both languages', async () => {
    const found: string[] = []
    for (const language of ['zh-CN', 'en'] as const) {
      await call('dispatcher', 'PUT', `/api/walls/${wall.id}/state`, { language })
      await replay({ fromHour: 9.75, speed: 1 })
      await page.locator(`html[lang=${language}]`).waitFor({ state: 'attached' })
      await page.locator('[data-testid=wall-replay][data-status=ready]').waitFor()
      await page.getByTestId('wall-replay-legend').waitFor()
      await page.waitForTimeout(500)
      const faults = await page.evaluate(findFaults, { minimum: 16, columns: 1, rows: 1 })
      found.push(...faults.map((one) => `${language}: ${one.kind} ${one.what} / ${one.detail}`))
    }
    expect(found).toEqual([])
  })

  it('ends when the desk says so', async () => {
    await call('dispatcher', 'PUT', `/api/walls/${wall.id}/state`, { replay: null, language: 'zh-CN' })
    await bar().waitFor({ state: 'detached', timeout: 10_000 })
    await expect.poll(() => page.getByTestId('wall-freshness').getAttribute('data-kind')).toBe('live')
  })

  it('asks nothing of the outside, and says no error', () => {
    expect(browser.strays).toEqual([])
    expect(browser.errors.filter((one) => !/Failed to load resource/.test(one))).toEqual([])
  })
})
