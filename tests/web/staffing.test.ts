import { describe, expect, it } from 'vitest'
import type { Grid } from '../../api/contract/grid.ts'
import type { DivisionMeasures } from '../../api/contract/plan-balance.ts'
import type { DutyPlan, Post, Staffing } from '../../api/contract/staffing.ts'
import type { Officer } from '../../api/contract/unit.ts'
import { planDuties } from '../../api/staffing/calendar.ts'
import { staffingSchemes } from '../../seeds/reference/staffing.ts'
import { staffingEn } from '../../web/locales/staffing-en.ts'
import { staffingZh } from '../../web/locales/staffing-zh.ts'
import { linesWithin } from '../../web/plans/balance-rivers.ts'
import { compareDivisions } from '../../web/plans/balance-rows.ts'
import { daysOf, isFree, type SpecialDay, turn } from '../../web/staffing/days.ts'
import { outlookOf, templateSlots } from '../../web/staffing/planning.ts'
import { candidatesFor, findGrids, rosterOf } from '../../web/staffing/roster.ts'
import { barsOf, groupsOf, shownGroups } from '../../web/staffing/rows.ts'
import { draftOf, schemeFrom, whatIsWrong } from '../../web/staffing/scheme.ts'

const grid = (id: number, code: string, parents: number[]): Grid => ({
  id,
  code,
  name: `网格${code}`,
  level: parents.length,
  parentId: parents.at(-1) ?? null,
  path: [...parents, id],
  leaderName: null,
  households: 0,
  members: 0,
  areaKm2: 1,
  center: [0, 0],
  bounds: null,
})
const grids = new Map(
  [
    grid(1, 'T', []),
    grid(2, 'B', [1]),
    grid(3, 'A', [1]),
    grid(4, 'B2', [1, 2]),
    grid(5, 'B1', [1, 2]),
    grid(6, 'A1', [1, 3]),
  ].map((one) => [one.id, one]),
)
const post = (id: number, gridId: number, role: string, officerId: number): Post => ({
  id,
  gridId,
  role,
  officerId,
  officerName: `人${officerId}`,
  from: '2026-01-01T00:00:00.000Z',
  to: null,
})
const staffing: Staffing = {
  schemes: staffingSchemes,
  levels: [{ level: 2, scheme: '1-2-2' }],
}

describe('the roster of grids', () => {
  const posts = [
    post(1, 5, 'leader', 1),
    post(2, 5, 'leader', 2),
    post(3, 4, 'full-time', 2),
    post(4, 4, 'gone', 3),
  ]
  const rosters = rosterOf(grids, staffing, posts)
  it('has a seat for each role, open, filled or too full, and keeps what the scheme does not know', () => {
    const seats = (id: number) =>
      rosters.get(id)?.seats.map(({ code, posts: held, open, over }) => [code, held.length, open, over])
    expect(seats(5)).toEqual([
      ['leader', 2, 0, 1],
      ['full-time', 0, 2, 0],
      ['part-time', 0, 2, 0],
    ])
    expect(seats(4)).toEqual([
      ['leader', 0, 1, 0],
      ['full-time', 1, 1, 0],
      ['part-time', 0, 2, 0],
      ['gone', 1, 0, 0],
    ])
    expect(rosters.get(2)?.scheme).toBeNull()
  })
  it('sums up what is open below, children by code', () => {
    expect([1, 2, 3].map((id) => rosters.get(id)?.openBelow)).toEqual([13, 8, 5])
    expect(rosters.get(2)?.children).toEqual([5, 4])
  })
  it('is searched by vacancy, role, surplus, double post, name and person', () => {
    const find = (wish: object) =>
      findGrids(rosters, { filter: 'all', role: '', text: '', ...wish }, new Set([2]))?.map(
        (one) => one.grid.code,
      )
    expect(find({})).toBeUndefined()
    expect(find({ filter: 'vacant' })).toEqual(['A1', 'B1', 'B2'])
    expect(find({ filter: 'vacant', role: 'leader' })).toEqual(['A1', 'B2'])
    expect(find({ filter: 'surplus' })).toEqual(['B1'])
    expect(find({ filter: 'double' })).toEqual(['B1', 'B2'])
    expect(find({ text: '人3' })).toEqual(['B2'])
    expect(find({ text: '网格a' })).toEqual(['A', 'A1'])
  })
  it('offers who has the grid as duty first, then the neighbours, the free before the busy', () => {
    const officer = (id: number, dutyGridId: number | null): Officer => ({
      id,
      code: `O${id}`,
      name: `人${id}`,
      phone: null,
      kind: 'member',
      unitId: null,
      dutyGridId,
      transport: 'walk',
      certified: false,
      skills: [],
      powers: [],
      equipment: [],
      onShift: false,
    })
    const officers = [officer(9, null), officer(1, 5), officer(8, 5), officer(7, 4), officer(6, 6)]
    const place = grids.get(5) as Grid
    const found = (text: string) =>
      candidatesFor(place, { officers, grids, posts, text }).map((one) => [one.officer.id, one.nearness])
    expect(found('')).toEqual([
      [8, 'here'],
      [1, 'here'],
      [7, 'near'],
      [6, 'far'],
      [9, 'far'],
    ])
    expect(found('o6')).toEqual([[6, 'far']])
  })
})

