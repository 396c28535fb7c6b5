import type { FeatureCollection } from 'geojson'
import type { GeoJSONSource, Map as MapLibreMap } from 'maplibre-gl'
import type { Bounds } from '../../api/contract/geo.ts'
import type { Grid } from '../../api/contract/grid.ts'
import type { Town } from '../../api/contract/town.ts'
import type { Level } from '../grids/drill.ts'
import { fillId, gridSource, levels } from '../grids/layer.ts'
import type { GridShapes } from '../grids/store.ts'
import type { BasemapSource } from '../map/basemap.ts'
import { grow, moveMs, prefersLessMotion } from '../map/camera.ts'
import { type Names, startNames } from '../map/names.ts'
import { openMap, restyle } from '../map/open.ts'
import type { ThemeName } from '../ui/tokens.ts'
import { createOverlay } from './where-layers.ts'

/** What is drawn of a grid; without a colour the ground shows. */
export interface Painted {
  color: string | null
  dim: boolean
}
interface Opening {
  container: HTMLElement
  town: Town
  theme: ThemeName
  basemap: BasemapSource | null
  onPress: (gridId: number) => void
  /** Over a grid, or over none. */
  onPoint: (at: { gridId: number; x: number; y: number } | null) => void
}

/** The legend lies below the town, not on it. */
const padding = { top: 8, right: 8, bottom: 84, left: 8 }

/** The map of the town's grids and nothing that moves: the style of the board without what is laid over it. Throws where WebGL2 is missing. */
export function openGridMap({ container, town, theme, basemap, onPress, onPoint }: Opening) {
  const map: MapLibreMap = openMap({ container, town, theme, basemap })
  map.touchZoomRotate.disableRotation()
  map.dragRotate.disable()
  const fit = (bounds: Readonly<Bounds>, duration = moveMs(prefersLessMotion())) =>
    void map.fitBounds(grow(bounds, 0.04), { duration, maxZoom: 16, padding })
  if (town.bounds) fit(town.bounds, 0)
  // The box grows and shrinks with what is written below it: the whole town stays in sight until a hand has moved the map.
  let moved = false
  map.on('movestart', ({ originalEvent }) => {
    if (originalEvent) moved = true
  })
  map.on('resize', () => {
    if (!moved && town.bounds) fit(town.bounds, 0)
  })
  const loaded = new Promise<void>((resolve) => void map.once('load', () => resolve()))
  const written = startNames(map)
  const stated = new Map<string, string>()
  const overlay = createOverlay(map)
  let shown: Level = 1
  const setData = (source: string, data: FeatureCollection) =>
    void map.getSource<GeoJSONSource>(source)?.setData(data)
  const gridAt = ({ x, y }: { x: number; y: number }): number | null => {
    if (!map.getLayer(fillId(shown))) return null
    const id = map.queryRenderedFeatures([x, y], { layers: [fillId(shown)] })[0]?.id
    return id === undefined ? null : Number(id)
  }
  map.on('click', ({ point }) => {
    const gridId = gridAt(point)
    if (gridId !== null) onPress(gridId)
  })
  map.on('mousemove', ({ point }) => {
    const gridId = map.isMoving() ? null : gridAt(point)
    map.getCanvas().style.cursor = gridId === null ? '' : 'pointer'
    onPoint(gridId === null ? null : { gridId, x: point.x, y: point.y })
  })
  map.on('mouseout', () => onPoint(null))
  // The fills of the board fade where one grid fills the screen; here the colour is what is looked at.
  const still = (one: ThemeName) => {
    const opacity = [
      '*',
      ['case', ['boolean', ['feature-state', 'dim'], false], 0.35, 1],
      ['case', ['boolean', ['feature-state', 'colored'], false], one === 'dark' ? 0.62 : 0.7, 0],
    ]
    for (const level of levels) map.setPaintProperty(fillId(level), 'fill-opacity', opacity as never)
  }
  void loaded.then(() => still(theme))
  return {
    loaded,
    shapes: (level: Level, shapes: GridShapes) => setData(gridSource(level), shapes),
    /** The level that is coloured; only what differs is written. */
    paint: (level: Level, painted: ReadonlyMap<number, Painted>) => {
      if (shown !== level || stated.size === 0)
        for (const one of levels)
          map.setLayoutProperty(fillId(one), 'visibility', one === level ? 'visible' : 'none')
      shown = level
      for (const [id, { color, dim }] of painted) {
        const key = `${level}/${id}`
        const state = `${color}${dim}`
        if (stated.get(key) === state) continue
        stated.set(key, state)
        map.setFeatureState(
          { source: gridSource(level), id },
          { color: color ?? '#000000', colored: color !== null, dim },
        )
      }
    },
    outline: (chosen: FeatureCollection) => setData('grid-focus', chosen),
    /** What lies over the grids, in place of what lay there. */
    overlay,
    names: (names: Names) => {
      // Labels of the ground keep out of their way.
      setData('grid-names', names)
      written.set(names)
    },
    theme: (next: ThemeName) => {
      restyle(map, next, basemap)
      still(next)
    },
    /** The whole town, and so it stays. */
    home: () => {
      moved = false
      if (town.bounds) fit(town.bounds)
    },
    close: () => {
      written.stop()
      map.remove()
    },
  }
}
export type GridMap = ReturnType<typeof openGridMap>

/** Names with their numbers, the largest first where there is no room for all. */
export const namesOf = (
  grids: readonly Grid[],
  saidOf: (grid: Grid) => { counts: string; weight: number },
): Names => ({
  type: 'FeatureCollection',
  features: grids.map((grid) => ({
    type: 'Feature',
    id: grid.id,
    geometry: { type: 'Point', coordinates: grid.center },
    properties: { name: grid.name, ...saidOf(grid) },
  })),
})
