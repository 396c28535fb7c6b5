import type { Layer } from '@deck.gl/core'
import type { Map as MapLibreMap } from 'maplibre-gl'
import type { Incident } from '../../api/contract/incident.ts'
import { drawnWay } from '../dispatch/drawn.ts'
import { useGrids } from '../grids/store.ts'
import { pinAtlas } from '../incidents/icons.ts'
import { type Pin, pinLayers, pulseLayers } from '../incidents/layer.ts'
import { isOpen, lightOf } from '../incidents/light.ts'
import { findIncident, openOnes, useIncidents } from '../incidents/store.ts'
import { pointAtlas } from '../monitoring/glyphs.ts'
import { pointLayers } from '../monitoring/layer.ts'
import { useMonitoring } from '../monitoring/store.ts'
import { type Crowd, gridNumbers } from '../positions/cluster.ts'
import type { Fleet } from '../positions/fleet.ts'
import { usualLimits } from '../positions/freshness.ts'
import { officerAtlas } from '../positions/icons.ts'
import { crowdLayers, numberLayers, type OfficerScene, officerLayers } from '../positions/layer.ts'
import { fleet, nobody, usePositions } from '../positions/store.ts'
import { serverNow } from '../realtime.ts'
import { drawnTracks } from '../tracks/drawn.ts'
import { isPast } from '../tracks/playback.ts'
import { usePreferences } from '../ui/preferences.ts'
import type { ThemeName } from '../ui/tokens.ts'
import { unitAtlas } from '../units/icons.ts'
import { unitLayers } from '../units/layer.ts'
import { useUnits } from '../units/store.ts'
import { useView } from '../view.ts'
import { drawnPast, drawnTrails } from '../wall/drawn.ts'
import { prefersLessMotion } from './camera.ts'

/** Remembers the last answer for as long as the same things go in: deck.gl compares data by reference. */
function remember<A extends readonly unknown[], R>(make: (...args: A) => R): (...args: A) => R {
  let last: { args: A; made: R } | null = null
  return (...args) => {
    const known = last
    if (known && args.every((arg, i) => Object.is(arg, known.args[i]))) return known.made
    const made = make(...args)
    last = { args, made }
    return made
  }
}

type IncidentState = ReturnType<typeof useIncidents.getState>
const atlasOfOfficers = remember(officerAtlas)
const atlasOfUnits = remember(unitAtlas)
const atlasOfPoints = remember(pointAtlas)
const atlasOfPins = remember((classes: IncidentState['classes'], theme: ThemeName) =>
  pinAtlas(
    [...classes.values()].map(({ name }) => name),
    theme,
  ),
)

/** Pins of what is open and of what is chosen, oldest first and late ones last, so that what needs a hand is not covered; lights are told every 5 s. */
const pinsOf = remember(
  (
    incidents: IncidentState['incidents'],
    chosen: Incident | undefined,
    classes: IncidentState['classes'],
    tick: number,
  ) => {
    const now = tick * 5000
    const rank = { none: 0, green: 1, yellow: 2, red: 3 }
    const open = openOnes(incidents.values())
    return [...open, ...(chosen && !isOpen(chosen) ? [chosen] : [])]
      .map((incident): Pin => {
        const entry = classes.get(incident.classCode)
        return {
          incident,
          className: entry?.name ?? '?',
          light: lightOf(incident, now),
        }
      })
      .sort((a, b) => rank[a.light] - rank[b.light] || a.incident.id - b.incident.id)
  },
)

type MonitoringState = ReturnType<typeof useMonitoring.getState>
const pointsOf = remember((points: MonitoringState['points'], hidden: MonitoringState['hidden']) =>
  [...points.values()].filter(({ system }) => !hidden.has(system)),
)
const systemIndexOf = remember(
  (systems: MonitoringState['systems']) => new Map(systems.map(({ code }, i) => [code, i])),
)

/** Whether a grid lies in the focus; what does not is drawn at half its strength. */
const insideOf = remember((grids: ReturnType<typeof useGrids.getState>['grids'], focusId: number | null) => {
  return (gridId: number) => focusId === null || (grids.get(gridId)?.path.includes(focusId) ?? false)
})

type UnitState = ReturnType<typeof useUnits.getState>
const huesOf = remember((units: UnitState['units'], officers: UnitState['officers']) => {
  const colors = new Map(units.map(({ id, color }) => [id, color]))
  return new Map([...officers.values()].map(({ id, unitId }) => [id, colors.get(unitId ?? 0) ?? 7]))
})

const hueOfOfficer = remember((hues: ReadonlyMap<number, number>) => (id: number) => hues.get(id) ?? 7)

const nothing: Crowd[] = []

