import type { DoorName } from '../contract/device.ts'
import type { FixOutcome, FixReport } from '../contract/position.ts'
import type { Db } from '../db/connect.ts'
import { appendTimeline } from '../db/timeline.ts'
import { Refusal } from '../errors.ts'
import type { Locator } from '../grids/locate.ts'
import type { Crossing, DutyEvent, Visit } from '../patrols/patrol.ts'
import { insertVisits } from '../patrols/queries.ts'
import { clockFlag, type Fix } from '../tracks/chunks.ts'
import type { Log } from '../tracks/pack.ts'
import { ensureTrackDay } from '../tracks/queries.ts'
import { findStored, momentOf } from '../tracks/store.ts'
import type { Roster } from '../units/roster.ts'
import type { Heads } from './heads.ts'
import type { LivePicture } from './live.ts'
import { upsertPositions } from './queries.ts'
import type { Tally } from './tally.ts'

interface Parts {
  db: Db
  now: () => Date
  roster: Roster
  live: LivePicture
  heads: Heads
  log: Log
  tally: Tally
  locator: () => Locator
  /** Called after the commit with what was told to the timeline or crossed. */
  told: (news: { crossings: readonly Crossing[]; timeline: boolean }) => void
}
interface Waiting {
  fixes: Fix[]
  resolve: (kept: number) => void
  reject: (error: unknown) => void
}

const aheadMs = 2 * 60_000
const oldestMs = 7 * 86_400_000
/** A position that may lie so far off says nothing of the street: a phone indoors that knows only its mast. */
const worstAccuracyMeters = 2000
/** Fixes in one transaction; and how many may wait for one before callers are told to come back later. */
const groupSize = 4000
const queueLimit = 20_000

/**
 * The life of a fix between any door and the disk:
 * refuse the impossible → set the clock → drop what is outside a shift → stamp the grid → leave out repeats → mark jumps →
 * tell the patrol → persist → publish → acknowledge.
 * Callers who come while a group is being written share the next transaction: one commit for all of them.
 */
