import { Worker } from 'node:worker_threads'
import type { MediaKind } from '../contract/media.ts'
import { Refusal } from '../errors.ts'
import { type Evidence, plausible, readInstant, readIso6709 } from './evidence.ts'
import type { Repacked, RepackOrder } from './repack.ts'

export interface Recording extends Evidence {
  mime: string
  seconds: number
  width: number | null
  height: number | null
}
const limitMs = 45_000

/**
 * Packs a recording anew into `out`: the packets of its first picture and sound, nothing else. In a thread of its own with a limit of
 * memory and 45 s, so that no file holds up the requests. Throws a Refusal for what cannot be read.
 */
export async function repackRecording(
  order: Omit<RepackOrder, 'kind'> & { kind: Exclude<MediaKind, 'photo'> },
  { timeZone, now }: { timeZone: string; now: Date },
): Promise<Recording> {
  const answer = await ask(order)
  if ('refused' in answer) throw new Refusal(422, 'refused', answer.refused)
  const { written, createdAt, place, ...recording } = answer
  return {
    ...recording,
    takenAt:
      readInstant(written, { timeZone, now }) ?? (createdAt === null ? null : plausible(createdAt, now)),
    ...readIso6709(place),
  }
}

function ask(order: RepackOrder): Promise<Repacked> {
  const worker = new Worker(new URL('./repack.ts', import.meta.url), {
    workerData: order,
    resourceLimits: { maxOldGenerationSizeMb: 512, stackSizeMb: 8 },
  })
  return new Promise<Repacked>((resolve) => {
    const damaged = { refused: 'The recording is damaged, not whole, or of a kind that cannot be read here.' }
    const timer = setTimeout(() => {
      resolve({ refused: 'The recording takes too long to read.' })
      void worker.terminate()
    }, limitMs)
    worker.on('message', resolve)
    worker.on('error', () => resolve(damaged))
    worker.on('exit', () => {
      clearTimeout(timer)
      resolve(damaged)
    })
  })
}
