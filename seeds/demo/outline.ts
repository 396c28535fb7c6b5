import { ringNoise } from './noise.ts'
import type { Line, Point } from './plane.ts'
import { areaOf, distance, lerp } from './plane.ts'
import { stream } from './random.ts'

const TOWN_AREA_M2 = 237e6

/** The wanted border of the town: star-shaped about the origin, 237 km², a vertex about every 60 m; open, counter-clockwise. */
export function drawOutline(seed: number): Line {
  const random = stream(seed, 'outline')
  const shape = ringNoise(random, 2, 5, 0.9)
  const creeks = ringNoise(random, 30, 90, 0.25)
  // borders run straight along a bank or a field and then turn: corners first, a little wander between them
  const corners: Point[] = []
  for (let angle = random.between(0, 0.1); angle < 2 * Math.PI; angle += random.between(0.09, 0.21)) {
    const radius = 1 + 0.19 * shape(angle) + random.normal(0, 0.026)
    // wider than tall, as towns along a river are
    corners.push([radius * 1.09 * Math.cos(angle), radius * 0.92 * Math.sin(angle)])
  }
  const rough: Line = corners.flatMap((corner, i) => {
    const next = corners[(i + 1) % corners.length]!
    const pieces = Math.ceil(distance(corner, next) / 0.007)
    return Array.from({ length: pieces }, (_, k): Point => {
      const [x, y] = lerp(corner, next, k / pieces)
      const swell = 1 + 0.022 * creeks(Math.atan2(y, x))
      return [x * swell, y * swell]
    })
  })
  const scale = Math.sqrt(TOWN_AREA_M2 / areaOf(rough))
  return rough.map(([x, y]): Point => [x * scale, y * scale])
}
