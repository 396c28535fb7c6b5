import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Playback, Track, TrackLook } from '../../api/contract/track.ts'
import { dayDate, startOfDay } from '../../web/format.ts'
import { type Opened, openBrowser, unnamedControls } from '../setup/browser.ts'
import { databases } from '../setup/database.ts'
import { openTown, password, south, type TestTown, until, west } from '../setup/town.ts'

// Ways on the board: why one looks, a day of an officer, and the past played. The tests go on from each other.

const embedded = databases[0]
const minute = 60_000

describe('tracks on the board', () => {
  let town: TestTown
  let browser: Opened
  let page: Page
  const zone = 'Asia/Shanghai'
  const midnight = startOfDay(Date.now(), zone)
  /** The hour that was walked, within one day: a kilometre and a half, then ten minutes at one place, and on. */
  const begin =
    (Date.now() - 70 * minute >= midnight ? Date.now() : Math.min(Date.now(), midnight)) - 70 * minute
  const end = begin + 60 * minute
  const report = async (code: string, fixes: object[]) => {
    const answer = await (await town.device(code))('POST', '/api/positions/batch', { fixes })
    expect(await answer.json()).toMatchObject({ accepted: fixes.length })
  }
  const walk = (from: number, to: number) => {
    const fixes: object[] = []
    for (let at = from, meters = 0; at <= to; at += 20_000) {
      const standing = at > begin + 20 * minute && at < begin + 30 * minute
      if (!standing) meters += 24
      fixes.push({
        lng: west + 0.001 + meters / 94_600,
        lat: south + 0.004,
        recordedAt: new Date(at).toISOString(),
        speed: standing ? 0 : 1.2,
      })
    }
    return fixes
  }
  const looks = async () => {
    const answer = await (await town.as('admin'))('GET', '/api/track-looks')
    return ((await answer.json()) as { looks: TrackLook[] }).looks
  }
  const mapReady = () =>
    page.waitForSelector('html[data-map="ready"]', { state: 'attached', timeout: 90_000 })
  const find = async (name: string) => {
    await page.keyboard.press('/')
    await page.keyboard.type(name)
    await page.keyboard.press('Enter')
    await page.getByTestId('officer-card').filter({ hasText: name }).waitFor()
  }

  beforeAll(async () => {
    if (!embedded) throw new Error('no embedded database')
    // On duty since before the hour: the town's clock stands at its beginning while they sign on.
    let now: number | null = begin - minute
    town = await openTown(embedded.open, () => new Date(now ?? Date.now()))
    for (const code of ['O1', 'O2']) {
      const phone = await town.device(code)
      const answer = await phone('POST', `/api/officers/${town.officer(code)}/shift`, { on: true })
      expect(answer.status).toBeLessThan(300)
    }
    now = null
    await report('O1', walk(begin, end))
    await report('O2', walk(begin + 30 * minute, end))
    browser = await openBrowser()
    page = await browser.open()
    await page.goto(town.running.url)
    await page.fill('input[name=username]', 'dispatcher')
    await page.fill('input[name=password]', password)
    await page.keyboard.press('Enter')
    await mapReady()
  })
  afterAll(async () => {
    await browser?.close()
    await town?.close()
  })

  it('show nobody’s trail before it was said why, and keep who looked', async () => {
    await find('王一')
    const trail = page.getByTestId('trail')
    expect(await trail.getAttribute('aria-pressed')).toBe('false')
    await trail.click()
    const dialog = page.getByTestId('reason-dialog')
    await dialog.waitFor()
    expect(await dialog.innerText()).toMatch(/记录[\s\S]*队员本人/)
    await page.keyboard.press('Escape')
    expect(await trail.getAttribute('aria-pressed')).toBe('false')
    expect(await looks()).toEqual([])
    await trail.click()
    await dialog.waitFor()
    await page.keyboard.press('3')
    await expect.poll(() => trail.getAttribute('aria-pressed')).toBe('true')
    const [look] = await until('the look', async () => {
      const found = await looks()
      return found.length > 0 && found
    })
    expect(look).toMatchObject({ name: 'dispatcher', officerId: town.officer('O1'), reason: 'safety' })
  })

  it('ask once: the same officer’s day opens at once, with the figures of the API', async () => {
    await page.getByTestId('open-track').click()
    const panel = page.getByTestId('track-panel')
    await panel.waitFor()
    expect(await page.getByTestId('reason-dialog').count()).toBe(0)
    const day = dayDate(begin, zone)
    await page.getByTestId('day').fill(day)
    const figures = page.getByTestId('track-figures')
    await figures.waitFor({ timeout: 20_000 })
    const from = new Date(`${day}T00:00:00+08:00`)
    const answer = await (await town.as('dispatcher'))(
      'GET',
      `/api/officers/${town.officer('O1')}/track?from=${from.toISOString()}&to=${new Date(from.getTime() + 86_400_000).toISOString()}&reason=safety`,
    )
    const track = (await answer.json()) as Track
    expect(track.fixes).toBe(181)
    const said = await figures.innerText()
    expect(said).toContain(`${(track.distanceMeters / 1000).toFixed(2)} km`)
    expect(said).toContain(String(track.fixes))
    expect(track.stops.length).toBe(1)
    expect(await page.getByTestId('track-stops').locator('li').count()).toBe(1)
    expect(await page.getByTestId('track-grids').locator('li').count()).toBe(Math.min(7, track.grids.length))
  })

  it('show on the strip what is pointed at, and the other way round by the keys', async () => {
    const strip = page.getByTestId('speed-strip')
    await strip.focus()
    await page.keyboard.press('ArrowRight')
    const first = await strip.getAttribute('aria-valuetext')
    await page.keyboard.press('ArrowRight')
    expect(await strip.getAttribute('aria-valuetext')).not.toBe(first)
    expect(await unnamedControls(page)).toEqual([])
    await page.getByTestId('track-panel').getByRole('button', { name: '关闭' }).click()
    expect(await page.getByTestId('track-panel').count()).toBe(0)
  })

  it('play the past on one clock, and say that it is the past', async () => {
    await page.getByTestId('open-playback').click()
    await page.getByTestId('pick-officer').fill('王二')
    await page.keyboard.press('Enter')
    await page.getByTestId('day').fill(dayDate(end, zone))
    const answered = page.waitForResponse((response) => response.url().includes('/api/tracks?'))
    await page.getByTestId('start-playback').click()
    // Said for one of them already; asked for the other.
    await page.getByTestId('reason-dialog').waitFor()
    await page.keyboard.press(await page.getByTestId('reason-review').locator('kbd').innerText())
    const { tracks } = (await (await answered).json()) as Playback
    expect(tracks.map(({ officerId, fixes }) => [officerId, fixes])).toEqual([
      [town.officer('O1'), 181],
      [town.officer('O2'), 91],
    ])
    const banner = page.getByTestId('playback-banner')
    await banner.waitFor()
    expect(await banner.innerText()).toMatch(/回放[\s\S]*不是现在/)
    const time = () => page.getByTestId('playback-time').innerText()
    const seconds = async () => (await time()).split(':').reduce((sum, part) => sum * 60 + Number(part), 0)
    await page.keyboard.press(' ')
    const paused = await time()
    await page.waitForTimeout(600)
    expect(await time()).toBe(paused)
    await page.keyboard.press('ArrowRight')
    const before = await seconds()
    await page.getByRole('button', { name: '60×' }).click()
    await page.keyboard.press(' ')
    const started = Date.now()
    await until('ten minutes of the past', async () => (await seconds()) - before >= 600, 60_000)
    // Sixty times as fast as the wall's clock, and no faster.
    expect(Date.now() - started).toBeGreaterThan(9000)
  })

  it('lose nothing of what is live meanwhile, and come back to it by one key', async () => {
    const phone = await town.device('O1')
    await phone('POST', '/api/positions', {
      lng: west + 0.031,
      lat: south + 0.031,
      recordedAt: new Date().toISOString(),
      speed: 1,
    })
    await (await town.as('member'))('POST', '/api/incidents', {
      classCode: '01',
      title: '回放时上报',
      lng: west + 0.001,
      lat: south + 0.001,
    })
    await page.waitForTimeout(1500)
    expect(await page.getByTestId('playback-banner').count()).toBe(1)
    await page.keyboard.press('Escape')
    await expect.poll(() => page.getByTestId('playback-banner').count()).toBe(0)
    await page.getByTestId('incident-row').filter({ hasText: '回放时上报' }).waitFor({ timeout: 5000 })
    expect(await page.getByTestId('officer-card').innerText()).toContain('网格G3')
  })

  it('are told to the administrator, page and filter', async () => {
    const admin = await browser.open()
    await admin.goto(town.running.url)
    await admin.fill('input[name=username]', 'admin')
    await admin.fill('input[name=password]', password)
    await admin.keyboard.press('Enter')
    await admin.getByTestId('manage').waitFor({ timeout: 60_000 })
    await admin.goto(`${town.running.url}/manage/looks`)
    await admin.getByTestId('looks').waitFor()
    const told = await looks()
    const rows = admin.getByTestId('looks').locator('tbody tr')
    await expect.poll(() => rows.count()).toBe(told.length)
    expect(await rows.first().innerText()).toMatch(/dispatcher[\s\S]*检查/)
    await admin.getByTestId('looks-officer').selectOption(String(town.officer('O2')))
    await expect
      .poll(() => rows.count())
      .toBe(told.filter(({ officerId }) => officerId === town.officer('O2')).length)
    await admin.context().close()
  })

  it('asked nothing of anybody else, and broke nowhere', () => {
    expect(browser.strays).toEqual([])
    expect(browser.errors.filter((error) => !/401/.test(error))).toEqual([])
  })
})
