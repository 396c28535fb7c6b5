import { describe, expect, it } from 'vitest'
import {
  type Column,
  columnNames,
  decodeChunks,
  emptyColumns,
  encodeChunk,
  type Fix,
} from '../../api/tracks/chunks.ts'
import { fixAt } from '../../api/tracks/store.ts'
import { simplify, summarise } from '../../api/tracks/summary.ts'

const start = Date.UTC(2026, 10, 20, 1)
/** Without chance: the same numbers in every run. */
function chance(seed: number) {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return state / 2 ** 32
  }
}
function walk(count: number, seed: number, stepMs = 1000): Fix[] {
  const random = chance(seed)
  let [lng, lat, heading] = [120.4, 31.7, 0]
  return Array.from({ length: count }, (_, i) => {
    heading = (heading + random() * 20 - 10 + 360) % 360
    lng += (1.4 * (stepMs / 1000) * Math.sin((heading * Math.PI) / 180)) / 94_700
    lat += (1.4 * (stepMs / 1000) * Math.cos((heading * Math.PI) / 180)) / 111_200
    return {
      officerId: 7,
      recordedAt: start + i * stepMs,
      receivedAt: start + i * stepMs + 120 + Math.round(random() * 60),
      lng: Math.round(lng * 1e7) / 1e7,
      lat: Math.round(lat * 1e7) / 1e7,
      accuracy: Math.round(4 + random() * 3),
      speed: Math.round((1.3 + random() * 0.2) * 10) / 10,
      heading: Math.round(heading),
      battery: Math.round((0.9 - i / 40_000) * 100) / 100,
      gridId: 100 + Math.floor(i / 90),
      flags: 0,
    }
  })
}
function back(chunk: Uint8Array, count: number, wanted: Iterable<Column> = columnNames): Fix[] {
  const columns = emptyColumns(count)
  expect(decodeChunks(chunk, columns, 0, new Set(wanted))).toEqual({ count, sorted: true })
  return Array.from({ length: count }, (_, i) => fixAt(columns, i, 7))
}

describe('a chunk of a track', () => {
  it('gives back every fix as it was', () => {
    for (const count of [1, 2, 3, 127, 128, 240]) {
      const fixes = walk(count, count)
      expect(back(encodeChunk(fixes), count)).toEqual(fixes)
    }
  })

  it('keeps what is extreme, unknown or has three decimals', () => {
    const fixes: Fix[] = [
      { lng: -180, lat: -90, accuracy: null, speed: null, heading: null, battery: null, flags: 3 },
      { lng: 180, lat: 90, accuracy: 1999.999, speed: 0.001, heading: 359.999, battery: 1, flags: 0 },
      { lng: 0.0000001, lat: -0.0000001, accuracy: 0, speed: 0, heading: 0, battery: 0, flags: 1 },
    ].map((rest, i) => ({
      officerId: 7,
      recordedAt: start + i * 3_599_999,
      receivedAt: start + 7 * 86_400_000 - i * 1e6,
      gridId: i === 1 ? 2_147_483_647 : 1,
      ...rest,
    }))
    expect(back(encodeChunk(fixes), 3)).toEqual(fixes)
  })

  it('takes at most nine bytes a fix of somebody walking at 1 Hz', () => {
    expect(encodeChunk(walk(240, 5)).length / 240).toBeLessThan(9)
  })

  it('unpacks only the columns asked for', () => {
    const [fix] = back(encodeChunk(walk(10, 3)), 10, ['recordedAt', 'lngE7'])
    expect([fix?.recordedAt, fix?.lng, fix?.lat, fix?.receivedAt]).toEqual([start, walk(1, 3)[0]?.lng, 0, 0])
  })

  it('refuses another version', () => {
    expect(() => back(Uint8Array.of(2, 0), 0)).toThrow('version 2')
  })
})

describe('what a track comes to', () => {
  const columnsOf = (fixes: readonly Fix[]) => {
    const columns = emptyColumns(fixes.length)
    for (let at = 0; at < fixes.length; at += 240)
      decodeChunks(encodeChunk(fixes.slice(at, at + 240)), columns, at, new Set(columnNames))
    return columns
  }
  const north = (meters: number) => Math.round((31.7 + meters / 111_195) * 1e7) / 1e7
  const at = (seconds: number, meters: number, more: Partial<Fix> = {}): Fix => ({
    ...(walk(1, 1)[0] as Fix),
    recordedAt: start + seconds * 1000,
    lng: 120.4,
    lat: north(meters),
    ...more,
  })

  it('counts the way walked, not what a standing phone wanders, and no break', () => {
    const walked = Array.from({ length: 101 }, (_, i) => at(i, i * 1.5))
    const stood = Array.from({ length: 240 }, (_, i) => at(101 + i, 150 + (i % 2) * 0.2))
    const later = [at(2000, 5000), at(2001, 5001.5)]
    const { distanceMeters, movingSeconds, stops } = summarise(columnsOf([...walked, ...stood, ...later]))
    // The last 50 m of the way are within the stop, and count as standing.
    expect(Math.abs(distanceMeters - 101.5)).toBeLessThan(2)
    expect(Math.abs(movingSeconds - 68)).toBeLessThan(2)
    expect(stops).toHaveLength(1)
    // Within 50 m of where the stop begins: some of the way before it is part of it.
    expect(stops[0]?.to).toBe(start + 340_000)
    expect((stops[0]?.to ?? 0) - (stops[0]?.from ?? 0)).toBeGreaterThan(239_000)
  })

  it('leaves jumps out, and counts them', () => {
    const fixes = Array.from({ length: 60 }, (_, i) => at(i, i * 1.5, i === 30 ? { lat: 32, flags: 1 } : {}))
    const { jumps, distanceMeters } = summarise(columnsOf(fixes))
    expect([jumps, distanceMeters]).toEqual([1, 89])
  })

  it('tells the time in each grid, longest first', () => {
    const fixes = Array.from({ length: 100 }, (_, i) => at(i, i, { gridId: i < 30 ? 1 : 2 }))
    expect(summarise(columnsOf(fixes)).grids).toEqual([
      { gridId: 2, seconds: 69 },
      { gridId: 1, seconds: 30 },
    ])
  })

  it('is drawn with fewer points, never farther off than allowed at any instant', () => {
    const columns = columnsOf(walk(5000, 11))
    for (const tolerance of [2, 10, 50]) {
      const kept = simplify(columns, tolerance)
      expect(kept.length).toBeLessThan(2500)
      const across = Math.cos((31.7 * Math.PI) / 180)
      let worst = 0
      for (let k = 1; k < kept.length; k += 1) {
        const [a = 0, b = 0] = [kept[k - 1], kept[k]]
        for (let i = a; i <= b; i += 1) {
          const t =
            ((columns.recordedAt[i] ?? 0) - (columns.recordedAt[a] ?? 0)) /
            ((columns.recordedAt[b] ?? 0) - (columns.recordedAt[a] ?? 0))
          const off = (column: Int32Array) =>
            ((column[i] ?? 0) - ((column[a] ?? 0) + ((column[b] ?? 0) - (column[a] ?? 0)) * t)) *
            1e-7 *
            111_195
          worst = Math.max(worst, Math.hypot(off(columns.lngE7) * across, off(columns.latE7)))
        }
      }
      expect(worst).toBeLessThanOrEqual(tolerance * 1.001)
    }
    expect(simplify(columns, 0)).toHaveLength(5000)
  })
})
