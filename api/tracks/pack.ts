import { setTimeout } from 'node:timers/promises'
import type { Db } from '../db/connect.ts'
import { chunkSize, chunkSpanMs, dayMs, encodeChunk, type Fix, importedFlag } from './chunks.ts'
import {
  appendFixes,
  countSlice,
  deleteChunks,
  deleteLogged,
  deleteLoggedAfter,
  emptySlice,
  ensureTrackDay,
  holdChunks,
  insertChunks,
  listChunksReceived,
  listLastChunks,
  listLastLogged,
  listSlice,
  listSliceDays,
  lockTracks,
  type NewChunk,
} from './queries.ts'
import { fixesOf } from './store.ts'

/** Fixes packed in one transaction: on the embedded database everybody else waits for it. */
const batchSize = 12_000
export const packEveryMs = 10 * 60_000
const settleMs = 500

interface Parts {
  db: Db
  /** From the town to a grid. */
  pathOf: (gridId: number) => readonly number[]
}

/**
 * The log in two halves: one is written, the other packed into chunks and emptied. `turn` changes their roles and packs; nothing is
 * lost wherever it is cut off, because packing the same fixes again gives the same chunks.
 */
export function createLog({ db, pathOf }: Parts) {
  let writing: 0 | 1 = 0
  let packing: Promise<number> | undefined
  return {
    append: (tx: Db, fixes: readonly Fix[]) => appendFixes(tx, writing, fixes),
    /** Packs the half that is not written, then what has been written since. Answers how many fixes were packed. */
    async turn(): Promise<number> {
      packing ??= (async () => {
        const left = await packSlice({ db, pathOf }, writing === 0 ? 1 : 0)
        writing = writing === 0 ? 1 : 0
        // A group that was under way still goes to the half that is to be packed.
        await setTimeout(settleMs)
        return left + (await packSlice({ db, pathOf }, writing === 0 ? 1 : 0))
      })().finally(() => {
        packing = undefined
      })
      return packing
    },
  }
}
export type Log = ReturnType<typeof createLog>

async function packSlice({ db, pathOf }: Parts, slice: 0 | 1): Promise<number> {
  const held = await countSlice(db, slice)
  let packed = 0
  for (let at = 0; at < held.length; ) {
    const officers: number[] = []
    let size = 0
    while (at < held.length && (officers.length === 0 || size + (held[at]?.count ?? 0) <= batchSize)) {
      officers.push(held[at]?.officerId ?? 0)
      size += held[at]?.count ?? 0
      at += 1
    }
    packed += await packOfficers({ db, pathOf }, slice, officers)
  }
  // Whoever wrote to it since: another process at an import, or a group that was under way. It stays for the next turn.
  if (packed > 0)
    await db
      .transaction((tx) => emptySlice(tx, slice, packed))
      .catch((error: { code?: string }) => {
        if (error.code !== '55P03') throw error // lock_not_available
      })
  return packed
}

/** Writes some officers' fixes into chunks, merged with the chunks that they touch. Answers how many. */
async function packOfficers(
  { db, pathOf }: Parts,
  slice: 0 | 1,
  officers: readonly number[],
): Promise<number> {
  for (const day of await listSliceDays(db, slice, officers)) await ensureTrackDay(db, day)
  return db.transaction(async (tx) => {
    await lockTracks(tx)
    const fixes = await listSlice(tx, slice, officers)
    const byOfficer = Map.groupBy(fixes, (fix) => fix.officerId)
    const touched = await holdChunks(
      tx,
      [...byOfficer].map(([officerId, own]) => ({
        officerId,
        from: own[0]?.recordedAt ?? 0,
        to: own.at(-1)?.recordedAt ?? 0,
      })),
    )
    const before = Map.groupBy(touched, (chunk) => chunk.officerId)
    const chunks = [...byOfficer].flatMap(([officerId, own]) => {
      const held = before.get(officerId)
      return cut(held ? merge([...held.flatMap(fixesOf), ...own]) : unrepeated(own), pathOf)
    })
    if (touched.length > 0) await deleteChunks(tx, touched)
    if (chunks.length > 0) await insertChunks(tx, chunks)
    return fixes.length
  })
}

const merge = (fixes: Fix[]): Fix[] => unrepeated(fixes.sort((a, b) => a.recordedAt - b.recordedAt))
const unrepeated = (fixes: readonly Fix[]): Fix[] =>
  fixes.filter((fix, i) => fix.recordedAt !== fixes[i - 1]?.recordedAt)

