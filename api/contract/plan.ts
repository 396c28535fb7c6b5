import { z } from '@hono/zod-openapi'
import { instant, lat, lng, text } from './geo.ts'

// Plans of the grid: the division in force, its drafts, its past and its future.

export const planStates = ['draft', 'scheduled', 'in-force', 'past', 'withdrawn'] as const
export type PlanState = (typeof planStates)[number]

export const plan = z
  .object({
    id: z.number(),
    name: z.string(),
    note: z.string(),
    state: z.enum(planStates),
    basedOn: z.number().nullable(),
    revision: z.number().int().describe('counts edits, undos and redos'),
    grids: z.number().int(),
    createdBy: z.string(),
    createdAt: z.string(),
    publishedBy: z.string().nullable(),
    publishedAt: z.string().nullable(),
    effectiveAt: z.string().nullable(),
    endedAt: z.string().nullable(),
    stampedFrom: z.string().nullable(),
    stampedTo: z
      .string()
      .nullable()
      .describe('cases reported until then can be read in this plan (incidents/columns?plan=)'),
  })
  .openapi('Plan')
export type Plan = z.infer<typeof plan>

// Not coerced, as in a query: in a body "1" is no number.
const planId = z.number().int().min(1).max(2_147_483_647)
export const newPlan = z
  .strictObject({
    name: text(80, 1),
    note: text(1000).default(''),
    basedOn: planId.optional().describe('any plan, also a past one; the plan in force unless given'),
  })
  .openapi('NewPlan')

const position = z.tuple([lng, lat])
const ring = z.array(position).min(4).max(20_000)
const polygon = z.strictObject({ type: z.literal('Polygon'), coordinates: z.array(ring).min(1) })
const multiPolygon = z.strictObject({
  type: z.literal('MultiPolygon'),
  coordinates: z.array(z.array(ring).min(1)).min(1),
})
const uid = planId.describe('a grid within its plan')
const uids = z.array(uid).min(1).max(2000)
const code = text(40, 1)
const households = z.number().int().min(0).max(10_000_000)
const leaderName = text(80, 1).nullable()

/** A grid as a proposal hands it in: `uid` of a grid of the plan changes that one, any other number means a new one. */
const proposedGrid = z.strictObject({
  uid: z.number().int(),
  gridId: z.number().int().nullable().default(null),
  code,
  name: text(80, 1),
  level: z.union([z.literal(1), z.literal(2), z.literal(3)]),
  parentUid: z.number().int().nullable(),
  leaderName: leaderName.default(null),
  households: households.default(0),
  attributes: z.record(z.string(), z.unknown()).default({}),
  geometry: multiPolygon,
  origins: z.array(z.number().int()).max(2000).default([]),
})

export const planOperation = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('reshape'),
      moves: z
        .array(z.strictObject({ from: position, to: position }))
        .max(5000)
        .default([]),
      inserts: z.array(position).max(5000).default([]),
      removes: z.array(position).max(5000).default([]),
    }),
    z.strictObject({ kind: z.literal('split'), uid, line: z.array(position).min(2).max(10_000) }),
    z.strictObject({ kind: z.literal('merge'), uids: uids.min(2), name: text(80, 1).optional() }),
    z.strictObject({ kind: z.literal('move'), uids, parentUid: uid }),
    z.strictObject({
      kind: z.literal('attributes'),
      uid,
      name: text(80, 1).optional(),
      code: code.optional(),
      leaderName: leaderName.optional(),
      households: households.optional(),
    }),
    z.strictObject({
      kind: z.literal('add'),
      parentUid: uid.nullable().describe('null: a level-1 grid of the town'),
      name: text(80, 1),
      code: code.optional(),
      leaderName: leaderName.default(null),
      households: households.optional(),
      geometry: z.discriminatedUnion('type', [polygon, multiPolygon]),
    }),
    z.strictObject({ kind: z.literal('remove'), uid }),
    z.strictObject({
      kind: z.literal('recode'),
      codes: z.array(z.strictObject({ uid, code })).min(1).max(30_000),
    }),
    z.strictObject({
      kind: z.literal('replace'),
      removed: z.array(uid).max(30_000).default([]),
      added: z.array(proposedGrid).max(30_000),
      reason: text(40).default(''),
    }),
  ])
  .openapi('PlanOperation')
