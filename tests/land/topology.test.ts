import type { MultiPolygon, Position } from 'geojson'
import { describe, expect, test } from 'vitest'
import { Refusal } from '../../api/errors.ts'
import { areaOf, coverOf } from '../../api/plans/cover.ts'
import { notchesOf } from '../../api/plans/notches.ts'
import { atOnce } from '../../api/plans/rings.ts'
import {
  dissolve,
  insertVertices,
  moveVertices,
  removeVertices,
  sharedBorders,
} from '../../api/plans/topology.ts'
import { missing, newYork } from './new-york.ts'
import { cellsOf, seeded, tiling } from './tiling.ts'

const shape = (...polygons: Position[][][]): MultiPolygon => ({ type: 'MultiPolygon', coordinates: polygons })
const box = (x: number, y: number, width = 1, height = 1): Position[] => [
  [x, y],
  [x + width, y],
  [x + width, y + height],
  [x, y + height],
  [x, y],
]
const square = (uid: number, x: number, y: number, width = 1, height = 1) => ({
  uid,
  geometry: shape([box(x, y, width, height)]),
})
const cover = (...shapes: ReturnType<typeof square>[]) => atOnce(coverOf(shapes)).spots

describe('dissolve', () => {
  test('joins neighbours, whichever way their rings were wound', () => {
    const turned = shape([box(1, 0).toReversed()])
    const whole = dissolve([shape([box(0, 0)]), turned])
    expect(whole.coordinates).toHaveLength(1)
    expect(whole.coordinates[0]?.[0]).toHaveLength(7)
    expect(areaOf(whole)).toBeCloseTo(areaOf(shape([box(0, 0, 2, 1)])), 0)
  })

  test('eight around one leave a hole; the one fills it', () => {
    const nine = [0, 1, 2].flatMap((x) => [0, 1, 2].map((y) => shape([box(x, y)])))
    const ring = dissolve(nine.filter((_, i) => i !== 4))
    expect(ring.coordinates.map((rings) => rings.length)).toEqual([2])
    expect(dissolve([ring, shape([box(1, 1)])]).coordinates.map((rings) => rings.length)).toEqual([1])
  })

  test('what only meets in a corner stays two parts; a hole that touches its outline in one stays a hole', () => {
    expect(dissolve([shape([box(0, 0)]), shape([box(1, 1)])]).coordinates).toHaveLength(2)
    const around = [
      [0, 0],
      [1, 0],
      [2, 0],
      [0, 1],
      [2, 1],
      [0, 2],
      [1, 2],
    ].map(([x = 0, y = 0]) => shape([box(x, y)]))
    expect(dissolve(around).coordinates.map((rings) => rings.length)).toEqual([2])
  })

  test('an island in a lake in an island', () => {
    const lake = shape([box(0, 0, 9, 9), box(1, 1, 7, 7)])
    const inner = shape([box(2, 2, 5, 5), box(3, 3)])
    const whole = dissolve([lake, inner, shape([box(3, 3)])])
    expect(whole.coordinates.map((rings) => rings.length).sort()).toEqual([1, 2])
  })

  test('parents of a wandering country have exactly the area of their cells, and no coordinate of their own', () => {
    const grids = tiling(23, 17)
    const cells = cellsOf(grids)
    const known = new Set(cells.flatMap((cell) => cell.geometry.coordinates.flat(2).map(String)))
    for (const parent of grids.filter((grid) => grid.level === 2)) {
      const own = cells.filter((cell) => cell.parentUid === parent.uid)
      const sum = own.reduce((all, cell) => all + areaOf(cell.geometry), 0)
      expect(Math.abs(areaOf(parent.geometry) / sum - 1)).toBeLessThan(1e-5)
      expect(parent.geometry.coordinates.flat(2).every((at) => known.has(String(at)))).toBe(true)
    }
    expect(dissolve(cells.map((cell) => cell.geometry)).coordinates.map((rings) => rings.length)).toEqual([1])
  })

  test.skipIf(missing)(`New York's tracts are one quilt of islands ${missing || ''}`, () => {
    const tracts = newYork([3])
    const whole = dissolve(tracts.map((tract) => tract.geometry))
    const known = new Set(tracts.flatMap((tract) => tract.geometry.coordinates.flat(2).map(String)))
    expect(whole.coordinates.flat(2).every((at) => known.has(String(at)))).toBe(true)
  })
})

test('shared borders are measured from either side', () => {
  const borders = sharedBorders([square(1, 0, 0), square(2, 1, 0), square(3, 5, 5)])
  expect(borders.get(1)?.get(2)).toBeCloseTo(111_195, -1)
  expect(borders.get(2)?.get(1)).toBe(borders.get(1)?.get(2))
  expect(borders.has(3)).toBe(false)
})

