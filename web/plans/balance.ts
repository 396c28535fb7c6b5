import { create } from 'zustand'
import type { PlanEdit, PlanJob } from '../../api/contract/plan.ts'
import type { BalanceWish, DivisionMeasures } from '../../api/contract/plan-balance.ts'
import type { Problem } from '../../api/contract/problem.ts'
import { getJson, postJson, problemOf } from '../client.ts'
import type { PlanFeature } from './feature.ts'

export interface BalanceRequest {
  uids: readonly number[]
  parts?: number
  mostHouseholds: number
  by: 'households' | 'cases' | 'area'
  along: readonly (readonly [number, number])[][]
}
export interface Proposal {
  wish: BalanceWish
  measures: DivisionMeasures
  features: PlanFeature[]
  removed: number[]
}
interface Answer {
  job: PlanJob
  today: DivisionMeasures | null
  proposals: Proposal[]
}
interface Accepted {
  revision: number
  edit: PlanEdit
  changed: PlanFeature[]
  gone: number[]
}

interface Balances {
  planId: number | null
  request: BalanceRequest | null
  job: PlanJob | null
  answer: Answer | null
  failure: Problem | null
  start: (planId: number, request: BalanceRequest) => Promise<void>
  accept: (revision: number, wish: BalanceWish) => Promise<Accepted | null>
  dismiss: () => void
}

/** Some seconds of work: looked at often enough to see it go on. */
const lookEveryMs = 400

let run = 0

export const useBalance = create<Balances>((set, get) => ({
  planId: null,
  request: null,
  job: null,
  answer: null,
  failure: null,
  start: async (planId, request) => {
    run += 1
    const mine = run
    const path = `/api/plans/${planId}/balance`
    set({ planId, request, answer: null, failure: null })
    try {
      set({ job: await postJson<PlanJob>(path, request) })
      for (;;) {
        const answer = await getJson<Answer>(path)
        if (mine !== run) return
        set({ job: answer.job })
        if (answer.job.state !== 'running')
          return set({ answer: answer.job.state === 'done' ? answer : null })
        await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
      }
    } catch (cause) {
      if (mine === run) set({ job: null, failure: problemOf(cause) })
    }
  },
  accept: async (revision, wish) => {
    try {
      const accepted = await postJson<Accepted>(`/api/plans/${get().planId}/balance/accept`, {
        revision,
        wish,
      })
      get().dismiss()
      return accepted
    } catch (cause) {
      set({ failure: problemOf(cause) })
      return null
    }
  },
  dismiss: () => {
    run += 1
    set({ job: null, answer: null, failure: null, request: null })
  },
}))
