import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { usualLimits } from '../../api/incidents/hours.ts'
import { type Opened, openBrowser, signIn, unnamedControls } from '../setup/browser.ts'
import { databases } from '../setup/database.ts'
import { openTown, password, south, type TestTown, until, west } from '../setup/town.ts'

// What a dispatcher hears and sees of an alert; the rules behind it are in api/alerts and web/alerts.

let town: TestTown
let browser: Opened
let page: Page
const at = (id: string) => page.getByTestId(id)
beforeAll(async () => {
  const [, server] = databases
  if (!server) throw new Error('no database')
  town = await openTown(server.open)
  browser = await openBrowser()
  page = await browser.open()
  await page.context().grantPermissions(['notifications'])
  await page
    .context()
    .addCookies([{ ...(await signIn(town.running.url, 'dispatcher', password)), url: town.running.url }])
  const put = await (await town.as('admin'))('PUT', '/api/incidents/classes/09', {
    code: '09',
    name: '燃气泄漏',
    family: 'safety',
    severity: 'urgent',
    limits: usualLimits(2),
  })
  expect(put.status).toBe(200)
  await page.goto(town.running.url)
  await at('alerts').waitFor()
})
afterAll(async () => {
  await browser?.close()
  await town?.close()
})
const report = async (title: string, x: number) =>
  (await town.as('member'))('POST', '/api/incidents', {
    classCode: '09',
    title,
    lng: west + x,
    lat: south + 0.001,
  })

it('rings at the bell, lies in the panel with what came together, and is gone for everybody when it is acknowledged', async () => {
  await until(
    'connected',
    async () => (await at('freshness').getAttribute('data-kind')) !== 'connecting',
    20_000,
  )
  await report('镇东路闻到燃气味', 0.001)
  await page.getByRole('button', { name: '告警：1 条待知悉' }).waitFor()
  await report('又有人闻到燃气味', 0.0011)
  await report('河边闻到燃气味', 0.031)
  await page.getByRole('button', { name: '告警：2 条待知悉' }).waitFor()
  await at('alerts').click()
  await until('the count', async () => (await page.getByText('共 2 起').count()) === 1, 8000)
  expect(await unnamedControls(page)).toEqual([])
  await at('alert').first().getByTestId('acknowledge').click()
  await page.getByRole('button', { name: '告警：1 条待知悉' }).waitFor()
  await at('alert-look').click()
  await page.getByRole('button', { name: '告警：1 条待知悉' }).waitFor()
  await (await town.as('leader'))('POST', '/api/alerts/1/acknowledge')
  await (await town.as('leader'))('POST', '/api/alerts/2/acknowledge')
  await page.getByRole('button', { name: '告警', exact: true }).waitFor()
})

it('keeps what somebody has chosen', async () => {
  await at('alerts').click()
  await page.getByText('没有待知悉的告警').waitFor()
  await at('alert-preferences').click()
  await at('alert-choices').waitFor()
  await page.keyboard.press('Escape')
  await at('alert-choices').waitFor({ state: 'detached' })
  await at('alert-preferences').click()
  await page.getByLabel('免打扰').check()
  await page.getByLabel('群众不满意').uncheck()
  await page.getByRole('button', { name: '保存' }).click()
  const kept = await until('the choice', async () => {
    const answer = await (await town.as('dispatcher'))('GET', '/api/alerts/preferences')
    const chosen = (await answer.json()) as { quiet: unknown; kinds: string[] }
    return chosen.quiet ? chosen : undefined
  })
  expect(kept).toMatchObject({ quiet: { from: '22:00', to: '07:00' } })
  expect(kept.kinds).not.toContain('dissatisfied')
})

it('is shown by the worker when it is pushed to a page that is not looking', async () => {
  const shown = await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.register('/push-worker.js', { scope: '/push/' })
    const worker = registration.installing ?? registration.active
    if (worker?.state !== 'activated')
      await new Promise<void>((resolve) => {
        worker?.addEventListener('statechange', () => worker.state === 'activated' && resolve())
      })
    return registration.scope
  })
  const line = await page.context().newCDPSession(page)
  const ids: string[] = []
  line.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) =>
    ids.push(
      ...registrations
        .filter(({ scopeURL }) => scopeURL === shown)
        .map(({ registrationId }) => registrationId),
    ),
  )
  await line.send('ServiceWorker.enable')
  const registrationId = await until('the worker', () => ids[0])
  await line.send('ServiceWorker.deliverPushMessage', {
    origin: town.running.url,
    registrationId,
    data: JSON.stringify({ id: 7, title: '镇东路闻到燃气味', severity: 'urgent', kind: 'incident' }),
  })
  const notified = await until('the notification', async () =>
    page.evaluate(async () => {
      const registration = await navigator.serviceWorker.getRegistration('/push/')
      const [one] = (await registration?.getNotifications()) ?? []
      return one && { title: one.title, tag: one.tag }
    }),
  )
  expect(notified).toEqual({ title: '镇东路闻到燃气味', tag: 'alert-7' })
  expect(browser.strays).toEqual([])
})
