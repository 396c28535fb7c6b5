import { execFileSync } from 'node:child_process'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ImportRecord } from '../../api/contract/imports.ts'
import { type Opened, openBrowser, unnamedControls } from '../setup/browser.ts'
import { databases } from '../setup/database.ts'
import { openTown, password, type TestTown } from '../setup/town.ts'

// The manage page as its user meets it, from a dropped file to its undo. The tests go on from each other.

const embedded = databases[0]
const table = [
  '编号,名称,经度,纬度,备注',
  'K1, 东门口 ,120.401,31.701,老',
  'K2,西门口,120.402,31.702,',
  'K3,南门口,31.703,120.403,',
  'K4,,120.404,31.704,',
].join('\r\n')
// TextEncoder writes UTF-8 only; iconv is on every Linux.
const gbk = execFileSync('iconv', ['-f', 'UTF-8', '-t', 'GBK'], { input: table })
const file = { name: '点位表.csv', mimeType: 'text/csv', buffer: gbk }

describe('the manage page', () => {
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
  const points = async () => {
    const answer = await (await town.as('admin'))('GET', '/api/points')
    return ((await answer.json()) as { points: unknown[] }).points.length
  }
  const signIn = async (on: Page, name: string) => {
    await on.fill('input[name=username]', name)
    await on.fill('input[name=password]', password)
    await on.keyboard.press('Enter')
  }

  it('keeps the address through the sign-in', async () => {
    await page.goto(`${town.running.url}/manage/import`)
    await signIn(page, 'admin')
    await at('dropzone').waitFor()
    expect([new URL(page.url()).pathname, await page.title()]).toEqual(['/manage/import', '导入 · 霞客'])
    expect(await unnamedControls(page)).toEqual([])
  })

  it('refuses the parts of a Shapefile before a byte is sent', async () => {
    const part = { name: 'grid.shp', mimeType: '', buffer: Buffer.from('x') }
    await page.setInputFiles('input[type=file]', part)
    await page.getByText('打成一个 zip，再拖进来').waitFor()
    expect(await at('unfinished').locator('li').count()).toBe(0)
  })

  it('recognises a dropped table and says as what', async () => {
    await page.setInputFiles('input[type=file]', file)
    await at('recognised').waitFor({ timeout: 30_000 })
    expect(await at('encoding').inputValue()).toBe('gb18030')
    expect(await at('recognised').innerText()).toContain('西门口')
    expect(await at('crs').innerText()).toContain('落在本镇网格内')
    expect(await unnamedControls(page)).toEqual([])
  })

  it('asks for what is missing, and for nothing else', async () => {
    await at('next').click()
    expect(await at('field-code').inputValue()).toBe('编号')
    expect(await at('mapping').innerText()).toContain('按列名认出')
    expect(await page.locator('#missing').innerText()).toBe('还差：所属系统')
    expect(await at('check').isDisabled()).toBe(true)
    await at('system').fill('video')
    expect(await unnamedControls(page)).toEqual([])
    await at('check').click()
    await at('write-bar').waitFor({ timeout: 30_000 })
    expect(await at('summary').innerText()).toContain('共 4 行，其中 1 行没有疑点')
  })

  it('shows every finding in its cell and on the map, and writes nothing before all is decided', async () => {
    await page.waitForSelector('[data-testid=preview-map][data-map=ready]', { timeout: 90_000 })
    expect(await at('preview-table').locator('td.is-found').allInnerTexts()).toEqual([
      '␣东门口␣',
      '31.703',
      '120.403',
      '',
    ])
    expect(await unnamedControls(page)).toEqual([])
    expect(await at('write').isDisabled()).toBe(true)
    expect(await at('decide').locator('input:checked').count()).toBe(0)
    await at('fix-all').click()
    expect(await page.locator('#why-not').innerText()).toBe('还没有决定：必填内容为空')
    await at('kind-empty').locator('input[value=skip]').check()
    expect(await at('write').isEnabled()).toBe(true)
    expect(await points()).toBe(2)
  })

  it('asks before what was decided is lost', async () => {
    await at('tab-history').click()
    await at('leave-dialog').waitFor()
    await page.keyboard.press('Escape')
    expect(new URL(page.url()).pathname).toMatch(/^\/manage\/import\/\d+$/)
    await page.goBack()
    await at('leave-dialog').waitFor()
    await page.keyboard.press('Escape')
    expect(await at('kind-empty').locator('input:checked').count()).toBe(1)
  })

  it('writes, reports, and takes the whole import back', async () => {
    await at('write').click()
    await at('done').waitFor({ timeout: 30_000 })
    expect(await at('done').locator('dd').allInnerTexts()).toEqual(['3', '0', '1'])
    expect(await points()).toBe(5)
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: '下载逐行报告' }).click(),
    ])
    expect(download.suggestedFilename()).toMatch(/points-点位表-[0-9a-f]{6}\.csv$/)
    await at('undo').click()
    expect(await at('undo-dialog').innerText()).toContain('恢复成导入前的样子')
    await at('undo-confirm').click()
    await at('undone').waitFor()
    expect(await points()).toBe(2)
  })

  it('remembers it: who, which file, and that it was undone', async () => {
    await at('tab-history').click()
    const row = at('records').locator('tbody tr').first()
    await row.waitFor()
    const { imports } = (await (await (await town.as('admin'))('GET', '/api/imports')).json()) as {
      imports: ImportRecord[]
    }
    const text = await row.innerText()
    for (const told of ['点位表.csv', 'admin', '撤销', imports[0]?.fingerprint.slice(0, 8) ?? 'none'])
      expect(text).toContain(told)
    expect(await row.getAttribute('class')).toBe('is-undone')
    expect(await unnamedControls(page)).toEqual([])
  })

  it('goes on with an upload that broke off, once the file is chosen again', async () => {
    const admin = await town.as('admin')
    const made = await admin('POST', '/api/imports/jobs', { file: file.name, size: gbk.byteLength })
    const { id } = (await made.json()) as { id: number }
    const octets = { 'content-type': 'application/octet-stream' }
    await admin('PUT', `/api/imports/jobs/${id}/content?offset=0`, gbk.subarray(0, 40), octets)
    await page.goto(`${town.running.url}/manage/import/${id}`)
    await page.getByText('从断开的地方接着传').waitFor()
    await page.setInputFiles('input[type=file]', { ...file, name: 'other.csv' })
    await page.getByText('这不是同一个文件').waitFor()
    await page.setInputFiles('input[type=file]', file)
    await at('recognised').waitFor({ timeout: 30_000 })
    await page.getByText('已按上次的方式填好').waitFor()
  })

  it('hands out layers as files', async () => {
    await at('tab-export').click()
    await at('layers').getByText('监控点').click()
    await at('format').locator('input[value=csv]').check()
    const [download] = await Promise.all([page.waitForEvent('download'), at('download').click()])
    expect(download.suggestedFilename()).toMatch(/^points-.*\.csv$/)
    expect(await at('ogc').innerText()).toContain(`${town.running.url}/api/ogc`)
    expect(await unnamedControls(page)).toEqual([])
  })

  it('steps back, and answers an unknown address', async () => {
    await page.goBack()
    await at('recognised').waitFor()
    await page.goto(`${town.running.url}/manage/nowhere`)
    await page.getByRole('heading', { name: '这里没有页面' }).waitFor()
  })

  it('gives a leader the export and no import, in English and on a phone', async () => {
    const other = await browser.open({ viewport: { width: 390, height: 844 }, deviceScaleFactor: 1 })
    await other.goto(`${town.running.url}/manage`)
    await signIn(other, 'leader')
    await other.getByTestId('layers').waitFor()
    const tabs = await other.locator('nav a').allInnerTexts()
    expect([tabs.includes('导出'), tabs.includes('导入')]).toEqual([true, false])
    await other.getByTestId('language').click()
    const text = (await other.locator('body').innerText()).replaceAll(/霞客/g, '')
    expect(text.match(/\p{Script=Han}+/gu) ?? []).toEqual([])
    expect(await other.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    await other.context().close()
  })

  it('asked nothing of anybody else, and broke nowhere', () => {
    expect(browser.strays).toEqual([])
    expect(browser.errors.filter((error) => !/401/.test(error))).toEqual([])
  })
})
