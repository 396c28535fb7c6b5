import { create } from 'zustand'
import type { Lineage, Plan, PlanEdit, PlanOperation, planCount } from '../../api/contract/plan.ts'
import type { Problem } from '../../api/contract/problem.ts'
import { getJson, postJson, problemOf } from '../client.ts'
import { byUid, type Features, type PlanFeature } from './feature.ts'

/** A plan that is looked at, as it was when it was last heard of. */
export interface OpenPlan {
  plan: Plan
  revision: number
  features: Features
  edits: readonly PlanEdit[]
}
interface Outcome {
  revision: number
  edit: PlanEdit
  changed: PlanFeature[]
  gone: number[]
}

interface Plans {
  plans: readonly Plan[] | null
  openId: number | null
  open: OpenPlan | null
  /** The plan in force, which drafts are seen against; or another one that somebody compares with. */
  base: { plan: Plan; features: Features } | null
  /** Why the list or the plan could not be loaded. */
  problem: Problem | null
  /** What is being sent just now. */
  busy: PlanOperation['kind'] | 'undo' | 'redo' | 'publish' | 'withdraw' | 'begin' | null
  /** The server's refusal of the last step; whatever was drawn for it stays. */
  refused: Problem | null
  /** Edits of others since this page looked: who did what. */
  news: readonly PlanEdit[]
  load: () => Promise<void>
  look: (id: number | null) => Promise<void>
  compareWith: (id: number) => Promise<void>
  /** Asks whether somebody else has changed something, and takes it up. */
  refresh: () => Promise<void>
  send: (operation: PlanOperation) => Promise<Outcome | null>
  step: (way: 'undo' | 'redo') => Promise<void>
  begin: (draft: { name: string; note: string; basedOn?: number }) => Promise<Plan | null>
  publish: (wish: { effectiveAt?: string; force: boolean }) => Promise<Plan | null>
  withdraw: (id: number) => Promise<boolean>
  /** Takes an edit up that another route has answered: an accepted repair, an accepted balance. */
  take: (outcome: Outcome) => void
  refuse: (problem: Problem | null) => void
  dismissNews: () => void
}

const path = (id: number, rest = '') => `/api/plans/${id}${rest}`
const featuresOf = (id: number) => getJson<{ revision: number; features: PlanFeature[] }>(path(id, '/grids'))
const editsOf = (id: number) => getJson<{ edits: PlanEdit[] }>(path(id, '/edits'))
/** Plans that can no longer change are fetched once. */
const kept = new Map<number, Features>()

