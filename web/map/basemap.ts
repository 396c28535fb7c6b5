import type { FontFacesSpecification, LayerSpecification, StyleSpecification } from 'maplibre-gl'
import type { ThemeName } from '../ui/tokens.ts'
import { themes } from '../ui/tokens.ts'

// The quiet ground under everything. One style, written by hand; no glyphs, no sprite, no address but our own.

export const mapFont = ['Noto Sans SC']

/**
 * MapLibre asks the browser for a font once and without a text, which loads none of the unicode-range slices Chinese
 * lives in; labels would come from whatever the machine has. Declared as `font-faces`, each slice is fetched when a
 * character of it is first drawn. The slices are read from the style sheets that the page already has.
 */
export function fontFaces(family = mapFont[0] ?? '', weight = '400'): FontFacesSpecification {
  const faces: { url: string; 'unicode-range'?: string[] }[] = []
  for (const sheet of document.styleSheets) {
    for (const rule of rulesOf(sheet)) {
      if (!(rule instanceof CSSFontFaceRule)) continue
      const { style } = rule
      if (style.getPropertyValue('font-family').replaceAll(/['"]/g, '') !== family) continue
      if (style.getPropertyValue('font-weight') !== weight) continue
      const file = /url\(["']?([^"')]+)/.exec(style.getPropertyValue('src'))?.[1]
      if (!file) continue
      const ranges = style
        .getPropertyValue('unicode-range')
        .split(/\s*,\s*/)
        .filter(Boolean)
      faces.push({
        url: new URL(file, sheet.href ?? document.baseURI).href,
        ...(ranges.length > 0 ? { 'unicode-range': ranges } : {}),
      })
    }
  }
  return { [family]: faces }
}

function rulesOf(sheet: CSSStyleSheet): Iterable<CSSRule> {
  try {
    return sheet.cssRules
  } catch {
    return [] // another origin's sheet (a browser extension) is none of ours
  }
}

const basemap = 'basemap'
const byZoom = (...stops: number[]): ['interpolate', ['exponential', number], ['zoom'], ...number[]] => [
  'interpolate',
  ['exponential', 1.5],
  ['zoom'],
  ...stops,
]
const roadMajor = ['motorway', 'trunk', 'primary', 'motorway_link', 'trunk_link', 'primary_link']
const roadMiddle = ['secondary', 'tertiary', 'secondary_link', 'tertiary_link']
const roadQuiet = ['footway', 'path', 'cycleway', 'steps', 'pedestrian', 'track']
const green = [
  'forest',
  'wood',
  'park',
  'grass',
  'meadow',
  'orchard',
  'scrub',
  'garden',
  'cemetery',
  'recreation_ground',
]
const open = ['farmland', 'farm', 'pond', 'village_green']

/** Layers of the archive under the grids: land, water, buildings, roads. */
function groundLayers(theme: ThemeName): LayerSpecification[] {
  const colors = themes[theme]
  const from = (layer: string) => ({ source: basemap, 'source-layer': layer })
  const road = (
    id: string,
    filter: unknown[],
    color: string,
    width: ReturnType<typeof byZoom>,
    minzoom = 0,
  ): LayerSpecification => ({
    id,
    type: 'line',
    ...from('road'),
    minzoom,
    filter: filter as never,
    layout: { 'line-cap': 'round', 'line-join': 'round' },
    paint: { 'line-color': color, 'line-width': width },
  })
  const major = ['in', ['get', 'class'], ['literal', roadMajor]]
  const middle = ['in', ['get', 'class'], ['literal', roadMiddle]]
  const quiet = ['in', ['get', 'class'], ['literal', roadQuiet]]
  return [
    {
      id: 'landuse',
      type: 'fill',
      ...from('landuse'),
      paint: {
        'fill-color': [
          'match',
          ['get', 'kind'],
          green,
          colors.landGreen,
          open,
          colors.land,
          colors.landBuilt,
        ],
        'fill-antialias': false,
      },
    },
    { id: 'water', type: 'fill', ...from('water'), paint: { 'fill-color': colors.water } },
    {
      id: 'waterway',
      type: 'line',
      ...from('waterway'),
      minzoom: 11,
      paint: { 'line-color': colors.waterLine, 'line-width': byZoom(11, 0.6, 16, 4) },
    },
    {
      id: 'building',
      type: 'fill',
      ...from('building'),
      minzoom: 13,
      paint: {
        'fill-color': colors.building,
        'fill-outline-color': colors.buildingLine,
        'fill-opacity': ['interpolate', ['linear'], ['zoom'], 13, 0, 14.5, 1],
      },
    },
    road('road-quiet', quiet, colors.roadMinor, byZoom(14, 0.5, 18, 3), 14.5),
    road(
      'road-minor',
      ['!', ['any', major, middle, quiet]],
      colors.roadMinor,
      byZoom(12, 0.4, 14, 1.2, 18, 10),
      12,
    ),
    road('road-middle', middle, colors.roadMiddle, byZoom(10, 0.6, 14, 2.4, 18, 15)),
    road('road-major', major, colors.roadMajor, byZoom(8, 0.8, 14, 3.6, 18, 20)),
    {
      id: 'building-high',
      type: 'fill-extrusion',
      ...from('building'),
      minzoom: 14.5,
      paint: {
        'fill-extrusion-color': colors.building,
        'fill-extrusion-height': ['coalesce', ['get', 'height'], 6],
        'fill-extrusion-opacity': 0.55,
      },
    },
    {
      id: 'boundary',
      type: 'line',
      ...from('boundary'),
      paint: { 'line-color': colors.boundary, 'line-width': 0.8, 'line-dasharray': [4, 3] },
    },
  ]
}

/** Names over the grids: fewer than one thinks. */
function labelLayers(theme: ThemeName): LayerSpecification[] {
  const colors = themes[theme]
  const paint = { 'text-color': colors.label, 'text-halo-color': colors.labelHalo, 'text-halo-width': 1.4 }
  const font = { 'text-font': mapFont, 'text-field': ['get', 'name'] as never }
  return [
    {
      id: 'road-name',
      type: 'symbol',
      source: basemap,
      'source-layer': 'road',
      minzoom: 13.5,
      filter: ['has', 'name'],
      layout: { ...font, 'symbol-placement': 'line', 'text-size': 12, 'symbol-spacing': 420 },
      paint: { ...paint, 'text-opacity': 0.9 },
    },
    {
      id: 'waterway-name',
      type: 'symbol',
      source: basemap,
      'source-layer': 'waterway',
      minzoom: 12.5,
      filter: ['has', 'name'],
      layout: {
        ...font,
        'symbol-placement': 'line',
        'text-size': 12,
        'text-letter-spacing': 0.2,
        'symbol-spacing': 500,
      },
      paint: { ...paint, 'text-color': colors.waterLabel },
    },
    {
      id: 'poi-name',
      type: 'symbol',
      source: basemap,
      'source-layer': 'poi',
      minzoom: 15.5,
      layout: { ...font, 'text-size': 12, 'text-padding': 12, 'text-max-width': 8 },
      paint,
    },
    {
      id: 'place-name',
      type: 'symbol',
      source: basemap,
      'source-layer': 'place',
      minzoom: 10,
      layout: {
        ...font,
        'text-size': 13,
        'text-padding': 16,
        'symbol-sort-key': ['coalesce', ['get', 'rank'], 9],
      },
      paint,
    },
  ]
}

export interface BasemapSource {
  /** The archive's address with the `pmtiles://` scheme in front. */
  url: string
  minZoom: number
  maxZoom: number
}

/** The whole style without the grids: background, and the archive when there is one. */
export function baseStyle(
  theme: ThemeName,
  source: BasemapSource | null,
  faces: FontFacesSpecification,
): StyleSpecification {
  const background: LayerSpecification = {
    id: 'background',
    type: 'background',
    paint: { 'background-color': themes[theme].land },
  }
  return {
    version: 8,
    'font-faces': faces,
    sources: source
      ? {
          // `tiles`, not `url`: an archive whose header has no bounds leaves the map blank otherwise.
          [basemap]: {
            type: 'vector',
            tiles: [`${source.url}/{z}/{x}/{y}`],
            minzoom: source.minZoom,
            maxzoom: source.maxZoom,
          },
        }
      : {},
    layers: source ? [background, ...groundLayers(theme), ...labelLayers(theme)] : [background],
  }
}

/** The first of the names: lines and heat are drawn under it. */
export const firstLabel = 'road-name'
/** The first of what stands on the land: the colours of the grids are drawn under it. */
export const firstBuilt = 'water'
