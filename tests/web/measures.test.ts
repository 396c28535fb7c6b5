import { describe, expect, it } from 'vitest'
import { measures, usualSchemes } from '../../api/contract/measure-rules.ts'
import { measuresEn } from '../../web/locales/measures-en.ts'
import { measuresZh } from '../../web/locales/measures-zh.ts'
import { counted, draftOf, faultsOf, ruleOf, schemeAt, sumOf } from '../../web/measures/scheme-draft.ts'
import {
  draftsOf,
  refusalsOf,
  sameDrafts,
  type TargetDraft,
  faultsOf as targetFaults,
  targetsOf,
} from '../../web/measures/target-draft.ts'

describe('targets as they are typed', () => {
  const town = { gridId: null, unitId: null }
  const held = [
    { measure: 'closedOnTime', value: 0.955, ...town },
    { measure: 'closedOnTime', value: 0.9, gridId: 7, unitId: null },
    { measure: 'response', value: 900, ...town },
    { measure: 'totalTime', value: 30.5 * 3600, gridId: null, unitId: 3 },
  ]
  const change = (drafts: readonly TargetDraft[], at: string, rest: Partial<TargetDraft>) =>
    drafts.map((one) => (`${one.measure} ${one.where}` === at ? { ...one, ...rest } : one))

  it('come back as they were, in percent, minutes and hours', () => {
    const drafts = draftsOf(held)
    expect(drafts.filter(({ text }) => text !== '').map(({ text, unit }) => `${text} ${unit}`)).toEqual([
      '95.5 %',
      '90 %',
      '15 min',
      '30.5 h',
    ])
    expect(targetsOf(drafts).targets).toEqual(held)
    expect(targetFaults(drafts).size).toBe(0)
    expect(drafts.filter(({ where }) => where === '')).toHaveLength(measures.length)
    expect(sameDrafts(drafts, draftsOf(held))).toBe(true)
  })

  it('are called wrong at their line', () => {
    const faultAt = (at: string, rest: Partial<TargetDraft>) => {
      const drafts = change(draftsOf(held), at, rest)
      return [...targetFaults(drafts).values()]
    }
    expect(faultAt('closedOnTime ', { text: '101' })).toEqual(['share'])
    expect(faultAt('closedOnTime ', { text: '九成' })).toEqual(['number'])
    expect(faultAt('closedOnTime ', { text: '-1' })).toEqual(['number'])
    expect(faultAt('closedOnTime ', { text: ' 97.5％ ' })).toEqual([])
    expect(faultAt('closedOnTime grid:7', { text: '' })).toEqual(['empty'])
    expect(faultAt('closedOnTime grid:7', { where: '?' })).toEqual(['where'])
    expect(faultAt('response ', { text: '0' })).toEqual(['time'])
    expect(faultAt('response ', { text: '99999999', unit: 'h' })).toEqual(['time'])
    const twice = [
      ...draftsOf(held),
      { key: 99, measure: 'closedOnTime', where: 'grid:7', text: '80', unit: '%' as const },
    ]
    expect([...targetFaults(twice)]).toEqual([[99, 'twice']])
  })

  it('carry the server’s sentence to their line', () => {
    const { keys } = targetsOf(draftsOf(held))
    const fields = [{ path: 'targets.1.gridId', message: 'there is no such grid' }]
    const problem = {
      type: 'about:blank' as const,
      title: '',
      status: 422,
      code: 'invalid',
      detail: '',
      fields,
    }
    expect([...refusalsOf(problem, keys)]).toEqual([[keys[1], 'there is no such grid']])
    expect(refusalsOf({ ...problem, fields: [{ path: 'targets', message: 'x' }] }, keys).size).toBe(0)
  })
})

describe('ways of scoring as they are typed', () => {
  it('come back as they were from each of the usual', () => {
    for (const scheme of usualSchemes) {
      const draft = draftOf(scheme, scheme.name.zh)
      expect(faultsOf(draft).size, scheme.id).toBe(0)
      const { parts, minus, heldOut } = ruleOf(draft)
      expect({ parts, minus, heldOut }).toEqual({
        parts: scheme.parts,
        minus: scheme.minus ?? [],
        heldOut: scheme.heldOut ?? false,
      })
      expect(sumOf(draft)).toBe(scheme.parts.reduce((sum, { points }) => sum + points, 0))
    }
  })

  it('are called wrong where they are', () => {
    const draft = draftOf(null, ' ')
    expect(Object.fromEntries(faultsOf(draft))).toEqual({
      name: 'name',
      'part 0 measure': 'measure',
      'part 0 points': 'points',
    })
    const part = { key: 0, measure: 'closing', points: '50', full: '120', inverted: false }
    const twice = { ...draft, name: 'x', parts: [part, { ...part, key: 1, full: '' }] }
    expect([...faultsOf(twice)]).toEqual([
      ['part 0 full', 'full'],
      ['part 1 measure', 'twice'],
    ])
    expect(faultsOf({ ...draft, parts: [] }).get('parts')).toBe('parts')
  })

  it('are found by the address', () => {
    const own = [{ id: 'own-3', name: '本镇', parts: [], minus: [], heldOut: false }]
    expect(schemeAt('scheme/new', own)).toEqual({ id: null, from: null })
    expect(schemeAt('scheme/own-3', own)).toEqual({ id: 'own-3', from: own[0] })
    expect(schemeAt('scheme/new-own-3', own)).toEqual({ id: null, from: own[0] })
    expect(schemeAt('scheme/new-jinhua', own)?.from).toBe(usualSchemes[1])
    expect(['scheme/jinhua', 'scheme/own-4', 'x'].map((rest) => schemeAt(rest, own))).toEqual([
      null,
      null,
      null,
    ])
  })

  it('have a word for every tally, in English without Chinese', () => {
    for (const { tallies } of [measuresZh.schemes, measuresEn.schemes])
      expect(counted.filter((tally) => !tallies[tally])).toEqual([])
    expect(JSON.stringify(measuresEn)).not.toMatch(/\p{Script=Han}/u)
  })
})
