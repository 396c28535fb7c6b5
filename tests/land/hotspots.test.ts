import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import type { MultiPolygon, Polygon } from 'geojson'
import { describe, expect, it } from 'vitest'
import { isLeft } from '../../api/evaluation/blank.ts'
import { chance } from '../../api/evaluation/chance.ts'
import { type Area, contiguity } from '../../api/evaluation/contiguity.ts'
import { adjusted } from '../../api/evaluation/discovery.ts'
import { globalG, localG } from '../../api/evaluation/getis.ts'
import { hotSpots } from '../../api/evaluation/hotspots.ts'
import { localMoran, moranI } from '../../api/evaluation/moran.ts'
import {
  lattice,
  nearest,
  neighboursWithin,
  rowStandardised,
  type Weights,
  weightsOf,
} from '../../api/evaluation/neighbours.ts'
import { standardisedRates } from '../../api/evaluation/rates.ts'
import { isHere, makeFile, makeFolder, readAll, real } from './files.ts'

/** A table of plain commas: its columns by name. */
function table(path: string) {
  const raw = readFileSync(real(path))
  const text = (path.endsWith('.gz') ? gunzipSync(raw) : raw).toString().trim()
  const [head = '', ...lines] = text.split('\n')
  const cells = lines.map((line) =>
    [...line.matchAll(/"([^"]*)"|([^,]+)|(?<=,)(?=,)/g)].map((m) => m[1] ?? m[2] ?? ''),
  )
  const names = head.trim().split(',')
  const column = (name: string) => cells.map((row) => row[names.indexOf(name)]?.trim() ?? '')
  return {
    text: column,
    numbers: (name: string) => Float64Array.from(column(name), Number),
    neighbours: (name: string) =>
      weightsOf(column(name).map((list) => list.split(' ').filter(Boolean).map(Number))),
  }
}
const points = (x: Float64Array, y: Float64Array) =>
  Float64Array.from({ length: 2 * x.length }, (_, i) => (i % 2 ? y : x)[i >> 1] as number)
const said = <T extends object>(figure: T) => {
  if (isLeft(figure)) throw new Error(figure.blank)
  return figure as Exclude<T, { blank: unknown }>
}
const list = (weights: Weights, i: number) =>
  Array.from(weights.others.subarray(weights.starts[i], weights.starts[i + 1]))

