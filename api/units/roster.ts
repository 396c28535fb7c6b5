import type { Db } from '../db/connect.ts'
import { listShiftsSince, type ShiftRow } from './queries.ts'

interface Span {
  from: number
  /** Infinity while the shift is open. */
  to: number
}

/** Who was on shift when, for the last week (older fixes are refused anyway). From memory: every fix asks. */
export interface Roster {
  onShift(officerId: number, at: Date): boolean
  /** The shift has not ended: only then is an officer shown. */
  isOpen(officerId: number): boolean
  record(shift: ShiftRow): void
  reload(): Promise<void>
}

const week = 7 * 86_400_000

export async function openRoster(db: Db, now: () => Date): Promise<Roster> {
  let spans = new Map<number, Span[]>()
  /** What was recorded while a reload was reading: the reading may have come before it. */
  let during: ShiftRow[] | undefined
  const put = (into: Map<number, Span[]>, { officerId, startedAt, endedAt }: ShiftRow) => {
    const held = (into.get(officerId) ?? []).filter(
      (span) => span.from !== startedAt.getTime() && span.to > now().getTime() - week,
    )
    into.set(officerId, [...held, { from: startedAt.getTime(), to: endedAt?.getTime() ?? Infinity }])
  }
  const roster: Roster = {
    onShift: (officerId, at) =>
      spans.get(officerId)?.some((span) => at.getTime() >= span.from && at.getTime() <= span.to) ?? false,
    isOpen: (officerId) => spans.get(officerId)?.some((span) => span.to === Infinity) ?? false,
    record(shift) {
      put(spans, shift)
      during?.push(shift)
    },
    async reload() {
      const recorded: ShiftRow[] = []
      during = recorded
      const fresh = new Map<number, Span[]>()
      try {
        for (const shift of await listShiftsSince(db, new Date(now().getTime() - week))) put(fresh, shift)
        for (const shift of recorded) put(fresh, shift)
        spans = fresh
      } finally {
        during = undefined
      }
    },
  }
  await roster.reload()
  return roster
}
