import { z } from '@hono/zod-openapi'
import { bodyId, lat, lng, text } from './geo.ts'
import { severities } from './incident.ts'
import { assignmentStates, progress } from './squad-rules.ts'

// A squad sent to a case: offered, answered, under way, there, done.

const eta = z
  .object({
    seconds: z.number().int(),
    meters: z.number().int(),
    network: z.enum(['roads', 'crow']),
  })
  .openapi('Eta')

export const assignment = z
  .object({
    id: z.number(),
    incidentId: z.number(),
    unitId: z.number(),
    unitName: z.string(),
    officers: z.array(
      z.object({
        officerId: z.number(),
        name: z.string(),
        eta: eta.nullable().describe('null: there already, done, or without a position'),
      }),
    ),
    lead: z.boolean().describe('the squad the case is with; the others reinforce it'),
    state: z.enum(assignmentStates),
    offeredAt: z.string(),
    offeredBy: z.string(),
    lapsesAt: z.string().describe('an offer nobody answers is over then'),
    answeredAt: z.string().nullable(),
    answeredBy: z.string().nullable(),
    enrouteAt: z.string().nullable(),
    onsceneAt: z.string().nullable(),
    endedAt: z.string().nullable(),
    reason: z.string().describe('why declined or recalled'),
    rank: z
      .number()
      .int()
      .nullable()
      .describe('its place in the recommendation of that moment; null: not among them'),
  })
  .openapi('Assignment')
export type Assignment = z.infer<typeof assignment>
export const assignmentList = z.object({ assignments: z.array(assignment) })

export const sendRequest = z
  .strictObject({
    unitId: bodyId,
    officerIds: z.array(bodyId).min(1).max(20),
    version: z.number().int().min(1).optional().describe('of the case as it was seen'),
    next: z.boolean().default(true).describe('declined or unanswered, offer it to the next squad'),
    interrupt: z
      .boolean()
      .default(false)
      .describe('call them away from what they are on; otherwise refused with who has them'),
    insteadOf: bodyId.optional().describe('the assignment that this one takes the place of'),
    reason: text(1000).default(''),
  })
  .openapi('SendRequest')
export type SendRequest = z.infer<typeof sendRequest>

export const answerRequest = z
  .strictObject({ accept: z.boolean(), reason: text(500).default('') })
  .openapi('AnswerRequest')
export const progressRequest = z.strictObject({ state: z.enum(progress) }).openapi('ProgressRequest')
export const recallRequest = z.strictObject({ reason: text(500, 1) }).openapi('RecallRequest')

/** What somebody in the street is sent to. */
export const ownAssignment = assignment
  .extend({
    number: z.string(),
    title: z.string(),
    address: z.string(),
    lng: z.number(),
    lat: z.number(),
    severity: z.enum(severities),
    classCode: z.string(),
  })
  .openapi('OwnAssignment')
export type OwnAssignment = z.infer<typeof ownAssignment>

export const sosRequest = z
  .strictObject({
    lng,
    lat,
    note: text(500).default(''),
    key: text(120, 8).describe('repeating it with the same key answers the first one'),
  })
  .openapi('SosRequest')
