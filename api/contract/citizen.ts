import { z } from '@hono/zod-openapi'
import { instant, lat, lng, text } from './geo.ts'
import { states } from './lifecycle.ts'

// 随手拍: a report in three taps, followed by a code. A citizen sees what was done, never who did it nor what was said inside.

export const citizenReport = z
  .strictObject({
    classCode: z.string().max(16),
    description: text(1000).default(''),
    address: text(200).default(''),
    lng,
    lat,
    phone: z
      .string()
      .trim()
      .regex(/^(\+?\d[\d -]{5,20})?$/, 'must be a telephone number')
      .default(''),
    key: z
      .string()
      .regex(/^[\w:.-]{8,120}$/)
      .describe('made by the phone: a repeated report answers the first one'),
    happenedAt: instant.optional(),
    mediaIds: z.array(z.number().int().min(1)).max(9).default([]),
  })
  .openapi('CitizenReport')
export type CitizenReport = z.infer<typeof citizenReport>

/** What somebody with the code may know. */
export const followed = z
  .object({
    number: z.string(),
    classCode: z.string(),
    className: z.string(),
    description: z.string(),
    address: z.string(),
    lng: z.number(),
    lat: z.number(),
    state: z.enum(states),
    reportedAt: z.string(),
    steps: z.array(z.object({ event: z.string(), at: z.string() })),
    photos: z.array(z.object({ id: z.number(), moment: z.enum(['found', 'handled', 'checked', 'other']) })),
    mayRate: z.boolean(),
    satisfied: z.boolean().nullable(),
    comment: z.string(),
  })
  .openapi('FollowedReport')
export type Followed = z.infer<typeof followed>

export const citizenAnswer = z
  .object({ code: z.string().describe('shown once: the way back to this report'), report: followed })
  .openapi('CitizenAnswer')

export const rating = z
  .strictObject({
    satisfied: z.boolean(),
    comment: text(500).default(''),
    reopen: z.boolean().default(false).describe('asks for it to be taken up again; only when not satisfied'),
  })
  .openapi('Rating')
export type Rating = z.infer<typeof rating>
