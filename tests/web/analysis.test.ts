import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { measureIds, type Tallies, tallies, usualSchemes } from '../../api/contract/measure-rules.ts'
import { forgetAccount } from '../../web/account.ts'
import { searchOf, viewOf } from '../../web/analysis/address.ts'
import { crossings, quantileQuestion } from '../../web/analysis/asked.ts'
import {
  addDays,
  addMonths,
  alongside,
  before,
  isSpan,
  lengthOf,
  presets,
  spanOf,
  weekdayOf,
  yearBefore,
} from '../../web/analysis/days.ts'
import { csvOf } from '../../web/analysis/files.ts'
import { cssAt } from '../../web/analysis/ramp.ts'
import { rankingOf } from '../../web/analysis/ranking.ts'
import { useAnalysis } from '../../web/analysis/store.ts'
import { passedDays, questionOf } from '../../web/analysis/study.ts'
import {
  changeOf,
  classAt,
  countChange,
  cutsOf,
  emptyTallies,
  measureOf,
  write,
  writeChange,
} from '../../web/analysis/values.ts'
import { chosenDays, otherSpan, stepBack, toggled, withDays, withSpan } from '../../web/analysis/view.ts'
import { isShort, whereQuestion } from '../../web/analysis/where-store.ts'

const units = { s: 's', min: 'min', h: 'h', d: 'd' }
const today = '2026-11-22'
const anyDay = fc.integer({ min: 0, max: 40_000 }).map((n) => addDays('1994-01-01', n))
const anySpan = fc
  .tuple(anyDay, fc.integer({ min: 0, max: 800 }))
  .map(([from, n]) => ({ from, to: addDays(from, n) }))

describe('spans of days', () => {
  it('are those of the calendar: weeks from Monday, whole months, quarters and years', () => {
    expect(weekdayOf('2026-11-22')).toBe(7)
    expect(spanOf('this-week', today)).toEqual({ from: '2026-11-16', to: '2026-11-22' })
    expect(spanOf('last-week', today)).toEqual({ from: '2026-11-09', to: '2026-11-15' })
    expect(spanOf('last-month', '2028-03-31')).toEqual({ from: '2028-02-01', to: '2028-02-29' })
    expect(spanOf('last-quarter', '2026-02-03')).toEqual({ from: '2025-10-01', to: '2025-12-31' })
    expect(spanOf('last-year', today)).toEqual({ from: '2025-01-01', to: '2025-12-31' })
    for (const preset of presets) expect(isSpan(spanOf(preset, today))).toBe(true)
  })

  it('have one before: the week, the month, as far into it, or as many days', () => {
    expect(before({ from: '2026-11-16', to: '2026-11-18' })).toEqual({ from: '2026-11-09', to: '2026-11-11' })
    expect(before({ from: '2026-10-01', to: '2026-10-31' })).toEqual({ from: '2026-09-01', to: '2026-09-30' })
    expect(before({ from: '2026-11-01', to: '2026-11-22' })).toEqual({ from: '2026-10-01', to: '2026-10-22' })
    expect(before({ from: '2026-07-01', to: '2026-09-30' })).toEqual({ from: '2026-04-01', to: '2026-06-30' })
    expect(before({ from: '2026-11-04', to: '2026-11-06' })).toEqual({ from: '2026-11-01', to: '2026-11-03' })
    expect(yearBefore({ from: '2028-02-29', to: '2028-03-01' })).toEqual({
      from: '2027-02-28',
      to: '2027-03-01',
    })
    expect(addMonths('2026-01-31', 1)).toBe('2026-02-28')
  })

  it('before any span ends before it begins, and is a span', () => {
    fc.assert(
      fc.property(anySpan, (span) => {
        const other = before(span)
        expect(isSpan(other)).toBe(true)
        expect(other.to < span.from).toBe(true)
      }),
    )
  })

  it('have their parts alongside, day by day, as far as there are such days', () => {
    const [october, november] = [
      { from: '2026-10-01', to: '2026-10-31' },
      { from: '2026-11-01', to: '2026-11-30' },
    ]
    const part = { from: '2026-10-30', to: '2026-10-31' }
    expect(alongside(part, october, november)).toEqual({ from: '2026-11-30', to: '2026-11-30' })
    expect(alongside({ from: '2026-10-31', to: '2026-10-31' }, october, november)).toBeNull()
  })

  it('count today as far as it has come', () => {
    const noon = Date.parse('2026-11-22T12:00:00Z') / 3_600_000
    expect(passedDays({ from: '2026-11-21', to: '2026-11-22' }, noon)).toBe(1.5)
    expect(passedDays({ from: '2026-11-01', to: '2026-11-02' }, noon)).toBe(2)
    expect(passedDays({ from: '2026-11-23', to: '2026-11-30' }, noon)).toBe(0)
  })
})

