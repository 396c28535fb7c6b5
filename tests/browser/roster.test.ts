import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Duty, StaffingGaps } from '../../api/contract/staffing.ts'
import { seedSchemes } from '../../api/staffing/queries.ts'
import { staffingSchemes } from '../../seeds/reference/staffing.ts'
import { type Opened, openBrowser, unnamedControls } from '../setup/browser.ts'
import { databases } from '../setup/database.ts'
import { openTown, password, type TestTown } from '../setup/town.ts'

// Staffing and duty as their users meet them. The tests go on from each other.

const embedded = databases[0]

describe('the roster', () => {
  let town: TestTown
  let browser: Opened
  let page: Page
  beforeAll(async () => {
    if (!embedded) throw new Error('no embedded database')
    town = await openTown(embedded.open)
    await seedSchemes(town.running.db, staffingSchemes)
    browser = await openBrowser()
    page = await browser.open({ viewport: { width: 1366, height: 768 }, deviceScaleFactor: 1 })
  })
  afterAll(async () => {
    await browser?.close()
    await town?.close()
  })
  const at = (id: string) => page.getByTestId(id)
  const ask = async <T>(path: string) => (await (await town.as('admin'))('GET', `/api/${path}`)).json() as T
  const signIn = async (on: Page, name: string, path: string) => {
    await on.goto(`${town.running.url}${path}`)
    await on.fill('input[name=username]', name)
    await on.fill('input[name=password]', password)
    await on.keyboard.press('Enter')
  }
  const week = async () => {
    const query = 'from=2026-12-07T00:00:00Z&to=2026-12-14T00:00:00Z'
    return (await ask<{ duties: Duty[] }>(`duties?${query}`)).duties
  }

  it('shows no vacancies before a level follows a scheme, and all of them after', async () => {
    await signIn(page, 'admin', '/manage/roster')
    await at('grid-tree').waitFor({ timeout: 30_000 })
    expect(await at('figure-vacant').innerText()).toMatch(/^0\s/)
    await at('level-1').selectOption('1-2-2')
    // Four grids of level 1, five seats each.
    await expect.poll(() => at('figure-vacant').innerText()).toMatch(/^20\s/)
    expect(await at('grid-tree').innerText()).toContain('空缺 2')
    expect(await unnamedControls(page)).toEqual([])
  })

  it('puts somebody whose duty grid it is into an open seat', async () => {
    await at('figure-vacant').click()
    await at('grid-tree').getByText('网格G0', { exact: true }).click()
    await at('assign-leader').click()
    const first = at('candidates').locator('label').first()
    expect(await first.innerText()).toContain('责任网格就在这里')
    expect(await at('assign-confirm').isDisabled()).toBe(true)
    await at('assign-search').fill('王一')
    await first.locator('input').check()
    expect(await unnamedControls(page)).toEqual([])
    await at('assign-confirm').click()
    await at('assign-dialog').waitFor({ state: 'detached' })
    await at('seats').getByText('王一').waitFor()
    expect(await at('figure-vacant').innerText()).toMatch(/^19\s/)
    const { vacancies } = await ask<StaffingGaps>('staffing/gaps')
    expect(vacancies.filter(({ gridId }) => gridId === town.grid('G0')).map(({ role }) => role)).toEqual([
      'full-time',
      'part-time',
    ])
  })

  it('looks at an earlier day, where nothing can be changed', async () => {
    await at('as-of').fill('2026-01-15')
    await page.getByText('这是 2026-01-15 的编制').waitFor()
    await expect.poll(() => at('figure-vacant').innerText()).toMatch(/^20\s/)
    expect(await at('assign-leader').count()).toBe(0)
    await page.getByRole('button', { name: '回到现在' }).click()
    await expect.poll(() => at('figure-vacant').innerText()).toMatch(/^19\s/)
  })

  it('ends a post after asking, and keeps it in the record', async () => {
    await at('seats').getByRole('button', { name: '结束任职 网格长 王一' }).click()
    await at('end-confirm').click()
    await at('end-dialog').waitFor({ state: 'detached' })
    await expect.poll(() => at('figure-vacant').innerText()).toMatch(/^20\s/)
  })

  it('says what is wrong with a scheme before it can be saved', async () => {
    await at('scheme-1-2-2').click()
    await at('role-min-1').fill('3')
    await page.getByText('专职网格员的“至少”不能大于“至多”').waitFor()
    expect(await at('scheme-save').isDisabled()).toBe(true)
    await at('role-max-1').fill('')
    await at('scheme-save').click()
    await expect.poll(() => at('figure-vacant').innerText()).toMatch(/^24\s/)
  })

  it('plans a week of duty for a squad, and says how many beforehand', async () => {
    await at('roster-duty').click()
    await at('duty-grid').waitFor()
    await page.getByText('队员可以自由签到').waitFor()
    await page.getByLabel('选一中队全部').check()
    await at('duty-plan').click()
    await at('plan-from').fill('2026-12-07')
    await at('plan-to').fill('2026-12-13')
    expect(await at('plan-outlook').innerText()).toContain('2 人 × 5 天 = 10 个班')
    await page.getByRole('button', { name: '白班和夜班' }).click()
    expect(await unnamedControls(page)).toEqual([])
    await at('plan-confirm').click()
    await expect.poll(() => at('duty-said').innerText()).toBe('排好了 10 个班。')
    expect((await week()).map(({ officerName, label }) => officerName + label).slice(0, 2)).toEqual([
      '王一白班',
      '王二夜班',
    ])
  })

  it('shows them in their week and takes one out after asking', async () => {
    while (!(await at('duty-span').innerText()).startsWith('2026-12-07')) await at('duty-next').click()
    const slots = at('duty-grid').locator('.duty-slot')
    await expect.poll(() => slots.count()).toBe(10)
    expect(await slots.first().innerText()).toContain('08:00–20:00')
    await slots.first().click()
    await page.keyboard.press('Escape')
    expect(await slots.count()).toBe(10)
    await slots.first().click()
    await at('duty-remove').click()
    await expect.poll(() => slots.count()).toBe(9)
    expect(await week()).toHaveLength(9)
  })

  it('plans nobody twice', async () => {
    await page.getByLabel('选一中队全部').check()
    await at('duty-plan').click()
    await page.getByRole('button', { name: '白班和夜班' }).click()
    await at('plan-confirm').click()
    await expect.poll(() => at('duty-said').innerText()).toBe('排好了 1 个班。 跳过 9 个：那时已有班。')
  })

  it('marks a holiday in the calendar', async () => {
    await page.getByRole('button', { name: '设定 2026-12-11' }).click()
    await at('day-name').fill('镇庆')
    await at('day-save').click()
    await at('duty-grid').locator('thead em').waitFor()
    await at('roster-calendar').click()
    expect(await at('special-days').innerText()).toContain('镇庆')
    expect(await unnamedControls(page)).toEqual([])
  })

  it('lets a leader look and a dispatcher plan, in English', async () => {
    const other = await browser.open({ viewport: { width: 1366, height: 768 }, deviceScaleFactor: 1 })
    await signIn(other, 'leader', '/manage/roster')
    await other.getByTestId('grid-tree').waitFor({ timeout: 30_000 })
    await other.getByTestId('language').click()
    expect(await other.getByTestId('scheme-1-2-2').count()).toBe(0)
    expect(await other.getByTestId('figures').innerText()).not.toMatch(/\p{Script=Han}/u)
    await other.getByTestId('roster-duty').click()
    await other.getByTestId('duty-grid').waitFor()
    expect(await other.getByTestId('duty-plan').count()).toBe(0)
    await other.getByTestId('sign-out').click()
    await signIn(other, 'dispatcher', '/manage/roster/duty')
    await other.getByTestId('duty-plan').waitFor({ timeout: 30_000 })
    await other.context().close()
  })

  it('asked nothing of anybody else, and broke nowhere', () => {
    expect(browser.strays).toEqual([])
    expect(browser.errors.filter((error) => !/401/.test(error))).toEqual([])
  })
})
