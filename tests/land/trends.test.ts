import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isLeft } from '../../api/evaluation/blank.ts'
import { chance } from '../../api/evaluation/chance.ts'
import { changesOf } from '../../api/evaluation/changes.ts'
import { emergingHotSpots, patternOf } from '../../api/evaluation/emerging.ts'
import { lattice, weightsOf } from '../../api/evaluation/neighbours.ts'
import { seasonOf } from '../../api/evaluation/season.ts'
import { mannKendall, senSlope } from '../../api/evaluation/trend.ts'

const said = <T extends object>(figure: T) => {
  if (isLeft(figure)) throw new Error(figure.blank)
  return figure as Exclude<T, { blank: unknown }>
}
const of = (...values: number[]) => Float64Array.from(values)
const gap = Number.NaN
const normal = (random: () => number) =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())

/** The Nile at Aswan, 1871–1970, 10⁸ m³ a year (Cobb 1978; R's dataset Nile). */
const nile = of(
  1120,
  1160,
  963,
  1210,
  1160,
  1160,
  813,
  1230,
  1370,
  1140,
  995,
  935,
  1110,
  994,
  1020,
  960,
  1180,
  799,
  958,
  1140,
  1100,
  1210,
  1150,
  1250,
  1260,
  1220,
  1030,
  1100,
  774,
  840,
  874,
  694,
  940,
  833,
  701,
  916,
  692,
  1020,
  1050,
  969,
  831,
  726,
  456,
  824,
  702,
  1120,
  1100,
  832,
  764,
  821,
  768,
  845,
  864,
  862,
  698,
  845,
  744,
  796,
  1040,
  759,
  781,
  865,
  845,
  944,
  984,
  897,
  822,
  1010,
  771,
  676,
  649,
  846,
  812,
  742,
  801,
  1040,
  860,
  874,
  848,
  890,
  744,
  749,
  838,
  1050,
  918,
  986,
  797,
  923,
  975,
  815,
  1020,
  906,
  901,
  1170,
  912,
  746,
  919,
  718,
  714,
  740,
)

describe('a trend', () => {
  it('has the spread that all orders of the values have, with ties', () => {
    for (const values of [
      [1, 2, 3, 4, 5],
      [1, 1, 2, 3, 3, 3],
      [4, 4, 4, 7],
    ]) {
      const sums: number[] = []
      const orders = (rest: number[], taken: number[]): void => {
        if (rest.length === 0) sums.push(said(mannKendall(of(...taken))).s)
        rest.forEach((one, i) => orders(rest.toSpliced(i, 1), [...taken, one]))
      }
      orders(values, [])
      const spread = sums.reduce((sum, s) => sum + s * s, 0) / sums.length
      expect(said(mannKendall(of(...values))).variance).toBeCloseTo(spread, 10)
    }
  })

  it('rises, falls or is not there', () => {
    const rising = said(mannKendall(of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)))
    expect([rising.s, rising.tau]).toEqual([45, 1])
    // n (n − 1) (2n + 5) / 18 is 125 for ten values without ties.
    expect(rising.z).toBeCloseTo(44 / Math.sqrt(125), 12)
    expect(said(mannKendall(of(9, 7, 8, 5, 3, 4, 1))).z).toBeLessThan(0)
    expect(said(mannKendall(of(1, 3, 2, 3, 1))).p).toBeGreaterThan(0.5)
  })

  it('has Sen’s slope, whatever one value is and with a gap', () => {
    const { slope, low, high, intercept } = said(senSlope(of(3, 5, 7, 900, 11, gap, 15, 17)))
    expect([slope, intercept]).toEqual([2, 3])
    expect(low).toBeLessThanOrEqual(2)
    expect(high).toBeGreaterThanOrEqual(2)
    expect(said(senSlope(of(1, 2, 4), { times: of(0, 2, 6) })).slope).toBe(0.5)
  })

  it('is blank where nothing can be said', () => {
    expect(mannKendall(of())).toEqual({ blank: 'too-few' })
    expect(mannKendall(of(1, 2))).toEqual({ blank: 'too-few' })
    expect(mannKendall(of(1, gap, gap, 2))).toEqual({ blank: 'gap' })
    expect(mannKendall(of(3, 3, 3))).toEqual({ blank: 'all-equal' })
    expect(said(senSlope(of(3, 3, 3))).slope).toBe(0)
    expect(senSlope(of(1, 2, 3), { times: of(1, 1, 1) })).toEqual({ blank: 'all-equal' })
  })
})

