import { rename, writeFile } from 'node:fs/promises'
import type { GeoJSONVTTile } from '@maplibre/geojson-vt'
import { GeoJSONVT } from '@maplibre/geojson-vt'
import { fromGeojsonVt } from '@maplibre/vt-pbf'
import type { Feature, Position } from 'geojson'
import { Compression, S2PMTilesWriter, TileType, zxyToTileID } from 's2-pmtiles'
import { joinLines } from './join.ts'
import type { BasemapLayers, LayerName } from './layers.ts'
import { layerPlans, trimTags } from './layers.ts'

export type BasemapOptions = { name?: string; attribution?: string; minZoom?: number; maxZoom?: number }
/** What was written; `bounds` is [west, south, east, north]. */
export type BasemapSummary = {
  tiles: number
  bytes: number
  bounds: [number, number, number, number]
  minZoom: number
  maxZoom: number
}

const EXTENT = 4096
const TILE_BUFFER = 64 // tile units around a tile, so that lines and labels meet

/**
 * Cuts layers (see layers.ts) into vector tiles and writes them as one PMTiles archive, replacing `path` at the end only.
 * Throws when there is nothing to draw.
 */
export async function buildBasemap(
  layers: Partial<BasemapLayers>,
  path: string,
  options: BasemapOptions = {},
): Promise<BasemapSummary> {
  const { minZoom = 8, maxZoom = 15 } = options
  const names = (Object.keys(layerPlans) as LayerName[]).filter((name) => layers[name]?.length)
  const prepared = names.map((name) => [name, prepare(name, layers)] as const)
  const bounds = boundsOf(prepared.flatMap(([, features]) => features))
  const indexes = prepared.map(([name, features]) => [name, index(features, maxZoom)] as const)

  const archive = memoryWriter()
  const writer = new S2PMTilesWriter(archive, TileType.Pbf, Compression.Gzip)
  let tiles = 0
  for (const [z, x, y] of tilesIn(bounds, minZoom, maxZoom)) {
    const found: Record<string, GeoJSONVTTile> = {}
    for (const [name, vt] of indexes) {
      const tile = vt.getTile(z, x, y)
      const features =
        tile?.features.filter(
          (f: { tags?: Record<string, unknown> | null }) => z >= layerPlans[name].firstZoom(f.tags ?? {}),
        ) ?? []
      if (tile && features.length) found[name] = { ...tile, features }
    }
    if (!Object.keys(found).length) continue
    await writer.writeTileXYZ(z, x, y, fromGeojsonVt(found, { version: 2, extent: EXTENT }))
    tiles++
  }
  await writer.commit({
    name: options.name ?? 'basemap',
    attribution: options.attribution ?? '',
    vector_layers: names.map((id) => ({ id, fields: layerPlans[id].fields })),
  })
  const bytes = withBounds(archive.bytes(), bounds, minZoom)
  await writeFile(`${path}.part`, bytes)
  await rename(`${path}.part`, path)
  return { tiles, bytes: bytes.length, bounds, minZoom, maxZoom }
}

function prepare(name: LayerName, layers: Partial<BasemapLayers>): Feature[] {
  const trimmed = (layers[name] as Feature[]).map((feature) => trimTags(name, feature))
  return layerPlans[name].lines ? joinLines(trimmed as BasemapLayers['road']) : trimmed
}

function index(features: Feature[], maxZoom: number): GeoJSONVT {
  return new GeoJSONVT(
    { type: 'FeatureCollection', features },
    {
      maxZoom,
      indexMaxZoom: maxZoom,
      indexMaxPoints: 0,
      extent: EXTENT,
      buffer: TILE_BUFFER,
      tolerance: 2.5,
    },
  )
}

// in the order of the archive's own ids, which makes it a clustered one
function tilesIn(
  [west, south, east, north]: BasemapSummary['bounds'],
  minZoom: number,
  maxZoom: number,
): [number, number, number][] {
  const list: [number, number, number][] = []
  for (let z = minZoom; z <= maxZoom; z++) {
    const column = (lng: number) => Math.floor(((lng + 180) / 360) * 2 ** z)
    const row = (lat: number) => {
      const sin = Math.sin((lat * Math.PI) / 180)
      return Math.floor((0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI)) * 2 ** z)
    }
    for (let x = column(west); x <= column(east); x++)
      for (let y = row(north); y <= row(south); y++) list.push([z, x, y])
  }
  return list.sort((a, b) => zxyToTileID(...a) - zxyToTileID(...b))
}

function boundsOf(features: Feature[]): BasemapSummary['bounds'] {
  const bounds: BasemapSummary['bounds'] = [180, 90, -180, -90]
  const visit = (coordinates: Position | unknown[]) => {
    if (typeof coordinates[0] !== 'number') return (coordinates as unknown[][]).forEach(visit)
    const [lng, lat] = coordinates as Position
    bounds[0] = Math.min(bounds[0], lng!)
    bounds[1] = Math.min(bounds[1], lat!)
    bounds[2] = Math.max(bounds[2], lng!)
    bounds[3] = Math.max(bounds[3], lat!)
  }
  for (const { geometry } of features) if (geometry && 'coordinates' in geometry) visit(geometry.coordinates)
  if (bounds[0] > bounds[2]) throw new RangeError('a basemap needs at least one feature')
  return bounds
}

// The writer leaves the header's bounds at 0, which some readers take for an empty map (PMTiles v3: 1e-7° at 102…).
function withBounds(
  archive: Uint8Array,
  [west, south, east, north]: BasemapSummary['bounds'],
  zoom: number,
): Uint8Array {
  // The format's magic is seven bytes; the library writes two of them.
  archive.set(new TextEncoder().encode('PMTiles'))
  const header = new DataView(archive.buffer, archive.byteOffset, archive.byteLength)
  const corners = [west, south, east, north].map((degrees) => Math.round(degrees * 1e7))
  corners.forEach((e7, i) => header.setInt32(102 + 4 * i, e7, true))
  header.setUint8(118, Math.max(zoom, 12))
  header.setInt32(119, Math.round(((west + east) / 2) * 1e7), true)
  header.setInt32(123, Math.round(((south + north) / 2) * 1e7), true)
  return archive
}

// the library's own buffer takes a byte at a time
function memoryWriter() {
  let buffer = Buffer.alloc(1 << 20)
  let length = 0
  const appendSync = (data: Uint8Array) => {
    while (length + data.length > buffer.length) buffer = Buffer.concat([buffer, Buffer.alloc(buffer.length)])
    buffer.set(data, length)
    length += data.length
  }
  return {
    appendSync,
    append: async (data: Uint8Array) => appendSync(data),
    write: async (data: Uint8Array, offset: number) => {
      buffer.set(data, offset)
    },
    bytes: () => new Uint8Array(buffer.buffer, buffer.byteOffset, length),
  }
}
