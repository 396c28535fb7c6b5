import type { TimeKind } from '../../api/contract/clock.ts'

export type { TimeKind }
/** Written again here: the contract's file loads the schema library. */
export const timeKindNames: readonly TimeKind[] = ['work', 'urgent', 'workday', 'natural']