describe('an address', () => {
  it('says everything that is shown, and gives it back', () => {
    const search =
      '?from=2026-10-01&to=2026-10-31&vs=grid:7&level=3&m=density&bw=600&by=class&sort=rework&held=1&beside=1&class=01,02&day=2026-10-05..2026-10-11&grid2=12&hourOfWeek=1-08'
    const view = viewOf(search, today)
    expect(view).toMatchObject({
      from: '2026-10-01',
      vs: { kind: 'grid', gridId: 7 },
      level: 3,
      shown: 'density',
      bandwidth: 600,
      heldOut: true,
      beside: true,
    })
    expect(chosenDays(view)).toEqual({ from: '2026-10-05', to: '2026-10-11' })
    expect(viewOf(searchOf(view, today), today)).toEqual(view)
    // Another day the same link shows the same.
    expect(viewOf(searchOf(view, today), '2027-03-01')).toEqual(view)
    // Departments have names of people's own making.
    const named = viewOf('?from=2026-10-01&to=2026-10-31&department=城管局（东片） 二,Parks %26 Roads', today)
    expect(named.chosen).toEqual([{ by: 'department', keys: ['城管局（东片） 二', 'Parks & Roads'] }])
    expect(viewOf(searchOf(named, today), today)).toEqual(named)
    expect(stepBack(stepBack(view)).chosen.map(({ by }) => by)).toEqual(['class', 'day'])
  })

  it('of nonsense shows the usual', () => {
    const plain = viewOf('', today)
    for (const search of [
      '?from=2026-13-01&to=x&level=9&m=nothing&by=planet&vs=2026-99-99..x',
      '?day=<script>&class=%00&vs=grid:-1',
      '?from=2026-11-30&to=2026-11-01',
    ])
      expect(viewOf(search, today)).toEqual(plain)
    fc.assert(fc.property(fc.string(), (text) => isSpan(viewOf(text, today))))
  })

  it('lets days go that lie outside of other dates', () => {
    const view = withDays(viewOf('?from=2026-10-01&to=2026-10-31', today), {
      from: '2026-10-05',
      to: '2026-10-06',
    })
    expect(withSpan(view, { from: '2026-10-06', to: '2026-10-09' }).chosen).toHaveLength(1)
    expect(withSpan(view, { from: '2026-11-01', to: '2026-11-09' }).chosen).toEqual([])
    expect(toggled(toggled(view, 'class', '01'), 'class', '01').chosen).toEqual(view.chosen)
    expect(otherSpan({ ...view, vs: { kind: 'none' } })).toBeNull()
  })
})

