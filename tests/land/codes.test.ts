import { describe, expect, test } from 'vitest'
import { Refusal } from '../../api/errors.ts'
import { checkCodes, districtRule, proposeCodes } from '../../api/plans/codes.ts'
import type { PlanGrid } from '../../api/plans/topology.ts'
import { tiling } from './tiling.ts'

const rows = () => tiling(6, 4)
const coded = (grids: readonly PlanGrid[], codes: ReadonlyMap<number, string>) =>
  grids.map((grid) => ({ ...grid, code: codes.get(grid.uid) ?? grid.code }))

describe('codes of 6 + 3 + 3 + 3 digits', () => {
  test('a sound plan keeps all of them', () => {
    expect(checkCodes(rows(), districtRule)).toEqual([])
    expect(proposeCodes(rows(), districtRule)).toEqual(new Map())
  })

  test('all anew: from the north-west corner in rows to the east', () => {
    const shuffled = rows().map((grid, i) => ({ ...grid, code: grid.level === 3 ? `x${i}` : grid.code }))
    const made = coded(shuffled, proposeCodes(shuffled, districtRule, { keep: false }))
    expect(made.map((grid) => grid.code)).toEqual(rows().map((grid) => grid.code))
  })

  test('one that strayed or is double gets the number after the highest, the others stay', () => {
    const grids = rows()
    const cells = grids.filter((grid) => grid.level === 3)
    const [first, second, third] = cells
    if (!first || !second || !third) throw new Error('there are no cells')
    third.code = second.code
    first.code = '999'
    expect(checkCodes(grids, districtRule)).toEqual([
      { kind: 'duplicate-code', uids: [second.uid, third.uid], code: second.code, stem: null, digits: 15 },
      { kind: 'code-not-following', uids: [first.uid], code: '999', stem: '320281001001', digits: 15 },
    ])
    const codes = proposeCodes(grids, districtRule)
    expect([...codes]).toEqual([
      [first.uid, '320281001001025'],
      [third.uid, '320281001001026'],
    ])
    expect(checkCodes(coded(grids, codes), districtRule)).toEqual([])
  })

  test('children follow a parent whose code changes', () => {
    const grids = rows()
    const parent = grids.find((grid) => grid.level === 2)
    if (!parent) throw new Error('there is no second level')
    parent.code = '320281001007'
    const made = coded(grids, proposeCodes(grids, districtRule))
    expect(made.filter((grid) => grid.level === 3).every((grid) => grid.code.startsWith(parent.code))).toBe(
      true,
    )
  })

  test('the stem can be an attribute; the town can lend its code', () => {
    const rule = {
      ...districtRule,
      root: '500116',
      levels: { ...districtRule.levels, 2: { stem: { attribute: 'village' }, digits: 12, sequence: 3 } },
    }
    const grids = rows().map((grid) => ({ ...grid, code: '', attributes: { village: '500116108' } }))
    const made = coded(grids, proposeCodes(grids, rule))
    expect(made.slice(0, 3).map((grid) => grid.code)).toEqual([
      '500116001',
      '500116108001',
      '500116108001001',
    ])
  })

  test('more grids than the digits can number are refused with a sentence', () => {
    const grids = rows().map((grid) => ({ ...grid, code: grid.level === 3 ? '' : grid.code }))
    const narrow = {
      ...districtRule,
      levels: { ...districtRule.levels, 3: { stem: 'parent' as const, digits: 13, sequence: 1 } },
    }
    expect(() => proposeCodes(grids, narrow)).toThrow(Refusal)
    expect(() => proposeCodes(grids, narrow)).toThrow('320281001001 has more grids than 1 digits can number.')
  })
})
