import type { Incident } from '../../api/contract/incident.ts'
import type { Officer, Unit } from '../../api/contract/unit.ts'
import type { WallPicture } from '../../api/contract/wall.ts'

// Sums that panels show: plain data in, rows out.

/** Classes put together by family, the most open first. */
export function familiesOf(classes: WallPicture['classes']) {
  const sums = new Map<string, { family: string; reported: number; open: number }>()
  for (const { family, reported, open } of classes) {
    const sum = sums.get(family) ?? { family, reported: 0, open: 0 }
    sums.set(family, { family, reported: sum.reported + reported, open: sum.open + open })
  }
  return [...sums.values()].sort((a, b) => b.open - a.open || b.reported - a.reported)
}

/** The newest cases with those that have arrived here since the picture was drawn: a list need not wait for the next count. */
export function newestWith(
  newest: WallPicture['newest'],
  {
    incidents,
    arrivals,
  }: { incidents: ReadonlyMap<number, Incident>; arrivals: ReadonlyMap<number, number> },
): WallPicture['newest'] {
  const drawn = new Set(newest.map(({ id }) => id))
  const since = [...arrivals.keys()].flatMap((id) => {
    const one = drawn.has(id) ? undefined : incidents.get(id)
    if (!one || one.state === 'voided' || one.state === 'merged') return []
    const { number, title, classCode, severity, state, gridId, reportedAt: at } = one
    return [{ id, number, title, classCode, severity, state, gridId, at }]
  })
  return [...newest, ...since]
    .sort((a, b) => Date.parse(b.at) - Date.parse(a.at) || b.id - a.id)
    .slice(0, listed)
}
/** As many as the picture has. */
const listed = 12

/** Squads that have members, the most on shift first; everybody on shift, in a squad or not. */
export function squadsOf(units: readonly Unit[], officers: ReadonlyMap<number, Officer>) {
  const counts = new Map<number, { members: number; on: number }>()
  let onShift = 0
  for (const { unitId, onShift: isOn } of officers.values()) {
    if (isOn) onShift++
    if (unitId === null) continue
    const { members, on } = counts.get(unitId) ?? { members: 0, on: 0 }
    counts.set(unitId, { members: members + 1, on: on + Number(isOn) })
  }
  const squads = units
    .flatMap((unit) => {
      const count = counts.get(unit.id)
      return count ? [{ unit, ...count }] : []
    })
    .sort((a, b) => b.on - a.on || a.unit.id - b.unit.id)
  return { squads, onShift }
}

/** Squads that had people on the map at a past instant, the most first; everybody, in a squad or not. */
export function pastSquadsOf(
  units: readonly Unit[],
  counts: ReadonlyMap<number | null, number> | undefined,
): { squads: { unit: Unit; on: number }[]; onShift: number } {
  const squads = units
    .flatMap((unit) => {
      const on = counts?.get(unit.id)
      return on ? [{ unit, on }] : []
    })
    .sort((a, b) => b.on - a.on || a.unit.id - b.unit.id)
  return { squads, onShift: [...(counts?.values() ?? [])].reduce((sum, on) => sum + on, 0) }
}
