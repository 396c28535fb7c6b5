/**
 * Adjusted p-values (q): whoever calls significant what has q ≤ rate is wrong in no more than that share of its calls. `bh`: Benjamini and
 * Hochberg 1995, for tests that are independent or hang together positively, as overlapping neighbourhoods do; `by`: Benjamini and Yekutieli
 * 2001, for whatever dependence, at the price of power. Nulls are not tests and stay null.
 */
export function adjusted(p: readonly (number | null)[], method: 'bh' | 'by' = 'bh'): (number | null)[] {
  const sorted = Float64Array.from(p.filter((one) => one !== null)).sort()
  const tests = sorted.length
  let price = 1
  if (method === 'by') {
    price = 0
    for (let i = 1; i <= tests; i++) price += 1 / i
  }
  const steps = new Float64Array(tests)
  let least = 1
  for (let i = tests - 1; i >= 0; i--) {
    least = Math.min(least, ((sorted[i] as number) * tests * price) / (i + 1))
    steps[i] = least
  }
  return p.map((one) => {
    if (one === null) return null
    // The first of those that are as small has the same step as the last.
    let [low, high] = [0, tests - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((sorted[middle] as number) < one) low = middle + 1
      else high = middle
    }
    return steps[low] as number
  })
}
