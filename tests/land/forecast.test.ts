import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { isLeft } from '../../api/evaluation/blank.ts'
import { chance } from '../../api/evaluation/chance.ts'
import { type Forecast, forecastOf } from '../../api/evaluation/forecast.ts'
import { localMoran } from '../../api/evaluation/moran.ts'
import { nearRepeat } from '../../api/evaluation/near-repeat.ts'
import { lattice } from '../../api/evaluation/neighbours.ts'
import { openStatistics } from '../../api/evaluation/statistics.ts'
import { countAbove, countTail, gammaTail, normalAbove, normalTail } from '../../api/evaluation/tails.ts'
import { earlyWarnings } from '../../api/evaluation/warnings.ts'
import { isHere, real } from './files.ts'

const said = <T extends object>(figure: T) => {
  if (isLeft(figure)) throw new Error(figure.blank)
  return figure as Exclude<T, { blank: unknown }>
}
function poisson(mean: number, random: () => number): number {
  let [count, chanceOf, sum] = [0, Math.exp(-mean), Math.exp(-mean)]
  for (const drawn = random(); drawn > sum && count < 1000; sum += chanceOf) chanceOf *= mean / ++count
  return count
}
const sum = (numbers: Float64Array) => numbers.reduce((all, one) => all + one, 0)
const week = [1.1, 1.2, 1, 1, 1.1, 0.8, 0.8]
const gap = Number.NaN

describe('tails', () => {
  it('are those that summing gives', () => {
    for (const [mean, size] of [
      [0.3, 1],
      [4, 2.5],
      [60, 9],
      [4, Number.POSITIVE_INFINITY],
    ] as const) {
      let [chanceOf, below] = [
        size === Number.POSITIVE_INFINITY ? Math.exp(-mean) : (size / (size + mean)) ** size,
        0,
      ]
      for (let count = 0; count < 40; count++) {
        expect(countTail(count, mean, size)).toBeCloseTo(1 - below, 12)
        below += chanceOf
        const more = size === Number.POSITIVE_INFINITY ? mean : ((size + count) * mean) / (size + mean)
        chanceOf *= more / (count + 1)
      }
      const most = countAbove(0.05, mean, size)
      expect(countTail(most + 1, mean, size)).toBeLessThanOrEqual(0.05)
      expect(countTail(most, mean, size)).toBeGreaterThan(0.05)
    }
  })

  it('are right where tables end, and the large shapes meet the small', () => {
    expect(normalTail(6) / 9.865876450376946e-10).toBeCloseTo(1, 10)
    expect(normalAbove(0.025)).toBeCloseTo(1.959963984540054, 10)
    for (const x of [150, 190, 200, 215, 280]) {
      const [small, large] = [gammaTail(200, x), gammaTail(200.0000001, x)]
      expect(large / small).toBeCloseTo(1, 3)
    }
  })
})

