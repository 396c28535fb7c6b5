import type { LayerName } from '../basemap/layers.ts'
import type { Tags } from '../formats/osm.ts'
import { usageOf } from './highways.ts'

// Which layer of the basemap a tagged thing belongs to. Boundaries are not among them: lines between
// administrations may not be drawn from unofficial data, and the town's own grids are a layer above.

export interface Mapped {
  layer: LayerName
  properties: Record<string, string | number | boolean>
}

const landuse: Record<string, string> = {
  residential: 'residential',
  industrial: 'industrial',
  commercial: 'commercial',
  retail: 'commercial',
  construction: 'construction',
  farmland: 'farmland',
  farmyard: 'farmland',
  orchard: 'farmland',
  vineyard: 'farmland',
  meadow: 'grass',
  grass: 'grass',
  village_green: 'park',
  recreation_ground: 'park',
  cemetery: 'park',
  forest: 'wood',
} // prettier-ignore
const leisure: Record<string, string> = {
  park: 'park',
  garden: 'park',
  nature_reserve: 'wood',
  pitch: 'grass',
  golf_course: 'grass',
}
const natural: Record<string, string> = { wood: 'wood', scrub: 'grass', grassland: 'grass', heath: 'grass' }
const ranks: Record<string, number> = {
  city: 1,
  town: 1,
  suburb: 2,
  quarter: 2,
  village: 3,
  neighbourhood: 3,
  hamlet: 4,
  isolated_dwelling: 4,
  locality: 4,
}
const amenities = new Set(
  'police fire_station hospital clinic school kindergarten college university townhall library marketplace bus_station ferry_terminal fuel bank post_office place_of_worship cinema theatre'.split(
    ' ',
  ),
)
const streams = new Set(['river', 'canal', 'stream', 'drain', 'ditch'])

/** What an area is on the map, or null. */
export function mappedArea(tags: Tags): Mapped | null {
  const { building } = tags
  if (building && building !== 'no') return { layer: 'building', properties: heightOf(tags) }
  const water =
    tags.natural === 'water' ||
    tags.waterway === 'riverbank' ||
    tags.landuse === 'reservoir' ||
    tags.landuse === 'basin'
  if (water) return { layer: 'water', properties: { kind: tags.water ?? (tags.waterway ? 'river' : 'lake') } }
  const kind = landuse[tags.landuse ?? ''] ?? leisure[tags.leisure ?? ''] ?? natural[tags.natural ?? '']
  return kind ? { layer: 'landuse', properties: { kind } } : null
}

/** What a line is on the map, or null. */
export function mappedLine(tags: Tags): Mapped | null {
  if (tags.highway) {
    const use = usageOf(tags)
    if ('reason' in use || tags.area === 'yes') return null
    return {
      layer: 'road',
      properties: { class: use.class, name: tags.name ?? '', oneway: use.direction !== 0 },
    }
  }
  return streams.has(tags.waterway ?? '')
    ? { layer: 'waterway', properties: { name: tags.name ?? '' } }
    : null
}

/** What a point is on the map, or null. */
export function mappedPoint(tags: Tags): Mapped | null {
  const { name, place, amenity } = tags
  if (!name) return null
  const rank = ranks[place ?? '']
  if (place && rank) return { layer: 'place', properties: { name, kind: place, rank } }
  return amenity && amenities.has(amenity) ? { layer: 'poi', properties: { name, kind: amenity } } : null
}

/** Three metres a storey where no height is given. */
function heightOf(tags: Tags): Record<string, number> {
  const height = Number.parseFloat(tags.height ?? '') || Number.parseFloat(tags['building:levels'] ?? '') * 3
  return height > 0 && height < 1000 ? { height } : {}
}
