import { area } from '@turf/turf'
import Flatbush from 'flatbush'
import { beforeAll, describe, expect, test } from 'vitest'
import { indexGrids } from '../../seeds/demo/grid-index.ts'
import type { Grid } from '../../seeds/demo/grids.ts'
import { monitoringSystems } from '../../seeds/demo/monitoring.ts'
import type { Road } from '../../seeds/demo/network.ts'
import { countReached } from '../../seeds/demo/network.ts'
import type { LngLat } from '../../seeds/demo/plane.ts'
import { crossing } from '../../seeds/demo/plane.ts'
import { localDay, onShiftAt } from '../../seeds/demo/roster.ts'
import type { Town } from '../../seeds/demo/town.ts'
import { generateTown } from '../../seeds/demo/town.ts'

let town: Town
let leaves: Grid[]
beforeAll(() => {
  town = generateTown({ seed: 1 })
  leaves = town.grids.filter((g) => g.level === 3)
})

const key = (p: LngLat) => `${p[0]},${p[1]}`
const ringsOf = (g: Pick<Grid, 'geometry'>) => g.geometry.coordinates as LngLat[][]

/** Twice the area in squares of 1e-7°, about a corner near the town: whole numbers, so sums are exact. */
function exactArea(rings: LngLat[][]): number {
  const e7 = ([lng, lat]: LngLat) => [Math.round((lng - 120) * 1e7), Math.round((lat - 31) * 1e7)] as const
  let twice = 0
  for (const ring of rings) {
    const [x0, y0] = e7(ring[0]!)
    for (let i = 1; i < ring.length; i++) {
      const [ax, ay] = e7(ring[i - 1]!),
        [bx, by] = e7(ring[i]!)
      twice += (ax - x0) * (by - y0) - (bx - x0) * (ay - y0)
    }
  }
  return twice
}

/** Directed edges of rings with each pair of opposites taken out. */
function freeEdges(grids: Pick<Grid, 'geometry'>[]): Set<string> {
  const free = new Set<string>()
  for (const g of grids)
    for (const ring of ringsOf(g))
      for (let i = 1; i < ring.length; i++) {
        const [a, b] = [key(ring[i - 1]!), key(ring[i]!)]
        if (free.has(`${a}>${b}`)) throw new Error(`the edge ${a}>${b} has two areas on its left`)
        if (!free.delete(`${b}>${a}`)) free.add(`${a}>${b}`)
      }
  return free
}

type Segment = { owner: number; a: LngLat; b: LngLat }
function crossings(segments: Segment[], related: (one: Segment, other: Segment) => boolean): number {
  const tree = new Flatbush(segments.length)
  const box = ({ a, b }: Segment) =>
    [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[0], b[0]), Math.max(a[1], b[1])] as const
  for (const s of segments) tree.add(...box(s))
  tree.finish()
  let count = 0
  segments.forEach((s, i) => {
    for (const j of tree.search(...box(s))) {
      const other = segments[j]!
      if (j > i && !related(s, other) && crossing(s.a, s.b, other.a, other.b)) count++
    }
  })
  return count
}
const segmentsOf = (lines: LngLat[][]) =>
  lines.flatMap((line, owner) => line.slice(1).map((b, i): Segment => ({ owner, a: line[i]!, b })))

describe('grids', () => {
  test('there are 21, 179 and 1,370 of them on 237 km²', () => {
    expect([1, 2, 3].map((level) => town.grids.filter((g) => g.level === level).length)).toEqual([
      21, 179, 1370,
    ])
    const km2 = area({ type: 'Feature', properties: {}, geometry: town.outline }) / 1e6
    expect(Math.abs(km2 / 237 - 1)).toBeLessThan(0.005)
  })

  test('every child fills its parent exactly: areas to the last digit, borders edge by edge', () => {
    const parents = [
      { code: town.code, geometry: town.outline as Grid['geometry'] },
      ...town.grids.filter((g) => g.level < 3),
    ]
    for (const parent of parents) {
      const children = town.grids.filter((g) => g.parentCode === parent.code)
      expect(
        children.reduce((sum, c) => sum + exactArea(ringsOf(c)), 0),
        parent.code,
      ).toBe(exactArea(ringsOf(parent)))
      expect(freeEdges(children), parent.code).toEqual(freeEdges([parent]))
    }
  })

  test('every inner edge has one leaf on each side, and no two borders cross', () => {
    expect(freeEdges(leaves)).toEqual(freeEdges([{ geometry: town.outline as Grid['geometry'] }]))
    const touching = (s: Segment, o: Segment) =>
      [s.a, s.b].some((p) => [o.a, o.b].some((q) => key(p) === key(q)))
    const once = new Map(
      segmentsOf(leaves.flatMap(ringsOf)).map((s) => [[key(s.a), key(s.b)].sort().join(), s]),
    )
    expect(crossings([...once.values()], touching)).toBe(0)
  })

  test('outer rings run counter-clockwise, without a point of no use', () => {
    for (const g of town.grids) {
      expect(exactArea([ringsOf(g)[0]!]), g.code).toBeGreaterThan(0)
      ringsOf(g).forEach((ring) => ring.slice(1).forEach((p, i) => expect(key(p)).not.toBe(key(ring[i]!))))
    }
  })

  test('codes are unique and begin with the parent’s; names are unique at levels 1 and 2', () => {
    expect(new Set(town.grids.map((g) => g.code)).size).toBe(1570)
    for (const g of town.grids)
      expect(g.code.startsWith(g.parentCode) && g.code.length).toBe([9, 12, 14, 17][g.level])
    const names = town.grids.filter((g) => g.level < 3).map((g) => g.name)
    expect(new Set(names).size).toBe(names.length)
    expect(town.grids.every((g) => g.leaderName.length >= 2)).toBe(true)
  })

  test('leaves are smaller where people live, and none holds more than 300 households by much', () => {
    const size = (g: Grid) => exactArea(ringsOf(g))
    const mean = (list: Grid[]) => list.reduce((s, g) => s + size(g), 0) / list.length
    const crowded = leaves.filter((g) => g.households > 80)
    expect(crowded.length).toBeGreaterThan(100)
    expect(mean(leaves.filter((g) => g.households < 20))).toBeGreaterThan(4 * mean(crowded))
    expect(Math.max(...leaves.map((g) => g.households))).toBeLessThan(450)
  })
})

