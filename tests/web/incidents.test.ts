import { describe, expect, it } from 'vitest'
import { decodeColumns, encodeColumns, type IncidentColumns } from '../../api/contract/columns.ts'
import { positionsOf, rowsIn, withCase } from '../../web/incidents/filter.ts'
import { lightOf } from '../../web/incidents/light.ts'
import { binSize, countBins, snap, windowOf } from '../../web/incidents/range.ts'

const zone = 'Asia/Shanghai'
const hour = 3_600_000
const now = Date.parse('2026-11-21T02:17:00Z') // 10:17 in Shanghai

describe('the time range', () => {
  it('of today begins at midnight in the town, not in London', () => {
    expect(new Date(windowOf('today', now, zone).from).toISOString()).toBe('2026-11-20T16:00:00.000Z')
  })
  it('of a day ends with this hour', () => {
    const { from, to } = windowOf('day', now, zone)
    expect([(to - from) / hour, new Date(to).toISOString()]).toEqual([24, '2026-11-21T03:00:00.000Z'])
  })
  it('of a week is seven days of the town, today included', () => {
    const { from, to } = windowOf('week', now, zone)
    expect([(to - from) / hour, (to - now) / hour < 24]).toEqual([168, true])
  })
  it('counts by the hour, by six hours when long', () => {
    expect(binSize(windowOf('week', now, zone))).toBe(hour)
    expect(binSize(windowOf('month', now, zone))).toBe(6 * hour)
  })
  it('of all there is begins with the day of the first case, in weeks or months', () => {
    const year = windowOf('all', now, zone, now - 365 * 24 * hour)
    expect([new Date(year.from).toISOString(), binSize(year) / hour]).toEqual([
      '2025-11-20T16:00:00.000Z',
      168,
    ])
    expect(binSize(windowOf('all', now, zone, Date.parse('2014-01-01T00:00:00Z'))) / hour).toBe(28 * 24)
    expect(windowOf('all', now, zone, null)).toEqual(windowOf('month', now, zone))
  })
  it('brushed in either direction is whole bins inside the window', () => {
    const window = { from: 0, to: 24 * hour }
    expect(snap(window, 5.5 * hour, 2.2 * hour)).toEqual({ from: 2 * hour, to: 6 * hour })
    expect(snap(window, 23.9 * hour, 99 * hour)).toEqual({ from: 23 * hour, to: 24 * hour })
    expect(snap(window, 3 * hour, 3 * hour)).toEqual({ from: 3 * hour, to: 4 * hour })
  })
})

const seconds = [0, 1800, 3600, 7200, 90_000]
const columns: IncidentColumns = {
  length: 5,
  positions: Int32Array.from(seconds.flatMap((_, i) => [1_200_000_000 + i, 310_000_000])),
  reportedAt: Uint32Array.from(seconds),
  gridId: Uint32Array.from([1, 2, 3, 4, 5]),
  classIndex: Uint8Array.from([0, 1, 0, 1, 0]),
  stateIndex: new Uint8Array(5),
  classes: ['01', '02'],
}
const day = { from: 0, to: 24 * hour }

describe('the cases on the heat map', () => {
  it('are those of the range and of the wanted classes', () => {
    expect([...rowsIn(columns, day, null)]).toEqual([0, 1, 2, 3])
    expect([...rowsIn(columns, { from: hour, to: 2 * hour }, null)]).toEqual([2])
    expect([...rowsIn(columns, day, new Set(['02']))]).toEqual([1, 3])
  })
  it('stand where they were reported', () => {
    expect(positionsOf(columns, Uint32Array.of(3))).toEqual([[120.0000003, 31]])
  })
  it('fall into their hours', () => {
    expect([...countBins(day, columns.reportedAt, rowsIn(columns, day, null))].slice(0, 3)).toEqual([2, 1, 1])
  })
  it('take in a new one, of a class never seen, before the next load', () => {
    const more = withCase(columns, {
      lng: 120.5,
      lat: 31.5,
      reportedAt: '1970-01-01T03:00:00Z',
      gridId: 9,
      classCode: '77',
      state: 0,
    })
    expect([...rowsIn(more, day, new Set(['77']))]).toEqual([5])
    expect(positionsOf(more, Uint32Array.of(5))).toEqual([[120.5, 31.5]])
    expect(decodeColumns(encodeColumns(more).buffer).length).toBe(6)
  })
})

describe('the light of the clock', () => {
  const dueAt = new Date(now + 20 * 60_000).toISOString()
  const warnAt = new Date(now).toISOString()
  it('is green until its warning, yellow to the end, red after', () => {
    expect(lightOf({ state: 'handling', warnAt, dueAt }, now - 1)).toBe('green')
    expect(lightOf({ state: 'handling', warnAt, dueAt }, now)).toBe('yellow')
    expect(lightOf({ state: 'handling', warnAt, dueAt }, now + 20 * 60_000)).toBe('yellow')
    expect(lightOf({ state: 'handling', warnAt, dueAt }, now + 20 * 60_000 + 1)).toBe('red')
  })
  it('is out when no clock runs', () => {
    expect(lightOf({ state: 'reported', warnAt: null, dueAt: null }, now)).toBe('none')
    expect(lightOf({ state: 'suspended', warnAt, dueAt }, now + hour)).toBe('none')
    expect(lightOf({ state: 'closed', warnAt, dueAt }, now + hour)).toBe('none')
  })
})
