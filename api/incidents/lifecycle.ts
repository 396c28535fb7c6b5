import type { IncidentReport, TransitionRequest } from '../contract/incident.ts'
import {
  type Action,
  type Actor,
  askable,
  type Mark,
  mayMove,
  type Transition,
  transitions,
} from '../contract/lifecycle.ts'
import { street } from '../contract/roles.ts'
import type { Db } from '../db/connect.ts'
import { schedule, unschedule } from '../db/jobs.ts'
import { appendTimeline, type NewEvent } from '../db/timeline.ts'
import { invalid, notFound, Refusal } from '../errors.ts'
import { findOfficer } from '../units/queries.ts'
import {
  type Command,
  type Doer,
  effects,
  eventOf,
  fieldsOf,
  keepsClock,
  type Life,
  type Move,
  momentOf,
} from './effects.ts'
import { guardKin, isDone, isOver } from './kin.ts'
import {
  acceptOffers,
  attachMedia,
  countAsks,
  countAt,
  countMarks,
  countProofs,
  findByKey,
  findBySourceKey,
  findClass,
  findIncident,
  forgetRating,
  holdIncident,
  type IncidentRow,
  insertIncident,
  lapseAsks,
  listChildren,
  releaseSquads,
  repointMerged,
  writeClock,
  writeIncident,
} from './queries.ts'
import { refusalOf } from './refusals.ts'
import { routeIncident } from './routing.ts'
import { clockJob, startStage } from './stages.ts'

// Each step: guard, write, timeline, in one transaction. Publishing comes after the commit, by whoever called.

const routing: Doer = { name: '自动派遣', role: 'system', accountId: null, officerId: null }

/** Uploads belong to who sent them: an account, or a citizen's session. */
export const ownerOf = ({ accountId }: Pick<Actor, 'accountId'>) => `account:${accountId}`

/** A report as somebody gives it in: `owner` of its uploads, and what only their door knows. */
export interface Arrival {
  report: IncidentReport
  source: IncidentRow['source']
  owner: string
  attributes?: Record<string, unknown>
  /** A colleague is in danger. */
  sos?: boolean
}

const sameMeters = 30
const recurrenceMs = 90 * 86_400_000

/**
 * Begins an incident: of a class in use, stamped with its grid, its clock running, routed if the table says so.
 * A report whose `sourceKey` is known answers the incident that is there (`repeated`); one that is somebody else's is refused (409).
 * Whoever may report may report anything in the town, so `tx` has the town for its scope.
 */
export async function reportIncident(
  tx: Db,
  life: Life,
  doer: Doer,
  arrival: Arrival,
): Promise<{ row: IncidentRow; repeated: boolean }> {
  const { at, clock, locator } = life
  const { report } = arrival
  const known = report.sourceKey ? await findBySourceKey(tx, report.sourceKey) : null
  if (known) return repeatOf(known, arrival)
  const cls = await findClass(tx, report.classCode)
  // Out of use for everybody else: only the call for help makes one.
  if (!cls || !(cls.active || arrival.sos))
    throw invalid('classCode', `there is no class ${report.classCode}`)
  if (report.happenedAt) checkHappened('happenedAt', report.happenedAt, at)
  const recurrence = await countAt(tx, {
    ...report,
    meters: sameMeters,
    since: new Date(at.getTime() - recurrenceMs),
  })
  const written = await insertIncident(tx, {
    ...report,
    severity: cls.severity,
    source: arrival.source,
    sourceKey: report.sourceKey ?? null,
    gridId: locator.locate(report.lng, report.lat),
    state: 'reported',
    reportedAt: at,
    recurrence,
    attributes: {
      ...(doer.officerId !== null && { reporterOfficerId: doer.officerId }),
      ...(report.happenedAt && { happenedAt: report.happenedAt }),
      ...(report.pointId && { pointId: report.pointId }),
      ...arrival.attributes,
    },
  })
  if (!written) {
    // Two reports with one key at the same moment: the other one won.
    const won = report.sourceKey ? await findBySourceKey(tx, report.sourceKey) : null
    if (!won) throw new Error('an incident was neither written nor found')
    return repeatOf(won, arrival)
  }
  const row = { ...written, ...startStage('reported', { limits: cls.limits, clock, at }) }
  await writeClock(tx, row)
  await bindMedia(tx, row, { ids: report.mediaIds, owner: arrival.owner, moment: null })
  const events = [
    eventOf('incident:reported', row, doer, at, {
      ...(report.happenedAt && { doneAt: report.happenedAt }),
      ...(recurrence > 0 && { recurrence }),
      ...(report.mediaIds.length > 0 && { mediaIds: report.mediaIds }),
    }),
  ]
  const routed = await sendAlong(tx, life, row)
  if (routed.events.length === 0) await setAlarm(tx, row)
  await appendTimeline(tx, [...events, ...routed.events])
  return { row: routed.row, repeated: false }
}

