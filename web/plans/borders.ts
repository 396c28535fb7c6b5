import type { Position } from 'geojson'
import type { Map as MapLibreMap, MapMouseEvent } from 'maplibre-gl'
import { useBench } from './bench.ts'
import type { Features } from './feature.ts'
import {
  beginReshaping,
  type Holders,
  holdersOf,
  insertVertex,
  isUntouched,
  moveVertex,
  shapeOf,
} from './reshape.ts'
import { isEditable, usePlans } from './store.ts'
import { nearestOn } from './way.ts'

/** So near to the pointer a vertex, or a border, is meant; in pixels. */
const vertexReach = 11
const borderReach = 9

let indexed: { features: Features; holders: Holders } | null = null

/** Takes the borders of the chosen grid in hand, when the tool is there and exactly one is chosen. */
export function takeInHand(): void {
  const { tool, chosen, reshaping, begin } = useBench.getState()
  const { open } = usePlans.getState()
  const grid = chosen.length === 1 ? open?.features.get(chosen[0] ?? 0) : undefined
  const wanted = tool === 'reshape' && grid !== undefined && isEditable(open)
  if (!wanted || !open) return reshaping ? begin(null) : undefined
  if (reshaping?.features === open.features) return
  if (indexed?.features !== open.features)
    indexed = { features: open.features, holders: holdersOf(open.features) }
  // Somebody else's edit has come in: what is in hand stays in hand, and the server tells whether it still fits.
  if (reshaping && !isUntouched(reshaping)) useBench.setState({ reshaping: { ...reshaping, ...indexed } })
  else begin(beginReshaping(open.features, indexed.holders))
}

const near = (map: MapLibreMap, [lng = 0, lat = 0]: Position, { x, y }: { x: number; y: number }) => {
  const at = map.project([lng, lat])
  return Math.hypot(at.x - x, at.y - y)
}

const ringsOf = (): Position[][] => {
  const { reshaping, chosen } = useBench.getState()
  return (reshaping && shapeOf(reshaping, chosen[0] ?? 0)?.coordinates.flat()) ?? []
}

function vertexAt(map: MapLibreMap, point: { x: number; y: number }): Position | null {
  const { lng, lat } = map.unproject([point.x, point.y])
  // Pixels are what a hand can tell, degrees are quicker to sift by.
  const degrees = Math.abs(map.unproject([point.x + vertexReach, point.y]).lng - lng) * 1.5
  const close = ringsOf()
    .flat()
    .filter(([x = 0, y = 0]) => Math.abs(x - lng) < degrees && Math.abs(y - lat) < degrees)
    .map((at) => ({ at, pixels: near(map, at, point) }))
    .filter(({ pixels }) => pixels <= vertexReach)
    .toSorted((a, b) => a.pixels - b.pixels)
  return close[0]?.at ?? null
}

function borderAt(map: MapLibreMap, point: { x: number; y: number }) {
  const { lng, lat } = map.unproject([point.x, point.y])
  const best = ringsOf()
    .map((ring) => ({ ring, ...nearestOn(ring, [lng, lat]) }))
    .toSorted((a, b) => a.distance - b.distance)[0]
  if (!best || near(map, best.place, point) > borderReach) return null
  const [a, b] = [best.ring[best.segment], best.ring[best.segment + 1]]
  return a && b ? { a, b, share: best.share } : null
}

/** Dragging vertices and putting new ones in; returns how to stop. */
export function startBorders(map: MapLibreMap): () => void {
  let dragging = false
  const down = (event: MapMouseEvent) => {
    const bench = useBench.getState()
    if (!bench.reshaping || event.originalEvent.button !== 0) return
    const before = bench.reshaping
    let at = vertexAt(map, event.point)
    if (!at) {
      const place = borderAt(map, event.point)
      if (!place) return
      const inserted = insertVertex(before, place)
      at = inserted.at
      bench.drag(inserted.work, at)
    } else bench.drag(before, at)
    event.preventDefault() // the map stays where it is
    dragging = true
    let next: Position | null = null
    let frame = 0
    const move = (moved: MapMouseEvent) => {
      next = [moved.lngLat.lng, moved.lngLat.lat]
      frame ||= requestAnimationFrame(() => {
        frame = 0
        const { reshaping, vertex, drag } = useBench.getState()
        if (!reshaping || !vertex || !next) return
        const work = moveVertex(reshaping, vertex, next)
        if (work !== reshaping) drag(work, next)
      })
    }
    map.on('mousemove', move)
    map.once('mouseup', () => {
      map.off('mousemove', move)
      cancelAnimationFrame(frame)
      const { reshaping, vertex, drag } = useBench.getState()
      if (reshaping && vertex && next) drag(moveVertex(reshaping, vertex, next), next)
      if (useBench.getState().reshaping !== before) useBench.getState().drop(before)
      dragging = false
    })
  }
  const hover = (event: MapMouseEvent) => {
    if (!useBench.getState().reshaping || dragging) return
    const over = vertexAt(map, event.point) ? 'grab' : borderAt(map, event.point) ? 'copy' : ''
    map.getCanvas().style.cursor = over
  }
  map.on('mousedown', down)
  map.on('mousemove', hover)
  const stops = [useBench.subscribe(takeInHand), usePlans.subscribe(takeInHand)]
  return () => {
    map.off('mousedown', down)
    map.off('mousemove', hover)
    for (const stop of stops) stop()
  }
}
