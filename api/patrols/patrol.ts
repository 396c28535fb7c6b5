// Who walks which grid, told one fix at a time.

/** Where an officer stands: the visit under way and how long they have been outside their duty grid. Unix milliseconds. */
export interface Standing {
  /** The grid being visited, or null in none. */
  gridId: number | null
  since: number
  /** The last fix in it, and the last of all. */
  lastIn: number
  last: number
  /** Where they seem to have gone, and since when; not yet certain. */
  candidate: number | null | undefined
  candidateSince: number
  outsideSince: number | null
  /** Whether the desk has been told that they are outside. */
  told: boolean
}
export interface Visit {
  officerId: number
  gridId: number
  enteredAt: number
  leftAt: number
}
export interface Crossing {
  officerId: number
  gridId: number
  entered: boolean
  at: number
}
/** The officer has been outside the duty grid for too long, or is back after that was told. */
export interface DutyEvent {
  officerId: number
  event: 'duty:left' | 'duty:returned'
  at: number
  since: number
}
export interface Step {
  standing: Standing
  visits: Visit[]
  crossings: Crossing[]
  duty: DutyEvent | null
}

/** So long another grid must hold the officer before they are in it: a fix that jitters on a border tells nothing. */
export const settleMs = 15_000

export interface Rules {
  /** A silence longer than this ends a visit at its last fix. */
  offlineMs: number
  outsideMs: number
}

/**
 * What one more fix of an officer tells. Fixes come in the order of their time.
 * `gridId` is the smallest grid that holds it, null for none; `inDuty` whether the duty grid does, true for who has none.
 */
export function step(
  before: Standing | undefined,
  fix: { officerId: number; at: number; gridId: number | null; inDuty: boolean },
  { offlineMs, outsideMs }: Rules,
): Step {
  const { officerId, at, gridId } = fix
  const silent = !before || at - before.last > offlineMs
  const held: Standing = silent
    ? {
        gridId,
        since: at,
        lastIn: at,
        last: at,
        candidate: undefined,
        candidateSince: at,
        outsideSince: null,
        told: before?.told ?? false,
      }
    : { ...before, last: at }
  const result: Step = { standing: held, visits: [], crossings: [], duty: null }

  const leave = (from: Standing, leftAt: number) => {
    if (from.gridId === null) return
    result.visits.push({ officerId, gridId: from.gridId, enteredAt: from.since, leftAt })
    result.crossings.push({ officerId, gridId: from.gridId, entered: false, at: leftAt })
  }
  const enter = (since: number) => {
    if (gridId !== null) result.crossings.push({ officerId, gridId, entered: true, at: since })
  }

  if (silent) {
    if (before) leave(before, before.lastIn)
    enter(at)
  } else if (gridId === held.gridId) {
    held.lastIn = at
    held.candidate = undefined
  } else if (gridId !== held.candidate) {
    held.candidate = gridId
    held.candidateSince = at
  } else if (at - held.candidateSince >= settleMs) {
    leave(before, before.lastIn)
    enter(held.candidateSince)
    Object.assign(held, { gridId, since: held.candidateSince, lastIn: at, candidate: undefined })
  }

  if (fix.inDuty) {
    if (held.told) result.duty = { officerId, event: 'duty:returned', at, since: held.outsideSince ?? at }
    held.outsideSince = null
    held.told = false
  } else {
    held.outsideSince ??= at
    if (!held.told && at - held.outsideSince >= outsideMs) {
      held.told = true
      result.duty = { officerId, event: 'duty:left', at, since: held.outsideSince }
    }
  }
  return result
}

/** The visit of somebody who has fallen silent or gone home, as it was when they were last heard. */
export function end(officerId: number, standing: Standing): Pick<Step, 'visits' | 'crossings'> {
  const { gridId, since, lastIn } = standing
  if (gridId === null) return { visits: [], crossings: [] }
  return {
    visits: [{ officerId, gridId, enteredAt: since, leftAt: lastIn }],
    crossings: [{ officerId, gridId, entered: false, at: lastIn }],
  }
}
