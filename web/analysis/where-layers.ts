import type { FeatureCollection } from 'geojson'
import type { GeoJSONSource, Map as MapLibreMap } from 'maplibre-gl'
import { sequential } from '../ui/tokens.ts'
import { colorAt } from './ramp.ts'
import type { Overlay } from './where-picture.ts'

const none: FeatureCollection = { type: 'FeatureCollection', features: [] }
const [fieldId, shapesId] = ['where-field', 'where-shapes']
/** Up to this share of the most the colour comes out of the ground. */
const faint = 0.12
const fullest = 200

type Field = Extract<Overlay, { kind: 'field' }>
/** The values as a picture, north up: at the low end the ground shows through. */
function paintField({ field: { columns, rows, values }, most, theme }: Field): HTMLCanvasElement {
  const canvas = document.createElement('canvas')
  canvas.width = columns
  canvas.height = rows
  const context = canvas.getContext('2d')
  if (!context) return canvas
  const image = context.createImageData(columns, rows)
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const share = most > 0 ? (values[(rows - 1 - row) * columns + column] ?? 0) / most : 0
      const at = 4 * (row * columns + column)
      image.data.set(colorAt(sequential[theme], share), at)
      image.data[at + 3] = fullest * Math.min(1, share / faint)
    }
  context.putImageData(image, 0, 0)
  return canvas
}

/** Draws what lies over the grids: under their lines and names, outlines above them. */
export function createOverlay(map: MapLibreMap) {
  const under = (id: string) => (map.getLayer(id) ? id : undefined)
  const drop = (id: string) => {
    if (map.getLayer(id)) map.removeLayer(id)
    if (map.getSource(id)) map.removeSource(id)
  }
  const drawField = (field: Field) => {
    const { bounds } = field.field
    if (!bounds) return
    const [west, south, east, north] = bounds
    map.addSource(fieldId, {
      type: 'canvas',
      canvas: paintField(field),
      animate: false,
      coordinates: [
        [west, north],
        [east, north],
        [east, south],
        [west, south],
      ],
    })
    map.addLayer(
      {
        id: fieldId,
        type: 'raster',
        source: fieldId,
        paint: { 'raster-resampling': 'linear', 'raster-fade-duration': 0 },
      },
      under('grid-line-3'),
    )
  }
  const drawShapes = (shapes: FeatureCollection) => {
    const source = map.getSource<GeoJSONSource>(shapesId)
    if (source) {
      void source.setData(shapes)
      return
    }
    if (shapes.features.length === 0) return
    map.addSource(shapesId, { type: 'geojson', data: shapes, tolerance: 0.2 })
    map.addLayer(
      {
        id: `${shapesId}-fill`,
        type: 'fill',
        source: shapesId,
        paint: {
          'fill-color': ['to-color', ['get', 'color'], 'rgba(0, 0, 0, 0)'],
          'fill-opacity': ['coalesce', ['get', 'opacity'], 0],
        },
      },
      under('grid-line-3'),
    )
    map.addLayer(
      {
        id: `${shapesId}-line`,
        type: 'line',
        source: shapesId,
        layout: { 'line-join': 'round' },
        paint: {
          'line-color': ['to-color', ['get', 'line'], 'rgba(0, 0, 0, 0)'],
          'line-width': ['coalesce', ['get', 'width'], 0],
        },
      },
      under('grid-focus'),
    )
  }
  return (overlay: Overlay | null) => {
    drop(fieldId)
    drawShapes(overlay?.kind === 'shapes' ? overlay.shapes : none)
    if (overlay?.kind === 'field') drawField(overlay)
  }
}
