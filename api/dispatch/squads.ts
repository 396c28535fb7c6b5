import { pushJob, summonsJob, summonsKey } from '../alerts/push.ts'
import { newsMs } from '../contract/alert-rules.ts'
import type { SendRequest } from '../contract/assignment.ts'
import type { Recommendation } from '../contract/dispatch.ts'
import { street } from '../contract/roles.ts'
import {
  type AssignmentState,
  type progress,
  progressFrom,
  sosClass,
  underWay,
} from '../contract/squad-rules.ts'
import type { Db } from '../db/connect.ts'
import { schedule, unschedule } from '../db/jobs.ts'
import type { NewEvent } from '../db/timeline.ts'
import { invalid, notFound, Refusal } from '../errors.ts'
import { type Doer, eventOf, type Life } from '../incidents/effects.ts'
import { carryOut, finishStep, type Step } from '../incidents/lifecycle.ts'
import {
  findClass,
  findIncident,
  holdIncident,
  type IncidentRow,
  writeIncident,
} from '../incidents/queries.ts'
import {
  type AssignmentRow,
  findAssignment,
  findInDanger,
  findThere,
  hasLead,
  insertAssignment,
  insertSent,
  listElsewhere,
  listHolders,
  listPeople,
  moveAssignment,
} from './queries.ts'
import { weightOf } from './recommend.ts'

// A squad sent to a case: offered, answered, under way, there, done. Each step is one conditional update: of two who take it at the
// same moment one does, and the other is told what has happened. What happens to the case itself is a step of its own life.

export const lapseJob = 'squad:lapse'
export const hand: Doer = { name: '自动派遣', role: 'system', accountId: null, officerId: null }

/** Some of the people are sent elsewhere already; the transaction is undone before anybody is asked where. */
export class Taken extends Error {
  readonly officerIds: readonly number[]
  constructor(officerIds: readonly number[]) {
    super('sent elsewhere')
    this.officerIds = officerIds
  }
}
/** Does a step that may lose a race for people; the loser is told who has won them (409, `fields` holders.<n>.name, .number, .by). */
export async function tellingLosers<T>(db: Db, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Taken)) throw error
    const held = await listHolders(db, error.officerIds)
    const said = held.map(({ name, number, by }) => `${name} was sent to ${number} by ${by}`).join('; ')
    const fields = held.flatMap(({ name, number, by }, i) =>
      Object.entries({ name, number, by }).map(([part, message]) => ({
        path: `holders.${i}.${part}`,
        message,
      })),
    )
    throw new Refusal(
      409,
      'taken',
      said ? `${said}.` : 'Somebody else sent them just now. Try again.',
      fields,
    )
  }
}

/** What the timeline is told of a squad. */
const squadEvent = (
  event: string,
  row: IncidentRow,
  doer: Pick<Doer, 'name' | 'role'>,
  at: Date,
  {
    id,
    unitId,
    officerIds,
    ...more
  }: { id: number; unitId: number; officerIds: readonly number[] } & Record<string, unknown>,
): NewEvent => eventOf(event, row, doer, at, { assignmentId: id, unitId, officerIds, ...more })

const idsOf = ({ officers }: Pick<AssignmentRow, 'officers'>) => officers.map(({ officerId }) => officerId)

interface Sending {
  doer?: Doer
  id: number
  request: Omit<SendRequest, 'reason'> & { reason?: string }
  /** The assignment that was declined or lapsed, after which this squad is asked. */
  after?: AssignmentRow
  /** The recommendation of this moment, kept for review. */
  seen: Recommendation | null
  offerSeconds: number
  onShift: (officerId: number) => boolean
}
/**
 * Offers a case to a squad. A case that waits is filed and dispatched on the way; one that is with somebody is reinforced, or handed
 * on with `insteadOf`. Refuses with 409 (state, version, what they are on weighs more) and 422 (people not of the squad, not on shift,
 * or in danger themselves). `tx` has the town for its scope.
 */
