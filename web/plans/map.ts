import { type GeoJSONSource, Map as MapLibreMap } from 'maplibre-gl'
import type { Town } from '../../api/contract/town.ts'
import { type BasemapSource, baseStyle, firstBuilt, firstLabel, fontFaces } from '../map/basemap.ts'
import { grow } from '../map/camera.ts'
import { type ThemeName, themes } from '../ui/tokens.ts'
import { planSources } from './layer.ts'
import { hatch, planFills, planLines, planNames } from './style.ts'

/** The ground with the plan on it: colours under what is built, lines over it, names on top. */
function styleOf(theme: ThemeName, basemap: BasemapSource | null) {
  const ground = baseStyle(theme, basemap, fontFaces())
  // Houses that stand up would hide the borders behind them.
  const base = { ...ground, layers: ground.layers.filter(({ type }) => type !== 'fill-extrusion') }
  const find = (wanted: string) => {
    const place = base.layers.findIndex(({ id }) => id === wanted)
    return place < 0 ? base.layers.length : place
  }
  return {
    ...base,
    sources: { ...base.sources, ...planSources },
    layers: [
      ...base.layers.slice(0, find(firstBuilt)),
      ...planFills(theme),
      ...base.layers.slice(find(firstBuilt), find(firstLabel)),
      ...planLines(theme),
      ...base.layers.slice(find(firstLabel)),
      ...planNames(theme),
    ],
  }
}

interface Opening {
  container: HTMLElement
  town: Town
  theme: ThemeName
  basemap: BasemapSource | null
  onBox: (from: { x: number; y: number }, to: { x: number; y: number }) => void
}

/** Opens the workshop's map. Throws where WebGL2 is missing. */
export function openPlanMap({ container, town, theme, basemap, onBox }: Opening): MapLibreMap {
  const map = new MapLibreMap({
    container,
    style: styleOf(theme, basemap),
    center: town.center,
    zoom: 11,
    minZoom: 7,
    maxZoom: 20,
    maxPitch: 0,
    dragRotate: false,
    attributionControl: false, // written by the page, as text
    fadeDuration: 100,
    locale: {},
    boxZoom: { boxZoomEnd: (_map, from, to) => onBox(from, to) },
  })
  map.touchZoomRotate.disableRotation()
  map.on('load', () => {
    for (const name of ['urgent', 'attention'] as const)
      for (const one of ['dark', 'light'] as const)
        map.addImage(`hatch-${name}-${one}`, hatch(themes[one][name]), { pixelRatio: 2 })
  })
  if (town.bounds) map.fitBounds(grow(town.bounds, 0.04), { duration: 0 })
  return map
}

/** Writes another theme's colours onto the map that is there; sources, data and what is switched off stay. */
export function repaint(map: MapLibreMap, theme: ThemeName, basemap: BasemapSource | null): void {
  for (const layer of styleOf(theme, basemap).layers)
    for (const [name, value] of Object.entries(layer.paint ?? {}))
      map.setPaintProperty(layer.id, name as never, value as never)
}

export const setData = (map: MapLibreMap, id: string, data: Parameters<GeoJSONSource['setData']>[0]): void =>
  void map.getSource<GeoJSONSource>(id)?.setData(data)
