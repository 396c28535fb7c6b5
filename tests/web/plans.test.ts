import type { MultiPolygon, Position } from 'geojson'
import { describe, expect, it } from 'vitest'
import { plansEn } from '../../web/locales/plans-en.ts'
import { plansZh } from '../../web/locales/plans-zh.ts'
import { movedCases, sideBySide } from '../../web/plans/counts.ts'
import { piecesOf } from '../../web/plans/cut.ts'
import { difference } from '../../web/plans/difference.ts'
import {
  byUid,
  holds,
  insideOf,
  type Level,
  type PlanFeature,
  squareMeters,
} from '../../web/plans/feature.ts'
import {
  beginReshaping,
  holdersOf,
  insertVertex,
  isUntouched,
  moveVertex,
  removeVertex,
  reshapeOf,
  shapeOf,
  sharing,
} from '../../web/plans/reshape.ts'
import { refusalInWords } from '../../web/plans/speak.ts'
import { wayThrough } from '../../web/plans/way.ts'

const ring = (x: number, y: number, w = 1, h = 1): Position[] => [
  [x, y],
  [x + w, y],
  [x + w, y + h],
  [x, y + h],
  [x, y],
]
const shape = (...rings: Position[][]): MultiPolygon => ({
  type: 'MultiPolygon',
  coordinates: rings.map((one) => [one]),
})
const grid = (id: number, level: Level, geometry: MultiPolygon, more: object = {}): PlanFeature => ({
  type: 'Feature',
  id,
  geometry,
  properties: {
    gridId: id,
    code: `G${id}`,
    name: `网格${id}`,
    level,
    parentUid: null,
    leaderName: null,
    households: 10,
    areaKm2: squareMeters(geometry) / 1e6,
    ...more,
  },
})
/** Two squares side by side, and the parent around both. */
const pair = () =>
  byUid([
    grid(
      1,
      2,
      shape([
        [0, 0],
        [1, 0],
        [2, 0],
        [2, 1],
        [1, 1],
        [0, 1],
        [0, 0],
      ]),
    ),
    grid(2, 3, shape(ring(0, 0)), { parentUid: 1 }),
    grid(3, 3, shape(ring(1, 0)), { parentUid: 1 }),
  ])

describe('a line across a grid', () => {
  it('makes two parts with their shares, larger first', () => {
    const pieces = piecesOf(shape(ring(0, 0, 10, 10)), [
      [-1, 3],
      [11, 3],
    ])
    expect(pieces.map((one) => one.share)).toEqual([expect.closeTo(0.7, 9), expect.closeTo(0.3, 9)])
  })
  it('is drawn on to the border where it stops short', () => {
    expect(
      piecesOf(shape(ring(0, 0, 10, 10)), [
        [2, 5],
        [8, 5],
      ]),
    ).toHaveLength(2)
  })
  it('makes as many parts as it crosses the border for, and they sum up to the whole', () => {
    const zigzag: Position[] = [
      [-1, 2],
      [11, 2],
      [11, 4],
      [-1, 4],
      [-1, 6],
      [11, 6],
    ]
    const pieces = piecesOf(shape(ring(0, 0, 10, 10)), zigzag)
    expect(pieces.map((one) => Math.round(one.share * 10))).toEqual([4, 2, 2, 2])
    expect(pieces.reduce((sum, one) => sum + one.share, 0)).toBeCloseTo(1, 9)
  })
  it('cuts a grid of two parts only where it runs', () => {
    const pieces = piecesOf(shape(ring(0, 0, 4, 4), ring(10, 0, 4, 4)), [
      [-1, 2],
      [5, 2],
    ])
    expect(pieces.map((one) => one.share)).toEqual([0.5, expect.closeTo(0.25, 9), expect.closeTo(0.25, 9)])
  })
  it('leaves it whole when it passes by, touches a corner, or is one point', () => {
    for (const line of [
      [
        [20, 0],
        [30, 0],
      ],
      [
        [-1, 1],
        [1, -1],
      ],
      [[5, 5]],
    ])
      expect(piecesOf(shape(ring(0, 0, 10, 10)), line)).toHaveLength(1)
  })
})

