import type { FixOutcome, FixReport } from '../../api/contract/position.ts'
import { problemOf } from '../client.ts'
import type { FixQueue } from './queue.ts'

export const batchSize = 100

interface Parts {
  queue: FixQueue
  officerId: number
  /** Resolves with what became of them once they are on the server's disk; rejects when they did not arrive. */
  report: (fixes: FixReport[]) => Promise<FixOutcome>
  told: (outcome: FixOutcome, sent: readonly FixReport[]) => void
}

/**
 * Answers a function that sends what waits, oldest first, until nothing does; it rejects when the line fails, and everything
 * that was not acknowledged is still there. A fix leaves the queue only after its answer: taken or refused, for both are final.
 */
export function createSender({ queue, officerId, report, told }: Parts): () => Promise<void> {
  let running: Promise<void> | null = null
  async function drain() {
    let size = batchSize
    for (;;) {
      const fixes = await queue.oldest(officerId, size)
      if (fixes.length === 0) return
      let outcome: FixOutcome = { accepted: 0, repeated: 0, refused: [] }
      try {
        outcome = await report(fixes)
      } catch (cause) {
        if (![400, 422].includes(problemOf(cause).status)) throw cause
        // One that cannot be read would hold up all behind it: found by sending one at a time, then left out.
        if (fixes.length > 1) {
          size = 1
          continue
        }
      }
      await queue.remove(officerId, fixes)
      told(outcome, fixes)
    }
  }
  return () =>
    (running ??= drain().finally(() => {
      running = null
    }))
}
