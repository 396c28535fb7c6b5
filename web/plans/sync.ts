import type { Map as MapLibreMap } from 'maplibre-gl'
import { grow, moveMs, prefersLessMotion } from '../map/camera.ts'
import { hueOf } from '../map/palette.ts'
import { usePreferences } from '../ui/preferences.ts'
import { type CameraWish, useBench } from './bench.ts'
import { shownProblems, useChecks } from './checks.ts'
import { piecesOf } from './cut.ts'
import { type Difference, difference } from './difference.ts'
import { type Features, insideOf, type Level, onLevel } from './feature.ts'
import {
  collection,
  comparison,
  editedShapes,
  levels,
  namesOf,
  nothing,
  planFill,
  planSource,
  type SmallSource,
  spotsOf,
  todayOf,
  vertexPoints,
} from './layer.ts'
import { setData } from './map.ts'
import { pieceHues, pieceWords } from './pieces.ts'
import { usePlans } from './store.ts'
import { namedAt } from './style.ts'

let compared: { base: Features; plan: Features; found: Difference } | null = null

/** How the open plan differs from the one it is held against; worked out once for the same grids. */
export function differenceNow(): Difference | null {
  const { base, open } = usePlans.getState()
  if (!base || !open || base.plan.id === open.plan.id) return null
  if (compared?.base !== base.features || compared.plan !== open.features)
    compared = {
      base: base.features,
      plan: open.features,
      found: difference(base.features, open.features),
    }
  return compared.found
}

/** Keeps the map in step with the stores; returns how to stop. Each part is written only when what it shows has changed. */
export function syncPlan(map: MapLibreMap): () => void {
  const held = new Map<string, readonly unknown[]>()
  /** Runs when one of these is another than the last time. */
  const when = (part: string, from: readonly unknown[], act: () => void) => {
    const before = held.get(part)
    if (before && from.every((one, i) => one === before[i])) return
    held.set(part, from)
    act()
  }
  const put = (id: SmallSource, data: Parameters<typeof setData>[2]) => setData(map, id, data)
  const drawn = new Map<Level, readonly unknown[]>()
  const marked = new Map<number, string>()
  let lit: { source: string; id: number } | null = null

  const draw = () => {
    const { open, base } = usePlans.getState()
    const bench = useBench.getState()
    const checks = useChecks.getState()
    const { theme } = usePreferences.getState()
    const { level, chosen, show, reshaping, sketch, preview, tool, hovered, vertex } = bench
    const features: Features = open?.features ?? new Map()
    const found = differenceNow()

    when('shapes', [features], () => {
      for (const one of levels) {
        const shapes = onLevel(features, one)
        const before = drawn.get(one)
        if (before?.length === shapes.length && shapes.every((shape, i) => shape === before[i])) continue
        drawn.set(one, shapes)
        setData(map, planSource(one), collection(shapes))
      }
      if (open) map.getContainer().dataset.revision = String(open.revision)
    })
    when('level', [level, show.base], () => {
      for (const one of levels) {
        map.setLayoutProperty(planFill(one), 'visibility', one === level ? 'visible' : 'none')
        // A finer level than the one worked on would only be clutter.
        map.setLayoutProperty(`plan-line-${one}`, 'visibility', one <= level ? 'visible' : 'none')
      }
      for (const { id, ...layer } of map.getStyle().layers)
        if ('source' in layer && layer.source === 'basemap')
          map.setLayoutProperty(id, 'visibility', show.base ? 'visible' : 'none')
    })
    when('changes', [features, base, show.changes, level], () => {
      const now = show.changes && found ? found.changed : new Map<number, readonly string[]>()
      const shown = new Set(onLevel(features, level).map(({ id }) => id))
      for (const [id, key] of marked) {
        if (now.has(id) && shown.has(id)) continue
        const [source = ''] = key.split(' ')
        map.setFeatureState({ source, id }, { changed: false })
        marked.delete(id)
      }
      for (const id of now.keys()) {
        if (!shown.has(id) || marked.has(id)) continue
        marked.set(id, planSource(level))
        map.setFeatureState({ source: planSource(level), id }, { changed: true })
      }
      const dashed = base && found && show.changes ? todayOf(base.features, level, found, features) : nothing
      put('plan-today', dashed)
    })
    // The parts of a grid that is being split are named in its place.
    const unnamed = tool === 'split' && sketch ? (chosen[0] ?? -1) : -1
    when('named', [level, unnamed], () => map.setFilter('plan-names', namedAt(level, unnamed)))
    when('names', [features, level, show.names], () => {
      put('plan-names', show.names ? namesOf(features, level) : nothing)
    })
    when('hover', [hovered, level], () => {
      if (lit) map.setFeatureState(lit, { hover: false })
      lit = hovered === null ? null : { source: planSource(level), id: hovered }
      if (lit) map.setFeatureState(lit, { hover: true })
    })
    when('chosen', [features, chosen, reshaping !== null], () =>
      put('plan-chosen', reshaping ? nothing : collection(chosen.flatMap((uid) => features.get(uid) ?? []))),
    )
    const [uid = 0] = chosen
    when('edit', [reshaping, vertex, uid], () => {
      put('plan-edit', reshaping ? editedShapes(reshaping, uid) : nothing)
      put('plan-vertices', reshaping ? vertexPoints(reshaping, uid, vertex) : nothing)
    })
    when('pieces', [sketch, tool, uid, features], () => {
      const grid = features.get(uid)
      const pieces = tool === 'split' && sketch && grid ? piecesOf(grid.geometry, sketch.places) : []
      const shown = pieces.length < 2 ? [] : pieces
      put(
        'plan-pieces',
        collection(
          shown.flatMap(({ geometry, share }, i) => {
            const words = pieceWords(share, grid?.properties.households ?? 0)
            const at = insideOf({ type: 'MultiPolygon', coordinates: [geometry.coordinates] })
            const properties = { color: hueOf(pieceHues[i % pieceHues.length] ?? 0), rank: i }
            return [
              { type: 'Feature' as const, geometry, properties: { ...properties, name: '', more: '' } },
              {
                type: 'Feature' as const,
                geometry: { type: 'Point' as const, coordinates: at },
                properties: { ...properties, ...words },
              },
            ]
          }),
        ),
      )
    })
    when('way', [sketch], () =>
      put(
        'plan-way',
        sketch && !sketch.drawing
          ? collection([
              {
                type: 'Feature',
                properties: {},
                geometry: { type: 'LineString', coordinates: [...sketch.places] },
              },
            ])
          : nothing,
      ),
    )
    when('problems', [checks.problems, checks.level, checks.kind, bench.panel], () =>
      put('plan-problems', bench.panel === 'problems' ? spotsOf(shownProblems(checks)) : nothing),
    )
    when('problem', [checks.chosen, checks.problems, bench.panel], () => {
      const one = bench.panel === 'problems' && checks.problems.find(({ id }) => id === checks.chosen)
      put('plan-problem', one ? spotsOf([{ ...one, shape: undefined }]) : nothing)
    })
    when('preview', [preview, features], () => {
      const { before, after } = preview ? comparison(features, preview) : { before: nothing, after: nothing }
      put('plan-before', before)
      put('plan-after', after)
    })
    when('ways', [show.ways, tool, bench.alongWay, theme], () =>
      strengthen(map, show.ways || (tool === 'split' && bench.alongWay)),
    )
  }
  draw()
  const stops = [usePlans, useBench, useChecks, usePreferences].map((store) => store.subscribe(draw))
  stops.push(
    useBench.subscribe((state, before) => {
      if (state.camera && state.camera !== before.camera) move(map, state.camera)
    }),
  )
  return () => {
    for (const stop of stops) stop()
  }
}

