import type { Feature, FeatureCollection } from 'geojson'
import { type GeoJSONSource, type LayerSpecification, Map as MapLibreMap } from 'maplibre-gl'
import type { FindingKind } from '../../api/contract/import-kinds.ts'
import type { ImportPreview } from '../../api/contract/imports.ts'
import type { Town } from '../../api/contract/town.ts'
import type { GridShapes } from '../grids/store.ts'
import { type BasemapSource, baseStyle, firstLabel, fontFaces } from '../map/basemap.ts'
import { grow, moveMs, prefersLessMotion } from '../map/camera.ts'
import { type ThemeName, themes } from '../ui/tokens.ts'
import { kindColor } from './kinds.ts'

type Box = readonly [number, number, number, number]
const none: FeatureCollection = { type: 'FeatureCollection', features: [] }

/** Colours by the first of a row's kinds; sound rows are quiet. */
function colorOf(kinds: readonly FindingKind[], theme: ThemeName): unknown {
  const cases = kinds.flatMap((kind) => [
    ['in', ` ${kind} `, ['concat', ' ', ['get', 'kinds'], ' ']],
    kindColor(kinds, kind),
  ])
  return cases.length === 0 ? themes[theme].accent : ['case', ...cases, themes[theme].accent]
}

function rowLayers(kinds: readonly FindingKind[], theme: ThemeName): LayerSpecification[] {
  const color = colorOf(kinds, theme) as never
  const doubtful = ['!=', ['get', 'kinds'], '']
  const byDoubt = (yes: number, no: number) => ['case', doubtful, yes, no] as never
  const source = 'rows'
  const { text1, halo } = themes[theme]
  const isOf = (type: string) => ['==', ['geometry-type'], type] as never
  return [
    {
      id: 'row-fill',
      type: 'fill',
      source,
      filter: isOf('Polygon'),
      paint: { 'fill-color': color, 'fill-opacity': byDoubt(0.45, 0.12) },
    },
    {
      id: 'row-line',
      type: 'line',
      source,
      filter: ['!=', ['geometry-type'], 'Point'] as never,
      paint: { 'line-color': color, 'line-width': byDoubt(2, 1), 'line-opacity': byDoubt(1, 0.7) },
    },
    {
      id: 'row-point',
      type: 'circle',
      source,
      filter: isOf('Point'),
      layout: { 'circle-sort-key': byDoubt(1, 0) },
      paint: {
        'circle-color': color,
        'circle-radius': ['interpolate', ['linear'], ['zoom'], 9, byDoubt(4, 2), 15, byDoubt(8, 5)],
        'circle-opacity': byDoubt(1, 0.6),
        'circle-stroke-color': halo,
        'circle-stroke-width': 1,
      },
    },
    {
      id: 'chosen-line',
      type: 'line',
      source: 'chosen',
      paint: { 'line-color': text1, 'line-width': 3 },
    },
    {
      id: 'chosen-point',
      type: 'circle',
      source: 'chosen',
      filter: isOf('Point'),
      paint: {
        'circle-color': 'transparent',
        'circle-radius': 12,
        'circle-stroke-color': text1,
        'circle-stroke-width': 2.5,
      },
    },
  ]
}

interface Opening {
  container: HTMLElement
  town: Town
  basemap: BasemapSource | null
  theme: ThemeName
  onPick: (row: number) => void
}

