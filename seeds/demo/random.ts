/** A seeded source of chance; every generator takes its own stream, so that a change in one leaves the others as they were. */
export type Random = {
  next(): number
  between(low: number, high: number): number
  int(low: number, high: number): number
  chance(probability: number): boolean
  normal(mean?: number, deviation?: number): number
  logNormal(median: number, sigma: number): number
  pick<T>(items: readonly T[]): T
  shuffle<T>(items: readonly T[]): T[]
}

/** Opens the stream `name` of a seed; the same pair always gives the same numbers. */
export function stream(seed: number, name: string): Random {
  let state = hash(`${seed}/${name}`)
  // mulberry32: 32 bits of state are plenty for a few million draws per stream
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  const between = (low: number, high: number) => low + (high - low) * next()
  const int = (low: number, high: number) => Math.floor(between(low, high + 1))
  const normal = (mean = 0, deviation = 1) =>
    mean + deviation * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
  return {
    next,
    between,
    int,
    normal,
    chance: (probability) => next() < probability,
    logNormal: (median, sigma) => median * Math.exp(normal(0, sigma)),
    pick: (items) => items[Math.floor(next() * items.length)]!,
    shuffle: (items) => {
      const copy = [...items]
      for (let i = copy.length - 1; i > 0; i--) {
        const j = Math.floor(next() * (i + 1))
        ;[copy[i], copy[j]] = [copy[j]!, copy[i]!]
      }
      return copy
    },
  }
}

/** Draws an index in proportion to weights; build it once, draw in O(log n). */
export function weightedIndex(weights: ArrayLike<number>): (random: Random) => number {
  const sums = new Float64Array(weights.length)
  let total = 0
  for (let i = 0; i < weights.length; i++) sums[i] = total += weights[i]!
  return (random) => {
    const target = random.next() * total
    let low = 0
    let high = sums.length - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if (sums[middle]! > target) high = middle
      else low = middle + 1
    }
    return low
  }
}

/** Shares `total` whole things out in proportion to weights, none below `least` (largest remainder). */
export function apportion(weights: readonly number[], total: number, least = 0): number[] {
  const sum = weights.reduce((a, b) => a + b, 0)
  const free = total - least * weights.length
  if (free < 0) throw new RangeError(`cannot give ${least} each of ${total} to ${weights.length}`)
  const exact = weights.map((w) => (w / sum) * free)
  const shares = exact.map((x) => least + Math.floor(x))
  const order = exact
    .map((x, i) => [x - Math.floor(x), i] as const)
    .sort((a, b) => b[0] - a[0] || a[1] - b[1])
  let left = total - shares.reduce((a, b) => a + b, 0)
  for (const [, i] of order) if (left-- > 0) shares[i]!++
  return shares
}

// FNV-1a with a final mix
function hash(text: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  h ^= h >>> 16
  return Math.imul(h, 0x45d9f3b) | 0
}
