import { MapLibreOverlay } from '@deck.gl/maplibre'
import 'maplibre-gl/dist/maplibre-gl.css'
import type { GeoJSONSource, Map as MapLibreMap } from 'maplibre-gl'
import { useEffect, useRef } from 'react'
import { cellsIn } from '../../api/contract/frames.ts'
import type { Bounds } from '../../api/contract/geo.ts'
import type { Town } from '../../api/contract/town.ts'
import { useDerived } from '../derived.ts'
import { fillId, fillOpacity, levels } from '../grids/layer.ts'
import { useGrids } from '../grids/store.ts'
import { positionsOf } from '../incidents/filter.ts'
import { heatData, heatIntensity, heatOpacity } from '../incidents/layer.ts'
import { useIncidents } from '../incidents/store.ts'
import { useText } from '../locales/text.ts'
import { watchCells } from '../realtime.ts'
import { usePreferences } from '../ui/preferences.ts'
import { type CameraWish, useView } from '../view.ts'
import { offerMap } from '../wall/map-offer.ts'
import type { BasemapSource } from './basemap.ts'
import { grow, metersPerPixel, moveMs, type Padding, paddingFor, prefersLessMotion } from './camera.ts'
import { startDrawing } from './draw-loop.ts'
import { focusNow, syncGrids } from './grid-sync.ts'
import { openMap, readBasemap, restyle } from './open.ts'
import { takeMap } from './picture.ts'
import { startPointing } from './pointer.ts'
import { useMapState } from './state.ts'

const remPixels = () => Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
const paddingNow = (map: MapLibreMap): Padding => {
  const padding = paddingFor(innerWidth, innerHeight, remPixels(), useView.getState().chosen !== null)
  // A page with other columns than the board's says which they are.
  const edge = (side: string) =>
    innerWidth < 900 ? undefined : document.querySelector(`[data-covers="${side}"]`)?.getBoundingClientRect()
  const [left, right] = [edge('left'), edge('right')]
  const box = map.getContainer().getBoundingClientRect()
  if (left) padding.left = Math.max(0, left.right - box.left) + remPixels()
  if (right) padding.right = Math.max(0, box.right - right.left) + remPixels()
  // The strip of time along the bottom is the board's.
  if (left || right) padding.bottom = 3 * remPixels()
  return padding
}

interface MapViewProps {
  town: Town
  /** What stands before the map at its edges; without it, what the board's columns cover. */
  covered?: Padding | undefined
  /** Of the zoomed layer that the map lies in. */
  scale?: number | undefined
}

/** The map, and nothing but the map: the only place that makes one and the only one that moves it. */
export function MapView({ town, covered, scale }: MapViewProps) {
  const container = useRef<HTMLDivElement>(null)
  const clear = useRef(covered)
  useEffect(() => {
    clear.current = covered
    // The middle of what can be seen has moved: as when the window has.
    dispatchEvent(new Event('resize'))
  }, [covered])
  const text = useText()
  useEffect(() => {
    if (!container.current) return
    let close = () => {}
    let gone = false
    void readBasemap(town)
      .catch(() => 'failed' as const)
      .then((basemap) => {
        if (gone || !container.current) return
        useMapState.setState({ basemap: basemap === 'failed' ? 'failed' : basemap ? 'shown' : 'none' })
        try {
          close = run(container.current, {
            town,
            basemap: basemap === 'failed' ? null : basemap,
            zoomed: scale,
            padding: (map) => clear.current ?? paddingNow(map),
          })
        } catch {
          useMapState.setState({ status: 'unavailable' })
        }
      })
    return () => {
      gone = true
      close()
    }
  }, [town, scale])
  return (
    <div
      ref={container}
      className="map-canvas"
      role="application"
      aria-label={text.map.label}
      data-testid="map"
    />
  )
}

interface Running {
  town: Town
  basemap: BasemapSource | null
  zoomed: number | undefined
  padding: (map: MapLibreMap) => Padding
}

/** Opens the map and keeps it in step with the stores; returns how to close it. */
function run(container: HTMLElement, { town, basemap, zoomed, padding }: Running): () => void {
  const map = openMap({ container, town, theme: usePreferences.getState().theme, basemap, scale: zoomed })
  map.touchZoomRotate.disableRotation()
  const stops: (() => void)[] = []
  const overlay = new MapLibreOverlay({
    layers: [],
    pickingRadius: 5,
    useDevicePixels: zoomed ? devicePixelRatio * zoomed : true,
    parameters: { depthCompare: 'always', depthWriteEnabled: false },
    onHover: (info) => pointing.onHover(info),
    onClick: (info) => pointing.onClick(info),
    getCursor: () => '',
  })
  map.addControl(overlay)
  const pointing = startPointing(map)
  stops.push(startDrawing(map, overlay), pointing.stop, reportView(map))
  offerMap((times) => takeMap(map, overlay, times))
  stops.push(() => offerMap(null))
  const keepClear = () => void map.setPadding(padding(map))
  keepClear()
  addEventListener('resize', keepClear)
  stops.push(() => removeEventListener('resize', keepClear))
  const bounds = town.bounds ?? focusNow()?.bounds
  if (bounds) map.fitBounds(grow(bounds, 0.02), { duration: 0 })

  map.on('load', () => {
    stops.push(syncGrids(map), syncHeat(map), syncLayers(map))
    markReady(map)
  })
  map.on('dragstart', () => useView.getState().follow(null))
  const scale = () =>
    useMapState.setState({
      metersPerPixel: metersPerPixel(map.getCenter().lat, map.getZoom()),
      bearing: map.getBearing(),
    })
  scale()
  map.on('move', scale)
  stops.push(
    followCamera(map, town, padding),
    usePreferences.subscribe(({ theme }, before) => {
      if (theme !== before.theme && map.isStyleLoaded() !== undefined) restyle(map, theme, basemap)
    }),
  )
  return () => {
    for (const stop of stops) stop()
    map.remove()
    delete document.documentElement.dataset.map
  }
}

