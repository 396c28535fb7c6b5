import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Evaluation, HotSpotMap } from '../../api/contract/evaluation.ts'
import { type Action, actions, transitions } from '../../api/contract/lifecycle.ts'
import { groupings, measures, type Tallies, tallies } from '../../api/contract/measure-rules.ts'
import { insertPastIncidents } from '../../api/incidents/history.ts'
import { databases } from '../setup/database.ts'
import { openTown, south, type TestTown, west } from '../setup/town.ts'

// The measures: every number equal to what a slow reading of the same timelines says, whatever happened to the cases, and in whatever order.

const hour = 3_600_000
const day = 24 * hour

describe.each(databases)('measures on $name', ({ open }) => {
  let town: TestTown
  const start = Date.parse('2026-11-16T09:00:00+08:00')
  let now = start
  beforeAll(async () => {
    town = await openTown(open, () => new Date(now))
  })
  afterAll(() => town?.close())

  const send = async <T>(who: string, method: string, path: string, body?: unknown) => {
    const answer = await (await town.as(who))(method, path, body)
    return { status: answer.status, data: (await answer.json()) as T & { detail?: string } }
  }
  const evaluate = async (query: string, who = 'leader') =>
    (await send<Evaluation>(who, 'GET', `/api/evaluation?from=2026-11-01&to=2026-11-30&${query}`)).data
  const all = async (query = '') => (await evaluate(query)).groups[0]?.sums as Tallies
  const report = async (more: Record<string, unknown> = {}) =>
    (
      await send<{ id: number }>('dispatcher', 'POST', '/api/incidents', {
        classCode: '01',
        source: 'hotline',
        title: '一件',
        lng: west + 0.001,
        lat: south + 0.001,
        ...more,
      })
    ).data.id
  const move = (who: string, id: number, action: string, more: Record<string, unknown> = {}) =>
    send<{ state: string }>(who, 'POST', `/api/incidents/${id}/transitions`, { action, ...more })

  const seeded = (seed: number) => {
    let state = seed
    return (below: number) => {
      state = (state * 48271) % 2147483647
      return Math.floor((state / 2147483647) * below)
    }
  }

  it('of an empty town are blanks, not zeros', async () => {
    const { groups, timeZone } = await evaluate('by=all&scheme=jinniu')
    expect({ groups, timeZone }).toEqual({ groups: [], timeZone: 'Asia/Shanghai' })
  })

  it('count what happened to each case, in whatever order it happened', async () => {
    const pick = seeded(7)
    const ids: number[] = []
    for (let i = 0; i < 24; i += 1) {
      ids.push(
        await report({
          classCode: pick(2) ? '01' : '02',
          lng: west + 0.0391 * (pick(100) / 100) + 0.0002,
          lat: south + 0.0391 * (pick(100) / 100) + 0.0002,
        }),
      )
      now += 60_000
    }
    // Some wait for longer than they may.
    now += 2.5 * hour
    const bodies: Partial<Record<Action, () => Record<string, unknown>>> = {
      dispatch: () => ({ unitId: 1, officerId: town.officer('O1') }),
      transfer: () => ({ unitId: 1, note: '转' }),
      extend: () => ({ note: '延', extra: { amount: 4, kind: 'natural' } }),
      evaluate: () => ({ satisfied: pick(2) === 0 }),
    }
    const left: readonly Action[] = ['merge', 'unmerge', 'split', 'arbitrate', 'answer', 'advance', 'correct']
    const common = actions.filter((action) => !left.includes(action))
    const stands = new Map(ids.map((id) => [id, 'reported']))
    const done = new Set<string>()
    for (let turn = 0; turn < 320; turn += 1) {
      const id = ids[pick(ids.length)] as number
      const may = common.filter((action) =>
        (transitions[action].from as readonly string[]).includes(stands.get(id) ?? ''),
      )
      // What ends a case early is rare.
      const rare = (action: Action) => (action === 'void' || action === 'settle') && pick(6) > 0
      const action = may.filter((one) => !rare(one))[pick(Math.max(1, may.length))]
      if (!action) continue
      const who =
        { check: 'admin', close: 'admin', void: 'leader', supervise: 'leader' }[action as string] ??
        'dispatcher'
      const { status, data } = await move(who, id, action, bodies[action]?.() ?? { note: '记' })
      if (status === 200) {
        done.add(action)
        stands.set(id, data.state)
      }
      now += pick(2) * 60_000
      if (turn === 150) now += 4.5 * hour
      if (turn % 20 === 0) await town.running.services.queue.runDue()
    }
    await town.running.services.queue.runDue()
    // What is nowhere in the cases proves nothing.
    for (const action of [
      'file',
      'dispatch',
      'accept',
      'finish',
      'check',
      'rework',
      'return',
      'extend',
      'suspend',
      'close',
      'void',
    ])
      expect(done, action).toContain(action)
    const slow = await recount(town)
    const sums = await all()
    for (const name of Object.keys(slow) as (keyof typeof slow)[])
      expect([name, sums[name]]).toEqual([name, slow[name]])
    expect(slow.filed - slow.filedOnTime).toBeGreaterThan(0)
    expect(slow.dueClose - slow.closedOnTime).toBeGreaterThan(0)
  })

  it('add up over every grouping, and equal a reckoning from nothing', async () => {
    const whole = await all()
    for (const by of groupings) {
      const { groups } = await evaluate(`by=${by}`)
      for (const name of tallies)
        expect([by, name, groups.reduce((sum, group) => sum + (group.sums[name] ?? 0), 0)]).toEqual([
          by,
          name,
          whole[name],
        ])
    }
    const { db } = town.running.services
    const held = await db.query(
      'select * from case_hours order by hour, path, class_code, source, unit_id, state',
    )
    expect(held.length).toBeGreaterThan(10)
    await db.query('delete from case_facts')
    expect(await db.query('select * from case_hours')).toEqual([])
    await db.query('update evaluation_head set seq = 0')
    expect(await all()).toEqual(whole)
    expect(
      await db.query('select * from case_hours order by hour, path, class_code, source, unit_id, state'),
    ).toEqual(held)
  })

  it('are shares between nothing and all, whatever happened, with held cases and without', async () => {
    for (const by of ['all', 'grid', 'class', 'day'])
      for (const heldOut of ['true', 'false'])
        for (const { key, values } of (await evaluate(`by=${by}&heldOut=${heldOut}`)).groups)
          for (const { id, unit } of measures) {
            const value = values[id]
            if (unit === 'share' && value !== null && value !== undefined)
              expect([by, key, id, value >= 0 && value <= 1]).toEqual([by, key, id, true])
          }
  })

  it('go with the cases into the grids of a new plan, and so do the rights to see them', async () => {
    const { db } = town.running.services
    const before = await all()
    const pathsOf = (table: string, id: string) =>
      db.query(`select ${id} as id, path from ${table} order by 1`)
    const [moved] = await db.query<{ path: number[]; n: number }>(
      'select path, count(*)::int as n from incidents group by 1 order by 2 desc limit 1',
    )
    const other = (
      await db.query<{ path: number[] }>(
        'select path from grids where level = 3 and path <> $1 order by id desc limit 1',
        [moved?.path],
      )
    )[0]
    await db.query('update incidents set path = $2 where path = $1', [moved?.path, other?.path])
    expect(await pathsOf('case_facts', 'incident_id')).toEqual(await pathsOf('incidents', 'id'))
    expect(await db.query('select 1 from case_hours where path = $1', [moved?.path])).toEqual([])
    expect(await all()).toEqual(before)
  })

  it('hold what was corrected after the close, and what came late from elsewhere', async () => {
    const before = await all()
    const id = await report({ classCode: '02' })
    for (const [who, action, more] of [
      ['dispatcher', 'file', {}],
      ['dispatcher', 'dispatch', { unitId: 1, officerId: town.officer('O1') }],
      ['officer', 'accept', {}],
      ['officer', 'finish', { note: '好了' }],
      ['dispatcher', 'check', {}],
      ['dispatcher', 'close', {}],
    ] as const) {
      now += 60_000
      expect([action, (await move(who, id, action, more)).status]).toEqual([action, 200])
    }
    const closed = await all()
    expect(closed.closedOnTime).toBe(before.closedOnTime + 1)
    expect(closed.totalSeconds - before.totalSeconds).toBe(360)
    expect((await move('dispatcher', id, 'reopen', { note: '没修好' })).status).toBe(200)
    const reopened = await all()
    expect([reopened.closed, reopened.stillOpen]).toEqual([before.closed, before.stillOpen + 1])
    // A file with last month's cases, one done in time and one late.
    const past = (key: string, late: boolean) => ({
      sourceKey: key,
      classCode: '01',
      source: 'import' as const,
      title: key,
      lng: west + 0.001,
      lat: south + 0.001,
      gridId: town.grid('G000'),
      state: 'closed' as const,
      reportedAt: new Date('2026-10-10T01:20:00Z'),
      dueAt: new Date('2026-10-11T01:20:00Z'),
      closedAt: new Date(late ? '2026-10-12T01:20:00Z' : '2026-10-10T03:20:00Z'),
      events: ['incident:reported', 'incident:closed'].map((event) => ({
        event,
        at: new Date(
          event === 'incident:reported'
            ? '2026-10-10T01:20:00Z'
            : late
              ? '2026-10-12T01:20:00Z'
              : '2026-10-10T03:20:00Z',
        ),
        actorName: '导入',
        actorRole: 'import',
        data: { imported: true },
      })),
    })
    await town.running.services.db.transaction((tx) =>
      insertPastIncidents(tx, [past('a', false), past('b', true)]),
    )
    const october = await send<Evaluation>(
      'leader',
      'GET',
      '/api/evaluation?from=2026-10-01&to=2026-10-31&by=class&quantiles=true',
    )
    expect(october.data.groups).toHaveLength(1)
    expect(october.data.groups[0]).toMatchObject({
      key: '01',
      name: '环保',
      sums: { cases: 2, closed: 2, closedOnTime: 1, filed: 2 },
      values: { closing: 1, closedOnTime: 0.5, satisfied: null, response: null },
      quantiles: { handleP50: null, totalP50: (2 * hour + 2 * day) / 2 / 1000 },
      before: null,
      yearBefore: null,
    })
    // Old cases of which only the report is known: counted, and neither praised nor blamed for what nobody wrote down.
    const [reported] = past('c', false).events
    const bare = {
      ...past('c', false),
      state: 'archived' as const,
      closedAt: null,
      dueAt: null,
      reportedAt: new Date('2025-05-10T01:20:00Z'),
      events: reported ? [{ ...reported, at: new Date('2025-05-10T01:20:00Z') }] : [],
    }
    await town.running.services.db.transaction((tx) => insertPastIncidents(tx, [bare]))
    const may = await send<Evaluation>('leader', 'GET', '/api/evaluation?from=2025-05-01&to=2025-05-31')
    expect(may.data.groups[0]).toMatchObject({
      sums: { cases: 1, valid: 1, dueHandle: 0, dueClose: 0, handled: 0, closed: 0, stillOpen: 0 },
      values: {
        valid: 1,
        handling: null,
        handledOnTime: null,
        closing: null,
        closedOnTime: null,
        rework: null,
      },
    })
  })

  it('stand beside the period before and the year before, by the town’s midnights', async () => {
    const { data } = await send<Evaluation>(
      'leader',
      'GET',
      '/api/evaluation?from=2026-11-09&to=2026-12-08&by=all',
    )
    expect([data.from, data.to]).toEqual(['2026-11-08T16:00:00.000Z', '2026-12-08T16:00:00.000Z'])
    expect(data.groups[0]?.before).toMatchObject({ cases: 2, values: { closedOnTime: 0.5 } })
    // 28 February to 1 March 2024 are three days, and a year before two.
    const leap = await send<Evaluation>('leader', 'GET', '/api/evaluation?from=2024-02-28&to=2024-03-01')
    expect(Date.parse(leap.data.to) - Date.parse(leap.data.from)).toBe(3 * day)
  })

  it('score the groups by a scheme, with a blank where nothing can be told', async () => {
    const { groups } = await evaluate('by=grid&scheme=jinniu')
    expect(groups.length).toBeGreaterThan(2)
    for (const { sums, score } of groups) {
      const due = sums.dueHandle ?? 0
      const back = sums.dueClose ?? 0
      // 处置率×30 + 按期处置率×20 + (1−返工率)×20 + (1−超期待处置率)×20 + (1−延期率)×10, of what can be told.
      const parts = [
        due && [30, (sums.handled ?? 0) / due],
        due && [20, (sums.handledOnTime ?? 0) / due],
        back && [20, 1 - (sums.reworkedDue ?? 0) / back],
        due && [20, 1 - (sums.overdueHandle ?? 0) / due],
        due && [10, 1 - (sums.extended ?? 0) / due],
      ].filter((part) => part !== 0) as [number, number][]
      const points = parts.reduce((sum, [of]) => sum + of, 0)
      const told = parts.reduce((sum, [of, share]) => sum + of * Math.max(0, Math.min(1, share)), 0)
      if (points === 0) expect(score).toBeNull()
      else expect(score).toBeCloseTo((told / points) * 100, 9)
    }
    const best = groups.filter(({ rank }) => rank === 1)
    const top = Math.max(...groups.map(({ score }) => score ?? -1))
    expect(best.every(({ score }) => score === top)).toBe(true)
  })

  it('say where more happens than chance would have it, and nothing where they cannot', async () => {
    const { db } = town.running.services
    const ask = async (query: string, who = 'leader') =>
      (await send<HotSpotMap>(who, 'GET', `/api/evaluation/hot-spots?from=2024-05-01&to=2024-05-31${query}`))
        .data
    // Of a month without a case nothing stands out, and nobody is told that it does.
    const none = await ask('')
    expect(none.cells).toHaveLength(64)
    expect(new Set(none.cells.map(({ heat, blank }) => `${heat} ${blank}`))).toEqual(
      new Set(['null all-equal']),
    )
    // Nine grids around one corner have twenty cases each, all others one or two.
    const grids = await db.query<{ id: number; lng: number; lat: number }>(
      'select id, st_x(st_centroid(geom)) as lng, st_y(st_centroid(geom)) as lat from grids where level = 3 order by id',
    )
    const near = ({ lng, lat }: { lng: number; lat: number }) => lng < west + 0.015 && lat < south + 0.015
    const past = grids.flatMap((grid) =>
      Array.from({ length: near(grid) ? 20 : 1 + (grid.id % 2) }, (_, i) => ({
        sourceKey: `hot-${grid.id}-${i}`,
        classCode: '01',
        source: 'import' as const,
        title: '一件',
        lng: grid.lng,
        lat: grid.lat,
        gridId: grid.id,
        state: 'closed' as const,
        reportedAt: new Date('2024-05-10T01:00:00Z'),
        closedAt: new Date('2024-05-10T02:00:00Z'),
        events: [
          {
            event: 'incident:reported',
            at: new Date('2024-05-10T01:00:00Z'),
            actorName: '导入',
            actorRole: 'import',
            data: { imported: true },
          },
        ],
      })),
    )
    await db.transaction((tx) => insertPastIncidents(tx, past))
    const map = await ask('')
    const hot = map.cells.filter(({ heat }) => heat === 'hot').map(({ gridId }) => gridId)
    const middle = grids.filter(({ lng, lat }) => lng < west + 0.01 && lat < south + 0.01).map(({ id }) => id)
    expect(hot).toEqual(expect.arrayContaining(middle))
    expect(hot.length).toBeLessThan(20)
    // Gi* of one of the middle, from its definition.
    const values = map.cells.map(({ cases }) => cases)
    const one = map.cells.findIndex(({ gridId }) => gridId === middle[0])
    const here = grids[one] as (typeof grids)[number]
    const around = grids.map(
      (grid) => Math.abs(grid.lng - here.lng) < 0.0055 && Math.abs(grid.lat - here.lat) < 0.0055,
    )
    const n = values.length
    const mean = values.reduce((sum, value) => sum + value, 0) / n
    const s = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / n - mean ** 2)
    const w = around.filter(Boolean).length
    const lag = values.reduce((sum, value, i) => sum + (around[i] ? value : 0), 0)
    expect(map.cells[one]?.z).toBeCloseTo((lag - mean * w) / (s * Math.sqrt((n * w - w * w) / (n - 1))), 6)
    // Where it is not known how many live: a blank and why, never a number.
    await db.query('update grids set households = 0 where id = $1', [middle[0]])
    const homes = await ask('&per=household')
    const { heat, value, z, blank } = homes.cells[one] as (typeof homes.cells)[number]
    expect({ heat, value, z, blank }).toEqual({ heat: null, value: null, z: null, blank: 'unknown' })
    expect(homes.cells.filter(({ blank }) => blank !== null)).toHaveLength(1)
    expect(homes.cells.find(({ gridId }) => gridId === middle[1])).toMatchObject({ cases: 20, value: 2000 })
    expect((await ask('&per=km2')).cells.find(({ gridId }) => gridId === middle[0])?.value).toBeGreaterThan(
      20,
    )
    expect((await ask('', 'nobody')).cells).toEqual([])
  })

  it('show to nobody what lies in other people’s grids, and refuse with a sentence what cannot be', async () => {
    const nobody = await evaluate('by=all', 'nobody')
    expect(nobody.groups).toEqual([])
    expect((await send('officer', 'GET', '/api/evaluation?from=2026-11-01&to=2026-11-30')).status).toBe(403)
    for (const [query, path] of [
      ['from=2026-11-30&to=2026-11-01', 'to'],
      ['from=2010-01-01&to=2026-01-01', 'to'],
      ['from=2026-02-30&to=2026-03-01', 'from'],
      ['from=2026-02-01&to=2026-03-01&by=moon', 'by'],
      ['from=2026-02-01&to=2026-03-01&gridId=99999', 'gridId'],
    ]) {
      const { status, data } = await send<{ errors: { path: string }[] }>(
        'leader',
        'GET',
        `/api/evaluation?${query}`,
      )
      expect([query, status, data.detail?.startsWith(`${path}`)]).toEqual([query, 422, true])
    }
  })
})

