import type { MultiPolygon, Position } from 'geojson'
import { dissolve, moveVertices, type PlanGrid } from '../../api/plans/topology.ts'

// An irregular country of our own: cells whose borders wander and fit exactly, in three levels, and faults put in by hand.

/** Numbers in [0, 1), the same every time. */
export function seeded(seed: number): () => number {
  let state = seed
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647
}

const step = 0.002 // degrees: about 200 m
const bends = 5
const west = 120.3
const north = 31.9

/** `columns` × `rows` cells of level 3, 10 × 10 of them to a level 2, 40 × 40 to a level 1; codes by the 15-digit rule. */
export function tiling(columns: number, rows: number): PlanGrid[] {
  const random = seeded(7)
  const wander = (by: number) => (random() - 0.5) * by * step
  const corners = Array.from({ length: (columns + 1) * (rows + 1) }, (_, i) => [
    west + (i % (columns + 1)) * step + wander(0.4),
    north - Math.floor(i / (columns + 1)) * step + wander(0.4),
  ])
  const corner = (x: number, y: number) => corners[y * (columns + 1) + x] ?? []
  const lines = new Map<string, Position[]>()
  const line = (x: number, y: number, right: boolean): Position[] => {
    const key = `${x} ${y} ${right}`
    const known = lines.get(key)
    if (known) return known
    const [[ax = 0, ay = 0], [bx = 0, by = 0]] = [corner(x, y), right ? corner(x + 1, y) : corner(x, y + 1)]
    const drawn = Array.from({ length: bends + 1 }, (_, i) => {
      const share = i / (bends + 1)
      const off = i === 0 ? 0 : 0.06
      return [ax + (bx - ax) * share + wander(off), ay + (by - ay) * share + wander(off)]
    })
    lines.set(key, [...drawn, [bx, by]])
    return lines.get(key) ?? []
  }
  const cell = (x: number, y: number): MultiPolygon => {
    const ring = [
      ...line(x, y, false).slice(0, -1),
      ...line(x, y + 1, true).slice(0, -1),
      ...line(x + 1, y, false)
        .toReversed()
        .slice(0, -1),
      ...line(x, y, true).toReversed(),
    ]
    return { type: 'MultiPolygon', coordinates: [[ring]] }
  }
  const grids: PlanGrid[] = []
  const add = (level: 1 | 2 | 3, parent: PlanGrid | null, geometry: MultiPolygon) => {
    const siblings = counts.get(parent?.uid ?? 0) ?? 0
    counts.set(parent?.uid ?? 0, siblings + 1)
    const uid = grids.length + 1
    const code = (parent?.code ?? '320281') + String(siblings + 1).padStart(3, '0')
    const one = {
      uid,
      gridId: uid,
      code,
      name: code,
      level,
      parentUid: parent?.uid ?? null,
      leaderName: '王芳',
    }
    const grid: PlanGrid = { ...one, households: 100, attributes: {}, geometry, origins: [] }
    grids.push(grid)
    return grid
  }
  const counts = new Map<number, number>()
  const blocks = (size: number, x0 = 0, y0 = 0, x1 = columns, y1 = rows) => {
    const found: [number, number, number, number][] = []
    for (let y = y0; y < y1; y += size)
      for (let x = x0; x < x1; x += size) found.push([x, y, Math.min(x + size, x1), Math.min(y + size, y1)])
    return found
  }
  const none: MultiPolygon = { type: 'MultiPolygon', coordinates: [] }
  for (const outer of blocks(40)) {
    const first = add(1, null, none)
    const seconds = blocks(10, ...outer).map((inner) => {
      const second = add(2, first, none)
      const cells = blocks(1, ...inner).map(([x, y]) => cell(x, y))
      second.geometry = dissolve(cells)
      for (const geometry of cells) add(3, second, geometry)
      return second
    })
    first.geometry = dissolve(seconds.map((second) => second.geometry))
  }
  return grids
}

export const cellsOf = (grids: readonly PlanGrid[]) => grids.filter((grid) => grid.level === 3)

/** The first corner of a cell's ring that lies inside the country, moved by so many metres in this shape alone. */
export function pulled(grid: PlanGrid, place: number, meters: number): PlanGrid {
  const [x = 0, y = 0] = grid.geometry.coordinates[0]?.[0]?.[place] ?? []
  const moved = moveVertices([grid], [{ from: [x, y], to: [x + meters / 94_500, y + meters / 111_195] }])
  return { ...grid, geometry: moved.get(grid.uid) ?? grid.geometry }
}

/** The ring with two neighbouring corners exchanged: it crosses itself. */
export function twisted(grid: PlanGrid): PlanGrid {
  const ring = [...(grid.geometry.coordinates[0]?.[0] ?? [])]
  const [a = [], b = []] = [ring[2], ring[4]]
  ring[2] = b
  ring[4] = a
  return { ...grid, geometry: { type: 'MultiPolygon', coordinates: [[ring]] } }
}
