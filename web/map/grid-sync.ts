import type { FeatureCollection } from 'geojson'
import type { GeoJSONSource, Map as MapLibreMap } from 'maplibre-gl'
import type { Grid } from '../../api/contract/grid.ts'
import { useDerived } from '../derived.ts'
import { type Class, classesOf } from '../grids/breaks.ts'
import { type Level, shownLevel } from '../grids/drill.ts'
import { fillId, gridNames, gridSource, gridStates, levels, outsideOf } from '../grids/layer.ts'
import { rootOf, useGrids } from '../grids/store.ts'
import { textNow } from '../locales/text.ts'
import { tell } from '../ui/notices.ts'
import { usePreferences } from '../ui/preferences.ts'
import { useView } from '../view.ts'
import { startNames } from './names.ts'

/** The grid in focus; the town when none was chosen. */
export function focusNow(): Grid | undefined {
  const { grids } = useGrids.getState()
  const { focusId } = useView.getState()
  return (focusId === null ? undefined : grids.get(focusId)) ?? rootOf(grids)
}

export const levelNow = (): Level => shownLevel(focusNow(), useView.getState().level)

/** The number each grid's colour stands for. */
export function measured(): ReadonlyMap<number, number> {
  const { counts, casesByGrid } = useDerived.getState()
  const { measure } = useView.getState()
  if (measure === 'none') return new Map()
  if (measure === 'cases') return casesByGrid
  return new Map(
    [...counts].map(([id, count]) => [id, measure === 'open' ? count.openIncidents : count.officers]),
  )
}

/** The classes of the colours now on the map, over the grids of the shown level. */
export function classesNow(): Class[] {
  const values = measured()
  const level = levelNow()
  const shown = [...useGrids.getState().grids.values()].filter((grid) => grid.level === level)
  return classesOf(shown.map(({ id }) => values.get(id) ?? 0))
}

function setData(map: MapLibreMap, source: string, data: FeatureCollection): void {
  void map.getSource<GeoJSONSource>(source)?.setData(data)
}

/** Keeps shapes, colours, veil and names of the grids on the map in step with the stores; returns how to stop. */
export function syncGrids(map: MapLibreMap): () => void {
  const drawn: Partial<Record<Level, unknown>> = {}
  const written = startNames(map)
  let veiled = ''
  // A map whose data is set again is drawn again, twice a second while officers move: only what differs is written.
  let named = ''
  const stated = new Map<number, string>()

  const drawShapes = () => {
    const { shapes } = useGrids.getState()
    for (const level of levels) {
      const shape = shapes[level]
      if (!shape || drawn[level] === shape) continue
      drawn[level] = shape
      setData(map, gridSource(level), shape)
    }
  }
  const drawVeil = () => {
    const { shapes } = useGrids.getState()
    const focus = focusNow()
    const level = focus && focus.level > 0 ? (focus.level as Level) : 1
    const key = `${focus?.id}/${shapes[level] ? 'drawn' : 'missing'}`
    if (key === veiled) return
    veiled = key
    const inFocus = (id: number) => !focus || focus.level === 0 || id === focus.id
    setData(map, 'grid-outside', outsideOf(shapes[level], inFocus))
    const focused =
      focus && focus.level > 0
        ? (shapes[level]?.features ?? []).filter(({ id }) => Number(id) === focus.id)
        : []
    setData(map, 'grid-focus', { type: 'FeatureCollection', features: focused })
  }
  const drawStates = () => {
    const { grids, shapes } = useGrids.getState()
    const { layers } = useView.getState()
    const { theme } = usePreferences.getState()
    const { counts } = useDerived.getState()
    const text = textNow()
    const focus = focusNow()
    const level = levelNow()
    const shown = [...grids.values()].filter((grid) => grid.level === level)
    for (const one of levels) {
      map.setLayoutProperty(fillId(one), 'visibility', one === level ? 'visible' : 'none')
      if (one <= level && !shapes[one]) useGrids.getState().loadShapes(one).catch(tell)
    }
    const states = gridStates(shown, { values: measured(), classes: classesNow(), focus, theme })
    for (const [id, state] of states) {
      const key = `${state.color}${state.colored}${state.dim}`
      if (stated.get(id) === key) continue
      stated.set(id, key)
      map.setFeatureState({ source: gridSource(level), id }, state)
    }
    const words = ({ officers, openIncidents }: { officers: number; openIncidents: number }) =>
      text.map.gridLabel(officers, openIncidents)
    // A finer level asked for from afar has hundreds of grids: those with nothing to do stay nameless.
    const far = level - (focus?.level ?? 0) > 1
    const worthNaming = far ? shown.filter(({ id }) => counts.get(id)?.openIncidents) : shown
    const names = gridNames(layers.labels ? worthNaming : [], { counts, focus, words })
    const key = JSON.stringify(names)
    if (key === named) return
    named = key
    // The map keeps its own labels away from where these stand, but does not draw them.
    setData(map, 'grid-names', names)
    written.set(names)
  }
  const all = () => {
    drawShapes()
    drawVeil()
    drawStates()
  }
  all()
  const stops = [useGrids, useView, useDerived, usePreferences].map((store) => store.subscribe(all))
  return () => {
    written.stop()
    for (const stop of stops) stop()
  }
}
