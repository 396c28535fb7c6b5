import { z } from '@hono/zod-openapi'
import { classNeeds } from './abilities.ts'
import { limit } from './clock.ts'
import { id, instant, lat, lng, text } from './geo.ts'
import { actions, askable, marks, sources, states } from './lifecycle.ts'
import { medium } from './media.ts'

/** Limits of each stage. Handling may have several, one after the other: 围护 3, then 修复 8. */
export const classLimits = z
  .strictObject({
    file: limit,
    dispatch: limit,
    handle: z
      .array(limit.extend({ name: z.string().max(40).default('') }))
      .min(1)
      .max(5),
    check: limit,
  })
  .openapi('ClassLimits')
export type ClassLimits = z.infer<typeof classLimits>

export const severities = ['minor', 'usual', 'urgent'] as const
export type Severity = (typeof severities)[number]

/** 部件 has an owner who comes first; 事件 belongs first to the place where it happens. */
export const natures = ['event', 'component'] as const

const classFields = {
  code: text(16, 1),
  name: text(60, 1),
  nameEn: text(80).default(''),
  /** The major class of a minor one. */
  parentCode: z.string().max(16).nullable().default(null),
  family: z.string().max(20),
  nature: z.enum(natures).default('event'),
  severity: z.enum(severities).default('usual'),
  proof: z.boolean().default(false).describe('handling ends with a photograph'),
  open: z.boolean().default(true).describe('citizens and other systems may report it'),
  active: z.boolean().default(true),
  limits: classLimits,
  needs: classNeeds.nullable().default(null).describe('null: one person, whoever it is'),
}
export const incidentClass = z.object(classFields).openapi('IncidentClass')
export type IncidentClass = z.infer<typeof incidentClass>
export const classChange = z.strictObject(classFields).openapi('ClassChange')

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
    severity: z.enum(severities),
    reportedAt: z.string(),
    stageAt: z.string().nullable().describe('when the clock that runs began'),
    warnAt: z.string().nullable().describe('yellow from here on'),
    dueAt: z.string().nullable().describe('red after this; null: no clock runs'),
    part: z.number().int().describe('which limit of the handling runs'),
    partsLeft: z.number().int(),
    closedAt: z.string().nullable(),
    unitId: z.number().nullable(),
    officerId: z.number().nullable(),
    handledBy: z.number().nullable(),
    returns: z.number().int(),
    reworks: z.number().int(),
    arbitrated: z.boolean(),
    supervised: z.boolean(),
    asks: z.number().int().describe('requests that wait for a decision'),
    recurrence: z.number().int().describe('how many of this class were at this place in the 90 days before'),
    parentId: z.number().nullable(),
    mergedInto: z.number().nullable(),
    satisfied: z.boolean().nullable(),
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

/** Somebody asks for what they may not do themselves: 回退、延期、挂账、作废 … */
export const ask = z
  .object({
    id: z.number(),
    incidentId: z.number(),
    action: z.enum(askable),
    note: z.string(),
    data: z.record(z.string(), z.unknown()),
    askedBy: z.string(),
    askedAt: z.string(),
    state: z.enum(['pending', 'granted', 'refused', 'lapsed']),
    decidedBy: z.string().nullable(),
    decidedAt: z.string().nullable(),
    decision: z.string(),
  })
  .openapi('IncidentAsk')
export type Ask = z.infer<typeof ask>

export const incidentDetail = incident
  .extend({
    actions: z.array(z.enum(actions)),
    mayAsk: z.array(z.enum(actions)),
    requests: z.array(ask),
    media: z.array(medium),
    children: z.array(
      z.object({ id: z.number(), number: z.string(), title: z.string(), state: z.enum(states) }),
    ),
    merged: z.array(z.object({ id: z.number(), number: z.string(), title: z.string() })),
    timeline: z.array(timelineEvent),
  })
  .openapi('IncidentDetail')
export type IncidentDetail = z.infer<typeof incidentDetail>

/** A command resent with the same key is answered and not done again. */
const key = z
  .string()
  .regex(/^[\w:.-]{8,120}$/, 'must be 8 to 120 letters, digits, and : . _ -')
  .optional()
  .describe('repeating a command with the same key answers the first one')

