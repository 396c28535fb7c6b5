import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Person, recommend } from '../../api/dispatch/recommend.ts'

const person = (officerId: number, more: Partial<Person> = {}): Person => ({
  officerId,
  name: `队员${officerId}`,
  unitId: 1,
  unitName: '一中队',
  mode: 'drive',
  meters: 1000,
  cost: 300,
  ageSeconds: 10,
  ownGrid: false,
  open: 0,
  pressing: 0,
  ...more,
})
const ask = (people: Person[], needed = 1) => recommend(people, { needed, loads: new Map() })

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
