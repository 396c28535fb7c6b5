import type { Decision, Decisions, FindingKind } from '../../api/contract/import-kinds.ts'
import type { CheckedFile } from '../../api/contract/imports.ts'

/** What somebody has chosen for each kind; `refuse` gives the whole file up. */
export type Choices = Readonly<Partial<Record<FindingKind, Decision | 'refuse'>>>
type Kinds = CheckedFile['kinds']

/** A kind can be put right only where something is proposed for each of its rows. */
export const canFix = ({ rows, fixable }: Kinds[number]) => fixable === rows

export const undecided = (kinds: Kinds, choices: Choices): FindingKind[] =>
  kinds.flatMap(({ kind }) => (choices[kind] === undefined ? [kind] : []))

export const refuses = (kinds: Kinds, choices: Choices): boolean =>
  kinds.some(({ kind }) => choices[kind] === 'refuse')

/** Puts right whatever can be; what was chosen before stays. */
export const fixAll = (kinds: Kinds, choices: Choices): Choices => ({
  ...Object.fromEntries(kinds.filter(canFix).map(({ kind }) => [kind, 'fix' as const])),
  ...choices,
})

/** The choices as the server takes them, of the kinds that were met. */
export function decisionsOf(kinds: Kinds, choices: Choices): Decisions {
  const met = kinds.map(({ kind }) => [kind, choices[kind]] as const)
  return Object.fromEntries(met.filter(([, choice]) => choice === 'fix' || choice === 'skip'))
}
