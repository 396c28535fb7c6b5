import type { FindingKind } from '../../api/contract/import-kinds.ts'
import { categorical } from '../ui/tokens.ts'

// Orange, violet and red first: they stand off the accent, in which sound rows are drawn.
const order = [1, 4, 5, 3, 2, 6, 7, 0] as const

/** One hue for each kind that was met, in its order; more kinds than hues begin again. A label always stands beside it. */
export const kindColor = (kinds: readonly FindingKind[], kind: FindingKind): string =>
  categorical[order[kinds.indexOf(kind) % order.length] ?? 7]
