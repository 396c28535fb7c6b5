import { told } from './blank.ts'

export interface Bin {
  /** Column and row; hexagons are axial (q, r). */
  column: number
  row: number
  /** Metres. */
  x: number
  y: number
  count: number
}
export interface Bins {
  kind: 'square' | 'hexagon'
  /** Metres: a square's side, a hexagon's width from side to side. */
  size: number
  areaKm2: number
  bins: Bin[]
  /** The bin of each point, -1 where it has no place. */
  of: Int32Array
}

const root3 = Math.sqrt(3)
/** km² of one bin. */
export const areaOf = (kind: Bins['kind'], size: number): number =>
  ((kind === 'square' ? 1 : root3 / 2) * size ** 2) / 1e6

/** Points (x, y, … in metres; NaN: no place) in squares or upright hexagons around the origin; only bins that hold something, south to north. */
export function binned(points: Float64Array, kind: Bins['kind'], size: number): Bins {
  if (!(size > 0)) throw new RangeError('A bin needs a size above 0 m.')
  const held = new Map<string, Bin>()
  const owner: (Bin | null)[] = []
  for (let at = 0; at < points.length; at += 2) {
    const [x, y] = [points[at] as number, points[at + 1] as number]
    if (!Number.isFinite(x) || !Number.isFinite(y)) {
      owner.push(null)
      continue
    }
    const [column, row] = kind === 'square' ? [Math.floor(x / size), Math.floor(y / size)] : hexOf(x, y, size)
    const key = `${column},${row}`
    let bin = held.get(key)
    if (!bin) {
      const [cx, cy] =
        kind === 'square'
          ? [(column + 0.5) * size, (row + 0.5) * size]
          : [size * (column + row / 2), (size * row * root3) / 2]
      bin = { column, row, x: cx, y: cy, count: 0 }
      held.set(key, bin)
    }
    bin.count++
    owner.push(bin)
  }
  const bins = [...held.values()].sort((a, b) => a.row - b.row || a.column - b.column)
  const numberOf = new Map(bins.map((bin, i) => [bin, i]))
  const of = Int32Array.from(owner, (bin) => (bin ? (numberOf.get(bin) ?? -1) : -1))
  return { kind, size, areaKm2: areaOf(kind, size), bins, of }
}

/** The axial hexagon nearest to a place, by rounding cube coordinates. */
function hexOf(x: number, y: number, size: number): [number, number] {
  const r = (2 * y) / (root3 * size)
  const q = x / size - r / 2
  const s = -q - r
  let [rq, rr] = [Math.round(q), Math.round(r)]
  const [dq, dr, ds] = [Math.abs(rq - q), Math.abs(rr - r), Math.abs(Math.round(s) - s)]
  if (dq > dr && dq > ds) rq = -rr - Math.round(s)
  else if (dr > ds) rr = -rq - Math.round(s)
  // -0 is no column.
  return [rq + 0, rr + 0]
}

/** A bin's outline in metres, closed, counter-clockwise. */
export function outlineOf(
  kind: Bins['kind'],
  size: number,
  { x, y }: { x: number; y: number },
): [number, number][] {
  const corners: [number, number][] =
    kind === 'square'
      ? [
          [-0.5, -0.5],
          [0.5, -0.5],
          [0.5, 0.5],
          [-0.5, 0.5],
        ]
      : [30, 90, 150, 210, 270, 330].map((degrees) => [
          Math.cos((degrees * Math.PI) / 180) / root3,
          Math.sin((degrees * Math.PI) / 180) / root3,
        ])
  const ring = corners.map(([cx, cy]): [number, number] => [x + cx * size, y + cy * size])
  return [...ring, ring[0] as [number, number]]
}

/** `per` times count ÷ denominator; null where the denominator is not known or not above 0. */
export function rate(count: number | null, denominator: number | null | undefined, per = 1): number | null {
  if (count === null || denominator === null || denominator === undefined || !(denominator > 0)) return null
  return told((per * count) / denominator)
}