describe('a side of more cases than are sent', () => {
  const question = (search: string) => questionOf(viewOf(`?from=2026-01-01&to=2029-12-31${search}`, today))

  it('is one question to the server, with everything that is chosen', () => {
    expect(crossings(question('&class=01,02&day=2026-02-01..2026-02-03&level=2'))).toEqual([
      {
        from: '2026-01-01',
        to: '2029-12-31',
        by: 'day,hourOfWeek,class,source,unit,state,grid2',
        rows: 1000,
        class: '01,02',
        day: '2026-02-01,2026-02-02,2026-02-03',
      },
    ])
  })

  it('of years chosen day by day is two, so that its address is never too long', () => {
    const [chosen, days] = crossings(question('&class=01&day=2026-02-01..2029-02-03'))
    expect(chosen).toMatchObject({ from: '2026-02-01', to: '2029-02-03', class: '01' })
    expect(chosen?.by).not.toContain('day')
    expect(days).toEqual({ from: '2026-01-01', to: '2029-12-31', by: 'day', tallies: 'cases', class: '01' })
    const long = question('&day=2026-01-01..2027-01-30')
    expect(JSON.stringify(crossings(long)).length).toBeLessThan(12_000)
  })

  it('ranks days of which nothing but their cases is known by those alone', () => {
    const sums = new Map([3, 5].map((cases, i) => [`2026-02-0${i + 1}`, { cases } as Tallies]))
    const rows = rankingOf(sums, {
      by: 'day',
      grids: new Map(),
      names: (_, key) => key,
      scheme: usualSchemes[0],
      heldOut: true,
      sort: '-cases',
    })
    expect(rows.map(({ values: { cases, ...rest }, rank }) => [cases, rank, ...Object.values(rest)])).toEqual(
      [5, 3].map((cases) => [cases, null, ...measureIds.map(() => null), null]),
    )
  })

  it('has quantiles where the server can be asked for just that choice', () => {
    expect(quantileQuestion(question('&class=01&grid3=7&day=2026-02-01'))).toEqual({
      from: '2026-02-01',
      to: '2026-02-01',
      by: 'all',
      quantiles: 'true',
      classCode: '01',
      gridId: '7',
    })
    for (const other of ['&class=01,02', '&hour=08', '&unit=0', '&grid1=1&grid2=2'])
      expect(quantileQuestion(question(other))).toBeNull()
  })
})

describe('the page', () => {
  it('goes back to before a drag, however many steps it took', () => {
    const entries = ['']
    const go = (how: (search: string) => void) => (_: unknown, __: string, address: string) => {
      location.search = address.replace(/^[^?]*/, '')
      how(location.search)
    }
    const location = { pathname: '/analysis', search: '' }
    vi.stubGlobal('location', location)
    vi.stubGlobal('history', {
      pushState: go((search) => entries.push(search)),
      replaceState: go((search) => entries.splice(-1, 1, search)),
    })
    const { begin, show } = useAnalysis.getState()
    begin('Asia/Shanghai')
    const { from } = useAnalysis.getState().view
    const drag = (days: number, hand: object | null) =>
      show((one) => withDays(one, { from, to: addDays(from, days) }), hand)
    const [hand, other] = [{}, {}]
    for (const days of [1, 2, 3, 3]) drag(days, hand)
    expect(entries.map((search) => new URLSearchParams(search).get('day'))).toEqual([
      null,
      `${from}..${addDays(from, 3)}`,
    ])
    for (const days of [2, 1]) drag(days, other)
    drag(0, null)
    expect(entries).toHaveLength(4)
    vi.unstubAllGlobals()
  })

  it('holds nothing of the account before', () => {
    useAnalysis.setState({ facts: new Map([['a', { state: 'ready', source: { kind: 'asked' }, at: 1 }]]) })
    forgetAccount()
    expect(useAnalysis.getState().facts.size).toBe(0)
  })
})

describe('a map that the server works out', () => {
  const asked = (search: string) => whereQuestion(viewOf(`?from=2026-01-01&to=2026-06-30${search}`, today))

  it('is asked for with what it can take of the choice, and says what it leaves out', () => {
    expect(asked('&m=rework')).toBeNull()
    expect(asked('&m=density&bw=600&class=01&grid2=7&hour=08&day=2026-02-01')).toEqual({
      kind: 'density',
      path: '/api/evaluation/density',
      query: { from: '2026-02-01', to: '2026-02-01', classCode: '01', gridId: '7', bandwidth: 600 },
      left: ['hour'],
    })
    expect(asked('&m=hot&level=2&grid1=3&grid2=7&class=01,02&unit=5')).toMatchObject({
      query: { level: 2 },
      left: ['grid1', 'class', 'unit'],
    })
    expect(asked('&m=moran&level=3&grid1=3&grid3=9&unit=5')).toMatchObject({
      query: { level: 3, gridId: '3', unitId: '5' },
      left: [],
    })
  })

  it('needs ten weeks to tell how a grid became hot, and counts long times by the month', () => {
    const short = asked('&m=emerging&day=2026-02-01..2026-03-01')
    expect(short && isShort(short)).toBe(true)
    expect(asked('&m=emerging')).toMatchObject({ query: { step: 'week' } })
    const long = whereQuestion(viewOf('?from=2023-01-01&to=2026-06-30&m=emerging', today))
    expect(long).toMatchObject({ query: { step: 'month' } })
  })
})

