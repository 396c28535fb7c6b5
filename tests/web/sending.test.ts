import { describe, expect, it } from 'vitest'
import type { Assignment } from '../../api/contract/assignment.ts'
import type { NearMiss, Recommendation } from '../../api/contract/dispatch.ts'
import { missCodes, reasonCodes } from '../../api/contract/dispatch.ts'
import type { TimelineEvent } from '../../api/contract/incident.ts'
import { closureShape } from '../../api/contract/roads.ts'
import {
  type AssignmentState,
  assignmentStates,
  progressFrom,
  underWay,
} from '../../api/contract/squad-rules.ts'
import { hearNews, useNews } from '../../web/dispatch/news.ts'
import { gapText, missText, needsText, reasonText } from '../../web/dispatch/recommendation.ts'
import {
  canEnd,
  dashes,
  emptySketch,
  ended,
  middleOf,
  type Place,
  shapeOf,
  withoutLast,
  withPlace,
} from '../../web/dispatch/sketch.ts'
import { holdersIn, isUnderWay, ranked, stepOf, stepsFrom } from '../../web/dispatch/squads.ts'
import { itemsOf, pickedOf } from '../../web/dispatch/storm.ts'
import { tellEvent } from '../../web/incidents/story.ts'
import { en } from '../../web/locales/en.ts'
import { zh } from '../../web/locales/zh-CN.ts'

const dictionaries = [
  { name: 'zh-CN', text: zh },
  { name: 'en', text: en },
]
const squad = (id: number, state: AssignmentState, lead = false) => ({ id, state, lead }) as Assignment

describe('the squads of a case', () => {
  it('are under way, and move on, by the same rules as the server’s', () => {
    for (const state of assignmentStates) {
      expect(isUnderWay({ state })).toBe(underWay.includes(state))
      for (const [step, from] of Object.entries(progressFrom))
        expect(stepsFrom({ state }).includes(step as 'done')).toBe(from.includes(state))
    }
  })
  it('are as far as their step, and nowhere once they ended otherwise', () => {
    expect(assignmentStates.map((state) => stepOf({ state }))).toEqual([0, 1, 2, 3, 4, -1, -1, -1])
  })
  it('stand in order: who leads, who came later, and what is over, the last first', () => {
    const { going, ended: over } = ranked([
      squad(1, 'declined'),
      squad(2, 'accepted'),
      squad(3, 'lapsed'),
      squad(4, 'offered', true),
      squad(5, 'onscene'),
    ])
    expect(going.map(({ id }) => id)).toEqual([4, 2, 5])
    expect(over.map(({ id }) => id)).toEqual([3, 1])
  })
  it('tells who was faster, and leaves alone what it cannot read', () => {
    const holder = (i: number, held: object) =>
      Object.entries(held).map(([part, message]) => ({ path: `holders.${i}.${part}`, message }))
    const [two, three] = [
      { name: '王二', number: '20261121-000012', by: '李值班' },
      { name: '王三; was sent to x by y', number: '20261121-000013', by: 'admin' },
    ]
    expect(holdersIn({ fields: [...holder(0, two), ...holder(1, three)] })).toEqual([two, three])
    expect(holdersIn({ fields: [{ path: 'officerIds', message: 'is not on shift' }] })).toEqual([])
    expect(holdersIn({ fields: undefined })).toEqual([])
  })
})

