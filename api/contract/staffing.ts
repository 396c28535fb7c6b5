import { z } from '@hono/zod-openapi'
import { instant, text } from './geo.ts'

// Who stands where and when: schemes, posts, vacancies, and the duty calendar.

const id = z.number().int().min(1).max(2_147_483_647)
const role = z.strictObject({
  code: z.string().regex(/^[a-z][a-z0-9-]{0,30}$/, 'must be a plain word'),
  name: text(30, 1),
  nameEn: text(60),
  min: z.number().int().min(0).max(99),
  max: z.number().int().min(1).max(99).nullable().describe('null: as many as one likes'),
})
export const staffingScheme = z
  .strictObject({
    code: z.string().regex(/^[a-z0-9][a-z0-9-]{0,30}$/, 'must be a plain word'),
    name: text(30, 1),
    nameEn: text(60),
    roles: z
      .array(role)
      .min(1)
      .max(12)
      .refine((roles) => new Set(roles.map(({ code }) => code)).size === roles.length, 'each role once')
      .refine(
        (roles) => roles.every(({ min, max }) => max === null || min <= max),
        'min must not be above max',
      ),
  })
  .openapi('StaffingScheme')
export type StaffingScheme = z.infer<typeof staffingScheme>

export const staffing = z
  .object({
    schemes: z.array(staffingScheme),
    levels: z.array(z.object({ level: z.number().int(), scheme: z.string() })),
  })
  .openapi('Staffing')
export type Staffing = z.infer<typeof staffing>
export const levelRequest = z.strictObject({ scheme: z.string().max(40) }).openapi('StaffingLevelRequest')

export const post = z
  .object({
    id: z.number(),
    gridId: z.number(),
    role: z.string(),
    officerId: z.number(),
    officerName: z.string(),
    from: z.string(),
    to: z.string().nullable(),
  })
  .openapi('Post')
export type Post = z.infer<typeof post>
export const newPost = z
  .strictObject({
    gridId: id,
    role: z.string().max(40),
    officerId: id,
    from: instant.optional().describe('now when left out'),
    to: instant.optional(),
  })
  .openapi('NewPost')
export const endPost = z.strictObject({ at: instant.optional() }).openapi('EndPost')

/** Where people are missing, too many, or in two places. */
export const staffingGaps = z
  .object({
    vacancies: z.array(
      z.object({ gridId: z.number(), role: z.string(), held: z.number(), wanted: z.number() }),
    ),
    surplus: z.array(z.object({ gridId: z.number(), role: z.string(), held: z.number(), most: z.number() })),
    doubles: z.array(z.object({ officerId: z.number(), officerName: z.string(), posts: z.array(post) })),
  })
  .openapi('StaffingGaps')
export type StaffingGaps = z.infer<typeof staffingGaps>

export const duty = z
  .object({
    id: z.number(),
    officerId: z.number(),
    officerName: z.string(),
    gridId: z.number().nullable(),
    startsAt: z.string(),
    endsAt: z.string(),
    label: z.string(),
  })
  .openapi('Duty')
export type Duty = z.infer<typeof duty>

const day = z.iso.date().describe('a day of the town, like 2026-11-21')
const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day like 08:30')
/** A plan for some people over some weeks: on these days, in these hours, by turns if wanted. */
export const dutyPlan = z
  .strictObject({
    officerIds: z.array(id).min(1).max(2000),
    gridId: id.optional().describe('where; their own duty grid when left out'),
    from: day,
    to: day,
    slots: z
      .array(
        z.strictObject({ label: text(30), from: clock, to: clock.describe('before `from`: the next day') }),
      )
      .min(1)
      .max(6),
    days: z.enum(['workdays', 'every', 'weekends', 'holidays']).default('workdays'),
    turns: z
      .enum(['all', 'by-day', 'by-week'])
      .default('all')
      .describe('all: everybody in the first slot; by-day, by-week: people go round the slots'),
  })
  .openapi('DutyPlan')
export type DutyPlan = z.infer<typeof dutyPlan>
export const dutyPlanned = z
  .object({
    created: z.number().int(),
    skipped: z.number().int().describe('they had a duty at that time already'),
  })
  .openapi('DutyPlanned')

export const calendarDay = z
  .strictObject({ kind: z.enum(['holiday', 'workday']), name: text(40) })
  .openapi('CalendarDay')
export const calendar = z
  .object({
    days: z.array(z.object({ day: z.string(), kind: z.enum(['holiday', 'workday']), name: z.string() })),
  })
  .openapi('Calendar')
export const dayParam = z.object({ day: day.openapi({ param: { name: 'day', in: 'path' } }) })