describe.skipIf(!isHere)('hot spots as the packages print them', () => {
  const expected = isHere
    ? JSON.parse(readFileSync(real('hotspot_reference/expected.json'), 'utf8'))
    : ({} as never)

  it('gives Getis and Ord their cell of the 16 × 16 map at every distance (spdep)', () => {
    const cells = table('hotspot_reference/getisord_16x16.csv')
    const [at, values] = [points(cells.numbers('x'), cells.numbers('y')), cells.numbers('val')]
    const { cell_0based: cell, Gi, GiStar_30 } = expected.getisord_16x16
    for (const band of [30, 60, 90, 120, 150]) {
      const { z } = localG(values, neighboursWithin(at, band), { star: false })
      expect(z[cell]).toBeCloseTo(Gi[band], 6)
      z.forEach((one, i) => expect(one).toBeCloseTo(cells.numbers(`Gi_${band}`)[i] as number, 8))
    }
    const { z } = localG(values, neighboursWithin(at, 30), { star: true })
    expect(z[cell]).toBeCloseTo(GiStar_30, 5)
    z.forEach((one, i) => expect(one).toBeCloseTo(cells.numbers('GiStar_30')[i] as number, 8))
  })

  it('gives the six points of PySAL, binary and row-standardised', () => {
    const six = expected.esda_six_points
    const map = neighboursWithin(Float64Array.from(six.points.flat()), six.band)
    const y = Float64Array.from(six.y)
    const binary = localG(y, map, { star: false })
    expect(binary.z[0]).toBeCloseTo(six.Gi_binary_Zs0, 7)
    binary.z.forEach((z, i) => expect(z).toBeCloseTo(six.own_Gi_binary[i], 7))
    const star = localG(y, map, { star: true })
    expect(star.z[0]).toBeCloseTo(six.GiStar_binary_Zs0, 8)
    star.z.forEach((z, i) => expect(z).toBeCloseTo(six.own_GiStar_binary[i], 8))
    const rows = rowStandardised(map)
    expect(localG(y, rows, { star: false, asBinary: true }).z[0]).toBeCloseTo(six.Gi_rowstd_Zs0, 8)
    const withSelf = rowStandardised(
      weightsOf(y.length ? [...y.keys()].map((i) => [i, ...list(map, i)]) : []),
    )
    expect(localG(y, withSelf, { star: true, asBinary: true }).z[0]).toBeCloseTo(six.GiStar_rowstd_Zs0, 8)
    const { g, p } = said(globalG(y, map))
    expect(g).toBeCloseTo(six.G_global, 8)
    expect(p).toBeCloseTo(six.G_p_norm_one_sided, 6)
  })

  it('gives the general G of Carolina at eleven distances (spdep)', () => {
    const counties = table('hotspot_reference/nc_sids_points.csv')
    const at = points(counties.numbers('east_mi'), counties.numbers('north_mi'))
    const rate = counties
      .numbers('SID79')
      .map((deaths, i) => (1000 * deaths) / (counties.numbers('BIR79')[i] as number))
    for (const [band, [g, z, p]] of Object.entries(
      expected.sids_globalG_sidsrate79.table as Record<string, number[]>,
    )) {
      const ours = said(globalG(rate, neighboursWithin(at, Number(band))))
      expect(ours.g).toBeCloseTo(g as number, 8)
      expect(ours.z).toBeCloseTo(z as number, 7)
      expect(ours.p).toBeCloseTo(p as number, 7)
    }
  })

  it('gives Moran’s I, its variances and p of Saint Louis, Carolina and the lattice (PySAL)', () => {
    const known = [
      { name: 'stl_HR8893', file: 'hotspot_reference/stl_hom.csv', column: 'HR8893' },
      { name: 'sids2_SIDR74', file: 'hotspot_reference/sids2.csv', column: 'SIDR74' },
    ]
    for (const { name, file, column } of known) {
      const rows = table(file)
      const ours = said(moranI(rows.numbers(column), rowStandardised(rows.neighbours('neighbours0'))))
      const { I, p_norm_one_sided, own } = expected[name]
      expect(ours.i).toBeCloseTo(I, 14)
      expect(ours.normality.p).toBeCloseTo(p_norm_one_sided, 15)
      expect(ours.expected).toBeCloseTo(own.EI, 15)
      expect(ours.normality.variance).toBeCloseTo(own.VI_norm, 15)
      expect(ours.randomisation.variance).toBeCloseTo(own.VI_rand, 15)
      expect(ours.normality.z).toBeCloseTo(own.z_norm, 11)
      expect(ours.randomisation.z).toBeCloseTo(own.z_rand, 11)
    }
    const nine = Float64Array.from({ length: 9 }, (_, i) => i + 1)
    const ours = said(moranI(nine, lattice(3, 3, 'rook')))
    expect(ours.normality.variance).toBeCloseTo(expected.lattice3x3_rook_1to9.VI_norm, 14)
    expect(ours.randomisation.variance).toBeCloseTo(expected.lattice3x3_rook_1to9.VI_rand, 14)
  })

  it('finds who touches whom in Chicago and Saint Louis, and Chicago’s Gi*', async () => {
    const folder = makeFolder()
    for (const end of ['shp', 'shx', 'dbf']) {
      const file = `hotspot_reference/chicago/Chicago77.${end}`
      makeFile(
        `${folder}/Chicago77.${end}`,
        end === 'shp' ? gunzipSync(readFileSync(real(`${file}.gz`))) : readFileSync(real(file)),
      )
    }
    const { rows } = await readAll(`${folder}/Chicago77.shp`)
    const areas = rows.map((row) => {
      const { type, coordinates } = row.geometry as Polygon | MultiPolygon
      return type === 'Polygon' ? [coordinates] : coordinates
    })
    const areasTable = table('incidents_chicago/own_community_area_gistar.csv')
    const told = areasTable.neighbours('queen_neighbours0')
    const map = contiguity(areas, 'queen')
    expect([...map.starts]).toEqual([...told.starts])
    expect([...map.others]).toEqual([...told.others])
    const shapes = table('hotspot_reference/stl_hom_wkt.csv.gz')
      .text('WKT')
      .map(
        (wkt): Area => [
          [...wkt.matchAll(/\(([-\d. ,]+)\)/g)].map(([, ring = '']) =>
            ring.split(',').map((at) => at.trim().split(' ').map(Number)),
          ),
        ],
      )
    const counties = table('hotspot_reference/stl_hom.csv').neighbours('neighbours0')
    // The published file holds those that share a side; four pairs meet in a corner only.
    expect(contiguity(shapes, 'rook')).toEqual(counties)
    expect(contiguity(shapes, 'queen').others.length).toBe(counties.others.length + 8)
    const { z } = localG(areasTable.numbers('incidents'), map, { star: true })
    z.forEach((one, i) => expect(one).toBeCloseTo(areasTable.numbers('gi_star_binary')[i] as number, 8))
  })
})

