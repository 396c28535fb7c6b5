import { z } from '@hono/zod-openapi'
import { sources } from './lifecycle.ts'
import { groupings, measureIds, measures, tallies, usualSchemes } from './measure-rules.ts'

const schemeIds = usualSchemes.map(({ id }) => id) as [string, ...string[]]
const id = z.coerce.number().int().min(1).max(2_147_483_647)

/** Days by the town's calendar, both included; at most ten years. */
export const evaluationQuery = z
  .strictObject({
    from: z.iso.date(),
    to: z.iso.date(),
    by: z.enum(groupings).default('all'),
    gridId: id.optional(),
    classCode: z.string().min(1).max(40).optional(),
    source: z.enum(sources).optional(),
    unitId: id.optional(),
    scheme: z.enum(schemeIds).optional().describe('also scores the groups'),
    heldOut: z.enum(['true', 'false']).default('false').describe('suspended cases leave the denominators'),
  })
  .refine(({ from, to }) => from <= to, { message: 'must not be before the first day', path: ['to'] })
  .refine(({ from, to }) => Date.parse(to) - Date.parse(from) < 3661 * 86_400_000, {
    message: 'must be within ten years of the first day',
    path: ['to'],
  })
export type EvaluationQuery = z.infer<typeof evaluationQuery>

/** A map of the cases of a period by the grids of one level. */
export const hotSpotQuery = z
  .strictObject({
    from: z.iso.date(),
    to: z.iso.date(),
    level: z.coerce.number().int().min(1).max(3).default(3),
    per: z.enum(['case', 'household', 'km2']).default('case').describe('what the cases are measured by'),
    classCode: z.string().min(1).max(40).optional(),
    source: z.enum(sources).optional(),
    rate: z.coerce
      .number()
      .min(0.001)
      .max(0.2)
      .default(0.05)
      .describe('of what is called hot, so much may be wrong'),
  })
  .refine(({ from, to }) => from <= to, { message: 'must not be before the first day', path: ['to'] })
export type HotSpotQuery = z.infer<typeof hotSpotQuery>

export const hotSpotMap = z
  .object({
    from: z.iso.datetime(),
    to: z.iso.datetime(),
    timeZone: z.string(),
    counting: z.boolean(),
    rate: z.number(),
    cells: z.array(
      z.object({
        gridId: z.number().int(),
        name: z.string(),
        cases: z.number().int(),
        value: z
          .number()
          .nullable()
          .describe('cases, per 1,000 households, or per km²; null: not known of how many'),
        z: z.number().nullable().describe('Gi* (Getis and Ord 1995) with the grids it touches'),
        q: z.number().nullable().describe('the share of false alarms among all that are at least as unusual'),
        heat: z.enum(['hot', 'cold', 'none']).nullable(),
        blank: z.string().nullable().describe('why nothing can be told'),
      }),
    ),
  })
  .openapi('HotSpotMap')
export type HotSpotMap = z.infer<typeof hotSpotMap>

const values = z
  .record(z.enum(measureIds as [string, ...string[]]), z.number().nullable())
  .describe(`by measure: a share or seconds; null: nothing in the denominator. ${measures.length} measures`)
const sums = z.record(z.enum(tallies), z.number()).describe('what the measures are made of')
const period = z.object({ cases: z.number().int(), values }).describe('null: no case in that period')

export const evaluation = z
  .object({
    from: z.iso.datetime(),
    to: z.iso.datetime().describe('not included'),
    timeZone: z.string(),
    counting: z.boolean().describe('true: not everything that has happened is counted yet'),
    groups: z.array(
      z.object({
        key: z.string().describe('the id or code of the group; the hour; the weekday, 1 Monday; the day'),
        name: z.string().nullable(),
        nameEn: z.string().nullable(),
        sums,
        values,
        quantiles: z
          .object({
            handleP50: z.number().nullable(),
            handleP90: z.number().nullable(),
            totalP50: z.number().nullable(),
            totalP90: z.number().nullable(),
          })
          .describe('seconds'),
        before: period.nullable().describe('the period before, of the same length'),
        yearBefore: period.nullable().describe('the same days a year ago'),
        score: z.number().nullable(),
        rank: z.number().int().nullable().describe('1 is the best; the same score has the same rank'),
      }),
    ),
  })
  .openapi('Evaluation')
export type Evaluation = z.infer<typeof evaluation>