export type PlanOperation = z.infer<typeof planOperation>

/** What an edit did, in words-data: the web makes a sentence of it. */
export const editSummary = z.object({
  kind: z.string(),
  codes: z.array(z.string()).describe('the grids it was about'),
  made: z.array(z.string()).describe('codes of the grids it brought'),
  followed: z.number().int().describe('grids that only followed: parents, neighbours'),
  to: z.string().optional().describe('code of the new parent, or of the grid that took the area'),
  reason: z.string().optional(),
})
export type EditSummary = z.infer<typeof editSummary>

export const editRequest = z
  .strictObject({
    revision: z.number().int().min(0).max(2_147_483_647).describe('the revision the editor saw'),
    operation: planOperation,
  })
  .openapi('PlanEditRequest')

export const planEdit = z
  .object({
    number: z.number().int(),
    summary: editSummary,
    actorName: z.string(),
    at: z.string(),
    undone: z.boolean(),
    undoneBy: z.string().nullable(),
  })
  .openapi('PlanEdit')
export type PlanEdit = z.infer<typeof planEdit>

export const editOutcome = z
  .object({
    revision: z.number().int(),
    edit: planEdit,
    /** Grids as they are now, GeoJSON features; and uids that are gone. */
    changed: z.array(z.looseObject({ type: z.literal('Feature'), id: z.number() })),
    gone: z.array(z.number()),
  })
  .openapi('PlanEditOutcome')

export const publishRequest = z
  .strictObject({
    effectiveAt: instant.optional().describe('now unless given; a later instant schedules the plan'),
    force: z
      .boolean()
      .default(false)
      .describe(
        'publish although gaps and overlaps are left, or another plan took effect since it was begun',
      ),
  })
  .openapi('PlanPublishRequest')

export const lineageKinds = ['same', 'reshaped', 'split', 'merged', 'moved', 'replaced'] as const
export const lineage = z
  .object({
    fromGrid: z.number(),
    toGrid: z.number(),
    kind: z.enum(lineageKinds),
    share: z.number().describe('how much of the old grid’s area lies in the new one'),
    fromCode: z.string(),
    fromName: z.string(),
    toCode: z.string(),
    toName: z.string(),
  })
  .openapi('PlanLineage')
export type Lineage = z.infer<typeof lineage>

export const overlap = z
  .object({
    fromUid: z.number(),
    toUid: z.number(),
    share: z.number().describe('of the first grid’s area'),
  })
  .openapi('PlanOverlap')
export type Overlap = z.infer<typeof overlap>

export const planCount = z
  .object({
    uid: z.number(),
    gridId: z.number().nullable(),
    code: z.string(),
    name: z.string(),
    cases: z.number().describe('whole by point; apportioned, so with a fraction, by area'),
  })
  .openapi('PlanCount')

/** A job beside the requests: checking, or stamping cases. Kept in memory. */
export const planJob = z
  .object({
    state: z.enum(['none', 'running', 'done', 'cancelled', 'failed']),
    share: z.number().min(0).max(1),
    revision: z.number().int().describe('of the plan, when it began'),
    problem: z.string().nullable(),
  })
  .openapi('PlanJob')
export type PlanJob = z.infer<typeof planJob>

export const stampRequest = z
  .strictObject({ from: instant.optional(), to: instant.optional() })
  .openapi('PlanStampRequest')

/** The data of the timeline's events plan:edited, plan:scheduled, plan:published, plan:withdrawn; their path is the town. */
export interface PlanEventData {
  planId: number
  revision: number
  name: string
  summary?: EditSummary
}