export async function sendSquad(
  tx: Db,
  life: Life,
  { doer = hand, id, request, after, seen, offerSeconds, onShift }: Sending,
): Promise<{ id: number; row: IncidentRow }> {
  const { unitId } = request
  const officerIds = [...new Set(request.officerIds)]
  const elsewhere = request.interrupt ? await listElsewhere(tx, officerIds, id) : []
  // All cases that this may touch are held in one order, whoever sends whom.
  const rows = new Map<number, IncidentRow>()
  for (const one of [...new Set([id, ...elsewhere.map(({ incidentId }) => incidentId)])].sort(
    (a, b) => a - b,
  )) {
    const row = await holdIncident(tx, one)
    if (row) rows.set(one, row)
  }
  const before = rows.get(id)
  if (!before) throw notFound('incident')
  if (request.version !== undefined && request.version !== before.version)
    throw new Refusal(
      409,
      'version',
      `The incident has moved on: it is ${before.state}, version ${before.version}, and you saw version ${request.version}.`,
    )
  await checkPeople(tx, { unitId, officerIds, onShift, inDanger: await findInDanger(tx, id) })
  for (const { incidentId } of elsewhere) checkWeight(before, rows.get(incidentId))
  let { row, events } = await bringToWork(tx, life, { doer, before, request, goesOn: after?.lead ?? false })
  for (const one of elsewhere) events.push(...(await callAway(tx, { id: one.id, row, doer, at: life.at })))
  const there = request.insteadOf === undefined ? undefined : await findThere(tx, id, officerIds)
  if (there !== undefined) {
    // They are at it already, and lead from now on.
    await finishStep(tx, { row, events })
    return { id: there, row }
  }
  const lead = row.unitId === unitId && !(await hasLead(tx, id))
  if (lead && !officerIds.includes(row.officerId ?? 0))
    row = await writeIncident(tx, { ...row, officerId: officerIds[0] ?? null }, life.at)
  const lapsesAt = new Date(life.at.getTime() + offerSeconds * 1000)
  const rank = seen ? seen.candidates.findIndex((one) => one.unitId === unitId) + 1 : 0
  const made = await insertAssignment(tx, {
    incidentId: id,
    unitId,
    lead,
    next: request.next,
    afterId: after?.id ?? null,
    at: life.at,
    by: doer.name,
    lapsesAt,
    seen,
    rank: rank || null,
  })
  if (made === null) throw new Refusal(409, 'over', 'Another squad was asked already.')
  if ((await insertSent(tx, made, officerIds)) < officerIds.length) throw new Taken(officerIds)
  const lapse = { kind: lapseJob, key: String(made), runAt: lapsesAt, data: {} }
  const until = lapsesAt.getTime()
  const says = { ...(await named(tx, row)), state: 'offered', seconds: offerSeconds }
  await schedule(tx, [lapse, summonsJob({ kind: 'offer', id: made, until, says }, { officerIds }, life.at)])
  const one = { id: made, unitId, officerIds, lead, ...(rank > 0 && { rank }) }
  await finishStep(tx, { row, events: [...events, squadEvent('squad:offered', row, doer, life.at, one)] })
  return { id: made, row }
}

/** What a case is about without anything of anybody in it. */
async function named(tx: Db, { classCode }: IncidentRow) {
  const found = await findClass(tx, classCode)
  return { title: found?.name ?? classCode, titleEn: found?.nameEn || (found?.name ?? classCode) }
}
/** Whoever has not heard of an offer by now need not any more. */
const hush = (tx: Db, id: number) => unschedule(tx, pushJob, summonsKey({ kind: 'offer', id }))
/** In their browsers it takes the place of the offer. */
const callOff = async (tx: Db, { row, assignment }: Held, at: Date) => {
  const says = { ...(await named(tx, row)), state: 'over' }
  const over = { kind: 'offer', id: assignment.id, until: at.getTime() + newsMs, says } as const
  await schedule(tx, [summonsJob(over, { officerIds: idsOf(assignment) }, at)])
}

async function checkPeople(
  tx: Db,
  {
    unitId,
    officerIds,
    onShift,
    inDanger,
  }: {
    unitId: number
    officerIds: readonly number[]
    onShift: (id: number) => boolean
    inDanger: number | null
  },
) {
  const people = await listPeople(tx, officerIds)
  for (const id of officerIds) {
    const one = people.find(({ officerId }) => officerId === id)
    if (!one) throw invalid('officerIds', `there is no officer ${id}`)
    if (one.unitId !== unitId) throw invalid('officerIds', `${one.name} does not belong to this squad`)
    if (!onShift(id)) throw invalid('officerIds', `${one.name} is not on shift`)
    if (id === inDanger) throw invalid('officerIds', `${one.name} is the one who called for help`)
  }
}

const weightOfRow = ({ severity, classCode }: IncidentRow) => weightOf(severity, classCode === sosClass)
/** Nobody is called away from what weighs more. */
function checkWeight(row: IncidentRow, other: IncidentRow | undefined) {
  if (other && weightOfRow(other) > weightOfRow(row))
    throw new Refusal(409, 'outweighed', `They are on ${other.number}, which weighs more than this case.`)
}

