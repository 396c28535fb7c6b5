import { chunkBytes } from '../../api/contract/import-kinds.ts'
import type { ImportJob } from '../../api/contract/imports.ts'
import { getJson, problemOf, putBytes } from '../client.ts'

const waitMs = 2000

interface Sending {
  signal: AbortSignal
  onSent: (bytes: number) => void
  /** True while the server cannot be reached. */
  onWaiting: (waiting: boolean) => void
}

/**
 * Sends what the server has not got yet, piece by piece; answers the job once all of it is there. A lost connection is
 * waited for, and the server is asked how far it came. Throws what the server refuses, and the signal's abort.
 */
export async function sendFile(job: ImportJob, file: File, sending: Sending): Promise<ImportJob> {
  const { signal, onSent, onWaiting } = sending
  let now = job
  while (now.stage === 'uploading') {
    const offset = now.received
    try {
      onSent(offset)
      now = await putBytes<ImportJob>(
        `/api/imports/jobs/${job.id}/content`,
        file.slice(offset, offset + chunkBytes),
        { query: { offset }, signal, onSent: (bytes) => onSent(offset + bytes) },
      )
      onWaiting(false)
    } catch (cause) {
      signal.throwIfAborted()
      const { code, status } = problemOf(cause)
      if (code !== 'network' && code !== 'offset' && status !== 503) throw cause
      onWaiting(code !== 'offset')
      if (code !== 'offset') await pause(signal)
      now = await getJson<ImportJob>(`/api/imports/jobs/${job.id}`).catch((again: unknown) => {
        if (problemOf(again).code === 'network') return now
        throw again
      })
    }
  }
  return now
}

const pause = (signal: AbortSignal) =>
  new Promise<void>((resolve, reject) => {
    const timer = setTimeout(resolve, waitMs)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      reject(signal.reason as Error)
    })
  })
