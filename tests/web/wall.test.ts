import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Incident } from '../../api/contract/incident.ts'
import type { Officer, Unit } from '../../api/contract/unit.ts'
import { modules, type Placement, usualProfiles, type WallProfile } from '../../api/contract/wall-rules.ts'
import { breathAt } from '../../web/incidents/layer.ts'
import { besideSeams } from '../../web/map/names.ts'
import { fleet } from '../../web/positions/store.ts'
import { roundTop } from '../../web/wall/charts.tsx'
import { familiesOf, newestWith, squadsOf } from '../../web/wall/count.ts'
import { amount, seriesOf } from '../../web/wall/Figures.tsx'
import { behindOf, wallFreshness } from '../../web/wall/fresh.ts'
import { isWall } from '../../web/wall/kiosk.ts'
import { movedBetween } from '../../web/wall/Loop.tsx'
import {
  bandOf,
  boxesOf,
  fitRows,
  fitted,
  fitWords,
  freeBox,
  layoutOf,
  onOneGlass,
  seamsOf,
  shorten,
  widthOf,
} from '../../web/wall/layout.ts'
import { rushOf } from '../../web/wall/Rush.tsx'
import { newlySent } from '../../web/wall/sent.ts'
import { keyOf, nextStop, type Stop, stopsOf } from '../../web/wall/tour.ts'
import { startTrails, useTrails } from '../../web/wall/trails.ts'

const desk = usualProfiles['1920×1080']
const three = usualProfiles['5760×1080']
const eight = usualProfiles['7680×2160']

describe('where things stand on a wall', () => {
  it('fits its own screen exactly, and another window as a whole', () => {
    expect(fitted(desk, { width: 1920, height: 1080 })).toEqual({ width: 1920, height: 1080, zoom: 1 })
    expect(fitted(usualProfiles['3840×2160'], { width: 3840, height: 2160 }).zoom).toBe(2)
    // The same wall on a laptop: smaller, never cut.
    expect(fitted(three, { width: 1440, height: 900 }).zoom).toBeCloseTo(0.25)
  })

  it.each(Object.entries(usualProfiles))(
    'leaves the map the largest free part of %s, in every module, without a panel in it',
    (_, profile: WallProfile) => {
      const window = {
        width: profile.columns * profile.panelWidth,
        height: profile.rows * profile.panelHeight,
      }
      const { width, height, zoom } = fitted(profile, window)
      for (const module of modules) {
        const placements = layoutOf({ profile, layouts: {} }, module, ['一', '二', '三'])
        const free = freeBox(placements, profile)
        expect(free.width * free.height).toBeGreaterThan(0.3 * width * height)
        for (const box of boxesOf(placements, profile)) {
          const apart =
            box.x + box.width <= free.x ||
            box.x >= free.x + free.width ||
            box.y + box.height <= free.y ||
            box.y >= free.y + free.height
          expect(apart, `${module} ${box.panel}`).toBe(true)
          expect(box.x + box.width).toBeLessThanOrEqual(window.width / zoom)
        }
        expect(bandOf(placements, profile)).toBe(60)
      }
    },
  )

  it('draws a layout made by hand as it is, and has no header where none was put', () => {
    const own: Placement[] = [{ panel: 'rhythm', x: 0, y: 12, w: 24, h: 6 }]
    const placements = layoutOf({ profile: desk, layouts: { grid: own } }, 'grid', [])
    expect(placements).toBe(own)
    expect(bandOf(placements, desk)).toBe(0)
    expect(freeBox(placements, desk)).toEqual({ x: 0, y: 0, width: 1920, height: 720 })
    expect(boxesOf(placements, desk)[0]).toMatchObject({ x: 8, y: 728, width: 1904, height: 344 })
  })

  it('writes on the map where one panel of glass has room for it', () => {
    expect(onOneGlass({ x: 800, y: 60, width: 4160, height: 840 }, three)).toEqual({
      x: 1920,
      y: 60,
      width: 1920,
      height: 840,
    })
    const stage = onOneGlass({ x: 800, y: 60, width: 2240, height: 1020 }, eight)
    expect(stage.x % 960).toBe(0)
    expect(stage.width).toBeLessThanOrEqual(960)
    expect(stage.height).toBeLessThanOrEqual(540)
    expect(seamsOf(eight)).toBe('960,1920,2880|540')
    expect(seamsOf(desk)).toBe('|')
  })

  it('moves the names of the map beside the seams', () => {
    expect(besideSeams(500, 100, [960])).toBe(500)
    expect(besideSeams(950, 100, [960])).toBe(906)
    expect(besideSeams(970, 100, [960])).toBe(1014)
  })
})

