import type { Incident } from '../../api/contract/incident.ts'
import { openStates } from '../../api/contract/lifecycle.ts'

/** Green up to 80 % of the time allowed, yellow up to the end of it, red after; none when no clock runs. */
export type Light = 'green' | 'yellow' | 'red' | 'none'

export const isOpen = ({ state }: Pick<Incident, 'state'>): boolean => openStates.includes(state)

/** The clock starts with the filing and stops when the work is handed back or suspended. */
const running: readonly Incident['state'][] = ['filed', 'dispatched', 'handling']

export function lightOf(incident: Pick<Incident, 'state' | 'dueAt'>, dueMinutes: number, now: number): Light {
  if (!incident.dueAt || !running.includes(incident.state)) return 'none'
  const due = Date.parse(incident.dueAt)
  if (now > due) return 'red'
  return due - now >= 0.2 * dueMinutes * 60_000 ? 'green' : 'yellow'
}
