/** One class of a choropleth: whole numbers, both ends included. */
export interface Class {
  from: number
  to: number
}

/**
 * At most `most` classes of whole numbers over the values above zero, cut so that each holds about as many grids
 * (quantiles); zero is no class, it stays uncoloured. Equal values never fall into two classes.
 */
export function classesOf(values: Iterable<number>, most = 5): Class[] {
  const sorted = [...values].filter((value) => value > 0).sort((a, b) => a - b)
  const largest = sorted.at(-1)
  if (largest === undefined) return []
  const distinct = [...new Set(sorted)]
  const ends =
    distinct.length <= most
      ? distinct
      : Array.from(
          { length: most },
          (_, i) => sorted[Math.ceil(((i + 1) * sorted.length) / most) - 1] ?? largest,
        )
  const unique = [...new Set(ends)]
  return unique.map((to, i) => ({ from: i === 0 ? 1 : (unique[i - 1] ?? 0) + 1, to }))
}

/** The index of the class that holds the value, or -1 for zero and for values beyond. */
export function classIndex(classes: readonly Class[], value: number): number {
  if (value <= 0) return -1
  return classes.findIndex(({ to }) => value <= to)
}

/** Which of `steps` colours a class takes: few classes spread over the whole ramp. */
export function stepOf(index: number, classCount: number, steps: number): number {
  if (classCount <= 1) return Math.floor(steps / 2)
  return Math.round((index * (steps - 1)) / (classCount - 1))
}
