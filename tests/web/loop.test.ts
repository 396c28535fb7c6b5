import { describe, expect, it } from 'vitest'
import { workHours } from '../../api/contract/clock.ts'
import { classChange, type IncidentClass } from '../../api/contract/incident.ts'
import { ruleChange } from '../../api/contract/routing.ts'
import { en } from '../../web/locales/en.ts'
import {
  classDraftOf,
  classFrom,
  findClasses,
  goesOut,
  treeOf,
  wrongWithClass,
} from '../../web/loop/class-draft.ts'
import {
  cellsOf,
  halfHours,
  hoursDraftOf,
  hoursFrom,
  minutesOf,
  paint,
  slotsOf,
  wrongWithHours,
  yearBands,
} from '../../web/loop/hours-draft.ts'
import { exampleRequests } from '../../web/loop/key-examples.ts'
import {
  emptyRule,
  instantOf,
  placeFrom,
  ruleDraftOf,
  ruleFrom,
  wrongWithRule,
} from '../../web/loop/rule-draft.ts'

const words = en.loop
const limit = { amount: 2, kind: 'work' } as const
const cls = (code: string, parentCode: string | null = null, more: Partial<IncidentClass> = {}) =>
  ({
    code,
    name: `名${code}`,
    nameEn: `Name ${code}`,
    parentCode,
    family: 'safety',
    nature: 'event',
    severity: 'usual',
    proof: false,
    open: true,
    active: true,
    limits: { file: limit, dispatch: limit, handle: [{ ...limit, name: '' }], check: limit },
    needs: null,
    ...more,
  }) satisfies IncidentClass

describe('a class while it is being written', () => {
  it('goes through the form unchanged, staged handling included', () => {
    const staged = cls('D01', null, {
      nature: 'component',
      proof: true,
      needs: { people: 2, certified: 2, skills: ['急救'], powers: [], equipment: ['拖车'] },
      limits: {
        file: { amount: 0.5, kind: 'work' },
        dispatch: limit,
        handle: [
          { name: '围护', amount: 3, kind: 'urgent' },
          { name: '修复', amount: 8, kind: 'workday' },
        ],
        check: { amount: 24, kind: 'natural' },
      },
    })
    expect(classFrom(classDraftOf(staged))).toEqual(staged)
    expect(classChange.parse(classFrom(classDraftOf(staged)))).toEqual(staged)
  })
  it('begins new with something the server takes once it has a code and a name', () => {
    const draft = { ...classDraftOf(null), code: 'X1', name: ' 路灯 ', family: 'facilities' }
    expect(wrongWithClass(draft, [], words)).toBe('')
    expect(classChange.parse(classFrom(draft))).toMatchObject({ code: 'X1', name: '路灯', active: true })
  })
  const good = classDraftOf(cls('A'))
  const { wrong } = words.classes
  it.each([
    [{ isNew: true, code: '' }, wrong.code],
    [{ isNew: true, code: '..' }, wrong.code],
    [{ isNew: true, code: 'a b' }, wrong.code],
    [{ isNew: true, code: 'B' }, wrong.taken('B')],
    [{ name: '  ' }, wrong.name],
    [{ file: { amount: '', kind: 'work' } }, wrong.amount(words.stages.file)],
    [{ file: { amount: '0', kind: 'work' } }, wrong.amount(words.stages.file)],
    [{ check: { amount: '1001', kind: 'work' } }, wrong.amount(words.stages.check)],
    [{ check: { amount: '1e2', kind: 'work' } }, wrong.amount(words.stages.check)],
    [{ handle: [{ name: '', amount: 'x', kind: 'work' }] }, wrong.amount(words.stages.handle)],
    [
      {
        handle: [
          { name: '围护', amount: '3', kind: 'work' },
          { name: ' ', amount: '8', kind: 'work' },
        ],
      },
      wrong.stageName(2),
    ],
    [{ needs: { ...good.needs, people: '0' } }, wrong.people],
    [{ needs: { ...good.needs, people: '2', certified: '3' } }, wrong.certified],
    [{ needs: { ...good.needs, certified: '' } }, wrong.certified],
  ] as const)('refuses %j', (change, sentence) => {
    expect(wrongWithClass({ ...good, ...change } as typeof good, ['A', 'B'], words)).toBe(sentence)
  })
})

