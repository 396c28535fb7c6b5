import type { Position } from 'geojson'
import type { Map as MapLibreMap } from 'maplibre-gl'
import type { Box } from './feature.ts'

type Line = [number, number][]

/** The server's own limits. */
const most = { lines: 500, places: 2000 }

/** Rivers and canals that the workshop's map holds around some grids; none where it has no base map. */
export function riversOnMap(box: Box | null): Line[] {
  const container = document.querySelector('.plan-map') as (HTMLElement & { planMap?: MapLibreMap }) | null
  const map = container?.planMap
  if (!box || !map?.getSource('basemap')) return []
  return linesWithin(
    map.querySourceFeatures('basemap', { sourceLayer: 'waterway' }).map(({ geometry }) => geometry),
    box,
  )
}

/** The lines that touch a box, the longest first and no more than the server takes. */
export function linesWithin(
  shapes: readonly { type: string; coordinates?: unknown }[],
  [west, south, east, north]: Box,
): Line[] {
  const touches = (line: readonly Position[]) =>
    line.some(([x = 0, y = 0]) => x >= west && x <= east && y >= south && y <= north)
  return shapes
    .flatMap(({ type, coordinates }) => {
      if (type === 'LineString') return [coordinates as Position[]]
      return type === 'MultiLineString' ? (coordinates as Position[][]) : []
    })
    .filter((line) => line.length > 1 && touches(line))
    .toSorted((a, b) => b.length - a.length)
    .slice(0, most.lines)
    .map((line) => line.slice(0, most.places).map(([x = 0, y = 0]): [number, number] => [x, y]))
}
