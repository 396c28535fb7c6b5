import type { CallPerson, CallView, PictureAsk } from '../contract/call.ts'
import { awayMs, type CallKind, type CallOutcome, mostInCall, ringMs } from '../contract/call-rules.ts'
import type { Role } from '../contract/roles.ts'
import { Refusal } from '../errors.ts'

// A call as it goes: each step takes one and answers the next, or refuses. Times are Unix milliseconds.

export interface Account {
  accountId: number
  officerId: number | null
  name: string
  role: Role
}
export interface Person extends CallPerson {
  rungAt: number
  awayAt: number | null
  /** Pictures of this one may be taken without asking again. */
  pictures: boolean
  /** Rung by push as well, in browsers whose pages are closed. */
  pushed?: boolean
}
export interface Call {
  id: string
  kind: CallKind
  toDesk: boolean
  incidentId: number | null
  /** Where the officer belongs whom it is about: who may read of it. */
  path: readonly number[]
  startedBy: number
  startedAt: number
  answeredAt: number | null
  endedAt: number | null
  outcome: CallOutcome | null
  people: readonly Person[]
  ask: PictureAsk | null
}
export type Callee = Account & { state: 'ringing' | 'busy' | 'unreachable'; pushed?: boolean }

type Begun = Pick<Call, 'id' | 'kind' | 'toDesk' | 'incidentId' | 'path'>

/** The caller is in it, the others are rung; over at once when none of them can be. */
export function begin(
  given: Begun,
  caller: Account,
  seat: string,
  callees: readonly Callee[],
  at: number,
): Call {
  const camera = given.kind === 'video'
  const first: Person = { ...personOf({ ...caller, state: 'ringing' }, at), state: 'joined', seat, camera }
  return settle(
    {
      ...given,
      startedBy: caller.accountId,
      startedAt: at,
      answeredAt: null,
      endedAt: null,
      outcome: null,
      people: [first, ...callees.map((callee) => personOf(callee, at))],
      ask: null,
    },
    at,
  )
}

/** Rings one more. 403 for whoever is not in it, 409 when it is full or they are in it already. */
export function invite(call: Call, by: number, callee: Callee, at: number): Call {
  joinedPerson(call, by)
  const there = call.people.find(({ accountId }) => accountId === callee.accountId)
  if (there && isIn(there)) throw new Refusal(409, 'in-call', `${callee.name} is in this call already.`)
  if (call.people.filter(isIn).length >= mostInCall)
    throw new Refusal(409, 'call-full', `A call holds ${mostInCall} people at most.`)
  const others = call.people.filter((one) => one !== there)
  return { ...call, people: [...others, personOf(callee, at)] }
}

/**
 * Answers, comes back with the same page, or with `move` brings the call to another page. 409 when another page of the account has it,
 * or when somebody else at the desk was first; 403 for whoever was not rung.
 */
export function join(
  call: Call,
  accountId: number,
  { seat, move = false }: { seat: string; move?: boolean },
  at: number,
): Call {
  const person = personIn(call, accountId)
  if (person.state === 'elsewhere')
    throw new Refusal(409, 'answered', 'Somebody else at the desk has answered.')
  if (call.endedAt !== null || !isIn(person)) throw new Refusal(409, 'call-over', 'This call is over.')
  if (person.state === 'joined') {
    if (person.seat !== seat && !move && !person.away)
      throw new Refusal(409, 'other-screen', 'This account has answered on another screen.')
    return change(call, accountId, { seat, away: false, awayAt: null })
  }
  const answered = change(call, accountId, { state: 'joined', seat, camera: call.kind === 'video' })
  return {
    ...answered,
    answeredAt: call.answeredAt ?? at,
    people: answered.people.map((one) =>
      call.toDesk && call.answeredAt === null && one.state === 'ringing'
        ? { ...one, state: 'elsewhere' }
        : one,
    ),
  }
}

export const decline = (call: Call, accountId: number, at: number): Call =>
  personIn(call, accountId).state === 'ringing'
    ? settle(change(call, accountId, { state: 'declined' }), at)
    : call

export const leave = (call: Call, accountId: number, at: number): Call =>
  personIn(call, accountId).state === 'joined'
    ? settle(change(call, accountId, { state: 'left', seat: null, away: false, awayAt: null }), at)
    : decline(call, accountId, at)

export const show = (call: Call, accountId: number, sends: { mic: boolean; camera: boolean }): Call =>
  change(call, joinedPerson(call, accountId).accountId, sends)