describe('the catalogue', () => {
  const all = [cls('1'), cls('2'), cls('11', '1'), cls('12', '1', { active: false }), cls('31', '3')]
  it('is a tree of two levels; what has lost its major class stands for itself', () => {
    expect(treeOf(all).map(({ major, minors }) => [major.code, minors.map(({ code }) => code)])).toEqual([
      ['1', ['11', '12']],
      ['2', []],
      ['31', []],
    ])
  })
  it('finds by every word and keeps the major class above what was found', () => {
    expect(
      findClasses(treeOf(all), 'name 12').map(({ major, minors }) => [major.code, minors.length]),
    ).toEqual([['1', 1]])
    expect(findClasses(treeOf(all), '名2').map(({ major }) => major.code)).toEqual(['2'])
    expect(findClasses(treeOf(all), 'nothing')).toEqual([])
  })
  it('says what goes out of use when another is used alone', () => {
    expect(goesOut(all, [cls('1'), cls('9')]).map(({ code }) => code)).toEqual(['2', '11', '31'])
  })
})

describe('the hours while they are painted', () => {
  const slots = [
    { from: '08:30', to: '12:00' },
    { from: '13:30', to: '17:30' },
  ]
  it('are half hours, 48 of them, and come back as they were', () => {
    expect(halfHours).toHaveLength(49)
    expect(slotsOf(cellsOf(slots))).toEqual(slots)
    expect(cellsOf([{ from: '00:00', to: '24:00' }]).every(Boolean)).toBe(true)
    expect(slotsOf(cellsOf([]))).toEqual([])
    expect(minutesOf(slots)).toBe(450)
  })
  it('grow, shrink and melt together under the brush, whichever way it goes', () => {
    expect(paint(slots, 24, 26, true)).toEqual([{ from: '08:30', to: '17:30' }])
    expect(paint(slots, 26, 24, true)).toEqual([{ from: '08:30', to: '17:30' }])
    expect(paint(slots, 0, 47, false)).toEqual([])
    expect(paint(slots, 17, 17, false)[0]).toEqual({ from: '09:00', to: '12:00' })
  })
  const usual = {
    seasons: [
      { name: '夏', from: '05-01', to: '09-30', slots },
      { name: '冬', from: '10-01', to: '04-30', slots },
    ],
    urgent: [{ from: '00:00', to: '24:00' }],
  }
  it('look the same however a database orders their keys', () => {
    const [summer, winter] = usual.seasons.map(({ name, from, to }) => ({
      to,
      slots: slots.map((slot) => ({ to: slot.to, from: slot.from })),
      name,
      from,
    }))
    const turned = { urgent: usual.urgent, seasons: [summer, winter] } as typeof usual
    expect(JSON.stringify(hoursDraftOf(turned))).toBe(JSON.stringify(hoursDraftOf(usual)))
  })
  it('are what the server takes', () => {
    expect(workHours.parse(hoursFrom(hoursDraftOf(usual)))).toEqual(usual)
    expect(wrongWithHours(hoursDraftOf(usual), words.hours.wrong)).toBe('')
  })
  const { wrong } = words.hours
  const first = (change: object) =>
    ({ ...usual, seasons: [{ ...usual.seasons[0], ...change }] }) as typeof usual
  it.each([
    [{ ...usual, urgent: [] }, wrong.noUrgent],
    [{ ...usual, seasons: [] }, wrong.noSeason],
    [first({ slots: [] }), wrong.noSlots('夏')],
    [first({ slots: [{ from: '09:00', to: '09:00' }] }), wrong.order('夏')],
    [
      first({
        slots: [
          { from: '09:00', to: '12:00' },
          { from: '11:00', to: '13:00' },
        ],
      }),
      wrong.order('夏'),
    ],
    [
      first({
        slots: Array.from({ length: 9 }, (_, i) => ({ from: halfHours[i * 2], to: halfHours[i * 2 + 1] })),
      }),
      wrong.manySlots('夏'),
    ],
  ])('are refused when no clock could count in them: %#', (draft, sentence) => {
    expect(wrongWithHours(draft as ReturnType<typeof hoursDraftOf>, wrong)).toBe(sentence)
  })
  it('lay the year out by season: the first that fits, over the end of the year, and the first one again for days in none', () => {
    expect(yearBands(usual.seasons)).toEqual([
      { season: 1, from: '01-01', days: 121, named: true },
      { season: 0, from: '05-01', days: 153, named: true },
      { season: 1, from: '10-01', days: 92, named: true },
    ])
    const short = [{ name: '', from: '03-01', to: '12-31', slots }]
    expect(yearBands(short)[0]).toEqual({ season: 0, from: '01-01', days: 60, named: false })
    expect(yearBands(short).reduce((sum, { days }) => sum + days, 0)).toBe(366)
  })
})

