import { z } from '@hono/zod-openapi'
import { id, instant, lat, lng, text } from './geo.ts'
import { actions, sources, states } from './lifecycle.ts'

export const incidentClass = z
  .object({
    code: z.string(),
    name: z.string(),
    nameEn: z.string(),
    family: z.string(),
    dueMinutes: z.number().int().describe('natural minutes from filing to handled'),
  })
  .openapi('IncidentClass')
export type IncidentClass = z.infer<typeof incidentClass>

export const incident = z
  .object({
    id: z.number(),
    number: z.string(),
    classCode: z.string(),
    source: z.enum(sources),
    title: z.string(),
    description: z.string(),
    address: z.string(),
    lng: z.number(),
    lat: z.number(),
    gridId: z.number(),
    state: z.enum(states),
    reportedAt: z.string(),
    dueAt: z.string().nullable(),
    closedAt: z.string().nullable(),
    unitId: z.number().nullable(),
    officerId: z.number().nullable(),
    version: z.number().int(),
  })
  .openapi('Incident')
export type Incident = z.infer<typeof incident>

/** One line of the append-only, numbered history: also the fan-out message and the resume point. */
export const timelineEvent = z
  .object({
    seq: z.number(),
    event: z.string(),
    at: z.string(),
    incidentId: z.number().nullable(),
    actorName: z.string(),
    actorRole: z.string(),
    path: z.array(z.number()),
    data: z.record(z.string(), z.unknown()),
  })
  .openapi('TimelineEvent')
export type TimelineEvent = z.infer<typeof timelineEvent>

export const incidentDetail = incident
  .extend({ actions: z.array(z.enum(actions)), timeline: z.array(timelineEvent) })
  .openapi('IncidentDetail')
export type IncidentDetail = z.infer<typeof incidentDetail>

export const incidentReport = z
  .strictObject({
    classCode: z.string().max(16),
    source: z.enum(['member', 'officer', 'citizen', 'monitoring', 'hotline']).optional(),
    title: text(120, 1),
    description: text(4000).default(''),
    address: text(200).default(''),
    lng,
    lat,
    sourceKey: text(120, 1).optional().describe('repeating a report with the same key answers the first one'),
  })
  .openapi('IncidentReport')
export type IncidentReport = z.infer<typeof incidentReport>

export const transitionRequest = z
  .strictObject({
    action: z.enum(actions),
    note: text(1000, 1).optional(),
    unitId: id.optional(),
    officerId: id.optional(),
    version: z
      .number()
      .int()
      .min(1)
      .optional()
      .describe('refused with 409 when the incident has moved on since'),
  })
  .openapi('TransitionRequest')
export type TransitionRequest = z.infer<typeof transitionRequest>

/** In which plan of the grid cases are spoken of: in force, that of each case's time, or any by its id. */
export const spokenIn = z
  .union([z.enum(['now', 'then']), id])
  .default('now')
  .describe(
    'now: the plan in force; then: the plan of each case’s time; or the id of a plan that cases are stamped for',
  )

export const incidentQuery = z.object({
  state: z
    .string()
    .optional()
    .transform((value) => (value ? value.split(',') : undefined))
    .pipe(z.array(z.enum(states)).optional())
    .describe('comma separated'),
  open: z.enum(['true', 'false']).optional(),
  classCode: z.string().max(16).optional(),
  gridId: id.optional(),
  from: instant.optional(),
  to: instant.optional(),
  before: id.optional().describe('page on: only incidents with a smaller id'),
  limit: z.coerce.number().int().min(1).max(500).default(100),
})
export type IncidentQuery = z.infer<typeof incidentQuery>
