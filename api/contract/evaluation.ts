import { z } from '@hono/zod-openapi'
import { type Dimension, dimensions } from './cube-axes.ts'
import { sources } from './lifecycle.ts'
import { groupings, measureIds, measures, tallies, usualSchemes } from './measure-rules.ts'

const usualIds = usualSchemes.map(({ id }) => id)
const schemeId = z
  .string()
  .max(20)
  .refine((given) => usualIds.includes(given) || /^own-[1-9]\d{0,8}$/.test(given), {
    message: `must be one of ${usualIds.join(', ')}, or own-<id>`,
  })
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
    officerId: id.optional(),
    scheme: schemeId.optional().describe('also scores the groups'),
    heldOut: z.enum(['true', 'false']).default('false').describe('suspended cases leave the denominators'),
    quantiles: z.enum(['true', 'false']).default('false').describe('also tells the quantiles of the times'),
  })
  .refine(({ from, to }) => from <= to, { message: 'must not be before the first day', path: ['to'] })
  .refine(({ from, to }) => Date.parse(to) - Date.parse(from) < 3661 * 86_400_000, {
    message: 'must be within ten years of the first day',
    path: ['to'],
  })
export type EvaluationQuery = z.infer<typeof evaluationQuery>

/** Cases one by one, as typed columns (cube-wire.ts). */
export const factsQuery = z
  .strictObject({ from: z.iso.date(), to: z.iso.date(), gridId: id.optional() })
  .refine(({ from, to }) => from <= to, { message: 'must not be before the first day', path: ['to'] })

const keys = z
  .string()
  .max(40_000)
  .transform((given) => given.split(','))
  .optional()
/** By several dimensions, each filtered by the keys of all others; keys with commas between. */
export const crossQuery = z
  .strictObject({
    from: z.iso.date(),
    to: z.iso.date(),
    gridId: id.optional(),
    by: z
      .string()
      .transform((given) => given.split(','))
      .pipe(z.array(z.enum(dimensions)).min(1).max(dimensions.length)),
    tallies: z
      .string()
      .transform((given) => given.split(','))
      .pipe(z.array(z.enum(tallies)).min(1))
      .optional()
      .describe('only these are counted, the others left out'),
    rows: z.coerce.number().int().min(0).max(1000).default(0).describe('so many newest cases are listed'),
    ...(Object.fromEntries(dimensions.map((dimension) => [dimension, keys])) as Record<
      Dimension,
      typeof keys
    >),
  })
  .refine(({ from, to }) => from <= to, { message: 'must not be before the first day', path: ['to'] })
export type CrossQuery = z.infer<typeof crossQuery>

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
  .describe(
    `by measure: a share or seconds, to six places; null: nothing in the denominator. ${measures.length} measures`,
  )
const sums = z.record(z.enum(tallies), z.number()).describe('what the measures are made of')
const period = z.object({ cases: z.number().int(), values }).describe('null: no case in that period')

const someSums = z.partialRecord(z.enum(tallies), z.number())
export const crossed = z
  .object({
    cases: z.number().int().describe('that pass all filters'),
    total: someSums,
    by: z.record(z.string(), z.array(z.object({ key: z.string(), sums: someSums }))),
    incidents: z.array(z.number().int()).describe('ids of the newest'),
    counting: z.boolean(),
  })
  .openapi('Crossed')
export type CrossedAnswer = z.infer<typeof crossed>

export const evaluation = z
  .object({
    from: z.iso.datetime(),
    to: z.iso.datetime().describe('not included'),
    timeZone: z.string(),
    counting: z.boolean().describe('true: not everything that has happened is counted yet'),
    groups: z.array(
      z.object({
        key: z
          .string()
          .describe(
            'the id or code of the group (0: none); 07, 1 (Monday), 1-07, 2026-11-21, 2026-W47, 2026-11',
          ),
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
          .nullable()
          .describe('seconds; null: not asked for'),
        targets: z
          .record(z.string(), z.number())
          .describe('by measure, what is to be reached; only measures that have a target'),
        before: period.nullable().describe('the period before, of the same length'),
        yearBefore: period.nullable().describe('the same days a year ago'),
        score: z.number().nullable(),
        rank: z.number().int().nullable().describe('1 is the best; the same score has the same rank'),
      }),
    ),
  })
  .openapi('Evaluation')
export type Evaluation = z.infer<typeof evaluation>
