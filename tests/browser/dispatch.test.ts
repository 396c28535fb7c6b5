import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Assignment } from '../../api/contract/assignment.ts'
import type { Incident, IncidentDetail } from '../../api/contract/incident.ts'
import type { Closure } from '../../api/contract/roads.ts'
import { upsertOfficers, upsertUnits } from '../../api/units/queries.ts'
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
    await expect
      .poll(() => squad.innerText(), { timeout: 15_000 })
      .toMatch(/一中队\n+\d+ 分.*\n+首选 · 王一 · 按直线距离估算/)
    expect(await card().getByText('还没有道路数据').count()).toBe(1)
    await expect.poll(() => squad.getAttribute('aria-pressed')).toBe('true')
    expect(await card().getByTestId('send').innerText()).toBe('派出 一中队 · 王一')
    await card().locator('[data-testid=send]:focus').waitFor()
    await page.keyboard.press('Enter')
    await expect.poll(() => detailOf('烟囱冒黑烟')).toMatchObject({ state: 'dispatched', unitId: 1 })
    await card().locator('[data-testid=assignment][data-state=offered]').waitFor()
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
          'squad:offered',
        ]),
      )
    const told = await card().getByTestId('timeline').innerText()
    expect(told).toContain('交 一中队')
    expect(told).toContain('延长 2 工作日')
    expect(told).toContain('等配件')
    expect(told).not.toMatch(/incident:|squad:/)
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

// A river from south to north with a street on each bank and one bridge, far in the north. The first squad stands on the east bank,
// where the cases are, the second on the west bank.

const junctions = [
  [1, 120.41, 31.705],
  [2, 120.41, 31.735],
  [3, 120.425, 31.735],
  [4, 120.425, 31.705],
] as const
const streets = [
  [10, 1, 2],
  [11, 2, 3],
  [12, 3, 4],
] as const