describe('a scheme that is written', () => {
  const words = staffingZh.scheme.wrong
  it.each(staffingSchemes)('goes out of the fields as $code came in', (scheme) => {
    expect(schemeFrom(draftOf(scheme))).toEqual(scheme)
    expect(whatIsWrong(draftOf(scheme), [scheme.code], words)).toBe('')
  })
  it('is told what is wrong with it', () => {
    const good = {
      code: 'own',
      name: '自定',
      nameEn: '',
      isNew: true,
      roles: [{ code: 'leader', name: '网格长', nameEn: '', min: '1', max: '' }],
    }
    const wrong = (change: object, role: object = {}) =>
      whatIsWrong({ ...good, roles: [{ ...good.roles[0], ...role }] as never, ...change }, ['1-2-2'], words)
    expect(wrong({})).toBe('')
    expect(wrong({ code: 'Own' })).toBe(words.code)
    expect(wrong({ code: '1-2-2' })).toBe(words.taken('1-2-2'))
    expect(wrong({ name: ' ' })).toBe(words.name)
    expect(wrong({ roles: [] })).toBe(words.none)
    expect(wrong({ roles: [good.roles[0], good.roles[0]] })).toBe(words.twice('leader'))
    expect(wrong({}, { code: '1' })).toBe(words.roleCode(1))
    expect(wrong({}, { name: '' })).toBe(words.roleName(1))
    expect(wrong({}, { min: 'x' })).toBe(words.number('网格长'))
    expect(wrong({}, { max: '0' })).toBe(words.number('网格长'))
    expect(wrong({}, { min: '3', max: '2' })).toBe(words.order('网格长'))
  })
})

describe('the duty calendar', () => {
  const special = new Map<string, SpecialDay>([
    ['2026-10-01', { kind: 'holiday', name: '国庆节' }],
    ['2026-10-10', { kind: 'workday', name: '' }],
  ])
  it('turns whole weeks from Monday and whole months, over the year too', () => {
    expect([daysOf('week', '2026-11-22')[0], daysOf('week', '2026-11-22').at(-1)]).toEqual([
      '2026-11-16',
      '2026-11-22',
    ])
    expect(daysOf('month', '2028-02-14')).toHaveLength(29)
    expect([turn('month', '2026-12-31', 1), turn('month', '2026-01-31', -1)]).toEqual([
      '2027-01-01',
      '2025-12-31',
    ])
    expect(
      ['2026-10-01', '2026-10-02', '2026-10-10', '2026-10-11'].map((day) => isFree(day, special)),
    ).toEqual([true, false, false, true])
  })
  it.each(['workdays', 'every', 'weekends', 'holidays'] as const)(
    'says before as many duties on %s as the server plans',
    (days) => {
      for (const turns of ['all', 'by-day', 'by-week'] as const) {
        const slots = templateSlots('three', staffingZh.planning.names)
        const plan: DutyPlan = {
          officerIds: [1, 2, 3],
          from: '2026-09-28',
          to: '2026-10-25',
          slots,
          days,
          turns,
        }
        const kinds = new Map([...special].map(([day, { kind }]) => [day, kind]))
        expect(outlookOf(plan, special).duties).toBe(
          planDuties(plan, { special: kinds, timeZone: 'Asia/Shanghai' }).length,
        )
      }
    },
  )
  it('says what is wrong with a plan', () => {
    const plan: DutyPlan = {
      officerIds: [1],
      from: '2026-01-01',
      to: '2026-01-07',
      slots: templateSlots('day', staffingZh.planning.names),
      days: 'every',
      turns: 'all',
    }
    const wrong = (change: Partial<DutyPlan>) => outlookOf({ ...plan, ...change }, special).wrong
    expect(wrong({})).toBe('')
    expect(wrong({ to: '2025-12-31' })).toBe('wrongSpan')
    expect(wrong({ to: '2027-02-01' })).toBe('wrongSpan')
    expect(wrong({ slots: [{ label: '', from: '', to: '08:00' }] })).toBe('wrongSlots')
    const crowd = Array.from({ length: 2000 }, (_, i) => i + 1)
    expect(wrong({ to: '2026-01-31', officerIds: crowd })).toBe('tooMany')
  })
  it('stands people by squad, members by their level-1 grid, and bars on the day on which they begin', () => {
    const person = (id: number, unitId: number | null, dutyGridId: number | null) =>
      ({
        id,
        code: `O${id}`,
        name: `人${id}`,
        kind: id === 1 ? 'officer' : 'member',
        unitId,
        dutyGridId,
      }) as Officer
    const unit = { id: 1, name: '一中队', color: 3 } as never
    const groups = groupsOf(
      [person(1, 1, null), person(2, 1, 5), person(3, null, 6), person(4, null, null)],
      {
        units: [unit],
        grids,
        noUnit: '未编队',
      },
    )
    expect(groups.map(({ name, officers }) => [name, officers.map(({ id }) => id)])).toEqual([
      ['一中队', [1]],
      ['网格A', [3]],
      ['网格B', [2]],
      ['未编队', [4]],
    ])
    expect(shownGroups(groups, 'squads', new Set()).map(({ name }) => name)).toEqual(['一中队'])
    expect(shownGroups(groups, 'planned', new Set([2])).map(({ name }) => name)).toEqual(['网格B'])
    const bars = barsOf(
      [
        {
          id: 1,
          officerId: 1,
          officerName: '人1',
          gridId: null,
          startsAt: '2026-11-23T12:00:00.000Z',
          endsAt: '2026-11-24T00:00:00.000Z',
          label: '夜班',
        },
      ],
      'Asia/Shanghai',
    )
    expect([...bars].map(([key, [bar]]) => [key, bar?.from, bar?.to])).toEqual([
      ['1 2026-11-23', '20:00', '08:00'],
    ])
  })
})

