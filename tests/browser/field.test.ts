import type { BrowserContext, Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Assignment } from '../../api/contract/assignment.ts'
import type { Incident, IncidentDetail } from '../../api/contract/incident.ts'
import type { LivePosition } from '../../api/contract/position.ts'
import type { Track } from '../../api/contract/track.ts'
import { dayDate } from '../../web/format.ts'
import { type Opened, openBrowser, unnamedControls } from '../setup/browser.ts'
import { databases } from '../setup/database.ts'
import { openTown, password, south, type TestTown, until, west } from '../setup/town.ts'

// An officer's phone, and where an administrator sees it. The tests of each part go on from each other.

const embedded = databases[0]
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }

describe('the field page', () => {
  let town: TestTown
  let browser: Opened
  let context: BrowserContext
  let page: Page
  let own: number
  const begin = Date.now() - 60_000
  const place = (step: number) => ({
    longitude: west + 0.001 + step * 0.0004,
    latitude: south + 0.002,
    accuracy: 9,
  })
  const state = () => page.getByTestId('field-state').getAttribute('data-kind')
  const waiting = async () => Number(await page.getByTestId('field-waiting').getAttribute('data-count'))
  const live = async () => {
    const answer = await (await town.as('dispatcher'))('GET', '/api/positions')
    return ((await answer.json()) as { positions: LivePosition[] }).positions
  }
  const track = async () => {
    const [from, to] = [begin, Date.now() + 60_000].map((at) => new Date(at).toISOString())
    const answer = await (await town.as('member'))('GET', `/api/officers/${own}/track?from=${from}&to=${to}`)
    return (await answer.json()) as Track
  }
  const signIn = async (name: string) => {
    await page.goto(town.running.url)
    await page.fill('input[name=username]', name)
    await page.fill('input[name=password]', password)
    await page.keyboard.press('Enter')
  }

  beforeAll(async () => {
    if (!embedded) throw new Error('no embedded database')
    town = await openTown(embedded.open)
    own = town.officer('M1')
    browser = await openBrowser()
    page = await browser.open({ ...phone, geolocation: place(0), permissions: ['geolocation'] })
    context = page.context()
  })
  afterAll(async () => {
    await browser?.close()
    await town?.close()
  })

  it('is where a grid member lands on a phone, and records nothing off shift', async () => {
    await signIn('member')
    await page.getByTestId('field-state').waitFor()
    expect(new URL(page.url()).pathname).toBe('/field')
    expect(await state()).toBe('off')
    await context.setGeolocation(place(1))
    await page.waitForTimeout(1000)
    expect([await waiting(), await live()]).toEqual([0, []])
    expect(await page.locator('main').innerText()).toMatch(/网格G00[\s\S]*180 天[\s\S]*还没有人看过/)
  })

  it('is readable and within reach: nothing unnamed, nothing small, nothing to the side', async () => {
    expect(await unnamedControls(page)).toEqual([])
    const seen = await page.evaluate(() => ({
      wide: document.querySelector('main')!.scrollWidth - innerWidth,
      small: [...document.querySelectorAll('button, a')]
        .map((one) => one.getBoundingClientRect())
        .filter(({ width, height }) => width < 44 || height < 44).length,
      theme: document.documentElement.dataset.theme,
    }))
    expect(seen).toEqual({ wide: 0, small: 0, theme: 'light' })
  })

  it('signs on, and the position is at the server', async () => {
    await page.getByTestId('shift').click()
    await expect.poll(state, { timeout: 15_000 }).toBe('reporting')
    const [position] = await until('the position', async () => {
      const found = await live()
      return found.length > 0 && found
    })
    expect(position).toMatchObject({ officerId: own, lng: place(1).longitude, lat: place(1).latitude })
    expect(await page.locator('main').innerText()).toContain('±9 米')
  })

  it('keeps what it records without a line, through the death of the page, and sends it after', async () => {
    await context.setOffline(true)
    await expect.poll(state).toBe('keeping')
    for (const step of [2, 3, 4]) {
      await page.waitForTimeout(5200)
      await context.setGeolocation(place(step))
      await expect.poll(waiting).toBe(step - 1)
    }
    const before = (await track()).fixes
    await page.close()
    await context.setGeolocation(place(5))
    await context.setOffline(false)
    page = await context.newPage()
    await page.goto(`${town.running.url}/field`)
    await expect.poll(state, { timeout: 20_000 }).toBe('reporting')
    await expect.poll(waiting).toBe(0)
    const { points, fixes } = await track()
    expect(fixes).toBeGreaterThanOrEqual(before + 3)
    const arrived = points.map(({ lng }) => Math.round((lng - west - 0.001) / 0.0004))
    expect(arrived).toEqual([...arrived].sort((a, b) => a - b))
    expect(arrived).toEqual(expect.arrayContaining([1, 2, 3, 4]))
  })

  it('tells its officer who looked at the track, and why', async () => {
    await (await town.as('dispatcher'))('GET', `/api/officers/${own}/track?reason=safety`)
    await page.reload()
    await expect
      .poll(() => page.getByTestId('own-looks').innerText(), { timeout: 10_000 })
      .toMatch(/dispatcher · 调度员\s+安全/)
  })

  it('asks before signing off, and then records nothing any more', async () => {
    await page.getByTestId('shift').click()
    await page.getByTestId('sign-off-dialog').waitFor()
    await page.keyboard.press('Escape')
    expect(await state()).not.toBe('off')
    await page.getByTestId('shift').click()
    await page.getByTestId('sign-off-confirm').click()
    await expect.poll(state).toBe('off')
    await expect.poll(live).toEqual([])
    const { fixes } = await track()
    await context.setGeolocation(place(9))
    await page.waitForTimeout(6000)
    expect([await waiting(), (await track()).fixes]).toEqual([0, fixes])
  })

  it('signs off without a line too: recording ends at once, the server is told later since when', async () => {
    await page.getByTestId('shift').click()
    await expect.poll(state, { timeout: 15_000 }).toBe('reporting')
    await context.setOffline(true)
    await page.getByTestId('shift').click()
    await page.getByTestId('sign-off-confirm').click()
    await page.getByTestId('field-ending').waitFor()
    expect(await state()).toBe('off')
    const endedBefore = Date.now()
    await page.waitForTimeout(3000)
    await context.setOffline(false)
    await page.getByTestId('field-ending').waitFor({ state: 'detached', timeout: 20_000 })
    const [shift] = await town.running.db.query<{ endedAt: Date }>(
      'select ended_at as "endedAt" from shifts where officer_id = $1 order by started_at desc limit 1',
      [own],
    )
    expect(shift?.endedAt.getTime()).toBeLessThanOrEqual(endedBefore)
  })

  it('says in words why there is no position, and what to do', async () => {
    await context.clearPermissions()
    await page.getByTestId('shift').click()
    await expect.poll(state, { timeout: 15_000 }).toBe('blind')
    expect(await page.getByTestId('field-state').innerText()).toMatch(/未允许[\s\S]*权限 → 位置 → 允许/)
    await context.grantPermissions(['geolocation'])
    // The page hears of the permission by itself.
    await expect.poll(state, { timeout: 15_000 }).toBe('reporting')
  })

  it('follows a shift that somebody else has ended', async () => {
    const ended = await (await town.as('dispatcher'))('POST', `/api/officers/${own}/shift`, { on: false })
    expect(ended.status).toBe(200)
    await context.setGeolocation(place(6))
    await expect.poll(state, { timeout: 45_000 }).toBe('off')
  })

  it('says when the next duty begins, where the calendar does not let sign on', async () => {
    const day = dayDate(Date.now() + 2 * 86_400_000, 'Asia/Shanghai')
    const planned = await (await town.as('admin'))('POST', '/api/duties', {
      officerIds: [own],
      from: day,
      to: day,
      slots: [{ label: '早班', from: '08:00', to: '12:00' }],
      days: 'every',
    })
    expect(planned.status).toBeLessThan(300)
    await page.getByTestId('shift').click()
    await expect
      .poll(() => page.getByTestId('field-refusal').innerText())
      .toContain(`下一班 ${day.slice(5)} 08:00 开始`)
    expect(await state()).toBe('off')
  })

  it('is the same in English and in the dark, and asked nothing of anybody else', async () => {
    await page.getByTestId('language').click()
    await page.getByTestId('theme').click()
    expect(await page.locator('main').innerText()).toMatch(/Off shift[\s\S]*Who looked at my track/)
    expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe('dark')
    expect(browser.strays).toEqual([])
    expect(browser.errors.filter((error) => !/401|409|ERR_INTERNET_DISCONNECTED/.test(error))).toEqual([])
  })
})