describe('vertices', () => {
  test('a corner moves in all that have it, the closing position too', () => {
    const moved = moveVertices(
      [square(1, 0, 0), square(2, 1, 0), square(3, 5, 5)],
      [{ from: [1, 0], to: [1.1, 0.2] }],
    )
    expect([...moved.keys()]).toEqual([1, 2])
    expect(moved.get(2)?.coordinates[0]?.[0]?.[0]).toEqual([1.1, 0.2])
    expect(moved.get(2)?.coordinates[0]?.[0]?.at(-1)).toEqual([1.1, 0.2])
    expect(
      cover({ uid: 1, geometry: moved.get(1) ?? shape() }, { uid: 2, geometry: moved.get(2) ?? shape() }),
    ).toEqual([])
  })

  test('a point is put into every segment that passes through it, once', () => {
    const shapes = [square(1, 0, 0), square(2, 1, 0, 1, 1), square(3, 3, 0)]
    const made = insertVertices(shapes, [
      [1, 0.7],
      [1, 0.2],
      [1, 1],
    ])
    expect([...made.keys()]).toEqual([1, 2])
    expect(made.get(1)?.coordinates[0]?.[0]?.slice(1, 5)).toEqual([
      [1, 0],
      [1, 0.2],
      [1, 0.7],
      [1, 1],
    ])
    const again = [...made].map(([uid, geometry]) => ({ uid, geometry }))
    expect(insertVertices(again, [[1, 0.2]]).size).toBe(0)
  })

  test('a corner that is taken out closes the ring anew; a triangle keeps all it has', () => {
    const left = removeVertices([square(1, 0, 0)], [[0, 0]]).get(1)?.coordinates[0]?.[0] ?? []
    expect(left).toHaveLength(4)
    expect(left.at(-1)).toEqual(left[0])
    expect(() => removeVertices([{ uid: 1, geometry: shape([left]) }], [left[0] ?? []])).toThrow(Refusal)
  })
})

describe('cover', () => {
  test('what fits has no spots, also when a neighbour has one more corner on the same line', () => {
    expect(cover(square(1, 0, 0, 1, 2), square(2, 1, 0), square(3, 1, 1))).toEqual([])
  })

  test('an overlap over two neighbours is told for each of them', () => {
    const spots = cover(square(1, 0, 0), square(2, 1, 0), square(3, 0.8, 0.2, 0.4, 0.4))
    expect(spots.map((spot) => spot.coverers)).toEqual([
      [0, 2],
      [1, 2],
    ])
  })

  test('one inside another, and the same land twice', () => {
    expect(cover(square(1, 0, 0, 3, 3), square(2, 1, 1)).map((spot) => spot.coverers)).toEqual([[0, 1]])
    expect(cover(square(1, 0, 0), square(2, 0, 0)).map((spot) => spot.coverers)).toEqual([[0, 1]])
  })

  test('an enclosed hole is a gap with its neighbours; a bay open to the outside is none', () => {
    const u = [square(1, 0, 0, 1, 3), square(2, 1, 0), square(3, 2, 0, 1, 3)]
    expect(cover(...u)).toEqual([])
    const spots = cover(...u, square(4, 1, 2))
    expect(spots).toHaveLength(1)
    expect(spots[0]?.coverers).toEqual([])
    expect([...(spots[0]?.around.keys() ?? [])].sort()).toEqual([0, 1, 2, 3])
  })

  test('a narrow strip open to the outside is a notch; a bay of the coast is none', () => {
    const meter = 1 / 111_195
    const left = shape([box(0, 0, 100 * meter, 100 * meter)])
    const leaning = (top: number) =>
      shape([
        [
          [100 * meter, 0],
          [200 * meter, 0],
          [200 * meter, 100 * meter],
          [top * meter, 100 * meter],
          [100 * meter, 0],
        ],
      ])
    const notches = (right: MultiPolygon) => {
      const shapes = [left, right].map((geometry, uid) => ({ uid, geometry }))
      return atOnce(notchesOf(atOnce(coverOf(shapes)), shapes, 2))
    }
    const [notch, ...others] = notches(leaning(101))
    expect(others).toEqual([])
    expect(notch?.areaM2).toBeCloseTo(50, 1)
    expect([...(notch?.around.keys() ?? [])].sort()).toEqual([0, 1])
    expect(notches(leaning(130))).toEqual([])
    expect(notches(leaning(100))).toEqual([])
  })

  test('200 random boxes: the area covered n times is what counting on a fine raster says', () => {
    const random = seeded(3)
    const at = (most: number) => Math.floor(random() * most) / 10
    const shapes = Array.from({ length: 200 }, (_, uid) =>
      square(uid, at(90), at(90), 0.1 + at(30), 0.1 + at(30)),
    )
    const overlapping = cover(...shapes).filter((spot) => spot.coverers.length > 1)
    let raster = 0
    for (let x = 0.05; x < 13; x += 0.1)
      for (let y = 0.05; y < 13; y += 0.1) {
        const times = shapes.filter(({ geometry }) => {
          const [[a = 0, b = 0] = [], , [c = 0, d = 0] = []] = geometry.coordinates[0]?.[0] ?? []
          return x > a && x < c && y > b && y < d
        }).length
        if (times > 1) raster += 1
      }
    const squareDegrees = overlapping.reduce((sum, spot) => {
      const ring = spot.shape.coordinates[0] ?? []
      return sum + ring.reduce((all, one, i) => all + (i === 0 ? 1 : -1) * Math.abs(planar(one)), 0)
    }, 0)
    expect(squareDegrees * 100).toBeCloseTo(raster, 3)
  })
})

const planar = (ring: readonly Position[]) =>
  ring.slice(1).reduce((sum, [bx = 0, by = 0], i) => {
    const [ax = 0, ay = 0] = ring[i] ?? []
    return sum + (ax * by - bx * ay) / 2
  }, 0)
