import type { MultiPolygon, Polygon, Position } from 'geojson'
import type { Cells } from './cells.ts'
import { convert, type Ground } from './coordinates.ts'

/**
 * A polygon of the file in WGS 84 without heights; null when there is none, with the reason found. Looks at structure
 * and numbers only; whether rings cross is GEOS's to say (`checkShapes`), which cannot even read an open ring.
 */
export function polygonOf(cells: Cells, ground: Ground): Polygon | MultiPolygon | null {
  const refuse = (reason: string) => {
    cells.find('geometry', 'geometry', reason)
    return null
  }
  const { geometry } = cells.row
  if (typeof geometry !== 'object' || geometry === null) return refuse('has no geometry')
  const { type, coordinates } = geometry as { type?: unknown; coordinates?: unknown }
  if (type !== 'Polygon' && type !== 'MultiPolygon')
    return refuse(`is a ${String(type)}, not a Polygon or MultiPolygon`)
  const polygons = type === 'Polygon' ? [coordinates] : coordinates
  if (!Array.isArray(polygons) || polygons.length === 0) return refuse('the polygon is empty')
  const parts: Position[][][] = []
  for (const rings of polygons as unknown[]) {
    if (!Array.isArray(rings) || rings.length === 0) return refuse('the polygon is empty')
    const part: Position[][] = []
    for (const ring of rings as unknown[]) {
      const read = ringOf(ring, ground)
      if ('fault' in read) return refuse(read.fault)
      tellOnce(cells, read)
      part.push(read.ring)
    }
    parts.push(part)
  }
  const [only] = parts
  return type === 'Polygon' && only
    ? { type, coordinates: only }
    : { type: 'MultiPolygon', coordinates: parts }
}

interface Ring {
  ring: Position[]
  swapped: string | null
  closed: boolean
}

function ringOf(given: unknown, ground: Ground): Ring | { fault: string } {
  if (!Array.isArray(given)) return { fault: 'a ring is not a list of positions' }
  const ring: Position[] = []
  let swapped: string | null = null
  for (const position of given as unknown[]) {
    const [x, y] = Array.isArray(position) ? (position as unknown[]) : []
    if (typeof x !== 'number' || typeof y !== 'number')
      return { fault: 'a position is not a pair of numbers' }
    const read = convert([x, y], ground)
    if ('fault' in read) return read
    if (read.swapped) swapped ??= `longitude and latitude are swapped (${x}, ${y})`
    ring.push(read.at)
  }
  const [first, last] = [given[0], given.at(-1)] as [Position | undefined, Position | undefined]
  const closed = first !== undefined && last !== undefined && first[0] === last[0] && first[1] === last[1]
  if (ring.length < (closed ? 4 : 3)) return { fault: `a ring has only ${ring.length} positions` }
  if (!closed) ring.push(ring[0] as Position)
  // Two conversions of one place may differ in the last digit; a ring ends where it began.
  else ring[ring.length - 1] = ring[0] as Position
  return { ring, swapped, closed }
}

function tellOnce(cells: Cells, { swapped, closed }: Ring) {
  const told = (kind: string) => cells.findings.some((finding) => finding.kind === kind)
  if (swapped && !told('swapped')) cells.find('swapped', 'geometry', swapped, 'north and east exchanged')
  if (!closed && !told('open-ring'))
    cells.find('open-ring', 'geometry', 'a ring is not closed', 'closed with its first position')
}
