import { z } from '@hono/zod-openapi'
import { id, text } from './geo.ts'

// Photographs, video and voice. What arrives is never served: a photograph is drawn anew, a recording is packed anew, both without what the
// device wrote into it; place and time are taken out first and kept as evidence.

export const mediaKinds = ['photo', 'video', 'voice'] as const
export type MediaKind = (typeof mediaKinds)[number]
/** What it shows: the scene as it was found, as it was left, or how it was checked. */
export const mediaMoments = ['found', 'handled', 'checked', 'other'] as const

/** Bytes of one upload, and of one piece of it. */
export const mediaLimits = { photo: 25_000_000, video: 200_000_000, voice: 30_000_000 } as const
export const pieceBytes = 4_000_000

export const medium = z
  .object({
    id: z.number(),
    incidentId: z.number().nullable(),
    kind: z.enum(mediaKinds),
    moment: z.enum(mediaMoments),
    state: z.enum(['receiving', 'ready', 'refused']),
    /** Why it was refused. */
    reason: z.string(),
    mime: z.string(),
    bytes: z.number(),
    received: z.number().describe('bytes that have arrived: go on from here'),
    width: z.number().nullable(),
    height: z.number().nullable(),
    seconds: z.number().nullable(),
    takenAt: z.string().nullable().describe('as the device wrote it: evidence, not proof'),
    takenLng: z.number().nullable(),
    takenLat: z.number().nullable(),
    sha256: z.string().describe('of what is kept'),
    addedAt: z.string(),
    addedBy: z.string(),
  })
  .openapi('Medium')
export type Medium = z.infer<typeof medium>

export const newMedium = z
  .strictObject({
    kind: z.enum(mediaKinds),
    moment: z.enum(mediaMoments).default('found'),
    bytes: z.number().int().min(1),
    key: z
      .string()
      .regex(/^[\w:.-]{8,120}$/)
      .describe('made by the phone: the same key goes on with the same upload'),
    name: text(200).default(''),
    incidentId: id.optional().describe('to add it to an incident that is there already'),
  })
  .openapi('NewMedium')
export type NewMedium = z.infer<typeof newMedium>
