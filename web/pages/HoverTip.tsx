import { useMemo } from 'react'
import { useDerived } from '../derived.ts'
import { dayTime, duration, figure } from '../format.ts'
import { useGrids } from '../grids/store.ts'
import { lightOf } from '../incidents/light.ts'
import { nearbyIndex } from '../incidents/nearby.ts'
import { findIncident, useIncidents } from '../incidents/store.ts'
import { useText } from '../locales/text.ts'
import { useHover } from '../map/hover.ts'
import { useMonitoring } from '../monitoring/store.ts'
import { fleet, usePositions } from '../positions/store.ts'
import { serverNow } from '../realtime.ts'
import { usePreferences } from '../ui/preferences.ts'
import { useUnits } from '../units/store.ts'
import { type Chosen, useView } from '../view.ts'

/** Beside the pointer: what it is on, in two lines. */
export function HoverTip() {
  const { x, y, thing, crowd } = useHover()
  const text = useText()
  const lines = useLines(thing)
  const heat = useHeatLines()
  const said =
    crowd !== null ? [text.map.officersHere(crowd)] : heat ? [...heat, ...lines.slice(0, 1)] : lines
  if (said.length === 0) return null
  const flip = x > innerWidth - 300
  return (
    <div
      className="hover-tip"
      aria-hidden="true"
      style={{
        transform: `translate(${x}px, ${y}px) translate(${flip ? 'calc(-100% - 14px)' : '14px'}, -50%)`,
      }}
    >
      <b>{said[0]}</b>
      {said.slice(1).map((line) => (
        <span key={line}>{line}</span>
      ))}
    </div>
  )
}

const heatMeters = 150
const leadingClasses = 3
/** Over the heat, where nothing stands: how many cases lie about, and of which classes. Null where there are none. */
function useHeatLines(): string[] | null {
  const text = useText()
  const { place, thing } = useHover()
  const heat = useView((state) => state.layers.heat)
  const { columns, classes } = useIncidents()
  const rows = useDerived((state) => state.rows)
  const language = usePreferences((state) => state.language)
  const ask = useMemo(() => (heat && columns ? nearbyIndex(columns, rows) : null), [heat, columns, rows])
  if (!ask || !place || (thing && thing.kind !== 'grid')) return null
  const { count, leading } = ask(...place, heatMeters)
  if (count === 0) return null
  const nameOf = (code: string) => {
    const entry = classes.get(code)
    return (language === 'en' ? entry?.nameEn : entry?.name) ?? code
  }
  return [
    text.map.within(heatMeters, figure(count)),
    leading
      .slice(0, leadingClasses)
      .map((one) => `${nameOf(one.classCode)} ${one.count}`)
      .join(' · '),
  ]
}

function useLines(thing: Chosen | null): string[] {
  const text = useText()
  const { town, grids } = useGrids()
  const { officers, units } = useUnits()
  const { incidents, closed } = useIncidents()
  // Only while an officer is under the pointer: the stream moves on twice a second.
  usePositions((state) => (thing?.kind === 'officer' ? state.version : 0))
  const { points, systems } = useMonitoring()
  const language = usePreferences((state) => state.language)
  const counts = useDerived((state) => state.counts)
  const now = serverNow()
  if (!thing) return []
  if (thing.kind === 'officer') {
    const officer = officers.get(thing.id)
    const motion = fleet.get(thing.id)
    if (!officer) return []
    const unit = units.find(({ id }) => id === officer.unitId)?.name ?? text.officers.noUnit
    return [
      officer.name,
      unit,
      motion ? text.common.ago(duration(now - motion.recordedAt, text.units)) : text.officers.noFix,
    ]
  }
  if (thing.kind === 'incident') {
    const incident = findIncident({ incidents, closed }, thing.id)
    if (!incident) return []
    const light = lightOf(incident, now)
    const clock = light === 'none' ? '' : ` · ${text.incidents.lights[light]}`
    return [
      incident.title,
      `${text.states[incident.state]}${clock}`,
      dayTime(Date.parse(incident.reportedAt), town?.timeZone ?? 'UTC'),
    ]
  }
  if (thing.kind === 'point') {
    const point = points.get(thing.id)
    if (!point) return []
    const system = systems.find(({ code }) => code === point.system)
    const said = `${text.systems.states[point.state]}${point.message ? ` · ${point.message}` : ''}`
    return [point.name, (language === 'en' ? system?.nameEn : system?.name) ?? point.system, said]
  }
  if (thing.kind === 'unit') {
    const unit = units.find(({ id }) => id === thing.id)
    if (!unit) return []
    const onShift = [...officers.values()].filter((one) => one.unitId === unit.id && one.onShift).length
    return [unit.name, `${text.officers.unitKinds[unit.kind]} · ${text.officers.onShift} ${onShift}`]
  }
  const grid = grids.get(thing.id)
  const count = counts.get(thing.id)
  if (!grid) return []
  const busy = count ? [text.map.gridLabel(count.officers, count.openIncidents)] : []
  return [grid.name, ...busy, `${text.grids.leader} ${grid.leaderName ?? text.grids.noLeader}`]
}
