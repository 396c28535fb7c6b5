import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Incident, IncidentDetail } from '../../api/contract/incident.ts'
import { type Opened, openBrowser, signIn, unnamedControls } from '../setup/browser.ts'
import { databases } from '../setup/database.ts'
import { openTown, password, south, type TestTown, west } from '../setup/town.ts'

// The console as a dispatcher works it, by keys wherever there is one. The tests go on from each other.

const embedded = databases[0]

describe('the dispatch console', () => {
  let town: TestTown
  let browser: Opened
  let page: Page
  beforeAll(async () => {
    if (!embedded) throw new Error('no embedded database')
    town = await openTown(embedded.open)
    browser = await openBrowser()
    page = await browser.open()
    const cookie = await signIn(town.running.url, 'dispatcher', password)
    await page.context().addCookies([{ ...cookie, url: town.running.url }])
  })
  afterAll(async () => {
    await browser?.close()
    await town?.close()
  })
  const report = async (title: string, x = 0.011, y = 0.011) => {
    const answer = await (await town.as('member'))('POST', '/api/incidents', {
      classCode: '02',
      title,
      lng: west + x,
      lat: south + y,
    })
    return (await answer.json()) as Incident
  }
  const line = (title: string) => page.getByTestId('queue-line').filter({ hasText: title })
  const card = () => page.getByTestId('incident-card')
  const detailOf = async (title: string) => {
    const as = await town.as('admin')
    const { incidents } = (await (await as('GET', '/api/incidents')).json()) as { incidents: Incident[] }
    const { id } = incidents.find((one) => one.title === title) ?? { id: 0 }
    return (await (await as('GET', `/api/incidents/${id}`)).json()) as IncidentDetail
  }
  const stateOf = async (title: string) => (await detailOf(title)).state

  it('says that nothing is open', async () => {
    await page.goto(`${town.running.url}/dispatch`)
    await page.waitForSelector('html[data-map="ready"]', { state: 'attached', timeout: 90_000 })
    await expect.poll(() => page.getByText('当前没有在办事件。').count(), { timeout: 10_000 }).toBe(1)
    expect(await page.title()).toContain('调度台')
  })

  it('takes down what a caller says, at a place pointed at on the map', async () => {
    await page.keyboard.press('n')
    const form = page.getByTestId('report-form')
    await form.getByTestId('report-submit').click()
    expect(await form.getByRole('alert').innerText()).toBe('请选择类别。')
    await form.locator('select[name=major]').selectOption('01')
    await form.locator('input[name=title]').fill('烟囱冒黑烟')
    await form.locator('input[name=phone]').fill('13800000000')
    await form.getByTestId('place-on-map').click()
    // Its officer asks below.
    const box = await page.locator('.map-names p', { hasText: '网格G0' }).boundingBox()
    if (!box) throw new Error('no G0 on the map')
    await page.mouse.move(box.x + 20, box.y + 50)
    await page.mouse.click(box.x, box.y + 40)
    await expect
      .poll(() => form.getByTestId('placed').innerText(), { timeout: 15_000 })
      .toMatch(/120\.4\d+, 31\.7\d+/)
    await form.getByTestId('report-submit').click()
    await card().waitFor()
    await line('烟囱冒黑烟').waitFor()
    expect(await detailOf('烟囱冒黑烟')).toMatchObject({ source: 'hotline', state: 'reported' })
  })

  it('files and dispatches by keys alone', async () => {
    await page.keyboard.press('f')
    await expect.poll(() => stateOf('烟囱冒黑烟')).toBe('filed')
    await card().getByTestId('action-dispatch').waitFor()
    const admin = await town.as('admin')
    const [officerId, at] = [town.officer('O1'), Date.now()]
    await admin('POST', `/api/officers/${officerId}/shift`, {
      on: true,
      at: new Date(at - 60_000).toISOString(),
    })
    const fix = { lng: west + 0.02, lat: south + 0.02, recordedAt: new Date(at).toISOString() }
    await town.running.services.recordFixes(officerId, [fix], 'http')
    await page.keyboard.press('d')
    const squad = card().getByTestId('squad').first()
    // No roads in this town: it says so, and goes by the crow.
    await expect.poll(() => squad.innerText()).toMatch(/一中队\n+\d+ 分.*\n+首选 · 王一 · 按直线距离估算/)
    expect(await card().getByText('还没有道路数据').count()).toBe(1)
    await squad.click()
    await card().locator('form.action-form button[type=submit]').click()
    await expect.poll(() => detailOf('烟囱冒黑烟')).toMatchObject({ state: 'dispatched', unitId: 1 })
  })

  it('shows a request as it comes and grants it with a key', async () => {
    const { id } = await detailOf('烟囱冒黑烟')
    await (await town.as('admin'))('POST', `/api/incidents/${id}/transitions`, { action: 'accept' })
    const asked = await (await town.as('officer'))('POST', `/api/incidents/${id}/requests`, {
      action: 'extend',
      note: '等配件',
      extra: { amount: 2, kind: 'workday' },
    })
    expect(asked.status).toBe(201)
    await line('烟囱冒黑烟').locator('.is-asks').waitFor({ timeout: 10_000 })
    await card().getByTestId('request').waitFor()
    await page.keyboard.press('g')
    await expect.poll(async () => (await detailOf('烟囱冒黑烟')).requests[0]?.state).toBe('granted')
    await line('烟囱冒黑烟').locator('.is-asks').waitFor({ state: 'detached' })
  })
  it('tells in sentences what happened', async () => {
    const events = card().locator('[data-testid=timeline] li')
    await expect
      .poll(() => events.evaluateAll((all) => all.map((one) => one.getAttribute('data-event'))))
      .toEqual(
        expect.arrayContaining([
          'incident:reported',
          'incident:filed',
          'incident:dispatched',
          'incident:accepted',
          'incident:asked',
          'incident:extended',
        ]),
      )
    const told = await card().getByTestId('timeline').innerText()
    expect(told).toContain('交 一中队')
    expect(told).toContain('延长 2 工作日')
    expect(told).toContain('等配件')
    expect(told).not.toContain('incident:')
  })

  it('filters, and keeps the filter in the address', async () => {
    await page.keyboard.press('Escape')
    for (let i = 0; i < 4; i++) await report(`灭火器缺失 ${i}`, 0.011 + 0.0001 * i)
    await line('灭火器缺失 3').waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('灭火器')
    await expect.poll(() => page.getByTestId('queue-line').count()).toBe(4)
    await expect.poll(() => decodeURIComponent(page.url())).toContain('q=灭火器')
    await page.reload()
    await line('灭火器缺失 3').waitFor({ timeout: 30_000 })
    expect(await page.getByTestId('queue-line').count()).toBe(4)
    expect(await line('烟囱冒黑烟').count()).toBe(0)
  })

  it('keeps a view under a name, and one that is shipped shows what is to be filed', async () => {
    await page.getByTestId('save-view').click()
    await page.getByLabel('视图名称').fill('消防')
    await page.keyboard.press('Enter')
    await page.getByTestId('view-toFile').click()
    expect(page.url()).toContain('state=reported')
    await page.getByTestId('view-own:消防').click()
    await expect.poll(() => decodeURIComponent(page.url())).toContain('q=灭火器')
    expect(await page.getByTestId('queue-line').count()).toBe(4)
  })

  it('merges what is selected into the oldest, and takes it back', async () => {
    await page.keyboard.press('j')
    await page.keyboard.press('x')
    await page.keyboard.press('Shift+J')
    await page.keyboard.press('Shift+J')
    await page.getByTestId('batch').getByText('已选 3 件').waitFor()
    await page.getByTestId('batch-merge').click()
    await page.getByText('2 件已完成。').waitFor()
    await expect.poll(() => page.getByTestId('queue-line').count()).toBe(2)
    await page.getByRole('button', { name: '撤销并案' }).click()
    await expect.poll(() => page.getByTestId('queue-line').count(), { timeout: 10_000 }).toBe(4)
  })

  it('answers a batch one by one: what may not is named with its reason', async () => {
    const { id } = await detailOf('灭火器缺失 2')
    await (await town.as('admin'))('POST', `/api/incidents/${id}/transitions`, { action: 'file' })
    await line('灭火器缺失 2').getByText('立案').waitFor()
    await page.keyboard.press('Home')
    await page.keyboard.press('x')
    await page.keyboard.press('Shift+End')
    await page.getByTestId('batch').getByText('已选 4 件').waitFor()
    await page.getByTestId('batch-file').click()
    await page.getByText('3 件已完成，1 件未办。').waitFor()
    expect(await page.getByTestId('batch').innerText()).toContain('事件已不在这一步')
    for (const n of [0, 1, 2, 3]) expect(await stateOf(`灭火器缺失 ${n}`)).toBe('filed')
  })

  it('says when the line is lost, and catches up', async () => {
    await page.getByTestId('view-all').click()
    await page.context().setOffline(true)
    town.running.dropClients()
    await page.getByText('连接已断开').waitFor({ timeout: 15_000 })
    await report('断线时上报', 0.001, 0.001)
    await page.context().setOffline(false)
    await line('断线时上报').waitFor({ timeout: 30_000 })
  })

  it('shows its keys, speaks English, and fits a phone', async () => {
    await page.keyboard.press('?')
    await page.getByText('调度台按键').waitFor()
    await page.keyboard.press('Escape')
    await page.getByTestId('language').click()
    expect(await page.locator('h1').first().innerText()).toBe('Dispatch')
    await line('断线时上报').click()
    await card().waitFor()
    const rest = (await page.locator('.queue, .dispatch-panel, .dispatch-header').allInnerTexts())
      .join('\n')
      .replaceAll(/霞客|网格G?\d*|王[一二]|李三|一中队|烟囱冒黑烟|断线时上报|灭火器缺失|消防|灭火器/g, '')
    expect(rest.match(/\p{Script=Han}+/gu) ?? []).toEqual([])
    expect(await unnamedControls(page)).toEqual([])
    await page.setViewportSize({ width: 390, height: 844 })
    await page.waitForTimeout(500)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    expect(await card().isVisible()).toBe(true)
    await page.getByRole('button', { name: 'Back to the queue' }).click()
    await line('断线时上报').waitFor()
  })

  it('asked nothing of anybody else, and broke nowhere', () => {
    expect(browser.strays).toEqual([])
    expect(
      browser.errors.filter((error) => !/ERR_INTERNET_DISCONNECTED|WebSocket connection/.test(error)),
    ).toEqual([])
  })
})
