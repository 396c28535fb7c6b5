import { describe, expect, it } from 'vitest'
import type { Grid } from '../../api/contract/grid.ts'
import { classesOf, classIndex, stepOf } from '../../web/grids/breaks.ts'
import { drillTarget, listed, shownLevel, trailTo } from '../../web/grids/drill.ts'
import { outlineOf } from '../../web/grids/outline.ts'
import { casesByGrid, rollUp } from '../../web/grids/rollup.ts'

const grid = (id: number, level: number, path: number[]): Grid => ({
  id,
  level,
  path,
  parentId: path.at(-2) ?? null,
  code: String(id),
  name: `g${id}`,
  leaderName: null,
  households: 0,
  members: 0,
  areaKm2: 1,
  center: [120, 31],
  bounds: null,
})
// the town 1; two level 1 grids 10 and 20; below 10: 11 with 111 and 112
const all = [
  grid(1, 0, [1]),
  grid(10, 1, [1, 10]),
  grid(20, 1, [1, 20]),
  grid(11, 2, [1, 10, 11]),
  grid(111, 3, [1, 10, 11, 111]),
  grid(112, 3, [1, 10, 11, 112]),
  grid(21, 2, [1, 20, 21]),
]
const grids = new Map(all.map((one) => [one.id, one]))
const get = (id: number) => grids.get(id) as Grid

describe('the classes of a choropleth', () => {
  it('are none when nothing happened', () => expect(classesOf([0, 0])).toEqual([]))
  it('hold one value each when there are few', () => {
    expect(classesOf([3, 1, 1, 0])).toEqual([
      { from: 1, to: 1 },
      { from: 2, to: 3 },
    ])
  })
  it('meet without a gap and reach the largest', () => {
    const values = Array.from({ length: 200 }, (_, i) => (i * i) % 131)
    const classes = classesOf(values)
    expect(classes.length).toBeLessThanOrEqual(5)
    expect(classes[0]?.from).toBe(1)
    classes.slice(1).forEach(({ from }, i) => expect(from).toBe((classes[i]?.to ?? 0) + 1))
    expect(classes.at(-1)?.to).toBe(Math.max(...values))
  })
  it('leave zero without colour', () => {
    const classes = classesOf([1, 5, 9])
    expect(classIndex(classes, 0)).toBe(-1)
    expect(classIndex(classes, 5)).toBe(1)
  })
  it('spread over the whole ramp', () => expect([0, 1, 2].map((i) => stepOf(i, 3, 5))).toEqual([0, 2, 4]))
})

describe('the drill-down', () => {
  it('shows the children of the focus, and the level that was asked for', () => {
    expect([undefined, get(1), get(10), get(11), get(111)].map((focus) => shownLevel(focus, null))).toEqual([
      1, 1, 2, 3, 3,
    ])
    expect(shownLevel(get(10), 3)).toBe(3)
  })
  it('goes one step down inside the focus, and sideways outside', () => {
    expect(drillTarget(get(1), get(10), null)).toBe(10)
    expect(drillTarget(get(10), get(11), null)).toBe(11)
    expect(drillTarget(get(10), get(21), null)).toBe(20)
    expect(drillTarget(get(111), get(112), null)).toBe(112)
    expect(drillTarget(get(1), get(111), 3)).toBe(111)
  })
  it('names the way back', () =>
    expect(trailTo(grids, get(111)).map(({ id }) => id)).toEqual([1, 10, 11, 111]))
  it('lists children, or the siblings of a grid that has none', () => {
    expect(listed(grids, get(1)).map(({ id }) => id)).toEqual([10, 20])
    expect(listed(grids, get(111)).map(({ id }) => id)).toEqual([111, 112])
  })
})

describe('counts', () => {
  const counts = rollUp(grids, {
    officers: [111, 112, 20, 1],
    incidents: [
      { gridId: 111, overdue: true },
      { gridId: 21, overdue: false },
    ],
    points: [{ gridId: 112, alarm: true }],
  })
  it('add up on every level', () => {
    expect(counts.get(1)).toEqual({
      id: 1,
      officers: 4,
      openIncidents: 2,
      overdueIncidents: 1,
      points: 1,
      alarms: 1,
    })
    expect(counts.get(10)).toMatchObject({ officers: 2, openIncidents: 1, overdueIncidents: 1 })
    expect(counts.get(112)).toMatchObject({ officers: 1, openIncidents: 0, alarms: 1 })
  })
  it('of cases count the wanted rows only', () => {
    const sums = casesByGrid(grids, [111, 111, 21, 112], [0, 2, 3])
    expect([1, 10, 20, 111].map((id) => sums.get(id))).toEqual([3, 2, 1, 1])
  })
})

describe('the outline of neighbours', () => {
  const square = (x: number, y: number) => [
    [x, y],
    [x + 1, y],
    [x + 1, y + 1],
    [x, y + 1],
    [x, y],
  ]
  it('is one ring without the borders between them', () => {
    const outline = outlineOf([square(0, 0), square(1, 0), square(0, 1), square(1, 1)])
    expect(outline).toHaveLength(1)
    expect(outline?.[0]).toHaveLength(9)
  })
  it('is none when they do not share their corners', () => {
    expect(outlineOf([square(0, 0), square(1.1, 0), square(0, 1.1), square(1.1, 1.1)])).toBeNull()
  })
})
