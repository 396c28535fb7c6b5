import type { Line, Point } from './plane.ts'
import { distance, lerp } from './plane.ts'

const CELL = 5 // metres
const HALF = 11_500 // metres from the origin to each side

export const WATER = 1
export const ROAD = 2
export const BUILT = 4
export const WOOD = 8
export const LAKE = 16

/** What lies where, in 5 m cells over 23 × 23 km: keeps buildings off roads and water, and streets off lakes. */
export type Raster = {
  at(point: Point): number
  fill(ring: Line, mark: number): void
  stroke(line: Line, width: number, mark: number): void
  /** Whether a quadrilateral meets none of the marks. */
  isFree(quad: Line, marks: number): boolean
}

/** An empty raster. */
export function openRaster(): Raster {
  const size = Math.ceil((2 * HALF) / CELL)
  const cells = new Uint8Array(size * size)
  const column = (x: number) => Math.floor((x + HALF) / CELL)
  const index = (x: number, y: number) => {
    const i = column(x),
      j = column(y)
    return i < 0 || j < 0 || i >= size || j >= size ? -1 : j * size + i
  }
  const at = ([x, y]: Point) => {
    const k = index(x, y)
    return k < 0 ? 0 : cells[k]!
  }

  function fill(ring: Line, mark: number) {
    const ys = ring.map((p) => p[1])
    const first = Math.max(0, column(Math.min(...ys)))
    const last = Math.min(size - 1, column(Math.max(...ys)))
    for (let j = first; j <= last; j++) {
      const y = -HALF + (j + 0.5) * CELL
      const xs: number[] = []
      for (let i = 0, k = ring.length - 1; i < ring.length; k = i++) {
        const a = ring[i]!,
          b = ring[k]!
        if (a[1] > y !== b[1] > y) xs.push(((b[0] - a[0]) * (y - a[1])) / (b[1] - a[1]) + a[0])
      }
      xs.sort((a, b) => a - b)
      for (let k = 0; k + 1 < xs.length; k += 2) {
        const end = Math.min(size - 1, column(xs[k + 1]!))
        for (let i = Math.max(0, column(xs[k]!)); i <= end; i++) cells[j * size + i]! |= mark
      }
    }
  }

  function stroke(line: Line, width: number, mark: number) {
    const reach = width / 2
    for (let i = 1; i < line.length; i++) {
      const a = line[i - 1]!,
        b = line[i]!
      const steps = Math.max(1, Math.ceil(distance(a, b) / Math.max(CELL, reach / 2)))
      for (let s = 0; s <= steps; s++) {
        const [x, y] = lerp(a, b, s / steps)
        for (let dy = -reach; dy <= reach; dy += CELL) {
          for (let dx = -reach; dx <= reach; dx += CELL) {
            if (dx * dx + dy * dy > reach * reach + 1) continue
            const k = index(x + dx, y + dy)
            if (k >= 0) cells[k]! |= mark
          }
        }
      }
    }
  }

  function isFree(quad: Line, marks: number) {
    const [a, b, c, d] = quad as [Point, Point, Point, Point]
    const across = Math.max(1, Math.ceil(distance(a, b) / CELL))
    const down = Math.max(1, Math.ceil(distance(a, d) / CELL))
    for (let i = 0; i <= across; i++) {
      const from = lerp(a, b, i / across),
        to = lerp(d, c, i / across)
      for (let j = 0; j <= down; j++) if (at(lerp(from, to, j / down)) & marks) return false
    }
    return true
  }

  return { at, fill, stroke, isFree }
}
