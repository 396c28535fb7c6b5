import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  buildGraph,
  type CostAt,
  createLazySearch,
  createSearch,
  type Graph,
  stepDown,
  unreachable,
} from '../../api/dispatch/graph.ts'
import { createHeap } from '../../api/dispatch/heap.ts'
import { buildHierarchy, createSweep } from '../../api/dispatch/hierarchy.ts'
import { buildNetwork, type Road, type Turn } from '../../api/dispatch/network.ts'
import { allCosts, told } from './slow-roads.ts'

/** The nodes from one to where costs began. */
function wayDown(graph: Graph, costs: Uint32Array, node: number): number[] {
  if (costs[node] === unreachable) return []
  const next = stepDown(graph, (v) => costs[v] ?? unreachable, node)
  return next < 0 ? [node] : [node, ...wayDown(graph, costs, graph.out.other[next] ?? -1)]
}
describe('the graph of the roads', () => {
  it('gives a queue back in the order of its keys', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(40), fc.nat(1000)), { maxLength: 200 }), (pushes) => {
        const heap = createHeap(41)
        const least = new Map<number, number>()
        for (const [item, key] of pushes) {
          heap.push(item, key)
          least.set(item, Math.min(key, least.get(item) ?? key))
        }
        const keys = [...least.values()].sort((a, b) => a - b)
        const popped: number[] = []
        for (let item = heap.pop(); item >= 0; item = heap.pop()) popped.push(least.get(item) ?? -1)
        expect(popped).toEqual(keys)
      }),
    )
  })

  it('costs by search and by hierarchy what trying all ways costs, to and from, and its ways are real', () => {
    const arcs = fc.array(fc.tuple(fc.nat(11), fc.nat(11), fc.integer({ min: 1, max: 30 })), {
      maxLength: 50,
    })
    fc.assert(
      fc.property(arcs, fc.nat(11), fc.nat(12), (list, goal, most) => {
        const given = {
          from: list.map(([v]) => v),
          to: list.map(([, w]) => w),
          weight: list.map(([, , c]) => c),
        }
        const graph = buildGraph(12, given)
        const all = allCosts(12, given)
        const to = createSearch(12)(graph.in, [{ node: goal, cost: 0 }])
        const hierarchy = buildHierarchy(graph)
        const sweep = createSweep(hierarchy)
        const each = (costAt: CostAt) => Array.from({ length: 12 }, (_, v) => costAt(v))
        const swept = each(sweep([{ node: goal, cost: 0 }], 'to'))
        const from = each(sweep([{ node: goal, cost: 0 }], 'from'))
        const some = [goal, most % 12, 5]
        const onlySome = sweep([{ node: goal, cost: 0 }], 'to', some)
        expect(some.map(onlySome)).toEqual(some.map((v) => to[v]))
        const begin = createLazySearch(12)
        const lazy = begin(graph.in, [{ node: goal, cost: 0 }])
        // From the last to the first, so that most are asked out of the order in which they are found.
        const asked = Array.from({ length: 12 }, (_, i) => 11 - i).map((v) => [v, lazy(v)] as const)
        expect(new Map(asked)).toEqual(new Map(asked.map(([v]) => [v, to[v]])))
        const near = begin(graph.in, [{ node: goal, cost: 0 }], most)
        for (let v = 0; v < 12; v++) expect([to[v], undefined]).toContain(near(v))
        if (most === 12) expect(near(0)).toBe(to[0])
        for (let v = 0; v < 12; v++) {
          expect(to[v]).toBe(told(all[v]?.[goal] ?? 0))
          expect(swept[v]).toBe(to[v])
          expect(from[v]).toBe(told(all[goal]?.[v] ?? 0))
          const way = wayDown(graph, to, v)
          expect(way.length > 0).toBe(to[v] !== unreachable)
          if (way.length > 0) expect(way.at(-1)).toBe(goal)
          const sum = way.slice(1).reduce((cost, w, i) => {
            const steps = list.filter(([a, b]) => a === way[i] && b === w).map(([, , c]) => c)
            return cost + Math.min(...steps)
          }, 0)
          if (way.length > 0) expect(sum).toBe(to[v])
        }
      }),
      { numRuns: 200 },
    )
  })
})

