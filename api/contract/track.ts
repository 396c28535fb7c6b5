import { z } from '@hono/zod-openapi'
import { id, instant, text } from './geo.ts'

// Tracks are people's ways. Whoever looks at somebody else's says why, and that is kept.

/** dispatch: to send or guide; incident: belongs to a case; safety: a person may be in danger; complaint: somebody has complained; coaching, review: of the patrol. */
export const lookReasons = [
  'dispatch',
  'incident',
  'safety',
  'complaint',
  'coaching',
  'review',
  'briefing',
] as const
export type LookReason = (typeof lookReasons)[number]

const asked = {
  from: instant.optional(),
  to: instant.optional(),
  /** The line may be drawn up to so many metres beside a fix it leaves out, at every instant; 0 gives every fix. */
  tolerance: z.coerce.number().min(0).max(1000).default(0),
  reason: z.enum(lookReasons).optional().describe('required unless the track is the caller’s own'),
  note: text(200).optional(),
}
export const trackQuery = z.object({
  ...asked,
  limit: z.coerce.number().int().min(1).max(100_000).default(100_000),
})
export const playbackSize = 50
export const playbackQuery = z.object({
  ...asked,
  officers: z
    .string()
    .regex(/^\d{1,9}(,\d{1,9}){0,49}$/, `up to ${playbackSize} officer ids with commas between`)
    .transform((list) => [...new Set(list.split(',').map(Number))]),
})

export const trackPoint = z
  .object({
    lng: z.number(),
    lat: z.number(),
    recordedAt: z.string(),
    speed: z.number().nullable().describe('m/s'),
    jump: z
      .boolean()
      .describe(
        'farther from the fix before than anybody moves: a fault of the phone, left out of distances',
      ),
  })
  .openapi('TrackPoint')

export const track = z
  .object({
    officerId: z.number(),
    from: z.string(),
    to: z.string(),
    fixes: z.number().int().describe('all of the time asked for, however many points are given'),
    jumps: z.number().int(),
    /** True when `limit` cut the oldest away. */
    cut: z.boolean(),
    distanceMeters: z.number(),
    movingSeconds: z.number(),
    stops: z.array(
      z.object({ lng: z.number(), lat: z.number(), from: z.string(), to: z.string(), gridId: z.number() }),
    ),
    grids: z.array(z.object({ gridId: z.number(), seconds: z.number() })).describe('longest first'),
    points: z.array(trackPoint),
  })
  .openapi('Track')
export type Track = z.infer<typeof track>

/** Several officers on one clock: columns of whole numbers, `at` in ms since `from`, degrees × 1e6. A pause of five minutes is a break in the line. */
export const playback = z
  .object({
    from: z.string(),
    to: z.string(),
    tracks: z.array(
      z.object({
        officerId: z.number(),
        fixes: z.number().int(),
        at: z.array(z.number().int()),
        lng: z.array(z.number().int()),
        lat: z.array(z.number().int()),
      }),
    ),
  })
  .openapi('Playback')
export type Playback = z.infer<typeof playback>

export const look = z
  .object({
    id: z.number(),
    at: z.string(),
    name: z.string().describe('who looked'),
    role: z.string(),
    officerId: z.number(),
    from: z.string(),
    to: z.string(),
    reason: z.enum(lookReasons),
    note: z.string(),
  })
  .openapi('TrackLook')
export type TrackLook = z.infer<typeof look>
export const looksQuery = z.object({
  officer: id.optional(),
  /** Those before this one, for the next page. */
  before: id.optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
})

/** How long, how often and by how many officers each smallest grid was walked, in whole days of the town's zone. */
export const patrolQuery = z.object({ from: z.iso.date(), to: z.iso.date() })
export const patrol = z
  .object({
    gridId: z.number(),
    seconds: z.number(),
    visits: z.number().int(),
  })
  .openapi('Patrol')
export type Patrol = z.infer<typeof patrol>
