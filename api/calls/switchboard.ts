import { randomUUID } from 'node:crypto'
import { pushJob, summonable, summonsJob, summonsKey } from '../alerts/push.ts'
import { scopeOf } from '../auth.ts'
import { newsMs } from '../contract/alert-rules.ts'
import type {
  CallView,
  consentRequest,
  inviteRequest,
  joinRequest,
  pictureRequest,
  ringRequest,
  showRequest,
  signalRequest,
} from '../contract/call.ts'
import { ringMs } from '../contract/call-rules.ts'
import { command } from '../contract/roles.ts'
import type { Db } from '../db/connect.ts'
import { schedule, unschedule } from '../db/jobs.ts'
import { notFound, Refusal } from '../errors.ts'
import { findIncidentPath } from '../media/queries.ts'
import { findOfficer } from '../units/queries.ts'
import {
  type Account,
  askPicture,
  begin,
  type Call,
  type Callee,
  consent,
  decline,
  invite,
  isIn,
  join,
  joinedPerson,
  leave,
  loseLine,
  type Person,
  pass,
  show,
  viewOf,
} from './call.ts'
import { accountOf, checkOpen, createMeter, type Line } from './line.ts'
import { callOf, endLost, writeCall, writePicture } from './log.ts'
import { findOpenCall, holdCalls, listAccountsOf, listDesk } from './queries.ts'

interface Parts {
  db: Db
  now: () => Date
  /** Something was written: to the timeline, or among the jobs. */
  wake: () => void
}
type Asked<T extends { _output: unknown }> = T['_output']

/** Signals that wait for a page which has lost its line; older ones are worth nothing. */
const mostKept = 100
/** A call that no process has held for so long was lost with the one that did. */
const lostMs = 120_000

/**
 * Who is in a call with whom, in memory, and the passing on of signals. Everybody concerned is told the whole call after each step,
 * so that a lost message loses nothing. All refusals are `Refusal`s.
 */
