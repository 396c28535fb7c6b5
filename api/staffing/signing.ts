import type { Db } from '../db/connect.ts'
import { appendTimeline } from '../db/timeline.ts'
import { Refusal } from '../errors.ts'
import { endShift } from '../units/queries.ts'
import { listDuties, listOverdueShifts } from './queries.ts'

/** Signing on is possible this long before a duty begins; signing off is done for those who forget it this long after. */
export const earlyMs = 15 * 60_000
export const lateMs = 15 * 60_000
/** Whoever has a duty this near stands in the calendar; for others signing on is free. */
const nearMs = 7 * 86_400_000

/** Throws 409 when an officer who stands in the calendar signs on outside their duty, saying when the next one is. */
export async function checkDuty(tx: Db, officerId: number, at: Date): Promise<void> {
  const near = await listDuties(tx, {
    from: new Date(at.getTime() - nearMs),
    to: new Date(at.getTime() + nearMs),
    officerId,
  })
  if (near.length === 0) return
  const within = near.some(
    (duty) => at.getTime() >= Date.parse(duty.startsAt) - earlyMs && at.getTime() <= Date.parse(duty.endsAt),
  )
  if (within) return
  const next = near.find((duty) => Date.parse(duty.startsAt) > at.getTime())
  throw new Refusal(
    409,
    'off-duty',
    next
      ? `This officer is not on duty now; the next duty begins at ${next.startsAt}.`
      : 'This officer is not on duty now, and has none in the coming week.',
  )
}

interface Parts {
  db: Db
  now: () => Date
  ended: (shift: { officerId: number; startedAt: Date; endedAt: Date | null }) => void
}

/** Signs off whoever's duty has been over for a while. Answers a function to call now and then; it says how many. */
export function createSigningOff({ db, now, ended }: Parts): () => Promise<number> {
  return async () => {
    const overdue = await listOverdueShifts(db, { now: now(), graceMs: lateMs })
    for (const { officerId, endsAt, path } of overdue) {
      const shift = await db.transaction(async (tx) => {
        const written = await endShift(tx, officerId, endsAt)
        if (written)
          await appendTimeline(tx, [
            {
              event: 'shift:ended',
              at: endsAt,
              actor: { name: '值班表 duty calendar', role: 'system' },
              path,
              data: { officerId },
            },
          ])
        return written
      })
      if (shift) ended(shift)
    }
    return overdue.length
  }
}
