import 'maplibre-gl/dist/maplibre-gl.css'
import { type GeoJSONSource, Map as MapLibreMap } from 'maplibre-gl'
import { useEffect, useRef, useState } from 'react'
import type { Town } from '../../api/contract/town.ts'
import type { WallState } from '../../api/contract/wall.ts'
import { useGrids } from '../grids/store.ts'
import { useWallsText } from '../locales/walls-text.ts'
import { type BasemapSource, baseStyle, firstLabel, fontFaces } from '../map/basemap.ts'
import { grow, moveMs, prefersLessMotion } from '../map/camera.ts'
import { readBasemap } from '../map/open.ts'
import { usePreferences } from '../ui/preferences.ts'
import { type ThemeName, themes } from '../ui/tokens.ts'
import { frameIn, zoomFrom } from './playing.ts'

export type Camera = NonNullable<WallState['camera']>
/** What the small map shows: a camera and the pixels it has for it. */
export interface Looked extends Camera {
  width: number
  height: number
}

interface SteerMapProps {
  town: Town
  /** The middle of the wall that leads, which no panel covers: the frame has its shape, and the map follows where that looks. */
  stage: { width: number; height: number }
  camera: Camera | null
  gridId: number | null
  /** After a hand has moved it, at rest. */
  onLook: (looked: Looked, byHand: boolean) => void
}

const none = { type: 'FeatureCollection' as const, features: [] }

function styleOf(theme: ThemeName, basemap: BasemapSource | null) {
  const base = baseStyle(theme, basemap, fontFaces())
  const at = base.layers.findIndex(({ id }) => id === firstLabel)
  const cut = at < 0 ? base.layers.length : at
  const lines = {
    id: 'grids',
    type: 'line' as const,
    source: 'grids',
    paint: { 'line-color': themes[theme].accent, 'line-width': 1, 'line-opacity': 0.5 },
  }
  return {
    ...base,
    sources: { ...base.sources, grids: { type: 'geojson' as const, data: none } },
    layers: [...base.layers.slice(0, cut), lines, ...base.layers.slice(cut)],
  }
}

/** A small map with a frame of the shape of a wall's free middle: what is in it is what the wall is sent. */
export function SteerMap({ town, stage, camera, gridId, onLook }: SteerMapProps) {
  const words = useWallsText().steer
  const container = useRef<HTMLDivElement>(null)
  const look = useRef(onLook)
  const [map, setMap] = useState<MapLibreMap | null>(null)
  const [failed, setFailed] = useState(false)
  useEffect(() => void (look.current = onLook), [onLook])
  useEffect(() => {
    let made: MapLibreMap | null = null
    let gone = false
    void readBasemap(town)
      .catch(() => null)
      .then((basemap) => {
        if (gone || !container.current) return
        try {
          made = open(container.current, { town, basemap }, (looked, byHand) => look.current(looked, byHand))
          setMap(made)
        } catch {
          setFailed(true)
        }
      })
    return () => {
      gone = true
      made?.remove()
      setMap(null)
    }
  }, [town])

  const { width, height } = stage
  const place = camera && JSON.stringify(camera)
  useEffect(() => {
    if (!map) return
    const duration = moveMs(prefersLessMotion())
    const told = place === null ? null : (JSON.parse(place) as Camera)
    const box = map.getContainer()
    const bounds = useGrids.getState().grids.get(gridId ?? 0)?.bounds ?? town.bounds
    if (told) {
      const zoom = zoomFrom({ width, height }, told.zoom, {
        width: box.clientWidth,
        height: box.clientHeight,
      })
      map.easeTo({ ...told, zoom, duration })
    } else if (bounds) {
      const frame = frameIn({ width, height }, { width: box.clientWidth, height: box.clientHeight })
      const padding = {
        left: (box.clientWidth - frame.width) / 2,
        right: (box.clientWidth - frame.width) / 2,
        top: (box.clientHeight - frame.height) / 2,
        bottom: (box.clientHeight - frame.height) / 2,
      }
      map.fitBounds(grow(bounds, 0.06), { pitch: 0, bearing: 0, duration, maxZoom: 17, padding })
    }
  }, [map, place, gridId, width, height, town])

  return failed ? (
    <p className="hint">{words.noMap}</p>
  ) : (
    <div className="steer-map">
      <div ref={container} role="application" aria-label={words.smallMap} data-testid="steer-map" />
      <i className="steer-frame" style={{ aspectRatio: `${width} / ${height}` }} />
    </div>
  )
}

function open(
  container: HTMLElement,
  { town, basemap }: { town: Town; basemap: BasemapSource | null },
  onLook: (looked: Looked, byHand: boolean) => void,
): MapLibreMap {
  const map = new MapLibreMap({
    container,
    style: styleOf(usePreferences.getState().theme, basemap),
    center: town.center,
    zoom: 9,
    minZoom: 5,
    maxZoom: 19,
    maxPitch: 60,
    attributionControl: false, // written by the page, as text
    fadeDuration: 100,
  })
  if (town.bounds) map.fitBounds(grow(town.bounds, 0.06), { duration: 0 })
  const tellLook = (byHand: boolean) => {
    const { lng, lat } = map.getCenter()
    const round = (value: number, digits: number) => Number(value.toFixed(digits))
    onLook(
      {
        center: [round(lng, 6), round(lat, 6)],
        zoom: map.getZoom(),
        pitch: round(map.getPitch(), 1),
        bearing: round(map.getBearing(), 1),
        width: container.clientWidth,
        height: container.clientHeight,
      },
      byHand,
    )
  }
  map.on('load', () => {
    const show = () =>
      void map.getSource<GeoJSONSource>('grids')?.setData(useGrids.getState().shapes[1] ?? none)
    show()
    const stops = [
      useGrids.subscribe(show),
      usePreferences.subscribe(({ theme }, before) => {
        if (theme === before.theme) return
        for (const layer of styleOf(theme, basemap).layers)
          for (const [name, value] of Object.entries(layer.paint ?? {}))
            map.setPaintProperty(layer.id, name as never, value as never)
      }),
    ]
    map.once('remove', () => stops.forEach((stop) => stop()))
  })
  // Only a hand's own moves have an event of the browser behind them.
  map.on('moveend', (event) => tellLook('originalEvent' in event && event.originalEvent !== undefined))
  map.once('idle', () => {
    container.dataset.map = 'ready'
    tellLook(false)
  })
  return map
}
