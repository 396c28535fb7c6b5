import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hashPassword } from '../../api/auth.ts'
import type {
  CaseBins,
  Coverage,
  Density,
  EmergingMap,
  Forecasts,
  HandOffs,
  MoranMap,
  NearRepeats,
  Recurrence,
  SimilarCases,
  Trend,
} from '../../api/contract/study.ts'
import { insertPastIncidents, type PastIncident } from '../../api/incidents/history.ts'
import { insertAccount } from '../../api/people/queries.ts'
import { databases } from '../setup/database.ts'
import { openTown, password, type TestTown } from '../setup/town.ts'

// Where, when and why: a year of which every case is known, and what must be found in it, counted here another way.

const dayMs = 86_400_000
const now = Date.parse('2026-11-20T09:00:00+08:00')
const today = Date.parse('2026-11-20T00:00:00+08:00')
const dayText = (at: number) => new Date(at + 8 * 3_600_000).toISOString().slice(0, 10)

describe.each(databases)('the study on $name', ({ open }) => {
  let town: TestTown
  const cases: PastIncident[] = []
  beforeAll(async () => {
    town = await openTown(open, () => new Date(now))
    const grids = await town.running.db.query<{ id: number; lng: number; lat: number }>(
      `select id, st_x(st_centroid(geom)) as lng, st_y(st_centroid(geom)) as lat from grids where level = 3 order by id`,
    )
    let state = 5
    const pick = (below: number) => {
      state = (state * 48271) % 2147483647
      return (state / 2147483647) * below
    }
    const add = (
      at: number,
      grid: { id: number; lng: number; lat: number },
      more: Partial<PastIncident> = {},
    ) => {
      const given = {
        lng: grid.lng + (pick(1) - 0.5) * 0.004,
        lat: grid.lat + (pick(1) - 0.5) * 0.004,
        classCode: '01',
        ...more,
      }
      const sent = at + 600_000
      const taken = sent + 60_000 * (1 + Math.floor(pick(30)))
      const done = taken + 3_600_000 * (1 + pick(5))
      const events = [
        ['incident:reported', at],
        ['incident:filed', at + 300_000],
        ['incident:dispatched', sent],
        ['incident:accepted', taken],
        ['incident:handled', done],
        ['incident:closed', done + 1_800_000],
      ] as const
      cases.push({
        sourceKey: `k${cases.length}`,
        source: 'hotline',
        title: `占道经营第${cases.length}处`,
        gridId: grid.id,
        state: 'closed',
        reportedAt: new Date(at),
        filedAt: new Date(at + 300_000),
        dueAt: new Date(at + dayMs),
        handledAt: new Date(done),
        closedAt: new Date(done + 1_800_000),
        events: events.map(([event, when]) => ({
          event,
          at: new Date(when),
          actorName: '坐席',
          actorRole: 'dispatcher',
          ...(event === 'incident:dispatched' && { data: { unitId: 1 } }),
        })),
        ...given,
      })
    }
    // About six cases a day and ten on Saturdays; from the first of October on twice as many; four grids side by side have a third of all.
    for (let day = 300; day > 0; day -= 1) {
      const at = today - day * dayMs
      const saturday = new Date(at + 8 * 3_600_000).getUTCDay() === 6
      const many = (saturday ? 10 : 6) * (dayText(at) >= '2026-10-01' ? 2 : 1) + Math.floor(pick(5)) - 2
      for (let i = 0; i < many; i += 1) {
        const grid = i % 3 === 0 ? grids[Math.floor(pick(4))] : grids[Math.floor(pick(grids.length))]
        if (grid) add(at + 8 * 3_600_000 + Math.floor(pick(10 * 3_600_000)), grid)
      }
    }
    // A lamp that fails six times in November, and a neighbour of another class.
    const lamp = grids[5] as (typeof grids)[number]
    for (let i = 0; i < 6; i += 1)
      add(today - (2 + 2 * i) * dayMs, lamp, {
        classCode: '02',
        title: '路灯不亮',
        lng: lamp.lng + 0.0045,
        lat: lamp.lat + 0.0045,
        address: '人民路三号',
      })
    await town.running.db.transaction((tx) => insertPastIncidents(tx, cases))
    const [part] = await town.running.db.query<{ id: number }>(
      'select id from grids where level = 1 order by id limit 1',
    )
    const passwordHash = await hashPassword(password)
    await insertAccount(town.running.db, {
      username: 'part',
      passwordHash,
      name: '片长',
      role: 'leader',
      grids: [part?.id ?? 0],
    })
  }, 120_000)
  afterAll(() => town?.close())

  const get = async <T>(path: string, who = 'leader') => {
    const answer = await (await town.as(who))('GET', `/api/${path}`)
    expect(answer.status, path).toBe(200)
    return (await answer.json()) as T
  }
  const november = 'from=2026-11-01&to=2026-11-19'
  const within = (from: string, to: string) =>
    cases.filter(({ reportedAt }) => {
      const day = dayText(reportedAt.getTime())
      return day >= from && day <= to
    })

  it('tells the days, and the one change there was', async () => {
    const found = await get<Trend>('evaluation/trend?from=2026-03-01&to=2026-11-25&classCode=01')
    const counted = Map.groupBy(
      cases.filter(({ classCode }) => classCode === '01'),
      ({ reportedAt }) => dayText(reportedAt.getTime()),
    )
    for (const { day, cases: count } of found.days)
      expect(count).toBe(day >= '2026-11-20' ? null : (counted.get(day)?.length ?? 0))
    expect(found.days).toHaveLength(270)
    expect(found.changes).toHaveLength(1)
    const [change] = found.changes
    expect(Math.abs(Date.parse(change?.day ?? '') - Date.parse('2026-10-01'))).toBeLessThanOrEqual(dayMs)
    expect((change?.after ?? 0) / (change?.before ?? 1)).toBeCloseTo(2, 0)
    expect(found.blank).toBeNull()
    // Before the change nothing rises.
    const calm = await get<Trend>('evaluation/trend?from=2026-03-01&to=2026-09-26&classCode=01')
    expect(calm.changes).toEqual([])
    expect(calm.trend?.p === undefined || calm.trend.p > 0.05).toBe(true)
  })

  it('says why nothing can be told of too short a time', async () => {
    const found = await get<Trend>('evaluation/trend?from=2026-11-19&to=2026-11-19')
    expect([found.trend, found.blank, found.days.length]).toEqual([null, 'too-few', 1])
  })

  it('tells the coming week with Saturdays, and warns of what nobody could tell', async () => {
    const { from, to, groups } = await get<Forecasts>('evaluation/forecast?by=class')
    expect([from, to]).toEqual(['2026-11-20', '2026-11-26'])
    const usual = groups.find(({ key }) => key === '01')
    expect(usual?.lastWeek).toBe(
      within('2026-11-13', '2026-11-19').filter((one) => one.classCode === '01').length,
    )
    // About 20 on the Saturday, 12 on the other days.
    expect(usual?.total?.mean).toBeGreaterThan(80)
    expect(usual?.total?.mean).toBeLessThan(106)
    expect(usual?.days[1]?.mean).toBeGreaterThan(1.3 * (usual?.days[3]?.mean ?? 99))
    expect(usual?.backTest?.ratio).toBeLessThanOrEqual(1)
    expect(usual?.warning.warned).toBe(false)
    // Told as of the end of the first week of October: what doubled was not to be foreseen.
    const then = await get<Forecasts>('evaluation/forecast?by=all&until=2026-10-07')
    expect(then.groups[0]?.warning).toMatchObject({ warned: true, because: 'passed' })
    const answer = await (await town.as('leader'))('GET', '/api/evaluation/forecast?until=2026-11-20')
    expect(answer.status).toBe(422)
  })

  it('finds the grids that have a third of all for as long as it has been so', async () => {
    const { cells, steps } = await get<EmergingMap>(
      'evaluation/emerging?from=2026-06-01&to=2026-11-19&level=3',
    )
    expect(steps).toHaveLength(24)
    expect(steps.at(-1)).toBe('2026-11-13')
    const hot = cells.filter(({ pattern }) => pattern?.endsWith('-hot'))
    const busiest = cells.toSorted((a, b) => b.cases - a.cases)[0]
    expect(hot.map(({ gridId }) => gridId)).toContain(busiest?.gridId)
    expect(hot.length).toBeLessThan(cells.length / 4)
    for (const { heat } of cells) expect(heat).toHaveLength(24)
    expect(cells.reduce((sum, one) => sum + one.cases, 0)).toBe(within(steps[0] ?? '', '2026-11-19').length)
    const months = await get<EmergingMap>(
      'evaluation/emerging?from=2026-01-20&to=2026-11-19&level=3&step=month',
    )
    expect(months.steps).toHaveLength(10)
    const answer = await (await town.as('leader'))('GET', `/api/evaluation/emerging?${november}`)
    expect(answer.status).toBe(422)
  })

  it('tells Moran’s I with nothing that is no number', async () => {
    const { global, cells } = await get<MoranMap>(`evaluation/moran?${november}`)
    expect(global?.expected).toBeCloseTo(-1 / (cells.length - 1), 10)
    expect(cells.reduce((sum, one) => sum + one.cases, 0)).toBe(within('2026-11-01', '2026-11-19').length)
  })

  it('sees the lamp come back: near in place and time, and as a place', async () => {
    const near = await get<NearRepeats>(`evaluation/near-repeat?${november}&classCode=02`)
    expect([near.cases, near.bands[0]?.observed]).toEqual([6, 5])
    const { places, classes } = await get<Recurrence>(`evaluation/recurrence?${november}`)
    const lamp = places.find(({ classCode }) => classCode === '02')
    expect([lamp?.cases, lamp?.address]).toEqual([6, '人民路三号'])
    expect(classes.find(({ classCode }) => classCode === '02')?.cases).toBe(6)
  })

  it('draws densities and hexagons that add up', async () => {
    const counted = within('2026-11-01', '2026-11-19').length
    const { bounds, columns, values, bandwidth, rows } = await get<Density>(
      `evaluation/density?${november}&bandwidth=400`,
    )
    const [w = 0, s = 0, e = 0, n = 0] = bounds ?? []
    expect([values.length, bandwidth]).toEqual([columns * rows, 400])
    const km2 = ((e - w) * 111.195 * Math.cos((31.72 * Math.PI) / 180) * (n - s) * 111.195) / values.length
    const sum = values.reduce((total, one) => total + one, 0) * km2
    // What a kernel spreads beyond the town's border is not in it.
    expect(sum / counted).toBeGreaterThan(0.9)
    expect(sum / counted).toBeLessThan(1.01)
    const { bins } = await get<CaseBins>(`evaluation/bins?${november}&size=500`)
    expect(bins.reduce((total, one) => total + one.count, 0)).toBe(counted)
    expect(bins[0]?.outline).toHaveLength(7)
  })

  it('holds patrols against cases', async () => {
    const [grid] = await town.running.db.query<{ id: number; path: number[] }>(
      'select id, path from grids where level = 3 order by id limit 1 offset 20',
    )
    await town.running.db.query(
      `insert into grid_patrols (day, grid_id, path, seconds, visits) values ('2026-11-05', $1, $2, 3600, 2)`,
      [grid?.id, grid?.path],
    )
    const { grids } = await get<Coverage>(`evaluation/coverage?${november}`)
    expect(grids.find(({ gridId }) => gridId === grid?.id)).toMatchObject({ patrolSeconds: 3600, visits: 2 })
    const busiest = grids.toSorted((a, b) => b.cases - a.cases)[0]
    expect(busiest?.blind).toBe(true)
    const own = within('2026-11-01', '2026-11-19').filter(({ gridId }) => gridId === busiest?.gridId)
    const minutes = own.map(
      ({ events }) => ((events[3]?.at.getTime() ?? 0) - (events[2]?.at.getTime() ?? 0)) / 60_000,
    )
    expect(busiest).toMatchObject({ cases: own.length, answered: own.length })
    expect(busiest?.reached).toBeCloseTo(minutes.filter((one) => one <= 15).length / own.length, 10)
  })

  it('tells where the hours go', async () => {
    const { moves, hours } = await get<HandOffs>(`evaluation/hand-offs?${november}`)
    const own = within('2026-11-01', '2026-11-19')
    const all = own.reduce(
      (sum, { events }) => sum + (events.at(-1)?.at.getTime() ?? 0) - (events[0]?.at.getTime() ?? 0),
      0,
    )
    expect(hours).toBeCloseTo(all / 3_600_000, 2)
    expect(moves.map(({ from, to }) => `${from} ${to}`)[0]).toBe('incident:accepted incident:handled')
    expect(moves.reduce((sum, one) => sum + one.share, 0)).toBeCloseTo(1, 8)
  })

  it('finds past cases like one', async () => {
    const [last] = await town.running.db.query<{ id: number }>(
      `select id from incidents where class_code = '02' order by reported_at desc limit 1`,
    )
    const { cases: alike } = await get<SimilarCases>(`incidents/${last?.id}/similar`)
    expect(alike.slice(0, 5).map(({ title, meters }) => [title, meters])).toEqual(
      Array(5).fill(['路灯不亮', 0]),
    )
    expect(alike[0]?.likeness).toBeCloseTo(1, 5)
    expect((await (await town.as('leader'))('GET', '/api/incidents/999999/similar')).status).toBe(404)
  })

  it('shows a leader of a part that part', async () => {
    const part = await get<Trend>('evaluation/trend?from=2026-11-01&to=2026-11-19', 'part')
    const whole = await get<Trend>('evaluation/trend?from=2026-11-01&to=2026-11-19')
    const sum = (one: Trend) => one.days.reduce((total, { cases: count }) => total + (count ?? 0), 0)
    expect(sum(part)).toBeLessThan(sum(whole))
    const [other] = await town.running.db.query<{ id: number }>(
      `select id from grids where level = 1 order by id desc limit 1`,
    )
    const answer = await (await town.as('part'))(
      'GET',
      `/api/evaluation/trend?from=2026-11-01&to=2026-11-19&gridId=${other?.id}`,
    )
    expect(answer.status).toBe(422)
  })
})