function move(map: MapLibreMap, wish: CameraWish): void {
  const duration = moveMs(prefersLessMotion())
  if (wish.to === 'zoom') map.easeTo({ zoom: map.getZoom() + wish.by, duration: duration / 3 })
  else if (wish.to === 'place') {
    const [lng = 0, lat = 0] = wish.at
    map.flyTo({ center: [lng, lat], zoom: Math.max(map.getZoom(), wish.zoom), duration })
  } else map.fitBounds(grow(wish.box, 0.15), { duration, maxZoom: 17.5 })
}

/** Roads and rivers, which borders follow, drawn to be seen; or as quiet as the ground draws them. */
function strengthen(map: MapLibreMap, strong: boolean): void {
  const plain = plainOf(map)
  const { theme } = usePreferences.getState()
  for (const id of ['road-minor', 'road-middle', 'road-major', 'waterway']) {
    if (!map.getLayer(id)) continue
    if (!plain.has(`${theme} ${id}`)) plain.set(`${theme} ${id}`, map.getPaintProperty(id, 'line-color'))
    const color = id === 'waterway' ? hueOf(0) : hueOf(1)
    map.setPaintProperty(id, 'line-color', (strong ? color : plain.get(`${theme} ${id}`)) as string)
  }
}

const plains = new WeakMap<MapLibreMap, Map<string, unknown>>()
function plainOf(map: MapLibreMap): Map<string, unknown> {
  const known = plains.get(map) ?? new Map<string, unknown>()
  plains.set(map, known)
  return known
}