/** How long the camera must rest, and how much beyond the edges is asked for, so that a small step needs no question. */
const settledMs = 250
const marginShare = 0.25

/** Tells the stream which cells are in view, once the camera rests; none where they are too many. */
function reportView(map: MapLibreMap): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const settle = () => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      const bounds = map.getBounds()
      const box: Bounds = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()]
      watchCells(cellsIn(grow(box, marginShare)) ?? [])
    }, settledMs)
  }
  settle()
  map.on('moveend', settle)
  map.on('resize', settle)
  return () => {
    clearTimeout(timer)
    map.off('moveend', settle)
    map.off('resize', settle)
  }
}

/** `ready` once the grids are on the screen and nothing is left to draw: what pictures and browser tests wait for. */
function markReady(map: MapLibreMap): void {
  const check = () => {
    if (!useGrids.getState().shapes[1] || !map.isSourceLoaded('grids-1')) return
    map.off('idle', check)
    useMapState.setState({ status: 'ready' })
    document.documentElement.dataset.map = 'ready'
  }
  map.on('idle', check)
}

function syncHeat(map: MapLibreMap): () => void {
  let drawn: unknown
  let held = ''
  let breathed = 1
  const draw = () => {
    const { layers, breath } = useView.getState()
    const { columns } = useIncidents.getState()
    const { rows } = useDerived.getState()
    map.setLayoutProperty('heat', 'visibility', layers.heat ? 'visible' : 'none')
    const { theme } = usePreferences.getState()
    if (held !== `${layers.heat}${theme}`) {
      held = `${layers.heat}${theme}`
      // A new style has the heat as it is at first.
      breathed = 1
      drawn = undefined
      for (const level of levels)
        map.setPaintProperty(fillId(level), 'fill-opacity', fillOpacity(level, theme, layers.heat))
    }
    if (breath !== breathed) {
      breathed = breath
      map.setPaintProperty('heat', 'heatmap-opacity', heatOpacity * breath)
    }
    if (!layers.heat || !columns || drawn === rows) return
    drawn = rows
    void map.getSource<GeoJSONSource>('heat')?.setData(heatData(positionsOf(columns, rows)))
    map.setPaintProperty('heat', 'heatmap-intensity', heatIntensity(rows.length))
  }
  draw()
  const stops = [useView.subscribe(draw), useDerived.subscribe(draw), usePreferences.subscribe(draw)]
  return () => {
    for (const stop of stops) stop()
  }
}

function syncLayers(map: MapLibreMap): () => void {
  const apply = () => {
    const { buildings } = useView.getState().layers
    for (const id of ['building', 'building-high']) {
      if (map.getLayer(id)) map.setLayoutProperty(id, 'visibility', buildings ? 'visible' : 'none')
    }
  }
  apply()
  return useView.subscribe(apply)
}

/** Moves where the view wishes: to a place or box that was asked for, and to the grid that was drilled into. */
function followCamera(map: MapLibreMap, town: Town, padding: Running['padding']): () => void {
  const duration = () => moveMs(prefersLessMotion())
  const move = (wish: CameraWish) => {
    map.setPadding(padding(map))
    if (wish.to === 'camera') {
      const { center, zoom, pitch, bearing, moveMs: asked } = wish
      map.easeTo({ center: [...center], zoom, pitch, bearing, duration: asked ?? duration() })
    } else if (wish.to === 'zoom') map.easeTo({ zoom: map.getZoom() + wish.by, duration: duration() / 3 })
    else if (wish.to === 'place') {
      map.flyTo({ center: [...wish.center], zoom: Math.max(map.getZoom(), wish.zoom), duration: duration() })
    } else {
      const upright = wish.pitch === undefined ? {} : { pitch: wish.pitch, bearing: 0 }
      map.fitBounds([...wish.bounds], { duration: duration(), maxZoom: 17, ...upright })
    }
  }
  return useView.subscribe((state, before) => {
    if (state.camera && state.camera !== before.camera) move(state.camera)
    if (state.focusId === before.focusId) return
    const bounds = focusNow()?.bounds ?? town.bounds
    map.setPadding(padding(map))
    if (bounds) map.fitBounds(grow(bounds, 0.06), { duration: duration(), maxZoom: 17 })
  })
}
