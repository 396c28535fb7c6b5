import { create } from 'zustand'
import type { Problem } from '../../api/contract/problem.ts'
import { problemOf } from '../client.ts'

export interface Notice {
  id: number
  problem: Problem
}

interface Notices {
  notices: readonly Notice[]
  dismiss: (id: number) => void
}

/** Failures nobody else has shown. They stay until dismissed: a sentence that vanishes was not told. */
export const useNotices = create<Notices>((set) => ({
  notices: [],
  dismiss: (id) => set(({ notices }) => ({ notices: notices.filter((notice) => notice.id !== id) })),
}))

let next = 1

/** Shows a failure. The same sentence is not stacked twice, and nobody is told that they are signed out: they see it. */
export function tell(cause: unknown): void {
  const problem =
    typeof cause === 'object' && cause !== null && 'code' in cause && 'detail' in cause
      ? (cause as Problem)
      : problemOf(cause)
  if (problem.status === 401) return
  const { notices } = useNotices.getState()
  if (
    notices.some((notice) => notice.problem.detail === problem.detail && notice.problem.code === problem.code)
  )
    return
  useNotices.setState({ notices: [...notices.slice(-2), { id: next++, problem }] })
}