/** The report that came before with the same key; another thing under that key would be lost in silence. */
function repeatOf(row: IncidentRow, { report: { title, lng, lat }, sos }: Arrival) {
  // Who calls for help moves, and calls again.
  const same =
    sos || (row.title === title && Math.abs(row.lng - lng) <= 1e-6 && Math.abs(row.lat - lat) <= 1e-6)
  if (!same) throw new Refusal(409, 'source-key', 'Another incident has this source key.')
  return { row, repeated: true }
}

/** Files and dispatches what a rule of the routing table sends at once; what fits no such rule waits for the desk. */
async function sendAlong(tx: Db, life: Life, row: IncidentRow): Promise<Step> {
  const who = await routeIncident(tx, life, row)
  if (!who.auto || who.target === 'desk' || !who.unitId) return { row, events: [] }
  const because = { rule: who.ruleId, unitId: who.unitId, officerId: who.officerId ?? undefined }
  const filed =
    row.state === 'reported'
      ? await carryOut(tx, life, { before: row, action: 'file', doer: routing, command: {} })
      : { row, events: [] }
  const sent = await carryOut(tx, life, {
    before: filed.row,
    action: 'dispatch',
    doer: routing,
    command: { unitId: who.unitId, officerId: who.officerId ?? undefined },
    told: because,
  })
  return { row: sent.row, events: [...filed.events, ...sent.events] }
}

/**
 * Moves an incident along the table in contract/lifecycle. Refuses with 403 (role), 409 (state, version, four eyes) or 422 (a field is
 * missing). A command whose key is known answers the incident as it is, and nothing is done again.
 */
export async function changeState(
  tx: Db,
  life: Life,
  { doer, id, request }: { doer: Doer; id: number; request: TransitionRequest },
): Promise<IncidentRow> {
  const { action, version } = request
  const key = request.key && `${doer.accountId}:${request.key}`
  // Of two that are merged the older one is held first, whichever way round it is asked for.
  if (action === 'merge' && request.intoId && request.intoId < id) await holdIncident(tx, request.intoId)
  const before = await holdIncident(tx, id)
  if (!before) throw notFound('incident')
  // Two of one key at the same moment: the second waited for the first one's row.
  if (key && (await isRepeat(tx, key, { id, events: [transitions[action].event] }))) return before
  const verdict = mayMove(action, before, await actorOf(tx, doer))
  if (verdict.may !== 'do') throw refusalOf(action, before, doer, verdict)
  if (version !== undefined && version !== before.version)
    throw new Refusal(
      409,
      'version',
      `The incident has moved on: it is ${before.state}, version ${before.version}, and you saw version ${version}.`,
    )
  if (request.at) checkHappened('at', request.at, life.at)
  const step = await carryOut(tx, life, { before, action, doer, command: request })
  await finishStep(tx, step, key)
  return step.row
}

/** Whether a command was done before; a key that was another command's is refused (409), or this one would be lost in silence. */
export async function isRepeat(
  tx: Db,
  key: string,
  { id, events }: { id: number; events: readonly string[] },
): Promise<boolean> {
  const done = await findByKey(tx, key)
  if (!done) return false
  if (done.incidentId === id && events.includes(done.event)) return true
  throw new Refusal(409, 'key', 'This key belongs to another command: every command has its own.')
}

/** Who acts, with the squad they belong to: in the street people move what is theirs. */
export const actorOf = async (tx: Db, doer: Doer): Promise<Actor> =>
  doer.officerId === null
    ? doer
    : { ...doer, unitId: (await findOfficer(tx, doer.officerId))?.unitId ?? null }

export interface Step {
  row: IncidentRow
  events: NewEvent[]
}
/** The timeline comes last: its numbers lock it until the commit. */
export const finishStep = (tx: Db, { events }: Step, key?: string) => appendTimeline(tx, events, key)

