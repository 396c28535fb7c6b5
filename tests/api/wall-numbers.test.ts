import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStates, type State } from '../../api/contract/lifecycle.ts'
import { loopStates } from '../../api/contract/wall.ts'
import type { Db } from '../../api/db/connect.ts'
import { listPoints, listSystems } from '../../api/monitoring/queries.ts'
import { listOfficers, listUnits } from '../../api/units/queries.ts'
import { drawPicture } from '../../api/walls/picture.ts'
import { healthOf } from '../../web/monitoring/store.ts'
import { familiesOf, squadsOf } from '../../web/wall/count.ts'
import { databases } from '../setup/database.ts'
import { seedTown } from '../setup/town.ts'
import { drawCases, type TestCase, writeCases } from './wall-cases.ts'

// Every number of the system's own on a wall, counted again one case after the other from how the cases went, and equal.

const day = 86_400_000
const hour = 3_600_000
/** Half past three in the afternoon there, on the 20th. */
const at = new Date('2026-11-20T07:30:00Z')
const now = at.getTime()
const midnight = Date.parse('2026-11-19T16:00:00Z')
const month = Date.parse('2026-10-31T16:00:00Z')
/** Another one is another town; the suite must not depend on the second it was started in. */
const seed = Number(process.env.WALL_SEED ?? 7)

const stateOf = ({ steps }: TestCase): State => steps.at(-1)?.state ?? 'reported'
const isOpen = (one: TestCase) => openStates.includes(stateOf(one))
/** Closed, or handled where that is known, after its deadline; or its clock has said so. */
const isLate = ({ handledAt, closedAt, dueAt, overdueAt }: TestCase) =>
  overdueAt !== null || (dueAt !== null && (handledAt ?? closedAt ?? 0) > dueAt)
const count = <T>(list: readonly T[], is: (one: T) => boolean) => list.filter(is).length
const since = (moment: number | null, from: number) => moment !== null && moment >= from && moment <= now
const middle = (values: readonly number[]) => {
  const sorted = values.toSorted((a, b) => a - b)
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]]
  return low === undefined || high === undefined ? null : (low + high) / 2
}
const localHour = (moment: number) => Math.floor(((((moment - midnight) % day) + day) % day) / hour)
const localDay = (moment: number) => new Date(moment + 8 * hour).toISOString().slice(0, 10)

