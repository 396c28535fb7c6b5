import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Figure, FigureSource } from '../../api/contract/figures.ts'
import { type Opened, openBrowser, signIn, unnamedControls } from '../setup/browser.ts'
import { databases } from '../setup/database.ts'
import { openTown, password, type TestTown, until } from '../setup/town.ts'

// A town's own numbers from an address of its own: looked at, mapped, asked, changed, taken away. The tests go on from each other.

const embedded = databases[0]
const patience = { timeout: 15_000 }

describe('a town’s own numbers', () => {
  let town: TestTown
  let browser: Opened
  let page: Page
  let office: Server
  let url: string
  let says: string
  const row = (name: string, count: unknown) => ({ 指标: name, 数: count, 期: '2026-11', 目标: 150 })
  const answer = (...items: object[]) => JSON.stringify({ code: 0, data: { items } })

  beforeAll(async () => {
    if (!embedded) throw new Error('no embedded database')
    town = await openTown(embedded.open)
    says = answer(row('受理', 128), row('办结', '120'))
    office = createServer((_, reply) => reply.end(says))
    await new Promise<void>((resolve) => office.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(office.address() as AddressInfo).port}/today`
    browser = await openBrowser()
    page = await browser.open()
    const cookie = await signIn(town.running.url, 'admin', password)
    await page.context().addCookies([{ ...cookie, url: town.running.url }])
    await page.goto(`${town.running.url}/manage/figures`)
  })
  afterAll(async () => {
    office?.close()
    await browser?.close()
    await town?.close()
  })
  const at = (id: string) => page.getByTestId(id)
  const ask = async <T>(path: string) => (await (await town.as('admin'))('GET', path)).json() as Promise<T>
  const sources = async () => (await ask<{ sources: FigureSource[] }>('/api/figure-sources')).sources
  const figures = async () => (await ask<{ figures: Figure[] }>('/api/figures')).figures
  const state = () => at('figure-state').innerText()

  it('say where they come from while there are none', async () => {
    await page.getByText('还没有地址。').waitFor({ timeout: 30_000 })
    await page.getByText('还没有数字。').waitFor()
    await at('figure-add').click()
    await at('figure-form').waitFor()
    expect(await at('figure-save').isDisabled()).toBe(true)
  })

  it('are seen before anything is saved: what the address answers, what is guessed, what comes of it', async () => {
    await at('figure-name').fill('政务服务中心')
    await at('figure-url').fill('http://127.0.0.1:9/nothing')
    await at('figure-look').click()
    await expect.poll(() => at('figure-refusal').innerText(), patience).toContain('地址没有应答：')
    await at('figure-url').fill(url)
    await at('figure-url').press('Tab')
    await page.keyboard.press('Enter')
    await expect.poll(() => at('figure-rows').inputValue(), patience).toBe('data.items')
    expect(
      await Promise.all(
        ['name', 'value', 'period', 'target'].map((field) => at(`from-${field}`).inputValue()),
      ),
    ).toEqual(['k指标', 'k数', 'k期', 'k目标'])
    await at('is-module').selectOption('approval')
    await at('is-group').fill('政务窗口')
    await at('from-unit').selectOption('is')
    await at('is-unit').fill('件')
    const seen = at('figures')
    await expect
      .poll(() => seen.innerText(), patience)
      .toMatch(/行政审批\s+政务窗口\s+受理\s+2026-11\s+128 件\s+150/)
    await at('from-value').selectOption('k期')
    await expect.poll(() => at('figure-problem').innerText(), patience).toMatch(/^第 1 行的数值不能用/)
    await at('from-value').selectOption('k数')
    await expect.poll(() => at('figure-problem').count(), patience).toBe(0)
    expect(await unnamedControls(page)).toEqual([])
    expect(await sources()).toEqual([])
    expect(await figures()).toEqual([])
  })

  it('come once it is saved, and are shown with where they came from', async () => {
    await at('figure-save').click()
    await at('figure-source').waitFor(patience)
    await until('the numbers', async () => (await figures()).length === 2, 15_000)
    await expect.poll(state, { timeout: 25_000 }).toBe('正常，2 个数字')
    await expect.poll(() => at('figures').locator('tbody tr').count(), patience).toBe(2)
    expect(await at('figures').innerText()).toContain('政务服务中心 · 地址')
    expect((await sources())[0]?.mapping).toEqual({
      rows: 'data.items',
      module: { is: 'approval' },
      group: { is: '政务窗口' },
      name: '指标',
      value: '数',
      period: '期',
      unit: { is: '件' },
      target: '目标',
    })
    expect(await unnamedControls(page)).toEqual([])
  })

  it('are asked for at once, and what is wrong stands there in words while the old ones stay', async () => {
    says = 'closed'
    await at('figure-ask').focus()
    await page.keyboard.press('Enter')
    await expect.poll(state, patience).toBe('答复不是 JSON。')
    expect((await figures()).map(({ value }) => value)).toEqual([128, 120])
    says = answer(row('受理', 131), row('办结', 120))
    await at('figure-ask').click()
    await expect.poll(state, patience).toBe('正常，2 个数字')
    await expect.poll(() => at('figures').innerText(), patience).toContain('131 件')
  })

  it('are changed, and leaving what is unsaved is asked about', async () => {
    await at('figure-change').click()
    await at('figure-form').waitFor()
    await at('figure-name').fill('政务中心')
    await at('tab-walls').click()
    await at('leave-dialog').waitFor()
    await page.keyboard.press('Escape')
    await at('figure-save').click()
    await at('figure-source').filter({ hasText: '政务中心' }).waitFor(patience)
    expect((await figures()).map(({ source }) => source)).toEqual(['政务中心', '政务中心'])
  })

  it('go with their address when they are to, after a question, in English as well', async () => {
    await at('language').click()
    await page.getByRole('heading', { name: 'Your own numbers' }).waitFor()
    expect(await page.locator('main').innerText()).not.toMatch(/还|的|地址/)
    await at('figure-remove').click()
    await page.getByLabel('Remove the 2 numbers it has brought as well').check()
    expect(await unnamedControls(page)).toEqual([])
    await at('figure-away-confirm').click()
    await page.getByText('No address yet.').waitFor(patience)
    expect([await sources(), await figures()]).toEqual([[], []])
    expect(browser.strays).toEqual([])
    // The one address that was meant not to answer.
    expect(browser.errors.filter((one) => !/422/.test(one))).toEqual([])
  })
})