/** Numbers of the grids that suit the zoom, where positions are not sent. */
const gridNumbersOf = remember(
  (
    counted: ReturnType<typeof usePositions.getState>['counted'],
    grids: ReturnType<typeof useGrids.getState>['grids'],
    zoom: number,
  ) => gridNumbers(counted?.grids ?? [], grids, zoom),
)

/** Who is drawn: nobody while officers are switched off or the past is shown. */
export const fleetNow = (): Fleet => (useView.getState().layers.officers && !isPast() ? fleet : nobody)

/** Gives those who are new, or everybody when squads or focus have changed, their colour and light. */
export function paintOfficers(): void {
  const { units, officers } = useUnits.getState()
  const inside = insideOf(useGrids.getState().grids, useView.getState().focusId)
  fleet.paint(hueOfOfficer(huesOf(units, officers)), inside)
}

const commonNow = (map: MapLibreMap) => ({
  inside: insideOf(useGrids.getState().grids, useView.getState().focusId),
  theme: usePreferences.getState().theme,
  zoom: Math.round(map.getZoom() * 4) / 4,
})

function officerScene(map: MapLibreMap, time: { now: number }): OfficerScene {
  const { chosen } = useView.getState()
  const { theme, zoom } = commonNow(map)
  return {
    theme,
    zoom,
    fleet: fleetNow(),
    exactZoom: map.getZoom(),
    limits: useGrids.getState().town ?? usualLimits,
    clock: () => ({ now: time.now, serverNow: serverNow() }),
    chosenId: chosen?.kind === 'officer' ? chosen.id : null,
    bearing: map.getBearing(),
    atlas: atlasOfOfficers(theme),
  }
}

/** The same layers with the crowds counted anew: the others are not compared with themselves. */
export function withNewCrowds(layers: readonly Layer[], map: MapLibreMap, time: { now: number }): Layer[] {
  const renewed = new Map(crowdLayers(officerScene(map, time)).map((layer) => [layer.id, layer]))
  return layers.map((layer) => renewed.get(layer.id) ?? layer)
}

/** The draw order: points, bases of the units, trail, the way to a case, pins, officers, pulses. Grids, heat and names are the map's own, below. */
export function drawing(map: MapLibreMap, time: { now: number }): Layer[] {
  const { layers: switched, chosen, trailed } = useView.getState()
  const layers = isPast() ? { ...switched, officers: false, incidents: false } : switched
  const { theme } = usePreferences.getState()
  const { shows, counted } = usePositions.getState()
  const { now } = time
  const { points, hidden, systems } = useMonitoring.getState()
  const { incidents, closed, classes, arrivals } = useIncidents.getState()
  const { units, officers } = useUnits.getState()
  const chosenOf = (kind: string) => (chosen?.kind === kind ? chosen.id : null)
  const { grids, town } = useGrids.getState()
  const common = commonNow(map)
  const hues = huesOf(units, officers)
  const at = serverNow()
  const chosenIncident = findIncident({ incidents, closed }, chosenOf('incident') ?? 0)
  const pins = pinsOf(incidents, chosenIncident, classes, Math.floor(at / 5000))
  paintOfficers()
  const officersNow = officerLayers(officerScene(map, time))
  const numbers =
    fleetNow() === fleet && shows === 'counts'
      ? gridNumbersOf(counted, grids, Math.floor(common.zoom))
      : nothing
  const pulsing = pins.flatMap(({ incident, light }) => {
    const since = arrivals.get(incident.id)
    return since === undefined ? [] : [{ lng: incident.lng, lat: incident.lat, light, since }]
  })
  return [
    ...(layers.points
      ? pointLayers({
          ...common,
          points: pointsOf(points, hidden),
          systemIndex: systemIndexOf(systems),
          chosenId: chosenOf('point'),
          atlas: atlasOfPoints(theme),
        })
      : []),
    ...(layers.units
      ? unitLayers({ ...common, units, chosenId: chosenOf('unit'), atlas: atlasOfUnits(theme) })
      : []),
    ...drawnTracks({
      theme,
      trailed,
      hues,
      serverNow: at,
      timeZone: town?.timeZone ?? 'UTC',
      nameOf: (id) => officers.get(id)?.name ?? '',
    }),
    ...drawnWay(theme),
    ...drawnPast(theme, prefersLessMotion()),
    ...(layers.officers ? drawnTrails(hueOfOfficer(hues)) : []),
    ...(layers.incidents
      ? pinLayers({ ...common, pins, chosenId: chosenOf('incident'), atlas: atlasOfPins(classes, theme) })
      : []),
    ...officersNow,
    ...numberLayers('officer-counts', numbers, theme),
    ...pulseLayers(layers.incidents ? pulsing : [], { now, theme, still: prefersLessMotion() }),
  ]
}