/** The same, by reading every timeline step by step. */
async function recount(town: TestTown) {
  const { db } = town.running.services
  const events = await db.query<{
    id: number
    event: string
    at: Date
    data: { stage?: string; note?: string }
  }>(`select incident_id as id, event, at, data from timeline where incident_id is not null order by seq`)
  const sums = Object.fromEntries(tallies.map((name) => [name, 0])) as Tallies
  for (const own of Map.groupBy(events, ({ id }) => id).values()) {
    const has = (event: string, stage?: string) =>
      own.some((one) => one.event === `incident:${event}` && (!stage || one.data.stage === stage))
    const first = (event: string) => own.find((one) => one.event === `incident:${event}`)?.at.getTime()
    const last = (event: string) => own.findLast((one) => one.event === `incident:${event}`)?.at.getTime()
    // Where it stands, step by step.
    let state = 'reported'
    let before = ''
    let satisfied: boolean | null = null
    for (const { event, data } of own as { event: string; data: { satisfied?: boolean } }[]) {
      const to: Record<string, string> = {
        filed: 'filed',
        dispatched: 'dispatched',
        transferred: 'dispatched',
        accepted: 'handling',
        handled: 'handled',
        settled: 'handled',
        checked: 'checked',
        reworked: 'dispatched',
        closed: 'closed',
        evaluated: 'evaluated',
        reopened: 'filed',
        archived: 'archived',
        returned: 'filed',
        arbitrated: 'dispatched',
        voided: 'voided',
      }
      const name = event.replace('incident:', '')
      if (name === 'suspended') [before, state] = [state, 'suspended']
      else if (name === 'resumed') state = before
      else state = to[name] ?? state
      if (name === 'evaluated' && data.satisfied !== undefined) satisfied = data.satisfied
      if (name === 'reopened') satisfied = null
    }
    const valid = state !== 'voided'
    const handled = ['handled', 'checked', 'closed', 'evaluated', 'archived'].includes(state)
    const closed = ['closed', 'evaluated', 'archived'].includes(state)
    const filed = has('filed') || has('settled')
    const add = (name: keyof Tallies, when: boolean | undefined, by = 1) => {
      if (when) sums[name] += by
    }
    const late = has('overdue')
    const [sent, taken, finished, ended] = [
      first('dispatched'),
      first('accepted'),
      Math.max(last('handled') ?? 0, last('settled') ?? 0),
      last('closed'),
    ]
    add('cases', true)
    add('valid', valid)
    add('filed', filed)
    add('filedValid', valid && filed)
    add('filedOnTime', filed && !has('overdue', 'file'))
    add('filedVoided', filed && !valid)
    add('dispatched', valid && sent !== undefined)
    add('dispatchedOnTime', valid && sent !== undefined && !has('overdue', 'dispatch'))
    add('dueHandle', valid && (handled || has('overdue', 'handle')))
    add('handled', valid && handled)
    add('handledOnTime', valid && handled && !has('overdue', 'handle'))
    add('overdueHandle', valid && !handled && has('overdue', 'handle'))
    add('dueClose', valid && (closed || late))
    add('closed', valid && closed)
    add('closedOnTime', valid && closed && !late)
    add('checked', valid && has('checked'))
    add('checkedOnTime', valid && has('checked') && !has('overdue', 'check'))
    add('stillOpen', valid && !closed)
    add('reworks', true, own.filter(({ event }) => event === 'incident:reworked').length)
    add('reworked', valid && has('reworked'))
    add('reworkedDue', valid && has('reworked') && (closed || late))
    add('reworkedDispatched', valid && has('reworked') && sent !== undefined)
    add('returned', valid && has('returned'))
    add('extended', valid && has('extended') && (handled || has('overdue', 'handle')))
    add('suspended', valid && has('suspended'))
    add('heldHandle', state === 'suspended' && has('overdue', 'handle'))
    add('heldClose', state === 'suspended' && late)
    add('supervised', valid && has('supervised'))
    add('escalated', valid && has('escalated'))
    add('rated', valid && satisfied !== null)
    add('satisfied', valid && satisfied === true)
    const answered = valid && sent !== undefined && taken !== undefined && taken >= sent
    add('responses', answered)
    add('responseSeconds', answered, Math.round(((taken ?? 0) - (sent ?? 0)) / 1000))
    const done = valid && sent !== undefined && finished >= sent
    add('handles', done)
    add('handleSeconds', done, Math.round((finished - (sent ?? 0)) / 1000))
    add('totals', valid && closed && ended !== undefined)
    const reported = own[0]?.at.getTime() ?? 0
    add('totalSeconds', valid && closed && ended !== undefined, Math.round(((ended ?? 0) - reported) / 1000))
  }
  // Of these the timeline alone does not know.
  const { found, recurred, ...known } = sums
  return known
}