describe('squads at the console', () => {
  let town: TestTown
  let browser: Opened
  let page: Page
  beforeAll(async () => {
    if (!embedded) throw new Error('no embedded database')
    town = await openTown(embedded.open)
    const { db } = town.running
    await upsertUnits(db, [{ code: 'U2', name: '二中队', kind: 'squad', color: 1 }])
    await upsertOfficers(db, [
      { code: 'O1', name: '王一', kind: 'officer', unitCode: 'U1', dutyGridCode: 'G0', transport: 'drive' },
      { code: 'O2', name: '王二', kind: 'officer', unitCode: 'U2', dutyGridCode: 'G3', transport: 'drive' },
      { code: 'M1', name: '李三', kind: 'member', unitCode: 'U2', dutyGridCode: 'G00', transport: 'drive' },
    ])
    for (const [id, lng, lat] of junctions)
      await db.query(
        'insert into road_nodes (id, geom) values ($1, st_setsrid(st_makepoint($2::float8, $3::float8), 4326))',
        [id, lng, lat],
      )
    for (const [way, source, target] of streets)
      await db.query(
        `insert into road_edges (source, target, osm_way, segment, class, oneway, drive, walk, length_m, geom)
         select a.id, b.id, $3, 0, 'primary', false, true, true, st_distance(a.geom::geography, b.geom::geography), st_makeline(a.geom, b.geom)
         from road_nodes a, road_nodes b where a.id = $1 and b.id = $2`,
        [source, target, way],
      )
    await town.running.reload()
    await town.running.services.roads.refresh()
    await stand('O1', 120.4251, 31.73)
    await stand('O2', 120.4099, 31.72)
    browser = await openBrowser()
    page = await browser.open()
    const cookie = await signIn(town.running.url, 'dispatcher', password)
    await page.context().addCookies([{ ...cookie, url: town.running.url }])
  })
  afterAll(async () => {
    await browser?.close()
    await town?.close()
  })
  const stand = async (code: string, lng: number, lat: number) => {
    const path = `/api/officers/${town.officer(code)}/shift`
    const at = new Date(Date.now() - 60_000).toISOString()
    await (await town.as('admin'))('POST', path, { on: true, at })
    await hear(code, lng, lat)
  }
  const hear = (code: string, lng: number, lat: number) => {
    const fix = { lng, lat, recordedAt: new Date().toISOString() }
    return town.running.services.recordFixes(town.officer(code), [fix], 'http')
  }
  const json = async <T>(answer: Promise<Response>) => (await (await answer).json()) as T
  const report = async (title: string, lat = 31.72) => {
    const desk = await town.as('admin')
    const place = { lng: 120.4251, lat }
    return json<Incident>(
      desk('POST', '/api/incidents', { classCode: '01', source: 'hotline', title, ...place }),
    )
  }
  const show = async (one: Incident) => {
    await page.goto(`${town.running.url}/dispatch?id=${one.id}`)
    await card().getByText(one.title).first().waitFor({ timeout: 60_000 })
  }
  const squadsOf = async ({ id }: Incident) =>
    (
      await json<{ assignments: Assignment[] }>(
        (
          await town.as('admin')
        )('GET', `/api/incidents/${id}/squads`),
      )
    ).assignments
  const card = () => page.getByTestId('incident-card')
  const row = (state: string) => card().locator(`[data-testid=assignment][data-state=${state}]`)
  const squads = () => card().getByTestId('squad').locator('b:first-child').allInnerTexts()
  let fire: Incident

  it('sends who is there first by road, straight from a report, and counts down to the answer', async () => {
    fire = await report('东岸起火')
    await show(fire)
    await expect.poll(squads, { timeout: 20_000 }).toEqual(['一中队', '二中队'])
    await page.keyboard.press('d')
    await card().getByTestId('send').getByText('派出 一中队 · 王一').waitFor()
    await card().getByTestId('send').click()
    await row('offered').waitFor()
    expect(await row('offered').getByTestId('lapses').innerText()).toMatch(/等待接单，还有 \d:\d\d/)
    expect(await squadsOf(fire)).toMatchObject([
      { unitName: '一中队', state: 'offered', lead: true, rank: 1 },
    ])
    await expect.poll(() => card().locator('.state-chip').innerText(), { timeout: 10_000 }).toBe('派遣')
  })

  it('follows the squad step by step, and presses for it', async () => {
    const [offered] = await squadsOf(fire)
    const officer = await town.as('officer')
    const path = `/api/assignments/${offered?.id}/answer`
    expect((await officer('POST', path, { accept: true })).status).toBe(200)
    await row('accepted').waitFor({ timeout: 15_000 })
    expect(await row('accepted').innerText()).toMatch(/王一 约 .*到，\d\.\d 公里/)
    await row('accepted').getByTestId('press-enroute').click()
    await row('enroute').waitFor()
    expect(await row('enroute').locator('[aria-current=step]').innerText()).toBe('途中')
    await expect
      .poll(() => card().getByTestId('timeline').innerText(), { timeout: 15_000 })
      .toMatch(/队伍出发[\s\S]*队伍接单[\s\S]*派出队伍/)
  })

  it('reinforces, and calls back with a reason', async () => {
    await card().getByTestId('reinforce').click()
    await card().getByTestId('squad').filter({ hasText: '二中队' }).click()
    await card().getByTestId('send').click()
    await row('offered').filter({ hasText: '二中队' }).waitFor()
    expect(await row('offered').innerText()).toContain('增援')
    await row('offered').getByTestId('recall').click()
    await card().getByTestId('recall-sure').click()
    expect(await row('offered').getByRole('alert').innerText()).toBe('请写明原因。')
    await card().locator('input[name=recall-reason]').fill('火已扑灭')
    await card().getByTestId('recall-sure').click()
    await row('offered').waitFor({ state: 'detached' })
    await card().getByTestId('ended').locator('summary').click()
    expect(await card().getByTestId('ended').innerText()).toMatch(/二中队 · 已召回：火已扑灭/)
  })

  it('tells the loser of a race who was faster', async () => {
    const [mine, other] = [await report('东岸积水', 31.715), await report('东岸倒树', 31.71)]
    await show(mine)
    const squad = card().getByTestId('squad').filter({ hasText: '二中队' })
    await squad.click({ timeout: 20_000 })
    const sent = await (await town.as('admin'))('POST', `/api/incidents/${other.id}/squads`, {
      unitId: Number(await squad.getAttribute('data-unit')),
      officerIds: [town.officer('O2')],
    })
    expect(sent.status).toBe(201)
    await card().getByTestId('send').click()
    const refused = card().getByTestId('send-refused')
    await refused.waitFor()
    expect(await refused.innerText()).toContain(`王二 由 admin 派往 ${other.number}`)
    expect(await squadsOf(mine)).toEqual([])
    const [held] = await squadsOf(other)
    await (await town.as('admin'))('POST', `/api/assignments/${held?.id}/recall`, { reason: '试验' })
  })

  it('closes a road by hand, and nobody is sent over it any more', async () => {
    await page.goto(`${town.running.url}/dispatch`)
    await page.waitForSelector('html[data-map="ready"]', { state: 'attached', timeout: 90_000 })
    const middle = async (name: string) => {
      const box = await page.locator('.map-names p', { hasText: new RegExp(`^${name}`) }).boundingBox()
      if (!box) throw new Error(`no ${name} on the map`)
      return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
    }
    // Grids of 0.02°, whose names stand in their middles, tell where a place is on the screen.
    const [southWest, southEast, northWest] = [
      await middle('网格G0'),
      await middle('网格G1'),
      await middle('网格G2'),
    ]
    const at = (lng: number, lat: number): [number, number] => [
      southWest.x + ((lng - 120.41) / 0.02) * (southEast.x - southWest.x),
      southWest.y + ((lat - 31.71) / 0.02) * (northWest.y - southWest.y),
    ]
    await page.keyboard.press('b')
    await page.getByTestId('draw-line').click()
    const points = page.getByTestId('sketch-points')
    const places = [
      [120.4175, 31.7382],
      [120.421, 31.737],
      [120.4175, 31.732],
    ] as const
    for (const [i, [lng, lat]] of places.entries()) {
      await page.mouse.move(...at(lng, lat), { steps: 3 })
      await page.mouse.click(...at(lng, lat))
      await expect.poll(() => points.innerText(), { timeout: 10_000 }).toBe(`已画 ${i + 1} 点`)
      if (i === 1) {
        await page.keyboard.press('Backspace')
        await expect.poll(() => points.innerText()).toBe('已画 1 点')
        await page.mouse.move(...at(120.419, 31.735), { steps: 3 })
        await page.mouse.click(...at(120.419, 31.735))
        await expect.poll(() => points.innerText(), { timeout: 10_000 }).toBe('已画 2 点')
      }
    }
    await page.keyboard.press('Enter')
    await page.getByTestId('close-road').click()
    expect(await page.getByTestId('closures').getByRole('alert').innerText()).toBe('请写明封路原因。')
    await page.locator('input[name=note]').fill('桥面积水')
    await page.getByTestId('close-road').click()
    await page.getByTestId('closure').getByText('桥面积水').waitFor()
    const { closures } = await json<{ closures: Closure[] }>(
      (await town.as('admin'))('GET', '/api/roads/closures'),
    )
    expect(closures).toMatchObject([{ note: '桥面积水', for: 'all', roads: 1 }])
    const cut = await report('东岸塌方', 31.716)
    await page.goto(`${town.running.url}/dispatch?id=${cut.id}`)
    await card().getByText('附近还有').waitFor({ timeout: 30_000 })
    await expect.poll(squads, { timeout: 30_000 }).not.toContain('二中队')
    await card().getByText('附近还有').click()
    expect(await card().innerText()).toMatch(/王二（直线 \d\.\d 公里）：没有路能到/)
    await page.getByTestId('closures-button').click()
    await page.getByTestId('lift').click()
    await page.getByTestId('lift-sure').click()
    await page.getByText('没有封闭的道路。').waitFor()
    await expect.poll(squads, { timeout: 20_000 }).toContain('二中队')
  })

  it('shows how far one gets from the open case', async () => {
    await page.getByTestId('areas-button').click()
    await page.getByTestId('areas-case').click()
    await page.getByTestId('area-legend').waitFor()
    expect(await page.getByTestId('area-legend').innerText()).toMatch(/5 分钟内\s+10 分钟内\s+15 分钟内/)
    await page.keyboard.press('Escape')
    await page.getByTestId('areas').waitFor({ state: 'detached' })
  })

  it('sends many at once, as far as they are ticked', async () => {
    const waiting = await report('暴雨一', 31.712)
    // The others have a case each: a storm is for who is free.
    await stand('M1', 120.4099, 31.72)
    await (await town.as('admin'))('POST', `/api/incidents/${waiting.id}/transitions`, { action: 'file' })
    await page.keyboard.press('s')
    const item = page.getByTestId('storm-item').filter({ hasText: '暴雨一' })
    await item.waitFor({ timeout: 30_000 })
    expect(await item.innerText()).toMatch(/[一二]中队[\s\S]*(王[一二]|李三)/)
    // A case that was called back from waits as well.
    for (const box of await page.getByTestId('storm-item').locator('input').all()) await box.uncheck()
    await expect.poll(() => page.getByTestId('storm-send').isDisabled()).toBe(true)
    await item.locator('input').check()
    await page.getByTestId('storm-send').click()
    await page.getByTestId('storm-outcome').getByText('1 件已派出').waitFor()
    expect(await squadsOf(waiting)).toMatchObject([{ state: 'offered', lead: true }])
    await page.getByTestId('storm-close').click()
  })

  it('puts an officer in danger above everything until somebody is sent', async () => {
    const officer = await town.as('officer')
    const help = { lng: 120.4251, lat: 31.706, note: '被围住了', key: 'sos-test-1' }
    const raised = await json<Incident>(officer('POST', '/api/sos', help))
    await page.getByTestId('danger').getByText('队员遇险 1 件').waitFor({ timeout: 20_000 })
    const first = page.getByTestId('queue-line').first()
    await expect.poll(() => first.getAttribute('data-id'), { timeout: 20_000 }).toBe(String(raised.id))
    expect(await first.innerText()).toContain('SOS')
    await page.getByTestId('danger').getByRole('button').click()
    const squad = card().getByTestId('squad').first()
    await squad.click({ timeout: 20_000 })
    await card().getByTestId('send').click()
    await page.getByTestId('danger').waitFor({ state: 'detached', timeout: 20_000 })
  })

  it('says all of it in English, fits a phone, and broke nowhere', async () => {
    await page.getByTestId('language').click()
    await row('offered').waitFor({ timeout: 20_000 })
    await page.getByTestId('closures-button').click()
    const rest = (await page.locator('.squads-of-case, .road-tools').allInnerTexts())
      .join('\n')
      .replaceAll(/王[一二]|李三|[一二]中队|officer|遇险求助/g, '')
    expect(rest.match(/\p{Script=Han}+/gu) ?? []).toEqual([])
    expect(await unnamedControls(page)).toEqual([])
    await page.setViewportSize({ width: 390, height: 844 })
    await page.waitForTimeout(500)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    expect(browser.strays).toEqual([])
    // A refused race is an answer, which the browser's own log calls an error.
    expect(browser.errors.filter((error) => !/409 \(Conflict\)/.test(error))).toEqual([])
  })
})