describe('colours along a ramp', () => {
  it('are its own at its ends, and between them between', () => {
    expect(cssAt(['#000000', '#808080', '#ffffff'], 0)).toBe('rgb(0 0 0)')
    expect(cssAt(['#000000', '#808080', '#ffffff'], 0.25)).toBe('rgb(64 64 64)')
    expect(cssAt(['#000000', '#808080', '#ffffff'], 7)).toBe('rgb(255 255 255)')
  })
})

describe('changes', () => {
  const side = (sums: Partial<typeof emptyTallies>, days = 30) => ({
    sums: { ...emptyTallies, ...sums },
    days,
  })
  const closing = measureOf('closing')
  if (!closing) throw new Error('no such measure')

  it('have no arrow where a side has few cases, and none for what chance does', () => {
    expect(
      changeOf(closing, side({ closed: 9, dueClose: 9 }), side({ closed: 1, dueClose: 9 }), false),
    ).toMatchObject({
      arrow: null,
      good: null,
    })
    expect(
      changeOf(closing, side({ closed: 17, dueClose: 20 }), side({ closed: 15, dueClose: 20 }), false).arrow,
    ).toBe('even')
    expect(
      changeOf(closing, side({ closed: 950, dueClose: 1000 }), side({ closed: 800, dueClose: 1000 }), false),
    ).toMatchObject({ arrow: 'up', good: true })
    expect(changeOf(closing, side({}), side({ closed: 1, dueClose: 1 }), false)).toEqual({
      by: null,
      arrow: null,
      good: null,
    })
  })

  it('of counts go by the day', () => {
    expect(countChange(side({ cases: 150 }, 15), side({ cases: 300 }, 30)).by).toBe(0)
    expect(countChange(side({ cases: 150 }, 15), side({ cases: 150 }, 30))).toMatchObject({
      by: 1,
      arrow: 'up',
    })
    expect(countChange(side({ cases: 5 }), side({ cases: 0 })).by).toBeNull()
    expect(countChange(side({ cases: 5 }, 0), side({ cases: 5 })).by).toBeNull()
  })

  it('and every measure of anything are never NaN or infinite on the screen', () => {
    const sums = fc.record(Object.fromEntries(tallies.map((name) => [name, fc.nat(50)]))) as fc.Arbitrary<
      typeof emptyTallies
    >
    fc.assert(
      fc.property(sums, sums, fc.nat(40), fc.nat(40), (a, b, m, n) => {
        for (const id of measureIds) {
          const measure = measureOf(id)
          if (!measure) continue
          const change = changeOf(measure, { sums: a, days: m }, { sums: b, days: n }, true)
          const said = `${write(measure, change.by, units)} ${writeChange(measure, change, { units, points: 'points' })}`
          expect(said).not.toMatch(/NaN|Infinity|undefined/)
        }
        const cases = countChange({ sums: a, days: m }, { sums: b, days: n })
        expect(writeChange(undefined, cases, { units, points: '' })).not.toMatch(/NaN|Infinity/)
      }),
    )
    expect(write(closing, Number.NaN, units)).toBe('—')
  })
})

describe('classes of colours', () => {
  it('hold every value once, equal ones together', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }), (values) => {
        const cuts = cutsOf(values)
        expect(cuts.length).toBeLessThanOrEqual(5)
        expect(cuts).toEqual([...new Set(cuts)].sort((a, b) => a - b))
        for (const value of values) expect(classAt(cuts, value)).toBeGreaterThanOrEqual(0)
      }),
    )
    expect(cutsOf([])).toEqual([])
    expect(lengthOf({ from: today, to: today })).toBe(1)
  })
})

describe('a table as a file', () => {
  it('holds no formula, and no number that is none', () => {
    const text = csvOf([['=1+1', '+2', '-3', '@x', '\tx', 'a,"b"', null, Number.NaN, -1.5]])
    expect(text).toBe(`\uFEFF'=1+1,'+2,'-3,'@x,'\tx,"a,""b""",,,-1.5\r\n`)
  })
})