describe('borders in hand', () => {
  const begin = () => {
    const features = pair()
    return beginReshaping(features, holdersOf(features))
  }
  it('know who shares a vertex, on all levels', () => {
    expect([...sharing(begin(), [1, 1])].sort()).toEqual([1, 2, 3])
    expect([...sharing(begin(), [0, 0])].sort()).toEqual([1, 2])
  })
  it('move in every grid that has the vertex, and become one edit', () => {
    const work = moveVertex(moveVertex(begin(), [1, 1], [1.2, 1.1]), [1.2, 1.1], [1.3, 0.9])
    for (const uid of [1, 2, 3]) expect(shapeOf(work, uid)?.coordinates.flat(2)).toContainEqual([1.3, 0.9])
    expect(reshapeOf(work)).toEqual({
      kind: 'reshape',
      inserts: [],
      moves: [{ from: [1, 1], to: [1.3, 0.9] }],
      removes: [],
    })
  })
  it('are untouched when a vertex is back where it was', () => {
    expect(isUntouched(moveVertex(moveVertex(begin(), [0, 0], [0.1, 0]), [0.1, 0], [0, 0]))).toBe(true)
  })
  it('put a vertex into both neighbours, told by its place in the plan even when the border has moved', () => {
    const moved = moveVertex(begin(), [1, 1], [1.4, 1])
    const { work, at } = insertVertex(moved, { a: [1, 0], b: [1.4, 1], share: 0.5 })
    expect(at).toEqual([1.2, 0.5])
    expect([...sharing(work, at)].sort()).toEqual([2, 3])
    expect(reshapeOf(work)).toMatchObject({
      inserts: [[1, 0.5]],
      moves: [
        { from: [1, 1], to: [1.4, 1] },
        { from: [1, 0.5], to: [1.2, 0.5] },
      ],
    })
  })
  it('forget a vertex that was put in and taken out again', () => {
    const { work, at } = insertVertex(begin(), { a: [1, 0], b: [1, 1], share: 0.5 })
    const back = removeVertex(work, at)
    expect(back && reshapeOf(back)).toMatchObject({ inserts: [], moves: [], removes: [] })
  })
  it('take a vertex out by the place that it had, and none of the last three', () => {
    const work = removeVertex(moveVertex(begin(), [0, 1], [0.1, 1]), [0.1, 1])
    expect(work && reshapeOf(work)).toMatchObject({ moves: [], removes: [[0, 1]] })
    expect(work && removeVertex(work, [0, 0])).toBe(null)
  })
  it('do not go onto another vertex', () => {
    expect(isUntouched(moveVertex(begin(), [0, 0], [1, 0]))).toBe(true)
  })
})

describe('a road over tiles', () => {
  const line = (...coordinates: Position[]) => ({ geometry: { type: 'LineString' as const, coordinates } })
  const square = shape(ring(0, 0, 10, 10))
  it('is put together as straight on as it goes, out of the grid at both ends', () => {
    const pieces = [
      line([-2, 5], [3, 5], [6, 5]),
      line([5, 5], [6, 5], [12, 6]),
      line([6, 5], [6, 12]), // a side road
    ]
    const way = wayThrough(pieces, [4, 5.00001], square)
    expect([way[0], way.at(-1)]).toEqual([
      [-2, 5],
      [12, 6],
    ])
    expect(piecesOf(square, way)).toHaveLength(2)
  })
  it('ends where no piece goes on, and is nothing where there is none', () => {
    expect(wayThrough([line([1, 1], [4, 4])], [2, 2], square).at(-1)).toEqual([4, 4])
    expect(wayThrough([], [2, 2], square)).toEqual([])
  })
})

