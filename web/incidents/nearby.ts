import Flatbush from 'flatbush'
import type { IncidentColumns } from '../../api/contract/columns.ts'

/** What the heat under a place is made of: how many cases, and the classes that lead, most first. */
export interface Nearby {
  count: number
  leading: { classCode: string; count: number }[]
}

const metersPerDegree = 111_320

/**
 * Answers what lies within so many metres of a place, over those rows of the columns. 51,000 cases are indexed in
 * 10 ms, once per time range; an answer takes microseconds. Degrees are taken as flat, which is right to 0.1 % here.
 */
export function nearbyIndex(
  { positions, classIndex, classes }: IncidentColumns,
  rows: Uint32Array,
): (lng: number, lat: number, meters: number) => Nearby {
  if (rows.length === 0) return () => ({ count: 0, leading: [] })
  const index = new Flatbush(rows.length, 16, Int32Array)
  for (const row of rows) {
    const [x = 0, y = 0] = [positions[2 * row], positions[2 * row + 1]]
    index.add(x, y, x, y)
  }
  index.finish()
  return (lng, lat, meters) => {
    const east = metersPerDegree * Math.cos((lat * Math.PI) / 180)
    const [dx, dy] = [meters / east, meters / metersPerDegree]
    const box = [lng - dx, lat - dy, lng + dx, lat + dy].map((degrees) => Math.round(degrees * 1e7))
    const [minX = 0, minY = 0, maxX = 0, maxY = 0] = box
    const counts = new Map<string, number>()
    let count = 0
    for (const found of index.search(minX, minY, maxX, maxY)) {
      const row = rows[found] ?? 0
      const x = ((positions[2 * row] ?? 0) / 1e7 - lng) * east
      const y = ((positions[2 * row + 1] ?? 0) / 1e7 - lat) * metersPerDegree
      if (Math.hypot(x, y) > meters) continue
      const code = classes[classIndex[row] ?? 0] ?? ''
      counts.set(code, (counts.get(code) ?? 0) + 1)
      count++
    }
    const leading = [...counts]
      .map(([classCode, of]) => ({ classCode, count: of }))
      .sort((a, b) => b.count - a.count || a.classCode.localeCompare(b.classCode))
    return { count, leading }
  }
}