/** Counts of chance. */
function poisson(mean: number, random: () => number): number {
  let [count, chanceOf, sum] = [0, Math.exp(-mean), Math.exp(-mean)]
  for (const drawn = random(); drawn > sum && count < 1000; sum += chanceOf) chanceOf *= mean / ++count
  return count
}
const normal = (random: () => number) =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())

const gap = Number.NaN

describe('what is noise', () => {
  const map = lattice(20, 20, 'queen')
  it.each([
    ['normal', normal],
    ['many cases', (random: () => number) => poisson(20, random)],
    ['few cases', (random: () => number) => poisson(0.5, random)],
    ['hardly any case', (random: () => number) => poisson(0.05, random)],
    ['a few huge values', (random: () => number) => Math.exp(1.5 * normal(random))],
  ])('is no hot spot: of 200 random maps (%s) no more than 5 % have a significant cell', (_, draw) => {
    const random = chance(200)
    let wrong = 0
    for (let turn = 0; turn < 200; turn++) {
      const values = Float64Array.from({ length: map.n }, () => draw(random))
      if (hotSpots(values, map, { rate: 0.05 }).heat.some((heat) => heat === 'hot' || heat === 'cold'))
        wrong++
    }
    expect(wrong).toBeLessThanOrEqual(10)
  })

  it('is no hot spot either where few live, once rates are standardised', () => {
    const random = chance(31)
    const [homes, raw, fair] = [
      Float64Array.from(map.starts.slice(1), (_, i) => (i % 20 < 5 ? 20 : 2000)),
      [0],
      [0],
    ]
    for (let turn = 0; turn < 200; turn++) {
      const counts = homes.map((size) => poisson(size * 0.01, random))
      const calls = (values: Float64Array, wrong: number[]) => {
        if (hotSpots(values, map).heat.includes('hot')) wrong[0] = (wrong[0] as number) + 1
      }
      calls(
        counts.map((count, i) => count / (homes[i] as number)),
        raw,
      )
      calls(standardisedRates(counts, homes), fair)
    }
    expect(raw[0]).toBeGreaterThan(20)
    expect(fair[0]).toBeLessThanOrEqual(10)
    const odd = standardisedRates(Float64Array.of(1, gap, 3, 0), Float64Array.of(0, 5, 7, 9))
    expect([...odd].map(Number.isNaN)).toEqual([true, true, false, false])
    expect([...standardisedRates(Float64Array.of(0, 0), Float64Array.of(5, 7))]).toEqual([0, 0])
  })

  it('but a hot spot is found, and a cold one, and where', () => {
    const random = chance(5)
    const inside = (i: number, column: number) =>
      Math.abs((i % 20) - column) <= 2 && Math.abs(Math.floor(i / 20) - 9) <= 2
    const values = Float64Array.from({ length: map.n }, (_, i) =>
      poisson(inside(i, 4) ? 25 : inside(i, 15) ? 2 : 10, random),
    )
    const { heat, q } = hotSpots(values, map)
    for (const [side, column] of [
      ['hot', 4],
      ['cold', 15],
    ] as const) {
      const called = heat.flatMap((one, i) => (one === side ? [i] : []))
      expect(called.length).toBeGreaterThan(12)
      expect(
        called.filter((i) => Math.abs((i % 20) - column) > 3 || Math.abs(Math.floor(i / 20) - 9) > 3),
      ).toEqual([])
    }
    expect(q.every((one) => one !== null && one >= 0 && one <= 1)).toBe(true)
  })

  it('q is Benjamini and Hochberg’s: what is called at a rate is what their step-up calls', () => {
    const random = chance(9)
    for (let turn = 0; turn < 50; turn++) {
      const p = Array.from({ length: 30 }, () => (random() < 0.2 ? null : random() ** 3))
      const tested = p.filter((one) => one !== null).sort((a, b) => a - b)
      const last = tested.findLastIndex((one, i) => one <= (0.1 * (i + 1)) / tested.length)
      const bar = last < 0 ? -1 : (tested[last] as number)
      expect(adjusted(p).map((q) => q !== null && q <= 0.1)).toEqual(
        p.map((one) => one !== null && one <= bar),
      )
      expect(adjusted(p, 'by').every((q, i) => q === null || q >= (adjusted(p)[i] as number))).toBe(true)
    }
  })
})

