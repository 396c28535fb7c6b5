import { z } from '@hono/zod-openapi'
import { instant, text } from './geo.ts'
import { findingKinds, importNouns, stages } from './import-kinds.ts'

// An import on its way, from the first byte to the report and back.

export const importNoun = z.enum(importNouns)
const kind = z.enum(findingKinds)

export const largestFileBytes = 4_000_000_000

export const newJob = z
  .strictObject({
    file: text(200, 1).describe('its name, for people'),
    size: z.number().int().min(1).max(largestFileBytes),
  })
  .openapi('NewImportJob')

/** How the file is to be read; what is left out is recognised. */
export const jobOptions = z
  .strictObject({
    what: importNoun,
    map: z.record(text(40), text(200)).default({}).describe('field → column'),
    crs: text(5000).optional().describe('wgs84, gcj02, bd09, EPSG:4547, WKT'),
    encoding: text(40).optional(),
    layer: text(200).optional(),
    timeZone: text(60).optional(),
    localTimes: z.boolean().default(false).describe('the zone that the file writes is wrong'),
    level: z.union([z.literal(1), z.literal(2), z.literal(3)]).optional(),
    codePrefix: text(40).default(''),
    codeSource: text(120).optional().describe('whose codes, of when: NBS 2023'),
    parentPrefix: text(40).default(''),
    town: z
      .strictObject({
        name: text(60, 1),
        code: text(64),
        nameEn: text(120),
      })
      .optional(),
    system: text(64).optional(),
    class: text(16).optional(),
    state: z.enum(['archived', 'reported']).default('archived'),
    sourceName: text(60).optional(),
    kind: z.enum(['officer', 'member']).default('officer'),
    officer: text(64).optional(),
    fromTrack: z.boolean().default(false),
    start: instant.optional(),
    reviewNumber: text(60).default(''),
  })
  .openapi('ImportOptions')
export type JobOptions = z.infer<typeof jobOptions>

const guess = z.object({
  crs: z.string(),
  name: z.string(),
  share: z.number().describe('of the sample that lies in the town'),
  medianMeters: z.number().describe('how far outside the town, at the median'),
  evidence: z.string(),
  swapped: z.boolean(),
})
const cell = z.union([z.string(), z.number(), z.boolean(), z.null()])
/** What was recognised before anybody was asked. */
export const inspectedFile = z
  .object({
    format: z.string(),
    gzipped: z.boolean(),
    encoding: z.string().nullable(),
    rows: z.number().int().nullable(),
    geometry: z.enum(['none', 'point', 'line', 'polygon', 'mixed']),
    columns: z.array(z.string()),
    layers: z.array(z.string()),
    layer: z.string().nullable().describe('the one that was asked for; null: the first with rows'),
    crs: z.object({ text: z.string(), from: z.string(), name: z.string() }).nullable(),
    guesses: z.array(guess),
    remarks: z.array(z.object({ kind: z.string(), detail: z.string() })),
    sample: z.array(z.object({ row: z.number(), cells: z.array(cell) })).describe('the first rows'),
    suggested: z
      .record(
        z.string(),
        z.record(z.string(), z.object({ column: z.string(), why: z.enum(['name', 'values', 'last-time']) })),
      )
      .describe('noun → field → column'),
    likely: importNoun.describe('what the file most likely holds'),
    remembered: jobOptions.nullable().describe('how a file of this shape was read last time'),
    seenAt: z.string().nullable().describe('when this very file was imported before'),
  })
  .openapi('InspectedFile')
export type InspectedFile = z.infer<typeof inspectedFile>

const example = z.object({
  row: z.number(),
  key: z.string(),
  field: z.string(),
  reason: z.string(),
  proposal: z.string().optional(),
})
export const kindCount = z
  .object({
    kind,
    rows: z.number().int(),
    fixable: z.number().int().describe('rows for which something is proposed'),
    examples: z.array(example),
  })
  .openapi('FindingCount')

/** What the check came to: nothing is written yet. */
export const checked = z
  .object({
    rows: z.number().int(),
    sound: z.number().int(),
    kinds: z.array(kindCount),
    notes: z.array(z.string()),
    hints: z.array(z.object({ option: z.string(), value: z.string(), evidence: z.string() })),
    bounds: z.tuple([z.number(), z.number(), z.number(), z.number()]).nullable(),
  })
  .openapi('CheckedFile')
export type CheckedFile = z.infer<typeof checked>

export const decisions = z
  .strictObject({ decisions: z.partialRecord(kind, z.enum(['fix', 'skip'])).default({}) })
  .openapi('ImportDecisions')

export const importJob = z
  .object({
    id: z.number().int(),
    by: z.string(),
    createdAt: z.string(),
    file: z.string(),
    size: z.number(),
    received: z.number(),
    stage: z.enum(stages),
    progress: z.number().describe('of the stage at work, 0 to 1'),
    step: z.string().describe('what is being done'),
    inspected: inspectedFile.nullable(),
    options: jobOptions.nullable(),
    checked: checked.nullable(),
    importId: z.number().int().nullable(),
    counts: z.object({ taken: z.number(), unchanged: z.number(), refused: z.number() }).nullable(),
    problem: z.string().nullable(),
  })
  .openapi('ImportJob')
export type ImportJob = z.infer<typeof importJob>

export const importRecord = z
  .object({
    id: z.number().int(),
    what: importNoun,
    file: z.string(),
    fingerprint: z.string().describe('SHA-256'),
    by: z.string(),
    at: z.string(),
    taken: z.number(),
    unchanged: z.number(),
    refused: z.number(),
    findings: z.array(z.object({ kind, rows: z.number() })),
    hasReport: z.boolean(),
    planId: z.number().int().nullable(),
    undoneAt: z.string().nullable(),
    undoneBy: z.string().nullable(),
    undoKept: z.number().int().nullable(),
  })
  .openapi('ImportRecord')
export type ImportRecord = z.infer<typeof importRecord>

/** Rows for the table of the preview, and where they would lie. */
export const preview = z
  .object({
    rows: z.array(
      z.object({
        row: z.number(),
        key: z.string(),
        cells: z.array(cell).describe('in the order of the columns'),
        findings: z.array(example.omit({ row: true, key: true }).extend({ kind })),
      }),
    ),
    columns: z.array(z.string()),
    total: z.number().int(),
    features: z.object({
      type: z.literal('FeatureCollection'),
      features: z.array(
        z.looseObject({
          type: z.literal('Feature'),
          properties: z.object({ row: z.number(), key: z.string(), kinds: z.string() }),
        }),
      ),
    }),
    shown: z.number().int().describe('of the rows with a place'),
  })
  .openapi('ImportPreview')
export type ImportPreview = z.infer<typeof preview>
