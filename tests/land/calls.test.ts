import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
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
  leave,
  loseLine,
  pass,
} from '../../api/calls/call.ts'
import { awayMs, mostInCall, ringMs } from '../../api/contract/call-rules.ts'

const account = (accountId: number): Account => ({
  accountId,
  officerId: accountId,
  name: `P${accountId}`,
  role: 'officer',
})
const callee = (accountId: number, state: Callee['state'] = 'ringing'): Callee => ({
  ...account(accountId),
  state,
})
const given = (more: Partial<Call> = {}) => ({
  id: 'c',
  kind: 'video' as const,
  toDesk: false,
  incidentId: null,
  path: [1],
  ...more,
})
const seat = (n: number) => `seat-${n}`
const stateOf = (call: Call, accountId: number) =>
  call.people.find((one) => one.accountId === accountId)?.state
const answered = () => join(begin(given(), account(1), seat(1), [callee(2)], 0), 2, { seat: seat(2) }, 1000)

describe('a call', () => {
  it('is rung, answered and hung up, and over for both', () => {
    const call = answered()
    expect([call.answeredAt, call.endedAt]).toEqual([1000, null])
    const over = leave(call, 2, 61_000)
    expect([over.endedAt, over.outcome, stateOf(over, 1), stateOf(over, 2)]).toEqual([
      61_000,
      'answered',
      'left',
      'left',
    ])
  })

  it('says how it ended when nobody answered', () => {
    const rung = () => begin(given(), account(1), seat(1), [callee(2)], 0)
    expect(decline(rung(), 2, 5).outcome).toBe('declined')
    expect(leave(rung(), 1, 5).outcome).toBe('cancelled')
    expect(pass(rung(), ringMs - 1).outcome).toBeNull()
    expect(pass(rung(), ringMs).outcome).toBe('missed')
    expect(begin(given(), account(1), seat(1), [callee(2, 'busy')], 0).outcome).toBe('busy')
    expect(begin(given(), account(1), seat(1), [callee(2, 'unreachable')], 0).outcome).toBe('unreachable')
    expect(begin(given(), account(1), seat(1), [], 0).outcome).toBe('unreachable')
  })

  it('belongs to the first of the desk who answers', () => {
    const rung = begin(given({ toDesk: true }), account(1), seat(1), [callee(2), callee(3)], 0)
    const taken = join(rung, 3, { seat: seat(3) }, 10)
    expect([stateOf(taken, 2), stateOf(taken, 3)]).toEqual(['elsewhere', 'joined'])
    expect(() => join(taken, 2, { seat: seat(2) }, 11)).toThrow('Somebody else at the desk has answered')
  })

  it('is answered on one screen, and moved to another only on purpose', () => {
    expect(() => join(answered(), 2, { seat: 'other' }, 5)).toThrow('on another screen')
    expect(join(answered(), 2, { seat: 'other', move: true }, 5).people[1]?.seat).toBe('other')
  })

  it('keeps the place of a lost line for a while', () => {
    const lost = loseLine(answered(), 2, 5000)
    expect(pass(lost, 5000 + awayMs - 1)).toBe(lost)
    expect(join(lost, 2, { seat: seat(2) }, 9000).people[1]).toMatchObject({ away: false, state: 'joined' })
    expect(pass(lost, 5000 + awayMs)).toMatchObject({ outcome: 'answered', endedAt: 5000 + awayMs })
  })

  it('holds four', () => {
    let call = answered()
    for (const id of [3, 4]) call = join(invite(call, 1, callee(id), 10), id, { seat: seat(id) }, 11)
    expect(() => invite(call, 1, callee(5), 12)).toThrow('4 people at most')
    expect(() => invite(call, 1, callee(4), 12)).toThrow('is in this call already')
    call = leave(call, 3, 13)
    expect(invite(call, 1, callee(5), 14).people.filter(isIn)).toHaveLength(4)
    expect(leave(call, 2, 14).endedAt).toBeNull()
  })

  it('takes pictures only of those who say so', () => {
    const call = answered()
    expect(() => askPicture(call, 1, 1, 7)).toThrow('no picture')
    const asked = askPicture(call, 1, 2, 7)
    const yes = { askId: 1, allowed: true, always: false }
    expect(() => consent(asked, 1, yes)).toThrow('Nobody waits')
    const allowed = consent(asked, 2, yes)
    expect(allowed.ask).toMatchObject({ state: 'allowed', by: 1, of: 2, incidentId: 7 })
    expect(() => consent(allowed, 2, yes)).toThrow('Nobody waits')
    expect(askPicture(allowed, 1, 2, 7).ask?.state).toBe('asked')
    expect(askPicture(consent(asked, 2, { ...yes, always: true }), 1, 2, 7).ask?.state).toBe('allowed')
    expect(consent(asked, 2, { ...yes, allowed: false }).ask?.state).toBe('refused')
  })

  it('never holds more than four, nor goes on with one alone, whatever people do', () => {
    const person = fc.integer({ min: 1, max: 6 })
    const step = fc.tuple(
      fc.constantFrom('invite', 'join', 'decline', 'leave', 'lose', 'pass'),
      person,
      person,
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let at = 0
        let call = begin(given(), account(1), seat(1), [callee(2)], at)
        for (const [what, by, other] of steps) {
          at += 3000
          const before = call
          try {
            if (what === 'invite') call = invite(call, by, callee(other), at)
            if (what === 'join') call = join(call, by, { seat: seat(by) }, at)
            if (what === 'decline') call = decline(call, by, at)
            if (what === 'leave') call = leave(call, by, at)
            if (what === 'lose' && stateOf(call, by) === 'joined') call = loseLine(call, by, at)
            if (what === 'pass') call = pass(call, at)
          } catch {
            expect(call).toBe(before)
          }
          const there = call.people.filter(isIn)
          expect(there.length).toBeLessThanOrEqual(mostInCall)
          expect(new Set(call.people.map(({ accountId }) => accountId)).size).toBe(call.people.length)
          if (call.endedAt === null) expect(there.length).toBeGreaterThanOrEqual(2)
          else expect([there, call.outcome === null]).toEqual([[], false])
          if (before.endedAt !== null) expect(call.endedAt).toBe(before.endedAt)
        }
      }),
    )
  })
})
