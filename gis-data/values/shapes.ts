import type { MultiPolygon, Polygon, Position } from 'geojson'
import { type Box, coordinateFault, type System, toWgs84 } from './coordinates.ts'

/**
 * A polygon of the file in WGS 84 without heights, or why it is none. Looks at structure and numbers only;
 * whether rings cross is GEOS's to say (`checkShapes`), which cannot even read an open ring.
 */
export function polygonOf(
  geometry: unknown,
  system: System,
  near: Box | null,
): { shape: Polygon | MultiPolygon } | { fault: string } {
  if (typeof geometry !== 'object' || geometry === null) return { fault: 'has no geometry' }
  const { type, coordinates } = geometry as { type?: unknown; coordinates?: unknown }
  if (type !== 'Polygon' && type !== 'MultiPolygon')
    return { fault: `is a ${String(type)}, not a Polygon or MultiPolygon` }
  const polygons = type === 'Polygon' ? [coordinates] : coordinates
  if (!Array.isArray(polygons) || polygons.length === 0) return { fault: 'the polygon is empty' }
  const convert = toWgs84(system)
  const parts: Position[][][] = []
  for (const rings of polygons as unknown[]) {
    if (!Array.isArray(rings) || rings.length === 0) return { fault: 'the polygon is empty' }
    const part: Position[][] = []
    for (const ring of rings as unknown[]) {
      const fault = ringFault(ring, near)
      if (fault) return { fault }
      part.push((ring as [number, number][]).map(([lng, lat]) => convert(lng, lat)))
    }
    parts.push(part)
  }
  const [only] = parts
  return {
    shape:
      type === 'Polygon' && only ? { type, coordinates: only } : { type: 'MultiPolygon', coordinates: parts },
  }
}

function ringFault(ring: unknown, near: Box | null): string | null {
  if (!Array.isArray(ring)) return 'a ring is not a list of positions'
  for (const position of ring as unknown[]) {
    const [lng, lat] = Array.isArray(position) ? (position as unknown[]) : []
    if (typeof lng !== 'number' || typeof lat !== 'number') return 'a position is not a pair of numbers'
    const fault = coordinateFault(lng, lat, near)
    if (fault) return fault
  }
  const [first, last] = [ring[0], ring.at(-1)] as ([number, number] | undefined)[]
  if (ring.length < 4) return `a ring has only ${ring.length} positions`
  if (!first || !last || first[0] !== last[0] || first[1] !== last[1]) return 'a ring is not closed'
  return null
}
