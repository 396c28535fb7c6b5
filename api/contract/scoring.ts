import { z } from '@hono/zod-openapi'
import { measureIds, measures, tallies } from './measure-rules.ts'

const measureId = z.enum(measureIds as [string, ...string[]])
/** What a measure is to reach: a share from 0 to 1, or seconds; for the town, or for one grid or one squad. */
export const target = z.strictObject({
  measure: measureId,
  value: z.number().min(0).max(1e8),
  gridId: z.number().int().min(1).max(2_147_483_647).nullable().default(null),
  unitId: z.number().int().min(1).max(2_147_483_647).nullable().default(null),
})
export const targets = z.strictObject({ targets: z.array(target).max(5000) }).openapi('MeasureTargets')
export type Target = z.infer<typeof target>

/** A way of scoring of the town's own. */
export const schemeRule = z.strictObject({
  name: z.string().trim().min(1).max(60),
  parts: z
    .array(
      z.strictObject({
        measure: z.enum(
          measures.filter(({ unit }) => unit === 'share').map(({ id }) => id) as [string, ...string[]],
        ),
        points: z.number().positive().max(1000),
        full: z.number().positive().max(1).optional().describe('all points from this share on'),
        inverted: z.boolean().optional().describe('for 1 − share'),
      }),
    )
    .min(1)
    .max(30),
  minus: z
    .array(
      z.strictObject({
        tally: z.enum(tallies.filter((one) => !one.endsWith('Seconds'))),
        each: z.number().positive().max(1000),
      }),
    )
    .max(10)
    .default([])
    .describe('points off for each of a tally'),
  heldOut: z.boolean().default(false),
})
export type SchemeRule = z.infer<typeof schemeRule>
export const ownScheme = schemeRule.extend({ id: z.string().describe('for `scheme`') }).openapi('ScoreScheme')
export const ownSchemes = z.object({ schemes: z.array(ownScheme) })
export type OwnSchemes = z.infer<typeof ownSchemes>