describe('a routing rule while it is being written', () => {
  const rule = {
    rank: 20,
    active: true,
    classCode: '01',
    gridId: 7,
    sources: ['hotline' as const],
    fromMinute: 1050,
    toMinute: 510,
    days: 'workdays' as const,
    basis: 'owner' as const,
    target: 'unit' as const,
    unitId: 3,
    auto: true,
    note: '夜间',
  }
  it('goes through the form unchanged, over midnight too', () => {
    expect(ruleFrom(ruleDraftOf({ id: 4, ...rule }))).toEqual(rule)
    expect(ruleChange.parse(ruleFrom(ruleDraftOf({ id: 4, ...rule })))).toEqual(rule)
    const open = { ...rule, fromMinute: null, toMinute: null, sources: null, gridId: null, classCode: null }
    expect(ruleFrom(ruleDraftOf({ id: 4, ...open }))).toEqual(open)
    const leader = { ...rule, target: 'grid-leader' as const, unitId: null }
    expect(ruleFrom(ruleDraftOf({ id: 4, ...leader }))).toEqual(leader)
  })
  it('keeps the end of the day, which a clock cannot show', () => {
    expect(ruleFrom(ruleDraftOf({ id: 4, ...rule, fromMinute: 0, toMinute: 1440 }))).toMatchObject({
      fromMinute: 0,
      toMinute: 1440,
    })
  })
  it('names a unit only when it goes to one', () => {
    const draft = { ...emptyRule, target: 'grid-leader' as const, unitId: '3' }
    expect(ruleFrom(draft).unitId).toBeNull()
    expect(ruleChange.safeParse(ruleFrom(draft)).success).toBe(true)
  })
  const { wrong } = words.routing
  it.each([
    [{ target: 'unit', unitId: '' }, wrong.unit],
    [{ rank: '' }, wrong.rank],
    [{ rank: '-1' }, wrong.rank],
    [{ rank: '10000' }, wrong.rank],
    [{ from: '08:00' }, wrong.hours],
    [{ to: '08:00' }, wrong.hours],
    [{ from: '08:00', to: '08:00' }, wrong.sameHours],
  ] as const)('refuses %j', (change, sentence) => {
    const draft = { ...emptyRule, target: 'grid-leader' as const, ...change }
    expect(wrongWithRule(draft, wrong)).toBe(sentence)
  })
})

describe('the question who would get this', () => {
  it('reads a place only when both figures lie on the earth', () => {
    expect(placeFrom('120.43', ' 31.77 ')).toEqual({ lng: 120.43, lat: 31.77 })
    for (const [lng, lat] of [
      ['', '31'],
      ['120', ''],
      ['181', '31'],
      ['120', '91'],
      ['x', '31'],
    ] as const)
      expect(placeFrom(lng, lat)).toBeNull()
  })
  it('takes a time as the town reads its clocks', () => {
    expect(instantOf('2026-11-21T09:30', 'Asia/Shanghai')).toBe('2026-11-21T01:30:00.000Z')
    expect(instantOf('2026-11-21T09:30', 'America/Chicago')).toBe('2026-11-21T15:30:00.000Z')
    expect(instantOf('', 'Asia/Shanghai')).toBeUndefined()
    expect(instantOf('nonsense', 'Asia/Shanghai')).toBeUndefined()
  })
})

describe('the examples for another system', () => {
  const made = exampleRequests({
    origin: 'http://town.example',
    key: 'abc',
    classCode: '01',
    place: [120.43, 31.77],
    title: "the road's flooded",
  })
  it('are lines for a shell, with the key, the class and a place of the town', () => {
    expect(made.json).toContain("-H 'x-api-key: abc'")
    expect(made.json).toContain('http://town.example/api/systems/incidents')
    expect(made.open311).toContain('http://town.example/api/open311/v2/requests.json')
    expect(made.open311).toContain("--data-urlencode 'service_code=01'")
    // A quote ends a shell's word: it is written '\''.
    expect(made.open311).toContain("the road'\\''s flooded")
  })
  it('hold JSON that can be read', () => {
    const [, body = ''] = /-d '([^]*)'$/.exec(made.json.replaceAll("'\\''", '’')) ?? []
    expect(JSON.parse(body)).toMatchObject({ classCode: '01', lng: 120.43, lat: 31.77, sourceKey: 'A-0001' })
  })
})
