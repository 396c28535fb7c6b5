import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import type { Services } from '../app.ts'
import type { Db } from '../db/connect.ts'
import { appendTimeline } from '../db/timeline.ts'
import { notFound, Refusal } from '../errors.ts'
import {
  arrivingFile,
  hashFile,
  keptFile,
  moveInto,
  removeContent,
  removeFile,
  sizeOf,
  thumbnailFile,
} from './files.ts'
import { redrawPhoto } from './photo.ts'
import {
  findIncidentPath,
  findSent,
  findTimeZone,
  isContentUsed,
  type Kept,
  lockContent,
  type MediumRow,
  markReady,
  markRefused,
  rewind,
} from './queries.ts'
import { repackRecording } from './recording.ts'

/** What uploads stand on. */
export type MediaServices = Pick<Services, 'db' | 'now' | 'config' | 'stream'>
/** Who sends: `account:<id>`, or `citizen:<session>`. Only they may go on with an upload, see it unbound, and bind it. */
export interface Sender {
  owner: string
  name: string
  role: string
}

export const refusal = (reason: string) => new Refusal(422, 'refused', reason)
export const offsetRefusal = (received: number) =>
  new Refusal(409, 'offset', `${received} bytes have arrived: go on from there.`)
/** What had arrived is not there any more (another disk, a machine that lost power). */
export async function beginAgain(db: Db, id: number): Promise<Refusal> {
  await rewind(db, id)
  return offsetRefusal(0)
}

/**
 * Makes what arrived anew, puts it in its place and marks it ready, with an event when it belongs to an incident; what arrived is deleted.
 * Throws 422 with the reason for what was refused, 409 when bytes are missing on the disk.
 */
export async function finish(services: MediaServices, sender: Sender, id: number): Promise<MediumRow> {
  const { db, config, now, stream } = services
  const row = await findSent(db, sender.owner, id)
  if (!row) throw notFound('upload')
  if (row.state === 'refused') throw refusal(row.reason)
  if (row.state === 'ready') return row
  const arrived = arrivingFile(config.dataFolder, id)
  if ((await sizeOf(arrived)) !== row.bytes) throw await beginAgain(db, id)
  // Of its own, should another process be at the same upload.
  const made = `${arrived}.${randomUUID()}`
  try {
    const { hasThumbnail, ...kept } = await makeAnew(row, made, {
      file: arrived,
      now: now(),
      timeZone: await findTimeZone(db),
    })
    const ready = await db.transaction(async (tx) => {
      await lockContent(tx, kept.sha256)
      await moveInto(made, keptFile(config.dataFolder, kept))
      if (hasThumbnail) await moveInto(`${made}.thumbnail`, thumbnailFile(config.dataFolder, kept.sha256))
      const written = await markReady(tx, id, kept)
      if (!written && !(await isContentUsed(tx, kept.sha256)))
        await removeContent(config.dataFolder, kept.sha256)
      if (written) await tellAttached(tx, { row: written, sender, at: now() })
      return written
    })
    await removeFile(arrived)
    if (ready && ready.incidentId !== null) stream.wake()
    return ready ?? (await findSent(db, sender.owner, id)) ?? Promise.reject(notFound('upload'))
  } catch (error) {
    if (error instanceof Refusal && error.code === 'refused') {
      await markRefused(db, id, error.message)
      await removeFile(arrived)
    }
    throw error
  } finally {
    await removeFile(made)
    await removeFile(`${made}.thumbnail`)
  }
}

async function makeAnew(
  { kind }: MediumRow,
  made: string,
  { file, ...given }: { file: string; now: Date; timeZone: string },
): Promise<Kept & { hasThumbnail: boolean }> {
  if (kind !== 'photo') {
    const recording = await recordings(() => repackRecording({ file, out: made, kind }, given))
    return { ...recording, sha256: await hashFile(made), hasThumbnail: false }
  }
  const { jpeg, thumbnail, ...photo } = await photos(() => redrawPhoto(file, given))
  await writeFile(made, jpeg)
  await writeFile(`${made}.thumbnail`, thumbnail)
  return { ...photo, mime: 'image/jpeg', seconds: null, sha256: await hashFile(made), hasThumbnail: true }
}

/** Numbers are taken last: see `appendTimeline`. */
async function tellAttached(tx: Db, { row, sender, at }: { row: MediumRow; sender: Sender; at: Date }) {
  if (row.incidentId === null) return
  const path = await findIncidentPath(tx, row.incidentId)
  await appendTimeline(tx, [
    {
      event: 'incident:attached',
      at,
      actor: { name: sender.name, role: sender.role },
      path: path ?? [],
      incidentId: row.incidentId,
      data: { mediaId: row.id, kind: row.kind, moment: row.moment },
    },
  ])
}

/** So many at once, the others wait: a decoded photograph takes up to a quarter of a gigabyte. */
function createTurns(most: number) {
  let free = most
  const waiting: (() => void)[] = []
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (free > 0) free -= 1
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else free += 1
    }
  }
}
const [photos, recordings] = [createTurns(2), createTurns(1)]
