import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fieldAround } from '../../api/dispatch/isochrones-field.ts'
import { outlineOf } from '../../api/dispatch/isochrones-outline.ts'
import { buildNetwork, type Direction, type Road } from '../../api/dispatch/network.ts'

type Area = ReturnType<typeof outlineOf>
const holds = (area: Area, lng: number, lat: number) =>
  area.filter((polygon) => {
    let crossings = 0
    for (const ring of polygon)
      ring.slice(1).forEach(([bx, by], i) => {
        const [ax, ay] = ring[i] ?? [0, 0]
        if (ay > lat !== by > lat && lng < ax + ((lat - ay) / (by - ay)) * (bx - ax)) crossings += 1
      })
    return crossings % 2 === 1
  }).length === 1
/** Square metres, about 31° north. */
const sizeOf = (area: Area) =>
  area.flat().reduce(
    (sum, ring) =>
      sum +
      ring.slice(1).reduce((part, [bx, by], i) => {
        const [ax, ay] = ring[i] ?? [0, 0]
        return part + ((ax * by - bx * ay) / 2) * 111_320 ** 2 * Math.cos((31 * Math.PI) / 180)
      }, 0),
    0,
  )

/** A town of crooked streets, some one-way, some gone, on a net of 300 m. */
function town(bits: readonly number[]): Road[] {
  const side = 9
  const lng = (x: number, y: number) => 120 + x * 0.00315 + (((x * 7 + y * 13) % 5) - 2) * 0.0003
  const lat = (x: number, y: number) => 31 + y * 0.0027 + (((x * 11 + y * 5) % 5) - 2) * 0.0003
  const roads: Road[] = []
  const add = (ax: number, ay: number, bx: number, by: number) => {
    const bit = bits[roads.length % bits.length] ?? 0
    const line = [lng(ax, ay), lat(ax, ay), lng(bx, by), lat(bx, by)]
    roads.push({
      id: roads.length + 1,
      source: ax * 100 + ay,
      target: bx * 100 + by,
      way: roads.length,
      class: bit === 1 ? 'primary' : 'residential',
      oneway: bit === 2,
      drive: bit !== 3,
      walk: true,
      lengthM: 300,
      maxSpeed: null,
      driveSeconds: null,
      line,
    })
  }
  for (let x = 0; x < side; x++)
    for (let y = 0; y < side; y++) {
      if (x + 1 < side) add(x, y, x + 1, y)
      if (y + 1 < side) add(x, y, x, y + 1)
    }
  return roads
}

describe('isochrones', () => {
  it('hold every place of the roads that is reached in time, lie within one another, and leave out what is far', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(4), { minLength: 5, maxLength: 40 }),
        fc.constantFrom<Direction>('to', 'from'),
        fc.constantFrom('drive' as const, 'walk' as const),
        fc.nat(143),
        (bits, direction, mode, start) => {
          const roads = town(bits)
          const network = buildNetwork(roads, [], { mode })
          const line = roads[start]?.line ?? []
          const place = network.snap(
            ((line[0] ?? 0) * 2 + (line[2] ?? 0)) / 3,
            ((line[1] ?? 0) * 2 + (line[3] ?? 0)) / 3,
          )
          if (!place) return
          const times = [60, 120, 240].map((seconds) => seconds * (mode === 'walk' ? 3 : 1))
          const field = fieldAround(network, roads, { place, direction, most: times.at(-1) ?? 0 })
          const areas = times.map((seconds) => outlineOf(field, seconds))
          const sizes = areas.map(sizeOf)
          expect(sizes).toEqual(sizes.toSorted((a, b) => a - b))
          expect(sizes[0]).toBeGreaterThan(0)
          for (const [i, one] of roads.entries()) {
            const [ax = 0, ay = 0, bx = 0, by = 0] = Array.from(one.line)
            const share = ((i * 37) % 100) / 100
            const [lng, lat] = [ax + (bx - ax) * share, ay + (by - ay) * share]
            const there = network.snap(lng, lat, 1)
            if (!there) continue
            const [from, to] = direction === 'to' ? [there, place] : [place, there]
            const seconds = network.costFrom(network.costsTo(to), from, to) / 1000
            times.forEach((most, at) => {
              if (seconds <= most - 0.01)
                expect([i, most, holds(areas[at] ?? [], lng, lat)]).toEqual([i, most, true])
            })
          }
          expect(holds(areas.at(-1) ?? [], 120.2, 31)).toBe(false)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('goes around what cannot be crossed: a lake is a hole, the other bank is out', () => {
    // A ring of streets of 600 m a side around a lake, and a road across the river that no bridge leads to.
    const corner = [
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 1],
    ] as const
    const piece = (
      id: number,
      [ax, ay]: readonly [number, number],
      [bx, by]: readonly [number, number],
    ): Road => ({
      ...(town([0])[0] as Road),
      id,
      source: ax * 10 + ay,
      target: bx * 10 + by,
      lengthM: 600,
      line: [120 + ax * 0.0063, 31 + ay * 0.0054, 120 + bx * 0.0063, 31 + by * 0.0054],
    })
    const ring = corner.map((from, i) => piece(i + 1, from, corner[(i + 1) % 4] ?? [0, 0]))
    const roads = [...ring, piece(9, [2, 0], [2, 1])]
    const network = buildNetwork(roads, [], { mode: 'walk' })
    const place = network.snap(120, 31)
    if (!place) throw new Error('off the network')
    const field = fieldAround(network, roads, { place, direction: 'from', most: 1800 })
    const [polygon = [], ...others] = outlineOf(field, 1800)
    expect(others).toEqual([])
    expect(polygon).toHaveLength(2)
    expect(holds([polygon], 120.0063, 31.0054)).toBe(true)
    expect(holds([polygon], 120.00315, 31.0027)).toBe(false)
    expect(holds([polygon], 120.0126, 31.0027)).toBe(false)
  })
})
