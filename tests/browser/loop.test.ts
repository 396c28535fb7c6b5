import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { WorkHours } from '../../api/contract/clock.ts'
import { type DispatchSettings, usualSettings } from '../../api/contract/dispatch.ts'
import type { IncidentClass } from '../../api/contract/incident.ts'
import type { RoutingRule } from '../../api/contract/routing.ts'
import { type Opened, openBrowser, unnamedControls } from '../setup/browser.ts'
import { databases } from '../setup/database.ts'
import { openTown, password, type TestTown } from '../setup/town.ts'

// What the loop runs on, as an administrator sets it. The tests go on from each other.

const embedded = databases[0]

describe('the loop’s settings', () => {
  let town: TestTown
  let browser: Opened
  let page: Page
  beforeAll(async () => {
    if (!embedded) throw new Error('no embedded database')
    town = await openTown(embedded.open)
    browser = await openBrowser()
    page = await browser.open({ viewport: { width: 1366, height: 768 }, deviceScaleFactor: 1 })
  })
  afterAll(async () => {
    await browser?.close()
    await town?.close()
  })
  const at = (id: string) => page.getByTestId(id)
  const ask = async <T>(path: string) => (await (await town.as('admin'))('GET', `/api/${path}`)).json() as T
  /** Those of the town: the class of a call for help is the product's own. */
  const classes = async () =>
    (await ask<{ classes: IncidentClass[] }>('incidents/classes')).classes.filter(
      ({ code }) => code !== 'SOS',
    )
  const rules = async () => (await ask<{ rules: RoutingRule[] }>('incidents/routing')).rules

  it('opens with the catalogue of the town', async () => {
    await page.goto(`${town.running.url}/manage/loop`)
    await page.fill('input[name=username]', 'admin')
    await page.fill('input[name=password]', password)
    await page.keyboard.press('Enter')
    await at('classes').waitFor({ timeout: 30_000 })
    expect(await at('classes').innerText()).toContain('环保')
    expect(await unnamedControls(page)).toEqual([])
  })

  it('changes a limit into staged handling, and says what is missing until then', async () => {
    await at('class-change-01').click()
    expect(await unnamedControls(page)).toEqual([])
    await at('limit-handle-0').fill('0')
    await page.getByText('处置的时限要大于 0').waitFor()
    expect(await at('class-dialog-save').isDisabled()).toBe(true)
    await at('limit-handle-0').fill('3')
    await at('limit-handle-0-kind').selectOption('urgent')
    await at('stage-add').click()
    await page.getByText('第 1 段还没有').waitFor()
    await at('stage-name-0').fill('围护')
    await at('stage-name-1').fill('修复')
    await at('limit-handle-1').fill('8')
    await page.keyboard.press('Enter')
    await at('class-dialog').waitFor({ state: 'detached' })
    await expect.poll(() => at('classes').innerText()).toContain('修复 8 紧急工作时')
    expect((await classes()).find(({ code }) => code === '01')?.limits.handle).toEqual([
      { name: '围护', amount: 3, kind: 'urgent' },
      { name: '修复', amount: 8, kind: 'urgent' },
    ])
  })

  it('asks before a form with something in it is closed, and keeps what was written', async () => {
    await at('class-add').click()
    await at('class-name').fill('路灯')
    await page.keyboard.press('Escape')
    await at('discard-dialog').getByRole('button', { name: '继续填写' }).click()
    expect(await at('class-name').inputValue()).toBe('路灯')
    await page.keyboard.press('Escape')
    await at('discard').click()
    await at('class-dialog').waitFor({ state: 'detached' })
    expect(await classes()).toHaveLength(2)
  })

  it('takes a catalogue over, and alone only after saying what goes out of use', async () => {
    const wangting = at('catalogue-wangting')
    await wangting.getByRole('button', { name: /^接收/ }).click()
    await page.getByText('已从').waitFor()
    const added = (await classes()).length - 2
    expect(added).toBe(9)
    await wangting.getByRole('button', { name: /只用这一套/ }).click()
    expect(await at('alone-dialog').innerText()).toMatch(/停用 2 类[^]*环保[^]*安监/)
    await at('alone-confirm').click()
    await expect.poll(async () => (await classes()).filter(({ active }) => active).length).toBe(9)
    // Back into use, for the tests below.
    await page.getByRole('button', { name: '停用', exact: true }).click()
    for (const code of ['01', '02']) {
      await at(`class-change-${code}`).click()
      await page.getByLabel('在用', { exact: true }).check()
      await at('class-dialog-save').click()
      await at('class-dialog').waitFor({ state: 'detached' })
    }
    expect((await classes()).filter(({ active }) => active)).toHaveLength(11)
  })

  it('paints the working hours, and asks before they are left unsaved', async () => {
    await at('loop-hours').click()
    const box = await at('strip-0').boundingBox()
    if (!box) throw new Error('no strip')
    const x = (hour: number) => box.x + ((hour + 0.25) / 24) * box.width
    await page.mouse.move(x(12), box.y + 10)
    await page.mouse.down()
    await page.mouse.move(x(13), box.y + 10, { steps: 4 })
    await page.mouse.up()
    await page.getByText('每天 9 工作时').waitFor()
    expect(await unnamedControls(page)).toEqual([])
    await at('loop-keys').click()
    await at('leave-dialog').getByRole('button', { name: '留在这里' }).click()
    await at('hours-save').click()
    await page.getByText('已保存').waitFor()
    const { seasons } = await ask<WorkHours>('incidents/hours')
    expect(seasons[0]?.slots).toEqual([{ from: '08:30', to: '17:30' }])
  })

  it('answers who would get a case, and otherwise once there is a rule for it', async () => {
    await at('loop-routing').click()
    await at('who-class').selectOption('01')
    await expect.poll(() => at('who-answer').innerText()).toContain('由调度员决定')
    await at('rule-add').click()
    expect(await at('rule-dialog-save').isDisabled()).toBe(true)
    await at('rule-class').selectOption('01')
    await at('rule-grid').fill('网格G3')
    await page.getByRole('button', { name: /^网格G3 G3$/ }).click()
    await at('rule-unit').selectOption({ label: '一中队' })
    expect(await unnamedControls(page)).toEqual([])
    await at('rule-dialog-save').click()
    await at('rule-dialog').waitFor({ state: 'detached' })
    expect(await rules()).toMatchObject([{ classCode: '01', gridId: town.grid('G3'), sources: null }])
    await at('who-lng').fill('120.401')
    await at('who-lat').fill('31.701')
    await expect.poll(() => at('who-answer').innerText()).toContain('不在这个网格')
    // By name: the place is looked up.
    await at('who-place').fill('网格G3')
    await at('who').getByRole('button', { name: '网格G3', exact: true }).first().click()
    await expect.poll(() => at('who-answer').innerText()).toContain('派给 一中队')
    expect(await at('rules').locator('tr[aria-selected=true]').count()).toBe(1)
    await page.getByRole('switch').uncheck()
    await expect.poll(() => at('who-answer').innerText()).toContain('没有启用')
    expect((await rules())[0]?.active).toBe(false)
    await page.getByRole('switch').check()
    await expect.poll(() => at('who-answer').innerText()).toContain('派给 一中队')
  })

  it('deletes a rule and brings it back as it was', async () => {
    const [before] = await rules()
    await page.getByRole('button', { name: /^删除规则/ }).click()
    await expect.poll(() => at('who-answer').innerText()).toContain('由调度员决定')
    expect(await rules()).toEqual([])
    await at('undo').click()
    await expect.poll(() => at('who-answer').innerText()).toContain('派给 一中队')
    const [after] = await rules()
    expect({ ...after, id: 0 }).toEqual({ ...before, id: 0 })
  })

  it('says what its numbers come to, and sends the first one by them', async () => {
    await at('loop-dispatch').click()
    const example = at('settings-example')
    await expect.poll(() => example.innerText()).toContain('先派 A 队')
    await at('setting-ownGrid').fill('0')
    await at('setting-gap').fill('0')
    expect(await example.innerText()).toContain('先派 B 队')
    await at('setting-offerSeconds').fill('5')
    expect(await at('settings-save').isDisabled()).toBe(true)
    expect(await page.locator('.loop-save').innerText()).toContain('“等待接单”要在 15 到 1800 之间。')
    await at('setting-offerSeconds').fill('60')
    await at('settings-save').click()
    await page.getByText('已保存').waitFor()
    const saved = await ask<DispatchSettings>('dispatch/settings')
    expect(saved).toMatchObject({ offerSeconds: 60, weights: { gap: 0 } })
    await at('settings-usual').click()
    await at('settings-save').click()
    await page.getByText('已保存').waitFor()
    expect(await ask('dispatch/settings')).toEqual(usualSettings)
    expect(await unnamedControls(page)).toEqual([])
  })

  it('writes down what a class takes, keeps it through other changes, and leaves the call for help in use', async () => {
    await at('loop-classes').click()
    await at('class-change-02').click()
    await at('need-people').fill('2')
    await at('need-certified').fill('3')
    expect(await at('class-dialog').innerText()).toContain('持证人数不能多于到场人数')
    await at('need-certified').fill('1')
    await at('need-skills-input').fill('急救、潜水')
    await at('class-dialog-save').click()
    await at('class-dialog').waitFor({ state: 'detached' })
    const needs = { people: 2, certified: 1, skills: ['急救', '潜水'], powers: [], equipment: [] }
    const held = async () => (await classes()).find(({ code }) => code === '02')?.needs
    expect(await held()).toEqual(needs)
    await at('class-change-02').click()
    await at('class-name').fill('安全生产')
    await at('class-dialog-save').click()
    await at('class-dialog').waitFor({ state: 'detached' })
    expect(await held()).toEqual(needs)
    await page.getByRole('button', { name: '在用', exact: true }).click()
    await at('class-change-SOS').click()
    expect(await at('class-dialog').innerText()).toContain('队员求助时由系统立案')
    expect(await page.getByLabel('在用', { exact: true }).count()).toBe(0)
    await page.keyboard.press('Escape')
    await at('class-dialog').waitFor({ state: 'detached' })
  })

  it('makes a key that works, shows it once, and revokes it after asking', async () => {
    await at('loop-keys').click()
    await at('key-add').click()
    await at('key-name').fill('12345 热线')
    await page.keyboard.press('Enter')
    const key = await at('key').innerText()
    const example = await at('made-dialog').getByTestId('key-example').innerText()
    expect(example).toContain(key)
    const [, body = ''] = /-d '([^']*)'/.exec(example) ?? []
    const send = () =>
      fetch(`${town.running.url}/api/systems/incidents`, {
        method: 'POST',
        headers: { 'x-api-key': key, 'content-type': 'application/json' },
        body,
      })
    expect((await send()).status).toBe(201)
    expect((await send()).status).toBe(200)
    await at('made-dialog').getByRole('button', { name: 'Open311' }).click()
    const form = await at('made-dialog').getByTestId('key-example').innerText()
    const pairs = [...form.matchAll(/--data-urlencode '(\w+)=([^']*)'/g)].map(([, name = '', value = '']) => [
      name,
      value,
    ])
    const requested = await fetch(`${town.running.url}/api/open311/v2/requests.json`, {
      method: 'POST',
      body: new URLSearchParams(pairs as [string, string][]),
    })
    expect(requested.status).toBe(201)
    await at('key-noted').click()
    await at('made-dialog').waitFor({ state: 'detached' })
    expect(await page.content()).not.toContain(key)
    await page.getByRole('button', { name: '吊销 12345 热线 的密钥' }).click()
    await at('revoke-confirm').click()
    await expect.poll(() => at('keys').innerText()).toContain('已吊销')
    expect((await send()).status).toBe(401)
    expect(await unnamedControls(page)).toEqual([])
  })

  it('says so when the server cannot be reached, and goes on afterwards', async () => {
    await page.route('**/api/incidents/routing', (route) => route.abort())
    await page.goto(`${town.running.url}/manage/loop/routing`)
    await page.getByText('连接不上服务器').first().waitFor({ timeout: 30_000 })
    await page.unroute('**/api/incidents/routing')
    await page.getByRole('button', { name: '再试一次' }).click()
    await at('rules').waitFor()
  })

  it('is not there for whoever is no administrator', async () => {
    const other = await browser.open({ viewport: { width: 1366, height: 768 }, deviceScaleFactor: 1 })
    const { cookie } = await town.as('dispatcher')
    const [name = '', value = ''] = cookie.split('=')
    await other.context().addCookies([{ name, value, url: town.running.url }])
    await other.goto(`${town.running.url}/manage/loop`)
    await other.locator('.manage-content h2').waitFor({ timeout: 30_000 })
    expect(await other.getByTestId('tab-loop').count()).toBe(0)
    expect(await other.getByTestId('classes').count()).toBe(0)
    await other.context().close()
  })

  it('fits a phone, and left no request or error behind', async () => {
    await page.setViewportSize({ width: 390, height: 844 })
    for (const part of ['', '/hours', '/routing', '/keys']) {
      await page.goto(`${town.running.url}/manage/loop${part}`)
      await page.locator('.loop .sheet').first().waitFor({ timeout: 30_000 })
      const wide = await page.evaluate(() => document.querySelector('#manage-content')?.scrollWidth ?? 0)
      expect(wide, part).toBeLessThanOrEqual(390)
    }
    expect(browser.strays).toEqual([])
    expect(browser.errors.filter((one) => !/ERR_FAILED|401|net::/.test(one))).toEqual([])
  })
})