describe('local Moran', () => {
  const random = chance(3)
  const map = lattice(12, 10, 'queen')
  const values = Float64Array.from({ length: map.n }, (_, i) => poisson(i % 12 < 5 ? 12 : 4, random))
  const local = localMoran(values, map)

  it('sums to Moran’s I', () => {
    const sum = local.i.reduce<number>((all, one) => all + (one as number), 0)
    expect(sum / map.others.length).toBeCloseTo(said(moranI(values, map)).i, 12)
  })

  it('says the same for the same seed, and by permutation what the formula says', () => {
    expect(localMoran(values, map).permuted).toEqual(local.permuted)
    expect(localMoran(values, map, { seed: 2 }).permuted).not.toEqual(local.permuted)
    const off = local.p.map((p, i) => Math.abs((p as number) - (local.permuted[i] as number)))
    expect(off.reduce((sum, one) => sum + one, 0) / off.length).toBeLessThan(0.03)
  })

  it('has the permuted p of the whole agree too', () => {
    const whole = said(moranI(values, map, { permutations: 199 }))
    expect(whole.permuted).toBe(1 / 200)
    const noise = said(
      moranI(
        values.slice().sort(() => random() - 0.5),
        map,
        { permutations: 999 },
      ),
    )
    expect(Math.abs((noise.permuted as number) - noise.randomisation.p)).toBeLessThan(0.05)
  })
})

describe('neighbours', () => {
  it('are the nearest, as looking at every one finds them', () => {
    const random = chance(4)
    const at = Float64Array.from({ length: 120 }, () => Math.floor(random() * 1000) / 7)
    const apart = (i: number, j: number) =>
      Math.hypot(
        (at[2 * i] as number) - (at[2 * j] as number),
        (at[2 * i + 1] as number) - (at[2 * j + 1] as number),
      )
    const [near, band] = [nearest(at, 4), neighboursWithin(at, 25)]
    for (let i = 0; i < 60; i++) {
      const others = [...Array(60).keys()].filter((j) => j !== i).sort((a, b) => apart(i, a) - apart(i, b))
      expect(list(near, i)).toEqual(others.slice(0, 4).sort((a, b) => a - b))
      expect(list(band, i)).toEqual(others.filter((j) => apart(i, j) <= 25).sort((a, b) => a - b))
    }
  })

  it('touch in a corner (queen) or along a side (rook), also where a corner meets the middle of a side', () => {
    const box = (west: number, south: number, east: number, north: number): Area => [
      [
        [
          [west, south],
          [east, south],
          [east, north],
          [west, north],
          [west, south],
        ],
      ],
    ]
    const areas = [box(0, 0, 2, 1), box(0, 1, 1, 2), box(1, 1, 2, 2), box(2, 1, 3, 3), box(9, 9, 10, 10)]
    const lists = (kind: 'queen' | 'rook') => areas.map((_, i) => list(contiguity(areas, kind), i))
    expect(lists('queen')).toEqual([[1, 2, 3], [0, 2], [0, 1, 3], [0, 2], []])
    expect(lists('rook')).toEqual([[1, 2], [0, 2], [0, 1, 3], [2], []])
    const grid = [...Array(12).keys()].map((i) =>
      box(i % 4, Math.floor(i / 4), (i % 4) + 1, Math.floor(i / 4) + 1),
    )
    for (const kind of ['queen', 'rook'] as const) expect(contiguity(grid, kind)).toEqual(lattice(4, 3, kind))
  })
})

