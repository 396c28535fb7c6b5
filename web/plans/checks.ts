import { create } from 'zustand'
import type { PlanEdit, PlanJob } from '../../api/contract/plan.ts'
import type { PlanProblem, ProblemKind, RepairLeft, RepairTold } from '../../api/contract/plan-check.ts'
import type { Problem } from '../../api/contract/problem.ts'
import { getJson, postJson, problemOf, remove } from '../client.ts'
import type { Level, PlanFeature } from './feature.ts'

/** A repair as it is proposed: the changed grids as they would be. */
export interface Repair {
  job: PlanJob
  changed: PlanFeature[]
  removed: number[]
  told: RepairTold[]
  left: RepairLeft[]
}
interface Accepted {
  revision: number
  edit: PlanEdit
  changed: PlanFeature[]
  gone: number[]
}

interface Checks {
  planId: number | null
  job: PlanJob | null
  problems: readonly PlanProblem[]
  /** Of the plan, in which these problems were found. */
  revision: number | null
  chosen: string | null
  level: Level | null
  kind: ProblemKind | null
  repairing: PlanJob | null
  repair: Repair | null
  failure: Problem | null
  /** Takes up what the server already knows of a plan. */
  look: (planId: number | null) => Promise<void>
  run: () => Promise<void>
  stop: () => Promise<void>
  propose: (problems: readonly string[]) => Promise<void>
  /** Makes the proposal an edit; answers it, or null after a refusal. */
  accept: (revision: number) => Promise<Accepted | null>
  dismiss: () => void
  choose: (id: string | null) => void
  filter: (filter: { level?: Level | null; kind?: ProblemKind | null }) => void
}

/** A check of a town takes seconds: looked at often enough to see it go on. */
const lookEveryMs = 400

export const useChecks = create<Checks>((set, get) => {
  const path = (rest: string) => `/api/plans/${get().planId}${rest}`
  /** Asks until the job is over or another plan is looked at. */
  const follow = async <T extends { job: PlanJob }>(
    rest: string,
    told: (answer: T) => void,
  ): Promise<T | null> => {
    const { planId } = get()
    for (;;) {
      const answer = await getJson<T>(path(rest))
      if (get().planId !== planId) return null
      told(answer)
      if (answer.job.state !== 'running') return answer
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
    }
  }
  const followCheck = () =>
    follow<{ job: PlanJob; problems: PlanProblem[] }>('/check', ({ job, problems }) => {
      if (job.state === 'running') set({ job })
      else set({ job, problems, revision: job.state === 'done' ? job.revision : null })
    })
  const telling = async (act: () => Promise<unknown>) => {
    set({ failure: null })
    await act().catch((cause: unknown) => set({ failure: problemOf(cause) }))
  }
  return {
    planId: null,
    job: null,
    problems: [],
    revision: null,
    chosen: null,
    level: null,
    kind: null,
    repairing: null,
    repair: null,
    failure: null,
    look: async (planId) => {
      set({ planId, job: null, problems: [], revision: null, chosen: null, repair: null, repairing: null })
      if (planId !== null) await telling(followCheck)
    },
    run: () =>
      telling(async () => {
        set({ repair: null, repairing: null, chosen: null })
        set({ job: await postJson<PlanJob>(path('/check'), {}) })
        await followCheck()
      }),
    stop: () => telling(() => remove(path('/check'))),
    propose: (problems) =>
      telling(async () => {
        set({ repair: null, repairing: await postJson<PlanJob>(path('/repair'), { problems }) })
        const repair = await follow<Repair>('/repair', ({ job }) => set({ repairing: job }))
        const failed = repair && repair.job.state !== 'done'
        if (repair) set({ repair: failed ? null : repair, repairing: failed ? repair.job : null })
      }),
    accept: async (revision) => {
      try {
        const accepted = await postJson<Accepted>(path('/repair/accept'), { revision })
        set({ repair: null, chosen: null, failure: null })
        return accepted
      } catch (cause) {
        set({ failure: problemOf(cause) })
        return null
      }
    },
    dismiss: () => set({ repair: null, repairing: null }),
    choose: (chosen) => set({ chosen }),
    filter: (filter) => set(filter),
  }
})

/** The problems that the filters leave, worst first. */
export function shownProblems({
  problems,
  level,
  kind,
}: Pick<Checks, 'problems' | 'level' | 'kind'>): PlanProblem[] {
  return problems
    .filter((one) => (level === null || one.level === level) && (kind === null || one.kind === kind))
    .toSorted(
      (a, b) =>
        Number(b.severity === 'error') - Number(a.severity === 'error') || (b.areaM2 ?? 0) - (a.areaM2 ?? 0),
    )
}
