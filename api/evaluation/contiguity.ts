import Flatbush from 'flatbush'
import { type Weights, weightsOf } from './neighbours.ts'

type Ring = readonly (readonly number[])[]
/** Coordinates of a MultiPolygon. */
export type Area = readonly (readonly Ring[])[]

/** Squared distance of a point to a piece of a line. */
function apart(px: number, py: number, ax: number, ay: number, bx: number, by: number): number {
  const [dx, dy] = [bx - ax, by - ay]
  const along = dx * dx + dy * dy
  const t = along === 0 ? 0 : Math.min(1, Math.max(0, ((px - ax) * dx + (py - ay) * dy) / along))
  return (px - ax - t * dx) ** 2 + (py - ay - t * dy) ** 2
}

/**
 * Areas that touch: in a point (queen) or along a side (rook); `snap`, in the areas' own unit, is what may lie between them. Corners that
 * meet the middle of a side count, as they do on real maps. Binary weights.
 */
export function contiguity(areas: readonly Area[], kind: 'queen' | 'rook', snap = 1e-9): Weights {
  const sides: number[] = []
  const owners: number[] = []
  areas.forEach((area, owner) => {
    for (const ring of area.flat())
      for (let i = 1; i < ring.length; i++) {
        const [[ax = 0, ay = 0] = [], [bx = 0, by = 0] = []] = [ring[i - 1], ring[i]]
        if (ax === bx && ay === by) continue
        sides.push(ax, ay, bx, by)
        owners.push(owner)
      }
  })
  const met = areas.map(() => new Set<number>())
  if (owners.length === 0) return weightsOf(met.map(() => []))
  const index = new Flatbush(owners.length)
  const sideOf = (i: number) => sides.slice(4 * i, 4 * i + 4) as [number, number, number, number]
  owners.forEach((_, i) => {
    const [ax, ay, bx, by] = sideOf(i)
    index.add(Math.min(ax, bx), Math.min(ay, by), Math.max(ax, bx), Math.max(ay, by))
  })
  index.finish()
  const reach = snap * snap
  owners.forEach((owner, i) => {
    const [ax, ay, bx, by] = sideOf(i)
    index.search(
      Math.min(ax, bx) - snap,
      Math.min(ay, by) - snap,
      Math.max(ax, bx) + snap,
      Math.max(ay, by) + snap,
      (other) => {
        const neighbour = owners[other] as number
        if (neighbour <= owner || met[owner]?.has(neighbour)) return false
        const [cx, cy, dx, dy] = sideOf(other)
        // Where ends of the one lie on the other, and of these the ones that differ: two of them share a length.
        const touched: [number, number][] = []
        const touch = (x: number, y: number, away: number) => {
          if (away > reach || touched.some(([tx, ty]) => (tx - x) ** 2 + (ty - y) ** 2 <= 4 * reach)) return
          touched.push([x, y])
        }
        touch(ax, ay, apart(ax, ay, cx, cy, dx, dy))
        touch(bx, by, apart(bx, by, cx, cy, dx, dy))
        touch(cx, cy, apart(cx, cy, ax, ay, bx, by))
        touch(dx, dy, apart(dx, dy, ax, ay, bx, by))
        if (touched.length < (kind === 'rook' ? 2 : 1)) return false
        met[owner]?.add(neighbour)
        met[neighbour]?.add(owner)
        return false
      },
    )
  })
  return weightsOf(met.map((list) => [...list]))
}
