import type { Geometry, Position } from 'geojson'
import { degreeMeters, type MapData } from './dossier.ts'
import type { MapLine } from './queries.ts'

/** Points on paper. */
const [width, height] = [515, 298]
const wide = /motorway|trunk|primary|secondary/

/** A word on the map, its middle in points from the upper left corner. */
export interface MapLabel {
  text: string
  x: number
  y: number
  size: number
}
/**
 * The surroundings of a place as SVG, black on white: borders dashed, roads, the place, a scale and north. What is written on it comes
 * beside it: in SVG every character would have to be in one font.
 */
export function drawMap({ center: [lng, lat], reach, grids, roads }: MapData): {
  svg: string
  height: number
  labels: MapLabel[]
} {
  const [east, north] = degreeMeters(lat)
  const scale = width / (2 * reach[0])
  const place = ([x = 0, y = 0]: Position): [number, number] => [
    width / 2 + (x - lng) * east * scale,
    height / 2 - (y - lat) * north * scale,
  ]
  const path = (geometry: Geometry) =>
    linesOf(geometry)
      .map((line) => `M${line.map((at) => place(at).map(round).join(' ')).join('L')}`)
      .join('')
  const drawn = (geometry: Geometry, style: string) => {
    const d = path(geometry)
    return d === '' ? '' : `<path d="${d}" fill="none" ${style}/>`
  }
  const label = ({ name, at }: MapLine, size: number): MapLabel[] => {
    const [x, y] = place(at ?? [lng, lat])
    // In the middle stands the place itself.
    const clear = Math.abs(y - height / 2) > 14 || Math.abs(x - width / 2) > 40
    return name && at ? [{ text: name, x, y: clear ? y : y - 18, size }] : []
  }
  const named = new Map(roads.filter((one) => one.name && one.at).map((one) => [one.name, one]))
  // A round length of about a sixth of the width.
  const bar = [1000, 500, 200, 100, 50, 20].find((meters) => meters * scale <= width / 5) ?? 10
  const [x, y] = [width / 2, height / 2]
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" fill="#fff" stroke="#000"/>`,
    ...roads.map(({ line, rank }) =>
      drawn(line, `stroke="#999" stroke-width="${wide.test(rank) ? 3 : 1.4}"`),
    ),
    ...grids.map(({ line }) => drawn(line, 'stroke="#000" stroke-width="0.8" stroke-dasharray="5 3"')),
    `<circle cx="${x}" cy="${y}" r="7" fill="none" stroke="#000" stroke-width="1.6"/>`,
    `<circle cx="${x}" cy="${y}" r="2.2" fill="#000"/>`,
    `<path d="M12 ${height - 18}V${height - 12}H${round(12 + bar * scale)}V${height - 18}" fill="none" stroke="#000"/>`,
    `<path d="M${width - 22} 34L${width - 17} 12L${width - 12} 34L${width - 17} 29Z" fill="#000"/>`,
    '</svg>',
  ].join('')
  const labels = [
    ...grids.flatMap((one) => label(one, 8)),
    ...[...named.values()].slice(0, 8).flatMap((one) => label(one, 6.5)),
    { text: `${bar} m`, x: 12 + (bar * scale) / 2, y: height - 22, size: 8 },
    { text: 'N', x: width - 17, y: 42, size: 9 },
  ]
  return { svg, height, labels }
}

function linesOf(geometry: Geometry): Position[][] {
  if (geometry.type === 'LineString') return geometry.coordinates.length > 1 ? [geometry.coordinates] : []
  if (geometry.type === 'MultiLineString') return geometry.coordinates.filter((line) => line.length > 1)
  if (geometry.type === 'GeometryCollection') return geometry.geometries.flatMap(linesOf)
  return []
}

const round = (value: number) => Math.round(value * 10) / 10
