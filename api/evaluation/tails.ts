/** ln Γ(x) for x > 0 (Lanczos 1964, g = 7, the nine coefficients of Godfrey 2001). */
export function lnGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - lnGamma(1 - x)
  const at = x - 1
  let sum = 0.99999999999980993
  for (let i = 0; i < lanczos.length; i++) sum += (lanczos[i] as number) / (at + i + 1)
  const t = at + 7.5
  return 0.5 * Math.log(2 * Math.PI) + (at + 0.5) * Math.log(t) - t + Math.log(sum)
}
const lanczos = [
  676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
  -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
]

const lnRootPi = Math.log(Math.PI) / 2

/** Upper incomplete gamma Q(a, x): the share above x of a gamma of shape a and scale 1; large shapes by Temme 1979. */
export function gammaTail(a: number, x: number): number {
  if (x <= 0) return 1
  if (a > 200) return temme(a, x)
  const front = Math.exp(a * Math.log(x) - x - (a === 0.5 ? lnRootPi : lnGamma(a)))
  if (x < a + 1) {
    let [term, sum] = [1 / a, 1 / a]
    for (let n = 1; n < 1000 && term > sum * 1e-17; n++) {
      term *= x / (a + n)
      sum += term
    }
    return Math.max(0, 1 - front * sum)
  }
  // Lentz's continued fraction.
  let b = x + 1 - a
  let [c, d] = [1e300, 1 / b]
  let h = d
  for (let n = 1; n < 1000; n++) {
    const an = -n * (n - a)
    b += 2
    d = 1 / (an * d + b)
    c = b + an / c
    h *= d * c
    if (Math.abs(d * c - 1) < 1e-16) break
  }
  return front * h
}

function temme(a: number, x: number): number {
  const off = x / a - 1
  const eta = Math.sign(off) * Math.sqrt(2 * (off - Math.log1p(off)))
  // Near the middle both terms are huge and all but equal; their difference is a series.
  const first = Math.abs(off) < 1e-3 ? -1 / 3 + eta / 12 : 1 / off - 1 / eta
  const rest = (Math.exp((-a * eta * eta) / 2) / Math.sqrt(2 * Math.PI * a)) * first
  return Math.min(1, Math.max(0, normalTail(eta * Math.sqrt(a)) + rest))
}

/** The share of a standard normal above z. */
export function normalTail(z: number): number {
  if (z === 0) return 0.5
  const outside = gammaTail(0.5, (z * z) / 2) / 2
  return z > 0 ? outside : 1 - outside
}
/** Both sides' share outside ±z. */
export const bothTails = (z: number): number => Math.min(1, 2 * normalTail(Math.abs(z)))

/** The z above which a share of a standard normal lies (0 < share < 1), by halving to 1e-12. */
export function normalAbove(share: number): number {
  let [low, high] = [-40, 40]
  while (high - low > 1e-12) {
    const middle = (low + high) / 2
    if (normalTail(middle) > share) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** The share above z of a distribution with mean 0, variance 1 and this skewness (Pearson's type III, 1895). */
export function skewedTail(z: number, skewness: number): number {
  if (Math.abs(skewness) < 1e-4) return normalTail(z)
  const shape = 4 / skewness ** 2
  const at = shape + Math.sign(skewness) * z * Math.sqrt(shape)
  return skewness > 0 ? gammaTail(shape, at) : 1 - gammaTail(shape, at)
}

/** Regularised incomplete beta I_x(a, b) by Lentz's continued fraction (Numerical Recipes §6.4). */
export function beta(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  if (x > (a + 1) / (a + b + 2)) return 1 - beta(1 - x, b, a)
  let [c, d] = [1, 1 / (1 - ((a + b) * x) / (a + 1))]
  let h = d
  for (let m = 1; m < 1000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / (1 + even * d)
    c = 1 + even / c
    h *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / (1 + odd * d)
    c = 1 + odd / c
    h *= d * c
    if (Math.abs(d * c - 1) < 1e-15) break
  }
  const front = a * Math.log(x) + b * Math.log1p(-x) - lnGamma(a) - lnGamma(b) + lnGamma(a + b)
  return (Math.exp(front) / a) * h
}

/**
 * The chance of at least `count` where `mean` is expected: Poisson where `size` is ∞, else negative binomial with variance
 * mean + mean² / size.
 */
export function countTail(count: number, mean: number, size = Number.POSITIVE_INFINITY): number {
  if (count <= 0) return 1
  if (mean <= 0) return 0
  if (size === Number.POSITIVE_INFINITY) return Math.max(0, 1 - gammaTail(count, mean))
  return beta(mean / (mean + size), count, size)
}

/** The least count that is passed with no more than this chance (0 < above < 1), of the same distribution. */
export function countAbove(above: number, mean: number, size = Number.POSITIVE_INFINITY): number {
  if (mean <= 0) return 0
  let [low, high] = [-1, 1]
  while (countTail(high + 1, mean, size) > above) {
    low = high
    high *= 2
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (countTail(middle + 1, mean, size) > above) low = middle
    else high = middle
  }
  return high
}
