import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Incident, IncidentDetail } from '../../api/contract/incident.ts'
import { type Opened, openBrowser, unnamedControls } from '../setup/browser.ts'
import { databases } from '../setup/database.ts'
import { openTown, south, type TestTown, west } from '../setup/town.ts'

// A citizen with a phone and no account. The tests go on from each other.

const embedded = databases[0]

describe('the citizen’s page', () => {
  let town: TestTown
  let browser: Opened
  let page: Page
  let code = ''
  const here = { longitude: west + 0.002, latitude: south + 0.002, accuracy: 12 }
  const call = async <T>(name: string, method: string, path: string, body?: unknown) => {
    const answer = await (await town.as(name))(method, path, body)
    if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`)
    return (await answer.json()) as T
  }
  const incidents = async () =>
    (await call<{ incidents: Incident[] }>('dispatcher', 'GET', '/api/incidents')).incidents
  const standing = () => page.getByTestId('citizen-kept').getAttribute('data-standing')

  beforeAll(async () => {
    if (!embedded) throw new Error('no embedded database')
    town = await openTown(embedded.open)
    browser = await openBrowser()
    page = await browser.open({
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
      geolocation: here,
      permissions: ['geolocation'],
    })
    await page.goto(`${town.running.url}/report`)
    await page.getByTestId('citizen-form').waitFor({ timeout: 20_000 })
  })
  afterAll(async () => {
    await browser?.close()
    await town?.close()
  })

  it('opens without a sign-in, named and within reach', async () => {
    expect(await page.locator('header').innerText()).toContain('试验镇')
    expect(await unnamedControls(page)).toEqual([])
    const small = await page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('button, a, summary, .attach-button')]
        .filter((one) => one.offsetParent)
        .map((one) => one.getBoundingClientRect())
        .filter(({ width, height }) => width < 44 || height < 44),
    )
    expect(small).toEqual([])
  })

  it('takes a report in three taps and shows the code', async () => {
    await expect.poll(() => page.getByTestId('place').getAttribute('data-placed')).toBe('true')
    await page.getByTestId('class-01').click()
    await page.getByTestId('citizen-send').click()
    await expect.poll(standing, { timeout: 15_000 }).toBe('sent')
    code = (await page.getByTestId('code').innerText()).replaceAll(/\s/g, '')
    expect(code).toMatch(/^[A-Z2-9]{12}$/)
    const [report, ...more] = await incidents()
    expect(more).toEqual([])
    expect(report).toMatchObject({ source: 'citizen', classCode: '01', state: 'reported' })
  })

  it('shows by the code what was done, and takes the citizen’s word once it is closed', async () => {
    await page.getByTestId('follow').click()
    await page.getByTestId('followed').waitFor()
    expect(new URL(page.url()).pathname).toBe(`/report/${code}`)
    expect(await page.getByTestId('rate').count()).toBe(0)
    const { id } = (await incidents())[0]!
    const [unit] = (await call<{ units: { id: number }[] }>('dispatcher', 'GET', '/api/units')).units
    const move = (name: string, body: object) =>
      call<Incident>(name, 'POST', `/api/incidents/${id}/transitions`, body)
    await move('dispatcher', { action: 'file' })
    await move('dispatcher', { action: 'dispatch', unitId: unit?.id })
    await move('officer', { action: 'accept' })
    await move('officer', { action: 'finish', note: '已清理，内部备注' })
    await move('dispatcher', { action: 'check' })
    await move('dispatcher', { action: 'close' })
    await page.reload()
    await page.getByTestId('rate').waitFor({ timeout: 15_000 })
    const shown = await page.getByTestId('followed').innerText()
    expect(shown).toMatch(/收到您的上报[\s\S]*处置人员已接手[\s\S]*已办结/)
    expect(shown).not.toMatch(/内部备注|officer|王一/)
    await page.getByTestId('rate-no').click()
    await page.getByTestId('rate-comment').fill('还有一处没有清理')
    await page.getByTestId('rate-reopen').check()
    await page.getByTestId('rate-send').click()
    await page.getByTestId('rated').waitFor()
    expect(await page.getByTestId('rated').innerText()).toMatch(/不满意[\s\S]*还有一处没有清理/)
    const detail = await call<IncidentDetail>('dispatcher', 'GET', `/api/incidents/${id}`)
    expect(detail).toMatchObject({ satisfied: false, requests: [{ action: 'reopen', state: 'pending' }] })
  })

  it('starts without a network, keeps a report with its photograph, and sends it once', async () => {
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => {}))
    await page.context().setOffline(true)
    await page.goto(`${town.running.url}/report`)
    await page.getByTestId('citizen-form').waitFor({ timeout: 15_000 })
    const buffer = await sharp({ create: { width: 900, height: 1200, channels: 3, background: '#a73' } })
      .jpeg()
      .toBuffer()
    await page.getByTestId('camera').setInputFiles({ name: 'a.jpg', mimeType: 'image/jpeg', buffer })
    await page.getByTestId('class-02').click()
    await expect.poll(() => page.getByTestId('place').getAttribute('data-placed')).toBe('true')
    await page.getByTestId('citizen-send').click()
    await expect.poll(standing).toBe('waits')
    await page.reload()
    await page.getByTestId('report-switch').click()
    await expect.poll(() => page.getByTestId('own-reports').innerText()).toContain('等待网络')
    await page.context().setOffline(false)
    await expect
      .poll(() => page.getByTestId('own-reports').innerText(), { timeout: 30_000 })
      .not.toContain('等待网络')
    const all = await incidents()
    expect(all.length).toBe(2)
    const detail = await call<IncidentDetail>('dispatcher', 'GET', `/api/incidents/${all[0]?.id}`)
    expect(detail).toMatchObject({ classCode: '02', media: [{ kind: 'photo', state: 'ready' }] })
  })

  it('says that a code is unknown, works in English and in the dark, and asks nothing of anybody else', async () => {
    await page.goto(`${town.running.url}/report/ABCDEFGHJKLM`)
    await page.getByText('没有这个查询码').waitFor()
    await page.getByTestId('language').click()
    await page.getByTestId('theme').click()
    await page.getByText('There is no such code').waitFor()
    expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe('dark')
    expect(browser.strays).toEqual([])
    const known = /404|409|ERR_INTERNET_DISCONNECTED|Failed to load resource/
    expect(browser.errors.filter((error) => !known.test(error))).toEqual([])
  })
})
