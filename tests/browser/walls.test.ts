import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Incident } from '../../api/contract/incident.ts'
import type { Wall, WallSequence } from '../../api/contract/wall.ts'
import { faultsOf, usualLayout } from '../../api/contract/wall-rules.ts'
import { type Opened, openBrowser, signIn, unnamedControls } from '../setup/browser.ts'
import { databases } from '../setup/database.ts'
import { openTown, password, south, type TestTown, west } from '../setup/town.ts'

// A wall put up, its panels arranged by hand, and conducted; what is told to it is heard by a screen of its own. The tests go on from each other.

const embedded = databases[0]
const patience = { timeout: 15_000 }

describe('driving a wall', () => {
  let town: TestTown
  let browser: Opened
  let page: Page
  let incident: Incident
  /** All that the wall's own screen was told, the newest last. */
  const told: Wall[] = []

  beforeAll(async () => {
    if (!embedded) throw new Error('no embedded database')
    town = await openTown(embedded.open)
    const made = await (await town.as('dispatcher'))('POST', '/api/incidents', {
      classCode: '01',
      title: '占道施工',
      lng: west + 0.001,
      lat: south + 0.001,
    })
    incident = (await made.json()) as Incident
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
  const ask = async <T>(path: string) => (await (await town.as('admin'))('GET', path)).json() as Promise<T>
  const wallNow = async () => {
    const [wall] = (await ask<{ walls: Wall[] }>('/api/walls')).walls
    if (!wall) throw new Error('no wall')
    return wall
  }
  /** Where a panel stands on the drawing, in its own words. */
  const standsAt = (panel: string) => at(`panel-${panel}`).getAttribute('aria-label')
  const shownNow = () => told.at(-1)?.state

  it('puts a wall up, saying beforehand what it comes to', async () => {
    await page.goto(`${town.running.url}/manage/walls`)
    await page.getByText('还没有大屏。').waitFor({ timeout: 30_000 })
    await at('put-up').click()
    await at('wall-name').fill('一号厅主屏')
    await page.getByRole('radio', { name: /其他/ }).check()
    await at('wall-columns').fill('0')
    expect(await at('wall-save').isDisabled()).toBe(true)
    await at('wall-columns').fill('2')
    await at('wall-panelWidth').fill('3840')
    await at('wall-panelHeight').fill('2160')
    expect(await at('wall-result').innerText()).toMatch(/总共 7680 × 2160 像素，2 块屏/)
    expect(await at('wall-result').innerText()).toMatch(/字号按 2 倍：最小的字 32 像素/)
    await page.getByRole('radio', { name: /5760/ }).check()
    expect(await unnamedControls(page)).toEqual([])
    await at('wall-save').click()
    await at('wall-sheet').waitFor()
    expect(await at('wall-sheet').innerText()).toContain('3 × 1 拼接，每块 1920 × 1080')
    expect(await at('wall-seen').innerText()).toBe('屏幕还没有连上过')
    expect(await wallNow()).toMatchObject({ name: '一号厅主屏', profile: { columns: 3, rows: 1 } })
  })

  it('shows the kiosk’s address once, and it opens the wall', async () => {
    await at('wall-key').click()
    await at('key-make').click()
    const address = new URL(await at('kiosk-address').innerText())
    expect(address.origin + address.pathname).toBe(`${town.running.url}/kiosk`)
    const signedIn = await fetch(`${town.running.url}/api/kiosk`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ key: address.hash.slice(1) }),
    })
    expect(signedIn.status).toBe(200)
    const screen = await town.socketOf(signedIn.headers.get('set-cookie')?.split(';')[0] ?? '')
    screen.on('wall:changed', (wall) => told.push(wall))
    const { id } = await wallNow()
    await screen.emitWithAck('wall:watch', { wallId: id, behindMs: 400 })
    await page.getByRole('button', { name: '已经记下' }).click()
    await expect.poll(() => at('wall-seen').innerText(), patience).toBe('屏幕在线，实时')
  })

  it('arranges panels by mouse and by key, says what is wrong at once, and takes steps back', async () => {
    await at('wall-layout').click()
    await at('layout-canvas').waitFor()
    expect(await standsAt('loop')).toBe('九步闭环，左起第 1 格，上起第 11 格，宽 8 高 8')
    const box = await at('panel-loop').boundingBox()
    if (!box) throw new Error('no panel')
    const cell = box.width / 8
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x + 14 * cell, y, { steps: 4 })
    await page.mouse.move(x + 16.2 * cell, y, { steps: 4 })
    await page.mouse.up()
    expect(await standsAt('loop')).toBe('九步闭环，左起第 17 格，上起第 11 格，宽 8 高 8')

    await page.keyboard.press('Shift+ArrowLeft')
    await page.keyboard.press('Shift+ArrowLeft')
    for (let i = 0; i < 7; i++) await page.keyboard.press('ArrowRight')
    expect(await standsAt('loop')).toContain('左起第 24 格，上起第 11 格，宽 6 高 8、压住了两块屏之间的接缝')
    expect(await at('layout-save').isDisabled()).toBe(true)
    expect(await at('layout-status').innerText()).toBe('指挥调度里有面板放得不对，改好才能保存。')
    // Seven presses of one key are one step.
    await page.keyboard.press('Control+z')
    expect(await standsAt('loop')).toBe('九步闭环，左起第 17 格，上起第 11 格，宽 6 高 8')
    await page.keyboard.press('Control+z')
    await page.keyboard.press('Control+Shift+z')
    expect(await standsAt('loop')).toContain('宽 6')

    await at('panel-hot').focus()
    await page.keyboard.press('Delete')
    expect(await at('panel-hot').count()).toBe(0)
    await at('add-satisfaction').click()
    expect(await standsAt('satisfaction')).toContain('群众满意度')
    expect(await unnamedControls(page)).toEqual([])
  })

  it('keeps the drawing when somebody else was quicker, and saves it on top when asked again', async () => {
    const { id, version } = await wallNow()
    const renamed = await (await town.as('admin'))('PUT', `/api/walls/${id}`, { version, name: '一号厅' })
    expect(renamed.status).toBe(200)
    await page.getByRole('heading', { name: /^一号厅 · 摆面板/ }).waitFor(patience)
    await at('layout-save').click()
    await page.getByText('别人刚改过这块大屏。您的布局还在').waitFor(patience)
    expect(await standsAt('loop')).toContain('左起第 17 格')
    await at('layout-save').click()
    await page.getByText('已保存，大屏已经换上。').waitFor(patience)
    const { layouts, profile, name } = await wallNow()
    expect(name).toBe('一号厅')
    expect(Object.keys(layouts)).toEqual(['dispatch'])
    const panels = (layouts.dispatch ?? []).map(({ panel }) => panel)
    expect(layouts.dispatch).toContainEqual({ panel: 'loop', x: 16, y: 10, w: 6, h: 8 })
    expect([panels.includes('hot'), panels.includes('satisfaction')]).toEqual([false, true])
    expect(faultsOf(layouts.dispatch ?? [], profile)).toEqual([])
    expect(told.at(-1)?.layouts).toEqual(layouts)
    // Back to the usual, and the module is none that was laid out by hand any more.
    await at('layout-usual').click()
    expect(await standsAt('loop')).toContain('左起第 1 格')
    await at('layout-save').click()
    await expect.poll(async () => (await wallNow()).layouts, patience).toEqual({})
    expect(usualLayout(profile, 'dispatch')).toContainEqual({ panel: 'loop', x: 0, y: 10, w: 8, h: 8 })
  })

  it('conducts it: module by hand and by key, a grid, a camera, layers, a case; the screen hears each', async () => {
    await page.goto(`${town.running.url}/conduct`)
    await at('conduct-sheets').waitFor({ timeout: 30_000 })
    await at('steer-enforcement').click()
    await expect.poll(() => shownNow()?.module, patience).toBe('enforcement')
    await page.keyboard.press('3')
    await expect.poll(() => shownNow()?.module, patience).toBe('grid')
    await expect.poll(() => at('conduct-wall').innerText(), patience).toContain('网格管理')

    await at('find-grid').fill('G01')
    await page.keyboard.press('Enter')
    await expect.poll(() => shownNow()?.gridId, patience).toBe(town.grid('G01'))
    await page.waitForSelector('[data-testid=steer-map][data-map=ready]', { timeout: 90_000 })
    await at('steer-camera').click()
    await expect.poll(() => shownNow()?.camera?.center[0], patience).toBeCloseTo(west + 0.015, 3)
    await at('switch-heat').click()
    await expect.poll(() => shownNow()?.layers, patience).toEqual({ heat: true })
    await at('switch-safety').click()
    await expect.poll(() => shownNow()?.families, patience).toEqual(['safety'])

    await at('find-case').fill(incident.number)
    await page.keyboard.press('Enter')
    await expect
      .poll(() => [shownNow()?.incidentId, shownNow()?.camera], patience)
      .toEqual([incident.id, null])
    await expect.poll(() => at('case-on-wall').innerText(), patience).toContain('占道施工')
    await at('case-hide').click()
    await expect.poll(() => shownNow()?.incidentId, patience).toBeNull()
    expect(await unnamedControls(page)).toEqual([])
  })

  it('replays a day, and is live again with one press', async () => {
    await at('replay-day').fill('2026-11-20')
    await at('replay-speed').fill('601')
    expect(await at('replay-start').isDisabled()).toBe(true)
    await at('replay-speed').fill('120')
    await at('replay-from').selectOption('6')
    await at('replay-start').click()
    await expect
      .poll(() => shownNow()?.replay, patience)
      .toMatchObject({ day: '2026-11-20', speed: 120, fromHour: 6 })
    // By the server's clock, which every wall goes by.
    expect(Math.abs(Date.parse(shownNow()?.replay?.startedAt ?? '') - Date.now())).toBeLessThan(5000)
    await expect.poll(() => at('wall-time').innerText(), patience).toMatch(/回放 2026-11-20 06:\d\d · 120×/)
    await at('to-live').click()
    await expect.poll(() => shownNow()?.replay, patience).toBeNull()
    await expect.poll(() => at('wall-time').innerText(), patience).toBe('实时')
  })

  it('saves a sequence, plays it, and stays where it was stopped', async () => {
    await at('sequence-new').click()
    await at('sequence-name').fill('接待讲解')
    await at('to-dispatch').click()
    await at('leave-dialog').waitFor()
    await page.keyboard.press('Escape')
    expect(new URL(page.url()).pathname).toBe('/conduct')
    await at('step-module').selectOption('grid')
    await at('step-seconds').fill('600')
    await at('step-take').click()
    await at('step-module').nth(1).selectOption('economy')
    await at('step-up').nth(1).click()
    await at('step-seconds').first().fill('2')
    expect(await at('sequence-save').isDisabled()).toBe(true)
    await at('step-seconds').first().fill('3')
    expect(await at('sequence-editor').innerText()).toContain('共 2 步，一遍 10:03')
    await at('sequence-save').click()
    await at('sequence').waitFor(patience)
    const { sequences } = await ask<{ sequences: WallSequence[] }>('/api/wall-sequences')
    expect(sequences[0]?.steps.map(({ seconds, change }) => [seconds, change.module])).toEqual([
      [3, 'economy'],
      [600, 'grid'],
    ])
    await at('steer-dispatch').click()
    await expect.poll(() => shownNow()?.module, patience).toBe('dispatch')
    await at('sequence-play').click()
    await expect.poll(() => shownNow()?.sequence?.id, patience).toBe(sequences[0]?.id)
    await expect.poll(() => at('wall-sequence').innerText(), patience).toMatch(/接待讲解 · 第 2\/2 步/)
    await at('sequence-play').click()
    await expect.poll(() => [shownNow()?.sequence, shownNow()?.module], patience).toEqual([null, 'grid'])
  })

  it('is sent a case from the dispatch console', async () => {
    // Software WebGL has less to draw.
    await page.setViewportSize({ width: 1280, height: 720 })
    await page.goto(`${town.running.url}/dispatch`)
    await at('queue-line').first().click({ timeout: 60_000 })
    await at('to-wall').click()
    await at('to-wall-send').click()
    await page.getByText('已送上 一号厅。').waitFor(patience)
    await expect.poll(() => shownNow()?.incidentId, patience).toBe(incident.id)
    await at('to-wall-hide').click()
    await expect.poll(() => shownNow()?.incidentId, patience).toBeNull()
    await page.keyboard.press('Escape')
  })

  it('comes down after a question, and nothing went wrong on the way', async () => {
    await page.goto(`${town.running.url}/manage/walls`)
    await at('wall-down').click({ timeout: 30_000 })
    await at('take-down-confirm').click()
    await page.getByText('还没有大屏。').waitFor(patience)
    expect(await ask('/api/walls')).toEqual({ walls: [] })
    expect(browser.strays).toEqual([])
    // The one refusal that was meant.
    expect(browser.errors.filter((one) => !/409/.test(one))).toEqual([])
  })
})