export const usePlans = create<Plans>((set, get) => {
  const take = ({ revision, edit, changed, gone }: Outcome) => {
    const { open } = get()
    if (!open) return
    const features = new Map(open.features)
    for (const uid of gone) features.delete(uid)
    for (const one of changed) features.set(one.id, one)
    const others = open.edits.filter((one) => one.number !== edit.number)
    // A new edit makes an end of what had been undone before it.
    const edits = [edit, ...others].toSorted((a, b) => b.number - a.number)
    const plan = { ...open.plan, revision, grids: features.size }
    set({ open: { plan, revision, features, edits }, plans: replaced(get().plans, plan), refused: null })
  }
  /** One thing at a time; a refusal is kept to be read, and a conflict brings the newest state with it. */
  const doing = async <T>(busy: NonNullable<Plans['busy']>, act: () => Promise<T>): Promise<T | null> => {
    if (get().busy) return null
    set({ busy, refused: null })
    try {
      return await act()
    } catch (cause) {
      const problem = problemOf(cause)
      set({ refused: problem })
      if (problem.code === 'plan-conflict') await refreshOpen().catch(() => {})
      return null
    } finally {
      set({ busy: null })
    }
  }
  const refreshOpen = async () => {
    const { open } = get()
    if (!open) return
    const plan = await getJson<Plan>(path(open.plan.id))
    if (get().open?.plan.id !== plan.id) return
    if (plan.revision === open.revision && plan.state === open.plan.state) return
    const [{ revision, features }, { edits }] = await Promise.all([featuresOf(plan.id), editsOf(plan.id)])
    const now = get().open
    if (now?.plan.id !== plan.id || now.revision >= revision) {
      if (now?.plan.id === plan.id) set({ open: { ...now, plan: { ...plan, revision: now.revision } } })
      return
    }
    const known = new Map(now.edits.map((one) => [one.number, one.undone]))
    const news = edits.filter((one) => known.get(one.number) !== one.undone)
    set({
      open: { plan, revision, features: merged(now.features, features), edits },
      news: [...news, ...get().news].slice(0, 3),
    })
  }
  return {
    plans: null,
    openId: null,
    open: null,
    base: null,
    problem: null,
    busy: null,
    refused: null,
    news: [],
    load: async () => {
      try {
        const { plans } = await getJson<{ plans: Plan[] }>('/api/plans')
        set({ plans, problem: null })
      } catch (cause) {
        set({ problem: problemOf(cause) })
      }
    },
    look: async (openId) => {
      set({ openId, open: null, problem: null, refused: null, news: [] })
      if (openId === null) return
      try {
        const [plan, { revision, features }, { edits }] = await Promise.all([
          getJson<Plan>(path(openId)),
          featuresOf(openId),
          editsOf(openId),
        ])
        if (get().openId === openId) set({ open: { plan, revision, features: byUid(features), edits } })
      } catch (cause) {
        if (get().openId === openId) set({ problem: problemOf(cause) })
      }
    },
    compareWith: async (id) => {
      const plan = get().plans?.find((one) => one.id === id)
      if (!plan || get().base?.plan.id === id) return
      const held = plan.state === 'draft' ? undefined : kept.get(id)
      try {
        const features = held ?? byUid((await featuresOf(id)).features)
        if (plan.state !== 'draft') kept.set(id, features)
        set({ base: { plan, features } })
      } catch (cause) {
        set({ refused: problemOf(cause) })
      }
    },
    refresh: async () => {
      await refreshOpen()
      const { plans } = await getJson<{ plans: Plan[] }>('/api/plans')
      if (JSON.stringify(plans) !== JSON.stringify(get().plans)) set({ plans })
    },
    send: (operation) =>
      doing(operation.kind, async () => {
        const { open } = get()
        if (!open) throw new Error('no plan is open')
        const { revision } = open
        const outcome = await postJson<Outcome>(path(open.plan.id, '/edits'), { revision, operation })
        // Somebody else's edit between ours and what we saw was let be; it still has to be fetched.
        if (outcome.revision > revision + 1) await refreshOpen()
        else take(outcome)
        return outcome
      }),
    step: async (way) => {
      await doing(way, async () => {
        const { open } = get()
        if (!open) throw new Error('no plan is open')
        const outcome = await postJson<Outcome>(path(open.plan.id, `/${way}`), {})
        if (outcome.revision > open.revision + 1) await refreshOpen()
        else take(outcome)
      })
    },
    begin: (draft) =>
      doing('begin', async () => {
        const plan = await postJson<Plan>('/api/plans', draft)
        set({ plans: [plan, ...(get().plans ?? [])] })
        return plan
      }),
    publish: (wish) =>
      doing('publish', async () => {
        const { openId } = get()
        const plan = await postJson<Plan>(path(openId ?? 0, '/publish'), wish)
        await get().load()
        const { open } = get()
        if (open?.plan.id === plan.id) set({ open: { ...open, plan } })
        return plan
      }),
    withdraw: async (id) =>
      (await doing('withdraw', async () => {
        const plan = await postJson<Plan>(path(id, '/withdraw'), {})
        await get().load()
        const { open } = get()
        if (open?.plan.id === id) set({ open: { ...open, plan } })
        return true
      })) ?? false,
    take,
    refuse: (refused) => set({ refused }),
    dismissNews: () => set({ news: [] }),
  }
})

/** What became of each grid when a plan took effect. */
export const fetchLineage = async (id: number) =>
  (await getJson<{ lineage: Lineage[] }>(path(id, '/lineage'))).lineage

export type PlanCount = ReturnType<(typeof planCount)['parse']>
/** Cases of a span in each grid of a plan; `spokenIn` apportions them to another plan by area. */
export const fetchCounts = async (
  id: number,
  query: { from: string; by: 'point' | 'area'; spokenIn?: number },
) => (await getJson<{ counts: PlanCount[] }>(path(id, '/counts'), query)).counts

export const isEditable = (open: OpenPlan | null): open is OpenPlan => open?.plan.state === 'draft'

/** The edit that undo would take back, and the one that redo would bring again. */
export function nextSteps(edits: readonly PlanEdit[]): {
  undo: PlanEdit | undefined
  redo: PlanEdit | undefined
} {
  const undo = edits.find((one) => !one.undone)
  return { undo, redo: edits.findLast((one) => one.undone && one.number > (undo?.number ?? 0)) }
}

/** Keeps the objects of grids that are as they were: what is drawn from them need not be drawn again. */
function merged(before: Features, after: readonly PlanFeature[]): Features {
  return byUid(
    after.map((one) => {
      const old = before.get(one.id)
      return old && JSON.stringify(old) === JSON.stringify(one) ? old : one
    }),
  )
}

const replaced = (plans: readonly Plan[] | null, plan: Plan) =>
  plans?.map((one) => (one.id === plan.id ? plan : one)) ?? null
