import type { Position } from 'geojson'
import pointInPolygon from 'point-in-polygon-hao'

type Ring = Position[]

/** Joins lines end to end into closed rings; null when some end is left over. */
export function closeRings(lines: readonly Position[][]): Ring[] | null {
  const rings: Ring[] = []
  const waiting = lines.filter((line) => line.length > 1)
  while (waiting.length > 0) {
    const ring = [...(waiting.pop() ?? [])]
    while (!isClosed(ring)) {
      const end = ring.at(-1)
      const at = waiting.findIndex((line) => same(line[0], end) || same(line.at(-1), end))
      const [line] = at < 0 ? [] : waiting.splice(at, 1)
      if (!line) return null
      ring.push(...(same(line[0], end) ? line : line.toReversed()).slice(1))
    }
    if (ring.length > 3) rings.push(ring)
  }
  return rings
}

/** Polygons from outer rings and the holes that lie in them (by a hole's first position). */
export function assemble(outers: readonly Ring[], inners: readonly Ring[]): Ring[][] {
  const polygons = outers.map((outer) => [outer])
  for (const inner of inners) {
    const polygon = polygons.find(([outer]) => outer && isInside(inner[0], [outer]))
    polygon?.push(inner)
  }
  return polygons
}

/** Borders count as inside. */
export const isInside = (position: Position | undefined, rings: readonly Ring[]) =>
  position !== undefined &&
  pointInPolygon(position as [number, number], rings as [number, number][][]) !== false

export const isClosed = (line: Ring) => line.length > 3 && same(line[0], line.at(-1))
const same = (a: Position | undefined, b: Position | undefined) =>
  a !== undefined && b !== undefined && a[0] === b[0] && a[1] === b[1]
