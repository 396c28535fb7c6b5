import type { CallView, Floor, SignalSent, TalkSent } from '../contract/call.ts'
import type { Caller } from '../contract/roles.ts'
import { Refusal } from '../errors.ts'

/** One open page of somebody who can be called; `realtime.ts` makes them and emits. */
export interface Line {
  caller(): Caller
  changed(call: CallView): void
  signal(sent: SignalSent): void
  floor(floor: Floor): void
  sound(sent: TalkSent): void
  /** It has not read what it was sent: sound for it is left out, so that nothing piles up. */
  isBehind(): boolean
  /** The page is there: to be asked again after whatever was waited for. */
  isOpen(): boolean
}

export function accountOf(line: Line): number {
  const { accountId } = line.caller()
  if (accountId === null) throw new Refusal(403, 'role', 'This is for people who have signed in.')
  return accountId
}

/** 409 when the page has gone while it was waited for: what it leaves behind now nobody would clear away. */
export function checkOpen(line: Line): void {
  if (!line.isOpen()) throw new Refusal(409, 'gone', 'This page has lost its line.')
}

/** Refuses (429) what comes oftener than `perSecond`, with `burst` at once before that, from all pages of an account together. */
export function createMeter(now: () => Date, perSecond: number, burst: number) {
  const held = new Map<number, { left: number; at: number }>()
  const takes = (line: Line): boolean => {
    const [accountId, at] = [accountOf(line), now().getTime()]
    const before = held.get(accountId) ?? { left: burst, at }
    const left = Math.min(burst, before.left + ((at - before.at) / 1000) * perSecond) - 1
    if (left < 0) return false
    held.set(accountId, { left, at })
    return true
  }
  return {
    takes,
    check(line: Line): void {
      if (!takes(line)) throw new Refusal(429, 'too-many', 'That is too often; wait a little.')
    },
  }
}
