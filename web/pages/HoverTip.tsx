import { useDerived } from '../derived.ts'
import { dayTime, duration } from '../format.ts'
import { useGrids } from '../grids/store.ts'
import { lightOf } from '../incidents/light.ts'
import { useIncidents } from '../incidents/store.ts'
import { useText } from '../locales/text.ts'
import { useHover } from '../map/hover.ts'
import { useMonitoring } from '../monitoring/store.ts'
import { usePositions } from '../positions/store.ts'
import { serverNow } from '../realtime.ts'
import { useUnits } from '../units/store.ts'
import type { Chosen } from '../view.ts'

/** Beside the pointer: what it is on, in two lines. */
export function HoverTip() {
  const { x, y, thing, crowd } = useHover()
  const text = useText()
  const lines = useLines(thing)
  const said = crowd === null ? lines : [text.map.officersHere(crowd)]
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

function useLines(thing: Chosen | null): string[] {
  const text = useText()
  const { town, grids } = useGrids()
  const { officers, units } = useUnits()
  const { incidents, classes } = useIncidents()
  const motions = usePositions((state) => state.motions)
  const points = useMonitoring((state) => state.points)
  const counts = useDerived((state) => state.counts)
  const now = serverNow()
  if (!thing) return []
  if (thing.kind === 'officer') {
    const officer = officers.get(thing.id)
    const motion = motions.get(thing.id)
    if (!officer) return []
    const unit = units.find(({ id }) => id === officer.unitId)?.name ?? text.officers.noUnit
    return [
      officer.name,
      unit,
      motion ? text.common.ago(duration(now - motion.recordedAt, text.units)) : text.officers.noFix,
    ]
  }
  if (thing.kind === 'incident') {
    const incident = incidents.get(thing.id)
    if (!incident) return []
    const light = lightOf(incident, classes.get(incident.classCode)?.dueMinutes ?? 0, now)
    const clock = light === 'none' ? '' : ` · ${text.incidents.lights[light]}`
    return [
      incident.title,
      `${text.states[incident.state]}${clock}`,
      dayTime(Date.parse(incident.reportedAt), town?.timeZone ?? 'UTC'),
    ]
  }
  if (thing.kind === 'point') {
    const point = points.get(thing.id)
    return point
      ? [point.name, `${text.systems.states[point.state]}${point.message ? ` · ${point.message}` : ''}`]
      : []
  }
  const grid = grids.get(thing.id)
  const count = counts.get(thing.id)
  if (!grid) return []
  const busy = count ? [text.map.gridLabel(count.officers, count.openIncidents)] : []
  return [grid.name, ...busy, `${text.grids.leader} ${grid.leaderName ?? text.grids.noLeader}`]
}