describe.each(databases)(`the numbers on a wall on $name (seed ${seed})`, ({ open }) => {
  let db: Db
  let all: TestCase[]
  let grid: (code: string) => number
  beforeAll(async () => {
    db = await open()
    ;({ grid } = await seedTown(db))
    all = drawCases(900, { now, seed })
    await writeCases(db, all)
  })
  afterAll(() => db?.close())

  /** What somebody with these grids sees, and the cases that are there for them. */
  const seenBy = async (codes: readonly string[]) => {
    const [town] = await db.query<{ id: number }>('select id from grids where level = 0')
    const grids = codes.length > 0 ? codes.map(grid) : [town?.id ?? 0]
    const picture = await db.scoped({ role: 'leader', grids }, (tx) => drawPicture(tx, at))
    const cases = all.filter(
      (one) =>
        !['voided', 'merged'].includes(stateOf(one)) &&
        (codes.length === 0 || codes.some((code) => one.gridCode.startsWith(code))),
    )
    return { picture, cases }
  }
  const scopes: [string, string[]][] = [
    ['of the whole town', []],
    ['of two of its grids', ['G0', 'G31']],
  ]

  it.each(scopes)('say how many cases, in which state, of which class, %s', async (_, codes) => {
    const { picture, cases } = await seenBy(codes)
    const closed = cases.filter(({ closedAt }) => since(closedAt, midnight))
    const { byState, ...situation } = picture.situation
    expect(closed.length).toBeGreaterThan(5)
    expect(situation).toEqual({
      reported: count(cases, ({ reportedAt }) => since(reportedAt, midnight)),
      closed: closed.length,
      onTime: count(closed, (one) => !isLate(one)),
      open: count(cases, isOpen),
      overdue: count(
        cases,
        (one) => isOpen(one) && stateOf(one) !== 'suspended' && one.dueAt !== null && one.dueAt < now,
      ),
      yesterday: count(cases, ({ reportedAt }) => reportedAt >= midnight - day && reportedAt < now - day),
    })
    const states = Map.groupBy(cases.filter(isOpen), stateOf)
    expect(Object.fromEntries(byState.map(({ state, open }) => [state, open]))).toEqual(
      Object.fromEntries([...states].map(([state, held]) => [state, held.length])),
    )
    const classes = (['01', '02'] as const).map((code) => {
      const own = cases.filter(({ classCode }) => classCode === code)
      return {
        code,
        reported: count(own, ({ reportedAt }) => since(reportedAt, midnight)),
        open: count(own, isOpen),
      }
    })
    const told = picture.classes.map(({ code, reported, open }) => ({ code, reported, open }))
    expect(told.toSorted((a, b) => a.code.localeCompare(b.code))).toEqual(classes)
    expect(familiesOf(picture.classes).map((one) => one.open)).toEqual(
      classes.map((one) => one.open).sort((a, b) => b - a),
    )
  })

  it.each(scopes)('say what came through each step today, and how long that took, %s', async (_, codes) => {
    const { picture, cases } = await seenBy(codes)
    const expected = loopStates.map((state) => {
      const over = !openStates.includes(state)
      const stays = cases.flatMap(({ steps }) =>
        steps.map((step, i) => ({ ...step, left: steps[i + 1]?.at ?? null })),
      )
      const own = stays.filter((stay) => stay.state === state)
      return {
        state,
        now: count(cases, (one) => stateOf(one) === state && (!over || since(one.closedAt, midnight))),
        entered: count(own, (stay) => since(stay.at, midnight)),
        medianSeconds: middle(
          own.flatMap((stay) =>
            stay.left !== null && since(stay.left, midnight) ? [(stay.left - stay.at) / 1000] : [],
          ),
        ),
      }
    })
    expect(count(expected, ({ medianSeconds }) => medianSeconds !== null)).toBeGreaterThan(6)
    expect(picture.loop.map(({ state, now: standing, entered }) => ({ state, standing, entered }))).toEqual(
      expected.map(({ state, now: standing, entered }) => ({ state, standing, entered })),
    )
    picture.loop.forEach(({ medianSeconds }, i) => {
      const right = expected[i]?.medianSeconds ?? null
      if (right === null) expect(medianSeconds).toBeNull()
      else expect(medianSeconds).toBeCloseTo(right, 2)
    })
  })

  it.each(scopes)('say which grids are first this month, and how usual today is, %s', async (_, codes) => {
    const { picture, cases } = await seenBy(codes)
    for (const told of picture.ranking) {
      const code = ['G0', 'G1', 'G2', 'G3'].find((one) => grid(one) === told.gridId) ?? ''
      const own = cases.filter(({ gridCode }) => gridCode.startsWith(code))
      const closed = own.filter(({ closedAt }) => since(closedAt, month))
      const overdue = own.filter(
        (one) => isOpen(one) && stateOf(one) !== 'suspended' && one.dueAt !== null && one.dueAt < now,
      )
      const onTime = count(closed, (one) => !isLate(one))
      const due = closed.length + overdue.length
      expect(told).toMatchObject({
        reported: count(own, ({ reportedAt }) => since(reportedAt, month)),
        due,
        onTime,
        share: due === 0 ? null : onTime / due,
      })
    }
    const shares = picture.ranking.flatMap(({ share }) => (share === null ? [] : [share]))
    expect(shares).toEqual(shares.toSorted((a, b) => b - a))
    expect(picture.ranking.length).toBe(codes.length === 0 ? 4 : codes.length)

    for (const { hour: which, reported, closed, usual } of picture.rhythm) {
      const own = cases.filter(({ reportedAt }) => localHour(reportedAt) === which)
      expect([which, reported, closed, usual]).toEqual([
        which,
        count(own, ({ reportedAt }) => since(reportedAt, midnight)),
        count(cases, (one) => since(one.closedAt, midnight) && localHour(one.closedAt ?? 0) === which),
        count(own, ({ reportedAt }) => reportedAt >= midnight - 28 * day && reportedAt < midnight) / 28,
      ])
    }
    expect(picture.rhythm.length).toBe(24)
  })

  it.each(scopes)('say where it is hot now, who is content, and what is newest, %s', async (_, codes) => {
    const { picture, cases } = await seenBy(codes)
    const places = Map.groupBy(cases, ({ gridCode }) => gridCode)
    expect(picture.hot.length).toBeGreaterThan(0)
    for (const { gridId, recent, usual, ratio } of picture.hot) {
      const own = [...places].find(([code]) => grid(code) === gridId)?.[1] ?? []
      const counted = count(own, ({ reportedAt }) => reportedAt > now - day && reportedAt <= now)
      const before =
        count(own, ({ reportedAt }) => reportedAt > now - 29 * day && reportedAt <= now - day) / 28
      expect(recent).toBe(counted)
      expect(usual).toBeCloseTo(before, 6)
      if (before === 0) expect(ratio).toBeNull()
      else expect(ratio).toBeCloseTo(counted / before, 6)
    }
    if (codes.length === 0) expect(picture.hot[0]?.gridId).toBe(grid('G012'))

    const rated = cases.filter(
      ({ satisfied, closedAt }) => satisfied !== null && since(closedAt, now - 30 * day),
    )
    const days = Map.groupBy(rated, ({ closedAt }) => localDay(closedAt ?? 0))
    expect(rated.length).toBeGreaterThan(20)
    expect(picture.satisfaction).toEqual({
      rated: rated.length,
      satisfied: count(rated, ({ satisfied }) => satisfied === true),
      days: [...days]
        .map(([which, held]) => ({
          day: which,
          rated: held.length,
          satisfied: count(held, ({ satisfied }) => satisfied === true),
        }))
        .sort((a, b) => a.day.localeCompare(b.day)),
    })
    const newest = cases.toSorted((a, b) => b.reportedAt - a.reportedAt || b.id - a.id).slice(0, 12)
    expect(picture.newest.map(({ id, state, gridId }) => ({ id, state, gridId }))).toEqual(
      newest.map((one) => ({ id: one.id, state: stateOf(one), gridId: grid(one.gridCode) })),
    )
    expect(picture.day).toBe('2026-11-20')
  })

  it('say which alarms nobody has seen to', async () => {
    const alarm = (id: number, kind: string, acknowledged: boolean) =>
      db.query(
        `insert into alerts (kind, severity, place, path, title, first_at, last_at, acknowledged_at)
         select $2, 'urgent', $1::text, path, '第' || $1 || '个', $3::timestamptz, $3::timestamptz, case when $4 then $3::timestamptz end
         from grids where code = 'G0'`,
        [id, kind, at, acknowledged],
      )
    for (let i = 1; i <= 20; i++) await alarm(i, i % 4 === 0 ? 'asked' : 'overdue', i % 3 === 0)
    const { picture } = await seenBy([])
    const right = [20, 19, 17, 14, 13, 11, 10, 7, 5, 2, 1].filter((i) => i % 4 !== 0 && i % 3 !== 0)
    expect(picture.alarms.map(({ title }) => title)).toEqual(right.map((i) => `第${i}个`))
  })

  it('say who is on shift by squad, and what is well among the monitoring points', async () => {
    const [first] = await db.query<{ id: number }>(`select id from officers where code = 'O1'`)
    await db.query(
      `insert into shifts (officer_id, started_at, ended_at, path)
       select id, $1::timestamptz - interval '9 hours', case when code = 'O2' then $1::timestamptz end, path from officers`,
      [at],
    )
    await db.query(`update monitoring_points set state = 'offline' where code = 'P2'`)
    const [officers, units] = [await listOfficers(db), await listUnits(db)]
    const { squads, onShift } = squadsOf(units, new Map(officers.map((one) => [one.id, one])))
    const people = await db.query<{ id: number; unitId: number | null }>(
      `select o.id, o.unit_id as "unitId" from officers o join shifts s on s.officer_id = o.id where s.ended_at is null`,
    )
    expect(onShift).toBe(people.length)
    expect(squads.map(({ on, members }) => [on, members])).toEqual([[1, 2]])
    expect(people.filter(({ unitId }) => unitId !== null).map(({ id }) => id)).toEqual([first?.id])
    const health = healthOf(await listSystems(db), await listPoints(db))
    const states = await db.query<{ state: string }>(
      `select state from monitoring_points where system = 'video'`,
    )
    const of = (wanted: string) => count(states, ({ state }) => state === wanted)
    expect(health).toMatchObject([
      { code: 'video', points: states.length, offline: of('offline'), alarms: of('alarm') },
    ])
    expect([states.length, of('offline')]).toEqual([2, 1])
  })
})
