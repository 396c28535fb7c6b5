import fc from 'fast-check'
import { expect, it } from 'vitest'
import { chance } from '../../api/evaluation/chance.ts'
import { createNearby, metersBetween } from '../../api/positions/nearby.ts'

it('finds the nearest like measuring everybody, however they moved and whoever is left out', () => {
  const step = fc.tuple(fc.nat(80), fc.nat(3), fc.nat(10_000), fc.nat(10_000))
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 300 }),
      fc.constantFrom(0.002, 0.05, 2),
      fc.constantFrom(31, -52, 0),
      fc.integer({ min: 1, max: 12 }),
      (steps, wide, south, limit) => {
        const nearby = createNearby()
        const held = new Map<number, [number, number]>()
        for (const [id, kind, x, y] of steps) {
          const place: [number, number] = [120 + (x / 10_000) * wide, south + (y / 10_000) * wide]
          if (kind === 0) nearby.remove(id)
          else nearby.set(id, ...place)
          if (kind === 0) held.delete(id)
          else held.set(id, place)
        }
        const [lng, lat] = [120 + wide / 3, south + wide / 2]
        const may = (id: number) => id % 5 > 0
        const all = [...held]
          .filter(([id]) => may(id))
          .map(([id, place]) => ({ id, meters: metersBetween(lng, lat, ...place) }))
        all.sort((a, b) => a.meters - b.meters || a.id - b.id)
        expect(nearby.nearest({ lng, lat, limit }, may)).toEqual(all.slice(0, limit))
      },
    ),
    { numRuns: 300 },
  )
})

it('finds hundreds, and none beyond so many metres, like measuring everybody', () => {
  const random = chance(5)
  for (const wide of [0.01, 0.1, 1]) {
    const nearby = createNearby()
    const everybody = Array.from({ length: 3000 }, (_, id): [number, [number, number]] => [
      id,
      [120 + random() * wide, 31 + random() * wide],
    ])
    for (const [id, place] of everybody) nearby.set(id, ...place)
    const may = (id: number) => id % 7 > 0
    for (const [x, y] of [
      [0.5, 0.5],
      [0.02, 0.9],
      [1.4, 0.5],
    ] as const) {
      const [lng, lat] = [120 + x * wide, 31 + y * wide]
      const all = everybody
        .filter(([id]) => may(id))
        .map(([id, place]) => ({ id, meters: metersBetween(lng, lat, ...place) }))
        .sort((a, b) => a.meters - b.meters || a.id - b.id)
      for (const limit of [1, 64, 65, 400, 740, 5000])
        for (const share of [0, 0.01, 0.2, 2]) {
          const within = share * wide * 100_000
          const near = all.filter(({ meters }) => meters <= within).slice(0, limit)
          expect(nearby.nearest({ lng, lat, limit, within }, may)).toEqual(near)
          expect(nearby.nearest({ lng, lat, limit }, may)).toEqual(all.slice(0, limit))
        }
    }
  }
})

it('measures on the ellipsoid', () => {
  // By Vincenty's formula.
  expect(metersBetween(120, 31, 120.01, 31.01)).toBeCloseTo(1463.28977, 4)
  expect(Math.abs(metersBetween(120, -52, 120.4, -52.3) - 43_173.0095)).toBeLessThan(0.2)
})
