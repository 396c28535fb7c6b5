import type { ClassLimits, TransitionRequest } from '../contract/incident.ts'
import type { Action, Actor } from '../contract/lifecycle.ts'
import type { NewEvent } from '../db/timeline.ts'
import { invalid } from '../errors.ts'
import type { Locator } from '../grids/locate.ts'
import type { Clock } from './clocks.ts'
import { type IncidentRow, wireIncident } from './queries.ts'
import { resumeStage, startStage } from './stages.ts'

// What each step changes of an incident besides its state, and what the timeline is told of it.

/** Who does something: a caller, or one of the town's own hands (routing, clocks). */
export interface Doer extends Actor {
  name: string
}
/** What a step stands on. `clock`: the town's working time. */
export interface Life {
  at: Date
  clock: Clock
  locator: Locator
}
export type Command = Omit<TransitionRequest, 'action' | 'version' | 'key'>

/** One step to be done. */
export interface Move {
  before: IncidentRow
  action: Action
  doer: Doer
  command: Command
  /** For whom the doer decides: who asked for it. */
  behalf?: Doer | undefined
  /** More for the timeline. */
  told?: Record<string, unknown>
}

interface Effect extends Move {
  life: Life
  limits: ClassLimits
}
/** Steps that leave the clock running, or set it themselves. */
export const keepsClock: ReadonlySet<Action> = new Set([
  'transfer',
  'accept',
  'advance',
  'suspend',
  'resume',
  'extend',
  'supervise',
  'answer',
  'correct',
])
const sendTo = (_: IncidentRow, { command }: Effect) => ({
  unitId: command.unitId ?? null,
  officerId: command.officerId ?? null,
})
/** What a step changes besides the state and its clock. */
export const effects: Partial<Record<Action, (row: IncidentRow, step: Effect) => Partial<IncidentRow>>> = {
  dispatch: sendTo,
  transfer: sendTo,
  arbitrate: (row, step) => ({ ...sendTo(row, step), arbitrated: true }),
  accept: (row, { command, doer }) => ({ officerId: command.officerId ?? doer.officerId ?? row.officerId }),
  advance: (row, { limits, life }) =>
    startStage('handling', { limits, clock: life.clock, at: life.at, part: row.part + 1 }),
  finish: (row, { command, doer }) => ({
    handledBy: doer.accountId,
    officerId: command.officerId ?? row.officerId ?? doer.officerId,
  }),
  settle: (_, { doer, behalf }) => ({
    handledBy: (behalf ?? doer).accountId,
    officerId: (behalf ?? doer).officerId,
  }),
  rework: (row) => ({ reworks: row.reworks + 1, handledBy: null }),
  close: (_, { life }) => ({ closedAt: life.at }),
  void: (_, { life }) => ({ closedAt: life.at }),
  evaluate: (row, { command }) => ({ satisfied: command.satisfied ?? row.satisfied }),
  reopen: () => ({ unitId: null, officerId: null, handledBy: null, closedAt: null, satisfied: null }),
  return: (row) => ({ unitId: null, officerId: null, returns: row.returns + 1 }),
  suspend: (row, { life }) => ({ pausedAt: life.at, pausedFrom: row.state }),
  resume: (row, { life }) => ({ ...resumeStage(row, life.at, life.clock), pausedAt: null, pausedFrom: null }),
  extend: ({ dueAt, stageAt, stageKind }, { command, life: { clock, at } }) => {
    if (!dueAt || !stageAt || !stageKind || !command.extra) return {}
    const due = clock.extended(dueAt.getTime(), command.extra)
    if (due > at.getTime() + farthestMs) throw invalid('extra', 'would end more than ten years from now')
    return { dueAt: new Date(due), warnAt: new Date(clock.warnAt(stageAt.getTime(), due, stageKind)) }
  },
  supervise: () => ({ supervised: true }),
  answer: () => ({ supervised: false }),
  merge: (_, { command, life }) => ({ mergedInto: command.intoId ?? null, closedAt: life.at }),
  unmerge: () => ({ mergedInto: null, closedAt: null }),
}
const farthestMs = 10 * 366 * 86_400_000

/** What the photographs of a step show. */
export const momentOf: Partial<Record<Action, string>> = {
  finish: 'handled',
  settle: 'handled',
  check: 'checked',
}

const told = [
  'note',
  'unitId',
  'officerId',
  'classCode',
  'intoId',
  'extra',
  'mark',
  'satisfied',
  'mediaIds',
] as const
export const fieldsOf = (command: Command) =>
  Object.fromEntries(told.flatMap((name) => (command[name] === undefined ? [] : [[name, command[name]]])))

/** An event of an incident with the incident as it is now. */
export const eventOf = (
  event: string,
  row: IncidentRow,
  doer: Pick<Doer, 'name' | 'role'>,
  at: Date,
  data: Record<string, unknown>,
): NewEvent => ({
  event,
  at,
  actor: doer,
  path: row.path,
  incidentId: row.id,
  data: { ...data, incident: wireIncident(row) },
})
