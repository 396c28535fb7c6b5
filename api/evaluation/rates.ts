/**
 * Rates of cells of unequal size made comparable: deviations from the common rate in units of what each cell's rate scatters by itself
 * (empirical Bayes index, Assunção and Reis 1999), so that few households make no hot spot. `counts` and `sizes` (households, km² …) one a
 * cell; NaN where a count is not known or a size not above 0.
 */
export function standardisedRates(counts: Float64Array, sizes: Float64Array): Float64Array {
  const known = (i: number) => Number.isFinite(counts[i]) && (sizes[i] as number) > 0
  let [cases, size, cells] = [0, 0, 0]
  counts.forEach((count, i) => {
    if (!known(i)) return
    cases += count
    size += sizes[i] as number
    cells++
  })
  const common = cases / size
  let scatter = 0
  counts.forEach((count, i) => {
    if (known(i)) scatter += (sizes[i] as number) * (count / (sizes[i] as number) - common) ** 2
  })
  const between = scatter / size - common / (size / cells)
  return counts.map((count, i) => {
    if (!known(i)) return Number.NaN
    const own = common / (sizes[i] as number)
    // Less scatter than chance alone: nothing lies between the cells.
    const spread = Math.max(between, 0) + own
    return spread > 0 ? (count / (sizes[i] as number) - common) / Math.sqrt(spread) : 0
  })
}
