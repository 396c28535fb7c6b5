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
]

export interface Transition {
  from: readonly State[]
  to: State
  roles: readonly Role[]
  /** Fields of the request that must be there. */
  requires: readonly ('note' | 'unitId')[]
  /** The name in the timeline and on the socket: past tense. */
  event: string
}

const desk: readonly Role[] = ['dispatcher', 'admin']
const hands: readonly Role[] = ['officer', 'member', 'dispatcher', 'admin']

/**
 * The life of an incident as data: the API refuses with it, the web disables buttons with it.
 * Stages after 扶政办〔2019〕3号; `report` is how an incident begins and is not in the table.
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
  accept: { from: ['dispatched'], to: 'handling', roles: hands, requires: [], event: 'incident:accepted' },
  return: {
    from: ['dispatched', 'handling'],
    to: 'filed',
    roles: hands,
    requires: ['note'],
    event: 'incident:returned',
  },
  finish: { from: ['handling'], to: 'handled', roles: hands, requires: ['note'], event: 'incident:handled' },
  rework: {
    from: ['handled'],
    to: 'dispatched',
    roles: desk,
    requires: ['note'],
    event: 'incident:reworked',
  },
  check: {
    from: ['handled'],
    to: 'checked',
    roles: ['member', 'dispatcher', 'admin'],
    requires: [],
    event: 'incident:checked',
  },
  close: { from: ['checked'], to: 'closed', roles: desk, requires: [], event: 'incident:closed' },
  evaluate: { from: ['closed'], to: 'evaluated', roles: desk, requires: [], event: 'incident:evaluated' },
  archive: { from: ['evaluated'], to: 'archived', roles: desk, requires: [], event: 'incident:archived' },
  suspend: {
    from: ['dispatched', 'handling'],
    to: 'suspended',
    roles: desk,
    requires: ['note'],
    event: 'incident:suspended',
  },
  resume: { from: ['suspended'], to: 'dispatched', roles: desk, requires: [], event: 'incident:resumed' },
  void: {
    from: ['reported', 'filed'],
    to: 'voided',
    roles: desk,
    requires: ['note'],
    event: 'incident:voided',
  },
} as const satisfies Record<string, Transition>
export type Action = keyof typeof transitions
export const actions = Object.keys(transitions) as [Action, ...Action[]]

/** The actions open to this role from this state. */
export function allowedActions(state: State, role: Role): Action[] {
  return actions.filter((action) => {
    const rule: Transition = transitions[action]
    return rule.from.includes(state) && rule.roles.includes(role)
  })
}

export const sources = ['member', 'officer', 'citizen', 'monitoring', 'hotline', 'import'] as const
export type Source = (typeof sources)[number]