/** One step of a row that is held: the fields it needs, what it changes, its clock; answers the events, which the caller appends. */
export async function carryOut(tx: Db, life: Life, move: Move): Promise<Step> {
  const { before, action, doer, command } = move
  const rule: Transition = transitions[action]
  for (const field of rule.requires)
    if (command[field] === undefined) throw invalid(field, `is needed to ${action} an incident`)
  if (command.classCode && action !== 'file')
    throw invalid('classCode', 'is put right when an incident is filed')
  if (command.officerId && street.includes(doer.role as never))
    throw invalid('officerId', 'is named by the desk, not in the street')
  const cls = await findClass(tx, command.classCode ?? before.classCode)
  if (!cls || (command.classCode && command.classCode !== before.classCode && !cls.active))
    throw invalid('classCode', `there is no class ${command.classCode}`)
  await guardKin(tx, move)
  if (action === 'correct') await guardMark(tx, before, command.mark)
  const state =
    rule.to === 'same' ? before.state : rule.to === 'before' ? (before.pausedFrom ?? 'dispatched') : rule.to
  const next: IncidentRow = {
    ...before,
    ...(keepsClock.has(action)
      ? {}
      : startStage(state, { limits: cls.limits, clock: life.clock, at: life.at })),
    ...effects[action]?.(before, { ...move, life, limits: cls.limits }),
    ...(action === 'file' && { classCode: cls.code, severity: cls.severity }),
    state,
  }
  const owner = ownerOf(move.behalf ?? doer)
  const moment = momentOf[action] ?? null
  await bindMedia(tx, before, { ids: command.mediaIds ?? [], owner, moment })
  if (cls.proof && (action === 'finish' || action === 'settle') && (await countProofs(tx, before.id)) === 0)
    throw invalid('mediaIds', `a case of class ${cls.code} is finished with a photograph`)
  if (before.asks > 0) {
    await lapseAsks(tx, before.id, idleIn(state), life.at)
    next.asks = await countAsks(tx, before.id)
  }
  const row = await writeIncident(tx, next, life.at)
  // An alarm that goes on keeps what it has told already.
  if (clockMark(row) !== clockMark(before)) await setAlarm(tx, row)
  if (action === 'reopen') await forgetRating(tx, row.id)
  if (action === 'merge' && command.intoId) await repointMerged(tx, row.id, command.intoId)
  const events = [
    eventOf(rule.event, row, doer, life.at, {
      from: before.state,
      ...fieldsOf(command),
      ...(command.at && { doneAt: command.at }),
      ...move.told,
    }),
  ]
  events.push(...(await moveSquads(tx, life, { before, action, row, doer })))
  if (action === 'split')
    events.push(...(await splitInto(tx, life, row, { doer, parts: command.parts ?? [] })))
  if (action === 'merge' && command.intoId) {
    const into = await findIncident(tx, command.intoId)
    if (into)
      events.push(eventOf('incident:joined', into, doer, life.at, { fromId: row.id, number: row.number }))
  }
  if (row.parentId !== null && isOver(row)) events.push(...(await gather(tx, life, row.parentId)))
  if (action === 'file' && doer !== routing) {
    const routed = await sendAlong(tx, life, row)
    return { row: routed.row, events: [...events, ...routed.events] }
  }
  return { row, events }
}

const atWork: readonly IncidentRow['state'][] = ['dispatched', 'handling']
/** Squads follow their case: taken when it is begun, free when it is over, and whoever had it when it is handed on. */
async function moveSquads(
  tx: Db,
  { at }: Life,
  { before, action, row, doer }: { before: IncidentRow; action: Action; row: IncidentRow; doer: Doer },
): Promise<NewEvent[]> {
  const stays = atWork.includes(row.state)
  const handedOn = action === 'transfer' || row.unitId !== before.unitId
  if (!atWork.includes(before.state) || (stays && !handedOn && action !== 'accept')) return []
  const moved =
    action === 'accept'
      ? await acceptOffers(tx, row.id, doer.name, at)
      : await releaseSquads(tx, {
          incidentId: row.id,
          done: row.state === 'handled',
          toUnit: stays ? row.unitId : null,
          at,
        })
  return moved.map(({ id, unitId, state, officerIds }) =>
    eventOf(`squad:${state}`, row, doer, at, { assignmentId: id, unitId, officerIds: officerIds ?? [] }),
  )
}

/** What nobody can ask for any more once an incident stands here. */
const idleIn = (state: IncidentRow['state']) =>
  askable.filter((action) => !(transitions[action] as Transition).from.includes(state))

