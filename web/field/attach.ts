import type { MediaKind, mediaMoments } from '../../api/contract/media.ts'
import { newKey } from '../client.ts'
import type { Draft } from './outbox.ts'

type Moment = (typeof mediaMoments)[number]

export interface Attachment {
  /** The key of its upload. */
  key: string
  kind: MediaKind
  file: Blob
  name: string
  /** An address of a small picture of it; none where the browser cannot draw it. */
  preview: string | null
  seconds: number | null
}

const previewPixels = 320

/** A file that was picked or recorded, with a small picture: twelve photographs in full would fill a phone's memory. */
export async function attach(
  file: File | Blob,
  kind: MediaKind,
  seconds: number | null = null,
): Promise<Attachment> {
  const name = file instanceof File ? file.name.slice(0, 200) : ''
  return {
    key: newKey(),
    kind,
    file,
    name,
    preview: kind === 'photo' ? await previewOf(file) : null,
    seconds,
  }
}

async function previewOf(file: Blob): Promise<string | null> {
  try {
    const bitmap = await createImageBitmap(file, { resizeWidth: previewPixels, resizeQuality: 'medium' })
    const canvas = document.createElement('canvas')
    canvas.width = bitmap.width
    canvas.height = bitmap.height
    canvas.getContext('2d')?.drawImage(bitmap, 0, 0)
    bitmap.close()
    const small = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.7))
    return small && URL.createObjectURL(small)
  } catch {
    // A format that this browser does not draw (HEIC): the server may.
    return null
  }
}

export const forget = ({ preview }: Attachment): void => {
  if (preview) URL.revokeObjectURL(preview)
}

/** The uploads of what is attached, for the outbox. */
export function uploadsOf(
  attachments: readonly Attachment[],
  moment: Moment,
  { incidentId = null, reportKey = null }: { incidentId?: number | null; reportKey?: string | null } = {},
): { drafts: Draft[]; files: Map<string, Blob>; keys: string[] } {
  const drafts = attachments.map(
    ({ key, kind, file, name }): Draft => ({
      key,
      title: name,
      command: { kind: 'upload', medium: { kind, moment, bytes: file.size, name }, incidentId, reportKey },
    }),
  )
  const files = new Map(attachments.map(({ key, file }) => [key, file]))
  return { drafts, files, keys: attachments.map(({ key }) => key) }
}