describe('roads', () => {
  test('there are enough, named, and of every class', () => {
    const { roads } = town.network
    expect(roads.length).toBeGreaterThan(3000)
    expect(new Set(roads.map((r) => r.class))).toEqual(
      new Set(['trunk', 'primary', 'secondary', 'tertiary', 'residential', 'service']),
    )
    expect(new Set(roads.map((r) => r.name)).size).toBeGreaterThan(150)
    expect(roads.some((r) => r.oneway)).toBe(true)
  })

  test('begin and end exactly at their nodes', () => {
    for (const r of town.network.roads) {
      expect(r.line[0]).toEqual(town.network.nodes[r.from])
      expect(r.line.at(-1)).toEqual(town.network.nodes[r.to])
    }
  })

  test('all nodes can be reached from the centre and reach it, one-ways obeyed', () => {
    const { nodes, roads } = town.network
    expect(countReached(nodes.length, roads, false)).toBe(nodes.length)
    expect(countReached(nodes.length, roads, true)).toBe(nodes.length)
  })

  test('meet at junctions only', () => {
    const { roads } = town.network
    const ends = (r: Road) => [r.from, r.to]
    const sharesNode = (s: Segment, o: Segment) =>
      ends(roads[s.owner]!).some((n) => ends(roads[o.owner]!).includes(n))
    expect(crossings(segmentsOf(roads.map((r) => r.line)), sharesNode)).toBe(0)
  })
})

describe('people', () => {
  test('88 officers in three squads that share out the villages, and 1,025 members', () => {
    const { units, officers, members } = town.staff
    const squads = units.filter((u) => u.kind === 'squad')
    expect([officers.length, members.length, squads.length, units.length - squads.length]).toEqual([
      88, 1025, 3, 4,
    ])
    expect(squads.flatMap((s) => s.gridCodes).sort()).toEqual(
      town.grids.filter((g) => g.level === 1).map((g) => g.code),
    )
    for (const o of officers)
      expect(squads.find((s) => s.code === o.unitCode)!.gridCodes).toContain(o.dutyGridCode.slice(0, 12))
    const codes = new Set(town.grids.map((g) => g.code))
    expect(members.every((m) => codes.has(m.dutyGridCode) && m.dutyGridCode.length > 12)).toBe(true)
    expect([...officers, ...members].every((p) => /^1990000\d{4}$/.test(p.phone))).toBe(true)
    expect(new Set([...officers, ...members].map((p) => p.code)).size).toBe(1113)
  })

  test('40 to 55 officers are on shift by day, 10 at night, from every squad, and nobody works round the clock', () => {
    const monday = Date.parse('2026-11-16T00:00:00+08:00')
    for (let day = 0; day < 28; day++) {
      const at = (hour: number) => onShiftAt(town.staff.officers, monday + (day * 24 + hour) * 3_600_000)
      const weekend = day % 7 > 4
      expect(at(10).length).toBe(weekend ? 30 : 40)
      expect(at(16).length).toBe(weekend ? 42 : 52)
      expect(at(3).length).toBe(10)
      const unit = (code: string) => town.staff.officers.find((o) => o.code === code)!.unitCode
      expect(new Set(at(10).map((s) => unit(s.officerCode))).size).toBe(3)
      const tired = new Set(at(3).map((s) => s.officerCode))
      expect(at(9).some((s) => tired.has(s.officerCode))).toBe(false)
    }
    expect(localDay(monday) - localDay(monday - 1)).toBe(1)
  })
})

describe('monitoring', () => {
  test('1,223 points in eight systems, all in the town, probes in the water and cameras at junctions', () => {
    expect(town.monitoring.length).toBe(1223)
    for (const s of monitoringSystems)
      expect(town.monitoring.filter((p) => p.system === s.code).length).toBe(s.count)
    const index = indexGrids(town.grids)
    expect(town.monitoring.filter((p) => !index.leafAt([p.lng, p.lat]))).toEqual([])
    expect(
      town.monitoring.filter((p) => p.system === 'water').every((p) => /[河塘港泾浜].*段$/.test(p.address)),
    ).toBe(true)
    expect(
      town.monitoring.filter((p) => p.system === 'video' && p.address.includes('交叉口')).length,
    ).toBeGreaterThan(150)
    expect(new Set(town.monitoring.map((p) => p.code)).size).toBe(1223)
  })
})

test('buildings stand inside the town, about 15,000 of them, apart from water', () => {
  const { buildings, raster } = town.land
  expect(buildings.length).toBeGreaterThan(10_000)
  expect(buildings.filter((b) => raster.at(b.at) & 1).length).toBe(0)
  expect(buildings.every((b) => b.height > 2 && b.height < 110)).toBe(true)
})
