import type { Incident } from '../../api/contract/incident.ts'
import { openStates } from '../../api/contract/lifecycle.ts'

/** Green up to 80 % of the time allowed, yellow up to the end of it, red after; none when no clock runs. */
export type Light = 'green' | 'yellow' | 'red' | 'none'

export const isOpen = ({ state }: Pick<Incident, 'state'>): boolean => openStates.includes(state)

/** `now`: the server's time. A suspended case has no light, and neither has one that is nobody's turn. */
export function lightOf(incident: Pick<Incident, 'state' | 'warnAt' | 'dueAt'>, now: number): Light {
  if (!incident.dueAt || incident.state === 'suspended' || !isOpen(incident)) return 'none'
  if (now > Date.parse(incident.dueAt)) return 'red'
  return incident.warnAt && now >= Date.parse(incident.warnAt) ? 'yellow' : 'green'
}
