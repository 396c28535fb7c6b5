import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { usualNeeds } from '../../api/contract/abilities.ts'
import { usualSettings } from '../../api/contract/dispatch.ts'
import { type Person, recommend, sosWeight } from '../../api/dispatch/recommend.ts'
import { proposeStorm, type StormCase } from '../../api/dispatch/storm.ts'

const person = (officerId: number, more: Partial<Person> = {}): Person => ({
  officerId,
  name: `队员${officerId}`,
  unitId: 1,
  unitName: '一中队',
  mode: 'drive',
  lng: 120.4,
  lat: 31.7,
  meters: 1000,
  cost: 300,
  ageSeconds: 10,
  shiftSeconds: 3600,
  ownGrid: false,
  areaId: 1,
  sent: null,
  certified: false,
  skills: [],
  powers: [],
  equipment: [],
  open: 0,
  pressing: 0,
  ...more,
})
const ask = (people: Person[], needed = 1) =>
  recommend(people, { needs: { ...usualNeeds, people: needed }, loads: new Map() })

describe('who is recommended', () => {
  it('is there first, and not who must leave work of their own for a minute less', () => {
    const { candidates } = ask([
      person(1, { cost: 240, open: 1 }),
      person(2, { cost: 300 }),
      person(3, { cost: 320, unitId: 2, unitName: '二中队' }),
    ])
    expect(candidates.map(({ officers }) => officers[0]?.officerId)).toEqual([2, 3])
  })

  it('goes although it has work, when nobody else is near, and says what it leaves', () => {
    const [first] = ask([person(1, { cost: 240, open: 2 })]).candidates
    expect(first?.reasons).toContainEqual({ code: 'interrupts', value: 2, minutes: 12 })
    expect(first?.score).toBe(16)
  })

  it('names a reason for everybody who is not proposed', () => {
    const { candidates, nearMisses } = ask([
      person(1, { unitId: null }),
      person(2, { ageSeconds: 301 }),
      person(3, { pressing: 1 }),
      person(4, { cost: 'off-network' }),
      person(5, { cost: 'no-way' }),
    ])
    expect(candidates).toEqual([])
    expect(nearMisses.map(({ why }) => why)).toEqual(['no-unit', 'silent', 'busy', 'off-network', 'no-way'])
  })

  it('sends two where two are needed, and counts until the second is there', () => {
    const two = ask(
      [person(1, { cost: 60 }), person(2, { cost: 600 }), person(3, { unitId: 2, cost: 30 })],
      2,
    )
    expect(two.candidates.map(({ unitId, seconds }) => ({ unitId, seconds }))).toEqual([
      { unitId: 1, seconds: 600 },
    ])
    expect(two.nearMisses.map(({ officerId, why, value }) => ({ officerId, why, value }))).toEqual([
      { officerId: 3, why: 'too-few', value: 1 },
    ])
  })

  it('sends whom the case takes: skills, powers and things among those who go, and enough certified', () => {
    const needs = { people: 2, certified: 2, skills: ['急救'], powers: [], equipment: ['无人机'] }
    const squad = [
      person(1, { cost: 60 }),
      person(2, { cost: 90, certified: true }),
      person(3, { cost: 120, certified: true, skills: ['急救'] }),
      person(4, { cost: 600, equipment: ['无人机'] }),
      person(5, { cost: 30, unitId: 2, certified: true }),
      person(6, { cost: 30, unitId: 2, certified: true, skills: ['急救'] }),
    ]
    const { candidates, nearMisses } = recommend(squad, { needs, loads: new Map() })
    expect(
      candidates.map(({ officers, seconds }) => [officers.map((one) => one.officerId), seconds]),
    ).toEqual([[[3, 4, 2], 600]])
    expect(candidates[0]?.reasons).toContainEqual({ code: 'able', value: 4, minutes: 0 })
    expect(nearMisses).toMatchObject([{ unitId: 2, why: 'unable', lacks: ['无人机'] }])
  })

  it('calls away who is on something lighter, for a colleague in danger everybody, and nobody else', () => {
    const people = [person(1, { sent: 1, pressing: 1 }), person(2, { unitId: 2, sent: 0, cost: 900 })]
    const why = (weight: number) => {
      const { candidates, nearMisses } = recommend(people, { weight, loads: new Map() })
      return [candidates.map(({ unitId }) => unitId), nearMisses.map((one) => one.why)]
    }
    expect(why(0)).toEqual([[], ['sent', 'sent']])
    expect(why(2)).toEqual([[2], ['busy']])
    expect(why(sosWeight)).toEqual([[1, 2], []])
    const [called] = recommend(people, { weight: 2, loads: new Map() }).candidates
    expect(called?.reasons).toContainEqual({ code: 'interrupts', value: 1, minutes: 6 })
  })

  it('counts long shifts and what is left uncovered, and names who could move up', () => {
    const people = [
      person(1, { areaId: 7, shiftSeconds: 10 * 3600 }),
      person(2, { unitId: 2, unitName: '二中队', areaId: 8, cost: 310, lng: 120.41 }),
      person(3, { unitId: 2, areaId: 8, cost: 900, lng: 120.42 }),
      person(4, { unitId: null, areaId: 9, lng: 120.401 }),
    ]
    const areas = new Map([
      [7, 1],
      [8, 2],
      [9, 1],
    ])
    const { candidates } = recommend(people, { loads: new Map(), areas })
    expect(candidates.map(({ unitId }) => unitId)).toEqual([2, 1])
    expect(candidates[1]?.reasons).toEqual([
      { code: 'minutes', value: 300, minutes: 5 },
      { code: 'free', value: 0, minutes: 0 },
      { code: 'rest', value: 36_000, minutes: 2 },
      { code: 'gap', value: 1, minutes: 3 },
    ])
    // Not 4, who is nearer: no squad, and the last where they stand.
    expect(candidates[1]?.gaps).toEqual([
      { gridId: 7, moveUp: { officerId: 2, name: '队员2', meters: expect.closeTo(946, -1) } },
    ])
    expect(candidates[0]?.gaps).toEqual([])
  })

  it('answers the same whatever the order in which people come, and never proposes who cannot come', () => {
    const anybody = fc.record({
      unitId: fc.constantFrom(1, 2, 3, null),
      cost: fc.oneof(
        fc.integer({ min: 1, max: 3000 }),
        fc.constantFrom('off-network' as const, 'no-way' as const),
      ),
      meters: fc.nat(9000),
      ageSeconds: fc.nat(600),
      open: fc.nat(3),
      pressing: fc.nat(1),
      ownGrid: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(anybody, { maxLength: 30 }), fc.integer({ min: 1, max: 2 }), (list, needed) => {
        const people = list.map((one, i) => person(i + 1, one))
        const answer = ask(people, needed)
        expect(ask(people.toReversed(), needed)).toEqual(answer)
        const byId = new Map(people.map((one) => [one.officerId, one]))
        for (const { officers, unitId, seconds } of answer.candidates) {
          expect(officers).toHaveLength(needed)
          for (const { officerId } of officers)
            expect(byId.get(officerId)).toMatchObject({ unitId, pressing: 0, cost: expect.any(Number) })
          expect(seconds).toBe(Math.max(...officers.map((one) => one.seconds)))
        }
        const scores = answer.candidates.map(({ score }) => score)
        expect(scores).toEqual(scores.toSorted((a, b) => a - b))
      }),
      { numRuns: 300 },
    )
  })
})