describe('what has room', () => {
  it('counts the rows that do not fit', () => {
    expect(fitRows(8, 220, [26, 46])).toEqual({ shown: 8, more: 0, row: 27 })
    expect(fitRows(3, 220, [26, 46])).toEqual({ shown: 3, more: 0, row: 46 })
    const { shown, more, row } = fitRows(21, 220, [26, 46])
    expect(shown + more).toBe(21)
    expect(shown * row + 28).toBeLessThanOrEqual(220)
    expect(shown).toBe(7)
    expect(fitRows(0, 220, [26, 46]).shown).toBe(0)
    expect(fitRows(5, 20, [26, 46])).toMatchObject({ shown: 0, more: 5 })
  })

  it('shortens a name before it is cut, in both scripts', () => {
    expect(shorten('金域新村片区第二网格', 400, 16)).toBe('金域新村片区第二网格')
    const short = shorten('金域新村片区第二网格', 100, 16)
    expect(short).toBe('金域新村片…')
    expect(widthOf(short, 16)).toBeLessThanOrEqual(100)
    for (const width of [30, 60, 90, 120])
      expect(widthOf(shorten('Environmental protection', width, 16), 16)).toBeLessThanOrEqual(width)
  })

  it('fits words into lines and keeps room for the number of the others', () => {
    expect(fitWords([100, 100, 100], { width: 330, lines: 1, gap: 10, word: 60 })).toBe(3)
    expect(fitWords([100, 100, 100, 100], { width: 330, lines: 1, gap: 10, word: 60 })).toBe(2)
    expect(fitWords([100, 100, 100, 100], { width: 330, lines: 2, gap: 10, word: 60 })).toBe(4)
    expect(fitWords([400], { width: 330, lines: 1, gap: 10, word: 60 })).toBe(1)
  })

  it('ends a scale at a round number', () => {
    expect([0, 1, 4, 7, 11, 20, 51, 100].map(roundTop)).toEqual([1, 1, 5, 10, 20, 20, 100, 100])
  })
})

describe('how current a wall is', () => {
  const now = 1_000_000
  const stream = { connected: true, heardAt: now - 30_000, pictureAt: now - 9000 }

  it('is live while its line stands and its numbers are as new as they get', () => {
    expect(wallFreshness(now, stream)).toEqual({ kind: 'live' })
    expect(behindOf(now, stream)).toBe(9000)
  })
  it('is never live on numbers that nobody renews, whatever the line says', () => {
    expect(wallFreshness(now, { ...stream, pictureAt: now - 25_000 })).toEqual({
      kind: 'behind',
      seconds: 25,
    })
    expect(wallFreshness(now, { ...stream, pictureAt: now - 61_000 })).toEqual({
      kind: 'none',
      since: now - 61_000,
    })
  })
  it('is never live without its line, however new the numbers are', () => {
    expect(wallFreshness(now, { connected: false, heardAt: now - 3000, pictureAt: now })).toEqual({
      kind: 'behind',
      seconds: 3,
    })
    expect(wallFreshness(now, { connected: false, heardAt: now - 90_000, pictureAt: now - 1000 }).kind).toBe(
      'none',
    )
  })
  it('says nothing of its age before there is anything', () => {
    expect(wallFreshness(now, { connected: true, heardAt: now, pictureAt: null })).toEqual({
      kind: 'connecting',
    })
    expect(behindOf(now, { connected: true, heardAt: now, pictureAt: null })).toBeNull()
  })
})