export function createIngest(parts: Parts) {
  const { db, now, roster, live, heads, log, tally, locator } = parts
  const waiting: Waiting[] = []
  let queued = 0
  let writing = false
  const days = new Set<number>()
  let turn: Promise<unknown> = Promise.resolve()
  /** One after the other: groups, and what must see no group half done. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work)
    turn = mine.catch(() => {})
    return mine
  }

  /** Which of the fixes are new: within the group, against what is newest, and — only those that are not newer — against what is stored. */
  async function withoutRepeats(tx: Db, fixes: readonly Fix[]): Promise<Fix[]> {
    const seen = new Set<string>()
    const ahead: Fix[] = []
    const behind: Fix[] = []
    for (const fix of fixes) {
      if (fix.recordedAt > heads.newestAt(fix.officerId)) ahead.push(fix)
      else behind.push(fix)
    }
    const stored = behind.length > 0 ? await findStored(tx, behind) : seen
    return [...ahead, ...behind].filter((fix) => {
      const moment = momentOf(fix)
      if (stored.has(moment) || seen.has(moment)) return false
      seen.add(moment)
      return true
    })
  }

  async function persist(fixes: readonly Fix[]): Promise<Set<Fix>> {
    await ensureDays(fixes)
    // The device's right to speak for its officer was checked at the door; the write itself may fall in any grid of the town.
    const scope = { role: 'device', grids: [locator().townId] } as const
    const { fresh, news } = await db.scoped(scope, async (tx) => {
      const fresh = await withoutRepeats(tx, fixes)
      const news = heads.follow(fresh)
      if (fresh.length > 0) await log.append(tx, fresh)
      if (news.moved.length > 0) await upsertPositions(tx, news.moved)
      if (news.visits.length > 0) await insertVisits(tx, news.visits.map(withPath))
      if (news.duty.length > 0) await appendTimeline(tx, news.duty.map(asEvent))
      return { fresh, news }
    })
    news.commit()
    // A shift may have ended while these were written or on their way: they belong to the track, no longer to the map.
    live.apply(
      news.moved
        .filter(({ fix }) => roster.isOpen(fix.officerId))
        .map(({ fix }) => ({
          ...fix,
          path: locator().pathOf(fix.gridId),
          unitId: roster.posting(fix.officerId)?.unitId ?? null,
        })),
    )
    parts.told({ crossings: news.crossings, timeline: news.duty.length > 0 })
    return new Set(fresh)
  }

  const withPath = (visit: Visit) => ({ ...visit, path: locator().pathOf(visit.gridId) })
  const asEvent = ({ officerId, event, at, since }: DutyEvent) => ({
    event,
    at: new Date(at),
    actor: { name: '', role: 'device' },
    path: locator().pathOf(roster.posting(officerId)?.dutyGridId ?? locator().townId),
    data: { officerId, since: new Date(since).toISOString() },
  })

  async function ensureDays(fixes: readonly Fix[]) {
    for (const { recordedAt } of fixes) {
      const day = Math.floor(recordedAt / 86_400_000)
      if (days.has(day)) continue
      // A visit of today may have begun yesterday.
      for (const one of [day - 1, day])
        await ensureTrackDay(db, new Date(one * 86_400_000).toISOString().slice(0, 10))
      days.add(day)
    }
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
        const kept = await inTurn(() => persist(group.flatMap((one) => one.fixes)))
        for (const { fixes, resolve } of group)
          resolve(fixes.reduce((sum, fix) => sum + (kept.has(fix) ? 1 : 0), 0))
      } catch (error) {
        for (const { reject } of group) reject(error)
      }
      queued -= size
    }
    writing = false
  }

  /** Records one officer's fixes. Resolves after the commit: what is counted as accepted is on disk. Throws 503 when too many wait. */
  async function recordFixes(
    officerId: number,
    reports: readonly FixReport[],
    door: DoorName,
  ): Promise<FixOutcome> {
    const receivedAt = now().getTime()
    const refused: FixOutcome['refused'] = []
    const fixes: Fix[] = []
    const { locate } = locator()
    const times = reports.map((report) => Date.parse(report.recordedAt))
    // A clock that runs ahead is ahead by the same in the whole report: set back together, its fixes keep their distances.
    const ahead = Math.max(...times.filter((at) => at > receivedAt + aheadMs)) - receivedAt
    reports.forEach((report, index) => {
      const given = times[index] ?? Number.NaN
      const fast = given > receivedAt + aheadMs
      const recordedAt = fast ? given - ahead : given
      const why =
        refusal(report, recordedAt, receivedAt) ?? (roster.onShift(officerId, recordedAt) ? null : offShift)
      if (why) return void refused.push({ index, ...why })
      fixes.push({
        officerId,
        recordedAt,
        receivedAt,
        lng: report.lng,
        lat: report.lat,
        accuracy: rounded(report.accuracy, 1),
        speed: rounded(report.speed, 10),
        heading: rounded(report.heading, 1),
        battery: rounded(report.battery, 100),
        gridId: locate(report.lng, report.lat),
        flags: fast ? clockFlag : 0,
      })
    })
    const outcome = { accepted: 0, repeated: 0, refused }
    if (fixes.length > 0) {
      if (queued + fixes.length > queueLimit)
        throw new Refusal(
          503,
          'overloaded',
          'More positions arrive than can be written. Keep them and send them again shortly.',
        )
      queued += fixes.length
      outcome.accepted = await new Promise<number>((resolve, reject) => {
        waiting.push({ fixes, resolve, reject })
        if (!writing) void writeGroups()
      })
      outcome.repeated = fixes.length - outcome.accepted
    }
    tally.outcome(door, outcome)
    return outcome
  }
  return { recordFixes, inTurn }
}
export type RecordFixes = ReturnType<typeof createIngest>['recordFixes']

// As exact as a phone is: 0.1 m/s, a degree, a metre, a hundredth of the battery. And never too small for `real`, which would be
// refused by the database, and with it everybody's fixes in the group.
const rounded = (value: number | undefined, by: number) =>
  value === undefined ? null : Math.round(value * by) / by

const offShift = {
  code: 'off-shift',
  detail: 'Nobody is located outside a shift; the position was not stored.',
}
const within = (value: number, most: number) => value >= -most && value <= most

function refusal(
  { lng, lat, accuracy }: FixReport,
  recordedAt: number,
  receivedAt: number,
): { code: string; detail: string } | null {
  if (!within(lng, 180) || !within(lat, 90) || Number.isNaN(recordedAt))
    return { code: 'impossible', detail: 'This is no place on earth, or no time.' }
  if (lng === 0 && lat === 0)
    return { code: 'nowhere', detail: 'Longitude and latitude are both 0: the phone has no position yet.' }
  if (accuracy !== undefined && accuracy > worstAccuracyMeters)
    return { code: 'inaccurate', detail: `The position may be off by more than ${worstAccuracyMeters} m.` }
  if (receivedAt - recordedAt > oldestMs)
    return { code: 'too-old', detail: 'recordedAt is older than seven days.' }
  return null
}
