import { create } from 'zustand'
import type { CallEntry } from '../../api/contract/call.ts'
import type { Problem } from '../../api/contract/problem.ts'
import { command } from '../../api/contract/roles.ts'
import { getJson, problemOf } from '../client.ts'

// The log of calls as a desk reads it: whom somebody waited for in vain, and who is to be called back.

export type CallParty = CallEntry['people'][number]

const pageSize = 50
/** More the server does not tell at once. */
const mostTold = 200

/** Who rang. Undefined only where their account's name has changed since. */
export const callerOf = ({ people, startedBy, toDesk }: CallEntry): CallParty | undefined =>
  people.find(({ name, role }) => name === startedBy && command.includes(role) !== toDesk)

/** Who was rung; of a desk that was rung together only who answered. */
export const calledIn = (call: CallEntry): CallParty[] => {
  const caller = callerOf(call)
  const told = call.people.filter((one) => one !== caller && one.state !== 'elsewhere')
  return call.toDesk ? told.filter(({ role, state }) => !command.includes(role) || cameTo(state)) : told
}
export const cameTo = (state: CallParty['state']): boolean => state === 'joined' || state === 'left'

/** Whom to ring about it: the officer of it. */
export const officerOf = (call: CallEntry): CallParty | undefined =>
  [callerOf(call), ...calledIn(call)].find((one) => one !== undefined && one.officerId !== null)

/** Somebody in the street has called and nobody has spoken with them; a desk that declines has taken notice. */
const isUnheard = ({ toDesk, answeredAt, outcome }: CallEntry) =>
  toDesk && answeredAt === null && ['missed', 'cancelled', 'busy', 'unreachable'].includes(outcome ?? '')

/** Missed, and the officer has been spoken with since or not, by the key of the call. `calls`: newest first. */
export function missedAmong(calls: readonly CallEntry[]): ReadonlyMap<string, 'waits' | 'settled'> {
  const found = new Map<string, 'waits' | 'settled'>()
  const heard = new Set<number>()
  for (const call of calls) {
    const caller = callerOf(call)?.officerId ?? 0
    if (isUnheard(call)) found.set(call.id, heard.has(caller) ? 'settled' : 'waits')
    if (call.answeredAt === null) continue
    for (const { officerId, state } of call.people)
      if (officerId !== null && cameTo(state)) heard.add(officerId)
  }
  return found
}

interface CallLog {
  /** Newest first; null before the first answer. */
  calls: readonly CallEntry[] | null
  /** Whether there may be earlier ones that can be asked for. */
  more: boolean
  /** So many are asked for. */
  limit: number
  /** Why the last look failed; what was known before stays. */
  problem: Problem | null
  load: (further: boolean) => Promise<void>
}

let asked = 0
export const useCallLog = create<CallLog>((set, get) => ({
  calls: null,
  more: false,
  limit: pageSize,
  problem: null,
  load: async (further) => {
    const mine = ++asked
    const limit = Math.min(mostTold, get().limit + (further ? pageSize : 0))
    set({ limit })
    try {
      const { calls } = await getJson<{ calls: CallEntry[] }>('/api/calls', { limit })
      if (mine === asked) set({ calls, more: calls.length === limit && limit < mostTold, problem: null })
    } catch (cause) {
      if (mine === asked) set({ problem: problemOf(cause) })
    }
  },
}))