describe('the tour', () => {
  const alarm = (id: number, incidentId: number | null, severity: 'usual' | 'urgent' = 'urgent') => ({
    id,
    kind: 'incident',
    severity,
    title: '',
    at: '',
    incidentId,
  })
  const fresh = (id: number) => ({
    id,
    number: '',
    title: '',
    classCode: '',
    severity: 'usual' as const,
    state: 'filed' as const,
    at: '',
    gridId: 1,
  })
  const warm = (gridId: number) => ({ gridId, name: '', recent: 3, usual: 1, ratio: 3 })
  const keys = (stops: readonly Stop[]) => stops.map(keyOf)

  it('goes to what needs a hand first, then by turns, to nothing twice', () => {
    const stops = stopsOf({
      alarms: [alarm(1, 7), alarm(2, null), alarm(3, 8, 'usual')],
      newest: [7, 9, 10, 11].map(fresh),
      hot: [4, 5].map(warm),
    })
    expect(keys(stops)).toEqual(['town', 'incident:7', 'grid:4', 'incident:9', 'grid:5', 'incident:10'])
  })

  it('sees everything once a round, also what came meanwhile, and begins again with the town', () => {
    const stops: Stop[] = [{ kind: 'town' }, { kind: 'grid', id: 1 }, { kind: 'grid', id: 2 }]
    let seen: ReadonlySet<string> = new Set()
    const walk = (now: readonly Stop[]) => {
      const next = nextStop(now, seen)
      seen = next.seen
      return keyOf(next.stop)
    }
    expect([walk(stops), walk(stops)]).toEqual(['town', 'grid:1'])
    const more: Stop[] = [{ kind: 'town' }, { kind: 'incident', id: 9 }, ...stops.slice(1)]
    expect([walk(more), walk(more), walk(more), walk(more)]).toEqual([
      'incident:9',
      'grid:2',
      'town',
      'incident:9',
    ])
  })

  it('stays over the town where nothing happens', () => {
    expect(keys(stopsOf({ alarms: [], newest: [], hot: [] }))).toEqual(['town'])
    expect(nextStop([], new Set()).stop).toEqual({ kind: 'town' })
  })
})

describe('what panels count', () => {
  it('puts classes together by family, the most open first', () => {
    const one = (family: string, reported: number, open: number) => ({
      family,
      code: '',
      name: '',
      nameEn: '',
      reported,
      open,
    })
    expect(familiesOf([one('a', 1, 2), one('b', 5, 9), one('a', 2, 3)])).toEqual([
      { family: 'b', reported: 5, open: 9 },
      { family: 'a', reported: 3, open: 5 },
    ])
  })

  it('counts everybody on shift, and by squad those who belong to one', () => {
    const officer = (id: number, unitId: number | null, onShift: boolean) =>
      [id, { id, unitId, onShift } as Officer] as const
    const units = [{ id: 1 }, { id: 2 }, { id: 3 }] as Unit[]
    const { squads, onShift } = squadsOf(
      units,
      new Map([officer(1, 1, true), officer(2, 1, false), officer(3, 2, true), officer(4, null, true)]),
    )
    expect(onShift).toBe(3)
    expect(squads.map(({ unit, members, on }) => [unit.id, members, on])).toEqual([
      [1, 2, 1],
      [2, 1, 1],
    ])
  })

  it('sees what has moved into a step, and nothing on a new day', () => {
    const steps = (entered: number[]) =>
      entered.map((count) => ({ state: 'filed' as const, now: 0, entered: count, medianSeconds: null }))
    expect(movedBetween(null, steps([3, 4]))).toEqual([0, 0])
    expect(movedBetween(steps([3, 4]), steps([5, 4]))).toEqual([2, 0])
    expect(movedBetween(steps([300, 4]), steps([0, 1]))).toEqual([0, 0])
  })

  it('joins a case to its squad only when it has just been sent', () => {
    const one = (id: number, unitId: number | null, state = 'dispatched') =>
      ({ id, unitId, state }) as Incident
    const before = new Map([
      [1, one(1, null)],
      [2, one(2, 5)],
      [3, one(3, null)],
    ])
    const now = new Map([
      [1, one(1, 5)],
      [2, one(2, 5, 'handling')],
      [3, one(3, 5, 'closed')],
      [4, one(4, 5)],
    ])
    expect(newlySent(before, now).map(({ id }) => id)).toEqual([1])
  })

  it('takes rows of one name for a series in the order of its periods', () => {
    const row = (name: string, period: string, value: number | null, text = '') => ({
      name,
      period,
      value,
      text,
      unit: '件',
      target: null,
    })
    const series = seriesOf([
      row('受理', '2026-10', 3),
      row('受理', '2026-9', 2),
      row('书记', '', null, '张三'),
    ])
    expect(series.map(({ name, rows }) => [name, rows.map(({ period }) => period)])).toEqual([
      ['受理', ['2026-9', '2026-10']],
      ['书记', ['']],
    ])
    expect([amount(1234.5), amount(98.765), amount(0.126), amount(456.78)]).toEqual([
      '1,235',
      '98.77',
      '0.13',
      '456.8',
    ])
  })

  it('knows the paths of walls', () => {
    expect(['/wall', '/wall/3', '/walls', '/wall/x', '/wall/3/'].map(isWall)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ])
  })
})

