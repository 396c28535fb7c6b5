import type { State } from '../contract/lifecycle.ts'
import { openStates, type Transition, transitions } from '../contract/lifecycle.ts'
import type { Db } from '../db/connect.ts'
import { invalid, Refusal } from '../errors.ts'
import type { Move } from './effects.ts'
import { findIncident, holdIncident, type IncidentRow, listHands, listMerged } from './queries.ts'

// Parents and their parts, reports and what they were merged into: what a step must not do to those that hang on an incident.

const over: readonly State[] = ['closed', 'evaluated', 'archived', 'voided', 'merged']
export const isOver = ({ state }: { state: State }) => over.includes(state)
/** Over, and somebody did something for it. */
export const isDone = ({ state }: { state: State }) =>
  isOver({ state }) && state !== 'voided' && state !== 'merged'

/** Refuses (409, 422) a step that would lose, double or whitewash what belongs to an incident. */
export async function guardKin(tx: Db, { before, action, doer, command }: Move): Promise<void> {
  const rule: Transition = transitions[action]
  if (action === 'merge') await guardMerge(tx, before, command.intoId ?? 0)
  if (action === 'void' && (await listMerged(tx, before.id)).length > 0)
    throw new Refusal(
      409,
      'has-merged',
      'Other reports were merged into this incident: give them back first.',
    )
  if ((action === 'unmerge' || action === 'reopen') && before.parentId !== null) {
    const parent = await holdIncident(tx, before.parentId)
    if (parent?.state !== 'split')
      throw new Refusal(
        409,
        'parent',
        `It is part of incident ${parent?.number ?? ''}, which is not split any more.`,
      )
  }
  if (!rule.fourEyes) return
  const hands = await listHands(tx, before.id)
  const own = hands.some(
    ({ handledBy, officerId }) =>
      (doer.accountId !== null && handledBy === doer.accountId) ||
      (doer.officerId !== null && officerId === doer.officerId),
  )
  if (own)
    throw new Refusal(
      409,
      'four-eyes',
      `Nobody may ${action} what they have handled a part of: somebody else must look at it.`,
    )
}

/** A report goes into an incident that is still somebody's work, and never into its own family. Both are held. */
async function guardMerge(tx: Db, row: IncidentRow, intoId: number) {
  const into = intoId === row.id ? null : await holdIncident(tx, intoId)
  if (!into) throw invalid('intoId', 'names no other incident that you may see')
  if (!openStates.includes(into.state)) throw invalid('intoId', `incident ${into.number} is ${into.state}`)
  if ((await descendsFrom(tx, into, row.id)) || (await descendsFrom(tx, row, into.id)))
    throw invalid('intoId', 'is a part of this incident, or this one a part of it')
}

async function descendsFrom(tx: Db, row: IncidentRow, ancestorId: number): Promise<boolean> {
  for (let { parentId } = row; parentId !== null; ) {
    if (parentId === ancestorId) return true
    parentId = (await findIncident(tx, parentId))?.parentId ?? null
  }
  return false
}
