import type { ClockStage } from './clock.ts'
import type { Role } from './roles.ts'

export const states = [
  'reported',
  'filed',
  'dispatched',
  'handling',
  'handled',
  'checked',
  'closed',
  'evaluated',
  'archived',
  'suspended',
  'voided',
  'merged',
  'split',
] as const
export type State = (typeof states)[number]

/** Still somebody's work. */
export const openStates: readonly State[] = [
  'reported',
  'filed',
  'dispatched',
  'handling',
  'handled',
  'checked',
  'suspended',
  'split',
]

/** Whose clock runs in a state; in the others none does. */
export const stageOf: Partial<Record<State, ClockStage>> = {
  reported: 'file',
  filed: 'dispatch',
  dispatched: 'handle',
  handling: 'handle',
  handled: 'check',
}

/** Fields of a request that a transition may need. */
export const needs = ['note', 'unitId', 'intoId', 'extra', 'parts', 'satisfied', 'mark'] as const
export type Need = (typeof needs)[number]
/** What stands in a case's record against somebody and may be taken off it: a missed limit of a stage, a failed check, a case given back. */
export const marks = ['file', 'dispatch', 'handle', 'check', 'rework', 'return'] as const
export type Mark = (typeof marks)[number]

export interface Transition {
  from: readonly State[]
  /** `same`: the state stays. `before`: back to where it was suspended from. */
  to: State | 'same' | 'before'
  /** Who may do it, and who decides when somebody asks for it. */
  roles: readonly Role[]
  /** Who may only ask for it, with a reason; empty: citizens, by their rating. */
  ask?: readonly Role[]
  requires: readonly Need[]
  /** Nobody checks or closes what they handled. */
  fourEyes?: true
  /** In the street only for who was sent: the officer named, or their squad. */
  own?: true
  /** The name in the timeline and on the socket: past tense. */
  event: string
}

const desk: readonly Role[] = ['dispatcher', 'admin']
const street: readonly Role[] = ['officer', 'member']
const hands: readonly Role[] = [...street, ...desk]
/** 值班长: those who answer for the desk. */
const heads: readonly Role[] = ['leader', 'admin']
const atWork: readonly State[] = ['dispatched', 'handling']

/**
 * The life of an incident as data: the API refuses with it, the web disables buttons with it.
 * Stages after 扶政办〔2019〕3号, side flows after running products (domain facts); `report` is how an incident begins and is not in the table.
 */
export const transitions = {
  file: { from: ['reported'], to: 'filed', roles: desk, requires: [], event: 'incident:filed' },
  dispatch: {
    from: ['filed'],
    to: 'dispatched',
    roles: desk,
    requires: ['unitId'],
    event: 'incident:dispatched',
  },
  transfer: {
    from: atWork,
    to: 'dispatched',
    roles: desk,
    requires: ['unitId', 'note'],
    event: 'incident:transferred',
  },
  accept: {
    from: ['dispatched'],
    to: 'handling',
    roles: hands,
    own: true,
    requires: [],
    event: 'incident:accepted',
  },
  advance: {
    from: ['handling'],
    to: 'same',
    roles: hands,
    own: true,
    requires: [],
    event: 'incident:advanced',
  },
  finish: {
    from: ['handling'],
    to: 'handled',
    roles: hands,
    own: true,
    requires: ['note'],
    event: 'incident:handled',
  },
  settle: {
    from: ['reported'],
    to: 'handled',
    roles: desk,
    ask: street,
    requires: ['note'],
    event: 'incident:settled',
  },
  check: {
    from: ['handled'],
    to: 'checked',
    roles: ['member', ...desk],
    requires: [],
    fourEyes: true,
    event: 'incident:checked',
  },
  rework: {
    from: ['handled', 'checked'],
    to: 'dispatched',
    roles: desk,
    ask: ['member'],
    requires: ['note'],
    event: 'incident:reworked',
  },
  close: {
    from: ['checked'],
    to: 'closed',
    roles: desk,
    requires: [],
    fourEyes: true,
    event: 'incident:closed',
  },
  evaluate: { from: ['closed'], to: 'evaluated', roles: desk, requires: [], event: 'incident:evaluated' },
  reopen: {
    from: ['closed', 'evaluated'],
    to: 'filed',
    roles: desk,
    ask: [],
    requires: ['note'],
    event: 'incident:reopened',
  },
  archive: {
    from: ['closed', 'evaluated'],
    to: 'archived',
    roles: desk,
    requires: [],
    event: 'incident:archived',
  },
  return: {
    from: atWork,
    to: 'filed',
    roles: desk,
    ask: street,
    requires: ['note'],
    event: 'incident:returned',
  },
  arbitrate: {
    from: atWork,
    to: 'dispatched',
    roles: heads,
    ask: street,
    requires: ['note', 'unitId'],
    event: 'incident:arbitrated',
  },
  extend: {
    from: atWork,
    to: 'same',
    roles: desk,
    ask: street,
    requires: ['note', 'extra'],
    event: 'incident:extended',
  },
  suspend: {
    from: atWork,
    to: 'suspended',
    roles: desk,
    ask: street,
    requires: ['note'],
    event: 'incident:suspended',
  },
  resume: {
    from: ['suspended'],
    to: 'before',
    roles: desk,
    ask: street,
    requires: [],
    event: 'incident:resumed',
  },
  supervise: {
    from: ['filed', ...atWork, 'handled'],
    to: 'same',
    roles: heads,
    ask: ['dispatcher'],
    requires: ['note'],
    event: 'incident:supervised',
  },
  answer: {
    from: atWork,
    to: 'same',
    roles: hands,
    own: true,
    requires: ['note'],
    event: 'incident:answered',
  },
  // An appeal (申诉): the record is put right, and every number follows; no number is changed by hand.
  correct: {
    from: [...atWork, 'handled', 'checked', 'suspended', 'closed', 'evaluated', 'archived'],
    to: 'same',
    roles: heads,
    ask: ['dispatcher', ...street],
    requires: ['note', 'mark'],
    event: 'incident:corrected',
  },
  split: {
    from: ['filed', ...atWork],
    to: 'split',
    roles: desk,
    ask: street,
    requires: ['parts'],
    event: 'incident:split',
  },
  merge: {
    from: ['reported', 'filed'],
    to: 'merged',
    roles: desk,
    requires: ['intoId'],
    event: 'incident:merged',
  },
  unmerge: { from: ['merged'], to: 'reported', roles: desk, requires: ['note'], event: 'incident:unmerged' },
  void: {
    from: ['reported', 'filed'],
    to: 'voided',
    roles: heads,
    ask: ['dispatcher', ...street],
    requires: ['note'],
    event: 'incident:voided',
  },
} as const satisfies Record<string, Transition>
export type Action = keyof typeof transitions
export const actions = Object.keys(transitions) as [Action, ...Action[]]
const ruleOf = (action: Action): Transition => transitions[action]
/** What one may ask for. */
export const askable = actions.filter((action) => ruleOf(action).ask) as [Action, ...Action[]]

