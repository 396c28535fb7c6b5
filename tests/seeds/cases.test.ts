import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import type { State, Transition } from '../../api/contract/lifecycle.ts'
import { openStates, sources, transitions } from '../../api/contract/lifecycle.ts'
import type { Case } from '../../seeds/demo/cases.ts'
import { generateCases } from '../../seeds/demo/cases.ts'
import { indexGrids } from '../../seeds/demo/grid-index.ts'
import { layLand } from '../../seeds/demo/land.ts'
import type { Point } from '../../seeds/demo/plane.ts'
import { distance, toPlane } from '../../seeds/demo/plane.ts'
import { stream } from '../../seeds/demo/random.ts'
import { localHour, monthOf } from '../../seeds/demo/rhythm.ts'
import { localDay, onShiftAt, weekdayOf } from '../../seeds/demo/roster.ts'
import type { Town } from '../../seeds/demo/town.ts'
import { generateTown } from '../../seeds/demo/town.ts'
import { classes } from '../../seeds/reference/classes.ts'

const now = Date.parse('2026-11-20T10:30:00+08:00')
let town: Town
let cases: Case[]
beforeAll(() => {
  town = generateTown({ seed: 1 })
  cases = generateCases(town, now)
})

const reportedAt = (c: Case) => c.events[0]!.at
const share = (list: Case[], test: (c: Case) => boolean) => list.filter(test).length / list.length
const titled = (word: string) => cases.filter((c) => c.title.endsWith(word))
const month = (c: Case) => monthOf(localDay(reportedAt(c))) + 1

describe('a year of cases', () => {
  test('is 51,000 in order of report, none before the year and none after now', () => {
    expect(cases.length).toBe(51_000)
    expect(cases.every((c, i) => i === 0 || reportedAt(cases[i - 1]!) <= reportedAt(c))).toBe(true)
    expect(reportedAt(cases[0]!)).toBeGreaterThanOrEqual(now - 365 * 86_400_000)
    expect(cases.every((c) => c.events.at(-1)!.at <= now)).toBe(true)
    expect(new Set(cases.map((c) => c.number)).size).toBe(51_000)
  })

  test('every case goes through the transition table, by people of the right role, with what each step requires', () => {
    for (const c of cases) {
      expect(c.events[0]!.action).toBe('report')
      let state: State = 'reported'
      let at = -Infinity
      for (const e of c.events) {
        if (e.at < at) throw new Error(`${c.number} goes back in time at ${e.action}`)
        at = e.at
        if (e.action === 'report') continue
        const rule: Transition = transitions[e.action]
        const legal =
          rule.from.includes(state) &&
          (rule.roles as readonly string[]).includes(e.role) &&
          (!rule.requires.includes('note') || e.note) &&
          (!rule.requires.includes('unitId') || e.unitCode)
        if (!legal) throw new Error(`${c.number}: ${e.action} by ${e.role} from ${state}`)
        // The year's cases are suspended while they are handled.
        if (rule.to !== 'same') state = rule.to === 'before' ? 'handling' : rule.to
      }
      if (state !== c.state) throw new Error(`${c.number} ends ${state}, says ${c.state}`)
    }
  })

  test('lies in the grid it names, has a class, a source and a sentence of Chinese', () => {
    const index = indexGrids(town.grids)
    const codes = new Set(classes.map((c) => c.code))
    for (const c of cases) {
      if (index.leafAt([c.lng, c.lat])?.code !== c.gridCode)
        throw new Error(`${c.number} is not in ${c.gridCode}`)
      if (!codes.has(c.classCode) || !sources.includes(c.source))
        throw new Error(`${c.number}: ${c.classCode} ${c.source}`)
      if (!/^\p{sc=Han}.*，\p{sc=Han}+/u.test(c.title) || c.title.length > 120) throw new Error(c.title)
    }
    expect(new Set(cases.map((c) => c.classCode)).size).toBe(14)
  })

  test('is handled by an officer of the squad, on shift at that hour as a rule', () => {
    const steps = cases.slice(0, 4000).flatMap((c) => c.events.filter((e) => e.action === 'accept'))
    const onDuty = steps.filter((e) =>
      onShiftAt(town.staff.officers, e.at).some((s) => s.officerCode === e.by),
    )
    expect(onDuty.length / steps.length).toBeGreaterThan(0.9)
  })

  test('is closed on time nine times in ten, with few reworks, returns and voids, and 60 to 120 open now', () => {
    const due = new Map(classes.map((c) => [c.code, c.dueMinutes * 60_000]))
    const finished = cases.filter(
      (c) => c.events.some((e) => e.action === 'finish') && !c.events.some((e) => e.action === 'suspend'),
    )
    const onTime = share(
      finished,
      (c) =>
        c.events.findLast((e) => e.action === 'finish')!.at - c.events.find((e) => e.action === 'file')!.at <=
        due.get(c.classCode)!,
    )
    expect(onTime).toBeGreaterThan(0.9)
    expect(onTime).toBeLessThan(0.99)
    const has = (action: string) => share(cases, (c) => c.events.some((e) => e.action === action))
    expect(has('rework')).toBeCloseTo(0.04, 2)
    expect(has('return')).toBeCloseTo(0.025, 2)
    expect(has('void')).toBeCloseTo(0.02, 2)
    expect(has('suspend')).toBeGreaterThan(0.005)
    const open = cases.filter((c) => openStates.includes(c.state)).length
    expect(open).toBeGreaterThan(60)
    expect(open).toBeLessThan(120)
    expect(
      cases.filter((c) => c.state === 'archived').every((c) => reportedAt(c) < now - 28 * 86_400_000),
    ).toBe(true)
  })

  test('comes from members, officers, citizens, sensors and the hotline in their shares', () => {
    const wanted = { member: 0.6, officer: 0.15, citizen: 0.15, monitoring: 0.06, hotline: 0.04 }
    for (const [source, part] of Object.entries(wanted))
      expect(
        share(cases, (c) => c.source === source),
        source,
      ).toBeCloseTo(part, 1)
  })
})

