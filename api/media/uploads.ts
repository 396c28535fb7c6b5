import { type MediaKind, mediaLimits, type NewMedium } from '../contract/media.ts'
import type { Db } from '../db/connect.ts'
import type { Scope } from '../db/scope.ts'
import { notFound, Refusal } from '../errors.ts'
import { arrivingFile, removeContent, removeFile, removeLeftovers, sizeOf, writePiece } from './files.ts'
import { beginAgain, finish, type MediaServices, offsetRefusal, refusal, type Sender } from './finish.ts'
import {
  countUnbound,
  deleteUnbound,
  findByKey,
  findIncidentPath,
  findSent,
  insertMedium,
  isContentUsed,
  listStale,
  lockContent,
  type MediumRow,
  setReceived,
} from './queries.ts'

// An upload's life: begun, received piece by piece, made anew, bound. What arrived is deleted as soon as it was made anew or refused.

export const mostUnbound = 60
const [dayMs, unboundDays] = [86_400_000, 7]

/**
 * Begins an upload; a key that this sender has used before answers the upload that is there (`known`), and finishes it when its bytes
 * are whole. With `incidentId` it is bound at once: 404 unless `scope` sees the incident. 413 over the limit of its kind, 429 over 60
 * a day that no incident holds, 409 for a key of another file. `admit` may refuse one that is new.
 */
export async function beginUpload(
  services: MediaServices,
  {
    sender,
    medium,
    scope,
    limits = mediaLimits,
    admit,
  }: {
    sender: Sender
    medium: NewMedium
    scope?: Scope
    limits?: Record<MediaKind, number>
    admit?: () => Promise<void>
  },
): Promise<{ row: MediumRow; known: boolean }> {
  const { db, now } = services
  const known = await findByKey(db, sender.owner, medium.key)
  if (known) return { row: await goOn(services, sender, known, medium), known: true }
  const most = limits[medium.kind]
  if (medium.bytes > most)
    throw new Refusal(413, 'too-large', `A ${medium.kind} may have ${most / 1e6} MB at most.`)
  if (medium.incidentId !== undefined) {
    const { incidentId } = medium
    const path = scope && (await db.scoped(scope, (tx) => findIncidentPath(tx, incidentId)))
    if (!path) throw notFound('incident')
  }
  const begun = await countUnbound(db, sender.owner, new Date(now().getTime() - dayMs))
  if (begun >= mostUnbound)
    throw new Refusal(
      429,
      'too-many-uploads',
      `${mostUnbound} uploads within a day belong to no incident yet: send the reports they are for, or delete some.`,
    )
  await admit?.()
  const row = await insertMedium(db, { medium, owner: sender.owner, name: sender.name, at: now() })
  if (row) return { row, known: false }
  const won = await findByKey(db, sender.owner, medium.key)
  if (!won) throw new Error('an upload was neither written nor found')
  return { row: await goOn(services, sender, won, medium), known: true }
}

async function goOn(services: MediaServices, sender: Sender, row: MediumRow, medium: NewMedium) {
  if (row.kind !== medium.kind || row.bytes !== medium.bytes)
    throw new Refusal(409, 'key', 'This key belongs to another upload.')
  return isWhole(row) ? inTurn(services, row.id, () => finish(services, sender, row.id)) : row
}

/**
 * Takes the bytes from `offset` on; a piece that has arrived before is fine. The last one makes the medium anew and answers it ready.
 * 409 with how much has arrived for any other offset; 422 with the reason, again and again, for what was refused.
 */
export function receivePiece(
  services: MediaServices,
  { sender, id, offset, bytes }: { sender: Sender; id: number; offset: number; bytes: Uint8Array },
): Promise<MediumRow> {
  return inTurn(services, id, async () => {
    const { db, config } = services
    const row = await findSent(db, sender.owner, id)
    if (!row) throw notFound('upload')
    if (row.state === 'refused') throw refusal(row.reason)
    const end = offset + bytes.byteLength
    if (end > row.bytes)
      throw new Refusal(422, 'too-long', `The file was said to have ${row.bytes} bytes; these are more.`)
    if (row.state === 'ready') return row
    if (end > row.received) {
      if (offset !== row.received) throw offsetRefusal(row.received)
      const file = arrivingFile(config.dataFolder, id)
      if ((await sizeOf(file)) < offset) throw await beginAgain(db, id)
      await writePiece(file, offset, bytes)
      await setReceived(db, id, end)
    }
    const received = Math.max(row.received, end)
    return received === row.bytes ? finish(services, sender, id) : { ...row, received }
  })
}

/** Deletes an upload that belongs to no incident. 404 for others' uploads, 409 once it is bound. */
export async function removeUpload(services: MediaServices, sender: Sender, id: number): Promise<void> {
  await inTurn(services, id, async () => {
    const row = await findSent(services.db, sender.owner, id)
    if (!row) throw notFound('upload')
    if (!(await removeRow(services.db, services.config.dataFolder, row)))
      throw new Refusal(409, 'bound', 'It belongs to an incident and stays with it.')
  })
}

/**
 * Deletes uploads that stopped more than a day ago and those that no report came for within seven days, with their files;
 * answers how many.
 */
export async function sweepMedia(db: Db, dataFolder: string, at: Date): Promise<number> {
  const begun = new Date(at.getTime() - dayMs)
  const stale = await listStale(db, { begun, unbound: new Date(at.getTime() - unboundDays * dayMs) })
  let swept = 0
  for (const row of stale) if (await removeRow(db, dataFolder, row)) swept += 1
  await removeLeftovers(dataFolder, begun)
  return swept
}

/** The content goes with the last row that holds it. */
async function removeRow(db: Db, dataFolder: string, { id, sha256 }: { id: number; sha256: string }) {
  const removed = await db.transaction(async (tx) => {
    if (sha256) await lockContent(tx, sha256)
    const gone = await deleteUnbound(tx, id)
    if (gone && sha256 && !(await isContentUsed(tx, sha256))) await removeContent(dataFolder, sha256)
    return gone
  })
  if (removed) await removeFile(arrivingFile(dataFolder, id))
  return removed
}

const isWhole = (row: MediumRow) => row.state === 'receiving' && row.received === row.bytes

/** One thing at a time with one upload: pieces sent twice arrive together. */
const busy = new Map<string, Promise<unknown>>()
async function inTurn<T>({ config }: MediaServices, id: number, work: () => Promise<T>): Promise<T> {
  const key = `${config.dataFolder} ${id}`
  const before = busy.get(key)
  const mine = (async () => {
    await before?.catch(() => {})
    return work()
  })()
  busy.set(key, mine)
  try {
    return await mine
  } finally {
    if (busy.get(key) === mine) busy.delete(key)
  }
}
