import { describe, expect, it } from 'vitest'
import { faultsOf, modules, usualLayout, usualProfiles } from '../../api/contract/wall-rules.ts'
import {
  added,
  drawingOf,
  drawn,
  edges,
  faultsByPanel,
  type Layout,
  moved,
  redone,
  removed,
  resized,
  sameLayout,
  snapped,
  undone,
} from '../../web/walls/arrange.ts'
import {
  frameIn,
  hourText,
  lengthOf,
  playedChange,
  reordered,
  replayAt,
  stepAt,
  zoomFor,
  zoomFrom,
} from '../../web/walls/playing.ts'

// Panels arranged by hand, and where a wall is in what it plays. A wall of 3 × 1 panels of glass has 72 × 18 cells, 24 × 18 each.

const wide = usualProfiles['5760×1080']
const small = usualProfiles['1920×1080']
const layout: Layout = [
  { panel: 'loop', x: 0, y: 2, w: 6, h: 5 },
  { panel: 'hot', x: 10, y: 2, w: 5, h: 4 },
]

describe('panels arranged by hand', () => {
  it('snap to whole cells, halves to the farther one', () => {
    const cell = { width: 20, height: 16 }
    expect(snapped({ x: 29, y: -9 }, cell)).toEqual({ x: 1, y: -1 })
    expect(snapped({ x: 31, y: 7 }, cell)).toEqual({ x: 2, y: 0 })
  })

  it('are moved without leaving the wall, and nothing else moves', () => {
    expect(moved(layout, 0, { x: 3, y: 1 }, wide)).toEqual([
      { panel: 'loop', x: 3, y: 3, w: 6, h: 5 },
      layout[1],
    ])
    expect(moved(layout, 0, { x: -9, y: -9 }, wide)[0]).toMatchObject({ x: 0, y: 0 })
    expect(moved(layout, 0, { x: 99, y: 99 }, wide)[0]).toMatchObject({ x: 66, y: 13 })
    expect(moved(layout, 7, { x: 1, y: 1 }, wide)).toBe(layout)
  })

  it('are pulled at any side while the opposite one stays, down to one cell', () => {
    const pull = (edge: (typeof edges)[number], x: number, y: number) =>
      resized(layout, { at: 1, edge, by: { x, y } }, wide)[1]
    expect(pull('se', 2, 1)).toMatchObject({ x: 10, y: 2, w: 7, h: 5 })
    expect(pull('nw', 2, 1)).toMatchObject({ x: 12, y: 3, w: 3, h: 3 })
    expect(pull('e', 2, 9)).toMatchObject({ x: 10, y: 2, w: 7, h: 4 })
    for (const edge of edges)
      for (const by of [-99, 99]) {
        const { x, y, w, h } = pull(edge, by, by) ?? { x: -1, y: -1, w: 0, h: 0 }
        expect([x >= 0, y >= 0, w >= 1, h >= 1, x + w <= 72, y + h <= 18]).not.toContain(false)
      }
  })

  it('are added where they lie on nothing, on one panel of glass, until there is no such place', () => {
    for (const module of modules) {
      const usual = usualLayout(wide, module)
      const next = added(usual, { panel: 'figures', group: '财政' }, wide)
      expect(next.at(-1)).toMatchObject({ panel: 'figures', group: '财政' })
      expect(faultsOf(next, wide)).toEqual([])
    }
    const full: Layout = [{ panel: 'loop', x: 0, y: 0, w: 24, h: 18 }]
    expect(faultsByPanel(added(full, { panel: 'hot' }, small), small)).toEqual(
      new Map([
        [0, ['overlap']],
        [1, ['overlap']],
      ]),
    )
  })

  it('say at each what is wrong with it', () => {
    const bad: Layout = [
      { panel: 'loop', x: 22, y: 0, w: 6, h: 4 },
      { panel: 'hot', x: 30, y: 0, w: 2, h: 3 },
      { panel: 'alarms', x: 70, y: 0, w: 5, h: 3 },
    ]
    expect(faultsByPanel(bad, wide)).toEqual(
      new Map([
        [0, ['seam']],
        [1, ['small']],
        [2, ['outside', 'seam']],
      ]),
    )
    expect(faultsByPanel(layout, wide).size).toBe(0)
  })

  it('are taken back step by step and brought again; a held key is one step', () => {
    const at = (x: number) => moved(layout, 0, { x, y: 0 }, wide)
    let drawing = drawn(drawingOf(layout), at(1), 'move 0')
    drawing = drawn(drawing, at(2), 'move 0')
    drawing = drawn(drawing, at(2), 'move 0')
    drawing = drawn(drawing, removed(drawing.now, 1))
    expect(drawing.past).toHaveLength(2)
    const back = undone(undone(drawing))
    expect(back.now).toEqual(layout)
    // As the server gives it back, in another order of words.
    expect(
      sameLayout(layout, [
        { h: 5, w: 6, x: 0, y: 2, panel: 'loop' },
        { h: 4, w: 5, x: 10, y: 2, panel: 'hot' },
      ]),
    ).toBe(true)
    expect(sameLayout(layout, at(1))).toBe(false)
    expect(undone(back)).toBe(back)
    expect(redone(back).now).toEqual(at(2))
    expect(redone(redone(back)).now).toEqual([at(2)[0]])
    // What is done anew ends what could have been brought again.
    expect(drawn(back, at(5)).future).toEqual([])
  })
})