/** A straight road between two places of a plan in hundredths of a degree; junctions are numbered x × 100 + y. */
function road(
  id: number,
  [ax, ay]: [number, number],
  [bx, by]: [number, number],
  more: Partial<Road> = {},
): Road {
  const line = [120 + ax / 100, 31 + ay / 100, 120 + bx / 100, 31 + by / 100]
  return {
    id,
    source: ax * 100 + ay,
    target: bx * 100 + by,
    way: id,
    class: 'residential',
    oneway: false,
    drive: true,
    walk: true,
    lengthM: 1000,
    maxSpeed: null,
    driveSeconds: 60,
    line,
    ...more,
  }
}
/** Minutes from one place to another; null when there is no way. */
function minutes(
  roads: Road[],
  turns: Turn[],
  from: [number, number],
  to: [number, number],
  closed?: ReadonlySet<number>,
) {
  const network = buildNetwork(roads, turns, { mode: 'drive', ...(closed && { closed }) })
  const [start, end] = [network.snap(...place(from)), network.snap(...place(to))]
  if (!start || !end) throw new Error('off the network')
  const costs = network.costsTo(end)
  const cost = network.costFrom(costs, start, end)
  const route = network.route(costs, start, end)
  expect(route === null).toBe(cost === Number.POSITIVE_INFINITY)
  if (!route) return null
  expect(route.cost).toBe(cost)
  expect(route.line[0]).toEqual([start.lng, start.lat])
  expect(route.line.at(-1)).toEqual([end.lng, end.lat])
  return Math.round(cost / 600) / 100
}
const place = ([x, y]: [number, number]): [number, number] => [120 + x / 100, 31 + y / 100]