describe('reports and cases on a phone', () => {
  let town: TestTown
  let browser: Opened
  let page: Page
  const here = { longitude: west + 0.002, latitude: south + 0.002, accuracy: 7 }
  const photograph = () =>
    sharp({ create: { width: 1600, height: 1200, channels: 3, background: '#3a7' } })
      .jpeg()
      .toBuffer()
  const call = async <T>(name: string, method: string, path: string, body?: unknown) => {
    const answer = await (await town.as(name))(method, path, body)
    if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`)
    return (await answer.json()) as T
  }
  const incidents = async () =>
    (await call<{ incidents: Incident[] }>('dispatcher', 'GET', '/api/incidents')).incidents
  const detailOf = (id: number) => call<IncidentDetail>('dispatcher', 'GET', `/api/incidents/${id}`)
  const move = (name: string, id: number, body: object) =>
    call<Incident>(name, 'POST', `/api/incidents/${id}/transitions`, body)
  const chip = () => page.getByTestId('outbox-chip').getAttribute('data-state')
  const offline = (away: boolean) => page.context().setOffline(away)
  const open = async (hash: string) => {
    await page.goto(`${town.running.url}/field#${hash}`)
    await page.getByTestId('outbox-chip').waitFor()
  }
  const sent = async (title: string) => {
    const body = { classCode: '01', title, lng: here.longitude, lat: here.latitude }
    const made = await call<Incident>('dispatcher', 'POST', '/api/incidents', body)
    await move('dispatcher', made.id, { action: 'file' })
    const [unit] = (await call<{ units: { id: number }[] }>('dispatcher', 'GET', '/api/units')).units
    return move('dispatcher', made.id, { action: 'dispatch', unitId: unit?.id })
  }

  beforeAll(async () => {
    if (!embedded) throw new Error('no embedded database')
    town = await openTown(embedded.open)
    browser = await openBrowser()
    page = await browser.open({ ...phone, geolocation: here, permissions: ['geolocation'] })
    await page.goto(`${town.running.url}/field`)
    await page.fill('input[name=username]', 'officer')
    await page.fill('input[name=password]', password)
    await page.keyboard.press('Enter')
    await page.getByTestId('tab-report').waitFor()
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => {}))
  })
  afterAll(async () => {
    await browser?.close()
    await town?.close()
  })

  it('keeps a report with its photograph without a network, through a reload, and files it once', async () => {
    await open('report')
    await page.getByTestId('class-01').waitFor()
    await offline(true)
    const buffer = await photograph()
    await page.getByTestId('camera').setInputFiles({ name: 'a.jpg', mimeType: 'image/jpeg', buffer })
    await page.getByTestId('attached').locator('img').waitFor()
    await page.getByTestId('class-01').click()
    await page.getByTestId('description').fill('井盖破损')
    await expect.poll(() => page.getByTestId('place').getAttribute('data-placed')).toBe('true')
    await page.getByTestId('report-send').click()
    await expect.poll(() => page.getByTestId('report-kept').getAttribute('data-standing')).toBe('waits')
    await page.reload()
    await expect.poll(chip, { timeout: 15_000 }).toBe('waits')
    expect(await incidents()).toEqual([])
    await offline(false)
    await expect.poll(chip, { timeout: 30_000 }).toBe('sent')
    const [report, ...more] = await incidents()
    expect(more).toEqual([])
    expect(report).toMatchObject({ title: '井盖破损', classCode: '01', source: 'officer', state: 'reported' })
    expect(report?.lng).toBeCloseTo(here.longitude, 5)
    const { media } = await detailOf(report?.id ?? 0)
    expect(media).toMatchObject([{ kind: 'photo', moment: 'found', state: 'ready', width: 1600 }])
    await page.reload()
    await page.waitForTimeout(1500)
    expect((await incidents()).length).toBe(1)
  })

  it('shows what a new report may repeat, and adds the photographs there', async () => {
    await open('report')
    await page.getByTestId('class-01').first().click()
    await page.getByTestId('similar').waitFor({ timeout: 15_000 })
    const buffer = await photograph()
    await page.getByTestId('gallery').setInputFiles({ name: 'b.jpg', mimeType: 'image/jpeg', buffer })
    await page.getByTestId('attached').locator('li').waitFor()
    await page.getByTestId('similar').getByRole('button').click()
    await expect.poll(() => page.getByTestId('report-kept').getAttribute('data-standing')).toBe('sent')
    const [report, ...more] = await incidents()
    expect(more).toEqual([])
    expect((await detailOf(report?.id ?? 0)).media.length).toBe(2)
  })

  it('takes a case through its steps without a network, in order, and sends them after', async () => {
    const { id } = await sent('占道经营')
    await open('cases')
    await page.getByTestId(`case-${id}`).click()
    await offline(true)
    await page.getByTestId('do-accept').click()
    await expect.poll(() => page.getByTestId('case').getAttribute('data-state')).toBe('handling')
    await page.getByTestId('do-finish').click()
    await page.getByTestId('step-send').click()
    expect(await page.getByTestId('step-form').innerText()).toContain('请写几句说明')
    await page.getByTestId('step-note').fill('已劝离')
    await page.getByTestId('step-send').click()
    await expect.poll(() => page.getByTestId('case').getAttribute('data-state')).toBe('handled')
    expect((await detailOf(id)).state).toBe('dispatched')
    expect(await page.getByTestId('case-pending').locator('li').count()).toBe(2)
    await offline(false)
    await expect.poll(chip, { timeout: 30_000 }).toBe('sent')
    const { state, timeline } = await detailOf(id)
    expect(state).toBe('handled')
    expect(timeline.map(({ event }) => event).slice(-2)).toEqual(['incident:accepted', 'incident:handled'])
    await page.getByTestId('case-pending').waitFor({ state: 'detached', timeout: 15_000 })
  })

  it('shows what conflicted meanwhile, holds what stands on it, and lets its writer decide', async () => {
    const { id, unitId } = await sent('油烟扰民')
    await open('cases')
    await page.getByTestId(`case-${id}`).click()
    await page.getByTestId('do-accept').waitFor()
    await offline(true)
    await page.getByTestId('do-accept').click()
    await page.getByTestId('do-finish').click()
    await page.getByTestId('step-note').fill('已处理')
    await page.getByTestId('step-send').click()
    await move('dispatcher', id, { action: 'transfer', unitId, officerId: town.officer('O2'), note: '改派' })
    await offline(false)
    await expect.poll(chip, { timeout: 30_000 }).toBe('refused')
    const line = page.getByTestId('case-pending').locator('li')
    expect(await line.evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset.standing))).toEqual([
      'refused',
      'held',
    ])
    expect(await page.getByTestId('case-pending').innerText()).toContain('事件刚刚已被他人处理')
    expect((await detailOf(id)).state).toBe('dispatched')
    await page.reload()
    for (const left of [1, 0]) {
      await page.getByTestId('discard').click()
      await page.getByTestId('discard-sure').click()
      await expect.poll(() => line.count(), { timeout: 15_000 }).toBe(left)
      // What stood on it is tried by itself, and the case has moved on for it too.
      if (left > 0) await page.getByTestId('discard').waitFor({ timeout: 15_000 })
    }
    expect(await chip()).toBe('sent')
    expect((await detailOf(id)).timeline.at(-1)?.event).toBe('incident:transferred')
  })

  it('asks for more time, with a reason', async () => {
    const { id } = await sent('河道漂浮物')
    await open('cases')
    await page.getByTestId(`case-${id}`).click()
    await page.locator('summary').click()
    await page.getByTestId('ask-extend').click()
    await page.getByTestId('step-note').fill('等打捞船')
    await page.getByTestId('step-send').click()
    await until('the request', async () => (await detailOf(id)).requests.length > 0, 15_000)
    const [asked] = (await detailOf(id)).requests
    expect(asked).toMatchObject({ action: 'extend', note: '等打捞船', state: 'pending' })
  })

  it('is within reach on every tab, in both languages, and asked nothing of anybody else', async () => {
    await page.getByTestId('language').click()
    for (const hash of ['report', 'cases', 'outbox', 'now']) {
      await page.evaluate((to) => (location.hash = to), hash)
      await page.waitForTimeout(500)
      expect(await unnamedControls(page)).toEqual([])
      const small = await page.evaluate(() =>
        [...document.querySelectorAll<HTMLElement>('button, a, summary, .attach-button')]
          .filter((one) => one.offsetParent)
          .map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()] as const)
          .filter(([, { width, height }]) => width < 44 || height < 44)
          .map(([what]) => what),
      )
      expect(small).toEqual([])
      expect(await page.evaluate(() => document.querySelector('main')!.scrollWidth - innerWidth)).toBe(0)
    }
    expect(browser.strays).toEqual([])
    const known = /401|409|ERR_INTERNET_DISCONNECTED|Failed to load resource/
    expect(browser.errors.filter((error) => !known.test(error))).toEqual([])
  })
})