describe('what a wall plays', () => {
  const startedAt = '2026-11-21T08:00:00Z'
  const after = (seconds: number) => Date.parse(startedAt) + 1000 * seconds
  const steps = [
    { seconds: 30, change: { module: 'grid' as const } },
    { seconds: 90, change: { module: 'dispatch' as const } },
  ]

  it('is at an hour of the replayed day, until the day is over', () => {
    const replay = { day: '2026-11-20', speed: 60, startedAt, fromHour: 6.5 }
    expect(replayAt(replay, after(600))).toEqual({ hour: 16.5, over: false })
    expect(replayAt(replay, after(-5))).toEqual({ hour: 6.5, over: false })
    expect(replayAt(replay, after(7200))).toEqual({ hour: 24, over: true })
    expect([hourText(16.55), hourText(0), hourText(24)]).toEqual(['16:33', '00:00', '24:00'])
  })

  it('is at a step for so long, once or again and again', () => {
    expect(lengthOf(steps)).toBe(120)
    expect(stepAt(steps, { startedAt, loop: false }, after(0))).toEqual({ step: 0, left: 30 })
    expect(stepAt(steps, { startedAt, loop: false }, after(30))).toEqual({ step: 1, left: 90 })
    expect(stepAt(steps, { startedAt, loop: false }, after(120))).toBeNull()
    expect(stepAt(steps, { startedAt, loop: true }, after(135))).toEqual({ step: 0, left: 15 })
    expect(stepAt([], { startedAt, loop: true }, after(1))).toBeNull()
  })

  it('is put into another order', () => {
    expect(reordered(['a', 'b', 'c'], 0, 2)).toEqual(['b', 'c', 'a'])
    expect(reordered(['a', 'b', 'c'], 2, -1)).toEqual(['c', 'a', 'b'])
    expect(reordered(['a'], 5, 0)).toEqual(['a'])
  })

  it('has left behind what its steps have changed, those of the round before too', () => {
    const { sequence, sequences } = {
      sequence: { id: 4, startedAt, loop: true },
      sequences: [
        {
          id: 4,
          name: '接待讲解',
          steps: [
            { seconds: 30, change: { module: 'grid' as const, gridId: 7 } },
            { seconds: 90, change: { module: 'dispatch' as const, tour: false } },
          ],
        },
      ],
    }
    const at = (seconds: number, loop = true) =>
      playedChange({ sequence: { ...sequence, loop } }, sequences, after(seconds))
    expect(at(10)).toEqual({ module: 'grid', gridId: 7 })
    expect(at(40)).toEqual({ module: 'dispatch', gridId: 7, tour: false })
    expect(at(130)).toEqual({ module: 'grid', gridId: 7, tour: false })
    expect(at(999, false)).toEqual(at(40))
    expect(playedChange({ sequence: null }, sequences, after(10))).toEqual({})
    expect(playedChange({ sequence }, [], after(10))).toEqual({})
  })

  it('looks where the frame in a small map looks', () => {
    const [stage, shown] = [
      { width: 2880, height: 720 },
      { width: 720, height: 270 },
    ]
    expect(frameIn(stage, shown)).toEqual({ width: 720, height: 180 })
    expect(frameIn({ width: 960, height: 720 }, shown)).toEqual({ width: 360, height: 270 })
    expect(zoomFor(stage, { ...shown, zoom: 11 })).toBe(13)
    expect(zoomFor(stage, { ...shown, zoom: 21 })).toBe(22)
    expect(zoomFrom(stage, 13, shown)).toBe(11)
  })
})
