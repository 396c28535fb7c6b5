import type { PlanJob } from '../contract/plan.ts'
import { Refusal } from '../errors.ts'

/** Work beside the requests, one of a kind and plan at a time, kept in memory: it can be watched, cancelled and begun again. */
export interface Jobs<T> {
  /** Begins, unless one runs for the plan already (409). `work` hears of a cancellation through the signal. */
  start(planId: number, revision: number, work: (job: Working) => Promise<T>): PlanJob
  look(planId: number): PlanJob
  /** What a finished job of this very revision brought. */
  result(planId: number, revision: number): T | undefined
  cancel(planId: number): PlanJob
}
export interface Working {
  progress: (share: number) => void
  signal: AbortSignal
}

interface Held<T> {
  job: PlanJob
  stop: AbortController
  result?: T
}
/** Results of more plans than this are forgotten, oldest first. */
const kept = 20

export function createJobs<T>(): Jobs<T> {
  const held = new Map<number, Held<T>>()
  const none: PlanJob = { state: 'none', share: 0, revision: 0, problem: null }
  return {
    start(planId, revision, work) {
      if (held.get(planId)?.job.state === 'running')
        throw new Refusal(409, 'running', 'This is being worked out already: wait for it, or cancel it.')
      const one: Held<T> = {
        job: { state: 'running', share: 0, revision, problem: null },
        stop: new AbortController(),
      }
      held.delete(planId)
      held.set(planId, one)
      for (const oldest of held.keys()) if (held.size > kept && oldest !== planId) held.delete(oldest)
      const { signal } = one.stop
      const progress = (share: number) => {
        one.job = { ...one.job, share: Math.min(1, Math.max(0, share)) }
      }
      // After the answer has gone out; a failure is the job's, and told to whoever looks.
      setImmediate(() => {
        work({ progress, signal }).then(
          (result) => {
            one.result = result
            one.job = { ...one.job, state: signal.aborted ? 'cancelled' : 'done', share: 1 }
          },
          (error: Error) => {
            if (!signal.aborted && !(error instanceof Refusal)) console.error(error)
            const problem =
              error instanceof Refusal
                ? error.message
                : 'Something went wrong on our side. It has been logged.'
            one.job = signal.aborted
              ? { ...one.job, state: 'cancelled' }
              : { ...one.job, state: 'failed', problem }
          },
        )
      })
      return one.job
    },
    look: (planId) => held.get(planId)?.job ?? none,
    result(planId, revision) {
      const one = held.get(planId)
      return one?.job.state === 'done' && one.job.revision === revision ? one.result : undefined
    },
    cancel(planId) {
      held.get(planId)?.stop.abort()
      return held.get(planId)?.job ?? none
    },
  }
}
