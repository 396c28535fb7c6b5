import { z } from '@hono/zod-openapi'
import { id, instant, lat, lng, text } from './geo.ts'
import { sources } from './lifecycle.ts'

// Who gets an incident: a table of class × grid × time × source. 部件先属主后属地，事件先属地后属主.

const minute = z.number().int().min(0).max(1440)
const ruleFields = {
  rank: z
    .number()
    .int()
    .min(0)
    .max(9999)
    .default(100)
    .describe('between rules that fit equally well, the smaller'),
  active: z.boolean().default(true),
  classCode: z
    .string()
    .max(16)
    .nullable()
    .default(null)
    .describe('null: any; a major class covers its minor ones'),
  gridId: id.nullable().default(null).describe('null: any; a grid covers all within it'),
  sources: z.array(z.enum(sources)).min(1).nullable().default(null),
  fromMinute: minute
    .nullable()
    .default(null)
    .describe('wall clock of the town; an end before the beginning passes midnight'),
  toMinute: minute.nullable().default(null),
  days: z.enum(['every', 'workdays', 'rest']).default('every'),
  basis: z.enum(['owner', 'territory']).describe('属主 or 属地'),
  target: z.enum(['unit', 'grid-leader']),
  unitId: id.nullable().default(null),
  auto: z.boolean().default(false).describe('filed and dispatched at once, without the desk'),
  note: text(200).default(''),
}
export const ruleChange = z
  .strictObject(ruleFields)
  .refine((rule) => (rule.target === 'unit') === (rule.unitId !== null), {
    path: ['unitId'],
    message: 'a rule for a unit names one, another does not',
  })
  .refine((rule) => (rule.fromMinute === null) === (rule.toMinute === null), {
    path: ['toMinute'],
    message: 'both ends of the hours, or none',
  })
  .openapi('RoutingRuleChange')
export type RuleChange = z.infer<typeof ruleChange>
export const routingRule = z.object({ id: z.number(), ...ruleFields }).openapi('RoutingRule')
export type RoutingRule = z.infer<typeof routingRule>

export const whoQuery = z.object({
  classCode: z.string().max(16),
  lng: z.coerce.number().pipe(lng),
  lat: z.coerce.number().pipe(lat),
  source: z.enum(sources).default('hotline'),
  at: instant.optional(),
})

/** Why a rule was not taken, or that it was. */
export const fits = [
  'taken',
  'fits-later',
  'other-class',
  'other-grid',
  'other-source',
  'other-hours',
  'other-days',
  'inactive',
  'no-leader',
] as const
/** Who would get it, and what each rule had to do with it, in the order in which they are asked. */
export const whoAnswer = z
  .object({
    ruleId: z.number().nullable(),
    target: z.enum(['unit', 'grid-leader', 'desk']).describe('desk: nothing fits, a dispatcher decides'),
    unitId: z.number().nullable(),
    officerId: z.number().nullable().describe('the grid leader'),
    gridId: z.number(),
    auto: z.boolean(),
    first: z.enum(['owner', 'territory']).describe('which basis comes first for this nature of class'),
    rules: z.array(z.object({ id: z.number(), fit: z.enum(fits) })),
  })
  .openapi('WhoWouldGetThis')
export type WhoAnswer = z.infer<typeof whoAnswer>
