import { describe, expect, it } from 'vitest'
import type { IncidentColumns } from '../../api/contract/columns.ts'
import { nearbyIndex } from '../../web/incidents/nearby.ts'
import { fitting, type NameBox } from '../../web/map/names.ts'
import { useView } from '../../web/view.ts'

describe('the names on the map', () => {
  const box = (id: number, x: number, y: number): NameBox => ({
    id,
    x,
    y,
    width: 60,
    countsWidth: 80,
    lineHeight: 20,
  })
  it('stand with their counts where there is room, and alone where there is little', () => {
    expect([...fitting([box(1, 0, 0), box(2, 300, 0)])]).toEqual([
      [1, 'full'],
      [2, 'full'],
    ])
    expect([...fitting([box(1, 0, 0), box(2, 0, 25)])]).toEqual([
      [1, 'name'],
      [2, 'name'],
    ])
  })
  it('give way to those that weigh more', () => {
    expect([...fitting([box(1, 0, 0), box(2, 10, 5), box(3, 200, 0)]).keys()]).toEqual([1, 3])
  })
})

describe('what the heat is made of', () => {
  // At 31° north 100 m are 0.001048° east: three cases within 150 m, one at 200 m.
  const east = [0, 50, 100, 200].map((meters) => 1_200_000_000 + Math.round(meters * 104.8))
  const columns: IncidentColumns = {
    length: 4,
    positions: Int32Array.from(east.flatMap((lng) => [lng, 310_000_000])),
    reportedAt: new Uint32Array(4),
    gridId: new Uint32Array(4),
    classIndex: Uint8Array.from([1, 0, 1, 0]),
    stateIndex: new Uint8Array(4),
    classes: ['01', '02'],
  }
  it('is counted within so many metres, the leading class first', () => {
    expect(nearbyIndex(columns, Uint32Array.from([0, 1, 2, 3]))(120, 31, 150)).toEqual({
      count: 3,
      leading: [
        { classCode: '02', count: 2 },
        { classCode: '01', count: 1 },
      ],
    })
  })
  it('counts only the rows of the range, and nothing of none', () => {
    expect(nearbyIndex(columns, Uint32Array.from([1, 3]))(120, 31, 150).count).toBe(1)
    expect(nearbyIndex(columns, new Uint32Array())(120, 31, 150).count).toBe(0)
  })
})

describe('the choice of an officer', () => {
  const { choose, trail } = useView.getState()
  it('brings the way they came, once, and takes it along when another is chosen', () => {
    choose({ kind: 'officer', id: 7 })
    expect(useView.getState().trailed).toBe(7)
    trail(null)
    choose({ kind: 'officer', id: 7 })
    expect(useView.getState().trailed).toBeNull()
    choose({ kind: 'officer', id: 8 })
    expect(useView.getState().trailed).toBe(8)
    choose({ kind: 'point', id: 1 })
    expect(useView.getState().trailed).toBeNull()
  })
})
