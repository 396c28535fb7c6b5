import { create } from 'zustand'
import type { Assignment, SendRequest } from '../../api/contract/assignment.ts'
import type { Problem } from '../../api/contract/problem.ts'
import { type AssignmentState, progress, progressFrom, underWay } from '../../api/contract/squad-rules.ts'
import { getJson, postJson } from '../client.ts'
import { useIncidents } from '../incidents/store.ts'

// The squads of the case that is looked at.

const way: readonly AssignmentState[] = ['offered', 'accepted', 'enroute', 'onscene', 'done']
export type Step = (typeof progress)[number]

export const isUnderWay = ({ state }: Pick<Assignment, 'state'>): boolean => underWay.includes(state)
/** How far on the way from offered (0) to done (4); −1 for one that ended otherwise. */
export const stepOf = ({ state }: Pick<Assignment, 'state'>): number => way.indexOf(state)
/** What may be said on behalf of a squad now. */
export const stepsFrom = ({ state }: Pick<Assignment, 'state'>): Step[] =>
  progress.filter((step) => progressFrom[step].includes(state))

/** Those under way, the lead first, then in the order in which they were sent; and those that ended, the last first. */
export function ranked(assignments: readonly Assignment[]): { going: Assignment[]; ended: Assignment[] } {
  const going = assignments.filter(isUnderWay).sort((a, b) => Number(b.lead) - Number(a.lead) || a.id - b.id)
  return { going, ended: assignments.filter((one) => !isUnderWay(one)).sort((a, b) => b.id - a.id) }
}

/** Who has been sent elsewhere, to what and by whom, as a refusal says in its fields. */
export function holdersIn({ fields = [] }: Pick<Problem, 'fields'>) {
  const holders: { name: string; number: string; by: string }[] = []
  for (const { path, message } of fields) {
    const [, at, part] = /^holders\.(\d+)\.(name|number|by)$/.exec(path) ?? []
    if (!at || !part) continue
    const held = (holders[Number(at)] ??= { name: '', number: '', by: '' })
    held[part as keyof typeof held] = message
  }
  return holders
}

type Send = Omit<SendRequest, 'next' | 'interrupt' | 'reason'> & Partial<SendRequest>

interface Squads {
  incidentId: number | null
  assignments: readonly Assignment[]
  status: 'loading' | 'ready' | 'failed'
  load: (incidentId: number) => Promise<void>
  send: (incidentId: number, request: Send) => Promise<void>
  recall: (one: Assignment, reason: string) => Promise<void>
  press: (one: Assignment, state: Step) => Promise<void>
}

let asked = 0
const signature = (all: readonly Assignment[]) => all.map(({ id, state }) => `${id}${state}`).join()

export const useSquads = create<Squads>((set, get) => ({
  incidentId: null,
  assignments: [],
  status: 'loading',
  load: async (incidentId) => {
    asked += 1
    const mine = asked
    const before = get()
    const same = before.incidentId === incidentId
    if (!same) set({ incidentId, assignments: [], status: 'loading' })
    try {
      const { assignments } = await getJson<{ assignments: Assignment[] }>(
        `/api/incidents/${incidentId}/squads`,
      )
      if (mine !== asked) return
      set({ assignments, status: 'ready' })
      // What a squad does stands in the history of the case, whose version it leaves alone.
      if (same && signature(assignments) !== signature(before.assignments))
        await useIncidents.getState().loadDetail(incidentId)
    } catch {
      if (mine === asked) set({ status: get().assignments.length > 0 ? 'ready' : 'failed' })
    }
  },
  send: async (incidentId, request) => {
    await postJson<Assignment>(`/api/incidents/${incidentId}/squads`, request)
    await get().load(incidentId)
  },
  recall: async ({ id, incidentId }, reason) => {
    await postJson<Assignment>(`/api/assignments/${id}/recall`, { reason })
    await get().load(incidentId)
  },
  press: async ({ id, incidentId }, state) => {
    await postJson<Assignment>(`/api/assignments/${id}/progress`, { state })
    await get().load(incidentId)
  },
}))
