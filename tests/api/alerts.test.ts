import { type AddressInfo, createServer as createTarpit, type Socket } from 'node:net'
import { hostname } from 'node:os'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAlerts } from '../../api/alerts/follow.ts'
import { createPush } from '../../api/alerts/push.ts'
import { hashPassword } from '../../api/auth.ts'
import type { Alert } from '../../api/contract/alert.ts'
import type { Incident, TimelineEvent } from '../../api/contract/incident.ts'
import type { MonitoringPoint } from '../../api/contract/monitoring.ts'
import { schedule } from '../../api/db/jobs.ts'
import { usualLimits } from '../../api/incidents/hours.ts'
import { insertAccount } from '../../api/people/queries.ts'
import { databases } from '../setup/database.ts'
import { createBrowser, openPushService, signedBy } from '../setup/push-service.ts'
import { openTown, password, south, type TestTown, until, west } from '../setup/town.ts'

const minute = 60_000
/** Noon in Shanghai, later than any row of the town was made; each test moves it on. */
let clock = Date.parse('2030-06-01T04:00:00Z')
const pass = (ms: number) => {
  clock += ms
}

describe.each(databases)('alerts on $name', ({ open }) => {
  let town: TestTown
  let service: Awaited<ReturnType<typeof openPushService>>
  const seen: TimelineEvent[] = []
  beforeAll(async () => {
    process.env.XIAKE_PUSH_PRIVATE = '1'
    service = await openPushService()
    town = await openTown(open, () => new Date(clock))
    const { db } = town.running
    const passwordHash = await hashPassword(password)
    const leader = (username: string, grid: string) =>
      insertAccount(db, { username, passwordHash, name: username, role: 'leader', grids: [town.grid(grid)] })
    for (const grid of ['G00', 'G1', 'G3']) await leader(`leader-${grid}`, grid)
    const put = await (await town.as('admin'))('PUT', '/api/incidents/classes/09', {
      code: '09',
      name: '燃气泄漏',
      family: 'safety',
      severity: 'urgent',
      limits: usualLimits(2),
    })
    expect(put.status).toBe(200)
    const screen = await town.socket('screen')
    screen.on('timeline:appended', (events) => seen.push(...events))
    await screen.emitWithAck('subscribe', {})
  })
  afterAll(async () => {
    await town?.close()
    await service?.close()
    delete process.env.XIAKE_PUSH_PRIVATE
  })

  const report = async (classCode: string, at = 0.001) => {
    const place = { lng: west + at, lat: south + at }
    const answer = await (await town.as('member'))('POST', '/api/incidents', {
      classCode,
      title: `${classCode} 报告`,
      ...place,
    })
    expect(answer.status).toBe(201)
    return (await answer.json()) as Incident
  }
  const move = async (id: number, action: string, more = {}, who = 'dispatcher') => {
    const answer = await (await town.as(who))('POST', `/api/incidents/${id}/transitions`, {
      action,
      ...more,
    })
    expect(await answer.json()).toMatchObject({ id })
  }
  const list = async (username: string, query = 'open=true') => {
    const answer = await (await town.as(username))('GET', `/api/alerts?${query}`)
    expect(answer.status).toBe(200)
    return ((await answer.json()) as { alerts: Alert[] }).alerts
  }
  const acknowledge = async (username: string, id: number) =>
    (await town.as(username))('POST', `/api/alerts/${id}/acknowledge`)
  const settle = async () => {
    await town.running.services.alerts.follow()
    await town.running.services.queue.runDue()
    await town.running.services.alerts.follow()
  }
  /** What was told before a test began is not its own. */
  let before = 0
  const clear = async () => {
    await settle()
    const ids = (await list('admin')).map(({ id }) => id)
    if (ids.length > 0) await (await town.as('admin'))('POST', '/api/alerts/acknowledge', { ids })
    before = Math.max(...(await list('admin', 'limit=1')).map(({ id }) => id))
  }
  const told = (event: string) =>
    seen
      .filter((one) => one.event === event)
      .map(({ data }) => data.alert as Alert)
      .filter(({ id }) => id > before)
  let alarms = 0
  /** The point is in alarm, and quiet again two milliseconds later. */
  const alarm = async (name: string) => {
    const { points } = (await (await (await town.as('admin'))('GET', '/api/points')).json()) as {
      points: MonitoringPoint[]
    }
    const point = points.find((one) => one.name === name)
    for (const state of ['alarm', 'normal']) {
      pass(1)
      const answer = await (await town.as('admin'))('POST', `/api/points/${point?.id}/readings`, {
        recordedAt: new Date(clock).toISOString(),
        state,
        message: state === 'alarm' ? `第${(alarms += 1)}次` : '',
      })
      expect(await answer.json()).toEqual({ repeated: false, changed: true })
    }
  }

  it('sound for an urgent report within a second, not for a usual one, and are over when it is filed', async () => {
    await report('01')
    const urgent = await report('09')
    const alert = await until('the alert on the screen', () => told('alert:raised')[0], 1000)
    expect(alert).toMatchObject({
      kind: 'incident',
      severity: 'urgent',
      incidentId: urgent.id,
      gridId: town.grid('G000'),
      count: 1,
      level: 0,
    })
    expect((await list('screen')).map(({ id }) => id)).toEqual([alert.id])
    await move(urgent.id, 'file')
    await until('the alert gone', async () => (await list('screen')).length === 0)
    expect(told('alert:raised')).toHaveLength(1)
    expect((await list('screen', 'open=false'))[0]).toMatchObject({
      id: alert.id,
      acknowledgedBy: '',
    })
  })

  it('are one for 40 alarms of one place, told once in five seconds, with their number at the end', async () => {
    await clear()
    for (let i = 0; i < 40; i += 1) await alarm('东门')
    await settle()
    const [alert, ...others] = await list('dispatcher')
    expect([alert?.kind, alert?.count, alert?.title, others]).toEqual(['monitoring', 40, '东门：第40次', []])
    expect(told('alert:raised')).toHaveLength(1)
    const { db } = town.running
    const appended = async () =>
      (
        await db.query<{ n: number }>(
          `select count(*)::int as n from timeline where event like 'alert:%' and (data->'alert'->>'id')::int = $1`,
          [alert?.id],
        )
      )[0]?.n
    expect(await appended()).toBe(1)
    pass(5000)
    await settle()
    expect(await appended()).toBe(2)
    await until('the number on the screen', () => told('alert:merged')[0]?.count === 40)
  })

  it('are counted on however long nobody looks, and sound again after ten quiet minutes', async () => {
    await clear()
    await alarm('东门')
    await settle()
    pass(9 * minute)
    await alarm('东门')
    await settle()
    expect(told('alert:raised')).toHaveLength(1)
    pass(11 * minute)
    await alarm('东门')
    await settle()
    await until('the second sound', () => told('alert:raised').length === 2)
    expect(await list('leader')).toMatchObject([{ count: 3 }])
  })

  it('are seen only by those of the grid, and heard a grid further up with every level', async () => {
    await clear()
    await report('09')
    await settle()
    expect(await list('leader-G3')).toEqual([])
    expect(await list('leader-G1')).toEqual([])
    expect(await list('nobody')).toEqual([])
    const [alert] = await list('leader-G00')
    expect(alert).toMatchObject({
      count: 1,
      path: [town.townId, town.grid('G0'), town.grid('G00'), town.grid('G000')],
    })
    expect((await acknowledge('leader-G3', alert?.id ?? 0)).status).toBe(404)
    expect((await acknowledge('member', alert?.id ?? 0)).status).toBe(403)
  })

  it('go up the grid while nobody acknowledges: urgent after 5 minutes, usual after 15, minor never, at most to the town', async () => {
    await clear()
    await alarm('西门')
    await report('09')
    await settle()
    const level = async (kind: string) => (await list('leader')).find((one) => one.kind === kind)?.level
    pass(5 * minute - 1)
    await settle()
    expect([await level('incident'), await level('monitoring')]).toEqual([0, 0])
    pass(1)
    await settle()
    expect([await level('incident'), await level('monitoring')]).toEqual([1, 0])
    for (let i = 0; i < 2; i += 1) {
      pass(5 * minute)
      await settle()
    }
    expect([await level('incident'), await level('monitoring')]).toEqual([3, 1])
    pass(60 * minute)
    await settle()
    expect(await level('incident')).toBe(3)
    await until(
      'all told',
      () => told('alert:escalated').filter(({ kind }) => kind === 'incident').length === 3,
    )
  })

  it('are acknowledged once: the second is told who was first, and then nothing goes up', async () => {
    await clear()
    await report('09')
    await settle()
    const [alert] = await list('dispatcher')
    const id = alert?.id ?? 0
    const [first, second] = await Promise.all([acknowledge('dispatcher', id), acknowledge('leader', id)])
    const by = [await first.json(), await second.json()] as Alert[]
    expect(by[0]?.acknowledgedBy).toMatch(/dispatcher|leader/)
    expect(by[1]).toEqual(by[0])
    await until('the word of it', () => told('alert:acknowledged').length > 0)
    pass(30 * minute)
    await settle()
    expect([told('alert:acknowledged').length, told('alert:escalated').length]).toEqual([1, 0])
    expect((await acknowledge('leader', 999_999)).status).toBe(404)
  })

  it('come from clocks and requests, for those who may decide, and are over when these are', async () => {
    await clear()
    const { id } = await report('01')
    await move(id, 'file')
    await move(id, 'dispatch', { unitId: 1 })
    const member = await town.as('member')
    const asked = await member('POST', `/api/incidents/${id}/requests`, {
      action: 'return',
      note: '不归我管',
    })
    expect(asked.status).toBe(201)
    await settle()
    expect((await list('dispatcher')).map(({ kind }) => kind)).toEqual(['asked'])
    expect(await list('member')).toEqual([])
    const standing = async () =>
      Object.fromEntries((await list('dispatcher')).map(({ kind, level }) => [kind, level]))
    // Yellow after 80 % of four hours: a reminder is minor and stays where it is.
    pass(192 * minute)
    await settle()
    expect(await standing()).toEqual({ asked: 1, warned: 0 })
    pass(15 * minute)
    await settle()
    expect(await standing()).toEqual({ asked: 2, warned: 0 })
    pass(34 * minute)
    await settle()
    expect(await standing()).toEqual({ asked: 3, overdue: 0 })
    const { requests } = (await (
      await town.as('dispatcher')
    )('GET', '/api/incidents/requests').then((answer) => answer.json())) as { requests: { id: number }[] }
    const granted = await (await town.as('dispatcher'))(
      'POST',
      `/api/incidents/${id}/requests/${requests[0]?.id}/decision`,
      { grant: true, note: '' },
    )
    expect(granted.status).toBe(200)
    await settle()
    expect(await list('dispatcher')).toEqual([])
  })

  it('come from a citizen who is not satisfied, and are over when the case is taken up again', async () => {
    await clear()
    const outside = (path: string, body: object) =>
      fetch(`${town.running.url}/api/citizen/reports${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    const place = { lng: west + 0.001, lat: south + 0.001 }
    const made = await outside('', {
      classCode: '01',
      description: '垃圾',
      ...place,
      key: crypto.randomUUID(),
    })
    const { code, report: mine } = (await made.json()) as { code: string; report: { number: string } }
    const incidents = (await (await (await town.as('admin'))('GET', '/api/incidents?limit=1')).json()) as {
      incidents: Incident[]
    }
    const [{ id, number } = { id: 0, number: '' }] = incidents.incidents
    expect(number).toBe(mine.number)
    await move(id, 'file')
    await move(id, 'dispatch', { unitId: 1 })
    await move(id, 'accept')
    await move(id, 'finish', { note: '已清运' })
    await move(id, 'check', {}, 'admin')
    await move(id, 'close', {}, 'admin')
    await settle()
    expect(await list('dispatcher')).toEqual([])
    expect((await outside(`/${code}/rating`, { satisfied: false, comment: '又有了' })).status).toBeLessThan(
      300,
    )
    await settle()
    expect(await list('dispatcher')).toMatchObject([
      { kind: 'dissatisfied', severity: 'usual', incidentId: id },
    ])
    await move(id, 'reopen', { note: '回访属实' })
    await settle()
    expect(await list('dispatcher')).toEqual([])
  })

  it('count every event exactly once, whoever follows and whatever breaks off', async () => {
    await clear()
    const { db, services } = town.running
    const another = createAlerts({ db, now: services.now, told: () => {} })
    for (let i = 0; i < 12; i += 1) {
      await alarm('东门')
      await Promise.all([services.alerts.follow(), another.follow()])
    }
    // Broken off before its commit: what it had read is read again.
    await db
      .transaction(async (tx) => {
        await tx.query('update alert_head set seq = seq + 1000')
        throw new Error('the process dies')
      })
      .catch(() => {})
    await alarm('东门')
    await Promise.all([another.follow(), services.alerts.follow(), another.follow()])
    await another.stop()
    expect(await list('leader')).toMatchObject([{ kind: 'monitoring', count: 13 }])
  })

  it('are told as somebody has chosen; in quiet hours only what is urgent', async () => {
    const dispatcher = await town.as('dispatcher')
    const usual = await (await dispatcher('GET', '/api/alerts/preferences')).json()
    expect(usual).toMatchObject({ sound: true, push: true, quiet: null })
    const wrong = await dispatcher('PUT', '/api/alerts/preferences', {
      quiet: { from: '25:00', to: '07:00' },
    })
    expect(wrong.status).toBe(422)
    const chosen = { sound: false, desktop: true, push: true, quiet: null, kinds: ['incident'] }
    expect((await dispatcher('PUT', '/api/alerts/preferences', chosen)).status).toBe(200)
    expect(await (await dispatcher('GET', '/api/alerts/preferences')).json()).toEqual(chosen)
    expect(await (await (await town.as('leader'))('GET', '/api/alerts/preferences')).json()).toEqual(usual)
  })

  it('reach a browser through its push service, encrypted for it and signed by us, at the urgency they have', async () => {
    await clear()
    const browser = createBrowser()
    const leader = await town.as('leader-G00')
    const { key } = (await (await leader('GET', '/api/alerts/push/key')).json()) as { key: string }
    const subscribed = await leader(
      'POST',
      '/api/alerts/push/subscriptions',
      browser.subscription(service.url('ok')),
    )
    expect(subscribed.status).toBe(201)
    await report('09')
    await settle()
    // Level 0 is for grid G000; a level up it is for G00.
    expect(service.got).toHaveLength(0)
    pass(5 * minute)
    await settle()
    const [message] = service.got
    expect(message?.headers).toMatchObject({ urgency: 'high', ttl: '3600', 'content-encoding': 'aes128gcm' })
    const [alert] = await list('leader-G00')
    expect(browser.read(message?.body ?? Buffer.alloc(0))).toEqual({
      id: alert?.id,
      title: '09 报告',
      severity: 'urgent',
      kind: 'incident',
    })
    expect(signedBy(key, message?.headers.authorization ?? '')).toMatchObject({
      aud: new URL(service.url('')).origin,
      sub: 'mailto:xiake@example.invalid',
    })
    const gone = await leader(
      'DELETE',
      `/api/alerts/push/subscriptions?endpoint=${encodeURIComponent(service.url('ok'))}`,
    )
    expect(gone.status).toBe(200)
    pass(5 * minute)
    await settle()
    expect(service.got).toHaveLength(1)
  })

  it('try a push service again that fails, alone, and forget a browser that is gone; quiet hours are kept', async () => {
    await clear()
    service.got.length = 0
    const browser = createBrowser()
    const subscribe = async (username: string, path: string) =>
      (await town.as(username))(
        'POST',
        '/api/alerts/push/subscriptions',
        browser.subscription(service.url(path)),
      )
    for (const path of ['ok', 'gone', 'fails-twice']) await subscribe('dispatcher', path)
    await subscribe('admin', 'admin')
    await (await town.as('dispatcher'))('PUT', '/api/alerts/preferences', {
      quiet: { from: '00:00', to: '23:59' },
    })
    await alarm('西门')
    await settle()
    expect(service.paths()).toEqual(['admin'])
    await report('09')
    await settle()
    expect(service.paths().sort()).toEqual(['admin', 'admin', 'fails-twice', 'gone', 'ok'])
    pass(14_999)
    await settle()
    expect(service.got).toHaveLength(5)
    pass(1)
    await settle()
    pass(30_000)
    await settle()
    pass(60_000)
    await settle()
    expect(service.paths().slice(5)).toEqual(['fails-twice', 'fails-twice'])
    const left = await town.running.db.query<{ endpoint: string }>('select endpoint from push_subscriptions')
    const paths = left.map(({ endpoint }) => new URL(endpoint).pathname.slice(1))
    expect(paths.sort()).toEqual(['admin', 'fails-twice', 'ok'])
  })

  it('leave a push service alone for a while that does not answer, while clocks go on', async () => {
    await clear()
    const { db, services } = town.running
    await db.query('delete from push_subscriptions')
    /** How often the one push was put off for later. */
    const pushing = async () =>
      (
        await db.query<{ tries: number }>(
          `select (data->>'tries')::int as tries from jobs where kind = 'alert:push'`,
        )
      )[0]?.tries
    const sockets: Socket[] = []
    let breaks = false
    const tarpit = createTarpit((socket) => {
      sockets.push(socket)
      if (breaks) socket.destroy()
    })
    await new Promise<void>((resolve) => {
      tarpit.listen(0, '127.0.0.1', resolve)
    })
    try {
      const { port } = tarpit.address() as AddressInfo
      const subscription = createBrowser().subscription(`https://127.0.0.1:${port}/silent`)
      await (await town.as('leader-G00'))('POST', '/api/alerts/push/subscriptions', subscription)
      await report('09')
      await settle()
      pass(5 * minute)
      // A level up: the escalation is a clock, what it tells goes to the service that does not answer.
      const due = services.queue.runDue()
      await until('the call', () => sockets.length > 0)
      const { id } = await report('02')
      const runAt = new Date(clock)
      await schedule(db, [{ kind: 'incident:clock', key: String(id), runAt, data: {} }])
      services.queue.wake()
      const alarmAt = async () =>
        (await db.query<{ at: Date }>(`select run_at as at from jobs where key = $1`, [String(id)]))[0]?.at ??
        runAt
      await until('the clock', async () => (await alarmAt()).getTime() > clock + 2 * minute)
      expect(await pushing(), 'it still waits for an answer').toBe(0)
      await due
      const calls = sockets.length
      // Tried again after 15 seconds, but not there.
      pass(15_000)
      const began = performance.now()
      await settle()
      expect([sockets.length, await pushing()]).toEqual([calls, 2])
      expect(performance.now() - began).toBeLessThan(4000)
      pass(5 * minute)
      breaks = true
      await services.queue.runDue()
      expect(sockets.length).toBeGreaterThan(calls)
    } finally {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => tarpit.close(resolve))
      await db.query('delete from push_subscriptions')
    }
  }, 30_000)

  it('are pushed to no address inside: not by number, not by name, not by a name that leads there', async () => {
    const browser = createBrowser()
    const strict = createPush({
      db: town.running.db,
      settings: { subject: 'mailto:a@example.invalid', private: false },
    })
    for (const inside of [
      'https://127.0.0.1/x',
      'https://0x7f.1/x',
      'https://10.1.2.3:8443/x',
      'https://[::1]/x',
      'https://[::ffff:192.168.1.1]/x',
      'https://[fd00::1]/x',
      'https://169.254.169.254/latest',
      'https://localhost/x',
      'https://a:b@push.example.com/x',
    ])
      expect(() => strict.check(inside), inside).toThrow(/outside of private networks/)
    strict.check('https://updates.push.services.mozilla.com/wpush/v2/x')
    const plain = await (await town.as('leader'))('POST', '/api/alerts/push/subscriptions', {
      ...browser.subscription('http://push.example.com/x'),
    })
    expect(plain.status).toBe(422)
    // The name resolves to this machine, where a push service listens: it must not be called.
    const calls = service.got.length
    await town.running.db.query('delete from push_subscriptions')
    const { port } = new URL(service.url('ok'))
    // Its own name passes the door, as a hostile name would that leads inside.
    const named = `https://${hostname()}:${port}/ok`
    strict.check(named)
    const sent = await (await town.as('leader'))(
      'POST',
      '/api/alerts/push/subscriptions',
      browser.subscription(named),
    )
    expect(sent.status).toBe(201)
    await clear()
    await report('09')
    await settle()
    const [alert] = await list('leader')
    await strict.handler.send?.(
      {
        kind: 'alert:push',
        key: 'x',
        runAt: new Date(clock),
        data: { id: alert?.id, message: '{}', urgency: 'high', endpoints: [named], tries: 0, until: clock },
      },
      new Date(clock),
    )
    expect(service.got.length).toBe(calls)
  })
})