describe('proposals beside today', () => {
  const division = (households: number[], more: Partial<DivisionMeasures>): DivisionMeasures => ({
    parts: households.map((n, uid) => ({
      uid,
      code: '',
      name: '',
      households: n,
      cases: n,
      areaKm2: 1,
      walkMinutes: 1,
      compactness: 0.5,
    })),
    unevenness: 0,
    alongShare: 0,
    mostHouseholds: Math.max(...households),
    meanWalkMinutes: 3,
    movedHouseholds: 0,
    ...more,
  })
  const today = division([400, 40], { unevenness: 0.8, alongShare: 0.9 })
  const proposals = [
    division([220, 220], { unevenness: 0, alongShare: 0.4, movedHouseholds: 180 }),
    division([260, 180], { unevenness: 0.18, alongShare: 0.9, movedHouseholds: 140 }),
  ]
  const row = (name: string, of = today) => compareDivisions(of, proposals).find((one) => one.name === name)
  it('are marked where they are the better ones, and today where it is', () => {
    expect(row('mostHouseholds')).toEqual({ name: 'mostHouseholds', values: [400, 220, 260], best: [1] })
    expect(row('along')?.best).toEqual([0, 2])
    expect(row('moved')).toEqual({ name: 'moved', values: [null, 180, 140], best: [2] })
    expect(row('walk')?.best).toEqual([])
    expect(row('meanHouseholds')?.best).toEqual([])
  })
  it('are not held against the borders of land that has none', () => {
    expect(row('along', division([440], {}))?.values[0]).toBeNull()
  })
  it('take the rivers that touch the land', () => {
    const lines = linesWithin(
      [
        {
          type: 'LineString',
          coordinates: [
            [0, 0],
            [0.5, 0.5],
          ],
        },
        {
          type: 'MultiLineString',
          coordinates: [
            [
              [5, 5],
              [6, 6],
            ],
            [
              [0.9, 0.9],
              [2, 2],
              [3, 3],
            ],
          ],
        },
        { type: 'Point', coordinates: [0.1, 0.1] },
      ],
      [0, 0, 1, 1],
    )
    expect(lines.map((line) => line.length)).toEqual([3, 2])
  })
})

type Words = { [key: string]: unknown }
const sentences = (words: Words, at = ''): [string, string][] =>
  Object.entries(words).flatMap(([key, value]): [string, string][] => {
    if (typeof value === 'string') return [[at + key, value]]
    if (typeof value === 'function')
      return [[at + key, String((value as (...args: string[]) => unknown)('1', '2', '3'))]]
    return sentences(value as Words, `${at}${key}.`)
  })

describe('the words of the roster', () => {
  const [chinese, english] = [sentences(staffingZh), new Map(sentences(staffingEn))]
  it('are there in both languages, and no English one holds Chinese', () => {
    expect([...english.keys()].sort()).toEqual(chinese.map(([place]) => place).sort())
    expect([...english.values()].filter((value) => /\p{Script=Han}/u.test(value))).toEqual([])
  })
})
