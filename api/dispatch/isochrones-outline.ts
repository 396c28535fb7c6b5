import type { Field } from './isochrones-field.ts'

type Ring = [number, number][]

// Sides of a square, and which of them the border goes from and to when these corners are inside, with the inside on its left.
const [bottom, right, top, left] = [0, 1, 2, 3]
const courses: readonly (readonly [number, number][])[] = [
  [],
  [[bottom, left]],
  [[right, bottom]],
  [[right, left]],
  [[top, right]],
  [
    [bottom, left],
    [top, right],
  ],
  [[top, bottom]],
  [[top, left]],
  [[left, top]],
  [[bottom, top]],
  [
    [right, bottom],
    [left, top],
  ],
  [[right, top]],
  [[left, right]],
  [[bottom, right]],
  [[left, bottom]],
  [],
]
/** A hole smaller than so many squares is a courtyard. */
const leastHole = 12

/** What is reached within so many seconds, as the coordinates of a MultiPolygon (marching squares; Lorensen and Cline 1987). */
export function outlineOf(field: Field, seconds: number): Ring[][] {
  const { columns, rows } = field
  const isIn = (at: number) => ((field.seconds[at] as number) <= seconds ? 1 : 0)
  // Numbers of sides: twice that of the corner west or south of it, one more where it runs north.
  const next = new Map<number, number>()
  for (let row = 0; row + 1 < rows; row++)
    for (let column = 0; column + 1 < columns; column++) {
      const at = row * columns + column
      const inside =
        isIn(at) | (isIn(at + 1) << 1) | (isIn(at + columns + 1) << 2) | (isIn(at + columns) << 3)
      if (inside === 0 || inside === 15) continue
      const sides = [2 * at, 2 * at + 3, 2 * (at + columns), 2 * at + 1]
      for (const [from, to] of courses[inside] ?? []) next.set(sides[from] as number, sides[to] as number)
    }
  const placeOf = (side: number): [number, number] => {
    const at = side >> 1
    const [here, there] = [
      field.seconds[at] as number,
      field.seconds[at + (side & 1 ? columns : 1)] as number,
    ]
    const share = (seconds - here) / (there - here)
    const [column, row] = [at % columns, Math.floor(at / columns)]
    return side & 1 ? [column, row + share] : [column + share, row]
  }
  const [outer, holes]: Ring[][] = [[], []]
  while (next.size > 0) {
    const [start = 0] = next.keys()
    const ring: Ring = []
    for (let side: number | undefined = start; side !== undefined; ) {
      ring.push(placeOf(side))
      const to = next.get(side)
      next.delete(side)
      side = to
    }
    const area = areaOf(ring)
    if (area > 0) outer?.push(ring)
    else if (area <= -leastHole) holes?.push(ring)
  }
  // The smallest that holds it: an island in a lake on an island has its own.
  const polygons = (outer ?? []).map((ring) => ({ area: areaOf(ring), rings: [ring] }))
  polygons.sort((a, b) => a.area - b.area)
  for (const hole of holes ?? [])
    polygons
      .find(({ area, rings: [ring = []] }) => area > -areaOf(hole) && holds(ring, hole[0] ?? [0, 0]))
      ?.rings.push(hole)
  const degrees = (value: number) => Math.round(value * 1e6) / 1e6
  const wire = (ring: Ring) =>
    ring.map(([x, y]): [number, number] => [degrees(field.lngOf(x)), degrees(field.latOf(y))])
  return polygons.toReversed().map(({ rings }) => rings.map(wire))
}

/** Squares; more than nothing when it runs against the clock. */
const areaOf = (ring: Ring) =>
  ring.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = ring[i + 1] ?? ring[0] ?? [0, 0]
    return sum + (x * nextY - nextX * y) / 2
  }, 0)

function holds(ring: Ring, [x, y]: readonly [number, number]): boolean {
  let inside = false
  ring.forEach(([ax, ay], i) => {
    const [bx, by] = ring[i + 1] ?? ring[0] ?? [0, 0]
    if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) inside = !inside
  })
  return inside
}
