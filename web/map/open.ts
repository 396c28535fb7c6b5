import { addProtocol, Map as MapLibreMap, setWorkerUrl } from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import { PMTiles, Protocol } from 'pmtiles'
import type { Town } from '../../api/contract/town.ts'
import { gridFills, gridLines, gridNameLayer, gridSources } from '../grids/layer.ts'
import { heatLayer, heatSource } from '../incidents/layer.ts'
import type { ThemeName } from '../ui/tokens.ts'
import { type BasemapSource, baseStyle, firstBuilt, firstLabel, fontFaces } from './basemap.ts'

setWorkerUrl(workerUrl)
const archives = new Protocol()
addProtocol('pmtiles', archives.tile)

/** Reads the archive's header; throws when there is none to read. */
export async function readBasemap(town: Town): Promise<BasemapSource | null> {
  if (!town.basemap) return null
  const address = new URL(town.basemap.url, location.origin).href
  const archive = new PMTiles(address)
  const { minZoom, maxZoom } = await archive.getHeader()
  archives.add(archive)
  return { url: `pmtiles://${address}`, minZoom, maxZoom }
}

/** Everything the map itself draws, bottom first: land, grid colours, what is built, grid lines, heat, names. */
function styleOf(theme: ThemeName, basemap: BasemapSource | null) {
  const style = baseStyle(theme, basemap, fontFaces())
  const find = (wanted: string) => {
    const at = style.layers.findIndex(({ id }) => id === wanted)
    return at < 0 ? style.layers.length : at
  }
  const land = style.layers.slice(0, find(firstBuilt))
  const built = style.layers.slice(find(firstBuilt), find(firstLabel))
  const names = style.layers.slice(find(firstLabel))
  return {
    ...style,
    sources: { ...style.sources, ...gridSources, heat: heatSource },
    layers: [
      ...land,
      ...gridFills(theme),
      ...built,
      ...gridLines(theme),
      heatLayer(theme),
      ...names,
      gridNameLayer(),
    ],
  }
}

export interface Opening {
  container: HTMLElement
  town: Town
  theme: ThemeName
  basemap: BasemapSource | null
  /** Of a wall whose map lies in a zoomed layer: so many times the device's own pixels. */
  scale?: number | undefined
}

/** Throws where WebGL2 is missing. */
export function openMap({ container, town, theme, basemap, scale = 1 }: Opening): MapLibreMap {
  return new MapLibreMap({
    container,
    style: styleOf(theme, basemap),
    center: town.center,
    zoom: 12,
    minZoom: 8,
    maxZoom: 19,
    maxPitch: 60,
    attributionControl: false, // the town's attribution is written by the page, as text
    dragRotate: true,
    pixelRatio: devicePixelRatio * scale,
    // Walls are wider than MapLibre's 4096, which would be drawn coarser; usual machines draw 8192.
    maxCanvasSize: [8192, 8192],
    // Of what is out of sight, so many tiles of each source: the usual five screens of each fill up for hours on a wall that goes round.
    maxTileCacheSize: 16,
    fadeDuration: 150,
    locale: {},
  })
}

/** Writes the colours of another theme onto the map that is there; sources and data stay. */
export function restyle(map: MapLibreMap, theme: ThemeName, basemap: BasemapSource | null): void {
  for (const layer of styleOf(theme, basemap).layers) {
    for (const [name, value] of Object.entries(layer.paint ?? {}))
      map.setPaintProperty(layer.id, name as never, value as never)
  }
}
