import type { PickingInfo } from '@deck.gl/core'
import type { Map as MapLibreMap, MapMouseEvent } from 'maplibre-gl'
import type { MonitoringPoint } from '../../api/contract/monitoring.ts'
import { drillTarget } from '../grids/drill.ts'
import { fillId, gridSource } from '../grids/layer.ts'
import { useGrids } from '../grids/store.ts'
import type { Pin } from '../incidents/layer.ts'
import { type Chosen, useView } from '../view.ts'
import { focusNow, levelNow } from './grid-sync.ts'
import { hoverNothing, useHover } from './hover.ts'
import type { Drawing } from './layers.ts'

/** What an icon under the pointer stands for. */
function thingOf(info: PickingInfo, current: () => Drawing): Chosen | null {
  const layer = info.layer?.id
  if (layer === 'officers') {
    const id = current().officerIds[info.index]
    return id === undefined ? null : { kind: 'officer', id }
  }
  if (layer === 'incidents') return { kind: 'incident', id: (info.object as Pin).incident.id }
  if (layer === 'points' || layer === 'point-rings')
    return { kind: 'point', id: (info.object as MonitoringPoint).id }
  return null
}

function gridAt(map: MapLibreMap, point: MapMouseEvent['point']): number | null {
  const layer = fillId(levelNow())
  if (!map.getLayer(layer)) return null
  const id = map.queryRenderedFeatures(point, { layers: [layer] })[0]?.id
  return id === undefined ? null : Number(id)
}

export interface Pointing {
  onHover: (info: PickingInfo) => void
  onClick: (info: PickingInfo) => void
  stop: () => void
}

/** Hover and click: icons first, then the crowd numbers, then the grid below. */
export function startPointing(map: MapLibreMap, current: () => Drawing): Pointing {
  let lit: { source: string; id: number } | null = null
  const light = (gridId: number | null) => {
    const source = gridSource(levelNow())
    if (lit && (lit.id !== gridId || lit.source !== source)) {
      map.setFeatureState(lit, { hover: false })
      lit = null
    }
    if (gridId !== null && !lit) {
      lit = { source, id: gridId }
      map.setFeatureState(lit, { hover: true })
    }
  }
  const leave = () => {
    light(null)
    hoverNothing()
  }
  const onHover = (info: PickingInfo) => {
    if (info.x < 0 || map.isMoving()) return leave()
    const crowd = info.layer?.id === 'officer-crowds' ? (info.object as { count: number }).count : null
    const thing = thingOf(info, current)
    const gridId =
      thing || crowd !== null ? null : gridAt(map, { x: info.x, y: info.y } as MapMouseEvent['point'])
    light(gridId)
    map.getCanvas().style.cursor = thing || crowd !== null || gridId !== null ? 'pointer' : ''
    useHover.setState({
      x: info.x,
      y: info.y,
      crowd,
      thing: thing ?? (gridId === null ? null : { kind: 'grid', id: gridId }),
    })
  }
  const onClick = (info: PickingInfo) => {
    const { choose, focus, look, level } = useView.getState()
    const thing = thingOf(info, current)
    if (thing) return choose(thing)
    if (info.layer?.id === 'officer-crowds' && info.coordinate) {
      const [lng = 0, lat = 0] = info.coordinate
      return look({ to: 'place', center: [lng, lat], zoom: map.getZoom() + 1.5 })
    }
    const clicked = useGrids
      .getState()
      .grids.get(gridAt(map, { x: info.x, y: info.y } as MapMouseEvent['point']) ?? 0)
    if (!clicked) return
    const id = drillTarget(focusNow(), clicked, level)
    focus(id)
    choose({ kind: 'grid', id })
  }
  map.on('mouseout', leave)
  return { onHover, onClick, stop: () => map.off('mouseout', leave) }
}
