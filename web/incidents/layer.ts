import type { Layer } from '@deck.gl/core'
import { IconLayer, ScatterplotLayer } from '@deck.gl/layers'
import type { Feature, MultiPoint } from 'geojson'
import type { LayerSpecification, SourceSpecification } from 'maplibre-gl'
import type { Incident } from '../../api/contract/incident.ts'
import { type Atlas, asTexture } from '../map/atlas.ts'
import { heatStops, lightColor, rgba } from '../map/palette.ts'
import { chosenRing } from '../map/ring.ts'
import { type ThemeName, themes } from '../ui/tokens.ts'
import { dotName, pinName } from './icons.ts'
import type { Light } from './light.ts'

/** An incident as the map needs it. */
export interface Pin {
  incident: Incident
  className: string
  light: Light
}

export interface PinScene {
  pins: readonly Pin[]
  chosenId: number | null
  inside: (gridId: number) => boolean
  theme: ThemeName
  zoom: number
  atlas: Atlas
}

const place = ({ incident: { lng, lat } }: Pin): [number, number] => [lng, lat]
/** Below this zoom cases are dots. */
const pinsFrom = 12.75
const pinPixels = (zoom: number) =>
  zoom < pinsFrom ? 10 + Math.max(0, zoom - 10) * 1.2 : Math.min(38, 25 + (zoom - pinsFrom) * 5)

/** Pins whose ring shows the clock's light; late ones lie on top. */
export function pinLayers({ pins, chosenId, inside, theme, zoom, atlas }: PinScene): Layer[] {
  const chosen = pins.filter(({ incident }) => incident.id === chosenId)
  const dots = zoom < pinsFrom
  return [
    chosenRing({ id: 'incident-chosen', data: chosen, at: place, theme, radius: 9, width: 2.5, fill: 0.25 }),
    new IconLayer({
      id: 'incidents',
      data: pins,
      iconAtlas: asTexture(atlas),
      iconMapping: atlas.mapping,
      getPosition: place,
      getIcon: ({ className, light, incident }) =>
        dots && incident.id !== chosenId ? dotName(light) : pinName(className, light),
      getSize: ({ incident }) => (incident.id === chosenId ? 1.35 * (dots ? 2 : 1) : 1),
      sizeScale: pinPixels(zoom),
      getColor: ({ incident }) => [255, 255, 255, inside(incident.gridId) ? 255 : 115],
      updateTriggers: { getSize: [chosenId, dots], getIcon: [chosenId, dots], getColor: inside },
      pickable: true,
    }),
  ]
}

export const pulseMs = 1200
export const pulses = 3

/** Rings around what has just arrived: three of 1.2 s each, or one that stands still for whoever asked for less motion. */
export function pulseLayers(
  arrived: readonly { lng: number; lat: number; light: Light; since: number }[],
  { now, theme, still }: { now: number; theme: ThemeName; still: boolean },
): Layer[] {
  const beating = arrived.filter(({ since }) => now - since < pulseMs * pulses)
  if (beating.length === 0) return []
  const phase = (since: number) => (still ? 0.45 : ((now - since) % pulseMs) / pulseMs)
  return [
    new ScatterplotLayer({
      id: 'incident-pulses',
      data: beating,
      getPosition: ({ lng, lat }) => [lng, lat],
      filled: false,
      stroked: true,
      radiusUnits: 'pixels',
      lineWidthUnits: 'pixels',
      getRadius: ({ since }) => 6 + 42 * phase(since) ** 0.6,
      getLineWidth: 3,
      getLineColor: ({ light, since }) =>
        rgba(light === 'none' ? themes[theme].accent : lightColor(light, theme), 1 - phase(since)),
      updateTriggers: { getRadius: now, getLineColor: now },
    }),
  ]
}

export const heatSource: SourceSpecification = {
  type: 'geojson',
  data: { type: 'FeatureCollection', features: [] },
}

/** Many cases as one feature: drawn like 51,000, cut into tiles like one. */
export const heatData = (coordinates: [number, number][]): Feature<MultiPoint> => ({
  type: 'Feature',
  properties: {},
  geometry: { type: 'MultiPoint', coordinates },
})

export const heatOpacity = 0.85
export function heatLayer(theme: ThemeName): LayerSpecification {
  return {
    id: 'heat',
    type: 'heatmap',
    source: 'heat',
    layout: { visibility: 'none' },
    paint: {
      'heatmap-radius': ['interpolate', ['exponential', 1.6], ['zoom'], 10, 12, 13, 34, 16, 90],
      'heatmap-intensity': 0.5,
      'heatmap-opacity': heatOpacity,
      'heatmap-opacity-transition': { duration: 4000 },
      'heatmap-color': ['interpolate', ['linear'], ['heatmap-density'], ...heatStops(theme).flat()] as never,
    },
  }
}

/** Fewer cases need more light each to show, many less not to burn out. */
export const heatIntensity = (cases: number): number =>
  Math.min(1.2, Math.max(0.08, 9 / Math.sqrt(cases + 1)))

const faintest = 0.4
/**
 * How strong the heat is at an hour of the day (with its fraction) on a map that breathes: full at the hour that is usually the busiest,
 * never gone; between two hours it goes evenly. 1 where nothing is known of any hour.
 */
export function breathAt(usual: readonly number[], hour: number): number {
  const most = Math.max(0, ...usual)
  if (most === 0) return 1
  const [at, share] = [Math.floor(hour), hour % 1]
  const level = (usual[at] ?? 0) * (1 - share) + (usual[(at + 1) % usual.length] ?? 0) * share
  return faintest + (1 - faintest) * (level / most)
}