/** After so many returns the owner of the grid arbitrates, and whom they name must take it. */
export const returnsBeforeArbitration = 2

/** What the table needs to know of an incident. */
export interface LifeFacts {
  state: State
  returns: number
  arbitrated: boolean
  supervised: boolean
  /** Limits of the handling that are still to come after the one that runs (围护, then 修复). */
  partsLeft: number
  /** Account and officer who said that it is handled. */
  handledBy: number | null
  officerId: number | null
  unitId: number | null
}
export interface Actor {
  /** One of the roles, or a hand of the town's own (`system`, `citizen`), which is in no list. */
  role: string
  accountId: number | null
  officerId: number | null
  /** The squad they belong to; where it is not known, what is theirs is not asked. */
  unitId?: number | null
}
export type Verdict =
  | { may: 'do' }
  | { may: 'ask' }
  | { may: 'no'; code: 'role' | 'state' | 'four-eyes' | 'arbitration' | 'part' | 'supervision' | 'not-yours' }

/** Whether somebody may move an incident so, may only ask for it, or may not, and why. */
export function mayMove(action: Action, facts: LifeFacts, actor: Actor): Verdict {
  const rule = ruleOf(action)
  const among = (roles: readonly string[] = []) => roles.includes(actor.role)
  if (!among(rule.ask) && !among(rule.roles)) return { may: 'no', code: 'role' }
  if (!rule.from.includes(facts.state)) return { may: 'no', code: 'state' }
  const many = facts.returns >= returnsBeforeArbitration
  if (action === 'return' && (many || facts.arbitrated)) return { may: 'no', code: 'arbitration' }
  if (action === 'arbitrate' && (!many || facts.arbitrated)) return { may: 'no', code: 'arbitration' }
  if (action === 'advance' && facts.partsLeft === 0) return { may: 'no', code: 'part' }
  if (action === 'answer' && !facts.supervised) return { may: 'no', code: 'supervision' }
  if (rule.own && inStreet.includes(actor.role) && !isTheirs(facts, actor))
    return { may: 'no', code: 'not-yours' }
  if (rule.fourEyes && handled(facts, actor)) return { may: 'no', code: 'four-eyes' }
  return { may: among(rule.roles) ? 'do' : 'ask' }
}

const inStreet: readonly string[] = street
const isTheirs = ({ officerId, unitId }: LifeFacts, actor: Actor) =>
  actor.unitId === undefined ||
  (officerId !== null && officerId === actor.officerId) ||
  (unitId !== null && unitId === actor.unitId)

const handled = (facts: LifeFacts, actor: Actor) =>
  (actor.accountId !== null && actor.accountId === facts.handledBy) ||
  (actor.officerId !== null && actor.officerId === facts.officerId)

/** The actions open to this actor, and those that they may ask for. */
export function openActions(facts: LifeFacts, actor: Actor): { actions: Action[]; asks: Action[] } {
  const verdicts = actions.map((action) => [action, mayMove(action, facts, actor).may] as const)
  return {
    actions: verdicts.filter(([, may]) => may === 'do').map(([action]) => action),
    asks: verdicts.filter(([, may]) => may === 'ask').map(([action]) => action),
  }
}

export const sources = ['member', 'officer', 'citizen', 'monitoring', 'hotline', 'system', 'import'] as const
export type Source = (typeof sources)[number]
