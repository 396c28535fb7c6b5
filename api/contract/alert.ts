import { z } from '@hono/zod-openapi'
import { alertKinds } from './alert-rules.ts'
import { id, text } from './geo.ts'
import { severities } from './incident.ts'

// What makes a sound in the room: an incident or an alarm that somebody must look at now.

export const alert = z
  .object({
    id: z.number(),
    kind: z.enum(alertKinds),
    severity: z.enum(severities),
    title: z.string(),
    gridId: z.number(),
    path: z.array(z.number()).describe('the grid and all it lies in, the town first'),
    incidentId: z.number().nullable(),
    pointId: z.number().nullable(),
    count: z.number().int().describe('how many came together here'),
    level: z.number().int().describe('how often it went up the grid because nobody acknowledged it'),
    firstAt: z.string(),
    lastAt: z.string(),
    acknowledgedBy: z.string().nullable(),
    acknowledgedAt: z.string().nullable(),
  })
  .openapi('Alert')
export type Alert = z.infer<typeof alert>

export const alertQuery = z.object({
  open: z.enum(['true', 'false']).default('false').describe('only what nobody has acknowledged'),
  before: id.optional().describe('older than this one'),
  limit: z.coerce.number().int().min(1).max(500).default(200),
})
export const acknowledgeRequest = z.strictObject({
  ids: z.array(z.number().int().min(1).max(2_147_483_647)).min(1).max(500),
})

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/)
export const alertPreferences = z
  .strictObject({
    sound: z.boolean().default(true),
    desktop: z.boolean().default(true),
    push: z.boolean().default(true),
    /** Do not disturb: only what is urgent comes through. */
    quiet: z.strictObject({ from: clock, to: clock }).nullable().default(null),
    kinds: z
      .array(z.enum(alertKinds))
      .max(alertKinds.length)
      .default([...alertKinds]),
  })
  .openapi('AlertPreferences')
export type AlertPreferences = z.infer<typeof alertPreferences>

export const pushSubscription = z
  .strictObject({
    endpoint: z.url({ protocol: /^https$/ }).max(1000),
    expirationTime: z.number().nullable().optional(),
    keys: z.strictObject({ p256dh: text(200, 20), auth: text(100, 8) }),
  })
  .openapi('PushSubscription')
export type PushSubscriptionGiven = z.infer<typeof pushSubscription>
