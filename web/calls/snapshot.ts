import type { Medium } from '../../api/contract/media.ts'
import { newKey, postJson, putBytes } from '../client.ts'

/** Adds a picture taken from a call to an incident, by the way that every photograph takes. Rejects with `RequestFailed`. */
export async function keepPicture(picture: Blob, incidentId: number, name: string): Promise<void> {
  const { id } = await postJson<Medium>('/api/media', {
    kind: 'photo',
    moment: 'other',
    bytes: picture.size,
    key: `call:${newKey()}`,
    name,
    incidentId,
  })
  await putBytes(`/api/media/${id}/content`, picture, {
    query: { offset: 0 },
    signal: AbortSignal.timeout(60_000),
    onSent: () => {},
  })
}
