import type { ImportPreview } from '../../api/contract/imports.ts'

type Box = readonly [number, number, number, number]

/** Of the places on the map, those whose first position lies outside the town's box. */
export function outside(preview: ImportPreview, town: Box): { outside: number; all: number } {
  const [west, south, east, north] = town
  let [away, all] = [0, 0]
  for (const feature of preview.features.features) {
    const [x, y] = firstPosition(feature.geometry) ?? []
    if (x === undefined || y === undefined) continue
    all += 1
    if (x < west || x > east || y < south || y > north) away += 1
  }
  return { outside: away, all }
}

function firstPosition(geometry: unknown): [number, number] | null {
  let at = (geometry as { coordinates?: unknown } | null)?.coordinates
  while (Array.isArray(at) && Array.isArray(at[0])) at = at[0]
  const [x, y] = Array.isArray(at) ? (at as unknown[]) : []
  return typeof x === 'number' && typeof y === 'number' ? [x, y] : null
}
