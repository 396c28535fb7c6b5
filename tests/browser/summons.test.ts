import { randomUUID } from 'node:crypto'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CallView } from '../../api/contract/call.ts'
import { type Opened, openBrowser, signIn } from '../setup/browser.ts'
import { databases } from '../setup/database.ts'
import { openTown, password, type TestTown, until } from '../setup/town.ts'

// What wakes a phone: the worker's words for an offer and a call, and the ringing of a page that is only just being loaded.

const embedded = databases[0]

describe('a phone that is woken', () => {
  let town: TestTown
  let browser: Opened
  let page: Page
  /** Lets the part of the page arrive that rings. */
  let letRing: () => void
  beforeAll(async () => {
    if (!embedded) throw new Error('no embedded database')
    town = await openTown(embedded.open)
    browser = await openBrowser()
    const { url } = town.running
    page = await browser.open({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })
    await page.context().grantPermissions(['notifications', 'geolocation'])
    await page.context().addCookies([{ ...(await signIn(url, 'officer', password)), url }])
    const held = new Promise<void>((resolve) => {
      letRing = resolve
    })
    await page.route('**/assets/CallDock-*.js', async (route) => {
      await held
      await route.continue()
    })
  })
  afterAll(async () => {
    await browser?.close()
    await town?.close()
  })

  it('rings although it was told of the call before it could hear', async () => {
    const loaded = page.waitForRequest('**/assets/CallDock-*.js')
    const line = page.waitForEvent('websocket')
    await page.goto(`${town.running.url}/field`)
    await loaded
    const told = (await line).waitForEvent('framereceived', ({ payload }) => payload.includes('call:changed'))
    const desk = await town.socket('dispatcher')
    const ring = { seat: randomUUID(), kind: 'voice' as const, officerId: town.officer('O1') }
    const call = await until('a line', async () => {
      // So seldom that it is never too often.
      await new Promise((resolve) => setTimeout(resolve, 600))
      const answer = await desk.emitWithAck('call:ring', ring)
      return answer.ok && answer.data.outcome === null && (answer.data as CallView)
    })
    await told
    expect(await page.getByTestId('call-ringing').count()).toBe(0)
    letRing()
    await page.getByTestId('call-ringing').waitFor()
    await desk.emitWithAck('call:leave', { callId: call.id })
    await page.getByTestId('call-ringing').waitFor({ state: 'detached' })
  })

  it('says in its own language what is offered or who calls, and what became of it takes its place', async () => {
    // Whoever looks at the page sees it there.
    await page.goto(`${town.running.url}/report`)
    const scope = await page.evaluate(async () => {
      const registration = await navigator.serviceWorker.register('/push-worker.js', { scope: '/push/' })
      const worker = registration.installing ?? registration.active
      if (worker?.state !== 'activated')
        await new Promise<void>((resolve) => {
          worker?.addEventListener('statechange', () => worker.state === 'activated' && resolve())
        })
      return registration.scope
    })
    const cdp = await page.context().newCDPSession(page)
    const ids: string[] = []
    cdp.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) =>
      ids.push(...registrations.filter((one) => one.scopeURL === scope).map((one) => one.registrationId)),
    )
    await cdp.send('ServiceWorker.enable')
    const registrationId = await until('the worker', () => ids[0])
    const worker = page
      .context()
      .serviceWorkers()
      .find((one) => one.url().endsWith('push-worker.js'))
    const isChinese = (await worker?.evaluate(() => navigator.language))?.startsWith('zh')
    const shown = () =>
      page.evaluate(async () =>
        ((await (await navigator.serviceWorker.getRegistration('/push/'))?.getNotifications()) ?? []).map(
          ({ title, body, tag, requireInteraction }) => [tag, title, body, requireInteraction],
        ),
      )
    const push = async (one: object, [chinese, english]: [unknown[], unknown[]]) => {
      const data = JSON.stringify({ id: 7, at: Date.now(), ...one })
      await cdp.send('ServiceWorker.deliverPushMessage', { origin: town.running.url, registrationId, data })
      const wanted = isChinese ? chinese : english
      await until(String(wanted), async () => JSON.stringify(await shown()).includes(JSON.stringify(wanted)))
    }
    const offer = { kind: 'offer', title: '环保', titleEn: 'Environment' }
    await push({ ...offer, state: 'offered', seconds: 90 }, [
      ['offer', '派单：环保', '请在 90 秒内接单', true],
      ['offer', 'Sent to you: Environment', 'Accept within 90 s', true],
    ])
    await push({ ...offer, state: 'over' }, [
      ['offer', '不必再去：环保', '', false],
      ['offer', 'Called off: Environment', '', false],
    ])
    const call = { kind: 'call', video: true, toDesk: false }
    await push({ ...call, state: 'ringing' }, [
      ['call', '指挥中心来电', '视频通话', true],
      ['call', 'The command centre is calling', 'Video call', true],
    ])
    await push({ ...call, state: 'missed' }, [
      ['call', '未接来电', '', false],
      ['call', 'Missed call', '', false],
    ])
    expect(await shown()).toHaveLength(2)
    await page.goto(`${town.running.url}/field`)
    const data = JSON.stringify({ id: 8, at: Date.now(), ...call, state: 'ringing' })
    await cdp.send('ServiceWorker.deliverPushMessage', { origin: town.running.url, registrationId, data })
    await until('only the offer', async () => (await shown()).length === 1)
    expect([browser.errors, browser.strays]).toEqual([[], []])
  })
})