/** A map of rows that are not written yet, over the town as it is. Throws where WebGL2 is missing. */
export function openPreviewMap({ container, town, basemap, theme, onPick }: Opening) {
  const shown = { theme, kinds: [] as readonly FindingKind[], preview: null as ImportPreview | null }
  const style = () => {
    const base = baseStyle(shown.theme, basemap, fontFaces())
    const at = base.layers.findIndex(({ id }) => id === firstLabel)
    const names = at < 0 ? [] : base.layers.slice(at)
    const gridLine = { 'line-color': themes[shown.theme].accent, 'line-width': 1, 'line-opacity': 0.35 }
    const grids: LayerSpecification = {
      id: 'town-grids',
      type: 'line',
      source: 'town-grids',
      paint: gridLine,
    }
    const rows = rowLayers(shown.kinds, shown.theme)
    return {
      ...base,
      sources: {
        ...base.sources,
        'town-grids': { type: 'geojson' as const, data: none },
        rows: { type: 'geojson' as const, data: none },
        chosen: { type: 'geojson' as const, data: none },
      },
      layers: [...(at < 0 ? base.layers : base.layers.slice(0, at)), grids, ...names, ...rows],
    }
  }
  const map = new MapLibreMap({
    container,
    style: style(),
    center: town.center,
    zoom: 10,
    maxZoom: 19,
    attributionControl: false,
    dragRotate: false,
    fadeDuration: 150,
  })
  map.touchZoomRotate.disableRotation()
  const ready = new Promise<void>((resolve) => map.once('load', () => resolve()))
  const source = (id: string) => map.getSource<GeoJSONSource>(id)
  const repaint = () => {
    for (const layer of style().layers)
      for (const [name, value] of Object.entries(layer.paint ?? {}))
        map.setPaintProperty(layer.id, name as never, value as never)
  }
  const pickable = ['row-point', 'row-fill']
  map.on('click', (event) => {
    const { x, y } = event.point
    const near: [[number, number], [number, number]] = [
      [x - 5, y - 5],
      [x + 5, y + 5],
    ]
    const [found] = map.queryRenderedFeatures(near, { layers: pickable })
    const row: unknown = found?.properties.row
    if (typeof row === 'number') onPick(row)
  })
  for (const id of pickable) {
    map.on('mouseenter', id, () => void (map.getCanvas().style.cursor = 'pointer'))
    map.on('mouseleave', id, () => void (map.getCanvas().style.cursor = ''))
  }
  map.on('idle', () => {
    if (shown.preview) container.dataset.map = 'ready'
  })
  const fit = (box: Box) =>
    map.fitBounds([...grow([...box], 0.05)], { maxZoom: 16, duration: 0, padding: 20 })

  return {
    async showGrids(shapes: GridShapes) {
      await ready
      void source('town-grids')?.setData(shapes)
    },
    async show(preview: ImportPreview, kinds: readonly FindingKind[], box: Box | null) {
      await ready
      Object.assign(shown, { preview, kinds })
      repaint()
      void source('rows')?.setData(preview.features as unknown as FeatureCollection)
      void source('chosen')?.setData(none)
      if (box) fit(box)
    },
    /** Flies to a row and rings it; null lets go of it. */
    async choose(row: number | null) {
      await ready
      const found = shown.preview?.features.features.find(({ properties }) => properties.row === row)
      const feature = found as unknown as Feature | undefined
      void source('chosen')?.setData(feature ?? none)
      const box = feature && boxOf(feature)
      if (!box) return
      const duration = moveMs(prefersLessMotion())
      map.fitBounds([...grow([...box], 0.3)], { maxZoom: Math.max(14, map.getZoom()), duration, padding: 40 })
    },
    async recolor(next: ThemeName) {
      await ready
      shown.theme = next
      repaint()
    },
    fit,
    resize: () => map.resize(),
    close: () => map.remove(),
  }
}
export type PreviewMap = ReturnType<typeof openPreviewMap>

/** [west, south, east, north] of a shape; null when it has none. */
export function boxOf({ geometry }: Pick<Feature, 'geometry'>): Box | null {
  const box: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity]
  const add = (at: unknown): void => {
    if (!Array.isArray(at)) return
    if (typeof at[0] !== 'number') return at.forEach(add)
    const [x = 0, y = 0] = at as number[]
    box[0] = Math.min(box[0], x)
    box[1] = Math.min(box[1], y)
    box[2] = Math.max(box[2], x)
    box[3] = Math.max(box[3], y)
  }
  if (geometry && 'coordinates' in geometry) add(geometry.coordinates)
  return box[0] <= box[2] ? box : null
}
