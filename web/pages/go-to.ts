import type { Alert } from '../../api/contract/alert.ts'
import { useGrids } from '../grids/store.ts'
import { findIncident, useIncidents } from '../incidents/store.ts'
import { useMonitoring } from '../monitoring/store.ts'
import { placeAt } from '../positions/motion.ts'
import { usePositions } from '../positions/store.ts'
import { useUnits } from '../units/store.ts'
import { type Chosen, useView } from '../view.ts'

/** Chooses a thing and moves the map to it. */
export function goTo(chosen: Chosen): void {
  const { choose, focus, look } = useView.getState()
  if (chosen.kind === 'grid') {
    const grid = useGrids.getState().grids.get(chosen.id)
    focus(grid && grid.level > 0 ? chosen.id : null)
    choose(chosen)
    return
  }
  choose(chosen)
  const place = placeOf(chosen)
  if (place) look({ to: 'place', center: [place.lng, place.lat], zoom: 15 })
}

/** Shows what an alert is about: its incident, its point, or else its grid. */
export function goToAlert({ incidentId, pointId, gridId }: Alert): void {
  if (incidentId !== null) goTo({ kind: 'incident', id: incidentId })
  else if (pointId !== null) goTo({ kind: 'point', id: pointId })
  else goTo({ kind: 'grid', id: gridId })
}

function placeOf({ kind, id }: Chosen): { lng: number; lat: number } | undefined {
  if (kind === 'incident') return findIncident(useIncidents.getState(), id)
  if (kind === 'point') return useMonitoring.getState().points.get(id)
  if (kind === 'unit') {
    const unit = useUnits.getState().units.find((one) => one.id === id)
    return unit?.lng == null || unit.lat == null ? undefined : { lng: unit.lng, lat: unit.lat }
  }
  const motion = usePositions.getState().motions.get(id)
  return motion && placeAt(motion, Date.now())
}