describe('rhythm', () => {
  test('vendors come out on summer evenings', () => {
    const vendors = titled('流动摊贩占道经营')
    expect(
      share(vendors, (c) => localHour(reportedAt(c)) >= 17 && localHour(reportedAt(c)) < 22),
    ).toBeGreaterThan(0.55)
    const season = (...months: number[]) => vendors.filter((c) => months.includes(month(c))).length
    expect(season(6, 7, 8)).toBeGreaterThan(1.8 * season(12, 1, 2))
  })

  test('straw burns after the harvests, roads flood in the plum rains on wet days', () => {
    expect(share(titled('秸秆焚烧'), (c) => [6, 10, 11].includes(month(c)))).toBeGreaterThan(0.7)
    const floods = titled('道路积水')
    expect(share(floods, (c) => [6, 7].includes(month(c)))).toBeGreaterThan(0.5)
    const days = new Map<number, number>()
    for (const c of floods) days.set(localDay(reportedAt(c)), (days.get(localDay(reportedAt(c))) ?? 0) + 1)
    const wettest = [...days.values()]
      .sort((a, b) => b - a)
      .slice(0, 30)
      .reduce((a, b) => a + b, 0)
    expect(wettest / floods.length).toBeGreaterThan(0.45)
  })

  test('office matters rest at weekends, and nights are quiet', () => {
    const safety = cases.filter((c) => c.classCode === '02')
    expect(share(safety, (c) => weekdayOf(localDay(reportedAt(c))) % 6 === 0)).toBeLessThan(0.2)
    expect(share(cases, (c) => localHour(reportedAt(c)) < 6)).toBeLessThan(0.1)
  })
})

describe('places', () => {
  test('street vending gathers in hot spots: counts in squares of 250 m vary far more than chance', () => {
    const counts = new Map<string, number>()
    for (const s of town.spots.byKind.street) counts.set(square(s.at), 0)
    const vending = cases.filter((c) => c.classCode === '06')
    for (const c of vending) counts.set(square(place(c)), (counts.get(square(place(c))) ?? 0) + 1)
    const mean = vending.length / counts.size
    const variance = [...counts.values()].reduce((s, n) => s + (n - mean) ** 2, 0) / counts.size
    // 1 for a Poisson process; following households alone gives about 20
    expect(variance / mean).toBeGreaterThan(60)
  })

  test('a case makes another nearby within a week likelier (Knox)', () => {
    const rubbish = titled('暴露垃圾')
    const days = rubbish.map((c) => reportedAt(c) / 86_400_000)
    const shuffled = stream(1, 'knox').shuffle(days)
    const cells = new Map<string, number[]>()
    rubbish.forEach((c, i) => cells.set(square(place(c)), [...(cells.get(square(place(c))) ?? []), i]))
    const closePairs = (when: number[]) =>
      [...cells.values()].reduce(
        (sum, cell) =>
          sum +
          cell.reduce(
            (s, i, n) =>
              s +
              cell
                .slice(n + 1)
                .filter(
                  (j) =>
                    Math.abs(when[i]! - when[j]!) < 7 &&
                    distance(place(rubbish[i]!), place(rubbish[j]!)) < 150,
                ).length,
            0,
          ),
        0,
      )
    const chance = closePairs(shuffled)
    expect(closePairs(days)).toBeGreaterThan(chance + 5 * Math.sqrt(chance))
  })
})

test('the same seed and now give the same town and year, another seed other land', () => {
  const digest = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('hex')
  const facts = (t: Town) =>
    digest([t.grids, t.network, t.places, t.pois, t.staff, t.monitoring, t.land.buildings])
  const again = generateTown({ seed: 1 })
  expect(facts(again)).toBe(facts(town))
  const year = (list: Case[]) =>
    digest(list.map((c) => [c.number, c.title, c.lng, c.lat, c.state, ...c.events.map((e) => e.at)]))
  expect(year(generateCases(again, now))).toBe(year(cases))
  expect(digest(layLand(2).network)).not.toBe(digest(town.network))
})

const place = (c: Case): Point => toPlane([c.lng, c.lat])
const square = ([x, y]: Point) => `${Math.floor(x / 250)},${Math.floor(y / 250)}`