/** The case in a state in which a squad can be at it, with the squad asked for where nobody is at it or its lead `goesOn` to others. */
async function bringToWork(
  tx: Db,
  life: Life,
  {
    doer,
    before,
    request: { unitId, officerIds, insteadOf, reason },
    goesOn,
  }: { doer: Doer; before: IncidentRow; request: Sending['request']; goesOn: boolean },
): Promise<Step> {
  const [officerId] = officerIds
  let row = before
  const events: NewEvent[] = []
  const step = async (action: 'file' | 'dispatch' | 'transfer', command: Record<string, unknown>) => {
    const done = await carryOut(tx, life, { before: row, action, doer, command })
    row = done.row
    events.push(...done.events)
  }
  const handOn = (note: string) => step('transfer', { unitId, officerId, note: reason || note })
  if (row.state === 'reported') await step('file', {})
  if (row.state === 'filed') await step('dispatch', { unitId, officerId })
  if (row.state !== 'dispatched' && row.state !== 'handling')
    throw new Refusal(409, 'state', `Nobody can be sent to an incident that is ${row.state}.`)
  if (insteadOf !== undefined) {
    const old = await findAssignment(tx, insteadOf)
    if (old?.incidentId !== row.id || !underWay.includes(old.state))
      throw new Refusal(409, 'over', 'The squad that is to be replaced is not at this case any more.')
    const why = reason || '改派'
    await moveAssignment(tx, {
      id: old.id,
      from: underWay,
      to: 'recalled',
      at: life.at,
      by: doer.name,
      reason: why,
    })
    const gone = { id: old.id, unitId: old.unitId, officerIds: idsOf(old), reason: why }
    events.push(squadEvent('squad:recalled', row, doer, life.at, gone))
    if (old.lead && row.unitId !== unitId) await handOn(why)
  } else if (row.unitId !== unitId && (row.state === 'dispatched' || goesOn) && !(await hasLead(tx, row.id)))
    // It is with a unit of which nobody comes: whoever is sent now has it.
    await handOn('派出')
  return { row, events }
}

/** Ends what some people are on at another case; with its lead gone, the desk is told. */
async function callAway(
  tx: Db,
  { id, row, doer, at }: { id: number; row: IncidentRow; doer: Doer; at: Date },
): Promise<NewEvent[]> {
  const held = await hold(tx, id)
  const reason = `调往 ${row.number}`
  if (!(await moveAssignment(tx, { id, from: underWay, to: 'recalled', at, by: doer.name, reason })))
    return []
  const other = await unname(tx, held, at)
  const gone = squadEvent('squad:recalled', other, doer, at, { ...told(held), reason })
  return held.assignment.lead ? [gone, squadEvent('squad:nobody', other, doer, at, told(held))] : [gone]
}

interface Held {
  row: IncidentRow
  assignment: AssignmentRow
}
/** An assignment with its case, which is held first: everybody takes the two in this order. */
async function hold(tx: Db, id: number): Promise<Held> {
  const found = await findAssignment(tx, id)
  const row = found && (await holdIncident(tx, found.incidentId))
  const assignment = row && (await findAssignment(tx, id))
  if (!assignment) throw notFound('assignment')
  return { row, assignment }
}

const pastWords: Record<AssignmentState, string> = {
  offered: 'still offered',
  accepted: 'accepted',
  enroute: 'on the way',
  onscene: 'on the scene',
  done: 'done',
  declined: 'declined',
  lapsed: 'over: nobody answered in time',
  recalled: 'recalled',
}
/** What somebody is told who comes too late. */
const tooLate = ({ state, answeredBy }: AssignmentRow) =>
  new Refusal(409, 'moved-on', `This is ${pastWords[state]} already${answeredBy ? ` (${answeredBy})` : ''}.`)

/** Moves a held assignment on, or says what has become of it. */
async function move(
  tx: Db,
  { assignment }: Held,
  step: { from: readonly AssignmentState[]; to: AssignmentState; at: Date; by: string; reason?: string },
) {
  if (await moveAssignment(tx, { id: assignment.id, ...step })) return
  throw tooLate((await findAssignment(tx, assignment.id)) ?? assignment)
}
const told = ({ assignment }: Held) => ({
  id: assignment.id,
  unitId: assignment.unitId,
  officerIds: idsOf(assignment),
})
/** With nobody of its lead coming, a case is its unit's and names nobody. */
const unname = async (tx: Db, { row, assignment }: Held, at: Date): Promise<IncidentRow> =>
  assignment.lead && row.officerId !== null && idsOf(assignment).includes(row.officerId)
    ? await writeIncident(tx, { ...row, officerId: null }, at)
    : row
