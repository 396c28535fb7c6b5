import type { Db } from '../db/connect.ts'
import { createFollower, type Follower } from '../db/follower.ts'
import { holdFolded, isUnfolded, listChanged, moveFolded, writeFacts } from './queries.ts'

/** Events read at once: on the embedded database, which does one thing at a time, others wait for one piece at most. */
const batch = 5000
/** So long a question waits for what is still being counted: after a great import the rest is told later. */
const patienceMs = 2000

/**
 * Follows the timeline and keeps the facts of every case, and with them their sums. How far it has read is written in the transaction
 * that writes the facts: whatever dies in between, and however many processes follow, each change counts once.
 */
export function createFacts(db: Db): Facts {
  const follower = createFollower('evaluation', {
    isBehind: () => isUnfolded(db),
    readOn: () =>
      db.transaction(async (tx) => {
        const { seq, until } = await holdFolded(tx)
        const last = Math.min(until, seq + batch)
        const changed = await listChanged(tx, seq, last)
        if (changed.length > 0) await writeFacts(tx, changed)
        await moveFolded(tx, last)
        return last - seq
      }),
  })
  return {
    ...follower,
    catchUp: () =>
      Promise.race([
        follower.follow().then(
          () => {},
          () => {},
        ),
        new Promise<void>((resolve) => setTimeout(resolve, patienceMs).unref()),
      ]),
  }
}
export interface Facts extends Follower {
  /** What was committed a moment ago counts as well, if it is soon counted; a count that fails is tried again by the upkeep. */
  catchUp(): Promise<void>
}
