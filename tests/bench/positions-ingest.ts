import type { FixReport } from '../../api/contract/position.ts'
import type { Db } from '../../api/db/connect.ts'
import { upsertPositions } from '../../api/positions/queries.ts'
import type { Fix } from '../../api/tracks/chunks.ts'
import { appendFixes, ensureTrackDay } from '../../api/tracks/queries.ts'
import { median, round } from './figures.ts'
import { openBenchTown } from './positions-town.ts'

const officers = 5000
const perReport = 10
const group = 4000

/**
 * `ingestRatio`: fixes a second through `recordFixes` (validated, located, told from repeats, followed on patrol, persisted, published)
 * ÷ the bare ceiling: the same rows in groups of the same size, inserted and upserted by the driver with nothing done before or after.
 * Rounds of both in turn; the two never run at once.
 */
export async function benchIngest(open: () => Promise<Db>) {
  const db = await open()
  const { running, ids, walkers } = await openBenchTown(db, { officers })
  const total = db.kind === 'server' ? 200_000 : 60_000
  const rounds = total / officers / perReport
  const ours: number[] = []
  const bare: number[] = []
  let at = Date.now() - 6 * 3_600_000
  for (let turn = 0; turn < 5; turn += 1) {
    const reports: [number, FixReport[]][] = []
    for (let i = 0; i < rounds; i += 1, at += perReport * 1000)
      for (const id of ids)
        reports.push([
          id,
          Array.from({ length: perReport }, (_, k) => ({
            ...walkers.step(id, 1),
            recordedAt: new Date(at + k * 1000).toISOString(),
          })),
        ])
    ours.push(await timed(total, () => ingest(reports)))
    const groups = bareGroups(reports)
    await ensureTrackDay(db, new Date(at).toISOString().slice(0, 10))
    bare.push(await timed(total, () => writeBare(db, groups)))
    await running.pack()
  }
  /** As the doors do it: whoever comes waits for their own, and 12,000 are on their way at any time. */
  async function ingest(reports: [number, FixReport[]][]) {
    const flying = new Set<Promise<unknown>>()
    for (const [id, fixes] of reports) {
      const one = running.services.recordFixes(id, fixes, 'http')
      flying.add(one)
      void one.then(() => flying.delete(one))
      if (flying.size >= 12_000 / perReport) await Promise.race([one, ...[...flying].slice(0, 1)])
    }
    await Promise.all(flying)
  }
  const stored = await db.query<{ n: number }>(
    `select (select count(*) from fixes)::int + (select coalesce(sum(count), 0) from track_chunks)::int as n`,
  )
  await running.close()
  return {
    ingestRatio: round(median(ours) / median(bare)),
    ingestFixesPerSecond: Math.round(median(ours)),
    bareFixesPerSecond: Math.round(median(bare)),
    ingestStored: stored[0]?.n ?? 0,
  }
}

async function timed(count: number, work: () => Promise<void>) {
  const from = performance.now()
  await work()
  return count / ((performance.now() - from) / 1000)
}

/** The same rows, a minute earlier, so that they are new; made ready before the clock starts. */
function bareGroups(reports: [number, FixReport[]][]): Fix[][] {
  const rows = reports.flatMap(([officerId, fixes]) =>
    fixes.map(
      (fix): Fix => ({
        officerId,
        recordedAt: Date.parse(fix.recordedAt) + 1,
        receivedAt: Date.now(),
        lng: fix.lng,
        lat: fix.lat,
        accuracy: fix.accuracy ?? null,
        speed: fix.speed ?? null,
        heading: fix.heading ?? null,
        battery: fix.battery ?? null,
        gridId: 2,
        flags: 0,
      }),
    ),
  )
  return Array.from({ length: Math.ceil(rows.length / group) }, (_, i) =>
    rows.slice(i * group, (i + 1) * group),
  )
}

async function writeBare(db: Db, groups: Fix[][]) {
  for (const rows of groups)
    await db.transaction(async (tx) => {
      await appendFixes(tx, 0, rows)
      const newest = new Map(rows.map((fix) => [fix.officerId, { fix, standing: undefined }]))
      await upsertPositions(tx, [...newest.values()])
    })
}
