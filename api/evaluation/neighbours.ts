import Flatbush from 'flatbush'

/** Who is near whom: row i's neighbours are others[starts[i] … starts[i + 1]], ascending, with a weight each (CSR). */
export interface Weights {
  n: number
  /** n + 1 */
  starts: Int32Array
  others: Int32Array
  values: Float64Array
}

/** Weights from lists of neighbours, binary; a list may name its own row. */
export function weightsOf(lists: readonly (readonly number[])[]): Weights {
  const starts = new Int32Array(lists.length + 1)
  lists.forEach((list, i) => {
    starts[i + 1] = (starts[i] as number) + list.length
  })
  const others = new Int32Array(starts.at(-1) ?? 0)
  lists.forEach((list, i) => others.set(Int32Array.from(list).sort(), starts[i]))
  return { n: lists.length, starts, others, values: new Float64Array(others.length).fill(1) }
}

function indexOf(points: Float64Array): Flatbush | null {
  const n = points.length / 2
  if (n === 0) return null
  const index = new Flatbush(n)
  for (let i = 0; i < n; i++) index.add(points[2 * i] as number, points[2 * i + 1] as number)
  index.finish()
  return index
}

/** Neighbours no farther than `band`: points x, y, x, y … and band in the same planar unit; binary, never oneself. */
export function neighboursWithin(points: Float64Array, band: number): Weights {
  const index = indexOf(points)
  return weightsOf(
    Array.from({ length: points.length / 2 }, (_, i) => {
      const [x, y] = [points[2 * i] as number, points[2 * i + 1] as number]
      return (
        index?.search(
          x - band,
          y - band,
          x + band,
          y + band,
          (other, ox, oy) => other !== i && (ox - x) ** 2 + (oy - y) ** 2 <= band * band,
        ) ?? []
      )
    }),
  )
}

/** The k nearest of each point (planar x, y, …); fewer where there are no more, never oneself, not symmetric. */
export function nearest(points: Float64Array, k: number): Weights {
  const index = indexOf(points)
  return weightsOf(
    Array.from({ length: points.length / 2 }, (_, i) =>
      k < 1 || !index
        ? []
        : index.neighbors(
            points[2 * i] as number,
            points[2 * i + 1] as number,
            k,
            Number.POSITIVE_INFINITY,
            (other) => other !== i,
          ),
    ),
  )
}

/** Neighbours on a lattice, row by row: sharing a side (rook), or a side or corner (queen). */
export function lattice(columns: number, rows: number, kind: 'queen' | 'rook'): Weights {
  const lists: number[][] = []
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const list: number[] = []
      for (let r = Math.max(0, row - 1); r <= Math.min(rows - 1, row + 1); r++)
        for (let c = Math.max(0, column - 1); c <= Math.min(columns - 1, column + 1); c++) {
          const steps = Math.abs(r - row) + Math.abs(c - column)
          if (steps === 1 || (steps === 2 && kind === 'queen')) list.push(r * columns + c)
        }
      lists.push(list)
    }
  return weightsOf(lists)
}

/** Each row's weights divided by their sum; a row without neighbours stays empty. */
export function rowStandardised(weights: Weights): Weights {
  const { n, starts } = weights
  const values = Float64Array.from(weights.values)
  for (let i = 0; i < n; i++) {
    const [from, to] = [starts[i] as number, starts[i + 1] as number]
    let sum = 0
    for (let at = from; at < to; at++) sum += values[at] as number
    for (let at = from; at < to; at++) values[at] = (values[at] as number) / (sum || 1)
  }
  return { ...weights, values }
}

/** The same map without what is not kept; rows are numbered anew, in their order. */
export function among(
  weights: Weights,
  keep: (row: number) => boolean,
): { weights: Weights; rows: Int32Array } {
  const rows = Int32Array.from({ length: weights.n }, (_, i) => i).filter(keep)
  const numberOf = new Int32Array(weights.n).fill(-1)
  rows.forEach((row, i) => {
    numberOf[row] = i
  })
  const starts = new Int32Array(rows.length + 1)
  const others: number[] = []
  const values: number[] = []
  rows.forEach((row, i) => {
    for (let at = weights.starts[row] as number; at < (weights.starts[row + 1] as number); at++) {
      const other = numberOf[weights.others[at] as number] as number
      if (other < 0) continue
      others.push(other)
      values.push(weights.values[at] as number)
    }
    starts[i + 1] = others.length
  })
  return {
    weights: { n: rows.length, starts, others: Int32Array.from(others), values: Float64Array.from(values) },
    rows,
  }
}

/** S0, S1 and S2 of Cliff and Ord 1981: Σ w, ½ Σ (w_ij + w_ji)², Σ (row sum + column sum)². */
export function sumsOf({ n, starts, others, values }: Weights): { s0: number; s1: number; s2: number } {
  const margins = new Float64Array(n)
  let [s0, s1, s2] = [0, 0, 0]
  const back = (i: number, j: number) => {
    let [low, high] = [starts[j] as number, starts[j + 1] as number]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((others[middle] as number) < i) low = middle + 1
      else high = middle
    }
    return low < (starts[j + 1] as number) && others[low] === i ? (values[low] as number) : null
  }
  for (let i = 0; i < n; i++)
    for (let at = starts[i] as number; at < (starts[i + 1] as number); at++) {
      const [j, w] = [others[at] as number, values[at] as number]
      s0 += w
      margins[i] = (margins[i] as number) + w
      margins[j] = (margins[j] as number) + w
      const returned = back(i, j)
      // A pair that only one side names is met once, and counts for both orders.
      s1 += returned === null ? w * w : ((w + returned) * (w + returned)) / 2
    }
  for (const margin of margins) s2 += margin * margin
  return { s0, s1, s2 }
}
