import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Incident } from '../../api/contract/incident.ts'
import type { Action } from '../../api/contract/lifecycle.ts'
import { themes } from '../../web/ui/tokens.ts'
import { type Opened, openBrowser } from '../setup/browser.ts'
import { databases } from '../setup/database.ts'
import { openTown, south, type TestTown, west } from '../setup/town.ts'
import { type Clip, countColor, picture, rgbOf } from './pixels.ts'

// What is on the map and around it, looked at in pictures and met by mouse and keyboard. The tests go on from each other.

const embedded = databases[0]
const { urgent, accent } = themes.dark
/** The first squad's colour, and the first monitoring system's. */
const hue = rgbOf('#56B4E9')

describe('the map of the board', () => {
  let town: TestTown
  let browser: Opened
  let page: Page

  const enter = async (username: string, options: Parameters<Opened['open']>[0] = {}) => {
    const opened = await browser.open({
      viewport: { width: 1280, height: 800 },
      deviceScaleFactor: 1,
      ...options,
    })
    const [name = '', value = ''] = (await town.as(username)).cookie.split('=')
    await opened.context().addCookies([{ name, value, url: town.running.url }])
    await opened.goto(town.running.url)
    await mapReady(opened)
    return opened
  }
  const mapReady = (of: Page) =>
    of.waitForSelector('html[data-map="ready"]', { state: 'attached', timeout: 90_000 })

  beforeAll(async () => {
    if (!embedded) throw new Error('no embedded database')
    town = await openTown(embedded.open)
    browser = await openBrowser()
    page = await enter('dispatcher')
  })
  afterAll(async () => {
    await browser?.close()
    await town?.close()
  })

  const crumbs = (of = page) => of.getByTestId('grid-breadcrumb').innerText()
  const tip = () => page.locator('.hover-tip')
  const row = (title: string, of = page) => of.getByTestId('incident-row').filter({ hasText: title })
  const report = async (title: string, x: number, y: number) => {
    const answer = await (await town.as('member'))('POST', '/api/incidents', {
      classCode: '01',
      title,
      lng: west + x,
      lat: south + y,
    })
    expect(answer.status).toBe(201)
    return (await answer.json()) as Incident
  }
  const act = async (id: number, action: Action, more: object = {}, who = 'dispatcher') => {
    const answer = await (await town.as(who))('POST', `/api/incidents/${id}/transitions`, {
      action,
      ...more,
    })
    expect(answer.status).toBe(200)
  }
  const fix = async (x: number, y: number, aheadMs = 0) => {
    const phone = await town.device('O1')
    const answer = await phone('POST', '/api/positions', {
      lng: west + x,
      lat: south + y,
      recordedAt: new Date(Date.now() + aheadMs).toISOString(),
      speed: 1,
      heading: 90,
    })
    expect(answer.status).toBeLessThan(300)
  }
  const layRoad = async (ends: readonly (readonly [number, number])[]) => {
    const { db } = town.running
    for (const [i, [lng, lat]] of ends.entries())
      await db.query(
        'insert into road_nodes (id, geom) values ($1, st_setsrid(st_makepoint($2::float8, $3::float8), 4326))',
        [i + 1, lng, lat],
      )
    await db.query(
      `insert into road_edges (source, target, osm_way, segment, class, oneway, drive, walk, length_m, geom)
       select a.id, b.id, 1, 0, 'primary', false, true, true, st_distance(a.geom::geography, b.geom::geography), st_makeline(a.geom, b.geom)
       from road_nodes a, road_nodes b where a.id = 1 and b.id = 2`,
    )
  }
  const reading = async (state: 'alarm' | 'normal', message?: string) => {
    const { points } = (await (await (await town.as('admin'))('GET', '/api/points')).json()) as {
      points: { id: number; code: string }[]
    }
    const id = points.find(({ code }) => code === 'P2')?.id
    const answer = await (await town.as('admin'))('POST', `/api/points/${id}/readings`, {
      recordedAt: new Date().toISOString(),
      state,
      message,
    })
    expect(answer.status).toBe(200)
  }
  /** Where a place of the town is on the screen, from the names of two grids whose middles are known. */
  const onScreen = async (x: number, y: number) => {
    const middle = async (name: string) => {
      const box = await page.locator('.map-names p', { hasText: name }).first().boundingBox()
      if (!box) throw new Error(`${name} is not written`)
      return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
    }
    const [a, b] = [await middle('网格G0'), await middle('网格G3')]
    return {
      x: a.x + ((x - 0.01) / 0.02) * (b.x - a.x),
      y: a.y + ((y - 0.01) / 0.02) * (b.y - a.y),
    }
  }
  const around = (at: { x: number; y: number }, width: number, height = width): Clip => ({
    x: Math.round(at.x - width / 2),
    y: Math.round(at.y - height / 2),
    width,
    height,
  })
  const wholeMap: Clip = { x: 330, y: 140, width: 620, height: 400 }
  const see = async (clip: Clip, color = hue, tolerance?: number) =>
    countColor(page, await picture(page, clip), color, tolerance)
  const hover = async (at: { x: number; y: number }) => {
    await page.mouse.move(at.x + 5, at.y + 5)
    await page.mouse.move(at.x, at.y)
  }
  const home = async () => {
    for (let i = 0; i < 6; i++) await page.keyboard.press('Escape')
    await page.keyboard.press('0')
    await page.waitForTimeout(1100)
  }

  it('is calm in a town without incidents, and says what to expect', async () => {
    await page.getByText('当前没有在办事件').waitFor()
    expect(await page.getByTestId('time-range').innerText()).toContain('0 件')
    const whole = await picture(page, { x: 0, y: 0, width: 1280, height: 800 })
    expect((await countColor(page, whole, rgbOf(urgent))).count).toBeLessThan(10)
  })

  it('really draws: lines of the grids in the accent colour over the ground', async () => {
    await page.addStyleTag({ content: '.map-names { visibility: hidden }' }).then((tag) => tag.dispose())
    const image = await picture(page, wholeMap)
    const ground = await countColor(page, image, rgbOf(themes.dark.land), 6)
    expect(ground.all - ground.count).toBeGreaterThan(2000)
    expect((await countColor(page, image, rgbOf(accent), 90)).count).toBeGreaterThan(800)
    await page.evaluate(() => document.head.querySelector('style:last-of-type')?.remove())
  })

  it('says over a quiet point what it is, opens it by a click, and hides it with its system', async () => {
    const at = await onScreen(0.001, 0.001)
    await hover(at)
    await expect.poll(() => tip().innerText(), { timeout: 5000 }).toContain('东门')
    await page.mouse.click(at.x, at.y)
    await page.getByTestId('point-card').waitFor()
    await page.keyboard.press('Escape')
    await page.getByTestId('layer-system-video').click()
    await hover(at)
    await expect.poll(() => tip().innerText(), { timeout: 5000 }).toContain('网格G0')
    // A few pixels beside a point the grid is met, not the point.
    await page.getByTestId('layer-system-video').click()
    await hover({ x: at.x + 12, y: at.y - 12 })
    await expect.poll(() => tip().innerText(), { timeout: 5000 }).toContain('网格G0')
  })

  it('rings an alarm in red as soon as its reading arrives, and lets go of it', async () => {
    const at = around(await onScreen(0.031, 0.031), 40)
    expect((await see(at, rgbOf(urgent), 40)).count).toBe(0)
    await reading('alarm', '水位超限')
    const alarms = () => page.getByTestId('layer-system-video').locator('span').last().innerText()
    await expect.poll(alarms, { timeout: 10_000 }).toBe('1')
    await expect
      .poll(async () => (await see(at, rgbOf(urgent), 40)).count, { timeout: 5000 })
      .toBeGreaterThan(20)
    await reading('normal')
    await expect.poll(async () => (await see(at, rgbOf(urgent), 40)).count, { timeout: 10_000 }).toBe(0)
  })

  it('moves an officer smoothly from fix to fix', async () => {
    await page.getByTestId('layer-system-video').click() // its hue is the squad's
    await (await town.device('O1'))('POST', `/api/officers/${town.officer('O1')}/shift`, { on: true })
    await fix(0.013, 0.006)
    const clip = around(await onScreen(0.015, 0.006), 150, 50)
    await expect.poll(async () => (await see(clip)).count, { timeout: 10_000 }).toBeGreaterThan(20)
    const start = (await see(clip)).x
    await fix(0.017, 0.006, 9000)
    const places: number[] = []
    const end = Date.now() + 20_000
    // Two places between start and goal: a jump would show none.
    while (places.length < 2 && Date.now() < end) {
      const { count, x } = await see(clip)
      if (count > 20 && x > start + 4 && x > (places.at(-1) ?? 0) + 3) places.push(x)
    }
    const goal = (await onScreen(0.017, 0.006)).x - clip.x
    expect(places).toHaveLength(2)
    expect(places[0]).toBeLessThan(goal - 5)
  })

  it('names the officer under the pointer, and opens their card by a click', async () => {
    await fix(0.017, 0.0075, 12_000)
    const at = await onScreen(0.017, 0.0075)
    // They walk there from the last place: until then the grid is met.
    const met = async () => {
      await hover(at)
      return tip().innerText()
    }
    await expect.poll(met, { timeout: 20_000 }).toMatch(/^王一\s+一中队\s+.*前$/)
    await page.mouse.click(at.x, at.y)
    const card = page.getByTestId('officer-card')
    await card.waitFor()
    expect(await card.innerText()).toMatch(/一中队[\s\S]*王一[\s\S]*19900000001/)
    await page.keyboard.press('Escape')
    await card.waitFor({ state: 'detached' })
    await hover({ x: at.x - 30, y: at.y })
    await expect.poll(() => tip().innerText(), { timeout: 5000 }).toContain('网格G0')
    await page.mouse.click(at.x - 30, at.y)
    await page.getByTestId('grid-card').waitFor()
    expect(await card.count()).toBe(0)
    await home()
  })

  it('shows the way of an officer who is chosen in the list, and takes it away again', async () => {
    await page.locator('.squad').click()
    await page.getByTestId('officer-row').filter({ hasText: '王一' }).click()
    const card = page.getByTestId('officer-card')
    await card.waitFor()
    expect(await card.innerText()).toMatch(/一中队[\s\S]*网格G0[\s\S]*19900000001/)
    const trail = card.getByRole('button', { name: '近两小时轨迹' })
    await trail.click()
    await page.getByTestId('reason-dialog').waitFor()
    await page.keyboard.press('1')
    await expect.poll(() => trail.getAttribute('aria-pressed')).toBe('true')
    await page.waitForTimeout(2500)
    const middle: Clip = { x: 420, y: 200, width: 460, height: 300 }
    const ground = async () => (await see(middle, rgbOf(themes.dark.land), 6)).count
    const before = await ground()
    await trail.click()
    await page.waitForTimeout(600)
    expect((await ground()) - before).toBeGreaterThan(200)
    await home()
  })

  it('finds an officer, an incident, a grid and a point by the keyboard', async () => {
    await report('河边倾倒垃圾', 0.012, 0.012)
    await row('河边倾倒垃圾').waitFor({ timeout: 10_000 })
    for (const [typed, card] of [
      ['王一', 'officer-card'],
      ['倾倒', 'incident-card'],
      ['网格G12', 'grid-card'],
      ['西门', 'point-card'],
    ] as const) {
      await page.keyboard.press('/')
      await page.keyboard.type(typed)
      await page.keyboard.press('Enter')
      await page.getByTestId(card).waitFor({ timeout: 5000 })
      if (card === 'grid-card') expect(await crumbs()).toContain('网格G12')
    }
    await home()
    expect(await page.locator('.card').count()).toBe(0)
  })

  it('pages the history of the grid in focus, says when it does not come, and opens a closed case', async () => {
    const { id } = await report('办结的案件', 0.01, 0.01)
    await act(id, 'file')
    await act(id, 'dispatch', { unitId: 1 })
    await act(id, 'accept')
    await act(id, 'finish', { note: '已清理' })
    // Nobody checks and closes what they handled.
    await act(id, 'check', {}, 'admin')
    await act(id, 'close', {}, 'admin')
    await page.route('**/api/incidents?*state=closed*', (route) => route.abort())
    await page.keyboard.press('m')
    await page.reload() // so that it comes from the history, not from what was watched
    await mapReady(page)
    const panel = page.getByTestId('incidents')
    await panel.getByRole('button', { name: '已结' }).click()
    await panel.getByText('办结的事件没有加载成功').waitFor()
    await page.unroute('**/api/incidents?*state=closed*')
    await panel.getByRole('button', { name: '重试' }).click()
    await row('办结的案件').click()
    const card = page.getByTestId('incident-card')
    await expect.poll(() => card.innerText(), { timeout: 5000 }).toMatch(/结案[\s\S]*历时[\s\S]*已清理/)
    await page.getByTestId('grid-table').getByRole('button', { name: '网格G3' }).click()
    await panel.getByText('这里还没有办结的事件').waitFor()
    await home()
    await panel.getByRole('button', { name: '在办' }).click()
  })

  it('writes on the heat the time it stands for, and says how many cases lie under the pointer', async () => {
    await page.keyboard.press('h')
    const note = page.getByTestId('heat-note')
    await expect.poll(() => note.innerText(), { timeout: 10_000 }).toMatch(/热力 \d\d-\d\d .*全部类别 · 2 件/)
    const before = await note.innerText()
    await page.getByTestId('strip').getByRole('button', { name: '7 天' }).click()
    await expect.poll(() => note.innerText()).not.toBe(before)
    await hover(await onScreen(0.01, 0.01)) // the closed case: no pin lies over it
    await expect.poll(() => tip().innerText(), { timeout: 5000 }).toMatch(/150 米内 1 件\s+环保 1/)
    await page.getByTestId('class-filter').selectOption('02')
    await expect.poll(() => note.innerText()).toMatch(/安监 · 0 件/)
    await page.getByTestId('class-filter').selectOption('')
    await expect.poll(() => note.innerText()).toMatch(/全部类别 · [1-9]/)
    await page.keyboard.press('h')
    await expect.poll(() => note.count()).toBe(0)
  })

  it('answers the keyboard: help and Esc, and remembers that it was muted', async () => {
    await page.keyboard.press('?')
    const help = page.getByTestId('help')
    await help.waitFor()
    await page.keyboard.press('Escape')
    await help.waitFor({ state: 'hidden' })
    expect(await page.getByTestId('mute').getAttribute('aria-pressed')).toBe('true')
    expect(await page.getByTestId('mute').getAttribute('aria-label')).toBe('开启声音')
  })

  it('gives every button and field a name', async () => {
    await row('河边倾倒垃圾').click()
    await page.getByTestId('layers-button').click()
    await page.getByTestId('timeline').waitFor()
    const nameless = await page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('button, a, input, select, textarea, [role=slider]')]
        .filter((element) => {
          const labels = 'labels' in element ? [...((element as HTMLInputElement).labels ?? [])] : []
          const name = [element.ariaLabel, element.textContent, ...labels.map((label) => label.textContent)]
          return !name.some((part) => part?.trim())
        })
        .map((element) => element.outerHTML.slice(0, 120)),
    )
    expect(nameless).toEqual([])
    await page.getByTestId('layers-button').click()
    await home()
  })

  it('says when the server is gone, and comes back by itself', async () => {
    const kind = () => page.getByTestId('freshness').getAttribute('data-kind')
    await fix(0.017, 0.006, 10_000)
    await expect.poll(kind, { timeout: 10_000 }).toBe('live')
    await page.context().setOffline(true)
    town.running.dropClients()
    await expect.poll(kind, { timeout: 10_000 }).toMatch(/behind|none/)
    expect(await page.getByTestId('freshness').innerText()).toContain('正在重连')
    await page.context().setOffline(false)
    await expect
      .poll(() => page.getByTestId('freshness').innerText(), { timeout: 20_000 })
      .not.toContain('正在重连')
  })

  it('shows the wall everything but telephone numbers, and lets it press nothing', async () => {
    await page.context().close()
    page = await enter('screen')
    await row('河边倾倒垃圾').click()
    await page.getByTestId('action-file').waitFor()
    expect(await page.locator('[data-testid^=action-]:enabled').count()).toBe(0)
    await page.locator('.card').getByRole('button', { name: '关闭' }).click()
    await page.locator('.squad').click()
    await page.getByTestId('officer-row').first().click()
    await page.getByTestId('officer-card').waitFor()
    const html = await page.content()
    expect(html).not.toContain('1990000')
    expect(await page.getByTestId('officer-card').innerText()).not.toContain('电话')
    await page.context().close()
  })

  it('shows an officer only the grids of their own', async () => {
    await report('别处的案件', 0.031, 0.031)
    page = await enter('officer')
    await row('河边倾倒垃圾').waitFor()
    expect(await row('别处的案件').count()).toBe(0)
    const table = await page.getByTestId('grid-table').innerText()
    expect(table).toContain('网格G0')
    expect(table).not.toMatch(/网格G[123]/)
    await page.context().close()
  })

  it('shows the wall closed roads and an officer in danger, until they are open and somebody is sent', async () => {
    page = await enter('screen')
    const red = async (x: number, y: number) =>
      (await see(around(await onScreen(x, y), 80), rgbOf(urgent), 40)).count
    expect(await page.getByTestId('danger').count()).toBe(0)
    expect(await red(0.012, 0.004)).toBe(0)
    await layRoad([
      [west + 0.01, south + 0.004],
      [west + 0.014, south + 0.004],
    ])
    const desk = await town.as('dispatcher')
    const closed = await desk('POST', '/api/roads/closures', {
      note: '桥面维修',
      for: 'all',
      shape: {
        type: 'LineString',
        coordinates: [
          [west + 0.01, south + 0.004],
          [west + 0.014, south + 0.004],
        ],
      },
    })
    expect(closed.status).toBe(201)
    await expect.poll(() => red(0.012, 0.004), { timeout: 30_000 }).toBeGreaterThan(20)

    const help = { lng: west + 0.006, lat: south + 0.008, note: '被围住了', key: 'board-sos' }
    const called = await (await town.as('officer'))('POST', '/api/sos', help)
    expect(called.status).toBe(201)
    const raised = (await called.json()) as Incident
    const banner = page.getByTestId('danger')
    await banner.getByText('队员遇险 1 件').waitFor({ timeout: 30_000 })
    await expect.poll(() => red(0.006, 0.008), { timeout: 30_000 }).toBeGreaterThan(200)
    await banner.getByRole('button').click()
    await expect.poll(() => page.getByTestId('incident-card').innerText()).toContain(raised.title)
    await page.keyboard.press('Escape')

    await act(raised.id, 'dispatch', { unitId: 1 })
    await banner.waitFor({ state: 'detached', timeout: 30_000 })
    const { id } = (await closed.json()) as { id: number }
    expect((await desk('POST', `/api/roads/closures/${id}/lift`, {})).status).toBe(200)
    await expect.poll(() => red(0.012, 0.004), { timeout: 30_000 }).toBe(0)
    await page.context().close()
  })

  it('jumps instead of flying for whoever asked for less motion', async () => {
    page = await enter('dispatcher', { reducedMotion: 'reduce' })
    const [soon, later] = await page.evaluate(async () => {
      const button = document.querySelector<HTMLElement>('.grid-table tbody button')
      const place = () => document.querySelector<HTMLElement>('.map-names p')?.style.transform
      const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
      const before = place()
      button?.click()
      await wait(60)
      const moved = place()
      await wait(1200)
      return [moved === before ? 'nothing moved' : moved, place()]
    })
    expect(soon).toBe(later)
    const motion = await page
      .locator('.panel')
      .first()
      .evaluate((element) => {
        element.classList.add('incident-row', 'is-new')
        return getComputedStyle(element).animationDuration
      })
    expect(Number.parseFloat(motion)).toBeLessThan(0.01)
  })

  it('asked nothing of anybody else, and broke nowhere', () => {
    expect(browser.strays).toEqual([])
    const expected = /ERR_INTERNET_DISCONNECTED|ERR_FAILED|401|WebSocket connection/
    expect(browser.errors.filter((error) => !expected.test(error))).toEqual([])
  })
})

