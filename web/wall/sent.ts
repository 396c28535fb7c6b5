import type { Incident } from '../../api/contract/incident.ts'
import { type Link, useWay } from '../dispatch/store.ts'
import { isOpen } from '../incidents/light.ts'
import { useIncidents } from '../incidents/store.ts'
import { fleet } from '../positions/store.ts'
import { useUnits } from '../units/store.ts'

// A squad that has just been sent is joined to its case for a while: from whoever goes, or else from where the squad sets out.

const shownMs = 30_000

/** Cases that have a squad now and had none, or another one, before. */
export function newlySent(
  before: ReadonlyMap<number, Incident>,
  now: ReadonlyMap<number, Incident>,
): Incident[] {
  return [...now.values()].filter((one) => {
    const held = before.get(one.id)
    return (
      held !== undefined && held !== one && one.unitId !== null && held.unitId !== one.unitId && isOpen(one)
    )
  })
}

function startOf({ officerId, unitId }: Incident): Link['from'] | null {
  const motion = officerId === null ? undefined : fleet.get(officerId)
  if (motion) return [motion.lng, motion.lat]
  const unit = useUnits.getState().units.find(({ id }) => id === unitId)
  return unit?.lng == null || unit.lat == null ? null : [unit.lng, unit.lat]
}

/** The case whose road is drawn: the newest alone, as the console draws one at a time. */
let road: number | null = null

/** By road where there are roads; until then, and without any, the straight line stays. */
async function showRoad({ id, officerId }: Incident): Promise<void> {
  if (officerId === null) return
  road = id
  await useWay.getState().show(id, officerId)
  if (road !== id || useWay.getState().line === null) return
  useWay.setState((state) => ({ links: state.links.filter(({ incidentId }) => incidentId !== id) }))
}

/** Draws them as they come; returns how to stop. */
export function showSent(): () => void {
  const timers = new Set<ReturnType<typeof setTimeout>>()
  const stop = useIncidents.subscribe(({ incidents }, before) => {
    if (incidents === before.incidents) return
    const links = newlySent(before.incidents, incidents).flatMap((one): Link[] => {
      const from = startOf(one)
      return from ? [{ incidentId: one.id, from, to: [one.lng, one.lat], picked: true, lit: false }] : []
    })
    if (links.length === 0) return
    useWay.setState((state) => ({ links: [...state.links, ...links] }))
    const newest = newlySent(before.incidents, incidents).findLast(({ officerId }) => officerId !== null)
    if (newest) void showRoad(newest)
    const timer = setTimeout(() => {
      timers.delete(timer)
      useWay.setState((state) => ({ links: state.links.filter((link) => !links.includes(link)) }))
      if (newest && road === newest.id) useWay.getState().hide()
    }, shownMs)
    timers.add(timer)
  })
  return () => {
    stop()
    for (const timer of timers) clearTimeout(timer)
    useWay.getState().hide()
    useWay.setState({ links: [] })
  }
}
