import type { MediaKind } from '../../api/contract/media.ts'

/** Bytes of one upload. Written again here: the contract's file loads the schema library. */
export const mediaBytes: Record<MediaKind, number> = {
  photo: 25_000_000,
  video: 200_000_000,
  voice: 30_000_000,
}
