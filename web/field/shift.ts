import { postJson, problemOf } from '../client.ts'

/** Signs on. Answers when the shift began by the server's clock; throws `RequestFailed` when the duty calendar refuses. */
export async function signOn(officerId: number): Promise<number> {
  const shift = await postJson<{ startedAt: string }>(`/api/officers/${officerId}/shift`, { on: true })
  return Date.parse(shift.startedAt)
}

/** Signs off now, or since `at`; false while the server cannot be reached. Throws `RequestFailed` when it refuses. */
export async function signOff(officerId: number, at?: number): Promise<boolean> {
  const path = `/api/officers/${officerId}/shift`
  try {
    await postJson(path, at === undefined ? { on: false } : { on: false, at: new Date(at).toISOString() })
  } catch (cause) {
    const { code } = problemOf(cause)
    if (code === 'network') return false
    // Longer ago than the server takes back: it ends now, and nothing was recorded between.
    if (code === 'invalid' && at !== undefined) return signOff(officerId)
    if (code !== 'not-on-shift') throw cause
  }
  return true
}