describe('a storm', () => {
  const storm = (id: number, more: Partial<StormCase> = {}): StormCase => ({
    id,
    number: `N${id}`,
    title: `第 ${id} 件`,
    severity: 'usual',
    classCode: '01',
    version: 1,
    lng: 120.4,
    lat: 31.7,
    needs: usualNeeds,
    weight: 1,
    inDanger: null,
    ...more,
  })
  const propose = (cases: StormCase[], people: Person[], costs: number[][]) =>
    proposeStorm(cases, people, { costs, settings: usualSettings })
  const pairs = ({ items }: ReturnType<typeof propose>) =>
    items.map(({ incidentId, officers }) => [incidentId, officers.map((one) => one.officerId)])

  it('lets all wait the least together, where taking the nearest one by one would not', () => {
    // The first takes the one who is nearest to both: the second waits 50 minutes.
    const answer = propose(
      [storm(1), storm(2)],
      [person(1), person(2)],
      [
        [60, 120],
        [120, 3000],
      ],
    )
    expect(pairs(answer)).toEqual([
      [1, [2]],
      [2, [1]],
    ])
    expect([answer.meanSeconds, answer.greedySeconds]).toEqual([120, 1530])
  })

  it('serves the weightiest when there are too few, and says why the others are left', () => {
    const cases = [
      storm(1, { weight: 0 }),
      storm(2, { weight: 2, severity: 'urgent' }),
      storm(3, { needs: { ...usualNeeds, skills: ['潜水'] } }),
      storm(4, { weight: 3 }),
    ]
    const answer = propose(
      cases,
      [person(1), person(2, { pressing: 1 }), person(3, { open: 1 })],
      [
        [10, 10, 10],
        [600, 10, 10],
        [10, 10, 10],
        [9000, 10, 10],
      ],
    )
    expect(answer.people).toBe(1)
    expect(pairs(answer)).toEqual([[2, [1]]])
    expect(answer.left.map(({ incidentId, why }) => [incidentId, why])).toEqual([
      [1, 'nobody-left'],
      [3, 'nobody-able'],
      [4, 'too-far'],
    ])
  })

  it('sends two of one squad where two are needed, and nobody twice', () => {
    const two = { ...usualNeeds, people: 2 }
    const people = [
      person(1),
      person(2),
      person(3, { unitId: 2 }),
      person(4, { unitId: 2 }),
      person(5, { unitId: 2 }),
    ]
    const answer = propose([storm(1, { needs: two }), storm(2, { needs: two }), storm(3)], people, [
      [60, 70, 300, 310, 320],
      [50, 60, 400, 410, 420],
      [10, 20, 30, 500, 500],
    ])
    const sent = answer.items.flatMap(({ officers }) => officers.map((one) => one.officerId))
    expect(new Set(sent).size).toBe(5)
    expect(answer.items.map(({ officers }) => officers.length)).toEqual([2, 2, 1])
    for (const { unitId, officers } of answer.items)
      for (const { officerId } of officers) expect(people[officerId - 1]?.unitId).toBe(unitId)
  })
})
