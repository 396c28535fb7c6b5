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
    nextAt: z.iso.datetime().nullable().describe('when it is asked next'),
  })
  .openapi('FigureSource')
export type FigureSource = z.infer<typeof figureSource>

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

/** A figure that is kept, and where it came from. */
export const figure = figureGiven
  .extend({
    id: z.number().int(),
    source: z.string().describe('the name of an address, or of an imported table'),
    sourceId: z.number().int().nullable().describe('of the address; null: imported'),
    asOf: z.iso.datetime(),
  })
  .openapi('Figure')
export type Figure = z.infer<typeof figure>

export const figureLookAsk = z
  .strictObject({
    url: web,
    rows: z.string().trim().max(120).optional().describe('where the rows are; the first list unless said'),
    mapping: figureMapping.optional(),
  })
  .openapi('FigureLookAsk')
export type FigureLookAsk = z.infer<typeof figureLookAsk>
/** What an address answers now, and what a mapping makes of it; nothing of it is kept. */
export const figureLook = z
  .object({
    said: z.string().describe('the beginning of the answer'),
    lists: z.array(z.object({ rows: z.string(), count: z.number().int() })),
    rows: z.string().nullable().describe('the list that was looked at; null: there is none'),
    keys: z
      .array(z.object({ key: z.string(), example: z.string() }))
      .describe('of its rows, parts parted by dots'),
    figures: z.array(figureGiven).describe('the first of what the mapping makes of it'),
    taken: z.number().int().nullable(),
    problem: z.string().describe('why it cannot be taken so; empty: it can, or no mapping was given'),
  })
  .openapi('FigureLook')
export type FigureLook = z.infer<typeof figureLook>