describe('two plans', () => {
  it('differ by what is new, gone, reshaped, moved and renamed', () => {
    const before = pair()
    const after = byUid([
      ...[...before.values()].filter(({ id }) => id !== 3),
      grid(9, 3, shape(ring(1, 0)), { parentUid: 1, gridId: null }),
    ])
    expect(difference(before, after)).toMatchObject({
      count: { new: 1, gone: 1, reshaped: 0, moved: 0, renamed: 0 },
    })
    const moved = new Map(before).set(
      2,
      grid(2, 3, shape(ring(0, 0, 1, 0.5)), { parentUid: null, code: 'X' }),
    )
    expect(difference(before, moved).changed.get(2)).toEqual(['reshaped', 'moved', 'renamed'])
  })
  it('do not differ by a vertex put into a straight border', () => {
    const more = shape([
      [0, 0],
      [0.25, 0],
      [1, 0],
      [1, 1],
      [0, 1],
      [0, 0],
    ])
    const before = pair()
    expect(difference(before, new Map(before).set(2, grid(2, 3, more, { parentUid: 1 }))).changed.size).toBe(
      0,
    )
  })
  it('stand side by side with their cases, told by identity', () => {
    const was = byUid([grid(1, 3, shape(ring(0, 0))), grid(2, 3, shape(ring(1, 0)))])
    const is = byUid([
      grid(5, 3, shape(ring(0, 0)), { gridId: 1 }),
      grid(6, 3, shape(ring(1, 0)), { gridId: null }),
    ])
    const count = (uid: number, gridId: number | null, cases: number) => ({
      uid,
      gridId,
      code: `G${uid}`,
      name: '',
      cases,
    })
    const [before, after] = [
      [count(1, 1, 8), count(2, 2, 3)],
      [count(5, 1, 6), count(6, null, 5)],
    ]
    const rows = sideBySide(before, after, 3, { was, is })
    expect(rows.map((row) => [row.was, row.is])).toEqual([
      [3, null],
      [8, 6],
      [null, 5],
    ])
    expect(movedCases(before, after, { was, is })).toBe(5)
  })
})

describe('where a name is written', () => {
  it('is inside, also of a grid bent around another', () => {
    const bent = shape([
      [0, 0],
      [10, 0],
      [10, 10],
      [8, 10],
      [8, 2],
      [2, 2],
      [2, 10],
      [0, 10],
      [0, 0],
    ])
    expect(holds(bent, insideOf(bent))).toBe(true)
  })
})

describe('a refusal', () => {
  const problem = (code: string, detail: string) => ({
    type: 'about:blank' as const,
    title: '',
    status: 422,
    code,
    detail,
  })
  it('names in Chinese what the server has named', () => {
    const said = (detail: string) => refusalInWords(problem('plan-edit', detail), plansZh)
    expect(said('G000 would lie over G001 by 42 m²: move the border less far.')).toBe(
      'G000 会压到 G001 上 42 m²，边界请少移一些。',
    )
    expect(said('The line does not divide G000 网格: draw it from border to border.')).toContain('G000 网格')
    expect(said('Something new.')).toBe(plansZh.refusals['plan-edit'])
  })
})

describe('the words of the workshop', () => {
  type Words = { [key: string]: unknown }
  const places = (words: Words, at = ''): [string, string][] =>
    Object.entries(words).flatMap(([key, value]): [string, string][] => {
      if (typeof value === 'string') return [[`${at}${key}`, value]]
      if (typeof value === 'function')
        return [[`${at}${key}`, String((value as (...given: string[]) => unknown)('1', '2', '3'))]]
      return places(value as Words, `${at}${key}.`)
    })
  const english = places(plansEn)
  it('are the same ones in both languages', () =>
    expect(english.map(([place]) => place).sort()).toEqual(
      places(plansZh)
        .map(([place]) => place)
        .sort(),
    ))
  it('hold no Chinese in English', () =>
    expect(english.filter(([, words]) => /\p{Script=Han}/u.test(words))).toEqual([]))
})
