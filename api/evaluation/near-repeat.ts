import Flatbush from 'flatbush'
import { type Left, left } from './blank.ts'
import { chance, shuffle } from './chance.ts'

export interface NearRepeat {
  /** Distance band by time band: metres from (not included, but 0 is in the first) to, days likewise. */
  bands: {
    toMeters: number
    toDays: number
    observed: number
    /** The mean over permutations of the days. */
    expected: number
    /** Observed over expected; null where none are expected. */
    ratio: number | null
    /** How often chance gives as many or more. */
    p: number
  }[]
  pairs: number
}

/** Pairs within reach that are looked at; more are refused. */
const mostPairs = 5_000_000

/**
 * Knox's test (1964) with permuted times (Besag and Diggle 1977), as for near repeats (Ratcliffe 2009): are cases near in space also near in
 * time? `cases` x, y, … in metres, `days` one each; bands are upper ends, ascending. The same seed gives the same answer.
 */
export function nearRepeat(
  cases: Float64Array,
  days: Float64Array,
  {
    meters,
    days: untilDays,
    permutations = 999,
    seed = 1,
  }: { meters: readonly number[]; days: readonly number[]; permutations?: number; seed?: number },
): NearRepeat | Left {
  const n = days.length
  if (cases.length !== 2 * n) throw new RangeError('Every case has a place and a day.')
  if (n < 3) return left('too-few')
  if (![...cases, ...days].every(Number.isFinite)) return left('unknown')
  if (days.every((day) => day === days[0])) return left('all-equal')
  const near = pairsWithin(cases, meters)
  if (!near) return left('too-many')
  if (near.first.length === 0) return left('no-neighbours')
  const size = meters.length * untilDays.length
  const observed = countsOf(near, days, untilDays, size)
  const sums = new Float64Array(size)
  const above = new Float64Array(size)
  const random = chance(seed)
  const mixed = Float64Array.from(days)
  for (let turn = 0; turn < permutations; turn++) {
    const counts = countsOf(near, shuffle(mixed, random), untilDays, size)
    for (let i = 0; i < size; i++) {
      const count = counts[i] as number
      sums[i] = (sums[i] as number) + count
      if (count >= (observed[i] as number)) above[i] = (above[i] as number) + 1
    }
  }
  const bands = Array.from(observed, (count, i) => {
    const expected = permutations > 0 ? (sums[i] as number) / permutations : 0
    return {
      toMeters: meters[Math.floor(i / untilDays.length)] as number,
      toDays: untilDays[i % untilDays.length] as number,
      observed: count,
      expected,
      ratio: expected > 0 ? count / expected : null,
      p: ((above[i] as number) + 1) / (permutations + 1),
    }
  })
  return { bands, pairs: near.first.length }
}

interface Pairs {
  first: Int32Array
  second: Int32Array
  band: Uint8Array
}

function pairsWithin(cases: Float64Array, meters: readonly number[]): Pairs | null {
  const far = meters.at(-1) ?? 0
  const n = cases.length / 2
  const index = new Flatbush(n)
  for (let i = 0; i < n; i++) index.add(cases[2 * i] as number, cases[2 * i + 1] as number)
  index.finish()
  const first: number[] = []
  const second: number[] = []
  const band: number[] = []
  for (let i = 0; i < n && first.length <= mostPairs; i++) {
    const [x, y] = [cases[2 * i] as number, cases[2 * i + 1] as number]
    index.search(x - far, y - far, x + far, y + far, (other, ox, oy) => {
      if (other <= i) return false
      const apart = Math.hypot(ox - x, oy - y)
      if (apart > far) return false
      first.push(i)
      second.push(other)
      band.push(meters.findIndex((to) => apart <= to))
      return false
    })
  }
  if (first.length > mostPairs) return null
  return { first: Int32Array.from(first), second: Int32Array.from(second), band: Uint8Array.from(band) }
}

function countsOf(
  { first, second, band }: Pairs,
  days: Float64Array,
  until: readonly number[],
  size: number,
): Int32Array {
  const counts = new Int32Array(size)
  const width = until.length
  const last = until[width - 1] as number
  for (let pair = 0; pair < first.length; pair++) {
    const apart = Math.abs((days[first[pair] as number] as number) - (days[second[pair] as number] as number))
    if (apart > last) continue
    let k = 0
    while (apart > (until[k] as number)) k++
    const at = (band[pair] as number) * width + k
    counts[at] = (counts[at] as number) + 1
  }
  return counts
}