export function createSwitchboard({ db, now, wake }: Parts) {
  const calls = new Map<string, Call>()
  const lines = new Map<number, Set<Line>>()
  /** The line of each page that is in a call. */
  const seats = new Map<string, Line>()
  const kept = new Map<string, (() => void)[]>()
  const writing = new Map<string, Promise<void>>()
  /** Calls that are over, for as long as the log may not say so. */
  const ended = new Map<string, { call: Call; written: boolean }>()
  const [rings, joins, offers, signals] = [
    createMeter(now, 0.2, 10),
    createMeter(now, 1, 20),
    createMeter(now, 2, 60),
    createMeter(now, 40, 400),
  ]
  const ms = () => now().getTime()

  const callWith = (accountId: number) =>
    [...calls.values()].find(({ people }) => people.some((one) => one.accountId === accountId && isIn(one)))
  function held(id: string): Call {
    const call = calls.get(id)
    if (!call) throw new Refusal(404, 'call-over', 'This call is over.')
    return call
  }
  /** 409 when a page of somebody else goes by this number: everybody in a call is told it, and signals for it would go astray. */
  function checkSeat(accountId: number, seat: string) {
    const line = seats.get(seat)
    const isTaken = [...calls.values()].some(({ people }) =>
      people.some((one) => one.seat === seat && one.accountId !== accountId),
    )
    if (isTaken || (line && accountOf(line) !== accountId))
      throw new Refusal(409, 'seat-taken', 'This page goes by the number of another. Load it again.')
  }

  /** Puts a step into effect: remembers, tells everybody whom it concerns, writes down. */
  function put(before: Call | null, after: Call): CallView {
    if (before === after) return viewOf(after)
    const view = viewOf(after)
    if (after.endedAt === null) calls.set(after.id, after)
    else {
      calls.delete(after.id)
      for (const { seat } of before?.people ?? []) if (seat) forget(seat)
    }
    for (const person of after.people) {
      const was = before?.people.find(({ accountId }) => accountId === person.accountId)
      if (was?.seat && was.seat !== person.seat) forget(was.seat)
      if (isIn(person) || (was && isIn(was))) tell(person.accountId, view)
      if (person.pushed && was?.state !== person.state) push(after, person, was?.state === 'ringing')
    }
    if (after.endedAt !== null) {
      ended.set(after.id, { call: after, written: false })
      logEnd(after)
    } else if (after.answeredAt !== null && !before?.answeredAt) log(after, 'started')
    else if (after.answeredAt !== null && String(membersOf(before)) !== String(membersOf(after)))
      log(after, 'moved')
    return view
  }
  /** Rings the browsers of somebody whose page is closed; what it became takes the place of the ringing there. */
  function push({ id: callId, kind, toDesk }: Call, { accountId, state }: Person, rang: boolean) {
    const one = { kind: 'call', id: `${callId}:${accountId}` } as const
    const says = { state, toDesk, video: kind === 'video' }
    if (state === 'ringing' || (rang && (state === 'missed' || state === 'elsewhere'))) {
      const until = ms() + (state === 'ringing' ? ringMs : newsMs)
      const job = summonsJob({ ...one, until, says }, { accountIds: [accountId] }, now())
      inTurn(callId, () => schedule(db, [job]).then(() => true))
    } else if (rang) inTurn(callId, () => unschedule(db, pushJob, summonsKey(one)).then(() => false))
  }
  const forget = (seat: string) => {
    seats.delete(seat)
    kept.delete(seat)
  }
  const tell = (accountId: number, view: CallView) => {
    for (const line of lines.get(accountId) ?? []) line.changed(view)
  }
  const membersOf = (call: Call | null) =>
    call?.people.map(({ accountId, state }) => `${accountId} ${state}`) ?? []

  /** In order for each call; what cannot be written is said in the log of the process, the call goes on. */
  function inTurn(id: string, work: () => Promise<boolean>) {
    const done = (writing.get(id) ?? Promise.resolve())
      .then(work)
      .then((news) => (news ? wake() : undefined))
      .catch((error: Error) => console.error(`calls: ${error.message}`))
      .finally(() => {
        if (writing.get(id) === done) writing.delete(id)
      })
    writing.set(id, done)
  }
  const log = (call: Call, happened: Parameters<typeof writeCall>[2]) =>
    inTurn(call.id, () => writeCall(db, call, happened, now()))
  const logEnd = (call: Call) =>
    inTurn(call.id, async () => {
      const news = await writeCall(db, call, 'ended', now())
      ended.set(call.id, { call, written: true })
      return news
    })

  const asCallee = (account: Account, pushed: ReadonlySet<number>): Callee => {
    const heard = pushed.has(account.accountId)
    const isThere = heard || lines.has(account.accountId)
    const state = !isThere ? 'unreachable' : callWith(account.accountId) ? 'busy' : 'ringing'
    return { ...account, state, pushed: heard && state === 'ringing' }
  }
  /** Those of some accounts that can be rung with all of their pages closed. */
  const pushedTo = async (accounts: readonly Account[]) => {
    const accountIds = accounts.map(({ accountId }) => accountId)
    return new Set((await summonable(db, { accountIds })).map(({ accountId }) => accountId))
  }

  /** Who is rung when this officer is: of several accounts one that is there, or a push gets to. 404 outside the caller's grids, 409 without an account. */
  async function findCallee(line: Line, officerId: number) {
    const officer = await db.scoped(scopeOf(line.caller()), (tx) => findOfficer(tx, officerId))
    if (!officer) throw notFound('officer')
    const accounts = await listAccountsOf(db, officerId)
    const [first] = accounts
    if (!first) throw new Refusal(409, 'no-account', `${officer.name} has no account to be called at.`)
    const pushed = await pushedTo(accounts)
    const there =
      accounts.find(({ accountId }) => lines.has(accountId)) ??
      accounts.find(({ accountId }) => pushed.has(accountId)) ??
      first
    return { path: officer.path, callee: () => asCallee({ ...there, officerId, name: officer.name }, pushed) }
  }

  /** The desk of whoever calls from the street; with nobody at it, those of it whom a push gets to. */
  async function findDesk({ officerId }: ReturnType<Line['caller']>) {
    const officer = officerId === null ? null : await findOfficer(db, officerId)
    if (!officer) throw new Refusal(403, 'no-officer', 'This account belongs to no officer.')
    const desk = await listDesk(db, officer.path, command)
    const pushed = await pushedTo(desk)
    return {
      path: officer.path,
      name: officer.name,
      callees() {
        const there = desk.filter(({ accountId }) => lines.has(accountId))
        const rung = there.length > 0 ? there : desk.filter(({ accountId }) => pushed.has(accountId))
        return rung.map((account) => asCallee(account, pushed))
      },
    }
  }

  async function checkIncident(line: Line, incidentId: number | undefined) {
    if (incidentId === undefined) return
    if (!(await db.scoped(scopeOf(line.caller()), (tx) => findIncidentPath(tx, incidentId))))
      throw notFound('incident')
  }

  const switchboard = {
    connect(line: Line) {
      const accountId = accountOf(line)
      lines.set(accountId, (lines.get(accountId) ?? new Set()).add(line))
      const call = callWith(accountId)
      if (call) line.changed(viewOf(call))
    },
    disconnect(line: Line, accountId: number) {
      const own = lines.get(accountId)
      own?.delete(line)
      if (own?.size === 0) lines.delete(accountId)
      for (const [seat, one] of seats) if (one === line) seats.delete(seat)
      const call = callWith(accountId)
      const person = call?.people.find((one) => one.accountId === accountId)
      // Another page of the same account does not keep the call: sound and pictures were this one's.
      if (call && person?.state === 'joined' && person.seat && !seats.has(person.seat))
        put(call, loseLine(call, accountId, ms()))
    },

    /** Rings an officer, or from the street the desk. The answer is over at once when nobody can be rung; the log has it. */
    async ring(
      line: Line,
      { seat, kind, officerId, incidentId }: Asked<typeof ringRequest>,
    ): Promise<CallView> {
      rings.check(line)
      const caller = line.caller()
      const isDesk = command.includes(caller.role)
      if (isDesk === (officerId === undefined))
        throw new Refusal(403, 'role', 'The desk calls officers, and officers call the desk.')
      await checkIncident(line, incidentId)
      const found =
        officerId === undefined
          ? await findDesk(caller)
          : await findCallee(line, officerId).then((one) => ({
              ...one,
              name: caller.name,
              callees: () => [one.callee()],
            }))
      const account: Account = {
        accountId: accountOf(line),
        officerId: caller.officerId,
        name: found.name,
        role: caller.role,
      }
      checkOpen(line)
      checkSeat(account.accountId, seat)
      if (callWith(account.accountId)) throw new Refusal(409, 'in-call', 'You are in a call already.')
      const there = found.callees()
      // Busy ones are left in peace while somebody else of the desk is free.
      const free = there.filter(({ state }) => state === 'ringing')
      const callees = officerId === undefined && free.length > 0 ? free : there
      if (callees.some(({ accountId }) => accountId === account.accountId))
        throw new Refusal(409, 'in-call', 'This is your own account.')
      const given = {
        id: randomUUID(),
        kind,
        toDesk: !isDesk,
        incidentId: incidentId ?? null,
        path: found.path,
      }
      const call = begin(given, account, seat, callees, ms())
      if (call.endedAt === null) seats.set(seat, line)
      return put(null, call)
    },
    /** Rings one more officer into a call. */
    async invite(line: Line, { callId, officerId }: Asked<typeof inviteRequest>): Promise<CallView> {
      rings.check(line)
      joinedPerson(held(callId), accountOf(line))
      const { callee } = await findCallee(line, officerId)
      const call = held(callId)
      const rung = callee()
      if (
        rung.state !== 'ringing' &&
        !call.people.some((one) => one.accountId === rung.accountId && isIn(one))
      )
        throw rung.state === 'busy'
          ? new Refusal(409, 'busy', `${rung.name} is in another call.`)
          : new Refusal(
              409,
              'unreachable',
              `${rung.name} has no page of Xiake open and no browser that a push gets to.`,
            )
      return put(call, invite(call, accountOf(line), rung, ms()))
    },
    /** Answers, or comes back. After a restart of the server the call is taken up again from the log. */
    async join(line: Line, { callId, seat, move }: Asked<typeof joinRequest>): Promise<CallView> {
      joins.check(line)
      const accountId = accountOf(line)
      if (!calls.has(callId) && !ended.has(callId)) {
        const row = await findOpenCall(db, callId)
        checkOpen(line)
        if (row && !calls.has(callId) && !ended.has(callId)) calls.set(callId, callOf(row, ms()))
      }
      const call = held(callId)
      checkSeat(accountId, seat)
      const other = callWith(accountId)
      if (
        other &&
        other !== call &&
        other.people.some((one) => one.accountId === accountId && one.state === 'joined')
      )
        throw new Refusal(409, 'in-call', 'You are in a call already.')
      const after = join(call, accountId, { seat, move }, ms())
      seats.set(seat, line)
      const view = put(call, after)
      const waiting = kept.get(seat) ?? []
      kept.delete(seat)
      for (const send of waiting) send()
      return view
    },
    decline(line: Line, { callId }: { callId: string }): CallView {
      const call = held(callId)
      return put(call, decline(call, accountOf(line), ms()))
    },
    leave(line: Line, { callId }: { callId: string }): CallView {
      const call = held(callId)
      return put(call, leave(call, accountOf(line), ms()))
    },
    show(line: Line, { callId, mic, camera }: Asked<typeof showRequest>): CallView {
      signals.check(line)
      const call = held(callId)
      return put(call, show(call, accountOf(line), { mic, camera }))
    },
    /** Passes a signal on to another page in the same call; kept a while for one that has lost its line. */
    signal(line: Line, { callId, to, signal }: Asked<typeof signalRequest>): void {
      const meter = 'description' in signal ? offers : signals
      meter.check(line)
      const call = held(callId)
      const { seat: from } = joinedPerson(call, accountOf(line))
      if (!from || seats.get(from) !== line)
        throw new Refusal(409, 'other-screen', 'This account is in the call on another screen.')
      if (!call.people.some(({ seat }) => seat === to))
        throw new Refusal(404, 'not-in-call', 'They have left the call.')
      const send = () => seats.get(to)?.signal({ callId, from, signal })
      if (seats.has(to)) return send()
      const waiting = kept.get(to) ?? []
      kept.set(to, [...waiting, send].slice(-mostKept))
    },
    /** Asks somebody in the call for a picture of what they show, for an incident that the caller sees. */
    async askPicture(
      line: Line,
      { callId, of, incidentId }: Asked<typeof pictureRequest>,
    ): Promise<CallView> {
      rings.check(line)
      await checkIncident(line, incidentId)
      const call = held(callId)
      const asked = askPicture(call, accountOf(line), of, incidentId)
      if (asked.ask?.state === 'allowed') inTurn(call.id, () => writePicture(db, asked, now()))
      return put(call, { ...asked, incidentId: call.incidentId ?? incidentId })
    },
    consent(line: Line, { callId, ...given }: Asked<typeof consentRequest>): CallView {
      const call = held(callId)
      const after = consent(call, accountOf(line), given)
      inTurn(call.id, () => writePicture(db, after, now()))
      return put(call, after)
    },

    /** What is due by time alone; called every second. */
    tick() {
      for (const call of calls.values()) put(call, pass(call, ms()))
    },
    /** Says in the log which calls go on, writes ends that could not be written, and ends what was lost with another process. */
    async upkeep() {
      for (const [id, { call, written }] of ended)
        if (written) ended.delete(id)
        else if (!writing.has(id)) logEnd(call)
      await holdCalls(db, [...calls.keys(), ...ended.keys()], now())
      if (await endLost(db, new Date(ms() - lostMs))) wake()
    },
    /** Resolves when everything is written. */
    settled: async () => {
      await Promise.all(writing.values())
    },
  }
  return switchboard
}
export type Switchboard = ReturnType<typeof createSwitchboard>
