import { type Left, left } from './blank.ts'

/** quartic: (1 − u²)² within the bandwidth (Silverman 1986, K2); gaussian: exp(−u² / 2), the bandwidth its standard deviation. */
export type Kernel = 'quartic' | 'gaussian'

/** Cases per km² at places, exactly: cases and places as x, y, … in metres, each case weighing 1 or its weight; bandwidth in metres. */
export function densityAt(
  places: Float64Array,
  cases: Float64Array,
  { kernel, bandwidth, weights }: { kernel: Kernel; bandwidth: number; weights?: Float64Array },
): Float64Array | Left {
  if (!(bandwidth > 0)) return left('unknown')
  const made = new Float64Array(places.length / 2)
  const peak = peakOf(kernel, bandwidth)
  const square = bandwidth * bandwidth
  for (let i = 0; i < made.length; i++) {
    const [x, y] = [places[2 * i] as number, places[2 * i + 1] as number]
    let sum = 0
    for (let at = 0; at < cases.length; at += 2) {
      const u2 = ((x - (cases[at] as number)) ** 2 + (y - (cases[at + 1] as number)) ** 2) / square
      const weight = weights ? (weights[at / 2] as number) : 1
      if (kernel === 'gaussian') sum += weight * Math.exp(-u2 / 2)
      else if (u2 < 1) sum += weight * (1 - u2) ** 2
    }
    made[i] = sum * peak
  }
  return made
}

/** Per km² straight above a case. */
const peakOf = (kernel: Kernel, bandwidth: number) =>
  (kernel === 'gaussian' ? 1 / (2 * Math.PI) : 3 / Math.PI) * (1e6 / bandwidth ** 2)

export interface DensityGrid {
  kernel: Kernel
  bandwidth: number
  /** Metres: the middle of the first cell (south-west), and a cell's side. */
  x: number
  y: number
  cell: number
  columns: number
  rows: number
  /** Cases per km², row by row northward. */
  values: Float64Array
}

/** A gaussian reaches this many bandwidths on a grid: what lies beyond is 1.5e-8 of its peak. */
const reach = 6
/** Cells: a grid that could be drawn nowhere is refused. */
const most = 4_000_000

/** Cases per km² on a grid over a box [west, south, east, north] in metres; `left` where nothing can be said or the grid is too fine. */
export function densityGrid(
  cases: Float64Array,
  {
    kernel,
    bandwidth,
    cell,
    box: [west, south, east, north],
    weights,
  }: {
    kernel: Kernel
    bandwidth: number
    cell: number
    box: readonly [number, number, number, number]
    weights?: Float64Array
  },
): DensityGrid | Left {
  if (!(bandwidth > 0 && cell > 0 && east > west && north > south)) return left('unknown')
  const [columns, rows] = [Math.ceil((east - west) / cell), Math.ceil((north - south) / cell)]
  if (columns * rows > most) return left('too-many')
  const [x0, y0] = [west + cell / 2, south + cell / 2]
  const values = new Float64Array(columns * rows)
  const far = kernel === 'gaussian' ? reach * bandwidth : bandwidth
  const peak = peakOf(kernel, bandwidth)
  const acrossOf = new Float64Array(columns)
  for (let at = 0; at < cases.length; at += 2) {
    const [x, y] = [cases[at] as number, cases[at + 1] as number]
    const from = Math.max(0, Math.ceil((x - far - x0) / cell))
    const to = Math.min(columns - 1, Math.floor((x + far - x0) / cell))
    const low = Math.max(0, Math.ceil((y - far - y0) / cell))
    const high = Math.min(rows - 1, Math.floor((y + far - y0) / cell))
    const weight = peak * (weights ? (weights[at / 2] as number) : 1)
    // A gaussian is the product of one along each axis.
    for (let c = from; c <= to; c++) {
      const u2 = ((x0 + c * cell - x) / bandwidth) ** 2
      acrossOf[c] = kernel === 'gaussian' ? Math.exp(-u2 / 2) : u2
    }
    for (let r = low; r <= high; r++) {
      const v2 = ((y0 + r * cell - y) / bandwidth) ** 2
      const up = kernel === 'gaussian' ? weight * Math.exp(-v2 / 2) : v2
      for (let c = from; c <= to; c++) {
        const i = r * columns + c
        const across = acrossOf[c] as number
        if (kernel === 'gaussian') values[i] = (values[i] as number) + up * across
        else if (across + up < 1) values[i] = (values[i] as number) + weight * (1 - across - up) ** 2
      }
    }
  }
  return { kernel, bandwidth, x: x0, y: y0, cell, columns, rows, values }
}
