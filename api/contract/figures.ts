import { z } from '@hono/zod-openapi'
import { modules } from './wall-rules.ts'

// A town's own numbers: asked for at an address of its own, and what each field of the answer means.

export const figureFields = ['module', 'group', 'name', 'period', 'value', 'words', 'unit', 'target'] as const
export type FigureField = (typeof figureFields)[number]

const fixed = z.strictObject({ is: z.string().trim().min(1).max(60) })
const field = z.union([z.string().trim().min(1).max(120), fixed])
/** Where each field is found: a key of a row, parts parted by dots; or `{is}`, the same for all rows. */
export const figureMapping = z
  .strictObject({
    rows: z
      .string()
      .trim()
      .max(120)
      .default('')
      .describe('where the rows are, like data.items; empty: the answer itself'),
    module: field,
    group: field,
    name: field,
    period: field.optional(),
    value: field.optional(),
    words: field.optional(),
    unit: field.optional(),
    target: field.optional(),
  })
  .refine(({ value, words }) => value !== undefined || words !== undefined, 'needs a value or words')
export type FigureMapping = z.infer<typeof figureMapping>

const holdsPassword = (text: string) => {
  const url = URL.parse(text)
  return url !== null && (url.username !== '' || url.password !== '')
}
const web = z
  .url({ protocol: /^https?$/ })
  .max(500)
  .refine((url) => !holdsPassword(url), 'must hold no password')

export const figureSourceSave = z
  .strictObject({
    name: z.string().trim().min(1).max(60),
    url: web,
    mapping: figureMapping,
    everyMinutes: z.number().int().min(1).max(10_080),
  })
  .openapi('FigureSourceSave')
export type FigureSourceSave = z.infer<typeof figureSourceSave>

export const figureSource = figureSourceSave
  .safeExtend({
    id: z.number().int(),
    askedAt: z.iso.datetime().nullable().describe('when it answered last'),
    taken: z.number().int().nullable(),
    problem: z.string().describe('what was wrong the last time; empty: nothing'),
  })
  .openapi('FigureSource')

/** One figure as it must be to be taken. */
export const figureGiven = z.object({
  module: z.enum(modules),
  group: z.string().trim().min(1).max(60),
  name: z.string().trim().min(1).max(60),
  period: z.string().trim().max(40).default(''),
  value: z.number().min(-1e15).max(1e15).nullable().default(null),
  words: z.string().trim().max(200).default(''),
  unit: z.string().trim().max(20).default(''),
  target: z.number().min(-1e15).max(1e15).nullable().default(null),
})
