import type { FixOutcome, FixReport } from '../contract/position.ts'
import type { Db } from '../db/connect.ts'
import { Refusal } from '../errors.ts'
import type { Locator } from '../grids/locate.ts'
import type { Roster } from '../units/roster.ts'
import type { LivePicture } from './live.ts'
import { ensureFixDay, type Fix, insertFixes } from './queries.ts'

interface Parts {
  db: Db
  now: () => Date
  roster: Roster
  live: LivePicture
  locator: () => Locator
}
interface Waiting {
  fixes: Fix[]
  resolve: (kept: number) => void
  reject: (error: unknown) => void
}

const aheadMs = 2 * 60_000
const oldestMs = 7 * 86_400_000
/** Fixes in one transaction; and how many may wait for one before callers are told to come back later. */
const groupSize = 2000
const queueLimit = 20_000

/**
 * The life of a fix between the door and the disk:
 * refuse the impossible → drop what is outside a shift → stamp the grid → persist → publish → acknowledge.
 * Callers who come while a group is being written share the next transaction: one commit for all of them.
 */
export function createIngest({ db, now, roster, live, locator }: Parts) {
  const waiting: Waiting[] = []
  let queued = 0
  let writing = false
  const days = new Set<string>()

  async function persist(fixes: Fix[]): Promise<Set<string>> {
    for (const day of new Set(fixes.map((fix) => fix.recordedAt.toISOString().slice(0, 10)))) {
      if (days.has(day)) continue
      await ensureFixDay(db, day)
      days.add(day)
    }
    // The device's right to speak for its officer was checked at the door; the write itself may fall in any grid of the town.
    const scope = { role: 'device', grids: [locator().townId] } as const
    const kept = await db.scoped(scope, (tx) => insertFixes(tx, fixes))
    return new Set(kept.map((row) => keyOf(row)))
  }

  async function writeGroups() {
    writing = true
    while (waiting.length > 0) {
      const group: Waiting[] = []
      let size = 0
      while (waiting[0] && (size === 0 || size + waiting[0].fixes.length <= groupSize)) {
        const next = waiting.shift() as Waiting
        group.push(next)
        size += next.fixes.length
      }
      try {
        const fixes = group.flatMap((one) => one.fixes)
        const kept = await persist(fixes)
        const { pathOf } = locator()
        // A shift may have ended while these were written or on their way: they belong to the track, no longer to the map.
        live.apply(
          fixes
            .filter((fix) => kept.has(keyOf(fix)) && roster.isOpen(fix.officerId))
            .map((fix) => ({ ...fix, path: pathOf(fix.gridId) })),
        )
        for (const { fixes: own, resolve } of group)
          resolve(own.filter((fix) => kept.delete(keyOf(fix))).length)
      } catch (error) {
        for (const { reject } of group) reject(error)
      }
      queued -= size
    }
    writing = false
  }

  /** Records one officer's fixes. Resolves after the commit: what is counted as accepted is on disk. */
  return async function recordFixes(officerId: number, reports: readonly FixReport[]): Promise<FixOutcome> {
    const receivedAt = now()
    const refused: FixOutcome['refused'] = []
    const fixes: Fix[] = []
    const { locate } = locator()
    reports.forEach((report, index) => {
      const recordedAt = new Date(report.recordedAt)
      const why = refusal(recordedAt, receivedAt, roster.onShift(officerId, recordedAt))
      if (why) refused.push({ index, ...why })
      else {
        fixes.push({
          officerId,
          recordedAt,
          receivedAt,
          lng: report.lng,
          lat: report.lat,
          accuracy: rounded(report.accuracy),
          speed: rounded(report.speed),
          heading: rounded(report.heading),
          battery: rounded(report.battery),
          gridId: locate(report.lng, report.lat),
        })
      }
    })
    if (fixes.length === 0) return { accepted: 0, repeated: 0, refused }
    if (queued + fixes.length > queueLimit) {
      throw new Refusal(
        503,
        'overloaded',
        'More positions arrive than can be written. Keep them and send them again shortly.',
      )
    }
    queued += fixes.length
    const accepted = await new Promise<number>((resolve, reject) => {
      waiting.push({ fixes, resolve, reject })
      if (!writing) void writeGroups()
    })
    return { accepted, repeated: fixes.length - accepted, refused }
  }
}
export type RecordFixes = ReturnType<typeof createIngest>

// A number too small for `real` (1e-50) would be refused by the database, and with it everybody's fixes in the group.
const rounded = (value: number | undefined) => (value === undefined ? null : Math.round(value * 1000) / 1000)

const keyOf = ({ officerId, recordedAt }: { officerId: number; recordedAt: Date }) =>
  `${officerId}@${recordedAt.getTime()}`

function refusal(
  recordedAt: Date,
  receivedAt: Date,
  onShift: boolean,
): { code: string; detail: string } | null {
  const age = receivedAt.getTime() - recordedAt.getTime()
  if (age < -aheadMs)
    return { code: 'future', detail: 'recordedAt lies more than two minutes in the future.' }
  if (age > oldestMs) return { code: 'too-old', detail: 'recordedAt is older than seven days.' }
  if (!onShift)
    return { code: 'off-shift', detail: 'Nobody is located outside a shift; the position was not stored.' }
  return null
}
