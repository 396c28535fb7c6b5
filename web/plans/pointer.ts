import type { Map as MapLibreMap, MapMouseEvent, PointLike } from 'maplibre-gl'
import { useBench } from './bench.ts'
import { shownProblems, useChecks } from './checks.ts'
import { boxAround } from './feature.ts'
import { planFill } from './layer.ts'
import { isEditable, usePlans } from './store.ts'
import { type Stretch, wayThrough } from './way.ts'

/** So near to a road a click means the road, in pixels. */
const wayReach = 10

const ids = (map: MapLibreMap, where: PointLike | [PointLike, PointLike]): number[] => {
  const layer = planFill(useBench.getState().level)
  if (!map.getLayer(layer)) return []
  return [...new Set(map.queryRenderedFeatures(where, { layers: [layer] }).map(({ id }) => Number(id)))]
}
const gridAt = (map: MapLibreMap, { x, y }: { x: number; y: number }): number | null =>
  ids(map, [x, y])[0] ?? null

/** All grids of the shown level that a box touches, added to what is chosen. */
export function chooseBox(
  map: MapLibreMap,
  from: { x: number; y: number },
  to: { x: number; y: number },
): void {
  const { chosen, choose, tool } = useBench.getState()
  if (tool !== 'select') return
  const found = ids(map, [
    [from.x, from.y],
    [to.x, to.y],
  ])
  choose([...new Set([...chosen, ...found])])
}

const wayLayers = ['road-major', 'road-middle', 'road-minor', 'road-quiet', 'waterway']

/** The road or river under the pointer, through the chosen grid; empty when none is near. */
function wayAt(map: MapLibreMap, { point, lngLat }: MapMouseEvent) {
  const { chosen } = useBench.getState()
  const grid = usePlans.getState().open?.features.get(chosen[0] ?? 0)
  const layers = wayLayers.filter((id) => map.getLayer(id))
  if (!grid || layers.length === 0) return []
  const near: [PointLike, PointLike] = [
    [point.x - wayReach, point.y - wayReach],
    [point.x + wayReach, point.y + wayReach],
  ]
  const [found] = map.queryRenderedFeatures(near, { layers })
  if (!found) return []
  const { sourceLayer } = found
  const name = found.properties.name as string | undefined
  const same = name ? ['==', ['get', 'name'], name] : ['==', ['get', 'class'], found.properties.class ?? '']
  const pieces = map
    .querySourceFeatures('basemap', { sourceLayer, filter: same as never })
    .map(({ geometry }) => ({ geometry }) as Stretch)
    .filter(({ geometry }) => geometry.type === 'LineString' || geometry.type === 'MultiLineString')
  return wayThrough(pieces, [lngLat.lng, lngLat.lat], grid.geometry)
}

const noWay = { type: 'about:blank' as const, title: '', status: 0, code: 'no-way', detail: '' }

/** Hover and clicks of the tools that point at things; borders and drawn lines have handlers of their own. */
export function startPointing(map: MapLibreMap): () => void {
  const hover = (event: MapMouseEvent) => {
    const { tool, hover: light, sketch, reshaping, alongWay } = useBench.getState()
    const busy = map.isMoving() || reshaping !== null || (tool === 'draw' && sketch !== null)
    const found = busy ? null : gridAt(map, event.point)
    light(found)
    if (!reshaping) {
      const pen =
        tool === 'draw' || (tool === 'split' && useBench.getState().chosen.length === 1 && !alongWay)
      map.getCanvas().style.cursor = pen ? 'crosshair' : found === null ? '' : 'pointer'
    }
  }
  const click = (event: MapMouseEvent) => {
    const bench = useBench.getState()
    const { tool, chosen } = bench
    const spot = spotAt(map, event)
    if (spot && tool === 'select') return useChecks.getState().choose(spot)
    const uid = gridAt(map, event.point)
    if (tool === 'select') {
      bench.choose(uid === null ? [] : [uid])
      if (uid !== null && bench.panel !== 'grid' && bench.panel !== 'balance') bench.open('grid')
      return
    }
    if (tool === 'split') {
      if (chosen.length !== 1) return uid === null ? undefined : bench.choose([uid])
      if (!bench.alongWay) return
      const places = wayAt(map, event)
      if (places.length > 1) bench.draw({ places, drawing: false })
      else if (uid !== null && uid !== chosen[0]) bench.choose([uid])
      else usePlans.getState().refuse(noWay)
      return
    }
    if (tool === 'reshape' && !bench.reshaping && uid !== null) bench.choose([uid])
    if (tool === 'move' && uid !== null) moveTo(uid)
  }
  // A click with Shift begins a box; one without a size is a click after all.
  const add = ({ originalEvent }: { originalEvent: MouseEvent | TouchEvent }) => {
    const { tool, toggle, open } = useBench.getState()
    if (tool !== 'select' || !(originalEvent instanceof MouseEvent)) return
    const { x, y } = map.getContainer().getBoundingClientRect()
    const uid = gridAt(map, { x: originalEvent.clientX - x, y: originalEvent.clientY - y })
    if (uid === null) return
    toggle(uid)
    open('grid')
  }
  const leave = () => useBench.getState().hover(null)
  map.on('boxzoomcancel', add)
  map.on('mousemove', hover)
  map.on('mouseout', leave)
  map.on('click', click)
  return () => {
    map.off('mousemove', hover)
    map.off('mouseout', leave)
    map.off('click', click)
    map.off('boxzoomcancel', add)
  }
}

function spotAt(map: MapLibreMap, { point: { x, y } }: MapMouseEvent): string | null {
  if (useBench.getState().panel !== 'problems') return null
  const reach: [PointLike, PointLike] = [
    [x - 6, y - 6],
    [x + 6, y + 6],
  ]
  const layers = ['plan-problem-point', 'plan-problem-fill'].filter((id) => map.getLayer(id))
  const id: unknown = map.queryRenderedFeatures(reach, { layers })[0]?.properties.id
  return typeof id === 'string' ? id : null
}

/** The chosen grids go below the parent of the grid that was pointed at. */
function moveTo(uid: number): void {
  const { open, send } = usePlans.getState()
  const { chosen, use } = useBench.getState()
  const parentUid = open?.features.get(uid)?.properties.parentUid
  if (!isEditable(open) || parentUid === undefined || parentUid === null || chosen.length === 0) return
  void send({ kind: 'move', uids: [...chosen], parentUid }).then((done) => {
    if (done) use('select')
  })
}

/** Flies to a problem and shows the level it is on. */
export function goToProblem(id: string): void {
  const { problems, choose } = useChecks.getState()
  const bench = useBench.getState()
  const found = problems.find((one) => one.id === id)
  if (!found) return
  choose(id)
  if (found.level !== bench.level) bench.showLevel(found.level)
  const box = found.shape && boxAround([found.shape])
  const tiny = box && Math.max(box[2] - box[0], box[3] - box[1]) < 2e-4
  bench.look(box && !tiny ? { to: 'box', box } : { to: 'place', at: found.at, zoom: 17 })
}

/** The next problem or the one before it, in the order of the list. */
export function stepProblem(by: 1 | -1): void {
  const checks = useChecks.getState()
  const shown = shownProblems(checks)
  const at = shown.findIndex(({ id }) => id === checks.chosen)
  const next = shown[(at + by + shown.length) % Math.max(1, shown.length)]
  if (next) goToProblem(next.id)
}
