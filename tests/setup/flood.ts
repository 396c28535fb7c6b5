import { fixBatchSize } from '../../api/contract/position.ts'
import type { TestTown } from './town.ts'

/** Keeps the ingest's queue full of one officer's fixes until it is stopped: an overload as it comes in life. `stop` answers how often it was refused. */
export function startFlood(town: TestTown, officerId: number): { stop: () => Promise<number> } {
  const { recordFixes } = town.running.services
  const start = Date.now() - 3_500_000
  const report = (i: number) => ({ lng: 120.401, lat: 31.701, recordedAt: new Date(start + i).toISOString() })
  const batch = Array.from({ length: fixBatchSize }, (_, i) => report(i))
  let on = true
  let refused = 0
  const worker = async () => {
    while (on) {
      await recordFixes(officerId, batch, 'http').catch(() => (refused += 1))
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  const workers = Array.from({ length: 40 }, worker)
  return {
    async stop() {
      on = false
      await Promise.all(workers)
      return refused
    },
  }
}
