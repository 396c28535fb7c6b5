import { randomUUID } from 'node:crypto'
import type { Page } from 'playwright-core'
import type { Socket } from 'socket.io-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { begin, type Call, invite, leave } from '../../api/calls/call.ts'
import { putCall } from '../../api/calls/queries.ts'
import type { CallView } from '../../api/contract/call.ts'
import type { Incident } from '../../api/contract/incident.ts'
import { type Opened, openBrowser, signIn, unnamedControls } from '../setup/browser.ts'
import { databases } from '../setup/database.ts'
import { openTown, password, south, type TestTown, west } from '../setup/town.ts'

// The desk reads who has called, and calls back. The officer of these calls is a socket of their own. The tests go on from each other.

const embedded = databases[0]

describe('the log of calls at a desk', () => {
  let town: TestTown
  let browser: Opened
  let page: Page
  let officer: Socket
  let rung: CallView | null = null
  const seat = randomUUID()

  beforeAll(async () => {
    if (!embedded) throw new Error('no embedded database')
    town = await openTown(embedded.open)
    browser = await openBrowser()
    page = await browser.open()
    const cookie = await signIn(town.running.url, 'dispatcher', password)
    await page.context().addCookies([{ ...cookie, url: town.running.url }])
    officer = (await town.socket('officer')) as unknown as Socket
    officer.on('call:changed', (call: CallView) => {
      rung = call
    })
  })
  afterAll(async () => {
    await browser?.close()
    await town?.close()
  })
  const ask = async (event: string, request: object) => {
    const answer = (await officer.emitWithAck(event, request)) as { ok: boolean; data: CallView }
    expect(answer.ok).toBe(true)
    return answer.data
  }
  const show = async () => {
    await page.goto(`${town.running.url}/manage/calls`)
    await page.getByTestId('call-log').waitFor({ timeout: 30_000 })
  }
  const lines = () => page.getByTestId('call-line')

  it('says that there is none yet, and says why when it cannot be read', async () => {
    await page.route('**/api/calls?*', (route) => route.abort())
    await page.goto(`${town.running.url}/manage/calls`)
    await page.getByText('连接不上服务器').waitFor({ timeout: 30_000 })
    // It looks again by itself after a second; the button is to be pressed after that.
    await page.waitForTimeout(1500)
    await page.unroute('**/api/calls?*')
    await page.getByRole('button', { name: '重试' }).click()
    await page.getByText('还没有通话。').waitFor()
    await page.goto('about:blank')
  })

  it('marks whoever called while nobody was at the desk, until somebody has spoken with them', async () => {
    await ask('call:ring', { seat, kind: 'voice' })
    await show()
    expect(await lines().count()).toBe(1)
    expect(await lines().first().innerText()).toMatch(
      /\d\d-\d\d \d\d:\d\d\s+王一\s*执法队员\s+指挥中心\s+–\s+语音 · 未接，待回电/,
    )
    expect(await page.getByRole('button', { name: /未接来电/ }).innerText()).toMatch(/1$/)

    await page.getByTestId('call-back').click()
    await expect
      .poll(() => rung?.people.find(({ state }) => state === 'ringing')?.name, { timeout: 10_000 })
      .toBe('王一')
    await ask('call:join', { callId: rung?.id, seat })
    await page.getByTestId('call-time').getByText('00:0').waitFor()
    await page.getByTestId('call-end').click()
    await expect.poll(() => lines().count(), { timeout: 10_000 }).toBe(2)
    await expect
      .poll(() => lines().first().innerText(), { timeout: 10_000 })
      .toMatch(/dispatcher[\s\S]*王一[\s\S]*00:\d\d\s+语音 · 已接通/)
    expect(await lines().last().innerText()).toContain('未接，已通话')
    expect(await page.getByRole('button', { name: '未接来电' }).innerText()).toBe('未接来电')
  })

  it('pages, filters what was missed, names who did not come, and leads to the case', async () => {
    const desk = await town.as('dispatcher')
    const made = await desk('POST', '/api/incidents', {
      classCode: '01',
      title: '占道施工',
      lng: west + 0.001,
      lat: south + 0.001,
    })
    const incident = (await made.json()) as Incident
    const { db } = town.running
    const accounts = await db.query<{ id: number; username: string }>('select id, username from accounts')
    const accountId = (username: string) => accounts.find((one) => one.username === username)?.id ?? 0
    const dispatcher = {
      accountId: accountId('dispatcher'),
      officerId: null,
      name: 'dispatcher',
      role: 'dispatcher',
    } as const
    const one = {
      accountId: accountId('officer'),
      officerId: town.officer('O1'),
      name: '王一',
      role: 'officer',
    } as const
    const two = {
      accountId: accountId('member'),
      officerId: town.officer('M1'),
      name: '李三',
      role: 'member',
    } as const
    const given = (toDesk: boolean) =>
      ({
        id: randomUUID(),
        kind: 'video',
        toDesk,
        incidentId: toDesk ? null : incident.id,
        path: [town.townId],
      }) as const
    for (let i = 0; i < 60; i++) {
      const at = Date.now() - 3600_000 - (60 - i) * 60_000
      const call: Call =
        i === 50
          ? begin(given(true), two, seat, [{ ...dispatcher, state: 'busy' }], at)
          : invite(
              begin(given(false), dispatcher, seat, [{ ...one, state: 'ringing' }], at),
              dispatcher.accountId,
              { ...two, state: 'busy' },
              at,
            )
      const over = call.endedAt === null ? leave(call, dispatcher.accountId, at + 20_000) : call
      expect(over.endedAt).not.toBe(null)
      await db.transaction((tx) => putCall(tx, over, new Date(at)))
    }
    await show()
    await expect.poll(() => lines().count(), { timeout: 10_000 }).toBe(50)
    await page.getByTestId('calls-more').click()
    await expect.poll(() => lines().count(), { timeout: 10_000 }).toBe(62)
    expect(await page.getByTestId('calls-more').count()).toBe(0)
    const group = lines().filter({ hasText: '打开案件' }).first()
    expect(await group.innerText()).toMatch(/李三\s*网格员 · 忙/)

    await page.getByRole('button', { name: /未接来电/ }).click()
    expect(await lines().count()).toBe(2)
    expect(await lines().locator('.is-urgent').count()).toBe(2)
    await page.getByRole('button', { name: '全部' }).click()
    await group.getByRole('link').click()
    await page.waitForURL(`**/dispatch?id=${incident.id}`)
    await page.getByTestId('incident-card').waitFor({ timeout: 60_000 })
    await page.getByTestId('to-calls').click()
    await page.getByTestId('call-log').waitFor()
  })

  it('speaks English, names its controls and fits a phone', async () => {
    await page.getByTestId('language').click()
    const said = (await page.locator('main').innerText()).replaceAll(/王一|李三/g, '')
    expect(said.match(/\p{Script=Han}+/gu) ?? []).toEqual([])
    expect(await unnamedControls(page)).toEqual([])
    await page.setViewportSize({ width: 390, height: 844 })
    await page.waitForTimeout(300)
    const frame = await page.locator('.table-frame').evaluate((one) => one.scrollWidth - one.clientWidth)
    expect(frame).toBeLessThanOrEqual(0)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  })

  it('is not for those who look, and broke nowhere', async () => {
    const other = await browser.open()
    const cookie = await signIn(town.running.url, 'leader', password)
    await other.context().addCookies([{ ...cookie, url: town.running.url }])
    await other.goto(`${town.running.url}/manage`)
    await other.getByTestId('tab-roster').waitFor({ timeout: 30_000 })
    expect(await other.getByTestId('tab-calls').count()).toBe(0)
    expect(browser.strays).toEqual([])
    expect(browser.errors.filter((error) => !/ERR_FAILED/.test(error))).toEqual([])
  })
})
