import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { areaOf, binned, outlineOf, rate } from '../../api/evaluation/bins.ts'
import { chance } from '../../api/evaluation/chance.ts'
import { type DensityGrid, densityAt, densityGrid } from '../../api/evaluation/density.ts'
import { planeAround } from '../../api/evaluation/plane.ts'
import { isHere, real } from './files.ts'

const lines = (path: string) =>
  gunzipSync(readFileSync(real(path)))
    .toString()
    .trim()
    .split('\n')
    .slice(1)
const numbers = (found: object) => found as Float64Array
const random = chance(12)
const cases = Float64Array.from({ length: 600 }, () => random() * 4000 - 2000)

describe('density', () => {
  it.skipIf(!isHere)('is Chicago’s of 2019 at 100 points and three bandwidths, to the printed digits', () => {
    const plane = planeAround(-87.65, 41.85)
    const places = lines('incidents_chicago/chicago_aggravated_assaults.csv.gz')
      .filter((line) => line.startsWith('2019'))
      .flatMap((line) => line.split(',').slice(2, 4).map(Number))
    expect(places).toHaveLength(2 * 15_366)
    const rows = lines('incidents_chicago/own_kde_2019.csv.gz').map((line) => line.split(',').map(Number))
    expect(rows).toHaveLength(300)
    const flat = plane.flat(places)
    for (const bandwidth of [250, 500, 1000]) {
      const own = rows.filter(([h]) => h === bandwidth)
      const at = plane.flat(own.flatMap(([, lng = 0, lat = 0]) => [lng, lat]))
      const told = numbers(densityAt(at, flat, { kernel: 'gaussian', bandwidth }))
      own.forEach(([, , , value], i) => expect(told[i]).toBeCloseTo(value as number, 8))
    }
  })

  it.each(['quartic', 'gaussian'] as const)(
    'on a grid is the density at its cells’ middles (%s), and holds every case',
    (kernel) => {
      const grid = densityGrid(cases, {
        kernel,
        bandwidth: 300,
        cell: 100,
        box: [-5000, -5000, 5000, 5000],
      }) as DensityGrid
      const middles = Float64Array.from({ length: 2 * grid.values.length }, (_, i) =>
        i % 2
          ? grid.y + grid.cell * Math.floor(i / 2 / grid.columns)
          : grid.x + grid.cell * ((i / 2) % grid.columns),
      )
      const exact = numbers(densityAt(middles, cases, { kernel, bandwidth: 300 }))
      grid.values.forEach((one, i) => expect(Math.abs(one - (exact[i] as number))).toBeLessThan(1e-6))
      const held = grid.values.reduce((sum, one) => sum + one * (grid.cell / 1000) ** 2, 0)
      expect(held).toBeCloseTo(300, 0)
    },
  )

  it('is refused without a bandwidth, or on a grid that nobody could draw', () => {
    const box = [0, 0, 1e6, 1e6] as const
    expect(densityAt(cases, cases, { kernel: 'quartic', bandwidth: 0 })).toEqual({ blank: 'unknown' })
    expect(densityGrid(cases, { kernel: 'quartic', bandwidth: 5, cell: 1, box })).toEqual({
      blank: 'too-many',
    })
    expect([...numbers(densityAt(cases, new Float64Array(), { kernel: 'quartic', bandwidth: 5 }))]).toEqual(
      Array(300).fill(0),
    )
  })
})

describe('squares and hexagons', () => {
  it.each(['square', 'hexagon'] as const)('hold every case that has a place, in the nearest %s', (kind) => {
    const { bins, of } = binned(Float64Array.from([...cases, Number.NaN, 3]), kind, 500)
    expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(300)
    expect(of.at(-1)).toBe(-1)
    for (let i = 0; i < 300; i++) {
      const far = (bin: (typeof bins)[number]) =>
        kind === 'hexagon'
          ? Math.hypot(bin.x - (cases[2 * i] as number), bin.y - (cases[2 * i + 1] as number))
          : Math.max(
              Math.abs(bin.x - (cases[2 * i] as number)),
              Math.abs(bin.y - (cases[2 * i + 1] as number)),
            )
      const own = far(bins[of[i] as number] as (typeof bins)[number])
      expect(own).toBeLessThanOrEqual(Math.min(...bins.map(far)) + 1e-9)
    }
  })

  it.each(['square', 'hexagon'] as const)('have the area that is told (%s)', (kind) => {
    const ring = outlineOf(kind, 500, { x: 100, y: -50 })
    let twice = 0
    ring.slice(1).forEach(([x, y], i) => {
      const [fromX, fromY] = ring[i] as [number, number]
      twice += fromX * y - x * fromY
    })
    expect(twice / 2 / 1e6).toBeCloseTo(areaOf(kind, 500), 12)
  })

  it('give no rate where the denominator is not known', () => {
    for (const unknown of [null, undefined, 0, -3, Number.NaN]) expect(rate(5, unknown)).toBeNull()
    expect(rate(null, 5)).toBeNull()
    expect(rate(5, Number.MIN_VALUE)).toBeNull()
    expect(rate(0, 40, 1000)).toBe(0)
    expect(rate(3, 40, 1000)).toBe(75)
  })
})
