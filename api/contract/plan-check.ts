import type { MultiPolygon, Position } from 'geojson'

export const problemKinds = [
  'self-crossing',
  'overlap',
  'gap',
  'sliver',
  'outside-parent',
  'wrong-level',
  'duplicate-code',
  'code-not-following',
  'no-leader',
  'no-member',
] as const
export type ProblemKind = (typeof problemKinds)[number]

/** What a repair would do, in words-data: the web makes a sentence of it. */
export type PlanProposal =
  | { action: 'make-valid'; uid: number }
  /** The land goes to this grid, or stays with it. */
  | { action: 'give-to'; uid: number }
  /** This grid gets the outline of what lies below it. */
  | { action: 'follow-children'; uid: number }
  | { action: 'set-level'; uid: number; level: 1 | 2 | 3 }
  | { action: 'recode'; uid: number; code: string }

export interface PlanProblem {
  /** The same problem of the same grids has the same id in the next check. */
  id: string
  kind: ProblemKind
  /** Errors are wrong in themselves; warnings are incomplete, or too small to matter on the ground. */
  severity: 'error' | 'warning'
  level: 1 | 2 | 3
  /** The grids it is about; of a gap, those around it, longest border first. */
  uids: number[]
  /** On the spot: inside the gap or overlap, at the crossing, inside the grid. */
  at: Position
  /** The gap or overlap itself. */
  shape?: MultiPolygon
  areaM2?: number
  widthMeters?: number
  detail: Record<string, number | string | boolean | null>
  proposal?: PlanProposal
}

/** What a repair has done with a problem, and why others are left. */
export interface RepairTold {
  problemId: string
  action: PlanProposal['action']
  uids: number[]
}
export const leftReasons = [
  'too-tangled',
  'nothing-would-remain',
  'no-neighbour',
  'no-proposal',
  'same-land-twice',
  'still-there',
] as const
export interface RepairLeft {
  problemId: string
  reason: (typeof leftReasons)[number]
}
