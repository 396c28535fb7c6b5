import type { Db } from '../db/connect.ts'
import { listPostings, listShiftsSince, type Posting, type ShiftRow } from './queries.ts'

interface Span {
  from: number
  /** Infinity while the shift is open. */
  to: number
}
/** Who was on shift when, for the last week (older fixes are refused anyway), and where they belong. From memory: every fix asks. */
export interface Roster {
  /** `at` in Unix milliseconds. */
  onShift(officerId: number, at: number): boolean
  /** The shift has not ended: only then is an officer shown. */
  isOpen(officerId: number): boolean
  /** When the open shift began, Unix milliseconds; null: there is none. */
  since(officerId: number): number | null
  posting(officerId: number): Posting | undefined
  /** Officers whose duty grid it is, on shift or not. */
  onDuty(gridId: number): readonly number[]
  record(shift: ShiftRow): void
  reload(): Promise<void>
}

const week = 7 * 86_400_000

export async function openRoster(db: Db, now: () => Date): Promise<Roster> {
  let spans = new Map<number, Span[]>()
  let postings = new Map<number, Posting>()
  let byGrid = new Map<number, number[]>()
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
      spans.get(officerId)?.some((span) => at >= span.from && at <= span.to) ?? false,
    isOpen: (officerId) => spans.get(officerId)?.some((span) => span.to === Infinity) ?? false,
    since: (officerId) => spans.get(officerId)?.find((span) => span.to === Infinity)?.from ?? null,
    posting: (officerId) => postings.get(officerId),
    onDuty: (gridId) => byGrid.get(gridId) ?? [],
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
        const rows = await listPostings(db)
        postings = new Map(rows.map(({ id, ...posting }) => [id, posting]))
        byGrid = new Map(
          [...Map.groupBy(rows, (row) => row.dutyGridId ?? 0)].map(([gridId, own]) => [
            gridId,
            own.map((row) => row.id),
          ]),
        )
      } finally {
        during = undefined
      }
    },
  }
  await roster.reload()
  return roster
}
