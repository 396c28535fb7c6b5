import { parseArgs } from 'node:util'
import type { Feature, Geometry, LineString, Polygon, Position } from 'geojson'
import type { BasemapLayers } from '../../gis-data/basemap/layers.ts'
import type { BasemapSummary } from '../../gis-data/basemap/tiles.ts'
import { buildBasemap } from '../../gis-data/basemap/tiles.ts'
import type { Line } from './plane.ts'
import { inside, toLngLat } from './plane.ts'
import type { Town } from './town.ts'
import { generateTown } from './town.ts'
import type { Waters } from './waters.ts'

const ATTRIBUTION = '© 霞客 · 示例城镇为虚构'

/** The town as basemap layers. */
export function basemapOf(town: Town): BasemapLayers {
  const { land } = town
  const ponds = land.lots.filter((l) => l.kind === 'pond')
  return {
    water: [
      ...land.waters.courses.map((c) => feature(polygon(c.ring), { kind: c.kind })),
      ...land.waters.lakes.map((l) => feature(polygon(l.ring), { kind: 'lake' })),
      ...ponds.map((l) => feature(polygon(l.ring), { kind: 'pond' })),
    ],
    waterway: land.waters.courses
      .filter((c) => c.name)
      .flatMap((c) => outsideLakes(c.line, land.waters).map((part) => feature(line(part), { name: c.name }))),
    landuse: land.lots
      .filter((l) => l.kind !== 'pond')
      .map((l) => feature(polygon(l.ring), { kind: l.kind })),
    road: [
      ...town.network.roads.map((r) =>
        feature<LineString>(
          { type: 'LineString', coordinates: r.line },
          { class: r.class, name: r.name, oneway: r.oneway },
        ),
      ),
      // beyond the border roads go on, so that the town is no island
      ...land.beyond.map((s) => feature(line(s.line), { class: s.class, name: s.name })),
    ],
    building: land.buildings
      .filter((b) => inside(b.at, land.outline))
      .map((b) => feature(polygon(b.ring), { height: b.height })),
    boundary: town.outline.coordinates.map((ring) =>
      feature<LineString>({ type: 'LineString', coordinates: ring as Position[] }, { kind: 'town' }),
    ),
    place: town.places.map((p) =>
      feature({ type: 'Point', coordinates: p.lngLat }, { name: p.name, kind: p.kind, rank: p.rank }),
    ),
    poi: town.pois.map((p) =>
      feature({ type: 'Point', coordinates: p.lngLat }, { name: p.name, kind: p.kind }),
    ),
  }
}

// a canal has no line of its own where it crosses a lake
function outsideLakes(course: Line, { lakes }: Waters): Line[] {
  const parts: Line[] = [[]]
  for (const p of course) {
    if (!lakes.some((lake) => inside(p, lake.ring))) parts.at(-1)!.push(p)
    else if (parts.at(-1)!.length > 0) parts.push([])
  }
  return parts.filter((part) => part.length > 1)
}

/** Builds the demo town's archive at `path`. */
export const buildTownBasemap = (town: Town, path: string): Promise<BasemapSummary> =>
  buildBasemap(basemapOf(town), path, { name: town.name, attribution: ATTRIBUTION })

function feature<G extends Geometry>(geometry: G, properties: Record<string, unknown>): Feature<G> {
  return { type: 'Feature', geometry, properties }
}
const line = (points: Line): LineString => ({ type: 'LineString', coordinates: points.map(toLngLat) })
const polygon = (ring: Line): Polygon => ({
  type: 'Polygon',
  coordinates: [[...ring, ring[0]!].map(toLngLat)],
})

// node seeds/demo/basemap.ts --seed 1 --out basemap.pmtiles
if (import.meta.main) {
  const { values } = parseArgs({ options: { seed: { type: 'string' }, out: { type: 'string' } } })
  if (!values.seed || !values.out)
    throw new Error('usage: node seeds/demo/basemap.ts --seed <number> --out <file>')
  console.log(JSON.stringify(await buildTownBasemap(generateTown({ seed: Number(values.seed) }), values.out)))
}
