import type { PickingInfo } from '@deck.gl/core'
import type { Map as MapLibreMap } from 'maplibre-gl'
import type { MonitoringPoint } from '../../api/contract/monitoring.ts'
import type { Unit } from '../../api/contract/unit.ts'
import { drillTarget } from '../grids/drill.ts'
import { fillId, gridSource } from '../grids/layer.ts'
import { useGrids } from '../grids/store.ts'
import type { Pin } from '../incidents/layer.ts'
import { fleet } from '../positions/store.ts'
import { type Chosen, useView } from '../view.ts'
import { focusNow, levelNow } from './grid-sync.ts'
import { hoverNothing, useHover } from './hover.ts'

/** A quiet point is met only this near, in pixels: between a thousand of them the grid below stays in reach. */
const pointReach = 6

/** What an icon under the pointer stands for. */
function thingOf(map: MapLibreMap, info: PickingInfo): Chosen | null {
  const layer = info.layer?.id
  if (layer === 'officers') {
    const id = fleet.ids[info.index]
    return id ? { kind: 'officer', id } : null
  }
  // The picture that was picked from may be a moment older than the data: what has left it meanwhile is nothing.
  if (!info.object) return null
  if (layer === 'incidents') return { kind: 'incident', id: (info.object as Pin).incident.id }
  if (layer === 'units') return { kind: 'unit', id: (info.object as Unit).id }
  if (layer === 'point-rings') return { kind: 'point', id: (info.object as MonitoringPoint).id }
  if (layer !== 'points') return null
  const { id, lng, lat } = info.object as MonitoringPoint
  const { x, y } = map.project([lng, lat])
  return Math.hypot(x - info.x, y - info.y) > pointReach ? null : { kind: 'point', id }
}

const crowdOf = (info: PickingInfo): number | null =>
  info.layer?.id === 'officer-crowds' || info.layer?.id === 'officer-counts'
    ? ((info.object as { count: number } | undefined)?.count ?? null)
    : null

/** The place is given as an array: a plain object is taken for options, and the whole view is searched. */
function gridAt(map: MapLibreMap, { x, y }: { x: number; y: number }): number | null {
  const layer = fillId(levelNow())
  if (!map.getLayer(layer)) return null
  const id = map.queryRenderedFeatures([x, y], { layers: [layer] })[0]?.id
  return id === undefined ? null : Number(id)
}

export interface Pointing {
  onHover: (info: PickingInfo) => void
  onClick: (info: PickingInfo) => void
  stop: () => void
}

/** Hover and click: icons first, then the crowd numbers, then the grid below. */
export function startPointing(map: MapLibreMap): Pointing {
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
    const crowd = crowdOf(info)
    const thing = thingOf(map, info)
    const gridId = thing || crowd !== null ? null : gridAt(map, info)
    light(gridId)
    // The map may begin beside a column, not at the window's edge.
    const box = map.getContainer().getBoundingClientRect()
    map.getCanvas().style.cursor = thing || crowd !== null || gridId !== null ? 'pointer' : ''
    useHover.setState({
      x: box.left + info.x,
      y: box.top + info.y,
      crowd,
      place: info.coordinate ? [info.coordinate[0] ?? 0, info.coordinate[1] ?? 0] : null,
      thing: thing ?? (gridId === null ? null : { kind: 'grid', id: gridId }),
    })
  }
  const onClick = (info: PickingInfo) => {
    const { choose, focus, look, level } = useView.getState()
    const thing = thingOf(map, info)
    if (thing) return choose(thing)
    if (crowdOf(info) !== null && info.coordinate) {
      const [lng = 0, lat = 0] = info.coordinate
      return look({ to: 'place', center: [lng, lat], zoom: map.getZoom() + 1.5 })
    }
    const clicked = useGrids.getState().grids.get(gridAt(map, info) ?? 0)
    if (!clicked) return
    const id = drillTarget(focusNow(), clicked, level)
    focus(id)
    choose({ kind: 'grid', id })
  }
  map.on('mouseout', leave)
  return { onHover, onClick, stop: () => map.off('mouseout', leave) }
}
