import type { Incident } from '../../api/contract/incident.ts'
import type { WallState } from '../../api/contract/wall.ts'
import { getJson } from '../client.ts'
import { useGrids } from '../grids/store.ts'
import { useIncidents } from '../incidents/store.ts'
import { type LayerName, layerNames, useView } from '../view.ts'
import type { Stop } from './tour.ts'

// What the wall is told to show, done to the map and the stores that the board uses as well.

const [casePitch, caseZoom, gridPitch] = [50, 15.4, 35]

/** The whole town, from straight above. */
export function showTown(): void {
  const { focus, choose, look } = useView.getState()
  choose(null)
  focus(null)
  const bounds = useGrids.getState().town?.bounds
  if (bounds) look({ to: 'bounds', bounds, pitch: 0 })
}

/** Counted, so that a case that took long to read does not come back. */
let wanted = 0

/** One stop of the tour, or a case that was sent here. */
export function showStop(stop: Stop): void {
  wanted += 1
  const mine = wanted
  const { focus, choose, look } = useView.getState()
  if (stop.kind === 'town') return showTown()
  if (stop.kind === 'grid') {
    const bounds = useGrids.getState().grids.get(stop.id)?.bounds
    choose(null)
    focus(stop.id)
    if (bounds) look({ to: 'bounds', bounds, pitch: gridPitch })
    return
  }
  const incident = useIncidents.getState().incidents.get(stop.id)
  // Not open any more, and not seen to close: read first, unless something else is wanted by then.
  if (!incident) return void findCase(stop.id).then((found) => found && mine === wanted && showStop(stop))
  focus(null)
  choose({ kind: 'incident', id: stop.id })
  look({
    to: 'camera',
    center: [incident.lng, incident.lat],
    zoom: caseZoom,
    pitch: casePitch,
    bearing: -15,
  })
}

/** Whether the case could be read; it is on the map from then on. */
async function findCase(id: number): Promise<boolean> {
  const found = await getJson<Incident>(`/api/incidents/${id}`).catch(() => null)
  if (found) useIncidents.getState().applyChange(found, false)
  return found !== null
}

/** Switches of layers and families; what is not named stays as it usually is. */
export function showSwitches({ layers, families }: Pick<WallState, 'layers' | 'families'>): void {
  const usual = useView.getInitialState().layers
  const named = Object.fromEntries(
    layerNames.map((name): [LayerName, boolean] => [name, layers[name] ?? usual[name]]),
  ) as Record<LayerName, boolean>
  useView.setState({ layers: named })
  useIncidents.setState({ families: new Set(families), classCode: null })
}

/** Where the camera is told to be: a case, a place, a grid, or the whole town. */
export function showPlace({
  camera,
  gridId,
  incidentId,
}: Pick<WallState, 'camera' | 'gridId' | 'incidentId'>) {
  const { focus, choose, look } = useView.getState()
  if (camera) {
    focus(gridId)
    choose(incidentId === null ? null : { kind: 'incident', id: incidentId })
    look({ to: 'camera', ...camera })
  } else if (incidentId !== null) showStop({ kind: 'incident', id: incidentId })
  else if (gridId !== null) showStop({ kind: 'grid', id: gridId })
  else showTown()
}