/** The line of a page in the call is lost: the place is kept for a while. */
export const loseLine = (call: Call, accountId: number, at: number): Call =>
  change(call, accountId, { away: true, awayAt: at })

/** What time alone does: rung too long is missed, away too long has left. The same call when nothing is due. */
export function pass(call: Call, at: number): Call {
  const people = call.people.map((one): Person => {
    if (one.state === 'ringing' && at - one.rungAt >= ringMs) return { ...one, state: 'missed' }
    if (one.state === 'joined' && one.awayAt !== null && at - one.awayAt >= awayMs)
      return { ...one, state: 'left', seat: null, away: false, awayAt: null }
    return one
  })
  return people.some((one, i) => one !== call.people[i]) ? settle({ ...call, people }, at) : call
}

/** Asks for a picture of somebody's camera; allowed at once where they said so for the whole call. 409 when they show nothing. */
export function askPicture(call: Call, by: number, of: number, incidentId: number): Call {
  joinedPerson(call, by)
  const shown = call.people.find(({ accountId }) => accountId === of)
  if (by === of || shown?.state !== 'joined' || !shown.camera)
    throw new Refusal(409, 'no-picture', 'There is no picture of them: their camera is off.')
  const id = (call.ask?.id ?? 0) + 1
  return { ...call, ask: { id, by, of, incidentId, state: shown.pictures ? 'allowed' : 'asked' } }
}

/** Only the one who is seen may say so. */
export function consent(
  call: Call,
  accountId: number,
  { askId, allowed, always }: { askId: number; allowed: boolean; always: boolean },
): Call {
  const { ask } = call
  if (ask?.id !== askId || ask.of !== accountId || ask.state !== 'asked')
    throw new Refusal(409, 'not-asked', 'Nobody waits for this answer any more.')
  return {
    ...change(call, accountId, { pictures: allowed && always }),
    ask: { ...ask, state: allowed ? 'allowed' : 'refused' },
  }
}

export const isIn = ({ state }: Pick<CallPerson, 'state'>) => state === 'ringing' || state === 'joined'

/** 403 for whoever is not in the call. */
export function joinedPerson(call: Call, accountId: number): Person {
  const person = personIn(call, accountId)
  if (call.endedAt !== null || person.state !== 'joined')
    throw new Refusal(409, 'call-over', 'You are not in this call any more.')
  return person
}

export const viewOf = ({ path: _path, people, startedAt, answeredAt, endedAt, ...call }: Call): CallView => ({
  ...call,
  startedAt: new Date(startedAt).toISOString(),
  answeredAt: instantOf(answeredAt),
  endedAt: instantOf(endedAt),
  people: people.map(
    ({ rungAt: _rung, awayAt: _away, pictures: _pictures, pushed: _pushed, ...person }) => person,
  ),
})

const instantOf = (at: number | null) => (at === null ? null : new Date(at).toISOString())

const personOf = (callee: Callee, at: number): Person => ({
  ...callee,
  seat: null,
  away: false,
  mic: true,
  camera: false,
  rungAt: at,
  awayAt: null,
  pictures: false,
})

function personIn(call: Call, accountId: number): Person {
  const person = call.people.find((one) => one.accountId === accountId)
  if (!person) throw new Refusal(403, 'not-in-call', 'You are not in this call.')
  return person
}

const change = (call: Call, accountId: number, to: Partial<Person>): Call => ({
  ...call,
  people: call.people.map((one) => (one.accountId === accountId ? { ...one, ...to } : one)),
})

/** A call ends when one alone is left and nobody is rung any more. */
function settle(call: Call, at: number): Call {
  const joined = call.people.filter(({ state }) => state === 'joined')
  const rung = call.people.some(({ state }) => state === 'ringing')
  if (call.endedAt !== null || joined.length > 1 || (joined.length === 1 && rung)) return call
  const others = call.people.filter(({ accountId }) => accountId !== call.startedBy)
  const had = (state: Person['state']) => others.some((one) => one.state === state)
  const outcome: CallOutcome =
    call.answeredAt !== null
      ? 'answered'
      : joined.length === 0
        ? 'cancelled'
        : had('declined')
          ? 'declined'
          : had('missed')
            ? 'missed'
            : had('busy')
              ? 'busy'
              : 'unreachable'
  const people = call.people.map(
    (one): Person =>
      one.state === 'ringing'
        ? { ...one, state: 'missed' }
        : one.state === 'joined'
          ? { ...one, state: 'left', seat: null, away: false, awayAt: null }
          : one,
  )
  return { ...call, endedAt: at, outcome, people, ask: null }
}