/** Only what stands in the record is taken off it, and once. Refuses (409) otherwise. */
export async function guardMark(tx: Db, { id }: IncidentRow, mark: Mark | undefined) {
  if (!mark) throw invalid('mark', 'is needed to correct an incident')
  const { made, taken } = await countMarks(tx, id, mark)
  if (taken >= made)
    throw new Refusal(
      409,
      'no-mark',
      `The record of this incident has nothing of the kind (${mark}) to be corrected.`,
    )
}

/** Binds uploads to an incident; refused as a whole when one is not there, not the sender's, or bound already. */
export async function bindMedia(
  tx: Db,
  { id }: IncidentRow,
  { ids, owner, moment }: { ids: readonly number[]; owner: string; moment: string | null },
) {
  if (ids.length === 0) return
  const bound = await attachMedia(tx, { ids: [...new Set(ids)], owner, incidentId: id, moment })
  if (bound !== new Set(ids).size)
    throw invalid(
      'mediaIds',
      'one of these uploads is not there, not yours, was refused, or belongs to an incident',
    )
}

/** The children of an incident: filed, at its place, and sent to their units where these are named. */
async function splitInto(
  tx: Db,
  life: Life,
  parent: IncidentRow,
  { doer, parts }: { doer: Doer; parts: NonNullable<Command['parts']> },
): Promise<NewEvent[]> {
  const events: NewEvent[] = []
  for (const part of parts) {
    const cls = await findClass(tx, part.classCode ?? parent.classCode)
    // A part of what the parent is may be what nothing new can be.
    if (!cls || (part.classCode && !cls.active)) throw invalid('parts', `there is no class ${part.classCode}`)
    const child = await insertIncident(tx, {
      classCode: cls.code,
      severity: cls.severity,
      source: parent.source,
      sourceKey: null,
      title: part.title,
      description: '',
      address: parent.address,
      lng: parent.lng,
      lat: parent.lat,
      gridId: parent.gridId,
      state: 'filed',
      reportedAt: life.at,
      parentId: parent.id,
      recurrence: 0,
      attributes: {},
    })
    if (!child) throw new Error('a part of an incident was not written')
    const row = { ...child, ...startStage('filed', { limits: cls.limits, clock: life.clock, at: life.at }) }
    await writeClock(tx, row)
    events.push(eventOf('incident:reported', row, doer, life.at, { parentId: parent.id }))
    const sent = part.unitId
      ? await carryOut(tx, life, { before: row, action: 'dispatch', doer, command: { unitId: part.unitId } })
      : { row, events: [] }
    if (!part.unitId) await setAlarm(tx, row)
    events.push(...sent.events)
  }
  return events
}

/** With its last part over, what was split is handled and waits for its check; with no part that was done, it begins anew. */
async function gather(tx: Db, life: Life, parentId: number): Promise<NewEvent[]> {
  const parent = await holdIncident(tx, parentId)
  if (parent?.state !== 'split') return []
  const parts = await listChildren(tx, parentId)
  if (!parts.every(isOver)) return []
  const cls = await findClass(tx, parent.classCode)
  if (!cls) return []
  const state = parts.some(isDone) ? 'handled' : 'filed'
  const row = await writeIncident(
    tx,
    {
      ...parent,
      state,
      ...(state === 'filed' && { unitId: null, officerId: null }),
      ...startStage(state, { limits: cls.limits, clock: life.clock, at: life.at }),
    },
    life.at,
  )
  await setAlarm(tx, row)
  return [eventOf('incident:gathered', row, routing, life.at, { from: 'split' })]
}

const clockMark = ({ stage, warnAt, dueAt, state }: IncidentRow) =>
  `${stage} ${warnAt?.getTime()} ${dueAt?.getTime()} ${state === 'suspended'}`

/** Somebody is reminded when the light turns yellow; nobody while the clock stands. */
async function setAlarm(tx: Db, row: IncidentRow) {
  const running = row.stage !== null && row.state !== 'suspended' && row.warnAt
  if (running) await schedule(tx, [{ kind: clockJob, key: String(row.id), runAt: running, data: {} }])
  else await unschedule(tx, clockJob, String(row.id))
}

const lateMs = 7 * 86_400_000
/** What a phone did without a network is believed for a week. */
function checkHappened(field: string, happenedAt: string, at: Date) {
  const age = at.getTime() - Date.parse(happenedAt)
  if (age < -120_000) throw invalid(field, 'lies in the future: the phone’s clock is wrong')
  if (age > lateMs) throw invalid(field, 'lies more than seven days back')
}