/** Only those who are sent answer for themselves; the desk may for all. */
function checkTheirs({ assignment }: Held, { role, officerId }: Doer) {
  if (street.includes(role as never) && !idsOf(assignment).includes(officerId ?? 0))
    throw new Refusal(403, 'not-yours', 'This squad was sent without you.')
}

/** The squad takes a case, which the lead begins with, or declines it with a reason (422 without). */
export async function answerOffer(
  tx: Db,
  life: Life,
  { doer, id, accept, reason }: { doer: Doer; id: number; accept: boolean; reason: string },
): Promise<AssignmentRow> {
  if (!accept && reason === '') throw invalid('reason', 'say why: the desk must send somebody else')
  const held = await hold(tx, id)
  checkTheirs(held, doer)
  const to = accept ? 'accepted' : 'declined'
  await move(tx, held, { from: ['offered'], to, at: life.at, by: doer.name, reason })
  await hush(tx, id)
  if (accept) await unschedule(tx, lapseJob, String(id))
  else await goOn(tx, id, life.at)
  const begins = accept && held.assignment.lead && held.row.state === 'dispatched'
  const step: Step = begins
    ? await carryOut(tx, life, { before: held.row, action: 'accept', doer, command: {} })
    : { row: accept ? held.row : await unname(tx, held, life.at), events: [] }
  const event = squadEvent(`squad:${to}`, step.row, doer, life.at, {
    ...told(held),
    ...(reason && { reason }),
  })
  await finishStep(tx, { row: step.row, events: [...step.events, event] })
  return (await findAssignment(tx, id)) ?? held.assignment
}

/** Somebody else is asked at once, by the job that would have looked later: it is done once, whatever dies in between. */
const goOn = (tx: Db, id: number, at: Date) =>
  schedule(tx, [{ kind: lapseJob, key: String(id), runAt: at, data: { goesOn: true } }])

/** On the way, on the scene, done: as the squad says, or its position. */
export async function progressSquad(
  tx: Db,
  { doer, id, state, at }: { doer: Doer; id: number; state: (typeof progress)[number]; at: Date },
  by: 'button' | 'position' = 'button',
): Promise<AssignmentRow> {
  const held = await hold(tx, id)
  checkTheirs(held, doer)
  await move(tx, held, { from: progressFrom[state], to: state, at, by: doer.name })
  const event = squadEvent(`squad:${state}`, held.row, doer, at, { ...told(held), by })
  await finishStep(tx, { row: held.row, events: [event] })
  return (await findAssignment(tx, id)) ?? held.assignment
}

/** The desk calls a squad back; or it `goesOn` to the next, when it cannot come any more. */
export async function recallSquad(
  tx: Db,
  {
    doer,
    id,
    reason,
    at,
    goesOn = false,
  }: { doer: Doer; id: number; reason: string; at: Date; goesOn?: boolean },
): Promise<AssignmentRow> {
  const held = await hold(tx, id)
  await move(tx, held, { from: underWay, to: 'recalled', at, by: doer.name, reason })
  await callOff(tx, held, at)
  if (goesOn) await goOn(tx, id, at)
  else await unschedule(tx, lapseJob, String(id))
  const row = await unname(tx, held, at)
  const event = squadEvent('squad:recalled', row, doer, at, { ...told(held), reason })
  await finishStep(tx, { row, events: [event] })
  return (await findAssignment(tx, id)) ?? held.assignment
}

/** Nobody has answered; null when somebody has after all. Owner. */
export async function lapseOffer(tx: Db, id: number, at: Date): Promise<AssignmentRow | null> {
  const found = await findAssignment(tx, id)
  if (found?.state !== 'offered') return null
  const held = await hold(tx, id)
  const lapsed = { id, from: ['offered'] as const, to: 'lapsed' as const, at, by: hand.name }
  if (!(await moveAssignment(tx, lapsed))) return null
  await callOff(tx, held, at)
  const row = await unname(tx, held, at)
  const event = squadEvent('squad:lapsed', row, hand, at, told(held))
  await finishStep(tx, { row, events: [event] })
  return held.assignment
}

/** Nobody is left to ask: the desk is told. Owner. */
export async function tellNobody(tx: Db, { incidentId, ...one }: AssignmentRow, at: Date) {
  const row = await findIncident(tx, incidentId)
  if (!row) return
  const event = squadEvent('squad:nobody', row, hand, at, {
    id: one.id,
    unitId: one.unitId,
    officerIds: idsOf(one),
  })
  await finishStep(tx, { row, events: [event] })
}
