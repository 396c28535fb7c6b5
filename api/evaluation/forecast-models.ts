/** What is told of the days to come, day by day; fed one day after the other, NaN for a day that is not known. */
export interface Model {
  ahead(days: number): Float64Array
  feed(value: number): void
}
export type ModelName =
  | 'same-day-last-week'
  | 'same-day-mean'
  | 'smoothing'
  | 'holt-winters'
  | 'poisson-gamma'

/** Each day as a week before. */
function naive(period: number): Model {
  const last = new Float64Array(period)
  let at = 0
  return {
    ahead: (days) => Float64Array.from({ length: days }, (_, k) => last[(at + k) % period] as number),
    feed(value) {
      if (!Number.isNaN(value)) last[at % period] = value
      at++
    },
  }
}

/** The mean of the same day in the last weeks. */
function sameDays(period: number, weeks: number): Model {
  const held = Array.from({ length: period }, () => [] as number[])
  let at = 0
  return {
    ahead: (days) =>
      Float64Array.from({ length: days }, (_, k) => {
        const list = held[(at + k) % period] as number[]
        return list.reduce((sum, one) => sum + one, 0) / (list.length || 1)
      }),
    feed(value) {
      const list = held[at++ % period] as number[]
      if (Number.isNaN(value)) return
      list.push(value)
      if (list.length > weeks) list.shift()
    },
  }
}

/** Level, damped trend and additive season (Holt 1957, Winters 1960; Gardner and McKenzie 1985); season 0: a level alone. */
function smoothing(period: number, level0: number, trend0: number, season0: number): Model {
  const damping = 0.9
  const first: number[] = []
  const season = new Float64Array(period)
  let [level, trend, at, ready] = [0, 0, 0, false]
  return {
    ahead: (days) => {
      let [sum, step] = [0, 1]
      return Float64Array.from({ length: days }, (_, k) => {
        step *= damping
        sum += step
        return Math.max(0, level + sum * trend + (season[(at + k) % period] as number))
      })
    },
    feed(value) {
      const slot = at++ % period
      if (!ready) {
        first.push(value)
        if (first.length < 2 * period) return
        const known = first.filter((one) => !Number.isNaN(one))
        level = known.reduce((sum, one) => sum + one, 0) / (known.length || 1)
        if (season0 > 0)
          for (let k = 0; k < period; k++) {
            const same = [first[k] as number, first[k + period] as number].filter((one) => !Number.isNaN(one))
            season[k] = same.length ? same.reduce((sum, one) => sum + one, 0) / same.length - level : 0
          }
        ready = true
        return
      }
      if (Number.isNaN(value)) {
        level += damping * trend
        trend *= damping
        return
      }
      const expected = level + damping * trend
      const error = value - expected - (season[slot] as number)
      level = expected + level0 * error
      trend = damping * trend + trend0 * error
      season[slot] = (season[slot] as number) + season0 * error
    },
  }
}

/**
 * Counts of a rate that wanders (Harvey and Fernandes 1989): a gamma prior that forgets, times the share of the weekday, itself drawn toward
 * even shares while little has been seen.
 */
function poissonGamma(period: number, memory: number): Model {
  // Of the weekday's share: as much as this many cases are needed before it is believed.
  const shy = 10
  const seen = new Float64Array(period)
  const days = new Float64Array(period)
  let [cases, exposure, at] = [0, 0, 0]
  const shareOf = (slot: number) => {
    let [all, of] = [0, 0]
    for (let k = 0; k < period; k++) {
      all += seen[k] as number
      of += days[k] as number
    }
    const usual = of > 0 ? all / of : 0
    if (usual === 0) return 1
    return ((seen[slot] as number) + shy) / ((days[slot] as number) * usual + shy)
  }
  return {
    ahead: (ahead) =>
      Float64Array.from({ length: ahead }, (_, k) =>
        exposure > 0 ? (cases / exposure) * shareOf((at + k) % period) : 0,
      ),
    feed(value) {
      const slot = at++ % period
      cases *= memory
      exposure *= memory
      if (Number.isNaN(value)) return
      const share = shareOf(slot)
      cases += value
      exposure += share
      seen[slot] = (seen[slot] as number) * 0.995 + value
      days[slot] = (days[slot] as number) * 0.995 + 1
    },
  }
}

/** The models that compete, the naive first: it is what the others are measured with. */
export const models: { name: ModelName; make: (period: number) => Model }[] = [
  { name: 'same-day-last-week', make: naive },
  { name: 'same-day-mean', make: (period) => sameDays(period, 8) },
  { name: 'smoothing', make: (period) => smoothing(period, 0.1, 0, 0) },
  { name: 'holt-winters', make: (period) => smoothing(period, 0.1, 0.01, 0.05) },
  { name: 'holt-winters', make: (period) => smoothing(period, 0.3, 0.02, 0.1) },
  { name: 'poisson-gamma', make: (period) => poissonGamma(period, 0.98) },
  { name: 'poisson-gamma', make: (period) => poissonGamma(period, 0.995) },
]