describe('the coming week', () => {
  it('lies within its interval as often as it says, in days and in all, with few cases and many', () => {
    const random = chance(40)
    for (const level of [0.1, 1, 12]) {
      let [days, weeks] = [0, 0]
      for (let turn = 0; turn < 60; turn++) {
        const all = Float64Array.from({ length: 189 }, (_, i) =>
          poisson(level * (week[i % 7] as number), random),
        )
        const told = said(forecastOf(all.slice(0, 182)))
        const next = all.slice(182)
        days += told.days.filter(
          ({ low, high }, i) => (next[i] as number) >= low && (next[i] as number) <= high,
        ).length
        if (sum(next) >= told.total.low && sum(next) <= told.total.high) weeks++
        for (const { low, high, mean } of [...told.days, told.total]) {
          expect(low).toBeGreaterThanOrEqual(0)
          expect(low).toBeLessThanOrEqual(mean + 1)
          expect(high).toBeGreaterThanOrEqual(low)
        }
      }
      // 0.9 is promised; two and a half standard errors of 60 weeks below it.
      expect(days / 420).toBeGreaterThan(0.86)
      expect(weeks / 60).toBeGreaterThan(0.8)
    }
  })

  it('is better than the week before, and knows a weekday and a trend', () => {
    const random = chance(41)
    const noisy = Float64Array.from({ length: 364 }, (_, i) => poisson(12 * (week[i % 7] as number), random))
    expect(said(forecastOf(noisy)).backTest.ratio).toBeLessThan(0.9)
    const sharp = Float64Array.from({ length: 182 }, (_, i) => (i % 7 < 5 ? 10 : 0))
    const { days, backTest } = said(forecastOf(sharp))
    days.forEach(({ mean }, i) => expect(Math.abs(mean - (i < 5 ? 10 : 0))).toBeLessThan(0.5))
    expect(backTest).toMatchObject({ naiveError: 0, ratio: null })
    const rising = Float64Array.from({ length: 182 }, (_, i) => 20 + i)
    const last = sum(rising.slice(-7))
    expect(said(forecastOf(rising)).total.mean).toBeGreaterThan(last)
  })

  it.skipIf(!isHere)(
    'of Chicago’s districts is told better than by the naive forecast, and as surely as it says',
    () => {
      const start = Date.UTC(2010, 0, 1)
      const byDistrict = new Map<string, Float64Array>()
      const lines = gunzipSync(readFileSync(real('incidents_chicago/chicago_aggravated_assaults.csv.gz')))
        .toString()
        .trim()
        .split('\n')
        .slice(1)
      for (const line of lines) {
        const district = line.split(',').at(-1) as string
        const series = byDistrict.get(district) ?? new Float64Array(3652)
        byDistrict.set(district, series)
        const day = Math.floor((Date.parse(line.slice(0, 10)) - start) / 86_400_000)
        series[day] = (series[day] as number) + 1
      }
      let [told, ratio, squared, days, within, weeks] = [0, 0, 0, 0, 0, 0]
      for (const series of byDistrict.values()) {
        if (sum(series) < 1000) continue
        const forecast = said(forecastOf(series.slice(0, 3645)))
        const next = series.slice(3645)
        told++
        ratio += forecast.backTest.ratio ?? 1
        squared += forecast.backTest.squaredRatio ?? 1
        days += forecast.days.filter(
          ({ low, high }, i) => (next[i] as number) >= low && (next[i] as number) <= high,
        ).length
        within += forecast.backTest.covered
        const { low, high } = forecast.total
        if (sum(next) >= low && sum(next) <= high) weeks++
      }
      expect(told).toBeGreaterThan(20)
      expect(ratio / told).toBeLessThan(0.9)
      expect(squared / told).toBeLessThan(0.8)
      expect(within / told).toBeGreaterThan(0.88)
      expect(days / (7 * told)).toBeGreaterThan(0.88)
      expect(weeks / told).toBeGreaterThan(0.8)
    },
  )

  it('is blank where nothing can be said, and begins anew after a long gap', () => {
    const random = chance(42)
    const year = Float64Array.from({ length: 364 }, () => poisson(3, random))
    const without = (from: number, to: number) => year.map((one, i) => (i >= from && i < to ? gap : one))
    expect(forecastOf(new Float64Array())).toEqual({ blank: 'too-few' })
    expect(forecastOf(year.slice(0, 55))).toEqual({ blank: 'too-few' })
    expect(forecastOf(without(0, 330))).toEqual({ blank: 'gap' })
    expect(forecastOf(without(350, 364))).toEqual({ blank: 'gap' })
    expect(forecastOf(year.map(() => gap))).toEqual({ blank: 'gap' })
    expect(forecastOf(year.map((one) => one - 1))).toEqual({ blank: 'not-counts' })
    expect(said(forecastOf(without(50, 250))).history).toBe(114)
    expect(said(forecastOf(without(300, 305))).history).toBe(359)
    const never = said(forecastOf(new Float64Array(364)))
    expect(never.total).toMatchObject({ low: 0, high: 0 })
    expect(JSON.stringify([never, forecastOf(without(50, 250))])).not.toMatch(/NaN|Infinity/)
  })
})

describe('an early warning', () => {
  const random = chance(50)
  const series = (level: number, days = 364) =>
    Float64Array.from({ length: days }, () => poisson(level, random))

  it('is given for what stands out, not for what is many, few or unknown', () => {
    const forecast = forecastOf(series(2))
    const short = forecastOf(series(2, 70))
    const rare = forecastOf(series(0.01))
    const off: Forecast = { ...said(forecast), backTest: { ...said(forecast).backTest, covered: 0.7 } }
    const told = earlyWarnings([
      { observed: 45, forecast },
      { observed: 16, forecast },
      { observed: 45, forecast: short },
      { observed: 4, forecast: rare },
      { observed: 45, forecast: off },
      { observed: 45, forecast: { blank: 'gap' } },
    ])
    expect(told.map(({ because }) => because)).toEqual([
      'passed',
      'not-rare',
      'no-history',
      'few-cases',
      'not-back-tested',
      'no-history',
    ])
    expect(told.map(({ warned }) => warned)).toEqual([true, false, false, false, false, false])
    expect(earlyWarnings([])).toEqual([])
  })

  it('is given in no more than 5 of 100 towns where nothing has happened', () => {
    let wrong = 0
    for (let town = 0; town < 100; town++) {
      const weeks = [0.05, 0.2, 0.5, 1, 1, 2, 3, 5].map((level) => {
        const all = series(level, 189)
        return { observed: sum(all.slice(182)), forecast: forecastOf(all.slice(0, 182)) }
      })
      if (earlyWarnings(weeks).some(({ warned }) => warned)) wrong++
    }
    expect(wrong).toBeLessThanOrEqual(5)
  })
})

