import type { AskDecision, AskRequest } from '../contract/incident.ts'
import { type Action, mayMove, type Transition, transitions } from '../contract/lifecycle.ts'
import type { Db } from '../db/connect.ts'
import { invalid, notFound, Refusal } from '../errors.ts'
import { type Doer, eventOf, type Life, momentOf } from './effects.ts'
import { actorOf, bindMedia, carryOut, finishStep, guardMark, isRepeat, ownerOf } from './lifecycle.ts'
import {
  type AskRow,
  countAsks,
  decideAsk,
  findAsk,
  holdIncident,
  type IncidentRow,
  insertAsk,
} from './queries.ts'
import { refusalOf } from './refusals.ts'

// Side flows: who stands in the street asks, with a reason; who answers for it decides, and never about what they asked for themselves.

/** Asks for a step. 409 when the same is asked for already, or when the caller may do it without asking. */
export async function askFor(
  tx: Db,
  life: Life,
  { doer, id, request }: { doer: Doer; id: number; request: AskRequest },
): Promise<IncidentRow> {
  const key = request.key && `${doer.accountId}:${request.key}`
  const row = await holdIncident(tx, id)
  if (!row) throw notFound('incident')
  const { action, note, key: _key, mediaIds, ...data } = request
  if (key && (await isRepeat(tx, key, { id, events: ['incident:asked'] }))) return row
  const verdict = mayMove(action, row, await actorOf(tx, doer))
  if (verdict.may === 'no') throw refusalOf(action, row, doer, verdict)
  if (verdict.may === 'do')
    throw new Refusal(409, 'no-need', `Your role (${doer.role}) may ${action} an incident without asking.`)
  if (request.classCode) throw invalid('classCode', 'is put right when an incident is filed')
  if (request.officerId) throw invalid('officerId', 'is named by who decides')
  for (const field of needsOfAsker(action))
    if (data[field] === undefined) throw invalid(field, `is needed to ask to ${action} an incident`)
  if (action === 'correct') await guardMark(tx, row, data.mark)
  const asked = await insertAsk(tx, { incidentId: id, action, note, data, doer, at: life.at })
  if (!asked) throw new Refusal(409, 'asked', `To ${action} this incident has been asked for already.`)
  // Who decides must see them.
  await bindMedia(tx, row, { ids: mediaIds ?? [], owner: ownerOf(doer), moment: momentOf[action] ?? null })
  const asks = await countAsks(tx, id)
  const event = eventOf('incident:asked', { ...row, asks }, doer, life.at, {
    request: asked.id,
    action,
    note,
    ...data,
    ...(mediaIds && { mediaIds }),
  })
  await finishStep(tx, { row, events: [event] }, key)
  return { ...row, asks }
}

/** What the asker must say; the unit is named by who decides. */
const needsOfAsker = (action: Action) =>
  (transitions[action] as Transition).requires.filter(
    (field): field is 'extra' | 'parts' | 'mark' =>
      field === 'extra' || field === 'parts' || field === 'mark',
  )

/** Grants or refuses a request. Who grants it does the step; the timeline says for whom. */
export async function decideAbout(
  tx: Db,
  life: Life,
  { doer, id, askId, decision }: { doer: Doer; id: number; askId: number; decision: AskDecision },
): Promise<IncidentRow> {
  const key = decision.key && `${doer.accountId}:${decision.key}`
  const before = await holdIncident(tx, id)
  if (!before) throw notFound('incident')
  const asked = await findAsk(tx, id, askId)
  if (!asked) throw notFound('request')
  const events = ['incident:refused', transitions[asked.action].event]
  if (key && (await isRepeat(tx, key, { id, events }))) return before
  if (asked.state !== 'pending')
    throw new Refusal(
      409,
      'decided',
      `This request is ${asked.state}${asked.decidedBy ? `, by ${asked.decidedBy}` : ''}.`,
    )
  if (asked.askedAccount === doer.accountId)
    throw new Refusal(409, 'own-request', 'Nobody decides about their own request.')
  const verdict = mayMove(asked.action, before, await actorOf(tx, doer))
  if (verdict.may !== 'do') throw refusalOf(asked.action, before, doer, verdict)
  const { at } = life
  const state = decision.grant ? 'granted' : 'refused'
  await decideAsk(tx, { incidentId: id, id: askId, state, by: doer.name, at, note: decision.note })
  const held = { ...before, asks: await countAsks(tx, id) }
  const told = { request: askId, askedBy: asked.askedBy, decision: decision.note }
  if (!decision.grant) {
    const event = eventOf('incident:refused', held, doer, at, { ...told, action: asked.action })
    await finishStep(tx, { row: held, events: [event] }, key)
    return held
  }
  const step = await carryOut(tx, life, {
    before: held,
    action: asked.action,
    doer,
    command: {
      ...asked.data,
      note: asked.note,
      ...(decision.unitId && { unitId: decision.unitId }),
      ...(decision.extra && { extra: decision.extra }),
    },
    behalf: askerOf(asked),
    told,
  })
  await finishStep(tx, step, key)
  return step.row
}

const askerOf = ({ askedAccount, askedBy, data }: AskRow): Doer => ({
  accountId: askedAccount,
  officerId: typeof data.askerOfficerId === 'number' ? data.askerOfficerId : null,
  name: askedBy,
  role: 'officer',
})
