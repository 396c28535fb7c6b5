import { describe, expect, it } from 'vitest'
import type { RoadNetwork } from '../../seeds/demo/network.ts'
import { distance, type Point, toLngLat } from '../../seeds/demo/plane.ts'
import { openWays, place } from '../../seeds/demo/walk.ts'

// A square of 100 m with a diagonal one-way from corner 2 to corner 0, and an island.
const corners: Point[] = [
  [0, 0],
  [100, 0],
  [100, 100],
  [0, 100],
  [500, 500],
]
const road = (id: number, from: number, to: number, oneway = false): RoadNetwork['roads'][number] => {
  const [a, b] = [corners[from] as Point, corners[to] as Point]
  return {
    id,
    from,
    to,
    class: 'residential',
    name: '',
    oneway,
    lengthMeters: distance(a, b),
    line: [toLngLat(a), toLngLat(b)],
  }
}
const ways = openWays({
  nodes: corners.map(toLngLat),
  roads: [road(0, 0, 1), road(1, 1, 2), road(2, 2, 3), road(3, 3, 0), road(4, 2, 0, true)],
})
const length = (line: Point[] = []) =>
  line.slice(1).reduce((sum, point, i) => sum + distance(line[i] as Point, point), 0)

describe('ways through the roads', () => {
  it('are the shortest, and obey one-ways', () => {
    expect(length(ways.line(2, 0))).toBeCloseTo(Math.SQRT2 * 100, 1)
    expect(length(ways.line(0, 2))).toBeCloseTo(200, 1)
    expect(ways.line(0, 4)).toBeUndefined()
  })

  it('are entered at the nearest junction', () => {
    expect(ways.nearest(toLngLat([90, 8]))).toBe(1)
    expect(ways.nearest(toLngLat([480, 480]))).toBe(4)
  })

  it('are walked metre by metre, with the heading of the street', () => {
    const line = ways.line(0, 2) as Point[]
    const first = place({ line, along: 50 })
    const second = place({ line, along: 150 })
    expect(length(line)).toBeCloseTo(200, 1)
    expect(distance(first.at, second.at)).toBeCloseTo(Math.hypot(50, 50), 1)
    expect([first.arrived, second.arrived, place({ line, along: 200.1 }).arrived]).toEqual([
      false,
      false,
      true,
    ])
    expect([first.heading, second.heading].map(Math.round).sort((a, b) => a - b)).toEqual([0, 90])
  })
})
