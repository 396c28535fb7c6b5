import type { Map as MapLibreMap } from 'maplibre-gl'
import { TerraDraw, TerraDrawLineStringMode, TerraDrawPolygonMode } from 'terra-draw'
import { TerraDrawMapLibreGLAdapter } from 'terra-draw-maplibre-gl-adapter'
import { usePreferences } from '../ui/preferences.ts'
import { themes } from '../ui/tokens.ts'
import { useBench } from './bench.ts'

// Lines and outlines drawn by hand. What is drawn is handed to the bench as it grows; the pen itself keeps nothing.

/** Starts the pen; it writes while a tool that draws is at hand. Returns how to stop. */
export function startPen(map: MapLibreMap): () => void {
  const { accent, text1 } = themes[usePreferences.getState().theme]
  const [color, ink] = [accent as `#${string}`, text1 as `#${string}`]
  // Enter and Esc are the workshop's own: they mean the same for every tool.
  const keyEvents = null
  const points = { closingPointColor: color, closingPointWidth: 6, closingPointOutlineColor: ink }
  const draw = new TerraDraw({
    adapter: new TerraDrawMapLibreGLAdapter({ map, coordinatePrecision: 9 }),
    modes: [
      new TerraDrawLineStringMode({
        keyEvents,
        styles: { lineStringColor: ink, lineStringWidth: 3, ...points },
      }),
      new TerraDrawPolygonMode({
        keyEvents,
        styles: { fillColor: color, fillOpacity: 0.25, outlineColor: ink, outlineWidth: 3, ...points },
      }),
    ],
  })
  let mode: 'linestring' | 'polygon' | null = null
  const placesOf = () => {
    const found = draw
      .getSnapshot()
      .find(({ properties, geometry }) => properties.mode === mode && geometry.type !== 'Point')
    if (found?.geometry.type === 'LineString') return found.geometry.coordinates
    return found?.geometry.type === 'Polygon' ? (found.geometry.coordinates[0] ?? []) : []
  }
  const follow = () => {
    const { tool, alongWay, chosen, sketch } = useBench.getState()
    const line = tool === 'split' && !alongWay && chosen.length === 1
    const wanted = line ? 'linestring' : tool === 'draw' ? 'polygon' : null
    const done = sketch !== null && !sketch.drawing
    const next = done ? null : wanted
    if (next === mode) {
      if (mode && sketch === null && placesOf().length > 0) draw.clear()
      return
    }
    mode = next
    map.getContainer().dataset.pen = mode === 'linestring' ? 'line' : mode === 'polygon' ? 'outline' : ''
    if (!mode) return draw.enabled ? draw.stop() : undefined
    if (!draw.enabled) draw.start()
    draw.clear()
    draw.setMode(mode)
  }
  draw.on('change', () => {
    const places = placesOf()
    if (mode && places.length > 1) useBench.getState().draw({ places, drawing: true })
  })
  draw.on('finish', () => {
    const places = placesOf()
    if (mode && places.length > 1) useBench.getState().draw({ places, drawing: false })
  })
  follow()
  const stop = useBench.subscribe(follow)
  return () => {
    stop()
    if (draw.enabled) draw.stop()
  }
}