/** One officer's fixes in order, cut into chunks: full, an hour long, or at the end of the day. */
function cut(fixes: readonly Fix[], pathOf: Parts['pathOf']): NewChunk[] {
  const chunks: NewChunk[] = []
  for (let start = 0; start < fixes.length; ) {
    const from = fixes[start]?.recordedAt ?? 0
    const end = Math.min(from + chunkSpanMs - 1, (Math.floor(from / dayMs) + 1) * dayMs - 1)
    let stop = start
    while (stop < fixes.length && stop - start < chunkSize && (fixes[stop]?.recordedAt ?? 0) <= end) stop += 1
    chunks.push(chunkOf(fixes.slice(start, stop), pathOf))
    start = stop
  }
  return chunks
}

function chunkOf(fixes: readonly Fix[], pathOf: Parts['pathOf']): NewChunk {
  const received = fixes.map((fix) => fix.receivedAt)
  return {
    officerId: fixes[0]?.officerId ?? 0,
    startedAt: fixes[0]?.recordedAt ?? 0,
    endedAt: fixes.at(-1)?.recordedAt ?? 0,
    receivedFrom: Math.min(...received),
    receivedTo: Math.max(...received),
    count: fixes.length,
    path: [...new Set([...new Set(fixes.map((fix) => fix.gridId))].flatMap(pathOf))],
    payload: encodeChunk(fixes),
  }
}

/** Takes out what was imported at one instant. Answers the number of fixes and whose they were. */
export async function removeReceived(
  tx: Db,
  receivedAt: Date,
): Promise<{ count: number; officers: number[] }> {
  await lockTracks(tx)
  const logged = await deleteLogged(tx, receivedAt)
  const chunks = (await listChunksReceived(tx, receivedAt)).map((chunk) => {
    const fixes = fixesOf(chunk)
    return {
      chunk,
      fixes,
      left: fixes.filter((fix) => fix.receivedAt !== receivedAt.getTime() || !(fix.flags & importedFlag)),
    }
  })
  const touched = chunks.filter(({ fixes, left }) => left.length < fixes.length)
  if (touched.length > 0)
    await deleteChunks(
      tx,
      touched.map(({ chunk }) => chunk),
    )
  const rest = touched
    .filter(({ left }) => left.length > 0)
    .map(({ chunk, left }) => chunkOf(left, () => chunk.path))
  if (rest.length > 0) await insertChunks(tx, rest)
  return {
    count:
      logged.reduce((sum, row) => sum + row.count, 0) +
      touched.reduce((sum, { fixes, left }) => sum + fixes.length - left.length, 0),
    officers: [
      ...new Set([...logged.map((row) => row.officerId), ...touched.map(({ chunk }) => chunk.officerId)]),
    ],
  }
}

/** Takes out what an officer recorded after an instant: a shift that has ended earlier than was known. Answers how many fixes. */
export async function removeAfter(tx: Db, officerId: number, after: Date): Promise<number> {
  await lockTracks(tx)
  const logged = await deleteLoggedAfter(tx, officerId, after)
  const held = await holdChunks(tx, [
    { officerId, from: after.getTime() + 1, to: after.getTime() + 3650 * dayMs },
  ])
  if (held.length > 0) await deleteChunks(tx, held)
  const kept = held.map((chunk) => ({
    chunk,
    left: fixesOf(chunk).filter((fix) => fix.recordedAt <= after.getTime()),
  }))
  const rest = kept
    .filter(({ left }) => left.length > 0)
    .map(({ chunk, left }) => chunkOf(left, () => chunk.path))
  if (rest.length > 0) await insertChunks(tx, rest)
  const whole = held.reduce((sum, chunk) => sum + chunk.count, 0)
  return logged.length + whole - kept.reduce((sum, { left }) => sum + left.length, 0)
}

/** The newest fix of each of some officers, wherever it lies. */
export async function findNewest(tx: Db, officers: readonly number[]): Promise<Map<number, Fix>> {
  const newest = new Map<number, Fix>()
  const look = (fix: Fix | undefined) => {
    if (fix && fix.recordedAt > (newest.get(fix.officerId)?.recordedAt ?? 0)) newest.set(fix.officerId, fix)
  }
  for (const fix of await listLastLogged(tx, officers)) look(fix)
  for (const chunk of await listLastChunks(tx, officers)) look(fixesOf(chunk).at(-1))
  return newest
}