describe('a squad on its phone', () => {
  let town: TestTown
  let browser: Opened
  let page: Page
  const soon = { timeout: 20_000 }
  const here = { longitude: west + 0.002, latitude: south + 0.002, accuracy: 7 }
  const call = async <T>(name: string, method: string, path: string, body?: unknown) => {
    const answer = await (await town.as(name))(method, path, body)
    if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`)
    return (await answer.json()) as T
  }
  const detailOf = (id: number) => call<IncidentDetail>('dispatcher', 'GET', `/api/incidents/${id}`)
  /** Sends O1 to a new case at a place, by default near by. */
  const send = async (title: string, [lng, lat] = [west + 0.006, south + 0.004]) => {
    const report = { classCode: '01', source: 'hotline', title, lng, lat, address: '东环路 8 号' }
    const { id } = await call<Incident>('dispatcher', 'POST', '/api/incidents', report)
    const [unit] = (await call<{ units: { id: number }[] }>('dispatcher', 'GET', '/api/units')).units
    const wanted = { unitId: unit?.id, officerIds: [town.officer('O1')], next: false }
    return call<Assignment>('dispatcher', 'POST', `/api/incidents/${id}/squads`, wanted)
  }
  const stateOf = async ({ incidentId, id }: Assignment) => {
    const path = `/api/incidents/${incidentId}/squads`
    const { assignments } = await call<{ assignments: Assignment[] }>('dispatcher', 'GET', path)
    return assignments.find((one) => one.id === id)?.state
  }
  const task = () => page.getByTestId('task').getAttribute('data-state')

  beforeAll(async () => {
    if (!embedded) throw new Error('no embedded database')
    town = await openTown(embedded.open)
    browser = await openBrowser()
    page = await browser.open({ ...phone, geolocation: here, permissions: ['geolocation'] })
    await page.goto(`${town.running.url}/field`)
    await page.fill('input[name=username]', 'officer')
    await page.fill('input[name=password]', password)
    await page.keyboard.press('Enter')
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => {}))
    await page.getByTestId('shift').click()
    await page.locator('[data-testid=field-state][data-kind=reporting]').waitFor(soon)
  })
  afterAll(async () => {
    await browser?.close()
    await town?.close()
  })

  it('is asked over whatever is shown, and takes a case outside its grids to the end', async () => {
    await page.getByTestId('tab-report').click()
    const sent = await send('占道经营', [west + 0.035, south + 0.035])
    const offer = page.getByTestId('offer')
    await offer.waitFor(soon)
    expect(await offer.innerText()).toMatch(
      /新派单\s+还有 \d+ 秒[\s\S]*占道经营[\s\S]*一般\s+环保\s+\S+[\s\S]*东环路 8 号/,
    )
    await expect
      .poll(() => offer.getByTestId('distance').innerText(), soon)
      .toMatch(/直线 4\.\d 公里 · 没有道路数据/)
    await page.getByTestId('offer-accept').click()
    await expect.poll(task, soon).toBe('accepted')
    expect(await offer.count()).toBe(0)
    expect((await detailOf(sent.incidentId)).state).toBe('handling')

    await page.getByTestId('task-case').click()
    await expect.poll(() => page.getByTestId('case').innerText(), soon).toContain('队伍接单')
    await page.getByTestId('tab-cases').click()
    await page.getByTestId('navigate').click()
    await page.getByTestId('other-apps').click()
    const links = await page
      .locator('.way-apps a')
      .evaluateAll((all) => all.map((one) => (one as HTMLAnchorElement).href))
    expect(links.map((link) => link.split(/[?:]/)[0])).toEqual(['https', 'baidumap', 'https', 'geo'])
    expect(await page.getByTestId('way-map').innerText()).toContain('这里还没有导入道路')
    await page.keyboard.press('Escape')

    for (const step of ['enroute', 'onscene'] as const) {
      await page.getByTestId(`step-${step}`).click()
      await expect.poll(task, soon).toBe(step)
    }
    await page.getByTestId('step-done').click()
    expect(await stateOf(sent)).toBe('onscene')
    await page.getByTestId('step-done').click()
    await page.getByTestId('task').waitFor({ state: 'detached', ...soon })
    expect(await stateOf(sent)).toBe('done')
  })

  it('declines with a reason, and is rid of it', async () => {
    const sent = await send('油烟扰民')
    await page.getByTestId('offer-decline').click(soon)
    await page.getByTestId('decline-send').click()
    expect(await page.getByTestId('offer').innerText()).toContain('请选一个或写一句理由')
    await page.getByRole('button', { name: '车辆故障' }).click()
    await page.getByTestId('decline-send').click()
    await page.getByTestId('offer').waitFor({ state: 'detached', ...soon })
    expect(await stateOf(sent)).toBe('declined')
    expect((await detailOf(sent.incidentId)).timeline.at(-2)?.data).toMatchObject({ reason: '车辆故障' })
    expect(await page.getByTestId('offer-lost').count()).toBe(0)
  })

  it('says that an answer needs the network, and keeps the button', async () => {
    const sent = await send('井盖破损')
    await page.getByTestId('offer').waitFor(soon)
    await page.context().setOffline(true)
    await page.getByTestId('offer-accept').click()
    await page.getByTestId('offer').getByRole('alert').first().waitFor()
    expect(await page.getByTestId('offer').innerText()).toMatch(/没有送达|没有网络/)
    await page.context().setOffline(false)
    await page.getByTestId('offer-accept').click()
    await expect.poll(task, soon).toBe('accepted')
    expect(await stateOf(sent)).toBe('accepted')
    await call('dispatcher', 'POST', `/api/assignments/${sent.id}/recall`, { reason: '人够了' })
    await page.getByTestId('task').waitFor({ state: 'detached', ...soon })
  })

  it('is told when an offer went to somebody else', async () => {
    const sent = await send('乱倒垃圾')
    await page.getByTestId('offer').waitFor(soon)
    await call('dispatcher', 'POST', `/api/assignments/${sent.id}/recall`, { reason: '人够了' })
    await page.getByTestId('offer-lost').waitFor(soon)
    expect(await page.getByTestId('offer-lost').innerText()).toMatch(/已转给别人或已取消[\s\S]*乱倒垃圾/)
    await page.getByTestId('offer-lost').getByRole('button').click()
  })

  const danger = async () =>
    (await call<{ incidents: Incident[] }>('dispatcher', 'GET', '/api/incidents')).incidents.filter(
      ({ classCode }) => classCode === 'SOS',
    )
  const hold = async (ms: number) => {
    const box = await page.getByTestId('sos').boundingBox()
    if (!box) throw new Error('no SOS button')
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
    await page.mouse.down()
    await page.waitForTimeout(ms)
    await page.mouse.up()
  }

  it('does not call for help by a touch', async () => {
    await hold(300)
    await page.getByText('按住 1.5 秒才会发出求助').waitFor()
    expect(await page.getByTestId('sos-panel').count()).toBe(0)
    expect(await danger()).toEqual([])
  })

  it('calls for help without a network, tries until the centre has it, and has it once', async () => {
    await page.context().setOffline(true)
    await hold(1800)
    const panel = page.getByTestId('sos-panel')
    await expect.poll(() => panel.innerText(), soon).toContain('正在重试，已试 2 次')
    await page.reload().catch(() => {})
    await page.getByTestId('sos').waitFor()
    await page.getByTestId('sos').click()
    await panel.waitFor()
    await page.context().setOffline(false)
    await expect.poll(() => panel.getAttribute('data-state'), soon).toBe('sent')
    const [made, ...more] = await danger()
    expect(more).toEqual([])
    expect(made).toMatchObject({ severity: 'urgent', state: 'filed', title: 'officer 遇险求助' })
    expect(made?.lng).toBeCloseTo(here.longitude, 5)
    expect(await panel.innerText()).toContain(made?.number)
    expect(await page.getByTestId('sos-whence').getAttribute('data-whence')).toBe('fresh')
    await page.getByTestId('false-alarm').click()
    await page.getByTestId('false-note').fill('口袋里误触')
    await page.getByTestId('false-send').click()
    await panel.getByText('已申请取消').waitFor()
    const { requests } = await detailOf(made?.id ?? 0)
    expect(requests).toMatchObject([{ action: 'void', note: '口袋里误触', state: 'pending' }])
    const decided = { grant: true, note: '已核实' }
    await call('admin', 'POST', `/api/incidents/${made?.id}/requests/${requests[0]?.id}/decision`, decided)
    await expect.poll(() => panel.getAttribute('data-state'), soon).toBe('over')
    await page.getByTestId('sos-end').click()
    expect(await page.getByTestId('sos').getAttribute('data-state')).toBe('idle')
  })

  it('calls by the keyboard too, and sees who comes', async () => {
    await page.getByTestId('sos').focus()
    await page.keyboard.down('Enter')
    await page.getByTestId('sos-holding').waitFor()
    await page.waitForTimeout(1700)
    await page.keyboard.up('Enter')
    const panel = page.getByTestId('sos-panel')
    await expect.poll(() => panel.getAttribute('data-state'), soon).toBe('sent')
    const [made] = (await danger()).filter(({ state }) => state === 'filed')
    await call('admin', 'POST', `/api/officers/${town.officer('O2')}/shift`, { on: true })
    const [unit] = (await call<{ units: { id: number }[] }>('dispatcher', 'GET', '/api/units')).units
    const wanted = { unitId: unit?.id, officerIds: [town.officer('O2')] }
    await call('dispatcher', 'POST', `/api/incidents/${made?.id}/squads`, wanted)
    await page.getByTestId('sos-squads').waitFor(soon)
    expect(await page.getByTestId('sos-squads').innerText()).toMatch(/一中队 · 王二\s+已派，等待接单/)
    expect(await unnamedControls(page)).toEqual([])
  })

  it('asked nothing of anybody else', () => {
    expect(browser.strays).toEqual([])
    const known = /401|409|422|ERR_INTERNET_DISCONNECTED|Failed to load resource/
    expect(browser.errors.filter((error) => !known.test(error))).toEqual([])
  })
})

describe('devices and doors', () => {
  let town: TestTown
  let browser: Opened
  let page: Page
  let token = ''
  // Of one beginning: the same step a second later is no repeat.
  const begin = Math.floor(Date.now() / 1000) - 60
  const fix = (step: number) =>
    `lat=${south + 0.001}&lon=${west + 0.001 + step * 0.0001}&timestamp=${begin + step}`
  const knock = (id: string, step: number) =>
    fetch(`${town.running.url}/api/doors/osmand?id=${id}&${fix(step)}`)
  const door = (name: string) => page.getByTestId(`door-${name}`)

  beforeAll(async () => {
    if (!embedded) throw new Error('no embedded database')
    let now: number | null = Date.now() - 300_000
    town = await openTown(embedded.open, () => new Date(now ?? Date.now()), { jt808Port: 0 })
    await (await town.as('dispatcher'))('POST', `/api/officers/${town.officer('O1')}/shift`, { on: true })
    now = null
    browser = await openBrowser()
    page = await browser.open({ viewport: { width: 1366, height: 768 }, deviceScaleFactor: 1 })
    await page.goto(`${town.running.url}/manage/devices`)
    await page.fill('input[name=username]', 'admin')
    await page.fill('input[name=password]', password)
    await page.keyboard.press('Enter')
    await door('osmand').waitFor({ timeout: 30_000 })
  })
  afterAll(async () => {
    await browser?.close()
    await town?.close()
  })

  it('say which doors are open, where they are, and what opens the others', async () => {
    expect(await door('osmand').innerText()).toContain(`${town.running.url}/api/doors/osmand`)
    expect(await door('jt808').innerText()).toMatch(/开启[\s\S]*127\.0\.0\.1:\d+/)
    expect(await door('mqtt').innerText()).toMatch(/未开启[\s\S]*MQTT_PORT/)
    expect(await page.getByRole('main').innerText()).toContain('还没有登记设备')
    expect(await unnamedControls(page).then((found) => found.filter((one) => !one.includes('tab-')))).toEqual(
      [],
    )
  })

  it('issue a token, shown once with what to enter where', async () => {
    await page.getByTestId('issue').click()
    expect(await page.getByTestId('issue-confirm').isDisabled()).toBe(true)
    await page.getByTestId('issue-officer').fill('王一')
    await page.getByRole('button', { name: '王一 O1' }).click()
    await page.getByTestId('issue-label').fill('试验手机')
    await page.getByTestId('issue-confirm').click()
    token = await page.getByTestId('token').innerText()
    expect(token.length).toBeGreaterThan(20)
    const entered = page.getByTestId('settings')
    expect(await entered.innerText()).toContain(`${town.running.url}/api/doors/osmand`)
    expect(await entered.innerText()).toContain(token)
    await page.getByRole('button', { name: 'OwnTracks', exact: true }).click()
    expect(await entered.innerText()).toMatch(/HTTP[\s\S]*\/api\/doors\/owntracks[\s\S]*O1/)
    await page.getByRole('button', { name: 'OwnTracks MQTT' }).click()
    expect(await page.getByTestId('issued-dialog').innerText()).toContain('MQTT_PORT')
    await page.getByRole('button', { name: '我已记下令牌' }).click()
    expect(await page.getByTestId('devices').innerText()).toMatch(/王一 O1[\s\S]*试验手机\s+还没有连接过/)
    expect(await page.content()).not.toContain(token)
  })

  it('see it report, and through which door', async () => {
    expect((await knock(token, 1)).status).toBe(200)
    expect((await knock(token, 1)).status).toBe(200)
    await expect.poll(() => door('osmand').innerText(), { timeout: 15_000 }).toMatch(/收下\s+1\s+重复\s+1/)
    await page.reload()
    const table = page.getByTestId('devices')
    await table.waitFor({ timeout: 20_000 })
    expect(await table.innerText()).toMatch(/试验手机\s+在用\s+\d+ 秒前 · OsmAnd/)
  })

  it('bind a terminal’s number, and refuse it to a second officer in words', async () => {
    for (const name of ['王一 O1', '王二 O2']) {
      await page.getByTestId('issue').click()
      await page.getByTestId('issue-officer').fill(name.slice(0, 2))
      await page.getByRole('button', { name }).click()
      await page.getByTestId('issue-dialog').getByText('终端号', { exact: true }).click()
      await page.getByTestId('issue-terminal').fill('013800138000')
      await page.getByTestId('issue-confirm').click()
      if (name === '王一 O1') {
        expect(await page.getByTestId('settings').innerText()).toMatch(/127\.0\.0\.1[\s\S]*013800138000/)
        await page.getByRole('button', { name: '完成' }).click()
      }
    }
    await page.getByText('已经登记给别人').waitFor()
    await page.keyboard.press('Escape')
  })

  it('find a device by its words and its state', async () => {
    const rows = page.getByTestId('devices').locator('tbody tr')
    expect(await rows.count()).toBe(2)
    await page.getByTestId('device-search').fill('王一 试验')
    expect(await rows.count()).toBe(1)
    await page.getByTestId('device-state').selectOption('revoked')
    await page.getByRole('button', { name: '清除筛选' }).click()
    expect(await rows.count()).toBe(2)
  })

  it('revoke it after a question: from then on it is a stranger', async () => {
    const row = page.getByTestId('devices').locator('tr', { hasText: '试验手机' })
    await row.getByRole('button').click()
    await page.getByTestId('revoke-confirm').click()
    await expect.poll(() => row.innerText()).toContain('已吊销')
    expect((await knock(token, 2)).status).toBe(401)
    const strangers = page.getByTestId('strangers')
    await strangers.waitFor({ timeout: 15_000 })
    expect(await strangers.innerText()).toContain(`${token.slice(0, 4)}...`)
    expect(await strangers.innerText()).not.toContain(token)
    expect(await door('osmand').innerText()).toMatch(/陌生\s+1/)
  })

  it('keep what was known when the server is away, and say so', async () => {
    await page.context().setOffline(true)
    await page.getByText('显示的是之前的状态').waitFor({ timeout: 15_000 })
    expect(await page.getByTestId('devices').count()).toBe(1)
    await page.context().setOffline(false)
    await page.getByText('显示的是之前的状态').waitFor({ state: 'detached', timeout: 15_000 })
    expect(browser.strays).toEqual([])
    expect(browser.errors.filter((error) => !/401|409|ERR_INTERNET_DISCONNECTED/.test(error))).toEqual([])
  })
})