describe.each(dictionaries)('what speaks for and against, in $name', ({ text }) => {
  const miss = (change: Partial<NearMiss>): NearMiss => ({
    officerId: 1,
    unitId: 1,
    name: '王一',
    meters: 1240,
    why: 'unable',
    value: 200,
    lacks: [],
    ...change,
  })
  it('has words for every reason and every miss', () => {
    const reasons = reasonCodes.map((code) => reasonText(text, { code, value: 3700, minutes: 0 }))
    expect(new Set(reasons).size).toBe(reasonCodes.length)
    const misses = missCodes.map((why) => missText(text, miss({ why })))
    expect(new Set(misses).size).toBe(missCodes.length)
    for (const said of [...reasons, ...misses]) expect(said).not.toMatch(/undefined|NaN|\$\{/)
  })
  it('names what is lacking, and what a departure leaves uncovered', () => {
    const lacking = missText(text, miss({ lacks: ['certified', '破拆'] }))
    expect(lacking).toContain(text.squads.certificate)
    expect(lacking).toContain('破拆')
    const next = { officerId: 5, name: '王五', meters: 1234 }
    expect(gapText(text, { gridId: 9, moveUp: next }, () => '三网格')).toMatch(/三网格.*王五.*1\.2/)
    expect(gapText(text, { gridId: 9, moveUp: null }, () => '三网格')).toContain(text.squads.nobodyMovesUp)
  })
  it('says what the case takes only where that is not just anybody', () => {
    const needs = { people: 1, certified: 0, skills: [], powers: [], equipment: [] }
    expect(needsText(text, { needs } as unknown as Recommendation)).toBe('')
    const two = { ...needs, people: 2, certified: 2, equipment: ['抽水泵'] }
    expect(needsText(text, { needs: two } as unknown as Recommendation)).toMatch(/2.*2.*抽水泵/)
  })
})

describe.each(dictionaries)('what squads, calls and roads did, in $name', ({ text }) => {
  const names = {
    unit: () => '一中队',
    officer: (id: number) => `王${id}`,
    className: (code: string) => code,
    dayTime: (instant: string) => instant,
  }
  const tell = (event: string, data: Record<string, unknown>) =>
    tellEvent({ event, data } as unknown as TimelineEvent, text, names)
  it.each(Object.keys(zh.squads.told))('%s has a sentence', (event) => {
    const { what } = tell(event, { kind: 'video', people: ['王一'], seconds: 192, unitId: 1 })
    expect(what).not.toBe('')
    expect(what).not.toContain(event)
  })
  it('says who, why, and on whose behalf', () => {
    const { more, note } = tell('squad:declined', {
      assignmentId: 3,
      unitId: 1,
      officerIds: [1, 2],
      reason: '车坏了',
      by: '李值班',
    })
    expect(more.join()).toContain('一中队')
    expect(more.join()).toContain(['王1', '王2'].join(text.squads.and))
    expect(more.join()).toContain('李值班')
    expect(note).toBe('车坏了')
  })
  it('says with whom a call was, and how long', () => {
    const { what, more } = tell('call:ended', { kind: 'video', people: ['王一', '王二'], seconds: 192 })
    expect(what).toContain(`3 ${text.units.min}`)
    expect(more.join()).toContain('王一')
  })
})

describe('a closure drawn by hand', () => {
  const a: Place = [120.4, 31.7]
  const b: Place = [120.41, 31.7]
  const c: Place = [120.41, 31.71]
  const drawn = (kind: 'line' | 'outline', ...places: Place[]) => places.reduce(withPlace, emptySketch(kind))
  it('takes each place once, gives back the last, and ends when it is one', () => {
    const line = drawn('line', a, b, b)
    expect(line.places).toEqual([a, b])
    expect(withoutLast(line).places).toEqual([a])
    expect(canEnd(drawn('line', a))).toBe(false)
    expect(ended(drawn('outline', a, b)).done).toBe(false)
    const done = ended(line)
    expect(done.done).toBe(true)
    expect(withPlace(done, c)).toBe(done)
    expect(withoutLast(done)).toEqual({ ...done, done: false })
  })
  it('is sent as the server wants it', () => {
    for (const sketch of [drawn('line', a, b), drawn('outline', a, b, c)])
      expect(closureShape.safeParse(shapeOf(sketch)).error).toBeUndefined()
  })
  it('never grows beyond what the server takes', () => {
    const many = Array.from({ length: 400 }, (_, i): Place => [120 + i / 1e4, 31])
    for (const kind of ['line', 'outline'] as const)
      expect(closureShape.safeParse(shapeOf(drawn(kind, ...many))).error).toBeUndefined()
  })
  it('is dashed over its length, whatever its pieces', () => {
    const pieces = dashes([
      [a, [120.405, 31.7], b],
      [b, c],
    ])
    expect(pieces.length).toBeGreaterThan(4)
    expect(pieces[0]?.[0]).toEqual(a)
    for (const piece of pieces) expect(piece.length).toBeGreaterThan(1)
    expect(dashes([])).toEqual([])
    expect(dashes([[a, a]])).toHaveLength(1)
  })
  it('has its word about its middle', () => {
    const shape = { type: 'LineString' as const, coordinates: [[...a], [...b]] as [number, number][] }
    const lines = { type: 'MultiLineString' as const, coordinates: [] as [number, number][][] }
    expect(middleOf({ shape, lines })[0]).toBeCloseTo(120.405, 6)
  })
})

describe('a storm', () => {
  const items = [1, 2, 3].map((incidentId) => ({ incidentId }))
  const proposal = { items } as never
  it('sends what is ticked and was not taken off', () => {
    const storm = { proposal, dropped: new Set([2]), unpicked: new Set([3, 9]) }
    expect(itemsOf(storm).map(({ incidentId }) => incidentId)).toEqual([1, 3])
    expect(pickedOf(storm).map(({ incidentId }) => incidentId)).toEqual([1])
    expect(pickedOf({ proposal: null, dropped: new Set(), unpicked: new Set() })).toEqual([])
  })
  it('hears what concerns it, and nothing else', () => {
    const before = useNews.getState()
    for (const event of ['squad:accepted', 'road:closed', 'incident:reported', 'shift:started', 'call:ended'])
      hearNews({ event })
    expect(useNews.getState()).toEqual({
      squads: before.squads + 1,
      roads: before.roads + 1,
      cases: before.cases + 1,
    })
  })
})
