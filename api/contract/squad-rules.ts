// What the API and the pages both know of squads that are sent; free of the schema library, for the browser.

/** The class of the case that an officer in danger raises; it outranks every other. */
export const sosClass = 'SOS'

export const assignmentStates = [
  'offered',
  'accepted',
  'enroute',
  'onscene',
  'done',
  'declined',
  'lapsed',
  'recalled',
] as const
export type AssignmentState = (typeof assignmentStates)[number]
/** While an officer is on one of these they are sent nowhere else. */
export const underWay: readonly AssignmentState[] = ['offered', 'accepted', 'enroute', 'onscene']

/** What leads where when the squad says so itself; the way may be skipped forward. */
export const progress = ['enroute', 'onscene', 'done'] as const
export const progressFrom: Record<(typeof progress)[number], readonly AssignmentState[]> = {
  enroute: ['accepted'],
  onscene: ['accepted', 'enroute'],
  done: ['accepted', 'enroute', 'onscene'],
}