describe('what cannot be said', () => {
  const map = lattice(3, 3, 'queen')
  const nine = (...values: number[]) =>
    Float64Array.from({ length: 9 }, (_, i) => values[i % values.length] ?? 0)
  const alone = weightsOf(Array.from({ length: 9 }, () => []))
  const all = weightsOf([...Array(9).keys()].map((i) => [...Array(9).keys()].filter((j) => j !== i)))

  it('is blank with a reason', () => {
    expect(localG(nine(4), map, { star: true }).blanks).toEqual(Array(9).fill('all-equal'))
    expect(localG(nine(0), map, { star: false }).blanks).toEqual(Array(9).fill('all-equal'))
    expect(localG(nine(1, 2), alone, { star: true }).blanks).toEqual(Array(9).fill('no-neighbours'))
    expect(localG(nine(1, 2), all, { star: true }).blanks).toEqual(Array(9).fill('everybody-neighbours'))
    expect(hotSpots(Float64Array.of(5), weightsOf([[]])).blanks).toEqual(['too-few'])
    expect(hotSpots(new Float64Array(), weightsOf([])).heat).toEqual([])
    expect(localG(nine(1, 2, Number.NaN), map, { star: true }).blanks[2]).toBe('unknown')
    expect(moranI(nine(4), map)).toEqual({ blank: 'all-equal' })
    expect(moranI(nine(1, 2), alone)).toEqual({ blank: 'no-neighbours' })
    expect(moranI(nine(1, 2), all)).toEqual({ blank: 'everybody-neighbours' })
    expect(moranI(Float64Array.of(1, 2), lattice(2, 1, 'rook'))).toEqual({ blank: 'too-few' })
    expect(localMoran(nine(4), map).blanks).toEqual(Array(9).fill('all-equal'))
    expect(localMoran(nine(1, 2), alone).blanks).toEqual(Array(9).fill('no-neighbours'))
    expect(globalG(nine(0), map)).toEqual({ blank: 'all-equal' })
    expect(globalG(nine(1, 2), alone)).toEqual({ blank: 'no-neighbours' })
    expect(globalG(nine(1, -2), map)).toEqual({ blank: 'not-counts' })
    expect(globalG(new Float64Array(), weightsOf([]))).toEqual({ blank: 'too-few' })
  })

  it('is never NaN or ∞, whatever the map', () => {
    const random = chance(17)
    for (let turn = 0; turn < 300; turn++) {
      const n = Math.floor(random() * 9)
      const odd = weightsOf([...Array(n).keys()].map(() => [...Array(n).keys()].filter(() => random() < 0.4)))
      const values = Float64Array.from({ length: n }, () =>
        random() < 0.15 ? Number.NaN : Math.floor(random() * 3) * 10 ** Math.floor(random() * 9),
      )
      const told = [
        hotSpots(values, odd, { permutations: 9 }),
        localG(values, odd, { star: false }),
        localMoran(values, odd, { permutations: 9 }),
        moranI(values, odd, { permutations: 9 }),
        globalG(values, odd),
      ]
      for (const numbers of told.flatMap((one) => Object.values(one).flat(2)))
        if (typeof numbers === 'number') expect(Number.isFinite(numbers)).toBe(true)
      const local = told[0] as ReturnType<typeof hotSpots>
      expect(local.z.map((z) => z === null)).toEqual(local.blanks.map((blank) => blank !== null))
    }
  })
})
