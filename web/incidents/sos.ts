import type { Incident } from '../../api/contract/incident.ts'
import { sosClass } from '../../api/contract/squad-rules.ts'

/** An officer in danger: it outranks every other case. */
export const isSos = ({ classCode }: Pick<Incident, 'classCode'>): boolean => classCode === sosClass

/** In danger, and nobody has been sent. */
export const callsForHelp = (one: Pick<Incident, 'classCode' | 'state'>): boolean =>
  isSos(one) && (one.state === 'reported' || one.state === 'filed')

/** Those whom nobody has been sent to, the longest waiting first. */
export const inDanger = (incidents: Iterable<Incident>): Incident[] =>
  [...incidents].filter(callsForHelp).sort((a, b) => a.id - b.id)
