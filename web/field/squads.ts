import { create } from 'zustand'
import type { OwnAssignment } from '../../api/contract/assignment.ts'
import type { Journey } from '../../api/contract/dispatch.ts'
import type { FixReport } from '../../api/contract/position.ts'
import type { Problem } from '../../api/contract/problem.ts'
import { getJson, postJson, problemOf } from '../client.ts'
import { useSession } from '../people/store.ts'
import { useField } from './store.ts'
import { isWayDue, type Step, type Way } from './task.ts'
import { useWork } from './work.ts'

/** Whoever is on shift may be sent somewhere: it is asked so often while the page is in sight. */
const lookMs = 5000

interface OwnSquads {
  assignments: readonly OwnAssignment[]
  /** By assignment: the way there, or why there is none. */
  ways: Readonly<Record<number, Way>>
  /** The assignment that is being answered or moved on. */
  busy: number | null
  /** Why the last answer or step was not taken. */
  refusal: { id: number; problem: Problem } | null
  /** What was offered and is gone before it was answered here. */
  lost: OwnAssignment | null
  follow: () => () => void
  refresh: () => Promise<void>
  answer: (id: number, accept: boolean, reason?: string) => Promise<boolean>
  step: (id: number, state: Step) => Promise<boolean>
  dismiss: () => void
}

const fresh = { assignments: [], ways: {}, busy: null, refusal: null, lost: null }
let asked = 0
/** Offers that were answered on this page: what becomes of them is no news. */
const answered = new Set<number>()

/** What I am sent to. */
export const useSquadTasks = create<OwnSquads>((set, get) => {
  const readWay = async ({ id }: OwnAssignment, last: FixReport | null) => {
    const seen = { at: Date.now(), lng: last?.lng ?? null, lat: last?.lat ?? null }
    let way: Way
    try {
      way = { ...seen, journey: await getJson<Journey>(`/api/my/squads/${id}/way`), problem: null }
    } catch (cause) {
      const problem = problemOf(cause)
      // Without a line the way of a moment ago is still the way.
      way = { ...seen, journey: problem.status === 0 ? (get().ways[id]?.journey ?? null) : null, problem }
    }
    if (get().assignments.some((one) => one.id === id)) set({ ways: { ...get().ways, [id]: way } })
  }
  const readWays = () => {
    const { last } = useField.getState()
    for (const one of get().assignments)
      if (one.state !== 'onscene' && isWayDue(get().ways[one.id] ?? null, Date.now(), last))
        void readWay(one, last)
  }
  const act = async (id: number, send: () => Promise<unknown>) => {
    set({ busy: id, refusal: null })
    let taken = false
    try {
      await send()
      taken = true
    } catch (cause) {
      set({ refusal: { id, problem: problemOf(cause) } })
    }
    await get().refresh()
    set({ busy: null })
    return taken
  }
  return {
    ...fresh,
    follow: () => {
      const look = () => {
        if (document.visibilityState !== 'visible') return
        if (useField.getState().onShift || get().assignments.length > 0) void get().refresh()
      }
      const back = () => void get().refresh()
      const tick = setInterval(look, lookMs)
      document.addEventListener('visibilitychange', look)
      addEventListener('online', back)
      const unsubscribe = useField.subscribe(({ onShift, nudges }, before) => {
        if ((onShift && !before.onShift) || nudges !== before.nudges) back()
      })
      back()
      return () => {
        clearInterval(tick)
        document.removeEventListener('visibilitychange', look)
        removeEventListener('online', back)
        unsubscribe()
      }
    },
    refresh: async () => {
      if (useSession.getState().state !== 'in') return
      asked += 1
      const mine = asked
      try {
        const { assignments } = await getJson<{ assignments: OwnAssignment[] }>('/api/my/squads')
        if (mine !== asked) return
        const before = get().assignments
        const ids = new Set(assignments.map(({ id }) => id))
        const gone = before.find(
          ({ id, state }) => state === 'offered' && !ids.has(id) && !answered.has(id) && get().busy !== id,
        )
        const ways = Object.fromEntries(Object.entries(get().ways).filter(([id]) => ids.has(Number(id))))
        set({ assignments, ways, ...(gone && { lost: gone }) })
        // What the squad does changes the case as well.
        const told = (all: readonly OwnAssignment[]) => all.map(({ id, state }) => `${id}${state}`).join()
        if (told(before) !== told(assignments)) void useWork.getState().load()
        readWays()
      } catch {
        // Without a line what was known stays, and the next look asks again.
      }
    },
    answer: async (id, accept, reason = '') => {
      const taken = await act(id, () => postJson(`/api/assignments/${id}/answer`, { accept, reason }))
      if (taken) answered.add(id)
      return taken
    },
    step: (id, state) => act(id, () => postJson(`/api/assignments/${id}/progress`, { state })),
    dismiss: () => set({ lost: null, refusal: null }),
  }
})

// Whoever signs in next on this phone is sent elsewhere.
useSession.subscribe(({ state }) => {
  if (state !== 'out') return
  asked += 1
  useSquadTasks.setState(fresh)
})
