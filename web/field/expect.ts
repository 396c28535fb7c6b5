import type { Incident } from '../../api/contract/incident.ts'
import { type State, type Transition, transitions } from '../../api/contract/lifecycle.ts'
import { bySeq, type Entry, resolve, type Standing, standingOf } from './outbox-order.ts'

/** A case as it will be once what waits here has arrived. */
export interface Expected {
  incident: Incident
  /** What waits or was refused about this case, oldest first. */
  pending: { entry: Entry; standing: Standing }[]
}

/** What the phone has done to a case and the server does not know yet, laid over what the server last said. */
export function expect(
  known: Incident,
  entries: readonly Entry[],
  actor: { accountId: number | null; officerId: number | null },
): Expected {
  const pending = bySeq(entries)
    .filter(({ command }) => 'incident' in command && resolve(command.incident, entries) === known.id)
    .map((entry) => ({ entry, standing: standingOf(entry, entries) }))
    // What was answered is in what the server says, unless that is older than the answer.
    .filter(({ entry, standing }) => standing !== 'sent' || (entry.answer?.version ?? 0) > known.version)
  let incident = known
  for (const { entry, standing } of pending) {
    const { command } = entry
    if (command.kind !== 'transition' || standing === 'refused' || standing === 'held') continue
    const { action } = command.body
    const { to }: Transition = transitions[action]
    const state: State = to === 'same' ? incident.state : to === 'before' ? 'dispatched' : to
    incident = {
      ...incident,
      state,
      ...(action === 'accept' && { officerId: actor.officerId ?? incident.officerId }),
      ...(action === 'advance' && { partsLeft: incident.partsLeft - 1, part: incident.part + 1 }),
      ...(action === 'finish' && { handledBy: actor.accountId }),
    }
  }
  return { incident, pending }
}

/** Whose turn it is: mine, another's in my grids, or nobody's in the street. */
export type Share = 'mine' | 'grid'
export const shareOf = (
  incident: Incident,
  { officerId, unitId }: { officerId: number | null; unitId: number | null },
): Share =>
  (incident.officerId !== null && incident.officerId === officerId) ||
  (incident.officerId === null && incident.unitId !== null && incident.unitId === unitId)
    ? 'mine'
    : 'grid'

/** The most pressing first: by what is left, then what has no clock, the newest first. */
export const byPress = (a: Incident, b: Incident): number =>
  Date.parse(a.dueAt ?? '9999-12-31') - Date.parse(b.dueAt ?? '9999-12-31') || b.id - a.id