describe('the network of a town', () => {
  // A cross at (1,1): west 1, east 2, north 3, south 4; and a way around from north to east.
  const cross = [
    road(1, [0, 1], [1, 1]),
    road(2, [1, 1], [2, 1]),
    road(3, [1, 1], [1, 2]),
    road(4, [1, 0], [1, 1]),
    road(5, [1, 2], [2, 2]),
    road(6, [2, 2], [2, 1]),
  ]
  const via = 101

  it('is driven from where one stands to where it is, not from junction to junction', () => {
    expect(minutes(cross, [], [0.5, 1], [1.5, 1])).toBe(1)
    expect(minutes(cross, [], [0.25, 1], [0.75, 1])).toBe(0.5)
    expect(minutes(cross, [], [0.75, 1], [0.25, 1])).toBe(0.5)
  })

  it('keeps to one-way roads, also on the road one stands on', () => {
    const oneway = cross.map((one) => (one.id === 1 ? { ...one, oneway: true } : one))
    expect(minutes(oneway, [], [0.25, 1], [0.75, 1])).toBe(0.5)
    expect(minutes(oneway, [], [0.75, 1], [0.25, 1])).toBeNull()
    expect(minutes(oneway, [], [1.5, 1], [0.5, 1])).toBeNull()
  })

  it('turns where one may', () => {
    const no = { fromWay: 1, via, toWay: 2, onlyThis: false }
    // Straight on is forbidden: to the dead end in the south, round, and from there it is allowed.
    expect(minutes(cross, [no], [0.5, 1], [1.5, 1])).toBe(3)
    // From elsewhere the same junction is free, and so is the way back.
    expect(minutes(cross, [no], [1, 0.5], [1.5, 1])).toBe(1)
    expect(minutes(cross, [no], [1.5, 1], [0.5, 1])).toBe(1)
    const nowhere = [2, 3, 4].map((toWay) => ({ ...no, toWay }))
    expect(minutes(cross, nowhere, [0.5, 1], [1.5, 1])).toBeNull()
    // Only straight on: to the north one must come round by the east, and may not turn round there.
    const only = { fromWay: 1, via, toWay: 2, onlyThis: true }
    expect(minutes(cross, [only], [0.5, 1], [1.5, 1])).toBe(1)
    expect(minutes(cross, [only], [0.5, 1], [1, 1.5])).toBe(4)
  })

  it('lets whoever stands on a junction take any road from there, and arrives there by any', () => {
    // A slip road that only leads away begins where the others meet; the junction is as near to it as to them.
    const slip = road(7, [1, 1], [1.5, 1.5], { oneway: true })
    expect(minutes([slip, ...cross], [], [1, 1], [1.5, 1])).toBe(0.5)
    expect(minutes([slip, ...cross], [], [0.5, 1], [1, 1])).toBe(0.5)
    const leads = road(8, [3, 3], [1, 1], { oneway: true })
    expect(minutes([leads, ...cross], [], [0.5, 1], [1, 1])).toBe(0.5)
    expect(minutes([leads, ...cross], [], [1, 1], [1, 1.5])).toBe(0.5)
    // Also where a turn into that road is forbidden: one is there already.
    const no = { fromWay: 1, via, toWay: 7, onlyThis: false }
    expect(minutes([slip, ...cross], [no], [0.5, 1], [1, 1])).toBe(0.5)
  })

  it('draws a ring the way it is driven', () => {
    const ring = road(9, [2, 1], [2, 1], {
      lengthM: 4000,
      line: [120.02, 31.01, 120.03, 31.01, 120.03, 31.02, 120.02, 31.02, 120.02, 31.01],
    })
    const network = buildNetwork([...cross, ring], [], { mode: 'drive' })
    const [from, to] = [network.snap(120.015, 31.01), network.snap(120.02, 31.0175)]
    if (!from || !to) throw new Error('off the network')
    const route = network.route(network.costsTo(to), from, to)
    // Up the short side of the ring, not around by the long one.
    expect(route?.line.length).toBeLessThan(5)
    expect(route?.line.at(-1)).toEqual([to.lng, to.lat])
  })

  it('knows what is closed at once', () => {
    expect(minutes(cross, [], [0.5, 1], [1.75, 1], new Set([6]))).toBe(1.25)
    expect(minutes(cross, [], [0.5, 1], [2, 1.5], new Set([2]))).toBe(3)
    expect(minutes(cross, [], [0.5, 1], [2, 1.5], new Set([2, 3]))).toBeNull()
  })

  it('walks where it may not drive, and both ways of a one-way road', () => {
    const path = [road(1, [0, 0], [1, 0], { drive: false, oneway: true })]
    expect(buildNetwork(path, [], { mode: 'drive' }).snap(120.005, 31)).toBeNull()
    const network = buildNetwork(path, [], { mode: 'walk' })
    const [from, to] = [network.snap(120.009, 31), network.snap(120.001, 31)]
    if (!from || !to) throw new Error('off the network')
    expect(network.costFrom(network.costsTo(to), from, to)).toBe(640_000)
  })

  it('finds the nearest of a thousand roads, like looking at all of them; far from every road there is none', () => {
    const roads = Array.from({ length: 1000 }, (_, i) => {
      const [x, y] = [(i * 37) % 101, (i * 61) % 97]
      return road(i + 1, [x, y], [x + (((i * 7) % 5) - 2) / 3, y + 1 / (1 + (i % 4))])
    })
    const network = buildNetwork(roads, [], { mode: 'drive' })

    const away = ({ line }: Road, lng: number, lat: number) => {
      const cos = Math.cos((lat * Math.PI) / 180)
      const [ax = 0, ay = 0, bx = 0, by = 0] = Array.from(
        line,
        (degrees, i) => degrees * 111_320 * (i % 2 ? 1 : cos),
      )
      const [x, y] = [lng * 111_320 * cos, lat * 111_320]
      const t = Math.max(
        0,
        Math.min(1, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2)),
      )
      return Math.hypot(ax + t * (bx - ax) - x, ay + t * (by - ay) - y)
    }
    for (let i = 0; i < 300; i++) {
      const [lng, lat] = [120 + ((i * 53) % 1000) / 1000, 31 + ((i * 91) % 970) / 1000]
      const nearest = Math.min(...roads.map((one) => away(one, lng, lat)))
      const found = network.snap(lng, lat)
      if (nearest > 500) expect(found).toBeNull()
      else expect(found?.away).toBeCloseTo(nearest, 1)
    }
    expect(network.snap(125, 35)).toBeNull()
  })

  it('finds them in a land of five degrees as well, by the metres of each place', () => {
    // North and east of the place run a road each; in the plane of the first road's latitude the farther one would be nearer.
    const at = (lng: number, lat: number): [number, number] => [lng * 100 - 12_000, lat * 100 - 3100]
    const land = [
      road(1, at(120, 31), at(120.01, 31)),
      road(2, at(120, 50.0037), at(120.01, 50.0037)),
      road(3, at(120.01, 49.99), at(120.01, 50.01)),
    ]
    const network = buildNetwork(land, [], { mode: 'drive' })
    const found = network.snap(120.005, 50)
    expect(land[found?.road ?? 0]?.id).toBe(3)
    expect(found?.away).toBeCloseTo(0.005 * 111_320 * Math.cos((50 * Math.PI) / 180), 0)
  })

  it('passes over a yard or a ditch that leads nowhere for a street beside it, but not for one far away', () => {
    const street = Array.from({ length: 250 }, (_, i) => road(i + 1, [i, 0], [i + 1, 0]))
    const town = (north: number) => [...street, road(900, [10.2, north], [10.4, north])]
    // 100 m and 400 m beside the street.
    const [near, far] = [town(0.09), town(0.36)]
    expect(minutes(near, [], [10.3, 0.09], [12, 0])).toBe(1.7)
    expect(minutes(near, [], [12, 0], [10.3, 0.09])).toBe(1.7)
    expect(minutes(far, [], [10.3, 0.36], [12, 0])).toBeNull()
    // What only leads into the town, or out of it, is no island.
    const slip = [...street, road(900, [10.2, 0.09], [10.4, 0.09], { oneway: true })]
    slip.push(road(901, [10.4, 0.09], [11, 0], { oneway: true }))
    expect(minutes(slip, [], [10.3, 0.09], [11, 0])).toBe(1.5)
    expect(minutes(slip, [], [11, 0], [10.3, 0.09])).toBeNull()
    // An island of some size is one.
    const island = Array.from({ length: 20 }, (_, i) => road(800 + i, [10 + i, 0.09], [11 + i, 0.09]))
    expect(minutes([...street, ...island], [], [10.3, 0.09], [12, 0])).toBeNull()
  })
})