describe('emerging hot spots', () => {
  const still = { z: 0, p: 1 }
  it.each([
    ['new-hot', [0, 0, 0, 0, 0, 0, 0, 0, 0, 1], still],
    ['consecutive-hot', [0, 0, 0, 0, 0, 0, 0, 1, 1, 1], still],
    ['intensifying-hot', [0, 1, 1, 1, 1, 1, 1, 1, 1, 1], { z: 3, p: 0.001 }],
    ['persistent-hot', [0, 1, 1, 1, 1, 1, 1, 1, 1, 1], still],
    ['diminishing-hot', [1, 1, 1, 1, 1, 1, 1, 1, 1, 1], { z: -3, p: 0.001 }],
    ['sporadic-hot', [0, 1, 0, 1, 1, 0, 0, 1, 0, 1], still],
    ['oscillating-hot', [0, -1, 0, 1, 1, 0, 0, 1, 0, 1], still],
    ['historical-hot', [1, 1, 1, 1, 1, 1, 1, 1, 1, 0], still],
    ['intensifying-cold', [0, -1, -1, -1, -1, -1, -1, -1, -1, -1], { z: -3, p: 0.001 }],
    ['diminishing-cold', [-1, -1, -1, -1, -1, -1, -1, -1, -1, -1], { z: 3, p: 0.001 }],
    ['oscillating-cold', [0, 1, 0, 0, 0, 0, 0, 0, 0, -1], still],
    [null, [0, 1, 1, 0, 0, 0, 0, 0, 0, 0], still],
    [null, [], still],
  ] as const)('are %s as defined', (pattern, heat, trend) => expect(patternOf(heat, trend)).toBe(pattern))

  const map = lattice(9, 9, 'queen')
  const steps = 12
  const near = (cell: number, column: number, row: number) =>
    Math.abs((cell % 9) - column) <= 1 && Math.abs(Math.floor(cell / 9) - row) <= 1
  const cubeOf = (level: (cell: number, step: number) => number) => {
    const random = chance(21)
    return Float64Array.from(
      { length: steps * 81 },
      (_, i) => level(i % 81, Math.floor(i / 81)) + normal(random),
    )
  }

  it('are found where and as they were put', () => {
    const values = cubeOf((cell, step) => {
      if (near(cell, 2, 2)) return 18 + step / 2
      if (near(cell, 6, 6)) return step >= 9 ? 18 : 10
      return near(cell, 6, 2) ? (step < 11 ? 18 : 10) : 10
    })
    const { cells } = emergingHotSpots(values, steps, map, { lag: 0 })
    const at = (column: number, row: number) => cells[row * 9 + column]?.pattern
    expect(at(2, 2)).toBe('intensifying-hot')
    expect(at(6, 6)).toBe('consecutive-hot')
    expect(at(6, 2)).toBe('historical-hot')
  })

  it('count the neighbours of the step before, and oneself then: as Gi* of the cube written out', () => {
    const values = cubeOf(() => 10)
    const { z } = emergingHotSpots(values, steps, map)
    const [step, cell] = [5, 40]
    const near9 = [...map.others.slice(map.starts[cell], map.starts[cell + 1]), cell]
    const held = [step - 1, step].flatMap((then) => near9.map((one) => values[then * 81 + one] as number))
    const n = values.length
    const mean = values.reduce((sum, one) => sum + one, 0) / n
    const spread = Math.sqrt(values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / n)
    const sum = held.reduce((all, one) => all + one, 0)
    const told = (sum - 18 * mean) / (spread * Math.sqrt((n * 18 - 18 ** 2) / (n - 1)))
    expect(z[step * 81 + cell]).toBeCloseTo(told, 10)
  })

  it('are blank where nothing can be said', () => {
    expect(emergingHotSpots(new Float64Array(162).fill(3), 2, map).cells[0]?.blank).toBe('all-equal')
    expect(emergingHotSpots(cubeOf(() => 1).subarray(0, 162), 2, map).cells[0]?.blank).toBe('too-few')
    expect(emergingHotSpots(new Float64Array(), 0, map).cells[0]?.blank).toBe('too-few')
    const alone = weightsOf(Array.from({ length: 81 }, () => []))
    const one = emergingHotSpots(
      cubeOf(() => 1),
      steps,
      alone,
      { lag: 0 },
    )
    expect(one.cells[0]?.blank).toBe('no-neighbours')
    expect(() => emergingHotSpots(of(1, 2), 3, map)).toThrow('every step and cell')
  })
})

describe('the season', () => {
  const week = [3, 1, 0, 0, 1, -2, -3]
  const plain = Float64Array.from({ length: 84 }, (_, i) => 20 + i / 10 + (week[i % 7] as number))

  it('is taken out to the last digit where there is nothing else', () => {
    const { trend, season, rest } = said(seasonOf(plain))
    rest.forEach((one) => expect(Math.abs(one)).toBeLessThan(1e-9))
    season.forEach((one, i) => expect(one).toBeCloseTo(week[i % 7] as number, 9))
    trend.forEach((one, i) => expect(one).toBeCloseTo(20 + i / 10, 9))
  })

  it('does not follow one wild day, nor a day that is not known', () => {
    const wild = plain.slice()
    wild[40] = 500
    wild[50] = gap
    const { trend, season, rest, weights } = said(seasonOf(wild))
    expect(weights[40]).toBe(0)
    expect(rest[50]).toBeNaN()
    trend.forEach((one, i) => expect(one).toBeCloseTo(20 + i / 10, 4))
    season.forEach((one, i) => expect(one).toBeCloseTo(week[i % 7] as number, 4))
  })

  it('may change slowly, and the parts always sum to the whole', () => {
    const random = chance(2)
    const series = plain.map((one, i) => one + (i / 84) * (week[i % 7] as number) + normal(random))
    const { trend, season, rest } = said(seasonOf(series, { window: 7 }))
    series.forEach((one, i) =>
      expect((trend[i] as number) + (season[i] as number) + (rest[i] as number)).toBeCloseTo(one, 10),
    )
    expect(Math.abs(season[77] as number)).toBeGreaterThan(Math.abs(season[0] as number))
  })

  it('is blank where nothing can be said', () => {
    expect(seasonOf(of())).toEqual({ blank: 'too-few' })
    expect(seasonOf(plain.slice(0, 13))).toEqual({ blank: 'too-few' })
    expect(seasonOf(plain.map((one, i) => (i > 20 && i < 80 ? gap : one)))).toEqual({ blank: 'gap' })
    expect(seasonOf(plain.map((one, i) => (i % 7 === 3 ? gap : one)))).toEqual({ blank: 'gap' })
    const flat = said(seasonOf(new Float64Array(30).fill(4)))
    expect([...flat.rest].every((one) => Math.abs(one) < 1e-12)).toBe(true)
  })
})