describe('near repeats', () => {
  const random = chance(60)
  const n = 300
  const places = Float64Array.from({ length: 2 * n }, () => random() * 3000)
  const days = Float64Array.from({ length: n }, () => Math.floor(random() * 365))
  const options = { meters: [100, 200, 400], days: [7, 14], permutations: 199 }

  it('are counted as looking at every pair counts them, and expected as their margins say', () => {
    const { bands, pairs } = said(nearRepeat(places, days, options))
    let looked = 0
    const counts = bands.map(() => 0)
    for (let i = 0; i < n; i++)
      for (let j = i + 1; j < n; j++) {
        const apart = Math.hypot(
          (places[2 * i] as number) - (places[2 * j] as number),
          (places[2 * i + 1] as number) - (places[2 * j + 1] as number),
        )
        const later = Math.abs((days[i] as number) - (days[j] as number))
        if (apart > 400) continue
        looked++
        const at = bands.findIndex(({ toMeters, toDays }) => apart <= toMeters && later <= toDays)
        if (at >= 0) counts[at] = (counts[at] as number) + 1
      }
    expect(pairs).toBe(looked)
    expect(bands.map(({ observed }) => observed)).toEqual(counts)
    const within = Array.from(days).flatMap((a, i) => Array.from(days.slice(i + 1), (b) => Math.abs(a - b)))
    const share = within.filter((apart) => apart <= 14).length / within.length
    const expected = bands.reduce((all, one) => all + one.expected, 0)
    expect(expected / (share * pairs)).toBeGreaterThan(0.97)
    expect(expected / (share * pairs)).toBeLessThan(1.03)
    expect(nearRepeat(places, days, options)).toEqual({ bands, pairs })
  })

  it('are found where cases are followed by others nearby, and not where they are not', () => {
    const followed = Float64Array.from([...places, ...places.slice(0, 80).map((one) => one + 20 * random())])
    const after = Float64Array.from([...days, ...days.slice(0, 40).map((one) => one + 3)])
    const [first, ...others] = said(nearRepeat(followed, after, options)).bands
    expect(first?.ratio).toBeGreaterThan(3)
    expect(first?.p).toBe(1 / 200)
    const far = others.filter(({ toMeters }) => toMeters === 400)
    expect(far.every(({ p }) => p > 0.01)).toBe(true)
    expect(said(nearRepeat(places, days, options)).bands.every(({ p }) => p > 0.01)).toBe(true)
  })

  it('are blank where nothing can be said', () => {
    expect(nearRepeat(new Float64Array(), new Float64Array(), options)).toEqual({ blank: 'too-few' })
    expect(nearRepeat(places, new Float64Array(n).fill(5), options)).toEqual({ blank: 'all-equal' })
    expect(
      nearRepeat(
        places,
        days.map(() => gap),
        options,
      ),
    ).toEqual({ blank: 'unknown' })
    expect(nearRepeat(places, days, { ...options, meters: [1e-9] })).toEqual({ blank: 'no-neighbours' })
    const none = said(
      nearRepeat(
        places,
        days.map((one, i) => one + 1000 * i),
        options,
      ),
    )
    expect(none.bands.every(({ ratio, expected }) => ratio === null && expected === 0)).toBe(true)
  })
})

describe('the thread', () => {
  it('says what the functions say, while the process goes on with its work', async () => {
    const statistics = openStatistics()
    try {
      const random = chance(70)
      const map = lattice(50, 40, 'queen')
      const values = Float64Array.from({ length: map.n }, () => poisson(3, random))
      // Once, so that the thread is up.
      await statistics.ask('mannKendall', Float64Array.of(1, 2, 3))
      let [turns, done] = [0, false]
      const asked = statistics.ask('localMoran', values, map).finally(() => {
        done = true
      })
      while (!done) {
        await new Promise((resolve) => setTimeout(resolve, 1))
        turns++
      }
      expect(await asked).toEqual(localMoran(values, map))
      expect(turns).toBeGreaterThan(10)
      const series = Float64Array.from({ length: 182 }, () => poisson(2, random))
      expect(await statistics.ask('forecastAll', [series])).toEqual([forecastOf(series)])
      await expect(statistics.ask('nearRepeat', series, series, { meters: [1], days: [1] })).rejects.toThrow(
        'a place and a day',
      )
    } finally {
      statistics.close()
    }
    await expect(statistics.ask('mannKendall', Float64Array.of(1, 2, 3))).rejects.toThrow('stopping')
  })

  it('lets those know who wait when it ends', async () => {
    const statistics = openStatistics()
    const map = lattice(50, 40, 'queen')
    const asked = statistics.ask(
      'localMoran',
      Float64Array.from({ length: map.n }, (_, i) => i % 7),
      map,
      {
        permutations: 99_999,
      },
    )
    const lost = expect(asked).rejects.toThrow('Xiake is stopping')
    statistics.close()
    await lost
  })
})