describe('trails of a wall', () => {
  afterEach(() => vi.useRealTimers())
  /** Somebody at a place, as a frame would say it, already there. */
  const stand = (officerId: number, lng: number, lat: number) => {
    fleet.begin(Date.now())
    const officer = { officerId, lng, lat, recordedAt: Date.now(), speed: 0, heading: null, gridId: 1 }
    fleet.put(0, officer)
  }

  it('are the last two minutes of who moves, forgotten when they stand, leap or leave', () => {
    vi.useFakeTimers({ now: 1_800_000_000_000 })
    stand(901, 120.4, 31.7)
    stand(902, 120.41, 31.7)
    const stop = startTrails()
    for (let i = 1; i <= 30; i += 1) {
      vi.advanceTimersByTime(5000)
      stand(901, 120.4 + i * 1e-4, 31.7)
    }
    const [trail, ...others] = useTrails.getState().trails
    expect(others).toEqual([])
    expect(trail?.officerId).toBe(901)
    expect((trail?.seconds.at(-1) ?? 0) - (trail?.seconds[0] ?? 0)).toBeLessThanOrEqual(120)
    expect(trail?.path.length).toBeGreaterThan(15)
    // Elsewhere at once: no line across the town.
    stand(901, 120.44, 31.72)
    vi.advanceTimersByTime(60_000)
    expect(
      useTrails
        .getState()
        .trails.flatMap(({ path }) => path.map(([lng]) => lng))
        .every((lng) => lng > 120.43),
    ).toBe(true)
    vi.advanceTimersByTime(200_000)
    expect(useTrails.getState().trails).toEqual([])
    fleet.remove(901)
    fleet.remove(902)
    stop()
  })
})

describe('the heat of a wall', () => {
  it('breathes with the hour: full at the busiest, never gone, evenly in between, and as it is where nothing is known', () => {
    const usual = Array.from({ length: 24 }, (_, hour) => (hour === 10 ? 8 : hour === 11 ? 4 : 0))
    expect(breathAt(usual, 10)).toBe(1)
    expect(breathAt(usual, 3)).toBeCloseTo(0.4)
    expect(breathAt(usual, 10.5)).toBeCloseTo(0.4 + 0.6 * 0.75)
    expect(breathAt(usual, 23.9)).toBeCloseTo(0.4)
    expect(
      breathAt(
        Array.from({ length: 24 }, () => 0),
        9,
      ),
    ).toBe(1)
  })
})

describe('the newest cases of a wall', () => {
  it('have those that came since the count, once each, without what is none', () => {
    const row = (id: number, minute: number) => ({
      id,
      number: `N${id}`,
      title: `第 ${id} 件`,
      classCode: '01',
      severity: 'usual' as const,
      state: 'reported' as const,
      at: `2026-11-22T01:${String(minute).padStart(2, '0')}:00.000Z`,
      gridId: 5,
    })
    const live = (id: number, minute: number, state = 'reported') =>
      [id, { ...row(id, minute), reportedAt: row(id, minute).at, state } as unknown as Incident] as const
    const incidents = new Map([live(1, 1), live(2, 2), live(3, 3), live(4, 4, 'voided'), live(9, 0)])
    const arrivals = new Map([2, 3, 4, 7].map((id) => [id, 0]))
    const all = newestWith([row(2, 2), row(1, 1)], { incidents, arrivals })
    expect(all.map(({ id }) => id)).toEqual([3, 2, 1])
    expect(all[0]).toEqual(row(3, 3))
    const many = Array.from({ length: 12 }, (_, i) => row(20 + i, 20 + i))
    expect(newestWith(many, { incidents, arrivals }).map(({ id }) => id)).toEqual(
      many.map(({ id }) => id).reverse(),
    )
  })
})

describe('a rush of reports', () => {
  const rhythm = (reported: Record<number, number>, usual = 5) =>
    Array.from({ length: 24 }, (_, hour) => ({ hour, reported: reported[hour] ?? 0, closed: 0, usual }))
  it('is three times what is usual and ten at least, with the hour before while this one is young', () => {
    expect(rushOf(rhythm({ 10: 15 }), 10, 40)).toEqual({ since: 10, reported: 15, usual: 5 })
    expect(rushOf(rhythm({ 10: 14 }), 10, 40)).toBeNull()
    expect(rushOf(rhythm({ 10: 9 }, 0), 10, 40)).toBeNull()
    expect(rushOf(rhythm({ 10: 28, 11: 2 }), 11, 5)).toEqual({ since: 10, reported: 30, usual: 10 })
    expect(rushOf(rhythm({ 10: 28, 11: 2 }), 11, 35)).toBeNull()
    expect(rushOf(rhythm({ 0: 20 }), 0, 5)).toEqual({ since: 0, reported: 20, usual: 5 })
  })
})