describe('change points', () => {
  it('find the dam on the Nile in 1898, as the literature does', () => {
    const { changes } = said(changesOf(nile))
    expect(changes.map(({ at }) => 1871 + at)).toEqual([1899])
    const [one] = changes
    expect(one?.before).toBeCloseTo(1097.75, 10)
    expect(one?.after).toBeCloseTo(849.9722, 4)
  })

  it('are the cheapest cuts there are, as trying all finds them', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 6, maxLength: 14 }),
        fc.integer({ min: 1, max: 3 }),
        (values, least) => {
          const found = changesOf(Float64Array.from(values), { least, strict: 1 })
          if (isLeft(found)) return values.every((one) => one === values[0])
          const costOf = (cuts: readonly number[]) => {
            const ends = [0, ...cuts, values.length]
            return ends.slice(1).reduce((sum, to, i) => {
              const part = values.slice(ends[i], to)
              const mean = part.reduce((all, one) => all + one, 0) / part.length
              const off = part.reduce((all, one) => all + (one - mean) ** 2, 0)
              return sum + off / found.noise ** 2 + (i > 0 ? found.penalty : 0)
            }, 0)
          }
          let cheapest = Number.POSITIVE_INFINITY
          const tryFrom = (from: number, cuts: number[]): void => {
            cheapest = Math.min(cheapest, costOf(cuts))
            for (let cut = from + least; cut <= values.length - least; cut++) tryFrom(cut, [...cuts, cut])
          }
          tryFrom(0, [])
          expect(costOf(found.changes.map(({ at }) => at))).toBeCloseTo(cheapest, 6)
          return true
        },
      ),
      { numRuns: 150, seed: 6 },
    )
  })

  it('are not seen in noise, also where a day resembles the one before', () => {
    const random = chance(8)
    for (const likeness of [0, 0.3, 0.6]) {
      let seen = 0
      for (let turn = 0; turn < 100; turn++) {
        let last = 0
        const series = Float64Array.from({ length: 180 }, () => {
          last = likeness * last + normal(random)
          return last
        })
        if (said(changesOf(series)).changes.length > 0) seen++
      }
      expect(seen).toBeLessThanOrEqual(5)
    }
  })

  it('are blank where nothing can be said', () => {
    expect(changesOf(of())).toEqual({ blank: 'too-few' })
    expect(changesOf(new Float64Array(30).fill(2))).toEqual({ blank: 'all-equal' })
    expect(changesOf(new Float64Array(30).fill(gap))).toEqual({ blank: 'gap' })
    const held = said(
      changesOf(
        Float64Array.from({ length: 40 }, (_, i) => (i % 3 === 0 ? gap : i < 20 ? i % 2 : 50 + (i % 2))),
      ),
    )
    expect(held.changes).toHaveLength(1)
    expect(held.level.every(Number.isFinite)).toBe(true)
  })
})

it('tells finite numbers or a reason, whatever the series', () => {
  const random = chance(90)
  for (let turn = 0; turn < 400; turn++) {
    const odd = [gap, Number.POSITIVE_INFINITY, 1e8]
    const length = Math.floor(random() * 120)
    const series = Float64Array.from({ length }, () =>
      random() < 0.1 ? (odd[Math.floor(random() * 3)] as number) : Math.floor(random() * 1.5),
    )
    const cells = lattice(3, 2, 'rook')
    const steps = Math.floor(length / 6)
    const season = seasonOf(series)
    const told = [
      mannKendall(series),
      senSlope(series),
      changesOf(series, { least: 3 }),
      emergingHotSpots(series.slice(0, steps * 6), steps, cells, { permutations: 9 }),
      ...(isLeft(season) ? [] : [season.trend, season.season, season.weights]),
    ]
    // Numbers that JSON cannot hold become null there.
    const kept = JSON.stringify(told, (_, one) =>
      typeof one === 'number' && !Number.isFinite(one) ? 'lost' : one,
    )
    expect(kept).not.toContain('lost')
  }
})
