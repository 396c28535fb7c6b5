import { z } from '@hono/zod-openapi'
import { instant, lat, lng } from './geo.ts'

/** One fix as a phone reports it. Speed in m/s, heading in degrees clockwise from north, accuracy in metres. */
export const fixReport = z
  .strictObject({
    lng,
    lat,
    recordedAt: instant,
    accuracy: z.number().min(0).max(100_000).optional(),
    speed: z.number().min(0).max(200).optional(),
    heading: z.number().min(0).max(360).optional(),
    battery: z.number().min(0).max(1).optional(),
  })
  .openapi('FixReport')
export type FixReport = z.infer<typeof fixReport>

export const fixBatchSize = 1000
export const fixBatch = z
  .strictObject({ fixes: z.array(fixReport).min(1).max(fixBatchSize) })
  .openapi('FixBatch')

/** What became of each fix: counts by outcome, and the first refusals by index. */
export const fixOutcome = z
  .object({
    accepted: z.number().int(),
    repeated: z.number().int(),
    refused: z.array(z.object({ index: z.number().int(), code: z.string(), detail: z.string() })),
  })
  .openapi('FixOutcome')
export type FixOutcome = z.infer<typeof fixOutcome>

/** Where an officer is now. */
export const livePosition = z
  .object({
    officerId: z.number(),
    lng: z.number(),
    lat: z.number(),
    recordedAt: z.string(),
    speed: z.number().nullable(),
    heading: z.number().nullable(),
    gridId: z.number().describe('the smallest grid that holds it; the town itself when it lies in none'),
  })
  .openapi('LivePosition')
export type LivePosition = z.infer<typeof livePosition>