export const incidentReport = z
  .strictObject({
    classCode: z.string().max(16),
    source: z.enum(['member', 'officer', 'citizen', 'monitoring', 'hotline', 'system']).optional(),
    title: text(120, 1),
    description: text(4000).default(''),
    address: text(200).default(''),
    lng,
    lat,
    sourceKey: text(120, 1).optional().describe('repeating a report with the same key answers the first one'),
    happenedAt: instant
      .optional()
      .describe('when a phone without a network took it down; at most 7 days ago'),
    pointId: id.optional().describe('the monitoring point it was seen from'),
    callerPhone: text(30).optional().describe('of the caller the desk writes for'),
    mediaIds: z.array(id).max(20).default([]).describe('uploads of this caller'),
  })
  .openapi('IncidentReport')
export type IncidentReport = z.infer<typeof incidentReport>

const commandFields = {
  note: text(1000, 1).optional(),
  unitId: id.optional(),
  officerId: id.optional(),
  classCode: z.string().max(16).optional().describe('put right when filing'),
  intoId: id.optional().describe('the incident that this one is a repetition of'),
  extra: limit.optional().describe('how much longer'),
  satisfied: z.boolean().optional(),
  mark: z.enum(marks).optional().describe('what is taken off the record'),
  parts: z
    .array(
      z.strictObject({
        title: text(120, 1),
        classCode: z.string().max(16).optional(),
        unitId: id.optional(),
      }),
    )
    .min(2)
    .max(10)
    .optional()
    .describe('what an incident is split into'),
  mediaIds: z.array(id).max(20).optional(),
}
export const transitionRequest = z
  .strictObject({
    action: z.enum(actions),
    ...commandFields,
    key,
    at: instant
      .optional()
      .describe('when a phone without a network did it; kept in the timeline beside the time it came'),
    version: z
      .number()
      .int()
      .min(1)
      .optional()
      .describe('refused with 409 when the incident has moved on since'),
  })
  .openapi('TransitionRequest')
export type TransitionRequest = z.infer<typeof transitionRequest>

export const askRequest = z
  .strictObject({ action: z.enum(askable), ...commandFields, note: text(1000, 1), key })
  .openapi('AskRequest')
export type AskRequest = z.infer<typeof askRequest>

export const askDecision = z
  .strictObject({
    grant: z.boolean(),
    note: text(1000).default(''),
    unitId: id.optional(),
    extra: limit.optional().describe('another span than the one asked for'),
    key,
  })
  .openapi('AskDecision')
export type AskDecision = z.infer<typeof askDecision>

/** The same step for many: each is answered for itself. */
export const batchRequest = z
  .strictObject({
    ids: z.array(id).min(1).max(200),
    action: z.enum([
      'file',
      'dispatch',
      'check',
      'close',
      'evaluate',
      'archive',
      'suspend',
      'resume',
      'supervise',
      'merge',
    ]),
    note: text(1000, 1).optional(),
    unitId: id.optional(),
    intoId: id.optional(),
    key,
  })
  .openapi('BatchRequest')
export const batchAnswer = z
  .object({
    done: z.array(z.object({ id: z.number(), version: z.number().int(), state: z.enum(states) })),
    refused: z.array(z.object({ id: z.number(), code: z.string(), detail: z.string() })),
  })
  .openapi('BatchAnswer')

/** Reports that may be about the same thing, nearest in place, time and class first. */
export const similarQuery = z.object({
  lng: z.coerce.number().pipe(lng),
  lat: z.coerce.number().pipe(lat),
  classCode: z.string().max(16),
  at: instant.optional(),
})
export const similarIncident = incident
  .extend({ meters: z.number(), minutesApart: z.number(), sameClass: z.boolean() })
  .openapi('SimilarIncident')
export type SimilarIncident = z.infer<typeof similarIncident>

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
  limit: z.coerce.number().int().min(1).max(2000).default(100),
})
export type IncidentQuery = z.infer<typeof incidentQuery>
