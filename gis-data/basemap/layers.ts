import type { Feature, Geometry, LineString, MultiLineString, MultiPolygon, Point, Polygon } from 'geojson'

/**
 * What a basemap holds. Names and attributes here are what the map style may ask for:
 *
 *   water     polygons       kind: river | canal | lake | pond …
 *   waterway  lines          name
 *   landuse   polygons       kind: residential | industrial | farmland | park | wood …
 *   road      lines          class: trunk | primary | secondary | tertiary | residential | service …, name, oneway
 *   building  polygons       height, in metres
 *   boundary  lines          kind
 *   place     points         name, kind, rank (1 is shown first)
 *   poi       points         name, kind
 *
 * Coordinates are WGS 84, [lng, lat]. An attribute that is empty is left out.
 */
export type BasemapLayers = {
  water: Feature<Polygon | MultiPolygon>[]
  waterway: Feature<LineString | MultiLineString>[]
  landuse: Feature<Polygon | MultiPolygon>[]
  road: Feature<LineString | MultiLineString>[]
  building: Feature<Polygon | MultiPolygon>[]
  boundary: Feature<LineString | MultiLineString>[]
  place: Feature<Point>[]
  poi: Feature<Point>[]
}
export type LayerName = keyof BasemapLayers

type Tags = Record<string, unknown>
type LayerPlan = {
  fields: Record<string, 'String' | 'Number' | 'Boolean'>
  firstZoom(tags: Tags): number
  lines?: boolean
}

const ROAD_ZOOM: Record<string, number> = {
  motorway: 8,
  trunk: 8,
  primary: 8,
  secondary: 10,
  tertiary: 11,
  unclassified: 12,
  residential: 12,
  living_street: 12,
}

/** In drawing order, with the zoom from which a feature is worth its bytes. */
export const layerPlans: Record<LayerName, LayerPlan> = {
  landuse: {
    fields: { kind: 'String' },
    firstZoom: ({ kind }) => (kind === 'farmland' || kind === 'village' ? 12 : 10),
  },
  water: {
    fields: { kind: 'String' },
    firstZoom: ({ kind }) => (kind === 'pond' ? 12 : kind === 'ditch' ? 13 : 8),
  },
  waterway: { fields: { name: 'String' }, firstZoom: () => 11, lines: true },
  building: { fields: { height: 'Number' }, firstZoom: () => 13 },
  road: {
    fields: { class: 'String', name: 'String', oneway: 'Boolean' },
    lines: true,
    firstZoom: (tags) => ROAD_ZOOM[String(tags.class).replace(/_link$/, '')] ?? 13,
  },
  boundary: { fields: { kind: 'String' }, firstZoom: () => 8, lines: true },
  place: {
    fields: { name: 'String', kind: 'String', rank: 'Number' },
    firstZoom: ({ rank }) => [8, 8, 10, 12, 13][Number(rank) || 4] ?? 14,
  },
  poi: { fields: { name: 'String', kind: 'String' }, firstZoom: () => 14 },
}

/** Only the documented attributes, without empty ones: tiles carry nothing that no style reads. */
export function trimTags<G extends Geometry>(name: LayerName, feature: Feature<G>): Feature<G> {
  const properties: Tags = {}
  for (const field of Object.keys(layerPlans[name].fields)) {
    const value = feature.properties?.[field]
    if (value !== undefined && value !== null && value !== '' && value !== false) properties[field] = value
  }
  return { type: 'Feature', geometry: feature.geometry, properties }
}