describe('the map of a city too large to be sent whole', () => {
  let town: TestTown
  let browser: Opened
  beforeAll(async () => {
    if (!embedded) throw new Error('no embedded database')
    town = await openTown(embedded.open, undefined, { everyoneLimit: 0 })
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await town?.close()
  })

  it('shows who is in view, numbers from afar, and counts everybody all the time', async () => {
    const phone = await town.device('O1')
    await phone('POST', `/api/officers/${town.officer('O1')}/shift`, { on: true })
    const page = await browser.open({ viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1 })
    const [name = '', value = ''] = (await town.as('screen')).cookie.split('=')
    await page.context().addCookies([{ name, value, url: town.running.url }])
    const asked: string[][] = []
    page.on('websocket', (socket) =>
      socket.on('framesent', ({ payload }) => {
        const cells = /"cells":(\[[^\]]*\])/.exec(String(payload))?.[1]
        if (cells) asked.push(JSON.parse(cells) as string[])
      }),
    )
    await page.goto(town.running.url)
    await page.waitForSelector('html[data-map="ready"]', { state: 'attached', timeout: 90_000 })
    const report = () =>
      phone('POST', '/api/positions', {
        lng: west + 0.013,
        lat: south + 0.006,
        recordedAt: new Date().toISOString(),
        speed: 1,
        heading: 90,
      })
    const hued = async () =>
      (await countColor(page, await picture(page, { x: 330, y: 140, width: 620, height: 400 }), hue)).count
    await page.getByTestId('layer-system-video').click() // its hue is the squad's
    const without = await hued()
    await report()
    await expect.poll(() => page.getByTestId('officer-count').innerText(), { timeout: 15_000 }).toBe('1')
    await expect.poll(hued, { timeout: 15_000 }).toBeGreaterThan(without + 20)
    expect(asked.at(-1)?.length).toBeGreaterThan(0)
    expect(await page.locator('.squad-count').first().innerText()).toMatch(/^1\s*\/\s*1$/)
    const before = asked.length
    for (let i = 0; i < 6; i++) {
      await page.getByRole('button', { name: '缩小' }).click()
      await page.waitForTimeout(400)
    }
    await expect.poll(() => asked.at(-1), { timeout: 15_000 }).toEqual([])
    expect(asked.length - before).toBeLessThanOrEqual(6)
    await expect.poll(hued, { timeout: 15_000 }).toBeLessThan(without + 5)
    expect(await page.getByTestId('officer-count').innerText()).toBe('1')
    expect(browser.errors).toEqual([])
  })
})
