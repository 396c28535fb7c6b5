import type { Incident } from '../../api/contract/incident.ts'
import { useGrids } from '../grids/store.ts'
import { noFilter } from '../incidents/queue.ts'
import { queue } from '../incidents/queue-store.ts'
import type { KnownPlace, Place } from '../incidents/ReportForm.tsx'
import { useHover } from '../map/hover.ts'
import { useMonitoring } from '../monitoring/store.ts'

const most = 12

/** Places that a caller may name: grids, monitoring points, addresses of what is open. */
export function knownPlaces(typed: string): readonly KnownPlace[] {
  const wanted = typed.trim().toLowerCase()
  if (wanted === '') return []
  const found = new Map<string, KnownPlace>()
  const offer = (name: string, lng: number, lat: number) => {
    if (found.size < most && name.toLowerCase().includes(wanted) && !found.has(name))
      found.set(name, { name, lng, lat })
  }
  for (const { name, bounds } of useGrids.getState().grids.values())
    if (bounds) offer(name, (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2)
  for (const { name, lng, lat } of useMonitoring.getState().points.values()) offer(name, lng, lat)
  const world = { now: 0, pathOf: () => [], familyOf: () => undefined }
  for (const slot of queue.select({ ...noFilter, text: typed, sort: 'newest' }, world).subarray(0, 50)) {
    const one = queue.at(slot)
    if (one?.address) offer(one.address, one.lng, one.lat)
  }
  return [...found.values()]
}

const patienceMs = 1500
/** The place on the map under a press. The map tells it a drawing later: until then the one under the pointer before would be taken. */
export async function placeUnder(event: globalThis.MouseEvent): Promise<Place | null> {
  const until = performance.now() + patienceMs
  for (;;) {
    const hover = useHover.getState()
    const [lng, lat] = hover.place ?? []
    const here = Math.hypot(hover.x - event.clientX, hover.y - event.clientY) < 2
    if (here && lng !== undefined && lat !== undefined) return { lng, lat }
    if (performance.now() > until) return null
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
}

/** A pin for a place that is not yet a report. */
export function draftAt({ lng, lat }: Place): Incident {
  const at = new Date().toISOString()
  return {
    id: -1,
    number: '',
    classCode: '',
    source: 'hotline',
    title: '',
    description: '',
    address: '',
    lng,
    lat,
    gridId: 0,
    state: 'reported',
    severity: 'usual',
    reportedAt: at,
    stageAt: null,
    warnAt: null,
    dueAt: null,
    part: 0,
    partsLeft: 0,
    closedAt: null,
    unitId: null,
    officerId: null,
    handledBy: null,
    returns: 0,
    reworks: 0,
    arbitrated: false,
    supervised: false,
    asks: 0,
    recurrence: 0,
    parentId: null,
    mergedInto: null,
    satisfied: null,
    version: 1,
  }
}
